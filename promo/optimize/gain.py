"""How sure the promised gain is: draws of base demand and response around the plan."""

import numpy as np
import numpy.typing as npt

from promo.domain import Gain
from promo.doubt import SHARED
from promo.optimize.arrays import Floats, Ints, Table, totals

Singles = npt.NDArray[np.float32]

DRAWS = 100
BAD = 0.2
"""Share of the draws that count as the bad ones."""


class GainDraws:
    """Common random numbers for one table, so that the interval moves with the plan only."""

    def __init__(self, table: Table, held: Floats, seed: int) -> None:
        """Draw once.

        Args:
            table: the options.
            held: items on hand, shape (products,), infinite where not known.
            seed: of the draws.
        """
        self.table, self._held = table, held.astype(np.float32)
        rng = np.random.default_rng(seed)
        size = (2, len(table.products), DRAWS)
        shared = rng.standard_normal((2, 1, DRAWS), dtype=np.float32)
        own = rng.standard_normal(size, dtype=np.float32)
        base, self._response = np.sqrt(SHARED) * shared + np.sqrt(1 - SHARED) * own
        rows, start = table.options.rows, table.start
        first = start[np.flatnonzero(np.diff(table.product, prepend=-1))]
        self._base = np.exp(base * rows["base_spread"].to_numpy(dtype=np.float32)[first, None])
        self._response_spread = rows["response_spread"].to_numpy(dtype=np.float32)
        self._side = (rows["cannibalised"] - rows["halo"] + rows["pulled_forward"]).to_numpy()
        units = np.maximum(table.column["units"], 1e-300)
        self._per_item = (table.column["profit"] + self._side) / units
        asked = table.column["demand"][start]
        self._nothing = totals(table.product, asked, len(table.products))
        self._idle = totals(table.product, self._per_item[start] * asked, len(table.products))

    def gain(self, at: Ints, weight: Floats) -> Gain:
        """The profit gained by the promoted rows `at`, against nothing, and how sure it is.

        In every draw demand comes as it does and stock ends the sale, with the plan and without.

        Args:
            at: promoted option rows of the plan.
            weight: how much of its segment each gets.
        """
        table = self.table
        profit, start = table.column["profit"], table.start[table.line[at]]
        rest_of = weight * table.column["base_share"][at]
        estimate = float((weight * profit[at] - rest_of * profit[start]).sum())
        if not len(at):
            return Gain(0.0, 0.0, 0.0)
        product, row = np.unique(table.owner[at], return_inverse=True)
        count = len(product)
        asked, earned = np.zeros((2, count, DRAWS), dtype=np.float32)
        # Single precision in place: the draws are the most numbers that a move touches.
        draws = self._response[product[row]] * self._response_spread[at, None]
        np.exp(draws, out=draws)
        draws *= (weight * table.column["demand"][at]).astype(np.float32)[:, None]
        ends = np.append(np.flatnonzero(np.diff(row, prepend=-1)), len(at))[:-1]
        np.add.reduceat(draws, ends, axis=0, out=asked)
        draws *= self._per_item[at].astype(np.float32)[:, None]
        np.add.reduceat(draws, ends, axis=0, out=earned)
        given_up = rest_of * table.column["demand"][start]
        rest = self._nothing[product] - totals(row, given_up, count)
        idle = self._idle[product]
        kept = idle - totals(row, given_up * self._per_item[start], count)
        base, held = self._base[product], self._held[product, None]
        asked += rest.astype(np.float32)[:, None]
        earned += kept.astype(np.float32)[:, None]
        with_plan = earned * _sold(asked * base, held)
        without = idle.astype(np.float32)[:, None] * _sold(
            self._nothing[product].astype(np.float32)[:, None] * base, held
        )
        side = float((weight * self._side[at]).sum())
        gains = ((with_plan - without) * base).sum(axis=0, dtype=np.float64) - side
        return told(estimate, gains)


def told(estimate: float, gains: Floats) -> Gain:
    """An estimate with what draws of it say."""
    gains = np.sort(gains)
    low, high = np.quantile(gains, [0.1, 0.9])
    bad = float(gains[: round(BAD * len(gains))].mean())
    return Gain(
        estimate,
        min(float(low), estimate),
        max(float(high), estimate),
        bad_fifth=bad,
        loses=float((gains < 0).mean()),
    )


def _sold(asked: Singles, held: Singles) -> Singles:
    """Share of what is asked for that the stock lets be sold."""
    return np.minimum(held / np.maximum(asked, np.float32(1e-30)), np.float32(1.0))
