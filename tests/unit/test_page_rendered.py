"""A command's page as HTML: every word of it, tables as tables, and nothing dropped in silence."""

from __future__ import annotations

import json

import pytest
from rich.console import Group
from rich.panel import Panel
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from graph_schema import StoreError
from impact.questions.overview import overview as overview_of
from interface.page.service.answered import answer_key, answered, opened_answer
from interface.page.service.rendered import rendered_markup
from interface.question_commands import OVERVIEW
from tests.small_system import small_system


def table() -> Table:
    found = Table(title="Effekter")
    found.add_column("mått")
    found.add_column("effekt", justify="right")
    found.add_row("Norra", "")
    found.add_row("  undanträngda", "1,2")
    found.add_row("[b]fet[/b] & <liten>", "")
    found.add_row("  poster", "3")
    return found


def test_texts_tables_and_groups_of_rows_become_markup() -> None:
    found = rendered_markup(Group(Text("Rubrik", style="bold"), Panel(Text("Ett.\nTvå.\n\nTre.")), table(),
                                  Text("Anm.", style="dim")))  # fmt: skip
    assert "<h3>Rubrik</h3><p>Ett.<br>Två.</p><p>Tre.</p>" in found
    assert '<p class="remark">Anm.</p>' in found
    assert "<caption>Effekter</caption>" in found
    assert '<th scope="rowgroup" colspan="2">Norra</th></tr><tr><th scope="row">undanträngda</th>' in found
    assert 'colspan="2">fet &amp; &lt;liten&gt;</th></tr><tr><th scope="row">poster</th>' in found
    assert '<td class="number">1,2</td>' in found


def test_headings_without_rows_are_left_out_and_dates_stay_whole() -> None:
    empty, dated = Table("mått", "effekt"), Table("beslut", "datum", "ord")
    dated.add_row("Exit", "2020-05-01", "från 2020-05-01")
    assert rendered_markup(empty) == '<div class="randzon-page"></div>'
    found = rendered_markup(dated)
    assert '<td class="short">2020-05-01</td><td class="words">från 2020-05-01</td>' in found


def test_what_is_neither_text_nor_table_is_refused() -> None:
    with pytest.raises(TypeError, match="ProgressBar"):
        rendered_markup(Group(ProgressBar()))


def test_an_answer_has_the_pages_words_its_files_and_opens_again() -> None:
    system = small_system()
    content = {"manifest": {}, "limits": [], **overview_of(system, None, None, None)}
    found = answered(OVERVIEW, content, system, mask=0, with_log=False)
    assert "Hjärtvård" in found.markup("sv")
    assert json.loads(found.json_file)["areas"] == json.loads(json.dumps(content["areas"]))
    assert found.csv_file("sv").decode("utf-8").startswith("\ufeffid,")
    again = opened_answer("svar.json", found.json_file, {"overview": OVERVIEW})
    assert again.markup("en") == found.markup("en")
    with pytest.raises(StoreError, match=r"^svar\.json is no whole JSON file"):
        opened_answer("svar.json", b"{", {"overview": OVERVIEW})


def test_another_option_is_another_key() -> None:
    system = small_system()
    asked = [
        ("stress", system, 2),
        ("stress", system, 3),
        ("repair", system, 2),
        ("stress", small_system(version="2"), 2),
    ]
    keys = {answer_key(command, care, draws=draws) for command, care, draws in asked}
    assert len(keys) == 4


def test_a_heading_is_not_seen_twice() -> None:
    plain = Table("mått")
    plain.add_row("poster")
    assert '<caption class="unseen">Rubrik</caption>' in rendered_markup(Group(Text("Rubrik", style="bold"), plain))
    assert "<caption>Effekter</caption>" in rendered_markup(Group(Text("Rubrik", style="bold"), table()))
