"""Where the numbers come from: quantities by grade, sources by use, the register of assumptions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from graph_schema import GRADES, CareSystem, Record

__all__ = ["citation", "count_grades", "sources_table"]

LEVELS = ("low", "medium", "high")


def citation(system: CareSystem, source_ids: str) -> str:
    """Return sources as a reader knows them: title and place, or the statement of an assumption.

    Parameters
    ----------
    system
        The system whose registers name them.
    source_ids
        Ids separated by semicolons; an id in neither register stands as it is.

    Returns
    -------
    str
        The same title stands once, with its places; sources are separated by semicolons.
    """
    places: dict[str, list[str]] = {}
    for source_id in filter(None, source_ids.split(";")):
        record = system.get("sources", source_id)
        if record is not None:
            places.setdefault(record.text("title"), []).append(record.text("place"))
            continue
        assumption = system.get("assumptions", source_id)
        text = source_id if assumption is None else f"assumption: {assumption.text('statement')}"
        places.setdefault(text, []).append("")
    return "; ".join(", ".join([title, *filter(None, where)]) for title, where in places.items())


def _row(counts: Counter[str]) -> dict[str, Any]:
    total = sum(counts.values())
    share = counts["assumed"] / total if total else None
    return {**{grade: counts[grade] for grade in GRADES}, "total": total, "share_assumed": share}


def count_grades(system: CareSystem) -> dict[str, Any]:
    """Return how many numbers of a dataset are reported, derived and assumed.

    Parameters
    ----------
    system
        A validated system; each of its quantities counts once.

    Returns
    -------
    dict
        ``reported``, ``derived``, ``assumed``, ``total`` (numbers), ``share_assumed`` (0–1; None where there is no
        number) over all, and the same for each type that has quantities in ``by_type`` (with ``type``).

    Examples
    --------
    >>> count_grades(CareSystem({}))["total"]
    0
    """
    by_type = {
        name: Counter[str](quantity.grade for record in records for _, quantity in record.quantities())
        for name, records in system.rows.items()
    }
    overall = Counter[str]()
    for counts in by_type.values():
        overall.update(counts)
    rows = [{"type": name, **_row(counts)} for name, counts in by_type.items() if counts]
    return {**_row(overall), "by_type": rows}


def _cited(record: Record) -> set[str]:
    names = (spec.name for spec in record.spec.properties if spec.dtype == "source")
    return {part for name in names for part in record.text(name).split(";") if part}


def _described(records: Iterable[Record], numbers: Counter[str], rows: Counter[str]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for record in records:
        source_id = record.key[0]
        properties = {spec.name: record.values.get(spec.name) for spec in record.spec.properties}
        found.append({**properties, "numbers": numbers[source_id], "rows": rows[source_id]})
    return found


def _urgency(row: dict[str, Any]) -> tuple[int, int, int, str]:
    importance, quality = LEVELS.index(row["importance"]), LEVELS.index(row["quality"])
    return -importance, quality, -row["numbers"], row["id"]


def sources_table(system: CareSystem) -> dict[str, list[dict[str, Any]]]:
    """Return each source and each assumption with how much of the dataset rests on it.

    Parameters
    ----------
    system
        A validated system.

    Returns
    -------
    dict
        ``sources``: the properties of the register, ``numbers`` (quantities that cite it) and ``rows`` (rows that
        cite it as a whole), most cited first. ``assumptions``: the same for the assumption register, the important
        and badly founded first. What nothing cites has 0 and stays in the table.
    """
    numbers, rows = Counter[str](), Counter[str]()
    for records in system.rows.values():
        for record in records:
            rows.update(_cited(record))
            for _, quantity in record.quantities():
                numbers.update(set(quantity.sources))
    sources = _described(system.rows["sources"], numbers, rows)
    sources.sort(key=lambda row: (-row["numbers"], -row["rows"], row["id"]))
    assumptions = sorted(_described(system.rows["assumptions"], numbers, rows), key=_urgency)
    return {"sources": sources, "assumptions": assumptions}
