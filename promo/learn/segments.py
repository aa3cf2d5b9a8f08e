"""Who the customers are: RFM segments by quantiles, and what each segment is worth."""

from typing import Any, Literal

import numpy as np
import pandas as pd

from promo.domain import Customers
from promo.learn.effects import Floats, Ints

Segment = Literal["champions", "loyal", "potential", "new", "at_risk", "hibernating"]
SEGMENTS: tuple[Segment, ...] = (
    "champions", "loyal", "potential", "new", "at_risk", "hibernating",
)  # fmt: skip

PARTS = 5
"""Quantile scores run from 1 to 5, the field's habit."""

SUMMARY = (
    "segment", "customers", "share", "recency", "orders", "spend", "spend_share",
)  # fmt: skip


def _scores(values: Floats) -> Ints:
    """Quintile 1 (smallest) to 5 of each value; equal values share the score of their middle."""
    rank = pd.Series(values).rank(method="average").to_numpy()
    return np.ceil(PARTS * (rank - 0.5) / max(len(values), 1)).astype(np.int64).clip(1, PARTS)


def rfm(customers: Customers) -> Customers:
    """The same customers with their RFM segment.

    Recency is scored against everyone, 5 for the most recent fifth. Frequency and money are scored
    the same way and averaged into value; where no customer has a spend, value is frequency alone,
    and a customer without spend among others that have one is scored by frequency alone.

    =============  ======================  ====================
    segment        recency score           value
    =============  ======================  ====================
    champions      4-5                     4 or more
    loyal          3-5                     above 3, not champion
    new            4-5                     one order
    potential      3-5                     the others
    at_risk        1-2                     above 3
    hibernating    1-2                     3 or less
    =============  ======================  ====================

    Equal customers always share a segment, whatever the order of the rows.

    References:
        Hughes, A. M. (1994). Strategic Database Marketing. Probus.
    """
    rows = customers.rows
    recency = _scores(-rows["recency"].to_numpy(dtype=np.float64))
    value = _value(rows)
    recent, warm = recency >= 4, recency >= 3
    segment = np.select(
        [
            recent & (value >= 4),
            warm & (value > 3),
            recent & (rows["orders"] == 1),
            warm,
            value > 3,
        ],
        ["champions", "loyal", "new", "potential", "at_risk"],
        default="hibernating",
    )
    return Customers(rows.assign(segment=pd.Series(segment, index=rows.index, dtype="str")),
                     customers.as_of)  # fmt: skip


def _value(rows: pd.DataFrame) -> Floats:
    frequency = _scores(rows["orders"].to_numpy(dtype=np.float64)).astype(np.float64)
    known = rows["spend"].notna().to_numpy()
    value = frequency.copy()
    money = _scores(rows["spend"].to_numpy(dtype=np.float64)[known])
    value[known] = (frequency[known] + money) / 2
    return value


def segment_summary(customers: Customers) -> pd.DataFrame:
    """One row per segment present, in the order of `SEGMENTS`, others after them.

    Columns: `segment`, `customers` (count), `share` (of customers), `recency` (median days),
    `orders` (mean), `spend` (mean money, NaN when unknown), `spend_share` (of known spend).
    """
    rows = customers.rows
    grouped = rows.groupby("segment", sort=True)
    table = pd.DataFrame({
        "customers": grouped.size(),
        "share": grouped.size() / max(len(rows), 1),
        "recency": grouped["recency"].median(),
        "orders": grouped["orders"].mean(),
        "spend": grouped["spend"].mean(),
        "spend_share": _share(grouped["spend"].sum(min_count=1)),
    })  # fmt: skip
    order = [*(s for s in SEGMENTS if s in table.index), *table.index.difference(list(SEGMENTS))]
    return table.loc[order].rename_axis("segment").reset_index()[list(SUMMARY)]


def _share(sums: "pd.Series[Any]") -> "pd.Series[Any]":
    total = sums.sum()
    return sums / total if total > 0 else sums * np.nan


def segments_before(now: Customers, before: Customers) -> Customers:
    """Today's customers under the segment they had on an earlier day; newcomers since are `new`.

    What a segment will buy must be learned from what it bought *after* it was formed: a segment
    defined by today's recency holds by construction those who have just bought.

    Args:
        now: everyone, as seen today.
        before: the same shop on the earlier day, with segments.
    """
    known = before.rows.set_index("customer_id")["segment"]
    segment = now.rows["customer_id"].map(known).fillna("new").astype("str")
    return Customers(now.rows.assign(segment=segment), before.as_of)
