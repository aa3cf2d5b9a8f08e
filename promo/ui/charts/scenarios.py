"""Two plans as one picture: where their discounts differ."""

from collections.abc import Mapping

import pandas as pd
import plotly.graph_objects as go

from promo.ui import formats
from promo.ui.charts.axes import distinct, ticks
from promo.ui.theme import AMBER, BLUE, QUIET

LINES = 30


def differences(rows: pd.DataFrame, labels: Mapping[str, str], language: str) -> go.Figure:
    """One line per product and segment from one plan's discount to the other's.

    `rows`: name, a, b (discounts), largest difference first. `labels`: a, b, discount.
    """
    shown = rows.head(LINES)
    names = distinct(shown["name"], 34)
    deepest = max(0.1, float(shown[["a", "b"]].to_numpy().max()))
    joints: list[float | None] = []
    places: list[str | None] = []
    for name, a, b in zip(names, shown["a"], shown["b"], strict=True):
        joints += [a, b, None]
        places += [name, name, None]
    return go.Figure(
        {
            "data": [
                {
                    "type": "scatter", "mode": "lines", "x": joints, "y": places,
                    "line": {"color": QUIET, "width": 2}, "hoverinfo": "skip",
                    "showlegend": False,
                },
                _dots(names, shown["a"], labels["a"], language, BLUE, "circle"),
                _dots(names, shown["b"], labels["b"], language, AMBER, "diamond"),
            ],
            "layout": {
                "height": 110 + 28 * max(4, len(shown)),
                "showlegend": True,
                "xaxis": {
                    "title": {"text": labels["discount"]}, "range": [-0.015, deepest * 1.08],
                    **ticks(0, deepest, formats.percent, 5),
                },
                "yaxis": {"autorange": "reversed", "type": "category"},
            },
        }
    )  # fmt: skip


def _dots(
    names: list[str], depth: "pd.Series[float]", name: str, language: str, color: str, shape: str
) -> dict[str, object]:
    return {
        "type": "scatter",
        "mode": "markers",
        "x": depth.tolist(),
        "y": names,
        "name": name,
        "text": [f"{name}: {formats.discount(language, value)}" for value in depth],
        "hoverinfo": "y+text",
        "marker": {"color": color, "size": 11, "symbol": shape},
    }
