"""How sure the promised gain is: draws of base demand and response around the plan."""

import numpy as np

from promo.domain import Interval
from promo.optimize.arrays import Floats, Ints, Table

DRAWS = 100
SHARED = 0.25
"""Share of the error variance that all products have in common: the season, the economy and the
estimator err for the whole shop at once. With independent errors alone the interval of a thousand
products would be a tenth of an honest one."""


class GainDraws:
    """Common random numbers for one table, so that the interval moves with the plan only."""

    def __init__(self, table: Table, seed: int) -> None:
        self.table = table
        rng = np.random.default_rng(seed)
        size = (2, len(table.products), DRAWS)
        shared = rng.standard_normal((2, 1, DRAWS), dtype=np.float32)
        own = rng.standard_normal(size, dtype=np.float32)
        self._base, self._response = np.sqrt(SHARED) * shared + np.sqrt(1 - SHARED) * own
        rows = table.options.rows
        self._base_spread = rows["base_spread"].to_numpy(dtype=np.float32)
        self._response_spread = rows["response_spread"].to_numpy(dtype=np.float32)
        self._side = (rows["cannibalised"] + rows["pulled_forward"]).to_numpy()

    def interval(self, at: Ints, weight: Floats) -> Interval:
        """The 80 % interval of the profit gained by the promoted rows `at`, against nothing.

        Args:
            at: promoted option rows of the plan.
            weight: how much of its segment each gets.
        """
        table = self.table
        start = table.start[table.group[at]]
        profit, side = table.column["profit"], self._side
        own, nothing = weight * (profit + side)[at], weight * profit[start]
        lost = weight * side[at]
        estimate = float((own - nothing - lost).sum())
        product = table.product[table.group[at]]
        # Single precision in place: the draws are the most numbers that a move touches.
        draws = self._response[product]
        draws *= self._response_spread[at, None]
        np.exp(draws, out=draws)
        draws *= own.astype(np.float32)[:, None]
        draws -= (nothing + lost).astype(np.float32)[:, None]
        base = self._base[product]
        base *= self._base_spread[at, None]
        draws *= np.exp(base, out=base)
        gains = draws.sum(axis=0, dtype=np.float64)
        low, high = np.quantile(gains, [0.1, 0.9]) if len(at) else (0.0, 0.0)
        return Interval(estimate, min(float(low), estimate), max(float(high), estimate))
