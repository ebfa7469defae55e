"""The one door to the driver: an open database that reads and writes, with every failure as one clear error.

No message holds the password. The driver is imported when a database is opened.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, LiteralString, TypeVar, cast

from graph_schema import SettingError, StoreError

if TYPE_CHECKING:
    from neo4j import Driver, ManagedTransaction, Session

__all__ = ["Database", "Transaction", "check_address", "check_driver", "open_database"]

OLDEST = (5, 7)  # uniqueness constraints on relationships
SCHEMES = ("bolt", "bolt+s", "bolt+ssc", "neo4j", "neo4j+s", "neo4j+ssc")
CONNECT_S = 10.0
T = TypeVar("T")


def _plain(value: Any) -> Any:
    """A value of the driver as Python's own: dates and times too."""
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in cast(Mapping[str, Any], value).items()}
    if isinstance(value, list):
        return [_plain(item) for item in cast(list[Any], value)]
    native = getattr(value, "to_native", None)
    return value if native is None else native()


class Transaction:
    """A running transaction; what is done in it may be done again, so it must come out the same."""

    def __init__(self, transaction: ManagedTransaction) -> None:
        self._transaction = transaction

    def run(self, statement: str, **parameters: Any) -> list[dict[str, Any]]:
        """Run Cypher and return its rows; values go as parameters only."""
        result = self._transaction.run(cast(LiteralString, statement), parameters)
        return [_plain(record.data()) for record in result]

    def one(self, statement: str, **parameters: Any) -> dict[str, Any] | None:
        """Return the first row, or None."""
        rows = self.run(statement, **parameters)
        return rows[0] if rows else None


@dataclass(frozen=True)
class Database:
    """An open database of a server.

    Attributes
    ----------
    name, uri, user
        As given.
    agent
        What the server calls itself: ``Neo4j/5.26.18``.
    """

    driver: Driver = field(repr=False)
    name: str
    uri: str
    user: str
    agent: str
    password: str = field(repr=False)

    def read(self, statement: str, **parameters: Any) -> list[dict[str, Any]]:
        """Return the rows of a query; the server refuses one that writes.

        Raises
        ------
        StoreError
            If the server refuses it or is away.
        """
        with self._told(), self._session("READ") as session:
            return session.execute_read(lambda tx: Transaction(tx).run(statement, **parameters))

    def scan(
        self, statement: str, parameters: Mapping[str, Any], most: int, timeout_s: float
    ) -> tuple[list[str], list[list[Any]], bool]:
        """Return the columns of a query, its first rows in the driver's own values, and whether there are more.

        Parameters
        ----------
        statement, parameters
            Cypher that reads; values go as parameters only.
        most
            Rows returned at most.
        timeout_s
            Seconds after which the server gives up.

        Raises
        ------
        StoreError
            If the server refuses it (also because it would write), gives up or is away.
        """
        with (
            self._told(),
            self._session("READ") as session,
            session.begin_transaction(timeout=timeout_s) as transaction,
        ):
            result = transaction.run(cast(LiteralString, statement), dict(parameters))
            rows = [list(record.values()) for record in result.fetch(most + 1)]
            return list(result.keys()), rows[:most], len(rows) > most

    def write(self, work: Callable[[Transaction], T]) -> T:
        """Do work in one transaction, again where the server says that it may succeed the next time.

        Raises
        ------
        StoreError
            If the server refuses it or stays away; nothing of the transaction is kept.
        """
        with self._told(), self._session("WRITE") as session:
            return session.execute_write(lambda tx: work(Transaction(tx)))

    def _session(self, mode: str) -> Session:
        """A session that sees what earlier ones of this connection wrote, in a cluster too."""
        manager = self.driver.execute_query_bookmark_manager
        return self.driver.session(database=self.name, default_access_mode=mode, bookmark_manager=manager)

    @contextmanager
    def _told(self) -> Generator[None]:
        with _told(self.uri, self.user, self.name, self.password):
            yield


def check_address(uri: str) -> None:
    """Raise SettingError where an address is none, or holds a name or password (which histories and logs keep).

    Examples
    --------
    >>> check_address("bolt://localhost:7687")
    """
    scheme, separator, rest = uri.partition("://")
    if not separator or scheme not in SCHEMES or not rest:
        shown = f"{uri} is" if "@" not in uri else "that is"
        raise SettingError(f"{shown} no address of a Neo4j: write one as bolt://localhost:7687 or neo4j+s://HOST")
    if "@" in rest:
        raise SettingError(
            "the address of a Neo4j holds no user or password: give --user, and the password in the environment"
        )


def check_driver() -> None:
    """Raise StoreError where the driver is not installed."""
    try:
        importlib.import_module("neo4j")
    except ImportError as error:
        raise StoreError("Neo4j needs the driver, an extra: pip install 'randzon[neo4j]'") from error


def _check_agent(agent: str, uri: str) -> None:
    found = re.match(r"Neo4j/(\d+)\.(\d+)", agent)
    if found is None or (int(found[1]), int(found[2])) < OLDEST:
        oldest = ".".join(map(str, OLDEST))
        raise StoreError(f"the server at {uri} calls itself {agent!r}: use Neo4j {oldest} or newer (tested: 5.26)")


@contextmanager
def open_database(uri: str, user: str, password: str, name: str = "neo4j", wait_s: float = 30.0) -> Generator[Database]:
    """Yield an open database; the connection is closed at the end.

    Parameters
    ----------
    uri
        ``bolt://HOST:PORT``, or ``neo4j+s://HOST`` of a cluster or Aura.
    user, password
        Who logs in. The password appears in no message.
    name
        Of the database; the community edition has one, ``neo4j``.
    wait_s
        Seconds in which a transaction is tried again while the server is busy or restarts.

    Raises
    ------
    SettingError
        If the address is malformed.
    StoreError
        If the driver is not installed, no server answers, it is too old, or it refuses the user.
    """
    check_address(uri)
    check_driver()
    import neo4j

    with _told(uri, user, name, password):
        driver = neo4j.GraphDatabase.driver(
            uri, auth=(user, password), connection_timeout=CONNECT_S, max_transaction_retry_time=wait_s,
            notifications_min_severity="OFF", user_agent="randzon",
        )  # fmt: skip
    with driver:
        with _told(uri, user, name, password):
            agent = driver.get_server_info().agent
        _check_agent(agent, uri)
        database = Database(driver, name, uri, user, agent, password)
        database.read("RETURN 1 AS alive")  # whether the database exists and the user may use it
        yield database


@contextmanager
def _told(uri: str, user: str, name: str, password: str) -> Generator[None]:
    """Turn what the driver raises into one message with a remedy and without the password."""
    from neo4j import exceptions as found

    try:
        yield
    except (found.DriverError, found.Neo4jError) as error:
        message = _message(error).format(uri=uri, user=user, name=name, reason=_reason(error))
        if password:
            message = message.replace(password, "***")
        raise StoreError(message) from None  # the driver's own traceback may quote what it sent


AUTH = "{uri} does not let {user} in: check user and password"
TOO_LONG = "the query took too long and was stopped: narrow it (one version, a LIMIT), or allow more with --timeout"
OF_CODE = {
    "Unauthorized": AUTH,
    "AuthenticationRateLimit": AUTH + "; after several wrong ones the server waits some seconds",
    "CredentialsExpired": "{user} at {uri} must first choose another password: do so in the Neo4j browser",
    "Forbidden": "{user} may not do this at {uri}: ask for the right ({reason})",
    "DatabaseNotFound": "{uri} has no database {name}: leave out --database for 'neo4j', or ask for its name",
    "AccessMode": "the query writes, and only queries that read are let through: leave out what creates or deletes",
    "TransactionTimedOut": TOO_LONG,
    "TransactionTimedOutClientConfiguration": TOO_LONG,
    "SyntaxError": "the Cypher is not understood: {reason}",
    "ParameterMissing": "the query has parameters without a value ({reason}): write NAME=VALUE for each",
}


def _reason(error: Exception) -> str:
    """What the driver or the server says, in one line."""
    from neo4j import exceptions as found

    own = getattr(error, "message", "") if isinstance(error, found.Neo4jError) else ""
    return " ".join(str(own or error).split())[:300].rstrip(":") or type(error).__name__


def _message(error: Exception) -> str:
    """The message for an error, with ``{uri}``, ``{user}``, ``{name}`` and ``{reason}`` to be put in."""
    from neo4j import exceptions as found

    code = str(getattr(error, "code", "") or "")
    last = code.rpartition(".")[2]
    if last in OF_CODE:
        return OF_CODE[last]
    if isinstance(error, found.ConfigurationError) and "Bolt Protocol" in str(error):
        return f"the server at {{uri}} is too old: use Neo4j {'.'.join(map(str, OLDEST))} or newer ({{reason}})"
    if isinstance(error, found.UnsupportedServerProduct):
        return "what answers at {uri} is no Neo4j that the driver knows: {reason}"
    if isinstance(error, found.ServiceUnavailable | found.SessionExpired):
        return "no Neo4j answers at {uri}: start it ('make neo4j' in a checkout) or correct the address ({reason})"
    if isinstance(error, found.ConstraintError):
        return "the database at {uri} has a rule that forbids this: {reason}"
    if isinstance(error, found.TransientError):
        return "{uri} was too busy, or short of memory or space, also when tried again: {reason}"
    return ("{uri} refuses (" + code + "): {reason}") if code else "{uri} cannot be used: {reason}"
