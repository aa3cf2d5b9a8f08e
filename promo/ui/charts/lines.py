"""The lines and bands that pictures of demand are drawn with."""

from functools import partial
from typing import Any

import pandas as pd

from promo.ui.charts.axes import Axis, calendar, ticks
from promo.ui.theme import faded


def line(
    x: "pd.Series[pd.Timestamp]",
    y: "pd.Series[float]",
    name: str,
    write: "partial[str]",
    digits: int = 0,
    **pen: object,
) -> Axis:
    """A line that says its name and number where the pointer is."""
    return {
        "type": "scatter",
        "mode": "lines",
        "x": list(x),
        "y": y.tolist(),
        "name": name,
        "text": [f"{name} {write(value, digits)}" for value in y],
        "hoverinfo": "x+text",
        "line": pen,
    }


def band(
    x: "pd.Series[pd.Timestamp] | pd.Series[float]",
    low: "pd.Series[float]",
    high: "pd.Series[float]",
    color: str,
    alpha: float,
    name: str = "",
) -> Axis:
    """The room between two lines; in the legend where it has a name."""
    return {
        "type": "scatter",
        "mode": "lines",
        "x": [*x, *x.iloc[::-1]],
        "y": [*high, *low.iloc[::-1]],
        "fill": "toself",
        "fillcolor": faded(color, alpha),
        "line": {"width": 0},
        "hoverinfo": "skip",
        "name": name,
        "showlegend": bool(name),
    }


def weeks_axis(seen: "pd.Series[Any]", named: str, language: str) -> Axis:
    """At most seven months along the axis, or numbered weeks."""
    if pd.api.types.is_numeric_dtype(seen):
        return {"title": {"text": named}, **ticks(seen.min(), seen.max(), "{:.0f}".format)}
    return calendar(seen.min(), seen.max(), language)
