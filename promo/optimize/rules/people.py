"""Rules about who is served: shares of the money, and how often anybody is written to."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from promo.optimize.arrays import Table
from promo.optimize.rules.base import Rule, holds, place_of
from promo.optimize.rules.money import CHANNELS, spread
from promo.optimize.terms import Shared, Term, one

CONTACTS = ("message", "account")
"""Channels that reach a customer personally."""


@dataclass(frozen=True)
class SegmentLeast(Rule):
    """At least `share` of the money given away goes to one segment."""

    segment: str = holds("segment")
    share: float = holds("share")
    code: ClassVar[str] = "segment_least"
    amount: ClassVar[str] = "share"
    up: ClassVar[bool] = False

    def says(self, table: Table) -> Iterator[Term]:
        """One row over everything."""
        yield _part(table, self.code, self.segment, self.share, least=True)


@dataclass(frozen=True)
class SegmentMost(Rule):
    """At most `share` of the money given away goes to one segment."""

    segment: str = holds("segment")
    share: float = holds("share")
    code: ClassVar[str] = "segment_most"
    amount: ClassVar[str] = "share"

    def says(self, table: Table) -> Iterator[Term]:
        """One row over everything."""
        yield _part(table, self.code, self.segment, self.share, least=False)


@dataclass(frozen=True)
class ContactLimit(Rule):
    """Nobody is written to about more than `count` products in one week."""

    count: int = holds("count")
    code: ClassVar[str] = "contact_limit"
    amount: ClassVar[str] = "count"

    def says(self, table: Table) -> Iterator[Term]:
        """One row per segment and week, over promotions told by message or in the account."""
        at, week = spread(table)
        told = np.array([CHANNELS.get(name) in CONTACTS for name in table.mechanics], dtype=bool)
        keep = told[table.mechanic[at]]
        at, week = at[keep], week[keep]
        row = table.segment[table.line[at]] * table.weeks + week
        scopes = [
            f"{name} {table.week_name(number)}"
            for name in table.segments
            for number in range(table.weeks)
        ]
        limit = np.full(len(scopes), float(self.count))
        yield Shared(self.code, scopes, row, at, np.ones(len(at)), limit)


def _part(table: Table, code: str, segment: str, share: float, *, least: bool) -> Shared:
    mine = table.segment == place_of("segment", segment, table.segments)
    cost = table.column["cost"]
    inside = np.where(mine[table.line], cost, 0.0)
    return one(code, table.everything, inside, share, scope=segment, least=least, over=cost)
