"""One joint regression of demand, with a price slope per product that its category holds on to."""

from dataclasses import dataclass, replace

import numpy as np

from promo.errors import NotEnoughData
from promo.learn.design import PROMOTED_FROM, Design
from promo.learn.effects import (
    Effect,
    Flags,
    Floats,
    Ints,
    codes,
    group_sum,
    identified,
    residualise,
)
from promo.learn.shrink import combine, group_means, paule_mandel

YEAR = 365.25 / 7
"""Weeks."""
WEEK_EFFECTS_FROM = 10
"""Products from which a level per week leaves price variation; fewer get a smooth season."""
QUARTER = 13
"""Rows of one product within so many weeks may err together."""
FLOOR_TAU2 = 0.03
"""Products of one category never answer price exactly alike; sd 0.17 keeps a doubt."""
KIN_MEAN, KIN_SD = -2.6, 1.5
"""1,851 published elasticities average -2.62 (Bijmolt, van Heerde and Pieters 2005, Journal of
Marketing Research 42(2), 141-156); the sd puts nine tenths of them between -6 and -0.2."""
PRIOR_SD = {"lift": 0.2, "pull_forward": 1.0, "cross": 1.0}
"""Beyond these a common effect needs the data's word: an announcement adding half again the sales,
or a rival's or last week's price mattering as much as a typical own price."""
NOT_NEGATIVE = tuple(PRIOR_SD)


@dataclass(frozen=True, eq=False)
class Slopes:
    """What was learned, by product in the design's order.

    Attributes:
        mean, variance: belief about each elasticity before its range is enforced.
        trust: share of the slope that the product's own weeks decide; 0 when borrowed.
        own: whether the product has a slope of its own.
        common: the coefficient of each shared regressor, 0 where not identified.
        common_se: its standard error.
    """

    mean: Floats
    variance: Floats
    trust: Floats
    own: Flags
    common: dict[str, float]
    common_se: dict[str, float]


@dataclass(frozen=True, eq=False)
class _Left:
    """What the effects left: outcome, deal and shared regressors, and where the rows belong."""

    y: Floats
    x: Floats
    z: Floats
    names: tuple[str, ...]
    product: Ints
    category_of: Ints
    cluster: Ints


def time_effects(design: Design) -> list[Effect]:
    """The levels and seasons to absorb, as many as the history can carry.

    A level and a trend per product and place; with `WEEK_EFFECTS_FROM` products a level per week,
    so that holidays and common shocks cannot pose as price effects; a trend and a yearly season
    per category. With fewer products a level per week would eat the price variation itself.
    """
    time = design.week / max(design.weeks - 1, 1) - 0.5
    harmonics = 2 if design.weeks >= YEAR else 1 if design.weeks >= YEAR / 2 else 0
    angle = 2 * np.pi * np.outer(design.week / YEAR, np.arange(1, harmonics + 1))
    season = np.column_stack([time, np.sin(angle), np.cos(angle)])
    levels = np.column_stack([np.ones(len(time)), time])
    effects = [Effect(design.series, levels if design.weeks >= YEAR else None)]
    if len(design.products) >= WEEK_EFFECTS_FROM:
        effects.append(Effect(design.week))
    return [*effects, Effect(design.category, season)]


def pooled_slopes(design: Design, min_price_weeks: int) -> Slopes:
    """Fit the joint model and shrink its slopes.

    Twice: with one slope per category to learn how much products differ, then as a mixed model in
    which each product deviates by that much.

    Raises:
        NotEnoughData: when no product moved its price in `min_price_weeks` weeks.

    References:
        Efron, B. and Morris, C. (1975). Data analysis using Stein's estimator and its
        generalizations. JASA 70(350), 311-319.
    """
    left = _residualised(design)
    own = _moved(design) >= min_price_weeks
    own &= _sums(left, left.x**2) > 1e-6
    if not own.any():
        raise NotEnoughData(
            need=f"{min_price_weeks} weeks at another price", have=int(_moved(design).max())
        )
    stiff = np.full(len(own), np.inf)
    common, _ = _common(left, stiff)
    slope, variance, tau2 = _own_slopes(left, common, own)
    noise = variance * _sums(left, left.x**2)
    common, se = _common(left, np.where(own, noise / tau2, np.inf))
    slope, variance, tau2 = _own_slopes(left, common, own)
    mean, spread = _category_belief(slope[own], variance[own], design.category_of[own], tau2,
                                    len(design.categories))  # fmt: skip
    mean, spread = mean[design.category_of], spread[design.category_of]
    trust = np.where(own, tau2 / (tau2 + variance), 0.0)
    centre = mean + trust * (np.where(own, slope, mean) - mean)
    left_over = (1 - trust) * tau2 + (1 - trust) ** 2 * spread
    return Slopes(centre, left_over, trust, own, common, se)


def _moved(design: Design) -> Ints:
    """Weeks of each product in which some price was 3 % or more away from its usual one."""
    series = design.series
    order = np.lexsort((design.deal, series))
    size = np.bincount(series)
    first = np.cumsum(size) - size
    usual = design.deal[order][first + size // 2]
    away = np.abs(design.deal - usual[series]) >= -np.log1p(-PROMOTED_FROM)
    pair = np.unique(np.column_stack([design.product[away], design.week[away]]), axis=0)
    return np.bincount(pair[:, 0], minlength=len(design.products)).astype(np.int64)


def _residualised(design: Design) -> _Left:
    raw = np.column_stack([np.log(design.units + 0.5), design.deal, design.common])
    left = residualise(raw, time_effects(design))
    variation = (left**2).sum(axis=0) > 1e-10 * np.maximum((raw**2).sum(axis=0), 1e-300)
    x, z = left[:, 1], np.where(variation[2:], left[:, 2:], 0.0)
    keep = identified(np.column_stack([x, z]))[1:]
    return _Left(
        left[:, 0], x, z[:, keep], tuple(np.array(design.names)[keep]), design.product,
        design.category_of, codes(design.product, design.week // QUARTER),
    )  # fmt: skip


def _sums(left: _Left, values: Floats) -> Floats:
    return group_sum(left.product, values, len(left.category_of))


def _common(left: _Left, stiffness: Floats) -> tuple[dict[str, float], dict[str, float]]:
    """Shared coefficients and standard errors; those that cannot be negative are not.

    Args:
        left: the residualised rows.
        stiffness: shape (products,), noise variance over slope variance: how hard a product's
            slope is tied to its category's; infinite ties them together.
    """
    free, se = left, dict[str, float]()
    while True:
        theta, error = _mixed(free, stiffness)
        coef = dict(zip(free.names, theta.tolist(), strict=True))
        se = dict(zip(free.names, error.tolist(), strict=True)) | se
        wrong = {name: coef[name] / se[name] for name in NOT_NEGATIVE if coef.get(name, 0.0) < 0}
        if not wrong:
            return {name: coef.get(name, 0.0) for name in left.names}, se
        worst = free.names.index(min(wrong, key=wrong.__getitem__))
        se[free.names[worst]] = float(error[worst])
        free = replace(free, z=np.delete(free.z, worst, axis=1),
                       names=free.names[:worst] + free.names[worst + 1:])  # fmt: skip


def _mixed(left: _Left, stiffness: Floats) -> tuple[Floats, Floats]:
    """Coefficients of `left.z` and their cluster-robust standard errors, slopes integrated out.

    Each product's slope is its category's plus a deviation of its own with penalty `stiffness`;
    both are eliminated from the normal equations in closed form.
    """
    k, categories = left.z.shape[1], int(left.category_of.max()) + 1
    every = np.column_stack([left.x, left.z, left.y])
    sxx = _sums(left, left.x**2)
    sxv = np.column_stack([_sums(left, left.x * column) for column in every.T])
    tied = np.where(np.isinf(stiffness), 1.0, 1 - _ratio(sxx, sxx + stiffness))
    loose = _ratio(1.0, np.where(np.isinf(stiffness), np.inf, sxx + stiffness))
    gram = every.T @ every - sxv.T @ (sxv * loose[:, None])
    by_category = np.column_stack(
        [group_sum(left.category_of, tied * column, categories) for column in sxv.T]
    )
    slope_gram = by_category[:, 0]
    lever = by_category[:, 1 : k + 1] * _ratio(1.0, slope_gram)[:, None]
    a = gram[1 : k + 1, 1 : k + 1] - lever.T @ by_category[:, 1 : k + 1]
    b = gram[1 : k + 1, -1] - lever.T @ by_category[:, -1]
    noise = _noise(left)
    ridge = np.array([noise / PRIOR_SD.get(name, np.inf) ** 2 for name in left.names])
    bread = np.linalg.inv(a + np.diag(ridge)) if k else np.zeros((0, 0))
    theta = bread @ b
    category = _ratio(by_category[:, -1] - by_category[:, 1 : k + 1] @ theta, slope_gram)
    r = left.y - left.z @ theta - left.x * category[left.category_of][left.product]
    r = r - left.x * (_sums(left, left.x * r) * loose)[left.product]
    centred = left.z - left.x[:, None] * lever[left.category_of][left.product]
    score = np.column_stack([np.bincount(left.cluster, c * r) for c in centred.T]) if k else a
    return theta, np.sqrt(np.diag(bread @ (score.T @ score) @ bread) if k else np.zeros(0))


def _noise(left: _Left) -> float:
    """Variance of the outcome that no regressor explains, roughly; it only scales weak priors."""
    x = np.column_stack([left.x, left.z])
    beta = np.linalg.lstsq(x, left.y, rcond=None)[0]
    return float(np.mean((left.y - x @ beta) ** 2))


def _ratio(above: Floats | float, below: Floats) -> Floats:
    above = np.broadcast_to(np.asarray(above, dtype=np.float64), below.shape)
    return np.divide(above, below, out=np.zeros(below.shape), where=below > 0)


def _own_slopes(left: _Left, common: dict[str, float], own: Flags) -> tuple[Floats, Floats, float]:
    """Each product's least-squares slope, its variance, and the variance between true slopes.

    A product's noise is half its own and half the median product's, times how much rows of a
    quarter err together (shared by all: one product cannot tell).
    """
    theta = np.array([common[name] for name in left.names])
    rest = left.y - left.z @ theta
    sxx = _sums(left, left.x**2)
    slope = _ratio(_sums(left, left.x * rest), sxx)
    residual = rest - left.x * slope[left.product]
    rows = _sums(left, np.ones(len(rest)))
    noise = _sums(left, residual**2) / np.maximum(rows - 2, 1)
    noise = (noise + np.median(noise[own])) / 2
    together = (np.bincount(left.cluster, left.x * residual) ** 2).sum()
    alone = (left.x**2 * residual**2).sum()
    variance = noise * max(float(together / alone), 1.0) * _ratio(1.0, sxx)
    tau2 = paule_mandel(slope[own], variance[own], left.category_of[own])
    return slope, variance, max(tau2, FLOOR_TAU2)


def _category_belief(
    slope: Floats, variance: Floats, category: Ints, tau2: float, categories: int
) -> tuple[Floats, Floats]:
    """Mean and variance of each category's slope, shrunk to the shop's and that to all shops'."""
    mean, spread = group_means(slope, variance + tau2, category, categories)
    known = np.isfinite(spread)
    one_shop = np.zeros(int(known.sum()), dtype=np.int64)
    between = max(paule_mandel(mean[known], spread[known], one_shop), FLOOR_TAU2)
    shop, doubt = group_means(mean[known], spread[known] + between, one_shop, 1)
    shop, doubt = combine(shop, doubt, np.array([KIN_MEAN]), np.array([KIN_SD**2]))
    return combine(mean, spread, np.full(categories, shop[0]),
                   np.full(categories, between + doubt[0]))  # fmt: skip
