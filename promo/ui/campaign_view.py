"""The campaign page: the plan as the shop will run it, and the file that carries it there."""

import re

import pandas as pd
import streamlit as st

from promo import workflow
from promo.domain import Campaign, Plan
from promo.ui import formats, state
from promo.ui.plan_view import cost_kpi, gain_kpi, promoted, segment_name
from promo.ui.state import Bench, t
from promo.ui.widgets import Kpi, download, kpis


def settings(place: Bench) -> tuple[str, pd.Timestamp]:
    """What the campaign is called and when it starts."""
    first = place.desk.study.start.date()
    name, start = st.columns([2, 1])
    called = t("campaign.name_default", date=formats.day(state.language(), first))
    chosen = name.text_input(
        t("campaign.name"), key="campaign_name", placeholder=called, max_chars=80,
        persist_state="session",
    )  # fmt: skip
    state.keep("campaign_start", state.recall("campaign_start") or first)
    day = start.date_input(
        t("campaign.start"), key="campaign_start", format="YYYY-MM-DD", persist_state="session"
    )
    return (chosen or "").strip() or called, pd.Timestamp(day)


def figures(plan: Plan, campaign: Campaign, budget: float | None) -> None:
    """What the campaign comes to."""
    lang, rows = state.language(), campaign.rows
    kpis(
        [
            Kpi(
                "products", t("campaign.kpi.products"), formats.number(lang, promoted(plan)),
                t("campaign.kpi.products_said", segments=rows["segment"].nunique()),
            ),
            Kpi(
                "units", t("campaign.kpi.units"),
                formats.number(lang, float(rows["expected_units"].sum())),
                t("campaign.kpi.units_said"),
            ),
            cost_kpi(plan, budget),
            gain_kpi(plan),
        ]
    )  # fmt: skip


def preview(campaign: Campaign) -> None:
    """The rows of the file."""
    rows = campaign.rows.assign(segment=campaign.rows["segment"].map(segment_name))
    column = st.column_config
    number = {
        name: column.NumberColumn(t(f"campaign.column.{name}"), format="%.0f")
        for name in ("expected_units", "units_low", "units_high", "expected_cost")
    }
    prices = {
        name: column.NumberColumn(t(f"campaign.column.{name}"), format="%.2f")
        for name in ("list_price", "promotional_price")
    }
    days = {
        name: column.DateColumn(t(f"campaign.column.{name}"), format="YYYY-MM-DD")
        for name in ("start", "end")
    }
    words = {name: t(f"campaign.column.{name}") for name in ("product_id", "name", "segment")}
    depth = {"discount": column.NumberColumn(t("campaign.column.discount"), format="percent")}
    st.dataframe(
        rows, hide_index=True, height=420, key="preview", alt=t("campaign.preview"),
        column_config={**words, **prices, **depth, **days, **number},
    )  # fmt: skip


def downloads(campaign: Campaign) -> None:
    """The same rows for a shop system and for a spreadsheet."""
    stem = re.sub(r"[^\w\-]+", "-", campaign.name).strip("-") or "campaign"
    system, sheet = st.columns(2)
    with system:
        raw = workflow.campaign_csv(campaign, for_spreadsheets=False)
        download("csv_systems", t("campaign.for_systems"), raw, f"{stem}.csv", kind="primary")
        st.caption(t("campaign.for_systems_said"))
    with sheet:
        safe = workflow.campaign_csv(campaign, for_spreadsheets=True)
        download("csv_sheets", t("campaign.for_sheets"), safe, f"{stem}-spreadsheet.csv")
        st.caption(t("campaign.for_sheets_said"))
