"""The one look of every chart: a colour-blind-safe palette and a Plotly template.

Colours are Okabe and Ito's; their closest pair is 17 dE apart in every kind of colour vision.
Meaning never rests on colour alone: charts add a label, a shape or a position.
"""

import plotly.graph_objects as go
import plotly.io as pio
import streamlit.elements.plotly_chart  # noqa: F401 # sets a default of its own when it is loaded

BLUE, AMBER, GREEN, PINK, ORANGE, SKY = (
    "#0072B2", "#E69F00", "#009E73", "#CC79A7", "#D55E00", "#56B4E9",
)  # fmt: skip
QUIET = "#8A96A3"
"""What is there for comparison: readable on light and dark."""

GAIN, LOSS = BLUE, ORANGE

DEPTH = (
    (0.0, "#E3EEF7"), (0.2, "#B5D3EA"), (0.4, "#7FB2D9"),
    (0.6, "#4390C4"), (0.8, "#0F6CA8"), (1.0, "#08406B"),
)  # fmt: skip
"""Depth of a discount, light to dark."""

FONT = "'Source Sans', 'PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC', sans-serif"

EVIDENCE = {"strong": BLUE, "fair": GREEN, "weak": AMBER, "borrowed": PINK}
EVIDENCE_SHAPE = {"strong": "circle", "fair": "diamond", "weak": "triangle-up", "borrowed": "x"}


def faded(colour: str, alpha: float) -> str:
    """The same colour, see-through.

    >>> faded("#0072B2", 0.2)
    'rgba(0, 114, 178, 0.2)'
    """
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return f"rgba({red}, {green}, {blue}, {alpha})"


def _template(ink: str, soft: str, line: str, panel: str) -> go.layout.Template:
    axis = {
        "gridcolor": line, "linecolor": line, "zerolinecolor": line, "zerolinewidth": 1,
        "tickfont": {"color": soft, "size": 12}, "title": {"font": {"color": soft, "size": 12.5}},
        "ticks": "", "automargin": True, "fixedrange": True,
    }  # fmt: skip
    return go.layout.Template(
        layout={
            "font": {"family": FONT, "size": 13, "color": ink},
            "paper_bgcolor": "rgba(0,0,0,0)",
            "plot_bgcolor": "rgba(0,0,0,0)",
            "colorway": [BLUE, AMBER, GREEN, PINK, ORANGE],
            "colorscale": {"sequential": list(DEPTH)},
            "margin": {"l": 8, "r": 12, "t": 12, "b": 8},
            "xaxis": {**axis, "showgrid": False},
            "yaxis": axis,
            "hoverlabel": {"bgcolor": panel, "bordercolor": line, "font": {"color": ink}},
            "legend": {
                "orientation": "h", "x": 0, "xanchor": "left", "y": 1.02, "yanchor": "bottom",
                "font": {"color": soft, "size": 12.5}, "itemclick": False,
                "itemdoubleclick": False,
            },
            "dragmode": False,
            "bargap": 0.28,
            "showlegend": False,
        }
    )  # fmt: skip


LIGHT = _template("#18222D", "#52606D", "#E4E9EF", "#FFFFFF")
DARK = _template("#E7ECF1", "#A5B1BD", "#2A3541", "#1A232D")


# Every figure is made with Plotly's usual template; to take it off again for ours would cost four
# times as much as to make the figure.
pio.templates["desk"] = LIGHT
pio.templates.default = "desk"


def dress(figure: go.Figure, dark: bool) -> go.Figure:
    """Put the desk's look on a figure, which it was made with where the desk is light."""
    if dark:
        figure.layout.template = DARK
    return figure
