"""How a product answers a discount: its curve, what it rests on, and where it is a guess."""

from collections.abc import Mapping
from functools import partial

import pandas as pd
import plotly.graph_objects as go

from promo.ui import formats
from promo.ui.charts.axes import Axis, ticks
from promo.ui.charts.lines import band
from promo.ui.theme import BLUE, ORANGE, QUIET, faded


def response(
    points: pd.DataFrame, seen: pd.DataFrame, labels: Mapping[str, str], language: str
) -> go.Figure:
    """What a discount does to sales and to profit, with the weeks the curve rests on.

    `points`: discount, ratio, low, high, profit_ratio (all to no promotion), beyond (deeper than
    any discount seen), the first at no discount; between it and the second nothing is known, so
    only a dotted line joins them. Beyond the deepest discount seen lines are dashed.
    `seen`: discount, ratio (promoted weeks to their usual level). `labels`: discount, ratio,
    curve, beyond, range, profit, seen.
    """
    top = 1.1 * max(2.0, float(points["high"].quantile(0.8)), float(points["ratio"].max()))
    known = points.iloc[1:]
    dots = {
        "type": "scatter", "mode": "markers", "name": labels["seen"], "hoverinfo": "skip",
        "x": seen["discount"].tolist(), "y": seen["ratio"].clip(upper=top).tolist(),
        "marker": {"color": faded(QUIET, 0.65), "size": 7},
    }  # fmt: skip
    curve = partial(_curve, points, top=top, language=language, beyond=labels["beyond"])
    data = [
        band(known["discount"], known["low"], known["high"], BLUE, 0.16, labels["range"]),
        dots,
        *curve("ratio", labels["curve"], color=BLUE, width=2.6),
    ]
    if points["profit_ratio"].notna().all():
        data += curve("profit_ratio", labels["profit"], color=ORANGE, width=2)
    return go.Figure({"data": data, "layout": _layout(points, top, labels, language)})


def _times(value: float, top: float, language: str) -> str:
    return formats.number(language, value, 1 if top < 10 else 0) + "×"


def _curve(
    points: pd.DataFrame, column: str, name: str, *, top: float, language: str, beyond: str,
    **pen: object,
) -> list[Axis]:  # fmt: skip
    """A curve in its three parts: to the first discount tried, as far as seen, and beyond."""
    known = points.iloc[1:]
    solid = known[~known["beyond"]]
    # The dashed part starts where the solid one ends.
    dashed = known[known["beyond"] | (known["discount"] == solid["discount"].max())]
    parts = [_part(points.iloc[:2], column, {**pen, "width": 1, "dash": "dot"})]
    seen = len(solid) > 1 or len(dashed) < 2
    if seen:
        parts.append(_part(solid, column, pen) | _told(solid, column, name, top, language))
    if len(dashed) > 1:
        told = _told(dashed, column, name, top, language)
        if seen:  # one entry of the legend for all dashed lines
            told |= {"name": beyond, "showlegend": column == "ratio"}
        parts.append(_part(dashed, column, {**pen, "dash": "dash"}) | told)
    return parts


def _told(points: pd.DataFrame, column: str, name: str, top: float, language: str) -> Axis:
    """The name of a line, and what it says where the pointer is."""
    said = [
        f"{formats.discount(language, depth)}<br>{name}: {_times(value, top, language)}"
        for depth, value in zip(points["discount"], points[column], strict=True)
    ]
    return {"name": name, "showlegend": True, "text": said, "hoverinfo": "text"}


def _part(points: pd.DataFrame, column: str, pen: Mapping[str, object]) -> Axis:
    return {
        "type": "scatter", "mode": "lines", "x": points["discount"].tolist(),
        "y": points[column].tolist(), "showlegend": False, "hoverinfo": "skip", "line": dict(pen),
    }  # fmt: skip


def _layout(points: pd.DataFrame, top: float, labels: Mapping[str, str], language: str) -> Axis:
    deepest = float(points["discount"].max())
    low = max(min(0.0, float(points["profit_ratio"].fillna(0.0).min())), -0.4 * top)
    write = partial(_times, top=top, language=language)
    return {
        "height": 380,
        "showlegend": True,
        "xaxis": {
            "title": {"text": labels["discount"]}, "range": [-0.012, deepest * 1.02],
            **ticks(0, deepest, formats.percent, 6),
        },
        "yaxis": {
            "title": {"text": labels["ratio"]}, "range": [low, top], **ticks(low, top, write, 5),
        },
        "shapes": [
            {"type": "line", "x0": 0, "x1": deepest, "y0": 1, "y1": 1,
             "line": {"color": QUIET, "width": 1, "dash": "dot"}}
        ],
    }  # fmt: skip
