"""How customer segments differ: their share of each product, and their answer to price."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from promo.domain import EVERYONE, Panel
from promo.learn.design import WEEK, Design
from promo.learn.effects import Floats, group_sum
from promo.learn.segment_slopes import absorb, scores
from promo.learn.shrink import paule_mandel

KIN_ITEMS = 20.0
"""A product's segment shares are its own items and this many of the average product's mix."""
MARGINS = 100
"""Passes over the margins at most; they agree to `MARGIN_ERROR` of an item within some ten."""
MARGIN_ERROR = 1e-6
FLOOR_TAU2 = 0.03
"""Segments never answer price exactly alike; sd 0.17 keeps a doubt."""
STEPS = 2
"""Newton steps for the deviations, each from margins that fit exactly."""


@dataclass(frozen=True, eq=False)
class SegmentResponse:
    """Arrays by segment.

    Attributes:
        segments: sorted ids.
        share: shape (products, segments), of the product's recent items; rows sum to 1.
        deviation: shape (segments,), added to a product's elasticity; 0 on average over items.
        deviation_se: shape (segments,).
    """

    segments: "pd.Index[str]"
    share: Floats
    deviation: Floats
    deviation_se: Floats


def everyone(products: int) -> SegmentResponse:
    """One segment that is everybody."""
    nothing = np.zeros(1)
    return SegmentResponse(pd.Index([EVERYONE]), np.ones((products, 1)), nothing, nothing)


def shared_items(by_segment: Panel, panel: Panel) -> float:
    """Items of `by_segment` that lie in the products and weeks of `panel`."""
    items, whole = by_segment.rows, panel.rows
    shared = items["product_id"].isin(whole["product_id"]) & items["week"].isin(whole["week"])
    return float(items.loc[shared, "units"].sum())


def segment_response(by_segment: Panel, design: Design, recent_weeks: int) -> SegmentResponse:
    """Learn shares from the last `recent_weeks`, and one slope deviation per segment from all.

    items(product, segment, week) is Poisson with a level per product and segment, per segment and
    week, and per product and week; the last takes in everything that moves a product as a whole,
    its own price included, so that only what segments do differently at another price is left.
    """
    segments = pd.Index(np.sort(by_segment.rows["segment"].unique()), name="segment")
    items = _items(by_segment.rows, design, segments)
    recent = items[:, :, -recent_weeks:].sum(axis=2)
    mix = recent.sum(axis=0) + 1e-9
    share = recent + KIN_ITEMS * mix / mix.sum()
    share = share / share.sum(axis=1, keepdims=True)
    if len(segments) == 1:
        return SegmentResponse(segments, share, np.zeros(1), np.zeros(1))
    deviation, se = _deviations(items, _deals(design))
    return SegmentResponse(segments, share, *_shrunk(deviation, se, mix / mix.sum()))


def _items(rows: pd.DataFrame, design: Design, segments: "pd.Index[str]") -> Floats:
    """Items as an array of shape (products, segments, weeks), weeks as in the design."""
    items = np.zeros((len(design.products), len(segments), design.weeks))
    week = ((rows["week"] - design.start).to_numpy() // WEEK).astype(np.int64)
    product = design.products.get_indexer(pd.Index(rows["product_id"]))
    known = (product >= 0) & (week >= 0) & (week < design.weeks)
    at = product[known], segments.get_indexer(pd.Index(rows["segment"]))[known], week[known]
    np.add.at(items, at, rows["units"].to_numpy()[known])
    return items


def _deals(design: Design) -> Floats:
    """Mean log deal over places, shape (products, weeks); 0 where nothing was on offer."""
    shape = len(design.products), design.weeks
    cell = design.product * shape[1] + design.week
    size = shape[0] * shape[1]
    rows = np.maximum(group_sum(cell, np.ones(len(cell)), size), 1.0)
    return (group_sum(cell, design.deal, size) / rows).reshape(shape)


def _deviations(items: Floats, deal: Floats) -> tuple[Floats, Floats]:
    """Slope of each segment less the last one's, and their covariance clustered by product."""
    segments = items.shape[1]
    slope = np.zeros(segments)
    covariance = np.zeros((segments, segments))
    for _newton in range(STEPS):
        mu = _fit_margins(items, np.exp(slope[:, None] * deal[:, None, :]))
        absorbed = absorb(mu, deal)
        score = scores(absorbed, items, mu, deal)
        slope[:-1] += absorbed.bread @ score.sum(axis=0)
        covariance[:-1, :-1] = absorbed.bread @ (score.T @ score) @ absorbed.bread
    return slope, covariance


def _fit_margins(items: Floats, mu: Floats) -> Floats:
    """Scale `mu` until every sum over one axis equals that of `items`.

    References:
        Deming, W. E. and Stephan, F. F. (1940). On a least squares adjustment of a sampled
        frequency table when the expected marginal totals are known. Annals of Mathematical
        Statistics 11(4), 427-444.
    """
    mu = mu.copy()
    sums = [items.sum(axis=axis, keepdims=True) for axis in range(3)]
    for _pass in range(MARGINS):
        worst = 0.0
        for axis, wanted in enumerate(sums):
            have = mu.sum(axis=axis, keepdims=True)
            worst = max(worst, float(np.abs(have - wanted).max()))
            mu *= np.divide(wanted, have, out=np.zeros_like(have), where=have > 0)
        if worst < MARGIN_ERROR:
            break
    return mu


def _shrunk(slope: Floats, covariance: Floats, mix: Floats) -> tuple[Floats, Floats]:
    """Deviations from the items' average slope, shrunk to 0, and their standard errors."""
    centre = np.eye(len(mix)) - mix
    slope, variance = centre @ slope, np.diag(centre @ covariance @ centre.T)
    variance = np.maximum(variance, np.finfo(float).tiny)
    tau2 = max(paule_mandel(slope, variance, np.zeros(len(mix), dtype=np.int64)), FLOOR_TAU2)
    pull = tau2 / (tau2 + variance)
    return centre @ (pull * slope), np.sqrt(pull * variance)
