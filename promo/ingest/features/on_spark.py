"""Features on a cluster: Apache Spark, in a session of its own or through Spark Connect."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import narwhals.stable.v2 as nw

from promo.errors import BadRequest, NotUsable
from promo.ingest.atomic import replacing_folder
from promo.ingest.features.seam import Frame


@contextmanager
def on_spark(master: str) -> Iterator["SparkEngine"]:
    """An engine on the Spark that answers at `master`; the session ends with the block.

    Raises:
        BadRequest: pyspark is not installed.
        NotUsable: nothing answers there, or there is no Java to start with.
    """
    session = _session(master)
    try:
        yield SparkEngine(session)
    finally:
        session.stop()


class SparkEngine:
    """See `Engine`."""

    def __init__(self, session: Any) -> None:
        self._session = session

    def read(self, table: Path, moment: str | None = None) -> Frame:
        """See `Engine.read`."""
        rows = self._session.read.parquet(str(table.resolve()))
        if moment:
            seconds = f"unix_micros(CAST(`{moment}` AS TIMESTAMP)) DIV 1000000"
            rows = _with(rows, {moment: seconds})
        return _frame(rows)

    def keep(self, frame: Frame) -> Frame:
        """See `Engine.keep`."""
        rows: Any = nw.to_native(frame)
        return _frame(rows.persist())

    def write(
        self,
        frame: Frame,
        table: Path,
        days: Sequence[str],
        moments: Sequence[str],
    ) -> int:
        """See `Engine.write`."""
        dates = {day: f"date_add(DATE'1970-01-01', CAST(`{day}` AS INT))" for day in days}
        times = {at: f"CAST(timestamp_seconds(`{at}`) AS TIMESTAMP_NTZ)" for at in moments}
        with replacing_folder(table) as aside:
            _with(nw.to_native(frame), {**dates, **times}).write.parquet(str(aside.resolve()))
        return int(self._session.read.parquet(str(table.resolve())).count())


def _frame(rows: Any) -> Frame:
    frame: Frame = nw.from_native(rows)
    return frame


def _with(rows: Any, columns: dict[str, str]) -> Any:
    from pyspark.sql import functions

    return rows.withColumns({name: functions.expr(sql) for name, sql in columns.items()})


def _session(master: str) -> Any:
    try:
        from pyspark.errors import PySparkException
        from pyspark.sql import SparkSession
    except ModuleNotFoundError:
        raise BadRequest(field="--engine", value="spark", must="pyspark") from None
    failures: list[type[Exception]] = [PySparkException]
    with suppress(ModuleNotFoundError):  # a thin client for Connect has no gateway to Java
        from py4j.protocol import Py4JError

        failures.append(Py4JError)
    builder: Any = SparkSession.builder
    builder = builder.remote(master) if master.startswith("sc://") else builder.master(master)
    builder = builder.appName("promodesk").config("spark.ui.enabled", "false")
    try:
        # Moments have no zone of their own, so no clock of a machine may add one.
        session = builder.config("spark.sql.session.timeZone", "UTC").getOrCreate()
        session.range(1).count()  # Connect answers only when it is asked something
    except tuple(failures) as error:
        # The gateway says on its second line what Java said.
        said = str(error).splitlines()
        why = next((line[2:] for line in said[:2] if line.startswith(": ")), said[0])
        raise NotUsable(name=master, why=why.rstrip(".")) from error
    return session
