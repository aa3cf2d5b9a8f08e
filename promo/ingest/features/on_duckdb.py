# ruff: noqa: S608 # SQL is made of our own names and escaped paths only
"""Features in this process: DuckDB, out of core, locked to the folders it is given."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import narwhals.stable.v2 as nw

from promo.ingest.atomic import replacing
from promo.ingest.engine import engine, name, parquet
from promo.ingest.features.seam import Frame
from promo.ingest.task import Task


@contextmanager
def on_duckdb(folders: Sequence[Path], task: Task) -> Iterator["DuckDBEngine"]:
    """An engine that reads and writes below `folders` and spills to a scratch folder.

    Raises:
        Cancelled: the task was stopped.
    """
    with (
        TemporaryDirectory(prefix="promodesk-") as scratch,
        engine(*folders, scratch=Path(scratch), ordered=False) as connection,
        task.attached(connection.interrupt, duckdb.InterruptException),
    ):
        yield DuckDBEngine(connection)


class DuckDBEngine:
    """See `Engine`."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection
        self._kept = 0

    def read(self, table: Path, moment: str | None = None) -> Frame:
        """See `Engine.read`."""
        files = sorted(table.glob("*.parquet")) if table.is_dir() else [table]
        seconds = f"epoch_us({name(moment)}) // 1000000 AS {name(moment)}" if moment else ""
        replaced = f" REPLACE ({seconds})" if seconds else ""
        return self._frame(f"SELECT *{replaced} FROM {parquet(files)}")

    def keep(self, frame: Frame) -> Frame:
        """See `Engine.keep`."""
        self._kept += 1
        table = f"kept_{self._kept}"
        _relation(frame).create(table)
        return self._frame(f"SELECT * FROM {table}")

    def write(
        self,
        frame: Frame,
        table: Path,
        days: Sequence[str],
        moments: Sequence[str],
    ) -> int:
        """See `Engine.write`."""
        dates = [f"DATE '1970-01-01' + {name(day)}::INTEGER AS {name(day)}" for day in days]
        times = [f"make_timestamp({name(at)} * 1000000) AS {name(at)}" for at in moments]
        replaced = ", ".join([*dates, *times])
        rows = _relation(frame).project(f"* REPLACE ({replaced})" if replaced else "*")
        with replacing(table) as aside:
            rows.write_parquet(str(aside.resolve()), compression="zstd")
        ((count,),) = self._connection.sql(f"SELECT count(*) FROM {parquet([table])}").fetchall()
        return int(count)

    def _frame(self, query: str) -> Frame:
        return nw.from_native(self._connection.sql(query))


def _relation(frame: Frame) -> duckdb.DuckDBPyRelation:
    relation: duckdb.DuckDBPyRelation = nw.to_native(frame)
    return relation
