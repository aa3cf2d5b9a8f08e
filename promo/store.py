"""What must last: where datasets lie, remembered mappings, saved scenarios, weeks left out.

One SQLite file per workspace (write-ahead log, synchronous FULL, secure delete); the same schema
serves PostgreSQL by URL. Migrations are append-only and run once each, in a transaction.
"""

import json
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import pandas as pd
from sqlalchemy import (
    Column,
    Connection,
    Engine,
    Integer,
    MetaData,
    Select,
    String,
    Table,
    Text,
    create_engine,
    event,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.exc import DatabaseError
from sqlalchemy.pool import NullPool

from promo.errors import NotFound, NotUsable

_METADATA = MetaData()
_MIGRATIONS = Table(
    "migrations",
    _METADATA,
    Column("version", Integer, primary_key=True),
    Column("applied_at", String(32), nullable=False),
)
_MAPPINGS = Table(
    "mappings",
    _METADATA,
    Column("signature", String(64), primary_key=True),
    Column("mapping", Text, nullable=False),
    Column("saved_at", String(32), nullable=False),
)
_SCENARIOS = Table(
    "scenarios",
    _METADATA,
    Column("id", Integer, primary_key=True),
    Column("name", String(200), nullable=False),
    Column("dataset", String(200), nullable=False),
    Column("fingerprint", String(64), nullable=False),
    Column("request", Text, nullable=False),
    Column("figures", Text, nullable=False),
    Column("rows", Text, nullable=False),
    Column("saved_at", String(32), nullable=False),
    Column("deleted_at", String(32)),
)
_LEFT_OUT = Table(
    "left_out",
    _METADATA,
    Column("id", Integer, primary_key=True),
    Column("dataset", String(200), nullable=False),
    Column("spans", Text, nullable=False),
    Column("saved_at", String(32), nullable=False),
    Column("undone_at", String(32)),
)


SAMPLE = "sample"
"""The name and the folder of the shipped sample; no dataset of hers gets either."""


def spelt(name: str) -> str:
    """A dataset's name in the one form in which it is kept and compared."""
    return " ".join(unicodedata.normalize("NFC", name).split())[:200]


def is_reserved(name: str) -> bool:
    """Whether this is the sample's name, however it is written."""
    return spelt(name).casefold() == SAMPLE


def _folder_name(name: str) -> str:
    if name == SAMPLE:
        return SAMPLE
    readable = re.sub(r"[^\w\-]+", "-", name, flags=re.UNICODE).strip("-")[:60]
    return f"{readable or 'data'}-{sha256(name.encode()).hexdigest()[:8]}"


@dataclass(frozen=True, eq=False)
class Scenario:
    """A saved plan: what was asked, what came out, and on which data."""

    id: int
    name: str
    dataset: str
    fingerprint: str
    request: Mapping[str, object]
    figures: Mapping[str, float]
    rows: pd.DataFrame
    saved_at: datetime


class Workspace:
    """A folder and its database; safe to share between threads."""

    def __init__(self, folder: Path, url: str | None = None) -> None:
        """Open the workspace, creating what is not there yet.

        Args:
            folder: where datasets live.
            url: database to use instead of the SQLite file in the folder.

        Raises:
            NotUsable: the folder cannot be written to, or the database is none.
        """
        self.folder = folder
        try:
            (folder / "datasets").mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise NotUsable(name=str(folder), why=error.strerror or type(error).__name__) from error
        # A file needs no pool, and an idle connection to it is a handle that nobody closes.
        pool = None if url else NullPool
        place = url or f"sqlite:///{folder / 'promodesk.sqlite'}"
        self._engine = create_engine(place, poolclass=pool)
        if self._engine.dialect.name == "sqlite":
            event.listen(self._engine, "connect", _harden)
        try:
            migrate(self._engine)
        except DatabaseError as error:
            place = self._engine.url.render_as_string(hide_password=True)
            raise NotUsable(name=place, why=str(error.orig)) from error

    @property
    def inbox(self) -> Path:
        """Where files are put that are too large to upload; made when first asked for."""
        place = self.folder / "inbox"
        place.mkdir(exist_ok=True)
        return place

    # --- datasets ---

    def dataset_folder(self, name: str) -> Path:
        """Where the dataset of this name lies or will lie; the name cannot leave the folder.

        Different names have different folders, also where the system does not tell `a` from `A`.
        """
        name = spelt(name)
        return self._datasets().get(name) or self.folder / "datasets" / _folder_name(name)

    def dataset_names(self) -> list[str]:
        """Datasets that were imported completely, as she named them, newest first."""
        return list(self._datasets())

    def is_taken(self, name: str) -> bool:
        """Whether an import under this name would have to replace a dataset."""
        return is_reserved(name) or spelt(name) in self._datasets()

    def free_names(self, name: str) -> Iterator[str]:
        """`name`, `name 2`, `name 3` ..., those that are free."""
        for number in range(1, 10_000):
            tried = name if number == 1 else f"{name} {number}"
            if not self.is_taken(tried):
                yield tried

    def _datasets(self) -> dict[str, Path]:
        found = sorted(
            (self.folder / "datasets").glob("*/dataset.json"),
            key=lambda path: (-path.stat().st_mtime_ns, path),
        )
        named: dict[str, Path] = {}
        for path in found:
            name = str(json.loads(path.read_text(encoding="utf-8"))["name"])
            # The folder that is the sample's alone; what once lay elsewhere under its name is not.
            if (name == SAMPLE) == (path.parent.name == SAMPLE):
                named.setdefault(name, path.parent)
        return named

    # --- mappings ---

    def remember_mapping(self, signature: str, mapping: str) -> None:
        """Keep the mapping that was confirmed for files with this header."""
        with self._engine.begin() as connection:
            connection.execute(_MAPPINGS.delete().where(_MAPPINGS.c.signature == signature))
            connection.execute(
                insert(_MAPPINGS).values(signature=signature, mapping=mapping, saved_at=_now())
            )

    def recall_mapping(self, signature: str) -> str | None:
        """The mapping confirmed last for files with this header, or None."""
        chosen = select(_MAPPINGS.c.mapping).where(_MAPPINGS.c.signature == signature)
        with self._engine.connect() as connection:
            return connection.execute(chosen).scalar_one_or_none()

    # --- scenarios ---

    def save_scenario(  # the six facts of a scenario
        self,
        name: str,
        dataset: str,
        fingerprint: str,
        request: Mapping[str, object],
        figures: Mapping[str, float],
        rows: pd.DataFrame,
    ) -> int:
        """Keep a plan; returns its number. Saving never overwrites."""
        # json.dumps of a dict keeps every digit of a float; DataFrame.to_json keeps ten.
        values = {
            "name": name, "dataset": dataset, "fingerprint": fingerprint, "saved_at": _now(),
            "request": json.dumps(request), "figures": json.dumps(figures),
            "rows": json.dumps(rows.to_dict("list")),
        }  # fmt: skip
        with self._engine.begin() as connection:
            added = insert(_SCENARIOS).values(**values).returning(_SCENARIOS.c.id)
            return int(connection.execute(added).scalar_one())

    def scenarios(self) -> list[Scenario]:
        """Every scenario that was not deleted, newest first."""
        live = _SCENARIOS.c.deleted_at.is_(None)
        with self._engine.connect() as connection:
            rows = connection.execute(
                select(_SCENARIOS).where(live).order_by(_SCENARIOS.c.id.desc())
            )
            return [_scenario(row._asdict()) for row in rows]

    def scenario(self, number: int) -> Scenario:
        """One scenario, deleted or not.

        Raises:
            NotFound: no scenario has this number.
        """
        with self._engine.connect() as connection:
            row = connection.execute(
                select(_SCENARIOS).where(_SCENARIOS.c.id == number)
            ).one_or_none()
        if row is None:
            raise NotFound(kind="scenario", name=number)
        return _scenario(row._asdict())

    def set_deleted(self, number: int, *, deleted: bool) -> None:
        """Take a scenario off the list, or put it back."""
        change = update(_SCENARIOS).where(_SCENARIOS.c.id == number)
        with self._engine.begin() as connection:
            connection.execute(change.values(deleted_at=_now() if deleted else None))

    def rename_scenario(self, number: int, name: str) -> None:
        """Give a scenario another name."""
        change = update(_SCENARIOS).where(_SCENARIOS.c.id == number)
        with self._engine.begin() as connection:
            connection.execute(change.values(name=name))

    # --- weeks left out of learning ---

    def leave_out(self, dataset: str, spans: Sequence[Mapping[str, str]]) -> None:
        """Make these the weeks that are left out of learning from a dataset."""
        values = {"dataset": dataset, "spans": json.dumps(list(spans)), "saved_at": _now()}
        with self._engine.begin() as connection:
            connection.execute(insert(_LEFT_OUT).values(**values))

    def left_out(self, dataset: str) -> list[dict[str, str]] | None:
        """The weeks left out of learning from a dataset, as chosen last; None without a choice."""
        with self._engine.connect() as connection:
            found = connection.execute(_last_choice(dataset)).one_or_none()
        return None if found is None else list(json.loads(found.spans))

    def undo_left_out(self, dataset: str) -> None:
        """Take the last choice back, so that the one before it holds, if there was any."""
        with self._engine.begin() as connection:
            found = connection.execute(_last_choice(dataset)).one_or_none()
            if found is not None:
                undone = update(_LEFT_OUT).where(_LEFT_OUT.c.id == found.id)
                connection.execute(undone.values(undone_at=_now()))


def _last_choice(dataset: str) -> Select[tuple[int, str]]:
    held = (_LEFT_OUT.c.dataset == dataset) & _LEFT_OUT.c.undone_at.is_(None)
    chosen = select(_LEFT_OUT.c.id, _LEFT_OUT.c.spans).where(held)
    return chosen.order_by(_LEFT_OUT.c.id.desc()).limit(1)


def _scenario(row: Mapping[str, object]) -> Scenario:
    text = {name: json.loads(str(row[name])) for name in ("request", "figures", "rows")}
    return Scenario(
        id=int(str(row["id"])),
        name=str(row["name"]),
        dataset=str(row["dataset"]),
        fingerprint=str(row["fingerprint"]),
        request=text["request"],
        figures=text["figures"],
        rows=pd.DataFrame(text["rows"]),
        saved_at=datetime.fromisoformat(str(row["saved_at"])),
    )


def _now() -> str:
    # SQLite keeps no time zone; ISO text in UTC reads the same from every database.
    return datetime.now(UTC).isoformat(timespec="seconds")


def _harden(connection: object, _: object) -> None:
    cursor = connection.cursor()  # type: ignore[attr-defined] # a DB-API connection
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "secure_delete=ON", "foreign_keys=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


# --- migrations ----------------------------------------------------------------------------------


def _create_first_tables(connection: Connection) -> None:
    # When a later step adds a column, freeze today's two declarations here first.
    _METADATA.create_all(connection, tables=[_MAPPINGS, _SCENARIOS])


def _create_left_out(connection: Connection) -> None:
    _METADATA.create_all(connection, tables=[_LEFT_OUT])


MIGRATIONS = (_create_first_tables, _create_left_out)
"""Applied in order, once each; append only."""


def migrate(engine: Engine) -> None:
    """Bring a database to the newest schema; a second call changes nothing."""
    with engine.begin() as connection:
        _METADATA.create_all(connection, tables=[_MIGRATIONS])
        done = connection.execute(select(func.max(_MIGRATIONS.c.version))).scalar_one() or 0
        for version, step in enumerate(MIGRATIONS[done:], start=done + 1):
            step(connection)
            connection.execute(insert(_MIGRATIONS).values(version=version, applied_at=_now()))
