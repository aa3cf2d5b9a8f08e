"""What her caution costs and what it buys, beside the slider that sets it."""

import pandas as pd
import streamlit as st

from promo.ui import answering, formats, state
from promo.ui.charts.caution import caution
from promo.ui.live import Hand
from promo.ui.state import Bench, t
from promo.ui.widgets import chart, explained
from promo.workflow import CautionPrice, price_of_caution


def price(place: Bench, hand: Hand) -> None:
    """What the stop in use gives up and brings, beside the other stops; made when it is looked at.

    Five plans to run take longer than everything else that follows a move.
    """
    with st.expander(t("plan.caution_card"), key="caution_card", on_change="rerun") as part:
        if not part.open:
            return
        if why := answering.later(hand):
            st.caption(why)
            return
        with explained(), st.spinner(t("plan.working_out"), show_time=True):
            _told(state.cautions(place, hand.good_for))


def _told(path: pd.DataFrame) -> None:
    lang, stop = state.language(), str(state.recall("caution"))
    gain, bad = (formats.money(lang, path[name].to_dict()[stop]) for name in ("gain", "bad_fifth"))
    st.markdown(_sentence(price_of_caution(path, stop), stop, bad))
    called = [t(f"plan.caution_stop.{code}") for code in path.index]
    now = list(path.index).index(stop)
    alt = t("plan.caution_alt", stop=called[now], gain=gain, bad=bad)
    chart(caution(path, called, now, state.labels("chart.caution"), lang), "caution_price", alt)
    st.caption(t("plan.bad_fifth_said"))


def _sentence(found: CautionPrice, stop: str, bad: str) -> str:
    lang = state.language()
    if stop == "little":
        return t("plan.caution_price.best", bad=bad)
    if not (found.gives_up or found.brings):
        return t("plan.caution_price.same")
    code = "nothing" if not found.brings else "worth" if found.brings > 0 else "worse"
    return t(
        f"plan.caution_price.{code}",
        gives_up=formats.money(lang, found.gives_up),
        apart=formats.money(lang, abs(found.brings)),
    )


def chance(loses: float) -> str:
    """The chance to lose money; the draws behind it tell nothing finer than one in a hundred."""
    return formats.percent(loses) if loses >= 0.01 else t("plan.kpi.loses_hardly")
