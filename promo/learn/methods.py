"""The classical methods of the race, each over all products at once.

Each takes what is known at an origin and returns the items to expect in the steps after it, at
list price without promotion; shape (products, horizon), never below 0.
"""

from itertools import product as combinations

import numpy as np

from promo.learn.effects import Floats
from promo.learn.past import Past, least, smooth, smoothed
from promo.learn.ratios import ratio, row_mean
from promo.learn.seasons import Calendar

LAGS = 4
"""Of the autoregression."""
SLOW = 0.06
"""Weight of the newest step in the level that the autoregression returns to: half a year's mean."""
DAMPED = 0.9
"""Share of a trend that is left after a step."""
SHIFTS = (0.03, 0.1)
"""Candidate weights of the newest step in a trend."""


def seasonal_naive(past: Past, horizon: int) -> Floats:
    """The same step a year (or cycle) before; the last known step where that is unknown."""
    return np.nan_to_num(as_before(past.values, horizon, past.calendar))


def as_before(values: Floats, horizon: int, calendar: Calendar) -> Floats:
    """What each of the next `horizon` steps was a year (or cycle) before; NaN where unknown.

    The last known step stands in where that one is not known.
    """
    lag, steps = calendar.cycle if calendar.cycle > 1 else calendar.again, values.shape[1]
    said = np.repeat(last_known(values)[:, [-1]], horizon, axis=1)
    for ahead in range(horizon):
        back = steps + ahead - lag * (ahead // lag + 1)
        if back >= 0:
            before = values[:, back]
            said[:, ahead] = np.where(np.isfinite(before), before, said[:, ahead])
    return said


def last_known(values: Floats) -> Floats:
    """Each gap filled with the value before it; NaN until the first."""
    place = np.where(np.isfinite(values), np.arange(values.shape[1]), 0)
    return np.asarray(np.take_along_axis(values, np.maximum.accumulate(place, axis=1), axis=1))


def recent_mean(past: Past, horizon: int) -> Floats:
    """Mean of the last quarter's weeks, or of the last four cycles."""
    steps = 4 * past.calendar.cycle if past.calendar.cycle > 1 else 13
    recent = past.values[:, -steps:]
    level = np.where(np.isfinite(recent).any(axis=1), row_mean(recent), row_mean(past.values))
    return np.repeat(level[:, None], horizon, axis=1)


def long_mean(past: Past, horizon: int) -> Floats:
    """Mean of the whole history in its season."""
    return row_mean(past.plain)[:, None] * past.ahead(horizon)


def ses(past: Past, horizon: int) -> Floats:
    """Simple exponential smoothing, no season.

    References:
        Gardner, E. S. (1985). Exponential smoothing: the state of the art. JoF 4(1), 1-28.
    """
    return np.repeat(smoothed(past.values).last[:, None], horizon, axis=1)


def ses_season(past: Past, horizon: int) -> Floats:
    """Simple exponential smoothing of what the season leaves."""
    return past.level.last[:, None] * past.ahead(horizon)


def theta(past: Past, horizon: int) -> Floats:
    """The Theta method: a smoothed level and half the slope of the straight line.

    References:
        Hyndman, R. J. and Billah, B. (2003). Unmasking the Theta method. International Journal of
        Forecasting 19(2), 287-290.
    """
    level = past.level
    behind = (1 - (1 - level.gain) ** past.known) / level.gain
    grown = np.arange(horizon) + behind[:, None]
    said = level.last[:, None] + _slope(past.plain)[:, None] / 2 * grown
    return np.asarray(np.maximum(said, 0.0) * past.ahead(horizon))


def _slope(values: Floats) -> Floats:
    """Least-squares slope of each row per step, 0 with fewer than three known."""
    seen = np.isfinite(values)
    count = np.maximum(seen.sum(axis=1), 1)
    time = (
        np.arange(values.shape[1])
        - (seen * np.arange(values.shape[1])).sum(axis=1)[:, None] / (count[:, None])
    )
    filled = np.where(seen, values, 0.0)
    spread = (seen * time**2).sum(axis=1)
    enough = (seen.sum(axis=1) > 2) & (spread > 0)
    return ratio((filled * time).sum(axis=1), np.where(enough, spread, 0.0))


def damped_trend(past: Past, horizon: int) -> Floats:
    """Holt's level and damped trend of what the season leaves.

    References:
        Gardner, E. S. and McKenzie, E. (1985). Forecasting trends in time series. Management
        Science 31(10), 1237-1246.
    """
    values, row = past.plain, np.arange(len(past.plain))
    tries = [_holt(values, gain, shift) for gain, shift in combinations((0.06, 0.12, 0.25), SHIFTS)]
    loss = np.array([row_mean((values - path) ** 2) for _, _, path in tries])
    best = least(loss, np.isfinite(values).sum(axis=1))
    level = np.array([last for last, _, _ in tries])[best, row]
    trend = np.array([slope for _, slope, _ in tries])[best, row]
    grown = np.cumsum(DAMPED ** np.arange(1, horizon + 1))
    said = level[:, None] + trend[:, None] * grown
    return np.asarray(np.maximum(said, 0.0) * past.ahead(horizon))


def _holt(values: Floats, gain: float, shift: float) -> tuple[Floats, Floats, Floats]:
    """Level and trend at the end, and what was expected of each step."""
    seen = np.isfinite(values)
    count = np.maximum(seen.cumsum(axis=1), 1)
    weight = np.where(seen, np.maximum(gain, 1 / count), 0.0).T.copy()
    turn = np.where(seen & (count > 4), gain * shift, 0.0).T.copy()
    level, trend = np.zeros(len(values)), np.zeros(len(values))
    path = np.empty(values.shape[::-1])
    for time, now in enumerate(np.where(seen, values, 0.0).T.copy()):
        path[time] = level + DAMPED * trend
        error = now - path[time]
        level = path[time] + weight[time] * error
        trend = DAMPED * trend + turn[time] * error
    path[np.arange(len(path))[:, None] <= seen.argmax(axis=1)] = np.nan
    return level, trend, path.T


def own_season(past: Past, horizon: int) -> Floats:
    """Exponential smoothing with each product's own season around its category's (ETS(M,N,M)).

    The own index of a step of the cycle (or of the year, from two years on) is shrunk to the
    category's by its own noise.
    """
    lag = past.calendar.cycle if past.calendar.cycle > 1 else past.calendar.again
    if past.origin < 2 * lag:
        return ses_season(past, horizon)
    plain = past.plain
    level = row_mean(plain)[:, None]
    around = ratio(plain, level, np.nan)
    index = np.ones((len(plain), lag))
    for place in range(lag):
        at = around[:, place::lag]
        mean, count = row_mean(at), np.isfinite(at).sum(axis=1)
        noise = row_mean((at - mean[:, None]) ** 2) / np.maximum(count - 1, 1)
        away = (mean - 1) ** 2
        tau2 = max(float((away - noise)[count > 1].mean()) if (count > 1).any() else 0.0, 0.0)
        trust = np.where(count > 1, tau2 / np.maximum(tau2 + noise, 1e-12), 0.0)
        index[:, place] = 1 + trust * (mean - 1)
    index = np.maximum(index, 0.05)
    inside = index[:, np.arange(past.origin) % lag]
    coming = index[:, np.arange(past.origin, past.origin + horizon) % lag]
    return smoothed(plain / inside).last[:, None] * coming * past.ahead(horizon)


def autoregression(past: Past, horizon: int) -> Floats:
    """AR(4) of log items around a slow level, its coefficients common to all products."""
    logs = np.log1p(np.maximum(past.plain, 0.0))
    centre = smooth(logs, SLOW)[0]
    around = np.nan_to_num(logs - centre[:, None])
    seen = np.isfinite(logs)
    if past.origin <= LAGS + 1:
        return ses_season(past, horizon)
    lagged = np.stack([around[:, LAGS - k : past.origin - k] for k in range(1, LAGS + 1)], axis=2)
    use = seen[:, LAGS:]
    x, y = lagged[use], around[:, LAGS:][use]
    coef = np.linalg.solve(x.T @ x + 1e-6 * len(x) * np.eye(LAGS) + 1e-9 * np.eye(LAGS), x.T @ y)
    state = around[:, -1 : -LAGS - 1 : -1].copy()
    said = np.empty((len(logs), horizon))
    for ahead in range(horizon):
        said[:, ahead] = state @ coef
        state = np.column_stack([said[:, ahead], state[:, :-1]])
    fitted = np.where(use, np.expm1(centre[:, None] + lagged @ coef), 0.0).sum(axis=1)
    sold = np.where(use, past.plain[:, LAGS:], 0.0).sum(axis=1)
    smear = (sold + 1) / (np.maximum(fitted, 0.0) + 1)
    return np.asarray(np.maximum(np.expm1(centre[:, None] + said), 0.0) * smear[:, None]
                      * past.ahead(horizon))  # fmt: skip
