"""The sliders of the plan: their first values, what they ask for, and undo."""

import math
import time
from typing import Any

import streamlit as st

from promo import workflow
from promo.ui import formats, state
from promo.ui.charts.axes import nice
from promo.ui.state import Bench, t

KEYS = ("budget", "stock_share", "depths", "max_promoted", "margin_floor", "caution")
FLOORS = (None, *range(0, 65, 5))
STEPS = (1, 2, 5, 10)
"""Distances between two discounts on offer, percent of the list price."""
TOGETHER = 1.0
"""Seconds within which moves count as one for undo."""


def budget_top(place: Bench) -> tuple[int, int]:
    """The largest budget worth asking for, and the slider's step.

    The first request is half of what the best plan would spend if money were free.
    """
    most = max(2.4 * (place.first.budget or 0.0), 1.0)
    step = max(1, int(nice(most / 200)))
    return math.ceil(most / step) * step, step


def first_values(place: Bench) -> dict[str, Any]:
    """The controls as the desk's own request sets them."""
    asked = place.first
    _, step = budget_top(place)
    return {
        "budget": int((asked.budget or 0.0) // step * step),
        "stock_share": round(100 * asked.stock_share),
        "depths": (_whole(asked.min_discount, 0), _whole(asked.max_discount, 50)),
        "max_promoted": asked.max_promoted,
        "margin_floor": None if asked.margin_floor is None else _whole(asked.margin_floor, 0),
        "caution": "little",
    }


def _whole(share: float | None, otherwise: int) -> int:
    return otherwise if share is None else round(100 * share)


def prepare(place: Bench) -> None:
    """Give the controls their first values when the desk shows other data than before."""
    if state.recall("_controls_for") != place.key:
        state.keep("_controls_for", place.key)
        state.keep("_undo", [])
        _set(first_values(place))


def asked(place: Bench) -> workflow.PlanRequest:
    """What the controls ask for now."""
    prepare(place)
    low, high = state.recall("depths")
    floor = state.recall("margin_floor")
    return workflow.PlanRequest(
        budget=float(state.recall("budget")),
        stock_share=state.recall("stock_share") / 100,
        min_discount=low / 100,
        max_discount=high / 100,
        max_promoted=state.recall("max_promoted"),
        margin_floor=None if floor is None else floor / 100,
        caution=workflow.CAUTIONS[state.recall("caution")],
    )


def assumptions() -> None:
    """What a plan rests on and no file tells; a change is learned and planned anew."""
    unknown = int(state.study().panel.products["unit_cost"].isna().sum())
    with st.expander(t("plan.assumptions"), key="assumptions", icon=":material/tune:"):
        weeks, step, margin = st.columns(3)
        weeks.slider(
            t("plan.weeks"), 1, 12, key="weeks", help=t("plan.weeks_help"),
            persist_state="session",
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
        st.caption(t("plan.promise_said", share=formats.percent(workflow.CORRECTION)))


def panel(place: Bench) -> workflow.PlanRequest:
    """Draw the controls and return what they ask for."""
    prepare(place)
    state.keep("_before", {key: state.recall(key) for key in KEYS})
    _money(place)
    _limits(place)
    _caution()
    back, start = st.columns(2)
    back.button(
        t("plan.undo"), key="undo", on_click=_undo, icon=":material/undo:", width="stretch",
        disabled=not state.recall("_undo"),
    )  # fmt: skip
    start.button(
        t("plan.reset"), key="reset", on_click=_reset, args=(place,), width="stretch",
        icon=":material/restart_alt:",
    )  # fmt: skip
    return asked(place)


def _money(place: Bench) -> None:
    """Budget, stock and how deep a discount may be."""
    top, step = budget_top(place)
    st.slider(
        t("plan.budget"), 0, top, step=step, key="budget", format="localized",
        help=t("plan.budget_help"), on_change=_moved, persist_state="session",
    )  # fmt: skip
    unknown = bool(place.desk.study.panel.products["stock"].isna().all())
    st.slider(
        t("plan.stock_share"), 0, 100, step=5, key="stock_share", help=t("plan.stock_help"),
        disabled=unknown, on_change=_moved, persist_state="session",
    )  # fmt: skip
    if unknown:
        st.caption(t("plan.stock_unknown"))
    st.slider(
        t("plan.depths"), 0, 50, step=round(100 * state.step()), key="depths", format="%d%%",
        help=t("plan.depths_help"), on_change=_moved, persist_state="session",
    )  # fmt: skip


def _limits(place: Bench) -> None:
    """How many products may be promoted, and what margin must stay."""
    largest = int(place.desk.study.panel.products.groupby("category").size().max())
    counts: dict[int | None, str] = {n: str(n) for n in range(largest + 1)}
    counts[None] = t("plan.no_limit")
    floors = {floor: t("plan.no_floor") if floor is None else f"{floor}%" for floor in FLOORS}
    st.select_slider(
        t("plan.max_promoted"), list(counts), key="max_promoted", help=t("plan.max_promoted_help"),
        format_func=counts.__getitem__, on_change=_moved, persist_state="session",
    )  # fmt: skip
    st.select_slider(
        t("plan.margin_floor"), list(floors), key="margin_floor", help=t("plan.margin_help"),
        format_func=floors.__getitem__, on_change=_moved, persist_state="session",
    )  # fmt: skip


def _caution() -> None:
    """How carefully is chosen among the plans that keep the rules."""
    words = {stop: t(f"plan.caution_stop.{stop}") for stop in workflow.CAUTIONS}
    st.select_slider(
        t("plan.caution"), list(words), key="caution", help=t("plan.caution_help"),
        format_func=words.__getitem__, on_change=_moved,
        persist_state="session",
    )  # fmt: skip


def _set(values: dict[str, Any]) -> None:
    for key, value in values.items():
        state.keep(key, value)


def _moved() -> None:
    """Remember where the controls stood; a quick series of moves is undone in one step."""
    now, last = time.monotonic(), state.recall("_moved_at", float("-inf"))
    state.keep("_moved_at", now)
    if now - last > TOGETHER:
        state.keep("_undo", [*state.recall("_undo", []), state.recall("_before")][-50:])


def _undo() -> None:
    *earlier, last = state.recall("_undo")
    state.keep("_undo", earlier)
    _set(last)


def _reset(place: Bench) -> None:
    _moved()
    _set(first_values(place))
