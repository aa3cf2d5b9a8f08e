"""What a feature may ask of an engine; all else it says in narwhals, once for all engines."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, Protocol

import narwhals.stable.v2 as nw

from promo.errors import BadRequest
from promo.ingest.task import Task

Frame = nw.LazyFrame[Any]
"""A table that is still to be computed, on whichever engine."""


class Engine(Protocol):
    """Where frames are computed: DuckDB in this process, or a Spark cluster.

    A table is one Parquet file or a folder of them. Inside, a day is a whole number (days since
    1970-01-01) and a moment whole seconds since then: engines disagree about date arithmetic and
    never about integers. Reading and writing translate.
    """

    def read(self, table: Path, moment: str | None = None) -> Frame:
        """A table; its timestamps `moment` as whole seconds since 1970."""

    def keep(self, frame: Frame) -> Frame:
        """The same rows, computed once however often they are read."""

    def write(
        self,
        frame: Frame,
        table: Path,
        days: Sequence[str],
        moments: Sequence[str],
    ) -> int:
        """Make `frame` the table, whole or not at all; returns its rows.

        Columns `days` become dates and columns `moments` timestamps.
        """


def _duckdb(
    folders: Sequence[Path], master: str | None, task: Task
) -> AbstractContextManager[Engine]:
    from promo.ingest.features.on_duckdb import on_duckdb

    if master is not None:
        raise BadRequest(field="--master", value=master, must="spark_only")
    return on_duckdb(folders, task)


def _spark(
    _folders: Sequence[Path], master: str | None, _task: Task
) -> AbstractContextManager[Engine]:
    from promo.ingest.features.on_spark import on_spark  # only who asks for it needs pyspark

    return on_spark(master or "local[*]")


Opener = Callable[[Sequence[Path], str | None, Task], AbstractContextManager[Engine]]

ENGINES: Mapping[str, Opener] = {
    "duckdb": _duckdb,
    "spark": _spark,
}


def open_engine(
    name: str, folders: Sequence[Path], master: str | None = None, task: Task | None = None
) -> AbstractContextManager[Engine]:
    """The engine of that name, until the block ends.

    Args:
        name: `duckdb` or `spark`.
        folders: what it has to read from and write to.
        master: for Spark only: `spark://host:7077`, `local[2]` or `sc://host:15002` (Connect).
        task: stopping it interrupts DuckDB at once; Spark hears of it between two features.

    Raises:
        BadRequest: no such engine, or a master for an engine that has none.
        NotUsable: Spark is not installed or cannot be reached.
    """
    if name not in ENGINES:
        raise BadRequest(field="--engine", value=name, known=list(ENGINES))
    return ENGINES[name](folders, master, task or Task())
