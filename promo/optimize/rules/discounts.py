"""Rules about how deep a discount may be."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np

from promo.optimize.arrays import Table
from promo.optimize.rules.base import SLACK, Rule, Where, holds
from promo.optimize.terms import Alone, Shut, Term

DAYS = 30
"""Days over which the lowest price counts (Directive 98/6/EC, article 6a)."""


@dataclass(frozen=True)
class MinDiscount(Where):
    """A discount is either nothing or at least `share` of the list price."""

    share: float = holds("share")
    code: ClassVar[str] = "min_discount"
    amount: ClassVar[str] = "share"
    up: ClassVar[bool] = False

    def says(self, table: Table) -> Iterator[Term]:
        """Shuts every shallower discount."""
        discount = table.column["discount"]
        shallow = (discount > 0) & (discount < self.share - SLACK)
        yield Shut(shallow & self.inside(table)[table.owner])


@dataclass(frozen=True)
class MaxDiscount(Where):
    """No discount is deeper than `share` of the list price."""

    share: float = holds("share")
    code: ClassVar[str] = "max_discount"
    amount: ClassVar[str] = "share"

    def says(self, table: Table) -> Iterator[Term]:
        """Shuts every deeper discount."""
        deep = table.column["discount"] > self.share + SLACK
        yield Shut(deep & self.inside(table)[table.owner], above=True)


@dataclass(frozen=True)
class LowestPrice(Rule):
    """A price is called reduced only when it is below every price of the 30 days before.

    `seen` are the lowest prices of the last 30 days before the plan, money per item. Between two
    promotions of one product lie 30 days, so that no promotion is measured by the one before.
    """

    seen: Mapping[str, float] = field(default_factory=dict, metadata={"kind": "products"})
    code: ClassVar[str] = "lowest_price"

    def says(self, table: Table) -> Iterator[Term]:
        """Shuts prices that are no reduction, and keeps 30 days between promotions."""
        lowest = np.array([self.seen.get(name, np.inf) for name in table.products])
        soon = table.first * 7 < DAYS
        no_less = table.column["price"] >= lowest[table.owner] - SLACK
        yield Shut(np.asarray(soon & no_less & (table.column["discount"] > 0)))
        yield Alone("gap", np.full(len(lowest), float(-(-DAYS // 7))))
