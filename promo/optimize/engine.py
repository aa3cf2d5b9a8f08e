"""One way to a plan: the whole program of few levels, rounds of prices and plans for many."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from threading import Event, Lock
from time import monotonic

import numpy as np

from promo.domain import Status
from promo.optimize.arrays import Floats, Ints
from promo.optimize.blocks import Blocks, blocks_of, singles
from promo.optimize.deadline import Deadline, Turn
from promo.optimize.model import WholeModel
from promo.optimize.packed import Packed
from promo.optimize.problem import Case, Prices, Problem, Solution
from promo.optimize.rounds import Rounds, master
from promo.optimize.solver import Master
from promo.optimize.whole import WholeSearch

FEW_LEVELS = 2_000
"""Up to here one warm linear program is quicker than rounds of a decomposition."""

CLOSE = 1e-4
"""Share of the uplift at which a live plan is good enough."""

ROUGH = 1e-2
"""Share of the uplift at which rounds of whole plans take over from linear ones."""

DEARER = (1.0, 1e3, 1e6)
"""What missing a row costs, times the usual, until a plan that misses none is best."""

PROOF = 1e-9
"""Share of all limits at their prices beyond which a shortage is not arithmetic."""


class Engine:
    """One problem prepared for many moves; one at a time, so that sessions may share it.

    Every move is solved from its own numbers alone, so that the same case has the same plan
    whatever was asked before.
    """

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self._few = len(problem) <= FEW_LEVELS
        self._lock, self._turn = Lock(), Turn()
        self._models: dict[bool, WholeModel] = {}
        self._masters: dict[tuple[str, float], Master] = {}
        self._blocks = blocks_of(problem)
        self._packed: Packed | None = None

    def relaxed(
        self, case: Case, seconds: float, close: float = CLOSE, stop: Event | None = None
    ) -> Solution:
        """The live plan; a group may be split over its levels.

        Args:
            case: the limits.
            seconds: after which the best plan so far is returned.
            close: share of the uplift at which to stop.
            stop: ends the search when another thread sets it; what there is so far is returned.
        """
        with self._begun(seconds, stop) as deadline:
            if self._few or _saving(case):
                found = self._whole_model(case, whole=False).solve(case, seconds)
                if found.status != "infeasible" or _saving(case):
                    return found
                short = self._short(case, deadline)
                return found if short is None else _nothing("infeasible", short)
            rounds = self._converged(case, deadline, close)
            if isinstance(rounds, Solution):
                return rounds
            prices = _prices(rounds)
            return self._solution(prices, prices.weight, rounds.bound)

    def exact(self, case: Case, seconds: float, gap: float, stop: Event | None = None) -> Solution:
        """The plan to run: whole decisions with a proven gap, and the prices of the linear plan.

        Args:
            case: the limits.
            seconds: after which the best plan so far is returned.
            gap: share of the uplift at which to stop.
            stop: ends the search when another thread sets it; what there is so far is returned.
        """
        with self._begun(seconds, stop) as deadline:
            if _saving(case):
                linear = self._whole_model(case, whole=False).solve(case, deadline.left)
                if linear.status == "infeasible":
                    return linear
                nothing = replace(linear, weight=np.zeros(0), objective=-np.inf)
                return self._close(case, deadline, gap, nothing)
            close = ROUGH if self._blocks.single else max(gap / 20, CLOSE)
            rounds = self._converged(case, deadline, close)
            if isinstance(rounds, Solution):
                return rounds
            search = WholeSearch(rounds, lambda: self._singles(case), gap, deadline)
            search.run()
            weight = _weight(search.plan, len(self.problem))
            prices = self._priced(case, rounds, deadline)
            found = self._solution(prices, weight, search.bound)
            if search.done or not self._few:
                return found
            return self._close(case, deadline, gap, found)

    def _priced(self, case: Case, rounds: Rounds, deadline: Deadline) -> Prices:
        """The prices of the linear plan, from a cold start so that no earlier case shows in them.

        Those of the search are prices of whole plans, and may be far from what a unit would bring.
        """
        if self._few:
            linear = self._whole_model(case, whole=False).solve(case, deadline.left, cold=True)
            if linear.prices is not None:
                return linear.prices
        rounds.run(CLOSE, deadline)
        return _prices(rounds)

    @contextmanager
    def _begun(self, seconds: float, stop: Event | None) -> Iterator[Deadline]:
        with self._lock:
            self._turn.stop = stop or Event()
            yield Deadline(monotonic() + seconds, self._turn.stop)

    def _singles(self, case: Case) -> Rounds | None:
        """Rounds of whole plans in which every product is a block."""
        blocks = singles(self.problem)
        if blocks is None:
            return None
        return Rounds(self._pack(), case, blocks, self._master("singles", blocks))

    def _solution(self, prices: Prices, weight: Floats, bound: float) -> Solution:
        if not weight.size and len(self.problem):
            return Solution("out_of_time", weight, -np.inf, bound, prices)
        objective = float(self.problem.value @ weight)
        return Solution(
            "feasible", weight, objective, max(bound + self.problem.hidden, objective), prices
        )  # fmt: skip

    def _close(self, case: Case, deadline: Deadline, gap: float, so_far: Solution) -> Solution:
        """Let the integer program of the whole plan go on from what is known."""
        start = so_far.weight if so_far.weight.size else None
        room = gap * abs(so_far.objective) if start is not None else 0.0
        found = self._whole_model(case, whole=True).solve(case, deadline.left, room, start)
        if found.status == "infeasible":
            return found
        if not found.weight.size or found.objective < so_far.objective:
            found = replace(so_far, bound=min(found.bound, so_far.bound))
        bound = max(min(found.bound, so_far.bound), found.objective)
        return replace(found, bound=bound, prices=so_far.prices)

    def _converged(self, case: Case, deadline: Deadline, close: float) -> Rounds | Solution:
        """Linear rounds that keep every shared row, or why there are none."""
        for factor in DEARER:
            master = self._master("linear", self._blocks, factor)
            rounds = Rounds(self._pack(), case, self._blocks, master)
            rounds.offer(np.zeros(len(case.limit)))
            rounds.run(close, deadline)
            if not rounds.missed.size:
                return rounds
            short = self._short(case, deadline)
            if short is not None:
                return _nothing("infeasible", short)
            if deadline.over:
                break
        return _nothing("out_of_time", rounds.missed)

    def _short(self, case: Case, deadline: Deadline) -> Ints | None:
        """Shared rows that no plan can meet together, where that can be proved.

        Nothing but what rows are missed by counts here; prices at which even that has no plan are
        the proof, after Farkas.
        """
        master = self._master("short", self._blocks)
        rounds = Rounds(self._pack(), case, self._blocks, master, share=0.0)
        rounds.offer(np.zeros(len(case.limit)))
        rounds.mix(deadline)
        while rounds.missed.size and rounds.answer.price.size and not deadline.over:
            if rounds.bound < -PROOF * float(np.abs(rounds.best.price) @ np.abs(case.limit)):
                return rounds.missed
            rounds.offer(rounds.prices())
            rounds.mix(deadline)
        return None

    def _master(self, kind: str, blocks: Blocks, factor: float = 1.0) -> Master:
        if (kind, factor) not in self._masters:
            self._masters[kind, factor] = master(self._pack(), blocks, factor)
        return self._masters[kind, factor]

    def _pack(self) -> Packed:
        if self._packed is None:
            self._packed = Packed(self.problem)
        return self._packed

    def _whole_model(self, case: Case, *, whole: bool) -> WholeModel:
        known = self._models.get(whole)
        if known is None or not np.array_equal(known.gap, case.gap):
            known = WholeModel(self.problem, case.gap, whole=whole, stop=self._turn)
            self._models[whole] = known
        return known


def _saving(case: Case) -> bool:
    """Whether a product must save items, so that nothing is no plan of it, as rounds begin with."""
    return bool((case.room < 0).any())


def _prices(rounds: Rounds) -> Prices:
    return Prices(rounds.best.price, rounds.best.plans.stock, rounds.weight())


def _weight(plan: Ints, levels: int) -> Floats:
    if not plan.size and levels:
        return np.zeros(0)
    weight = np.zeros(levels)
    weight[plan[plan >= 0]] = 1.0
    return weight


def _nothing(status: Status, short: Ints) -> Solution:
    """No plan, and the rows that are short."""
    return Solution(status, np.zeros(0), -np.inf, np.inf, None, short)
