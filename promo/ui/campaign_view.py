"""The campaign page: the plan as the shop will run it, and the file that carries it there."""

import re
from datetime import date

import pandas as pd
import streamlit as st

from promo import workflow
from promo.domain import Campaign, Plan
from promo.ui import formats, state, worth_view
from promo.ui.calendar_view import mechanic_name
from promo.ui.plan_view import cost_kpi, gain_kpi, promoted
from promo.ui.rule_words import segment_name
from promo.ui.state import Bench, t
from promo.ui.widgets import Kpi, discounts, download, kpis
from promo.workflow import PlanRequest, Study


def settings(place: Bench) -> tuple[str, pd.Timestamp] | None:
    """What the campaign is called and when it starts; None until it can be dated.

    Expectations hold for the weeks that were planned, so no other day is taken. Data with numbered
    weeks names no day: there she says which day the first planned week is.
    """
    study, lang = place.desk.study, state.language()
    called, dated = st.columns([2, 1])
    if not state.keeps("campaign_start"):
        state.keep("campaign_start", None if study.undated else study.start.date())
    day: date | None = dated.date_input(
        t("campaign.start"), key="campaign_start", format="YYYY-MM-DD", persist_state="session"
    )
    start = None if day is None else pd.Timestamp(day)
    name = t("campaign.title") if day is None else t(
        "campaign.name_default", date=formats.day(lang, day)
    )  # fmt: skip
    chosen = called.text_input(
        t("campaign.name"), key="campaign_name", placeholder=name, max_chars=80,
        persist_state="session",
    )  # fmt: skip
    return _dated(study, start, (chosen or "").strip() or name)


def _dated(study: Study, start: pd.Timestamp | None, name: str) -> tuple[str, pd.Timestamp] | None:
    lang = state.language()
    if start is None:
        said = "campaign.first_day_needed" if study.undated else "campaign.start_needed"
        st.info(t(said), icon=":material/event:")
        return None
    if study.undated:
        return name, start
    facts = {
        "first": formats.day(lang, study.start.date()),
        "last": formats.day(lang, study.end.date()),
    }
    if not study.start <= start <= study.end:
        st.error(t("campaign.outside", **facts), icon=":material/event_busy:")
        return None
    if start != study.start:
        st.warning(t("campaign.later", **facts), icon=":material/event:")
    return name, start


def figures(place: Bench, plan: Plan, campaign: Campaign, asked: PlanRequest) -> None:
    """When the campaign ends and what it comes to."""
    lang, rows = state.language(), campaign.rows
    end = formats.day(lang, rows["end"].max().date())
    st.caption(t("campaign.ends", weeks=place.desk.study.settings.weeks, end=end))
    segments = rows.loc[rows["discount"] > 0, "segment"].nunique()
    kpis(
        [
            Kpi(
                "products", t("campaign.kpi.products"), formats.number(lang, promoted(plan)),
                t("campaign.kpi.products_said", segments=segments),
            ),
            Kpi(
                "units", t("campaign.kpi.units"),
                formats.number(lang, float(rows["expected_units"].sum())),
                t("campaign.kpi.units_said"),
            ),
            cost_kpi(plan, asked.budget),
            gain_kpi(place, plan),
        ]
    )  # fmt: skip
    worth_view.note(place, plan, asked)


def preview(campaign: Campaign) -> None:
    """The rows of the file."""
    lang, on = state.language(), campaign.rows["discount"] > 0
    facts = {
        "rows": formats.number(lang, len(on)), "promotions": formats.number(lang, int(on.sum())),
        "plain": formats.number(lang, int((~on).sum())),
    }  # fmt: skip
    said = [t("campaign.preview_said", **facts)]
    said += [] if on.all() else [t("campaign.preview_plain", **facts)]
    said += [t("campaign.preview_prices"), t("campaign.preview_net")]
    st.caption("\n\n".join(said))
    depths, depth = discounts(t("campaign.column.discount"), campaign.rows["discount"])
    rows = campaign.rows.assign(
        discount=depths,
        segment=campaign.rows["segment"].map(segment_name),
        mechanic=campaign.rows["mechanic"].map(mechanic_name),
    )
    column = st.column_config
    number = {
        name: column.NumberColumn(t(f"campaign.column.{name}"), format="%.0f")
        for name in ("expected_units", "units_low", "units_high", "expected_cost")
    }
    prices = {
        name: column.NumberColumn(t(f"campaign.column.{name}"), format="%.2f")
        for name in ("list_price", "shelf_price", "promotional_price", "handed_over")
    }
    days = {
        name: column.DateColumn(t(f"campaign.column.{name}"), format="YYYY-MM-DD")
        for name in ("start", "end")
    }
    texts = ("product_id", "name", "segment", "mechanic")
    words = {name: t(f"campaign.column.{name}") for name in texts}
    st.dataframe(
        rows, hide_index=True, height=420, key="preview", alt=t("campaign.preview"),
        column_config={**words, **prices, "discount": depth, **days, **number},
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
        safe = workflow.campaign_csv(campaign, for_spreadsheets=True, words=_words(campaign))
        download("csv_sheets", t("campaign.for_sheets"), safe, f"{stem}-spreadsheet.csv")
        st.caption(t("campaign.for_sheets_said"))


def _words(campaign: Campaign) -> dict[str, str]:
    """What the screen calls columns, segments and kinds of offers of the file."""
    rows = campaign.rows
    return {
        **{name: t(f"campaign.column.{name}") for name in rows.columns},
        **{f"segment.{code}": segment_name(code) for code in set(rows["segment"])},
        **{f"mechanic.{code}": mechanic_name(code) for code in set(rows["mechanic"])},
    }
