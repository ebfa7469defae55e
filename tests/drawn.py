"""Pictures for the tests: every kind of the small country, with places on a map, and one run of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from functools import cache
from typing import Any

from graph_schema import CareSystem, Record
from impact import Settings, effect_rows, run_scenario
from impact.followup import follow_up
from impact.questions.compare import Side
from impact.questions.moved_care import moved_care
from impact.questions.patient_flows import patient_flows
from interface.answers import document_of
from interface.compare_command import KIND as COMPARE
from interface.compare_command import compare_content
from interface.drawings.comparison import comparison_picture
from interface.drawings.competences import competences_picture
from interface.drawings.county_map import map_picture
from interface.drawings.displaced import displaced_picture
from interface.drawings.effects import effects_picture
from interface.drawings.funnel import funnel_picture
from interface.drawings.growth import growth_picture
from interface.drawings.headroom import headroom_picture
from interface.drawings.interactions import interactions_picture
from interface.drawings.matrix import matrix_picture
from interface.drawings.network import network_picture
from interface.drawings.picture import Picture
from interface.drawings.pipeline import pipeline_picture
from interface.drawings.reported import reported_picture
from interface.drawings.shares import shares_picture
from interface.drawings.timeline import timeline_picture
from interface.drawings.travel import travel_picture
from interface.followup_concealed import concealed_follow_up
from interface.named_nodes import NamedNodes
from interface.page.service.together import AskedGrowth, AskedHeadroom, AskedShares
from interface.texts import Language
from loaders.registers import REGISTERS
from scenarios import course_of, parse_scenario
from tests.small_system import CONCENTRATE, EVENT, GIVEN, small_system

NOTHING_KNOWN = dict.fromkeys(REGISTERS, ())
LONGITUDES = {"north": 20.3, "middle": 15.2, "south": 13.2, "n": 20.3, "m": 15.2, "s": 13.2}
CODES = {"n": "24", "m": "18", "s": "12"}
OUTSIDE = re.compile(r"""(?:src|href)\s*=\s*["']?\s*(?:https?:)?//""", re.IGNORECASE)


def _placed(record: Record) -> Record:
    code = {"county_code": CODES[record.key[0]]} if record.type == "Region" else {}
    return Record(record.type, {**record.values, "longitude": LONGITUDES[record.key[0]], **code})


@cache
def mapped_system() -> CareSystem:
    """The small country with longitudes and county codes."""
    system = small_system()
    return system.replace(
        Hospital=[_placed(r) for r in system.rows["Hospital"]], Region=[_placed(r) for r in system.rows["Region"]]
    )


@cache
def grown() -> Mapping[str, Any]:
    """What accumulate answers of the small country."""
    return AskedGrowth(draws=4, years=2).answer(mapped_system(), NOTHING_KNOWN, lambda *_: None).document


@cache
def room() -> Mapping[str, Any]:
    """What headroom answers of the small country."""
    return AskedHeadroom(draws=4, years=2).answer(mapped_system(), NOTHING_KNOWN, lambda *_: None).document


# Pairs that are laid into an answer: a, b, what they do together, its standard error.
PAIRS = (("liver", "heart", 2.0, 0.2), ("heart", "valve", -1.0, 0.1), ("liver", "valve", 0.5, 0.6))
PAIRED = ("north", "research_caseload", "mean")  # of which hospital, measure, statistic


@cache
def shared() -> Mapping[str, Any]:
    """What attribute answers of the small country, as if three decisions had been taken, with pairs of them."""
    found = AskedShares(draws=4, years=2).answer(mapped_system(), NOTHING_KNOWN, lambda *_: None).document
    liver = found["decisions"][0]
    later = [
        {**liver, "decision": a, "areas": [a], "dates": [day]}
        for a, day in (("heart", "2020-01-01"), ("valve", "2024-05-01"))
    ]
    figures = ("historical", "shapley", "last_in")
    rows = [
        {**r, "decision": a, **{f: times * r[f] for f in figures}}
        for r in found["rows"] for a, times in (("liver", 1), ("heart", 0.5), ("valve", -2))
    ]  # fmt: skip
    cell = next(r for r in found["last_in_gap"] if (r["hospital"], r["measure"], r["statistic"]) == PAIRED)
    pairs = [
        {**{k: cell[k] for k in ("hospital", "perspective", "measure", "unit", "statistic", "reading")}, "year": 2,
         "a": a, "b": b, "value": value, "se": se, "uncertain": se > abs(value) / 2, "fitted": None}
        for a, b, value, se in PAIRS
    ]  # fmt: skip
    nodes = NamedNodes.of(mapped_system()).stated
    return {**found, "decisions": [liver, *later], "rows": rows, "interactions": pairs, "nodes": nodes}


@cache
def effects() -> tuple[tuple[Mapping[str, Any], ...], Mapping[str, Any]]:
    """Effect rows and manifest of one short run."""
    result = run_scenario(
        mapped_system(), parse_scenario(CONCENTRATE.encode(), "x"), settings=Settings(draws=20, years=2)
    )
    return tuple(effect_rows(result, mapped_system())), result.manifest


def _map(lang: Language) -> Picture:
    system = mapped_system()
    return map_picture(system, patient_flows(system, ["liver"], draws=4), ["liver"], lang, system.settings["as_of"])


def _effects(lang: Language) -> Picture:
    rows, manifest = effects()
    return effects_picture(mapped_system(), rows, manifest, lang, "Två enheter", perspective="competence_supply")


AHEAD = ({"hospital": "middle", "year": 2026, "mean": 14.0, "low": 6.0, "high": 24.0},)


def reported(mask: int = 0) -> list[dict[str, Any]]:
    """Reported years of the small country beside what was expected."""
    return concealed_follow_up(follow_up(mapped_system(), mask=mask))["rows"]


def _travel(lang: Language) -> Picture:
    rows, manifest = effects()
    return travel_picture(mapped_system(), rows, manifest, lang, "Två enheter")


def _displaced(lang: Language) -> Picture:
    _, manifest = effects()
    course = course_of(parse_scenario(CONCENTRATE.encode(), "x"), mapped_system(), date(2025, 12, 31))
    found = moved_care(mapped_system(), course, Settings(draws=20, years=2))
    return displaced_picture(mapped_system(), found.displaced, manifest, lang, "Två enheter", found.year)


@cache
def comparison() -> Mapping[str, Any]:
    """The document of a comparison of three short runs."""
    sides: list[Side] = []
    for content in (CONCENTRATE, GIVEN, EVENT):
        scenario = parse_scenario(content.encode(), "x")
        result = run_scenario(mapped_system(), scenario, settings=Settings(draws=6, years=2))
        sides.append(Side(scenario.name, result, result))
    return document_of(COMPARE, compare_content(sides, 2, "sv"), mapped_system(), "sv", all=False)


PICTURES: Mapping[str, Callable[[Language], Picture]] = {
    "map": _map,
    "matrix": lambda lang: matrix_picture(mapped_system(), lang, date.fromisoformat(mapped_system().settings["as_of"])),
    "competences": lambda lang: competences_picture(
        mapped_system(), lang, date.fromisoformat(mapped_system().settings["as_of"]), None, every=True
    ),
    "network": lambda lang: network_picture(mapped_system(), lang, "heart"),
    "effects": _effects,
    "travel": _travel,
    "displaced": _displaced,
    "compare": lambda lang: comparison_picture(comparison(), lang),
    "timeline": lambda lang: timeline_picture(mapped_system(), lang),
    "reported": lambda lang: reported_picture(mapped_system(), reported(), "liver", lang, ahead=AHEAD),
    "funnel": lambda lang: funnel_picture(mapped_system(), reported(), lang, "liver"),
    "pipeline": lambda lang: pipeline_picture(mapped_system(), lang),
    "growth": lambda lang: growth_picture(grown(), lang, "research_caseload"),
    "shares": lambda lang: shares_picture(shared(), lang, PAIRED),
    "interactions": lambda lang: interactions_picture(shared(), lang, PAIRED),
    "headroom": lambda lang: headroom_picture(room(), lang),
}
