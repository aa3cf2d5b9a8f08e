"""What the plan is for: one measure or a mix of two, and what the one costs of the other."""

from dataclasses import replace

import pandas as pd
import streamlit as st

from promo import workflow
from promo.ui import answering, asking, derived, formats, state
from promo.ui.charts.aim import trade_off
from promo.ui.live import Hand
from promo.ui.rule_words import worth
from promo.ui.sentences import listed
from promo.ui.state import Bench, t
from promo.ui.widgets import chart_to_click, explained


def control(place: Bench) -> None:
    """Choose what is made as large as the rules allow, and what is weighed beside it."""
    known = derived.choices(place).measures
    words = {name: t(f"plan.aim.{name}") for name in workflow.OBJECTIVES}
    st.selectbox(
        t("plan.aim_label"), known, key="aim", format_func=words.__getitem__,
        help=t("plan.aim_help"), on_change=_aimed, args=(place,), persist_state="session",
    )  # fmt: skip
    lost = [name for name in workflow.OBJECTIVES if name not in known]
    if missing := [t(f"rule.measure.{name}") for name in lost]:
        st.caption(t("plan.aim_missing", aims=listed(missing)))
    aim = state.recall("aim")
    if aim == "cost":
        st.caption(t("plan.aim_cost_said"))
        return
    others = [name for name in known if name not in (aim, "cost")]
    mixed = {name: t(f"rule.measure.{name}") for name in workflow.OBJECTIVES}
    st.selectbox(
        t("plan.aim_with"), others, key="aim_with", on_change=_mixed, persist_state="session",
        format_func=mixed.__getitem__, index=None, placeholder=t("plan.aim_alone"),
    )  # fmt: skip
    if state.recall("aim_with") is not None:
        st.slider(
            t("plan.aim_part", other=mixed[state.recall("aim_with")]), *asking.PARTS, step=5,
            key="aim_part", format="%d%%", help=t("plan.aim_part_help"), on_change=asking.moved,
            persist_state="session",
        )  # fmt: skip


def _aimed(place: Bench) -> None:
    """Another aim: a mix with itself is none, and the least cost needs something to reach."""
    aim, before = state.recall("aim"), state.recall("_before")["aim"]
    asking.moved(alone=True)
    if state.recall("aim_with") == aim or aim == "cost":
        state.keep("aim_with", None)
    wanted = [entry for entry in asking.entries() if entry.on and entry.rule.code == "target"]
    plan = state.hand(place).good
    if aim == "cost" and not wanted and plan is not None:
        amount = workflow.first_amount(place.desk, plan, "target", {"measure": before})
        asking.reach(before, amount, noted=True)


def _mixed() -> None:
    asking.moved()
    state.keep("aim_part", state.recall("aim_part") or 50)


# --- the trade-off --------------------------------------------------------------------------


def offers(place: Bench) -> list[str]:
    """Measures that the aim can be weighed against."""
    aim = state.recall("aim")
    known = derived.choices(place).measures
    return [name for name in known if name not in (aim, "cost")]


@st.fragment
def exchange(place: Bench, hand: Hand) -> None:
    """What each further unit of another measure takes of the aim; drawn when it is asked for."""
    others = offers(place)
    with st.expander(t("plan.trade_off"), key="trade_off", on_change="rerun") as part:
        if not part.open or not others:
            return
        words = {name: t(f"rule.measure.{name}") for name in others}
        if state.recall("trade_over") not in others:
            state.keep("trade_over", others[0])
        st.selectbox(
            t("plan.trade_over"), others, key="trade_over", persist_state="session",
            format_func=words.__getitem__,
        )  # fmt: skip
        if why := answering.later(hand):
            st.caption(why)
            return
        with explained(), st.spinner(t("plan.working_out"), show_time=True):
            over = str(state.recall("trade_over"))
            path = state.made("frontier", place, _free_of(hand.good_for, over), over)
        _points(hand, path, over)


def _free_of(request: workflow.PlanRequest, over: str) -> workflow.PlanRequest:
    """The request without a target for `over`, so that the line stays while she moves along it."""
    kept = (
        rule for rule in request.more
        if rule.code != "target" or getattr(rule, "measure", "") != over
    )  # fmt: skip
    return replace(request, more=tuple(kept))


def _points(hand: Hand, path: pd.DataFrame, over: str) -> None:
    """The picture, and its points as something to choose."""
    aim, lang, plan = str(state.recall("aim")), state.language(), hand.good
    if plan is None or len(path) < 2:
        st.caption(t("plan.trade_none"))
        return
    least, most = path.iloc[0], path.iloc[-1]
    st.markdown(t(
        "plan.trade_said", gives=worth(aim, abs(float(least[aim] - most[aim])), 0),
        brings=worth(over, abs(float(most[over] - least[over])), 0),
    ))  # fmt: skip
    labels = state.labels("rule.measure") | state.labels("chart.frontier")
    now = float(plan.rows[over].sum()), float(plan.rows[aim].sum())
    figure = trade_off(path, (over, aim), now, labels, lang)
    alt = t("plan.trade_alt", aim=labels[aim], over=labels[over])
    at, done = chart_to_click(figure, f"trade_{aim}_{over}", alt), state.recall("_trade_taken")
    if at is not None and at < len(path) and done != (aim, over, at):
        state.keep("_trade_taken", (aim, over, at))  # a chart goes on telling its last click
        _take(path, over, at)
        st.rerun()
    st.caption(t("plan.trade_click"))
    words = {at: formats.number(lang, one) for at, one in enumerate(path["reach"].tolist())}
    chosen = st.select_slider(
        t("plan.trade_point", over=labels[over]), list(words), key="trade_point",
        format_func=words.__getitem__,
    )  # fmt: skip
    if st.button(t("plan.trade_take"), key="trade_take", on_click=_take, args=(path, over, chosen)):
        st.rerun()


SHORT = 0.02
"""Part of the line's length by which a point is asked for less than it is: the points are plans
that may split a product over two discounts, and a whole one comes near to them."""


def _take(path: pd.DataFrame, over: str, at: int) -> None:
    """Make a point of the line the plan."""
    reach = path["reach"]
    less = SHORT * float(reach.iloc[-1] - reach.iloc[0])
    asking.reach(over, float(f"{float(reach.iloc[at]) - less:.6g}"))
