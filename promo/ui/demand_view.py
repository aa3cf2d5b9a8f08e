"""The demand page as a whole: its figures, its parts, and the product that is looked at."""

from math import isnan

import streamlit as st

from promo import workflow
from promo.domain import EVERYONE
from promo.ui import derived, formats, state
from promo.ui.plan_view import history_end
from promo.ui.state import t
from promo.ui.widgets import Kpi, kpis
from promo.workflow import Study

PARTS = ("outlook", "answer", "effect", "odd")
"""Parts of the page, one of them on the screen, so that none waits for the others."""


def figures(study: Study) -> None:
    """How much is known, and how far the forecast can be trusted."""
    lang, rows = state.language(), derived.products(study)
    known = int(rows["evidence"].isin(["strong", "fair"]).sum())
    slope = float(rows["elasticity"].median())
    kpis(
        [
            Kpi(
                "products", t("demand.kpi.products"), formats.number(lang, len(rows)),
                _span(study),
            ),
            Kpi(
                "known", t("demand.kpi.strong"), formats.percent(known / max(len(rows), 1)),
                t("demand.kpi.strong_said"),
            ),
            Kpi(
                "elasticity", t("demand.kpi.elasticity"), formats.number(lang, slope, 2),
                t("demand.kpi.elasticity_said", slope=formats.number(lang, -slope, 1)),
            ),
            _forecast_kpi(study),
        ]
    )  # fmt: skip
    if study.panel.tiered:
        st.caption(t("demand.tiered"))
    if gone := len(study.panel.delisted):
        st.caption(t("demand.delisted", products=formats.number(lang, gone)))


def _span(study: Study) -> str:
    weeks = study.panel.rows["week"].nunique()
    if study.undated:
        return t("demand.kpi.products_undated", weeks=weeks)
    return t("demand.kpi.products_said", weeks=weeks, end=history_end(study))


def _forecast_kpi(study: Study) -> Kpi:
    tested = workflow.backtest_summary(study.forecast, study.panel)
    label, wape, naive = t("demand.kpi.wape"), tested["wape"], tested["wape_naive"]
    if isnan(wape):
        return Kpi("wape", label, "–", t("demand.kpi.wape_none"))
    if isnan(naive):
        return Kpi("wape", label, formats.percent(wape), t("demand.kpi.wape_said_alone"))
    said = t("demand.kpi.wape_said", naive=formats.percent(naive))
    return Kpi("wape", label, formats.percent(wape), said)


def part() -> str:
    """The part of the page she looks at; a click runs the page anew."""
    names = {code: t(f"demand.part.{code}") for code in PARTS}
    chosen: str = st.segmented_control(
        t("demand.part.title"), PARTS, key="demand_part", default=PARTS[0], required=True,
        format_func=names.__getitem__, label_visibility="collapsed",
        persist_state="session",
    )  # fmt: skip
    return chosen


def picker(study: Study) -> str:
    """Choose a product, the best-selling first."""
    names = dict(derived.products(study)["name"])
    if state.recall("product") not in names:
        state.forget("product")
    chosen: str = st.selectbox(
        t("demand.product"), list(names), key="product",
        format_func=names.__getitem__, persist_state="session",
    )  # fmt: skip
    return chosen


def name_of(study: Study, product: str) -> str:
    """What a product is called."""
    return str(derived.products(study).loc[product, "name"])


def category_name(code: str) -> str:
    """What a category is called."""
    return t("app.unknown_category") if code == EVERYONE else code
