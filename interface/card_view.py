"""Cards of an area, a hospital and a source as sections for people, and those as pages for the terminal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rich.console import Group, RenderableType
from rich.text import Text

from interface.masking import is_masked, masked
from interface.numbers import decimals_for, format_value
from interface.tables import plain_table
from interface.texts import Language, text

__all__ = ["CardView", "Section", "area_page", "area_view", "hospital_page", "hospital_view", "source_page"]

Row = Mapping[str, Any]
FACTS = ("name_en", "definition", "age", "urgency", "status", "step", "cluster", "motive", "kind", "sites", "region",
         "note", "source")  # fmt: skip
LISTS = ("age", "urgency", "status", "kind")
MOST_IN_SOURCE = 40
PATIENTS = "patients/year"


@dataclass(frozen=True, slots=True)
class Section:
    """A table of a card: key of its heading, rows of ready cells, and which columns in which order (None: all)."""

    name: str
    rows: Sequence[Row]
    columns: Sequence[str] | None = None


@dataclass(frozen=True, slots=True)
class CardView:
    """A card as people read it: title, facts a line each, sections (none without rows), a closing line."""

    title: str
    facts: Sequence[str]
    sections: Sequence[Section]
    closing: str


def _span(row: Row, lang: Language) -> dict[str, Any]:
    """A quantity as one cell with its range, and its unit and grade."""
    if row.get("value") is None:
        return {"shown_value": None, "unit": None, "grade": None}
    decimals = decimals_for(row["low"], row["high"])
    value, low, high = (format_value(row[k], decimals, lang) for k in ("value", "low", "high"))
    number = value if row["low"] == row["high"] else f"{value} ({low}–{high})"
    return {"shown_value": number, "unit": row["unit"], "grade": text(row["grade"], lang)}


def _quantities(rows: Sequence[Row], lang: Language, *columns: str) -> list[dict[str, Any]]:
    return [{c: row.get(c) for c in columns} | _span(row, lang) for row in rows]


def _plain_number(value: float | None, lang: Language) -> str | None:
    return None if value is None else format_value(value, 1 if abs(value) < 10 else 0, lang)


def _word(name: str, value: object, lang: Language) -> str:
    """A value as it reads; words of a list of the schema have a text of their own."""
    if name not in LISTS:
        return str(value)
    key = f"{name}_{value}" if name in ("age", "urgency", "kind") else str(value)
    return text(key, lang)


def _facts(card: Row, lang: Language) -> list[str]:
    return [
        f"{text(name, lang)}: {_word(name, card[name], lang)}" for name in FACTS if card.get(name) not in (None, "")
    ]


def _section(name: str, rows: Sequence[Row], columns: Sequence[str] | None = None) -> list[Section]:
    return [Section(name, rows, columns)] if rows else []


def _tables(sections: Sequence[Section], lang: Language) -> list[RenderableType]:
    return [part for s in sections for part in (plain_table(text(s.name, lang), s.rows, lang, s.columns), Text())]


def _page(view: CardView, lang: Language) -> RenderableType:
    return Group(
        Text(view.title, style="bold underline"),
        Text("\n".join(view.facts)),
        Text(),
        *_tables(view.sections, lang),
        Text(view.closing),
    )


def _hidden(row: Row, mask: int, lang: Language) -> dict[str, Any]:
    """A quantity as a cell; a number of patients below the mask that somebody reported, or derived, is withheld."""
    is_count = row.get("unit") == PATIENTS and row.get("grade") not in (None, "assumed")
    if is_count and is_masked(row["value"], mask):
        return {"shown_value": f"<{mask}", "unit": row["unit"], "grade": text(row["grade"], lang)}
    return _span(row, lang)


def _numbers(card: Row, lang: Language, mask: int) -> list[dict[str, Any]]:
    return [
        {"what": text(f"property_{r['property']}", lang), **_hidden(r, mask, lang),
         "source": r["source"].replace(";", "; "),
         "compared": text("smaller_of", lang, smaller=r["smaller"], of=r["of"])}
        for r in card["numbers"]
    ]  # fmt: skip


def _providers(rows: Sequence[Row], lang: Language, mask: int) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for row in rows:
        reported = ", ".join(f"{year}: {masked(v, mask, lang)}" for year, v in sorted(row["reported"].items()))
        kind = text("with_permit" if row["permit"] else "without_permit", lang)
        stated = _hidden(row, mask, lang)
        found.append(
            {"name": row["name"], "permit": f"{kind}, {row['role']}" if row["role"] == "partner" else kind,
             "valid_from": row["valid_from"], "sub_permit": row["sub_permit"],
             "patients": reported or stated["shown_value"],
             "grade": text("reported", lang) if reported else stated["grade"]}
        )  # fmt: skip
    return found


def _evidence(card: Row, lang: Language) -> list[Section]:
    claim = "statement_sv" if lang == "sv" else "statement_en"
    said = [{"statement": s["statement"], "strength": text(f"strength_{s['strength']}", lang), "place": s["place"]}
            for s in card.get("statements", ())]  # fmt: skip
    claims = [{"statement": c[claim], "role": c["role"], "place": c["place"]} for c in card.get("claims", ())]
    papers = [
        {"quantity": p["quantity"], "shown_value": f"{p['value']} {p['unit']}", "population": p["population"],
         "reference": ", ".join(x for x in (p["authors"], p["title"], p["journal"], p["year"], p["doi"]) if x)}
        for p in card.get("literature", ())
    ]  # fmt: skip
    return [
        *_section("said_in_documents", said),
        *_section("claims", claims),
        *_section("literature", papers),
    ]


def area_view(card: Row, lang: Language, mask: int = 0) -> CardView:
    """Return what a person reads of a care area.

    Parameters
    ----------
    card
        Of `impact.questions.cards.area_card`.
    lang
        ``sv`` or ``en``.
    mask
        Reported numbers of patients below it are withheld.
    """
    needs = [
        {"name": r["name"], "kind": text(f"kind_{r['kind']}", lang), **_span(r, lang),
         "head_cases": _plain_number(r["head_cases"], lang), "reach": text(r["reach"] or "same_site", lang),
         "reason": r["reason"]}
        for r in card["requires"]
    ]  # fmt: skip
    uses = _quantities(card["uses"], lang, "name", "reason")
    chain = [{"link": text(f"link_{c['link']}", lang), "level": c["level"]} for c in card["chain"]]
    on, by = (_quantities(card[k], lang, "name", "reason") for k in ("depends_on", "needed_by"))
    log = [{k: e[k] for k in ("date", "outcome", "reason")} | {"event": text(f"entry_{e['kind']}", lang)}
           for e in card["log"]]  # fmt: skip
    deviations = [{k: d[k] for k in ("source_id", "year", "condition", "fulfilment")} for d in card["deviations"]]
    missing = ", ".join(text(f"property_{name}", lang) for name in card["missing"])
    sections = [
        *_section("numbers", _numbers(card, lang, mask)),
        *_section("care_chain", chain),
        *_section("holders", _providers(card["providers"], lang, mask)),
        *_section("provided_before", _quantities(card["before"], lang, "name")),
        *_section("requires", needs),
        *_section("uses", uses),
        *_section("depends_on", on),
        *_section("needed_by", by),
        *_section("log", log, ("date", "event", "outcome", "reason")),
        *_section("deviations", deviations),
        *_evidence(card, lang),
    ]
    return CardView(card["name_sv"], _facts(card, lang), sections, text("missing_line", lang, names=missing or "–"))


def hospital_view(card: Row, lang: Language, mask: int = 0) -> CardView:
    """Return what a person reads of a hospital.

    Parameters
    ----------
    card
        Of `impact.questions.cards.hospital_card`.
    lang
        ``sv`` or ``en``.
    mask
        Reported numbers of patients below it are withheld.
    """
    staff = [
        {"name": r["name"], **_span(r, lang),
         **{k: _plain_number(r[k], lang) for k in ("rota_heads", "outside_caseload", "margin")}}
        for r in card["staff"]
    ]  # fmt: skip
    resources = [
        {"name": r["name"], "part_of_year": r["part_of_year"], **_span(r, lang),
         "occupancy": None if r["occupancy"] is None else f"{format_value(100 * r['occupancy'], 0, lang)} %"}
        for r in card["resources"]
    ]  # fmt: skip
    deviations = [{k: d[k] for k in ("target_id", "year", "condition", "fulfilment")} for d in card["deviations"]]
    refusals = [{k: e[k] for k in ("date", "outcome", "reason")} for e in card["refusals"]]
    known = [{k: r[k] for k in ("target", "evidence", "source")} for r in card["known_to_run"]]
    compares = card["compares"]
    missing = ", ".join([*(text(f"property_{name}", lang) for name in card["missing"]), *card["no_staffing"]])
    held = text("permits_held", lang, permits=compares["permits"], smaller=compares["smaller"], of=compares["of"])
    sections = [
        *_section("numbers", _numbers(card, lang, mask)),
        *_section("areas_provided", _providers(card["areas"], lang, mask)),
        *_section("provided_before", _quantities(card["before"], lang, "name")),
        *_section("hospital_functions", _quantities(card["functions"], lang, "name")),
        *_section("resources", resources),
        *_section("staff", staff),
        *_section("deviations", deviations),
        *_section("refusals", refusals),
        *_section("known_to_run", known),
        *_evidence(card, lang),
    ]
    facts = [*_facts(card, lang), held]
    return CardView(card["name_sv"], facts, sections, text("missing_line", lang, names=missing or "–"))


def area_page(card: Row, lang: Language) -> RenderableType:
    """Return the page of a care area on the terminal; see `area_view`."""
    return _page(area_view(card, lang), lang)


def hospital_page(card: Row, lang: Language) -> RenderableType:
    """Return the page of a hospital on the terminal; see `hospital_view`."""
    return _page(hospital_view(card, lang), lang)


def source_page(card: Row, lang: Language) -> RenderableType:
    """Return the page of a source or an assumption.

    Parameters
    ----------
    card
        Of `impact.questions.cards.source_card`.
    lang
        ``sv`` or ``en``.
    """
    entry = card["entry"]
    facts = "\n".join(f"{text(name, lang)}: {value}" for name, value in entry.items() if value not in (None, ""))
    numbers = _quantities(card["numbers"], lang, "id")
    rows = [{"type": r["type"], "key": " ".join(k for k in r["key"] if k)} for r in card["rows"]]
    more = sum(max(len(rs) - MOST_IN_SOURCE, 0) for rs in (numbers, rows))
    hidden = [Text(text("more_in_json", lang, count=more), style="dim")] if more else []
    sections = [
        *_section("numbers", numbers[:MOST_IN_SOURCE]), *_section("rows", rows[:MOST_IN_SOURCE]),
        *_evidence(card, lang),
    ]  # fmt: skip
    return Group(
        Text(facts),
        Text(),
        *_tables(sections, lang),
        *hidden,
    )
