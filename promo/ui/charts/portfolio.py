"""All products at a glance: how much they sell, how they answer, how well that is known."""

import math
from collections.abc import Mapping
from functools import partial

import pandas as pd
import plotly.graph_objects as go

from promo.ui import formats
from promo.ui.charts.axes import Axis, short
from promo.ui.theme import EVIDENCE, EVIDENCE_SHAPE, QUIET

LEAST = 0.1
"""Items per week below which products stand at the left edge."""
MANY = 200
"""Products from which marks are smaller, so that a thousand stay apart."""


def portfolio(
    products: pd.DataFrame, chosen: str, labels: Mapping[str, str], language: str
) -> go.Figure:
    """Every product by how much it sells and how strongly it answers its price.

    Sales are drawn by tens: a few products sell most of a shop's items, and the others would lie on
    one line.

    `products`: by its key name, units_per_week, elasticity, evidence. `chosen`: the key of the one
    that is looked at. `labels`: units, elasticity, chosen and one per evidence grade.
    """
    drawn = products.assign(units_per_week=products["units_per_week"].clip(lower=LEAST))
    parts = {grade: drawn[drawn["evidence"] == grade] for grade in EVIDENCE}
    size = 10 if len(products) < MANY else 6
    return go.Figure(
        {
            "data": [
                _ring(drawn[drawn.index == chosen], labels["chosen"], size),
                *(_graded(part, grade, size, labels, language)
                  for grade, part in parts.items() if len(part)),
            ],
            "layout": {
                "height": 400,
                "showlegend": True,
                "hovermode": "closest",
                "xaxis": {
                    "title": {"text": labels["units"]}, "type": "log", "showgrid": True,
                    **_by_tens(drawn["units_per_week"], language),
                },
                "yaxis": {"title": {"text": labels["elasticity"]}},
            },
        }
    )  # fmt: skip


def _by_tens(units: "pd.Series[float]", language: str) -> Axis:
    """Marks at 1, 2 and 5 times the tens; only at the tens where there are many."""
    low, high = (math.log10(float(end)) for end in (units.min(), units.max()))
    tens = range(math.floor(low), math.ceil(high) + 1)
    steps = (1, 2, 5) if high - low < 2 else (1,)
    marks = [step * 10.0**ten for ten in tens for step in steps]
    write = partial(formats.number, language)
    room = 0.05 * (high - low) + 0.02
    return {
        "tickmode": "array", "tickvals": marks, "range": [low - room, high + room],
        "ticktext": [write(mark, 0 if mark >= 1 else 1) for mark in marks],
    }  # fmt: skip


def _ring(product: pd.DataFrame, name: str, size: int) -> Axis:
    """A ring around the product that is looked at."""
    return {
        "type": "scatter", "mode": "markers", "name": name, "hoverinfo": "skip",
        "x": product["units_per_week"].tolist(), "y": product["elasticity"].tolist(),
        "marker": {"symbol": "circle-open", "size": 2 * size + 4, "line": {"width": 2.5},
                   "color": QUIET},
    }  # fmt: skip


def _graded(
    products: pd.DataFrame, grade: str, size: int, labels: Mapping[str, str], language: str
) -> Axis:
    """The products of one evidence grade."""
    write = partial(formats.number, language)
    said = [
        f"{short(name, 40)}<br>{labels['units']}: {write(units, 0 if units >= 10 else 1)}"
        f"<br>{labels['elasticity']}: {write(slope, 2)}"
        for name, units, slope in zip(
            products["name"], products["units_per_week"], products["elasticity"], strict=True
        )
    ]
    return {
        "type": "scatter", "mode": "markers", "name": labels[grade],
        "x": products["units_per_week"].tolist(), "y": products["elasticity"].tolist(),
        "text": said, "hoverinfo": "text", "customdata": list(products.index),
        "marker": {
            "color": EVIDENCE[grade], "symbol": EVIDENCE_SHAPE[grade], "size": size,
            "opacity": 0.8,
        },
    }  # fmt: skip
