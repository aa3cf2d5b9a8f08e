"""One joint regression of demand, with a price slope per product that its category holds on to."""

from dataclasses import dataclass

import numpy as np

from promo.domain import Need
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
from promo.learn.mixed import FLOOR_TAU2, Left, common_effects, own_slopes, sums
from promo.learn.shrink import combine, group_means, paule_mandel

YEAR = 365.25 / 7
"""Weeks."""
WEEK_EFFECTS_FROM = 10
"""Products from which a level per week leaves price variation; fewer get a smooth season."""
COUNTS_BELOW = 10.0
"""Items per week under which the log of a count is no longer nearly normal."""
COUNT_STEPS = 2
"""Least-squares steps from logs to Poisson; a third moves slopes by less than 0.001."""
LOG_ITEMS = (-10.0, 25.0)
LEAST_NOISE = 0.01
"""Variance of relative error that even steady sellers keep; it bounds the weights."""
LEAST_VARIATION = 1e-6
QUARTER = 13
"""Rows of one product within so many weeks may err together."""
KIN_MEAN, KIN_SD = -2.6, 1.5
"""1,851 published elasticities average -2.62 (Bijmolt, van Heerde and Pieters 2005, Journal of
Marketing Research 42(2), 141-156); the sd puts nine tenths of them between -6 and -0.2."""


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

    In logs where a series sells `COUNTS_BELOW` items a week or more; below that logs of counts
    bend every slope, and Poisson pseudo-likelihood takes over by iterated weighted least squares:
    outcome eta + (items - mu) / mu, with weight falling as the count's own noise grows.

    Raises:
        NotEnoughData: when no product moved its price in `min_price_weeks` weeks, or when all its
            moves are explained by time and season.

    References:
        Santos Silva, J. M. C. and Tenreyro, S. (2006). The log of gravity. Review of Economics and
        Statistics 88(4), 641-658.
    """
    left, own, needs = _first(design, min_price_weeks)
    for need in needs:
        need.check()
    y, weight, few = np.log(design.units + 0.5), np.ones(len(design.units)), _few(design)
    slopes, fitted = _fit(design, left, own, y, weight)
    for _step in range(COUNT_STEPS if few.any() else 0):
        y, weight = _working(design, y, fitted, few)
        left = _residualised(design, y, weight)
        if not (still := own & _varied(left)).any():
            break  # as counts, these sales are too few to weigh a price by; the logs stand
        slopes, fitted = _fit(design, left, still, y, weight)
    return slopes


def price_needs(design: Design, min_price_weeks: int) -> tuple[Need, Need]:
    """What `pooled_slopes` needs: weeks away from a usual price, and prices that differ.

    The weeks are those of the product that has most of them. Prices differ when time and season do
    not explain them; then two are there, otherwise one.
    """
    return _first(design, min_price_weeks)[2]


def _first(design: Design, min_price_weeks: int) -> tuple[Left, Flags, tuple[Need, Need]]:
    """The regression in logs, the products with a slope of their own, and what these need."""
    moved = _moved(design)
    left = _residualised(design, np.log(design.units + 0.5), np.ones(len(design.units)))
    own = (moved >= min_price_weeks) & _varied(left)
    weeks = Need("price_weeks", min_price_weeks, int(moved.max()))
    return left, own, (weeks, Need("different_prices", 2, 2 if own.any() else 1))


def _varied(left: Left) -> Flags:
    """Products whose price varied."""
    return np.asarray(sums(left, left.x**2) > LEAST_VARIATION)


def _few(design: Design) -> Flags:
    """Rows of series that sell fewer than `COUNTS_BELOW` items a week."""
    rows = np.bincount(design.series)
    mean = group_sum(design.series, design.units, len(rows)) / np.maximum(rows, 1)
    return np.asarray(mean[design.series] < COUNTS_BELOW)


def _working(design: Design, y: Floats, fitted: Floats, few: Flags) -> tuple[Floats, Floats]:
    """Outcome and weight of the next least-squares step; logs stay as they are."""
    mu = np.exp(np.clip(fitted, *LOG_ITEMS))
    error = design.units - mu
    beyond = float((error[few] ** 2 - mu[few]).sum() / (mu[few] ** 2).sum())
    noise = float(np.mean((y - fitted)[~few] ** 2)) if not few.all() else 1.0
    weight = np.where(few, noise / (max(beyond, LEAST_NOISE) + 1 / mu), 1.0)
    return np.where(few, np.log(mu) + error / mu, np.log(design.units + 0.5)), weight


def _fit(
    design: Design, left: Left, own: Flags, y: Floats, weight: Floats
) -> tuple[Slopes, Floats]:
    """One weighted mixed regression: the shrunk slopes and the fitted log items of each row.

    Twice: with one slope per category to learn how much products differ, then with each product
    deviating by that much.
    """
    sxx = sums(left, left.x**2)
    common, _ = common_effects(left, np.full(len(own), np.inf))
    _, variance, tau2 = own_slopes(left, common, own)
    common, se = common_effects(left, np.where(own, variance * sxx / tau2, np.inf))
    slope, variance, tau2 = own_slopes(left, common, own)
    mean, spread = _category_belief(slope[own], variance[own], design.category_of[own], tau2,
                                    len(design.categories))  # fmt: skip
    mean, spread = mean[design.category_of], spread[design.category_of]
    trust = np.where(own, tau2 / (tau2 + variance), 0.0)
    centre = mean + trust * (np.where(own, slope, mean) - mean)
    doubt = (1 - trust) * tau2 + (1 - trust) ** 2 * spread
    theta = np.array([common[name] for name in left.names])
    error = left.y - left.x * centre[design.product] - left.z @ theta
    return Slopes(centre, doubt, trust, own, common, se), y - error / np.sqrt(weight)


def _moved(design: Design) -> Ints:
    """Weeks of each product in which some price was 3 % or more away from its usual one."""
    series = design.series
    order = np.lexsort((design.deal, series))
    size = np.bincount(series)
    middle = np.cumsum(size) - size + np.maximum(size - 1, 0) // 2
    usual = design.deal[order][np.minimum(middle, len(order) - 1)]  # a series may have no row
    away = np.abs(design.deal - usual[series]) >= -np.log1p(-PROMOTED_FROM)
    pair = np.unique(np.column_stack([design.product[away], design.week[away]]), axis=0)
    return np.bincount(pair[:, 0], minlength=len(design.products)).astype(np.int64)


def _residualised(design: Design, y: Floats, weight: Floats) -> Left:
    raw = np.column_stack([y, design.deal, design.common])
    left = residualise(raw, time_effects(design), None if (weight == 1).all() else weight)
    moving = (left**2).sum(axis=0) > 1e-10 * np.maximum((raw**2).sum(axis=0), 1e-300)
    left = np.where(moving, left, 0.0) * np.sqrt(weight)[:, None]
    keep = np.flatnonzero(identified(left[:, 1:])[1:])
    return Left(
        left[:, 0], left[:, 1], left[:, 2:][:, keep], tuple(design.names[i] for i in keep),
        design.product, design.category_of, codes(design.product, design.week // QUARTER),
    )  # fmt: skip


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
