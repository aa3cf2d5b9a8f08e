"""The plan as pictures: who gets which discount, what more budget brings, and the alternatives."""

from collections.abc import Mapping
from functools import partial

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from promo.ui import formats
from promo.ui.charts.axes import distinct, ticks
from promo.ui.theme import BLUE, DEPTH, ORANGE, QUIET, SKY, faded

MOST = 60
"""Products drawn; a longer plan is drawn by its largest gains, the table has them all."""


def discounts(
    rows: pd.DataFrame, names: Mapping[str, str], labels: Mapping[str, str], language: str
) -> go.Figure:
    """The discount of every product and segment, one cell each; bars when nobody is apart.

    `labels`: discount, and the names of the segments in their order.
    """
    grid = _grid(rows, labels)
    if len(grid) > MOST:
        gains = rows.groupby("product_id")["gain"].sum()
        grid = grid.loc[gains.nlargest(MOST).index.intersection(grid.index, sort=False)]
    if len(grid.columns) == 1:
        return _bars(grid.iloc[:, 0], names, labels, language)
    return _cells(grid, names, labels, language)


def _grid(rows: pd.DataFrame, labels: Mapping[str, str]) -> pd.DataFrame:
    """Products down (in the order of their category), segments across, discounts inside."""
    # A pivot table says the same and takes a tenth of a whole move.
    product, names = pd.factorize(rows["product_id"])
    segment, across = pd.factorize(rows["segment"])
    depth = np.zeros((len(names), len(across)))
    np.add.at(depth, (product, segment), rows["discount"] * rows["weight"])
    category = rows["category"].iloc[np.unique(product, return_index=True)[1]]
    down = np.lexsort((names.to_numpy(str), category.to_numpy(str)))
    grid = pd.DataFrame(depth, names, across).iloc[down]
    order = [name for name in labels if name in grid] + [n for n in grid if n not in labels]
    return grid[order]


def _height(rows: int) -> int:
    return 64 + max(5, rows) * (26 if rows <= 24 else 19)


def _bars(
    depth: "pd.Series[float]", names: Mapping[str, str], labels: Mapping[str, str], language: str
) -> go.Figure:
    products = distinct(names.get(str(product), str(product)) for product in depth.index)
    top = max(0.1, float(depth.max()) * 1.18)
    return go.Figure(
        {
            "data": [
                {
                    "type": "bar",
                    "orientation": "h",
                    "y": products,
                    "x": depth.tolist(),
                    "text": [formats.discount(language, d) if d > 0 else "–" for d in depth],
                    "textposition": "outside",
                    "cliponaxis": False,
                    "hovertemplate": f"%{{y}}<br>{labels['discount']}: %{{text}}<extra></extra>",
                    "marker": {
                        "color": depth.tolist(),
                        "colorscale": [[0, DEPTH[1][1]], [0.5, DEPTH[3][1]], [1, DEPTH[5][1]]],
                        "cmin": 0,
                        "cmax": max(0.3, float(depth.max())),
                    },
                }
            ],
            "layout": {
                "height": _height(len(depth)),
                "yaxis": {"autorange": "reversed", "type": "category", "showgrid": False},
                "xaxis": {"range": [0, top], "visible": False},
            },
        }
    )


def _cells(
    depth: pd.DataFrame, names: Mapping[str, str], labels: Mapping[str, str], language: str
) -> go.Figure:
    cells = {
        "z": depth.to_numpy().tolist(),
        "x": distinct((labels.get(s, s) for s in map(str, depth.columns)), 14),
        "y": distinct(names.get(str(product), str(product)) for product in depth.index),
        "text": [
            [formats.depth(language, d) if d > 0 else "" for d in row] for row in depth.to_numpy()
        ],
        "customdata": [[formats.discount(language, d) for d in row] for row in depth.to_numpy()],
        "hovertemplate": f"%{{y}} · %{{x}}<br>{labels['discount']}: %{{customdata}}<extra></extra>",
        "zmax": max(0.3, float(depth.to_numpy().max())),
    }
    look = {
        "type": "heatmap", "texttemplate": "%{text}", "zmin": 0, "xgap": 2, "ygap": 2,
        "showscale": False,
        "colorscale": [[0, faded(QUIET, 0.10)], [1e-6, DEPTH[0][1]], *DEPTH[1:]],
    }  # fmt: skip
    layout = {
        "height": _height(len(depth)) + 22,
        "xaxis": {"side": "top", "type": "category"},
        "yaxis": {
            "autorange": "reversed", "type": "category", "showgrid": False, "ticklabelstandoff": 6,
        },
    }  # fmt: skip
    return go.Figure({"data": [cells | look], "layout": layout})


def frontier(
    path: pd.DataFrame, now: tuple[float, float], labels: Mapping[str, str], language: str
) -> go.Figure:
    """The best gain each budget can buy, with the plan she is looking at marked on it.

    `path`: budget, gain. `now`: her budget and gain. `labels`: budget, gain, here.
    """
    write = partial(formats.money, language)
    most = max(float(path["budget"].max()), now[0])
    best = max(float(path["gain"].max()), now[1], 1e-9)
    least = min(float(path["gain"].min()), now[1], 0.0)
    layout = {
        "height": 300, "clickmode": "event+select",
        "xaxis": {
            "title": {"text": labels["budget"]}, "range": [0, most * 1.03],
            **ticks(0, most, write, 4),
        },
        "yaxis": {
            "title": {"text": labels["gain"]}, "range": [least * 1.12, best * 1.12],
            **ticks(least * 1.1, best * 1.1, write, 4),
        },
    }  # fmt: skip
    return go.Figure({"data": _path(path, now, most, labels, language), "layout": layout})


def _path(
    path: pd.DataFrame,
    now: tuple[float, float],
    most: float,
    labels: Mapping[str, str],
    language: str,
) -> list[dict[str, object]]:
    """The line of best gains and the mark on it."""

    def said(budget: float, gain: float) -> str:
        spent, won = formats.money(language, budget), formats.money(language, gain)
        return f"{labels['budget']} {spent}<br>{labels['gain']} {won}"

    line: dict[str, object] = {
        "type": "scatter", "mode": "lines+markers", "hoverinfo": "text",
        "x": path["budget"].tolist(), "y": path["gain"].tolist(),
        "text": [said(*point) for point in zip(path["budget"], path["gain"], strict=True)],
        "line": {"color": BLUE, "width": 2.5}, "fill": "tozeroy", "fillcolor": faded(BLUE, 0.08),
        "marker": {"color": BLUE, "size": 8}, "unselected": {"marker": {"opacity": 1}},
    }  # fmt: skip
    here: dict[str, object] = {
        "type": "scatter", "mode": "markers+text", "x": [now[0]], "y": [now[1]],
        "text": [labels["here"]], "hovertext": said(*now), "hoverinfo": "text",
        "textposition": _free_of(path, now, most), "cliponaxis": False,
        "marker": {"color": ORANGE, "size": 13, "line": {"width": 2, "color": "#fff"}},
    }  # fmt: skip
    return [line, here]


def _free_of(path: pd.DataFrame, now: tuple[float, float], most: float) -> str:
    """Where the words beside the mark meet neither the rising line nor the picture's end."""
    if now[0] < 0.7 * most:
        return "bottom right"
    below = float(np.interp(now[0], path["budget"], path["gain"])) - now[1]
    return "bottom left" if below > 0.1 * float(path["gain"].max()) else "top left"


def alternatives(
    names: list[str], gains: list[float], labels: Mapping[str, str], language: str
) -> go.Figure:
    """The plan's gain beside what else could be done; the first bar is the plan.

    `labels`: gain.
    """
    written = [formats.money(language, gain) for gain in gains]
    low, high = min(0.0, *gains), max(0.0, *gains)
    room = 0.22 * ((high - low) or 1.0)
    return go.Figure(
        {
            "data": [
                {
                    "type": "bar",
                    "orientation": "h",
                    "y": distinct(names, 30),
                    "x": gains,
                    "text": written,
                    "textposition": "outside",
                    "cliponaxis": False,
                    "hovertemplate": f"%{{y}}<br>{labels['gain']}: %{{text}}<extra></extra>",
                    "marker": {
                        "color": [BLUE, *(SKY if gain >= 0 else ORANGE for gain in gains[1:])],
                        "line": {"width": 0},
                    },
                }
            ],
            "layout": {
                "height": 64 + 46 * len(names),
                "xaxis": {
                    "range": [low - 1.6 * room * (low < 0), high + room],
                    "visible": False,
                    "zeroline": True,
                },
                "yaxis": {"autorange": "reversed", "type": "category", "showgrid": False},
            },
        }
    )
