"""A solution in arrays becomes the rows of a plan, and what was proven of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from promo.domain import Status
from promo.optimize.arrays import Floats, Ints, Table, totals
from promo.optimize.explain import REASONS, Story

SOLD = ("units", "units_low", "units_high", "revenue", "profit", "new_customers", "kept_customers")
"""Amounts that shrink when a product sells out without any promotion."""

SUMMED = (*SOLD, "demand", "cost", "cannibalised", "halo", "pulled_forward")
"""Amounts that count a row's weight, so that a plan's sums are sums."""

PROVEN = 1e-4
"""A plan is called optimal when at most this share of the uplift is left open."""

ROUNDING = 1e-9
"""Share of the uplift that arithmetic may lose."""

_REASON = pd.array(REASONS, dtype="str")


def weights(table: Table, promoted: Floats) -> Floats:
    """Weight per option row; the weeks that no promotion takes go to no promotion."""
    taken = totals(table.line, promoted * table.column["base_share"], len(table.start))
    rest = 1.0 - taken
    full = promoted.copy()
    full[table.start] = np.where(rest < 1e-9, 0.0, rest)
    return full


@dataclass(frozen=True, eq=False)
class Chosen:
    """The option rows that a plan takes, with their amounts as the plan shows them.

    `full` is the weight of every option row. `sold` is the share of its items without promotion
    that a stock cut by the slider leaves each product; products that sell out anyway show the items
    that can be sold.
    """

    table: Table
    sold: Floats
    full: Floats

    @cached_property
    def at(self) -> Ints:
        """Positions in the options table."""
        return np.flatnonzero(self.full > 0)

    @cached_property
    def weight(self) -> Floats:
        """Share of its segment and weeks that each row gets."""
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
        table, at = self.table, self.at
        values, part = table.arrays, self.sold[self.product]
        amount = {name: np.asarray(values[name].take(at)) for name in SUMMED}
        if (part < 1).any():
            amount |= {name: amount[name] * part for name in SOLD}
        none = table.column["profit"][table.start[table.line[at]]] * part
        amount["gain"] = amount["profit"] - table.column["base_share"][at] * none
        return {name: values * self.weight for name, values in amount.items()}

    def by_product(self, name: str) -> Floats:
        """The sum of an amount over each product's rows."""
        return totals(self.product, self.amount[name], len(self.table.products))

    @cached_property
    def switches(self) -> Floats:
        """How far each switch is on: as far as its most promoted segment; shape (switches,)."""
        table = self.table
        on = self.at[self.discount > 0]
        part = totals(table.group[on], self.full[on], int(table.group[-1]) + 1)
        most = np.zeros(len(table.switch_row))
        np.maximum.at(most, table.switch[on], part[table.group[on]])
        return most


def plan_rows(chosen: Chosen, story: Story) -> pd.DataFrame:
    """The PLAN_ROWS table."""
    table, at = chosen.table, chosen.at
    columns: dict[str, object] = {
        name: chosen.amount[name] if name in chosen.amount else values.take(at)
        for name, values in table.arrays.items()
    }
    columns |= {"weight": chosen.weight, "gain": chosen.amount["gain"]}
    return pd.DataFrame(
        columns
        | {
            "reason": _REASON.take(story.reason[at]),
            "missed": story.missed[at],
            "rival": story.rival[at],
        }
    )


def judged(uplift: float, bound: float, hidden: float) -> tuple[float, Status]:
    """The open gap as a share of the uplift, and whether that counts as proven.

    What the tie-break may hide is not a gap: without that a plan that can promote nothing would be
    all gap and no uplift. The best plan for an aim may be one that loses, as the least cost does.
    """
    open_gap, most = max(bound - uplift, 0.0), max(abs(uplift), abs(bound))
    gap = open_gap / most if open_gap > hidden + ROUNDING * most else 0.0
    return gap, "optimal" if gap <= PROVEN else "feasible"
