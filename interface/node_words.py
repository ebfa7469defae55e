"""What a dataset's own words are called: properties, values, units, sources; in the language of the reader."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from graph_schema import CareSystem, PropertySpec, Record
from interface.drawings.matrix import cluster_name
from interface.texts import Language, has_text, text

__all__ = ["ENGLISH", "SourceWords", "node_title", "property_label", "source_words", "unit_label", "value_words"]

# Properties whose text stands in English in every dataset that follows ours.
ENGLISH = frozenset({"name_en", "definition", "motive", "care_chain", "note", "reason", "outcome", "condition"})
UNITS = ("capacity_unit", "amount_unit")  # whose value is a unit


@dataclass(frozen=True, slots=True)
class SourceWords:
    """A source or assumption as people read it.

    Attributes
    ----------
    id
        In the register.
    kind
        Document, scientific article, assumption …
    words
        Title, publisher, year, designation and place, or what is assumed; nothing is cut.
    is_english
        Whether the words stand in English.
    question
        Of an assumption: what would replace it, in Swedish; else empty.
    """

    id: str
    kind: str
    words: str
    is_english: bool
    question: str


def property_label(name: str, lang: Language) -> str:
    """Return what a property of the schema is called; with a capital letter."""
    key = f"property_{name}"
    label = text(key, lang) if has_text(key) else name.replace("_", " ")
    return label[:1].upper() + label[1:]


def unit_label(unit: str, lang: Language, *, is_share: bool = False) -> str:
    """Return a unit in the language; of numbers without one only a share is named."""
    if unit == "1" and not is_share:
        return ""
    key = f"unit_{unit}"
    return text(key, lang) if has_text(key) else unit


def value_words(spec: PropertySpec, record: Record, lang: Language, names: Mapping[str, str]) -> str:
    """Return a property that is no quantity as people read it.

    Parameters
    ----------
    spec
        Of the property, which is present.
    record
        The row.
    lang
        Of the words.
    names
        Of the nodes, for references.
    """
    value = record.values[spec.name]
    written = str(value).lower() if isinstance(value, bool) else str(value)
    for key in (f"node_value_{spec.name}_{written}", f"{spec.name}_{written}", f"entry_{written}", written):
        is_entry = key.startswith("entry_") and record.type != "Decision"
        if spec.dtype in ("enum", "boolean") and has_text(key) and not is_entry:
            return text(key, lang)
    if spec.dtype == "reference":
        return names.get(written, written)
    if spec.name == "cluster":
        return cluster_name(written, lang)
    if spec.name in UNITS:
        return unit_label(written, lang)
    if spec.dtype == "number" and lang == "sv":
        return written.replace(".", ",")
    return written


def node_title(record: Record, lang: Language) -> str:
    """Return what a node is called; an event of a case by its date and what was done."""
    if record.type != "Decision":
        return record.text("name_sv" if lang == "sv" else "name_en") or record.text("name_sv")
    day = record.text("date") or text("node_no_date", lang)
    return f"{day}: {text('entry_' + record.text('kind'), lang)}"


def source_words(system: CareSystem, source_id: str, lang: Language) -> SourceWords:
    """Return a source or assumption as people read it; an id in neither register stands as it is."""
    record = system.get("sources", source_id)
    if record is not None:
        parts = (record.text(n) for n in ("title", "publisher", "year", "identifier", "place"))
        kind = record.text("kind")
        return SourceWords(
            source_id, text(f"node_source_{kind}", lang), ". ".join(p for p in parts if p), kind == "derivation", ""
        )
    record = system.get("assumptions", source_id)
    if record is None:
        return SourceWords(source_id, "", source_id, is_english=False, question="")
    return SourceWords(
        source_id, text("node_source_assumption", lang), record.text("statement"), is_english=True,
        question=record.text("question_sv"),
    )  # fmt: skip
