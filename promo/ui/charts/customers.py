"""Segments as pictures: how many they are, what they spend, and what sets each apart."""

from collections.abc import Mapping

import pandas as pd
import plotly.graph_objects as go

from promo.ui import formats
from promo.ui.charts.axes import distinct
from promo.ui.theme import AMBER, BLUE


def shares(segments: pd.DataFrame, labels: Mapping[str, str]) -> go.Figure:
    """Each segment's share of the customers beside its share of the money.

    `segments`: name, share, spend_share. `labels`: customers, money.
    """
    names = distinct(segments["name"], 24)
    top = 1.16 * float(max(segments["share"].max(), segments["spend_share"].max()))
    return go.Figure(
        {
            "data": [
                _bar(names, segments["spend_share"], labels["money"], BLUE),
                _bar(names, segments["share"], labels["customers"], AMBER),
            ],
            "layout": {
                "height": 90 + 54 * len(names),
                "showlegend": True,
                "bargap": 0.34,
                "bargroupgap": 0.06,
                "legend": {"traceorder": "reversed"},
                "xaxis": {"visible": False, "range": [0, top]},
                "yaxis": {"autorange": "reversed", "type": "category", "showgrid": False},
            },
        }
    )


def _bar(names: list[str], values: "pd.Series[float]", name: str, color: str) -> dict[str, object]:
    return {
        "type": "bar",
        "orientation": "h",
        "y": names,
        "x": values.tolist(),
        "name": name,
        "text": [formats.percent(value) for value in values],
        "textposition": "outside",
        "cliponaxis": False,
        "hovertemplate": f"%{{y}}<br>{name}: %{{text}}<extra></extra>",
        "marker": {"color": color},
    }
