"""The regression engine: fixed effects by alternating projections, least squares on the rest."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import pandas as pd

Floats: TypeAlias = np.ndarray[Any, np.dtype[np.float64]]
Ints: TypeAlias = np.ndarray[Any, np.dtype[np.int64]]
Flags: TypeAlias = np.ndarray[Any, np.dtype[np.bool_]]

TOLERANCE = 1e-11
"""Projections stop when what a sweep still removes is a smaller share of the column's norm."""
PLAIN_SWEEPS = 40
"""Panels with few gaps settle within these; conjugate gradients cost twice as much per sweep."""
MAX_SWEEPS = 2_000
COLLINEAR = 1e-7
"""A regressor whose variance left over by the others is a smaller share than this is not one."""


@dataclass(frozen=True, eq=False)
class Effect:
    """A set of group-wise terms to absorb: one level per group, or one slope per group and column.

    Attributes:
        codes: shape (n,), group of each row, 0-based.
        basis: shape (n, k), columns with one coefficient per group; None is a plain level.
    """

    codes: Ints
    basis: Floats | None = None


@dataclass(frozen=True, eq=False)
class Fit:
    """Least squares after the effects were absorbed.

    Attributes:
        coef: shape (k,); NaN where the column is not identified.
        covariance: shape (k, k), cluster-robust; NaN where not identified.
        residual: shape (n,).
    """

    coef: Floats
    covariance: Floats
    residual: Floats

    @property
    def se(self) -> Floats:
        """Standard errors, shape (k,)."""
        return np.asarray(np.sqrt(np.diag(self.covariance)))


def codes(*columns: "pd.Series[Any] | Ints") -> Ints:
    """Number the distinct combinations of `columns`, 0-based in sorted order; shape (n,)."""
    joint = np.zeros(len(columns[0]), dtype=np.int64)
    for column in columns:
        values, distinct = pd.factorize(column, sort=True)
        joint = np.unique(joint * max(len(distinct), 1) + values, return_inverse=True)[1]
    return joint.astype(np.int64)


def group_sum(group: Ints, values: Floats, groups: int) -> Floats:
    """Sums of `values` per group; shape (groups,)."""
    return np.asarray(np.bincount(group, values, minlength=groups), dtype=np.float64)


@dataclass(frozen=True, eq=False)
class _Projector:
    """One column of an effect, orthogonal to its siblings within each group; None is all ones."""

    codes: Ints
    column: Floats | None
    weighted: Floats | None
    inverse_norm: Floats

    def remove(self, values: Floats) -> float:
        """Take the best fit per group out of `values`, in place; the squared norm taken."""
        load = values if self.weighted is None else self.weighted * values
        slope = group_sum(self.codes, load, len(self.inverse_norm))
        coefficient = slope * self.inverse_norm
        fit = coefficient[self.codes]
        if self.column is not None:
            fit *= self.column
        values -= fit
        return float(slope @ coefficient)


def _projectors(effect: Effect, weights: Floats | None) -> list[_Projector]:
    groups = int(effect.codes.max()) + 1
    mass = np.ones(len(effect.codes)) if weights is None else weights
    if effect.basis is None:
        inverse = _safe_inverse(group_sum(effect.codes, mass, groups), 0.0)
        return [_Projector(effect.codes, None, weights, inverse)]
    made: list[_Projector] = []
    for raw in effect.basis.T:
        column = raw.copy()
        for _twice_is_enough in range(2):
            for earlier in made:
                earlier.remove(column)
        norm = group_sum(effect.codes, mass * column**2, groups)
        scale = group_sum(effect.codes, mass * raw**2, groups)
        inverse = _safe_inverse(norm, COLLINEAR * float(scale.max(initial=0.0)))
        made.append(_Projector(effect.codes, column, mass * column, inverse))
    return made


def _safe_inverse(values: Floats, floor: float) -> Floats:
    positive = values > floor
    return np.where(positive, 1.0 / np.where(positive, values, 1.0), 0.0)


def residualise(values: Floats, effects: Sequence[Effect], weights: Floats | None = None) -> Floats:
    """What is left of each column after the best weighted fit of all `effects` together.

    Alternating projections: each effect is removed in turn until nothing moves; where that drags
    on, conjugate gradients take longer strides. The limit is the residual of the regression on all
    group dummies, without ever building them.

    Args:
        values: shape (n,) or (n, k).
        effects: the sets of group-wise terms.
        weights: shape (n,), positive; None is equal weights.

    References:
        Guimaraes, P. and Portugal, P. (2010). A simple feasible procedure to fit models with
        high-dimensional fixed effects. Stata Journal 10(4), 628-649.
        Hernandez-Ramos, L. M., Escalante, R. and Raydan, M. (2011). Unconstrained optimization
        techniques for the acceleration of alternating projection methods. Numerical Functional
        Analysis and Optimization 32(10), 1041-1066.

    >>> residualise(np.array([1.0, 3.0, 5.0]), [Effect(np.array([0, 0, 1]))]).tolist()
    [-1.0, 1.0, 0.0]
    """
    each = [_projectors(effect, weights) for effect in effects]
    if values.ndim == 1:
        return _without(values, each, weights)
    return np.column_stack([_without(column, each, weights) for column in values.T])


def _without(
    values: Floats, effects: Sequence[Sequence[_Projector]], weights: Floats | None
) -> Floats:
    """Project `values` on what no effect explains."""
    enough = TOLERANCE**2 * _dot(values, values, weights)
    values = values.copy()
    for _sweep_number in range(PLAIN_SWEEPS):
        if _sweep(values, effects) <= enough or len(effects) == 1:
            return values
    return _stride(values, effects, weights, enough)


def _stride(
    values: Floats,
    effects: Sequence[Sequence[_Projector]],
    weights: Floats | None,
    enough: float,
) -> Floats:
    """The same by conjugate gradients.

    A sweep T forth and back is symmetric and leaves alone what is wanted; the rest d solves
    (I - T) d = (I - T) values.
    """
    there_and_back = [*effects, *list(effects)[-2::-1]]
    rest = _moved(values, there_and_back)
    stride, size = rest, _dot(rest, rest, weights)
    for _iteration in range(MAX_SWEEPS):
        if size <= enough:
            break
        moved = _moved(stride, there_and_back)
        length = size / _dot(stride, moved, weights)
        values, rest = values - length * stride, rest - length * moved
        before, size = size, _dot(rest, rest, weights)
        stride = rest + size / before * stride
    _sweep(values, effects)
    return values


def _moved(values: Floats, effects: Sequence[Sequence[_Projector]]) -> Floats:
    """What a sweep takes out of `values`."""
    left = values.copy()
    _sweep(left, effects)
    return values - left


def _sweep(values: Floats, effects: Sequence[Sequence[_Projector]]) -> float:
    """Remove every effect once, in place; the squared norm taken."""
    return sum(p.remove(values) for projectors in effects for p in projectors)


def _dot(a: Floats, b: Floats, weights: Floats | None) -> float:
    return float(a @ b) if weights is None else float(a @ (weights * b))


def identified(x: Floats, weights: Floats | None = None) -> Flags:
    """Which columns add something to the columns before them; shape (k,)."""
    mass = np.ones(len(x)) if weights is None else weights
    left = x.T @ (x * mass[:, None])
    size, keep = np.diag(left).copy(), np.zeros(len(left), dtype=bool)
    for index in range(len(left)):
        pivot = left[index, index]
        if size[index] > 0 and pivot > COLLINEAR * size[index]:
            keep[index] = True
            left = left - np.outer(left[:, index], left[index]) / pivot
    return keep


def least_squares(
    y: Floats, x: Floats, clusters: Ints, absorbed: int = 0, weights: Floats | None = None
) -> Fit:
    """Weighted least squares of `y` on `x` with standard errors robust within clusters.

    Args:
        y: shape (n,), residualised.
        x: shape (n, k), residualised on the same effects.
        clusters: shape (n,), rows that may err together; `np.arange(n)` gives plain robust errors.
        absorbed: levels that the effects used up, for the degrees of freedom.
        weights: shape (n,).

    References:
        Liang, K.-Y. and Zeger, S. L. (1986). Longitudinal data analysis using generalized linear
        models. Biometrika 73(1), 13-22.
    """
    mass = np.ones(len(y)) if weights is None else weights
    keep = identified(x, mass)
    used = x[:, keep]
    bread = np.linalg.inv(used.T @ (used * mass[:, None]))
    beta = bread @ (used.T @ (mass * y))
    residual = y - used @ beta
    groups = int(clusters.max()) + 1
    score = np.column_stack(
        [group_sum(clusters, column * mass * residual, groups) for column in used.T]
    ).reshape(groups, -1)
    free = max(len(y) - used.shape[1] - absorbed, 1)
    correction = groups / max(groups - 1, 1) * (len(y) - 1) / free
    coef = np.full(len(keep), np.nan)
    coef[keep] = beta
    covariance = np.full((len(keep), len(keep)), np.nan)
    covariance[np.ix_(keep, keep)] = correction * bread @ (score.T @ score) @ bread
    return Fit(coef, covariance, residual)
