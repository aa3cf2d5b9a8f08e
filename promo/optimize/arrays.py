"""Array types of the optimiser, and an options table as arrays without what can never be best."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from promo.domain import Options
from promo.errors import BadRequest
from promo.tables import PLAN_ROWS

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

Objective = Literal["profit", "revenue", "units"]
OBJECTIVES: tuple[Objective, ...] = ("profit", "revenue", "units")

LARGEST = 1e12
"""Solvers answer silently wrong beyond magnitudes like 1e25; money and items stay far below."""

SHALLOWER = 1e-6
"""Tie-break, as a share of a typical gain: of two equal plans the shallower one is taken."""


def totals(of: Ints, values: Floats, count: int) -> Floats:
    """The sum of `values` for each of `count` owners."""
    return np.bincount(of, weights=values, minlength=count).astype(np.float64, copy=False)


def kept(stock: Floats, share: float) -> Floats:
    """What `share` leaves of each stock; one that is not known, infinite, limits nothing."""
    known = np.isfinite(stock)
    return np.where(known, share * np.where(known, stock, 0.0), np.inf)


@dataclass(frozen=True, eq=False)
class Table:
    """An options table as arrays; a *group* is a product in a segment, level 0 is no promotion."""

    options: Options

    @cached_property
    def column(self) -> Mapping[str, Floats]:
        """The number columns, checked to be of a size that a solver can carry.

        Raises:
            BadRequest: a value is beyond `LARGEST`.
        """
        names = ("discount", "demand", "units", "revenue", "cost", "profit")
        columns = {name: self.options.rows[name].to_numpy() for name in names}
        for name, values in columns.items():
            if values.size and np.abs(values).max() > LARGEST:
                raise BadRequest(field=name, value=float(np.abs(values).max()), must="solvable")
        return columns

    @cached_property
    def arrays(self) -> Mapping[str, Any]:
        """Every column that a plan takes over, as an array that can `take`."""
        frame = self.options.rows
        kinds = {str(name): frame[name] for name in frame.columns if name in PLAN_ROWS.names}
        return {
            name: column.to_numpy() if isinstance(column.dtype, np.dtype) else column.array
            for name, column in kinds.items()
        }

    @cached_property
    def beyond(self) -> Mapping[str, Floats]:
        """What each option adds to no promotion of its group, by number column."""
        none = self.start[self.group]
        return {name: values - values[none] for name, values in self.column.items()}

    @cached_property
    def owner(self) -> Ints:
        """Product of each option row."""
        return self.product[self.group]

    @cached_property
    def start(self) -> Ints:
        """Option row of each group's level 0."""
        return np.flatnonzero(self.column["discount"] == 0)

    @cached_property
    def group(self) -> Ints:
        """Group of each option row."""
        return np.cumsum(self.column["discount"] == 0) - 1

    @cached_property
    def products(self) -> list[str]:
        """Product names in their order."""
        return list(self._product_codes[1])

    @cached_property
    def product(self) -> Ints:
        """Product of each group."""
        return self._product_codes[0]

    @cached_property
    def _product_codes(self) -> tuple[Ints, list[str]]:
        names = self.options.rows["product_id"].take(self.start)
        codes, uniques = names.factorize()
        return codes.astype(np.int64), list(uniques)

    @cached_property
    def _category_codes(self) -> tuple[Ints, list[str]]:
        first = np.flatnonzero(np.diff(self.product, prepend=-1))
        names = self.options.rows["category"].take(self.start[first])
        codes, uniques = names.factorize()
        return codes.astype(np.int64), list(uniques)

    @cached_property
    def category(self) -> Ints:
        """Category of each product."""
        return self._category_codes[0]

    @cached_property
    def categories(self) -> list[str]:
        """Category names in the order of their first product."""
        return self._category_codes[1]

    def base(self, name: str) -> Floats:
        """The sum of a column over a product's rows at level 0; shape (products,)."""
        values = self.column[name][self.start]
        return totals(self.product, values, len(self.products))


@dataclass(frozen=True, eq=False)
class Levels:
    """The discounts worth asking about, as differences to no promotion; one entry per level.

    Dropped are levels that raise no demand, and levels for which a shallower allowed one is at
    least as good in value, cost, demand and - at every margin floor between 0 and 1 - margin.
    Dropping them changes no optimum as long as all limits are upper limits.
    """

    row: Ints
    group: Ints
    value: Floats
    cost: Floats
    demand: Floats
    profit: Floats
    revenue: Floats
    discount: Floats
    nudge: Floats

    def __len__(self) -> int:
        return len(self.row)


def levels(table: Table, value: Floats, deepest_below: float = 0.0) -> Levels:
    """Prune the options to the levels that can be part of a best plan.

    Args:
        table: the options.
        value: what each option row adds to the objective, beyond no promotion of its group.
        deepest_below: smallest discount the rules allow; shallower levels may not be chosen
            and so must not push others out.
    """
    column, group, start = table.column, table.group, table.start
    promoted, delta = column["discount"] > 0, table.beyond
    worth = promoted & (column["discount"] >= deepest_below - 1e-12)
    worth &= delta["demand"] > 1e-9 * np.maximum(column["demand"][start][group], 1e-9)
    worth &= ~_outdone(table, value, worth)
    row = np.flatnonzero(worth)
    value = value[row]
    typical = float(np.abs(value).mean()) if row.size else 0.0
    order = 1 + 0.5 * table.product[group[row]] / max(len(table.products), 1)
    nudge = SHALLOWER * typical * column["discount"][row] * order
    return Levels(
        row, group[row], value, column["cost"][row], delta["demand"][row],
        delta["profit"][row], delta["revenue"][row], column["discount"][row], nudge,
    )  # fmt: skip


def _outdone(table: Table, value: Floats, worth: Flags) -> Flags:
    """Rows that another allowed row of their group beats or equals in every respect."""
    group, start, delta = table.group, table.start, table.beyond
    depth = np.arange(len(group)) - start[group]
    shape = (len(start), int(depth.max(initial=0)) + 1)
    margin = delta["profit"] - delta["revenue"]
    criteria = (value, delta["profit"], margin, -table.column["cost"], -delta["demand"])
    grids = [_grid(values, group, depth, shape, -np.inf) for values in criteria]
    allowed = _grid(worth.astype(float), group, depth, shape, 0.0) > 0
    allowed[:, 0] = True
    beaten = np.zeros(shape, dtype=bool)
    for level in range(1, shape[1]):
        for other in range(level):
            better = allowed[:, other] & (grids[0][:, other] >= grids[0][:, level])
            for grid in grids[1:]:
                better &= grid[:, other] >= grid[:, level]
            beaten[:, level] |= better
    return np.asarray(beaten[group, depth])


def _grid(values: Floats, group: Ints, depth: Ints, shape: tuple[int, int], fill: float) -> Floats:
    grid = np.full(shape, fill)
    grid[group, depth] = values
    return grid
