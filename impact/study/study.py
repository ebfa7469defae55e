"""A baseline study: every indicator of the system at a date, with the system inside."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np

from graph_schema import CareSystem, SettingError
from impact.model.start import default_start
from impact.questions.as_of import SystemAt
from impact.study.agreement import agreement_rows
from impact.study.grading import Grading
from impact.study.indicators import load_gaps, load_indicators
from impact.study.means_rows import means_rows
from impact.study.moment import Moment, moments
from impact.study.permit_rows import home_region_rows, permit_rows, report_rows
from impact.study.reach_rows import reach_rows
from impact.study.study_rows import StudyRow, areas_by_age
from impact.study.volume_rows import volume_rows
from impact.version import code_hash, code_version
from loaders import system_to_mapping

__all__ = ["Study", "gaps_of", "make_study"]


@dataclass(frozen=True)
class Study:
    """A baseline study.

    Attributes
    ----------
    rows
        In the order of the registry; hospitals and regions north to south.
    manifest
        Hashes of system and code, version, seed, draws, start, dataset with the date of the study.
    agreement
        Whether the inputs agree with each other, see `agreement_rows`.
    system
        The system, as a plain mapping.
    """

    rows: Sequence[StudyRow]
    manifest: Mapping[str, Any]
    agreement: Sequence[Mapping[str, Any]]
    system: Mapping[str, Any]

    @property
    def as_of(self) -> date:
        """The date of the study."""
        return date.fromisoformat(self.manifest["dataset"]["as_of"])


def gaps_of(study: Study, lang: str) -> list[dict[str, Any]]:
    """Return what the study cannot say for want of data: ``gap``, ``name``, ``stated``, ``unit``, ``source``, reason.

    Parameters
    ----------
    study
        Made or reopened.
    lang
        ``sv`` or ``en``.
    """
    known = {row.indicator for row in study.rows}
    return [
        {"gap": g.id, "name": g.name[lang], "stated": g.stated, "unit": g.unit or None, "source": g.source or None,
         "reason": g.reason[lang]}
        for g in load_gaps() if g.known_by not in known
    ]  # fmt: skip


def _modelled(moment: Moment, by_age: Mapping[str, frozenset[str]]) -> Iterator[StudyRow]:
    yield from volume_rows(moment, by_age)
    yield from reach_rows(moment, by_age)
    yield from means_rows(moment)


def _joined(blocks: Iterable[Iterable[StudyRow]]) -> list[StudyRow]:
    """Rows of all blocks with their draws one after the other; a block without a row has it missing."""
    first: dict[tuple[str, ...], StudyRow] = {}
    parts: dict[tuple[str, ...], dict[int, np.ndarray[Any, Any]]] = {}
    sizes: list[int] = []
    for number, block in enumerate(blocks):
        sizes.append(0)
        for row in block:
            first.setdefault(row.key, row)
            parts.setdefault(row.key, {})[number] = row.values
            sizes[number] = len(row.values)
    missing = [np.full(size, np.nan) for size in sizes]
    return [
        replace(row, values=np.concatenate([parts[key].get(i, absent) for i, absent in enumerate(missing)]))
        for key, row in first.items()
    ]


def _sorted(system: CareSystem, rows: Iterable[StudyRow]) -> list[StudyRow]:
    order = {name: i for i, name in enumerate(load_indicators())}
    nodes = sorted(
        (r for kind in ("Hospital", "Region", "CareArea") for r in system.rows[kind]),
        key=lambda r: (-(r.number("latitude") or 0.0) if r.type != "CareArea" else 0.0, r.key),
    )
    place = {record.key[0]: i for i, record in enumerate(nodes)}
    ages = list(areas_by_age(system))

    def rank(row: StudyRow) -> tuple[int, bool, str, int, int, str]:
        return (
            order[row.indicator], row.kind != "national", row.kind, place.get(row.entity, 0), ages.index(row.age),
            row.part,
        )  # fmt: skip

    return sorted(rows, key=rank)


def make_study(system: CareSystem, as_of: date | None = None, seed: int = 1, draws: int = 200) -> Study:
    """Return the indicators of a system at a date.

    Parameters
    ----------
    system
        A validated system; never changed.
    as_of
        The dataset's own date if None, or an earlier one.
    seed, draws
        Of the numbers drawn; the same seed draws the same numbers for every date.

    Returns
    -------
    Study
        Rows whose values are missing in every draw are left out.

    Raises
    ------
    SettingError
        If the dataset cannot say how the system stood on the date, or there are fewer than 2 draws.
    """
    if draws < 2:
        raise SettingError(f"draws {draws}: choose at least 2")
    last = date.fromisoformat(system.settings["as_of"])
    day = last if as_of is None else as_of
    by_age = areas_by_age(system)
    modelled = _joined(_modelled(moment, by_age) for moment in moments(system, day, seed, draws))
    view = SystemAt(system, day.isoformat(), day >= last)
    read = [*permit_rows(view), *report_rows(view), *home_region_rows(view)]
    steady = [replace(row, values=np.repeat(row.values, draws)) for row in read]
    grading = Grading(system)
    known = [row for row in (*steady, *modelled) if np.isfinite(row.values).any()]
    rows = [replace(row, grade=grading.of(row)) for row in _sorted(system, known)]
    settings = system.settings
    manifest = {
        "system_hash": system.content_hash,
        "scenario_hash": None,
        "code_version": code_version(),
        "code_hash": code_hash(),
        "seed": seed,
        "draws": draws,
        "years": None,
        "start": default_start(system),
        "dataset": {"name": settings.get("name"), "version": settings.get("version"), "as_of": day.isoformat()},
    }
    return Study(rows, manifest, agreement_rows(system, rows), system_to_mapping(system))
