"""A solution in arrays becomes the tables of a `Plan`."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from promo.optimize.arrays import Floats, Ints, Table, totals
from promo.optimize.case import Case, Prices
from promo.optimize.explain import REASONS, explain, worth
from promo.optimize.rules import Limits
from promo.tables import RULE_USE

BINDS = 1e-6
"""A rule binds when its use comes this close to its limit, as a share of the limit."""

PRICED = 1e-6
"""A shadow price beyond the solver's own tolerance."""

SOLD = ("units", "units_low", "units_high", "revenue", "profit")
"""Amounts that shrink when a product sells out without any promotion."""

SUMMED = (*SOLD, "demand", "cost", "cannibalised", "pulled_forward")
"""Amounts that count a row's weight, so that a plan's sums are sums."""

_REASON = pd.array(REASONS, dtype="str")


def weights(table: Table, row: Ints, weight: Floats) -> Floats:
    """Weight per option row; what no promoted level takes goes to no promotion."""
    full = np.zeros(len(table.group))
    full[row] = weight
    taken = np.bincount(table.group, weights=full, minlength=len(table.start))
    rest = 1.0 - taken
    full[table.start] = np.where(rest < 1e-9, 0.0, rest)
    return full


@dataclass(frozen=True, eq=False)
class Chosen:
    """The option rows that a plan takes, with their amounts as the plan shows them.

    Products that sell out anyway show the items that can be sold.
    """

    table: Table
    case: Case
    full: Floats

    @cached_property
    def at(self) -> Ints:
        """Positions in the options table."""
        return np.flatnonzero(self.full > 0)

    @cached_property
    def weight(self) -> Floats:
        """Share of its segment that each row gets."""
        return np.minimum(self.full[self.at], 1.0)

    @cached_property
    def product(self) -> Ints:
        """Product of each row."""
        return self.table.owner[self.at]

    @cached_property
    def discount(self) -> Floats:
        """Discount of each row."""
        return self.table.column["discount"][self.at]

    @cached_property
    def amount(self) -> Mapping[str, Floats]:
        """Every amount by its column, and the gain over no promotion."""
        values, part = self.table.arrays, self.case.sold[self.product]
        amount = {name: np.asarray(values[name].take(self.at)) for name in SUMMED}
        if (part < 1).any():
            amount |= {name: amount[name] * part for name in SOLD}
        none = self.table.start[self.table.group[self.at]]
        amount["gain"] = amount["profit"] - self.table.column["profit"][none] * part
        return {name: values * self.weight for name, values in amount.items()}

    def by_product(self, name: str) -> Floats:
        """The sum of an amount over each product's rows."""
        return totals(self.product, self.amount[name], len(self.table.products))

    def by_category(self, name: str) -> Floats:
        """The sum of an amount over each category's rows."""
        table = self.table
        return totals(table.category, self.by_product(name), len(table.categories))

    def promoted(self) -> Floats:
        """Products promoted per category; one counts as much as its most promoted segment."""
        table, on = self.table, self.discount > 0
        part = totals(table.group[self.at[on]], self.weight[on], len(table.start))
        most = np.zeros(len(table.products))
        np.maximum.at(most, table.product, part)
        return totals(table.category, most, len(table.categories))


def plan_rows(chosen: Chosen, value: Floats, limits: Limits, prices: Prices) -> pd.DataFrame:
    """The PLAN_ROWS table; `value` is what each option row adds to the objective."""
    table, case, at = chosen.table, chosen.case, chosen.at
    at_prices = worth(table, value, case, prices)
    reason, missed = explain(table, limits, at_prices, chosen.full, case.sold < 1)
    columns: dict[str, object] = {
        name: chosen.amount[name] if name in chosen.amount else values.take(at)
        for name, values in table.arrays.items()
    }
    columns |= {"weight": chosen.weight, "gain": chosen.amount["gain"]}
    return pd.DataFrame(columns | {"reason": _REASON.take(reason[at]), "missed": missed[at]})


@dataclass(frozen=True, eq=False)
class Use:
    """One rule over its scopes; `least` when the limit is a lower one."""

    rule: str
    scope: Sequence[str]
    limit: Floats
    used: Floats
    price: Floats
    least: bool = False

    @property
    def binds(self) -> "np.ndarray[tuple[int, ...], np.dtype[np.bool_]]":
        """Where the use comes as close to the limit as makes no difference, or has a price.

        A whole plan may leave the last coins of a budget that the relaxed plan would have spent.
        """
        slack = BINDS * np.maximum(np.abs(self.limit), 1e-9)
        far = self.used > self.limit + slack if self.least else self.used < self.limit - slack
        return np.asarray(~far | (np.abs(np.nan_to_num(self.price)) > PRICED))


def rule_use(
    chosen: Chosen, limits: Limits, stock: Mapping[str, float], prices: Prices
) -> pd.DataFrame:
    """The RULE_USE table: what each rule allows, what the plan uses, and what one more brings."""
    uses = [
        *_money_use(chosen, limits, prices),
        *_discount_use(chosen, limits),
        *_slot_use(chosen, limits, prices),
        *_stock_use(chosen, limits, stock, prices),
    ]
    if not uses:
        return RULE_USE.empty()
    names = pd.array([use.rule for use in uses], dtype="str")
    return pd.DataFrame(
        {
            "rule": names.take(np.repeat(np.arange(len(uses)), [len(use.scope) for use in uses])),
            "scope": pd.array([name for use in uses for name in use.scope], dtype="str"),
            "limit": np.concatenate([use.limit for use in uses]),
            "used": np.concatenate([use.used for use in uses]),
            "binds": np.concatenate([use.binds for use in uses]),
            "shadow_price": np.concatenate([use.price for use in uses]),
        }
    )


def _one(rule: str, limit: float, used: float, price: float, *, least: bool = False) -> Use:
    return Use(rule, ["all"], np.array([limit]), np.array([used]), np.array([price]), least)


def _money_use(chosen: Chosen, limits: Limits, prices: Prices) -> Iterator[Use]:
    if limits.budget is not None:
        yield _one("budget", limits.budget, float(chosen.amount["cost"].sum()), prices.budget)
    if limits.category_budget:
        categories = chosen.table.categories
        at = [at for at, name in enumerate(categories) if name in limits.category_budget]
        names = [categories[number] for number in at]
        limit = np.array([limits.category_budget[name] for name in names], dtype=float)
        used = chosen.by_category("cost")[at]
        yield Use("category_budget", names, limit, used, prices.by_category[at])
    if limits.margin_floor:
        revenue = float(chosen.amount["revenue"].sum())
        profit = float(chosen.amount["profit"].sum())
        share = profit / revenue if revenue > 0 else 1.0
        # One more unit of the floor moves the right-hand side by the whole revenue.
        price = -prices.floor * revenue
        yield _one("margin_floor", limits.margin_floor, share, price, least=True)


def _discount_use(chosen: Chosen, limits: Limits) -> Iterator[Use]:
    promoted = chosen.discount[chosen.discount > 0]
    if limits.min_discount:
        used = float(promoted.min(initial=1.0)) if promoted.size else limits.min_discount
        yield _one("min_discount", limits.min_discount, used, np.nan, least=True)
    if limits.max_discount is not None:
        used = float(promoted.max(initial=0.0))
        yield _one("max_discount", limits.max_discount, used, np.nan)


def _slot_use(chosen: Chosen, limits: Limits, prices: Prices) -> Iterator[Use]:
    if limits.max_promoted is not None:
        categories = chosen.table.categories
        limit = np.full(len(categories), float(limits.max_promoted))
        yield Use("most_promoted", categories, limit, chosen.promoted(), prices.slots)


def _stock_use(
    chosen: Chosen, limits: Limits, stock: Mapping[str, float], prices: Prices
) -> Iterator[Use]:
    """The stock of every product for which it is known."""
    if not stock:
        return
    products, case = chosen.table.products, chosen.case
    at = [number for number, name in enumerate(products) if name in stock]
    names = [products[number] for number in at]
    limit = limits.stock_share * np.array([stock[name] for name in names])
    # A product that sells out without any promotion sells each further item at its base value.
    price = np.where(case.sold < 1, case.item_value, prices.stock)[at]
    # What is asked for beyond the stock of a product that is not promoted uses none of it.
    used = np.minimum(chosen.by_product("demand")[at], limit)
    yield Use("stock", names, limit, used, price)
