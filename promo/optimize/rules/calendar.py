"""Rules about time: when, how long and how often a product may be promoted."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd

from promo.errors import BadRequest
from promo.optimize.arrays import WEEK, Ints, Table, repeated
from promo.optimize.rules.base import Where, holds, promoted
from promo.optimize.terms import Alone, Shared, Shut, Term


@dataclass(frozen=True)
class MostPromoted(Where):
    """In no week are more than `count` products of a category promoted, in whichever segments.

    With `together` that many in the whole shop, or of the brand that is named.
    """

    count: int = holds("count")
    together: bool = holds("flag", False)
    code: ClassVar[str] = "most_promoted"
    amount: ClassVar[str] = "count"

    def says(self, table: Table) -> Iterator[Term]:
        """One row per category and week; a product counts once."""
        yield slots(table, self)


@dataclass(frozen=True)
class MostPromotions(Where):
    """No product is promoted more than `count` times."""

    count: int = holds("count")
    code: ClassVar[str] = "most_promotions"
    amount: ClassVar[str] = "count"

    def says(self, table: Table) -> Iterator[Term]:
        """A count per product."""
        yield Alone("most", np.where(self.inside(table), float(self.count), np.inf))


@dataclass(frozen=True)
class Gap(Where):
    """Between two promotions of a product lie at least `weeks` weeks without one."""

    weeks: int = holds("weeks")
    code: ClassVar[str] = "gap"
    amount: ClassVar[str] = "weeks"
    up: ClassVar[bool] = False

    def says(self, table: Table) -> Iterator[Term]:
        """Weeks per product."""
        yield Alone("gap", np.where(self.inside(table), float(self.weeks), 0.0))


@dataclass(frozen=True)
class Length(Where):
    """A promotion runs for at least `least` and at most `most` weeks."""

    least: int = holds("weeks", 1)
    most: int = holds("weeks", 52)
    code: ClassVar[str] = "length"

    def says(self, table: Table) -> Iterator[Term]:
        """Shuts shorter and longer ones."""
        length = table.last - table.first + 1
        wrong = (length < self.least) | (length > self.most)
        yield Shut(wrong & promoted(table) & self.inside(table)[table.owner])


@dataclass(frozen=True)
class Dates(Where):
    """Promotions begin no earlier than one week and end no later than another."""

    first: str | None = holds("first", None)
    last: str | None = holds("last", None)
    code: ClassVar[str] = "dates"

    def says(self, table: Table) -> Iterator[Term]:
        """Shuts everything that begins before or ends after."""
        begin = 0 if self.first is None else week_at(table, self.first)
        end = table.weeks - 1 if self.last is None else week_at(table, self.last)
        outside = (table.first < begin) | (table.last > end)
        yield Shut(outside & promoted(table) & self.inside(table)[table.owner])


@dataclass(frozen=True)
class NoTouch(Where):
    """In one week, or from it to another, nothing is promoted."""

    first: str = holds("first")
    last: str | None = holds("last", None)
    code: ClassVar[str] = "no_touch"

    def says(self, table: Table) -> Iterator[Term]:
        """Shuts everything that touches those weeks."""
        begin = week_at(table, self.first)
        end = week_at(table, self.last or self.first)
        touches = (table.first <= end) & (table.last >= begin)
        yield Shut(touches & promoted(table) & self.inside(table)[table.owner])


def week_at(table: Table, day: str) -> int:
    """The week of a day, counted from the first week of the plan; may lie outside of it.

    Raises:
        BadRequest: it is not a date.
    """
    try:
        found = pd.Timestamp(day)
    except ValueError:
        raise BadRequest(field="week", value=day, must="date") from None
    return int((found - table.options.start).to_timedelta64() // WEEK)


def slots(table: Table, rule: MostPromoted) -> Shared:
    """Products promoted per category and week, of those that a rule is about."""
    at, week = running(table)
    owner = table.owner[table.switch_row[at]]
    mine = rule.inside(table)[owner]
    at, week, owner = at[mine], week[mine], owner[mine]
    place = np.zeros(len(owner), dtype=np.int64) if rule.together else table.category[owner]
    kinds, kept = np.unique(place, return_inverse=True)
    names = [rule.scope] if rule.together else [table.categories[k] for k in kinds.tolist()]
    weeks = week_names(table)
    scopes = [f"{name} {day}".strip() for name in names for day in weeks]
    row, limit = kept * len(weeks) + week, np.full(len(scopes), float(rule.count))
    return Shared(rule.code, scopes, row, at, np.ones(len(at)), limit, counts=True)


def week_names(table: Table) -> list[str]:
    """What the weeks of a calendar are called; one without a name where all run all the time."""
    return [""] if table.alike else [table.week_name(week) for week in range(table.weeks)]


def running(table: Table) -> tuple[Ints, Ints]:
    """Every promoted switch once per week that it runs: switches and weeks."""
    row = table.switch_row
    on = np.bincount(table.switch[promoted(table)], minlength=len(row)) > 0
    at = np.flatnonzero(on)
    if table.alike:
        return at, np.zeros(len(at), dtype=np.int64)
    of, turn = repeated((table.last - table.first + 1)[row[at]])
    return at[of], table.first[row[at[of]]] + turn
