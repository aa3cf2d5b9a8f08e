"""The plan on the desk taken apart: what it brings, what it costs, and where that goes."""

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from promo import workflow
from promo.ui import derived, formats, shell, state
from promo.ui.charts.parts import waterfall
from promo.ui.derived import Planned
from promo.ui.live import Hand
from promo.ui.sentences import together
from promo.ui.state import Bench, t
from promo.ui.why_view import money_column
from promo.ui.widgets import chart, discounts, empty
from promo.workflow import Study

EVERY = ""
"""Stands for all products together."""
STEPS = {
    "own": 1, "anyway": -1, "on_added": -1, "cannibalised": -1, "halo": 1, "pulled_forward": -1,
}  # fmt: skip
"""What adds to the gain, and what takes from it."""
BEHIND = {"own": "own_items", "cannibalised": "cannibalised_items",
          "pulled_forward": "pulled_items"}  # fmt: skip
"""The items behind a step."""


def card(study: Study) -> None:
    """Choose a product or all; the plan's gain in its parts, as a sentence, a picture, a table."""
    planned = derived.planned()
    if planned is None:
        empty("no_plan", t("demand.effect.no_plan"), t("demand.effect.open_plan"), "plan")
        return
    parts = workflow.parts_by_product(planned.parts)
    promoted = parts[parts["discount"] > 0]
    if promoted.empty:
        empty("no_effect", t("demand.effect.nothing"), t("demand.effect.open_plan"), "plan")
        return
    one = _choose(study, promoted)
    chosen = promoted if one == EVERY else promoted[promoted["product_id"] == one]
    _apart(study, planned, chosen)
    _table(study, promoted)


@st.fragment
def on_the_plan(place: Bench, hand: Hand) -> None:
    """The parts of the gain of the plan on the screen; worked out when it is asked for."""
    with st.expander(t("plan.parts"), key="parts", on_change="rerun") as part:
        if not part.open:
            return
        planned = derived.planned()
        if planned is None or hand.done != "exact":
            st.caption(t("plan.after_exact"))
            return
        parts = workflow.parts_by_product(planned.parts)
        promoted = parts[parts["discount"] > 0]
        if promoted.empty:
            st.caption(t("demand.effect.nothing"))
            return
        _apart(place.desk.study, planned, promoted)
        st.page_link(shell.page_of("demand"), label=t("plan.parts_more"))


def _apart(study: Study, planned: Planned, chosen: pd.DataFrame) -> None:
    """The gain of some products of the plan in its parts, in words and as a picture."""
    if planned.stale:
        st.caption(t("demand.effect.stale"))
    sums = chosen.drop(columns=["product_id", "discount"]).sum()
    st.markdown(_said(sums, len(chosen)))
    chart(_picture(sums), "waterfall", t("demand.effect.alt"))
    st.caption(_not_learned(study, planned))


def _choose(study: Study, promoted: pd.DataFrame) -> str:
    names = derived.products(study)["name"]
    called = {EVERY: t("demand.effect.every", products=formats.count(len(promoted)))}
    called |= {str(one): str(names[one]) for one in promoted["product_id"]}
    if state.recall("parts_product") not in called:
        state.forget("parts_product")
    chosen: str = st.selectbox(
        t("demand.product"), list(called), key="parts_product", format_func=called.__getitem__,
        persist_state="session",
    )  # fmt: skip
    return chosen


def _said(sums: "pd.Series[float]", products: int) -> str:
    """What is earned anyway, and what becomes of the items added."""
    lang = state.language()
    amounts = {name: float(sums[name]) for name in ("base", *STEPS, "given_away", "gain")}
    lost = {name: abs(amount) for name, amount in amounts.items() if name not in ("base", "own")}
    money = {name: formats.money(lang, amount) for name, amount in (amounts | lost).items()}
    facts = {"products": formats.number(lang, products),
             "items": formats.number(lang, float(sums["own_items"]))}  # fmt: skip
    said = ["demand.effect.base_said", "demand.effect.own_said"]
    said += [f"demand.effect.{name}_said" for name in ("cannibalised", "halo", "pulled_forward")
             if sums[name] > 0]  # fmt: skip
    said.append(f"demand.effect.{'gain' if sums['gain'] >= 0 else 'loss'}_said")
    return together(t(key, **facts, **money) for key in said)


def _picture(sums: "pd.Series[float]") -> go.Figure:
    steps = {
        code: sign * float(sums[code]) for code, sign in STEPS.items()
        if code == "own" or sums[code] > 0
    }  # fmt: skip
    items = {code: float(sums[name]) for code, name in BEHIND.items()}
    return waterfall(steps, state.labels("chart.parts"), state.language(), items)


def _not_learned(study: Study, planned: Planned) -> str:
    """What the model does not hold, said and not drawn."""
    said = [t("demand.effect.figures")]
    if (study.curves.rows["cross"] <= 0).all():
        said.append(t("demand.effect.no_cross"))
    if (study.curves.rows["pull_forward"] <= 0).all():
        said.append(t("demand.effect.no_pull"))
    if study.associations.rows.empty:
        said.append(t("demand.effect.no_halo"))
    if not planned.plan.exact:
        said.append(t("demand.effect.quick"))
    return together(said)


def _table(study: Study, promoted: pd.DataFrame) -> None:
    names = derived.products(study)["name"]
    money = ("base", *STEPS, "gain")
    items = ("base_items", "own_items", "cannibalised_items", "lost_items", "pulled_items")
    signed = promoted[list(money)] * pd.Series({**dict.fromkeys(money, 1), **STEPS}) + 0.0
    depths, depth = discounts(t("demand.effect.deepest"), promoted["discount"])
    shown = pd.DataFrame({
        "product": promoted["product_id"].map(names), "discount": depths,
        **{name: signed[name].round(2) for name in money},
        **{name: promoted[name].round(1) for name in items},
    })  # fmt: skip
    st.dataframe(
        shown, hide_index=True, key="parts_list", alt=t("demand.effect.table"),
        column_config={
            "product": st.column_config.TextColumn(t("demand.product"), pinned=True),
            "discount": depth,
            **{name: money_column(t(f"demand.effect.column_{name}")) for name in (*money, *items)},
        },
    )  # fmt: skip
