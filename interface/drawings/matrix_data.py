"""What the matrix shows: how each hospital stands to each care area, and how many patients it has there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from graph_schema import CareSystem, Record, SettingError
from impact.questions.as_of import SystemAt
from impact.questions.overview import overview

__all__ = ["GROUPS", "Cell", "MatrixRow", "cluster_ids", "matrix_cells", "matrix_columns", "matrix_rows"]

# Sections of the matrix, from what is decided to what will not be.
GROUPS: Mapping[str, tuple[str, ...]] = {
    "decided": ("decided",),
    "under_way": ("in_process", "tabled", "proposed"),
    "ended": ("closed", "never"),
}
STRONGEST = ("holder", "coming", "partner", "refused", "provides", "before")


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """A care area as a row of the matrix."""

    area: str
    group: str
    status: str
    cluster: str


@dataclass(frozen=True, slots=True)
class Cell:
    """How a hospital stands to an area.

    Attributes
    ----------
    standing
        ``holder``, ``coming``, ``partner``, ``refused``, ``provides`` (without a permit), ``before`` (the
        concentration).
    patients, year, grade
        Patients a year: of the latest reported year, else as the dataset estimates; None where it has neither.
    is_masked
        Whether the number is withheld.
    """

    area: str
    hospital: str
    standing: str
    patients: float | None
    year: int | None
    grade: str | None
    is_masked: bool


def cluster_ids(system: CareSystem) -> list[str]:
    """Return the groups of neighbouring areas that the dataset names, sorted."""
    return sorted({c for r in system.rows["CareArea"] if (c := r.text("cluster"))})


def matrix_rows(
    system: CareSystem, names: Mapping[str, str], as_of: date, cluster: str | None = None, status: str | None = None
) -> list[MatrixRow]:
    """Return the care areas by section, cluster and name.

    Parameters
    ----------
    system, names
        The dataset and the names of its nodes.
    as_of
        Date of today.
    cluster
        Only areas of this group.
    status
        Only areas with this standing.

    Raises
    ------
    SettingError
        If no area is left; names the clusters there are.
    """
    section = {s: group for group, members in GROUPS.items() for s in members}
    standing = {a["id"]: a["status"] for a in overview(system, as_of)["areas"]}
    rows = [
        MatrixRow(r.key[0], section[standing[r.key[0]]], standing[r.key[0]], r.text("cluster"))
        for r in system.rows["CareArea"]
        if (cluster is None or r.text("cluster") == cluster) and (status is None or standing[r.key[0]] == status)
    ]
    if not rows:
        known = ", ".join(cluster_ids(system))
        raise SettingError(f"no care area with cluster {cluster} and status {status}; the clusters are {known}")
    order = list(GROUPS)
    return sorted(rows, key=lambda r: (order.index(r.group), r.cluster or "~", names[r.area].casefold()))


def _of_permits(permits: Sequence[Record], as_of: str) -> str:
    held = [p for p in permits if p.text("role") == "holder"]
    if not held:
        return "partner"
    return "holder" if any(p.text("valid_from") <= as_of for p in held) else "coming"


def _claims(system: CareSystem, view: SystemAt) -> Iterator[tuple[str, str, str]]:
    """Yield hospital, area and how the one stands to the other; a pair may come several times."""
    for row in system.rows["PROVIDED_BEFORE"]:
        yield row.text("source_id"), row.text("target_id"), "before"
    for row in system.rows["PROVIDES"]:
        ended = row.text("valid_to") and row.text("valid_to") < view.as_of
        if not row.flag("permit") and not ended and row.text("valid_from") <= view.as_of:
            yield row.text("source_id"), row.text("target_id"), "provides"
    for row in system.rows["REFUSES"]:
        decision = row.text("source_id")
        for concern in system.outgoing("CONCERNS", decision) if view.is_known(system.node(decision)) else ():
            yield row.text("target_id"), concern.text("target_id"), "refused"
    for area, permits in view.permits.items():
        for hospital in {p.text("source_id") for p in permits}:
            yield hospital, area, _of_permits([p for p in permits if p.text("source_id") == hospital], view.as_of)


def _standings(system: CareSystem, view: SystemAt) -> dict[tuple[str, str], str]:
    """Of each hospital and area that have to do with each other: the strongest way."""
    found: dict[tuple[str, str], str] = {}
    for hospital, area, standing in _claims(system, view):
        before = found.get((hospital, area), standing)
        found[hospital, area] = min(standing, before, key=STRONGEST.index)
    return found


def _estimates(system: CareSystem) -> dict[tuple[str, str], tuple[float, str]]:
    found: dict[tuple[str, str], tuple[float, str]] = {}
    for row in system.rows["PROVIDES"]:
        quantity = row.quantity("patients")
        if quantity is not None and not row.text("sub_permit"):
            found[row.text("source_id"), row.text("target_id")] = (quantity.value, quantity.grade)
    return found


def matrix_cells(system: CareSystem, as_of: date, mask: int = 0) -> dict[tuple[str, str], Cell]:
    """Return the cells by hospital and area.

    Parameters
    ----------
    system
        The dataset.
    as_of
        Date of today.
    mask
        Reported numbers below it are withheld.
    """
    view = SystemAt(system, as_of.isoformat(), as_of.isoformat() >= system.settings["as_of"])
    estimates = _estimates(system)
    cells: dict[tuple[str, str], Cell] = {}
    for (hospital, area), standing in _standings(system, view).items():
        years = {y: v for (h, y), v in view.patients.get(area, {}).items() if h == hospital}
        if standing == "before":
            value, year, grade = None, None, None
        elif years:
            year = max(years)
            value, grade = years[year]
        else:
            year = None
            value, grade = estimates.get((hospital, area), (None, None))
        masked = value is not None and grade == "reported" and value < mask
        cells[hospital, area] = Cell(area, hospital, standing, None if masked else value, year, grade, masked)
    return cells


def matrix_columns(
    system: CareSystem, cells: Mapping[tuple[str, str], Cell], rows: Sequence[MatrixRow], *, every: bool
) -> list[str]:
    """Return the hospitals that are columns, north to south, unnamed ones last.

    Parameters
    ----------
    system
        The dataset.
    cells, rows
        Of the matrix.
    every
        Also hospitals that hold no permit and are no university hospital.
    """
    view = SystemAt(system, system.settings["as_of"], is_present=True)
    areas = {r.area for r in rows}
    strong = {h for (h, a), c in cells.items() if a in areas and (every or c.standing in STRONGEST[:4])}
    university = {h for h, r in view.hospitals.items() if r.text("kind") == "university"}
    return [h for h in view.hospitals if h in strong or h in university]
