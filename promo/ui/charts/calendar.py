"""A plan as a calendar: products down, weeks across, what each week costs and adds below."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from promo.ui import formats
from promo.ui.charts.axes import short
from promo.ui.theme import AMBER, BLUE, DEPTH, ORANGE, QUIET, faded

LANES = 40
"""Lanes drawn, with the names above them; the products of the largest gain come first."""

SIGNS = {
    "percent": "", "flash": "▲", "coupon": "◆", "bundle": "■", "gift": "●", "member": "★",
    "points": "✚", "spend_and_save": "▼",
}  # fmt: skip
"""A mark before the depth for every way to give a discount but the plain one."""

LEAST = 0.05
"""Items missing that are worth a mark."""

_LANE, _BELOW = 26, 74
"""Height of a lane, and of each picture of weekly sums, in pixels."""


def calendar(
    lanes: pd.DataFrame, weeks: pd.DataFrame, labels: Mapping[str, str], language: str
) -> go.Figure:
    """Promotions as bars over their weeks, the dip after each hatched, weekly sums below.

    `lanes`: lane (a key), name (of the lane), head (what stands in a lane of its own above it, or
    nothing), at, weeks, discount, mechanic, dip (items), said (what the pointer tells); at least
    one.
    `weeks`: name, given_away, items, and where there is a budget per week budget.
    `labels`: given_away, items, budget, dip, after.
    """
    rows = _rows(lanes)
    names = list(rows)
    height = 44 + _LANE * len(names) + 2 * _BELOW + 40
    inner = height - 44
    split = 1 - (_LANE * len(names)) / inner
    count, rest = len(weeks), split - 34 / inner
    data = [
        _promotions(lanes, names, language),
        _dips(lanes, names, labels["dip"], language),
        *_sums(weeks, labels, language),
    ]
    below = {"rangemode": "tozero", "showgrid": False, "showticklabels": False}
    layout = {
        "height": height, "barmode": "overlay", "bargap": 0.16,
        "xaxis": {
            "side": "top", "range": [0, count + 1], "anchor": "y", "showgrid": False,
            "tickvals": [at + 0.5 for at in range(count + 1)], "tickangle": 0,
            "ticktext": [*_thinned(weeks["name"].tolist()), labels["after"]],
        },
        "yaxis": {
            "domain": [split, 1], "range": [len(names) - 0.5, -0.5], "showgrid": False,
            "tickvals": list(range(len(names))), "ticklabelstandoff": 6,
            "ticktext": list(rows.values()),
        },
        "yaxis2": {"domain": [rest / 2 + 10 / inner, rest], **below, **_room(weeks["given_away"])},
        "yaxis3": {"domain": [0, rest / 2 - 10 / inner], **below, **_room(weeks["items"])},
        "shapes": _lines(count), "annotations": _titles(labels),
    }  # fmt: skip
    return go.Figure({"data": data, "layout": layout})


def lane_name(product: str, group: str) -> str:
    """What stands beside a lane: a product, and whose promotion it is where that is not all.

    >>> lane_name("Organic wholegrain breakfast oats", "Loyal"), lane_name("Tea", "")
    ('Organic wholegrain br… · Loyal', 'Tea')
    """
    return f"{short(product, 22)} · {group}" if group else short(product, 34)


def _rows(lanes: pd.DataFrame) -> dict[str, str]:
    """What stands beside every lane, from above, by its key; a name alone has a lane of its own."""
    found: dict[str, str] = {}
    each = lanes.drop_duplicates("lane")
    for lane, name, head in zip(each["lane"], each["name"], each["head"], strict=True):
        if head:
            found[lane + "\n"] = f"<b>{head}</b>"
        found[lane] = name
    return found


def thumbnail(lanes: pd.DataFrame, weeks: int) -> go.Figure:
    """The same without words: where in time how deep a discount runs.

    `lanes`: lane, at, weeks, mechanic, discount, said.
    """
    names = list(dict.fromkeys(lanes["lane"]))
    bars = _promotions(lanes, names, None)
    return go.Figure({
        "data": [bars],
        "layout": {
            "height": 40 + 9 * max(8, len(names)), "bargap": 0.2,
            "xaxis": {
                "range": [0, weeks], "showgrid": True, "dtick": 1, "showticklabels": False,
            },
            "yaxis": {"range": [len(names) - 0.5, -0.5], "visible": False},
        },
    })  # fmt: skip


def _promotions(lanes: pd.DataFrame, names: Sequence[str], language: str | None) -> dict[str, Any]:
    """One bar per promotion; its depth as colour, and in a language as words."""
    depth = lanes["discount"]
    words = [
        " ".join(filter(None, (SIGNS.get(way, "?"), _depth(language, share))))
        for way, share in zip(lanes["mechanic"], depth, strict=True)
    ] if language else None  # fmt: skip
    edge, top = 0.05, max(0.4, float(depth.max() if len(depth) else 0.0))
    return {
        "type": "bar", "orientation": "h", "y": [names.index(one) for one in lanes["lane"]],
        "base": (lanes["at"] + edge).tolist(), "x": (lanes["weeks"] - 2 * edge).tolist(),
        "text": words, "textposition": "inside", "insidetextanchor": "middle", "textangle": 0,
        "insidetextfont": {
            "color": [_ON_DEEP if part > _DEEP else _ON_LIGHT for part in depth / top]
        },
        "hovertext": lanes["said"].tolist(), "hoverinfo": "text", "cliponaxis": False,
        "marker": {
            "color": depth.tolist(), "colorscale": _SCALE,
            "cmin": 0.0, "cmax": top,
        },
    }  # fmt: skip


_SCALE = [[0.0, DEPTH[1][1]], [0.25, DEPTH[2][1]], [0.5, DEPTH[3][1]], [0.75, DEPTH[4][1]],
          [1.0, DEPTH[5][1]]]  # fmt: skip
_DEEP = 0.6
_ON_LIGHT, _ON_DEEP = "#0B1A26", "#FFFFFF"
"""Words in a bar: of the two the one that stands out more from it, in either theme."""


def _depth(language: str | None, share: float) -> str:
    """A depth in as few letters as it takes."""
    if language == "zh":
        return formats.discount("zh", share)
    return formats.percent(share, 0 if abs(100 * share - round(100 * share)) < 0.05 else 1)


def _dips(
    lanes: pd.DataFrame, names: Sequence[str], word: str, language: str
) -> dict[str, Any]:  # fmt: skip
    """A hatched bar in the week after a promotion, unless the next one runs there already."""
    runs = {
        (lane, week)
        for lane, at, weeks in zip(lanes["lane"], lanes["at"], lanes["weeks"], strict=True)
        for week in range(at, at + weeks)
    }
    end = lanes["at"] + lanes["weeks"]
    busy = [(lane, week) in runs for lane, week in zip(lanes["lane"], end, strict=True)]
    dips = lanes[(lanes["dip"] >= LEAST).to_numpy() & ~pd.Series(busy, dtype=bool).to_numpy()]
    after = dips["at"] + dips["weeks"]
    said = [formats.number(language, -items, 1 if items < 10 else 0) for items in dips["dip"]]
    return {
        "type": "bar", "orientation": "h", "y": [names.index(one) for one in dips["lane"]],
        "base": (after + 0.08).tolist(), "x": [0.84] * len(dips), "text": said,
        "textposition": "inside", "insidetextanchor": "middle", "textangle": 0,
        "hovertext": [f"{word} {one}" for one in said], "hoverinfo": "text",
        "textfont": {"color": ORANGE, "size": 11}, "width": 0.5, "constraintext": "none",
        "marker": {
            "color": faded(ORANGE, 0.10), "line": {"color": faded(ORANGE, 0.55), "width": 1},
        },
    }  # fmt: skip


def _sums(weeks: pd.DataFrame, labels: Mapping[str, str], language: str) -> list[dict[str, Any]]:
    """Money given away and items added, per week; and the week's budget."""
    middle = [at + 0.5 for at in range(len(weeks))]
    money, items = partial(formats.money, language), partial(formats.number, language)
    looks = (("given_away", "y2", AMBER, money), ("items", "y3", BLUE, items))
    bars = [
        {
            "type": "bar", "x": middle, "y": weeks[name].tolist(), "yaxis": axis, "width": 0.7,
            "text": [write(value) for value in weeks[name]], "textposition": "outside",
            "cliponaxis": False, "marker": {"color": colour}, "hoverinfo": "text",
            "hovertext": [
                f"{week}<br>{labels[name]} {write(value)}"
                for week, value in zip(weeks["name"], weeks[name], strict=True)
            ],
        }
        for name, axis, colour, write in looks
    ]  # fmt: skip
    if "budget" not in weeks:
        return bars
    cap = {
        "type": "scatter", "mode": "lines", "yaxis": "y2", "x": [0, len(weeks)],
        "y": [float(weeks["budget"].iloc[0])] * 2, "hoverinfo": "text",
        "hovertext": f"{labels['budget']} {money(float(weeks['budget'].iloc[0]))}",
        "line": {"color": ORANGE, "width": 1.5, "dash": "dash"},
    }  # fmt: skip
    return [*bars, cap]


def _room(values: "pd.Series[float]") -> dict[str, Any]:
    """A range with room for the words above and below the bars."""
    low, high = min(0.0, float(values.min())), max(0.0, float(values.max()))
    span = (high - low) or 1.0
    return {"range": [low - (0.35 * span if low < 0 else 0.0), high + 0.35 * span]}


def _thinned(names: list[str]) -> list[str]:
    """Names of weeks as far as they find room beside each other."""
    step = max(1, -(-len(names) // 13))
    return [name if at % step == 0 else "" for at, name in enumerate(names)]


def _lines(count: int) -> list[dict[str, Any]]:
    """A faint line between two weeks, a firm one where the plan ends."""
    return [
        {
            "type": "line", "xref": "x", "yref": "paper", "x0": at, "x1": at, "y0": 0, "y1": 1,
            "layer": "below",
            "line": {"color": faded(QUIET, 0.9 if at == count else 0.25), "width": 1},
        }
        for at in range(count + 1)
    ]  # fmt: skip


def _titles(labels: Mapping[str, str]) -> list[dict[str, Any]]:
    """What the two pictures below are of."""
    return [
        {
            "text": labels[name], "xref": "paper", "x": 0, "xanchor": "left", "showarrow": False,
            "yref": f"{axis} domain", "y": 1.0, "yanchor": "bottom",
            "font": {"size": 12, "color": QUIET},
        }
        for name, axis in (("given_away", "y2"), ("items", "y3"))
    ]  # fmt: skip
