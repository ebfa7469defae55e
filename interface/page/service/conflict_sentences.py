"""What is wrong with a scenario, in the words of the page and where it was composed."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from graph_schema import CareSystem, Problem, ScenarioConflict
from interface.node_names import names_in
from interface.page.service.dataset_choices import today_of
from interface.page.service.part_sentences import place_words
from interface.texts import Language, has_text, text
from scenarios import Scenario, course_of

__all__ = ["conflicts_of", "problem_sentence", "problem_sentences"]

PLACE = re.compile(r"(?:decisions|events)\[\d+\]")
GENERAL = ""  # the place of what concerns no part alone


def _named(value: str, names: Mapping[str, str], lang: Language) -> str:
    """A value of a problem as people read it: ids become names, places and kinds become words."""
    if PLACE.fullmatch(value):
        return place_words(value, lang)
    if has_text(f"what_if_done_{value.replace(' ', '_')}"):
        return text(f"what_if_done_{value.replace(' ', '_')}", lang)
    return ", ".join(names.get(part, part) for part in value.split(", "))


def problem_sentence(problem: Problem, names: Mapping[str, str], lang: Language) -> str:
    """Return a problem of a scenario as a sentence with its remedy.

    Parameters
    ----------
    problem
        Of a `ScenarioConflict`.
    names
        Node id to name.
    lang
        Of the words.
    """
    key = f"conflict_{problem.code}"
    if not has_text(key):
        return str(problem)
    about = {name: _named(value, names, lang) for name, value in problem.about}
    value = "" if problem.value is None else _named(problem.value, names, lang)
    spot = problem.property or ""
    where = place_words(spot, lang) if "[" in spot else spot
    name = spot.rpartition(".")[2].partition("[")[0]
    field = text(f"what_if_ask_{name}", lang) if has_text(f"what_if_ask_{name}") else name
    return text(key, lang, **{"value": value, "where": where, "field": field, **about})


def problem_sentences(error: ScenarioConflict, system: CareSystem, lang: Language) -> list[str]:
    """Return every problem of a file that is no scenario, each with the place where it stands."""
    names = names_in(system, lang)
    return [problem_sentence(p, names, lang) for p in error.problems]


def _place(problem: Problem) -> str:
    found = PLACE.match(problem.property or "")
    return found.group() if found else GENERAL


def conflicts_of(scenario: Scenario, system: CareSystem, lang: Language) -> Mapping[str, Sequence[str]]:
    """Return what contradicts itself in a scenario or on a dataset, before it is run.

    Parameters
    ----------
    scenario
        What is composed so far.
    system
        The dataset.
    lang
        Of the words.

    Returns
    -------
    dict
        Place (``decisions[1]``; empty: the whole scenario) to sentences; empty where it can be run.
    """
    try:
        course_of(scenario, system, today_of(system))
    except ScenarioConflict as error:
        names, found = names_in(system, lang), dict[str, list[str]]()
        for problem in error.problems:
            found.setdefault(_place(problem), []).append(problem_sentence(problem, names, lang))
        return found
    return {}
