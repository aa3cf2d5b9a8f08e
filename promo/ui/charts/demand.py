"""Demand as pictures: what was, what will be, and how it answers a discount."""

from collections.abc import Mapping
from functools import partial

import pandas as pd
import plotly.graph_objects as go

from promo.ui import formats
from promo.ui.charts.axes import Axis, short, ticks
from promo.ui.theme import AMBER, BLUE, EVIDENCE, EVIDENCE_SHAPE, ORANGE, QUIET, faded


def history(
    weeks: pd.DataFrame, ahead: pd.DataFrame, labels: Mapping[str, str], language: str
) -> go.Figure:
    """Items sold per week, then the forecast with its intervals; the price paid underneath.

    `weeks`: week, units, price, list_price. `ahead`: week, mean, low_80, high_80, low_95, high_95.
    `labels`: sold, beyond, forecast, range, price, list_price, today.
    """
    today = weeks["week"].max()
    top = _top(weeks["units"], ahead["high_95"])
    above = weeks[weeks["units"] > top]
    cheap, dear = weeks["price"].min(), max(weeks["price"].max(), weeks["list_price"].max())
    write = partial(formats.number, language)
    sold = _line(weeks["week"], weeks["units"], labels["sold"], write, color=BLUE, width=1.8)
    beyond = {
        "type": "scatter", "mode": "markers", "name": labels["beyond"], "cliponaxis": False,
        "x": list(above["week"]), "y": [top] * len(above), "hoverinfo": "skip",
        "marker": {"symbol": "triangle-up", "size": 9, "color": BLUE},
    }  # fmt: skip
    will = _line(ahead["week"], ahead["mean"], labels["forecast"], write, color=ORANGE, width=2.4)
    paid = _line(weeks["week"], weeks["price"], labels["price"], write, 2, color=AMBER, width=1.6)
    listed = _line(
        weeks["week"], weeks["list_price"], labels["list_price"], write, 2, color=QUIET, width=1.2
    )
    data = [
        _band(ahead["week"], ahead["low_95"], ahead["high_95"], ORANGE, 0.12),
        _band(ahead["week"], ahead["low_80"], ahead["high_80"], ORANGE, 0.22, labels["range"]),
        sold,
        *([beyond] if len(above) else []),
        will | {"line": {**will["line"], "dash": "dot"}},
        listed | {"yaxis": "y2", "line": {**listed["line"], "shape": "hv", "dash": "dot"}},
        paid | {"yaxis": "y2", "line": {**paid["line"], "shape": "hv"}},
    ]
    return go.Figure(
        {
            "data": data,
            "layout": {
                "height": 430,
                "showlegend": True,
                "hovermode": "x",
                "yaxis": {
                    "domain": [0.34, 1.0],
                    "range": [0, top],
                    "title": {"text": labels["sold"]},
                    **ticks(0, top, write, 4),
                },
                "yaxis2": {
                    "domain": [0.0, 0.24],
                    "title": {"text": labels["price"]},
                    "range": [cheap * 0.97, dear * 1.03 + 1e-9],
                    **ticks(cheap * 0.97, dear * 1.03 + 1e-9, write, 2),
                },
                "xaxis": {"anchor": "y2", "showgrid": False, **_months(weeks, ahead, language)},
                "shapes": [
                    {
                        "type": "line", "x0": today, "x1": today, "yref": "paper",
                        "y0": 0.34, "y1": 1, "line": {"color": QUIET, "width": 1, "dash": "dot"},
                    }
                ],
                "annotations": [
                    {
                        "x": today, "y": 1, "yref": "paper", "yanchor": "top", "xanchor": "right",
                        "text": labels["today"], "showarrow": False, "font": {"color": QUIET},
                    }
                ],
            },
        }
    )  # fmt: skip


def _top(sold: "pd.Series[float]", ahead: "pd.Series[float]") -> float:
    """The top of the scale: everything, unless a few peaks would flatten all the rest."""
    peak = max(float(sold.max()), float(ahead.max()) if len(ahead) else 0.0) * 1.06
    usual = max(float(sold.quantile(0.9)), float(ahead.max()) if len(ahead) else 0.0)
    return min(peak, 4.0 * usual) if usual > 0 else max(peak, 1.0)


def _months(weeks: pd.DataFrame, ahead: pd.DataFrame, language: str) -> Axis:
    """At most seven months named along the axis."""
    seen = pd.concat([weeks["week"], ahead["week"]])
    months = pd.date_range(seen.min(), seen.max(), freq="MS")
    months = months[:: max(1, -(-len(months) // 7))]
    form = "%Y年%-m月" if language == "zh" else "%b %Y"
    return {
        "tickmode": "array",
        "tickvals": [month.strftime("%Y-%m-%d") for month in months],
        "ticktext": [month.strftime(form.replace("%-m", str(month.month))) for month in months],
    }


def _line(
    x: "pd.Series[pd.Timestamp]",
    y: "pd.Series[float]",
    name: str,
    write: "partial[str]",
    digits: int = 0,
    **pen: object,
) -> Axis:
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


def _band(
    x: "pd.Series[pd.Timestamp] | pd.Series[float]",
    low: "pd.Series[float]",
    high: "pd.Series[float]",
    color: str,
    alpha: float,
    name: str = "",
) -> Axis:
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


def response(
    points: pd.DataFrame, seen: pd.DataFrame, labels: Mapping[str, str], language: str
) -> go.Figure:
    """What a discount does to sales and to profit, with the weeks the curve rests on.

    `points`: discount, ratio, low, high, profit_ratio (all to no promotion). `seen`: discount,
    ratio (promoted weeks to their usual level). `labels`: discount, ratio, curve, range, profit,
    seen.
    """
    deepest = float(points["discount"].max())
    top = 1.1 * max(2.0, float(points["high"].quantile(0.8)), float(points["ratio"].max()))

    def times(value: float) -> str:
        return formats.number(language, value, 1 if top < 10 else 0) + "×"

    def line(column: str, name: str, **pen: object) -> Axis:
        said = [
            f"{formats.discount(language, depth)}<br>{name}: {times(value)}"
            for depth, value in zip(points["discount"], points[column], strict=True)
        ]
        return {
            "type": "scatter", "mode": "lines", "x": points["discount"].tolist(),
            "y": points[column].tolist(), "name": name, "text": said, "hoverinfo": "text",
            "line": pen,
        }  # fmt: skip

    dots = {
        "type": "scatter", "mode": "markers", "name": labels["seen"], "hoverinfo": "skip",
        "x": seen["discount"].tolist(), "y": seen["ratio"].clip(upper=top).tolist(),
        "marker": {"color": faded(QUIET, 0.65), "size": 7},
    }  # fmt: skip
    band = _band(points["discount"], points["low"], points["high"], BLUE, 0.16, labels["range"])
    data = [band, dots, line("ratio", labels["curve"], color=BLUE, width=2.6)]
    if points["profit_ratio"].notna().all():
        data.append(line("profit_ratio", labels["profit"], color=ORANGE, width=2, dash="dot"))
    low = min(0.0, float(points["profit_ratio"].fillna(0.0).min()))
    low = max(low, -0.4 * top)
    return go.Figure(
        {
            "data": data,
            "layout": {
                "height": 380,
                "showlegend": True,
                "xaxis": {
                    "title": {"text": labels["discount"]}, "range": [-0.012, deepest * 1.02],
                    **ticks(0, deepest, formats.percent, 6),
                },
                "yaxis": {
                    "title": {"text": labels["ratio"]}, "range": [low, top],
                    **ticks(low, top, times, 5),
                },
                "shapes": [
                    {
                        "type": "line", "x0": 0, "x1": deepest, "y0": 1, "y1": 1,
                        "line": {"color": QUIET, "width": 1, "dash": "dot"},
                    }
                ],
            },
        }
    )  # fmt: skip


def portfolio(products: pd.DataFrame, labels: Mapping[str, str], language: str) -> go.Figure:
    """Every product by how much it sells and how strongly it answers its price.

    `products`: name, units_per_week, elasticity, evidence. `labels`: units, elasticity and one
    per evidence grade.
    """
    write = partial(formats.number, language)
    top = float(products["units_per_week"].max()) * 1.08 + 1e-9
    data = []
    for grade, colour in EVIDENCE.items():
        part = products[products["evidence"] == grade]
        if part.empty:
            continue
        data.append(
            {
                "type": "scatter",
                "mode": "markers",
                "name": labels[grade],
                "x": part["units_per_week"].tolist(),
                "y": part["elasticity"].tolist(),
                "text": [
                    f"{short(name, 40)}<br>{labels['units']}: {write(units)}"
                    f"<br>{labels['elasticity']}: {write(slope, 2)}"
                    for name, units, slope in zip(
                        part["name"], part["units_per_week"], part["elasticity"], strict=True
                    )
                ],
                "hoverinfo": "text",
                "marker": {
                    "color": colour,
                    "symbol": EVIDENCE_SHAPE[grade],
                    "size": 10,
                    "opacity": 0.85,
                },
            }
        )
    return go.Figure(
        {
            "data": data,
            "layout": {
                "height": 380,
                "showlegend": True,
                "xaxis": {"title": {"text": labels["units"]}, **ticks(0, top, write, 5)},
                "yaxis": {"title": {"text": labels["elasticity"]}},
            },
        }
    )
