"""The independent checker: re-reads a finished plan with pandas alone and finds what it breaks.

It shares no code with the models, on purpose: it starts from the rows as they leave the package,
from the limits as the manager set them, and from the options table.
"""

from collections.abc import Iterator, Mapping

import numpy as np
import numpy.typing as npt
import pandas as pd

from promo.optimize.rules import Limits

TOLERANCE = 1e-6
"""Relative; a cent on ten thousand of money."""


class BrokenPlan(RuntimeError):
    """A plan that breaks a rule was about to leave the optimiser: a defect, never a result."""


def violations(
    rows: pd.DataFrame, options: pd.DataFrame, limits: Limits, stock: Mapping[str, float]
) -> list[str]:
    """Every way in which plan rows break the structure or a rule; empty when all is well."""
    return Checker(options, stock).violations(rows, limits)


class Checker:
    """The options and stock that plans are held against, read once."""

    def __init__(self, options: pd.DataFrame, stock: Mapping[str, float]) -> None:
        known = _hash(options, [*KEY, "discount"])
        order = np.argsort(known)
        self._known, self._cost = known[order], options["cost"].to_numpy()[order]
        self._groups = np.unique(_hash(options, KEY))
        self._stock = stock

    def violations(self, rows: pd.DataFrame, limits: Limits) -> list[str]:
        """Every way in which plan rows break the structure or a rule; empty when all is well."""
        found = [*self._structure(rows), *_money(rows, limits)]
        return [*found, *_products(rows, limits, self._stock)]

    def _structure(self, rows: pd.DataFrame) -> Iterator[str]:
        """The rows are options, each product and segment is decided exactly once."""
        known = _hash(rows, [*KEY, "discount"])
        place = np.minimum(np.searchsorted(self._known, known), len(self._known) - 1)
        cost = rows["weight"].to_numpy() * self._cost[place]
        same = (self._known[place] == known) & np.isclose(rows["cost"], cost, rtol=1e-9, atol=1e-9)
        if not same.all() or len(np.unique(known)) != len(known):
            yield "structure: a row is not an option, or is there twice"
        groups, owner = np.unique(_hash(rows, KEY), return_inverse=True)
        if not np.array_equal(groups, self._groups):
            yield "structure: a product and segment is missing"
        total = np.bincount(owner, weights=rows["weight"])
        if np.abs(total - 1).max(initial=0.0) > TOLERANCE:
            yield "structure: weights of a product and segment do not add up to 1"
        if (rows["weight"] <= 0).any():
            yield "structure: a row without weight"


KEY = ["product_id", "segment"]


def _hash(rows: pd.DataFrame, columns: list[str]) -> npt.NDArray[np.uint64]:
    hashed = pd.util.hash_pandas_object(rows[columns], index=False, categorize=False)
    return np.asarray(hashed, dtype=np.uint64)


def _over(used: float, limit: float) -> bool:
    return used > limit + TOLERANCE * max(1.0, abs(limit))


def _money(rows: pd.DataFrame, limits: Limits) -> Iterator[str]:
    cost = rows["cost"]
    if limits.budget is not None and _over(cost.sum(), limits.budget):
        yield f"budget: {cost.sum()} over {limits.budget}"
    for category, limit in limits.category_budget.items():
        used = cost[rows["category"] == category].sum()
        if _over(used, limit):
            yield f"category_budget {category}: {used} over {limit}"
    if limits.margin_floor:
        profit, revenue = (rows[name].sum() for name in ("profit", "revenue"))
        if profit < limits.margin_floor * revenue - TOLERANCE * max(1.0, abs(revenue)):
            yield f"margin_floor: {profit} of {revenue}"


def _products(rows: pd.DataFrame, limits: Limits, stock: Mapping[str, float]) -> Iterator[str]:
    units = rows["units"].groupby(rows["product_id"]).sum()
    held = units.index.map(stock).to_numpy(dtype=float) * limits.stock_share
    over = units.to_numpy() > held + TOLERANCE * np.maximum(1.0, held)
    yield from (f"stock {product}: too many items" for product in units.index[over])
    promoted = rows[rows["discount"] > 0]
    low, high = limits.min_discount or 0.0, limits.max_discount
    if (promoted["discount"] < low - 1e-9).any():
        yield "min_discount: a shallower discount"
    if high is not None and (promoted["discount"] > high + 1e-9).any():
        yield "max_discount: a deeper discount"
    if limits.max_promoted is not None:
        yield from _slots(promoted, limits.max_promoted)


def _slots(promoted: pd.DataFrame, most: int) -> Iterator[str]:
    """A product takes as much of a slot as its most promoted segment."""
    per_segment = promoted.groupby(["category", "product_id", "segment"])["weight"].sum()
    per_product = per_segment.groupby(["category", "product_id"]).max()
    count = per_product.groupby("category").sum()
    for category, used in count[count > most + TOLERANCE * most + TOLERANCE].items():
        yield f"most_promoted {category}: {used} of {most}"
