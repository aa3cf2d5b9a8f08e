"""The left side of the plan: its aim, the sliders, the further rules, and undo."""

import streamlit as st

from promo import workflow
from promo.ui import aim_view, asking, formats, offer_view, rule_list, state
from promo.ui.asking import moved
from promo.ui.offering import STEPS
from promo.ui.state import Bench, t

FLOORS = range(0, 65, 5)


def assumptions() -> None:
    """What a plan rests on and no file tells; a change is learned and planned anew."""
    unknown = int(state.study().panel.products["unit_cost"].isna().sum())
    with st.expander(t("plan.assumptions"), key="assumptions", icon=":material/tune:"):
        weeks, step, margin = st.columns(3)
        weeks.slider(
            t("plan.weeks"), workflow.WEEKS[0], workflow.WEEKS[-1], key="weeks",
            help=t("plan.weeks_help"), persist_state="session",
        )  # fmt: skip
        step.select_slider(
            t("plan.step"), STEPS, key="step", format_func="{}%".format, help=t("plan.step_help"),
            persist_state="session",
        )  # fmt: skip
        margin.slider(
            t("plan.assumed_margin"), 5, 95, step=5, key="assumed_margin", format="%d%%",
            help=t("plan.assumed_margin_help"), disabled=not unknown, persist_state="session",
        )  # fmt: skip
        margin.caption(t("plan.costs_unknown", count=unknown) if unknown else t("plan.costs_known"))
        offer_view.controls()
        st.caption(t("plan.promise_said", share=formats.percent(workflow.CORRECTION)))


def panel(place: Bench) -> tuple[workflow.PlanRequest, rule_list.Slots]:
    """Draw the controls; what they ask for, and where each further rule says how it stands."""
    if state.offering() != place.offering:  # undone here, where only the sliders run
        st.rerun()
    asking.prepare(place)
    asking.remember()
    aim_view.control(place)
    _money(place)
    _limits(place)
    _caution()
    slots = rule_list.panel(place)
    back, start = st.columns(2)
    back.button(
        t("plan.undo"), key="undo", on_click=asking.undo, icon=":material/undo:", width="stretch",
        disabled=not state.recall("_undo"),
    )  # fmt: skip
    start.button(
        t("plan.reset"), key="reset", on_click=asking.reset, args=(place,), width="stretch",
        icon=":material/restart_alt:",
    )  # fmt: skip
    return asking.asked(place), slots


def _money(place: Bench) -> None:
    """Budget, stock and how deep a discount may be."""
    top, step = asking.budget_top(place)
    st.slider(
        t("plan.budget"), 0, top, step=step, key="budget", format="localized",
        help=t("plan.budget_help"), on_change=moved, persist_state="session",
    )  # fmt: skip
    unknown = bool(place.desk.study.panel.products["stock"].isna().all())
    st.slider(
        t("plan.stock_share"), 0, max(100, state.recall("stock_share")), step=5,
        key="stock_share", help=t("plan.stock_help"), disabled=unknown, on_change=moved,
        persist_state="session",
    )  # fmt: skip
    if unknown:
        st.caption(t("plan.stock_unknown"))
    st.slider(
        t("plan.depths"), *asking.DEPTHS, step=int(state.recall("step")), key="depths",
        format="%d%%", help=t("plan.depths_help"), on_change=moved, persist_state="session",
    )  # fmt: skip


def _limits(place: Bench) -> None:
    """How many products may be promoted, and what margin must stay."""
    counts: dict[int | None, str] = {n: str(n) for n in range(asking.promoted_top(place) + 1)}
    counts[None] = t("plan.no_limit")
    # A way out may have left a floor between two stops.
    now = state.recall("margin_floor")
    known = sorted({*FLOORS, *([now] if now else [])})
    floors = {None: t("plan.no_floor")} | {floor: f"{floor}%" for floor in known}
    st.select_slider(
        t("plan.max_promoted"), list(counts), key="max_promoted", help=t("plan.max_promoted_help"),
        format_func=counts.__getitem__, on_change=moved, persist_state="session",
    )  # fmt: skip
    st.select_slider(
        t("plan.margin_floor"), list(floors), key="margin_floor", help=t("plan.margin_help"),
        format_func=floors.__getitem__, on_change=moved, persist_state="session",
    )  # fmt: skip


def _caution() -> None:
    """How carefully is chosen among the plans that keep the rules."""
    words = {stop: t(f"plan.caution_stop.{stop}") for stop in workflow.CAUTIONS}
    st.select_slider(
        t("plan.caution"), list(words), key="caution", help=t("plan.caution_help"),
        format_func=words.__getitem__, on_change=moved,
        persist_state="session",
    )  # fmt: skip
