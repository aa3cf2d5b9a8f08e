"""Why each discount is in or out, and what the next best would have lost, at the plan's prices."""

from dataclasses import dataclass

import numpy as np

from promo.optimize.arrays import Flags, Floats, Ints, Table
from promo.optimize.case import Case, Prices
from promo.optimize.rules import Limits

REASONS = (
    "in_best", "in_part", "out_no_gain", "out_budget", "out_margin", "out_stock", "out_slots",
    "out_bounds",
)  # fmt: skip
"""Every reason code; `promo.words` has a sentence for each."""


@dataclass(frozen=True, eq=False)
class Worth:
    """What each option is worth at the plan's prices, relative to no promotion of its group.

    `net` = value - money - margin - stock; each charge is what the option takes of a scarce
    thing, in the objective's unit. `slot` is the charge of promoting a product that is not.
    """

    value: Floats
    money: Floats
    margin: Floats
    stock: Floats
    slot: Floats

    @property
    def net(self) -> Floats:
        """Reduced worth per option row, before the slot."""
        return self.value - self.money - self.margin - self.stock


def worth(table: Table, value: Floats, case: Case, prices: Prices) -> Worth:
    """Price every option row with the shadow prices of a linear plan.

    Args:
        table: the options.
        value: what each option row adds to the objective, beyond no promotion of its group.
        case: the limits.
        prices: of what they limit.
    """
    delta, nothing = table.beyond, np.zeros(len(table.group))
    money = (prices.budget + prices.by_category)[table.category]
    margin, stock = nothing, nothing
    if prices.floor > 0:
        margin = -prices.floor * (delta["profit"] - case.floor * delta["revenue"])
    if prices.stock.any():
        stock = delta["demand"] * prices.stock[table.owner]
    return Worth(
        value=value,
        money=table.column["cost"] * money[table.owner],
        margin=margin,
        stock=stock,
        slot=prices.slots[table.category],
    )


def explain(
    table: Table, limits: Limits, at: Worth, weight: Floats, capped: Flags
) -> tuple[Ints, Floats]:
    """A reason (index into `REASONS`) and the missed gain per option row.

    Args:
        table: the options.
        limits: the manager's limits, for the discounts she forbade.
        at: every option's worth at the plan's prices.
        weight: chosen weight per option row.
        capped: products that sell out without any promotion; shape (products,).
    """
    discount, group, product = table.column["discount"], table.group, table.owner
    low, high = limits.min_discount or 0.0, limits.max_discount
    top = 1.0 if high is None else high
    allowed = (discount == 0) | ((discount >= low - 1e-12) & (discount <= top + 1e-12))
    chosen, promoted = weight > 0, (weight > 0) & (discount > 0)
    on = np.zeros(len(table.products), dtype=bool)
    on[product[promoted]] = True
    slot = np.where(on, 0.0, at.slot)[product] * (discount > 0)
    net = np.where(allowed & ~(capped[product] & (discount > 0)), at.net - slot, -np.inf)
    missed = _missed(table, net, chosen)
    reason = _why_out(table, at, slot, net, allowed, capped)[group]
    reason = np.where(discount > 0, REASONS.index("in_best"), reason)
    split = chosen & (weight < 1 - 1e-9)
    return np.where(split, REASONS.index("in_part"), reason), missed


def _missed(table: Table, net: Floats, chosen: Flags) -> Floats:
    """Net worth of a chosen row above the best row of its group that was not chosen."""
    rival = _most(table, np.where(chosen, -np.inf, net))
    missed = np.zeros(len(net))
    at = np.flatnonzero(chosen)
    mine, best = net[at], rival[table.group[at]]
    known = np.isfinite(mine) & np.isfinite(best)
    missed[at[known]] = np.maximum(mine[known] - best[known], 0.0)
    return missed


def _most(table: Table, values: Floats) -> Floats:
    """The largest value of each group's rows."""
    return np.asarray(np.maximum.reduceat(values, table.start)) if len(table.start) else values


def _why_out(
    table: Table, at: Worth, slot: Floats, net: Floats, allowed: Flags, capped: Flags
) -> Ints:
    """Per group, what keeps its most nearly chosen discount out: the largest charge on it."""
    discount, group = table.column["discount"], table.group
    tempting = (discount > 0) & (at.value > 0)
    any_tempting = np.bincount(group[tempting], minlength=len(table.start)) > 0
    any_usable = np.bincount(group[tempting & allowed], minlength=len(table.start)) > 0
    near = np.where(tempting & allowed, net, -np.inf)
    best = np.zeros(len(table.start), dtype=np.int64)
    nearest = np.flatnonzero(near == _most(table, near)[group])
    best[group[nearest]] = nearest  # of equals the deepest, which comes last
    charges = np.stack([part[best] for part in (at.money, at.margin, at.stock, slot)])
    codes = [REASONS.index(code) for code in ("out_budget", "out_margin", "out_stock", "out_slots")]
    largest = np.array(codes)[charges.argmax(axis=0)]
    none = REASONS.index("out_no_gain")
    reason = np.where(charges.max(axis=0) > 0, largest, none)
    reason = np.where(capped[table.product], REASONS.index("out_stock"), reason)
    reason = np.where(any_usable, reason, REASONS.index("out_bounds"))
    return np.where(any_tempting, reason, none)
