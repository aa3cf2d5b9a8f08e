"""What the tests of pages do with a desk."""

import time
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from promo.ui import live
from promo.ui.live import Hand

DESK = str(Path(__file__).parent.parent / "promo" / "ui" / "desk.py")


def prepare(monkeypatch: pytest.MonkeyPatch, workspace: Path) -> None:
    """A desk on this workspace that tells what went wrong, and waits for the plan to run.

    On a busy machine a page that opens would make do with the quick plan after a second.
    """
    monkeypatch.setenv("PROMODESK_WORKSPACE", str(workspace))
    monkeypatch.setenv("STREAMLIT_CLIENT_SHOW_ERROR_DETAILS", "full")
    monkeypatch.setattr(live, "OPENING", 60.0)


def opened(language: str, dataset: str) -> AppTest:
    """The desk as a person with this language and dataset sees it, on its first page."""
    desk = AppTest.from_file(DESK, default_timeout=120)
    desk.query_params["lang"] = language
    desk.session_state["dataset"] = dataset
    desk.run()
    assert not desk.exception
    return desk


def hand_of(desk: AppTest) -> Hand:
    """What this session asked of its desk, and the answer."""
    (hand,) = desk.session_state["_hands"].values()
    assert isinstance(hand, Hand)
    return hand


def texts(desk: AppTest) -> str:
    """Everything that is said on the page."""
    kinds = (desk.title, desk.header, desk.subheader, desk.markdown, desk.caption, desk.info,
             desk.warning, desk.error, desk.success)  # fmt: skip
    return "\n".join(str(element.value) for kind in kinds for element in kind)


def press(desk: AppTest, key: str) -> AppTest:
    """Press a button that starts long work, and look at the page until that has ended."""
    desk.button(key=key).click().run()
    until = time.monotonic() + 120
    while any(button.key == "cancel" for button in desk.button):
        assert time.monotonic() < until
        time.sleep(0.1)
        desk.run()
    assert not desk.exception, desk.exception
    return desk
