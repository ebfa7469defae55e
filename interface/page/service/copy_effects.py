"""What the edits of a copy do to an answer: the same question on the dataset and on the copy, with the same draws."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from graph_schema import CareSystem
from impact import Result, Settings, load_measures, run_scenario
from impact.questions.compare import Side
from impact.questions.effects import effect_rows
from impact.questions.what_if import Progress
from interface.compare_command import KIND, compare_content
from interface.effect_selection import LEADING
from interface.numbers import decimals_for, decimals_of_size, format_share, format_value
from interface.page.service.answered import Answered, answer_key, answered
from interface.page.service.kept import Kept
from interface.page.service.markup import HtmlTable, TableColumn
from interface.page.service.question import Question, today_of
from interface.texts import Language, text

__all__ = ["SCALES", "compared", "comparison_key", "comparison_table", "differs"]

Row = Mapping[str, Any]
SCALES = ("hospital", "national", "region")


@dataclass(frozen=True, slots=True)
class _Steps:
    """Steps of one of several runs to steps of all of them."""

    progress: Progress
    before: int
    runs: int

    def __call__(self, done: int, total: int) -> None:
        self.progress(self.before * total + done, self.runs * total)


def _settings(question: Question) -> Settings:
    """As `compare` runs: without the shares of the grades and the extremes over all sets, which it does not show."""
    asked = question.settings
    return Settings(
        seed=asked.seed, draws=asked.draws, years=asked.years, workers=asked.workers, grade_shares=False, sets=False
    )


def comparison_key(system: CareSystem, copy: CareSystem, question: Question) -> str:
    """Return the hash of all that the comparison depends on."""
    return answer_key("compare", system, copy=copy.content_hash, question=question.key(system))


def compared(
    system: CareSystem, copy: CareSystem, question: Question, kept: Kept[Result], progress: Progress
) -> Answered:
    """Return the answer on the dataset beside that on the copy, in the last year.

    Both have the same seed, and every number its own random stream: only what was edited differs.

    Parameters
    ----------
    system, copy
        The dataset, and the dataset with the edits.
    question
        What is asked.
    kept
        Runs by key; that of the dataset is used again for other copies.
    progress
        Called with (steps done, steps in all).

    Returns
    -------
    Answered
        Of the command `compare`. Its rows also have ``p_below_floor_a`` and ``p_below_floor_b``: the probability of
        lying below a floor with the decision, on each side.
    """
    sides: list[Side] = []
    datasets = (system, copy)
    keys = [question.key(s) for s in datasets]
    missing = len({key for key in keys if kept.get(key) is None})
    for name, dataset, key in zip(("sources_dataset", "sources_copy"), datasets, keys, strict=True):
        result = kept.get(key)
        if result is None:
            steps = _Steps(progress, len(sides) if missing > 1 else 0, max(missing, 1))
            result = run_scenario(dataset, question.scenario(dataset), today_of(dataset), _settings(question), steps)
            kept.keep(key, result)
        sides.append(Side(text(name, "sv"), result, result))
    content = compare_content(sides, question.years, "sv")
    below = [_below(s.result, d, question.years) for s, d in zip(sides, datasets, strict=True)]
    rows = [
        {**row, "p_below_floor_a": below[0].get(_place(row)), "p_below_floor_b": below[1].get(_place(row))}
        for row in content["rows"]
    ]
    return answered(KIND, {**content, "rows": rows}, system, all=False)


def _place(row: Row) -> tuple[str, str]:
    return str(row.get("hospital") or row.get("region") or row["national"]), row["measure"]


def _below(result: Result, system: CareSystem, year: int) -> dict[tuple[str, str], float | None]:
    rows = effect_rows(result, system, (year,))
    return {_place(r): r["p_below_floor"] for r in rows if r["reading"] != "national_first"}


def differs(row: Row) -> bool:
    """Return whether a row differs visibly between dataset and copy, or in the risk of lying below a floor."""
    size = max(abs(row[k] or 0.0) for k in ("difference", "low", "high"))
    return size >= load_measures()[row["measure"]].visible or row["p_below_floor_a"] != row["p_below_floor_b"]


def _is_read(row: Row) -> bool:
    """Whether a row is shown unasked: read first, and with an effect or a difference that can be seen."""
    size = max(abs(row[k] or 0.0) for k in ("a", "b"))
    return row["measure"] in LEADING and (differs(row) or size >= load_measures()[row["measure"]].visible)


def _cells(row: Row, lang: Language) -> dict[str, str]:
    spec = load_measures()[row["measure"]]
    unit = text(row["unit"], lang)
    name = spec.short[lang] if unit in spec.short[lang] else f"{spec.short[lang]}, {unit}"
    size, width = decimals_of_size(max(abs(row["a"]), abs(row["b"]))), decimals_for(row["low"], row["high"])

    def shown(key: str, decimals: int) -> str:
        return format_value(row[key], decimals, lang, signed=True)

    moved = [row[k] for k in ("difference", "low", "high")]
    none = "sources_exactly_none" if not any(moved) else "sources_nearly_none" if not any(
        round(x, width) for x in moved) else ""  # fmt: skip
    floors = [row["p_below_floor_a"], row["p_below_floor_b"]]
    return {
        "measure": f"{text(row['perspective'], lang)}: {name}", "a": shown("a", size), "b": shown("b", size),
        "difference": text(none, lang) if none else shown("difference", width),
        "interval": "" if none else f"{shown('low', width)} … {shown('high', width)}",
        "floor": "" if floors[0] is None else " / ".join(format_share(p, lang) for p in floors),
    }  # fmt: skip


def comparison_table(
    rows: Sequence[Row], names: Mapping[str, str], lang: Language, scale: str, *, show_all: bool
) -> HtmlTable | None:
    """Return both effects side by side for the hospitals, the regions or the nation; None where nothing is told.

    Parameters
    ----------
    rows
        Of `compared`, in their order: hospitals north to south.
    names
        Node id to name.
    lang
        Of the words.
    scale
        One of `SCALES`.
    show_all
        Every measure, also those that neither side nor the edits change visibly.
    """
    groups: dict[str, list[dict[str, str]]] = {}
    for row in rows:
        if scale in row and (show_all or _is_read(row)):
            name = text("national", lang) if scale == "national" else names.get(str(row[scale]), str(row["name"]))
            groups.setdefault(name, []).append(_cells(row, lang))
    if not groups:
        return None
    columns = [
        TableColumn("measure", text("measure", lang)),
        TableColumn("a", text("sources_effect_dataset", lang), is_number=True),
        TableColumn("b", text("sources_effect_copy", lang), is_number=True),
        TableColumn("difference", text("sources_difference", lang), is_number=True),
        TableColumn("interval", text("sources_difference_interval", lang), is_number=True),
        TableColumn("floor", text("sources_below_floor", lang), is_number=True),
    ]
    return HtmlTable(text(f"{scale}s", lang), columns, groups)
