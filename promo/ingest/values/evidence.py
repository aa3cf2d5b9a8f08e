# ruff: noqa: S608 # SQL is made of our own names, escaped headers and escaped paths only
"""What a file itself says about the things that can be written in two ways; the rest is asked."""

import dataclasses
from collections import Counter
from collections.abc import Callable, Container, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import groupby

import duckdb

from promo.domain import FIRST_WEEK, Finding
from promo.ingest.engine import name, text
from promo.ingest.records.columns import BLANKS, Columns
from promo.ingest.records.reader import Staged
from promo.ingest.refusal import Unreadable, refuse
from promo.ingest.sources import Source
from promo.ingest.sources.source import Grammar, plain
from promo.ingest.values import grammar, times
from promo.ingest.values.habits import Habits, fits
from promo.ingest.values.mapping import FileMapping

_STRAY = 0.05  # one share above 1 beside twenty below is a slip and no other way to write

Counts = Counter[str]


@dataclass(frozen=True)
class Case:
    """One file with the mapping under which it is read.

    `signs` are the currency signs that stand in every row of a field and are read past.
    """

    staged: Staged
    columns: Columns
    source: Source
    mapping: FileMapping
    signs: Mapping[str, str] = dataclasses.field(default_factory=dict)

    def raw(self, field: str) -> str:
        """SQL of a field's trimmed text, NULL when empty."""
        at = self.position(field)
        if sign := self.signs.get(field):
            return f"nullif(trim(replace(c{at}, {text(sign)}, ''), {BLANKS}), '')"
        return self.columns.trimmed(at)

    def position(self, field: str) -> int:
        """Where in a record a field is."""
        return self.staged.layout.columns.index(self.mapping.columns[field])

    def header(self, field: str) -> str:
        """The column a field comes from; a derived one may come from its alternative."""
        derived = field in (self.source.derived or {})
        others = [
            one for group in self.source.one_of if derived and field in group for one in group
        ]
        found = (self.mapping.columns.get(one) for one in (field, *others))
        return next((column for column in found if column), field)

    @property
    def relation(self) -> str:
        """SQL that reads the staged records."""
        return self.columns.relation

    def of_kind(self, *kinds: str) -> list[str]:
        """The mapped fields of those kinds."""
        fields = self.source.fields
        return [f.name for f in fields if f.kind in kinds and f.name in self.mapping.columns]


def weigh(connection: duckdb.DuckDBPyConnection, case: Case) -> tuple[Habits, list[Finding]]:
    """Decide how the file writes dates and numbers, by its options first and its rows second.

    Raises:
        Unreadable: two readings are possible and the rows do not decide; the finding asks.
    """
    seen = _count(connection, case)
    file = case.staged.path.name
    habits = _declared(case)
    found: list[Finding] = []
    for decide in _DECISIONS:
        habits, notes = decide(seen, case, habits, file)
        found += notes
    return habits, found


def lean(connection: duckdb.DuckDBPyConnection, case: Case) -> tuple[Habits, Counter[str]]:
    """The habits as far as the rows decide them, and what was counted; nothing is refused."""
    seen = _count(connection, case)
    habits = _declared(case)
    for decide in _DECISIONS:
        with suppress(Unreadable):
            habits, _ = decide(seen, case, habits, "")
    return habits, seen


def _declared(case: Case) -> Habits:
    options = case.mapping.options
    return Habits(
        first_week=_first_week(options), traits=case.staged.traits, zone=options.get("zone")
    )


def _first_week(options: Mapping[str, str]) -> str:
    day = date.fromisoformat(options.get("first_week", FIRST_WEEK))
    return (day - timedelta(days=day.weekday())).isoformat()


def _count(connection: duckdb.DuckDBPyConnection, case: Case) -> Counter[str]:
    """In how many rows each field is written in each way."""
    unusual = {
        field: odd(case.raw(field)) for kinds, odd in _ODD.items() for field in case.of_kind(*kinds)
    }
    if not unusual:
        return Counter()
    # Most texts are written in the usual way: of those little is asked, and the rest are few.
    some = [f"coalesce(bool_or({odd}), false)" for odd in unusual.values()]
    usual = dict(_usual_tests(case, unusual))
    asked = ", ".join([*some, *map(_rows, usual.values())])
    (row,) = connection.execute(f"SELECT {asked} FROM {case.relation}").fetchall()
    found, counts = row[: len(some)], row[len(some) :]
    seen = Counter(dict(zip(usual, counts, strict=True)))
    pairs = zip(unusual.items(), found, strict=True)
    doubtful = {field: odd for (field, odd), any_odd in pairs if any_odd}
    if doubtful:
        tests = dict(_odd_tests(case, doubtful))
        texts = ", ".join(
            f"CASE WHEN {odd} THEN {case.raw(field)} END AS {name(field)}"
            for field, odd in doubtful.items()
        )
        odd_rows = f"SELECT {texts} FROM {case.relation} WHERE {' OR '.join(doubtful.values())}"
        query = f"SELECT {', '.join(map(_rows, tests.values()))} FROM ({odd_rows})"
        (row,) = connection.execute(query).fetchall()
        seen.update(dict(zip(tests, row, strict=True)))
    return seen


def _rows(test: str) -> str:
    return f"count(*) FILTER (WHERE {test})"


_USUAL_TIME = r"[0-9]{4}-[0-9]{2}-[0-9]{2}([ T][0-9:.]+)?"
_USUAL_NUMBER = r"-?[0-9]+(\.([0-9]{1,2}|[0-9]{4,}))?"
_NUMBERS: tuple[Grammar, ...] = ("number", "share", "count", "tally")
_ODD: Mapping[tuple[Grammar, ...], Callable[[str], str]] = {
    ("time", "week"): lambda raw: f"NOT {fits(raw, _USUAL_TIME)}",
    _NUMBERS: lambda raw: f"NOT {fits(raw, _USUAL_NUMBER)}",
    ("id",): lambda raw: f"contains({raw}, '.')",
}
"""SQL that a text is not written as most files write it; what is may not be read in two ways."""


def _usual_tests(case: Case, unusual: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """What is asked of texts written in the usual way, and of shares and ids in any."""
    for field in case.of_kind("time", "week"):
        yield f"local:{field}", f"contains({case.raw(field)}, ':') AND NOT {unusual[field]}"
    for field in case.of_kind(*_NUMBERS):
        yield f"whole:{field}", f"contains({case.raw(field)}, '.') AND NOT {unusual[field]}"
    for field in case.of_kind("share"):
        share = f"try_cast(replace({case.raw(field)}, ',', '.') AS DOUBLE)"
        yield f"parts:{field}", f"{share} > 0 AND {share} < 1"
        yield f"percents:{field}", f"{share} > 1 AND {share} <= 100"
    for field in case.of_kind("id"):
        yield f"ids:{field}", f"{case.raw(field)} IS NOT NULL"


def _odd_tests(case: Case, doubtful: Container[str]) -> Iterator[tuple[str, str]]:
    """What is asked of the other texts of these fields."""

    def of_kind(*kinds: str) -> list[tuple[str, str]]:
        return [(field, name(field)) for field in case.of_kind(*kinds) if field in doubtful]

    for field, odd in of_kind("time", "week"):
        slashed = f"({fits(odd, times.SLASHED)} OR {fits(odd, times.SHORT)})"
        first = f"try_cast(regexp_extract({odd}, '^[0-9]+') AS INTEGER)"
        second = f"try_cast(regexp_extract({odd}, '^[0-9]+.([0-9]+)', 1) AS INTEGER)"
        yield f"slashed:{field}", slashed
        yield f"day_first:{field}", f"{slashed} AND {first} > 12 AND {second} <= 12"
        yield f"month_first:{field}", f"{slashed} AND {second} > 12 AND {first} <= 12"
        for unit in times.EPOCHS:
            yield f"{unit}:{field}", fits(odd, times.counted(unit))
        zoned, utc = fits(odd, times.ZONED), fits(odd, times.UTC)
        yield f"zoned:{field}", zoned
        yield f"utc:{field}", utc
        yield f"local:{field}", f"contains({odd}, ':') AND NOT ({zoned} OR {utc})"
    for field, odd in of_kind("week"):
        yield f"numbered:{field}", fits(odd, "[0-9]{1,3}")
    for field, odd in of_kind(*_NUMBERS):
        yield f"comma:{field}", fits(odd, grammar.COMMA_PROOF)
        yield f"unclear:{field}", fits(odd, grammar.COMMA_ONLY)
        yield f"dotted:{field}", fits(odd, grammar.POINT_ONLY)
        yield f"grouped:{field}", fits(odd, grammar.GROUPED)
        yield f"whole:{field}", fits(odd, grammar.POINT_PROOF)
    for field, odd in of_kind("id"):
        yield f"float:{field}", fits(odd, r"[0-9]+\.0")


def _sum(seen: Counts, key: str) -> int:
    return sum(count for label, count in seen.items() if label.startswith(f"{key}:"))


def _header(seen: Counts, case: Case, key: str) -> str:
    field = next(label for label, count in seen.items() if label.startswith(f"{key}:") and count)
    return case.mapping.columns[field.split(":")[1]]


Decision = tuple[Habits, list[Finding]]
Decide = Callable[[Counts, Case, Habits, str], Decision]


def _day_first(seen: Counts, case: Case, habits: Habits, file: str) -> Decision:
    if not _sum(seen, "slashed"):
        return habits, []
    column = _header(seen, case, "slashed")
    day, month = _sum(seen, "day_first"), _sum(seen, "month_first")
    asked = case.mapping.options.get("day_first")
    if asked is None and day == month:
        refuse(file, "day_or_month_first", column=column)
    chosen = asked == "true" if asked else day > month
    findings = [Finding("day_first" if chosen else "month_first", "info", column=column)]
    if against := month if chosen else day:
        findings.append(Finding("day_month_mixed", "warning", rows=against, column=column))
    return replace(habits, day_first=chosen), findings


def _decimal(seen: Counts, case: Case, habits: Habits, file: str) -> Decision:
    comma, point = _sum(seen, "comma"), _sum(seen, "whole")
    unclear, dotted = _sum(seen, "unclear"), _sum(seen, "dotted")
    asked = case.mapping.options.get("decimal")
    if asked:
        return replace(habits, decimal=asked, thousands=True), []
    if comma and point:
        refuse(file, "decimal_mixed", column=_header(seen, case, "comma"))
    if comma:
        level = "info" if case.staged.layout.delimiter != "," else "warning"
        column = _header(seen, case, "comma")
        return replace(habits, decimal="comma", thousands=True), [
            Finding("decimal_comma", level, rows=comma, column=column)  # type: ignore[arg-type] # both are levels
        ]
    if (unclear or dotted) and not point:
        column = _header(seen, case, "unclear" if unclear else "dotted")
        refuse(file, "decimal_unclear", column=column)
    if rows := unclear + _sum(seen, "grouped"):
        column = _header(seen, case, "unclear" if unclear else "grouped")
        note = Finding("thousands_comma", "warning", rows=rows, column=column)
        return replace(habits, thousands=bool(unclear)), [note]
    return habits, []


def _epoch(seen: Counts, case: Case, habits: Habits, file: str) -> Decision:
    if asked := case.mapping.options.get("epoch"):
        return replace(habits, epoch=asked), []
    counts = {unit: _sum(seen, unit) for unit in times.EPOCHS}
    if not any(counts.values()):
        return habits, []
    unit = max(counts, key=lambda key: counts[key])
    column = _header(seen, case, unit)
    if list(counts.values()).count(counts[unit]) > 1:
        refuse(file, "epoch_mixed", column=column)
    note = Finding("epoch", "warning", rows=counts[unit], column=column, facts={"unit": unit})
    return replace(habits, epoch=unit), [note]


def _weeks(seen: Counts, case: Case, habits: Habits, _file: str) -> Decision:
    rows = _sum(seen, "numbered")
    if not rows or "first_week" in case.mapping.options:
        return habits, []
    column = _header(seen, case, "numbered")
    facts = {"first_week": habits.first_week}
    return habits, [Finding("weeks_numbered", "warning", column=column, facts=facts)]


def _zones(seen: Counts, case: Case, habits: Habits, _file: str) -> Decision:
    if "zone" in case.mapping.options:
        return habits, []
    notes = []
    if rows := _sum(seen, "zoned"):
        column = _header(seen, case, "zoned")
        notes.append(Finding("time_zone_offset", "warning", rows=rows, column=column))
    for field in case.of_kind("time", "week"):
        moments = sum(seen[f"{key}:{field}"] for key in ("zoned", "utc", *times.EPOCHS))
        if moments and (rows := seen[f"local:{field}"]):
            column = case.mapping.columns[field]
            notes.append(Finding("time_zone_mixed", "warning", rows=rows, column=column))
    return habits, notes


def _percents(seen: Counts, case: Case, habits: Habits, file: str) -> Decision:
    """20 is a fifth where no row of the column writes a fifth as 0.2."""
    percent: list[str] = []
    notes = []
    # Weeks side by side are one column: display@3 writes a fifth as display@7 does.
    for _, members in groupby(case.of_kind("share"), lambda field: field.partition("@")[0]):
        fields = list(members)
        above, parts = (
            {field: seen[f"{key}:{field}"] for field in fields} for key in ("percents", "parts")
        )
        # What 折 means is asked of the rows in its own way.
        if not any(above.values()) or (fields == ["discount"] and is_paid_or_off(case)):
            continue
        column = case.mapping.columns[max(fields, key=lambda field: above[field])]
        rows, others = sum(above.values()), sum(parts.values())
        if rows > _STRAY * others and others:
            refuse(file, "share_unclear", column=column)
        if not others:
            percent += fields
            notes.append(Finding("share_percent", "info", rows=rows, column=column))
    return replace(habits, percent=frozenset(percent)), notes


def is_paid_or_off(case: Case) -> bool:
    """Whether its discounts may be what is paid as well as what is taken off."""
    column = case.mapping.columns.get("discount", "")
    return "discount" in case.mapping.options or "折" in plain(column)


def _float_ids(seen: Counts, case: Case, habits: Habits, _file: str) -> Decision:
    """`17850.0` in every row is how a spreadsheet writes the id 17850 beside empty cells."""
    fields = [
        field
        for field in case.of_kind("id")
        if seen[f"ids:{field}"] and seen[f"ids:{field}"] == seen[f"float:{field}"]
    ]
    notes = [Finding("ids_point_zero", "info", column=case.mapping.columns[f]) for f in fields]
    return replace(habits, drop_point_zero=frozenset(fields)), notes


_DECISIONS: tuple[Decide, ...] = (
    _day_first, _decimal, _epoch, _weeks, _zones, _percents, _float_ids,
)  # fmt: skip
