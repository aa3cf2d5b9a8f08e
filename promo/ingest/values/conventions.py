# ruff: noqa: S608 # SQL is made of our own names, escaped headers and escaped paths only
"""What a file's values say about the shop's conventions: the day its weeks begin, what 折扣 means.

Read after `promo.ingest.values.evidence`, because a date or a number must be readable first.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta

import duckdb

from promo.domain import Finding
from promo.ingest.engine import text
from promo.ingest.refusal import refuse
from promo.ingest.sources.series import middle
from promo.ingest.sources.source import plain
from promo.ingest.values import grammar, times
from promo.ingest.values.evidence import Case, is_paid_or_off
from promo.ingest.values.habits import Habits

_WEEKLY = 0.95  # share of rows on one weekday from which a panel is one of weeks, not of days
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_ENDING = ("end", "结束", "截止")
_GLANCE = 1_000  # records that tell in which years a file lies
_NEAR = 0.006  # shares that differ by less are the same: prices are rounded to cents

Decision = tuple[Habits, list[Finding]]


def agree(connection: duckdb.DuckDBPyConnection, case: Case, habits: Habits) -> Decision:
    """Add the file's conventions to its habits.

    Raises:
        Unreadable: a discount may be the share taken off or the share paid, and nothing decides.
    """
    habits, weeks = _weeks(connection, case, habits)
    habits, discount = _discount(connection, case, habits)
    habits = _ahead(connection, case, habits)
    others = (*_endless(connection, case, habits), *_repeated_hours(connection, case, habits))
    return habits, [*weeks, *discount, *others]


def _ahead(connection: duckdb.DuckDBPyConnection, case: Case, habits: Habits) -> Habits:
    """Nothing has happened a year from now, unless the file says so everywhere: clocks err too."""
    if (field := case.source.happened) not in case.mapping.columns:
        return habits
    limit = (date.today() + timedelta(days=366)).isoformat()
    one = grammar.reading("time", "written", "parsed", habits)
    ((median,),) = connection.execute(
        f"SELECT median({one.value}) > TIMESTAMP {text(limit)} FROM (SELECT *, {one.parsed} AS "
        f"parsed FROM (SELECT {case.raw(field)} AS written FROM {case.relation} LIMIT {_GLANCE}))"
    ).fetchall()
    return habits if median else replace(habits, latest=limit)


def _endless(
    connection: duckdb.DuckDBPyConnection, case: Case, habits: Habits
) -> Iterator[Finding]:
    """Ends that are so far ahead that they say there is none."""
    if "end_date" in case.mapping.columns:
        one = grammar.reading("time", "written", "parsed", habits)
        ((rows,),) = connection.execute(
            f"SELECT count(*) FILTER (WHERE {times.endless('parsed')}) FROM (SELECT {one.parsed} "
            f"AS parsed FROM (SELECT {case.raw('end_date')} AS written FROM {case.relation}))"
        ).fetchall()
        if rows:
            yield Finding("end_open", "info", rows, column=case.mapping.columns["end_date"])


def _repeated_hours(
    connection: duckdb.DuckDBPyConnection, case: Case, habits: Habits
) -> Iterator[Finding]:
    """Times of the shop's own clock that came twice, when it was put back."""
    if habits.zone is None:
        return
    for field in case.of_kind("time"):
        date = grammar.reading("time", "written", "parsed", habits)
        instant = f"timezone({text(habits.zone)}, parsed)"
        other = (
            f"timezone({text(habits.zone)}, {instant} {sign} INTERVAL 1 HOUR) = parsed"
            for sign in "+-"
        )
        written = (
            f"SELECT file_row_number AS record, {case.raw(field)} AS written "
            f"FROM {case.columns.numbered}"
        )
        rows, first = connection.execute(
            f"SELECT count(*), min(record) FROM (SELECT *, {date.parsed} AS parsed "
            f"FROM ({written})) WHERE ({' OR '.join(other)}) "
            f"AND NOT regexp_full_match(written, {text(times.INSTANT)})"
        ).fetchall()[0]
        if rows:
            place = case.staged.origins.at(first, zone=habits.zone)
            column = case.mapping.columns[field]
            yield Finding("time_repeated", "warning", rows, column=column, **place)


def _weeks(connection: duckdb.DuckDBPyConnection, case: Case, habits: Habits) -> Decision:
    """A week that begins on a Sunday becomes the ISO week that holds most of its days."""
    fields = case.of_kind("week")
    if not fields:
        return habits, []
    (field,) = fields
    date = grammar.reading("week", "written", "parsed", habits)
    days = connection.execute(
        f"SELECT isodow(day) AS weekday, count(DISTINCT day), count(*) FROM ("
        f"SELECT {date.value} AS day FROM (SELECT *, {date.parsed} AS parsed FROM ("
        f"SELECT {case.raw(field)} AS written FROM {case.relation})) "
        "WHERE NOT regexp_full_match(written, '[0-9]{1,3}')) WHERE day IS NOT NULL "
        "GROUP BY weekday ORDER BY count(*) DESC, weekday"
    ).fetchall()
    rows = sum(count for _, _, count in days)
    if not days or days[0][1] < 2 or days[0][2] < _WEEKLY * rows:
        return habits, []
    weekday, column = days[0][0], case.mapping.columns[field]
    ends = any(word in plain(column) for word in _ENDING)
    moved = middle(weekday, ends=ends)
    if moved is None:
        return habits, []
    code = "weeks_end_on" if ends else "weeks_start_on"
    note = Finding(code, "info", rows=rows, column=column, facts={"weekday": DAYS[weekday - 1]})
    return replace(habits, week_middle=moved), [note]


def _discount(connection: duckdb.DuckDBPyConnection, case: Case, habits: Habits) -> Decision:
    """折扣 0.8 or 8 is what is paid (20 % off), 折扣 0.2 is what is taken off: the rows tell."""
    column = case.mapping.columns.get("discount")
    asked = case.mapping.options.get("discount")
    if column is None or not is_paid_or_off(case):
        return habits, []
    seen = _look(connection, case, habits)
    scale = next((top for top in (1.0, 10.0) if seen["largest"] <= top), 100.0)
    taken = asked or _taken(seen, scale)
    if taken is None:
        if not seen["values"]:
            return habits, []
        refuse(case.staged.path.name, "discount_unclear", column=column)
    notes = [] if asked else [Finding(f"discount_{taken}", "info", column=column)]
    if taken == "off" and scale > 1:
        if seen["parts"]:
            refuse(case.staged.path.name, "share_unclear", column=column)
        habits = replace(habits, percent=habits.percent | {"discount"})
    return replace(habits, paid_of=scale if taken == "paid" else None), notes


def _taken(seen: Mapping[str, float], scale: float) -> str | None:
    """The reading that more rows prove: by price over list price, else by undiscounted rows."""
    if seen["paid"] != seen["off"]:
        return "paid" if seen["paid"] > seen["off"] else "off"
    # Nothing is sold at 100 % off, and nothing is given away at 0 % paid.
    full = seen["fold"] + {1.0: seen["one"], 10.0: seen["ten"], 100.0: seen["hundred"]}[scale]
    if full != seen["zero"]:
        return "paid" if full > seen["zero"] else "off"
    return "paid" if scale == 10.0 and not full else None  # 8.5 is 8.5 折


def _look(connection: duckdb.DuckDBPyConnection, case: Case, habits: Habits) -> dict[str, float]:
    def value(field: str) -> str:
        if field not in case.mapping.columns:
            return "CAST(NULL AS DOUBLE)"
        return grammar.number(f"rtrim({case.raw(field)}, '%折 ')", habits)

    near = f"abs(price / list_price - {{}}) < {_NEAR}"
    paid, off = near.format("share"), near.format("(1 - share)")
    price = value("price") if "price" in case.mapping.columns else "amount / quantity"
    cursor = connection.execute(
        "WITH cells AS ("
        f"SELECT {case.raw('discount')} AS written, {value('discount')} AS value, "
        f"{value('amount')} AS amount, nullif({value('quantity')}, 0) AS quantity, "
        f"{price} AS price, nullif({value('list_price')}, 0) AS list_price FROM {case.relation}"
        "), shares AS (SELECT *, CASE WHEN value <= 1 THEN value WHEN value <= 10 THEN value / 10 "
        "ELSE value / 100 END AS share FROM cells WHERE value IS NOT NULL) "
        "SELECT count(*) AS values, coalesce(max(value), 0) AS largest, "
        "count(*) FILTER (WHERE value = 0) AS zero, count(*) FILTER (WHERE value = 1) AS one, "
        "count(*) FILTER (WHERE value > 0 AND value < 1) AS parts, "
        "count(*) FILTER (WHERE value = 10) AS ten, count(*) FILTER (WHERE value = 100) AS hundred,"
        " count(*) FILTER (WHERE written LIKE '%折') AS fold, "
        f"count(*) FILTER (WHERE {paid} AND NOT {off}) AS paid, "
        f"count(*) FILTER (WHERE {off} AND NOT {paid}) AS off FROM shares"
    )
    names = [str(column[0]) for column in cursor.description or ()]
    (row,) = cursor.fetchall()
    return dict(zip(names, row, strict=True))
