"""What each stop of caution promises, and what it brings when things go badly."""

from collections.abc import Mapping
from functools import partial

import pandas as pd
import plotly.graph_objects as go

from promo.ui import formats
from promo.ui.charts.axes import ticks
from promo.ui.theme import BLUE, ORANGE


def caution(
    path: pd.DataFrame, stops: list[str], now: int, labels: Mapping[str, str], language: str
) -> go.Figure:
    """Expected gain and mean of the bad fifth over the stops, the stop in use marked.

    `path`: gain, bad_fifth; one row for each of `stops`. `now`: the row in use. `labels`: gain,
    bad_fifth.
    """
    low = min(0.0, float(path["bad_fifth"].min()))
    high = max(float(path["gain"].max()), 1e-9)
    lines = [
        _line(stops, path[name].tolist(), now, labels[name], color, language)
        for name, color in (("gain", BLUE), ("bad_fifth", ORANGE))
    ]
    layout = {
        "height": 210,
        "showlegend": True,
        "legend": {"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0},
        "xaxis": {"type": "category", "showticklabels": False, "showgrid": False},
        "yaxis": {
            "range": [low - 0.05 * (high - low), high + 0.1 * (high - low)],
            **ticks(low, high, partial(formats.money, language), 4),
        },
    }
    return go.Figure({"data": lines, "layout": layout})


def _line(
    stops: list[str], values: list[float], now: int, label: str, color: str, language: str
) -> dict[str, object]:
    return {
        "type": "scatter", "mode": "lines+markers", "name": label, "x": stops, "y": values,
        "text": [formats.money(language, value) for value in values],
        "hovertemplate": f"%{{x}}<br>{label}: %{{text}}<extra></extra>",
        "line": {"color": color, "width": 2},
        "marker": {
            "color": color, "size": [13 if at == now else 5 for at in range(len(values))],
            "opacity": 1,
        },
    }  # fmt: skip
