"""The plan as it follows the hand: built once from the options, moved by its limits."""

from collections.abc import Mapping
from copy import copy
from threading import Lock
from time import monotonic, process_time

import numpy as np

from promo.domain import Options, Panel, Plan, Status
from promo.errors import BadRequest, Infeasible, OutOfTime
from promo.optimize.arrays import OBJECTIVES, Floats, Levels, Objective, Table, levels
from promo.optimize.baselines import Valuation, baseline_rows, last_year
from promo.optimize.case import Case, Ceiling, Prices, Solution
from promo.optimize.check import BrokenPlan, Checker
from promo.optimize.decompose import Decomposed
from promo.optimize.gain import GainDraws
from promo.optimize.infeasible import conflicting
from promo.optimize.model import WholeModel
from promo.optimize.report import Chosen, plan_rows, rule_use, weights
from promo.optimize.rules import Limits
from promo.optimize.solver import cpu_ms
from promo.tables import OPTIONS

PROVEN = 1e-4
"""A plan is called optimal when at most this share of the uplift is left open."""


HIDDEN = 1e-6
"""Share of the whole objective that the tie-break may hide."""

FEW_LEVELS = 2_000
"""Up to here one warm linear program is quicker than rounds of a decomposition."""


class PlanModel:
    """Options and stock prepared for many moves; safe to share between threads.

    A move changes right-hand sides and bounds only. A smallest discount that was never asked for
    opens another prepared model, because fewer levels can be left out of it.
    """

    def __init__(
        self,
        options: Options,
        stock: Mapping[str, float] | None = None,
        *,
        objective: Objective = "profit",
        history: Panel | None = None,
        seed: int = 0,
    ) -> None:
        """Prepare the options.

        Args:
            options: everything she could do.
            stock: items on hand per product; a product that is absent is not limited.
            objective: the option column to maximise.
            history: past weeks, for the baseline of last year.
            seed: of the draws behind the interval of the gain.

        Raises:
            BadRequest: the objective is unknown, a stock is negative or a number too large.
        """
        if objective not in OBJECTIVES:
            raise BadRequest(field="objective", value=objective, known=list(OBJECTIVES))
        given = stock or {}
        for product, items in given.items():
            if not items >= 0:
                raise BadRequest(field=f"stock {product}", value=items, must="not_negative")
        self.options, self.objective = options, objective
        self.table = Table(options)
        self.value = self.table.beyond[objective]
        self.stock = {name: given[name] for name in self.table.products if name in given}
        self.stock = {name: items for name, items in self.stock.items() if np.isfinite(items)}
        self._past = None if history is None else last_year(history, options.start, options.weeks)
        self._prepared: dict[float, _Prepared] = {}
        self._lock = Lock()
        self._seed = seed
        self._view: _View | None = None

    def chosen_by(self, beliefs: Options) -> "PlanModel":
        """The same rules and promises, but plans are chosen by what other beliefs say of an option.

        Only what is maximised changes, and with it objective, bound, gap, prices and reasons. All
        amounts of a plan, its gain and all that the rules count stay those of these options.

        Args:
            beliefs: the same options, row by row, as another belief about demand prices them.

        Raises:
            ValueError: they are not the same options.
        """
        key = list(OPTIONS.key)
        if not beliefs.rows[key].equals(self.options.rows[key]):
            raise ValueError("a plan is chosen among the options that it promises")
        other = copy(self)
        other.value = Table(beliefs).beyond[self.objective]
        other._prepared, other._lock, other._view = {}, Lock(), self._viewed()
        return other

    def relaxed(self, limits: Limits, seconds: float = 5.0) -> Plan:
        """The live plan: a product and segment may be split over two discounts.

        Raises:
            Infeasible: the limits contradict each other; names the rules.
            OutOfTime: nothing that keeps the rules was found in time.
        """
        return self._plan(limits, seconds, exact=False, gap=0.0)

    def exact(self, limits: Limits, seconds: float = 10.0, gap: float = 1e-3) -> Plan:
        """The plan to run: one discount per product and segment, with a proven gap.

        Args:
            limits: how far each rule goes.
            seconds: after which the best plan so far is returned with its gap.
            gap: share of the uplift at which to stop looking.

        Raises:
            Infeasible: the limits contradict each other; names the rules.
            OutOfTime: nothing that keeps the rules was found in time.
        """
        return self._plan(limits, seconds, exact=True, gap=gap)

    def solve(
        self, limits: Limits, seconds: float, *, exact: bool = False, gap: float = 1e-3
    ) -> tuple[Levels, Case, Solution]:
        """The bare answer in arrays, for callers that need no tables."""
        prepared = self._prepare(limits.min_discount or 0.0)
        case = prepared.ceiling.case(limits)
        if exact:
            return prepared.levels, case, prepared.exact(case, seconds, gap)
        return prepared.levels, case, prepared.relaxed(case, seconds)

    def case(self, limits: Limits) -> Case:
        """The right-hand sides that these limits mean."""
        return self._prepare(limits.min_discount or 0.0).ceiling.case(limits)

    def _prepare(self, shallowest: float) -> "_Prepared":
        with self._lock:
            if shallowest not in self._prepared:
                found = levels(self.table, self.value, shallowest)
                ceiling = Ceiling(self.table, found, self.stock, self.objective)
                self._prepared[shallowest] = _Prepared(self.table, found, ceiling)
            return self._prepared[shallowest]

    def _plan(self, limits: Limits, seconds: float, *, exact: bool, gap: float) -> Plan:
        since = process_time()
        found, case, solution = self.solve(limits, seconds, exact=exact, gap=gap)
        spent = cpu_ms(since)
        prices = self._prices(limits, found, solution, seconds)
        full = weights(self.table, found.row, solution.weight)
        return self._told(limits, case, solution, prices, full=full, exact=exact, spent=spent)

    def prices(self, limits: Limits, seconds: float = 5.0) -> tuple[Case, Prices]:
        """The right-hand sides that limits mean, and what one more unit of each would bring.

        Raises:
            Infeasible: the limits contradict each other; names the rules.
            OutOfTime: nothing that keeps the rules was found in time.
        """
        found, case, solution = self.solve(limits, seconds)
        return case, self._prices(limits, found, solution, seconds)

    def _prices(self, limits: Limits, found: Levels, solution: Solution, seconds: float) -> Prices:
        """The prices of a solution that is one."""
        if solution.status == "infeasible":
            raise Infeasible(rules=conflicting(self.table, limits, self.stock))
        nothing = not solution.weight.size and len(found)
        if solution.status == "out_of_time" or solution.prices is None or nothing:
            raise OutOfTime(seconds=seconds)
        return solution.prices

    def _told(  # noqa: PLR0913 # a plan is told from all that led to it
        self, limits: Limits, case: Case, solution: Solution, prices: Prices, *, full: Floats,
        exact: bool, spent: float,
    ) -> Plan:  # fmt: skip
        table = self.table
        chosen = Chosen(table, case, full)
        rows = plan_rows(chosen, self.value, limits, prices)
        view = self._viewed()
        broken = view.checker.violations(rows, limits)
        if broken:
            raise BrokenPlan("; ".join(broken[:5]))
        base = float((case.sold * table.base(self.objective)).sum())
        gap, status = judged(solution, base)
        spend = float(chosen.amount["cost"].sum())
        budget = spend if limits.budget is None else limits.budget
        at = np.flatnonzero((full > 0) & (table.column["discount"] > 0))
        return Plan(
            rows=rows,
            rules=rule_use(chosen, limits, self.stock, prices),
            baselines=baseline_rows(view.valuation, limits.stock_share, budget, self._past),
            status=status,
            exact=exact,
            objective=base + solution.objective,
            bound=base + solution.bound,
            gap=gap,
            gain=view.draws.gain(at, full[at]),
            solve_ms=spent,
        )

    def _viewed(self) -> "_View":
        with self._lock:
            if self._view is None:
                self._view = _View(self.table, self.stock, self._seed)
            return self._view


def judged(solution: Solution, base: float) -> tuple[float, Status]:
    """The open gap as a share of the uplift, and whether that counts as proven.

    What the tie-break may hide, a millionth of all at most, is not a gap: without it a plan
    that can promote nothing would be all gap and no uplift.
    """
    open_gap = max(solution.bound - solution.objective, 0.0)
    uplift = max(solution.objective, solution.bound, 0.0)
    gap = open_gap / uplift if open_gap > HIDDEN * abs(base) else 0.0
    return gap, "optimal" if gap <= PROVEN else "feasible"


class _View:
    """What only the tables of a plan need, made at the first of them."""

    def __init__(self, table: Table, stock: Mapping[str, float], seed: int) -> None:
        held = np.array([stock.get(product, np.inf) for product in table.products])
        self.valuation = Valuation(table, held)
        self.draws = GainDraws(table, held, seed)
        self.checker = Checker(table.options.rows, stock)


class _Prepared:
    """Pruned levels for one smallest discount, and the solvers that have them loaded.

    Few levels are one linear program, solved warm; many are decomposed. Whole decisions always
    start from the decomposition; what gap it leaves is closed by the integer program of few
    levels.
    """

    def __init__(self, table: Table, levels: Levels, ceiling: Ceiling) -> None:
        self.table, self.levels, self.ceiling = table, levels, ceiling
        self._lock = Lock()
        self._whole: dict[bool, WholeModel] = {}
        self._parts: Decomposed | None = None

    def _model(self, whole: bool) -> WholeModel:
        with self._lock:
            if whole not in self._whole:
                self._whole[whole] = WholeModel(self.table, self.levels, whole)
            return self._whole[whole]

    def _decomposed(self) -> Decomposed:
        with self._lock:
            if self._parts is None:
                self._parts = Decomposed(self.table, self.levels)
            return self._parts

    def relaxed(self, case: Case, seconds: float) -> Solution:
        if len(self.levels) <= FEW_LEVELS:
            return self._model(False).solve(case, seconds)
        return self._decomposed().solve(case, seconds)

    def exact(self, case: Case, seconds: float, gap: float) -> Solution:
        until = monotonic() + seconds
        few = len(self.levels) <= FEW_LEVELS
        linear = self._model(False).solve(case, seconds) if few else None
        if linear is not None and linear.prices is None:
            return linear
        found = None
        if len(self.levels):
            found = self._decomposed().whole(case, seconds, gap)
        if linear is None:
            return found if found is not None else self._model(False).solve(case, seconds)
        if found is None or found.bound - found.objective > gap * max(found.objective, 0.0):
            found = self._close(case, max(until - monotonic(), 0.01), gap, found)
        bound = max(min(found.bound, linear.bound), found.objective)
        return Solution(found.status, found.weight, found.objective, bound, linear.prices)

    def _close(self, case: Case, seconds: float, gap: float, so_far: Solution | None) -> Solution:
        """Let the integer program of the whole plan go on from what is known."""
        start = so_far.weight if so_far is not None and so_far.weight.size else None
        room = gap * max(so_far.objective, 0.0) if so_far is not None and start is not None else 0.0
        found = self._model(True).solve(case, seconds, room, start)
        if so_far is None or start is None or found.status == "infeasible":
            return found
        bound = min(found.bound, so_far.bound)
        best = found if found.objective >= so_far.objective else so_far
        return Solution("feasible", best.weight, best.objective, bound, None)
