"""Product x week arrays of history for forecasting, with the effect of prices on every cell."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from promo.domain import EVERYONE, Panel
from promo.errors import NotEnoughData
from promo.learn.design import LEVELS, Design, build
from promo.learn.effects import Floats, Ints
from promo.learn.slopes import pooled_slopes

PRICE_WEEKS = 3
"""Weeks at another price from which a product's own price slope is used, as in `fit_response`."""


@dataclass(frozen=True, eq=False)
class Grid:
    """History as arrays of shape (products, weeks), NaN where there was no sale on offer.

    Attributes:
        design: the rows behind the arrays.
        units: items; NaN without a row or when sold out.
    """

    design: Design
    units: Floats

    @property
    def category_of(self) -> Ints:
        """Category of each product."""
        return self.design.category_of


def grid_of(panel: Panel) -> Grid:
    """The arrays of `panel`, places and segments added up."""
    rows, market = _over_places(panel.rows), _everywhere(panel.market, panel.rows)
    whole = Panel(rows, panel.products, by_sales=panel.by_sales, market=market)
    design = build(whole)
    units = np.full((len(design.products), design.weeks), np.nan)
    units[design.product, design.week] = design.units
    return Grid(design, units)


def _over_places(rows: pd.DataFrame) -> pd.DataFrame:
    """One row per product and week: items added up, prices and flags by plain mean over places.

    The mean is plain because items as weights would let a held-out week's sales tell its price.
    """
    if not rows.duplicated(["product_id", "week"]).any():
        return rows.assign(place=pd.Series(EVERYONE, index=rows.index, dtype="str"),
                           segment=pd.Series(EVERYONE, index=rows.index, dtype="str"))  # fmt: skip
    grouped = rows.groupby(["product_id", "week"], sort=True)
    means = grouped[["price", "list_price", "feature", "display", "in_stock"]].mean()
    whole = means.assign(units=grouped["units"].sum()).reset_index()
    names = {"place": EVERYONE, "segment": EVERYONE}
    return whole.assign(
        **{k: pd.Series(v, index=whole.index, dtype="str") for k, v in names.items()}
    )


def _everywhere(market: pd.DataFrame, rows: pd.DataFrame) -> pd.DataFrame:
    """What is known from outside, places by plain mean; drawn by lot where all that sold were."""
    whole = market["place"] == EVERYONE
    if whole.all():
        return market
    keys = ["product_id", "week"]
    means = market.groupby(keys, sort=True)[["unit_cost", "competitor_price"]].mean()
    sold = rows[[*keys, "place"]].drop_duplicates()
    drawn = sold.merge(market[~whole & market["randomised"]], "left", [*keys, "place"])
    everywhere = drawn["randomised"].notna().groupby([drawn[key] for key in keys]).all()
    by_all = market[whole].set_index(keys)["randomised"]
    place = pd.Series(EVERYONE, index=means.index, dtype="str")
    lot = [flags.reindex(means.index).eq(True) for flags in (by_all, everywhere)]
    return means.assign(randomised=lot[0] | lot[1], place=place).reset_index()[list(market)]


def price_effect(grid: Grid, until: int) -> Floats:
    """Log effect of prices, flags and rivals on each cell, learned from weeks before `until`.

    Zero at the list price and competitors' prices of then, without promotion. Shape (products,
    weeks); NaN where there was no row. Where nothing can be learned of prices, every effect is 0.
    """
    design = grid.design
    effect = np.full(grid.units.shape, np.nan)
    effect[design.product, design.week] = 0.0
    try:
        slopes = pooled_slopes(design.before(until), PRICE_WEEKS)
    except NotEnoughData:
        return effect
    theta = np.array([slopes.common.get(name, 0.0) for name in design.names])
    common = design.common.copy()
    for name in LEVELS:
        column = design.names.index(name)
        common[:, column] -= _now(design, until, column)[design.product]
    # Her own prices of the weeks ahead are hers to know; a competitor's are not.
    common[design.week >= until, design.names.index("competitor")] = 0.0
    own = slopes.mean[design.product] * design.deal
    effect[design.product, design.week] = own + common @ theta
    return effect


def _now(design: Design, until: int, column: int) -> Floats:
    """A log price of each product in its last week before `until` (first week for newcomers)."""
    now = np.zeros(len(design.products))
    now[design.product[::-1]] = design.common[::-1, column]
    seen = design.week < until
    now[design.product[seen]] = design.common[seen, column]
    return now
