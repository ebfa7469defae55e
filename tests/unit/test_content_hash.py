"""The canonical JSON behind every hash."""

from __future__ import annotations

import dataclasses
import hashlib
import unicodedata
from types import MappingProxyType

import pytest

from graph_schema import Quantity, canonical_hash, canonical_json

QUANTITY = Quantity(3, 2, 6, "patients/year", "reported", "s_a", "log", 0, 100)


@dataclasses.dataclass(frozen=True)
class Pair:
    left: object
    right: object


def test_keys_are_sorted_and_nothing_is_spaced() -> None:
    assert canonical_json({"b": [1, "å"], "a": {"d": True, "c": 0.1}}) == '{"a":{"c":0.1,"d":true},"b":[1.0,"å"]}'


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"a": 3}, {"a": 3.0}),
        ({"a": 0.0}, {"a": -0.0}),
        ({"a": 1}, {"a": 1, "b": "", "c": None}),
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}),
        ({"a": 1}, MappingProxyType({"a": 1})),
        ({"a": (1, 2)}, {"a": [1, 2]}),
        (unicodedata.normalize("NFC", "Å"), unicodedata.normalize("NFD", "Å")),
        ({unicodedata.normalize("NFC", "Å"): 1}, {unicodedata.normalize("NFD", "Å"): 1}),
        (Pair(1, "x"), {"left": 1, "right": "x"}),
    ],
)
def test_equal_contents_have_one_hash(one: object, other: object) -> None:
    assert canonical_hash(one) == canonical_hash(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"a": 1}, {"a": True}),
        ({"a": 1}, {"a": "1"}),
        ({"a": 1}, {"b": 1}),
        ({"a": 0}, {}),
        ({"a": False}, {}),
        ([1, 2], [2, 1]),
        (["a", "b"], ["ab"]),
        (0.1 + 0.2, 0.3),
        ("a", "A"),
    ],
)
def test_different_contents_have_two(one: object, other: object) -> None:
    assert canonical_hash(one) != canonical_hash(other)


@pytest.mark.parametrize(
    "change",
    [
        {"value": 4}, {"low": 2.5}, {"high": 7}, {"unit": "1"}, {"grade": "derived"}, {"source": "s_b"},
        {"scale": "linear"},
    ],
    ids=lambda c: next(iter(c)),
)  # fmt: skip
def test_each_stated_part_of_a_quantity_counts(change: dict[str, object]) -> None:
    assert canonical_hash(QUANTITY) != canonical_hash(dataclasses.replace(QUANTITY, **change))


def test_limits_are_the_schemas_and_do_not_count() -> None:
    assert canonical_hash(QUANTITY) == canonical_hash(dataclasses.replace(QUANTITY, minimum=1, maximum=50))


def test_it_is_sha_256_of_utf_8() -> None:
    assert canonical_hash({"a": "å"}) == hashlib.sha256('{"a":"å"}'.encode()).hexdigest()


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf")])
def test_a_number_that_is_not_finite_has_no_form(value: float) -> None:
    with pytest.raises(ValueError, match="JSON compliant"):
        canonical_json({"a": value})


@pytest.mark.parametrize("value", [{1, 2}, object(), 1j, Pair])
def test_what_has_no_canonical_form_is_refused(value: object) -> None:
    with pytest.raises(TypeError, match="no canonical form"):
        canonical_json([value])
