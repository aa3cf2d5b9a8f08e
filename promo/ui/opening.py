"""What happens once, when the server starts: the sample is learned while the browser opens."""

import gc
import logging
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from threading import Event, Thread

import streamlit as st
from starlette.requests import Request
from starlette.responses import RedirectResponse
from starlette.routing import Route

from promo import workflow

_LOG = logging.getLogger("promo")


def _home(request: Request) -> RedirectResponse:
    # Relative, because a proxy in front may speak another protocol or serve below a path.
    return RedirectResponse(f"./?{request.url.query}" if request.url.query else "./")


ROUTES = [Route("/overview", _home)]
"""The first page has the address of the desk itself; typed by its name it is found as well."""


TIDY = 3600.0
"""Seconds between two rounds that let go of what nobody needs any more."""

SWITCH = 5e-4
"""Seconds for which one thread may keep the others waiting. Every message to a browser waits that
long behind a session that draws; Python's usual 5 ms added up to a second with twenty people."""

FIRST_PAGE = 10.0
"""Seconds left to the first page, once the sample is learned, before anything else is loaded."""

COLLECT = 30.0
"""Seconds between two rounds of the garbage collector, which hold up every session for a moment."""


@asynccontextmanager
async def lifespan(_: st.App) -> AsyncIterator[None]:
    """Serve at once and prepare aside; a session that comes early waits for what is under way."""
    _LOG.addHandler(logging.StreamHandler())
    _LOG.setLevel(os.environ.get("PROMODESK_LOG", "WARNING"))
    sys.setswitchinterval(SWITCH)
    workflow.spare_cores()
    closing = Event()
    Thread(target=_prepare, args=(closing,), name="prepare", daemon=True).start()
    Thread(target=_tidy, args=(closing,), name="tidy", daemon=True).start()
    Thread(target=_collect, args=(closing,), name="collect", daemon=True).start()
    yield
    closing.set()
    workflow.cancel_jobs()


def _tidy(closing: Event) -> None:
    """Now and then let go of rows that no dataset has any more; a desk may stay open for months."""
    from promo.ui import state

    while not closing.wait(TIDY):
        try:
            workflow.tidy(state.workspace())
        except OSError as error:  # tried again the next time
            _LOG.warning("the workspace cannot be tidied: %s", error)


def _collect(closing: Event) -> None:
    """Let go of what only refers to itself, such as the tables of a plan that was moved on from.

    Streamlit does so after every run of every session, which took two thirds of a desk with twenty
    people; it is switched off in `.streamlit/config.toml`.
    """
    while not closing.wait(COLLECT):
        gc.collect()


def _prepare(closing: Event) -> None:
    """Load what every page needs, and what every plan gains by once the first page is out."""
    import plotly.graph_objects  # noqa: F401 # imported here, so that the server is up before

    from promo.errors import PromoError
    from promo.ui import state
    from promo.words import explain

    try:
        state.prepare()
        gc.collect()
        gc.freeze()
        if not closing.wait(FIRST_PAGE):
            state.load_kernels()
    except PromoError as error:  # the first session says it on the screen
        _LOG.error(explain("en", error))
