"""New customers and customers won back: how many of them an item sold brings."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from promo.domain import Acquisition, Arrivals, ResponseCurves
from promo.learn.effects import Floats, Ints, codes, group_sum
from promo.tables import ACQUISITION

USUAL_SHAPE, SHAPE_SD = 3.0, 1.0
"""Median and log sd of the prior on the shape of the gamma that rates of kin have: 3 lets two
thirds of them lie within 0.4 and 1.6 times their mean."""
SHAPES = USUAL_SHAPE * np.exp(SHAPE_SD * np.linspace(-2.5, 3.5, 13))
"""Shapes that are averaged over."""
BEFORE = 0.5
"""Lines that a group of kin is taken to have brought before any was seen, as expected: groups that
brought none would be sure to bring none ever."""
ROUNDS = 12
"""Turns to a middle of kin; more move it by less than a hundredth."""


def acquisition(arrivals: Arrivals, curves: ResponseCurves) -> Acquisition:
    """Customers per item, for every product and segment of the curves in which somebody is known.

    A product's count is thin. How many times as many it brought as its segment's products of the
    category do is believed as far as its own count carries that; the category's rate comes from
    the segment's in the same way, the segment's from the shop's. Under promotion the same chain
    starts from the product's own figure at list price, so that promotions differ from it only as
    far as promoted sales say so.

    Args:
        arrivals: what was counted.
        curves: the products, segments and categories.

    References:
        Gelman, A. et al. (2013). Bayesian Data Analysis, 3rd ed., section 2.6 (Poisson counts and
        a gamma prior), at each of three levels.
    """
    rows = curves.rows[["product_id", "segment", "category"]]
    known = rows["segment"].isin(arrivals.rows["segment"])
    rows = rows[known].reset_index(drop=True)
    if rows.empty:
        return Acquisition(ACQUISITION.empty(), arrivals.away, arrivals.burn_in)
    levels = [
        codes(*(rows[name] for name in names))
        for names in (["segment"], ["segment", "category"], ["segment", "product_id"])
    ]
    listed, promoted = (_counted(arrivals, rows, kind) for kind in (False, True))
    figures, trust = {}, np.zeros(len(rows))
    for name in ("new", "back"):
        start = np.ones(len(rows))
        for when, counts in (("list", listed), ("promoted", promoted)):
            start, own = _rates(counts[name], counts["items"], start, levels, arrivals.line_share)
            figures[f"{name}_{when}"] = start
            trust += own / 4
    items = listed["items"] + promoted["items"]
    table = rows.assign(**figures, items=items, trust=np.clip(trust, 0.0, 1.0))
    table = table.sort_values(["product_id", "segment"], ignore_index=True)
    return Acquisition(table[ACQUISITION.names], arrivals.away, arrivals.burn_in)


def _counted(arrivals: Arrivals, rows: pd.DataFrame, promoted: bool) -> dict[str, Floats]:
    """Items and customers of each row at list price or promoted; each of shape (rows,)."""
    found = arrivals.rows[arrivals.rows["promoted"] == promoted]
    merged = rows.merge(found, "left", on=["product_id", "segment"])
    return {name: merged[name].fillna(0.0).to_numpy() for name in ("items", "new", "back")}


def _rates(
    count: Floats, items: Floats, start: Floats, levels: Sequence[Ints], line_share: float
) -> tuple[Floats, Floats]:
    """Customers per item by row, and the share of it that the row's own count decides.

    Args:
        count: shape (rows,), customers.
        items: shape (rows,).
        start: shape (rows,), rates in whose proportion customers are looked for first; they are
            scaled to the whole count.
        levels: the groups of each level, each inside one of the level before; the last are rows.
        line_share: part of a customer that one line counts for: counts vary by so much less than
            their mean.
    """
    # Without an item nothing tells them apart from where they start.
    whole = float((start * items).sum())
    rate = start * (float(count.sum()) / whole) if whole > 0 else start
    above, pull = np.zeros(len(count), dtype=np.int64), np.zeros(len(count))
    for level in levels:
        times, pull = _times(count, items * rate, level, above, line_share)
        rate, above = rate * times, level
    return np.clip(rate, 0.0, 1.0), pull


def _times(
    count: Floats, expected: Floats, level: Ints, above: Ints, line_share: float
) -> tuple[Floats, Floats]:
    """How many times what is expected each group brings, shrunk; and its own part in that.

    Each leans on the middle of the groups inside the same one of the level before. Rates of groups
    have a gamma distribution around it, counts in units of `line_share` a Poisson one around those;
    every shape of the gamma is tried and weighed by how likely it makes the counts. The middle is
    not held to what is expected: one product with a million items, petrol by the litre, would
    decide for all. Both arrays are by row.
    """
    groups = int(level.max()) + 1
    had, due = (group_sum(level, one, groups) / line_share for one in (count, expected))
    inside = np.zeros(groups, dtype=np.int64)
    inside[level] = above
    tried = [_given(had, due, inside, shape) for shape in SHAPES]
    likely = np.array([one[0] for one in tried])
    weight = np.exp(likely - likely.max())
    times, own = (weight @ np.array([one[part] for one in tried]) / weight.sum() for part in (1, 2))
    return times[level], own[level]


def _given(had: Floats, due: Floats, inside: Ints, shape: float) -> tuple[float, Floats, Floats]:
    """Log posterior density of a shape, and times and own parts of groups under it."""
    from scipy.special import gammaln

    kin = int(inside.max()) + 1
    middle = np.ones(kin)
    for _round in range(ROUNDS):
        weight = 1 / (1 + middle[inside] * due / shape)
        sums = (group_sum(inside, weight * one, kin) + BEFORE for one in (had, due))
        middle = np.divide(*sums)
    mean = middle[inside] * due
    density = (
        gammaln(shape + had) - gammaln(shape) + shape * np.log(shape / (shape + mean))
        + had * np.log(np.maximum(mean, 1e-300) / (shape + mean))
    ).sum() - (np.log(shape / USUAL_SHAPE) / SHAPE_SD) ** 2 / 2  # fmt: skip
    own = mean / (shape + mean)
    return float(density), middle[inside] * (shape + had) / (shape + mean), own
