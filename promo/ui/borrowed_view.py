"""Products whose curve is mostly their kin's: from whom, why, and what would mend it."""

from typing import Any

import pandas as pd
import streamlit as st

from promo import workflow
from promo.ui import demand_view, derived, formats, shell, state
from promo.ui.state import t
from promo.ui.widgets import download
from promo.workflow import Study

WIDTHS = {"lender": 150, "why": 180, "mend": 190}
"""Of the columns with the longest texts, in pixels, so that all of them fit on the page."""


def card(study: Study) -> None:
    """The list, how much of the sales rests on it, and the file."""
    rows, lang = derived.borrowed(study), state.language()
    every = derived.products(study)
    if rows.empty:
        st.markdown(t("demand.borrowed.none"))
        return
    sold = max(float(every["units_per_week"].sum()), 1e-9)
    st.markdown(
        t(
            "demand.borrowed.said", products=formats.number(lang, len(rows)),
            all=formats.number(lang, len(every)),
            share=formats.percent(float(rows["units_per_week"].sum()) / sold),
        )
    )  # fmt: skip
    _table(rows)
    with st.container(horizontal=True, vertical_alignment="center"):
        download(
            "borrowed_csv", t("demand.borrowed.download"), workflow.borrowed_csv(rows),
            f"{study.dataset.name}-borrowed-curves.csv",
        )  # fmt: skip
        st.page_link(shell.page_of("campaign"), label=t("demand.borrowed.plan_test"))


def _table(rows: pd.DataFrame) -> None:
    records = rows.to_dict("records")
    shown = pd.DataFrame({
        "product": rows["name"],
        "evidence": [t(f"evidence.{grade}.name") for grade in rows["evidence"]],
        "units": rows["units_per_week"],
        "own": rows["trust"].round(2),
        "lender": [_lender(one) for one in records],
        "why": [_why(one) for one in records],
        "mend": [_mend(one) for one in records],
    })  # fmt: skip
    column = st.column_config
    st.dataframe(
        shown, hide_index=True, key="borrowed_list", alt=t("demand.borrowed.title"),
        column_config={
            "product": column.TextColumn(t("demand.product"), pinned=True),
            "evidence": t("demand.borrowed.evidence"),
            "units": column.NumberColumn(t("chart.portfolio.units"), format="%.1f"),
            "own": column.NumberColumn(t("demand.borrowed.own"), format="percent"),
            **{name: column.TextColumn(t(f"demand.borrowed.{name}"), width=width)
               for name, width in WIDTHS.items()},
        },
    )  # fmt: skip


def _lender(one: dict[Any, Any]) -> str:
    category = demand_view.category_name(str(one["category"]))
    return t(f"demand.borrowed.from_{one['lender']}", category=category, kin=one["kin"])


def _why(one: dict[Any, Any]) -> str:
    return t(f"demand.borrowed.why_{one['why']}", weeks=one["price_weeks"])


def _mend(one: dict[Any, Any]) -> str:
    missing = one["weeks_missing"]
    return t("demand.borrowed.mend_weeks" if missing else "demand.borrowed.mend_depth",
             weeks=missing)  # fmt: skip
