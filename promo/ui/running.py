"""The one long piece of work of a session: shown with its progress, stopped by a button.

It goes on while she looks at other pages and is stopped when her session ends. The thread it runs
in never touches the screen; the screen asks it twice a second.
"""

import weakref
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

import streamlit as st

from promo.errors import Cancelled, PromoError
from promo.ui import formats, state
from promo.ui.sentences import explain
from promo.ui.state import t
from promo.words import progress_sentence
from promo.workflow import Job

T = TypeVar("T")

SOON = 0.4
"""Seconds in which a small file is done, so that no bar flashes up for it."""


@dataclass(eq=False)
class _Running:
    """A job, the place on its page it belongs to, and what is done with its result.

    It lives as long as the session that holds it, and so does the job.
    """

    place: str
    job: Job[Any]
    then: Callable[[Any], None]
    page: str = "data"

    def __post_init__(self) -> None:
        """Cancel the job when the session goes."""
        weakref.finalize(self, self.job.cancel)


def start(place: str, job: Job[T], then: Callable[[T], None], page: str = "data") -> None:
    """Follow a job at `place`; `then` gets its result on the first run of `page` after its end.

    Raises nothing and does not return: the page is run anew.
    """
    state.forget("_outcome")
    state.keep("_running", _Running(place, job, then, page))
    job.wait(SOON)
    st.rerun()


def busy() -> bool:
    """Whether something is under way, so that nothing else can be started."""
    return state.keeps("_running")


def settle(page: str) -> None:
    """Take over what has come to its end meanwhile; the first thing its page does."""
    running = state.recall("_running")
    if running is None or running.page != page or not running.job.wait(0):
        return
    state.forget("_running")
    try:
        running.then(running.job.result())
    except PromoError as error:
        state.keep("_outcome", (running.place, error))
    st.rerun()


def shown(place: str) -> bool:
    """Show the work of this place, or how it failed; whether it is still under way."""
    where, error = state.recall("_outcome", ("", None))
    if where == place and isinstance(error, Cancelled):
        st.info(explain(error), icon=":material/cancel:")
    elif where == place and error is not None:
        st.error(explain(error), icon=":material/error:")
    running = state.recall("_running")
    if running is None or running.place != place:
        return False
    _progress()
    return True


def elsewhere(page: str) -> str | None:
    """The page on which something is under way or has ended, unless it is this one."""
    running = state.recall("_running")
    return None if running is None or running.page == page else str(running.page)


def said() -> str:
    """How far the work under way is, in a few words; or that it has ended."""
    running = state.recall("_running")
    if running.job.wait(0):
        return t(f"app.ended.{running.page}")
    return t(
        f"app.busy.{running.page}", share=formats.percent(min(running.job.progress.share, 1.0))
    )


@st.fragment(run_every=0.5)
def _progress() -> None:
    running = state.recall("_running")
    if running is None or running.job.wait(0):
        st.rerun()
    progress, lang = running.job.progress, state.language()
    said = progress_sentence(lang, progress, lambda rows: formats.count(int(str(rows))))
    st.progress(min(progress.share, 1.0), formats.plain(said))
    st.caption(t("data.goes_on"))
    if st.button(t("data.cancel"), key="cancel", icon=":material/close:"):
        running.job.cancel()
        running.job.wait(1)
        st.rerun()
