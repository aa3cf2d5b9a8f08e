"""Which days a table covers: rows per day, days missing, a first or last day cut short."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb
import pandas as pd

from promo.domain import Dataset
from promo.ingest.engine import engine, name, parquet
from promo.ingest.sources import SOURCES
from promo.ingest.views.panels import WHOLE_WEEKS

USUALLY = 0.5
"""Share of its days on which a weekday has rows, from which a day without any is missing."""

FEW = 1 / 3
"""Share of its weekday's middle number of rows below which a first or last day is cut short."""

ALWAYS = 0.95
"""Share of days that are still open at an hour, so that one that ended before it is cut short."""

KNOWN_DAYS = 3
"""Days to compare with, below which nothing is said of a first or last day."""

_DAILY = """
CREATE TABLE daily AS
SELECT {column}::DATE AS moment, count(*) AS rows,
       min(date_part('epoch', {column}::TIMESTAMP) % 86400) / 3600 AS opens,
       max(date_part('epoch', {column}::TIMESTAMP) % 86400) / 3600 AS closes
FROM {rows} WHERE {column} IS NOT NULL GROUP BY ALL ORDER BY ALL
"""


@dataclass(frozen=True)
class Gap:
    """Days without rows between two that have some, where rows are usual.

    Attributes:
        first, last: the first and the last day that is missing.
    """

    first: date
    last: date

    @property
    def days(self) -> int:
        """Length in days, both ends and days of rest between them included."""
        return (self.last - self.first).days + 1


@dataclass(frozen=True, eq=False)
class Coverage:
    """The days of one table.

    Attributes:
        table, column: the canonical table and the column that dates its rows.
        days: one row per day from the first to the last: `day`, `rows` (count; 0 where none).
        weekly: whether each week stands on one day, so that a row of `days` is a week.
        gaps: stretches of missing days, in order.
        rests: weekdays that usually have no row, Monday is 0; empty for weekly data.
        cut_first, cut_last: whether the first or last day was cut short: it starts later or ends
            earlier than such days do, or has far fewer rows than its weekday.
        whole_weeks: weeks with rows, without a first or last one that is covered in part.
    """

    table: str
    column: str
    days: pd.DataFrame
    weekly: bool
    gaps: tuple[Gap, ...]
    rests: tuple[int, ...]
    cut_first: bool
    cut_last: bool
    whole_weeks: int

    @property
    def first(self) -> date:
        """The first day with rows."""
        return _day(self.days["day"].iloc[0])

    @property
    def last(self) -> date:
        """The last day with rows, or of the last week."""
        return _day(self.days["day"].iloc[-1] + pd.Timedelta(days=6 * self.weekly))


def coverages(dataset: Dataset) -> tuple[Coverage, ...]:
    """What days each dated table covers; tables without a date are left out."""
    found = []
    for table, path in dataset.tables.items():
        if column := _dated(table):
            with engine(path.parent) as connection:
                daily, whole = _daily(connection, path, column)
            if len(daily):
                found.append(_coverage(table, column, daily, whole))
    return tuple(found)


def _dated(table: str) -> str | None:
    """The column that dates a row of `table`, where every row of it is to have a date."""
    fields = SOURCES[table].columns if table in SOURCES else ()
    return next(
        (one.name for one in fields if not one.empty_ok and one.kind in ("time", "week")), None
    )


def _daily(
    connection: duckdb.DuckDBPyConnection, path: Path, column: str
) -> tuple[pd.DataFrame, int]:
    """Rows and hours of each day that has rows, and the number of whole weeks."""
    connection.execute(_DAILY.format(column=name(column), rows=parquet([path])))
    connection.execute(WHOLE_WEEKS.format(days="daily"))
    ((whole,),) = connection.execute("SELECT count(*) FROM whole_weeks").fetchall()
    daily = connection.execute("SELECT * FROM daily ORDER BY moment").df()
    return daily.astype({"moment": "datetime64[us]"}).set_index("moment"), int(whole)


def _coverage(table: str, column: str, daily: pd.DataFrame, whole: int) -> Coverage:
    apart = pd.Series(daily.index).diff().dropna().dt.days
    weekly = len(apart) > 0 and bool((apart % 7 == 0).all())
    days = daily["rows"].asfreq("7D" if weekly else "D", fill_value=0)
    usual = _usual(days)
    return Coverage(
        table=table,
        column=column,
        days=days.rename_axis("day").reset_index(),
        weekly=weekly,
        gaps=tuple(_gaps(days, usual, weekly)),
        rests=() if weekly or len(days) < 14 else tuple(sorted(set(range(7)) - usual)),
        cut_first=not weekly and _cut(daily, first=True),
        cut_last=not weekly and _cut(daily, first=False),
        whole_weeks=len(daily) if weekly else whole,
    )


def _usual(days: "pd.Series[int]") -> set[int]:
    """Weekdays that usually have rows, in the weeks that have any at all."""
    index = pd.DatetimeIndex(days.index)
    open_weeks = (days > 0).groupby(index.to_period("W")).transform("any")
    shares = (days[open_weeks] > 0).groupby(index[open_weeks].day_of_week).mean()
    return {int(weekday) for weekday in shares.index[shares >= USUALLY]}


def _gaps(days: "pd.Series[int]", usual: set[int], weekly: bool) -> Iterator[Gap]:
    """Stretches of missing days; a day of rest neither opens nor ends one."""
    missing: list[pd.Timestamp] = []
    for day, rows in zip(pd.DatetimeIndex(days.index), days, strict=True):
        if rows and missing:
            yield Gap(_day(missing[0]), _day(missing[-1] + pd.Timedelta(days=6 * weekly)))
            missing = []
        elif not rows and day.day_of_week in usual:
            missing.append(day)


def _cut(daily: pd.DataFrame, *, first: bool) -> bool:
    """Whether the first or last day looks like part of a day."""
    at = 0 if first else -1
    end, rest = daily.iloc[at], daily.drop(daily.index[at])
    weekday = pd.DatetimeIndex(daily.index).day_of_week
    alike = daily[(weekday == weekday[at]) & (daily.index != daily.index[at])]
    like = alike if len(alike) >= KNOWN_DAYS else rest
    if len(like) < KNOWN_DAYS:
        return False
    late = first and end["opens"] > like["opens"].quantile(ALWAYS)
    early = not first and end["closes"] < like["closes"].quantile(1 - ALWAYS)
    return bool(late or early or end["rows"] < FEW * like["rows"].median())


def _day(moment: pd.Timestamp) -> date:
    return moment.date()
