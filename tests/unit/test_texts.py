"""Words that people read: none missing in either language, none named that is not there."""

from __future__ import annotations

import csv
import re
import string
from pathlib import Path

import pytest

from graph_schema import load_schema
from impact import PERSPECTIVES, load_measures
from impact.questions.balance import FLAGS
from impact.questions.data_diff import diff_systems
from impact.questions.grades import sources_table
from impact.study.comparison import CHANGES
from impact.study.count_changes import CAUSES, VERDICTS
from impact.study.indicators import load_gaps, load_indicators
from interface import manifest
from interface.summary import SPOKEN
from interface.texts import text
from loaders.registers import REGISTERS
from tests.small_system import small_system

INTERFACE = Path(__file__).resolve().parents[2] / "interface"
FILES = sorted((INTERFACE / "wording").glob("*.csv"))
ROWS = [row for file in FILES for row in csv.DictReader(file.read_text(encoding="utf-8").splitlines())]
KEYS = {row["id"] for row in ROWS}
REACHES = next(p for p in load_schema()["REQUIRES"].properties if p.name == "reach").values
CALLS = re.compile(r"""\btext\(\s*"([^"{]+)",""")
BRANCHES = re.compile(r"""\btext\(\s*"([^"{]+)" if [^,]+ else "([^"{]+)",""")


def fields(template: str) -> set[str | None]:
    return {name for _, name, _, _ in string.Formatter().parse(template)} - {None}


def test_every_text_has_both_languages_and_the_same_values() -> None:
    assert len(KEYS) == len(ROWS)
    for row in ROWS:
        assert set(row) == {"id", "sv", "en"}, row  # else a comma stands without quotation marks
        assert row["sv"].strip(), row
        assert row["en"].strip(), row
        assert fields(row["sv"]) == fields(row["en"]), row


def test_every_key_that_the_code_names_exists() -> None:
    content = "\n".join(p.read_text(encoding="utf-8") for p in sorted(INTERFACE.rglob("*.py")))
    named = {*CALLS.findall(content), *(key for pair in BRANCHES.findall(content) for key in pair)}
    assert len(named) > 20
    assert named - KEYS == set()


def test_every_text_is_used() -> None:
    content = "\n".join(p.read_text(encoding="utf-8") for p in sorted(INTERFACE.rglob("*.py")))
    built = {
        "limits_", "spoken_", "entry_", "age_", "urgency_", "kind_", "link_", "property_", "heading_", "strength_",
            "order_",
        "unknowns_ask_", "unknowns_to_", "unknowns_chance_",
        "meeting_count_", "body_", "kin_",
        "letter_ask_", "letter_why_", "letter_importance_", "letter_quality_", "letter_gap_", "letter_sheet_",
        "letter_column_",
        "questions_to_", "questions_level_", "questions_counted_", "questions_recipient_", "questions_default_",
        "attribute_",
            "part_", "triage_", "why_",
        "explain_",
        "benefit_", "accumulate_", "compare_",
        "repair_",
        "headroom_at_", "headroom_grade_", "headroom_risk_",
        "growth_", "shares_", "interactions_", "together_all_", "together_answer_", "together_lead_", "together_part_",
        "ask_",
        "draw_unit_", "draw_grade_", "draw_group_", "draw_cluster_", "draw_kind_", "draw_column_", "draw_link_",
        "draw_competences_", "draw_follow_", "draw_word_", "draw_button_", "draw_date_", "draw_step_",
        "draw_reported_key_",
        "followup_verdict_", "followup_state_", "followup_trigger_", "followup_why_", "followup_role_",
        "followup_origin_", "followup_grade_", "followup_part_", "confront_kind_",
        "followed_month_", "followed_sex_", "followed_age_", "followed_by_", "followed_kin_", "followed_region_",
        "report_state_", "page_followup_template_", "edition_",
        "frame_",
        "dependencies_direction_", "dependencies_evidence_",
        "node_in_", "node_out_", "node_type_", "node_source_", "node_family_", "node_value_", "unit_",
        "sources_type_", "sources_property_", "sources_unit_", "sources_parameter_", "sources_grade_", "sources_part_",
        "sources_level_", "sources_flaw_", "sources_lead_", "sources_side_", "sources_asked_",
        "conflict_", "draw_displaced_",
        "what_if_all_", "what_if_ask_", "what_if_column_", "what_if_done_", "what_if_form_", "what_if_input_",
        "what_if_kind_", "what_if_optional_", "what_if_part_", "what_if_place_", "what_if_reach_change_",
        "what_if_start_", "what_if_told_", "what_if_view_",
        "baseline_age_", "baseline_basis_", "baseline_cause_", "baseline_change", "baseline_check_",
        "baseline_compare_lead_",
        "baseline_from_", "baseline_grade_", "baseline_lead_", "baseline_permit_", "baseline_verdict_",
        "baseline_hospitals", "baseline_regions", "baseline_areas",
    }  # fmt: skip
    words = {*PERSPECTIVES, *(m.unit for m in load_measures().values()), *(i.unit for i in load_indicators().values())}
    columns = {name for row in rows_of_tables() for name in row}
    status = set(next(p for p in load_schema()["CareArea"].properties if p.name == "status").values)
    other = {*FLAGS, *REGISTERS["claims"].columns["kind"], "patients_moved", "heads", *REACHES}
    other |= {"hospitals", "regions", "nationals", "added", "removed", "changed", "sources", "assumptions"}
    unused = {
        key
        for key in KEYS - words - columns - status - other
        if f'"{key}"' not in content and not any(key.startswith(b) for b in built)
    }
    assert unused == set()


def rows_of_tables() -> list[dict[str, object]]:
    """Rows whose names are headings of tables."""
    system = small_system()
    other = small_system(version="2")
    quantity = {"id": "", "value": 0, "low": 0, "high": 0, "unit": "", "grade": ""}
    return [*(row for rows in sources_table(system).values() for row in rows), *diff_systems(system, other)["rows"],
            quantity]  # fmt: skip


def test_headings_of_tables_have_a_text() -> None:
    assert {name for row in rows_of_tables() for name in row} - KEYS == set()


def test_measures_perspectives_and_units_have_a_text() -> None:
    assert set(PERSPECTIVES) - KEYS == set()
    for measure in load_measures().values():
        assert measure.unit in KEYS
        assert measure.perspective in PERSPECTIVES
        assert measure.name_sv
        assert all(measure.short[lang] for lang in ("sv", "en"))
        assert measure.definition
        assert measure.harm in {"up", "down"}
    assert {f"spoken_{m}" for m in SPOKEN} <= KEYS


def test_indicators_and_what_is_said_of_them_have_a_text() -> None:
    for indicator in load_indicators().values():
        assert indicator.unit in KEYS
        assert f"baseline_basis_{indicator.basis}" in KEYS
    assert {gap.unit for gap in load_gaps()} - {""} <= KEYS
    assert {f"baseline_verdict_{v}" for v in VERDICTS} <= KEYS
    assert {f"baseline_cause_{c}" for c in CAUSES if c != "not_asked"} <= KEYS
    assert {f"baseline_change_{c}" for c in CHANGES} <= KEYS


def test_acts_of_the_case_log_have_a_text() -> None:
    spec = next(p for p in load_schema()["Decision"].properties if p.name == "kind")
    assert {f"entry_{kind}" for kind in spec.values} - KEYS == set()


ANSWERS = sorted({key.removeprefix("limits_").rsplit("_", 1)[0] for key in KEYS if key.startswith("limits_")})


@pytest.mark.parametrize("answer", ANSWERS)
def test_every_answer_says_what_it_cannot_say(answer: str) -> None:
    for lang in ("sv", "en"):
        sentences = manifest.limits_of(answer, "sv" if lang == "sv" else "en")
        assert all(s.endswith(".") and len(s.split()) > 4 for s in sentences)
        assert len(sentences) == sum(key.startswith(f"limits_{answer}_") for key in KEYS)


def test_values_are_put_in() -> None:
    assert text("title_run", "en", name="X", year=3, as_of="2025-12-31") == "X: what happens 3 years after 2025-12-31"
