"""Names of nodes in pages: of one dataset, and of two where a node stands in one of them only."""

from __future__ import annotations

from interface.named_nodes import NamedNodes
from tests.synthetic import two_hospitals


def test_nodes_of_two_datasets_are_named_and_the_later_one_decides() -> None:
    before = two_hospitals(CareArea=[{"id": "gone", "name_sv": "Borta"}, {"id": "area", "name_sv": "Förr"}])
    after = two_hospitals(CareArea=[{"id": "area", "name_sv": "Nu"}])
    names = NamedNodes.of(before, after).names("sv")
    assert (names["gone"], names["area"]) == ("Borta", "Nu")
    assert "gone" not in NamedNodes.of(after).stated
