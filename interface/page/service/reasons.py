"""Why a question is asked: which effects its answer would change, by how much, and what they rest on today."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from graph_schema import CareSystem
from impact.questions.stated_numbers import StatedNumber
from interface.numbers import format_share, format_value
from interface.page.service.number_words import NumberWords, grade_word, range_words, unit_word
from interface.page.service.open_questions import OpenQuestion, modelled_numbers
from interface.texts import Language, text

__all__ = ["NumberAsked", "numbers_asked", "reasons"]

# Property of a number to what the model makes of it.
EFFECTS: Mapping[str, str] = {
    **dict.fromkeys(("criticality",), "dependence"),
    **dict.fromkeys(("head_cases",), "practice"),
    **dict.fromkeys(("amount",), "load"),
    **dict.fromkeys(("volume", "patients", "episodes_per_patient"), "volume"),
    **dict.fromkeys(("needed_volume", "default_needed_volume"), "needed"),
    **dict.fromkeys(("transport_share", "icu_transport_share", "default_transport_share",
                     "default_icu_transport_share"), "transport"),
    **dict.fromkeys(("research_share", "outside_research_share", "default_research_share"), "research"),
    **dict.fromkeys(("p_new", "p_already_concentrated", "p_regional", "p_spread", "share", "new_share",
                     "share_outside", "outside_share_of_spread", "dirichlet_concentration"), "history"),
    **dict.fromkeys(("specialists", "rota_heads", "fte", "rota_heads_day", "rota_heads_duty"), "staffing"),
    **dict.fromkeys(("margin", "default_margin"), "margin"),
    **dict.fromkeys(("outside_caseload", "outside_ratio", "child_fraction", "parent_fraction"), "outside"),
    **dict.fromkeys(("usual_caseload", "v_min", "parent_share", "default_v_min", "default_usual_caseload",
                     "default_parent_share"), "skill"),
    **dict.fromkeys(("capacity", "occupancy", "other_patients", "other_amount", "day_cv", "wait_days",
                     "guarantee_days", "refill_share", "default_day_cv", "default_refill_share"), "resources"),
    **dict.fromkeys(("patients_relying",), "functions"),
    **dict.fromkeys(("hours_p5", "hours_p50", "hours_p95", "population"), "travel"),
    **dict.fromkeys(("anchor_patients", "anchor_share", "anchor_episodes", "anchor_episodes_per_patient"),
                    "outside_patients"),
}  # fmt: skip
OTHER = "model"
# What stands first in a list of numbers: what one can count, then shares.
FIRST = ("volume", "patients", "amount", "head_cases", "criticality")


class NumberAsked:
    """A number as a letter shows it.

    Attributes
    ----------
    id
        As ``--set`` takes it.
    label, unit, value, span, basis
        Text: whose it is and of what, unit, value today, 90 % range, what it rests on.
    number
        The number itself.
    """

    def __init__(self, number: StatedNumber, words: NumberWords, mask: int, about: str = "") -> None:
        self.number, self.id = number, number.id
        self.label = words.label(number)
        for sign in (" – ", ": ") if about else ():
            self.label = self.label.removeprefix(f"{words.node(about)}{sign}")
        self.unit = unit_word(number.unit, words.lang)
        self.value, self.span = range_words(number, words.lang, mask)
        published = [s for s in number.sources if _is_published(words.system, s)]
        key = "letter_basis_one" if len(published) == 1 else "letter_basis_some" if published else "letter_basis_none"
        self.basis = text(key, words.lang, grade=grade_word(number.grade, words.lang), count=len(published))


def _is_published(system: CareSystem, source: str) -> bool:
    record = system.get("sources", source)
    return record is not None and record.text("kind") != "derivation"


def numbers_asked(
    question: OpenQuestion, words: NumberWords, mask: int, nodes: Collection[str] = (), about: str = ""
) -> list[NumberAsked]:
    """Return the numbers that an answer would replace: those that the model reads first, and the largest of a kind.

    Parameters
    ----------
    question
        The question.
    words
        For names, units and grades.
    mask
        Reported numbers of patients below it are withheld.
    nodes
        Hospitals and regions of the one who is asked: numbers of others are left out.
    about
        Node whose name the labels leave out, since the letter is about it; empty: none.
    """
    known, system = modelled_numbers(words.system), words.system
    places = {"Hospital", "Region"}
    mine = [
        n for n in question.numbers
        if not nodes or any(i in nodes for i in n.nodes) or not any(system.node(i).type in places for i in n.nodes)
    ]  # fmt: skip
    place = {name: i for i, name in enumerate(FIRST)}
    order = sorted(mine, key=lambda n: (n.id not in known, place.get(n.property, len(FIRST)), -(n.value or 0.0), n.id))
    return [NumberAsked(n, words, mask, about) for n in order]


def _effects(question: OpenQuestion, system: CareSystem, lang: Language) -> list[str]:
    known = modelled_numbers(system)
    read = [n for n in question.numbers if n.id in known]
    groups = dict.fromkeys(EFFECTS.get(n.property, OTHER) for n in read)
    found = (
        [text("letter_changes", lang, what="; ".join(text(f"letter_why_{g}", lang) for g in groups))] if groups else []
    )
    if question.numbers and not read:
        found.append(text("letter_describes", lang))
    return found


def _told(question: OpenQuestion, lang: Language) -> list[str]:
    row = question.told
    if row is None:
        return []
    shares = {
        "changes": format_share(row["changes"], lang),
        "lowest": format_value(100 * row["p_floor_lowest"], 0, lang),
        "highest": format_share(row["p_floor_highest"], lang),
        "saves": format_value(100 * row["evppi"], 1, lang),
        "se": format_value(100 * row["se"], 1, lang),
    }
    found = [text("letter_told", lang, **shares)]
    if row["first_order"]:
        found.append(text("letter_told_spread", lang, share=format_share(row["first_order"], lang)))
    return found


def reasons(question: OpenQuestion, system: CareSystem, lang: Language) -> Sequence[str]:
    """Return why a question is asked, as sentences.

    Parameters
    ----------
    question
        The question.
    system
        The dataset.
    lang
        Of the words.
    """
    found = [*_effects(question, system, lang), *_told(question, lang)]
    if question.importance:
        found.append(
            text("letter_judged", lang, importance=text(f"letter_importance_{question.importance}", lang),
                 quality=text(f"letter_quality_{question.quality}", lang))
        )  # fmt: skip
    if not question.numbers:
        found.append(text("letter_gap_why" if question.told is None else "letter_no_number", lang))
    return found
