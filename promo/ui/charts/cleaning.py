"""A column before and after cleaning, over the same bins."""

import math
from collections.abc import Mapping, Sequence
from functools import partial
from itertools import pairwise

import plotly.graph_objects as go

from promo.ui import formats
from promo.ui.charts.axes import Axis, ticks
from promo.ui.theme import BLUE, QUIET

MARKS = 6
"""Values written along the axis."""

BY_TENS = 200
"""From this many rows in the fullest bin on, bars count by tens: the few odd rows would vanish."""


def before_after(
    edges: Sequence[float],
    before: Sequence[int],
    after: Sequence[int],
    labels: Mapping[str, str],
    language: str,
) -> go.Figure:
    """Rows per bin, as imported (wide and quiet) and with the steps (narrow and strong).

    `edges`: bounds of the bins, one more than there are counts. `labels`: before, after, rows,
    by_tens.
    """
    most = max(*before, *after, 1)
    value = partial(formats.number, language)
    names = [value(edge, 0 if abs(edge) >= 20 or edge == int(edge) else 1) for edge in edges]
    spans = [f"{low} – {high}" for low, high in pairwise(names)]
    step = max(1, -(-(len(edges) - 1) // MARKS))
    return go.Figure(
        {
            "data": [
                _bars(before, spans, labels["before"], QUIET, 0.96, language),
                _bars(after, spans, labels["after"], BLUE, 0.5, language),
            ],
            "layout": {
                "height": 260,
                "showlegend": True,
                "barmode": "overlay",
                "xaxis": {
                    "tickmode": "array",
                    "tickvals": [k - 0.5 for k in range(0, len(edges), step)],
                    "ticktext": names[::step],
                },
                "yaxis": _rows(most, labels, language),
            },
        }
    )


def _bars(
    counts: Sequence[int], spans: list[str], name: str, colour: str, width: float, language: str
) -> Axis:
    return {
        "type": "bar", "name": name, "x": list(range(len(counts))), "y": list(counts),
        "width": width, "marker": {"color": colour},
        "customdata": [
            [span, formats.number(language, count)]
            for span, count in zip(spans, counts, strict=True)
        ],
        "hovertemplate": f"%{{customdata[0]}}<br>{name}: %{{customdata[1]}}<extra></extra>",
    }  # fmt: skip


def _rows(most: int, labels: Mapping[str, str], language: str) -> Axis:
    write = partial(formats.number, language)
    if most < BY_TENS:
        return {"title": {"text": labels["rows"]}, **ticks(0, most, write, 4)}
    top = math.ceil(math.log10(most))
    return {
        "type": "log", "range": [-0.3, math.log10(most) + 0.1],
        "title": {"text": labels["by_tens"]}, "tickmode": "array",
        "tickvals": [10**power for power in range(top + 1)],
        "ticktext": [write(10**power) for power in range(top + 1)],
    }  # fmt: skip
