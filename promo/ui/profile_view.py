"""The columns of a table on the quality page: one line each, and one of them closely."""

from datetime import UTC, datetime
from functools import partial
from typing import Any

import pandas as pd
import streamlit as st

from promo.domain import Dataset
from promo.ui import formats, sentences, state
from promo.ui.charts import quality as pictures
from promo.ui.charts.axes import short
from promo.ui.coverage_view import when
from promo.ui.state import t
from promo.ui.widgets import card as bordered
from promo.ui.widgets import chart
from promo.workflow import ColumnProfile, TableProfile


@st.fragment(key="profile")
def card(dataset: Dataset) -> None:
    """The columns of one table; runs alone when a column is picked."""
    with bordered("columns", t("quality.columns")):
        found = table(state.profile())
        undated = dataset.undated(found.table)
        closely(columns(found, undated=undated), undated=undated)


def table(profiles: tuple[TableProfile, ...]) -> TableProfile:
    """The table she looks at; the first until she chooses."""
    named = {one.table: one for one in profiles}
    if len(named) == 1:
        return profiles[0]
    if state.recall("profile_table") not in named:  # a first look, or other data
        state.keep("profile_table", profiles[0].table)
    names = {name: t(f"source.{name}") for name in named}
    chosen = st.segmented_control(
        t("quality.table"), list(named), key="profile_table", format_func=names.__getitem__,
        required=True, label_visibility="collapsed",
    )  # fmt: skip
    return named[str(chosen)]


def columns(found: TableProfile, *, undated: bool) -> ColumnProfile | None:
    """Every filled column on a line; returns the one that was picked."""
    guessed = any(one.approximate for one in found.columns)
    said = [t("quality.columns_said", rows=formats.count(found.rows))]
    st.caption(sentences.together([*said, t("quality.estimated")] if guessed else said))
    picked = st.dataframe(
        pd.DataFrame([_line(one, undated=undated) for one in found.columns]),
        hide_index=True,
        key=f"columns_{found.table}",
        on_select="rerun",
        selection_mode="single-row",
        alt=t("quality.columns"),
        height="content",
        column_config=_heads(),
    )
    if found.empty:
        names = sentences.listed(map(sentences.column, found.empty))
        st.caption(t("quality.empty", columns=names))
    rows = picked.selection.rows
    return found.columns[rows[0]] if rows and rows[0] < len(found.columns) else None


def _heads() -> dict[str, Any]:
    """The columns of the table of columns."""
    word, said = st.column_config, state.labels("quality.column")
    return {
        "name": word.TextColumn(said["name"], pinned=True, width=130),
        "filled": word.ProgressColumn(
            said["filled"], format="%.3g%%", min_value=0, max_value=100, width=100
        ),
        "shape": word.BarChartColumn(said["shape"], y_min=0, width=100),
        "distinct": word.NumberColumn(said["distinct"], format="localized", width=80),
        "middle": word.TextColumn(said["middle"], width=150),
        "least": word.TextColumn(said["least"], width=95),
        "most": word.TextColumn(said["most"], width=95),
    }


def closely(one: ColumnProfile | None, *, undated: bool) -> None:
    """The picked column as a picture, and what it shows in a sentence."""
    if one is None:
        return
    lang, labels = state.language(), state.labels("chart.column")
    st.markdown(f"**{sentences.column(one.name)}** · {_told(one, undated=undated)}")
    if one.bars and one.ends:
        write = partial(_value, one, undated)
        figure = pictures.histogram(one.bars, one.ends, write, labels, lang)
    elif one.common and one.distinct < one.filled:
        figure = pictures.commonest(one.common, one.filled, labels, lang)
    else:
        return
    chart(figure, f"column_{one.name}", _told(one, undated=undated))
    if one.ends and (one.least, one.most) != one.ends:
        st.caption(t("quality.outermost"))


def _line(one: ColumnProfile, *, undated: bool) -> dict[str, object]:
    """One column of the data as a row of the table."""
    write = partial(_value, one, undated)
    ranged = one.least is not None
    return {
        "name": sentences.column(one.name),
        "filled": 100 * one.share,
        "shape": list(one.bars) or [count for _, count in one.common if one.distinct < one.filled],
        "distinct": one.distinct,
        "middle": write(one.middle) if ranged else _commonest(one),
        "least": write(one.least) if ranged else "",
        "most": write(one.most) if ranged else "",
    }


def _told(one: ColumnProfile, *, undated: bool) -> str:
    """What the column holds, in a sentence."""
    lang = state.language()
    filled = {"filled": formats.count(one.filled), "share": formats.percent(one.share)}
    if one.least is not None:
        write = partial(_value, one, undated)
        return t(
            "quality.ranged", **filled, least=write(one.least), middle=write(one.middle),
            most=write(one.most),
        )  # fmt: skip
    if one.distinct == one.filled:
        return t("quality.unlike", **filled)
    return t("quality.repeated", **filled, distinct=formats.number(lang, one.distinct))


def _commonest(one: ColumnProfile) -> str:
    """The commonest value with its share; nothing where no value comes twice."""
    if not one.common or one.distinct == one.filled:
        return ""
    value, count = one.common[0]
    share = count / one.filled
    often = (
        formats.percent(share) if share >= 0.01 else f"{formats.number(state.language(), count)}×"
    )
    return f"{often} · {short(_text(one, value))}"


def _text(one: ColumnProfile, value: str) -> str:
    return t(f"quality.{value}") if one.kind == "flag" else value


def _value(one: ColumnProfile, undated: bool, value: float | None) -> str:
    """A number, a day, or the number of a week where no date is known."""
    lang = state.language()
    if value is None:
        return ""
    if one.kind == "time":
        day = datetime.fromtimestamp(value, tz=UTC).date()
        return when(day, undated=undated)
    return formats.figure(lang, value)
