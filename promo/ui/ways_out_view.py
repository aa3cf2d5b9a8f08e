"""When no plan keeps all rules: the ones in conflict, and the ways out, one click each."""

from dataclasses import dataclass

import streamlit as st

from promo import workflow
from promo.errors import Infeasible, OutOfTime
from promo.ui import asking, live, rule_words, state, time_view
from promo.ui.live import Hand
from promo.ui.sentences import explain, together
from promo.ui.state import Bench, t
from promo.workflow import Job, PlanRequest, Relaxation, WayOut

SOON = 0.5
"""Seconds in which the ways out of a small shop are found, so that nothing flashes up for them."""


@dataclass(frozen=True, eq=False)
class _Search:
    """The search for ways out of one request; it runs beside the sliders."""

    request: PlanRequest
    job: Job[tuple[WayOut, ...]]


def impossible(place: Bench, hand: Hand) -> None:
    """Say which rules no plan keeps; the ways out follow as soon as they are found."""
    if not isinstance(hand.error, Infeasible):
        let_go()
    if hand.error is None:
        return
    if isinstance(hand.error, OutOfTime):
        time_view.late(place, hand)
        return
    st.error(explain(hand.error), icon=":material/block:")
    if not isinstance(hand.error, Infeasible):
        return
    search = _search(place, hand.asked)
    if search.job.wait(SOON):
        _ways(place, search)
    else:
        _wait()


@st.fragment(run_every=0.5)
def _wait() -> None:
    """Look now and then whether the search has ended; the sliders do not wait for it."""
    search: _Search | None = state.recall("_search")
    if search is None or search.job.wait(0):
        st.rerun()
    st.caption(f":material/hourglass_top: {t('plan.ways_sought')}")


def _ways(place: Bench, search: _Search) -> None:
    """Every way out with what it takes back, what the plan then gains, and the button for it."""
    ways, aim = search.job.result(), search.request.counted_in
    st.markdown(f"**{t('plan.ways')}**" if ways else t("plan.ways_none"))
    for number, way in enumerate(ways):
        with st.container(
            horizontal=True, vertical_alignment="center", border=True, key=f"way_{number}"
        ):
            st.markdown(sentence(place, search.request, way, aim), width="stretch")
            st.button(
                t("plan.way_take"), key=f"take_way_{number}", type="primary",
                on_click=asking.take, args=(place, workflow.relaxed(search.request, way)),
            )  # fmt: skip


def let_go() -> None:
    """Stop a search that nobody waits for any more."""
    found: _Search | None = state.take("_search")
    if found is not None:
        found.job.cancel()


def _search(place: Bench, request: PlanRequest) -> _Search:
    """The search for this request; one for an earlier request is let go."""
    found: _Search | None = state.recall("_search")
    if found is None or found.request != request:
        let_go()
        job = workflow.start_ways_out(place.desk, request, live.slot("ways out"))
        found = _Search(request, job)
        state.keep("_search", found)
    return found


def sentence(place: Bench, request: PlanRequest, way: WayOut, aim: str) -> str:
    """What a way out takes back, and what the best plan then gains."""
    steps = [_step(place, request, step) for step in way.relaxed]
    return together([*steps, t("plan.way_gain", gain=rule_words.worth(aim, way.gain, 0))])


def _step(place: Bench, request: PlanRequest, step: Relaxation) -> str:
    rule, code = request.rules[step.number], step.rule
    if step.after is None or step.before is None:
        return t("plan.way_drop", rule=rule_words.sentence(place, rule))
    kind = rule.kinds()[rule.amount]
    before, after = (rule_words.amount(kind, code, one) for one in (step.before, step.after))
    return t(
        "plan.way_change", name=t(f"rule.name.{code}"), before=before, after=after,
        rule=rule_words.sentence(place, rule),
    )  # fmt: skip
