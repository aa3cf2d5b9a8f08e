"""How well slopes foretell what promotions of a later quarter sell, pooled or not."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from scipy.special import gammaln

from promo.domain import Panel
from promo.learn.design import LEVELS, PROMOTED_FROM, Design, build
from promo.learn.effects import Flags, Floats, Ints, group_sum
from promo.learn.shrink import KIN_MEAN, KIN_SD, Pooled, group_means, pool
from promo.learn.slopes import Pooling, Slopes, pooled_slopes

HELD_OUT = 13
"""Weeks; a quarter."""
LOOSE, TIGHT = 1e6, 1e-6
"""Variance between products of a category that ties them by nothing, and to one slope."""
POINTS, REACH = 81, 5.0
"""Slopes that are tried for each product, and how many standard deviations they span."""
LEAST = 1e-6
"""Items; what is due is never nothing, so that a sale is never impossible."""
FEW = 0.5
"""Items of the average series that each series' own count as well."""


def alone(estimates: Floats, variances: Floats, own: Flags, _group: Ints) -> Pooled:
    """Pooling off: each product by its own weeks; without any, what all shops teach."""
    mean, variance = np.where(own, estimates, KIN_MEAN), np.where(own, variances, KIN_SD**2)
    return Pooled(mean, variance, own.astype(np.float64), variances, LOOSE)


def by_category(estimates: Floats, variances: Floats, own: Flags, group: Ints) -> Pooled:
    """One slope per category, by what its products' weeks say together."""
    mean, variance = group_means(estimates[own], variances[own], group[own], int(group.max()) + 1)
    known = np.isfinite(variance)
    mean, variance = np.where(known, mean, KIN_MEAN), np.where(known, variance, KIN_SD**2)
    none = np.zeros(len(group))
    return Pooled(mean[group], variance[group], none, variances, TIGHT)


POOLINGS: Mapping[str, Pooling] = {"pooled": pool, "off": alone, "category": by_category}


def held_out(panel: Panel, weeks: int = HELD_OUT, min_price_weeks: int = 3) -> dict[str, Floats]:
    """Log likelihood of each product's promoted rows in the last weeks, learned before them.

    What a row sells is negative binomial around level of its series x week of the shop x response.
    Levels are read off the weeks before, weeks of the shop off what was not promoted in them, and
    how counts scatter off the weeks before; all three are the same for all ways of pooling but for
    the response itself. The belief about each slope is integrated over.

    Args:
        panel: the history.
        weeks: how many to hold out.
        min_price_weeks: as in `fit_response`.

    Returns:
        Per name of `POOLINGS`, an array of shape (products,), 0 without a promoted row.

    References:
        Gneiting, T. and Raftery, A. E. (2007). Strictly proper scoring rules, prediction, and
        estimation. JASA 102(477), 359-378 (the logarithmic score).
    """
    design = build(panel)
    before = design.before(design.weeks - weeks)
    learned = {name: pooled_slopes(before, min_price_weeks, how) for name, how in POOLINGS.items()}
    shop = _Shop.of(design, design.week >= design.weeks - weeks, learned["pooled"])
    return {name: shop.score(slopes) for name, slopes in learned.items()}


@dataclass(frozen=True, eq=False)
class _Shop:
    """What all ways of pooling share.

    Attributes:
        later: shape (n,), held-out rows.
        weekly: shape (n,), log of the shop's week over its usual one.
        scatter: variance of a count beyond its mean, as a share of the mean squared.
    """

    design: Design
    later: Flags
    weekly: Floats
    scatter: float

    @classmethod
    def of(cls, design: Design, later: Flags, slopes: Slopes) -> "_Shop":
        plain = np.where(design.discount >= PROMOTED_FROM, 0.0, 1.0)
        shop = cls(design, later, np.zeros(len(later)), 1.0)
        for _round in range(3):
            due = shop.due(slopes, slopes.mean)
            week = np.bincount(design.week, plain * design.units) + 1e-9
            weekly = np.log(week / (np.bincount(design.week, plain * due) + 1e-9))[design.week]
            shop = replace(shop, weekly=shop.weekly + weekly)
        seen = ~later & ((design.units > 0) | (not design.by_sales))
        due, sold = shop.due(slopes, slopes.mean)[seen], design.units[seen]
        tried = np.exp(np.linspace(-5.0, 1.5, 27))
        likely = [float(_count(sold, due, one, design.by_sales).sum()) for one in tried]
        return replace(shop, scatter=float(tried[int(np.argmax(likely))]))

    def due(self, slopes: Slopes, slope: Floats) -> Floats:
        """Items that each row is due if the products' slopes were `slope`."""
        design = self.design
        theta = np.array([slopes.common.get(name, 0.0) for name in design.names])
        usual = np.zeros(len(theta))
        for name in LEVELS:
            usual[design.names.index(name)] = 1.0
        mean = design.common.mean(axis=0) * usual
        eta = self.weekly + (design.common - mean) @ theta + slope[design.product] * design.deal
        factor, seen = np.exp(np.clip(eta, -20, 20)), np.where(self.later, 0.0, 1.0)
        count = int(design.series.max()) + 1
        sold = group_sum(design.series, seen * design.units, count)
        worth = group_sum(design.series, seen * factor, count)
        level = (sold + FEW) / (worth + FEW * seen @ factor / max(seen @ design.units, 1e-9))
        return np.asarray(np.maximum(level[design.series] * factor, LEAST))

    def score(self, slopes: Slopes) -> Floats:
        """Log of the mean likelihood over the belief about each slope; shape (products,)."""
        design, steps = self.design, np.linspace(-REACH, REACH, POINTS)
        rows = self.later & (design.discount >= PROMOTED_FROM)
        product, sold = design.product[rows], design.units[rows]
        found = np.zeros((len(design.products), POINTS))
        for point, step in enumerate(steps):
            due = self.due(slopes, slopes.mean + step * np.sqrt(slopes.variance))[rows]
            says = _count(sold, due, self.scatter, design.by_sales)
            found[:, point] = group_sum(product, says, len(found))
        top = found.max(axis=1)
        belief = np.exp(-(steps**2) / 2)
        return np.asarray(top + np.log(np.exp(found - top[:, None]) @ (belief / belief.sum())))


def _count(sold: Floats, due: Floats, scatter: float, by_sales: bool) -> Floats:
    """Log chance of a count, negative binomial with variance due + scatter x due squared.

    Where only sales tell prices, a promoted row has at least one.
    """
    size = 1 / scatter
    none = size * np.log(size / (size + due))
    count = (
        gammaln(sold + size) - gammaln(size) - gammaln(sold + 1)
        + none + sold * np.log(due / (size + due))
    )  # fmt: skip
    return np.asarray(count - np.log(-np.expm1(none)) if by_sales else count)


def promoted_rows(panel: Panel, weeks: int = HELD_OUT) -> int:
    """Rows of the last weeks that were promoted."""
    design = build(panel)
    later = design.week >= design.weeks - weeks
    return int((later & (design.discount >= PROMOTED_FROM)).sum())
