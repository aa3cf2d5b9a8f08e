"""Rules that travel: a link to a plan's rules, and what happens when one is opened."""

import streamlit as st

from promo import workflow
from promo.errors import PromoError
from promo.ui import asking, sentences, state
from promo.ui.state import Bench, t
from promo.workflow import PlanRequest, Rule

PARAMETER = "rules"


def link(place: Bench, request: PlanRequest) -> None:
    """The address that opens these rules on the same data; it holds neither data nor names."""
    address = f"{_home()}/plan?{PARAMETER}={workflow.link_to(place.desk, request)}"
    st.code(address, language=None, wrap_lines=True)
    st.caption(t("scenarios.link.said"))


def _home() -> str:
    """The address of the desk, without page and question."""
    return str(st.context.url or "").split("?")[0].rstrip("/").rsplit("/", 1)[0]


def arrive(place: Bench) -> None:
    """Take over the rules of the link that the page was opened by, once, and say how it went."""
    text = st.query_params.get(PARAMETER)
    if text is not None:
        del st.query_params[PARAMETER]
        _take(place, text)
    told = state.recall("_arrived")
    if told is None:
        return
    level, sentence, request = told
    {"success": st.success, "warning": st.warning, "error": st.error}[level](sentence)
    if request is not None:
        st.button(
            t("scenarios.link.anyway"), key="link_anyway", on_click=_open,
            args=(place, request),
        )  # fmt: skip
    else:
        state.forget("_arrived")


def _take(place: Bench, text: str) -> None:
    try:
        mark, request = workflow.link_from(text)
    except PromoError as error:
        state.keep("_arrived", ("error", sentences.explain(error), None))
        return
    if mark != workflow.data_mark(place.desk):
        state.keep("_arrived", ("warning", t("scenarios.link.other"), request))
        return
    _open(place, request)


def _open(place: Bench, request: PlanRequest) -> None:
    fit, unfit = workflow.fitting(place.desk, request)
    asking.open_request(place, fit)
    state.keep("_arrived", (*told(unfit), None))


def told(unfit: tuple[Rule, ...]) -> tuple[str, str]:
    """How the opening went: in full, or without the rules that mean nothing here."""
    if not unfit:
        return "success", t("scenarios.link.opened")
    names = sentences.listed(dict.fromkeys(sentences.rule(one.code) for one in unfit))
    return "warning", t("scenarios.link.unfit", rules=names)


def reopen(place: Bench, request: PlanRequest) -> None:
    """Open a kept request on the desk; what no longer fits is said on the Plan page."""
    _open(place, request)
