"""From files with their mappings to judged rows: the way that `check` and `build` share."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb

from promo.domain import FileReport, Finding
from promo.errors import BadRequest
from promo.ingest.atomic import replacing
from promo.ingest.datasets.account import refused, report, write_quarantine
from promo.ingest.datasets.periods import settle_periods
from promo.ingest.datasets.settle import Annotated, mark_late, settle
from promo.ingest.engine import engine, held, text
from promo.ingest.limits import LIMITS, Limits
from promo.ingest.records.columns import in_columns
from promo.ingest.records.layout import lay_out
from promo.ingest.records.reader import stage
from promo.ingest.records.repeats import note, repeated
from promo.ingest.records.unpack import unpacked
from promo.ingest.refusal import Unreadable, refuse
from promo.ingest.sources import SOURCES
from promo.ingest.task import Task
from promo.ingest.values.annotate import annotated
from promo.ingest.values.conventions import agree
from promo.ingest.values.currency import without_sign
from promo.ingest.values.evidence import Case, weigh
from promo.ingest.values.mapping import FileMapping
from promo.ingest.values.scrutiny import scrutinise
from promo.ingest.values.wide import folded, said, spread

READING = 0.8
"""Share of an import that is over when its files are read."""


@dataclass(frozen=True)
class Read:
    """One file that was read to the end, with what was noticed on the way."""

    file: Annotated
    notes: tuple[Finding, ...]


def read(
    connection: duckdb.DuckDBPyConnection,
    path: Path,
    mapping: FileMapping,
    folder: Path,
    task: Task,
    limits: Limits = LIMITS,
) -> Read:
    """Stage, weigh and annotate one file; its scratch files stay in `folder`.

    Raises:
        NotFound: no such file.
        Unreadable: the file as a whole cannot be used.
    """
    if mapping.source not in SOURCES:
        with unpacked(path) as parts:
            lay_out(parts[0], limits)  # what is wrong with the file itself is said first
        refuse(path.name, "source_unknown")
    source = SOURCES[mapping.source]
    staged = stage(path, folder, limits, task.read, encoding=mapping.options.get("encoding"))
    task.judge(staged.rows)
    _check_mapping(path.name, mapping, staged.layout.columns)
    if staged.rows + staged.bad == 0:
        refuse(path.name, "no_rows")
    case, across = spread(Case(staged, in_columns(connection, staged), source, mapping))
    warned = scrutinise(connection, case)
    case, signs = without_sign(connection, case)
    habits, notes = weigh(connection, case)
    habits, more = agree(connection, case, habits)
    out = folder / "rows.parquet"
    rows = annotated(case, habits)
    if across:
        rows, more = folded(rows, source, across, habits), [*more, *said(across, mapping.options)]
    group = held(staged.rows, staged.csv.stat().st_size)
    query = f"COPY ({rows}) TO {text(str(out))} (FORMAT parquet, {group})"
    ((count,),) = connection.execute(query).fetchall()
    if count != staged.rows:
        # Another number than was cut: whatever the cause, do not go on.
        refuse(path.name, "lines_unaccounted")
    found = (*warned, *signs, *notes, *more)
    return Read(Annotated(case, out, count, wide=across is not None), found)


def _check_mapping(file: str, mapping: FileMapping, header: tuple[str, ...]) -> None:
    source = SOURCES[mapping.source]
    known = {field.name for field in source.fields}
    for field, column in mapping.columns.items():
        if field not in known:
            refuse(file, "field_unknown", facts={"field": field, "source": source.name})
        if column not in header:
            refuse(file, "column_absent", column=column, facts={"field": field})
    if missing := source.missing(mapping.columns):
        refuse(file, "field_unmapped", facts={"field": ", ".join(missing)})


@contextmanager
def workplace(
    *folders: Path, task: Task | None = None, threads: int | None = None
) -> Iterator[tuple[duckdb.DuckDBPyConnection, Path]]:
    """A locked engine that the task can interrupt, and a scratch folder that is gone afterwards.

    Raises:
        Cancelled: the task was stopped.
    """
    with TemporaryDirectory(prefix="promodesk-") as scratch:
        room = Path(scratch).resolve()
        with (
            engine(room, *folders, scratch=room / "spill", threads=threads) as connection,
            (task or Task()).attached(connection.interrupt, duckdb.InterruptException),
        ):
            yield connection, room


def check(
    path: Path,
    mapping: FileMapping,
    quarantine: Path | None = None,
    task: Task | None = None,
) -> FileReport:
    """Say what an import of this file would keep and what not; nothing is kept.

    Args:
        path: CSV, `.csv.gz` or `.zip` of CSVs.
        mapping: what its columns mean, as `inspect` suggests or she decided.
        quarantine: where to write the rows that would be set aside, each with its reason.
        task: to be told how far it is, and to stop it.

    Returns:
        The account of the file; `verdict` is `refused` when it cannot be used as a whole.

    Raises:
        NotFound: there is no such file.
        BadRequest: the quarantine would be written over the file.
        Cancelled: the task was stopped.
    """
    if quarantine is not None and quarantine.resolve() == path.resolve():
        raise BadRequest(field="--quarantine", value=str(quarantine), must="other_file")
    task = task or Task()
    with workplace(task=task) as (connection, room):
        try:
            task.begin(path, 0.0, 0.9)
            done = read(connection, path, mapping, room, task)
            task.step(0.9, "cleaning")
            settle_all(connection, [done.file], mapping.source)
            account = report(connection, mapping.source, 0, done.file, done.notes)
        except Unreadable as error:
            return refused(path, mapping.source, error)
        if quarantine is not None:
            with (
                replacing(quarantine) as aside,
                aside.open("w", encoding="utf-8", newline="") as out,
            ):
                write_quarantine(connection, mapping.source, 0, done.file, out)
        return account


def settle_all(
    connection: duckdb.DuckDBPyConnection, files: Sequence[Annotated], table: str
) -> None:
    """One account over all files of a source; see `settle` and `settle_periods`."""
    settle(connection, files, table)
    if any(file.wide for file in files):
        settle_periods(connection, table)
        mark_late(connection, files, table)


def read_all(
    connection: duckdb.DuckDBPyConnection,
    files: Sequence[tuple[Path, FileMapping]],
    room: Path,
    task: Task,
) -> dict[str, list[Read]]:
    """Every file, by source, in the order given.

    Raises:
        NotFound: a file is not there.
        Unreadable: a file as a whole cannot be used.
    """
    found: dict[str, list[Read]] = {}
    sizes = [_size(path) for path, _ in files]
    whole, done = sum(sizes), 0
    again = repeated([path for path, _ in files])
    for number, ((path, mapping), size) in enumerate(zip(files, sizes, strict=True)):
        task.begin(path, READING * done / whole, READING * (done + size) / whole)
        done += size
        folder = room / str(number)
        folder.mkdir()
        one = read(connection, path, mapping, folder, task)
        if number in again:
            repeat = note(path.name, files[again[number]][0].name)
            one = replace(one, notes=(*one.notes, repeat))
        found.setdefault(mapping.source, []).append(one)
    return found


def _size(path: Path) -> int:
    """What a file weighs in the progress of an import; one that is not there is found out later."""
    return max(1, path.stat().st_size) if path.exists() else 1
