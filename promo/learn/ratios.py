"""Means and ratios of arrays in which something may be unknown or nothing."""

import numpy as np

from promo.learn.effects import Floats


def row_mean(values: Floats) -> Floats:
    """Mean of what is known in each row, 0 where nothing is.

    >>> row_mean(np.array([[1.0, np.nan, 3.0], [np.nan, np.nan, np.nan]])).tolist()
    [2.0, 0.0]
    """
    seen = np.isfinite(values)
    return ratio(np.where(seen, values, 0.0).sum(axis=1), seen.sum(axis=1))


def ratio(part: Floats, whole: Floats, otherwise: float = 0.0) -> Floats:
    """`part` over `whole`, `otherwise` where the whole is not above 0 or unknown.

    >>> ratio(np.array([1.0, 1.0]), np.array([4.0, 0.0]), np.nan).tolist()
    [0.25, nan]
    """
    shape = np.broadcast_shapes(np.shape(part), np.shape(whole))
    out = np.full(shape, otherwise)
    return np.asarray(np.divide(part, whole, out=out, where=np.nan_to_num(whole) > 0))
