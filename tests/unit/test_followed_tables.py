"""Tables of the follow-up: numbers of the reckoning in words, conditions, near areas by hand, sex, age and month."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path

import pytest

from graph_schema import Record
from interface.citations import cited_sources, documents
from interface.followed.condition_tables import condition_table, limit_table, recurring_table, review_table
from interface.followed.content import Followed
from interface.followed.divided_tables import divided_cells, divided_table
from interface.followed.near_tables import kin_table, places_of
from interface.followed.other_tables import OTHERS, other_table
from interface.followed.parts import Part, columns_of, csv_bytes, markup_of
from interface.followed.reported_tables import confronted_table, predicted_rows, reported_table
from interface.phrases import phrase, swedish_words
from interface.registers import registers_of
from loaders import load_sweden
from loaders.followup import ReportRow, load_triggers
from tests.reports import kept, row
from tests.small_system import small_system

pytestmark = pytest.mark.unit
SYSTEM = small_system()


def followed(folder: Path, *rows: ReportRow, mask: int = 0) -> Followed:
    return Followed(SYSTEM, kept(folder, list(rows)) if rows else (), (), mask)


def column(part: Part, key: str) -> list[str]:
    return [r.get(key, "") for r in part.rows]


def test_the_reported_years_are_those_of_the_command() -> None:
    found = Followed(SYSTEM)
    part = reported_table(found, "sv", "liver", "middle")
    assert column(part, "followup_short_reported") == ["9", "16", "17"]
    assert column(part, "followup_expected") == ["–", "–", "12,5"]
    assert column(part, "followup_verdict") == ["för få tidigare år", "för få tidigare år", "inom"]
    assert column(part, "followed_evidence")[2].endswith("väntat härlett ur 2022–2023")
    assert [c.key for c in part.columns][:2] == ["followup_year", "followup_short_reported"]
    assert part.note.count("Källa 1: ") == 1
    everything = reported_table(found, "en")
    assert [c.key for c in everything.columns][:2] == ["area", "hospital"]
    assert reported_table(found, "sv", "heart").empty


def test_a_lone_small_number_is_a_bound_and_one_beside_others_only_hidden(tmp_path: Path) -> None:
    alone = followed(tmp_path, row(3.0, area="heart", year=2025), row(9.0, area="heart", year=2024), mask=5)
    rows = {r["followup_year"]: r for r in reported_table(alone, "sv", "heart").rows}
    assert (rows["2025"]["followup_short_reported"], rows["2024"]["followup_short_reported"]) == ("<5", "9")
    both = Followed(SYSTEM, (), (), 10)
    told = {r["followup_year"]: r for r in reported_table(both, "sv", "liver", "south").rows}
    assert told["2022"]["followup_short_reported"] == "dolt"  # 20, hidden with the 9 beside it
    assert told["2024"]["followup_expected"] == told["2024"]["followup_verdict"] == "dolt"
    assert told["2024"]["followup_short_reported"] == "23"


def test_a_file_holds_the_cells_of_the_table_and_nothing_more() -> None:
    found = Followed(SYSTEM, (), (), 10)
    for lang, sign in (("sv", ";"), ("en", ",")):
        part = reported_table(found, lang, "liver")
        lines = list(csv.reader(csv_bytes(part, lang).decode("utf-8-sig").splitlines(), delimiter=sign))
        shown = [c for c in part.columns if any(r.get(c.key) for r in part.rows)]
        assert lines[0] == [c.heading for c in shown]
        assert lines[1:] == [[r.get(c.key, "").replace("\u202f", "") for c in shown] for r in part.rows]
        assert "20" not in [cell for line in lines for cell in line]


def test_a_cell_that_a_spreadsheet_would_reckon_with_is_text() -> None:
    cells = [{"area": words} for words in ("=1+1", "+3", "−13,0", "-cmd", "@x", "1\u202f234")]
    told = csv_bytes(Part("x", "x", columns_of("sv", "area"), cells), "sv").decode("utf-8-sig").splitlines()
    assert told == ["Vårdområde", "'=1+1", "+3", "-13,0", "'-cmd", "'@x", "1234"]


def test_conditions_are_met_partly_unknown_or_said_by_the_log(tmp_path: Path) -> None:
    programme = [row("partly", "condition", subject="Vårdprogram", year=y) for y in (2023, 2024)]
    rows = [*programme, row("met", "condition", subject="Forskning")]
    part = condition_table(followed(tmp_path, *rows), "sv", "liver")
    told = {(r["hospital"], r["followup_condition"]): r for r in part.rows}
    assert told["Mellersta sjukhuset", "Vårdprogram"]["followup_state"] == "delvis uppfyllt"
    assert told["Mellersta sjukhuset", "Vårdprogram"]["followup_since"] == "2023"
    assert told["Mellersta sjukhuset", "Forskning"]["followup_state"] == "uppfyllt"
    assert told["Södra sjukhuset", "inget villkor nämns i underlaget"]["followup_state"] == "okänt"
    assert [r["hospital"] for r in part.rows][-1] == "Södra sjukhuset"
    every = condition_table(followed(tmp_path / "b"), "sv")
    assert every.rows == []
    assert "Levervård" in every.note


def test_deviations_of_the_packaged_dataset_stand_in_swedish_with_their_source() -> None:
    sweden = load_sweden()
    conditions = {r.text("condition") for r in sweden.rows["DEVIATES_FROM"]}
    logged = [r for r in sweden.rows["Decision"] if r.text("kind") in ("condition", "deviation", "review_due")]
    said = {words for r in logged for words in (r.text("outcome"), r.text("reason")) if words}
    defined = {r.text("definition") for r in sweden.rows["CareArea"] if r.text("status") == "decided"}
    limits = {t.source for t in load_triggers().values()}
    found = Followed(sweden, swedish=swedish_words(sweden, registers_of(None)))
    assert {w for w in conditions | said | defined | limits if not found.is_said(w)} == set()
    part = condition_table(found, "sv", "exit")
    assert "bidrag till forskning inom området" in column(part, "followup_condition")
    assert all(r["followup_source"].endswith("bilaga 11") for r in part.rows if r["followup_state"] == "inte uppfyllt")
    assert len(condition_table(Followed(sweden), "en").rows) >= 49
    most = recurring_table(Followed(sweden), "sv").rows[0]
    assert most["followup_condition"] == "gemensamt vårdprogram eller riktlinje inte (helt) framtagen"
    every = recurring_table(Followed(sweden), "en").rows
    assert sum(int(r["followed_partly"]) for r in every) == 40  # Annex 11
    assert sum(int(r["followed_not_met"]) for r in every) == 9


def test_sources_are_cited_in_the_language_and_assumptions_left_out_where_asked() -> None:
    sweden = load_sweden()
    assert cited_sources(sweden, "rfr11_b11", "sv").endswith("bilaga 11")
    assert cited_sources(sweden, "rfr11_b11", "en").endswith("Annex 11")
    assumption = next(r.key[0] for r in sweden.rows["assumptions"])
    assert "antagande: " in cited_sources(sweden, f"rfr11_b11;{assumption}", "sv")
    assert documents(sweden, f"rfr11_b11;{assumption}", "sv") == cited_sources(sweden, "rfr11_b11", "sv")
    assert phrase("no such sentence", "sv") == "no such sentence"


def test_reviews_leave_out_own_words_where_asked(tmp_path: Path) -> None:
    found = followed(tmp_path, row("look here", "flag"), row(60.0))
    assert len(review_table(found, "sv", "liver").rows) == 2
    assert column(review_table(found, "sv", "liver", with_free_text=False), "followup_trigger") == ["volym"]
    assert len(limit_table("sv").rows) == len(load_triggers())


def reported(area: str, hospital: str, values: dict[int, float]) -> list[ReportRow]:
    return [row(v, area=area, hospital=hospital, year=y) for y, v in values.items()]


def test_near_areas_before_and_after_the_first_permit_by_hand(tmp_path: Path) -> None:
    """Valve and heart care share competences; heart care gets a permit in the middle from July 2022."""
    permit = next(r for r in SYSTEM.rows["PROVIDES"] if r.flag("permit"))
    changed = {"source_id": "middle", "target_id": "heart", "valid_from": "2022-07-01"}
    heart = Record(permit.type, {**permit.values, **changed})
    rest = [r for r in SYSTEM.rows["PROVIDES"] if r.key[:2] != ("middle", "heart")]
    system = SYSTEM.replace(PROVIDES=[*rest, heart])
    values = {2020: 30.0, 2021: 40.0, 2022: 99.0, 2023: 20.0, 2024: 24.0}
    standing = kept(tmp_path, reported("valve", "middle", values))
    found = Followed(system, standing)
    assert places_of(found, "heart") == ["middle"]
    (told,) = kin_table(found, "sv", "heart").rows
    assert (told["area"], told["hospital"]) == ("Klaffvård", "Mellersta sjukhuset")
    assert (told["followed_before"], told["followed_after"]) == ("35 (2020–2021)", "22 (2023–2024)")
    assert told["followup_difference"] == "−13,0"
    assert told["followed_kin"] == "behöver det valda området; delar septumablation, intensivvård"
    assert "2022: 99" in told["followed_by_year"]
    hidden = Followed(system, kept(tmp_path / "b", reported("valve", "middle", {**values, 2024: 3.0})), (), 5)
    (masked,) = kin_table(hidden, "sv", "heart").rows
    assert masked["followed_after"] == "dolt (2023–2024)"
    assert masked["followup_difference"] == "–"
    assert masked["followed_by_year"].endswith("2024: dolt")


def test_places_are_holders_the_refused_and_those_before() -> None:
    assert places_of(Followed(SYSTEM), "liver") == ["north", "middle", "south"]
    assert kin_table(Followed(SYSTEM), "sv", "liver").empty


def divided() -> list[ReportRow]:
    return [
        row(40.0), row(25.0, sex="woman"), row(15.0, sex="man"), row(4.0, age="child"), row(36.0, age="adult"),
        row(30.0, "treated"), row(20.0, "treated", sex="woman"), row(10.0, "treated", sex="man"),
        row(6.0, month="1"), row(38.0, month="2"), row(9.0, home_region="n"),
    ]  # fmt: skip


def test_numbers_by_sex_age_and_month(tmp_path: Path) -> None:
    found = followed(tmp_path, *divided())
    sex = divided_table(found, "sex", "sv", "liver")
    assert [(r["followup_what"], r["part_woman"], r["part_man"]) for r in sex.rows] == [
        ("Patienter (patienter)", "25", "15"), ("varav behandlade (patienter)", "20", "10"),
    ]  # fmt: skip
    assert divided_table(found, "age", "sv", "liver").rows[0]["part_child"] == "4"
    month = divided_table(found, "month", "sv", "liver")
    assert (month.rows[0]["part_1"], month.rows[0]["part_2"]) == ("6", "38")
    assert divided_table(found, "sex", "sv", "heart").rows == []


def test_small_parts_are_hidden_with_what_gives_them_away(tmp_path: Path) -> None:
    found = followed(tmp_path, *divided(), mask=5)
    unit = ("liver", "middle", 2024)
    assert divided_cells(found, "age")[unit]["patients", "child"] is None
    assert divided_cells(found, "age")[unit]["patients", "adult"] is None  # 40 − 36 would tell
    women = divided_cells(found, "sex")[unit]
    assert women["patients", "woman"] == 25.0
    few = followed(tmp_path / "b", *(r for r in divided() if r.measure != "treated"),
                   row(37.0, "treated"), row(23.0, "treated", sex="woman"), row(14.0, "treated", sex="man"),
                   mask=5)  # fmt: skip
    cells = divided_cells(few, "sex")[unit]  # 25 − 23 = 2 women who were not treated
    assert cells["treated", "woman"] is None
    assert cells["treated", "man"] is None
    gone = followed(tmp_path / "c", row(3.0), row(2.0, sex="woman"), row(1.0, sex="man"), mask=5)
    assert set(divided_cells(gone, "sex")[unit].values()) == {None}
    assert "dolt" in divided_table(gone, "sex", "sv", "liver").rows[0]["part_woman"]


def test_other_parts_have_headings_and_leave_out_own_words(tmp_path: Path) -> None:
    rows = [row("bad air", "event", subject="lokal", month="3"), row(31.0, "lead_time_median"),
            row(7.0, "group_patients", subject="Gallvägar", source="reg")]  # fmt: skip
    found = followed(tmp_path, *rows)
    assert len(other_table(found, "stated", "sv", "liver").rows) == 2
    assert len(other_table(found, "stated", "sv", "liver", with_free_text=False).rows) == 1
    for name in OTHERS:
        part = other_table(found, name, "en", "liver")
        assert part.title != name
        assert markup_of(part).count("<tr") == (len(part.rows) + 1 if part.rows else 0)


def test_predictions_of_hidden_units_and_of_reported_years_are_not_shown() -> None:
    told: Sequence[dict[str, object]] = [
        {"area": "liver", "hospital": h, "year": y, "mean": 1.0, "low": 0.0, "high": 2.0, "was_input": False}
        for h in ("middle", "south")
        for y in (2024, 2026)
    ]
    assert [(r["hospital"], r["year"]) for r in predicted_rows(Followed(SYSTEM), told, "liver")] == [
        ("middle", 2026), ("south", 2026),
    ]  # fmt: skip
    assert predicted_rows(Followed(SYSTEM, (), (), 10), told, "liver") == []
    assert confronted_table(Followed(SYSTEM), "sv").rows == []
