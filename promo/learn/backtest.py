"""Rolling origins: what the forecast would have said, and how wrong it would have been."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from promo.learn.baseline import Baseline, fit_baseline
from promo.learn.effects import Floats
from promo.learn.grid import Grid, price_effect
from promo.learn.intervals import Cells, held_out_bounds, inside
from promo.tables import BACKTEST

SEASON = 52
"""The seasonal naive forecast is the same week a year ago; the last week where that is unknown."""


@dataclass(frozen=True, eq=False)
class Trial:
    """Held-out weeks and what was said of them; arrays of shape (folds, products, horizon)."""

    origins: tuple[int, ...]
    actual: Floats
    cells: Cells
    naive: Floats
    naive_error: Floats


def origins(weeks: int, horizon: int, folds: int) -> tuple[int, ...]:
    """First held-out week of each fold, latest last; each learns from at least half the history.

    >>> origins(104, 8, 4)
    (72, 80, 88, 96)
    """
    last, first = weeks - horizon, max(weeks // 2, 4)
    if last < first or folds < 1:
        return ()
    step = max(1, min(horizon, (last - first) // max(folds - 1, 1)))
    return tuple(sorted(range(last, first - 1, -step)[:folds]))


def run_trial(grid: Grid, starts: tuple[int, ...], horizon: int, refits: int) -> Trial:
    """Forecast every fold from the weeks before it, prices of the held-out weeks given."""
    products = len(grid.units)
    shape = (len(starts), products, horizon)
    actual, mean, naive = (np.full(shape, np.nan) for _ in range(3))
    spread2, counts = np.zeros(shape[:2]), np.zeros(shape[:2], dtype=bool)
    due = set(starts[:: max(1, -(-len(starts) // max(refits, 1)))])
    effect = np.zeros_like(grid.units)
    for fold, start in enumerate(starts):
        if start in due:
            effect = price_effect(grid, start)
        base = fit_baseline(grid, effect, start)
        ahead = np.arange(start, start + horizon)
        actual[fold] = grid.units[:, ahead]
        mean[fold] = base.mean(ahead) * np.exp(np.nan_to_num(effect[:, ahead]))
        naive[fold] = _naive(grid.units, start, horizon)
        spread2[fold], counts[fold] = base.spread2, base.counts
    known = starts[0] if starts else grid.units.shape[1]
    steps = np.abs(np.diff(grid.units[:, :known], axis=1))
    return Trial(starts, actual, Cells(mean, spread2, counts), naive, _row_mean(steps))


def _row_mean(values: Floats) -> Floats:
    seen = np.isfinite(values)
    total = np.where(seen, values, 0.0).sum(axis=1)
    return _share(total, seen.sum(axis=1).astype(np.float64))


def _naive(units: Floats, start: int, horizon: int) -> Floats:
    """The same week a year before, or the last week seen; shape (products, horizon)."""
    filled = pd.DataFrame(units[:, :start]).ffill(axis=1).to_numpy()
    said = np.repeat(filled[:, [-1]], horizon, axis=1)
    for ahead in range(horizon):
        if (past := start + ahead - SEASON) >= 0 and past < start:
            year_ago = units[:, past]
            said[:, ahead] = np.where(np.isfinite(year_ago), year_ago, said[:, ahead])
    return said


def scores_table(grid: Grid, trial: Trial, final: Baseline) -> pd.DataFrame:
    """The `backtest` table: one row per product over all its held-out weeks."""
    said = trial.cells.mean
    scored = np.isfinite(trial.actual) & np.isfinite(said)
    actual, error = np.where(scored, trial.actual, 0.0), np.where(scored, said - trial.actual, 0.0)
    folds = scored.any(axis=2).sum(axis=0)
    sold, weeks = actual.sum(axis=(0, 2)), scored.sum(axis=(0, 2))
    compared = scored & np.isfinite(trial.naive)
    naive = np.where(compared, np.abs(trial.naive - trial.actual), 0.0).sum(axis=(0, 2))
    absolute = np.abs(error).sum(axis=(0, 2))
    within = inside(trial.actual, held_out_bounds(trial.actual, trial.cells))
    return pd.DataFrame({
        "product_id": pd.Series(grid.design.products.to_numpy(), dtype="str"),
        "method": pd.Series(np.where(final.counts, "pooled_counts", "pooled_logs"), dtype="str"),
        "folds": folds.astype(np.int64),
        "wape": _share(absolute, sold),
        "wape_naive": _share(naive, sold),
        "mase": _share(_share(absolute, weeks), trial.naive_error),
        "bias": _share(error.sum(axis=(0, 2)), sold),
        "coverage_80": _share(within["80"].sum(axis=(0, 2)), weeks),
        "coverage_95": _share(within["95"].sum(axis=(0, 2)), weeks),
    })[BACKTEST.names]  # fmt: skip


def _share(part: Floats, whole: Floats) -> Floats:
    positive = np.nan_to_num(whole) > 0
    return np.asarray(np.divide(part, whole, out=np.full(len(part), np.nan), where=positive))
