"""Plans that travel: a link to what a plan was asked, and what happens when one is opened."""

from collections.abc import Iterable, Sequence
from typing import Any

import streamlit as st

from promo import workflow
from promo.errors import PromoError
from promo.ui import asking, offering, sentences, state, worth_view
from promo.ui.state import Bench, t
from promo.workflow import Fit, Offering, PlanRequest, Rule

PARAMETER = "rules"


def link(place: Bench, request: PlanRequest, opened: Offering, *, around: bool) -> None:
    """The address that opens these rules on the same data, and what it tells whoever has it."""
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


def open_plan(
    request: PlanRequest, opened: Offering | None, around: bool, notice: str = ""
) -> None:
    """Open what was kept or sent on the Plan page, at its next run, as far as it fits.

    `notice` is a warning that belongs to what is opened.
    """
    for key, value in ({} if opened is None else offering.words(opened)).items():
        state.keep(key, value)
    state.keep("_to_open", (request, notice))
    state.keep(worth_view.WANTED, around)


def arrive(place: Bench) -> None:
    """Ask for the rules that were sent or kept, on the desk that is open now; say how it went.

    Where only what is assumed is another, say what could not be kept.
    """
    if (to_open := state.take("_to_open")) is not None:
        request, notice = to_open
        fit = workflow.fitting(place.desk, request)
        asking.open_request(place, fit.request)
        state.keep("_arrived", (*told(fit, notice), None))
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


def told(fit: Fit, notice: str = "") -> tuple[str, str]:
    """How the opening went: in full, or without what means nothing here, after a notice."""
    said = [notice] if notice else []
    if fit.rules:
        said.append(t("scenarios.link.unfit", rules=_named(fit.rules)))
    if fit.measures:
        aims, kept = _aims(fit.measures), _aims(fit.request.aims)
        said.append(t("scenarios.link.unweighed", aims=aims, kept=kept))
    if not said:
        return "success", t("scenarios.link.opened")
    return "warning", sentences.together(said)


def _aims(measures: Iterable[str]) -> str:
    return sentences.listed(t(f"scenarios.aim.{name}") for name in measures)


def _named(rules: Sequence[Rule]) -> str:
    """Several rules by their names, each once."""
    return sentences.listed(dict.fromkeys(sentences.rule(one.code) for one in rules))
