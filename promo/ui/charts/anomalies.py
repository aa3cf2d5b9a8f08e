"""One product's weeks against what was due, with the odd ones marked."""

from collections.abc import Mapping
from functools import partial
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from promo.ui import formats
from promo.ui.charts.axes import Axis, calendar, ticks
from promo.ui.theme import BLUE, ORANGE, PINK, QUIET, faded


def odd_weeks(weeks: pd.DataFrame, labels: Mapping[str, str], language: str) -> go.Figure:
    """Items sold, items due, the range of ordinary weeks, and marks on odd and left-out weeks.

    `weeks`: week (its Monday, or its number), units, expected, low, high, odd, left_out (flags).
    `labels`: sold, expected, range, odd, left_out, week.
    """
    write, x = partial(formats.number, language), list(weeks["week"])
    top = 1.06 * max(float(weeks[["units", "expected"]].max().max()), 1.0)
    high = weeks["high"].clip(upper=top)
    line = {"type": "scatter", "mode": "lines", "x": x, "hoverinfo": "x+text"}
    data = [
        line | {"y": high.tolist(), "line": {"width": 0}, "hoverinfo": "skip", "showlegend": False},
        line | {
            "y": weeks["low"].tolist(), "line": {"width": 0}, "hoverinfo": "skip",
            "fill": "tonexty", "fillcolor": faded(QUIET, 0.2), "name": labels["range"],
        },
        line | _named(weeks["expected"], labels["expected"], write)
        | {"line": {"color": QUIET, "width": 1.6, "dash": "dot"}},
        line | _named(weeks["units"], labels["sold"], write)
        | {"line": {"color": BLUE, "width": 1.8}},
        _marks(weeks[weeks["odd"]], labels["odd"], {"color": ORANGE, "size": 9}),
        _marks(
            weeks[weeks["left_out"]], labels["left_out"],
            {"color": PINK, "size": 13, "symbol": "x-thin", "line": {"color": PINK, "width": 2}},
        ),
    ]  # fmt: skip
    return go.Figure({"data": data, "layout": _layout(weeks["week"], top, labels, language)})


def _named(values: "pd.Series[float]", name: str, write: "partial[str]") -> Axis:
    said = [f"{name} {write(value)}" for value in values]
    return {"y": values.tolist(), "name": name, "text": said}


def _marks(weeks: pd.DataFrame, name: str, marker: Axis) -> Axis:
    return {
        "type": "scatter", "mode": "markers", "x": list(weeks["week"]), "name": name,
        "y": weeks["units"].fillna(0.0).tolist(), "marker": marker, "hoverinfo": "skip",
        "showlegend": len(weeks) > 0,
    }  # fmt: skip


def _layout(week: "pd.Series[Any]", top: float, labels: Mapping[str, str], language: str) -> Axis:
    write = partial(formats.number, language)
    if pd.api.types.is_numeric_dtype(week):
        named = {"title": {"text": labels["week"]},
                 **ticks(week.min(), week.max(), "{:.0f}".format)}  # fmt: skip
    else:
        named = calendar(week.min(), week.max(), language)
    return {
        "height": 320, "showlegend": True, "hovermode": "x",
        "xaxis": {"showgrid": False, **named},
        "yaxis": {"range": [0, top], "title": {"text": labels["sold"]}, **ticks(0, top, write, 4)},
    }  # fmt: skip
