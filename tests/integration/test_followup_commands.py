"""The follow-up commands: a report from template to review, predictions from keeping to tally, and what is refused."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from tests.command_line import Saved, Shell

pytestmark = pytest.mark.integration
HEAD = "area,hospital,year,measure,value,home_region,subject,source,role\n"


def report(shell: Shell, *lines: str, name: str = "r.csv") -> Path:
    return shell.write(name, HEAD + "\n".join(lines) + "\n")


def test_show_works_on_the_reported_years_of_the_dataset(shell: Shell) -> None:
    content = shell("followup", "show", "--format", "json", small=True).json("followup-show")
    assert [r["reported"] for r in content["rows"] if r["hospital"] == "middle"] == [9, 16, 17]
    assert content["store"]["versions"] == 0
    assert content["store"]["folder"] == "followup-store"
    table = shell("followup", "show", small=True)
    assert "Uppföljning: vad enheterna rapporterat" in table.out
    assert "Inga uppgifter ännu om: hemregioner, villkor" in table.out
    english = shell("followup", "show", "--lang", "en", "--all", small=True)
    assert "Follow-up: what the units reported" in english.out
    assert shell("followup", "show", "--year", "2023", small=True).out.count("  2023  ") == 2
    assert shell.files() == {"two_units.toml", "south_alone.toml", "summer.toml"}


def test_a_report_from_template_to_review(shell: Shell) -> None:
    done = shell("followup", "template", "--out", "t.csv", "--area", "lever", "--hospital", "mellersta", "--year",
                 "2024", small=True)  # fmt: skip
    assert done.out == "t.csv\n"
    path = shell.folder / "t.csv"
    rows = list(csv.reader(path.read_text(encoding="utf-8-sig").splitlines(), delimiter=";"))
    value, measure = rows[0].index("Värde"), rows[0].index("Mått")
    assert rows[1][:3] == ["Levervård", "Mellersta sjukhuset", "2024"]
    for cells in rows:
        filled = {"Patienter": "60", "Ledtid i median": "120,5", "Enheten vill uppmärksamma": "Se över"}
        cells[value] = filled.get(cells[measure], cells[value])
    path.write_text("\n".join(";".join(f'"{c}"' for c in cells) for cells in rows), encoding="utf-8")
    stored = shell("followup", "import", "t.csv", "--by", "Anna", small=True)
    assert "version 1 in followup-store, 3 values (3 new, 0 replace earlier ones)" in stored.out
    again = shell("followup", "import", "t.csv", "--by", "Bo", small=True)
    assert "nothing stored; its 3 values stand already (version 1, " in again.out
    assert ", Anna)" in again.out
    content = shell("followup", "show", "--format", "json", small=True).json("followup-show")
    (unit,) = [r for r in content["review"] if r["hospital"] == "middle"]
    assert {t["rule"] for t in unit["triggers"]} == {"volume_far_above", "lead_time", "holder_flag"}
    assert (content["store"]["versions"], content["store"]["by"]) == (1, "Anna")
    table = shell("followup", "show", "--area", "lever", small=True).out
    for words in ("över yttre", "ledtid i median 120 dagar", "enhetens egna ord: Se över", "enhetens rapport"):
        assert words in " ".join(table.split()), words


def test_a_workbook_is_written_and_read(shell: Shell) -> None:
    from openpyxl import load_workbook

    shell(
        "followup",
        "template",
        "--kind",
        "adjacent",
        "--out",
        "t.xlsx",
        "--hospital",
        "north",
        "--year",
        "2024",
        small=True,
    )
    path = shell.folder / "t.xlsx"
    book = load_workbook(path)
    sheet = book["rapport"]
    titles = [c.value for c in sheet[1]]
    row = next(r for r in range(2, 20) if sheet.cell(r, titles.index("Mått") + 1).value == "Patienter enligt register")
    for column, value in (("Vårdområde", "liver"), ("Källa", "registret"), ("Värde", -3)):
        sheet.cell(row, titles.index(column) + 1, value)
    book.save(path)
    letter = sheet.cell(1, titles.index("Värde") + 1).column_letter
    message = shell("followup", "import", "t.xlsx", "--by", "A", small=True).refusal(
        "sheet rapport", "nothing was stored"
    )
    assert f"cell {letter}{row} (value) = '-3'" in message
    assert not (shell.folder / "followup-store").exists()
    sheet.cell(row, titles.index("Värde") + 1, 3)
    book.save(path)
    shell("followup", "import", "t.xlsx", "--by", "A", "--store", "kept", small=True)
    found = shell(
        "followup", "show", "--store", "kept", "--format", "csv", "--part", "without_permit", small=True
    ).csv()
    assert [(r["hospital"], r["value"], r["source"]) for r in found] == [("north", "3.0", "registret")]


@pytest.mark.parametrize(
    "part",
    [
        "rows",
        "regions",
        "conditions",
        "review",
        "without_permit",
        "disagreements",
        "groups",
        "competences",
        "revisions",
    ],
)
def test_every_table_is_printed_as_csv_also_when_empty(part: str, shell: Shell) -> None:
    answer = shell("followup", "show", "--format", "csv", "--part", part, small=True)
    assert answer.code == 0
    assert "hospital" in answer.out.splitlines()[0] or part == "regions"
    answer.csv()


def test_every_part_has_words_in_both_languages(shell: Shell) -> None:
    report(
        shell,
        "liver,middle,2024,patients,60,,,,",
        "liver,middle,2024,patients,2,n,,,",
        "liver,middle,2024,patients,20,m,,,",
        "liver,middle,2024,patients,38,s,,,",
        "liver,middle,2024,condition,nej,,Forskning,,",
        "liver,middle,2023,condition,delvis,,Vårdprogram,,",
        "liver,middle,2024,condition,delvis,,Vårdprogram,,",
        "liver,middle,2024,diverted,30,,,,",
        "liver,north,2024,register_patients,4,,,reg,refused",
        *(f"liver,north,{y},group_patients,{v},,Gallvägar,reg," for y, v in ((2021, 90), (2022, 95), (2023, 5))),
        ",north,2019,posts,10,,surgery,reg,",
        ",north,2024,posts,6,,surgery,reg,",
    )
    shell("followup", "import", "r.csv", "--by", "A", small=True)
    report(shell, "liver,middle,2024,diverted,31,,,,")
    shell("followup", "import", "r.csv", "--by", "A", small=True)
    for mask in ("0", "5", "50"):
        answer = shell("followup", "show", "--mask", mask, "--format", "json", small=True)
        answer.json("followup-show")
        for lang in ("sv", "en"):
            table = shell("followup", "show", "--mask", mask, "--lang", lang, small=True)
            assert table.code == 0
            assert "followup_" not in table.out
            assert "{" not in table.out
            assert "None" not in table.out
    content = shell("followup", "show", "--format", "json", small=True).json("followup-show")
    rules = {t["rule"] for r in content["review"] for t in r["triggers"]}
    assert {"condition_not_met", "condition_partly", "diverted", "without_permit", "group_far_below", "competence_fall",
            "volume_far_above"} <= rules  # fmt: skip
    assert content["revisions"][0]["before"] == [30]


def test_predictions_are_kept_once_and_confronted(shell: Shell) -> None:
    words = ("followup", "register", "--draws", "20", "--years", "2", "--by", "Anna")
    assert "prediction 1 in followup-store: 6 numbers of 1 areas" in shell(*words, small=True).out
    assert "kept already (number 1, " in shell(*words, small=True).out
    assert "prediction 2" in shell(*words, "--as-of", "2022-12-31", small=True).out
    assert "prediction 3" in shell(*words, "south_alone.toml", "--area", "heart", small=True).out
    content = shell("followup", "confront", "--format", "json", small=True).json("followup-confront")
    assert [p["name"] for p in content["predictions"]] == ["today", "today", "south_alone"]
    assert {(r["prediction"], r["kind"]) for r in content["rows"]} == {(2, "input")}
    table = shell("followup", "confront", "--all", small=True)
    assert "ingick i underlaget, bevisar inget" in " ".join(table.out.split())
    assert "dagens tillstånd" in table.out
    assert len(shell("followup", "confront", "--format", "csv", small=True).csv()) == len(content["rows"])
    assert "Kept predictions" in shell("followup", "confront", "--lang", "en", small=True).out


def test_a_saved_run_is_kept_with_its_own_dataset(shell: Shell, saved: Saved) -> None:
    done = shell("followup", "register", saved.file, "--by", "Anna")  # no dataset named
    assert "prediction 1 in followup-store" in done.out
    assert "2 areas" in done.out
    shell.write("no.nc", "x")
    shell("followup", "register", "no.nc").refusal("is no result file")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("import", "none.csv"), "does not exist"),
        (("import", "two_units.toml"), "ends in .xlsx or .csv"),
        (("template", "--out", "x.pdf"), "let the file end in .xlsx or .csv"),
        (("template", "--out", "none/x.csv"), "cannot be written"),
        (("template", "--out", "x.csv", "--area", "nothing"), "no care area is called so"),
        (("show", "--store", "none"), "there is no such folder"),
        (("show", "--store", "two_units.toml"), "is a file; name a folder"),
        (("show", "--year", "1999"), "choose from 2022 to 2024"),
        (("show", "--hospital", "nowhere"), "no hospital is called so"),
        (("confront", "--store", "none"), "there is no such folder"),
        (("register", "nothing_ready"), "no ready scenario"),
        (("register", "--draws", "1"), "draws = 1"),
        (("register", "--by", " "), "say who does it"),
    ],
)
def test_what_cannot_be_done_is_refused_with_one_message(words: tuple[str, ...], told: str, shell: Shell) -> None:
    before = shell.files()
    shell("followup", *words, small=True).refusal(told)
    assert shell.files() == before


def test_a_store_that_was_tampered_with_is_refused(shell: Shell) -> None:
    report(shell, "liver,middle,2024,patients,12,,,,")
    shell("followup", "import", "r.csv", "--by", "A", small=True)
    file = shell.folder / "followup-store" / "reports" / "000001.json"
    file.write_text(file.read_text(encoding="utf-8").replace("12.0", "13.0"), encoding="utf-8")
    for words in (("show",), ("confront",), ("import", "r.csv")):
        shell("followup", *words, small=True).refusal("was changed after it was stored")


def test_what_is_judged_by_a_hidden_number_is_hidden_with_it(shell: Shell) -> None:
    shell("followup", "register", "--draws", "4", "--years", "2", "--as-of", "2021-12-31", "--by", "A", small=True)
    open_ = shell("followup", "show", "--format", "json", small=True).json("followup-show")
    content = shell("followup", "show", "--mask", "10", "--format", "json", small=True).json("followup-show")
    told = {(r["hospital"], r["year"]): r["verdict"] for r in content["rows"]}
    # 9 in the middle in 2022 takes the south's 20 along; what rests on 2022 says nothing more.
    assert set(told.values()) == {"hidden", "no_expectation"}
    assert told["middle", 2022] == told["south", 2022] == "no_expectation"
    assert told["middle", 2024] == told["south", 2024] == "hidden"
    assert (open_["chance"]["compared"], content["chance"]["compared"]) == (2, 0)
    assert "Tal under 10 patienter är dolda" in " ".join(
        shell("followup", "show", "--mask", "10", small=True).out.split()
    )
    seen = shell("followup", "confront", "--all", "--format", "json", small=True).json("followup-confront")
    hidden = shell("followup", "confront", "--mask", "10", "--all", "--format", "json", small=True).json(
        "followup-confront"
    )
    assert len(seen["rows"]) == len(hidden["rows"]) > 0
    assert all(r["mean"] is not None and r["inside"] is not None for r in seen["rows"])
    assert all(r["mean"] is r["low"] is r["inside"] is None for r in hidden["rows"])
    assert [t["compared"] for t in hidden["tally"]] == [0] * len(hidden["tally"])
    table = shell("followup", "confront", "--mask", "10", "--all", small=True).out
    assert "dolt" in table
