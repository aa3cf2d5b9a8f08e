"""One product as a classical model sees it: what it says of the past and of the weeks to come."""

from collections.abc import Mapping
from functools import partial

import pandas as pd
import plotly.graph_objects as go

from promo.ui import formats
from promo.ui.charts.axes import ticks
from promo.ui.charts.lines import band, line, weeks_axis
from promo.ui.theme import BLUE, GREEN, ORANGE


def inspected(weeks: pd.DataFrame, labels: Mapping[str, str], language: str) -> go.Figure:
    """Items sold, what the model would have said a week before, and its forecast.

    `weeks`: week (its Monday or its number), units, fitted, mean, low, high. `labels`: sold,
    fitted, forecast, range, week.
    """
    write = partial(formats.number, language)
    past, ahead = weeks[weeks["mean"].isna()], weeks[weeks["mean"].notna()]
    usual = max(float(past["units"].quantile(0.98)), float(ahead["high"].max()), 1.0)
    top = 1.1 * min(max(float(past["units"].max()), usual), 3 * usual)
    will = line(ahead["week"], ahead["mean"], labels["forecast"], write, color=ORANGE, width=2.4)
    return go.Figure(
        {
            "data": [
                band(ahead["week"], ahead["low"], ahead["high"], ORANGE, 0.22, labels["range"]),
                line(past["week"], past["units"], labels["sold"], write, color=BLUE, width=1.6),
                line(past["week"], past["fitted"], labels["fitted"], write, color=GREEN, width=1.4),
                will | {"line": {**will["line"], "dash": "dot"}},
            ],
            "layout": {
                "height": 320, "showlegend": True, "hovermode": "x",
                "yaxis": {
                    "range": [0, top], "title": {"text": labels["sold"]}, **ticks(0, top, write, 4),
                },
                "xaxis": {"showgrid": False,
                          **weeks_axis(weeks["week"], labels["week"], language)},
            },
        }
    )  # fmt: skip
