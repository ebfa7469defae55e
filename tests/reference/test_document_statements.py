"""What the documents state in words holds in the dataset and in the model, or the disagreement is listed.

The statements were written from the documents before anyone looked at the dataset's relationships; their text and
place stand in ``document_statements.csv`` beside this file.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from pathlib import Path

import pytest

from graph_schema import CareSystem, Quantity, Record
from loaders import load_sweden
from tests.reference import (
    statement_checks_log,
    statement_checks_model,
    statement_checks_needs,
    statement_checks_permits,
)
from tests.reference.statement_queries import GRAPH_CHECKS, MODEL_CHECKS, Check

TEXTS = Path(__file__).with_name("document_statements.csv")
MODULES = (statement_checks_log, statement_checks_model, statement_checks_needs, statement_checks_permits)
CHECKS: Mapping[str, Check] = {**GRAPH_CHECKS, **MODEL_CHECKS}

# A document and the dataset disagree, and the dataset has a reading of its own: numbers are those of
# docs/contradictions.md.
DISAGREES: Mapping[str, str] = {
    "t33": "the heading of annex 10 counts two refusals, its text one and a withdrawal; the log keeps two (no. 6)",
    "t35": "one report has three units of 2025; the evaluation's list of permits has four without an end (no. 7)",
    "t41": "an interval is no number: the column is empty and the outcome of the entry states it (no. 19)",
    "t66": "one entry tells both readings of the second region, each with its source (no. 30)",
    "t88": "no document prints a decided number: an entry says that it went on, and five were granted",
    "t97": "no document names who got the part for children, so no sub-permit can have a row (no. 37)",
    "t132": "patients by unit are printed for the older areas and two others only, so the sum is far below 7 500",
    "t135": "no document names who got the further level, so no sub-permit can have a row (no. 37)",
    "t136": "hours are by the fastest way: from Norrbotten a flight to Uppsala takes as long as the road to Umeå",
    "t138": "by air Uppsala is nearer to Norrbotten and Västerbotten than Sundsvall is by road",
    "t141": "in four of 38 areas a holder's assumed share before is larger than its assumed share today",
    "t139": "annex 10 tells it as the opinion of B2, and the log keeps it as such, not as a condition",
}
CONNECTIONS = ("PROVIDES", "PROVIDED_BEFORE", "REQUIRES", "USES", "DEPENDS_ON", "CONCERNS", "GRANTS", "REFUSES",
               "DEVIATES_FROM", "PROVIDES_VOLUME", "TRAVELS", "STAFFS", "Decision")  # fmt: skip
# Of nodes alone, or that something is absent: they hold in a system without connections too.
HOLD_WITHOUT_CONNECTIONS = {"t66", "t108", "t116", "t133"}
NEED_COMPETENCES_AND_RESOURCES = ("t06", "t14", "t20", "t48", "t81", "t110", "t120", "t121")
NEED_DISTANCES = ("t12", "t77", "t93", "t123")


@pytest.fixture(scope="module")
def sweden() -> CareSystem:
    return load_sweden()


def texts() -> list[dict[str, str]]:
    with TEXTS.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def holds(check: Check, system: CareSystem) -> bool:
    """Whether a check holds; where what it asks for is missing it does not."""
    try:
        return check(system)
    except (IndexError, KeyError, ValueError):
        return False


def changed(rows: Iterable[Record], **values: Quantity | str) -> list[Record]:
    return [Record(r.type, {**r.values, **values}) for r in rows]


@pytest.mark.parametrize("name", sorted(set(CHECKS) - set(DISAGREES)))
def test_statement_holds(sweden: CareSystem, name: str) -> None:
    assert CHECKS[name](sweden) is True, CHECKS[name].__name__


@pytest.mark.parametrize("name", sorted(DISAGREES))
def test_listed_disagreements(sweden: CareSystem, name: str) -> None:
    assert CHECKS[name](sweden) is False, f"take {name} off the list: {DISAGREES[name]}"


def test_at_least_seventy_statements_are_covered() -> None:
    where = {row["id"]: row["on"] for row in texts()}
    assert len(CHECKS) >= 70
    assert set(where) == set(CHECKS)
    assert {name for name, on in where.items() if on == "model"} == set(MODEL_CHECKS)
    for check in CHECKS.values():
        assert any(vars(module).get(check.__name__) is check for module in MODULES), check


def test_each_statement_has_a_text_and_a_known_source(sweden: CareSystem) -> None:
    known = {record.key[0] for record in sweden.rows["sources"]}
    for row in texts():
        assert row["statement"].strip(), row["id"]
        assert row["place"].strip(), row["id"]
        assert row["source"] in known, row["id"]


@pytest.mark.parametrize("name", sorted(set(GRAPH_CHECKS) - HOLD_WITHOUT_CONNECTIONS))
def test_a_graph_check_fails_without_what_it_asks_for(sweden: CareSystem, name: str) -> None:
    bare = sweden.replace(**dict.fromkeys(CONNECTIONS, ()))
    assert not holds(GRAPH_CHECKS[name], bare)


def test_the_other_graph_checks_fail_on_a_wrong_value(sweden: CareSystem) -> None:
    early = sweden.replace(PROVIDES=changed(sweden.rows["PROVIDES"], valid_from="2018-01-01", permit=True))
    half = Quantity(0.5, 0.5, 0.5, "1", "assumed", "a_test")
    alike = sweden.replace(Hospital=changed(sweden.rows["Hospital"], anchor_share=half))
    quiet = changed(sweden.rows["Decision"], outcome="Skåne", source="arsrapport2023")
    for name, system in (("t66", sweden.replace(Decision=quiet)), ("t108", early), ("t116", alike), ("t133", early)):
        assert not holds(GRAPH_CHECKS[name], system), name


@pytest.fixture(scope="module")
def needing_nothing(sweden: CareSystem) -> CareSystem:
    """A system in which no care needs a competence or a resource."""
    return sweden.replace(REQUIRES=(), USES=())


@pytest.fixture(scope="module")
def equally_near(sweden: CareSystem) -> CareSystem:
    """A system in which every hospital is three hours from everybody."""
    near = {name: Quantity(h, h, h, "h", "assumed", "a_test", "log", 0, 48)
            for name, h in (("hours_p5", 2.0), ("hours_p50", 3.0), ("hours_p95", 4.0))}  # fmt: skip
    return sweden.replace(TRAVELS=changed(sweden.rows["TRAVELS"], **near))


@pytest.mark.parametrize("name", NEED_COMPETENCES_AND_RESOURCES)
def test_a_model_check_fails_where_care_needs_nothing(needing_nothing: CareSystem, name: str) -> None:
    assert not holds(MODEL_CHECKS[name], needing_nothing)


@pytest.mark.parametrize("name", NEED_DISTANCES)
def test_a_model_check_fails_where_everything_is_equally_near(equally_near: CareSystem, name: str) -> None:
    assert not holds(MODEL_CHECKS[name], equally_near)
