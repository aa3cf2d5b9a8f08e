"""What a plan must keep, in words; a rule is what the manager may relax.

A rule knows no solver. It yields rows `low <= sum(weights of the chosen options) <= high`; with
`counts` a product counts once, however many of its options are chosen.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import ClassVar, Protocol

import numpy as np
import pandas as pd

from promo.errors import BadRequest
from promo.optimize.arrays import Floats, Ints


@dataclass(frozen=True, eq=False)
class Row:
    """One linear condition on the chosen options.

    `at` are positions in the options table and `weights` what each of them adds; `scope` is the
    product or category it is about, or `all`.
    """

    scope: str
    at: Ints
    weights: Floats
    low: float = -np.inf
    high: float = np.inf
    counts: bool = False


class Rule(Protocol):
    """A condition with a code for the catalogue."""

    code: ClassVar[str]

    def rows(self, options: pd.DataFrame) -> Iterator[Row]:
        """The linear rows of this rule on a table of options."""
        ...


@dataclass(frozen=True)
class Budget:
    """No more money than `total` is given away."""

    total: float
    code: ClassVar[str] = "budget"

    def rows(self, options: pd.DataFrame) -> Iterator[Row]:
        """One row over everything."""
        yield Row("all", _all(options), options["cost"].to_numpy(), high=self.total)


@dataclass(frozen=True)
class CategoryBudget:
    """No more money than its share of the budget is given away in a category."""

    totals: Mapping[str, float]
    code: ClassVar[str] = "category_budget"

    def rows(self, options: pd.DataFrame) -> Iterator[Row]:
        """One row per category that has a budget."""
        cost = options["cost"].to_numpy()
        for category, at in _by(options, "category"):
            if category in self.totals:
                yield Row(category, at, cost[at], high=self.totals[category])


@dataclass(frozen=True)
class Stock:
    """A promotion never makes more items be asked for than are on hand.

    A product that would sell out without any promotion is not promoted; it sells what there is.
    Its row therefore caps what promotions add, at zero when base sales alone exceed the stock.
    """

    items: Mapping[str, float]
    code: ClassVar[str] = "stock"

    def rows(self, options: pd.DataFrame) -> Iterator[Row]:
        """One row per product whose stock is known; weights are items beyond no promotion."""
        start = (options["discount"] == 0).to_numpy()
        asked = options["demand"].to_numpy()
        extra = asked - asked[start][np.cumsum(start) - 1]
        for product, at in _by(options, "product_id"):
            if product in self.items:
                base = float(asked[at][start[at]].sum())
                yield Row(product, at, extra[at], high=max(self.items[product] - base, 0.0))


@dataclass(frozen=True)
class MinDiscount:
    """A discount is either nothing or at least `share` of the list price."""

    share: float
    code: ClassVar[str] = "min_discount"

    def rows(self, options: pd.DataFrame) -> Iterator[Row]:
        """One row that forbids every shallower discount."""
        discount = options["discount"].to_numpy()
        yield _none_of(np.flatnonzero((discount > 0) & (discount < self.share - 1e-12)))


@dataclass(frozen=True)
class MaxDiscount:
    """No discount is deeper than `share` of the list price."""

    share: float
    code: ClassVar[str] = "max_discount"

    def rows(self, options: pd.DataFrame) -> Iterator[Row]:
        """One row that forbids every deeper discount."""
        yield _none_of(np.flatnonzero(options["discount"].to_numpy() > self.share + 1e-12))


@dataclass(frozen=True)
class MostPromoted:
    """At most `count` products of a category are promoted, in whichever segments."""

    count: int
    code: ClassVar[str] = "most_promoted"

    def rows(self, options: pd.DataFrame) -> Iterator[Row]:
        """One row per category; a product counts once."""
        promoted = (options["discount"] > 0).to_numpy().astype(float)
        for category, at in _by(options, "category"):
            yield Row(category, at, promoted[at], high=float(self.count), counts=True)


@dataclass(frozen=True)
class MarginFloor:
    """Profit is at least `share` of revenue over the whole plan.

    profit / revenue >= share is not linear; profit - share * revenue >= 0 is the same rule.
    """

    share: float
    code: ClassVar[str] = "margin_floor"

    def rows(self, options: pd.DataFrame) -> Iterator[Row]:
        """One row over everything."""
        spare = options["profit"].to_numpy() - self.share * options["revenue"].to_numpy()
        yield Row("all", _all(options), spare, low=0.0)


@dataclass(frozen=True)
class Limits:
    """How far each rule goes at one move of the sliders; None leaves a rule out.

    `stock_share` scales every known stock (0.9 keeps a tenth in reserve); money is in the data's
    currency; discounts and the margin are shares.
    """

    budget: float | None = None
    category_budget: Mapping[str, float] = field(default_factory=dict)
    stock_share: float = 1.0
    min_discount: float | None = None
    max_discount: float | None = None
    max_promoted: int | None = None
    margin_floor: float | None = None

    def __post_init__(self) -> None:
        """Refuse what no slider can mean.

        Raises:
            BadRequest: a limit is negative, not finite, or a share above 1.
        """
        given: dict[str, float] = {
            "stock_share": self.stock_share, "budget": self.budget or 0.0,
            "min_discount": self.min_discount or 0.0, "max_discount": self.max_discount or 0.0,
            "max_promoted": self.max_promoted or 0, "margin_floor": self.margin_floor or 0.0,
        }  # fmt: skip
        given |= {f"category_budget {name}": value for name, value in self.category_budget.items()}
        for name, value in given.items():
            share = name in ("min_discount", "max_discount", "margin_floor")
            if not 0 <= value < (1 + 1e-12 if share else np.inf):
                must = "share" if share else "not_negative" if np.isfinite(value) else "number"
                raise BadRequest(field=name, value=value, must=must)

    def rules(self, stock: Mapping[str, float]) -> tuple[Rule, ...]:
        """The rules in force, given the items on hand per product."""
        held = {product: self.stock_share * items for product, items in stock.items()}
        return (
            *((Budget(self.budget),) if self.budget is not None else ()),
            *((CategoryBudget(self.category_budget),) if self.category_budget else ()),
            *((Stock(held),) if held else ()),
            *((MinDiscount(self.min_discount),) if self.min_discount else ()),
            *((MaxDiscount(self.max_discount),) if self.max_discount is not None else ()),
            *((MostPromoted(self.max_promoted),) if self.max_promoted is not None else ()),
            *((MarginFloor(self.margin_floor),) if self.margin_floor else ()),
        )


def _all(options: pd.DataFrame) -> Ints:
    return np.arange(len(options))


def _none_of(at: Ints) -> Row:
    return Row("all", at, np.ones(len(at)), high=0.0)


def _by(options: pd.DataFrame, column: str) -> Iterator[tuple[str, Ints]]:
    codes, names = options[column].factorize()
    order = np.argsort(codes, kind="stable")
    for name, at in zip(names, np.split(order, np.cumsum(np.bincount(codes))[:-1]), strict=True):
        yield str(name), at
