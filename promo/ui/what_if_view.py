"""What if something is not as believed: the plan stays, its gain moves."""

import streamlit as st

from promo.ui import answering, derived, formats, state
from promo.ui.charts.aim import tornado
from promo.ui.live import Hand
from promo.ui.state import Bench, t
from promo.ui.widgets import chart, explained


@st.fragment
def beliefs(place: Bench, hand: Hand) -> None:
    """The gain when demand, its answer or costs are a fifth lower or higher; when it is asked."""
    with st.expander(t("plan.what_if"), key="what_if", on_change="rerun") as part:
        if not part.open:
            return
        plan = hand.good
        if plan is None or not plan.exact:
            st.caption(answering.later(hand))
            return
        with explained(), st.spinner(t("plan.working_out"), show_time=True):
            found, lang = derived.sensitivity(place, plan), state.language()
        gain = plan.gain.estimate
        labels = state.labels("plan.belief") | {
            "low": t("plan.belief_low"), "high": t("plan.belief_high"), "gain": t("plan.kpi.gain"),
        }  # fmt: skip
        st.caption(t("plan.what_if_said"))
        chart(tornado(found, gain, labels, lang), "tornado", t("plan.what_if_alt"))
        for belief, row in found.iterrows():
            st.markdown(_sentence(str(belief), float(row["low"]), float(row["high"])))


def _sentence(belief: str, low: float, high: float) -> str:
    """What becomes of the gain under one belief, and whether the plan still pays."""
    lang = state.language()
    pays = "loses" if min(low, high) < 0 else "pays"
    return "- " + t(
        f"plan.belief_{pays}", belief=t(f"plan.belief.{belief}"),
        low=formats.money(lang, low), high=formats.money(lang, high),
    )  # fmt: skip
