"""The run command: a scenario to the object that OUTPUTS names, and to what people read."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from rich.console import Group, RenderableType
from rich.panel import Panel
from rich.text import Text

from graph_schema import CareSystem
from impact import Result, effect_rows, load_measures
from impact.questions.benefit import benefit_of, proposed_units
from interface import options as opt
from interface.answers import Answer, AnswerKind, give
from interface.benefit_view import benefit_lines
from interface.competence_table import competence_table
from interface.manifest import limits_of
from interface.named_nodes import NamedNodes
from interface.node_names import names_in
from interface.numbers import format_value
from interface.output import table_width
from interface.run_tables import effect_tables
from interface.summary import summary_paragraph
from interface.texts import Language, text

__all__ = ["KIND", "give_run", "names_in", "run_object", "run_view"]


def _joined(names: list[str], lang: Language) -> str:
    word = {"sv": " och ", "en": " and "}[lang]
    return names[0] if len(names) == 1 else ", ".join(names[:-1]) + word + names[-1]


def _told(manifest: Mapping[str, Any], scenario: Mapping[str, Any]) -> int:
    """The year that is told: of an event its own, else the last."""
    years = int(manifest["years"])
    return years if scenario.get("year") is None else min(int(scenario["year"]), years)


def _opening(system: CareSystem, result: Result, scenario: Mapping[str, Any], lang: Language) -> str:
    focus = list(result.notes["focus"])
    year = _told(result.manifest, scenario)
    as_of = date.fromisoformat(result.manifest["dataset"]["as_of"])
    begin = scenario.get("date") or (as_of + timedelta(days=1)).isoformat()
    if not focus:
        return text("summary_event", lang, title=scenario[f"title_{lang}"], year=as_of.year + year)
    names = names_in(system, lang)
    area = _joined([names[a] for a in focus], lang)
    what = text("summary_changed", lang)
    if result.notes["allocations"]:
        units = len(result.notes["allocations"][0]["units"])
        what = text("summary_concentrated", lang, units=units)
    elif scenario.get("units"):
        what = text("summary_given", lang, units=_joined([names[h] for h in scenario["units"]], lang))
    return text("summary_intro", lang, area=area, what=what, date=begin, years=year)


def run_object(system: CareSystem, result: Result, scenario: Mapping[str, Any], lang: Language) -> dict[str, Any]:
    """Return the object that `run` prints as JSON.

    Parameters
    ----------
    system
        The dataset of the run.
    result
        Of `what_if`.
    scenario
        ``title_sv``, ``title_en``, ``date``, ``units``, ``year`` and ``event_hospitals``, for the opening sentence.
    lang
        Language of the limits.
    """
    rows = effect_rows(result, system)
    told = _told(result.manifest, scenario)
    last = [r for r in rows if r["year"] == told]
    also = tuple(scenario.get("event_hospitals", ()))
    decisions = result.notes.get("scenario_content", {}).get("decisions", [])
    as_of = date.fromisoformat(result.manifest["dataset"]["as_of"])
    return {
        "manifest": dict(result.manifest),
        "limits": limits_of("run", lang),
        "summary_sv": summary_paragraph(
            last, _opening(system, result, scenario, "sv"), names_in(system, "sv"), "sv", also
        ),
        "summary_en": summary_paragraph(
            last, _opening(system, result, scenario, "en"), names_in(system, "en"), "en", also
        ),
        "effects": rows,
        "benefit": {
            **benefit_of(system, result, result.notes.get("outcome_evidence", ()), told),
            "units": proposed_units(system, decisions, as_of),
        },
        "allocations": list(result.notes["allocations"]),
        "tipping": dict(result.notes["tipping"]),
        "margins": list(result.notes["margins"]),
        "known_functions": list(result.notes["known_functions"]),
        "dropped_dependencies": list(result.notes["dropped_dependencies"]),
    }


def _committed(content: Mapping[str, Any], names: Mapping[str, str], lang: Language) -> list[str]:
    """One line: what decisions already taken go on changing at the hospitals by the last year."""
    measure = "patients_without_full_competence"
    rows = [
        r
        for r in content["effects"]
        if r["year"] == content["manifest"]["years"]
        and r["measure"] == measure
        and r["reading"] != "national_first"
        and "hospital" in r
        and abs(r["committed"] or 0.0) >= load_measures()[measure].visible
    ]
    if not rows:
        return []
    values = ", ".join(f"{names[r['hospital']]} {format_value(r['committed'], 1, lang, signed=True)}" for r in rows)
    name = load_measures()[measure].name_sv if lang == "sv" else measure.replace("_", " ")
    return [text("committed_line", lang, year=rows[0]["year"], measure=name, values=values)]


def _stakes(content: Mapping[str, Any], names: Mapping[str, str], lang: Language) -> list[RenderableType]:
    table = competence_table(content["margins"], names, lang)
    return [] if table is None else [table, Text()]


def run_view(
    nodes: NamedNodes,
    content: Mapping[str, Any],
    scenario: Mapping[str, Any],
    lang: Language,
    show_all: bool,
    year: int | None,
) -> RenderableType:
    """Return what a person reads of a run: summary, tables, committed effects, limits.

    Parameters
    ----------
    nodes
        For names.
    content
        Of `run_object`.
    scenario
        As for `run_object`.
    lang, show_all
        Options of the command.
    year
        Year shown; that of the event, or the last, if None.
    """
    manifest = content["manifest"]
    shown = _told(manifest, scenario) if year is None else year
    rows = [r for r in content["effects"] if r["year"] == shown]
    names = nodes.names(lang)
    heading = text("title_run", lang, name=scenario[f"title_{lang}"], year=shown, as_of=manifest["dataset"]["as_of"])
    footer = [*_committed(content, names, lang), *content["limits"]]
    tipping = content["tipping"]
    units = ", ".join(f"{names.get(u['hospital'])}: {names.get(u['competence'])}" for u in tipping["units"])
    footer.append(text("tipping_line", lang, radius=format_value(tipping["radius"], 2, lang), units=units))
    made = f"seed {manifest['seed']}, draws {manifest['draws']}, start {manifest['start']}, " \
           f"data {manifest['system_hash'][:10]}, code {manifest['code_version']}"  # fmt: skip
    return Group(
        Text(heading, style="bold"),
        Panel(Text(content["summary_sv" if lang == "sv" else "summary_en"])),
        Text("\n".join([*benefit_lines(content["benefit"], names, lang), ""])),
        effect_tables(rows, names, lang, nodes.universities, show_all=show_all, width=table_width()),
        Text(),
        *_stakes(content, names, lang),
        Text("\n".join(footer)),
        Text(made, style="dim"),
    )


def _page(answer: Answer) -> RenderableType:
    shown = answer.shown
    opt.check_year(shown["year"], answer.content["manifest"]["years"])
    return run_view(answer.nodes, answer.content, shown["scenario"], answer.lang, shown["all"], shown["year"])


KIND = AnswerKind("run", _page, lambda a: a.content["effects"])


def give_run(
    system: CareSystem, result: Result, how: tuple[opt.OutputFormat, Language], show_all: bool, year: int | None
) -> None:
    """Print a run in a format and a language.

    Parameters
    ----------
    system, result
        The dataset and what was found on it, with the scenario in its notes.
    how
        Format and language.
    show_all, year
        Options of the command.
    """
    scenario = result.notes["scenario"]
    content = run_object(system, result, scenario, how[1])
    give(KIND, content, system, how, scenario=scenario, all=show_all, year=year)
