"""A scenario that grows part by part: adding, changing, removing, titles, files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import get_args

from graph_schema import CareSystem
from interface.node_names import names_in
from interface.page.service.part_sentences import part_title
from interface.texts import Language, text
from scenarios import Decision, Event, Scenario, library, parse_scenario, read_scenario, scenario_toml

__all__ = [
    "automatic_title",
    "is_simple",
    "part_at",
    "ready_scenario",
    "ready_scenarios",
    "scenario_file",
    "scenario_of_file",
    "scenario_title",
    "titled",
    "with_part",
    "with_title",
    "without_part",
]  # fmt: skip

MOST_TITLED = 2  # parts that a title names


def with_part(scenario: Scenario, value: Decision | Event, place: str | None = None) -> Scenario:
    """Return the scenario with one more part, or with another at a place.

    Parameters
    ----------
    scenario
        What is composed so far.
    value
        The decision or event.
    place
        ``decisions[1]`` or ``events[1]``, which it replaces; None: it comes last. A decision that becomes an event
        goes, and the event comes last.
    """
    name = "decisions" if isinstance(value, get_args(Decision)) else "events"
    if place is not None and not place.startswith(name):
        scenario, place = without_part(scenario, place), None
    parts = list(getattr(scenario, name))
    if place is None:
        parts.append(value)
    else:
        parts[_index(place)] = value
    return replace(scenario, **{name: tuple(parts)})


def without_part(scenario: Scenario, place: str) -> Scenario:
    """Return the scenario without the part at a place."""
    name, index = place.partition("[")[0], _index(place)
    parts = getattr(scenario, name)
    return replace(scenario, **{name: (*parts[:index], *parts[index + 1 :])})


def part_at(scenario: Scenario, place: str) -> Decision | Event:
    """Return the part at a place."""
    return dict(scenario.places())[place]


def _index(place: str) -> int:
    return int(place.partition("[")[2].rstrip("]")) - 1


def is_simple(scenario: Scenario) -> bool:
    """Return whether a scenario is one concentration today, which one line of questions asks."""
    (first, *rest) = (*scenario.decisions, *scenario.events, None)
    return rest == [None] and first is not None and first.kind == "concentrate" and first.date is None


def automatic_title(scenario: Scenario, system: CareSystem, lang: Language) -> str:
    """Return a title that names the first parts and counts the others; empty where there is none."""
    names = names_in(system, lang)
    parts = [part_title(value, names, lang) for _, value in scenario.places()]
    told = "; ".join(parts[:MOST_TITLED])
    left = len(parts) - MOST_TITLED
    return text("what_if_title_more", lang, told=told, count=left) if left > 0 else told


def titled(scenario: Scenario, system: CareSystem) -> Scenario:
    """Return the scenario with a title in both languages: its own, or one that names its parts."""
    if scenario.title_sv.strip():
        return scenario
    return replace(
        scenario, title_sv=automatic_title(scenario, system, "sv"), title_en=automatic_title(scenario, system, "en")
    )


def scenario_title(scenario: Scenario, lang: Language) -> str:
    """Return the title of a scenario in a language; the Swedish one where there is no other."""
    return scenario.title_sv if lang == "sv" else scenario.title_en or scenario.title_sv


def with_title(scenario: Scenario, title: str) -> Scenario:
    """Return the scenario with a title of its own; empty: one that names its parts. An English one goes with it."""
    if title == scenario.title_sv:
        return scenario
    return replace(scenario, title_sv=title, title_en="")


def ready_scenarios(lang: Language) -> Mapping[str, str]:
    """Return the scenarios of the library: name to title."""
    return {name: sv if lang == "sv" else en or sv for name, (sv, en) in library().items()}


def ready_scenario(name: str) -> Scenario:
    """Return a scenario of the library by its name."""
    return read_scenario(name)


def scenario_of_file(name: str, content: bytes) -> Scenario:
    """Return the scenario in a TOML file.

    Parameters
    ----------
    name
        Of the file, for messages.
    content
        Its bytes.

    Raises
    ------
    ScenarioConflict
        If it is no scenario; lists every problem.
    """
    return parse_scenario(content, name)


def scenario_file(scenario: Scenario, system: CareSystem) -> bytes:
    """Return the bytes of a TOML file that `randzon run` accepts, and that gives the numbers that the page gives."""
    return scenario_toml(titled(scenario, system)).encode("utf-8")
