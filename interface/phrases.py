"""English sentences to Swedish ones: of the packaged tables, and of a dataset by the registers beside it."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from functools import cache
from importlib import resources

from graph_schema import CareSystem
from impact.questions.card_parts import Registers
from interface.texts import Language

__all__ = ["phrase", "swedish_words"]

PUT_INTO_SWEDISH = {"care_areas": ("definition", "motive"), "case_log": ("outcome", "reason")}


@cache
def _swedish() -> Mapping[str, str]:
    content = resources.files("interface").joinpath("phrases.csv").read_text(encoding="utf-8")
    return {row["en"]: row["sv"] for row in csv.DictReader(content.splitlines())}


def phrase(words: str, lang: Language) -> str:
    """Return a sentence of the packaged tables in a language; as it stands where nobody has translated it.

    Examples
    --------
    >>> phrase("contribution to research in the area", "sv")
    'bidrag till forskning inom området'
    >>> phrase("contribution to research in the area", "en"), phrase("Egna ord", "sv")
    ('contribution to research in the area', 'Egna ord')
    """
    return _swedish().get(words, words) if lang == "sv" else words


def swedish_words(system: CareSystem, registers: Registers) -> Mapping[str, str]:
    """Return English sentences of a dataset to Swedish: definitions, motives, and what stands in the case log.

    Parameters
    ----------
    system
        The dataset.
    registers
        Those beside it: ``care_areas`` and ``case_log`` have the Swedish by id.
    """
    found: dict[str, str] = {}
    for register, parts in PUT_INTO_SWEDISH.items():
        for row in registers.get(register, ()):
            node = system.nodes.get(row["id"])
            told = {} if node is None else {node.text(part): row[f"{part}_sv"] for part in parts}
            found.update({english: swedish for english, swedish in told.items() if english and swedish})
    return found
