"""An edition to a folder, whole or not at all, and never over anything else; or to one zip file."""

from __future__ import annotations

import io
import json
import shutil
import tempfile
import zipfile
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import Any

from graph_schema import SettingError, StoreError
from interface.open_edition.edition import FORMAT, LIST

__all__ = ["check_folder", "publish", "zipped"]

OLDEST = (1980, 1, 1, 0, 0, 0)  # of a zip's files, so that the same edition gives the same bytes


def _known(folder: Path) -> set[str] | None:
    """The files that an edition in the folder names; None where there is none."""
    try:
        content: Any = json.loads((folder / LIST).read_text(encoding="utf-8"))
        if content["format"] != FORMAT:
            return None
        return {LIST, *map(str, content["files"])}
    except (OSError, ValueError, KeyError, TypeError):
        return None


def check_folder(folder: Path) -> None:
    """Raise SettingError where an edition may not be written: before the work rather than after it.

    A folder may be missing, be empty, or hold an earlier edition and nothing else.

    Parameters
    ----------
    folder
        Where the edition is to stand.
    """
    if not folder.absolute().parent.is_dir():
        raise SettingError(f"--out {folder}: the folder above it does not exist; make it first")
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        raise SettingError(f"--out {folder}: is no folder; name another")
    if not folder.exists():
        return
    present = {p.relative_to(folder).as_posix() for p in folder.rglob("*") if not p.is_dir() or p.is_symlink()}
    if not present:
        return
    known = _known(folder)
    if known is None:
        raise SettingError(f"--out {folder}: holds files and no earlier edition; name a new or an empty folder")
    foreign = sorted(present - known)
    if foreign:
        shown = ", ".join(foreign[:3]) + (" …" if len(foreign) > 3 else "")
        raise SettingError(
            f"--out {folder}: holds {len(foreign)} files that the edition in it does not name ({shown}): "
            "move them away, or name another folder"
        )


def publish(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write an edition: all of it in a folder beside the place first, then that folder takes the place.

    Parameters
    ----------
    folder
        As for `check_folder`.
    files
        Path in the edition to bytes.

    Raises
    ------
    SettingError
        If something else stands there.
    StoreError
        If it cannot be written; what stood there stays.
    """
    check_folder(folder)
    place = folder.absolute()
    made = old = None
    try:
        made = Path(tempfile.mkdtemp(prefix=f".{place.name}-", dir=place.parent))
        for name, content in files.items():
            path = made / PurePosixPath(name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        for path in (made, *made.rglob("*")):
            path.chmod(0o755 if path.is_dir() else 0o644)
        if place.exists():
            old = Path(tempfile.mkdtemp(prefix=f".{place.name}-old-", dir=place.parent)) / place.name
            place.rename(old)
        made.rename(place)
    except OSError as error:
        if old is not None and old.exists() and not place.exists():
            old.rename(place)
        raise StoreError(f"{folder} cannot be written ({error.strerror}): check space and rights") from error
    finally:
        for rest in (made, None if old is None else old.parent):
            if rest is not None:
                shutil.rmtree(rest, ignore_errors=True)


def zipped(files: Mapping[str, bytes], name: str) -> bytes:
    """Return an edition as one zip file; the same edition gives the same bytes.

    Parameters
    ----------
    files
        Path in the edition to bytes.
    name
        Of the folder in the file.
    """
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, content in sorted(files.items()):
            entry = zipfile.ZipInfo(f"{name}/{path}", OLDEST)
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            archive.writestr(entry, content)
    return stream.getvalue()
