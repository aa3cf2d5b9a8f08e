"""A real server and a real browser; a test that finds no browser fails with the mend."""

import os
import re
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from dev import NO_BROWSER, find_browser

expect.set_options(timeout=90_000)  # a first visit imports and learns on a busy machine
ROOT = Path(__file__).parent.parent.parent
QUIET = ("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
         "--disable-background-networking", "--disable-component-update", "--disable-sync",
         "--disable-dev-shm-usage")  # fmt: skip


@dataclass
class Server:
    """A desk running on this machine."""

    url: str
    workspace: Path
    log: Path

    def solves(self) -> list[str]:
        """The kind of every solve that was started, in order."""
        return re.findall(r"solve (quick|exact)", self.log.read_text(encoding="utf-8"))


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until_up(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + 120
    while time.monotonic() < until:
        if process.poll() is not None:
            pytest.fail(f"the server ended early:\n{log.read_text(encoding='utf-8')}")
        try:
            with urllib.request.urlopen(f"{url}/_stcore/health", timeout=2) as answer:  # noqa: S310 # our own server
                if answer.read() == b"ok":
                    return
        except OSError:
            time.sleep(0.2)
    pytest.fail("the server did not come up within two minutes")


@pytest.fixture(scope="session")
def server(tmp_path_factory):
    folder = tmp_path_factory.mktemp("desk")
    log, port = folder / "server.log", free_port()
    environment = os.environ | {
        "PROMODESK_WORKSPACE": str(folder / "workspace"), "PROMODESK_LOG": "INFO",
        "PYTHONUNBUFFERED": "1",
    }  # fmt: skip
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(port),
               "--server.address", "127.0.0.1", "--server.headless", "true"]  # fmt: skip
    with log.open("wb") as sink:
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=sink, stderr=sink)
        url = f"http://127.0.0.1:{port}"
        wait_until_up(url, process, log)
        yield Server(url, folder / "workspace", log)
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(10)


@pytest.fixture(scope="session")
def browser():
    path = find_browser()
    if path is None:
        pytest.fail(NO_BROWSER)
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=list(QUIET))
        yield started
        started.close()


@contextmanager
def looked_at(browser: Browser, server: Server) -> Iterator[Page]:
    """An English browser of ordinary size; any script error or traceback fails the test."""
    context = browser.new_context(
        base_url=server.url, accept_downloads=True, locale="en-GB", reduced_motion="reduce",
        viewport={"width": 1440, "height": 1000},
    )  # fmt: skip
    context.set_default_timeout(90_000)
    opened = context.new_page()
    wrong: list[str] = []
    away: list[str] = []
    opened.on("pageerror", lambda error: wrong.append(str(error)))
    opened.on("request", lambda request: away.append(request.url) if server.url.split("//")[1]
              not in request.url and request.url.startswith("http") else None)  # fmt: skip
    yield opened
    assert not wrong
    assert not away, "the page called another server"
    assert opened.get_by_test_id("stException").count() == 0
    context.close()


@pytest.fixture
def page(browser, server):
    """A browser of the test's own."""
    with looked_at(browser, server) as opened:
        yield opened
