"""Array types of the optimiser, and an options table as arrays."""

from collections.abc import Mapping
from dataclasses import dataclass, field
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

Measure = Literal["profit", "revenue", "units", "new_customers", "kept_customers", "cost"]
MEASURES: tuple[Measure, ...] = (
    "profit", "revenue", "units", "new_customers", "kept_customers", "cost",
)  # fmt: skip
"""What a plan can be counted by; all but the last can be maximised."""

LARGEST = 1e12
"""Solvers answer silently wrong beyond magnitudes like 1e25; money and items stay far below."""

WEEK = np.timedelta64(7, "D")


def totals(of: Ints, values: Floats, count: int) -> Floats:
    """The sum of `values` for each of `count` owners."""
    return np.bincount(of, weights=values, minlength=count).astype(np.float64, copy=False)


def kept(stock: Floats, share: float) -> Floats:
    """What `share` leaves of each stock; one that is not known, infinite, limits nothing."""
    known = np.isfinite(stock)
    return np.where(known, share * np.where(known, stock, 0.0), np.inf)


def repeated(times: Ints) -> tuple[Ints, Ints]:
    """Each place as often as it says, and which time it is, from 0.

    >>> [part.tolist() for part in repeated(np.array([2, 0, 1]))]
    [[0, 0, 2], [0, 1, 0]]
    """
    of = np.repeat(np.arange(len(times)), times)
    return of, np.arange(len(of)) - np.repeat(np.cumsum(times) - times, times)


@dataclass(frozen=True, eq=False)
class Table:
    """An options table as arrays.

    A *line* is a product in a segment; its first row is no promotion, the others are promotions in
    some *period*, first and last week. `stock` are items on hand and `brand` names, per product,
    where they are known.
    """

    options: Options
    stock: Mapping[str, float] = field(default_factory=dict)
    brand: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def column(self) -> Mapping[str, Floats]:
        """The number columns, checked to be of a size that a solver can carry.

        Raises:
            BadRequest: a value is beyond `LARGEST`.
        """
        names = ("discount", "list_price", "price", "demand", *MEASURES, "base_share")
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
        """What each option adds to no promotion, by number column."""
        return {name: self.net(values) for name, values in self.column.items()}

    def net(self, values: Floats) -> Floats:
        """An amount per option row less what no promotion has of it in the option's weeks."""
        return values - self.column["base_share"] * values[self.start[self.line]]

    @cached_property
    def everything(self) -> Ints:
        """Every option row."""
        return np.arange(len(self.column["discount"]))

    # --- lines and products ------------------------------------------------------------------

    @cached_property
    def start(self) -> Ints:
        """Option row of each line's no promotion."""
        return np.flatnonzero(self.column["discount"] == 0)

    @cached_property
    def line(self) -> Ints:
        """Line of each option row."""
        return np.cumsum(self.column["discount"] == 0) - 1

    @cached_property
    def product(self) -> Ints:
        """Product of each line."""
        return self._product_codes[0]

    @cached_property
    def owner(self) -> Ints:
        """Product of each option row."""
        return self.product[self.line]

    @cached_property
    def products(self) -> list[str]:
        """Product names in their order."""
        return self._product_codes[1]

    @cached_property
    def place(self) -> Mapping[str, int]:
        """The number of each product by its name."""
        return {name: at for at, name in enumerate(self.products)}

    @cached_property
    def held(self) -> Floats:
        """Items on hand per product, infinite where not known."""
        return np.array([self.stock.get(name, np.inf) for name in self.products])

    @cached_property
    def segment(self) -> Ints:
        """Segment of each line."""
        return self._segment_codes[0]

    @cached_property
    def segments(self) -> list[str]:
        """Segment names in the order of their first line."""
        return self._segment_codes[1]

    @cached_property
    def category(self) -> Ints:
        """Category of each product."""
        return self._category_codes[0]

    @cached_property
    def categories(self) -> list[str]:
        """Category names in the order of their first product."""
        return self._category_codes[1]

    @cached_property
    def category_rows(self) -> list[Ints]:
        """The option rows of each category."""
        of = self.category[self.owner]
        order = np.argsort(of, kind="stable")
        return np.split(order, np.searchsorted(of[order], np.arange(1, len(self.categories))))

    @cached_property
    def mechanic(self) -> Ints:
        """Mechanic of each option row."""
        return self._mechanic_codes[0]

    @cached_property
    def mechanics(self) -> list[str]:
        """Mechanic names."""
        return self._mechanic_codes[1]

    def _codes(self, name: str, at: Ints) -> tuple[Ints, list[str]]:
        codes, uniques = self.options.rows[name].take(at).factorize()
        return codes.astype(np.int64), list(uniques)

    @cached_property
    def _product_codes(self) -> tuple[Ints, list[str]]:
        return self._codes("product_id", self.start)

    @cached_property
    def _segment_codes(self) -> tuple[Ints, list[str]]:
        return self._codes("segment", self.start)

    @cached_property
    def _category_codes(self) -> tuple[Ints, list[str]]:
        return self._codes("category", self.first_row)

    @cached_property
    def _mechanic_codes(self) -> tuple[Ints, list[str]]:
        return self._codes("mechanic", self.everything)

    @cached_property
    def first_row(self) -> Ints:
        """The first option row of each product."""
        return self.start[np.flatnonzero(np.diff(self.product, prepend=-1))]

    def base(self, name: str) -> Floats:
        """The sum of a column over a product's rows of no promotion; shape (products,)."""
        if name not in self._bases:
            values = self.column[name][self.start]
            self._bases[name] = totals(self.product, values, len(self.products))
        return self._bases[name]

    @cached_property
    def _bases(self) -> dict[str, Floats]:
        return {}

    # --- time ---------------------------------------------------------------------------------

    @property
    def weeks(self) -> int:
        """Weeks of the horizon."""
        return self.options.weeks

    @cached_property
    def first(self) -> Ints:
        """First week of each option row, from 0."""
        begin = self.options.start.to_datetime64()
        return ((self.options.rows["first"].to_numpy() - begin) // WEEK).astype(np.int64)

    @cached_property
    def last(self) -> Ints:
        """Last week of each option row, from 0."""
        return np.asarray(self.first + self.options.rows["weeks"].to_numpy() - 1)

    @cached_property
    def group(self) -> Ints:
        """Line and period of each option row, numbered in the order of the rows."""
        new = np.diff(self.line, prepend=-1) != 0
        new |= np.diff(self.first, prepend=-1) != 0
        new |= np.diff(self.last, prepend=-1) != 0
        new |= np.append(False, self.column["discount"][:-1] == 0)
        return np.cumsum(new) - 1

    @cached_property
    def switch(self) -> Ints:
        """Product and period of each option row, numbered by product, first and last week.

        Rows of no promotion have numbers like others, which mean nothing.
        """
        return self._switches[0]

    @cached_property
    def switch_row(self) -> Ints:
        """An option row of each switch."""
        return self._switches[1]

    @cached_property
    def _switches(self) -> tuple[Ints, Ints]:
        span = self.weeks + 1
        key = (self.owner * span + self.first) * span + self.last
        _, row, code = np.unique(key, return_index=True, return_inverse=True)
        return code.astype(np.int64), row.astype(np.int64)

    @cached_property
    def alike(self) -> bool:
        """Whether every promotion runs over the whole horizon, so that there is no calendar."""
        return not self.first.any() and bool((self.last == self.weeks - 1).all())

    def week_name(self, week: int) -> str:
        """A week by the date of its Monday."""
        return f"{self.options.start + week * WEEK:%Y-%m-%d}"
