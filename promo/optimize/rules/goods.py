"""Rules about goods: what stock allows, and what must be sold of it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from promo.optimize.arrays import Floats, Table, kept
from promo.optimize.rules.base import Rule, Where, holds
from promo.optimize.terms import Alone, Shared, Term


@dataclass(frozen=True)
class Stock(Rule):
    """A promotion never makes more items be asked for than `share` of what is on hand.

    A product that would sell out without any promotion is not promoted; it sells what there is.
    Its limit therefore caps what promotions add, at zero when base sales alone exceed the stock.
    """

    share: float = holds("amount", 1.0)
    code: ClassVar[str] = "stock"
    amount: ClassVar[str] = "share"

    def held(self, table: Table) -> Floats:
        """Items that may be sold, per product; infinite where the stock is not known."""
        return kept(table.held, self.share)

    def says(self, table: Table) -> Iterator[Term]:
        """Items that promotions may add, per product."""
        yield Alone("room", np.maximum(self.held(table) - table.base("demand"), 0.0))


@dataclass(frozen=True)
class SellThrough(Where):
    """At least `share` of the stock of each of these products is sold by the end of the plan."""

    share: float = holds("share")
    code: ClassVar[str] = "sell_through"
    amount: ClassVar[str] = "share"
    up: ClassVar[bool] = False

    def says(self, table: Table) -> Iterator[Term]:
        """One row per product whose stock is known."""
        held = table.held
        asked = np.flatnonzero(self.inside(table) & np.isfinite(held) & (held > 0))
        row_of = np.full(len(held), -1)
        row_of[asked] = np.arange(len(asked))
        at = np.flatnonzero(row_of[table.owner] >= 0)
        scopes = [table.products[number] for number in asked.tolist()]
        row, weight = row_of[table.owner[at]], table.column["units"][at]
        yield Shared(self.code, scopes, row, at, weight, self.share * held[asked], least=True)
