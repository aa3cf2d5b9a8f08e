"""What it would be worth to know a product's answer to discounts more exactly.

References:
    Raiffa, H. and Schlaifer, R. (1961). Applied Statistical Decision Theory, chapter 5: the
    preposterior distribution of the mean and the expected value of sample information.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from promo.optimize.arrays import Floats, Table, totals
from promo.optimize.explain import Charges, shut_by
from promo.optimize.plan_model import PlanModel, Solved
from promo.optimize.problem import Prices
from promo.optimize.stock import WEEKS_TOGETHER, campaign_spread

NODES = 40
"""Of the Gauss-Hermite quadrature: the better of several choices has kinks, so more than usual."""


ROUNDING = 1e-9
"""Share of a value below which a gain is the rounding of the sums behind it."""


@dataclass(frozen=True, eq=False)
class Belief:
    """What is known of each product's answer, and how noisy one of its weeks is.

    All of shape (products,): `slope` and its standard error `se`, `lift_se` of being promoted at
    all, `noise`, the standard deviation of log items between two weeks that differ by chance.
    """

    slope: Floats
    se: Floats
    lift_se: Floats
    noise: Floats


@dataclass(frozen=True, eq=False)
class Stakes:
    """What each option row is worth at the plan's prices, and how it moves with the answer.

    At `r` times the expected answer a row is worth `net` + `moving` (r - 1), against no promotion
    of its group; rows that may not be chosen are worth -inf. `slot` is what promoting a product
    takes of its category's slots, shape (products,).
    """

    table: Table
    log_price: Floats
    net: Floats
    moving: Floats
    slot: Floats

    def value(self, answer: Floats | float) -> Floats:
        """What the best choice for each product is worth; shape (products,)."""
        net = self.net + self.moving * (answer - 1.0)
        best = np.maximum.reduceat(net, self.table.start)
        each = totals(self.table.product, best, len(self.table.products))
        return np.maximum(each - self.slot, 0.0)

    def value_of_knowing(self, sd: Floats) -> Floats:
        """Mean gain per product when the slope's new mean will lie `sd` around today's.

        The new mean of an answer is log-normal around the answer that the plan promises, so a
        test moves every option and favours none: where it cannot change the choice the value is 0.

        Args:
            sd: of the slope's mean after the test, as seen before it; shape (products,).
        """
        nodes, weights = np.polynomial.hermite_e.hermegauss(NODES)
        weights = weights / weights.sum()
        spread = sd[self.table.owner] * self.log_price
        # The quadrature's own mean, so that the answers average to 1 to the last digit.
        mean = sum(w * np.exp(spread * x) for x, w in zip(nodes, weights, strict=True))
        value = sum(
            w * self.value(np.exp(spread * x) / mean) for x, w in zip(nodes, weights, strict=True)
        )
        gained = value - self.value(1.0)
        return np.where(gained > ROUNDING * (1.0 + value), gained, 0.0)


def measured(believed: Belief, discount: float, weeks: int) -> Floats:
    """Variance with which a test tells the slope of each product.

    The difference of two means of weeks, less a lift that is known with an error of its own, over
    the step in log price.
    """
    on = weeks // 2
    noise = believed.noise**2 * (1 / on + 1 / (weeks - on))
    return np.asarray((noise + believed.lift_se**2) / np.log1p(-discount) ** 2)


def narrowed(believed: Belief, discount: float, weeks: int) -> tuple[Floats, Floats]:
    """Each slope's standard error after a test, and how far its mean is expected to move (sd)."""
    before, told = believed.se**2, measured(believed, discount, weeks)
    after = before * told / np.maximum(before + told, 1e-300)
    return np.sqrt(after), np.sqrt(np.maximum(before - after, 0.0))


def belief(table: Table, curves: pd.DataFrame) -> Belief:
    """What is known of each product: its segments' curves, averaged by their shares of items.

    Segments err together here, because their slopes rest on the product's. The noise of a week is
    read off the forecast's interval: the part of it that two weeks of one campaign do not share,
    which is what the difference between test weeks and others is blurred by.
    """
    rows = _aligned(table, curves)
    share = rows["share"].to_numpy()
    whole = np.maximum(totals(table.product, share, len(table.products)), 1e-300)

    def mean(column: str) -> Floats:
        each = share * rows[column].to_numpy()
        return np.asarray(totals(table.product, each, len(table.products)) / whole)

    options = table.options
    first = table.start[np.flatnonzero(np.diff(table.product, prepend=-1))]
    spread = options.rows["base_spread"].to_numpy()[first]
    weekly = spread / campaign_spread(np.ones(len(first)), options.weeks)
    noise = weekly * np.sqrt(1 - WEEKS_TOGETHER)
    return Belief(mean("elasticity"), mean("elasticity_se"), mean("lift_se"), noise)


def stakes(model: PlanModel, solved: Solved, prices: Prices) -> Stakes:
    """What every option is worth at the plan's prices, and the part that moves with the answer."""
    table, column = model.table, model.table.column
    charges = Charges(table, model.value, model.idle, solved.terms, prices)
    rows = table.options.rows
    side = rows["cannibalised"] - rows["halo"] + rows["pulled_forward"]
    items = column["demand"] * prices.stock[table.owner]
    moving = column["profit"] + side.to_numpy() - charges.gross - items
    promoted = column["discount"] > 0
    net = np.where((shut_by(charges) < 0) & ~charges.hopeless, charges.net, -np.inf)
    slot = np.zeros(len(table.products))
    once = np.sum([np.zeros(len(table.switch_row)), *charges.switches], axis=0)
    np.maximum.at(slot, table.owner[table.switch_row], once)
    return Stakes(table, np.log1p(-column["discount"]), net, np.where(promoted, moving, 0.0), slot)


def _aligned(table: Table, curves: pd.DataFrame) -> pd.DataFrame:
    """The curve of every group of the options.

    Raises:
        ValueError: a group has none.
    """
    key = ["product_id", "segment"]
    groups = table.options.rows[key].take(table.start)
    rows = groups.merge(curves, on=key, how="left", validate="one_to_one")
    if rows["share"].isna().any():
        raise ValueError("every product and segment of the options has a curve")
    return rows
