"""The independent checker: re-reads a finished plan with plain arrays and finds what it breaks.

It shares no code with the models, on purpose: it starts from the rows as they leave the package,
from the limits as the manager set them, and from the options table.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from promo.optimize.rules import Limits

TOLERANCE = 1e-6
"""Relative; a cent on ten thousand of money."""

SOLD = ("units", "units_low", "units_high", "revenue", "profit")
"""Amounts that end with the stock where a product sells out without any promotion."""

GIVEN = ("demand", "cost", "cannibalised", "pulled_forward")
FIXED = ("list_price", "price")

Numbers = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int64]


class BrokenPlan(RuntimeError):
    """A plan that breaks a rule was about to leave the optimiser: a defect, never a result."""


def violations(
    rows: pd.DataFrame, options: pd.DataFrame, limits: Limits, stock: Mapping[str, float]
) -> list[str]:
    """Every way in which plan rows break the structure or a rule; empty when all is well."""
    return Checker(options, stock).violations(rows, limits)


@dataclass(frozen=True, eq=False)
class _Plan:
    """Plan rows as arrays; names are numbers of the checker's lists, -1 where unknown."""

    rows: pd.DataFrame
    product: Codes
    segment: Codes
    category: Codes

    def column(self, name: str) -> Numbers:
        return self.rows[name].to_numpy(dtype=float)

    @property
    def known(self) -> npt.NDArray[np.bool_]:
        return (self.product >= 0) & (self.segment >= 0) & (self.category >= 0)


class Checker:
    """The options and stock that plans are held against, read once."""

    def __init__(self, options: pd.DataFrame, stock: Mapping[str, float]) -> None:
        names = ("product_id", "segment", "category")
        self._names = {name: pd.Index(options[name].unique()) for name in names}
        self._ladder = np.unique(options["discount"])
        self._held = np.array([stock.get(name, np.inf) for name in self._names["product_id"]])
        plan = self._read(options)
        group, option = self._numbers(plan)
        order = np.argsort(option)
        self._known = option[order]
        self._due = {name: plan.column(name)[order] for name in (*SOLD, *GIVEN, *FIXED)}
        self._groups = np.bincount(group, minlength=self._most_groups) > 0
        none = plan.column("discount") == 0
        self._base = np.bincount(
            plan.product[none], weights=plan.column("units")[none], minlength=len(self._held)
        )

    def violations(self, rows: pd.DataFrame, limits: Limits) -> list[str]:
        """Every way in which plan rows break the structure or a rule; empty when all is well."""
        plan = self._read(rows)
        if not plan.known.all():
            return ["structure: a row is about a product, segment or category that is no option"]
        return [
            *self._structure(plan, limits.stock_share),
            *self._money(plan, limits),
            *self._stock(plan, limits),
            *_discounts(plan, limits),
            *self._slots(plan, limits),
        ]

    def _read(self, rows: pd.DataFrame) -> _Plan:
        found = []
        for name, known in self._names.items():
            codes, names = pd.factorize(rows[name])
            found.append(known.get_indexer(names)[codes].astype(np.int64))
        return _Plan(rows, *found)

    @property
    def _most_groups(self) -> int:
        return len(self._names["product_id"]) * len(self._names["segment"])

    def _numbers(self, plan: _Plan) -> tuple[Codes, Codes]:
        """One number per product and segment, and one per option; -1 for an unknown discount."""
        group = plan.product * len(self._names["segment"]) + plan.segment
        discount, steps = plan.column("discount"), len(self._ladder)
        step = np.minimum(np.searchsorted(self._ladder, discount), steps - 1)
        option = np.where(self._ladder[step] == discount, group * steps + step, -1)
        return group, option

    def _structure(self, plan: _Plan, stock_share: float) -> Iterator[str]:
        """The rows are options with their amounts, each product and segment is decided once."""
        group, option = self._numbers(plan)
        weight = plan.column("weight")
        place = np.minimum(np.searchsorted(self._known, option), len(self._known) - 1)
        if (self._known[place] != option).any() or len(np.unique(option)) != len(option):
            yield "structure: a row is not an option, or is there twice"
        sold = weight * self._sold(plan, stock_share)
        parts = dict.fromkeys(SOLD, sold) | dict.fromkeys(GIVEN, weight)
        for name, due in self._due.items():
            asked = due[place] * parts.get(name, 1.0)
            if not (np.abs(plan.column(name) - asked) <= 1e-9 * (1 + np.abs(asked))).all():
                yield f"structure: {name} of a row is not that of its option"
        total = np.bincount(group, weights=weight, minlength=len(self._groups))
        there = np.bincount(group, minlength=len(self._groups)) > 0
        if not np.array_equal(there, self._groups):
            yield "structure: a product and segment is missing"
        if np.abs(total[there] - 1).max(initial=0.0) > TOLERANCE:
            yield "structure: weights of a product and segment do not add up to 1"
        if (weight <= 0).any():
            yield "structure: a row without weight"

    def _sold(self, plan: _Plan, stock_share: float) -> Numbers:
        """Share of each row's items that there are; 1 for every product that is promoted."""
        kept = np.where(np.isfinite(self._held), self._held, 0.0) * stock_share
        short = ~self._promoted(plan) & np.isfinite(self._held) & (kept < self._base)
        return np.where(short, kept / np.where(short, self._base, 1.0), 1.0)[plan.product]

    def _promoted(self, plan: _Plan) -> "np.ndarray[tuple[int], np.dtype[np.bool_]]":
        """Products that get a discount in any segment."""
        promoted = np.zeros(len(self._held), dtype=bool)
        promoted[plan.product[plan.column("discount") > 0]] = True
        return promoted

    def _money(self, plan: _Plan, limits: Limits) -> Iterator[str]:
        cost = plan.column("cost")
        if limits.budget is not None and _over(cost.sum(), limits.budget):
            yield f"budget: {cost.sum()} over {limits.budget}"
        categories = self._names["category"]
        each = np.bincount(plan.category, weights=cost, minlength=len(categories))
        for category, used in zip(categories, each.tolist(), strict=True):
            limit = limits.category_budget.get(category)
            if limit is not None and _over(used, limit):
                yield f"category_budget {category}: {used} over {limit}"
        if limits.margin_floor:
            profit, revenue = plan.column("profit").sum(), plan.column("revenue").sum()
            if profit < limits.margin_floor * revenue - TOLERANCE * max(1.0, abs(revenue)):
                yield f"margin_floor: {profit} of {revenue}"

    def _stock(self, plan: _Plan, limits: Limits) -> Iterator[str]:
        known = np.isfinite(self._held)
        held = np.where(known, np.where(known, self._held, 0.0) * limits.stock_share, np.inf)
        asked = np.bincount(plan.product, weights=plan.column("demand"), minlength=len(held))
        asked[~self._promoted(plan)] = 0.0
        over = np.flatnonzero(asked > held + TOLERANCE * np.maximum(1.0, held))
        for product in over.tolist():
            yield f"stock {self._names['product_id'][product]}: too many items"

    def _slots(self, plan: _Plan, limits: Limits) -> Iterator[str]:
        """A product takes as much of a slot as its most promoted segment."""
        if limits.max_promoted is None:
            return
        group, _ = self._numbers(plan)
        promoted = plan.column("discount") > 0
        part = np.bincount(
            group[promoted], weights=plan.column("weight")[promoted], minlength=len(self._groups)
        )
        most = part.reshape(-1, len(self._names["segment"])).max(axis=1)
        home = np.zeros(len(most), dtype=np.int64)
        home[plan.product] = plan.category
        count = np.bincount(home, weights=most, minlength=len(self._names["category"]))
        limit = limits.max_promoted + TOLERANCE * (1 + limits.max_promoted)
        for category, used in zip(self._names["category"], count.tolist(), strict=True):
            if used > limit:
                yield f"most_promoted {category}: {used} of {limits.max_promoted}"


def _over(used: float, limit: float) -> bool:
    return used > limit + TOLERANCE * max(1.0, abs(limit))


def _discounts(plan: _Plan, limits: Limits) -> Iterator[str]:
    discount = plan.column("discount")
    promoted = discount[discount > 0]
    if (promoted < (limits.min_discount or 0.0) - 1e-9).any():
        yield "min_discount: a shallower discount"
    if limits.max_discount is not None and (promoted > limits.max_discount + 1e-9).any():
        yield "max_discount: a deeper discount"
