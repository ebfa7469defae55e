"""Everything known of an area, a hospital or a source on one page, and what is missing."""

from __future__ import annotations

from collections.abc import Iterable

from graph_schema import CareSystem, Record, load_schema
from impact.questions.card_parts import (
    Registers,
    Row,
    about,
    compared,
    deviation_rows,
    linked,
    log_rows,
    node_numbers,
    number_fields,
    provided,
)
from impact.questions.grades import citation
from impact.questions.kinship import neighbours_of

__all__ = ["area_card", "hospital_card", "source_card"]


def _required(system: CareSystem, area: str) -> list[Row]:
    rows = linked(system, system.outgoing("REQUIRES", area), "target_id", "criticality", "reach", "family", "reason")
    cases = {r.text("target_id"): r.quantity("head_cases") for r in system.outgoing("REQUIRES", area)}
    kinds = {r.key[0]: r.text("kind") for r in system.rows["Competence"]}
    return [
        {**row, "kind": kinds[row["id"]], "head_cases": None if (q := cases[row["id"]]) is None else q.value}
        for row in rows
    ]


def _chain(text: str) -> list[Row]:
    links = [part.partition(":") for part in text.split(";") if part.strip()]
    return [{"link": link.strip(), "level": level.strip() or None} for link, _, level in links]


def area_card(system: CareSystem, area: str, registers: Registers) -> Row:
    """Return all that is known of a care area.

    Parameters
    ----------
    system
        A validated system.
    area
        Id of a care area.
    registers
        Name to rows: ``statements``, ``claims``, ``literature``; those that are absent are shown as empty.

    Returns
    -------
    dict
        Texts, ``numbers`` (with range, grade, source, and how many areas have a smaller one), ``chain``,
        ``providers``, ``before``, ``requires``, ``uses``, ``depends_on``, ``needed_by``, ``neighbours``, ``log``,
        ``deviations``, ``statements``, ``claims``, ``literature``, ``missing`` (properties without a value).

    Raises
    ------
    UnknownNode
        If there is no such area.
    """
    record = system.node(area, "CareArea")
    numbers, absent = node_numbers(system, record)
    texts = (
        "name_sv",
        "name_en",
        "name_in_source",
        "definition",
        "age",
        "urgency",
        "status",
        "cluster",
        "motive",
        "note",
    )
    before = system.incoming("PROVIDED_BEFORE", area)
    return {
        "id": area,
        **{name: record.text(name) or None for name in texts},
        "aliases": [a for a in record.text("aliases").split(";") if a],
        "step": None if record.number("step") is None else int(record.number("step") or 0),
        "source": citation(system, record.text("source")),
        "numbers": numbers,
        "chain": _chain(record.text("care_chain")),
        "providers": provided(system, system.incoming("PROVIDES", area), "source_id"),
        "before": linked(system, before, "source_id", "share", "source"),
        "requires": _required(system, area),
        "uses": linked(system, system.outgoing("USES", area), "target_id", "amount", "reason"),
        "depends_on": linked(
            system, system.outgoing("DEPENDS_ON", area), "target_id", "criticality", "reach", "reason"
        ),
        "needed_by": linked(system, system.incoming("DEPENDS_ON", area), "source_id", "criticality", "reach", "reason"),
        "neighbours": list(neighbours_of(system, area)),
        "log": log_rows(system, (r.text("source_id") for r in system.incoming("CONCERNS", area))),
        "deviations": deviation_rows(system.incoming("DEVIATES_FROM", area)),
        "statements": about(registers, "statements", "area", area),
        "claims": about(registers, "claims", "area", area),
        "literature": about(registers, "literature", "area", area),
        "missing": absent,
    }


def _without_staffing(system: CareSystem, hospital: str, areas: Iterable[str]) -> list[str]:
    staffed = {r.text("target_id") for r in system.outgoing("STAFFS", hospital)}
    wanted = {r.text("target_id") for a in areas for r in system.outgoing("REQUIRES", a)}
    return sorted(wanted - staffed)


def _staff(system: CareSystem, hospital: str) -> list[Row]:
    found: list[Row] = []
    for record in system.outgoing("STAFFS", hospital):
        competence = record.text("target_id")
        row: Row = {"id": competence, "name": system.node(competence).text("name_sv")}
        for name in ("rota_heads", "outside_caseload", "margin"):
            quantity = record.quantity(name)
            row[name] = None if quantity is None else quantity.value
        found.append(row | number_fields(system, record.quantity("specialists")))
    return sorted(found, key=lambda r: (-(r["value"] or 0.0), r["id"]))


def _resources(system: CareSystem, hospital: str) -> list[Row]:
    found: list[Row] = []
    for record in system.outgoing("OPERATES", hospital):
        resource = record.text("target_id")
        row: Row = {"id": resource, "name": system.node(resource).text("name_sv")}
        for name in ("occupancy", "other_patients", "wait_days"):
            quantity = record.quantity(name)
            row[name] = None if quantity is None else quantity.value
        found.append(
            row
            | {"part_of_year": record.text("part_of_year") or None}
            | number_fields(system, record.quantity("capacity"))
        )
    return found


def hospital_card(system: CareSystem, hospital: str, registers: Registers) -> Row:
    """Return all that is known of a hospital.

    Parameters
    ----------
    system
        A validated system.
    hospital
        Id of a hospital.
    registers
        Name to rows: ``statements``, ``claims``, ``known_to_run``.

    Returns
    -------
    dict
        Texts, ``region``, ``numbers``, ``areas`` (what it provides), ``before`` (what it provided before and holds no
        more), ``staff``, ``resources``, ``functions``, ``refusals``, ``deviations``, ``statements``, ``claims``,
        ``known_to_run``, ``compares`` (areas held, against hospitals of its kind), ``missing`` (properties without a
        value) and ``no_staffing`` (competences that its areas require and of whose staffing nothing is known).

    Raises
    ------
    UnknownNode
        If there is no such hospital.
    """
    record = system.node(hospital, "Hospital")
    numbers, absent = node_numbers(system, record)
    region = system.outgoing("LOCATED_IN", hospital)
    areas = provided(system, system.outgoing("PROVIDES", hospital), "target_id")
    held = {a["id"] for a in areas}
    kin = [r.key[0] for r in system.rows["Hospital"] if r.text("kind") == record.text("kind")]
    permits = {h: len({r.text("target_id") for r in system.outgoing("PROVIDES", h) if r.flag("permit")}) for h in kin}
    gone = [r for r in system.outgoing("PROVIDED_BEFORE", hospital) if r.text("target_id") not in held]
    return {
        "id": hospital,
        **{name: record.text(name) or None for name in ("name_sv", "name_en", "kind", "sites", "note")},
        "region": region[0].text("target_id") if region else None,
        "source": citation(system, record.text("source")),
        "numbers": numbers,
        "areas": areas,
        "before": linked(system, gone, "target_id", "share", "source"),
        "staff": _staff(system, hospital),
        "resources": _resources(system, hospital),
        "functions": linked(system, system.outgoing("PERFORMS", hospital), "target_id", "patients_relying", "source"),
        "refusals": log_rows(system, (r.text("source_id") for r in system.incoming("REFUSES", hospital))),
        "deviations": deviation_rows(system.outgoing("DEVIATES_FROM", hospital)),
        "statements": about(registers, "statements", "target", hospital),
        "claims": about(registers, "claims", "hospital", hospital),
        "known_to_run": about(registers, "known_to_run", "hospital", hospital),
        "compares": {"permits": permits[hospital], **compared(permits.values(), permits[hospital])},
        "missing": absent,
        "no_staffing": _without_staffing(system, hospital, held),
    }


def _cites(record: Record, source: str) -> bool:
    return any(source in record.text(p.name).split(";") for p in record.spec.properties if p.dtype == "source")


def source_card(system: CareSystem, source: str, registers: Registers) -> Row:
    """Return all that rests on a source or an assumption.

    Parameters
    ----------
    system
        A validated system.
    source
        Id of a row of ``sources`` or ``assumptions``.
    registers
        Name to rows; those with a column ``source`` are searched.

    Returns
    -------
    dict
        ``entry`` (the register's row), ``kind`` (source, assumption), ``numbers`` (``id``, value, range, grade),
        ``rows`` (``type``, ``key``) that cite it as a whole, and for each register the rows that cite it.

    Raises
    ------
    UnknownNode
        If neither register has the id; names near ones.
    """
    record = system.source(source)
    numbers: list[Row] = []
    rows: list[Row] = []
    for name, records in system.rows.items():
        for r in records:
            numbers += [
                {"id": r.quantity_id(n), **number_fields(system, q)} for n, q in r.quantities() if source in q.sources
            ]
            if _cites(r, source):
                rows.append({"type": name, "key": list(r.key)})
    return {
        "id": source,
        "kind": "source" if record.type == "sources" else "assumption",
        "entry": {p.name: record.values.get(p.name) for p in load_schema()[record.type].properties},
        "numbers": sorted(numbers, key=lambda n: n["id"]),
        "rows": rows,
        **{name: about(registers, name, "source", source) for name in ("statements", "claims", "known_to_run")},
    }
