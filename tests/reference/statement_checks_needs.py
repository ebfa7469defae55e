"""Statements on what care needs: competences, resources, other areas and nearness."""

from __future__ import annotations

from itertools import combinations
from statistics import median

from graph_schema import CareSystem
from tests.reference.statement_queries import (
    any_says,
    areas,
    depends,
    figures,
    first_days,
    graph_statement,
    holders,
    hours,
    linked,
    log,
    nearest,
    permits,
    requires,
    roots,
    shared,
    status,
    sub_holders,
    uses,
    value,
    with_parents,
)

PSYCHOSOCIAL = {"prof_psychologist", "sp_smartlindring"}


def _kind(system: CareSystem, competences: set[str], kind: str) -> set[str]:
    return {c for c in competences if system.node(c).text("kind") == kind}


def _road_hours(system: CareSystem, home: str, hospital: str) -> float:
    """Least hours by road: the straight line at 100 km/h."""
    record = system.get("TRAVELS", home, hospital)
    quantity = None if record is None else record.quantity("km")
    return 0.0 if quantity is None else quantity.value / 100


@graph_statement
def t04_pelvic_surgery_needs_bowel_gynaecology_and_urology_together(system: CareSystem) -> bool:
    here = with_parents(system, requires(system, "backenkirurgi", "same_site"))
    pelvis = {"skill_pelvic_exenteration", "skill_colorectal_surgery"} & here
    return bool(pelvis) and {"sp_obstetrik_och_gynekologi", "sp_urologi"} <= here


@graph_statement
def t05_pelvic_surgery_needs_theatre_and_intensive_care(system: CareSystem) -> bool:
    return uses(system, "backenkirurgi", "res_theatre", "res_icu")


@graph_statement
def t18_epilepsy_work_up_needs_several_competences(system: CareSystem) -> bool:
    here = requires(system, "epilepsikirurgi", "same_site")
    professions = _kind(system, here, "profession")
    return "skill_epileptology" in here and bool(professions) and len(here - professions - {"skill_epileptology"}) >= 2


@graph_statement
def t19_burns_dysphoria_and_facial_palsy_share_plastic_surgery(system: CareSystem) -> bool:
    three = ("brannskador", "konsdysfori", "facialispares")
    common = set.intersection(*(roots(system, a) for a in three))
    held = all(holders(system, a) & {"linkoping", "unnamed_ostergotland"} for a in three)
    return bool(common & {"sp_plastikkirurgi", "skill_microsurgery"}) and held


@graph_statement
def t21_intestinal_rehabilitation_needs_newborn_care_and_child_surgery(system: CareSystem) -> bool:
    needed = requires(system, "tarmrehabilitering_barn")
    newborn = uses(system, "tarmrehabilitering_barn", "res_nicu") or "sp_neonatologi" in needed
    return newborn and bool({"sp_barn_och_ungdomskirurgi", "skill_neonatal_surgery"} & needed)


@graph_statement
def t23_visceral_transplantation_works_with_intestinal_care(system: CareSystem) -> bool:
    return all(linked(system, "visceral_transplantation", a) for a in ("tarmsvikt_vuxna", "tarmrehabilitering_barn"))


@graph_statement
def t25_thoracic_outlet_cooperates_with_plexus(system: CareSystem) -> bool:
    hands = {"skill_nerve_surgery", "sp_handkirurgi"} & shared(system, "thoraxapertursyndrom", "plexus")
    return depends(system, "thoraxapertursyndrom", "plexus") or bool(hands)


@graph_statement
def t26_lung_disease_of_children_works_with_cystic_fibrosis(system: CareSystem) -> bool:
    return linked(system, "lungsjukdom_barn", "cystisk_fibros") and status(system, "cystisk_fibros") == "never"


@graph_statement
def t45_gender_dysphoria_needs_surgery_and_psychology(system: CareSystem) -> bool:
    needed = requires(system, "konsdysfori")
    mind = {"prof_psychologist", "sp_psykiatri", "sp_barn_och_ungdomspsykiatri"} & needed
    return "skill_genital_reconstruction" in needed and bool(mind) and figures(system, "konsdysfori") == {(5, 2)}


@graph_statement
def t67_eating_disorders_need_inpatient_places(system: CareSystem) -> bool:
    return uses(system, "atstorningar", "res_ward")


@graph_statement
def t86_genodermatoses_stand_with_burn_care(system: CareSystem) -> bool:
    held = holders(system, "gendermatoser") == {"akademiska"} and figures(system, "gendermatoser") == {(2, 1)}
    return held and linked(system, "gendermatoser", "brannskador")


@graph_statement
def t87_genodermatoses_and_skin_symptoms_share_dermatology(system: CareSystem) -> bool:
    return "sp_hud_och_konssjukdomar" in roots(system, "gendermatoser") & roots(system, "svara_hudsymtom")


@graph_statement
def t90_isolation_needs_transport_and_stands_at_two(system: CareSystem) -> bool:
    held = holders(system, "hogisolering") == {"karolinska", "linkoping"}
    begun = first_days(system, "hogisolering") == {"2025-01-01"}
    return held and begun and uses(system, "hogisolering", "res_transport", "res_isolation")


@graph_statement
def t92_retinopathy_needs_transport_and_newborn_care(system: CareSystem) -> bool:
    moved = uses(system, "rop", "res_transport") or value(system, "rop", "icu_transport_share") > 0
    newborn = uses(system, "rop", "res_nicu") or "sp_neonatologi" in requires(system, "rop")
    return moved and newborn and system.node("rop").text("urgency") in ("urgent", "time_critical")


@graph_statement
def t95_liver_intensive_care_stands_where_livers_are_transplanted(system: CareSystem) -> bool:
    two = {"karolinska", "sahlgrenska"}
    placed = holders(system, "iva_lever") == holders(system, "levertransplantation") == two
    return placed and linked(system, "iva_lever", "levertransplantation") and uses(system, "iva_lever", "res_icu")


@graph_statement
def t96_three_liver_areas_are_one_cluster(system: CareSystem) -> bool:
    three = ("tips", "psc", "iva_lever")
    one = len({system.node(a).text("cluster") for a in three}) == 1
    liver = {"skill_hepatology", "skill_hepatobiliary_surgery", "skill_interventional_radiology"}
    return one and all(shared(system, a, b) & liver for a, b in combinations(three, 2))


@graph_statement
def t97_neuromuscular_disease_of_children_joins_metabolic_work_up(system: CareSystem) -> bool:
    return linked(system, "neuromuskular", "metabol") and len(sub_holders(system, "neuromuskular")) == 1


@graph_statement
def t99_cervical_surgery_went_to_units_with_fertility_work(system: CareSystem) -> bool:
    two = {"sahlgrenska", "karolinska"}
    placed = holders(system, "livmoderhalscancer") == holders(system, "pgd") == two
    return placed and "skill_reproductive_medicine" in shared(system, "livmoderhalscancer", "pgd")


@graph_statement
def t107_surgery_was_moved_from_definitions_to_terms(system: CareSystem) -> bool:
    hand = "sp_handkirurgi" in roots(system, "dysmeli")
    genital = bool({"skill_genital_reconstruction", "skill_paediatric_urology"} & requires(system, "dsd"))
    moved = all(any_says(log(system, a, "redefined", "condition"), "special conditions") for a in ("dysmeli", "dsd"))
    return hand and genital and moved


@graph_statement
def t109_bowel_reconstruction_shares_theatre_and_surgeons(system: CareSystem) -> bool:
    here = {r.text("source_id") for r in system.incoming("PROVIDES", "ibd_kirurgi")}
    others = [a for a in areas(system) if a != "ibd_kirurgi" and "skill_colorectal_surgery" in requires(system, a)]
    side_by_side = any(here & {r.text("source_id") for r in permits(system, a)} for a in others)
    return uses(system, "ibd_kirurgi", "res_theatre") and side_by_side and "skill_colorectal_surgery" in requires(
        system, "ibd_kirurgi"
    )  # fmt: skip


@graph_statement
def t111_heart_disease_in_pregnancy_needs_heart_and_birth(system: CareSystem) -> bool:
    area = "hjartsjukdom_graviditet"
    both = {"sp_kardiologi", "sp_obstetrik_och_gynekologi"} <= roots(system, area)
    return both and status(system, area) == "closed" and not permits(system, area)


@graph_statement
def t115_intestinal_failure_is_mostly_assessment(system: CareSystem) -> bool:
    held = holders(system, "tarmsvikt_vuxna") == {"karolinska", "sahlgrenska"}
    return held and value(system, "tarmsvikt_vuxna", "procedures_per_patient") < 0.5


@graph_statement
def t124_trauma_needs_pelvic_competence(system: CareSystem) -> bool:
    needed = requires(system, "fn_trauma") | requires(system, "fn_orthopaedic_trauma")
    return "skill_pelvic_trauma" in needed and system.get("STAFFS", "orebro", "skill_pelvic_trauma") is not None


@graph_statement
def t126_surgical_areas_need_theatre_and_intensive_care_nurses(system: CareSystem) -> bool:
    nurses = {"prof_theatre_nurse", "prof_icu_nurse"}
    needing = [a for a in areas(system) if uses(system, a, "res_theatre") and nurses & requires(system, a)]
    return len(needing) >= 5 and _kind(system, nurses, "profession") == nurses


@graph_statement
def t127_some_areas_need_a_psychologist_or_pain_team(system: CareSystem) -> bool:
    psychiatry = ("konsdysfori", "atstorningar", "sjalvskadebeteende")
    somatic = ("polio", "ryggmargsskador", "endometrios")
    minds = all("prof_psychologist" in requires(system, a) for a in psychiatry)
    return minds and any(PSYCHOSOCIAL & requires(system, a) for a in somatic)


@graph_statement
def t136_endometriosis_is_far_from_norrbotten(system: CareSystem) -> bool:
    there, spine = (nearest(system, "reg_norrbotten", a) for a in ("endometrios", "ryggmargsskador"))
    at_umea = spine == hours(system, "reg_norrbotten", "nus")
    return at_umea and there > 4 and there > spine + 2


@graph_statement
def t137_burn_centres_are_far_from_the_north(system: CareSystem) -> bool:
    planned = [a for a in areas(system) if system.node(a).text("urgency") == "planned"]
    usual = median(value(system, a, "transport_share") for a in planned)
    far = min(_road_hours(system, "reg_vasterbotten", h) for h in holders(system, "brannskador")) > 4
    return far and value(system, "brannskador", "transport_share") > 5 * usual
