"""Slider to chart in the browser: how long after a move the new figures and the new chart stand.

Run with a desk of its own: `python -m benchmarks.screen`. Needs Chromium (see tests/e2e).
"""

import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, Page, expect, sync_playwright

from dev import NO_BROWSER, find_browser
from promo import workflow
from promo.ingest import inspect

ROOT = Path(__file__).parent.parent
MOVES, STARTS = 25, 5
TARGET_MS = 1_000.0
LARGE, LARGE_MS = 1_000, 500.0
"""Products of a larger shop than the sample, and in what time its chart is to follow a move."""
QUIET = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]

MISSED_MS = 30_000.0
"""What a move counts that changes nothing on the screen in this time."""

_WATCH = """() => {
  const card = document.querySelector('.st-key-kpi_cost [data-testid=stMetricValue]');
  const chart = document.querySelector('.st-key-discounts .js-plotly-plot');
  return [card ? card.innerText : '', chart ? JSON.stringify(chart.data) : ''];
}"""


def free_port() -> int:
    """A port of this machine that nobody uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def desk(folder: Path, port: int) -> Iterator[str]:
    """A desk of its own on this machine; its address."""
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(port)]
    environment = os.environ | {"PROMODESK_WORKSPACE": str(folder)}
    with (folder / "server.log").open("wb") as log:
        process = subprocess.Popen(  # noqa: S603 # our own server
            [*command, "--server.headless", "true"], cwd=ROOT, env=environment, stdout=log,
            stderr=log,
        )  # fmt: skip
        url = f"http://127.0.0.1:{port}"
        try:
            _wait(url, process)
            yield url
        finally:
            process.terminate()
            process.wait(20)


def _wait(url: str, process: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + 120
    while time.monotonic() < until and process.poll() is None:
        try:
            with urllib.request.urlopen(f"{url}/_stcore/health", timeout=2):  # noqa: S310 # our own server
                return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("the server did not come up")


def _settled(page: Page) -> None:
    proof = page.locator(".st-key-kpi_status").get_by_test_id("stMetricValue")
    expect(proof).not_to_have_text("Quick", timeout=90_000)
    page.wait_for_timeout(700)


def _moves(page: Page) -> tuple[list[float], list[float]]:
    """Milliseconds from a key press to the new cost, and to the new chart."""
    slider = page.locator(".st-key-budget").get_by_role("slider")
    slider.focus()
    figures, charts = [], []
    for turn in range(MOVES):
        _settled(page)
        before = page.evaluate(_WATCH)
        start = time.perf_counter()
        slider.press("PageDown" if turn % 6 < 3 else "PageUp")
        figure = chart = spent = 0.0
        while spent < MISSED_MS and not (figure and chart):
            now = page.evaluate(_WATCH)
            spent = 1_000 * (time.perf_counter() - start)
            figure = figure or spent * (bool(now[0]) and now[0] != before[0])
            chart = chart or spent * (bool(now[1]) and now[1] != before[1])
        figures.append(figure or MISSED_MS)
        charts.append(chart or MISSED_MS)
    return figures, charts


def _row(name: str, times: list[float], target: float) -> dict[str, Any]:
    p95 = statistics.quantiles(times, n=20)[-1]
    return {
        "name": name, "size": len(times), "value": round(p95), "unit": "ms p95",
        "median": round(statistics.median(times)), "target": target,
    }  # fmt: skip


def _larger(folder: Path, workspace: Path) -> str:
    """A simulated shop of many products, imported and learned; its name."""
    paths = workflow.simulate_shop(folder, products=LARGE, categories=40, weeks=52)
    files = [(paths[kind], inspect(paths[kind]).suggestion) for kind in ("orders", "products")]
    place = workflow.open_workspace(workspace)
    workflow.kept_study(place, workflow.import_files(place, "Larger", files))
    return "Larger"


def _choose(page: Page, dataset: str) -> None:
    """Make the larger shop the one on the desk, and wait for its plan."""
    page.locator(".st-key-dataset input").click()
    page.get_by_role("option", name=dataset).click()
    picture = page.locator(".st-key-card_picture")
    expect(picture).to_contain_text(f"{LARGE:,}", timeout=180_000)
    _settled(page)


def _open(browser: BrowserContext, url: str) -> tuple[Page, float]:
    start = time.perf_counter()
    page = browser.new_page()
    page.goto(url)
    page.locator(".st-key-kpi_gain").wait_for(timeout=180_000)
    return page, 1_000 * (time.perf_counter() - start)


def run() -> list[dict[str, Any]]:
    """First page on a new workspace, then starts on a known one, slider to figures and to chart.

    The slider is moved on the sample, and on a simulated shop of 1,000 products.

    A start is the whole way from the command to the first figures in a browser that is open and
    has been here before, as on the second day.
    """
    path = find_browser()
    if path is None:
        raise SystemExit(NO_BROWSER)
    with tempfile.TemporaryDirectory() as place, sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=QUIET)
        browser = chromium.new_context(viewport={"width": 1440, "height": 1000}, locale="en-GB")
        port, again = free_port(), []
        with desk(Path(place), port) as url:
            _, first = _open(browser, url)
        for _ in range(STARTS):
            start = time.perf_counter()
            with desk(Path(place), port) as url:
                _open(browser, url)
                again.append(1_000 * (time.perf_counter() - start))
        with desk(Path(place), port) as url:
            page, _ = _open(browser, f"{url}/plan")
            figures, charts = _moves(page)
        larger = _larger(Path(place) / "files", Path(place))
        with desk(Path(place), port) as url:
            page, _ = _open(browser, f"{url}/plan")
            _choose(page, larger)
            many, many_charts = _moves(page)
        chromium.close()
    return [
        {"name": "first page, new workspace", "size": 1, "value": round(first), "unit": "ms",
         "target": None},
        {"name": "second start to first page", "size": STARTS, "unit": "ms median",
         "value": round(statistics.median(again)), "most": round(max(again)), "target": 5_000.0},
        _row("slider to figures", figures, TARGET_MS),
        _row("slider to chart", charts, TARGET_MS),
        _row(f"slider to figures, {LARGE:,} products", many, LARGE_MS),
        _row(f"slider to chart, {LARGE:,} products", many_charts, LARGE_MS),
    ]  # fmt: skip


if __name__ == "__main__":
    sys.stdout.write(json.dumps({"rows": run()}, indent=1) + "\n")
