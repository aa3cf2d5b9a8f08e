"""How customer segments differ: their share of each product, and their answer to price."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from promo.domain import EVERYONE, Panel
from promo.learn.effects import Floats

KIN_ITEMS = 20.0
"""A product's segment shares are its own items and this many of the average product's mix."""


@dataclass(frozen=True, eq=False)
class SegmentResponse:
    """Arrays by segment.

    Attributes:
        segments: sorted ids.
        share: shape (products, segments), of the product's recent items; rows sum to 1.
        deviation: shape (segments,), added to a product's elasticity.
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


def segment_response(
    by_segment: Panel, products: "pd.Index[str]", recent_weeks: int
) -> SegmentResponse:
    """Learn shares from the last `recent_weeks` of the panel."""
    rows = by_segment.rows
    segments = pd.Index(np.sort(rows["segment"].unique()), name="segment")
    recent = rows["week"] > rows["week"].max() - pd.Timedelta(weeks=recent_weeks)
    known = rows.loc[recent & rows["product_id"].isin(products)]
    items = np.zeros((len(products), len(segments)))
    at = products.get_indexer(known["product_id"]), segments.get_indexer(known["segment"])
    np.add.at(items, at, known["units"].to_numpy())
    mix = items.sum(axis=0) + 1e-9
    items = items + KIN_ITEMS * mix / mix.sum()
    nothing = np.zeros(len(segments))
    return SegmentResponse(segments, items / items.sum(axis=1, keepdims=True), nothing, nothing)
