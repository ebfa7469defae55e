"""The follow-up of all permits: expected against reported, regions, conditions, adjacent care and what to review."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from graph_schema import CareSystem
from impact.followup.by_region import region_rows
from impact.followup.conditions import condition_rows
from impact.followup.expected import unit_rows
from impact.followup.limits import FollowupLimits
from impact.followup.masking import Mask, mask_of, masked_parts
from impact.followup.neighbours import competence_rows, group_rows
from impact.followup.other_sources import disagreement_rows, outside_rows
from impact.followup.reported import Reported
from impact.followup.review import review_rows
from impact.followup.stated import stated_rows
from loaders.followup import Standing, load_measures

__all__ = ["chance_of", "follow_up"]


def _revisions(standing: Sequence[Standing], mask: Mask) -> list[dict[str, Any]]:
    """Values that replaced others, with who and when."""
    rows: list[dict[str, Any]] = []
    for entry in (s for s in standing if s.replaced):
        row = entry.row
        counted = load_measures()[row.measure].kind == "count"
        small = any(isinstance(v, float | int) and mask.is_small(v) for v in (*entry.replaced, row.value))
        hidden = counted and (small or (row.area, row.hospital, row.year) in mask.units)
        rows.append(
            {
                "area": row.area or None, "hospital": row.hospital, "year": row.year, "measure": row.measure,
                "subject": row.subject or None, "before": None if hidden else list(entry.replaced),
                "now": None if hidden else row.value, "version": entry.version.number, "by": entry.version.by,
                "date": entry.version.day, "masked": hidden,
            }
        )  # fmt: skip
    return rows


def chance_of(rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return how many comparisons with earlier years lie outside, and how many would by chance alone.

    Parameters
    ----------
    rows
        Of `unit_rows`; those without a verdict or of all holders together do not count.

    Returns
    -------
    dict
        ``compared``, ``outside``, ``expected_outside`` (numbers of comparisons).
    """
    compared = [r for r in rows if r["p_outside"] is not None and r["hospital"] is not None]
    return {
        "compared": len(compared),
        "outside": sum(r["verdict"] != "within" for r in compared),
        "expected_outside": sum(r["p_outside"] for r in compared),
    }


def _areas_of(reported: Reported, hospital: str | None) -> frozenset[str]:
    """Areas that a hospital holds or reports."""
    held = {area for area, holder in reported.holders if holder == hospital}
    return frozenset(held | {area for area, holder, _ in reported.patients if holder == hospital})


def _concerns(row: dict[str, Any], area: str | None, hospital: str | None, theirs: frozenset[str]) -> bool:
    """Whether a row is of the area and hospital asked for; rows of an area as a whole concern those who hold it."""
    if area is not None and row.get("area") != area:
        return False
    return (
        hospital is None or row.get("hospital") == hospital or (row.get("hospital") is None and row["area"] in theirs)
    )


def follow_up(
    system: CareSystem,
    standing: Sequence[Standing] = (),
    area: str | None = None,
    hospital: str | None = None,
    mask: int = 0,
) -> dict[str, Any]:
    """Return what was reported against what was expected, and what it takes up for review.

    Parameters
    ----------
    system
        A validated system; its reported years are the first reports.
    standing
        Values of the store.
    area, hospital
        Only these; limits and masks are reckoned on all.
    mask
        Numbers of patients below it are hidden; 0 hides nothing.

    Returns
    -------
    dict
        ``rows`` (see `unit_rows`), ``regions`` (`region_rows`), ``conditions`` (`condition_rows`), ``groups`` and
        ``competences`` (adjacent care), ``without_permit`` (`outside_rows`), ``disagreements``, ``review``,
        ``stated`` (`stated_rows`), ``revisions`` (values that a later report replaced), ``chance`` (``compared``,
        ``outside``, ``expected_outside``; over what is shown), ``dispersion``, ``coverage``, ``outer_coverage``.
    """
    settings, reported = FollowupLimits.of(system), Reported(system, standing)
    parts: dict[str, list[dict[str, Any]]] = {
        "rows": unit_rows(reported, settings),
        "regions": region_rows(reported, settings),
        "conditions": condition_rows(reported),
        "groups": group_rows(reported, settings),
        "competences": competence_rows(reported),
        "outside": outside_rows(reported),
        "disagreements": disagreement_rows(reported),
    }
    hiding = mask_of(reported, mask, parts["regions"])
    theirs = _areas_of(reported, hospital)
    chance = chance_of([r for r in parts["rows"] if _concerns(r, area, hospital, theirs)])
    parts = masked_parts(parts, hiding)
    parts["review"] = review_rows(reported, parts, settings, hiding)
    parts["stated"] = stated_rows(reported, hiding)
    parts["revisions"] = _revisions(standing, hiding)
    parts["without_permit"] = parts.pop("outside")
    spread = settings.dispersion
    return {
        **{name: [r for r in rows if _concerns(r, area, hospital, theirs)] for name, rows in parts.items()},
        "chance": chance,
        "dispersion": {"value": spread.value, "low": spread.low, "high": spread.high, "grade": spread.grade},
        "coverage": settings.coverage,
        "outer_coverage": settings.outer,
    }
