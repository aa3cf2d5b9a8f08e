"""The regression engine: fixed effects taken out together, least squares on the rest."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import pandas as pd
from scipy import sparse
from scipy.sparse.linalg import splu

Floats: TypeAlias = np.ndarray[Any, np.dtype[np.float64]]
Ints: TypeAlias = np.ndarray[Any, np.dtype[np.int64]]
Flags: TypeAlias = np.ndarray[Any, np.dtype[np.bool_]]

TOLERANCE = 1e-11
"""Solving stops when a round still removes a smaller share of the column's norm."""
RIDGE = 1e-9
"""Added to sums of squares of 1, so that columns that others explain can be solved for, too."""
ROUNDS = 20
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


def residualise(values: Floats, effects: Sequence[Effect], weights: Floats | None = None) -> Floats:
    """What is left of each column after the best weighted fit of all `effects` together.

    The effect with the most groups is taken out group by group; for the others that leaves normal
    equations in their own coefficients alone, sparse and solved directly, and solved again for what
    rounding and the ridge left. No dummy is ever built for the largest effect. Taking effects out
    in turn until nothing moves needs thousands of turns where they nearly coincide.

    Args:
        values: shape (n,) or (n, k).
        effects: the sets of group-wise terms.
        weights: shape (n,), positive; None is equal weights.

    References:
        Frisch, R. and Waugh, F. V. (1933). Partial time regressions as compared with individual
        trends. Econometrica 1(4), 387-401.

    >>> residualise(np.array([1.0, 3.0, 5.0]), [Effect(np.array([0, 0, 1]))]).tolist()
    [-1.0, 1.0, 0.0]
    """
    if not effects:
        return values.copy()
    mass = np.ones(len(values)) if weights is None else weights
    # By groups and not by coefficients: what is taken out binds the other effects' columns to each
    # other group by group, and a category would bind all of its products.
    inner, *outer = sorted(effects, key=lambda effect: int(effect.codes.max()), reverse=True)
    within = _Within.of(inner, mass)
    columns = values.reshape(len(values), -1)
    left = within.residual(columns)
    if outer:
        left = _solved(left, within, sparse.hstack([_terms(one) for one in outer], "csr"))
    return left.reshape(values.shape)


def _coefficients(effect: Effect) -> int:
    groups = int(effect.codes.max()) + 1
    return groups if effect.basis is None else groups * effect.basis.shape[1]


def _terms(effect: Effect) -> Any:
    """The effect's columns, sparse; shape (n, coefficients)."""
    basis = np.ones((len(effect.codes), 1)) if effect.basis is None else effect.basis
    rows, width = basis.shape
    at = effect.codes[:, None] * width + np.arange(width)
    start = np.arange(0, rows * width + 1, width)
    return sparse.csr_array((basis.ravel(), at.ravel(), start), (rows, _coefficients(effect)))


@dataclass(frozen=True, eq=False)
class _Within:
    """One effect with columns that are orthogonal within each group, under the weights."""

    terms: Any
    inverse_norm: Floats
    mass: Floats

    @classmethod
    def of(cls, effect: Effect, mass: Floats) -> "_Within":
        groups = int(effect.codes.max()) + 1
        made: list[Floats] = []
        inverses: list[Floats] = []
        basis = np.ones((len(mass), 1)) if effect.basis is None else effect.basis
        for raw in basis.T:
            column = raw.copy()
            for _twice_is_enough in range(2):
                for earlier, inverse in zip(made, inverses, strict=True):
                    slope = group_sum(effect.codes, mass * earlier * column, groups) * inverse
                    column -= earlier * slope[effect.codes]
            norm = group_sum(effect.codes, mass * column**2, groups)
            scale = group_sum(effect.codes, mass * raw**2, groups)
            made.append(column)
            floor = 0.0 if effect.basis is None else COLLINEAR * float(scale.max(initial=0.0))
            inverses.append(_safe_inverse(norm, floor))
        whole = _terms(Effect(effect.codes, np.column_stack(made)))
        return cls(whole, np.column_stack(inverses).ravel(), mass)

    def residual(self, values: Floats) -> Floats:
        """What the effect does not explain of each column."""
        slope = self.inverse_norm[:, None] * (self.terms.T @ (self.mass[:, None] * values))
        return np.asarray(values - self.terms @ slope)

    def gram(self, others: Any) -> Any:
        """Sums of products of other columns, as far as the effect does not explain them."""
        weighted = others.T * self.mass
        shared = weighted @ self.terms
        return (weighted @ others - (shared * self.inverse_norm) @ shared.T).tocsc()


def _safe_inverse(values: Floats, floor: float) -> Floats:
    positive = values > floor
    return np.where(positive, 1.0 / np.where(positive, values, 1.0), 0.0)


def _solved(left: Floats, within: _Within, others: Any) -> Floats:
    """Take the other columns out of what one effect left."""
    size = np.sqrt(others.power(2).T @ within.mass)
    scale = np.divide(1.0, size, out=np.zeros_like(size), where=size > 0)
    gram = within.gram(others) * scale[:, None] * scale
    ridge = sparse.eye_array(len(scale), format="csc") * RIDGE
    # Symmetric, so that pivots stay on the diagonal and zeros stay zero.
    factor = splu((gram + ridge).tocsc(), permc_spec="MMD_AT_PLUS_A", diag_pivot_thresh=0.0,
                  options={"SymmetricMode": True})  # fmt: skip
    enough = TOLERANCE**2 * (within.mass @ left**2)
    for _again in range(ROUNDS):
        target = scale[:, None] * (others.T @ (within.mass[:, None] * left))
        step = within.residual(others @ (scale[:, None] * factor.solve(target)))
        left = left - step
        if (within.mass @ step**2 <= enough).all():
            break
    return left


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
