"""Demand as pictures: what was, what will be, and how it answers a discount."""

from collections.abc import Mapping
from functools import partial

import pandas as pd
import plotly.graph_objects as go

from promo.ui import formats
from promo.ui.charts.axes import Axis, calendar, short, ticks
from promo.ui.theme import AMBER, BLUE, EVIDENCE, EVIDENCE_SHAPE, ORANGE, PINK, QUIET, faded


def history(
    weeks: pd.DataFrame, ahead: pd.DataFrame, labels: Mapping[str, str], language: str
) -> go.Figure:
    """Items sold per week, then the forecast with its intervals; the price paid underneath.

    `weeks`: week (its Monday, or its number where no date is known), units, price, list_price,
    left_out (a flag).
    `ahead`: week, mean, low_80, high_80, low_95, high_95.
    `labels`: sold, beyond, left_out, forecast, range, price, list_price, end, week.
    """
    top = _top(weeks["units"], ahead["high_95"])
    return go.Figure(
        {
            "data": [
                *_sales(weeks, ahead, top, labels, language),
                *_prices(weeks, labels, language),
            ],
            "layout": _history_layout(weeks, ahead, top, labels, language),
        }
    )


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
    will = _line(ahead["week"], ahead["mean"], labels["forecast"], write, color=ORANGE, width=2.4)
    return [
        _band(ahead["week"], ahead["low_95"], ahead["high_95"], ORANGE, 0.12),
        _band(ahead["week"], ahead["low_80"], ahead["high_80"], ORANGE, 0.22, labels["range"]),
        _line(weeks["week"], weeks["units"], labels["sold"], write, color=BLUE, width=1.8),
        *([beyond] if len(above) else []),
        *_left_out(weeks, top, labels["left_out"]),
        will | {"line": {**will["line"], "dash": "dot"}},
    ]


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
    paid = _line(week, weeks["price"], labels["price"], write, 2, color=AMBER, width=1.6)
    listed = _line(
        week, weeks["list_price"], labels["list_price"], write, 2, color=QUIET, width=1.2
    )
    return [
        listed | {"yaxis": "y2", "line": {**listed["line"], "shape": "hv", "dash": "dot"}},
        paid | {"yaxis": "y2", "line": {**paid["line"], "shape": "hv"}},
    ]


def _history_layout(
    weeks: pd.DataFrame, ahead: pd.DataFrame, top: float, labels: Mapping[str, str], language: str
) -> Axis:
    write, end = partial(formats.number, language), weeks["week"].max()
    dear = max(weeks["price"].max(), weeks["list_price"].max()) * 1.03 + 1e-9
    cheap = weeks["price"].min() * 0.97
    line = {"color": QUIET, "width": 1, "dash": "dot"}
    return {
        "height": 430, "showlegend": True, "hovermode": "x",
        "yaxis": {
            "domain": [0.34, 1.0], "range": [0, top], "title": {"text": labels["sold"]},
            **ticks(0, top, write, 4),
        },
        "yaxis2": {
            "domain": [0.0, 0.24], "range": [cheap, dear], "title": {"text": labels["price"]},
            **ticks(cheap, dear, write, 2),
        },
        "xaxis": {"anchor": "y2", "showgrid": False, **_calendar(weeks, ahead, labels, language)},
        "shapes": [
            {"type": "line", "x0": end, "x1": end, "yref": "paper", "y0": 0.34, "y1": 1,
             "line": line}
        ],
        "annotations": [
            {"x": end, "y": 1, "yref": "paper", "yanchor": "bottom", "xanchor": "right",
             "text": labels["end"], "showarrow": False, "font": {"color": QUIET}}
        ],
    }  # fmt: skip


def _top(sold: "pd.Series[float]", ahead: "pd.Series[float]") -> float:
    """The top of the scale: everything, unless a few peaks would flatten all the rest."""
    peak = max(float(sold.max()), float(ahead.max()) if len(ahead) else 0.0) * 1.06
    usual = max(float(sold.quantile(0.9)), float(ahead.max()) if len(ahead) else 0.0)
    return min(peak, 4.0 * usual) if usual > 0 else max(peak, 1.0)


def _calendar(
    weeks: pd.DataFrame, ahead: pd.DataFrame, labels: Mapping[str, str], language: str
) -> Axis:
    """At most seven months named along the axis, or numbered weeks."""
    seen = pd.concat([weeks["week"], ahead["week"]])
    if pd.api.types.is_numeric_dtype(seen):
        return {"title": {"text": labels["week"]}, **ticks(seen.min(), seen.max(), "{:.0f}".format)}
    return calendar(seen.min(), seen.max(), language)


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

    `points`: discount, ratio, low, high, profit_ratio (all to no promotion), the first at no
    discount; between it and the second nothing is known, so only a dotted line joins them.
    `seen`: discount, ratio (promoted weeks to their usual level). `labels`: discount, ratio,
    curve, range, profit, seen.
    """
    top = 1.1 * max(2.0, float(points["high"].quantile(0.8)), float(points["ratio"].max()))
    known = points.iloc[1:]
    dots = {
        "type": "scatter", "mode": "markers", "name": labels["seen"], "hoverinfo": "skip",
        "x": seen["discount"].tolist(), "y": seen["ratio"].clip(upper=top).tolist(),
        "marker": {"color": faded(QUIET, 0.65), "size": 7},
    }  # fmt: skip
    curve = partial(_curve, top=top, language=language)
    data = [
        _band(known["discount"], known["low"], known["high"], BLUE, 0.16, labels["range"]),
        dots,
        _joint(points["ratio"], known["discount"], BLUE),
        curve(known, "ratio", labels["curve"], color=BLUE, width=2.6),
    ]
    if points["profit_ratio"].notna().all():
        data.append(_joint(points["profit_ratio"], known["discount"], ORANGE))
        data.append(
            curve(known, "profit_ratio", labels["profit"], color=ORANGE, width=2, dash="dash")
        )
    return go.Figure({"data": data, "layout": _response_layout(points, top, labels, language)})


def _times(value: float, top: float, language: str) -> str:
    return formats.number(language, value, 1 if top < 10 else 0) + "×"


def _curve(
    points: pd.DataFrame, column: str, name: str, *, top: float, language: str, **pen: object
) -> Axis:
    said = [
        f"{formats.discount(language, depth)}<br>{name}: {_times(value, top, language)}"
        for depth, value in zip(points["discount"], points[column], strict=True)
    ]
    return {
        "type": "scatter", "mode": "lines", "x": points["discount"].tolist(),
        "y": points[column].tolist(), "name": name, "text": said, "hoverinfo": "text", "line": pen,
    }  # fmt: skip


def _joint(ratio: "pd.Series[float]", depths: "pd.Series[float]", color: str) -> Axis:
    """From no promotion to the shallowest discount that was tried."""
    return {
        "type": "scatter", "mode": "lines", "x": [0.0, float(depths.iloc[0])],
        "y": ratio.iloc[:2].tolist(), "showlegend": False, "hoverinfo": "skip",
        "line": {"color": color, "width": 1, "dash": "dot"},
    }  # fmt: skip


def _response_layout(
    points: pd.DataFrame, top: float, labels: Mapping[str, str], language: str
) -> Axis:
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


def portfolio(products: pd.DataFrame, labels: Mapping[str, str], language: str) -> go.Figure:
    """Every product by how much it sells and how strongly it answers its price.

    `products`: name, units_per_week, elasticity, evidence. `labels`: units, elasticity and one
    per evidence grade.
    """
    write = partial(formats.number, language)
    top = float(products["units_per_week"].max()) * 1.08 + 1e-9
    parts = {grade: products[products["evidence"] == grade] for grade in EVIDENCE}
    return go.Figure(
        {
            "data": [
                _graded(part, grade, labels, language) for grade, part in parts.items() if len(part)
            ],
            "layout": {
                "height": 380,
                "showlegend": True,
                "xaxis": {"title": {"text": labels["units"]}, **ticks(0, top, write, 5)},
                "yaxis": {"title": {"text": labels["elasticity"]}},
            },
        }
    )


def _graded(products: pd.DataFrame, grade: str, labels: Mapping[str, str], language: str) -> Axis:
    """The products of one evidence grade."""
    write = partial(formats.number, language)
    said = [
        f"{short(name, 40)}<br>{labels['units']}: {write(units)}"
        f"<br>{labels['elasticity']}: {write(slope, 2)}"
        for name, units, slope in zip(
            products["name"], products["units_per_week"], products["elasticity"], strict=True
        )
    ]
    return {
        "type": "scatter", "mode": "markers", "name": labels[grade],
        "x": products["units_per_week"].tolist(), "y": products["elasticity"].tolist(),
        "text": said, "hoverinfo": "text",
        "marker": {
            "color": EVIDENCE[grade], "symbol": EVIDENCE_SHAPE[grade], "size": 10, "opacity": 0.85,
        },
    }  # fmt: skip
