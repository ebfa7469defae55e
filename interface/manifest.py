"""What every answer carries: of which data and code it is, and what it cannot say."""

from __future__ import annotations

from itertools import count, takewhile
from typing import Any

from graph_schema import CareSystem
from impact.version import code_version
from interface.texts import Language, has_text, text

__all__ = ["data_manifest", "limits_of"]


def data_manifest(system: CareSystem, as_of: str | None = None) -> dict[str, Any]:
    """Return the manifest of an answer read from a dataset alone: what belongs to a run is None.

    Parameters
    ----------
    system
        The dataset.
    as_of
        Date of today in the answer; the dataset's own if None.
    """
    settings = system.settings
    return {
        "system_hash": system.content_hash,
        "scenario_hash": None,
        "code_version": code_version(),
        "seed": None,
        "draws": None,
        "years": None,
        "start": None,
        "dataset": {"name": settings.get("name"), "version": settings.get("version"),
                    "as_of": as_of or settings["as_of"]},
    }  # fmt: skip


def limits_of(answer: str, lang: Language) -> list[str]:
    """Return the sentences on what an answer cannot say.

    Parameters
    ----------
    answer
        A command: ``run``, ``overview``, ``data_check`` …, with underscores.
    lang
        ``sv`` or ``en``.
    """
    keys = takewhile(has_text, (f"limits_{answer}_{i}" for i in count(1)))
    return [text(key, lang) for key in keys]
