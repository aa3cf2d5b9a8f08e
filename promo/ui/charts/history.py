"""What was sold and what will be: history, forecast without promotion, and the plan on top."""

from collections.abc import Mapping
from functools import partial

import pandas as pd
import plotly.graph_objects as go

from promo.ui import formats
from promo.ui.charts.axes import Axis, ticks
from promo.ui.charts.lines import band, line, weeks_axis
from promo.ui.theme import AMBER, BLUE, GREEN, ORANGE, PINK, QUIET


def history(
    weeks: pd.DataFrame, ahead: pd.DataFrame, labels: Mapping[str, str], language: str
) -> go.Figure:
    """Items sold per week, then the forecast with its intervals; prices paid underneath.

    `weeks`: week (its Monday, or its number where no date is known), units, left_out (a flag), and
    where it is about one product price and list_price.
    `ahead`: week, mean, low_80, high_80, low_95, high_95, and where there is a plan plan, plan_low,
    plan_high.
    `labels`: sold, beyond, left_out, forecast, range, plan, plan_range, price, list_price, end,
    week.
    """
    priced = "price" in weeks
    top = _top(weeks["units"], ahead[[one for one in ("high_95", "plan_high") if one in ahead]])
    layout = _layout(weeks, ahead, top, labels, language)
    return go.Figure({
        "data": [
            *_sales(weeks, ahead, top, labels, language),
            *(_prices(weeks, labels, language) if priced else ()),
        ],
        "layout": layout | (_below(weeks, labels, language) if priced else {"height": 360}),
    })  # fmt: skip


def _sales(
    weeks: pd.DataFrame, ahead: pd.DataFrame, top: float, labels: Mapping[str, str], language: str
) -> list[Axis]:
    """Items sold and forecast, with marks where a peak is higher than the scale."""
    write = partial(formats.number, language)
    above = weeks[weeks["units"] > top]
    beyond = {
        "type": "scatter", "mode": "markers", "name": labels["beyond"], "cliponaxis": False,
        "x": list(above["week"]), "y": [top] * len(above), "hoverinfo": "skip",
        "marker": {"symbol": "triangle-up", "size": 9, "color": BLUE},
    }  # fmt: skip
    will = line(ahead["week"], ahead["mean"], labels["forecast"], write, color=ORANGE, width=2.4)
    return [
        band(ahead["week"], ahead["low_95"], ahead["high_95"], ORANGE, 0.12),
        band(ahead["week"], ahead["low_80"], ahead["high_80"], ORANGE, 0.22, labels["range"]),
        line(weeks["week"], weeks["units"], labels["sold"], write, color=BLUE, width=1.8),
        *([beyond] if len(above) else []),
        *_left_out(weeks, top, labels["left_out"]),
        will | {"line": {**will["line"], "dash": "dot"}},
        *(_planned(ahead, labels, write) if "plan" in ahead else ()),
    ]


def _planned(ahead: pd.DataFrame, labels: Mapping[str, str], write: "partial[str]") -> list[Axis]:
    """What the plan on the desk makes of the coming weeks."""
    week, plan = ahead["week"], ahead["plan"]
    spread = band(week, ahead["plan_low"], ahead["plan_high"], GREEN, 0.2, labels["plan_range"])
    with_it = line(week, plan, labels["plan"], write, color=GREEN, width=2.4)
    return [spread, with_it | {"mode": "lines+markers", "marker": {"color": GREEN, "size": 6}}]


def _left_out(weeks: pd.DataFrame, top: float, name: str) -> list[Axis]:
    """Marks on the weeks that nothing is learned from, by her choice."""
    gone = weeks[weeks["left_out"]]
    marker = {"symbol": "x-thin", "size": 11, "line": {"color": PINK, "width": 2}}
    marks = {
        "type": "scatter", "mode": "markers", "name": name, "hoverinfo": "skip",
        "x": list(gone["week"]), "y": gone["units"].clip(upper=top).tolist(), "marker": marker,
    }  # fmt: skip
    return [marks] if len(gone) else []


def _prices(weeks: pd.DataFrame, labels: Mapping[str, str], language: str) -> list[Axis]:
    """Price paid and list price, on the axis below."""
    write, week = partial(formats.number, language), weeks["week"]
    paid = line(week, weeks["price"], labels["price"], write, 2, color=AMBER, width=1.6)
    listed = line(week, weeks["list_price"], labels["list_price"], write, 2, color=QUIET, width=1.2)
    return [
        listed | {"yaxis": "y2", "line": {**listed["line"], "shape": "hv", "dash": "dot"}},
        paid | {"yaxis": "y2", "line": {**paid["line"], "shape": "hv"}},
    ]


def _layout(
    weeks: pd.DataFrame, ahead: pd.DataFrame, top: float, labels: Mapping[str, str], language: str
) -> Axis:
    write, end = partial(formats.number, language), weeks["week"].max()
    mark = {"color": QUIET, "width": 1, "dash": "dot"}
    seen = pd.concat([weeks["week"], ahead["week"]])
    return {
        "showlegend": True, "hovermode": "x",
        "yaxis": {
            "range": [0, top], "title": {"text": labels["sold"]}, **ticks(0, top, write, 4),
        },
        "xaxis": {"showgrid": False, **weeks_axis(seen, labels["week"], language)},
        "shapes": [
            {"type": "line", "x0": end, "x1": end, "yref": "y domain", "y0": 0, "y1": 1,
             "line": mark}
        ],
        "annotations": [
            {"x": end, "y": 1, "yref": "paper", "yanchor": "top", "xanchor": "right",
             "text": labels["end"], "showarrow": False, "font": {"color": QUIET}}
        ],
    }  # fmt: skip


def _below(weeks: pd.DataFrame, labels: Mapping[str, str], language: str) -> Axis:
    """Room for prices below the sales; keys name one part of an axis."""
    write = partial(formats.number, language)
    dear = max(weeks["price"].max(), weeks["list_price"].max()) * 1.03 + 1e-9
    cheap = weeks["price"].min() * 0.97
    return {
        "height": 430, "yaxis_domain": [0.34, 1.0], "xaxis_anchor": "y2",
        "yaxis2": {
            "domain": [0.0, 0.24], "range": [cheap, dear], "title": {"text": labels["price"]},
            **ticks(cheap, dear, write, 2),
        },
    }  # fmt: skip


def _top(sold: "pd.Series[float]", ahead: pd.DataFrame) -> float:
    """The top of the scale: everything, unless a few peaks would flatten all the rest."""
    coming = float(ahead.max().max()) if len(ahead) else 0.0
    peak = max(float(sold.max()), coming) * 1.06
    usual = max(float(sold.quantile(0.9)), coming)
    return min(peak, 4.0 * usual) if usual > 0 else max(peak, 1.0)
