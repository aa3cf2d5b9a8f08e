"""The single methods of statsforecast on the same series: what the race is measured against."""

import sys
from collections.abc import Callable, Mapping
from time import process_time
from typing import Any

import numpy as np

from benchmarks.forecast_data import Held
from promo.learn.effects import Floats

MISSING = (
    "statsforecast is not installed, so nothing is compared with it; "
    "python3 dev.py bench forecast brings it in an environment of its own\n"
)


def floor(held: Held) -> Mapping[str, tuple[Floats, float]]:
    """What each method says of the held-out steps, and its CPU seconds; empty without the package.

    Every series is given from its first known step on; a method that fails on one says its mean.
    """
    try:
        from statsforecast import models
    except ModuleNotFoundError:
        sys.stderr.write(MISSING)
        return {}
    cycle = held.calendar.cycle
    window = 4 * cycle if cycle > 1 else 8
    year = cycle if cycle > 1 else held.calendar.again
    methods: Mapping[str, Callable[[], Any]] = {
        "AutoETS": lambda: models.AutoETS(season_length=cycle),
        "DynamicOptimizedTheta": lambda: models.DynamicOptimizedTheta(season_length=cycle),
        "SeasonalNaive": lambda: models.SeasonalNaive(year),
        "HistoricAverage": models.HistoricAverage,
        "WindowAverage": lambda: models.WindowAverage(window),
        "SimpleExponentialSmoothing(0.1)": lambda: models.SimpleExponentialSmoothing(0.1),
        "SimpleExponentialSmoothingOptimized": models.SimpleExponentialSmoothingOptimized,
        "CrostonSBA": models.CrostonSBA,
        "TSB(0.1)": lambda: models.TSB(0.1, 0.1),
        "TSB(0.2)": lambda: models.TSB(0.2, 0.2),
        "ADIDA": models.ADIDA,
        "IMAPA": models.IMAPA,
    }
    return {name: _said(make, held) for name, make in methods.items()}


def _said(make: Callable[[], Any], held: Held) -> tuple[Floats, float]:
    since = process_time()
    said = np.empty((len(held.units), held.horizon))
    for row, values in enumerate(held.past):
        known = values[np.isfinite(values).argmax() :]
        try:
            said[row] = make().forecast(y=known, h=held.horizon)["mean"]
        except Exception:  # noqa: BLE001 # whatever it is, the method has no answer for this series
            said[row] = known.mean()
    return np.where(np.isfinite(said), said, np.nanmean(held.past, axis=1)[:, None]), (
        process_time() - since
    )
