"""What her caution costs and what it buys, beside the slider that sets it."""

import streamlit as st

from promo.ui import formats, state
from promo.ui.charts.caution import caution
from promo.ui.live import Hand
from promo.ui.state import Bench, t
from promo.ui.widgets import card, chart
from promo.workflow import CautionPrice, price_of_caution


def price(place: Bench, hand: Hand) -> None:
    """What the stop in use gives up and brings, beside the other stops.

    Like the line of budgets it is made anew for other rules once the exact plan is there; until
    then the last one stays.
    """
    done = hand.done == "exact" and hand.error is None
    path = state.cautions(place, hand.good_for) if done else state.recall("_cautions")
    if path is None:
        return
    lang, stop = state.language(), str(state.recall("caution"))
    here = path.loc[stop]
    gain, bad = (formats.money(lang, float(here[name])) for name in ("gain", "bad_fifth"))
    with card("caution", t("plan.caution_card")):
        st.markdown(_sentence(price_of_caution(path, stop), stop, bad))
        called = [t(f"plan.caution_stop.{code}") for code in path.index]
        now = list(path.index).index(stop)
        alt = t("plan.caution_alt", stop=called[now], gain=gain, bad=bad)
        figure = caution(path, called, now, state.labels("chart.caution"), lang)
        chart(figure, "caution_price", alt)
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
