"""Where the solver ran out of time: what is shown instead, how good it is, and what to do next."""

import streamlit as st

from promo import workflow
from promo.errors import Infeasible, OutOfTime
from promo.ui import formats, rule_words, state, worth_view
from promo.ui.live import Hand
from promo.ui.sentences import together
from promo.ui.state import Bench, t

LONGER = 60.0
"""Seconds of a second look."""


def late(place: Bench, hand: Hand) -> None:
    """No plan of whole discounts was found in time: the quick plan for the same rules stands in."""
    if hand.good_for != hand.asked:
        _stand_in(place, hand)
    said = "late" if hand.good_for == hand.asked else "late_none"
    _card(hand, t(f"plan.time.{said}", seconds=_seconds(hand)))


def _stand_in(place: Bench, hand: Hand) -> None:
    try:
        quick = state.made("quick_plan", place, hand.asked)
    except (
        Infeasible,
        OutOfTime,
    ):  # the sentence says that there is nothing, and the last good plan stays
        return
    hand.good, hand.good_for = quick, hand.asked


def stopped(hand: Hand) -> None:
    """The best plan found in time, where a better one may exist: by how much, and what to do."""
    plan = hand.good
    if hand.done != "exact" or hand.error is not None or plan is None or worth_view.around(plan):
        return
    if not workflow.ran_out_of_time(plan):
        return
    more = rule_words.worth(hand.good_for.counted_in, plan.bound - plan.objective, 0)
    gap, seconds = formats.percent(plan.gap, 1), _seconds(hand)
    _card(hand, t("plan.time.stopped", more=more, gap=gap, seconds=seconds))


def _card(hand: Hand, said: str) -> None:
    with st.container(horizontal=True, vertical_alignment="center", key="card_time"):
        with st.container(width="stretch"):
            st.warning(together([said, t("plan.time.next")]), icon=":material/timer_off:")
        st.button(
            t("plan.time.longer", seconds=round(LONGER)), key="look_longer", type="primary",
            icon=":material/timer:", width=210, on_click=hand.look_again, args=(LONGER,),
        )  # fmt: skip


def _seconds(hand: Hand) -> str:
    """How long was looked for the plan on the screen."""
    return formats.typed(hand.seconds)
