"""A plan taken apart as a picture: from more items sold to what is left of them."""

from collections.abc import Mapping
from functools import partial
from itertools import accumulate

import plotly.graph_objects as go

from promo.ui import formats
from promo.ui.charts.axes import ticks, wrapped
from promo.ui.theme import BLUE, GREEN, ORANGE, QUIET


def waterfall(
    steps: Mapping[str, float], labels: Mapping[str, str], language: str, items: Mapping[str, float]
) -> go.Figure:
    """What adds to the gain and what takes from it, ending in what is left.

    `steps`: money by code, what takes away below 0. `items`: how many items stand behind a step,
    where that is known. `labels`: money, items, gain and one per step.
    """
    money, count = partial(formats.money, language), partial(formats.number, language)
    said = [
        f"{'+' if value > 0 else ''}{money(value)}"
        + (f"<br>{labels['items'].format(items=count(items[code]))}" if code in items else "")
        for code, value in steps.items()
    ]
    level = [0.0, *accumulate(steps.values())]
    high, low = max(level) * 1.18 + 1e-9, min(level) * 1.18
    bars = {
        "type": "waterfall",
        "x": [wrapped(labels[code]) for code in (*steps, "gain")],
        "y": [*steps.values(), 0.0],
        "measure": ["relative"] * len(steps) + ["total"],
        "text": [*said, f"<b>{money(level[-1])}</b>"],
        **_LOOK,
    }
    scale = {"title": {"text": labels["money"]}, "range": [low, high], **ticks(low, high, money, 5)}
    layout = {"height": 380, "xaxis": {"type": "category", "tickangle": 0}, "yaxis": scale}
    return go.Figure({"data": [bars], "layout": layout})


_LOOK = {
    "textposition": "outside", "cliponaxis": False, "hoverinfo": "x+text",
    "connector": {"line": {"color": QUIET, "width": 1, "dash": "dot"}},
    "increasing": {"marker": {"color": GREEN}}, "decreasing": {"marker": {"color": ORANGE}},
    "totals": {"marker": {"color": BLUE}},
}  # fmt: skip
