"""What a stock lets be sold when nobody knows exactly how much will be asked for."""

import numpy as np

from promo.optimize.arrays import Floats

WEEKS_TOGETHER = 0.5
"""Correlation between a product's forecast errors in two weeks of a campaign: a level that is
wrong stays wrong, a lasting shock fades."""


def campaign_spread(weekly: Floats, weeks: int) -> Floats:
    """Standard deviation of log demand over a campaign, from that of one of its weeks."""
    return np.asarray(weekly * np.sqrt((1 + (weeks - 1) * WEEKS_TOGETHER) / weeks))


def sold_share(asked: Floats, spread: Floats, stock: Floats) -> Floats:
    """Expected items sold over expected items asked for, E min(N, stock) / E N.

    N is log-normal around a Poisson count: with items on hand for what is expected, only nine in
    ten are sold, because good weeks sell out and bad weeks leave some.

    Args:
        asked: expected items.
        spread: standard deviation of log demand beyond the count's own noise.
        stock: items on hand, infinite where unknown; arrays broadcast.

    References:
        Silver, E. A., Pyke, D. F. and Thomas, D. J. (2017). Inventory and Production Management
        in Supply Chains, 4th ed., section 9.2 (expected sales of a single period).

    >>> sold_share(np.array([100.0]), np.array([0.2]), np.array([100.0])).round(2).tolist()
    [0.91]
    """
    from scipy.special import ndtr  # shops without stock need none

    asked, spread, stock = np.broadcast_arrays(asked, spread, stock)
    share = np.ones(asked.shape)
    limited = np.isfinite(stock) & (asked > 0)
    mean, held = asked[limited], np.maximum(stock[limited], 1e-300)
    variance = np.log1p(np.expm1(spread[limited] ** 2) + 1 / mean)
    deviation = np.sqrt(variance)
    over = (np.log(held) - np.log(mean) + variance / 2) / deviation
    share[limited] = ndtr(over - deviation) + held / mean * ndtr(-over)
    return share
