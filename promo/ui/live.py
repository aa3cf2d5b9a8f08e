"""Latest wins: what one session's hand on the sliders may start, and when.

A move after a pause is answered at once. Moves that follow each other closely are answered when the
hand rests for a moment, so that a storm of moves starts a handful of solves and not one each. The
quick plan comes first; the exact one follows when nothing has moved since. Where the last exact
plan took hardly longer than a quick one, as in a small shop, it is the only one.
"""

import logging
import threading
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from math import inf
from typing import Any, Literal

from promo.domain import Plan
from promo.errors import PromoError
from promo.workflow import SECONDS, Job

Step = Literal["wait", "quick", "exact", "show"]

CLOSE = 0.30
"""Seconds after the last activity within which a new move counts as one of a storm."""

REST = 0.15
"""Seconds without a move after which a storm is over."""

SETTLED = 0.40
"""Seconds after the last move at which the exact plan is worth its time."""

PAUSE = 0.04
"""Seconds between two looks at whether a newer move has come."""

LOOK = 0.25
"""Seconds after which a solve that goes on is shown to go on."""

GLANCE = 0.5
"""Seconds between two glances at a plan that follows by itself."""

OPENING = 1.0
"""Seconds that a page waits for the plan to run before it makes do with the quick one."""

HELD_UP = 2.0
"""The same after a move, where the last plan to run was swift; others' solves may hold it up."""

SWIFT = 0.1
"""CPU seconds of a plan to run up to which a quick one before it would only make it come later."""

PATIENCE = 0.5
"""Seconds after which a session draws whoever else does; one of them may wait for a solve."""

DRAWING = threading.BoundedSemaphore(2)
"""Who draws now: one that has the interpreter, and one for the moments in which it is free."""

_SLOTS = threading.BoundedSemaphore(2)
_LOG = logging.getLogger("promo.solve")


@dataclass(frozen=True, eq=False)
class Settled:
    """A plan to run, what was asked for it, and the key of its desk, the assumptions last."""

    asked: Any
    plan: Plan
    desk: tuple[Any, ...] = ()


@dataclass
class Hand:
    """What a session last asked for, when, and how far the answer has come.

    `settled` is the last plan to run, `before` the one for what was asked before that; `swift` says
    that it was made as quickly as a quick one. `desk` is the key of the desk it asks. `around` says
    that the plan is being made around itself, should the page be drawn anew before it is there.
    """

    desk: tuple[Any, ...] = ()
    asked: Any = None
    since: float = float("-inf")
    active: float = float("-inf")
    storm: bool = False
    done: Literal["nothing", "quick", "exact"] = "nothing"
    plan: Plan | None = None
    error: PromoError | None = None
    good: Plan | None = None
    good_for: Any = None
    settled: Settled | None = None
    before: Settled | None = None
    seconds: float = SECONDS
    opening: bool = False
    swift: bool = False
    around: bool = False
    job: Job[Plan] | None = None
    job_for: Any = None
    _left: Any = None

    @property
    def last(self) -> Settled | None:
        """The last plan to run that there was, be it for other assumptions."""
        return self.settled or self.before

    def step(self, asked: object, now: float, *, settled: bool) -> Step:
        """What to do for `asked` at `now`; `settled` says nobody is moving (a page that opens)."""
        if asked != self.asked:
            self.storm = now - self.active < CLOSE
            self.asked, self.since, self.done = asked, now, "nothing"
            self.active, self.seconds, self.around = now, SECONDS, False
        if self.done == "exact":
            return "show"
        if settled:
            return "exact"
        waited = now - self.since
        if self.done == "nothing":
            first: Step = "exact" if self.swift else "quick"
            return "wait" if self.storm and waited < REST else first
        return "wait" if waited < SETTLED else "exact"

    def patience(self, step: Step) -> float:
        """Seconds of solving for which nothing else is shown; the quick plan follows, or stays."""
        if step == "quick":
            return inf
        if self.opening:
            return OPENING
        return HELD_UP if self.done == "nothing" else inf

    def pursue(self, step: Step, start: Callable[[], Job[Plan]]) -> Job[Plan]:
        """The solve that is under way for what is asked; one for anything else is given up."""
        wanted = step, self.asked, self.seconds
        if self.job is None or self.job_for != wanted:
            self.give_up()
            self.job, self.job_for = start(), wanted
            self._left = weakref.finalize(self, self.job.cancel)
        return self.job

    def give_up(self) -> None:
        """Stop the solve that is under way, if there is one."""
        if self.job is not None:
            self._left.detach()
            self.job.cancel()
        self.job = None

    def look_again(self, seconds: float) -> None:
        """Look longer for the plan to run; a move on the sliders ends that."""
        self.give_up()
        self.seconds, self.done, self.since = seconds, "quick", float("-inf")

    def replace(self, plan: Plan) -> None:
        """Another plan to run for what is asked takes the place of the one on the screen."""
        self.plan = self.good = plan
        self.settled = Settled(self.asked, plan, self.desk)

    def succeed(self, asked: object, *, exact: bool) -> None:
        """A plan was made for `asked`."""
        self.done, self.error = "exact" if exact else "quick", None
        self.good, self.good_for = self.plan, asked
        if exact and self.plan is not None:
            if self.settled is not None and self.settled.asked != asked:
                self.before = self.settled
            self.settled = Settled(asked, self.plan, self.desk)

    def fail(self, error: PromoError) -> None:
        """There is no plan to show; what the quick plan cannot keep, the exact one cannot."""
        self.done, self.error, self.plan = "exact", error, None

    def drawn(self, now: float) -> None:
        """The answer is on the screen."""
        self.active = now


@contextmanager
def turn(model: threading.Lock, kind: str) -> Iterator[None]:
    """The turn of one session at the model that it shares with others."""
    with model, slot(kind):
        yield


@contextmanager
def slot(kind: str) -> Iterator[None]:
    """One of the two solver places of this process; every solve started is logged."""
    with _SLOTS:
        _LOG.info("solve %s", kind)
        yield
