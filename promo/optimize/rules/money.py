"""Rules about money: how much may be given away, and what must be earned."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from promo.optimize.arrays import MEASURES, Floats, Ints, Table, repeated
from promo.optimize.rules.base import Rule, Where, holds, place_of, promoted
from promo.optimize.terms import Shared, Shut, Term, one

CHANNELS = {
    "percent": "shop", "flash": "shop", "bundle": "shop", "gift": "shop",
    "spend_and_save": "checkout", "member": "account", "points": "account", "coupon": "message",
}  # fmt: skip
"""Where a customer meets each mechanic."""


@dataclass(frozen=True)
class Budget(Rule):
    """No more money than `total` is given away."""

    total: float = holds("money")
    code: ClassVar[str] = "budget"
    amount: ClassVar[str] = "total"

    def says(self, table: Table) -> Iterator[Term]:
        """One row over everything."""
        yield one(self.code, table.everything, table.column["cost"], self.total)


@dataclass(frozen=True)
class CategoryBudget(Rule):
    """No more money than `total` is given away in one category."""

    category: str = holds("category")
    total: float = holds("money")
    code: ClassVar[str] = "category_budget"
    amount: ClassVar[str] = "total"

    def says(self, table: Table) -> Iterator[Term]:
        """One row over the options of the category."""
        at = table.category_rows[place_of("category", self.category, table.categories)]
        cost = table.column["cost"][at]
        yield one(self.code, at, cost, self.total, scope=self.category)


@dataclass(frozen=True)
class WeekBudget(Rule):
    """No more money than `total` is given away in any one week.

    A promotion of several weeks gives its money away evenly over them.
    """

    total: float = holds("money")
    code: ClassVar[str] = "week_budget"
    amount: ClassVar[str] = "total"

    def says(self, table: Table) -> Iterator[Term]:
        """One row per week."""
        at, week = spread(table)
        weight = table.column["cost"][at] / (table.last - table.first + 1)[at]
        limit = np.full(table.weeks, float(self.total))
        names = [table.week_name(number) for number in range(table.weeks)]
        yield Shared(self.code, names, week, at, weight, limit)


@dataclass(frozen=True)
class ChannelBudget(Rule):
    """No more money than `total` is given away through one channel."""

    channel: str = holds("channel")
    total: float = holds("money")
    code: ClassVar[str] = "channel_budget"
    amount: ClassVar[str] = "total"

    def says(self, table: Table) -> Iterator[Term]:
        """One row over the options that are met there."""
        place_of("channel", self.channel, sorted(set(CHANNELS.values())))
        met = [CHANNELS.get(name) == self.channel for name in table.mechanics]
        at = np.flatnonzero(np.array(met, dtype=bool)[table.mechanic])
        cost = table.column["cost"][at]
        yield one(self.code, at, cost, self.total, scope=self.channel)


@dataclass(frozen=True)
class MarginFloor(Rule):
    """Profit is at least `share` of revenue over the whole plan.

    profit / revenue >= share is not linear; profit - share * revenue >= 0 is the same rule.
    """

    share: float = holds("share")
    code: ClassVar[str] = "margin_floor"
    amount: ClassVar[str] = "share"
    up: ClassVar[bool] = False

    def says(self, table: Table) -> Iterator[Term]:
        """One row over everything."""
        column = table.column
        yield one(
            self.code, table.everything, column["profit"], self.share, least=True,
            over=column["revenue"],
        )  # fmt: skip


@dataclass(frozen=True)
class ProductMargin(Where):
    """No product is promoted at less than `share` of its price as margin.

    What is paid on average while the promotion runs counts, and what an item costs less what a
    supplier pays of the discount; neither the weeks around it nor other products do.
    """

    share: float = holds("share")
    code: ClassVar[str] = "product_margin"
    amount: ClassVar[str] = "share"
    up: ClassVar[bool] = False

    def says(self, table: Table) -> Iterator[Term]:
        """Shuts every option whose items keep less than that of their price."""
        price, cost = table.column["price"], table.options.rows["unit_cost"].to_numpy()
        thin = price - cost < (self.share - 1e-9) * price
        yield Shut(thin & promoted(table) & self.inside(table)[table.owner])


@dataclass(frozen=True)
class Target(Rule):
    """The whole plan reaches at least so much of one measure; money, items or customers."""

    measure: str = holds("measure")
    reach: float = holds("amount")
    code: ClassVar[str] = "target"
    amount: ClassVar[str] = "reach"
    up: ClassVar[bool] = False

    def says(self, table: Table) -> Iterator[Term]:
        """One row over everything."""
        place_of("measure", self.measure, list(MEASURES))
        weight: Floats = table.column[self.measure]
        yield one(self.code, table.everything, weight, self.reach, scope=self.measure, least=True)


def spread(table: Table) -> tuple[Ints, Ints]:
    """Every promoted option once per week that it runs: option rows and weeks."""
    at = np.flatnonzero(table.column["discount"] > 0)
    of, turn = repeated((table.last - table.first + 1)[at])
    return at[of], table.first[at[of]] + turn
