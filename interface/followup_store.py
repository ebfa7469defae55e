"""Where reports and predictions are kept, and who keeps them."""

from __future__ import annotations

import getpass
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from graph_schema import SettingError
from loaders.followup import Store

__all__ = ["DEFAULT", "ByOption", "StoreOption", "now", "open_store", "store_content", "who"]

DEFAULT = Path("followup-store")

StoreOption = Annotated[
    Path | None,
    typer.Option(
        "--store",
        metavar="DIR",
        envvar="RANDZON_STORE",
        help="Folder of the kept versions; default: followup-store in the present folder. Files are only ever added.",
    ),
]
ByOption = Annotated[
    str | None, typer.Option("--by", metavar="NAME", help="Who does it; default: the name of the user account.")
]


def open_store(folder: Path | None, *, must_exist: bool = False) -> Store:
    """Return the store of a command.

    Parameters
    ----------
    folder
        Of the option; the default if None.
    must_exist
        Refuse a folder that was named and is not there, instead of showing an empty store.

    Raises
    ------
    SettingError
        If a named folder is missing, or the path is a file.
    """
    path = DEFAULT if folder is None else folder
    if path.exists() and not path.is_dir():
        raise SettingError(f"--store {path}: is a file; name a folder")
    if must_exist and folder is not None and not path.is_dir():
        raise SettingError(f"--store {path}: there is no such folder; 'followup import' and 'register' make it")
    return Store(path)


def store_content(store: Store, kind: str) -> dict[str, Any]:
    """Return which store an answer rests on: folder, number of versions, the latest one's date, author and hash."""
    versions = store.versions(kind)
    last = versions[-1] if versions else None
    return {
        "folder": str(store.folder), "versions": len(versions), "date": None if last is None else last.day,
        "by": None if last is None else last.by, "hash": None if last is None else last.hash,
    }  # fmt: skip


def who(name: str | None) -> str:
    """Return who does it.

    Raises
    ------
    SettingError
        If no name is given and the account has none.
    """
    found = "" if name is None else name.strip()
    if name is None:
        try:
            found = getpass.getuser()
        except (OSError, KeyError, ImportError):
            found = ""
    if not found:
        raise SettingError("--by: say who does it, e.g. --by 'Anna Berg'")
    return found


def now() -> datetime:
    """Return the present date and time with its offset: when something is stored is a fact of the world."""
    return datetime.now().astimezone()
