"""Twenty people at once: how long after a move each sees the figures of her own plan.

`python -m promo bench team`. Every session moves its own budget once in five seconds, to amounts
that no other session asks for; an answer counts when the page says that very amount. What is shown
of another session's amount, or never comes, is an error. Sessions are opened one after the other,
as people come in the morning.
"""

import re
import statistics
import sys
import tempfile
import threading
import time
from pathlib import Path

from benchmarks.hand import Hand, at_the_plan
from benchmarks.screen import desk, free_port
from promo.ui.formats import typed

PEOPLE, MOVES, EVERY = 20, 12, 5.0
OWN = 5
"""Amounts that each session has for itself; the slider has room for so many."""
TARGET_MS = 2_000.0
LOST_MS = 30_000.0
Row = dict[str, object]


class Person:
    """One session: seconds to each answer, and what went wrong."""

    def __init__(self, number: int, url: str, ready: threading.Barrier) -> None:
        self.number, self.url, self.ready = number, url, ready
        self.times: list[float] = []
        self.errors: list[str] = []
        self.thread = threading.Thread(target=self._work, daemon=True)

    def _work(self) -> None:
        with at_the_plan(self.url) as hand:
            self.ready.wait()
            begun = hand.now
            time.sleep(EVERY * self.number / PEOPLE)
            mine = [hand.step * (1 + OWN * self.number + place) for place in range(OWN)]
            for turn in range(MOVES):
                begin, asked = time.monotonic(), mine[turn % OWN]
                hand.move(asked)
                self._answered(hand, f"of the budget of {typed(asked)} is", begin)
                rest = EVERY - (time.monotonic() - begin)
                hand.listen(quiet=max(0.05, rest), most=LOST_MS / 1_000)
            said = {int(one.replace(",", "")) for one in _BUDGET.findall(" ".join(hand.said))}
            others = said - {*mine, begun}
            if others:
                self.errors.append(f"amounts of other sessions were shown: {others}")

    def _answered(self, hand: Hand, words: str, begin: float) -> None:
        if hand.listen(quiet=LOST_MS / 1_000, until=words):
            self.times.append(1_000 * (time.monotonic() - begin))
        else:
            self.times.append(LOST_MS)
            self.errors.append("a move was never answered")


_BUDGET = re.compile(r"of the budget of ([\d,]+)")


def run() -> list[Row]:
    """The time to an answer with twenty people at work, and their errors."""
    with tempfile.TemporaryDirectory() as place, desk(Path(place), free_port()) as url:
        with at_the_plan(url):
            pass  # the sample is learned once, before anybody comes
        ready = threading.Barrier(PEOPLE)
        people = [Person(number, url, ready) for number in range(PEOPLE)]
        for person in people:
            person.thread.start()
        for person in people:
            person.thread.join()
    times = [one for person in people for one in person.times]
    errors = [error for person in people for error in person.errors]
    for error in errors[:5]:
        sys.stderr.write(f"{error}\n")
    p95 = statistics.quantiles(times, n=20)[-1]
    base = {"size": PEOPLE, "method": "desk", "floor": None, "ratio": None, "target_ratio": None}
    return [
        base | {"name": "move to answer, p50", "value": statistics.median(times), "unit": "ms",
                "target": None},
        base | {"name": "move to answer, p95", "value": p95, "unit": "ms", "target": TARGET_MS},
        base | {"name": "moves answered", "value": len(times), "unit": "moves",
                "target": PEOPLE * MOVES},
        base | {"name": "errors", "value": len(errors), "unit": "errors", "target": 0},
    ]  # fmt: skip
