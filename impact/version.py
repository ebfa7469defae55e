"""The version of the code that made a result."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from functools import cache
from importlib import resources
from importlib.metadata import PackageNotFoundError, version
from importlib.resources.abc import Traversable

__all__ = ["code_hash", "code_version"]

COMPUTES = ("graph_schema", "impact", "loaders", "scenarios")
KINDS = (".py", ".csv")
DATASET = "sweden"  # has a hash of its own


def code_version() -> str:
    """Return the installed version of Randzon, or ``unknown`` when run from a bare checkout."""
    try:
        return version("randzon")
    except PackageNotFoundError:
        return "unknown"


def _files(folder: Traversable, name: str) -> Iterator[tuple[str, bytes]]:
    for entry in sorted(folder.iterdir(), key=lambda e: e.name):
        if entry.is_dir() and entry.name != DATASET:
            yield from _files(entry, f"{name}/{entry.name}")
        elif entry.name.endswith(KINDS):
            yield f"{name}/{entry.name}", entry.read_bytes().replace(b"\r\n", b"\n")


@cache
def code_hash() -> str:
    """Return the SHA-256 of the code and registries that compute results: equal hashes give equal results.

    Examples
    --------
    >>> len(code_hash())
    64
    """
    found = hashlib.sha256()
    for package in COMPUTES:
        for name, content in _files(resources.files(package), package):
            found.update(name.encode() + b"\0" + hashlib.sha256(content).digest())
    return found.hexdigest()
