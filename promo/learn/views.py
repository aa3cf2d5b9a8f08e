"""What was learned, laid out for looking: a product's history, its curve, the points behind it."""

import numpy as np
import pandas as pd

from promo.domain import Forecast, Panel, ResponseCurves
from promo.doubt import Z_80, response_spread
from promo.learn.design import PROMOTED_FROM

NEIGHBOURS = 13
"""Weeks around a week whose unpromoted sales make its usual level: a quarter."""


def history(panel: Panel, product_id: str) -> pd.DataFrame:
    """One product's weeks over all places and segments.

    Returns:
        `week`, `units` (items), `price` and `list_price` (money, weighted by items), `discount`
        (share), `feature`, `display`, `in_stock` (shares), and `usual`: the median of its
        unpromoted weeks within a quarter, missing where there are none.
    """
    rows = panel.rows[panel.rows["product_id"] == product_id]
    weight = rows["units"].clip(lower=1e-9)
    shares = ["price", "list_price", "feature", "display", "in_stock"]
    weighted = rows[shares].mul(weight, axis=0).assign(week=rows["week"], weight=weight)
    sums = weighted.groupby("week").sum()
    weeks = sums[shares].div(sums["weight"], axis=0)
    weeks.insert(0, "units", rows.groupby("week")["units"].sum())
    listed = weeks["list_price"].where(weeks["list_price"] > 0)
    weeks["discount"] = (1 - weeks["price"] / listed).clip(0, 1).fillna(0.0)
    plain = weeks["units"].where(weeks["discount"] < PROMOTED_FROM)
    weeks["usual"] = plain.rolling(NEIGHBOURS, center=True, min_periods=1).median()
    return weeks.reset_index()


def curve_points(curves: ResponseCurves, product_id: str, ladder: np.ndarray) -> pd.DataFrame:
    """What each discount would do to one product, over all its segments.

    Args:
        curves: what was learned.
        product_id: one of its products.
        ladder: shape (n,), discounts as shares of the list price.

    Returns:
        One row per discount: `discount`, `ratio` with `low` and `high` (items relative to no
        promotion, 80 %), `profit_ratio` (own profit relative to no promotion), and `beyond`:
        whether it is deeper than any discount this product was seen at.
    """
    rows = curves.rows[curves.rows["product_id"] == product_id]
    share = rows["share"].to_numpy()[:, None] / max(float(rows["share"].sum()), 1e-12)
    log_price = np.log1p(-np.asarray(ladder, dtype=float))[None, :]
    promoted = (log_price < 0).astype(float)
    slope, lift = rows["elasticity"].to_numpy()[:, None], rows["lift"].to_numpy()[:, None]
    middle = slope * log_price + lift * promoted
    spread = response_spread(rows, log_price)
    margin = (rows["list_price"] - rows["unit_cost"]).iloc[0]
    depth = np.asarray(ladder, dtype=float)
    left = 1 - depth * float(rows["list_price"].iloc[0]) / margin if margin > 0 else depth * np.nan
    ratio = (share * np.exp(middle)).sum(axis=0)
    return pd.DataFrame(
        {
            "discount": depth,
            "ratio": ratio,
            "low": (share * np.exp(middle - Z_80 * spread)).sum(axis=0),
            "high": (share * np.exp(middle + Z_80 * spread)).sum(axis=0),
            "profit_ratio": ratio * left,
            "beyond": depth > float(rows["deepest"].max()) + 1e-9,
        }
    )


def observed_points(panel: Panel, product_id: str) -> pd.DataFrame:
    """The promoted weeks behind a curve: `week`, `discount`, and `ratio` to the usual level."""
    weeks = history(panel, product_id)
    usual = weeks["usual"].where(weeks["usual"] > 0)
    points = weeks.assign(ratio=weeks["units"] / usual)[["week", "discount", "ratio"]]
    return points[points["discount"] >= PROMOTED_FROM].dropna().reset_index(drop=True)


def backtest_summary(forecast: Forecast, panel: Panel) -> dict[str, float]:
    """The back-test over all products, each counted by the items it sold.

    Returns:
        `series` (products, tried or not) and the weighted mean of each figure over the products
        for which it is known; NaN where it is for none.
    """
    table = forecast.backtest
    sold = panel.rows.groupby("product_id")["units"].sum()
    weight = sold.reindex(table["product_id"]).fillna(0.0).to_numpy()
    means = {name: _mean(table[name].to_numpy(dtype=float), weight) for name in _MEASURES}
    return {"series": float(len(table)), **means}


_MEASURES = ("wape", "wape_naive", "mase", "bias", "coverage_80", "coverage_95")


def _mean(values: np.ndarray, weight: np.ndarray) -> float:
    known = ~np.isnan(values) & (weight > 0)
    return float(np.average(values[known], weights=weight[known])) if known.any() else np.nan


def shallowest(panel: Panel) -> float:
    """The discount that nine in ten of the shop's promoted weeks went beyond; 0 without any.

    What lies below it was hardly ever tried, so nothing was learned about it.
    """
    rows = panel.rows
    discount = 1 - rows["price"] / rows["list_price"].where(rows["list_price"] > 0)
    promoted = discount[discount >= PROMOTED_FROM]
    return float(promoted.quantile(0.1)) if len(promoted) else 0.0


def shown_depths(panel: Panel, deepest: float) -> np.ndarray:
    """No discount, then every whole percent from the shallowest that was tried to `deepest`.

    The lift of being promoted is known from there on; a curve below it would be an invention.
    """
    first = round(100 * max(shallowest(panel), PROMOTED_FROM))
    return np.array([0, *range(first, round(100 * deepest) + 1)]) / 100
