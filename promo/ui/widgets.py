"""The parts every page is made of: figures with their sentence, charts, findings, empty states."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Literal

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from promo.domain import Finding
from promo.errors import NotEnoughData, PromoError
from promo.ui import shell, state
from promo.ui.formats import discount, plain
from promo.ui.sentences import explain, finding
from promo.ui.state import t
from promo.ui.theme import dress


@dataclass(frozen=True)
class Kpi:
    """One figure with the sentence that says what it means."""

    key: str
    label: str
    value: str
    sentence: str
    icon: str = ""


def kpis(figures: Iterable[Kpi]) -> None:
    """A row of figures; on a phone one below the other."""
    shown = list(figures)
    for column, figure in zip(st.columns(len(shown), gap="small"), shown, strict=True):
        with (
            column,
            st.container(border=True, height="stretch", gap="xxsmall", key=f"kpi_{figure.key}"),
        ):
            st.metric(figure.label, figure.value, icon=figure.icon or None)
            st.caption(figure.sentence)


def discounts(
    label: str, shares: "pd.Series[float]", width: int | None = None
) -> tuple["pd.Series[Any]", Any]:
    """A table's discounts and the look of their column.

    Numbers that read 20% sort by their value; 8折 is text, and sorts by its first letter.
    """
    look = st.column_config
    if state.language() == "zh":
        told = {share: discount("zh", share) for share in shares.unique()}
        return shares.map(told), look.TextColumn(label, width=width)
    return shares, look.NumberColumn(label, format="percent", width=width)


CHART = {"displayModeBar": False, "scrollZoom": False, "responsive": True}
"""What the browser may do with a chart."""


def chart(figure: go.Figure, key: str, alt: str) -> None:
    """A chart in the desk's look; `alt` says what it shows to those who cannot see it."""
    st.plotly_chart(
        dress(figure, state.dark()),
        theme=None,
        key=key,
        alt=alt,
        config=CHART,
    )


def chart_to_click(figure: go.Figure, key: str, alt: str) -> int | None:
    """A chart whose points can be clicked; the number of the one that was, in its first trace."""
    event = st.plotly_chart(
        dress(figure, state.dark()), theme=None, key=key, alt=alt, config=CHART,
        on_select="rerun", selection_mode="points",
    )  # fmt: skip
    return _clicked(event)


def chart_that_does(figure: go.Figure, key: str, alt: str, do: Callable[[int], None]) -> None:
    """A chart whose points do something when they are clicked, before the page is drawn anew.

    `do` gets the number of the point in the chart's first trace.
    """

    def clicked() -> None:
        if (point := _clicked(state.recall(key))) is not None:
            do(point)

    st.plotly_chart(
        dress(figure, state.dark()), theme=None, key=key, alt=alt, config=CHART,
        on_select=clicked, selection_mode="points",
    )  # fmt: skip


def _clicked(event: Any) -> int | None:
    """The number of the point of a chart's first trace that was clicked."""
    points = [one for one in event["selection"]["points"] if one["curve_number"] == 0]
    return int(points[0]["point_index"]) if points else None


@contextmanager
def card(key: str, title: str = "", lead: str = "") -> Iterator[None]:
    """A bordered part of a page with its heading; a failure in it leaves the other parts."""
    with st.container(border=True, key=f"card_{key}"):
        if title:
            st.subheader(title, anchor=False)
        if lead:
            st.caption(lead)
        with explained():
            yield


_TONE = {"error": st.error, "warning": st.warning, "info": st.info}
_ICON = {
    "error": ":material/error:",
    "warning": ":material/warning:",
    "info": ":material/info:",
}


def findings(found: Iterable[Finding]) -> None:
    """What was noticed in a file, the gravest first, each with its mend."""
    ordered = sorted(found, key=lambda one: list(_TONE).index(one.level))
    for one in ordered:
        _TONE[one.level](finding(one), icon=_ICON[one.level])


@contextmanager
def explained() -> Iterator[None]:
    """Turn a failure that a user can mend into its sentence; the rest of the page stays."""
    try:
        yield
    except NotEnoughData as error:
        st.info(explain(error), icon=":material/lightbulb:")
        st.page_link(shell.page_of("data"), label=t("app.bring_data"))
    except PromoError as error:
        st.error(explain(error), icon=_ICON["error"])


def empty(key: str, sentence: str, button: str, page: str) -> None:
    """What is missing here and the one thing to do about it."""
    with st.container(border=True, key=f"empty_{key}", horizontal_alignment="left"):
        st.markdown(sentence)
        if st.button(button, type="primary", key=f"go_{key}", icon=":material/arrow_forward:"):
            st.switch_page(shell.page_of(page))


def download(  # a download is its words, its bytes and its name
    key: str,
    label: str,
    data: bytes,
    file_name: str,
    mime: str = "text/csv",
    kind: Literal["primary", "secondary"] = "secondary",
) -> None:
    """A button that hands over a file and leaves the page as it is."""
    st.download_button(
        label,
        data,
        file_name=file_name,
        mime=mime,
        key=key,
        type=kind,
        on_click="ignore",
        icon=":material/download:",
    )


def named(text: object) -> str:
    """A name from the data, safe inside a sentence."""
    return plain(text)


__all__ = [
    "CHART",
    "Kpi",
    "card",
    "chart",
    "chart_that_does",
    "chart_to_click",
    "download",
    "empty",
    "explained",
    "findings",
    "kpis",
    "named",
    "t",
]
