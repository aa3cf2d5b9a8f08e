"""What one measure costs of another, and what a plan would bring if a belief is wrong."""

from collections.abc import Mapping
from functools import partial

import pandas as pd
import plotly.graph_objects as go

from promo.ui import formats
from promo.ui.charts.axes import short, ticks
from promo.ui.theme import BLUE, ORANGE, QUIET


def trade_off(
    path: pd.DataFrame,
    axes: tuple[str, str],
    now: tuple[float, float],
    labels: Mapping[str, str],
    language: str,
) -> go.Figure:
    """The best plans between two measures as a line of points, and the plan on the screen.

    `path`: the two measures. `axes`: across and up. `now`: the plan's own. `labels`: each measure,
    here.
    """
    over, aim = axes
    write = partial(formats.money, language)
    across, up = path[over].tolist(), path[aim].tolist()

    def said(x: float, y: float) -> str:
        return f"{labels[over]} {write(x)}<br>{labels[aim]} {write(y)}"

    line = {
        "type": "scatter", "mode": "lines+markers", "x": across, "y": up, "hoverinfo": "text",
        "text": [said(*point) for point in zip(across, up, strict=True)],
        "line": {"color": BLUE, "width": 2.5}, "marker": {"color": BLUE, "size": 10},
    }  # fmt: skip
    here = {
        "type": "scatter", "mode": "markers+text", "x": [now[0]], "y": [now[1]],
        "text": [labels["here"]], "hovertext": said(*now), "hoverinfo": "text",
        "textposition": "bottom right", "cliponaxis": False,
        "marker": {"color": ORANGE, "size": 13, "line": {"width": 2, "color": "#fff"}},
    }  # fmt: skip
    layout = {
        "height": 300, "clickmode": "event+select",
        "xaxis": {"title": {"text": labels[over]}, **_around([*across, now[0]], write)},
        "yaxis": {"title": {"text": labels[aim]}, **_around([*up, now[1]], write)},
    }  # fmt: skip
    return go.Figure({"data": [line, here], "layout": layout})


def _around(values: list[float], write: partial[str]) -> dict[str, object]:
    """A range a little wider than the values, with ticks in it."""
    low, high = min(values), max(values)
    room = 0.12 * (high - low) or 0.05 * abs(high) or 1.0
    return {"range": [low - room, high + room], **ticks(low - room, high + room, write, 4)}


def tornado(
    found: pd.DataFrame, gain: float, labels: Mapping[str, str], language: str
) -> go.Figure:
    """How far the gain moves when one belief is lower or higher; the widest on top.

    `found`: low, high, by belief. `gain`: of the plan as believed. `labels`: each belief, low,
    high, gain.
    """
    write = partial(formats.money, language)
    names = [short(labels[name], 28) for name in found.index]
    data = [
        {
            "type": "bar", "orientation": "h", "name": labels[side], "y": names, "base": gain,
            "x": (found[side] - gain).tolist(), "marker": {"color": color},
            "text": [write(value) for value in found[side]], "textposition": "outside",
            "cliponaxis": False,
            "hovertemplate": f"%{{y}}<br>{labels['gain']}: %{{text}}<extra></extra>",
        }
        for side, color in (("low", ORANGE), ("high", BLUE))
    ]  # fmt: skip
    values = [gain, *found["low"], *found["high"]]
    room = 0.25 * ((max(values) - min(values)) or 1.0)
    layout = {
        "height": 110 + 58 * len(found), "barmode": "group", "showlegend": True,
        "xaxis": {"range": [min(values) - room, max(values) + room], "visible": False},
        "yaxis": {"autorange": "reversed", "type": "category", "showgrid": False},
        "shapes": [
            {
                "type": "line", "x0": gain, "x1": gain, "y0": 0, "y1": 1, "yref": "paper",
                "line": {"color": QUIET, "width": 1.5},
            }
        ],
    }  # fmt: skip
    return go.Figure({"data": data, "layout": layout})
