"""How products answer a discount: all of them at a glance, one in detail, and when she promotes."""

from math import expm1
from typing import Any

import pandas as pd
import streamlit as st

from promo import workflow
from promo.domain import Timing
from promo.ui import demand_view, derived, formats, state
from promo.ui.charts.portfolio import portfolio as portfolio_chart
from promo.ui.charts.response import response as response_chart
from promo.ui.sentences import together
from promo.ui.state import t
from promo.ui.theme import dress
from promo.ui.widgets import CHART, chart
from promo.workflow import Study

# --- all products ---------------------------------------------------------------------------


def portfolio(study: Study) -> None:
    """Every product by volume, elasticity and evidence; a click picks one."""
    rows = derived.products(study)
    chosen = state.recall("product") or rows.index[0]
    labels = state.labels("chart.portfolio")
    figure = portfolio_chart(rows, str(chosen), labels, state.language())
    st.plotly_chart(
        dress(figure, state.dark()), theme=None, key="portfolio", config=CHART,
        alt=t("demand.portfolio_alt", products=len(rows)), on_select=_pick,
        selection_mode="points",
    )  # fmt: skip


def _pick() -> None:
    picked = picked_product(state.recall("portfolio"))
    if picked is not None:
        state.keep("product", picked)


def picked_product(event: Any) -> str | None:
    """The product under a click on the portfolio, if there was one."""
    points = event["selection"]["points"] if event else []
    found = [point["customdata"] for point in points if point.get("customdata")]
    if not found:
        return None
    return str(found[0][0] if isinstance(found[0], list) else found[0])


# --- one product ----------------------------------------------------------------------------

_GRADE = {"strong": "blue", "fair": "green", "weak": "orange", "borrowed": "violet"}
TRIED = 0.2
"""The discount that the sentence is about."""


def response(study: Study, product: str) -> None:
    """How it answers a discount, and why that may be believed."""
    main = workflow.main_curves(study).set_index("product_id")
    curve = main.loc[[product]].iloc[0]
    lang, grade = state.language(), str(curve["evidence"])
    st.badge(
        t(f"evidence.{grade}.name"), color=_GRADE[grade], icon=":material/verified:",  # type: ignore[arg-type] # colours are literals above
    )  # fmt: skip
    st.markdown(together([t(f"evidence.{grade}.why"), *_evidence(curve)]))
    points = workflow.curve_points(study, product)
    st.markdown(together(_sentences(curve, points)))
    figure = response_chart(
        points, workflow.observed_points(study, product), state.labels("chart.response"), lang
    )
    name = demand_view.name_of(study, product)
    chart(figure, "response", t("demand.response_alt", product=name))


def _deepest(curve: "pd.Series[Any]") -> str:
    return formats.discount(state.language(), max(float(curve["deepest"]), 0.0))


def _evidence(curve: "pd.Series[Any]") -> list[str]:
    """Weeks seen, deepest seen, and how much of the curve is its own."""
    weeks, own = int(curve["price_weeks"]), formats.percent(float(curve["trust"]))
    seen = t("demand.weeks_said", weeks=weeks, deepest=_deepest(curve))
    return [seen if weeks else t("demand.weeks_none"), t("demand.trust_said", own=own)]


def _sentences(curve: "pd.Series[Any]", points: pd.DataFrame) -> list[str]:
    lang = state.language()
    at = points.iloc[(points["discount"] - TRIED).abs().argmin()]
    said = [
        t(
            "demand.ratio_said", discount=formats.discount(lang, float(at["discount"])),
            **{name: formats.number(lang, float(at[name]), 2) for name in ("ratio", "low", "high")},
        )
    ]  # fmt: skip
    if points["beyond"].any():
        word = "demand.beyond_said" if curve["price_weeks"] else "demand.beyond_all_said"
        said.append(t(word, deepest=_deepest(curve)))
    if points["profit_ratio"].notna().all():
        best = points.iloc[points["profit_ratio"].argmax()]
        gains = best["profit_ratio"] > 1.005
        depth = formats.discount(lang, float(best["discount"]))
        said.append(t("demand.profit_said" if gains else "demand.profit_none", discount=depth))
    said.append(t("demand.caution_said", share=formats.percent(workflow.CORRECTION)))
    if bool(curve["cost_assumed"]) and float(curve["list_price"]) > 0:
        margin = 1 - float(curve["unit_cost"]) / float(curve["list_price"])
        said.append(t("demand.cost_assumed", margin=formats.percent(margin)))
    return said


# --- when she promotes ----------------------------------------------------------------------

CLEAR = 1.96
"""Standard errors beyond which a timing is more than chance."""
VAGUE = 0.2
"""Log items that chance alone may amount to from which on nothing can be told."""


def timing(found: Timing) -> str:
    """Whether promotions were set in good weeks, what was done about it, and what that means."""
    return "\n\n".join(map(together, (_excess(found), _basis(found))))


def _excess(found: Timing) -> list[str]:
    """How good the weeks of promotions would have been anyway."""
    if found.excess_se <= 0:
        return [t("demand.timing.unknown")]
    reach = CLEAR * found.excess_se
    ends = (found.excess - reach, found.excess, found.excess + reach)
    low, share, high = map(formats.percent, sorted(abs(expm1(end)) for end in ends))
    if abs(found.excess) <= reach:
        word = "vague" if reach > VAGUE else "none"
        return [t(f"demand.timing.{word}", most=high)]
    word = "good" if found.excess > 0 else "poor"
    return [
        t(f"demand.timing.{word}", share=share, low=low, high=high),
        t("demand.timing.shown_lots" if found.random_weeks else "demand.timing.shown"),
        t("demand.timing.done"), t(f"demand.timing.{word}_means"),
    ]  # fmt: skip


def _basis(found: Timing) -> list[str]:
    """What else tells the answer of demand from the choice of weeks."""
    weeks = formats.number(state.language(), found.random_weeks)
    said = [t("demand.timing.lots" if found.random_weeks else "demand.timing.no_lots", weeks=weeks)]
    if found.strength > 0:
        word = "by_cost" if found.by_cost else "weak_cost"
        facts = {
            name: formats.number(state.language(), value, 1 if value < 10 else 0)
            for name, value in (("strength", found.strength), ("least", found.STRONG))
        }
        said.append(t(f"demand.timing.{word}", **facts))
    return said
