"""Open questions of a dataset: those that its register of assumptions holds, those that an answer of unknowns tells."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from graph_schema import CareSystem, Record
from impact.model.structure import compile_structure
from impact.questions.gaps import gaps_of
from impact.questions.question_groups import kind_of
from impact.questions.stated_numbers import StatedNumber, stated_numbers
from interface.node_names import names_in
from interface.page.service.question import today_of
from interface.texts import Language, has_text, text
from interface.unknowns_view import joined_names, question_text
from scenarios import Course

__all__ = [
    "ADDRESSEES",
    "LEVELS",
    "OpenQuestion",
    "gap_questions",
    "modelled_numbers",
    "open_questions",
    "told_questions",
]

ADDRESSEES = ("holder", "region", "applicant", "register", "expert_group", "authority")
LEVELS = ("high", "medium", "low")  # importance of an assumption, the most important first
HISTORY, HISTORIES = "history", ("p_new", "p_already_concentrated", "p_regional", "p_spread")
MANY = 3  # areas: a question of the register about more is worded for all of them
GENERAL = ("Hospital", "Region", "CareRegion")  # what a number of an area may first be about
Row = Mapping[str, Any]


@dataclass(frozen=True)
class OpenQuestion:
    """Something that one can ask for.

    Attributes
    ----------
    id
        Entry of the register, quantity or group of quantities, or area and heading.
    words
        The question.
    addressee
        One of `ADDRESSEES`: who can answer.
    importance, quality
        Of the register, one of `LEVELS`: how much the answers hang on it, how well it is founded today; empty where
        nobody judged it.
    numbers
        That the answer would replace.
    told
        Row of an answer of `unknowns`, where one tells it from chance.
    """

    id: str
    words: str
    addressee: str
    importance: str
    quality: str
    numbers: tuple[StatedNumber, ...]
    told: Row | None = None

    @property
    def nodes(self) -> frozenset[str]:
        """Ids of all nodes that its numbers are about."""
        return frozenset(n for number in self.numbers for n in number.nodes)


@lru_cache(maxsize=4)
def modelled_numbers(system: CareSystem) -> frozenset[str]:
    """Return the ids of the numbers that the model reads; others describe only."""
    return frozenset(compile_structure(system, Course(today_of(system)), 1, "standing").table.ids)


@lru_cache(maxsize=4)
def _by_assumption(system: CareSystem) -> Mapping[str, tuple[StatedNumber, ...]]:
    found: dict[str, list[StatedNumber]] = {}
    for number in stated_numbers(system):
        for source in number.sources if number.grade == "assumed" else ():
            found.setdefault(source, []).append(number)
    return {source: tuple(numbers) for source, numbers in found.items()}


def _is_about(system: CareSystem, number: StatedNumber, area: str) -> bool:
    """Whether a number is the area's own, or a hospital's or region's of that area; not another area's."""
    if area not in number.nodes:
        return False
    first = number.nodes[0]
    return first == area or system.node(first).type in GENERAL


def _asks_for(system: CareSystem, numbers: Sequence[StatedNumber]) -> list[str]:
    """Keys of the templates that ask for some numbers, which `kind_of` knows where the model reads them."""
    known = modelled_numbers(system)
    read = [(kind_of(system, n.id)[1], n.property) for n in numbers if n.id in known]
    found = [f"letter_ask_{n.property}" for n in numbers if n.id not in known]
    for kind in dict.fromkeys(kind for kind, _ in read):
        properties = {p for k, p in read if k == kind}
        special = f"unknowns_ask_{kind}_only_{min(properties)}"
        found.append(special if len(properties) == 1 and has_text(special) else f"unknowns_ask_{kind}")
    return list(dict.fromkeys(found))


def _worded(system: CareSystem, numbers: Sequence[StatedNumber], areas: Collection[str], lang: Language) -> str:
    """A question about the numbers of some areas, by the templates; empty where there is none for one of them."""
    keys = _asks_for(system, numbers)
    if not all(has_text(key) for key in keys):
        return ""
    names = names_in(system, lang)
    joined = joined_names([names[a] for a in areas if any(a in n.nodes for n in numbers)], lang)
    return " ".join(text(key, lang, a=joined) for key in keys)


def _of_register(
    system: CareSystem, entry: Record, numbers: Sequence[StatedNumber], areas: Collection[str], lang: Language
) -> OpenQuestion:
    """A question of the register; one that is worded for many areas is worded for those that are asked for."""
    words = entry.text("question_sv") if lang == "sv" else entry.text("statement")
    every = {n.nodes[0] for n in _by_assumption(system).get(entry.key[0], ()) if n.nodes} & _areas(system)
    if numbers and len(every) > MANY:
        words = _worded(system, numbers, areas, lang) or words
    return OpenQuestion(
        entry.key[0], words, entry.text("addressee"), entry.text("importance"), entry.text("quality"), tuple(numbers)
    )


def _areas(system: CareSystem) -> set[str]:
    return {r.key[0] for r in system.rows["CareArea"]}


def _urgency(question: OpenQuestion) -> tuple[bool, int, int, int, str]:
    importance = LEVELS.index(question.importance) if question.importance else 0
    quality = -LEVELS.index(question.quality) if question.quality else 0
    return question.told is None, importance, quality, -len(question.numbers), question.id


def open_questions(
    system: CareSystem, areas: Collection[str], lang: Language, *, general: bool = False
) -> list[OpenQuestion]:
    """Return the questions of the register about some areas, the important and badly founded first.

    Parameters
    ----------
    system
        The dataset.
    areas
        Ids of care areas. A question keeps only its numbers about them.
    lang
        ``sv`` gives the register's question, ``en`` its statement: the questions are Swedish.
    general
        Also the questions that are about no area: the hospitals' staff and resources, the model's common numbers.
    """
    found: list[OpenQuestion] = []
    for entry in system.rows["assumptions"]:
        if not entry.text("question_sv"):
            continue
        numbers = _by_assumption(system).get(entry.key[0], ())
        mine = [n for n in numbers if any(_is_about(system, n, a) for a in areas)]
        is_general = not any(system.node(i).type == "CareArea" for n in numbers for i in n.nodes)
        if mine or (general and is_general):
            found.append(_of_register(system, entry, mine or numbers, areas, lang))
    return sorted(found, key=_urgency)


def gap_questions(
    system: CareSystem, areas: Iterable[str], statements: Sequence[Mapping[str, str]], lang: Language
) -> list[OpenQuestion]:
    """Return what the documents leave open of some areas, as questions to their expert groups.

    Parameters
    ----------
    system
        The dataset.
    areas
        Ids of care areas.
    statements
        Rows of the register ``statements``.
    lang
        Of the words.
    """
    names = names_in(system, lang)
    return [
        OpenQuestion(
            f"{area}:{heading}",
            text(f"letter_gap_{heading}", lang, area=names[area]),
            "expert_group", "", "", (),
        )
        for area in areas
        for heading in gaps_of(system, area, statements)["open"]
    ]  # fmt: skip


def _members(system: CareSystem, row: Row) -> tuple[StatedNumber, ...]:
    """The numbers that a row of `unknowns` is about; none of an allocation or of a scenario's own numbers."""
    if row["assumption"]:
        return _by_assumption(system).get(row["assumption"], ())
    every = {n.id: n for n in stated_numbers(system)}
    if row["quantity"] in every:
        return (every[row["quantity"]],)
    node, _, last = str(row["quantity"]).rpartition(".")
    if last == HISTORY:  # which of four histories an area had is drawn by their probabilities
        return tuple(every[i] for name in HISTORIES if (i := f"{node}.{name}") in every)
    wanted = (row["group"], row["kind"])
    return tuple(
        n for i, n in every.items()
        if i in modelled_numbers(system) and (found := kind_of(system, i))[:2] == wanted
        and (not row["nodes"] or row["nodes"][0] in found[2])
    )  # fmt: skip


def told_questions(
    system: CareSystem, content: Row, threshold: float, known: Sequence[OpenQuestion], lang: Language
) -> list[OpenQuestion]:
    """Return the questions that an answer of `unknowns` tells from chance, then those that were known before.

    Parameters
    ----------
    system
        The dataset.
    content
        Of the answer.
    threshold
        Of the objection, one of those that were asked.
    known
        Questions; one that the answer tells stands once, with what the answer says of it.
    lang
        Of the words.
    """
    names = names_in(system, lang)
    by_id = {q.id: q for q in known}
    told: list[OpenQuestion] = []
    for row in content["rows"]:
        if row["objection_threshold"] != threshold:
            continue
        same = by_id.pop(row["assumption"] or row["quantity"], None)
        if same is not None:
            told.append(replace(same, told=row))
            continue
        is_swedish = lang == "sv"
        words = row["question_sv"] if is_swedish else row["statement"] or question_text(row, names, lang)
        told.append(
            OpenQuestion(row["assumption"] or row["quantity"], words, row["addressee"], "", "",
                         _members(system, row), row)
        )  # fmt: skip
    return [*told, *by_id.values()]
