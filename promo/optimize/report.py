"""A solution in arrays becomes the tables of a `Plan`."""

from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd

from promo.optimize.arrays import Flags, Floats, Ints, Objective, Table
from promo.optimize.case import Case, Prices
from promo.optimize.explain import REASONS, explain, worth
from promo.optimize.rules import Limits
from promo.tables import RULE_USE

BINDS = 1e-6
"""A rule binds when its use comes this close to its limit, as a share of the limit."""


def weights(table: Table, row: Ints, weight: Floats) -> Floats:
    """Weight per option row; what no promoted level takes goes to no promotion."""
    full = np.zeros(len(table.group))
    full[row] = weight
    taken = np.bincount(table.group, weights=full, minlength=len(table.start))
    rest = 1.0 - taken
    full[table.start] = np.where(rest < 1e-9, 0.0, rest)
    return full


def plan_rows(
    table: Table, objective: Objective, limits: Limits, case: Case, prices: Prices, full: Floats
) -> pd.DataFrame:
    """The PLAN_ROWS table; products that sell out anyway show the items that can be sold."""
    capped = case.sold < 1
    reason, missed = explain(table, limits, worth(table, objective, case, prices), full, capped)
    at = np.flatnonzero(full > 0)
    rows = table.options.rows.take(at).reset_index(drop=True)
    part = case.sold[table.product[table.group[at]]]
    if capped.any():
        names = ["units", "units_low", "units_high", "revenue", "profit"]
        rows = rows.assign(**{name: rows[name] * part for name in names})
    base = table.column["profit"][table.start][table.group[at]] * part
    names_of = np.array(REASONS, dtype=object)
    rows = rows.assign(weight=np.minimum(full[at], 1.0), gain=rows["profit"].to_numpy() - base)
    return _by_weight(rows).assign(
        reason=pd.Series(names_of[reason[at]], dtype="str"),
        missed=missed[at],
    )


SUMMED = [
    "units", "units_low", "units_high", "revenue", "cost", "profit", "cannibalised",
    "pulled_forward", "gain",
]  # fmt: skip


def _by_weight(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows with every amount multiplied by its row's weight, so that a plan's sums are sums."""
    return rows.assign(**{name: rows[name] * rows["weight"] for name in SUMMED})


def rule_use(
    rows: pd.DataFrame, limits: Limits, stock: Mapping[str, float], case: Case, prices: Prices,
    table: Table,
) -> pd.DataFrame:  # fmt: skip
    """The RULE_USE table: what each rule allows, what the plan uses, and what one more brings."""
    parts = [
        *_money_use(rows, limits, prices, table),
        *_discount_use(rows, limits),
        *_slot_use(rows, limits, prices, table),
        _stock_use(rows, limits, stock, case, prices, table),
    ]
    used = pd.concat([part for part in parts if len(part)] or [RULE_USE.empty()])
    limit = used["limit"].to_numpy()
    slack = BINDS * np.maximum(np.abs(limit), 1e-9)
    least = used["rule"].isin(["min_discount", "margin_floor"]).to_numpy()
    far = np.where(least, used["used"] > limit + slack, used["used"] < limit - slack)
    return used.assign(binds=~far)[RULE_USE.names].reset_index(drop=True)


def _use(rule: str, scope: list[str], limit: Floats, used: Floats, price: Floats) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "rule": pd.Series([rule] * len(scope), dtype="str"),
            "scope": pd.Series(scope, dtype="str"),
            "limit": np.asarray(limit, dtype=float),
            "used": np.asarray(used, dtype=float),
            "shadow_price": np.asarray(price, dtype=float),
        }
    )


def _one(rule: str, limit: float, used: float, price: float) -> pd.DataFrame:
    return _use(rule, ["all"], np.array([limit]), np.array([used]), np.array([price]))


def _money_use(
    rows: pd.DataFrame, limits: Limits, prices: Prices, table: Table
) -> Iterator[pd.DataFrame]:
    cost = rows["cost"]
    if limits.budget is not None:
        yield _one("budget", limits.budget, float(cost.sum()), prices.budget)
    if limits.category_budget:
        names = [name for name in table.categories if name in limits.category_budget]
        at = [table.categories.index(name) for name in names]
        used = cost.groupby(rows["category"]).sum().reindex(names).to_numpy()
        limit = np.array([limits.category_budget[name] for name in names])
        yield _use("category_budget", names, limit, used, prices.by_category[at])
    if limits.margin_floor:
        revenue = float(rows["revenue"].sum())
        profit = float(rows["profit"].sum())
        share = profit / revenue if revenue > 0 else 1.0
        # One more unit of the floor moves the right-hand side by the whole revenue.
        yield _one("margin_floor", limits.margin_floor, share, -prices.floor * revenue)


def _discount_use(rows: pd.DataFrame, limits: Limits) -> Iterator[pd.DataFrame]:
    promoted = rows.loc[rows["discount"] > 0, "discount"]
    if limits.min_discount:
        used = float(promoted.min()) if len(promoted) else limits.min_discount
        yield _one("min_discount", limits.min_discount, used, np.nan)
    if limits.max_discount is not None:
        used = float(promoted.max()) if len(promoted) else 0.0
        yield _one("max_discount", limits.max_discount, used, np.nan)


def _slot_use(
    rows: pd.DataFrame, limits: Limits, prices: Prices, table: Table
) -> Iterator[pd.DataFrame]:
    if limits.max_promoted is None:
        return
    promoted = rows[rows["discount"] > 0]
    part = promoted.groupby(["category", "product_id", "segment"])["weight"].sum()
    each = part.groupby(["category", "product_id"]).max().groupby("category").sum()
    used = each.reindex(table.categories, fill_value=0.0).to_numpy()
    limit = np.full(len(table.categories), float(limits.max_promoted))
    yield _use("most_promoted", table.categories, limit, used, prices.slots)


def _stock_use(
    rows: pd.DataFrame, limits: Limits, stock: Mapping[str, float], case: Case, prices: Prices,
    table: Table,
) -> pd.DataFrame:  # fmt: skip
    known: Flags = np.array([name in stock for name in table.products])
    names = [name for name in table.products if name in stock]
    units = rows["units"].groupby(rows["product_id"], sort=False).sum()
    limit = limits.stock_share * np.array([stock[name] for name in names])
    # A product that sells out without any promotion sells each further item at its base value.
    price = np.where(case.sold < 1, case.item_value, prices.stock)[known]
    return _use("stock", names, limit, units.reindex(names).to_numpy(), price)
