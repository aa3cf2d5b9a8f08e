"""The plan as it follows the hand: built once from the options, moved by its limits."""

import logging
from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, replace
from math import ceil, isfinite, nan
from threading import Event, Lock
from time import process_time

import numpy as np
import pandas as pd

from promo.domain import Gain, Options, Panel, Plan
from promo.errors import BadRequest, BrokenPlan, Cancelled, Infeasible, OutOfTime
from promo.optimize.arrays import MEASURES, Floats, Measure, Table, kept
from promo.optimize.baselines import baseline_rows, last_year
from promo.optimize.engine import Engine
from promo.optimize.explain import Charges, explain
from promo.optimize.infeasible import WayOut, conflict, ways_out
from promo.optimize.limits import Limits, said, sellable
from promo.optimize.objective import Objective, idle, worth
from promo.optimize.prepare import Prepared, prepare
from promo.optimize.problem import Case, Prices, Solution
from promo.optimize.report import Chosen, judged, plan_rows, weights
from promo.optimize.rules import Budget, Rule
from promo.optimize.solver import cpu_ms
from promo.optimize.terms import Shared, Terms
from promo.optimize.use import rule_use
from promo.optimize.view import View
from promo.tables import OPTIONS

_LOG = logging.getLogger(__name__)
QUESTION = 2.0
"""Seconds for one question about rules in conflict."""

PLENTY = 1e9
"""Times the stock, where no rule keeps to it."""

KEPT = 4
"""Problems kept ready; a change of more than limits needs another one."""


@dataclass(frozen=True, eq=False)
class Solved:
    """One move: the problem it belongs to, its limits, what the solver answered, in CPU ms."""

    prepared: Prepared
    terms: Terms
    case: Case
    solution: Solution
    spent: float = 0.0


@dataclass(frozen=True, eq=False)
class Outline:
    """What a plan comes to: its gain, its sum of every measure, and the price of money."""

    gain: Gain
    total: Mapping[Measure, float]
    price: float


class PlanModel:
    """Options prepared for many moves; safe to share between threads.

    A move changes limits only. Rules that were not there before, other closed options or other rows
    set by hand open another prepared problem, of which the last few are kept.
    """

    def __init__(  # noqa: PLR0913 # what a shop is
        self,
        options: Options,
        stock: Mapping[str, float] | None = None,
        *,
        brand: Mapping[str, str] | None = None,
        objective: Objective = "profit",
        history: Panel | None = None,
        flat: Options | None = None,
        seed: int = 0,
    ) -> None:
        """Prepare the options.

        Args:
            options: everything she could do.
            stock: items on hand per product; a product that is absent is not limited.
            brand: of a product, where it is known.
            objective: the measure to maximise, or weights of several; cost is made small.
            history: past weeks, for the baseline of last year.
            flat: options of one campaign of plain discounts over the same weeks, by which the
                baselines are valued; the options themselves where they are that.
            seed: of the draws behind the interval of the gain.

        Raises:
            BadRequest: the objective is unknown, a stock is negative or a number too large.
        """
        given = stock or {}
        for product, items in given.items():
            if not items >= 0:
                raise BadRequest(field=f"stock {product}", value=items, must="not_negative")
        known = set(options.rows["product_id"].unique())
        held = {k: v for k, v in given.items() if k in known and np.isfinite(v)}
        self.options, self.objective = options, objective
        self.flat = options if flat is None else flat
        branded = {k: v for k, v in (brand or {}).items() if k in known}
        self.table = Table(options, held, branded)
        self.value, self.idle = worth(self.table, objective), idle(self.table, objective)
        self._past = None if history is None else last_year(history, options.start, options.weeks)
        self._ready: OrderedDict[Hashable, tuple[Prepared, Engine]] = OrderedDict()
        self._lock = Lock()
        self._seed = seed
        self._view: View | None = None

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
        other = self.apart()
        other.value = worth(Table(beliefs), self.objective)
        return other

    def aiming_at(self, objective: Objective) -> "PlanModel":
        """The same options and rules for another objective.

        Raises:
            BadRequest: the objective is unknown.
        """
        other = self.apart()
        other.objective, other.value = objective, worth(self.table, objective)
        other.idle = idle(self.table, objective)
        return other

    def apart(self) -> "PlanModel":
        """The same model with solvers of its own, so that a long question holds up nobody."""
        other = copy(self)
        other._ready, other._lock, other._view = OrderedDict(), Lock(), self._viewed()
        return other

    def relaxed(self, limits: Limits, seconds: float = 5.0, stop: Event | None = None) -> Plan:
        """The live plan: a product and segment may be split over two discounts.

        Args:
            limits: how far each rule goes.
            seconds: after which the best plan so far is returned.
            stop: gives the plan up when another thread sets it.

        Raises:
            Infeasible: the limits contradict each other; names the rules.
            OutOfTime: nothing that keeps the rules was found in time.
            Cancelled: it was given up.
        """
        return self._plan(limits, seconds, exact=False, gap=0.0, stop=stop)

    def exact(
        self, limits: Limits, seconds: float = 10.0, gap: float = 1e-3, stop: Event | None = None
    ) -> Plan:
        """The plan to run: one promotion per product, segment and week, with a proven gap.

        Args:
            limits: how far each rule goes.
            seconds: after which the best plan so far is returned with its gap.
            gap: share of the uplift at which to stop looking.
            stop: gives the plan up when another thread sets it.

        Raises:
            Infeasible: the limits contradict each other; names the rules.
            OutOfTime: nothing that keeps the rules was found in time.
            Cancelled: it was given up.
        """
        return self._plan(limits, seconds, exact=True, gap=gap, stop=stop)

    def looked_at(self, limits: Limits) -> tuple[int, int]:
        """Promotions on offer, and how many of them can be in no best plan under these rules.

        Those are left out before anything is solved: another one of the same product, segment and
        weeks is at least as good whatever money, items and all else that is limited may cost.
        """
        prepared, _ = self._prepared(said(limits.rules, self.table))
        return len(self.table.line) - len(self.table.start), prepared.pruned

    def solve(
        self, limits: Limits, seconds: float, *, exact: bool = False, gap: float = 1e-3,
        stop: Event | None = None,
    ) -> Solved:  # fmt: skip
        """The bare answer in arrays, for callers that need no tables.

        Raises:
            Cancelled: `stop` was set.
        """
        asked = limits.rules, limits.sellable, seconds
        return self._solved(*asked, exact=exact, gap=gap, stop=stop)

    def _solved(  # one question to the engine
        self, rules: tuple[Rule, ...], stock_share: float, seconds: float, *,
        exact: bool = False, gap: float = 1e-3, stop: Event | None = None,
    ) -> Solved:  # fmt: skip
        since = process_time()
        terms = said(rules, self.table)
        prepared, engine = self._prepared(terms)
        case = prepared.case(terms, self._sold(stock_share))
        short = case.room + prepared.problem.saved < -1e-9
        if short.any() or (case.most < 0).any() or prepared.clash(terms):
            nothing = Solution("infeasible", np.zeros(0), -np.inf, np.inf, None)
            return Solved(prepared, terms, case, nothing, cpu_ms(since))
        case = replace(
            case, room=np.where(case.room > -1e-9, np.maximum(case.room, 0.0), case.room)
        )
        if exact:
            found = engine.exact(case, seconds, gap, stop)
        else:
            found = engine.relaxed(case, seconds, stop=stop)
        if stop is not None and stop.is_set():
            raise Cancelled
        return Solved(prepared, terms, case, found, cpu_ms(since))

    def _prepared(self, terms: Terms) -> tuple[Prepared, Engine]:
        with self._lock:
            shape = terms.shape(len(self.value))
            if shape not in self._ready:
                prepared = prepare(self.table, self.value, terms)
                self._ready[shape] = prepared, Engine(prepared.problem)
                while len(self._ready) > KEPT:
                    self._ready.popitem(last=False)
            self._ready.move_to_end(shape)
            return self._ready[shape]

    def _plan(
        self, limits: Limits, seconds: float, *, exact: bool, gap: float, stop: Event | None
    ) -> Plan:
        solved = self.solve(limits, seconds, exact=exact, gap=gap, stop=stop)
        prices = self._prices(limits, solved, seconds, stop)
        promoted = solved.prepared.weights(solved.solution.weight)
        plan = self._told(limits, solved, prices, promoted, exact=exact)
        broken = self._viewed().checker.violations(plan.rows, limits.rules)
        if broken:
            _LOG.error("a plan was refused: %s", "; ".join(broken))
            raise BrokenPlan(broken="; ".join(broken[:5]))
        return plan

    def outlined(
        self, limits: Limits, seconds: float = 5.0, *, exact: bool = False, gap: float = 1e-3
    ) -> Outline:
        """What the plan comes to that `relaxed` or `exact` would tell in its tables.

        Most of the time of a plan goes into its tables; what asks for many plans needs none.

        Raises:
            Infeasible: the limits contradict each other; names the rules.
            OutOfTime: nothing that keeps the rules was found in time.
        """
        solved = self.solve(limits, seconds, exact=exact, gap=gap)
        prices = self._prices(limits, solved, seconds)
        promoted = solved.prepared.weights(solved.solution.weight)
        full, at = weights(self.table, promoted), np.flatnonzero(promoted > 0)
        amount = Chosen(self.table, self._sold(limits.sellable), full).amount
        charges = Charges(self.table, self.value, self.idle, solved.terms, prices)
        money = (
            float(charges.price(term).sum())
            for rule, said in zip(solved.terms.rules, solved.terms.all, strict=True)
            for term in said
            if isinstance(rule, Budget) and isinstance(term, Shared)
        )
        gain = self._viewed().draws.gain(at, full[at])
        return Outline(gain, {name: float(amount[name].sum()) for name in MEASURES}, sum(money))

    def scored(
        self, limits: Limits, rows: pd.DataFrame, seconds: float = 5.0
    ) -> tuple[Plan, tuple[str, ...]]:
        """A plan that somebody made, as these options value it, and what it breaks of the rules.

        Args:
            limits: the rules; the bound is that of the best plan under them.
            rows: the promotions by the columns of the options' key; `weight` is 1 where absent.
            seconds: for the prices and the bound.

        Raises:
            BadRequest: a promotion is none of the options.
            Infeasible: the limits contradict each other; names the rules.
        """
        solved = self.solve(limits, seconds)
        prices = self._prices(limits, solved, seconds)
        key, promoted = list(OPTIONS.key), np.zeros(len(self.value))
        known = self.options.rows[key].reset_index(names="at")
        asked = rows[rows["discount"] > 0]
        at = asked[key].merge(known, on=key, how="left")["at"]
        if at.isna().any():
            unknown = asked[key].iloc[int(at.isna().to_numpy().argmax())]
            raise BadRequest(field="option", value=" ".join(map(str, unknown)), must="option")
        promoted[at.to_numpy(dtype=np.int64)] = asked.get("weight", 1.0)
        plan = self._told(limits, solved, prices, promoted, exact=True)
        return plan, tuple(self._viewed().checker.violations(plan.rows, limits.rules))

    def comes_to(self, limits: Limits, seconds: float = 5.0) -> float:
        """The objective of the linear plan, and what sells without it; NaN where none is found."""
        found = self.solve(limits, seconds).solution.objective
        plain = float((self._sold(limits.sellable) * self.idle).sum())
        return found + plain if isfinite(found) else nan

    def prices(self, limits: Limits, seconds: float = 5.0) -> tuple[Solved, Prices]:
        """What one more unit of each limit would bring, with what it was read from.

        Raises:
            Infeasible: the limits contradict each other; names the rules.
            OutOfTime: nothing that keeps the rules was found in time.
        """
        solved = self.solve(limits, seconds)
        return solved, self._prices(limits, solved, seconds)

    def _prices(
        self, limits: Limits, solved: Solved, seconds: float, stop: Event | None = None
    ) -> Prices:
        """The prices of a solution that is one, by term and product."""
        solution = solved.solution
        if solution.status == "infeasible":
            linear = self._solved(limits.rules, limits.sellable, seconds, stop=stop).solution
            whole = linear.status != "infeasible"
            against = conflict(limits.rules, self._gain_under(exact=whole, stop=stop))
            raise Infeasible(rules=tuple(dict.fromkeys(rule.code for rule in against)))
        nothing = not solution.weight.size and len(solved.prepared.problem)
        if solution.status == "out_of_time" or solution.prices is None or nothing:
            raise OutOfTime(seconds=ceil(seconds))
        return solved.prepared.told(solution.prices, solved.terms)

    def ways_out(self, limits: Limits, stop: Event | None = None) -> tuple[WayOut, ...]:
        """What could be relaxed so that there is a plan; empty when there is one.

        Raises:
            Cancelled: `stop` was set by another thread.
        """
        return ways_out(limits.rules, self._gain_under(exact=True, stop=stop))

    def _gain_under(
        self, *, exact: bool, stop: Event | None
    ) -> Callable[[Sequence[Rule]], float | None]:
        """What the best plan under some rules adds to the objective; see `infeasible.Gain`."""
        other = self.apart()

        def gain(rules: Sequence[Rule]) -> float | None:
            share = sellable(rules, PLENTY)
            found = other._solved(tuple(rules), share, QUESTION, exact=exact, stop=stop)
            if found.solution.status == "infeasible":
                return None
            if not found.solution.weight.size and len(found.prepared.problem):
                return nan
            return found.solution.objective + float(self.value[found.prepared.fixed].sum())

        return gain

    def _told(
        self, limits: Limits, solved: Solved, prices: Prices, promoted: Floats, *, exact: bool
    ) -> Plan:
        """What a plan is that gives each option row this weight."""
        table, prepared = self.table, solved.prepared
        full = weights(table, promoted)
        chosen = Chosen(table, self._sold(limits.sellable), full)
        charges = Charges(table, self.value, self.idle, solved.terms, prices)
        story = explain(charges, full, prepared.fixed)
        view = self._viewed()
        base = float((chosen.sold * self.idle).sum())
        uplift = float(self.value @ promoted)
        bound = solved.solution.bound + float(self.value[prepared.fixed].sum())
        gap, status = judged(uplift, bound, prepared.problem.hidden)
        spend = float(chosen.amount["cost"].sum())
        budget = spend if limits.budget is None else limits.budget
        at = np.flatnonzero(promoted > 0)
        return Plan(
            rows=plan_rows(chosen, story),
            rules=rule_use(chosen, charges, story),
            baselines=baseline_rows(view.valuation, limits.sellable, budget, self._past),
            status=status,
            exact=exact,
            objective=base + uplift,
            bound=base + max(bound, uplift),
            gap=gap,
            gain=view.draws.gain(at, full[at]),
            solve_ms=solved.spent,
        )

    def _sold(self, stock_share: float) -> Floats:
        """The share of its items without promotion that the stock leaves each product."""
        held = kept(self.table.held, stock_share)
        return np.minimum(1.0, held / np.maximum(self.table.base("units"), 1e-12))

    def _viewed(self) -> View:
        with self._lock:
            if self._view is None:
                self._view = View(self.table, self.flat, self._seed)
            return self._view
