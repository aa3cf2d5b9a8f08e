"""How unsure an answer to a discount is: the one law of the picture, the plan and its range."""

import numpy as np
import numpy.typing as npt
import pandas as pd

Z_80 = 1.2815515594600038
"""Standard deviations from the middle of a normal to its 10 % and 90 % points."""

SHARED = 0.25
"""Share of the error variance that all products have in common: the season, the economy and the
estimator err for the whole shop at once. With independent errors alone the interval of a thousand
products would be a tenth of an honest one."""

BEYOND_SEEN = 0.5
"""Relative standard deviation of the slope on the part of a discount deeper than any seen."""


def response_spread(
    curves: pd.DataFrame, log_price: npt.NDArray[np.float64]
) -> npt.NDArray[np.float64]:
    """Standard deviation of the log response: the one law of the picture and of the plan.

    Beyond the deepest discount seen the slope itself is a guess, and its error grows with the
    distance.

    Args:
        curves: table CURVES.
        log_price: log price over list price, shape (n,) or (1, n); 0 is no promotion.

    Returns:
        Shape (curves, n).
    """
    columns = ("elasticity", "elasticity_se", "lift_se", "deepest")
    slope, slope_se, lift_se, deepest = (curves[name].to_numpy()[:, None] for name in columns)
    beyond = np.minimum(log_price - np.log1p(-deepest), 0.0)
    parts = (slope_se * log_price, lift_se * (log_price < 0), BEYOND_SEEN * slope * beyond)
    return np.asarray(np.sqrt(sum(part**2 for part in parts)))
