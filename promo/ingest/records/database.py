"""A shop's own database: one SELECT, streamed into a CSV that is then read as any other file.

The connection may only read, where the database knows how to promise that. The URL with its
password lives in memory while the rows are fetched and is in no message, file or log.
"""

import csv
import json
import math
import re
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date, timedelta
from datetime import time as hours
from decimal import Decimal
from pathlib import Path
from typing import IO, Any
from urllib.parse import quote

from sqlalchemy import URL, Connection, CursorResult, Engine, create_engine, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.pool import NullPool

from promo.domain import ImportProgress
from promo.errors import Cancelled
from promo.ingest.atomic import replacing
from promo.ingest.limits import LIMITS, Limits
from promo.ingest.records.texts import BREAK
from promo.ingest.refusal import refuse
from promo.ingest.task import Task

_DRIVERS = {
    "postgresql": "postgresql+pg8000", "postgres": "postgresql+pg8000",
    "postgresql+pg8000": "postgresql+pg8000", "mysql": "mysql+pymysql",
    "mariadb": "mysql+pymysql", "mysql+pymysql": "mysql+pymysql", "sqlite": "sqlite",
}  # fmt: skip
_PORTS = {"postgresql": 5432, "mysql": 3306}
_KNOCK = 5.0
"""Seconds in which a server must answer at all."""

_BATCH = 5_000


def fetch(
    url: str, select: str, folder: Path, task: Task | None = None, limits: Limits = LIMITS
) -> Path:
    """Write what a SELECT gives to a CSV in `folder`, every value as exact text.

    NULL becomes an empty field, a decimal keeps its digits, a time is written as ISO 8601.

    Args:
        url: of SQLAlchemy's form, `postgresql://user:password@host/shop`, `mysql://` or
            `sqlite:///shop.sqlite`.
        select: a single SELECT or WITH statement.
        folder: where the file goes; it is named after the database.
        task: to be told how far it is, and to stop it.
        limits: rows, bytes and seconds that a query may take.

    Raises:
        Unreadable: no such database, no such table, not a SELECT, or a limit was met.
        Cancelled: the task was stopped.
    """
    task, place = task or Task(), _place(url)
    statement = _single(select, _label(place))
    named = re.sub(r"[^\w-]+", "-", Path(place.database or "").stem)
    path = folder / f"{named or 'query'}.csv"
    with (
        replacing(path) as aside,
        aside.open("w", encoding="utf-8", newline="") as out,
        _connected(place, task, limits) as connection,
    ):
        # Without parameters a percent sign in the statement is a percent sign.
        reading = connection.execution_options(stream_results=True, no_parameters=True)
        result = reading.exec_driver_sql(statement)
        _write(result, out, path.name, _Bounds(place, limits), task)
    return path


# --- the statement --------------------------------------------------------------------------------

_QUOTED = re.compile(
    r"""'[^'\\]*' | "[^"\\]*" | `[^`\\]*` | --[^\n]* | /\*(?!!)(?:(?!/\*).)*?\*/""",
    re.DOTALL | re.VERBOSE,
)
_UNCLEAR = re.compile(r"""[;'"`\\] | \$\w*\$ | /\*""", re.VERBOSE)
_WRITES = re.compile(
    r"\b(into|insert|update|delete|merge|drop|alter|create|truncate|grant)\b", re.IGNORECASE
)


def _single(select: str, label: str) -> str:
    """The statement, when it is one that only reads.

    What is in quotes or comments is passed over. Where databases differ about the end of a text or
    comment (backslashes, dollar quotes, nested comments) nothing is guessed. The word list guards
    against a slip; what keeps the data safe is the read-only transaction.
    """
    statement = select.strip().rstrip(";").rstrip()
    bare = _QUOTED.sub(" ", statement)
    if _UNCLEAR.search(bare) or not re.match(r"\s*(select|with)\b", bare, re.IGNORECASE):
        refuse(label, "database_not_select")
    if found := _WRITES.search(bare):
        refuse(label, "database_writes", facts={"word": found[0].upper()})
    return statement


# --- the connection -------------------------------------------------------------------------------


def _place(url: str) -> URL:
    try:
        place = make_url(url.strip())
    except (ArgumentError, ValueError):
        refuse("SQL", "database_url")
    if place.drivername not in _DRIVERS:
        refuse("SQL", "database_kind", facts={"kind": place.drivername})
    return place.set(drivername=_DRIVERS[place.drivername])


def _label(place: URL) -> str:
    """What messages call the database: where it is, without user and password."""
    name = Path(place.database or "").name
    return f"{place.host}/{name}" if place.host else name or "SQL"


@contextmanager
def _connected(place: URL, task: Task, limits: Limits) -> Iterator[Connection]:
    """A connection that only reads, and that stopping the task interrupts.

    Raises:
        Unreadable: the database cannot be reached, answers with an error, or takes too long.
        Cancelled: the task was stopped.
    """
    _knock(place)
    engine, clock = _engine(place), Task()
    alarm = threading.Timer(limits.query_seconds, clock.stop)
    try:
        with engine.connect() as connection:
            interrupt = _only_read(engine, connection)
            alarm.start()
            with task.attached(interrupt, DBAPIError), clock.attached(interrupt, DBAPIError):
                yield connection
    except DBAPIError as error:
        refuse(_label(place), "database_said", facts={"said": _message(error, place)})
    except Cancelled:
        task.go_on()
        refuse(_label(place), "database_slow", facts={"limit": limits.query_seconds})
    finally:
        alarm.cancel()
        engine.dispose()


def _knock(place: URL) -> None:
    """Find out quickly that nobody is there; a driver may wait for minutes."""
    if place.drivername == "sqlite":
        if not Path(place.database or "").is_file():
            refuse(_label(place), "database_absent")
        return
    port = place.port or _PORTS[place.get_backend_name()]
    try:
        socket.create_connection((place.host or "localhost", port), _KNOCK).close()
    except OSError:
        refuse(_label(place), "database_unreachable", facts={"port": port})


def _engine(place: URL) -> Engine:
    arguments: dict[str, object] = {}
    if place.drivername == "sqlite":
        place = place.set(
            database=f"file:{quote(place.database or '')}", query={"mode": "ro", "uri": "true"}
        )
    else:
        if place.query.get("sslmode", "disable") != "disable":
            argument = {"postgresql": "ssl_context", "mysql": "ssl"}[place.get_backend_name()]
            arguments[argument] = ssl.create_default_context()
        place = place.difference_update_query(["sslmode"])  # no driver of ours knows the word
    try:
        return create_engine(
            place, poolclass=NullPool, hide_parameters=True, connect_args=arguments
        )
    except ModuleNotFoundError as error:
        refuse(_label(place), "database_driver", facts={"driver": error.name})


def _only_read(engine: Engine, connection: Connection) -> Callable[[], None]:
    """Begin a transaction that cannot write; returns how to interrupt its query from aside."""
    if engine.dialect.name == "sqlite":  # opened read-only
        raw: Any = connection.connection.dbapi_connection
        return lambda: raw.interrupt()
    begin, own, kill = {
        "postgresql": (
            "SET TRANSACTION READ ONLY", "SELECT pg_backend_pid()", "SELECT pg_cancel_backend({})"
        ),
        "mysql": ("START TRANSACTION READ ONLY", "SELECT CONNECTION_ID()", "KILL QUERY {}"),
    }[engine.dialect.name]  # fmt: skip
    connection.exec_driver_sql(begin)
    number = int(connection.exec_driver_sql(own).scalar_one())

    def interrupt() -> None:
        # When the server does not answer, the query itself fails as well and says so.
        with suppress(DBAPIError), engine.connect() as other:
            other.exec_driver_sql(kill.format(number))

    return interrupt


def _message(error: DBAPIError, place: URL) -> str:
    """What the database said, on one line and without the secrets of the URL."""
    given = error.orig.args if error.orig else ()
    last = given[-1] if given else ""
    said = " ".join(str(last.get("M", "") if isinstance(last, dict) else last).split())
    for secret in (place.password, quote(str(place.password or "")), place.username):
        said = said.replace(str(secret), "***") if secret else said
    return said[:300] or type(error).__name__


# --- the rows -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Bounds:
    """What a query may give, and the database that a refusal names."""

    place: URL
    limits: Limits

    def check(self, rows: int, size: int) -> None:
        """Refuse what is beyond a limit.

        Raises:
            Unreadable: too many rows or bytes.
        """
        limits = self.limits
        if rows > limits.query_rows:
            refuse(_label(self.place), "database_rows", facts={"limit": limits.query_rows})
        if size > limits.query_bytes:
            limit = limits.query_bytes // 1_000_000
            refuse(_label(self.place), "database_bytes", facts={"limit": limit})


def _write(result: CursorResult[Any], out: IO[str], file: str, bounds: _Bounds, task: Task) -> None:
    writer, rows = csv.writer(out, lineterminator="\n"), 0
    writer.writerow(result.keys())
    for batch in result.partitions(_BATCH):
        writer.writerows([_text(value) for value in row] for row in batch)
        rows += len(batch)
        size = out.tell()
        bounds.check(rows, size)
        task.tell(ImportProgress(0.0, "asking", file, size, None, rows))


def _text(value: object) -> str:  # noqa: C901, PLR0911 # one line for each type that drivers give
    r"""A value as exact text.

    >>> from datetime import datetime, timedelta
    >>> _text("one\r\ntwo")
    'one two'
    >>> _text(None), _text("007"), _text(Decimal("1E+2")), _text(0.1), _text(1e22), _text(True)
    ('', '007', '100', '0.1', '10000000000000000000000', 'true')
    >>> _text(datetime(2026, 3, 4, 5, 6)), _text(timedelta(hours=27, minutes=5)), _text(b"abc")
    ('2026-03-04T05:06:00', '27:05:00', 'abc')
    """
    if value is None:
        return ""
    if isinstance(value, str):
        return re.sub(BREAK, " ", value)
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return format(Decimal(repr(value)), "f") if math.isfinite(value) else str(value)
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, date | hours):
        return value.isoformat()
    if isinstance(value, timedelta):
        minutes, seconds = divmod(int(value.total_seconds()), 60)
        return f"{minutes // 60:02}:{minutes % 60:02}:{seconds:02}"
    if isinstance(value, bytes | bytearray | memoryview):
        return bytes(value).decode("utf-8", "replace")
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else str(value)
