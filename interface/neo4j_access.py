"""How a command reaches a Neo4j database: address and user from options or the environment, never the password."""

from __future__ import annotations

import getpass
import importlib
import importlib.util
import os
import sys
from collections.abc import Generator
from contextlib import contextmanager
from typing import Annotated, Any

import typer

from graph_schema import CareSystem, SettingError
from interface.progress import progress_bar
from loaders.neo4j_store import Database, Version, check_address, check_driver, find_version, open_database, pull

__all__ = [
    "DatabaseOption",
    "UriOption",
    "UserOption",
    "VersionOption",
    "WaitOption",
    "from_environment",
    "is_neo4j",
    "opened",
    "password_of",
    "pulled",
    "who",
]

URI, USER, DATABASE = "bolt://localhost:7687", "neo4j", "neo4j"
PASSWORD = "RANDZON_NEO4J_PASSWORD"  # noqa: S105 - the name of the variable
KEYRING = "randzon"
PREFIX = "neo4j"

UriOption = Annotated[
    str,
    typer.Option("--uri", envvar="RANDZON_NEO4J_URI", help="Address of the server, e.g. neo4j+s://HOST of Aura."),
]
UserOption = Annotated[str, typer.Option("--user", envvar="RANDZON_NEO4J_USER", help="Who logs in.")]
DatabaseOption = Annotated[
    str,
    typer.Option("--database", envvar="RANDZON_NEO4J_DATABASE", help="Name of the database."),
]
VersionOption = Annotated[
    str | None,
    typer.Option("--version", metavar="HASH", help="Beginning of a version's hash; default: the one pushed last."),
]
WaitOption = Annotated[
    float,
    typer.Option("--wait", metavar="SECONDS", help="How long to try again while the server is busy or restarts."),
]


def password_of(uri: str, user: str) -> str:
    """Return the password: of the environment, else of the keyring (where installed), else asked for at a terminal.

    Raises
    ------
    SettingError
        If there is none and nobody to ask.
    """
    given = os.environ.get(PASSWORD)
    if given:
        return given
    if importlib.util.find_spec("keyring") is not None:
        keyring: Any = importlib.import_module("keyring")
        try:
            kept = keyring.get_password(KEYRING, f"{user}@{uri}")
        except Exception:  # noqa: BLE001 - a keyring that cannot be opened is none
            kept = None
        if kept:
            return str(kept)
    if sys.stdin.isatty():
        return getpass.getpass(f"{user}@{uri}: ")
    raise SettingError(
        f"no password for {user} at {uri}: set {PASSWORD} in the environment, or keep it with "
        f"'keyring set {KEYRING} {user}@{uri}'"
    )


@contextmanager
def opened(uri: str, user: str, database: str, wait: float = 30.0) -> Generator[Database]:
    """Yield the database of a command's options.

    Raises
    ------
    SettingError
        If the address is malformed or there is no password.
    StoreError
        As `open_database`; without the driver before a password is asked for.
    """
    check_address(uri)
    check_driver()
    with open_database(uri, user, password_of(uri, user), database, wait) as found:
        yield found


def who() -> str:
    """Return the name of the user of this machine, for the versions; ``unknown`` where there is none."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "unknown"


def pulled(database: Database, wanted: str | None) -> tuple[Version, CareSystem]:
    """Return a version and its system, with a progress bar."""
    version = find_version(database, wanted)
    with progress_bar(version.short) as move:
        return version, pull(database, version, move)


def is_neo4j(source: str | None) -> bool:
    """Return whether ``--from`` names a database: ``neo4j`` or ``neo4j:HASH``.

    Raises
    ------
    SettingError
        If it is anything else.

    Examples
    --------
    >>> is_neo4j("neo4j:45069e37"), is_neo4j(None)
    (True, False)
    """
    if source is None:
        return False
    if source.partition(":")[0] != PREFIX:
        raise SettingError(f"--from {source}: write neo4j, or neo4j:HASH for an older version")
    return True


@contextmanager
def from_environment() -> Generator[Database]:
    """Yield the database that the environment names, for commands without options of their own for it."""
    names = {"RANDZON_NEO4J_URI": URI, "RANDZON_NEO4J_USER": USER, "RANDZON_NEO4J_DATABASE": DATABASE}
    uri, user, database = (os.environ.get(name) or default for name, default in names.items())
    with opened(uri, user, database) as found:
        yield found
