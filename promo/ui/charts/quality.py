"""Data as pictures: rows day by day, and the shape of one column."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from promo.ui import formats
from promo.ui.charts.axes import Axis, calendar, distinct, ticks
from promo.ui.theme import AMBER, BLUE, ORANGE, faded

CROWDED = 150
"""Days from which bars would be hairs, so that their outline is drawn instead."""

_SET_OFF = {"ticks": "outside", "ticklen": 6, "tickcolor": "rgba(0, 0, 0, 0)"}
"""Room between an axis and its words, so that the lowest word of the other axis stays readable."""


def days(
    rows: pd.DataFrame,
    gaps: Sequence[tuple[Any, Any]],
    labels: Mapping[str, str],
    language: str,
) -> go.Figure:
    """Rows per day or week, with what is missing shaded and what was cut short in another colour.

    `rows`: at (a day, or a week's number where no date is known), rows, cut (whether it was cut
    short). `gaps`: first and last `at` that are missing. `labels`: rows, gap, cut, week.
    """
    step = _step(rows["at"])
    whole, cut = rows[~rows["cut"]], rows[rows["cut"]]
    top = float(rows["rows"].max()) * 1.06
    draw = _outline if len(rows) > CROWDED else _columns
    data = [draw(whole, labels["rows"], BLUE, step, language)]
    if len(cut):
        data.append(_columns(cut, labels["cut"], AMBER, step, language))
    if gaps:
        data.append(_key(labels["gap"], rows["at"].iloc[0]))
    return go.Figure(
        {
            "data": data,
            "layout": {
                "height": 260,
                "showlegend": True,
                "barmode": "overlay",
                "shapes": [_shade(first - step / 2, last + step / 2) for first, last in gaps],
                "xaxis": {
                    **_SET_OFF, **_along(rows["at"], step, labels, language),
                },
                "yaxis": {
                    "range": [0, top], **ticks(0, top, partial(formats.number, language), 4),
                },
            },
        }
    )  # fmt: skip


def _step(at: "pd.Series[Any]") -> Any:
    """How far two bars are apart."""
    lone: Any = 1 if pd.api.types.is_numeric_dtype(at) else pd.Timedelta(days=1)
    return at.diff().min() if len(at) > 1 else lone


def _columns(rows: pd.DataFrame, name: str, color: str, step: Any, language: str) -> Axis:
    wide = step.total_seconds() * 1000 if isinstance(step, pd.Timedelta) else step
    return {
        **_told(rows, name, language), "type": "bar", "width": 0.8 * wide,
        "marker": {"color": color, "line": {"width": 0}},
    }  # fmt: skip


def _outline(rows: pd.DataFrame, name: str, color: str, _step: Any, language: str) -> Axis:
    return {
        **_told(rows, name, language), "type": "scatter", "mode": "lines", "fill": "tozeroy",
        "fillcolor": faded(color, 0.35), "line": {"color": color, "width": 1, "shape": "hvh"},
    }  # fmt: skip


def _told(rows: pd.DataFrame, name: str, language: str) -> Axis:
    """Where each row lies, how high it is and what it says."""
    dated = not pd.api.types.is_numeric_dtype(rows["at"])
    at = [formats.day(language, one.date()) if dated else str(one) for one in rows["at"]]
    said = [
        f"{day}<br>{name}: {formats.number(language, count)}"
        for day, count in zip(at, rows["rows"], strict=True)
    ]
    return {
        "name": name, "x": list(rows["at"]), "y": rows["rows"].tolist(),
        "hovertext": said, "hoverinfo": "text",
    }  # fmt: skip


def _key(name: str, at: Any) -> Axis:
    """What the shading means, in the legend alone."""
    return {
        "type": "scatter", "mode": "markers", "x": [at], "y": [None], "name": name,
        "marker": {"symbol": "square", "size": 11, "color": faded(ORANGE, 0.35)},
        "hoverinfo": "skip",
    }  # fmt: skip


def _shade(first: Any, last: Any) -> Axis:
    return {
        "type": "rect", "x0": first, "x1": last, "yref": "paper", "y0": 0, "y1": 1,
        "fillcolor": faded(ORANGE, 0.22), "line": {"width": 0}, "layer": "below",
    }  # fmt: skip


def _along(at: "pd.Series[Any]", step: Any, labels: Mapping[str, str], language: str) -> Axis:
    first, last = at.iloc[0], at.iloc[-1]
    if pd.api.types.is_numeric_dtype(at):
        named = ticks(first, last, "{:.0f}".format, 6)
        return {"title": {"text": labels["week"]}, "range": [first - 1, last + 1], **named}
    return {"range": [first - step, last + step], **calendar(first, last, language)}


def histogram(
    counts: Sequence[int],
    ends: tuple[float, float],
    write: "partial[str]",
    labels: Mapping[str, str],
    language: str,
) -> go.Figure:
    """Rows by value in equal steps; `write` says a value, `labels`: rows."""
    low, high = ends
    edges = [low + (high - low) * place / len(counts) for place in range(len(counts) + 1)]
    marks = (0, len(counts) // 2, len(counts))
    said = [
        f"{write(left)} – {write(right)}<br>{labels['rows']}: {formats.number(language, count)}"
        for left, right, count in zip(edges, edges[1:], counts, strict=False)
    ]
    return go.Figure(
        {
            "data": [
                {"type": "bar", "x": [place + 0.5 for place in range(len(counts))],
                 "y": list(counts), "hovertext": said, "hoverinfo": "text",
                 "marker": {"color": BLUE}}
            ],
            "layout": {
                "height": 240, "bargap": 0.06,
                "xaxis": {"tickmode": "array", "tickvals": list(marks), **_SET_OFF,
                          "range": [-0.2, len(counts) + 0.2],
                          "ticktext": [write(edges[mark]) for mark in marks]},
                "yaxis": ticks(0, max(counts), partial(formats.number, language), 3),
            },
        }
    )  # fmt: skip


def commonest(
    common: Sequence[tuple[str, int]], filled: int, labels: Mapping[str, str], language: str
) -> go.Figure:
    """The commonest values by the rows that have them; `labels`: rows."""
    names = distinct((value for value, _ in common), 28)
    counts = [count for _, count in common]
    said = [
        f"{name}<br>{labels['rows']}: {formats.number(language, count)}"
        for name, count in zip(names, counts, strict=True)
    ]
    return go.Figure(
        {
            "data": [
                {"type": "bar", "orientation": "h", "y": names, "x": counts, "hovertext": said,
                 "hoverinfo": "text", "text": [formats.percent(n / filled, 1) for n in counts],
                 "textposition": "outside", "cliponaxis": False, "marker": {"color": BLUE}}
            ],
            "layout": {
                "height": 60 + 30 * len(names), "bargap": 0.34,
                "xaxis": {"visible": False, "range": [0, 1.16 * max(counts)]},
                "yaxis": {"autorange": "reversed", "type": "category", "showgrid": False},
            },
        }
    )  # fmt: skip
