"""Statements on who holds, applied for and was refused what."""

from __future__ import annotations

from itertools import pairwise

from graph_schema import CareSystem
from tests.reference.statement_queries import (
    AS_OF,
    NEW_PROCESS,
    any_says,
    areas,
    before,
    counts,
    figures,
    first_days,
    graph_statement,
    held_by,
    holders,
    log,
    permits,
    refused,
    region,
    regions,
    sub_holders,
    units,
    value,
    volume,
)

BIG_THREE = {"sus", "karolinska", "sahlgrenska"}
HEART_AND_LUNG = ("barnhjartkirurgi", "guch", "hjarttransplantation", "lungtransplantation")
SOLE_OLD = {"cochlea_barn", "fosterterapi", "ogononkologi"}
PAIRS_OLD = {
    "anorektala", "barnglaukom", "barnhjartkirurgi", "guch", "hjarttransplantation", "kraniofacial",
    "levertransplantation", "lungtransplantation", "matstrupe_medfodd", "diafragmabrack", "plexus", "brannskador",
}  # fmt: skip
SOLE_NEW = {
    "exit": "karolinska", "fosterterapi": "karolinska", "gendermatoser": "akademiska",
    "isolerad_perfusion": "sahlgrenska", "malign_hypertermi": "sus", "arbetsdermatologi": "sus",
    "trofoblast": "karolinska", "visceral_transplantation": "sahlgrenska",
}  # fmt: skip
NEW_PERMITS = {"karolinska": 29, "sahlgrenska": 29, "sus": 25, "akademiska": 16, "linkoping": 6, "nus": 4, "orebro": 1}


def _since(system: CareSystem, area: str) -> set[tuple[str, str]]:
    """Hospital and first day of the permits under the new process."""
    rows = {(r.text("source_id"), r.text("valid_from")) for r in permits(system, area)}
    return {(h, day) for h, day in rows if day > NEW_PROCESS}


@graph_statement
def t01_pelvic_surgery_has_three_holders(system: CareSystem) -> bool:
    return holders(system, "backenkirurgi") == BIG_THREE and first_days(system, "backenkirurgi") == {"2024-07-01"}


@graph_statement
def t02_uppsala_and_orebro_were_refused_pelvic_surgery(system: CareSystem) -> bool:
    kept_out = not holders(system, "backenkirurgi") & {"akademiska", "orebro"}
    named = {"reg_uppsala", "reg_orebro"} <= refused(system, "backenkirurgi")
    return kept_out and named and figures(system, "backenkirurgi") == {(5, 2)}


@graph_statement
def t08_ostergotland_and_uppsala_were_refused_spinal_injury(system: CareSystem) -> bool:
    named = refused(system, "ryggmargsskador") == {"reg_ostergotland", "reg_uppsala"}
    return named and figures(system, "ryggmargsskador") == {(6, 2)} and holders(system, "ryggmargsskador") == {
        "nus", *BIG_THREE
    }  # fmt: skip


@graph_statement
def t09_two_centres_take_all_spinal_injured(system: CareSystem) -> bool:
    full = sub_holders(system, "ryggmargsskador")
    return len(full) == 2 and full <= holders(system, "ryggmargsskador")


@graph_statement
def t10_the_full_spinal_centres_are_in_stockholm_and_vastra_gotaland(system: CareSystem) -> bool:
    return sub_holders(system, "ryggmargsskador") == {"karolinska", "sahlgrenska"}


@graph_statement
def t13_goteborg_was_refused_paraganglioma(system: CareSystem) -> bool:
    named = "reg_vastra_gotaland" in refused(system, "paragangliom") and figures(system, "paragangliom") == {(4, 2)}
    return named and holders(system, "paragangliom") == {"sus", "akademiska"}


@graph_statement
def t15_moyamoya_went_to_two_units_near_each_other(system: CareSystem) -> bool:
    held = holders(system, "moyamoya") == {"akademiska", "karolinska"}
    near = any_says(log(system, "moyamoya", "granted"), "near each other")
    named = "reg_vastra_gotaland" in refused(system, "moyamoya") and figures(system, "moyamoya") == {(4, 2)}
    return held and near and named and first_days(system, "moyamoya") == {"2022-04-01"}


@graph_statement
def t16_stockholm_and_ostergotland_were_refused_epilepsy_surgery(system: CareSystem) -> bool:
    held = holders(system, "epilepsikirurgi") == {"sus", "akademiska", "sahlgrenska"}
    named = refused(system, "epilepsikirurgi") == {"reg_stockholm", "reg_ostergotland"}
    majority = any_says(log(system, "epilepsikirurgi", "granted"), "majority")
    return held and named and majority and figures(system, "epilepsikirurgi") == {(5, 2)}


@graph_statement
def t17_rare_epilepsy_operations_stand_at_sahlgrenska(system: CareSystem) -> bool:
    return sub_holders(system, "epilepsikirurgi") == {"sahlgrenska"}


@graph_statement
def t22_intestinal_rehabilitation_stays_at_the_four(system: CareSystem) -> bool:
    four = {"akademiska", *BIG_THREE}
    return holders(system, "tarmrehabilitering_barn") == before(system, "tarmrehabilitering_barn") == four


@graph_statement
def t24_visceral_transplantation_has_one_holder(system: CareSystem) -> bool:
    area = "visceral_transplantation"
    return holders(system, area) == {"sahlgrenska"} and first_days(system, area) == {"2024-01-01"}


@graph_statement
def t27_sub_permits_of_lung_disease_stand_at_two_of_four(system: CareSystem) -> bool:
    main = holders(system, "lungsjukdom_barn") == {"nus", *BIG_THREE}
    return main and sub_holders(system, "lungsjukdom_barn") == {"sahlgrenska", "karolinska"}


@graph_statement
def t28_uppsala_was_refused_lung_disease_of_children(system: CareSystem) -> bool:
    return refused(system, "lungsjukdom_barn") == {"reg_uppsala"} and figures(system, "lungsjukdom_barn") == {(5, 1)}


@graph_statement
def t29_umea_and_linkoping_were_refused_neuroendocrine_tumours(system: CareSystem) -> bool:
    named = refused(system, "net") == {"reg_vasterbotten", "reg_ostergotland"} and figures(system, "net") == {(6, 2)}
    return named and holders(system, "net") == {"akademiska", *BIG_THREE}


@graph_statement
def t31_goteborg_was_refused_stem_cells_in_sclerosis(system: CareSystem) -> bool:
    area = "sct_systemisk_skleros"
    named = refused(system, area) == {"reg_vastra_gotaland"} and figures(system, area) == {(3, 1)}
    return named and holders(system, area) == {"sus", "karolinska"}


@graph_statement
def t32_linkoping_was_refused_cholangitis_for_geography(system: CareSystem) -> bool:
    named = refused(system, "psc") == {"reg_ostergotland"} and figures(system, "psc") == {(6, 1)}
    spread = any_says(log(system, "psc", "refused"), "geographic spread")
    return named and spread and holders(system, "psc") == {"akademiska", "nus", *BIG_THREE}


@graph_statement
def t33_endometriosis_had_one_refusal_and_one_withdrawal(system: CareSystem) -> bool:
    decided = units(system, "endometrios", "number_decided") == {5} and units(system, "endometrios", "granted") == {4}
    return decided and bool(log(system, "endometrios", "withdrawn")) and figures(system, "endometrios") == {(6, 1)}


@graph_statement
def t34_varmland_withdrew_from_endometriosis(system: CareSystem) -> bool:
    left = any_says(log(system, "endometrios", "withdrawn", "refused"), "Region Värmland")
    return left and "karlstad" not in {r.text("source_id") for r in permits(system, "endometrios")}


@graph_statement
def t35_one_endometriosis_unit_has_ended(system: CareSystem) -> bool:
    first = holders(system, "endometrios", "2022-06-30") == {"sodersjukhuset", "sahlgrenska", "sus", "akademiska"}
    return first and len(holders(system, "endometrios")) == 3


@graph_statement
def t37_sodersjukhuset_has_the_most_endometriosis_patients(system: CareSystem) -> bool:
    counted = volume(system, "sodersjukhuset", "endometrios", 2023)
    stated = {r.text("source_id"): q.value for r in permits(system, "endometrios") if (q := r.quantity("patients"))}
    others = [number for hospital, number in stated.items() if hospital != "sodersjukhuset"]
    return counted is not None and counted.value > 700 and all(number < counted.value for number in others)


@graph_statement
def t41_mesh_surgery_was_decided_for_three_to_four(system: CareSystem) -> bool:
    decided = units(system, "natkirurgi", "number_decided") <= {3, 4}
    ranged = any_says(log(system, "natkirurgi", "number_decided"), "at least 3", "at most 4")
    granted = units(system, "natkirurgi", "granted") == {3} and holders(system, "natkirurgi") == BIG_THREE
    return decided and ranged and granted


@graph_statement
def t42_one_amyloidosis_permit_is_vacant(system: CareSystem) -> bool:
    held = holders(system, "amyloidos") == {"akademiska", "nus", "karolinska"}
    return held and units(system, "amyloidos", "number_decided") == {4}


@graph_statement
def t43_gender_dysphoria_has_three_holders_and_three_partners(system: CareSystem) -> bool:
    hold = regions(system, holders(system, "konsdysfori"))
    partner = regions(system, (r.text("source_id") for r in permits(system, "konsdysfori", "partner")))
    cared = {system.outgoing("PART_OF", r)[0].text("target_id") for r in hold | partner}
    right = hold == {"reg_stockholm", "reg_ostergotland", "reg_vastra_gotaland"}
    return right and partner == {"reg_uppsala", "reg_skane", "reg_vasterbotten"} and len(cared) == 6


@graph_statement
def t44_partners_in_gender_dysphoria_name_their_holder(system: CareSystem) -> bool:
    pairs = {"reg_uppsala": "Region Stockholm", "reg_skane": "Region Östergötland",
             "reg_vasterbotten": "Västra Götalandsregionen"}  # fmt: skip
    rows = permits(system, "konsdysfori", "partner")
    return len(rows) == 3 and all(pairs[region(system, r.text("source_id"))] in r.text("note") for r in rows)


@graph_statement
def t69_eating_disorders_have_five_holders(system: CareSystem) -> bool:
    five = {"sahlgrenska", "skane_psykiatri", "slso", "sundsvall", "akademiska"}
    return holders(system, "atstorningar") == five and system.node("sundsvall").text("kind") == "county"


@graph_statement
def t70_sundsvall_holds_one_permit_and_orebro_few(system: CareSystem) -> bool:
    orebro = held_by(system, "orebro", "2024-12-31") == {"peniscancer"}
    later = held_by(system, "orebro") | held_by(system, "unnamed_orebro") == {"peniscancer", "dysmeli"}
    return orebro and later and held_by(system, "sundsvall") == {"atstorningar"}


@graph_statement
def t71_order_of_permits_under_the_new_process(system: CareSystem) -> bool:
    found = [h for a in areas(system) for h, _ in _since(system, a)]
    tally = {h: found.count(h) for h in NEW_PERMITS}
    first = abs(tally["karolinska"] - 29) <= 1 and abs(tally["sahlgrenska"] - 29) <= 1
    rest = all(tally[h] == n for h, n in NEW_PERMITS.items() if n < 29)
    return first and rest and all(tally[a] >= tally[b] for a, b in pairwise(list(NEW_PERMITS)[1:]))


@graph_statement
def t72_older_areas_have_one_or_two_holders(system: CareSystem) -> bool:
    old = {a: {r.text("source_id") for r in permits(system, a) if r.text("valid_from") < NEW_PROCESS}
           for a in areas(system)}  # fmt: skip
    number = {a: len(hospitals) for a, hospitals in old.items() if hospitals}
    return number == {**dict.fromkeys(SOLE_OLD, 1), **dict.fromkeys(PAIRS_OLD, 2)}


@graph_statement
def t73_lund_and_goteborg_share_heart_and_lung(system: CareSystem) -> bool:
    return all(holders(system, a) == {"sus", "sahlgrenska"} for a in HEART_AND_LUNG)


@graph_statement
def t75_lung_transplantations_rose_in_goteborg(system: CareSystem) -> bool:
    return counts(system, "sahlgrenska", "lungtransplantation", 2022, 2023) == [34, 65]


@graph_statement
def t76_plexus_surgery_stands_at_sodersjukhuset_and_umea(system: CareSystem) -> bool:
    years = counts(system, "nus", "plexus", 2023, 2023) + counts(system, "sodersjukhuset", "plexus", 2023, 2023)
    return holders(system, "plexus") == {"sodersjukhuset", "nus"} and years == [30, 16]


@graph_statement
def t78_ocular_oncology_is_at_st_erik(system: CareSystem) -> bool:
    return holders(system, "ogononkologi") == {"sankt_erik"} and counts(
        system, "sankt_erik", "ogononkologi", 2023, 2023
    ) == [140]  # fmt: skip


@graph_statement
def t80_sole_holders_of_the_new_process(system: CareSystem) -> bool:
    new = {a: {h for h, _ in _since(system, a)} for a in areas(system)}
    return {a: next(iter(hospitals)) for a, hospitals in new.items() if len(hospitals) == 1} == SOLE_NEW


@graph_statement
def t94_retinopathy_had_four_applicants(system: CareSystem) -> bool:
    return figures(system, "rop") == {(4, 1)} and holders(system, "rop") == {"sahlgrenska", "sus", "sankt_erik"}


@graph_statement
def t98_orebro_was_refused_neuromuscular_disease(system: CareSystem) -> bool:
    named = "reg_orebro" in refused(system, "neuromuskular") and figures(system, "neuromuskular") == {(6, 2)}
    return named and holders(system, "neuromuskular") == {"linkoping", *BIG_THREE}


@graph_statement
def t100_coagulation_stays_at_the_three(system: CareSystem) -> bool:
    chances = [value(system, "koagulation", f"p_{kind}") for kind in ("new", "regional", "spread")]
    kept = before(system, "koagulation") == holders(system, "koagulation") == BIG_THREE
    return kept and value(system, "koagulation", "p_already_concentrated") > max(chances)


@graph_statement
def t102_reconstruction_after_childbirth_weighed_neighbours(system: CareSystem) -> bool:
    area = "rekonstruktion_forlossning"
    weighed = any_says(log(system, area, "granted"), "neighbouring patient groups")
    return weighed and holders(system, area) == {"danderyd", "linkoping"} and figures(system, area) == {(4, 2)}


@graph_statement
def t103_late_polio_is_at_danderyd(system: CareSystem) -> bool:
    return holders(system, "polio") == {"sus", "danderyd", "sahlgrenska"}


@graph_statement
def t104_penile_cancer_is_at_two(system: CareSystem) -> bool:
    return holders(system, "peniscancer") == {"sus", "orebro"} and first_days(system, "peniscancer") == {"2022-01-01"}


@graph_statement
def t106_dysmelia_goes_to_four_regions(system: CareSystem) -> bool:
    four = {"reg_stockholm", "reg_vasterbotten", "reg_orebro", "reg_vastra_gotaland"}
    return regions(system, holders(system, "dysmeli")) == four and first_days(system, "dysmeli") == {"2025-09-01"}


@graph_statement
def t108_four_areas_were_under_preparation(system: CareSystem) -> bool:
    waiting = ("dsd", "lymfodemkirurgi", "immunologiska", "ibd_kirurgi")
    return not any(holders(system, a, "2024-11-30") for a in waiting)


@graph_statement
def t133_no_area_has_more_than_five_holders(system: CareSystem) -> bool:
    days = {r.text("valid_from") for r in system.rows["PROVIDES"]} | {AS_OF}
    return all(len(holders(system, a, day)) <= 5 for a in areas(system) for day in days)


@graph_statement
def t135_neuroendocrine_tumours_have_four_units_and_a_further_level(system: CareSystem) -> bool:
    return units(system, "net", "number_decided") == {4} and len(sub_holders(system, "net")) == 1


@graph_statement
def t140_danderyd_and_the_psychiatries_have_two_permits_each(system: CareSystem) -> bool:
    psychiatry = {"sjalvskadebeteende", "atstorningar"}
    both = all(held_by(system, h) == psychiatry for h in ("slso", "skane_psykiatri"))
    return both and held_by(system, "danderyd") == {"polio", "rekonstruktion_forlossning"}
