"""Names as people type them."""

from __future__ import annotations

import pytest

from graph_schema import UnknownNode
from interface.find_node import find_node
from loaders import load_sweden


@pytest.mark.parametrize(
    ("kind", "wanted", "meant"),
    [
        ("CareArea", "esofagus", "matstrupskirurgi"),
        ("CareArea", "HOCM", "hocm"),
        ("CareArea", "barnintensivvård", "barnintensivvard"),
        ("CareArea", "lungtransplantaion", "lungtransplantation"),
        ("CareArea", "ätstörning", "atstorningar"),
        ("Hospital", "Umeå", "nus"),
        ("Hospital", "umea", "nus"),
        ("Hospital", "örebro", "orebro"),
        ("Hospital", "Lund", "sus"),
        ("Hospital", "Sundsval", "sundsvall"),
        ("Hospital", "unnamed_skane", "unnamed_skane"),
    ],
)
def test_names_parts_and_misspellings(kind: str, wanted: str, meant: str) -> None:
    assert find_node(load_sweden(), kind, wanted) == meant


@pytest.mark.parametrize("node", [r.key[0] for name in ("CareArea", "Hospital") for r in load_sweden().rows[name]])
def test_every_id_and_every_name_finds_its_own(node: str) -> None:
    system = load_sweden()
    record = system.node(node)
    assert find_node(system, record.type, node) == node
    assert find_node(system, record.type, record.text("name_sv").upper()) == node


def test_several_meant_are_listed_and_nothing_like_it_is_refused() -> None:
    with pytest.raises(UnknownNode, match=r"care areas are meant.*barnhjartkirurgi"):
        find_node(load_sweden(), "CareArea", "hjärt")
    for nothing in ("xyzzy", "", "%"):
        with pytest.raises(UnknownNode, match="is called so"):
            find_node(load_sweden(), "Hospital", nothing)
