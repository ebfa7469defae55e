"""The small vocabulary in which totals are recomputed: one function a kind of count, and its filters."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from graph_schema import CareSystem
from impact.questions import log_tallies as log
from impact.questions import permit_tallies as permits
from impact.questions.permit_tallies import Filters, Tally

__all__ = ["FILTERS", "TALLIES", "TallyKind"]


@dataclass(frozen=True, slots=True)
class TallyKind:
    """A kind of count: its function, the filters it must have and those it may have."""

    count: Callable[[CareSystem, Filters], Tally | None]
    required: frozenset[str]
    optional: frozenset[str]


def _kind(count: Callable[[CareSystem, Filters], Tally | None], required: str = "", optional: str = "") -> TallyKind:
    return TallyKind(count, frozenset(required.split()), frozenset(optional.split()))


_PERMITS = "class region hospital holder_kind area without_area from_year from_date"
_ENTRIES = "kind source step year"
TALLIES: Mapping[str, TallyKind] = MappingProxyType(
    {
        "units": _kind(permits.units, optional=_PERMITS),
        "areas": _kind(permits.areas, optional=f"{_PERMITS} units"),
        "units_per_area": _kind(permits.units_per_area, "statistic", _PERMITS),
        "sub_permits": _kind(permits.sub_permits, "area"),
        "partners": _kind(permits.partners, "area"),
        "units_decided": _kind(permits.units_decided, "area"),
        "areas_reporting": _kind(permits.areas_reporting, "year", "first"),
        "units_reporting": _kind(permits.units_reporting, "year"),
        "patients": _kind(permits.patients, "year", "hospital area"),
        "least_patients": _kind(permits.least_patients, "areas"),
        "expected_patients": _kind(permits.expected_patients, "year"),
        "applications": _kind(log.stated_in_log("applications")),
        "refusals": _kind(log.stated_in_log("refusals")),
        "areas_concerned": _kind(log.areas_concerned, optional=_ENTRIES),
        "headings": _kind(log.headings, optional=f"{_ENTRIES} each"),
        "deviations": _kind(log.deviations, optional="fulfilment hospitals condition"),
        "areas_deviating": _kind(log.areas_deviating, optional="fulfilment condition class newest_from newest_to"),
        "units_deviating": _kind(log.units_deviating, optional="exactly at_least"),
    }
)
# What a filter's value must look like.
_ID = r"[a-z0-9_]+"
FILTERS: Mapping[str, str] = MappingProxyType(
    {
        **dict.fromkeys(("region", "hospital", "area", "without_area", "kind", "source", "holder_kind"), _ID),
        **dict.fromkeys(("areas", "hospitals", "each"), rf"{_ID}(\+{_ID})*"),
        **dict.fromkeys(("year", "from_year", "newest_from", "newest_to"), r"\d{4}"),
        **dict.fromkeys(("units", "exactly", "at_least", "step"), r"\d{1,3}"),
        "from_date": r"\d{4}-\d\d-\d\d",
        "class": "rikssjukvard|nhv|all",
        "statistic": "max|mean",
        "first": "true",
        "fulfilment": "no|partly",
        "condition": r"[a-z ]+",
    }
)
