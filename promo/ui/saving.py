"""Scenarios: keep a plan under a name, and list what was kept."""

import pandas as pd
import streamlit as st

from promo import workflow
from promo.store import Scenario
from promo.ui import answering, formats, shell, state, worth_view
from promo.ui.live import Hand
from promo.ui.state import Bench, t


def form(place: Bench, hand: Hand) -> None:
    """Name the plan on the screen and keep it."""
    budget = formats.typed(float(state.recall("budget", 0)))
    with st.container(border=True, key="card_save"):
        st.text_input(
            t("plan.name"), key="scenario_name", max_chars=80,
            placeholder=t("plan.name_default", budget=budget),
        )  # fmt: skip
        st.button(
            t("plan.save"), key="save", type="primary", icon=":material/bookmark_add:",
            width="stretch", disabled=bool(answering.later(hand)), on_click=_save,
            args=(place, hand),
        )  # fmt: skip
        if saved := state.recall("_saved"):
            st.success(t("plan.saved", name=formats.plain(saved)), icon=":material/check:")
            state.forget("_saved")


def _save(place: Bench, hand: Hand) -> None:
    if hand.plan is None or answering.later(hand):
        return  # she moved on, and the button of the plan before was still in sight
    budget = formats.typed(float(hand.good_for.budget))
    name = (state.recall("scenario_name") or "").strip() or t("plan.name_default", budget=budget)
    workflow.save_scenario(
        state.workspace(),
        name,
        place.desk,
        hand.good_for,
        hand.plan,
        state.offering(),
        around=bool(worth_view.around(hand.plan)),
    )
    state.keep("_saved", name)
    state.keep("scenario_name", "")


def kept() -> list[Scenario]:
    """Every plan that was kept, newest first."""
    return workflow.list_scenarios(state.workspace())


def overview(scenarios: list[Scenario]) -> None:
    """The kept plans as a table."""
    column = st.column_config
    shown = pd.DataFrame(
        {
            "name": [s.name for s in scenarios],
            "dataset": [shell.dataset_name(s.dataset) for s in scenarios],
            "saved_at": [s.saved_at for s in scenarios],
            "budget": [s.request.get("budget") for s in scenarios],
            "caution": [stop(s) for s in scenarios],
            **{f: [s.figures.get(f) for s in scenarios] for f in ("true_gain", "gain", "cost")},
            "promoted_products": [s.figures.get("promoted_products") for s in scenarios],
            "mean_discount": [s.figures.get("mean_discount") for s in scenarios],
        }
    )
    whole = {
        name: column.NumberColumn(t(f"scenarios.column.{name}"), format="%.0f")
        for name in ("budget", "true_gain", "gain", "cost", "promoted_products")
    }
    st.dataframe(
        shown, hide_index=True, key="scenario_list", alt=t("scenarios.list"),
        column_config={
            "name": column.TextColumn(t("scenarios.column.name"), pinned=True),
            "dataset": t("scenarios.column.dataset"),
            "caution": t("scenarios.column.caution"),
            "saved_at": column.DatetimeColumn(
                t("scenarios.column.saved_at"), format="YYYY-MM-DD HH:mm"
            ),
            "mean_discount": column.NumberColumn(
                t("scenarios.column.mean_discount"), format="percent"
            ),
            **whole,
        },
    )  # fmt: skip


def stop(scenario: Scenario) -> str:
    """How carefully a plan was chosen; before there was a choice, as what it promises."""
    asked = float(str(scenario.request.get("caution", workflow.CORRECTION)))
    stops = {probability: code for code, probability in workflow.CAUTIONS.items()}
    return t(f"plan.caution_stop.{stops[asked]}") if asked in stops else formats.percent(asked)
