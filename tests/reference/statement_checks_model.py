"""Statements on what a change does, asked of the model on a few draws."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from graph_schema import CareSystem
from impact.model.arrays import Floats
from impact.model.levels import step_levels
from impact.model.queues import erlang_b
from tests.reference.statement_queries import (
    areas,
    before,
    held_by,
    holders,
    model_statement,
    requires,
    value,
    with_parents,
)
from tests.reference.statement_runs import (
    HOCM_AT,
    NORTHERN,
    ROUNDS,
    Steady,
    further,
    moved,
    northern_hours,
    only,
    patients,
    sent,
    short_of_beds,
    steady,
    stopping,
    untreated,
    without_umea,
)

NEAR = 1e-9
NORTH = ("reg_norrbotten", "reg_vasterbotten")
SOUTH = ("reg_skane", "reg_halland", "reg_blekinge", "reg_kronoberg")
THEATRE_AND_ICU = ("res_theatre", "res_icu")
HEART_SKILLS = ("skill_septal_myectomy", "skill_septal_ablation", "skill_echocardiography", "skill_inherited_cardiac")
OPEN_HEART = ("hocm", "guch_kateter", "hjartsjukdom_graviditet")


def _largest_share(found: dict[str, float]) -> float:
    return max(found.values()) / sum(found.values())


def _relative(new: Floats, old: Floats) -> Floats:
    """Relative change of the means over the draws."""
    return new.mean(axis=-1) / np.maximum(old.mean(axis=-1), 1e-12) - 1


def _largest_changes(state: Steady, then: Floats, hospitals: set[str] | None = None) -> tuple[float, float]:
    """Largest relative change since `then` of theatre or ICU load, and of an emergency function, in size."""
    rows = state.facilities_of(*THEATRE_AND_ICU)
    names = np.array(state.structure.places.hospitals)[state.structure.facilities.hospital[rows]]
    rows = rows[[hospitals is None or h in hospitals for h in names]]
    load = np.abs(_relative(state.demand(state.today)[rows], state.demand(then)[rows])).max()
    old, new = state.functions(then), state.functions(state.today)
    here = [k for k in old if hospitals is None or k[0] in hospitals]
    return float(load), max(abs(float(_relative(new[k], old[k]))) for k in here)


def _key_skill(system: CareSystem, area: str) -> str:
    """The narrow skill on which most of an area's patients depend."""
    rows = [r for r in system.outgoing("REQUIRES", area) if r.text("target_id").startswith("skill_")]
    return max(rows, key=lambda r: q.value if (q := r.quantity("criticality")) else 0.0).text("target_id")


@model_statement
def t06_pelvic_surgery_loads_theatre_more_than_emergency(system: CareSystem) -> bool:
    state, three = steady(system), holders(system, "backenkirurgi")
    then = state.before("backenkirurgi")
    rise = state.demand(state.today).mean(axis=-1) - state.demand(then).mean(axis=-1)
    rises = all(rise[state.facility(h, r)] > 0 for h in three for r in THEATRE_AND_ICU)
    load, function = _largest_changes(state, then, three)
    return rises and load > function


@model_statement
def t07_trauma_at_orebro_hardly_feels_pelvic_surgery(system: CareSystem) -> bool:
    state, key = steady(system), ("orebro", "fn_trauma")
    change = state.functions(state.today)[key] - state.functions(state.before("backenkirurgi"))[key]
    low, high = np.quantile(change, (0.05, 0.95))
    return bool(change.mean() <= NEAR and low <= 0 and high > -0.01)


@model_statement
def t12_umea_secures_the_north_for_spinal_injury(system: CareSystem) -> bool:
    more = further(without_umea(system), "ryggmargsskador")
    return min(more[r] for r in NORTH) > max(more[r] for r in SOUTH)


@model_statement
def t14_more_paraganglioma_pushes_other_care(system: CareSystem) -> bool:
    return all(_pushes(system, h, "paragangliom") for h in ("sus", "akademiska"))


@model_statement
def t110_more_bowel_reconstruction_pushes_other_care(system: CareSystem) -> bool:
    return all(_pushes(system, h, "ibd_kirurgi") for h in ("sus", "karolinska", "sahlgrenska"))


def _pushes(system: CareSystem, hospital: str, area: str) -> bool:
    """Whether half as many patients more push other care at the hospital aside and help none."""
    state = steady(system)
    found = state.pushed(state.scaled(hospital, area, 1.5))
    theatre = state.facility(hospital, "res_theatre")
    never = bool((found.equal >= -NEAR).all()) and not bool((found.waiting_change < -NEAR).any())
    return never and float(found.equal[theatre].mean()) > 0 and float(found.waiting_change[theatre].mean()) > 0


@model_statement
def t20_burns_support_plastic_surgery_at_linkoping(system: CareSystem) -> bool:
    state = steady(system)
    needed = with_parents(system, requires(system, "konsdysfori") | requires(system, "facialispares"))
    levels = [i for c in needed if (i := state.level("linkoping", c)) is not None]
    lost = state.loads(state.scaled("linkoping", "brannskador", 0.0)) - state.loads(state.today)
    return bool((lost[levels].mean(axis=-1) < 0).any()) and bool((lost <= NEAR).all())


@model_statement
def t39_fewer_units_never_shorten_the_wait(system: CareSystem) -> bool:
    state = steady(system)
    rounds = {"endometrios": 0, "natkirurgi": 1, "osteogenesis": 2}
    changes: list[Floats] = []
    for area, number in rounds.items():
        run = stopping(system, number)
        rest = holders(system, area) - {ROUNDS[number][area]}
        new, old = (state.pushed(only(state, run, w[-1], area)) for w in (run.scenario, run.without))
        waits = new.waiting_change - old.waiting_change
        changes += [waits[state.facility(h, "res_theatre")] for h in rest]
    return all(c.mean() >= -NEAR and np.quantile(c, 0.05) < 1.0 for c in changes)


@model_statement
def t48_hocm_at_two_takes_patients_from_linkoping_and_umea(system: CareSystem) -> bool:
    run = stopping(system, 0)
    old, new = moved(run, "hocm")
    fewer = all(new.get(h, 0.0) < old[h] for h in ("linkoping", "nus"))
    skills = {h: [run.level(h, c) for c in HEART_SKILLS] for h in ("linkoping", "nus")}
    lost = run.scenario[-1].load / run.without[-1].load - 1
    return fewer and all(lost[rows].mean(axis=-1).min() < 0 for rows in skills.values())


@model_statement
def t68_patients_with_eating_disorders_go_to_other_units(system: CareSystem) -> bool:
    run, state = stopping(system, 0), steady(system)
    old, new = moved(run, "atstorningar")
    others = set(old) - {"akademiska"}
    gain = all(new[h] >= old[h] - NEAR for h in others) and sum(new.values()) > sum(old[h] for h in others)
    full = untreated(run, run.scenario[-1], "atstorningar") > untreated(run, run.without[-1], "atstorningar")
    then, now = (state.pushed(only(state, run, w[-1], "atstorningar")).equal for w in (run.without, run.scenario))
    wards = [state.facility(h, "res_ward") for h in others if h in ("sahlgrenska", "sundsvall")]
    return "akademiska" not in new and gain and (full or bool(((now - then)[wards].mean(axis=-1) > 0).all()))


@model_statement
def t74_lung_transplantation_would_all_go_to_goteborg(system: CareSystem) -> bool:
    old, new = moved(stopping(system, 0), "lungtransplantation")
    return set(new) == {"sahlgrenska"} and 0.25 < new["sahlgrenska"] / old["sahlgrenska"] - 1 < 0.45


@model_statement
def t77_plexus_surgery_would_go_to_stockholm(system: CareSystem) -> bool:
    run = without_umea(system)
    old, new = moved(run, "plexus")
    longer = northern_hours(run, run.scenario[-1], "plexus") - northern_hours(run, run.without[-1], "plexus")
    return set(new) == {"sodersjukhuset"} and new["sodersjukhuset"] > 2 * old["sodersjukhuset"] and longer > NEAR


@model_statement
def t79_nobody_takes_over_a_sole_unit(system: CareSystem) -> bool:
    run = stopping(system, 0)
    sole = ("ogononkologi", "exit", "fosterterapi", "cochlea_barn", "trofoblast")
    gone = not any(patients(run, run.scenario[-1], a) for a in sole)
    had = {a: sum(patients(run, run.without[-1], a).values()) for a in sole}
    left = all(abs(untreated(run, run.scenario[-1], a) - n) < 1e-6 * max(n, 1) for a, n in had.items())
    return gone and left and all(len(holders(system, a)) == 1 for a in sole)


@model_statement
def t81_uppsala_would_be_overloaded_with_burns(system: CareSystem) -> bool:
    run, state = stopping(system, 0), steady(system)
    old, new = moved(run, "brannskador")
    blocked = state.pushed(only(state, run, run.scenario[-1], "brannskador")).equal
    more = float(blocked[state.facility("akademiska", "res_burn_icu")].mean()) > 0
    return set(new) == {"akademiska"} and new["akademiska"] > 2 * old["akademiska"] and more


@model_statement
def t85_the_smaller_newborn_surgery_is_fragile(system: CareSystem) -> bool:
    state = steady(system)
    areas_of = ("diafragmabrack", "matstrupe_medfodd")
    if {_key_skill(system, a) for a in areas_of} != {"skill_neonatal_surgery"}:
        return False
    small, large = (state.level(h, "skill_neonatal_surgery") for h in ("sus", "karolinska"))
    joined = state.today.copy()
    for area in areas_of:
        joined[state.pair("karolinska", area)] += joined[state.pair("sus", area)]
        joined[state.pair("sus", area)] = 0.0
    now, then = state.per_head(joined).mean(axis=-1), state.per_head(state.today).mean(axis=-1)
    return bool(then[small] < then[large] < now[large])


@model_statement
def t93_retinopathy_patients_of_the_west_travel_further(system: CareSystem) -> bool:
    run = stopping(system, 0)
    west = sent(run, run.scenario[-1], "rop", "reg_vastra_gotaland")
    longer = further(run, "rop")
    return set(west) <= {"sus", "sankt_erik"} and longer["reg_vastra_gotaland"] > 0 and longer["reg_halland"] >= 0


@model_statement
def t101_fewer_coagulation_units_load_the_rest(system: CareSystem) -> bool:
    for number in range(3):
        old, new = moved(stopping(system, number), "koagulation")
        gone, national = old[ROUNDS[number]["koagulation"]], sum(old.values())
        grown = [new[h] - old[h] for h in new]
        third, half = sum(old[h] for h in new) / len(new) / national, sum(new.values()) / len(new) / national
        if min(grown) <= 0 or abs(sum(grown) - gone) > 0.01 * gone or not (0.25 < third < 0.42 and half > 0.49):
            return False
    return True


@model_statement
def t105_penile_cancer_is_all_of_orebro(system: CareSystem) -> bool:
    _, new = moved(stopping(system, 0), "peniscancer")
    return set(new) == {"sus"} and held_by(system, "orebro", "2024-12-31") == {"peniscancer"}


@model_statement
def t117_a_loss_weighs_more_at_a_small_hospital(system: CareSystem) -> bool:
    run = stopping(system, 2)
    outcome, lost = run.without[-1], run.without[-1].volume.copy()
    for hospital in ("orebro", "karolinska"):
        lost[run.pair(hospital, "hocm")] -= 2.0
    rows = [run.entities.index(h) for h in ("orebro", "karolinska")]
    old, new = (run.measures(o)["research_caseload"][rows] for o in (outcome, replace(outcome, volume=lost)))
    small, large = (1 - new / old).mean(axis=-1)
    return bool(small > large > 0)


@model_statement
def t118_one_area_is_not_noticed_but_several_are(system: CareSystem) -> bool:
    state = steady(system)
    for hospital in ("linkoping", "nus"):
        now = state.unsustained(state.today, hospital)
        alone = [float(np.median(state.unsustained(state.emptied(hospital, a), hospital) - now)) for a in OPEN_HEART]
        three = float(np.median(state.unsustained(state.emptied(hospital, *OPEN_HEART), hospital) - now))
        if not max(alone) < min(1.0, three):
            return False
    return True


@model_statement
def t119_intensive_care_is_the_bottleneck_at_karolinska(system: CareSystem) -> bool:
    state, found = steady(system), {}
    for resource in ("res_icu", "res_picu"):
        row = state.facility("karolinska", resource)
        load, beds = state.demand(state.today)[[row]], state.block.load.capacity[[row]]
        found[resource] = float((erlang_b(load + 1, beds) - erlang_b(load, beds)).mean())
    return found["res_picu"] >= found["res_icu"] > 0


@model_statement
def t120_emergency_care_is_touched_less_than_theatre(system: CareSystem) -> bool:
    state = steady(system)
    new = [a for a in areas(system) if holders(system, a) and before(system, a)]
    changes = [_largest_changes(state, state.before(a)) for a in new]
    loads = sum(load >= 0.01 for load, _ in changes)
    return loads > sum(function >= 0.01 for _, function in changes)


@model_statement
def t121_the_choice_of_units_matters(system: CareSystem) -> bool:
    lost: list[float] = []
    for number, chosen in enumerate(HOCM_AT):
        run = stopping(system, number)
        cases = (run.scenario[-1].load - run.without[-1].load) * run.block.squeeze.need
        others = sorted(set(patients(run, run.without[-1], "hocm")) - set(chosen))
        lost.append(-float(cases[[run.level(h, c) for h in others for c in HEART_SKILLS]].sum(axis=0).mean()))
    return min(lost) > 0 and max(lost) - min(lost) > 0.05 * max(lost)


@model_statement
def t122_rebuilding_takes_longer_than_losing(system: CareSystem) -> bool:
    squeeze = steady(system).block.squeeze
    full, none = np.ones((1, len(squeeze.exponent))), np.zeros((1, len(squeeze.exponent)))
    lost = [float(step_levels(squeeze, full, none, t).mean()) for t in range(1, 21)]
    built = [float(step_levels(squeeze, none, full, t).mean()) for t in range(1, 21)]
    years_lost = next(t for t, x in enumerate(lost, start=1) if x <= 0.1)
    years_built = next(t for t, x in enumerate(built, start=1) if x >= 0.9)
    return 10 <= years_built <= 15 and years_lost < years_built


@model_statement
def t123_three_city_regions_are_vulnerable(system: CareSystem) -> bool:
    run = without_umea(system)
    old, new = moved(run, "ryggmargsskador")
    longer = further(run, "ryggmargsskador")
    cities = set(new) == {"karolinska", "sahlgrenska", "sus"} and len(old) == 4
    return cities and _largest_share(new) > _largest_share(old) and all(longer[r] > 0 for r in NORTH)


@model_statement
def t125_the_north_would_buy_care_without_umea(system: CareSystem) -> bool:
    run, given = without_umea(system), held_by(system, "nus")
    away = [0.0, 0.0]
    for i, world in enumerate((run.without, run.scenario)):
        for area in given:
            away[i] += sum(n for home in NORTHERN for h, n in sent(run, world[-1], area, home).items() if h != "nus")
    row = run.entities.index("nus")
    base = [run.measures(w[-1])["research_caseload"][row].mean() for w in (run.without, run.scenario)]
    return away[1] > away[0] and bool(base[1] < base[0])


@model_statement
def t138_sundsvall_is_the_northern_eating_disorder_unit(system: CareSystem) -> bool:
    run = stopping(system, 1)
    now = [sent(run, run.scenario[-1], "atstorningar", home) for home in NORTHERN]
    mostly = all(max(found, key=lambda h: found[h]) == "akademiska" for found in now)
    return mostly and min(further(run, "atstorningar")[r] for r in NORTHERN) > 0


@model_statement
def t141_who_sends_patients_on_loses_practice(system: CareSystem) -> bool:
    state = steady(system)
    new = [a for a in areas(system) if holders(system, a) and before(system, a) - holders(system, a)]
    return all(_practice_moves(system, state, a) for a in new)


def _practice_moves(system: CareSystem, state: Steady, area: str) -> bool:
    skill, place = _key_skill(system, area), state.structure.places.hospital_of
    change = state.per_head(state.today) - state.per_head(state.before(area))
    stay = {place[h] for h in holders(system, area)}
    left = {place[h] for h in before(system, area)} - stay
    names = state.structure.places.hospitals
    rise, fall = ([change[i].mean() for h in hospitals if (i := state.level(names[h], skill)) is not None]
                  for hospitals in (stay, left))  # fmt: skip
    return all(x >= -NEAR for x in rise) and all(x <= NEAR for x in fall)


@model_statement
def t142_short_staffing_delays_others_first(system: CareSystem) -> bool:
    run = short_of_beds(system)
    row = run.entities.index("karolinska")
    old, new = (run.measures(w[-1])["patients_displaced"][row] for w in (run.without, run.scenario))
    return bool((new > old).all()) and bool(np.allclose(run.scenario[-1].volume, run.without[-1].volume))


@model_statement
def t143_clearer_paths_bring_new_patients(system: CareSystem) -> bool:
    state = steady(system)
    for area in ("epilepsikirurgi", "polio"):
        rows = state.pairs(area)
        then, now = (v[rows].sum(axis=0).mean() for v in (state.before(area), state.today))
        if not (value(system, area, "new_share") > 0 and now > then):
            return False
    return True
