"""Every command in a process of its own: what it prints, in which form and language, and how it ends."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import time
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from interface.output_schemas import schema_names
from tests.command_line import COMMAND, Saved, Shell, environment, fresh

COMMANDS = (
    "overview", "run", "scenarios", "show", "schema", "term", "data check", "data export", "data import",
    "data diff", "data sources", "draw map", "draw matrix", "draw network", "draw effects", "draw timeline",
    "draw pipeline",
)  # fmt: skip


@pytest.mark.parametrize("command", COMMANDS)
def test_help_shows_an_example_and_says_what_every_option_means(shell: Shell, command: str) -> None:
    answer = shell(*command.split(), "--help")
    assert (answer.code, answer.err) == (0, "")
    text = " ".join(answer.out.split())
    assert f"randzon {command}" in text.split("Example", 1)[1]
    options = answer.out.split("Options:")[1]
    entries = [" ".join(e.split()) for e in re.split(r"^  (?=-)", options, flags=re.MULTILINE)[1:]]
    assert entries
    for entry in entries:
        described = re.sub(r"^(--?\S+ ?)+([<A-Z]\S+ )?", "", entry)
        assert len(described.split()) >= 3, entry


def test_help_of_all_says_where_to_begin_and_what_exit_codes_mean(shell: Shell) -> None:
    answer = shell("--help")
    assert answer.code == 0
    text = " ".join(answer.out.split())
    for part in ("randzon overview", "randzon run hocm", "Exit codes: 0", "130", "recommends nobody"):
        assert part in text


def test_version_in_a_fresh_process(shell: Shell) -> None:
    answer = fresh(["--version"], shell.folder)
    assert (answer.code, answer.err) == (0, "")
    assert answer.out.strip()


def test_overview_in_all_forms(shell: Shell) -> None:
    found = shell("overview", "--since", "2024-01-01", "--format", "json", small=True).json("overview")
    assert found["totals"]["units"] == 2
    assert [e["id"] for a in found["areas"] for e in a["log"]] == ["d_heart"]
    rows = shell("overview", "--format", "csv", small=True).csv()
    assert [r["id"] for r in rows] == [a["id"] for a in found["areas"]]
    swedish, english = (shell("overview", "--lang", lang, small=True).out for lang in ("sv", "en"))
    assert shell("overview", small=True).out == swedish
    assert "Vårdområde" in swedish
    assert "Levervård" in swedish
    assert "Care area" in english
    assert "Liver care" in english
    assert "Vårdområde" not in english


def test_mask_hides_small_numbers(shell: Shell) -> None:
    open_, masked = (
        shell("overview", "--format", "json", *mask, small=True).json("overview") for mask in ((), ("--mask", "10"))
    )
    values = {
        (p["hospital"], p["year"]): (p["value"], p.get("masked")) for area in masked["areas"] for p in area["patients"]
    }
    assert values["middle", 2022] == (None, True)
    assert values["middle", 2023] == (16, None)
    assert open_["totals"]["patients_by_year"] == {"2022": 29, "2023": 40, "2024": 40}
    assert masked["totals"]["patients_by_year"]["2022"] is None
    assert "40 (2024)" in shell("overview", "--mask", "10", small=True).out
    assert "några uppgifter dolda (2024)" in shell("overview", "--mask", "20", small=True).out
    shell("overview", "--mask", "-1", small=True).refusal("negative", "choose 0 or more")


def test_run_in_all_forms(shell: Shell, saved: Saved) -> None:
    found = saved.answer.json("run")
    assert saved.answer.err == ""
    assert found["manifest"]["years"] == 2
    assert {r["year"] for r in found["effects"]} == {0, 1, 2}
    assert sum(a["plausibility"] for a in found["allocations"]) == pytest.approx(1)
    assert len(found["limits"]) >= 2
    rows = shell.run("--format", "csv").csv()
    assert len(rows) == len(found["effects"])
    assert [float(r["effect"]) for r in rows] == [r["effect"] for r in found["effects"]]


def test_tables_of_a_run_in_swedish_and_english(shell: Shell, saved: Saved) -> None:
    swedish, english = (shell("show", saved.file, "--lang", lang).out for lang in ("sv", "en"))
    assert shell.run().out == swedish
    for part in ("Hjärtvården till två enheter", "Sjukhusen, från norr till söder", "Norra sjukhuset", "pat./år"):
        assert part in swedish
    for part in ("Heart care to two units", "The hospitals, north to south", "Northern Hospital", "pat./yr"):
        assert part in english
    assert "sjukhuset" not in english
    assert "," in swedish
    tables = swedish.split("Sjukhusen, från norr till söder")[1]
    assert tables.index("Norra sjukhuset") < tables.index("Mellersta sjukhuset") < tables.index("Södra sjukhuset")
    everything = shell("show", saved.file, "--all").out
    assert len(everything.splitlines()) > len(swedish.splitlines())
    assert "rader visas inte" in swedish
    assert "rader visas inte" not in everything


def test_a_saved_run_is_shown_as_it_was_printed(shell: Shell, saved: Saved) -> None:
    assert shell("show", saved.file, "--format", "json").out == saved.answer.out
    shell("show", saved.file, "--format", "json").json("show")
    assert "0 år efter" in shell("show", saved.file, "--year", "0").out
    shell("show", saved.file, "--year", "3").refusal("--year 3", "from 0 to 2")


def test_same_seed_same_bytes(shell: Shell, saved: Saved) -> None:
    again = shell.run("--format", "json", "--workers", "1").out
    assert again == saved.answer.out
    other = shell.run("--format", "json", "--seed", "2").json("run")
    assert other["effects"] != json.loads(again)["effects"]
    assert other["manifest"]["system_hash"] == json.loads(again)["manifest"]["system_hash"]


def test_set_changes_manifest_hash_and_answer(shell: Shell, saved: Saved) -> None:
    first = saved.answer.json("run")
    answer = shell.run("--set", "route_share=0.5", "--format", "json", "--out", "b.nc")
    changed = answer.json("run")
    assert (first["manifest"]["set"], changed["manifest"]["set"]) == ({}, {"route_share": 0.5})
    assert first["manifest"]["system_hash"] != changed["manifest"]["system_hash"]
    assert first["manifest"]["scenario_hash"] == changed["manifest"]["scenario_hash"]
    assert first["effects"] != changed["effects"]
    assert shell("show", "b.nc", "--format", "json").out == answer.out


def test_readings_are_named_in_the_rows(shell: Shell) -> None:
    found = shell.run("--reading", "uniform_allocation", "--format", "json").json("run")
    assert {r["reading"] for r in found["effects"]} == {"uniform_allocation", "national_first"}
    assert [a["plausibility"] for a in found["allocations"]] == pytest.approx([1 / 3] * 3)


def test_run_of_an_event_and_of_given_units(shell: Shell) -> None:
    event = shell.run("--format", "json", scenario="summer.toml").json("run")
    assert event["allocations"] == []
    assert "Sommar i mitten" in event["summary_sv"]
    assert "Summer in the middle" in event["summary_en"]
    given = shell.run(scenario="south_alone.toml").out
    assert "samlas vid Södra sjukhuset" in " ".join(given.replace("│", " ").split())


def test_run_of_the_packaged_data(shell: Shell) -> None:
    answer = shell("run", "hocm", "--draws", "10", "--years", "2", "--format", "json")
    found = answer.json("run")
    assert answer.err == ""
    names = {r["hospital"]: r["name"] for r in found["effects"] if "hospital" in r}
    assert "Norrlands universitetssjukhus" in names.values()
    order = list(names)
    assert order.index("nus") < order.index("orebro") < order.index("linkoping")
    assert {len(a["units"]) for a in found["allocations"]} == {2}
    assert "Norrlands universitetssjukhus" in found["summary_sv"]


def test_overview_of_the_packaged_data(shell: Shell) -> None:
    found = shell("overview", "--format", "json").json("overview")
    totals = found["totals"]
    assert totals["areas"] == sum(1 for a in found["areas"] if a["status"] == "decided" and a["holders"])
    assert sum(totals["units_by_region"].values()) == totals["units"]
    held = {h["hospital"] for a in found["areas"] for h in a["holders"]}
    assert {"nus", "linkoping", "orebro"} <= held


def test_scenarios_are_listed_explained_and_begun(shell: Shell) -> None:
    found = shell("scenarios", "--format", "json").json("scenarios")["scenarios"]
    names = {s["name"] for s in found}
    assert {"hocm", "matstrupskirurgi", "barnintensivvard", "akademiska_iva_sommar"} <= names
    assert len(shell("scenarios", "--format", "csv").csv()) == len(found)
    one = shell("scenarios", "hocm")
    assert "två enheter" in one.out
    assert 'kind = "concentrate"' in one.out
    assert "units = 2\n" in one.out
    assert "nobody knows which" in shell("scenarios", "hocm", "--lang", "en").out
    assert shell("scenarios", "new", "mine.toml").code == 0
    assert shell("scenarios", "mine.toml").code == 0
    shell("scenarios", "new", "mine.toml").refusal("mine.toml exists", "another name")
    shell("scenarios", "new").refusal("name the file")
    shell("scenarios", "hocm", "x.toml").refusal("scenarios new FILE")


@pytest.mark.parametrize("name", schema_names())
def test_schemas_are_printed(shell: Shell, name: str) -> None:
    found = json.loads(shell("schema", name).out)
    Draft202012Validator.check_schema(found)


def test_words_are_explained(shell: Shell) -> None:
    assert "displacement" in shell("term", "undanträngning").out
    assert "Other patients" in shell("term", "undanträngning", "--lang", "en").out
    shell("term", "undantrngning").refusal("near: undanträngning")
    shell("schema", "rnu").refusal("choose one of", "run")


def test_stated_totals_of_the_packaged_data_agree(shell: Shell) -> None:
    answer = shell("data", "check", "--format", "json")
    rows = answer.json("data-check")["rows"]
    unexplained = [r for r in rows if r["agrees"] is False and not r["note"]]
    assert answer.code == (1 if unexplained else 0)
    assert len(shell("data", "check", "--format", "csv").csv()) == len(rows)
    swedish, english = (shell("data", "check", "--lang", lang).out for lang in ("sv", "en"))
    assert "Stämmer" in swedish
    assert "Agrees" in english


def test_export_import_and_diff_give_the_same_dataset(shell: Shell) -> None:
    assert shell("data", "export", "mine").code == 0
    answer = shell("data", "import", "mine", "--to", "again")
    assert answer.code == 0
    found = shell("data", "diff", "sweden", "again", "--format", "json").json("data-diff")
    assert found["rows"] == []
    assert found["hash_a"] == found["hash_b"]
    assert found["hash_b"] in answer.out
    assert shell("data", "diff", "mine", "again", "--format", "csv").csv() == []
    assert "0 skillnader" in shell("data", "diff", "mine", "again").out


def test_diff_names_what_changed(shell: Shell) -> None:
    assert shell("data", "export", "a", small=True).code == 0
    assert shell("data", "export", "b", small=True).code == 0
    file = shell.folder / "b/nodes/region.csv"
    file.write_text(file.read_text(encoding="utf-8").replace("Region Nord", "Region Norr"), encoding="utf-8")
    [row] = shell("data", "diff", "a", "b", "--format", "json").json("data-diff")["rows"]
    assert (row["type"], row["key"], row["property"]) == ("Region", ["n"], "name_sv")
    assert len(shell("data", "diff", "a", "b", "--format", "csv").csv()) == 1
    assert "1 skillnad" in shell("data", "diff", "a", "b").out
    assert "1 difference" in shell("data", "diff", "a", "b", "--lang", "en").out


def test_sources_and_ids(shell: Shell) -> None:
    found = shell("data", "sources", "--format", "json", small=True).json("data-sources")
    rows = shell("data", "sources", "--format", "csv", small=True).csv()
    assert len(rows) == len(found["sources"]) + len(found["assumptions"])
    ids = shell("data", "sources", "--ids", "--format", "json", small=True).json("data-sources")["quantities"]
    assert len(ids) == found["grades"]["total"]
    assert "route_share" in {q["id"] for q in ids}
    assert "Källor" in shell("data", "sources", small=True).out
    assert "Sources" in shell("data", "sources", "--lang", "en", small=True).out


def test_a_reader_who_closes_early_sees_no_traceback(shell: Shell) -> None:
    words = [*COMMAND, "schema", "dataset"]
    process = subprocess.Popen(
        words, cwd=shell.folder, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert process.stdout is not None
    process.stdout.close()
    assert process.stderr is not None
    assert b"Traceback" not in process.stderr.read()
    process.wait(60)
    process.stderr.close()


@pytest.mark.skipif(os.name == "nt", reason="SIGINT to another process is of POSIX")
@pytest.mark.parametrize("seconds", [0.4, 3.5])
def test_ctrl_c_stops_at_once_and_leaves_nothing(shell: Shell, seconds: float) -> None:
    before = shell.files()
    words = [*COMMAND, "run", "two_units.toml", "--dataset", str(shell.dataset), "--draws", "200000", "--out", "x.nc"]
    process = subprocess.Popen(
        words, cwd=shell.folder, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    time.sleep(seconds)
    begun = time.monotonic()
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert time.monotonic() - begun < 10
    assert (process.returncode, out) == (130, b""), err.decode()
    *warned, stopped = err.decode().splitlines()
    assert stopped.startswith("randzon: stopped")
    assert not warned or warned[0].startswith("randzon: 200000 draws of 11 years keep about"), err.decode()
    assert len(warned) <= 1, err.decode()
    assert shell.files() == before


def test_out_is_replaced_only_by_a_whole_file(shell: Shell) -> None:
    file = Path(shell.write("x.nc", "old"))
    shell.run("--out", "x.nc", "--set", "nothing=1").refusal("nothing")
    assert file.read_text(encoding="utf-8") == "old"
    assert shell.run("--out", "x.nc").code == 0
    assert shell("show", "x.nc").code == 0
    assert {f for f in shell.files() if ".nc" in f} == {"x.nc"}
