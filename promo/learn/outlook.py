"""What a page shows of a forecast: past and future in one table, and how far to trust it."""

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import pandas as pd

from promo.domain import EVERYONE, Forecast, Panel
from promo.errors import NotFound
from promo.learn.race import CLASSES

Level = Literal["product", "category", "total"]
ENDS = ["low_80", "high_80", "low_95", "high_95"]
HARDLY = 0.02
"""Share by which an error must be smaller than the simplest rule's to count as better."""


@dataclass(frozen=True)
class Trust:
    """How a forecast did on weeks it had not seen; shares are NaN where nothing was tried.

    Attributes:
        methods: names of the methods that speak, the most frequent first.
        wape, wape_naive: error as a share of sales, and that of the same weeks a year before.
        mase: error in units of repeating the last week.
        bias: said too much (above 0) or too little, share of sales.
        coverage_80, coverage_95: share of those weeks inside the intervals.
        better: whether it beats the simplest rule; None where that is not known.
    """

    methods: tuple[str, ...]
    wape: float
    wape_naive: float
    mase: float
    bias: float
    coverage_80: float
    coverage_95: float
    better: bool | None


def outlook(panel: Panel, forecast: Forecast, level: Level, name: str = EVERYONE) -> pd.DataFrame:
    """History and forecast of a product, a category or everything.

    Args:
        panel: the history.
        forecast: what was learned from it.
        level: what `name` is.
        name: product or category; not read for the total.

    Returns:
        One row per week, past ones first: `week`, `units` (items sold, NaN in the future), `mean`
        and the ends of its intervals (items at list price without promotion, NaN in the past).

    Raises:
        NotFound: when there is no such product or category.
    """
    sold, ahead = panel.rows, forecast.groups
    if level == "product":
        sold = sold[sold["product_id"] == name]
        ahead = forecast.rows[forecast.rows["product_id"] == name]
    else:
        ahead = ahead[ahead["level"] == level]
    if level == "category":
        inside = panel.products.loc[panel.products["category"] == name, "product_id"]
        sold, ahead = sold[sold["product_id"].isin(inside)], ahead[ahead["name"] == name]
    if ahead.empty:
        raise NotFound(kind=level, name=name)
    past = sold.groupby("week", as_index=False)["units"].sum()
    whole: pd.DataFrame = past.merge(ahead[["week", "mean", *ENDS]], on="week", how="outer")
    return whole


def trust(panel: Panel, forecast: Forecast, product_id: str | None = None) -> Trust:
    """How far one product's forecast, or the shop's, can be trusted.

    The shop's figures weigh each product by the items it sold.
    """
    table = forecast.backtest
    if product_id is not None:
        table = table[table["product_id"] == product_id]
    sold = panel.rows.groupby("product_id")["units"].sum()
    weight = sold.reindex(table["product_id"]).fillna(0.0).to_numpy()
    if product_id is not None:
        weight = np.ones(len(table))
    figures = {
        name: _mean(table[name].to_numpy(dtype=float), weight)
        for name in ("wape", "wape_naive", "mase", "bias", "coverage_80", "coverage_95")
    }
    both = (table["wape"].notna() & table["wape_naive"].notna()).to_numpy()
    mine, naive = (_mean(table[name].to_numpy(dtype=float), weight * both)
                   for name in ("wape", "wape_naive"))  # fmt: skip
    better = None if np.isnan(mine) else bool(mine < (1 - HARDLY) * naive)
    methods = table["method"].value_counts(sort=True).index
    return Trust(tuple(str(name) for name in methods), better=better, **figures)


def trust_by_kind(panel: Panel, forecast: Forecast) -> dict[str, tuple[int, Trust]]:
    """How many products sell in each way, and how far their forecasts can be trusted."""
    table = forecast.backtest
    parts = {kind: table[table["kind"] == kind] for kind in CLASSES}
    return {
        kind: (len(part), trust(panel, replace(forecast, backtest=part)))
        for kind, part in parts.items() if len(part)
    }  # fmt: skip


def no_better(forecast: Forecast) -> "pd.Series[bool]":
    """Per row of the back-test whether it is no better than the simplest rule; False if untried."""
    table = forecast.backtest
    return (table["wape"] >= (1 - HARDLY) * table["wape_naive"]).rename("no_better")


def _mean(values: np.ndarray, weight: np.ndarray) -> float:
    known = ~np.isnan(values) & (weight > 0)
    return float(np.average(values[known], weights=weight[known])) if known.any() else np.nan
