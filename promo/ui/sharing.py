"""Plans that travel: a link to what a plan was asked, and what happens when one is opened."""

from collections.abc import Sequence
from typing import Any

import streamlit as st

from promo import workflow
from promo.errors import PromoError
from promo.ui import asking, offering, sentences, state, worth_view
from promo.ui.state import Bench, t
from promo.workflow import Offering, PlanRequest, Rule

PARAMETER = "rules"


def link(place: Bench, request: PlanRequest, opened: Offering, *, around: bool) -> None:
    """The address that opens these rules on the same data; it holds neither data nor names."""
    text = workflow.link_to(place.desk, request, opened, around=around)
    address = f"{_home()}/plan?{PARAMETER}={text}"
    st.code(address, language=None, wrap_lines=True)
    st.caption(t("scenarios.link.said"))


def _home() -> str:
    """The address of the desk, without page and question."""
    return str(st.context.url or "").split("?")[0].rstrip("/").rsplit("/", 1)[0]


def take() -> None:
    """Take over the link that the page was opened by, once; before any widget of the page.

    How the desk is opened is settled here, the rules follow when it is open.
    """
    text = st.query_params.get(PARAMETER)
    if text is None:
        return
    del st.query_params[PARAMETER]
    try:
        mark, request, opened, around = workflow.link_from(text)
    except PromoError as error:
        state.keep("_arrived", ("error", sentences.explain(error), None))
        return
    if mark != workflow.data_mark(state.dataset()):
        state.keep("_arrived", ("warning", t("scenarios.link.other"), (request, opened, around)))
        return
    open_plan(request, opened, around)


def open_plan(request: PlanRequest, opened: Offering | None, around: bool) -> None:
    """Open what was kept or sent on the Plan page, at its next run, as far as it fits."""
    for key, value in ({} if opened is None else offering.words(opened)).items():
        state.keep(key, value)
    state.keep("_to_open", request)
    state.keep(worth_view.WANTED, around)


def arrive(place: Bench) -> None:
    """Ask for the rules that were sent or kept, on the desk that is open now; say how it went.

    Where only what is assumed is another, say what could not be kept.
    """
    if (request := state.recall("_to_open")) is not None:
        state.forget("_to_open")
        fit, unfit = workflow.fitting(place.desk, request)
        asking.open_request(place, fit)
        state.keep("_arrived", (*told(unfit), None))
    elif gone := asking.set_aside(place):
        state.keep("_arrived", ("warning", t("plan.set_aside", rules=_named(gone)), None))
    found = state.recall("_arrived")
    if found is None:
        return
    level, sentence, asked = found
    {"success": st.success, "warning": st.warning, "error": st.error}[level](sentence)
    if asked is not None:
        st.button(t("scenarios.link.anyway"), key="link_anyway", on_click=_open_anyway, args=asked)
    elif not state.recall(worth_view.WANTED):  # planning around the plan runs the page once more
        state.forget("_arrived")


def _open_anyway(*asked: Any) -> None:
    state.forget("_arrived")
    open_plan(*asked)


def told(unfit: tuple[Rule, ...]) -> tuple[str, str]:
    """How the opening went: in full, or without the rules that mean nothing here."""
    if not unfit:
        return "success", t("scenarios.link.opened")
    return "warning", t("scenarios.link.unfit", rules=_named(unfit))


def _named(rules: Sequence[Rule]) -> str:
    """Several rules by their names, each once."""
    return sentences.listed(dict.fromkeys(sentences.rule(one.code) for one in rules))
