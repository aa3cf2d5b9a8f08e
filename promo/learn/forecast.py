"""Sales to expect without promotion, with intervals held against weeks that were not seen."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from promo.domain import EVERYONE, Forecast, Need, Panel
from promo.errors import BadRequest
from promo.learn.backtest import Series, Trial, Verdict, decide, origins, run_trial
from promo.learn.baseline import fit_baseline
from promo.learn.effects import Floats
from promo.learn.grid import Grid, grid_of, price_effect
from promo.learn.groups import group_outlook
from promo.learn.intervals import Cells, Points, bounds, calibrate
from promo.learn.past import Past
from promo.learn.race import CLASSES
from promo.learn.scores import scores_table
from promo.learn.seasons import WEEKS
from promo.tables import FORECAST, GROUP_FORECAST

KNOWN_FROM = 50_000
"""Cells of history from which half of them teach the effects of prices once for all folds."""


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


@dataclass(frozen=True, eq=False)
class Outlook:
    """What is expected of many series, and how it was tried.

    Attributes:
        trial: the back-test.
        verdict: means and methods.
        ends: `low_80`, `high_80`, `low_95`, `high_95`, shape (products, horizon).
    """

    trial: Trial
    verdict: Verdict
    ends: Points


def look_ahead(series: Series, horizon: int, config: ForecastConfig) -> Outlook:
    """Race the methods, let the winners speak, and calibrate their intervals."""
    starts = origins(series.steps, horizon, config.folds)
    refits = config.refits if series.units.size < KNOWN_FROM else 1
    trial = run_trial(series, starts, horizon, refits)
    past = series.past(series.steps, series.effect(series.steps))
    verdict = decide(series, trial, past, horizon)
    tails = calibrate(trial.cells.tails(trial.actual), trial.cells.kind, len(CLASSES))
    cells = Cells(verdict.mean, verdict.spread2, verdict.kind)
    return Outlook(trial, verdict, bounds(cells, tails))


def forecast(panel: Panel, horizon: int, config: ForecastConfig | None = None) -> Forecast:
    """Items per product in each of the next `horizon` weeks at list price, without promotion.

    Effects of prices and promotions are those of the response curves' regression; they are taken
    out of the history for every method and are 0 at list price. Each rolling origin of the
    back-test learns from the weeks before it only; the prices and flags of its held-out weeks are
    given, because a planned price is known when it is planned. Which method speaks for a class of
    series (smooth, erratic, intermittent, lumpy) is decided there, and named in the back-test.

    Intervals reach as far into the tails as held-out weeks of the same class showed to be needed,
    and never below 0.

    Raises:
        BadRequest: when `horizon` is not positive.
        NotEnoughData: with less than `min_weeks` weeks of history.
    """
    config = config or ForecastConfig()
    if horizon < 1:
        raise BadRequest(field="weeks", value=horizon, must="positive")
    grid = grid_of(panel)
    Need("weeks", config.min_weeks, grid.units.shape[1]).check()
    found = look_ahead(series_of(grid), horizon, config)
    table = scores_table(grid.design.products, found.trial, found.verdict)
    return Forecast(_rows(grid, found), table, panel.delisted, _groups(grid, found))


def series_of(grid: Grid) -> Series:
    """The weekly series of a panel, with the effects of its prices."""
    return Series(grid.units, grid.category_of, WEEKS, lambda origin: price_effect(grid, origin))


def _rows(grid: Grid, found: Outlook) -> pd.DataFrame:
    mean = found.verdict.mean
    ahead = grid.units.shape[1] + np.arange(mean.shape[1])
    products = grid.design.products.to_numpy()
    return pd.DataFrame({
        "product_id": pd.Series(np.repeat(products, len(ahead)), dtype="str"),
        "week": np.tile(weeks_of(grid, ahead), len(products)),
        "mean": mean.ravel(),
        **{name: end.ravel() for name, end in found.ends.items()},
    })[FORECAST.names]  # fmt: skip


def _groups(grid: Grid, found: Outlook) -> pd.DataFrame:
    """Forecasts of every category, then of the whole shop."""
    categories = grid.design.categories.astype(str)
    member = np.vstack([
        grid.category_of == np.arange(len(categories))[:, None], np.ones((1, len(grid.units)))
    ]).astype(np.float64)  # fmt: skip
    mean, ends = group_outlook(found.trial, found.verdict, member)
    ahead = grid.units.shape[1] + np.arange(mean.shape[1])
    levels = ["category"] * len(categories) + ["total"]
    return pd.DataFrame({
        "level": pd.Series(np.repeat(levels, len(ahead)), dtype="str"),
        "name": pd.Series(np.repeat([*categories, EVERYONE], len(ahead)), dtype="str"),
        "week": np.tile(weeks_of(grid, ahead), len(member)),
        "mean": mean.ravel(), **{name: end.ravel() for name, end in ends.items()},
    })[GROUP_FORECAST.names]  # fmt: skip


def weeks_of(grid: Grid, steps: "np.ndarray[tuple[int], np.dtype[np.int64]]") -> pd.DatetimeIndex:
    """The Mondays of steps counted from the start of the grid."""
    return (grid.design.start + pd.to_timedelta(7 * steps, unit="D")).as_unit("us")


def expected_history(panel: Panel) -> pd.DataFrame:
    """What season, level and prices make of the past, for a chart beside what was sold.

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
    fitted: Floats = fit_baseline(Past(grid.units, effect, grid.category_of, WEEKS)).fitted
    baseline = fitted / np.exp(effect)
    table = pd.DataFrame({
        "product_id": pd.Series(np.repeat(grid.design.products, weeks), dtype="str"),
        "week": np.tile(weeks_of(grid, np.arange(weeks)), products), "units": grid.units.ravel(),
        "fitted": fitted.ravel(), "baseline": baseline.ravel(),
    })  # fmt: skip
    return table.dropna(subset=["fitted", "baseline"]).reset_index(drop=True)
