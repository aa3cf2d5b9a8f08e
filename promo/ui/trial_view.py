"""Price tests: which would improve the next plans, what they cost, and the calendar to run them."""

from typing import Any

import pandas as pd
import streamlit as st

from promo import workflow
from promo.domain import Plan
from promo.ui import formats, state
from promo.ui.plan_view import names
from promo.ui.state import Bench, t
from promo.ui.widgets import card, discounts, download, named


def tests(
    place: Bench, request: workflow.PlanRequest, plan: Plan, start: pd.Timestamp | None
) -> None:
    """The card of price tests under the rules of the plan; `start` is the campaign's first day."""
    with card("price_tests", t("campaign.tests")):
        found = state.price_tests(place, request)
        if found.empty:
            st.info(t("campaign.tests_none"), icon=":material/lightbulb:")
            return
        st.caption(t("campaign.tests_said"))
        called = names(place)
        rows = found.to_dict("records")
        st.markdown("\n".join(f"- {_sentence(called, row)}" for row in rows))
        st.caption(_together(place, found))
        _overlap(called, found, plan)
        _calendar(place, found, start)


def _sentence(called: dict[str, str], test: dict[Any, Any]) -> str:
    """What one test is, tells, is worth and costs."""
    lang = state.language()
    cost = float(test["cost"])
    return t(
        "campaign.test" if cost > 0 else "campaign.test_earns",
        name=named(called[test["product_id"]]),
        evidence=t(f"campaign.test_evidence.{test['evidence']}"),
        on=test["weeks_on"],
        weeks=test["weeks"],
        discount=formats.discount(lang, test["discount"]),
        slope=formats.number(lang, test["elasticity"], 1),
        before=formats.number(lang, test["elasticity_se"], 2),
        after=formats.number(lang, test["elasticity_se_after"], 2),
        worth=formats.money(lang, test["worth"]),
        cost=formats.money(lang, abs(cost)),
    )


def _together(place: Bench, found: pd.DataFrame) -> str:
    """What all tests come to, and over how many campaigns they are counted."""
    lang, rows = state.language(), found
    cost = float(rows["cost"].sum())
    return t(
        "campaign.tests_together" if cost > 0 else "campaign.tests_together_earn",
        worth=formats.money(lang, float(rows["worth"].sum())),
        cost=formats.money(lang, abs(cost)),
        given=formats.money(lang, float(rows["given_away"].sum())),
        campaigns=formats.number(lang, workflow.TEST_YEAR / place.desk.study.settings.weeks),
    )


def _overlap(called: dict[str, str], found: pd.DataFrame, plan: Plan) -> None:
    """Which tested products the campaign promotes as well."""
    run = plan.rows.loc[plan.rows["discount"] > 0, "product_id"]
    both = found.loc[found["product_id"].isin(run), "product_id"]
    if len(both):
        listed = ", ".join(named(called[one]) for one in both)
        st.warning(t("campaign.tests_overlap", products=formats.count(len(both)), names=listed),
                   icon=":material/info:")  # fmt: skip


def _calendar(place: Bench, found: pd.DataFrame, start: pd.Timestamp | None) -> None:
    """The weeks that chance has chosen, and the file of them."""
    calendar = workflow.trial_calendar(place.desk, found, start)
    with st.expander(t("campaign.calendar"), key="test_calendar"):
        column = st.column_config
        prices = {
            name: column.NumberColumn(t(f"campaign.column.{name}"), format="%.2f")
            for name in ("price", "list_price")
        }
        words = {name: t(f"campaign.column.{name}") for name in ("product_id", "week")}
        depths, depth = discounts(t("campaign.column.discount"), calendar["discount"])
        st.dataframe(
            calendar.assign(discount=depths), hide_index=True, height=320, key="calendar",
            alt=t("campaign.calendar"),
            column_order=("product_id", "week", "price", "list_price", "discount"),
            column_config={**words, **prices, "discount": depth},
        )  # fmt: skip
    system, sheet = st.columns(2)
    with system:
        raw = workflow.trial_csv(calendar, for_spreadsheets=False)
        download("tests_systems", t("campaign.tests_for_systems"), raw, "price-tests.csv")
    with sheet:
        safe = workflow.trial_csv(calendar, for_spreadsheets=True)
        file_name = "price-tests-spreadsheet.csv"
        download("tests_sheets", t("campaign.tests_for_sheets"), safe, file_name)
    st.caption(t("campaign.tests_file_said"))
