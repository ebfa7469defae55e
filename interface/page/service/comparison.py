"""Up to four answers side by side: what `randzon compare` says of them, as one table and a picture."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from graph_schema import SettingError, canonical_hash
from impact import load_measures
from impact.questions.compare import Side, run_again, told_year
from impact.questions.what_if import Progress
from impact.version import code_version
from interface.compare_command import KIND, compare_content
from interface.drawings.comparison import comparison_picture, letters, shown_rows
from interface.named_nodes import NamedNodes
from interface.numbers import decimals_for, format_value
from interface.page.service.answered import Answered, answered
from interface.page.service.markup import HtmlTable, TableColumn
from interface.page.service.outcome import Outcome
from interface.page.service.pictures import Drawn, drawn
from interface.page.service.question import WORKERS
from interface.texts import Language, has_text, text

__all__ = [
    "MOST", "compared", "comparison_key", "comparison_table", "differing_inputs", "drawn_comparison", "labels_of",
]  # fmt: skip

MOST = 4  # scenarios side by side
UNPAIRED = ("system_hash", "seed", "draws")  # where these differ, two answers do not have the same draws and data
Row = Mapping[str, Any]


def labels_of(outcomes: Sequence[Outcome], lang: Language) -> list[str]:
    """Return a name of its own for each answer: its title, with a number where several have the same.

    Parameters
    ----------
    outcomes
        The answers.
    lang
        Of the titles.
    """
    found: list[str] = []
    for outcome in outcomes:
        title, number = outcome.title(lang), 2
        label = title
        while label in found:
            label, number = f"{title} ({number})", number + 1
        found.append(label)
    return found


def comparison_key(outcomes: Sequence[Outcome], lang: Language, year: int | None) -> str:
    """Return the hash of all that a comparison depends on."""
    content = {"command": "compare", "code": code_version(), "lang": lang, "year": year,
               "sides": [[dict(o.manifest), o.title(lang)] for o in outcomes]}  # fmt: skip
    return canonical_hash(content)


def _side(outcome: Outcome, label: str, progress: Progress | None) -> Side:
    """An answer of the present code is its own second run; an older one is run again, as the command does it."""
    result = outcome.result()
    if result.manifest["code_version"] == code_version():
        return Side(label, result, result)
    return Side(label, result, run_again(label, result, WORKERS, progress))


def compared(
    outcomes: Sequence[Outcome], lang: Language, year: int | None = None, progress: Progress | None = None
) -> Answered:
    """Return the answers side by side, each against the first.

    Parameters
    ----------
    outcomes
        Two to `MOST`, each with its whole result.
    lang
        Of the titles by which they are named.
    year
        The year told; the last that all have if None.
    progress
        Called with (steps done, steps in all).

    Raises
    ------
    SettingError
        If they are fewer or more.
    StoreError
        If only the JSON of one is there.
    """
    if not 2 <= len(outcomes) <= MOST:
        raise SettingError(f"{len(outcomes)} answers: compare 2 to {MOST}")
    sides: list[Side] = []
    for outcome, label in zip(outcomes, labels_of(outcomes, lang), strict=True):
        if progress is not None:
            progress(len(sides), len(outcomes))
        sides.append(_side(outcome, label, progress))
    content = compare_content(sides, told_year(sides) if year is None else year, "sv")
    return answered(KIND, content, sides[0].system, all=False)


def differing_inputs(document: Mapping[str, Any], lang: Language) -> list[str]:
    """Return, for each answer that has not the data and draws of the first, in what it differs, as sentences.

    Parameters
    ----------
    document
        Of `compared`.
    lang
        Of the words.
    """
    found, short = list[str](), letters(document["labels"])
    for label in document["labels"][1:]:
        named = [d["input"] for d in document["differences"] if d["of"] == label]
        apart = [n for n in UNPAIRED if n in named]
        if apart:
            words = ", ".join(text(f"what_if_input_{n}", lang) for n in apart)
            found.append(text("what_if_not_paired", lang, of=short[label], inputs=words))
        other = [n for n in named if n not in apart and has_text(f"what_if_input_{n}")]
        if other:
            words = ", ".join(text(f"what_if_input_{n}", lang) for n in other)
            found.append(text("what_if_differs", lang, of=short[label], inputs=words))
    return found


def _entity(row: Row, names: Mapping[str, str], lang: Language) -> str:
    if "national" in row:
        return text("national", lang)
    entity = str(row.get("hospital") or row["region"])
    return names.get(entity, str(row["name"]))


def _is_paired(document: Mapping[str, Any], label: str) -> bool:
    return not any(d["of"] == label and d["input"] in UNPAIRED for d in document["differences"])


def _cells(rows: Sequence[Row], document: Mapping[str, Any], lang: Language) -> dict[str, str]:
    """The cells of one place and measure: the first's effect, then of each other its effect and the difference."""
    spec, labels = load_measures()[rows[0]["measure"]], document["labels"]
    intervals = [(r["low"], r["high"]) for r in rows if r["low"] is not None]
    decimals = max((decimals_for(*i) for i in intervals), default=1)
    unit = text(spec.unit, lang)

    def number(value: float | None) -> str:
        return format_value(value, decimals, lang, signed=True)

    cells = {"measure": spec.short[lang] if unit in spec.short[lang] else f"{spec.short[lang]}, {unit}",
             "b0": number(rows[0]["a"])}  # fmt: skip
    for row in rows:
        place = labels.index(row["of"])
        cells[f"b{place}"] = number(row["b"])
        told = number(row["difference"])
        if row["low"] is not None and _is_paired(document, row["of"]):
            told += f" ({number(row['low'])} … {number(row['high'])})"
        cells[f"d{place}"] = told
    return cells


def comparison_table(document: Mapping[str, Any], lang: Language, scale: str, *, show_all: bool = False) -> (
    HtmlTable | None
):  # fmt: skip
    """Return hospitals, regions or nation by measure and scenario.

    Parameters
    ----------
    document
        Of `compared`, or reopened.
    lang
        Of the words.
    scale
        ``hospital``, ``region`` or ``national``.
    show_all
        Every measure; else those that are read first.

    Returns
    -------
    HtmlTable or None
        A difference has its 90 % interval where both answers have the same data and draws. None where nothing differs.
    """
    names = NamedNodes(document["nodes"]).names(lang)
    by_place: dict[tuple[str, str], list[Row]] = {}
    for row in shown_rows(document["rows"], show_all=show_all):
        if scale in row:
            by_place.setdefault((_entity(row, names, lang), row["measure"]), []).append(row)
    groups: dict[str, list[dict[str, str]]] = {}
    for (entity, _), rows in by_place.items():
        groups.setdefault(entity, []).append(_cells(rows, document, lang))
    if not groups:
        return None
    first, *others = letters(document["labels"]).values()
    columns = [TableColumn("measure", text("measure", lang)), TableColumn("b0", first, is_number=True)]
    for place, letter in enumerate(others, start=1):
        columns += [TableColumn(f"b{place}", letter, is_number=True),
                    TableColumn(f"d{place}", f"{letter} − {first}", is_number=True)]  # fmt: skip
    return HtmlTable(text(f"{scale}s", lang), columns, groups)


def drawn_comparison(document: Mapping[str, Any], lang: Language, *, show_all: bool) -> Drawn:
    """Return the picture of the differences, with its table; as `comparison_picture`, intervals as in the table."""
    rows = [r if _is_paired(document, r["of"]) else {**r, "low": None, "high": None} for r in document["rows"]]
    return drawn(comparison_picture({**document, "rows": rows}, lang, show_all=show_all))
