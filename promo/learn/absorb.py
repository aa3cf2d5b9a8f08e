"""What a joint model of a shop takes out before anything is compared: levels, weeks, seasons.

Under lasting shocks (`shocks`) no level can be taken out by averaging any more. Each series' level
and trend are projected off its whitened rows; the levels per week and each category's seasons then
solve normal equations of their own, category by category. Columns are absorbed by the solved
equations and the transpose of the filter, so that only the first look at the weeks is dear.
"""

from dataclasses import dataclass

import numpy as np

from promo.learn.effects import Flags, Floats, Ints
from promo.learn.shocks import Filter, Lattice, Shocks, directions, project

BLOCK = 4_000_000
"""Numbers in the largest array of a block of series; 32 MB."""
LEAST = 1e-10
"""Share of the largest eigenvalue under which a direction of the normal equations is nothing."""


@dataclass(frozen=True, eq=False)
class Terms:
    """Which terms a history carries.

    Attributes:
        category: shape (series,), 0-based.
        shared: shape (weeks, k), columns with one coefficient per category: trend, waves of the
            year, a level in each unusual week.
        weekly: whether there is a level per week.
        trends: whether each series has a trend beside its level.
    """

    category: Ints
    shared: Floats
    weekly: bool
    trends: bool


@dataclass(frozen=True, eq=False)
class Absorber:
    """The terms' normal equations, solved once for a noise; see `of`."""

    lattice: Lattice
    terms: Terms
    _filter: Filter
    _own: Floats
    _week: Floats  # (weeks, weeks) inverse for the levels per week, the categories taken out
    _inverse: Floats  # (categories, k, k)
    _cross: Floats  # (categories, k, weeks)

    @classmethod
    def of(cls, lattice: Lattice, terms: Terms, noise: Floats, shocks: Shocks) -> "Absorber":
        """Prepare the equations.

        Args:
            lattice: where the rows lie.
            terms: what to absorb.
            noise: shape (n,), counting variance of each row.
            shocks: what lasts.
        """
        filtered = Filter.of(lattice.spread(noise, np.inf), shocks)
        own = directions(filtered, lattice.levels(terms.trends))
        weeks, width = terms.shared.shape
        categories = int(terms.category.max()) + 1
        week = np.zeros((weeks, weeks))
        gram = np.zeros((categories, width, width))
        cross = np.zeros((categories, width, weeks))
        for category in range(categories):
            for rows in _blocks(np.flatnonzero(terms.category == category), weeks):
                each, basis = _sums(lattice.present[rows], _part(filtered, rows), own[rows], terms)
                week += each
                gram[category] += basis[:, weeks:]
                cross[category] += basis[:, :weeks]
        inverse = _pinv(gram)
        week = week - np.einsum("ckw,ckl,clv->wv", cross, inverse, cross, optimize=True)
        return cls(lattice, terms, filtered, own, _pinv(week) * terms.weekly, inverse, cross)

    def residual(self, values: Floats) -> Floats:
        """Whitened rows of each column that no term explains; shape (n, k) as `values`."""
        raw = self.lattice.spread(values)
        white = project(self._filter.whiten(raw), self._own)
        explained = self._explained(self._solved(white)) * self.lattice.present[:, :, None]
        return self.lattice.gather(white - project(self._filter.whiten(explained), self._own))

    def of_series(self, values: Floats, series: Ints) -> Floats:
        """Whitened weeks of other columns beside the rows of some series, their own levels out.

        Levels per week and seasons stay in, as they are shared by too many to move for one column.

        Args:
            values: shape (k, weeks), one column for each of `series`.
            series: shape (k,).
        """
        raw = np.where(self.lattice.present[series], values, 0.0)[:, :, None]
        white = _part(self._filter, series).whiten(raw)
        return project(white, self._own[series])[:, :, 0]

    def levels(self, values: Floats) -> tuple[Floats, Floats]:
        """What the terms explain of one column of shape (n,), and each week's level (weeks,)."""
        raw = self.lattice.spread(values[:, None])
        white = self._filter.whiten(raw)
        week, by_category = self._solved(project(white, self._own))
        shared = self._explained((week, by_category))
        basis = self.lattice.levels(self.terms.trends)
        rest = self._filter.whiten((raw - shared) * self.lattice.present[:, :, None])
        design = self._filter.whiten(np.broadcast_to(basis, (len(raw), *basis.shape)).copy())
        across = design.transpose(0, 2, 1)
        own = basis @ (_pinv(across @ design) @ (across @ rest))
        return self.lattice.gather((shared + own)[:, :, 0]), week[:, 0]

    def oddness(self, rest: Floats, limit: float) -> Floats:
        """Extra noise of each row that brings its error down to `limit` standard deviations.

        Args:
            rest: shape (n,), what no term and no regressor explains.
            limit: standard deviations from which on a row is odd.

        References:
            Huber, P. J. (1964). Robust estimation of a location parameter. Annals of Mathematical
            Statistics 35(1), 73-101.
        """
        white = self._filter.whiten(self.lattice.spread(rest[:, None]))[:, :, 0]
        excess = np.maximum(np.abs(white) / limit - 1, 0.0)
        size2 = np.where(self.lattice.present, self._filter.size, 0.0) ** 2
        return self.lattice.gather(excess * size2)

    def _solved(self, white: Floats) -> tuple[Floats, Floats]:
        """Coefficients (weeks, k) and (categories, width, k) of whitened, projected columns."""
        by_cell = self._filter.adjoint(white) * self.lattice.present[:, :, None]
        sums = np.zeros((len(self._inverse), *by_cell.shape[1:]))
        np.add.at(sums, self.terms.category, by_cell)
        target = self.terms.shared.T @ sums
        rest = sums.sum(axis=0) - np.einsum(
            "ckw,ckl,clj->wj", self._cross, self._inverse, target, optimize=True
        )
        week = self._week @ rest
        return week, self._inverse @ (target - self._cross @ week)

    def _explained(self, found: tuple[Floats, Floats]) -> Floats:
        week, by_category = found
        return np.asarray(week + (self.terms.shared @ by_category)[self.terms.category])


def _blocks(rows: Ints, weeks: int) -> list[Ints]:
    size = max(1, BLOCK // weeks**2)
    return [rows[start : start + size] for start in range(0, len(rows), size)]


def _part(filtered: Filter, rows: Ints) -> Filter:
    return Filter(filtered.memory, filtered.gain[rows], filtered.size[rows])


def _sums(present: Flags, filtered: Filter, own: Floats, terms: Terms) -> tuple[Floats, Floats]:
    """Information of these series on each pair of weeks, and on the shared columns with both."""
    weeks = terms.shared.shape[0]
    unit = np.eye(weeks) * present[:, :, None]
    white = project(filtered.whiten(unit), own).reshape(-1, weeks)
    each = white.T @ white
    shared = terms.shared.T @ each
    return each, np.column_stack([shared, shared @ terms.shared])


def _pinv(matrix: Floats) -> Floats:
    return np.asarray(np.linalg.pinv(matrix, rcond=LEAST, hermitian=True))
