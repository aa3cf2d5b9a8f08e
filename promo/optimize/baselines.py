"""What a plan is compared with, valued by the same model: nothing, one discount, last year."""

from bisect import bisect_right
from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd

from promo.domain import Panel
from promo.optimize.arrays import Floats, Table, kept

Totals = dict[str, float]
FINE = 10_000
"""Steps of a uniform discount per list price: it is told to a hundredth of a percent."""
HARDLY = 0.01
"""A week's average price this close below list, as a share of it, is rounding and no discount."""


class Valuation:
    """Values any discount per group by the options table, also between the steps of its ladder.

    Between two promoted steps ln(items) is linear in ln(1 - d), as the response curve says, and
    so are the side losses to first order. Below the first step a group is a mix of that step and
    no promotion, because a discount of one percent does not earn the lift of a promotion. No
    discount goes deeper than the group's own options. A product sells no more than its stock;
    then all its figures shrink alike.
    """

    def __init__(self, table: Table, stock: Floats) -> None:
        self.table, self.stock = table, stock
        rows = table.options.rows
        self.ladder = np.unique(table.column["discount"])
        step = np.searchsorted(self.ladder, table.column["discount"])
        shape = (len(table.start), len(self.ladder))

        def grid(values: Floats) -> Floats:
            filled = np.full(shape, np.nan)
            filled[table.line, step] = values
            return pd.DataFrame(filled).ffill(axis=1).to_numpy()

        self._deepest = grid(table.column["discount"])[:, -1]
        side = (rows["cannibalised"] - rows["halo"] + rows["pulled_forward"]).to_numpy()
        units = table.column["units"]
        self._log_units = grid(np.log(np.maximum(units, 1e-300)))
        self._nothing = np.exp(self._log_units[:, 0])
        self._side = grid(side)
        start = table.start
        self._list = rows["list_price"].to_numpy()[start]
        sold = np.maximum(units[start], 1e-300)
        self._unit_cost = self._list - (table.column["profit"] + side)[start] / sold

    def totals(self, discount: Floats | float, stock_share: float) -> Totals:
        """Profit, revenue, units and cost when every group gets its `discount`, or all get one."""
        table = self.table
        first = self.ladder[min(1, len(self.ladder) - 1)]
        deep = np.minimum(np.maximum(discount, first), self._deepest)
        part = np.minimum(1.0, discount / max(first, 1e-12))
        # Rows beyond a group's deepest step repeat it, so one discount needs no look per group.
        one = max(float(discount), float(first)) if isinstance(discount, float) else None
        units, side = self._interpolated(deep if one is None else one)
        nothing = self._nothing
        promoted, price = part * units, self._list * (1 - deep)
        rest = (1 - part) * nothing
        profit = promoted * (price - self._unit_cost) - part * side
        profit += rest * (self._list - self._unit_cost)
        count = len(table.products)
        asked = np.bincount(table.product, weights=promoted + rest, minlength=count)
        held = kept(self.stock, stock_share)
        sold = np.minimum(1.0, held / np.maximum(asked, 1e-300))[table.product]
        return {
            "profit": float((sold * profit).sum()),
            "revenue": float((sold * (promoted * price + rest * self._list)).sum()),
            "units": float((sold * (promoted + rest)).sum()),
            "cost": float((sold * promoted * self._list * deep).sum()),
        }

    def _interpolated(self, discount: Floats | float) -> tuple[Floats, Floats]:
        """Items and side losses per group at discounts between the first and the last step."""
        alike = isinstance(discount, float)
        each = slice(None) if alike else np.arange(len(self.table.start))
        right = np.clip(np.searchsorted(self.ladder, discount), 0, len(self.ladder) - 1)
        left = np.maximum(right - 1, min(1, len(self.ladder) - 1))
        log_price = np.log1p(-self.ladder)
        step = np.where(right > left, log_price[right] - log_price[left], 1.0)
        part = np.where(right > left, (np.log1p(-discount) - log_price[left]) / step, 0.0)

        def between(grid: Floats) -> Floats:
            return np.asarray((1 - part) * grid[each, left] + part * grid[each, right])

        return np.exp(between(self._log_units)), between(self._side)


def uniform_discount(spend: Callable[[float], float], ladder: Floats, budget: float) -> float:
    """The one discount for everything that spends `budget`; the deepest step when none does.

    Args:
        spend: money given away at a uniform discount, growing with it.
        ladder: the steps that may be used, increasing from 0.
        budget: money.
    """
    deepest = round(FINE * float(ladder[-1]))
    fit = bisect_right(range(deepest + 1), budget, key=lambda step: spend(step / FINE))
    return max(fit - 1, 0) / FINE


def last_year(panel: Panel, start: pd.Timestamp, weeks: int) -> Mapping[str, float] | None:
    """Each product's average discount in the same ISO weeks a year before.

    None when the history does not reach back; a product that was not sold then is absent.
    """
    begin = start - pd.Timedelta(weeks=52)
    week = panel.rows["week"]
    rows = panel.rows[(week >= begin) & (week < begin + pd.Timedelta(weeks=weeks))]
    if panel.rows.empty or week.min() > begin or rows.empty:
        return None
    paid = (rows["price"] * rows["units"]).groupby(rows["product_id"]).sum()
    full = (rows["list_price"] * rows["units"]).groupby(rows["product_id"]).sum()
    depth = (1 - paid / full.where(full > 0)).dropna().clip(0.0, 0.95)
    return {str(name): float(value) for name, value in depth.where(depth >= HARDLY, 0.0).items()}


def baseline_rows(
    valuation: Valuation, stock_share: float, budget: float, past: Mapping[str, float] | None
) -> pd.DataFrame:
    """The BASELINES table for one move."""
    table = valuation.table

    def at(discount: float) -> Totals:
        return valuation.totals(float(discount), stock_share)

    uniform = uniform_discount(lambda depth: at(depth)["cost"], valuation.ladder, budget)
    found = {"no_promotion": (np.nan, at(0.0)), "uniform": (uniform, at(uniform))}
    if past is not None:
        depth = np.array([past.get(product, 0.0) for product in table.products])[table.product]
        found["last_year"] = (np.nan, valuation.totals(depth, stock_share))
    columns: dict[str, object] = {
        "name": pd.array(list(found), dtype="str"),
        "discount": np.array([discount for discount, _ in found.values()]),
    }
    amounts = ("profit", "revenue", "units", "cost")
    columns |= {name: np.array([sums[name] for _, sums in found.values()]) for name in amounts}
    return pd.DataFrame(columns)
