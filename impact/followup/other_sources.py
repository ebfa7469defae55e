"""Where two sources state different numbers of the same, and care that a hospital without a permit provided."""

from __future__ import annotations

from typing import Any

from impact.followup.reported import Figure, Reported, UnitYear

__all__ = ["disagreement_rows", "outside_rows"]

OF_AREA = ("register_patients", "procedures")


def _registers(reported: Reported, measure: str) -> dict[UnitYear, list[Figure]]:
    """Undivided numbers of registers by unit and year."""
    found: dict[UnitYear, list[Figure]] = {}
    for entry in reported.rows(measure):
        row = entry.row
        if isinstance(row.value, float | int) and not row.month:
            figure = Figure(float(row.value), "register", row.source)
            found.setdefault((row.area, row.hospital, row.year), []).append(figure)
    return found


def disagreement_rows(reported: Reported) -> list[dict[str, Any]]:
    """Return each unit and year of which two sources state different numbers of patients (or procedures).

    Compared are the holder's report, the dataset and the registers, each with each.

    Returns
    -------
    list of dict
        ``area``, ``hospital``, ``year``, ``measure``, ``a_origin``, ``a_source``, ``a``, ``b_origin``, ``b_source``,
        ``b``, ``difference`` (b − a, patients or procedures a year).
    """
    patients: dict[UnitYear, list[Figure]] = {}
    for source in (reported.whole("patients"), reported.in_dataset):
        for key, figure in source.items():
            patients.setdefault(key, []).append(figure)
    for key, figures in _registers(reported, "register_patients").items():
        patients.setdefault(key, []).extend(figures)
    compared = {"patients": patients, "procedures": _registers(reported, "procedures")}
    rows: list[dict[str, Any]] = []
    for measure, found in compared.items():
        for (area, hospital, year), figures in sorted(found.items()):
            for i, a in enumerate(figures):
                rows.extend(
                    {
                        "area": area, "hospital": hospital, "year": year, "measure": measure, "a_origin": a.origin,
                        "a_source": a.source, "a": a.value, "b_origin": b.origin, "b_source": b.source,
                        "b": b.value, "difference": b.value - a.value,
                    }
                    for b in figures[i + 1 :]
                    if b.value != a.value
                )  # fmt: skip
    return rows


def outside_rows(reported: Reported) -> list[dict[str, Any]]:
    """Return what registers say was done in a concentrated area at a hospital that had no permit for it that year.

    Only years from the first permit of the area on; a partner under a permit is no hospital without one.

    Returns
    -------
    list of dict
        ``area``, ``hospital``, ``year``, ``measure`` (``register_patients``, ``procedures``), ``value`` (a year),
        ``role``, ``source``.
    """
    rows: list[dict[str, Any]] = []
    for measure in OF_AREA:
        for entry in reported.rows(measure):
            row = entry.row
            began = reported.began(row.area)
            concentrated = bool(began) and began[:4] <= str(row.year)
            if row.month or not isinstance(row.value, float | int) or not row.value or not concentrated:
                continue
            if not reported.may_provide(row.area, row.hospital, row.year):
                rows.append(
                    {
                        "area": row.area,
                        "hospital": row.hospital,
                        "year": row.year,
                        "measure": measure,
                        "value": float(row.value),
                        "role": row.role or None,
                        "source": row.source,
                    }
                )
    order = {h: i for i, h in enumerate(reported.at.hospitals)}
    return sorted(rows, key=lambda r: (r["area"], order[r["hospital"]], r["year"], r["measure"]))
