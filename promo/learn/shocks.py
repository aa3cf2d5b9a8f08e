"""Demand shocks that last: what no file records lingers for weeks, and every estimate must know it.

Log demand of a series is what can be explained, a shock that decays by `memory` a week, and noise
of the single week. Rows of one series therefore err together: the weeks around a promotion tell
most of its shock. Whitening by the one-step errors of the Kalman filter makes rows independent with
unit variance, so that plain least squares on them are generalised least squares.
"""

from dataclasses import dataclass

import numpy as np

from promo.learn.effects import Flags, Floats, Ints

START = (0.5, 0.05, 0.01)
"""Memory, variance and weekly extra with which the first fit is whitened: middling for retail."""
GUESS_SD = 1.5, 2.0
"""Prior sd of logit memory around 0.5, and of the log weekly extra around `START`'s: short series
alone cannot tell noise from a shock of short memory."""
STEPS = 0.8, 0.7, -1.5
"""First steps of the search in logit memory, log variance and log extra."""
TRIED = 60
"""Series that the shocks are learned from, spread evenly; more move the memory by under 0.02."""


@dataclass(frozen=True)
class Shocks:
    """A stationary shock x_t = memory x_{t-1} + noise, and extra noise of each week.

    Attributes:
        memory: correlation with the week before, in (0, 1).
        variance: of the stationary shock, log items squared.
        extra: variance of a week beyond its counting noise, log items squared.
    """

    memory: float = START[0]
    variance: float = START[1]
    extra: float = START[2]


@dataclass(frozen=True, eq=False)
class Lattice:
    """Rows of a design laid out as series x weeks.

    Attributes:
        series, week: shape (n,), where each row lies.
        present: shape (series, weeks), whether there is a row.
    """

    series: Ints
    week: Ints
    present: Flags

    @classmethod
    def of(cls, series: Ints, week: Ints, weeks: int) -> "Lattice":
        """The lattice of rows with these positions."""
        present = np.zeros((int(series.max()) + 1, weeks), dtype=bool)
        present[series, week] = True
        return cls(series, week, present)

    def spread(self, values: Floats, fill: float = 0.0) -> Floats:
        """Rows of shape (n, ...) as (series, weeks, ...)."""
        out = np.full(self.present.shape + values.shape[1:], fill)
        out[self.series, self.week] = values
        return out

    def gather(self, values: Floats) -> Floats:
        """The rows of an array of shape (series, weeks, ...)."""
        return np.asarray(values[self.series, self.week])

    def levels(self, trends: bool) -> Floats:
        """A level per series and, if asked for, a trend; shape (weeks, 1 or 2)."""
        weeks = self.present.shape[1]
        level, time = np.ones(weeks), np.arange(weeks) / max(weeks - 1, 1) - 0.5
        return np.column_stack([level, time] if trends else [level])


@dataclass(frozen=True, eq=False)
class Filter:
    """The whitening of some series: its gain and step size per series and week.

    Attributes:
        memory: of the shock.
        gain: shape (series, weeks), weight of this week's error in the next forecast; 0 without
            a row.
        size: shape (series, weeks), standard deviation of the one-step error; infinite without one.
    """

    memory: float
    gain: Floats
    size: Floats

    @classmethod
    def of(cls, noise: Floats, shocks: Shocks) -> "Filter":
        """The filter for counting noise of shape (series, weeks), infinite without a row.

        References:
            Durbin, J. and Koopman, S. J. (2012). Time Series Analysis by State Space Methods,
            2nd ed., section 4.3 and 6.2.4 (regression by the filter applied to each column).
        """
        gain, size = np.empty_like(noise), np.empty_like(noise)
        variance = np.full(len(noise), shocks.variance)
        fresh = (1 - shocks.memory**2) * shocks.variance
        for week in range(noise.shape[1]):
            total = variance + noise[:, week] + shocks.extra
            gain[:, week] = variance / total
            size[:, week] = np.sqrt(total)
            variance = shocks.memory**2 * variance * (1 - gain[:, week]) + fresh
        return cls(shocks.memory, gain, size)

    def whiten(self, values: Floats) -> Floats:
        """Standardised one-step errors of each column; values of shape (series, weeks, k)."""
        out = np.empty_like(values)
        mean = np.zeros((len(values), values.shape[2]))
        for week in range(values.shape[1]):
            error = values[:, week] - mean
            out[:, week] = error / self.size[:, week, None]
            mean = self.memory * (mean + self.gain[:, week, None] * error)
        return out

    def adjoint(self, white: Floats) -> Floats:
        """The transpose of `whiten`: the sums of products with whitened unit columns."""
        out = np.empty_like(white)
        later = np.zeros((len(white), white.shape[2]))
        for week in range(white.shape[1] - 1, -1, -1):
            scaled = white[:, week] / self.size[:, week, None]
            gain = self.gain[:, week, None]
            out[:, week] = scaled + self.memory * gain * later
            later = self.memory * (1 - gain) * later - scaled
        return out


def directions(filtered: Filter, basis: Floats) -> Floats:
    """Orthonormal whitened columns per series, zero where they repeat; (series, weeks, k)."""
    series = len(filtered.gain)
    white = filtered.whiten(np.broadcast_to(basis, (series, *basis.shape)).copy())
    for column in range(white.shape[2]):
        raw = np.einsum("st,st->s", white[:, :, column], white[:, :, column])
        for _twice_is_enough in range(2):
            for earlier in range(column):
                along = np.einsum("st,st->s", white[:, :, earlier], white[:, :, column])
                white[:, :, column] -= along[:, None] * white[:, :, earlier]
        left = np.einsum("st,st->s", white[:, :, column], white[:, :, column])
        keep = left > 1e-9 * raw
        white[:, :, column] *= np.where(keep, 1 / np.sqrt(np.where(keep, left, 1.0)), 0.0)[:, None]
    return white


def project(white: Floats, out: Floats) -> Floats:
    """What orthonormal columns `out` leave of `white`; both (series, weeks, k)."""
    return np.asarray(white - out @ (out.transpose(0, 2, 1) @ white))


def fit_shocks(lattice: Lattice, rest: Floats, noise: Floats, trends: bool) -> Shocks:
    """The shocks most likely behind what is left of each series, by restricted likelihood.

    Args:
        lattice: where the rows lie.
        rest: shape (n,), log items that nothing explains, levels of the series included.
        noise: shape (n,), counting variance of each row.
        trends: whether each series has a trend beside its level.

    References:
        Patterson, H. D. and Thompson, R. (1971). Recovery of inter-block information when block
        sizes are unequal. Biometrika 58(3), 545-554.
    """
    from scipy.optimize import minimize  # a desk that opens on a kept study needs none

    rows = np.flatnonzero(lattice.present.sum(axis=1) >= 8)
    rows = rows[:: max(1, -(-len(rows) // TRIED))]
    if not len(rows):
        return Shocks()
    values = lattice.spread(rest)[rows][:, :, None]
    counting = lattice.spread(noise, np.inf)[rows]
    basis = lattice.levels(trends)

    def doubt(at: Floats) -> float:
        shocks = _shocks(at)
        filtered = Filter.of(counting, shocks)
        white = filtered.whiten(np.concatenate([values, np.broadcast_to(
            basis, (len(rows), *basis.shape))], axis=2))  # fmt: skip
        gram = white.transpose(0, 2, 1) @ white
        fixed, crossed = gram[:, 1:, 1:], gram[:, 1:, :1]
        left = gram[:, 0, 0] - (crossed * np.linalg.solve(fixed, crossed)).sum(axis=(1, 2))
        size = np.where(lattice.present[rows], np.log(filtered.size), 0.0).sum()
        guess = (at[0] / GUESS_SD[0]) ** 2 + ((at[2] - np.log(START[2])) / GUESS_SD[1]) ** 2
        return float(left.sum() / 2 + size + np.linalg.slogdet(fixed)[1].sum() / 2 + guess / 2)

    start = np.array([0.0, np.log(START[1]), np.log(START[2])])
    corners = np.vstack([start, start + np.diag(STEPS)])
    found = minimize(
        doubt, start, method="Nelder-Mead",
        options={"maxfev": 90, "xatol": 0.05, "fatol": 0.2, "initial_simplex": corners},
    )  # fmt: skip
    return _shocks(found.x)


def _shocks(at: Floats) -> Shocks:
    at = np.clip(at, [-3.0, -12.0, -12.0], [3.0, 3.0, 3.0])
    return Shocks(float(1 / (1 + np.exp(-at[0]))), float(np.exp(at[1])), float(np.exp(at[2])))
