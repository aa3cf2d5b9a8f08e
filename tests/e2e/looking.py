"""What the tests in a browser read off the Plan page, and how they wait for it."""

import re

from playwright.sync_api import Page, expect


def value(page: Page, key: str) -> str:
    """The figure on a card."""
    return page.locator(f".st-key-kpi_{key}").get_by_test_id("stMetricValue").inner_text()


def number(text: str) -> float:
    """A figure as it is written on the screen."""
    scale = {"M": 1e6, "B": 1e9}.get(text[-1], 1.0)
    return float(text.rstrip("MB").replace(",", "").replace("−", "-")) * scale


def drawn(page: Page) -> None:
    """Nothing is being drawn any more."""
    expect(page.locator("[data-test-script-state=notRunning]")).to_be_attached()


def settled(page: Page) -> None:
    """The exact plan is on the screen, and nothing is being drawn any more."""
    drawn(page)
    proof = page.locator(".st-key-kpi_status").get_by_test_id("stMetricValue")
    expect(proof).to_have_text(re.compile("Best|Good|Unproven|最优|可行|未证明"))
    drawn(page)
