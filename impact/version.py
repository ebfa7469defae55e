"""The version of the code that made a result."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version

__all__ = ["code_version"]


def code_version() -> str:
    """Return the installed version of Randzon, or ``unknown`` when run from a bare checkout."""
    try:
        return version("randzon")
    except PackageNotFoundError:
        return "unknown"
