"""Reports in a store: taking a file in as a version, and the values that count now."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from graph_schema import CareSystem
from loaders.followup.report_rows import ReportRow, read_report, row_from_mapping
from loaders.followup.store import Store, Version

__all__ = ["Imported", "Standing", "import_report", "standing_rows"]

KIND = "reports"


@dataclass(frozen=True, slots=True)
class Standing:
    """A reported value with the version that it comes from.

    Attributes
    ----------
    replaced
        Values of earlier versions that this one replaces, oldest first.
    """

    row: ReportRow
    version: Version
    replaced: tuple[float | str | None, ...] = ()


@dataclass(frozen=True, slots=True)
class Imported:
    """What taking in a file did.

    Attributes
    ----------
    version
        The new version; None where every value stood already.
    same_as
        The latest version whose values the file repeats, where nothing was stored.
    rows, new, changed
        Number of values in the file, of those not reported before, and of those that replace another.
    """

    version: Version | None
    same_as: Version | None
    rows: int
    new: int
    changed: int


def _all_standing(versions: Sequence[Version]) -> dict[tuple[str, ...], Standing]:
    found: dict[tuple[str, ...], Standing] = {}
    for version in versions:
        for content in version.content:
            row = row_from_mapping(content)
            known = found.get(row.key)
            if known is not None and (known.row.value, known.row.note) == (row.value, row.note):
                continue  # said again: the first to say it stays
            replaced = () if known is None else (*known.replaced, known.row.value)
            found[row.key] = Standing(row, version, replaced)
    return found


def standing_rows(store: Store) -> Mapping[tuple[str, ...], Standing]:
    """Return the latest value of each key; withdrawn ones are left out.

    Raises
    ------
    StoreError
        If the store is damaged.
    """
    return {k: s for k, s in _all_standing(store.versions(KIND)).items() if s.row.value is not None}


def import_report(store: Store, path: Path, system: CareSystem, by: str, now: datetime) -> Imported:
    """Check a report and store it as a new version; nothing is stored where every value stands already.

    Parameters
    ----------
    store
        Where versions are kept.
    path
        The file.
    system
        Names what may be named.
    by, now
        Who takes it in, and when (with offset).

    Raises
    ------
    ReportViolation
        If anything in the file is wrong; nothing is stored.
    StoreError
        If file or store cannot be read or written.
    """
    rows = read_report(path, system, now.date())
    known = _all_standing(store.versions(KIND))
    before = [known.get(row.key) for row in rows]
    same = [s is not None and (s.row.value, s.row.note) == (r.value, r.note)
            for s, r in zip(before, rows, strict=True)]  # fmt: skip
    if all(same):
        latest = max((s.version for s in before if s is not None), key=lambda v: v.number)
        return Imported(None, latest, len(rows), 0, 0)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    about = {"file": path.name, "file_sha256": digest, "dataset": system.settings.get("name", ""),
             "system_hash": system.content_hash}  # fmt: skip
    version = store.append(KIND, [row.to_mapping() for row in rows], by, now, about)
    new = sum(s is None for s in before)
    return Imported(version, None, len(rows), new, len(rows) - new - sum(same))
