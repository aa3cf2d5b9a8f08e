"""What happens once, when the server starts: the sample is learned while the browser opens."""

import gc
import logging
import os
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


@asynccontextmanager
async def lifespan(_: st.App) -> AsyncIterator[None]:
    """Serve at once and prepare aside; a session that comes early waits for what is under way."""
    _LOG.addHandler(logging.StreamHandler())
    _LOG.setLevel(os.environ.get("PROMODESK_LOG", "WARNING"))
    closing = Event()
    Thread(target=_prepare, name="prepare", daemon=True).start()
    Thread(target=_tidy, args=(closing,), name="tidy", daemon=True).start()
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


def _prepare() -> None:
    """Load what every page needs, and keep it out of the garbage collector's rounds.

    Streamlit collects garbage after every run; with the libraries frozen a run of a fragment costs
    a quarter of the time.
    """
    import plotly.graph_objects  # noqa: F401 # imported here, so that the server is up before

    from promo.errors import PromoError
    from promo.ui import state
    from promo.words import explain

    try:
        state.prepare()
    except PromoError as error:  # the first session says it on the screen
        _LOG.error(explain("en", error))
    finally:
        gc.collect()
        gc.freeze()
