# ruff: noqa: S608 # SQL is made of our own names, escaped headers and escaped paths only
"""Which guesses about a file change its numbers, shown on its own first rows."""

from collections import Counter
from collections.abc import Iterator
from contextlib import suppress

import duckdb

from promo.ingest.engine import text
from promo.ingest.records.encoding import ENCODINGS
from promo.ingest.refusal import Unreadable
from promo.ingest.sources.source import Grammar
from promo.ingest.values import grammar, times
from promo.ingest.values.conventions import agree
from promo.ingest.values.evidence import Case, is_paid_or_off, lean
from promo.ingest.values.grammar import reading
from promo.ingest.values.habits import Habits
from promo.ingest.values.mapping import OPTIONS
from promo.ingest.values.questions import EXAMPLES, Question

_NUMBERS = ("number", "share", "count", "tally")


def ask(connection: duckdb.DuckDBPyConnection, case: Case) -> tuple[Question, ...]:
    """What is to be asked about a file of which the first rows are staged."""
    habits, seen = lean(connection, case)
    meant = ""
    with suppress(Unreadable):
        habits, _ = agree(connection, case, habits)
        meant = "off" if habits.paid_of is None else "paid"
    look = _Look(connection, case, habits, seen)
    asked = (*_encoding(look), *_times(look), *_numbers(look), *_discount(look, meant))
    return tuple(one for one in asked if one.option not in case.mapping.options)


class _Look:
    """The first rows of a file, what was counted in them and how they would be read."""

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        case: Case,
        habits: Habits,
        seen: Counter[str],
    ) -> None:
        self._connection, self.case, self.habits, self._seen = connection, case, habits, seen

    def count(self, field: str, *keys: str) -> int:
        """In how many rows a field is written in one of these ways."""
        return sum(self._seen[f"{key}:{field}"] for key in keys)

    def question(
        self, option: str, guess: str, field: str, pattern: str, *, decided: bool
    ) -> Question:
        """A question with up to three values that fit the pattern, as the guess reads them."""
        kind = self.case.source.field(field).kind
        cells = self._cells(field, pattern, kind)
        examples = tuple((cell, value if guess else "") for cell, value in cells)
        column = self.case.mapping.columns[field]
        return Question(option, guess, OPTIONS[option], column, examples, decided)

    def _cells(self, field: str, pattern: str, kind: Grammar) -> list[tuple[str, str]]:
        if field == "discount" and self.habits.paid_of is not None:
            kind = "paid"
        elif field in self.habits.percent:
            kind = "percent"
        one = reading(kind, "written", "parsed", self.habits)
        found = self._connection.execute(
            f"SELECT written, CAST({one.value} AS VARCHAR) FROM (SELECT *, {one.parsed} AS parsed "
            f"FROM (SELECT DISTINCT written FROM (SELECT {self.case.raw(field)} AS written "
            f"FROM {self.case.relation}) WHERE regexp_full_match(written, {text(pattern)}) "
            f"ORDER BY written LIMIT {EXAMPLES}))"
        ).fetchall()
        return [(str(written), _said(value, kind)) for written, value in found]


def _said(value: str | None, kind: Grammar) -> str:
    """A value in a form that every language reads."""
    if value is None:
        return ""
    if kind in ("share", "paid", "percent"):
        return f"{100 * float(value):g} %"
    return value.removesuffix(" 00:00:00").removesuffix(".0")


def _encoding(look: _Look) -> Iterator[Question]:
    """The letters as they would look in UTF-8, and as they were read."""
    layout = look.case.staged.layout
    if layout.encoding.guessed:
        lines = look.case.staged.csv.read_bytes().decode("utf-8").splitlines()
        cells = (cell for line in lines for cell in line.split(layout.delimiter))
        odd = list(dict.fromkeys(cell for cell in cells if not cell.isascii()))[:EXAMPLES]
        codec = layout.encoding.name
        examples = tuple(
            (cell.encode(codec, "replace").decode("utf-8", "replace"), cell) for cell in odd
        )
        yield Question("encoding", codec, ENCODINGS, "", examples)


def _times(look: _Look) -> Iterator[Question]:
    habits = look.habits
    slashed = f"{times.SLASHED}|{times.SHORT}"
    for field in look.case.of_kind("time", "week"):
        if look.count(field, "slashed"):
            decided = habits.day_first is not None and "day_first" not in look.case.mapping.options
            guess = str(habits.day_first).lower() if habits.day_first is not None else ""
            yield look.question("day_first", guess, field, slashed, decided=decided)
        units = [unit for unit in times.EPOCHS if look.count(field, unit)]
        if units:
            shape = "|".join(map(times.counted, units))
            decided = len(units) == 1
            yield look.question("epoch", habits.epoch or "", field, shape, decided=decided)
        if units or look.count(field, "zoned", "utc"):
            guess = habits.zone or OPTIONS["zone"][0]
            yield look.question("zone", guess, field, times.INSTANT, decided=False)
    for field in look.case.of_kind("week"):
        if look.count(field, "numbered"):  # no date is guessed: numbers do without one
            column = look.case.mapping.columns[field]
            yield Question("first_week", "", OPTIONS["first_week"], column, optional=True)


def _numbers(look: _Look) -> Iterator[Question]:
    either = f"{grammar.COMMA_PROOF}|{grammar.COMMA_ONLY}|{grammar.GROUPED}|{grammar.POINT_ONLY}"
    fields = look.case.of_kind(*_NUMBERS)
    comma = sum(look.count(field, "comma") for field in fields)
    point = sum(look.count(field, "whole") for field in fields)
    decided = bool(comma) != bool(point)
    for field in fields:
        # Beside 4.50 nobody doubts that 1.234 is a fraction.
        doubts = ("comma", "unclear", "grouped", *["dotted"] * (not point))
        if look.count(field, *doubts):
            guess = look.habits.decimal if decided else ""
            yield look.question("decimal", guess, field, either, decided=decided)


def _discount(look: _Look, meant: str) -> Iterator[Question]:
    if "discount" in look.case.mapping.columns and is_paid_or_off(look.case):
        yield look.question("discount", meant, "discount", ".+", decided=bool(meant))
