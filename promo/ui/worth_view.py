"""What the plan on the screen gains counted as a whole, and the plan made again around itself."""

from collections.abc import Callable
from functools import partial
from typing import Literal

import streamlit as st

from promo import workflow
from promo.domain import Plan
from promo.errors import PromoError
from promo.ui import answering, derived, formats, live, rule_words, state
from promo.ui.live import Hand
from promo.ui.sentences import listed, together
from promo.ui.state import Bench, t
from promo.ui.widgets import explained
from promo.workflow import Job, PlanRequest, Together

WANTED = "_around_wanted"
"""Where the session keeps that a plan was sent or kept which had been made around itself."""
FAR = 0.05
"""Share of a promise from which on its error is a warning."""
SMALL = 100.0
"""Amounts below it keep their decimals."""
SOME = 0.005
"""Share below which the sum of the promotions holds."""


def card(place: Bench, hand: Hand) -> None:
    """The true value of the plan on the screen, and the button that plans around it.

    The place is taken as well while there is none to tell, so that nothing jumps.
    """
    plan, why = hand.good, _not_yet(hand)
    with st.container(horizontal=True, vertical_alignment="center", key="card_worth"):
        with st.container(width="stretch", gap="xxsmall"):
            if why or plan is None:
                _framed(why)
            else:
                _told(place, hand, plan)
        asked = st.button(
            t("plan.worth.again"), key="plan_again", icon=":material/autorenew:",
            disabled=bool(why) or _done(plan), help=why or _help(plan), width=210,
        )  # fmt: skip
    if hand.done == "exact":
        asked |= bool(state.recall(WANTED)) or hand.around
        state.forget(WANTED)
    if asked and plan is not None and not why:
        _plan_again(place, hand, plan)


def _not_yet(hand: Hand) -> str:
    """Why there is nothing to count; empty where there is."""
    why, plan = answering.later(hand), hand.good
    if not why and plan is not None and not (plan.rows["discount"] > 0).any():
        return t("plan.worth.nothing")
    return why


def _told(place: Bench, hand: Hand, plan: Plan) -> None:
    """The true gain, how far the sum is off and why; loud where it is far off."""
    whole = derived.counted_together(place, plan, hand.good_for)
    _LOOKS[loudness(whole)](sentence(whole))
    if _done(plan):
        st.caption(_gained(hand, around(plan)))


def note(place: Bench, plan: Plan, asked: PlanRequest) -> None:
    """The same in short, for pages that show what a plan promises: only where that is far off."""
    whole = derived.counted_together(place, plan, asked)
    if (look := loudness(whole)) != "plain":
        _LOOKS[look](sentence(whole))


def loudness(whole: Together) -> Literal["warning", "info", "plain"]:
    """How loud the sentence is: a promise that is far too high warns, one far too low informs."""
    if abs(whole.share) <= FAR:
        return "plain"
    return "warning" if whole.error > 0 else "info"


def _framed(text: str) -> None:
    with st.container(border=True):
        st.markdown(text)


_LOOKS: dict[str, Callable[[str], object]] = {
    "warning": partial(st.warning, icon=":material/warning:"),
    "info": partial(st.info, icon=":material/info:"),
    "plain": _framed,
}


def sentence(whole: Together) -> str:
    """What a plan gains counted together, and how its promotions counted one by one differ."""
    lang = state.language()
    gain = t("plan.worth.gain", gain=formats.money(lang, whole.gain))
    if abs(whole.share) < SOME:
        return together([gain, t("plan.worth.holds")])
    way = "more" if whole.error > 0 else "less"
    said = t(
        f"plan.worth.{way}",
        promised=formats.money(lang, whole.promised),
        apart=formats.money(lang, abs(whole.error)),
        share=formats.percent(abs(whole.share), 1 if abs(whole.share) < 0.1 else 0),
    )
    causes = listed(t(f"plan.worth.cause.{cause}") for cause in whole.causes)
    return together([gain, said, t("plan.worth.why", causes=causes) if causes else ""])


# --- around itself --------------------------------------------------------------------------


def around(plan: Plan | None) -> float | None:
    """What a plan gained by being made around itself; None where it was not."""
    name, gained = state.recall("_around", ("", 0.0))
    return float(gained) if plan is not None and plan.fingerprint == name else None


def _done(plan: Plan | None) -> bool:
    return around(plan) is not None


def _help(plan: Plan | None) -> str:
    return t("plan.worth.done" if _done(plan) else "plan.worth.again_help")


def _gained(hand: Hand, gained: float | None) -> str:
    if not gained:
        return t("plan.worth.no_better")
    digits = 0 if gained >= SMALL else 2
    return t("plan.worth.gained", gained=rule_words.worth(hand.good_for.counted_in, gained, digits))


def _plan_again(place: Bench, hand: Hand, plan: Plan) -> None:
    """Plan around the plan on the screen; what comes out is the plan on the screen from then on."""
    request = hand.good_for
    hand.around = True
    job = Job(
        lambda task: workflow.improved_plan(place.desk, request, plan, stop=task.stopped),
        live.turn(place.lock, "around the plan"),
    )
    with explained():
        try:
            with st.spinner(t("plan.worth.working"), show_time=True):
                found, gained = answering.awaited(job)
        except PromoError:
            hand.around = False
            raise
        hand.around = False
        hand.replace(found)
        state.keep("_around", (found.fingerprint, gained))
        st.rerun()
