"""Rows of plans and of options read into numbers."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pandas as pd

from promo.domain import Options
from promo.optimize.arrays import Flags, Floats, Ints

TOLERANCE = 1e-6
"""Relative; a cent on ten thousand of money."""

WEEK = np.timedelta64(7, "D")


@dataclass(frozen=True, eq=False)
class Verdict:
    """What plans have of something beside how much they may; shape (plans, scopes).

    `size` is what an error of rounding is measured against, the limit where it is not given.
    """

    code: str
    name: Callable[[int], object]
    used: Floats
    limit: Floats | float
    least: bool = False
    size: Floats | float | None = None

    @cached_property
    def broken(self) -> Flags:
        """Which plans go beyond which limit."""
        size = self.limit if self.size is None else self.size
        beyond = self.limit - self.used if self.least else self.used - self.limit
        return ~np.asarray(beyond <= TOLERANCE * np.maximum(1.0, np.abs(size)))

    def sentences(self) -> list[str]:
        """What is broken in the first plan."""
        limit = np.broadcast_to(self.limit, self.used.shape)
        word = "under" if self.least else "over"
        return [
            f"{self.code} {self.name(at)}: {self.used[0, at]:.10g} {word} {limit[0, at]:.10g}"
            for at in np.flatnonzero(self.broken[0]).tolist()
        ]


@dataclass(frozen=True, eq=False)
class Spells:
    """A product in a period in a plan: its weeks from 0, and how far it is promoted in them.

    `share` is that of its most promoted segment, 1 in a plan of whole decisions.
    """

    plan: Ints
    product: Ints
    first: Ints
    last: Ints
    share: Floats

    def where(self, which: Flags) -> "Spells":
        """Some of them."""
        parts = (self.plan, self.product, self.first, self.last, self.share)
        return Spells(*(part[which] for part in parts))  # type: ignore[arg-type] # as they were

    def longer(self, weeks: Ints) -> "Spells":
        """The same, each with some weeks behind it."""
        return replace(self, last=self.last + weeks)


@dataclass(frozen=True, eq=False)
class Rows:
    """Rows of one or several plans; names are numbers of the shop's lists, -1 where unknown."""

    shop: "Shop"
    frame: pd.DataFrame
    plan: Ints
    plans: int
    product: Ints
    segment: Ints
    category: Ints
    mechanic: Ints
    first: Ints
    length: Ints

    def column(self, name: str) -> Floats:
        """A number column."""
        return self.frame[name].to_numpy(dtype=float)

    @property
    def last(self) -> Ints:
        """The last week, from 0."""
        return np.asarray(self.first + self.length - 1)

    @cached_property
    def weight(self) -> Floats:
        """Share of its segment and weeks that a row gets."""
        return self.column("weight")

    @cached_property
    def discount(self) -> Floats:
        """Share of the list price."""
        return self.column("discount")

    @cached_property
    def promoted(self) -> Flags:
        """Rows that are a promotion."""
        return np.asarray(self.discount > 0)

    def sums(self, values: Floats | Flags, of: Ints | None = None, count: int = 1) -> Floats:
        """The sum of values for each plan and owner; shape (plans, count)."""
        key = self.plan if of is None else self.plan * count + of
        found = np.bincount(key, weights=values, minlength=self.plans * count)
        return found.reshape(self.plans, count).astype(float, copy=False)

    @cached_property
    def spells(self) -> Spells:
        """What is promoted when."""
        at = np.flatnonzero(self.promoted)
        span, lines = int(self.last.max(initial=0)) + 1, int(self.segment.max(initial=0)) + 1
        owner = self.plan[at] * (int(self.product.max(initial=0)) + 1) + self.product[at]
        key = ((owner * span + self.first[at]) * span + self.last[at]) * lines + self.segment[at]
        line, row, of = np.unique(key, return_index=True, return_inverse=True)
        part = np.bincount(of, weights=self.weight[at], minlength=len(line)).astype(float)
        start = np.flatnonzero(np.diff(line // lines, prepend=-1))
        share = np.maximum.reduceat(part, start) if len(start) else part
        at = at[row[start]]
        return Spells(self.plan[at], self.product[at], self.first[at], self.last[at], share)

    def weekly(self, spells: Spells, of: Ints, count: int) -> Floats:
        """How far owners of spells are promoted in each week; shape (plans, count, weeks)."""
        length = spells.last - spells.first + 1
        at = np.repeat(np.arange(len(length)), length)
        week = spells.first[at] + np.arange(len(at)) - np.repeat(np.cumsum(length) - length, length)
        weeks = max(int(spells.last.max(initial=0)) + 1, self.shop.weeks)
        key = (spells.plan[at] * count + of[at]) * weeks + week
        size = self.plans * count * weeks
        found = np.bincount(key, weights=spells.share[at], minlength=size)
        return found.reshape(self.plans, count, weeks).astype(float, copy=False)

    def lines_by_week(self, which: Flags) -> Spells:
        """Single rows as spells, for what counts each by itself."""
        at = np.flatnonzero(which)
        return Spells(
            self.plan[at], self.product[at], self.first[at], self.last[at], self.weight[at]
        )


class Shop:
    """The options and the stock that plans are held against, read once."""

    def __init__(
        self, options: Options, stock: Mapping[str, float], brand: Mapping[str, str]
    ) -> None:
        rows = options.rows
        names = ("product_id", "segment", "category", "mechanic")
        self.start, self.weeks, self.brand = options.start, options.weeks, brand
        self._names = {name: pd.Index(rows[name].unique()) for name in names}
        self.products, self.segments, self.categories, self.mechanics = self._names.values()
        self._steps = np.unique(rows["discount"])
        self.held = np.array([stock.get(name, np.inf) for name in self.products], dtype=float)
        self.options = self.read(rows)
        key = self.keys(self.options)
        self.order = np.argsort(key)
        self._known = key[self.order]
        none = ~self.options.promoted
        self.base = {
            name: self.options.sums(
                np.where(none, self.options.column(name), 0.0), self.options.product, self.count
            )[0]
            for name in ("units", "demand")
        }
        self.home = np.zeros(self.count, dtype=np.int64)
        self.home[self.options.product] = self.options.category

    @property
    def count(self) -> int:
        """How many products there are."""
        return len(self.products)

    @cached_property
    def lines(self) -> Flags:
        """Which segments a product has; shape (products, segments)."""
        found = np.zeros((self.count, len(self.segments)), dtype=bool)
        found[self.options.product, self.options.segment] = True
        return found

    def read(self, frame: pd.DataFrame, plan: Ints | None = None) -> Rows:
        """Rows of one plan, or of those that `plan` numbers from 0."""
        product, segment, category, mechanic = (
            _codes(frame[name], known) for name, known in self._names.items()
        )
        first = (frame["first"].to_numpy() - self.start.to_datetime64()) // WEEK
        length = frame["weeks"].to_numpy().astype(np.int64)
        if plan is None:
            plan = np.zeros(len(frame), dtype=np.int64)
        plans = int(plan.max(initial=0)) + 1
        return Rows(
            self, frame, plan, plans, product, segment, category, mechanic,
            first.astype(np.int64), length,
        )  # fmt: skip

    def keys(self, rows: Rows) -> Ints:
        """One number per option; -1 for what is certainly none."""
        step = np.minimum(np.searchsorted(self._steps, rows.discount), len(self._steps) - 1)
        fits = (rows.first >= 0) & (rows.length > 0) & (rows.last < self.weeks)
        fits &= self._steps[step] == rows.discount
        for code in (rows.product, rows.segment, rows.mechanic, rows.category):
            fits &= code >= 0
        key = rows.product * len(self.segments) + rows.segment
        key = (key * self.weeks + rows.first) * (self.weeks + 1) + rows.length
        key = (key * len(self.mechanics) + rows.mechanic) * len(self._steps) + step
        return np.where(fits, key, -1)

    def place(self, rows: Rows) -> Ints:
        """The option row that each row is; -1 where it is none."""
        key = self.keys(rows)
        at = np.minimum(np.searchsorted(self._known, key), len(self._known) - 1)
        return np.where(self._known[at] == key, self.order[at], -1)

    def week(self, day: str) -> int:
        """The week of a day, from 0; may lie outside of the plan."""
        return int((pd.Timestamp(day) - self.start).to_timedelta64() // WEEK)

    def day(self, week: int) -> str:
        """A week by its Monday."""
        return f"{self.start + week * WEEK:%Y-%m-%d}"


def _codes(names: "pd.Series[str]", known: "pd.Index[str]") -> Ints:
    code, found = pd.factorize(names)
    return known.get_indexer(found)[code].astype(np.int64)
