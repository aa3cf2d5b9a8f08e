"""How wrong a back-tested forecast was, product by product, beside the simplest rule."""

import numpy as np
import pandas as pd

from promo.learn.backtest import Trial, Verdict
from promo.learn.effects import Floats
from promo.learn.intervals import held_out_inside
from promo.learn.race import CLASSES
from promo.learn.ratios import ratio
from promo.tables import BACKTEST


def scores_table(products: "pd.Index[str]", trial: Trial, verdict: Verdict) -> pd.DataFrame:
    """The `backtest` table: one row per product over all its held-out weeks."""
    said = trial.cells.mean
    scored = np.isfinite(trial.actual) & np.isfinite(said)
    actual, error = np.where(scored, trial.actual, 0.0), np.where(scored, said - trial.actual, 0.0)
    sold, weeks = actual.sum(axis=(0, 2)), scored.sum(axis=(0, 2))
    compared = scored & np.isfinite(trial.naive)
    naive = np.where(compared, np.abs(trial.naive - trial.actual), 0.0).sum(axis=(0, 2))
    absolute = np.abs(error).sum(axis=(0, 2))
    within = held_out_inside(trial.actual, trial.cells, len(CLASSES))
    return pd.DataFrame({
        "product_id": pd.Series(products.to_numpy(), dtype="str"),
        "method": pd.Series(verdict.method, dtype="str"),
        "kind": pd.Series(np.asarray(CLASSES)[verdict.kind], dtype="str"),
        "folds": scored.any(axis=2).sum(axis=0).astype(np.int64),
        "wape": _share(absolute, sold),
        "wape_naive": _share(naive, sold),
        "mase": _share(_share(absolute, weeks), trial.naive_error),
        "bias": _share(error.sum(axis=(0, 2)), sold),
        "coverage_80": _share(within["80"].sum(axis=(0, 2)), weeks),
        "coverage_95": _share(within["95"].sum(axis=(0, 2)), weeks),
    })[BACKTEST.names]  # fmt: skip


def _share(part: Floats, whole: Floats) -> Floats:
    return ratio(part, whole, np.nan)
