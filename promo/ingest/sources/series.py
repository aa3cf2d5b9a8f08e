"""Wide files: several weeks in one row, one column per week, or price1 ... and units1 ... ."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

FEWEST = 3
"""Columns of one kind from which a header is taken to hold one week each."""

_DAY = r"(?:19|20)[0-9]{2}(?P<sep>[-/.]?)[0-9]{2}(?P=sep)[0-9]{2}"
_PERIOD = re.compile(rf"(?P<stem>.*?)[ _.\-]*(?P<period>{_DAY}|[0-9]{{1,3}}) *周?")
_DIGITS = re.compile(r"[-/.]")


@dataclass(frozen=True)
class Series:
    """How a row may hold several periods: `period` is told by the headers, `fields` by the cells.

    A header that is only a period, or one of `stems` and a period, holds `fields[0]`.
    """

    period: str
    fields: tuple[str, ...]
    stems: tuple[str, ...]


@dataclass(frozen=True)
class Wide:
    """The columns of a wide file: for each field its header by period, in the order of time."""

    columns: Mapping[str, Mapping[str, str]]

    @property
    def periods(self) -> tuple[str, ...]:
        """What the headers say of each period: a number, or a day."""
        return tuple(next(iter(self.columns.values())))

    def days(self, first: date) -> tuple[date, ...]:
        """The day of each period; numbered weeks are counted from `first`, the Monday of week 1."""
        if self.is_numbered:
            numbers = _counted_on([int(period) for period in self.periods])
            return tuple(
                date.fromordinal(first.toordinal() + 7 * (number - 1)) for number in numbers
            )
        found = [date.fromisoformat(period) for period in self.periods]
        if self.moved is None:
            return tuple(found)
        middles = [day.toordinal() + self.moved for day in found]
        return tuple(date.fromordinal(middle - (middle - 1) % 7) for middle in middles)

    @property
    def moved(self) -> int | None:
        """Days from the headers to the middles of their weeks, where those are other ISO weeks."""
        return None if self.opens is None else middle(self.opens + 1)

    @property
    def opens(self) -> int | None:
        """The weekday, Monday 0, on which every one of the weeks begins; None for days."""
        if self.is_numbered:
            return None
        weekdays = {date.fromisoformat(period).weekday() for period in self.periods}
        return weekdays.pop() if len(weekdays) == 1 else None

    @property
    def is_numbered(self) -> bool:
        """Whether the headers count weeks and name no day."""
        return all(len(period) <= 3 for period in self.periods)


def families(
    series: Series, names: Mapping[str, Sequence[str]], header: Sequence[str]
) -> dict[str, dict[str, str]]:
    """Field -> period -> header, for the fields that come in at least `FEWEST` periods.

    Args:
        series: what the source can hold.
        names: the names of each field, in the form that is compared.
        header: of the file.

    >>> units = Series("week", ("units",), ("w",))
    >>> families(units, {"units": ["units"]}, ["id", "W0", "W1", "W2", "MIN", "Normalized 0"])
    {'units': {'0': 'W0', '1': 'W1', '2': 'W2'}}
    """
    stems = dict.fromkeys(series.stems, series.fields[0])
    stems |= {name: field for field in reversed(series.fields) for name in names[field]}
    found: dict[str, dict[str, str]] = {field: {} for field in series.fields}
    for column in header:
        match = _PERIOD.fullmatch(column.strip())
        period = _period(match["period"]) if match else None
        if match is None or period is None:
            continue
        stem = "".join(char for char in match["stem"].casefold() if char.isalnum())
        field = stems.get(stem) if stem else series.fields[0] if len(period) > 3 else None
        if field is not None:
            found[field].setdefault(period, column)
    return {
        field: {period: columns[period] for period in _in_time(list(columns))}
        for field, columns in found.items()
        if len(columns) >= FEWEST and len({len(period) > 3 for period in columns}) == 1
    }


def _in_time(periods: list[str]) -> list[str]:
    """Periods in the order of time: as they stand where weeks run over the end of a year.

    >>> _in_time(["51", "52", "1", "2"]), _in_time(["1", "10", "2"])
    (['51', '52', '1', '2'], ['1', '2', '10'])
    """
    ranked = sorted(periods, key=_rank)
    falls = [
        at for at, (one, other) in enumerate(pairwise(periods), 1) if _rank(one) > _rank(other)
    ]
    if len(falls) == 1:
        (at,) = falls
        turn, last = (periods[at - 1], periods[at]), periods[-1]
        if turn in (("52", "1"), ("53", "1")) and _rank(last) < _rank(periods[0]):
            return periods
    return ranked


def _rank(period: str) -> tuple[int, str]:
    return len(period), period


def _counted_on(numbers: list[int]) -> list[int]:
    """Weeks before week 1 of the next year by their distance to it: 51, 52, 1 are -1, 0, 1."""
    for at, (one, other) in enumerate(pairwise(numbers), 1):
        if other < one:
            return [*(number - one for number in numbers[:at]), *numbers[at:]]
    return numbers


def middle(weekday: int, *, ends: bool = False) -> int | None:
    """Days from the day that names a week to its middle; None where both lie in one ISO week.

    Args:
        weekday: of the named day, Monday 1.
        ends: whether the week ends on that day; else it begins on it.
    """
    days = -3 if ends else 3
    return None if 1 <= weekday + days <= 7 else days


def _period(text: str) -> str | None:
    """A day in ISO form, or a number without leading zeros; None for a day no calendar has."""
    if len(text) <= 3:
        return str(int(text))
    digits = _DIGITS.sub("", text)
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:])).isoformat()
    except ValueError:
        return None


def is_dated(header: Sequence[str]) -> bool:
    """Whether a header names some columns and then rising days: weeks side by side, no values."""
    days = [_period(name) for name in header if re.fullmatch(_DAY, name)]
    rising = [day for day in days if day is not None]
    return len(rising) >= FEWEST and rising == sorted(set(rising)) and len(rising) == len(days)
