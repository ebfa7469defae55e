"""What the page shows, without a screen: questions, answers and their files, tables, jobs, the server's words."""

from __future__ import annotations

import re
import socket
import threading
from functools import cache
from pathlib import Path

import pytest
import typer

from graph_schema import SettingError, StoreError
from impact import Settings
from interface import serve_command
from interface.noted_run import run_noted
from interface.numbers import decimals_for, format_value
from interface.page.service.cards import card_of, section_markup
from interface.page.service.effects_table import SCALES, effects_table, hidden_count
from interface.page.service.job import Job, Stopped
from interface.page.service.markup import DETAIL, HtmlTable, TableColumn, table_markup
from interface.page.service.outcome import Outcome, answer, opened
from interface.page.service.pictures import drawn_effects, drawn_map, drawn_matrix, drawn_pipeline, group_names
from interface.page.service.question import Question, areas_by_name, candidate_names, today_of
from interface.run_command import run_object
from loaders.registers import REGISTERS
from scenarios import Concentrate, Scenario, course_of
from tests.drawn import mapped_system
from tests.page_server import free_port
from tests.small_system import small_system

REGISTERS_EMPTY = dict.fromkeys(REGISTERS, ())
ASKED = Question("heart", 2, draws=4, years=2)


@cache
def outcome() -> Outcome:
    return answer(small_system(), ASKED.run(small_system()), REGISTERS_EMPTY)


def test_an_answer_is_that_of_the_same_scenario_run_directly() -> None:
    system = small_system()
    scenario = Scenario("other", decisions=(Concentrate("heart", 2),))
    result = run_noted(system, scenario, course_of(scenario, system, today_of(system)), REGISTERS_EMPTY,
                       Settings(draws=4, years=2))  # fmt: skip
    told = run_object(system, result, result.notes["scenario"], "sv")
    assert outcome().document["effects"] == told["effects"]
    assert len(told["effects"]) > 50


def test_what_the_answer_depends_on_is_in_its_key() -> None:
    system = small_system()
    others = [Question("heart", 1, draws=4, years=2), Question("heart", 2, ("north", "south"), 4, 2),
              Question("heart", 2, draws=5, years=2), Question("heart", 2, draws=4, years=3),
              Question("heart", 2, None, 4, 2, seed=2), Question("liver", 2, draws=4, years=2)]  # fmt: skip
    keys = {q.key(system) for q in (ASKED, *others)} | {ASKED.key(small_system(version="2"))}
    assert len(keys) == len(others) + 2
    assert ASKED.key(system) == Question("heart", 2, draws=4, years=2).key(small_system())


def test_titles_name_area_and_hospitals_in_both_languages() -> None:
    system = small_system()
    area = areas_by_name(system, "sv")["heart"]
    assert ASKED.title(system, "sv") == f"{area} till 2 enheter, okänt vilka"
    names = candidate_names(system, "heart", "en")
    given = Question("heart", 2, tuple(names)[:2])
    assert given.title(system, "en").endswith(" to " + " and ".join(list(names.values())[:2]))


def test_both_files_are_opened_again_with_the_same_effects() -> None:
    found = outcome()
    assert found.netcdf_file is not None
    for name, content in (("a.json", found.json_file), ("a.NC", found.netcdf_file)):
        again = opened(name, content)
        assert again.document["effects"] == found.document["effects"], name
        assert again.title("sv") == found.title("sv")
        assert (again.system is None) == (name == "a.json")


@pytest.mark.parametrize(("name", "content"), [("a.nc", b"CDF"), ("a.json", b"{}"), ("a.json", b"[1"), ("a.txt", b"")])
def test_other_files_are_refused_by_their_own_name(name: str, content: bytes) -> None:
    with pytest.raises(StoreError, match=re.escape(name)) as refused:
        opened(name, content)
    assert "/" not in str(refused.value).split(name)[0]


def test_hospitals_stand_from_north_to_south_with_effect_interval_and_words() -> None:
    rows = outcome().document["effects"]
    table = effects_table(rows, outcome().nodes, "sv", 2, "hospital", show_all=True)
    assert table is not None
    system = small_system()
    assert list(table.groups) == [system.node(h).text("name_sv") for h in ("north", "middle", "south")]
    told = [r for r in rows if "hospital" in r and r["year"] == 2 and r["reading"] == "main"]
    cells = [row for group in table.groups.values() for row in group]
    for row, cell in zip(told, cells, strict=True):
        decimals = decimals_for(row["low"], row["high"])
        assert cell["effect"] == format_value(row["effect"], decimals, "sv", signed=True)
        assert cell["interval"] == " … ".join(format_value(row[k], decimals, "sv") for k in ("low", "high"))
    floors = [r["p_below_floor"] for r in told]
    assert [bool(c["below_floor"]) for c in cells] == [p is not None for p in floors]
    assert any(p is not None for p in floors)
    details = "\n".join(row[DETAIL] for group in table.groups.values() for row in group)
    assert "Främsta orsak: " in details


def test_what_is_left_out_is_counted() -> None:
    rows = outcome().document["effects"]

    def count(*, show_all: bool) -> int:
        tables = [effects_table(rows, outcome().nodes, "sv", 2, s, show_all=show_all) for s in SCALES]
        return sum(len(group) for t in tables if t is not None for group in t.groups.values())

    assert 0 < hidden_count(rows, 2) == count(show_all=True) - count(show_all=False)
    assert count(show_all=False) > 0


def test_nothing_in_a_table_is_read_as_markup() -> None:
    columns = (TableColumn("a", "<i>"), TableColumn("n", "&", is_number=True), TableColumn("empty", "x"))
    table = HtmlTable("<b>", columns, {"<u>": [{"a": "<script>", "n": "1", DETAIL: "<p>\n2"}]})  # fmt: skip
    found = table_markup(table)
    assert not re.search(r"<(b|i|u|script|p)>", found)
    assert "&lt;script&gt;" in found
    assert "&lt;p&gt;<br>2" in found
    assert found.count('scope="col"') == 2  # the column without values is left out


def test_pictures_carry_their_words_and_their_table() -> None:
    system = small_system()
    for found in (
        drawn_effects(outcome(), system, "sv", 2, show_all=False),
        drawn_pipeline(system, "en"),
        drawn_matrix(system, None, "sv"),
        *(drawn_matrix(system, group, "sv") for group in group_names(system, "sv")),
        drawn_map(mapped_system(), "liver", "sv", flows=False),
    ):
        assert re.search(r'<img alt="[^"]{20,}" src="data:image/svg\+xml;base64,', found.image)
        assert found.svg.startswith(b"<svg")
        assert found.table.count("<tr") > 1
        assert found.csv


@pytest.mark.parametrize("node", ["heart", "north"])
def test_a_card_is_shown_as_tables(node: str) -> None:
    card = card_of(small_system(), node, REGISTERS_EMPTY, "sv")
    assert card.title == small_system().node(node).text("name_sv")
    assert card.sections
    for section in card.sections:
        assert section_markup(small_system(), section, "sv").count('<th scope="row"') == len(section.rows)


def test_a_job_stops_at_its_next_step_and_gives_back_what_went_wrong() -> None:
    go_on = threading.Event()
    steps: list[int] = []

    def work(progress: object) -> None:
        assert callable(progress)
        progress(1, 3)
        go_on.wait(10)
        steps.append(1)
        progress(2, 3)
        steps.append(2)

    job = Job(work)
    job.stop()
    go_on.set()
    with pytest.raises(Stopped):
        job.result()
    assert steps in ([], [1])

    def broken(_: object) -> None:
        raise SettingError("bad")

    with pytest.raises(SettingError, match="bad"):
        Job(broken).result()


def test_the_server_listens_as_told_tells_nobody_and_gets_the_dataset(tmp_path: Path) -> None:
    words = serve_command.server_command(serve_command.Served(8600, "127.0.0.1", "/nhv/", "en", tmp_path, 5))
    options = dict(zip(words[5::2], words[6::2], strict=False))
    assert options["--server.address"] == "127.0.0.1"
    assert options["--server.port"] == "8600"
    assert options["--server.baseUrlPath"] == "nhv"
    assert options["--browser.gatherUsageStats"] == "false"
    assert options["--logger.hideWelcomeMessage"] == "true"  # else Streamlit asks a server for our address
    own = ["--lang", "en", "--mask", "5", "--dataset", str(tmp_path), "--base-url", "nhv"]
    assert words[-9:] == ["--", *own]


def test_a_taken_port_is_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(SettingError, match=f"--port {port}: is taken"):
            serve_command.serve(port=port, host="127.0.0.1")


@pytest.mark.parametrize(("host", "warns"), [("127.0.0.1", False), ("localhost", False), ("0.0.0.0", True)])  # noqa: S104
def test_a_page_that_others_reach_is_warned_of(
    host: str, warns: bool, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    started: list[list[str]] = []
    monkeypatch.setattr(serve_command.os, "execve", lambda _, words, __: started.append(words))
    monkeypatch.setattr(serve_command.subprocess, "call", lambda _, env: 0 if env["COLUMNS"] == "200" else 1)
    with pytest.raises(typer.Exit):
        serve_command.serve(port=free_port(), host=host)
    assert started[0][5:] != []
    told = capsys.readouterr().err
    assert f"http://{host}:" in told
    assert ("lösenord" in told) == warns


def test_without_the_extra_it_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serve_command, "NEEDED", (("streamlit", "no_such_module"),))
    with pytest.raises(SettingError, match="serve needs streamlit: install randzon with the extra 'app'"):
        serve_command.serve()
