"""Sales to expect without promotion, with intervals held against weeks that were not seen."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from promo.domain import Forecast, Need, Panel
from promo.errors import BadRequest
from promo.learn.backtest import origins, run_trial, scores_table
from promo.learn.baseline import fit_baseline
from promo.learn.effects import Floats, Ints
from promo.learn.grid import Grid, grid_of, price_effect
from promo.learn.intervals import Cells, Points, bounds, calibrate
from promo.tables import FORECAST


@dataclass(frozen=True)
class ForecastConfig:
    """How the forecast is tried.

    Attributes:
        folds: rolling origins of the back-test, at most.
        refits: origins at which price effects are learned anew; folds in between use the latest
            one before them.
        min_weeks: weeks of history below which nothing is said.
    """

    folds: int = 8
    refits: int = 2
    min_weeks: int = 4


def forecast(panel: Panel, horizon: int, config: ForecastConfig | None = None) -> Forecast:
    """Items per product in each of the next `horizon` weeks at list price, without promotion.

    items = level x season x e^(price effects); the price effects are those of the response
    curves' regression and are 0 at list price. Each rolling origin of the back-test learns from
    the weeks before it only; the prices and flags of its held-out weeks are given, because a
    planned price is known when it is planned.

    Intervals are the quantiles of the back-test's errors per horizon, over all products, each
    error measured in its product's own spread; never narrower than Poisson, never below 0.

    Raises:
        BadRequest: when `horizon` is not positive.
        NotEnoughData: with less than `min_weeks` weeks of history.
    """
    config = config or ForecastConfig()
    if horizon < 1:
        raise BadRequest(field="weeks", value=horizon, must="positive")
    grid = grid_of(panel)
    weeks = grid.units.shape[1]
    Need("weeks", config.min_weeks, weeks).check()
    trial = run_trial(grid, origins(weeks, horizon, config.folds), horizon, config.refits)
    final = fit_baseline(grid, price_effect(grid, weeks), weeks)
    ahead = np.arange(weeks, weeks + horizon)
    cells = Cells(final.mean(ahead), final.spread2, final.counts)
    ends = bounds(cells, calibrate(trial.actual, trial.cells))
    rows = _rows(grid, ahead, cells.mean, ends)
    return Forecast(rows, scores_table(grid, trial, final), panel.delisted)


def _rows(grid: Grid, ahead: Ints, mean: Floats, ends: Points) -> pd.DataFrame:
    dates = (grid.design.start + pd.to_timedelta(7 * ahead, unit="D")).as_unit("us")
    products = grid.design.products.to_numpy()
    return pd.DataFrame({
        "product_id": pd.Series(np.repeat(products, len(ahead)), dtype="str"),
        "week": np.tile(dates, len(products)),
        "mean": mean.ravel(),
        **{name: end.ravel() for name, end in ends.items()},
    })[FORECAST.names]  # fmt: skip


def expected_history(panel: Panel) -> pd.DataFrame:
    """What the forecast's model makes of the past, for a chart beside what was sold.

    Columns: `product_id`, `week`, `units` (NaN when sold out or not on offer), `fitted` (items
    expected one week ahead at the prices and flags that were), `baseline` (the same at list price
    without promotion). One row per product and week from its second week on. Price effects are
    those of the whole history; levels know only the weeks before.

    Raises:
        NotEnoughData: when the panel has no usable row.
    """
    grid = grid_of(panel)
    products, weeks = grid.units.shape
    effect = price_effect(grid, weeks)
    fitted = fit_baseline(grid, effect, weeks).fitted
    baseline = fitted / np.exp(effect)
    dates = (grid.design.start + pd.to_timedelta(7 * np.arange(weeks), unit="D")).as_unit("us")
    table = pd.DataFrame({
        "product_id": pd.Series(np.repeat(grid.design.products, weeks), dtype="str"),
        "week": np.tile(dates, products), "units": grid.units.ravel(),
        "fitted": fitted.ravel(), "baseline": baseline.ravel(),
    })  # fmt: skip
    return table.dropna(subset=["fitted", "baseline"]).reset_index(drop=True)
