"""The customers page: segments in figures, a picture and a table."""

from typing import Any

import pandas as pd
import streamlit as st

from promo.domain import Customers
from promo.ui import formats, state
from promo.ui.charts.customers import shares
from promo.ui.rule_words import segment_name
from promo.ui.state import t
from promo.ui.why_view import money_column
from promo.ui.widgets import Kpi, chart, kpis
from promo.workflow import segment_summary


def summary(customers: Customers) -> pd.DataFrame:
    """The segments with their names."""
    frame = segment_summary(customers)
    return frame.assign(name=[segment_name(code) for code in frame["segment"]])


def figures(customers: Customers, segments: pd.DataFrame) -> None:
    """How many, how often, and the segments that matter most."""
    lang, day = state.language(), formats.day(state.language(), customers.as_of.date())
    rows = customers.rows
    shown = [
        Kpi(
            "customers", t("customers.kpi.customers"), formats.number(lang, len(rows)),
            t("customers.kpi.customers_said", as_of=day),
        ),
        Kpi(
            "orders", t("customers.kpi.orders"), formats.number(lang, rows["orders"].mean(), 1),
            t("customers.kpi.orders_said"),
        ),
    ]  # fmt: skip
    known = segments[segments["spend_share"].notna()]
    if len(known):
        top = known.iloc[known["spend_share"].argmax()]
        shown.append(_segment(top, "customers.kpi.top_said"))
        if len(lost := known[known["segment"] == "at_risk"]):
            shown.append(_segment(lost.iloc[0], "customers.kpi.risk_said"))
    kpis(shown)


def _segment(row: "pd.Series[Any]", sentence: str) -> Kpi:
    lang = state.language()
    share = formats.percent(float(row["share"]))
    said = t(
        sentence,
        share=share,
        spend_share=formats.percent(float(row["spend_share"])),
        customers=formats.number(lang, float(row["customers"])),
    )
    return Kpi(f"segment_{row['segment']}", formats.plain(row["name"]), share, said)


def sizes(segments: pd.DataFrame) -> None:
    """Customers and money side by side."""
    largest = segments["name"].iloc[segments["customers"].argmax()]
    figure = shares(segments.fillna({"spend_share": 0.0}), state.labels("chart.shares"))
    chart(figure, "sizes", t("customers.sizes_alt", largest=largest))


def apart(segments: pd.DataFrame) -> None:
    """What sets each segment apart, as a table."""
    about = [
        t(f"customers.about.{code}") if state.said(f"customers.about.{code}") else ""
        for code in segments["segment"]
    ]
    shown = segments[
        ["name", "customers", "share", "recency", "orders", "spend", "spend_share"]
    ].assign(about=about, share=100 * segments["share"], spend_share=100 * segments["spend_share"])
    word = st.column_config
    st.dataframe(
        shown,
        hide_index=True,
        key="apart",
        alt=t("customers.apart"),
        column_config={
            "name": word.TextColumn(t("customers.column.segment"), pinned=True),
            "customers": money_column(t("customers.column.customers")),
            "share": word.NumberColumn(t("customers.column.share"), format="%.0f%%"),
            "recency": word.NumberColumn(t("customers.column.recency"), format="%.0f"),
            "orders": word.NumberColumn(t("customers.column.orders"), format="%.1f"),
            "spend": word.NumberColumn(t("customers.column.spend"), format="%.0f"),
            "spend_share": word.NumberColumn(t("customers.column.spend_share"), format="%.0f%%"),
            "about": word.TextColumn(t("customers.column.about"), width="large"),
        },
    )
