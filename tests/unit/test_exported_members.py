"""What the packages and modules promise to have: sorted, there, and nothing twice."""

from __future__ import annotations

import importlib
import pkgutil
from types import ModuleType

import pytest

PACKAGES = ("graph_schema", "scenarios", "loaders", "impact", "interface")


def modules() -> list[str]:
    found: list[str] = []
    for name in PACKAGES:
        package = importlib.import_module(name)
        found += [name, *(m.name for m in pkgutil.walk_packages(package.__path__, f"{name}."))]
    return sorted(found)


def sort_key(name: str) -> tuple[int, str]:
    """Constants, then classes, then functions, as ruff sorts them."""
    return (0 if name.isupper() else 1 if name[:1].isupper() else 2, name)


@pytest.mark.parametrize("name", modules())
def test_all_is_sorted_and_true(name: str) -> None:
    module: ModuleType = importlib.import_module(name)
    names: list[str] | None = getattr(module, "__all__", None)
    if names is None:
        assert name not in PACKAGES[:4], f"{name} says nothing about what it has: write __all__"
        return
    assert len(set(names)) == len(names)
    assert names == sorted(names, key=sort_key), f"{name}.__all__ is not sorted"
    missing = [n for n in names if not hasattr(module, n)]
    assert missing == [], f"{name}.__all__ names what is not there"
    assert [n for n in names if n.startswith("_")] == []


@pytest.mark.parametrize("name", PACKAGES)
def test_a_package_exports_what_it_imports(name: str) -> None:
    package = importlib.import_module(name)
    public = {
        n
        for n, value in vars(package).items()
        if not n.startswith("_") and str(getattr(value, "__module__", "")).startswith(f"{name}.")
    }
    assert public <= set(getattr(package, "__all__", public))
