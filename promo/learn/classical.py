"""AR, ETS, Theta and SARIMAX by statsmodels, in one form: log items in, items out."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import pandas as pd

from promo.learn.effects import Floats

LAGS = 4
ASIDE = 0.2
"""Share outside the interval."""
Ahead: TypeAlias = Callable[[int], tuple[Floats, Floats, Floats]]


@dataclass(frozen=True, eq=False)
class Fitted:
    """One fitted model.

    Attributes:
        coefficients: `name`, `estimate`, `low`, `high`.
        aic: NaN where there is no likelihood.
        logs: what it was fitted to, log items.
        residual: log items left, NaN for the first weeks.
        ahead: from weeks to mean, low and high of the items to come.
        promoted: factor of prices that `logs` were freed of.
        converged: whether the search for coefficients came to an end.
    """

    coefficients: pd.DataFrame
    aic: float
    logs: Floats
    residual: Floats
    ahead: Ahead
    promoted: Floats | float = 1.0
    converged: bool = True

    @property
    def fitted(self) -> Floats:
        """Items expected one week ahead at the prices that were, NaN for the first weeks."""
        said = np.maximum(np.expm1(self.logs - self.residual), 0.0)
        return np.asarray(said * self.promoted)


def autoregressive(units: Floats, effect: Floats) -> Fitted:
    """AR(4) with the effect of prices beside it."""
    from statsmodels.tsa.ar_model import AutoReg

    y, x = np.log1p(units), _regressor(effect)
    found = AutoReg(y, LAGS, exog=x).fit()
    width = 0 if x is None else 1

    def ahead(steps: int) -> tuple[Floats, Floats, Floats]:
        later = np.zeros((steps, width)) if width else None
        said = found.get_prediction(len(y), len(y) + steps - 1, exog_oos=later)
        ends = np.asarray(said.conf_int(ASIDE))
        return _items(np.asarray(said.predicted_mean), ends, found.resid)

    names = ["const", *[f"lag_{k}" for k in range(1, LAGS + 1)], *["price_effect"] * width]
    before = np.full(LAGS, np.nan)
    return Fitted(
        _table(names, found.params, found.conf_int()), float(found.aic), y,
        np.concatenate([before, np.asarray(found.resid)]), ahead,
    )  # fmt: skip


def smoothing(units: Floats, effect: Floats) -> Fitted:
    """Exponential smoothing with additive errors and damped trend, prices taken out."""
    from statsmodels.tsa.exponential_smoothing.ets import ETSModel

    y = pd.Series(np.log1p(units * np.exp(-effect)))
    found = ETSModel(y, error="add", trend="add", damped_trend=True).fit(disp=False)
    ends = _numbers(found.conf_int())

    def ahead(steps: int) -> tuple[Floats, Floats, Floats]:
        said = found.get_prediction(start=len(y), end=len(y) + steps - 1)
        band = np.asarray(said.pred_int(ASIDE))
        return _items(np.asarray(said.predicted_mean), band, found.resid)

    ours = {"smoothing_level": "gain", "smoothing_trend": "trend_gain", "damping_trend": "damping"}
    kept = [k for k, name in enumerate(found.param_names) if name in ours]
    names = [ours[found.param_names[k]] for k in kept]
    return Fitted(
        _table(names, np.asarray(found.params)[kept], ends[kept]), float(found.aic),
        np.asarray(y), np.asarray(found.resid), ahead, np.exp(effect), _converged(found),
    )  # fmt: skip


def theta(units: Floats, effect: Floats) -> Fitted:
    """The Theta method, prices taken out."""
    from statsmodels.tsa.forecasting.theta import ThetaModel

    y = np.log1p(units * np.exp(-effect))
    found = ThetaModel(pd.Series(y), period=1, deseasonalize=False).fit()
    gain = float(found.params["alpha"])
    level, path = y[0], np.full(len(y), np.nan)
    for week in range(1, len(y)):
        path[week] = level
        level = level + gain * (y[week] - level)
    residual = y - path

    def ahead(steps: int) -> tuple[Floats, Floats, Floats]:
        mean = np.asarray(found.forecast(steps))
        ends = np.asarray(found.prediction_intervals(steps, alpha=ASIDE))
        return _items(mean, ends, residual)

    table = _table(["drift", "gain"], np.array([float(found.params["b0"]), gain]), None)
    return Fitted(table, float("nan"), y, residual, ahead, np.exp(effect))


def sarimax(units: Floats, effect: Floats) -> Fitted:
    """ARMA(1, 1) around a level, with the effect of prices beside it."""
    from statsmodels.tsa.statespace.sarimax import SARIMAX

    y, x = np.log1p(units), _regressor(effect)
    found = SARIMAX(y, exog=x, order=(1, 0, 1), trend="c").fit(disp=False, maxiter=200)
    width = 0 if x is None else 1

    def ahead(steps: int) -> tuple[Floats, Floats, Floats]:
        later = np.zeros((steps, width)) if width else None
        said = found.get_forecast(steps, exog=later)
        ends = np.asarray(said.conf_int(alpha=ASIDE))
        return _items(np.asarray(said.predicted_mean), ends, np.asarray(found.resid)[1:])

    names = ["const", *["price_effect"] * width, "lag_1", "shock_1", "variance"]
    residual = np.asarray(found.resid, dtype=np.float64).copy()
    residual[0] = np.nan  # the first week is told by the level alone
    return Fitted(
        _table(names, found.params, found.conf_int()), float(found.aic), y, residual, ahead,
        converged=_converged(found),
    )  # fmt: skip


FITS: Mapping[str, Callable[[Floats, Floats], Fitted]] = {
    "ar": autoregressive, "ets": smoothing, "theta": theta, "sarimax": sarimax,
}  # fmt: skip


def _regressor(effect: Floats) -> Floats | None:
    """The effect of prices as a column, if it ever changed."""
    return effect[:, None] if np.ptp(effect) > 1e-9 else None


def _converged(found: Any) -> bool:
    told = getattr(found, "mle_retvals", None) or {}
    return bool(told.get("converged", True))


def _numbers(table: Any) -> Floats:
    return np.asarray(table, dtype=np.float64)


def _table(names: list[str], estimate: Any, ends: Any) -> pd.DataFrame:
    low_high = np.full((len(names), 2), np.nan) if ends is None else _numbers(ends)
    return pd.DataFrame({
        "name": pd.Series(names, dtype="str"), "estimate": _numbers(estimate),
        "low": low_high[:, 0], "high": low_high[:, 1],
    })  # fmt: skip


def _items(mean: Floats, ends: Floats, residual: Any) -> tuple[Floats, Floats, Floats]:
    """Log items back to items: the mean by Duan's smearing, the ends as they are.

    References:
        Duan, N. (1983). Smearing estimate. JASA 78(383), 605-610.
    """
    left = _numbers(residual)
    smear = float(np.mean(np.exp(np.clip(left[np.isfinite(left)], -3, 3))))
    said = np.maximum(np.exp(mean) * smear - 1, 0.0)
    low, high = (np.maximum(np.expm1(end), 0.0) for end in ends.T)
    return said, np.minimum(low, said), np.maximum(high, said)
