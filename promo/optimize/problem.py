"""The mathematics of a plan: nested choices, what they share, and what each product keeps alone.

A *level* is one way to promote one product in one segment during one period. Levels of one *group*
(product, segment, period) exclude each other. A *switch* (product, period) is on when a level of
one of its groups is chosen; switches of one product keep their distance in time. Everything that
ties products together is a shared row over levels and switches.
"""

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from promo.domain import Status
from promo.optimize.arrays import Flags, Floats, Ints, totals


@dataclass(frozen=True, eq=False)
class Entries:
    """A sparse matrix by column: column c weighs `weight[start[c]:start[c + 1]]` in those rows."""

    start: Ints
    row: Ints
    weight: Floats

    @classmethod
    def of(cls, columns: int, column: Ints, row: Ints, weight: Floats) -> "Entries":
        """Entries given in any order."""
        order = np.lexsort((row, column))
        start = np.searchsorted(column[order], np.arange(columns + 1))
        return cls(start, row[order], weight[order])

    @cached_property
    def column(self) -> Ints:
        """The column of each entry."""
        return np.repeat(np.arange(len(self.start) - 1), np.diff(self.start))

    def priced(self, price: Floats) -> Floats:
        """What each column takes of every row, at a price per row; shape (columns,)."""
        charge = self.weight * price[self.row]
        return totals(self.column, charge, len(self.start) - 1)

    def used(self, rows: int, x: Floats) -> Floats:
        """What weights `x` of the columns use of each row; shape (rows,)."""
        return totals(self.row, self.weight * x[self.column], rows)


@dataclass(frozen=True, eq=False)
class Problem:
    """maximise value . x over levels x in {0, 1}, within the limits of a `Case`.

    `value` is what a level adds to the objective beyond no promotion, `nudge` the tie-break that is
    taken off it while solving, `demand` the items it adds to what its product is asked for. Levels
    come in the order of their `group`, groups in that of their `switch`, switches in that of their
    `product`; `first` and `last` are the weeks, from 0, that a switch covers. `rows` are the shared
    rows over levels and `counts` the same rows over switches; `least` says which of them must
    reach their limit, where the others must not go beyond it.
    """

    value: Floats
    nudge: Floats
    demand: Floats
    group: Ints
    switch: Ints
    product: Ints
    first: Ints
    last: Ints
    products: int
    rows: Entries
    counts: Entries
    least: Flags

    @cached_property
    def level_switch(self) -> Ints:
        """The switch of each level."""
        return self.switch[self.group]

    @cached_property
    def owner(self) -> Ints:
        """The product of each level."""
        return self.product[self.level_switch]

    @cached_property
    def saved(self) -> Floats:
        """Items by which levels can lower what each product is asked for, at most."""
        return totals(self.owner, np.maximum(-self.demand, 0.0), self.products)

    @cached_property
    def hidden(self) -> float:
        """The most that the tie-break can take off a plan: one level per group."""
        most = np.zeros(len(self.switch))
        np.maximum.at(most, self.group, self.nudge)
        return float(most.sum())

    def __len__(self) -> int:
        return len(self.value)


@dataclass(frozen=True, eq=False)
class Case:
    """How far everything goes at one move of the hand.

    Shared rows have one `limit` each, finite; a product adds at most `room` items, is promoted at
    most `most` times, and `gap` weeks lie between two promotions of it. `open` says which levels
    may be chosen. Switches that are `on` are paid for: something outside these levels is promoted
    with them, so that they take no row, no count and no distance.
    """

    limit: Floats
    room: Floats
    most: Ints
    gap: Ints
    open: Flags
    on: Flags


@dataclass(frozen=True, eq=False)
class Prices:
    """What one more unit of each limit would bring, in the objective.

    `rows` is at most 0 for rows that must reach their limit and at least 0 for all others; `stock`,
    per product, is at least 0. `weight` is the linear plan that they are the prices of.
    """

    rows: Floats
    stock: Floats
    weight: Floats


@dataclass(frozen=True, eq=False)
class Solution:
    """Weights of the levels with what was proved; objective and bound are uplifts.

    `short` names shared rows that no plan can meet together, where that is known.
    """

    status: Status
    weight: Floats
    objective: float
    bound: float
    prices: Prices | None
    short: Ints = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
