"""The packaged dataset gives the totals that the documents state, or the documents contradict themselves."""

from __future__ import annotations

from typing import Any

import pytest

from graph_schema import CareSystem
from impact.questions.data_check import check_totals
from impact.questions.overview import overview
from loaders import load_sweden
from loaders.stated_totals import Statement, packaged_totals


@pytest.fixture(scope="module")
def sweden() -> CareSystem:
    return load_sweden()


@pytest.fixture(scope="module")
def rows(sweden: CareSystem) -> dict[str, dict[str, Any]]:
    return {row["id"]: row for row in check_totals(sweden, packaged_totals())}


@pytest.mark.parametrize("statement", packaged_totals(), ids=lambda s: s.id)
def test_stated_total_agrees_or_is_a_listed_contradiction(
    rows: dict[str, dict[str, Any]], statement: Statement
) -> None:
    row = rows[statement.id]
    assert row["agrees"] is not False or statement.contradiction, row
    assert row["ours"] is not None or (not statement.compute and row["note"]), row


def test_each_source_of_a_statement_is_in_the_register(sweden: CareSystem) -> None:
    known = {record.key[0] for record in sweden.rows["sources"]}
    assert {source for s in packaged_totals() for source in s.source.split(";")} - known == set()


def test_overview_counts_as_the_documents_do(sweden: CareSystem) -> None:
    totals = overview(sweden)["totals"]
    assert totals["areas"] == 61
    # 27 older and 133 newer permits; one unit holds fetal therapy under both.
    assert totals["units"] == 27 + 133 - 1
    assert sum(totals["units_by_region"].values()) == totals["units"]
    assert sum(totals["units_by_hospital"].values()) + totals["units_of_unnamed"] == totals["units"]
