"""The plan for what a session asks: made aside, looked at in slices, given up for a newer move."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from math import inf
from typing import TypeVar

import streamlit as st
from streamlit.runtime.scriptrunner import StopException, get_script_run_ctx
from streamlit.runtime.scriptrunner_utils.script_requests import ScriptRequestType

from promo import workflow
from promo.domain import Plan
from promo.errors import Cancelled, Infeasible, PromoError
from promo.ui import live, state, ways_out_view
from promo.ui.live import Hand
from promo.ui.state import Bench, t
from promo.workflow import Job, PlanRequest

T = TypeVar("T")
ASKING = ("", "overview", "plan", "campaign")
"""Pages that ask for a plan, by their path; the first page has none."""


def answer(place: Bench, request: PlanRequest, *, still: bool = False) -> Hand:
    """The plan for `request` by the rules of `promo.ui.live`; a newer move restarts the fragment.

    A run of the whole page waits a moment for the plan to run and then makes do with the quick one,
    unless the page is `still` and shows no other.
    """
    mine = state.hand(place)
    mine.opening = bool(state.take("_opening", default=False))
    whole = mine.opening or still
    _remember()
    slow = st.empty()
    while (step := mine.step(request, time.monotonic(), settled=whole)) == "wait":
        _go_on()
        time.sleep(live.PAUSE)
    if step in ("quick", "exact"):
        with slow:
            _solve(place, mine, step, inf if still else mine.patience(step))
    return mine


def _remember() -> None:
    """The fragment that a move on the sliders runs, as Streamlit calls it."""
    run = get_script_run_ctx()
    if run is not None and run.fragment_ids_this_run:
        state.keep("_planner", tuple(run.fragment_ids_this_run))


def drawn(mine: Hand) -> None:
    """What she looks at while she moves is on the screen; the rest is drawn for the plan to run."""
    mine.drawn(time.monotonic())
    if mine.done == "quick" and not mine.opening:
        st.rerun(scope="fragment")


def awaited(job: Job[T]) -> T:
    """What long work gives; it is given up when a newer move or another page is asked for."""
    try:
        while not job.wait(live.PAUSE):
            _go_on()
        return job.result()
    finally:
        job.cancel()


def leave(page: str) -> None:
    """Give up what is being solved for pages that ask for a plan, when another one is opened."""
    if page not in ASKING:
        for mine in state.recall("_hands", {}).values():
            mine.give_up()
        ways_out_view.let_go()


def follow(place: Bench) -> None:
    """Where a run of the whole page ends with the quick plan, the plan to run follows by itself."""
    mine = state.hand(place)
    if mine.done == "quick" and mine.opening:
        _follow(mine, _pursued(place, mine, "exact"))


@st.fragment(run_every=live.GLANCE)
def _follow(mine: Hand, job: Job[Plan]) -> None:
    """Look now and then whether the plan is there; a move on the sliders goes its own way.

    That ends in a run of the whole page too, because nothing else ends the looking.
    """
    if mine.done == "exact" or (mine.job is job and mine.done == "quick" and job.wait(0)):
        st.rerun()


def _pursued(place: Bench, mine: Hand, step: live.Step) -> Job[Plan]:
    """The solve for what is asked, begun where it was not."""
    usual = mine.seconds == workflow.SECONDS
    turn = live.turn(place.lock, step) if usual else live.slot(step)
    return mine.pursue(
        step,
        lambda: workflow.start_plan(
            place.desk, mine.asked, turn, exact=step == "exact", seconds=mine.seconds
        ),
    )


def _solve(place: Bench, mine: Hand, step: live.Step, patience: float) -> None:
    """Make the plan, or go on with the quick one where it takes longer than `patience` seconds."""
    job = _pursued(place, mine, step)
    try:
        ended = _ended(job, patience)
    except StopException:  # she went elsewhere, or the whole page runs anew
        job.cancel()
        raise
    if ended:
        _take(place, mine, step, job, patience)
    elif mine.done == "nothing":
        mine.give_up()
        mine.swift = False
        _solve(place, mine, "quick", inf)


def _take(place: Bench, mine: Hand, step: live.Step, job: Job[Plan], patience: float) -> None:
    _go_on()
    if mine.job is not job or mine.job_for[1] != mine.asked:
        return  # a newer run of this session has taken over
    try:
        mine.plan = job.result()
    except Cancelled:  # by a run of the page that this one took over from
        mine.give_up()
        _solve(place, mine, step, patience)
    except PromoError as error:  # shown beside the last good plan
        mine.fail(error)
        mine.swift = False
    else:
        mine.succeed(mine.asked, exact=step == "exact")
        if step == "exact":
            mine.swift = job.spent <= live.SWIFT


def _ended(job: Job[Plan], patience: float) -> bool:
    """Whether a solve ends in so many seconds of its own; a newer move or another page ends it."""
    if not job.wait(live.LOOK):
        with st.spinner(t("app.planning"), show_time=True):
            while job.at_work < patience and not job.wait(live.PAUSE):
                _go_on()
    return job.wait(0)


def _go_on() -> None:
    """End this run where the whole page is to run anew, or a newer move waits for the fragment."""
    state.recall("_")  # Streamlit ends a run for the whole page at any look at its session
    run = get_script_run_ctx()
    if run is None or not run.fragment_ids_this_run or run.script_requests is None:
        return
    # It tells no run of a fragment that the next one waits; drawing anew to find out would cost
    # more than the plan. Timers and cards that only look at the plan may wait.
    waits = run.script_requests
    ours = {*run.fragment_ids_this_run, *state.recall("_planner", ())}
    if waits._state is ScriptRequestType.RERUN and ours & set(waits._rerun_data.fragment_id_queue):
        st.rerun(scope="fragment")


@contextmanager
def drawing() -> Iterator[None]:
    """Draw when few others do, which all have sooner than if all drew at once; go on after a while.

    Sessions share one interpreter. Drawing hands it over thousands of times, and every time waits
    for all the others that draw.
    """
    until = time.monotonic() + live.PATIENCE
    while not (mine := live.DRAWING.acquire(timeout=live.PAUSE)) and time.monotonic() < until:
        _go_on()
    try:
        yield
    finally:
        if mine:
            live.DRAWING.release()


def later(hand: Hand) -> str:
    """Why what is said about a plan to run is not there yet; empty where it can be."""
    if isinstance(hand.error, Infeasible):
        return t("plan.after_way_out")
    if hand.error is not None:
        return t("plan.after_failed")
    done = hand.done == "exact"
    return "" if done and hand.good is not None and hand.good.exact else t("plan.after_exact")
