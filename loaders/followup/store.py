"""An append-only folder of versions: each file says who stored what and when, and holds the hash of the one before."""

from __future__ import annotations

import json
import os
import re
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, cast

from graph_schema import StoreError, canonical_hash

__all__ = ["Store", "Version"]

FORMAT = "randzon-followup-1"
NAME = re.compile(r"(\d{6})\.json")
FIELDS = ("format", "kind", "number", "previous", "stored_at", "by", "about", "content")


@dataclass(frozen=True, slots=True)
class Version:
    """One stored version.

    Attributes
    ----------
    number
        1, 2, 3 … in the order stored.
    stored_at
        Date and time with offset, ISO form.
    by
        Who stored it.
    about
        Of which file or run it is.
    content
        What was stored.
    hash
        SHA-256 over all of it and the hash of the version before.
    """

    kind: str
    number: int
    previous: str
    stored_at: str
    by: str
    about: Mapping[str, Any]
    content: Any
    hash: str

    @property
    def day(self) -> str:
        """The date on which it was stored, ISO form."""
        return self.stored_at[:10]


def _hash(fields: Mapping[str, Any]) -> str:
    """Nulls count too, so that a withdrawn value cannot be taken out unseen."""
    return canonical_hash({name: json.dumps(fields[name], sort_keys=True, ensure_ascii=False) for name in FIELDS})


def _place(temporary: Path, file: Path) -> None:
    """Give a written file its name; unlike a rename this never replaces a file."""
    try:
        os.link(temporary, file)
    except FileExistsError:
        raise
    except OSError:  # a network drive without links
        with file.open("xb") as stream:
            stream.write(temporary.read_bytes())


class Store:
    """A folder with one sub-folder for each kind of version; files are only ever added.

    Parameters
    ----------
    folder
        Made when the first version is stored.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def _read(self, file: Path, kind: str, number: int, previous: str) -> Version:
        remedy = "put back the file from a backup; versions are never edited"
        try:
            loaded: Any = json.loads(file.read_text(encoding="utf-8"))
        except OSError as error:
            raise StoreError(f"{file} cannot be read ({error.strerror}): check the rights") from error
        except ValueError as error:
            raise StoreError(f"{file} is damaged ({error}): {remedy}") from error
        fields = cast(dict[str, Any], loaded) if isinstance(loaded, dict) else {}
        if not {*FIELDS, "hash"} <= fields.keys() or fields["format"] != FORMAT:
            raise StoreError(f"{file} is no version of the format {FORMAT}: {remedy}")
        if fields["kind"] != kind or fields["number"] != number or fields["hash"] != _hash(fields):
            raise StoreError(f"{file} was changed after it was stored: {remedy}")
        if fields["previous"] != previous:
            raise StoreError(f"{file} does not follow on the version before it: {remedy}")
        return Version(**{name: fields[name] for name in (*FIELDS[1:], "hash")})

    def versions(self, kind: str) -> tuple[Version, ...]:
        """Return all versions of a kind in order; none where the folder does not exist.

        Raises
        ------
        StoreError
            If one is missing, damaged or was changed.
        """
        folder = self.folder / kind
        if not folder.is_dir():
            return ()
        files = sorted(f for f in folder.iterdir() if NAME.fullmatch(f.name))
        found: list[Version] = []
        for number, file in enumerate(files, start=1):
            if int(file.stem) != number:
                raise StoreError(f"{folder} lacks version {number}: put it back from a backup; nothing is ever removed")
            found.append(self._read(file, kind, number, found[-1].hash if found else ""))
        return tuple(found)

    def append(self, kind: str, content: Any, by: str, now: datetime, about: Mapping[str, Any]) -> Version:
        """Store a version after the last one, wholly or not at all; no file is ever replaced.

        Parameters
        ----------
        kind
            ``reports`` or ``predictions``.
        content
            Plain JSON values.
        by
            Who stores it.
        now
            Date and time with an offset.
        about
            Of which file or run it is.

        Raises
        ------
        StoreError
            If it cannot be written, or somebody else stored one at the same time.
        """
        before = self.versions(kind)
        fields: dict[str, Any] = {
            "format": FORMAT, "kind": kind, "number": len(before) + 1, "previous": before[-1].hash if before else "",
            "stored_at": now.isoformat(timespec="seconds"), "by": by, "about": dict(about), "content": content,
        }  # fmt: skip
        fields = json.loads(json.dumps(fields, allow_nan=False))  # as it will be read back
        fields["hash"] = _hash(fields)
        folder, temporary = self.folder / kind, None
        file = folder / f"{fields['number']:06d}.json"
        try:
            folder.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(prefix=".writing-", dir=folder)
            temporary = Path(name)
            with os.fdopen(handle, "w", encoding="utf-8") as stream:
                stream.write(json.dumps(fields, ensure_ascii=False, indent=1) + "\n")
            temporary.chmod(0o644)
            _place(temporary, file)
        except FileExistsError as error:
            raise StoreError(
                f"{file}: somebody else stored a version at the same time: run the command again"
            ) from error
        except OSError as error:
            raise StoreError(f"{file} cannot be written ({error.strerror}): check space and rights") from error
        finally:
            if temporary is not None:
                temporary.unlink(missing_ok=True)
        return Version(**{name: fields[name] for name in (*FIELDS[1:], "hash")})
