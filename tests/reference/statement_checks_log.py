"""Statements on how matters went: proposals, decisions, closings, follow-up and counts of patients."""

from __future__ import annotations

from graph_schema import CareSystem
from loaders.stated_totals import packaged_totals
from tests.reference.statement_queries import (
    NEW_PROCESS,
    any_says,
    areas,
    counts,
    deviates,
    deviations,
    first_days,
    graph_statement,
    holders,
    largest_history,
    linked,
    log,
    permits,
    says,
    status,
    units,
    uses,
    value,
)

SHARES = {"karolinska": 0.24, "sahlgrenska": 0.19, "sus": 0.17, "akademiska": 0.15, "linkoping": 0.11, "nus": 0.08,
          "orebro": 0.05}  # fmt: skip
RESEARCH = {
    ("karolinska", "exit"), ("karolinska", "fosterterapi"), ("karolinska", "lungsjukdom_barn"),
    ("karolinska", "moyamoya"), ("karolinska", "natkirurgi"), ("sahlgrenska", "natkirurgi"), ("sahlgrenska", "pgd"),
    ("sus", "natkirurgi"), ("sus", "tips"), ("linkoping", "osteogenesis"), ("nus", "psc"),
    ("slso", "sjalvskadebeteende"),
}  # fmt: skip
NOT_MET = {
    ("karolinska", "exit"): 2, ("karolinska", "fosterterapi"): 2, ("karolinska", "diafragmabrack"): 1,
    ("sus", "diafragmabrack"): 1, ("sahlgrenska", "hjarttransplantation"): 1, ("linkoping", "osteogenesis"): 1,
    ("slso", "sjalvskadebeteende"): 1,
}  # fmt: skip


def _closed_at(system: CareSystem, area: str) -> set[float | None]:
    """Steps after which an area was closed, if its status says so."""
    return {r.number("step") for r in log(system, area, "closed")} if status(system, area) == "closed" else set()


def _printed(system: CareSystem, year: int) -> list[float]:
    rows = [r for r in system.rows["PROVIDES_VOLUME"] if r.number("year") == year and not r.text("sub_permit")]
    return [q.value for r in rows if (q := r.quantity("patients")) and q.grade != "assumed"]


@graph_statement
def t03_units_for_pelvic_surgery_were_cut(system: CareSystem) -> bool:
    decided = log(system, "backenkirurgi", "number_decided")
    cut = units(system, "backenkirurgi", "proposal") == {4} and units(system, "backenkirurgi", "number_decided") == {3}
    return cut and (any_says(decided, "definition") or any_says(decided, "consultation"))


@graph_statement
def t11_spinal_injury_was_sent_back(system: CareSystem) -> bool:
    entries = log(system, "ryggmargsskador")
    split = any_says((e for e in entries if e.text("kind") in ("opinion", "other")), "two opinions")
    return split and any_says((e for e in entries if e.text("body") == "board"), "sends the matter back")


@graph_statement
def t30_one_refusal_for_unmet_general_terms(system: CareSystem) -> bool:
    refusals = {a: log(system, a, "refused") for a in areas(system)}
    named = {a for a, entries in refusals.items() if any_says(entries, "general conditions")}
    return sum(1 for entries in refusals.values() if entries) == 16 and named == {"net"}


@graph_statement
def t36_five_endometriosis_units_against_displacement(system: CareSystem) -> bool:
    entries = [e for e in log(system, "endometrios", "number_decided", "opinion") if e.number("units") == 5]
    return any_says(entries, "displacement", "geographic")


@graph_statement
def t38_no_exit_patient_in_2023(system: CareSystem) -> bool:
    return counts(system, "karolinska", "exit", 2023, 2023) == [0]


@graph_statement
def t40_few_mesh_patients_within_the_guarantee(system: CareSystem) -> bool:
    entries = [e for e in log(system, "natkirurgi", "reported", "deviation") if e.text("date").startswith("2025")]
    return any_says(entries, "care guarantee")


@graph_statement
def t46_neurosurgery_was_stopped_as_a_fragile_system(system: CareSystem) -> bool:
    entries = log(system, "neurokirurgi")
    return status(system, "neurokirurgi") == "closed" and any_says(entries, "vulnerable system")


@graph_statement
def t47_hocm_was_tabled_for_system_effects(system: CareSystem) -> bool:
    applied = {e.number("applications") for e in log(system, "hocm")} - {None}
    tabled = any_says(log(system, "hocm", "tabled"), "system effects", "coming heart areas")
    decided = units(system, "hocm", "number_decided") == {2}
    return tabled and decided and applied == {5} and not permits(system, "hocm")


@graph_statement
def t49_catheter_treatment_was_tabled(system: CareSystem) -> bool:
    tabled = any_says(log(system, "guch_kateter", "tabled"), "disagreed", "number of units")
    return status(system, "guch_kateter") == "tabled" and tabled


@graph_statement
def t50_ecmo_ended_after_disagreement(system: CareSystem) -> bool:
    return _closed_at(system, "ecmo") == {2} and any_says(log(system, "ecmo", "closed"), "disagreed")


@graph_statement
def t51_intensive_care_areas_were_closed(system: CareSystem) -> bool:
    steps = _closed_at(system, "ecmo") == {2} and _closed_at(system, "barnintensivvard") == {3}
    return steps and uses(system, "ecmo", "res_icu", "res_ecmo") and uses(system, "barnintensivvard", "res_picu")


@graph_statement
def t52_areas_of_a_method_fell(system: CareSystem) -> bool:
    fell = ("brachyterapi_huvudhals", "endoskopi_luftvagar", "kryobiopsi")
    ended = all(status(system, a) in ("closed", "tabled") for a in fell)
    return ended and all(any_says(log(system, a, "closed", "tabled", "opinion"), "method") for a in fell)


@graph_statement
def t53_hyperbaric_oxygen_was_closed(system: CareSystem) -> bool:
    return _closed_at(system, "hyperbar") == {3} and any_says(log(system, "hyperbar", "closed"), "preparedness")


@graph_statement
def t54_vascular_anomalies_were_closed(system: CareSystem) -> bool:
    patients = system.node("karlanomalier").quantity("volume")
    inside = patients is not None and patients.low <= 2600 <= patients.high
    return inside and _closed_at(system, "karlanomalier") == {3} and not permits(system, "karlanomalier")


@graph_statement
def t55_twelve_deviations_on_research(system: CareSystem) -> bool:
    found = [(r.text("source_id"), r.text("target_id")) for r in deviations(system)
             if "research" in r.text("condition").partition(" (")[0]]  # fmt: skip
    return len(found) == 12 and set(found) == RESEARCH


@graph_statement
def t56_forty_nine_deviations_in_eighteen_areas(system: CareSystem) -> bool:
    rows = [r for r in deviations(system) if r.number("year") == 2023]
    three = [sum(1 for r in rows if r.text("source_id") == h) for h in ("karolinska", "sahlgrenska", "sus")]
    return (len(rows), len({r.text("target_id") for r in rows}), three) == (49, 18, [17, 10, 9])


@graph_statement
def t57_nine_terms_were_not_met_at_all(system: CareSystem) -> bool:
    units_of = [(r.text("source_id"), r.text("target_id")) for r in deviations(system) if r.text("fulfilment") == "no"]
    return {u: units_of.count(u) for u in units_of} == NOT_MET


@graph_statement
def t58_sole_providers_lacked_international_cooperation(system: CareSystem) -> bool:
    def lacks(area: str) -> bool:
        rows = [r for r in deviations(system, "karolinska", area) if "international" in r.text("condition")]
        return [r.text("fulfilment") for r in rows] == ["no"] and holders(system, area) == {"karolinska"}

    return lacks("exit") and lacks("fosterterapi")


@graph_statement
def t59_no_spinal_unit_had_the_care_programme(system: CareSystem) -> bool:
    four = holders(system, "ryggmargsskador")
    return len(four) == 4 and all(deviates(system, h, "ryggmargsskador", "care programme") for h in four)


@graph_statement
def t60_umea_deviates_three_times_in_cholangitis(system: CareSystem) -> bool:
    words = ("research", "care programme", "competence and resources")
    return len(deviations(system, "nus", "psc")) == 3 and all(deviates(system, "nus", "psc", w) for w in words)


@graph_statement
def t61_sahlgrenska_deviates_on_competence_in_endometriosis(system: CareSystem) -> bool:
    rows = [r for r in deviations(system, "sahlgrenska", "endometrios") if "competence" in r.text("condition")]
    return [r.text("fulfilment") for r in rows] == ["partly"]


@graph_statement
def t62_mesh_surgery_holders_deviate_alike(system: CareSystem) -> bool:
    three = holders(system, "natkirurgi")
    both = all(deviates(system, h, "natkirurgi", w) for h in three for w in ("general conditions", "research"))
    return both and len(three) == 3 and len(deviations(system, area="natkirurgi")) == 6


@graph_statement
def t63_burns_lack_a_programme_and_hernia_a_quality_system(system: CareSystem) -> bool:
    burns = all(deviates(system, h, "brannskador", "care programme") for h in ("akademiska", "linkoping"))
    return burns and all(deviates(system, h, "diafragmabrack", "quality") for h in ("karolinska", "sus"))


@graph_statement
def t64_older_areas_with_deviations_are_more_than_three(system: CareSystem) -> bool:
    old = {a for a in areas(system) if any(day < NEW_PROCESS for day in first_days(system, a))}
    found = old & {r.text("target_id") for r in deviations(system)}
    totals = [t for t in packaged_totals() if t.compute == "areas_deviating" and t.source == "rfr11_s813"]
    noted = any(t.contradiction and t.stated == 3 for t in totals)
    return noted and {"guch", "hjarttransplantation", "brannskador", "diafragmabrack"} <= found


@graph_statement
def t65_goteborg_and_uppsala_lacked_places_on_the_first_day(system: CareSystem) -> bool:
    entries = [e for e in log(system, "atstorningar", "deviation", "reported") if e.text("date") == "2023-12-01"]
    sourced = [e for e in entries if "arsrapport2023" in e.text("source")]
    return any_says(sourced, "Västra Götaland could not admit children", "Uppsala", "all ages")


@graph_statement
def t66_the_second_region_is_a_conflict_of_sources(system: CareSystem) -> bool:
    entries = [e for e in log(system, "atstorningar") if says(e, "Skåne")]
    return all(e.text("source") == "rfr11_s721" for e in entries)


@graph_statement
def t82_burn_patients_of_uppsala_varied(system: CareSystem) -> bool:
    return counts(system, "akademiska", "brannskador", 2019, 2023) == [212, 317, 137, 229, 216]


@graph_statement
def t83_three_years_of_intrauterine_treatment(system: CareSystem) -> bool:
    return counts(system, "karolinska", "fosterterapi", 2010, 2030) == [41, 45, 59]


@graph_statement
def t84_smaller_units_have_about_ten_patients(system: CareSystem) -> bool:
    units_of = {"barnglaukom": "sahlgrenska", "matstrupe_medfodd": "sus", "diafragmabrack": "sus"}
    return [counts(system, h, a, 2023, 2023) for a, h in units_of.items()] == [[8], [9], [8]]


@graph_statement
def t88_skin_symptoms_went_on_against_advice(system: CareSystem) -> bool:
    opinions = [e for e in log(system, "svara_hudsymtom", "opinion") if e.text("body") == "b1"]
    against = any(e.text("date").startswith("2021-11") and says(e, "against") for e in opinions)
    return against and units(system, "svara_hudsymtom", "number_decided") == {5}


@graph_statement
def t89_b1_rejected_eighteen(system: CareSystem) -> bool:
    rows = [r for r in system.rows["Decision"] if r.text("body") == "b1"]
    negative = [r for r in rows if r.text("kind") == "opinion" and says(r, "against")]
    return len(negative) <= 18 and any_says(rows, "53 in favour", "18 against", "six in favour with fewer units")


@graph_statement
def t91_isolation_was_redefined(system: CareSystem) -> bool:
    entries = [e for e in log(system, "hogisolering", "redefined") if e.text("body") in ("socialstyrelsen", "b2")]
    return [e.text("date")[:4] for e in entries] == ["2023"] and any_says(entries, "recommendation of b2")


@graph_statement
def t112_heart_mapping_kept_two_areas(system: CareSystem) -> bool:
    kept = all((status(system, a), system.node(a).number("step")) == ("proposed", 1)
               for a in ("cteph", "thoraxdeformiteter"))  # fmt: skip
    entries = [e for e in log(system, "cteph") if e.text("date").startswith("2025")]
    moved = status(system, "hjartsarkom") == "in_process" and linked(system, "hjartsarkom", "sarkom")
    return kept and moved and any_says(entries, "all other heart areas are struck off")


@graph_statement
def t113_oesophageal_surgery_lay_idle(system: CareSystem) -> bool:
    idle = [e for e in log(system, "matstrupskirurgi", "tabled") if e.text("date").startswith("2021")]
    again = [e for e in log(system, "matstrupskirurgi", "reopened") if e.text("date").startswith("2023")]
    return any_says(idle, "disagreed") and bool(again)


@graph_statement
def t114_malignant_hyperthermia_was_fast(system: CareSystem) -> bool:
    area = "malign_hypertermi"
    held = holders(system, area) == {"sus"} and first_days(system, area) == {"2025-01-02"}
    fast = any_says(log(system, area), "fast process", "already concentrated")
    return held and fast and largest_history(system, area) == "p_already_concentrated"


@graph_statement
def t116_shares_of_university_care(system: CareSystem) -> bool:
    return all(abs(value(system, h, "anchor_share") - share) < 0.01 for h, share in SHARES.items())


@graph_statement
def t128_lund_shortened_its_waits_for_hearts(system: CareSystem) -> bool:
    return any_says(log(system, "hjarttransplantation", "reported"), "Skåne shortened its waits 2019-2022")


@graph_statement
def t129_both_lung_units_shortened_their_waits(system: CareSystem) -> bool:
    entries = [e for e in log(system, "lungtransplantation") if e.text("date").startswith("2025")]
    good = any_says((e for e in entries if e.text("kind") == "reported"), "both units have shortened waits")
    return good and "deviation" not in {e.text("kind") for e in entries}


@graph_statement
def t130_the_report_on_2022_keeps_its_own_figures(system: CareSystem) -> bool:
    rows = [r for r in system.rows["Decision"] if r.text("source") == "arsrapport2023"]
    return any_says(rows, "21 areas", "39 holders", "3,348 patients")


@graph_statement
def t131_patients_of_2024_do_not_exceed_the_total(system: CareSystem) -> bool:
    rows = [r for r in system.rows["Decision"] if "arsrapport2025" in r.text("source")]
    return any_says(rows, "53 areas", "137 units", "12,511 patients") and sum(_printed(system, 2024)) <= 12511


@graph_statement
def t132_patients_of_2023_sum_to_7500(system: CareSystem) -> bool:
    rows = [r.quantity("patients") for r in system.rows["PROVIDES_VOLUME"] if r.number("year") == 2023]
    graded = [q for q in rows if q is not None and q.grade != "assumed"]
    return sum(q.low for q in graded) <= 7500 <= sum(q.high for q in graded)


@graph_statement
def t134_proposals_of_may_2021(system: CareSystem) -> bool:
    wanted = {"svara_hudsymtom": (5, "one of them for a further part"), "rop": (3, "1 for a part"),
              "lungsjukdom_barn": (4, "2 for a part"), "hocm": (2, "2 units"),
              "brachyterapi_huvudhals": (2, "2 units")}  # fmt: skip
    found = {a: [e for e in log(system, a, "proposal") if e.text("date").startswith("2021")] for a in wanted}
    return all(any(e.number("units") == n and says(e, text) for e in found[a]) for a, (n, text) in wanted.items())


@graph_statement
def t139_dysphoria_holders_answer_for_the_waiting_list(system: CareSystem) -> bool:
    entries = log(system, "konsdysfori", "condition")
    return any_says(entries, "waiting list") or any_says(entries, "cooperation", "responsib")
