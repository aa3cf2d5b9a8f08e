"""The plan for what a session asks: made aside, looked at in slices, given up for a newer move."""

import time

import streamlit as st
from streamlit.runtime.scriptrunner import StopException

from promo import workflow
from promo.domain import Plan
from promo.errors import Cancelled, PromoError
from promo.ui import live, state
from promo.ui.live import Hand
from promo.ui.state import Bench, t
from promo.workflow import Job, PlanRequest


def answer(place: Bench, request: PlanRequest, *, still: bool = False) -> Hand:
    """The plan for `request` by the rules of `promo.ui.live`; may restart the fragment.

    On a run of the whole page, or when `still`, nobody is moving and the exact plan is made at
    once. On a run of the fragment the quick plan comes first, and every pause ends in a restart,
    so that a newer move is seen.
    """
    mine = state.hand(place)
    settled = bool(state.take("_opening", default=False)) or still
    step = mine.step(request, time.monotonic(), settled=settled)
    if step == "wait":
        time.sleep(live.PAUSE)
        st.rerun(scope="fragment")
    if step in ("quick", "exact"):
        _solve(place, mine, step, settled=settled)
    return mine


def drawn(mine: Hand) -> None:
    """The answer is on the screen; when it is the quick one, the exact one follows."""
    mine.drawn(time.monotonic())
    if mine.done == "quick":
        time.sleep(live.PAUSE)
        st.rerun(scope="fragment")


def _solve(place: Bench, mine: Hand, step: live.Step, *, settled: bool) -> None:
    usual = mine.seconds == workflow.SECONDS
    turn = live.turn(place.lock, step) if usual else live.slot(step)
    job = mine.pursue(
        step,
        lambda: workflow.start_plan(
            place.desk,
            mine.asked,
            turn,
            exact=step == "exact",
            seconds=mine.seconds,
        ),
    )
    try:
        _watch(job, settled=settled)
    except StopException:  # she went elsewhere, or the whole page runs anew
        job.cancel()
        raise
    try:
        mine.plan = job.result()
    except Cancelled:  # by a run of the page that this one took over from
        mine.give_up()
        _solve(place, mine, step, settled=settled)
    except PromoError as error:  # shown beside the last good plan
        mine.fail(error)
    else:
        mine.succeed(mine.asked, exact=step == "exact")


def _watch(job: Job[Plan], *, settled: bool) -> None:
    """Wait for the solve; a move on the sliders or a way to another page ends the wait."""
    if job.wait(live.LOOK):
        return
    if not settled:
        st.rerun(scope="fragment")
    with st.spinner(t("app.planning"), show_time=True):
        while not job.wait(live.LOOK):
            state.recall("_")  # Streamlit ends a run that is over at any look at its session
