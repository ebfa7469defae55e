"""Supply against need today: each hospital's competences and shared resources at `standing`, with what looks wrong."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import numpy as np

from graph_schema import CareSystem
from impact.model.arrays import Floats
from impact.model.block import Block, prepare
from impact.model.levels import relative_load
from impact.model.structure import Structure, compile_structure
from scenarios import Course

__all__ = ["FLAGS", "balance", "standing_block"]

THIN = 1.1  # margin below which a twentieth fewer patients may break it
OFTEN = 0.1  # share of the draws from which on a state is flagged
FEW_HEADS = 0.8  # heads in post for each head that the rota asks for
MUCH_WORK = 1.25  # caseload of a head, in usual caseloads
MOSTLY = 0.5
CRITICAL = 0.5  # share of the patients from which on a missing competence is flagged
FULL = 1.0
FLAGS = (
    "no_caseload",
    "below_need",
    "thin",
    "short_rota",
    "overloaded",
    "no_staffing",
    "no_resource",
    "over_capacity",
    "areas_exceed_load",
)


def standing_block(system: CareSystem, seed: int, draws: int, years: int = 1) -> tuple[Structure, Block]:
    """Return the compiled system of today without any decision, and its state in each draw.

    Parameters
    ----------
    system
        A validated system.
    seed, draws
        As of a run: the same numbers give the same draws.
    years
        Years compiled after year 0.
    """
    course = Course(date.fromisoformat(system.settings["as_of"]))
    structure = compile_structure(system, course, years, "standing")
    return structure, prepare(structure, structure.table.draw(seed, 0, draws), ())


def _mean(values: Floats) -> float | None:
    known = values[np.isfinite(values)]
    return float(known.mean()) if len(known) else None


def _row(hospital: str, **found: Any) -> dict[str, Any]:
    empty = dict.fromkeys(
        ("competence", "resource", "supply", "need", "unit", "ratio", "margin", "p_margin_below_1_1",
         "cases_to_breaking", "flag")
    )  # fmt: skip
    return {"hospital": hospital, **empty, **found}


def _caseload_flag(caseload: Floats, load: Floats) -> str | None:
    if not (caseload > 0).any():
        return "no_caseload"
    if float((load < 1).mean()) > OFTEN:
        return "below_need"
    return "thin" if float((load < THIN).mean()) > 2 * OFTEN else None


def _heads_flag(supply: Floats, rota: Floats, for_work: Floats) -> str | None:
    """None where nobody is in post: another hospital supplies the competence, and the row's note says which."""
    if not (supply > 0).any():
        return None
    if float((for_work > MUCH_WORK * supply).mean()) > MOSTLY:
        return "overloaded"
    return "short_rota" if float((supply < FEW_HEADS * rota).mean()) > MOSTLY else None


def _competences(system: CareSystem, structure: Structure, block: Block) -> Iterator[dict[str, Any]]:
    names = structure.competences
    load = relative_load(names, block.squeeze, block.volume)
    caseload = load * block.squeeze.need
    for (h, c), i in names.level_index.items():
        hospital, competence = structure.places.hospitals[h], names.competences[c]
        need = block.squeeze.need[i]
        yield _row(
            hospital, competence=competence, supply=_mean(caseload[i]), need=_mean(need), unit="cases/year",
            ratio=_mean(load[i]), margin=float(np.median(load[i])),
            p_margin_below_1_1=float((load[i] < THIN).mean()), cases_to_breaking=_mean(caseload[i] - need),
            flag=_caseload_flag(caseload[i], load[i]),
        )  # fmt: skip
        heads = system.get("STAFFS", hospital, competence)
        specialists = None if heads is None else heads.quantity("specialists")
        if specialists is None:
            continue
        supply, rota = block.values[names.posts_slots[i]], block.values[names.rota_slots[i]]
        usual = system.node(competence).quantity("usual_caseload")
        for_work = np.zeros_like(rota) if usual is None else caseload[i] / usual.value
        wanted = np.maximum(rota, for_work)
        ratio = supply / np.maximum(wanted, 1e-9)
        yield _row(
            hospital, competence=competence, supply=_mean(supply), need=_mean(wanted), unit="heads",
            ratio=float(np.median(ratio)), flag=_heads_flag(supply, rota, for_work),
        )  # fmt: skip


def _ancestors(system: CareSystem, competence: str) -> list[str]:
    found = [competence]
    while parents := system.outgoing("PART_OF", found[-1]):
        found.append(parents[0].text("target_id"))
    return found


def _missing(system: CareSystem, structure: Structure, block: Block) -> Iterator[dict[str, Any]]:
    """What an area needs at the hospital that provides it and of which the data say nothing there."""
    provided = [bool(row.any()) for row in block.volume > 0]
    operated = {(r.text("source_id"), r.text("target_id")) for r in system.rows["OPERATES"]}
    units = {r.key[0]: r.text("capacity_unit") for r in system.rows["Resource"]}
    seen: set[tuple[str, str]] = set()
    activity = structure.activity
    for (h, a), pair in activity.pair_index.items():
        hospital, area, is_provided = structure.places.hospitals[h], activity.areas[a], provided[pair]
        if not is_provided or structure.places.kinds[h] == "county":
            continue
        for record in system.outgoing("REQUIRES", area):
            competence, kappa = record.text("target_id"), record.quantity("criticality")
            staffed = any(system.get("STAFFS", hospital, c) for c in _ancestors(system, competence))
            wanted = kappa is not None and kappa.value >= CRITICAL and record.text("reach") == "same_site"
            if wanted and not staffed and (hospital, competence) not in seen:
                seen.add((hospital, competence))
                yield _row(hospital, competence=competence, unit="heads", flag="no_staffing")
        for record in system.outgoing("USES", area):
            resource = record.text("target_id")
            if (hospital, resource) not in operated and (hospital, resource) not in seen:
                seen.add((hospital, resource))
                yield _row(hospital, resource=resource, unit=units[resource], flag="no_resource")


def _resources(system: CareSystem, structure: Structure, block: Block) -> Iterator[dict[str, Any]]:
    facilities, load = structure.facilities, block.load
    carried = block.values[facilities.occupancy_slots] * load.capacity
    for s in range(len(facilities.hospital)):
        hospital = structure.places.hospitals[int(facilities.hospital[s])]
        resource = system.node(facilities.names[int(facilities.resource[s])], "Resource")
        capacity, used = load.capacity[s], carried[s]
        ratio = used / np.maximum(capacity, 1e-9)
        flag = "over_capacity" if float(np.median(ratio)) > FULL else None
        if float(load.clipped[s]) > MOSTLY:
            flag = "areas_exceed_load"
        yield _row(
            hospital, resource=resource.key[0], supply=_mean(capacity), need=_mean(used),
            unit=resource.text("capacity_unit"), ratio=float(np.median(ratio)),
            ours=_mean(load.ours[s]), flag=flag,
        )  # fmt: skip


def balance(system: CareSystem, seed: int = 1, draws: int = 200) -> list[dict[str, Any]]:
    """Return supply, need and margin of every competence and resource of every hospital today.

    Competences twice: the caseload against what the competence needs [cases/year], u = V/need, and the heads in post
    against what rota and caseload ask for [heads], max(rota heads; V ÷ usual caseload). Resources: capacity against
    the carried load (occupancy · capacity).

    Parameters
    ----------
    system
        A validated system; never changed.
    seed, draws
        Of the numbers drawn.

    Returns
    -------
    list of dict
        ``hospital``, ``competence`` or ``resource``, ``supply``, ``need``, ``unit``, ``ratio`` (median for heads and
        resources, mean for caseload), ``margin`` (median u), ``p_margin_below_1_1`` (0–1), ``cases_to_breaking``
        (cases/year), for resources ``ours`` (the areas' own part of the load), ``flag`` (one of `FLAGS`, or None),
        hospitals from north to south.
    """
    structure, block = standing_block(system, seed, draws)
    rows = [
        *_competences(system, structure, block),
        *_missing(system, structure, block),
        *_resources(system, structure, block),
    ]
    order = {h: i for i, h in enumerate(structure.places.hospitals)}
    return sorted(rows, key=lambda r: (order[r["hospital"]], r["resource"] is not None))
