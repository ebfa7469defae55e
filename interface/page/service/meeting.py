"""What opens a meeting: counts of the whole, and for each case on the table its state, reasoning, volumes and kin."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from graph_schema import CareSystem, Quantity
from impact.questions.card_parts import Registers
from impact.questions.clusters import clusters
from interface.citations import documents
from interface.clusters_view import reason_of, waiting_lines
from interface.drawings.matrix import cluster_name
from interface.masking import is_masked
from interface.named_nodes import NamedNodes
from interface.node_names import names_in
from interface.numbers import decimals_for, format_value
from interface.page.service.case_log import area_words, log_table, log_words
from interface.page.service.kin import kin_table
from interface.page.service.markup import HtmlTable, TableColumn, table_markup
from interface.texts import Language, text

__all__ = ["COUNTED", "Case", "Cluster", "case_of", "cases_by_name", "counts_table", "reported_cell"]

COUNTED = ("decided", "in_process", "proposed", "tabled", "closed", "never")  # standing of an area, in this order
OPEN = ("in_process", "tabled", "proposed")
EXPECTED = ("volume", "needed_volume", "growth")
PERCENT = 100
LEAST = 0.2  # strength from which on `clusters` binds two areas
Row = Mapping[str, Any]


@dataclass(frozen=True)
class Cluster:
    """The group that a case ought to be reviewed with.

    Attributes
    ----------
    members
        Each with its standing, as one reads it.
    lines
        Why they belong together, and which of them should wait for which.
    """

    members: Sequence[str]
    lines: Sequence[str]


@dataclass(frozen=True)
class Case:
    """A case on the table.

    Attributes
    ----------
    area, name
        Its care area.
    state, volumes, log, kin
        Tables: where it stands; expected and reported patients; what was said; neighbours by standing. None where
        nothing is known.
    cluster
        None where it belongs to none.
    own_group
        The dataset's own name of its group, empty where it has none.
    """

    area: str
    name: str
    state: HtmlTable
    volumes: HtmlTable | None
    log: HtmlTable | None
    kin: HtmlTable | None
    cluster: Cluster | None
    own_group: str

    def cluster_markup(self, lang: Language) -> str:
        """Return what it ought to be reviewed with, as HTML."""
        title = text("meeting_cluster", lang)
        head = f"<h4>{escape(title)}</h4>"
        own = escape(text("meeting_own_group", lang, group=self.own_group)) if self.own_group else ""
        if self.cluster is None:
            none = text("meeting_no_cluster", lang, least=format_value(LEAST, 1, lang))
            return f'<div class="randzon-page">{head}<p>{escape(none)} {own}</p></div>'
        members = "".join(f"<li>{escape(m)}</li>" for m in self.cluster.members)
        lines = "".join(f"<p>{escape(line)}</p>" for line in self.cluster.lines)
        return f'<div class="randzon-page">{head}<ul>{members}</ul>{lines}<p>{own}</p></div>'

    def markup(self, lang: Language) -> str:
        """Return the whole case as HTML, without its name."""
        tables = (self.state, self.volumes, self.log, self.kin)
        return "".join(table_markup(t) for t in tables if t is not None) + self.cluster_markup(lang)


def cases_by_name(found: Row, names: Mapping[str, str], lang: Language) -> dict[str, str]:
    """Return each care area with its name and standing: those that are open first, then by name.

    Parameters
    ----------
    found
        Of `impact.questions.overview`.
    names
        Of nodes.
    lang
        Of the words.
    """
    status = {a["id"]: a["status"] for a in found["areas"]}
    order = sorted(status, key=lambda a: (status[a] not in OPEN, names[a].casefold()))
    return {a: f"{names[a]} ({text(status[a], lang)})" for a in order}


def _reported_year(found: Row) -> tuple[str, int, int] | None:
    """The last year that anybody reported: year, areas and hospitals behind the sum."""
    rows = [(a["id"], p) for a in found["areas"] for p in a["patients"]]
    if not rows:
        return None
    year = max(p["year"] for _, p in rows)
    mine = [(area, p) for area, p in rows if p["year"] == year]
    return str(year), len({area for area, _ in mine}), len(mine)


def _volume_of_decided(system: CareSystem, found: Row) -> tuple[float, Counter[str]]:
    """Sum of the decided areas' national volumes, and their number by grade."""
    decided = [a["id"] for a in found["areas"] if a["status"] == "decided"]
    known = [q for a in decided if (q := system.node(a).quantity("volume")) is not None]
    return sum(q.value for q in known), Counter(q.grade for q in known)


def counts_table(system: CareSystem, found: Row, lang: Language) -> HtmlTable:
    """Return the short counts: areas by standing, permits, patients a year.

    Parameters
    ----------
    system
        The dataset.
    found
        Of `impact.questions.overview`, with the session's mask.
    lang
        Of the words.
    """
    standing = Counter(a["status"] for a in found["areas"])
    totals = found["totals"]
    rows = [
        {"what": text(f"meeting_count_{status}", lang), "number": str(standing[status])}
        for status in COUNTED if standing[status]
    ]  # fmt: skip
    permits = text("meeting_permits_note", lang, areas=totals["areas"], unnamed=totals["units_of_unnamed"])
    rows.insert(1, {"what": text("meeting_permits", lang), "number": str(totals["units"]), "note": permits})
    last = _reported_year(found)
    if last is not None:
        year, areas, units = last
        total = totals["patients_by_year"][year]
        rows.append(
            {"what": text("meeting_reported", lang, year=year),
             "number": text("meeting_withheld", lang) if total is None else format_value(total, 0, lang),
             "note": text("meeting_reported_note", lang, areas=areas, units=units)}
        )  # fmt: skip
    volume, grades = _volume_of_decided(system, found)
    if grades:
        words = ", ".join(f"{grades[g]} {text(g, lang)}" for g in ("reported", "derived", "assumed") if grades[g])
        rows.append(
            {"what": text("meeting_volume", lang), "number": f"≈ {format_value(round(volume, -2), 0, lang)}",
             "note": text("meeting_volume_note", lang, grades=words)}
        )  # fmt: skip
    columns = [
        TableColumn("what", text("meeting_what", lang)),
        TableColumn("number", text("meeting_number", lang), is_number=True),
        TableColumn("note", text("note", lang)),
    ]
    return HtmlTable(text("meeting_counts", lang, as_of=found["as_of"]), columns, {"": rows})


def _holders(area: Row, names: Mapping[str, str]) -> str:
    held = [h for h in area["holders"] if not h["sub_permit"] and h["role"] != "partner"]
    return "\n".join(f"{names[h['hospital'] or h['region']]} ({h['valid_from'] or '–'})" for h in held)


def _state(area: Row, said: Mapping[str, str], names: Mapping[str, str], lang: Language) -> HtmlTable:
    """What it is about and what the process has come to; what is not stated is left out."""
    proposed = [e["units"] for e in area["log"] if e["kind"] == "proposal" and e["units"] is not None]
    stated: list[tuple[str, object]] = [
        ("meeting_definition", said["definition"]),
        ("meeting_motive", said["motive"]),
        ("meeting_status", text(area["status"], lang)),
        ("meeting_step", text(f"draw_step_{area['step']}", lang) if area["step"] else None),
        ("meeting_proposed_units", proposed[-1] if proposed else None),
        ("meeting_decided_units", area["units_decided"]),
        ("meeting_applications", area["applications"]),
        ("meeting_refusals", area["refusals"]),
        ("meeting_vacant", area["vacant"] or None),
        ("meeting_holders", _holders(area, names)),
    ]
    rows = [{"what": text(key, lang), "value": str(value)} for key, value in stated if value not in (None, "")]
    columns = [TableColumn("what", text("meeting_what", lang)), TableColumn("value", text("meeting_answer", lang))]
    return HtmlTable(text("meeting_state", lang), columns, {"": rows})


def _span(quantity: Quantity, lang: Language, *, scale: float = 1.0) -> dict[str, str]:
    value, low, high = (scale * v for v in (quantity.value, quantity.low, quantity.high))
    decimals = decimals_for(low, high)
    shown = format_value(value, decimals, lang)
    span = "" if low == high else f"{format_value(low, decimals, lang)} … {format_value(high, decimals, lang)}"
    return {"number": shown, "span": span}


def reported_cell(rows: Sequence[Row], mask: int, lang: Language) -> str:
    """Return the sum of some reported numbers, withheld where it would give away a single hidden one.

    Parameters
    ----------
    rows
        ``value``: None where it is withheld.
    mask
        Below which they are.
    lang
        Of the words.

    Examples
    --------
    >>> reported_cell([{"value": 12}, {"value": 30}], 10, "sv"), reported_cell([{"value": None}], 10, "sv")
    ('42', '<10')
    """
    hidden = sum(r["value"] is None for r in rows)
    if not hidden:
        return format_value(sum(r["value"] for r in rows), 0, lang)
    return f"<{mask}" if len(rows) == 1 else text("meeting_withheld", lang)


def _reported(area: Row, names: Mapping[str, str], mask: int, lang: Language) -> list[dict[str, str]]:
    """The last reported year: all units together, and each."""
    years = [p["year"] for p in area["patients"]]
    if not years:
        return []
    last = [p for p in area["patients"] if p["year"] == max(years)]
    each = [
        f"{names[p['hospital'] or p['region']]} {reported_cell([p], mask, lang)}" for p in last
    ]  # fmt: skip
    return [
        {"what": text("meeting_reported_area", lang, year=max(years)), "number": reported_cell(last, mask, lang),
         "unit": text("patients/year", lang), "grade": text("draw_grade_reported", lang), "source": "; ".join(each)}
    ]  # fmt: skip


def _volumes(system: CareSystem, area: Row, mask: int, lang: Language) -> HtmlTable | None:
    record, names = system.node(area["id"]), names_in(system, lang)
    rows: list[dict[str, str]] = []
    for name in EXPECTED:
        quantity = record.quantity(name)
        if quantity is None:
            continue
        is_share = name == "growth"
        is_hidden = not is_share and quantity.grade != "assumed" and is_masked(quantity.value, mask)
        rows.append(
            {"what": text(f"property_{name}", lang),
             **({"number": f"<{mask}"} if is_hidden else _span(quantity, lang, scale=PERCENT if is_share else 1.0)),
             "unit": "%" if is_share else text("patients/year", lang),
             "grade": text(f"draw_grade_{quantity.grade}", lang),
             "source": documents(system, quantity.source, lang)}
        )  # fmt: skip
        if name == "volume" and area["units_decided"] and not is_hidden:
            shared = _span(quantity, lang, scale=1 / area["units_decided"])
            rows.append(
                {"what": text("meeting_per_unit", lang, units=area["units_decided"]), **shared,
                 "unit": text("patients/year", lang), "grade": text("draw_grade_derived", lang),
                 "source": text("meeting_per_unit_note", lang)}
            )  # fmt: skip
    rows += _reported(area, names, mask, lang)
    columns = [
        TableColumn("what", text("meeting_what", lang)),
        TableColumn("number", text("meeting_number", lang), is_number=True),
        TableColumn("span", text("interval", lang).replace("\\n", " "), is_number=True),
        TableColumn("unit", text("unit", lang), is_short=True),
        TableColumn("grade", text("grade", lang), is_short=True),
        TableColumn("source", text("source", lang)),
    ]
    return HtmlTable(text("meeting_volumes", lang), columns, {"": rows}) if rows else None


def _cluster(system: CareSystem, area: str, lang: Language) -> Cluster | None:
    nodes = NamedNodes.of(system)
    names = nodes.names(lang)
    row = next((c for c in clusters(system, LEAST) if area in c["areas"]), None)
    if row is None:
        return None
    members = [f"{names[a]} ({text(nodes.status(a), lang)})" for a in row["areas"]]
    why = text("cluster_why", lang, reason=reason_of(nodes, row, lang))
    return Cluster(members, [why, *waiting_lines(row, names, lang)])


def case_of(system: CareSystem, found: Row, area: str, registers: Registers, mask: int, lang: Language) -> Case:
    """Return a case as it opens a meeting.

    Parameters
    ----------
    system
        The dataset.
    found
        Of `impact.questions.overview`, with the session's mask.
    area
        Id of its care area.
    registers
        Of the dataset: the case log and the definition in Swedish.
    mask
        Reported numbers below it are withheld; 0 withholds none.
    lang
        Of the words.

    Raises
    ------
    UnknownNode
        If there is no such area.
    """
    record = system.node(area, "CareArea")
    names = names_in(system, lang)
    row = next(a for a in found["areas"] if a["id"] == area)
    entries = [(entry, "") for entry in row["log"]]
    about = {"id": area, "definition": record.text("definition"), "motive": record.text("motive")}
    said, words = area_words(registers, about, lang), log_words(registers)
    group = record.text("cluster")
    return Case(
        area=area,
        name=names[area],
        state=_state(row, said, names, lang),
        volumes=_volumes(system, row, mask, lang),
        log=log_table(text("meeting_log", lang, count=len(entries)), entries, words, lang) if entries else None,
        kin=kin_table(system, found, area, lang),
        cluster=_cluster(system, area, lang),
        own_group=cluster_name(group, lang) if group else "",
    )
