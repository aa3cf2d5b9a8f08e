"""The one module that knows PuLP: a matrix becomes a PuLP problem that stays loaded in HiGHS.

What a solver says is believed in one place, `Live.solve`: a status is `optimal` only when the
solver proved it, and values are read only when the solver calls them feasible. PuLP itself calls
a linear program that ran out of time "Optimal", so its status is never read.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from threading import Lock
from time import process_time
from typing import Any, Protocol

import highspy
import numpy as np
import pulp

from promo.domain import Status
from promo.errors import BadRequest, Unbounded
from promo.optimize.arrays import Flags, Floats, Ints

MAGNITUDE = 1e13
MOST, MEET, LEAST = 1, 0, -1
"""How a row keeps its limit: it stays below, meets it, or reaches it."""
_FEASIBLE = 2  # highspy.SolutionStatus.kSolutionStatusFeasible
_PRIMAL = 4  # new columns leave a basis feasible, so the primal simplex goes on from it
_PROVED = {
    highspy.HighsModelStatus.kOptimal: "optimal",
    highspy.HighsModelStatus.kModelEmpty: "optimal",
    highspy.HighsModelStatus.kInfeasible: "infeasible",
    highspy.HighsModelStatus.kUnboundedOrInfeasible: "infeasible",
}


@dataclass(frozen=True, eq=False)
class Program:
    """maximise value . x, with x in [0, upper] and every row's weights . x within its limit.

    Rows are compressed: row r has columns `index[start[r]:start[r + 1]]`. `sense` says how a row
    keeps its limit: `MOST`, `LEAST` or `MEET`. Every number is finite.
    """

    value: Floats
    upper: Floats
    whole: Flags
    start: Ints
    index: Ints
    weight: Floats
    limit: Floats
    sense: Ints

    def __post_init__(self) -> None:
        """Solvers accept NaN and 1e25 and answer nonsense; this is the gate.

        Raises:
            BadRequest: a number is not finite or too large.
        """
        for field in ("value", "upper", "weight", "limit"):
            numbers = getattr(self, field)
            if numbers.size and not np.abs(numbers).max() <= MAGNITUDE:
                raise BadRequest(field=field, value=float(np.abs(numbers).max()), must="solvable")


@dataclass(frozen=True, eq=False)
class Answer:
    """What the solver proved, in the signs of a maximisation.

    `price` is the objective's gain per unit of each row's right-hand side, empty for integer
    programs. `bound` is proven from above.
    """

    status: Status
    x: Floats
    objective: float
    bound: float
    price: Floats


def to_pulp(program: Program) -> pulp.LpProblem:
    """The program in PuLP, with constructors that do no arithmetic on expressions.

    Names are numbers padded with zeros, so that PuLP's sort by name keeps the order and no name
    of a product ever reaches a solver.
    """
    problem = pulp.LpProblem("plan", pulp.LpMaximize)
    kinds = np.where(program.whole, pulp.LpInteger, pulp.LpContinuous).tolist()
    columns = [
        problem.add_variable(f"x{number:08d}", 0, upper, kind)
        for number, (upper, kind) in enumerate(zip(program.upper.tolist(), kinds, strict=True))
    ]
    problem.setObjective(pulp.LpAffineExpression(zip(columns, program.value.tolist(), strict=True)))
    index, weight = program.index.tolist(), program.weight.tolist()
    start, limit = program.start.tolist(), program.limit.tolist()
    senses = {MOST: pulp.LpConstraintLE, MEET: pulp.LpConstraintEQ, LEAST: pulp.LpConstraintGE}
    for row, sense in enumerate(program.sense.tolist()):
        inside = slice(start[row], start[row + 1])
        terms = pulp.LpAffineExpression(
            zip([columns[at] for at in index[inside]], weight[inside], strict=True)
        )
        problem.addConstraint(pulp.LpConstraint(terms, senses[sense], f"r{row:08d}", limit[row]))
    return problem


class PersistentHiGHS(pulp.HiGHS):  # type: ignore[misc] # PuLP ships no types
    """PuLP's HiGHS, loaded in one call instead of one call per row and column."""

    def buildSolverModel(self, lp: pulp.LpProblem) -> None:
        """Pass the whole problem at once, as a maximisation, so that duals keep their sign."""
        columns = lp.variables()
        place = {variable: number for number, variable in enumerate(columns)}
        rows = lp.constraints()
        sizes = [len(row) for row in rows]
        model = highspy.HighsLp()
        model.num_col_, model.num_row_ = len(columns), len(rows)
        model.sense_ = highspy.ObjSense.kMaximize
        model.col_cost_ = np.array([lp.objective.get(column, 0.0) for column in columns])
        model.col_lower_ = np.array([column.lowBound for column in columns])
        model.col_upper_ = np.array([column.upBound for column in columns])
        model.row_lower_ = np.array([_or(row.getLb(), -highspy.kHighsInf) for row in rows])
        model.row_upper_ = np.array([_or(row.getUb(), highspy.kHighsInf) for row in rows])
        matrix = model.a_matrix_
        matrix.format_ = highspy.MatrixFormat.kRowwise
        matrix.start_ = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int32)
        matrix.index_ = np.array([place[c] for row in rows for c in row], dtype=np.int32)
        matrix.value_ = np.array([weight for row in rows for weight in row.values()])
        if self.mip and any(column.cat == pulp.LpInteger for column in columns):
            kinds = (highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger)
            model.integrality_ = [kinds[column.cat == pulp.LpInteger] for column in columns]
        lp.solverModel.passModel(model)


class Stops(Protocol):
    """What says whether to stop, such as an event."""

    def is_set(self) -> bool:
        """Whether to stop."""


def _interrupter(stop: Stops) -> Callable[[Any], None]:
    """Stops HiGHS where it asks; holds nothing but `stop`, so that no solver outlives its use."""

    def interrupt(event: Any) -> None:
        if stop.is_set():
            event.interrupt()

    return interrupt


def _or(value: float | None, absent: float) -> float:
    return absent if value is None else value


class Live:
    """A program that stays loaded; moves change right-hand sides and bounds and solve warm.

    Two threads in one HiGHS object crash the process, so every use holds the lock.
    """

    def __init__(self, program: Program, stop: Stops | None = None) -> None:
        """Load a program.

        Args:
            program: what to solve.
            stop: stops a solve when it is set, which answers what it has so far. Never to be
                stopped midway saves a small program a tenth of its time.
        """
        self.program = program
        self.problem = to_pulp(program)
        self.lock = Lock()
        self.whole = bool(program.whole.any())
        solver = PersistentHiGHS(msg=False, threads=1)
        solver.createAndConfigureSolver(self.problem)
        solver.buildSolverModel(self.problem)
        self.highs: Any = self.problem.solverModel
        if stop is not None:
            for asks in (self.highs.cbSimplexInterrupt, self.highs.cbMipInterrupt):
                asks.subscribe(_interrupter(stop))
        self._upper, self._lower = program.upper, np.zeros(len(program.upper))

    def solve(  # noqa: PLR0913 # the right-hand sides of a move and how long to think
        self,
        limit: Floats,
        upper: Floats,
        seconds: float,
        *,
        lower: Floats | None = None,
        gap: float = 0.0,
        enough: float = np.inf,
        start: Floats | None = None,
        cold: bool = False,
    ) -> Answer:
        """The best x for these limits and column bounds.

        Args:
            limit: right-hand side per row, finite.
            upper: bound per column, finite.
            seconds: wall time after which the solver stops.
            lower: what each column is at least; nothing where left out.
            gap: an integer program may stop when bound - objective is at most this.
            enough: an objective at which an integer program may stop.
            start: an integer solution to begin with.
            cold: begin anew instead of where the last solve ended.
        """
        with self.lock:
            if cold:
                self.highs.clearSolver()
            self.highs.setOptionValue("objective_target", enough)
            self._pass(limit, seconds, gap)
            self._bound(np.zeros(len(upper)) if lower is None else lower, upper)
            if start is not None:
                at = np.arange(len(start), dtype=np.int32)
                self.highs.setSolution(len(start), at, start)
            self.highs.run()
            return self._read()

    def run(self, seconds: float) -> Answer:
        """Solve again with whatever was changed since."""
        with self.lock:
            self.highs.setOptionValue("time_limit", float(self.highs.getRunTime() + seconds))
            self.highs.run()
            return self._read()

    def pass_limit(self, limit: Floats) -> None:
        """Hand over new right-hand sides; the caller holds the lock."""
        sense, rows = self.program.sense, len(limit)
        if rows:
            low = np.where(sense == MOST, -highspy.kHighsInf, limit)
            high = np.where(sense == LEAST, highspy.kHighsInf, limit)
            self.highs.changeRowsBounds(rows, np.arange(rows, dtype=np.int32), low, high)

    def _pass(self, limit: Floats, seconds: float, gap: float) -> None:
        highs = self.highs
        self.pass_limit(limit)
        # HiGHS counts a linear program's time since it was loaded, an integer one's since this run.
        spent = 0.0 if self.whole else highs.getRunTime()
        highs.setOptionValue("time_limit", float(spent + seconds))
        highs.setOptionValue("mip_rel_gap", 0.0)
        highs.setOptionValue("mip_abs_gap", max(gap, 1e-9))

    def _bound(self, lower: Floats, upper: Floats) -> None:
        """New bounds of the columns; left alone where nothing changes, which keeps them warm."""
        same = np.array_equal(upper, self._upper) and np.array_equal(lower, self._lower)
        if not same:
            at = np.arange(len(upper), dtype=np.int32)
            self.highs.changeColsBounds(len(upper), at, lower, upper)
            self._lower, self._upper = lower, upper

    def _read(self) -> Answer:
        """Decide the status from what was proved; nothing else in the house does."""
        highs = self.highs
        if not self.program.value.size:
            return self._empty()
        info = highs.getInfo()
        if highs.getModelStatus() == highspy.HighsModelStatus.kUnbounded:
            raise Unbounded(objective="plan")
        proved = _PROVED.get(highs.getModelStatus())
        feasible = info.primal_solution_status == _FEASIBLE
        status: Status = "out_of_time"
        if proved == "infeasible":
            status = "infeasible"
        elif feasible:
            status = "optimal" if proved == "optimal" else "feasible"
        if status in ("infeasible", "out_of_time"):
            nothing = np.zeros(0)
            return Answer(status, nothing, -np.inf, np.inf, nothing)
        solution = highs.getSolution()
        objective = float(info.objective_function_value)
        bound = objective if status == "optimal" else np.inf
        price = np.zeros(0)
        if self.whole:
            bound = float(info.mip_dual_bound)
        elif status == "optimal":
            price = np.array(solution.row_dual)
        return Answer(status, np.array(solution.col_value), objective, bound, price)

    def _empty(self) -> Answer:
        """Nothing can be chosen: the plan is empty, and whether it keeps the rows is plain."""
        program, nothing = self.highs.getLp(), np.zeros(0)
        low, high = np.array(program.row_lower_), np.array(program.row_upper_)
        if (low > 0).any() or (high < 0).any():
            return Answer("infeasible", nothing, -np.inf, np.inf, nothing)
        return Answer("optimal", nothing, 0.0, 0.0, np.zeros(len(high)))


def cpu_ms(since: float) -> float:
    """CPU milliseconds since a reading of `process_time`."""
    return (process_time() - since) * 1e3


class Master:
    """A small linear program that grows by columns; rows have one slack that costs a lot."""

    def __init__(self, limit: Floats, sense: Ints, penalty: Floats) -> None:
        """Load it without a column.

        Args:
            limit: right-hand side per row, finite.
            sense: `MOST` or `LEAST` per row.
            penalty: what missing a row by one unit costs.
        """
        rows = len(limit)
        program = Program(
            value=-penalty,
            upper=np.full(rows, 1e9),
            whole=np.zeros(rows, dtype=bool),
            start=np.arange(rows + 1),
            index=np.arange(rows),
            weight=-sense.astype(float),
            limit=limit,
            sense=sense,
        )
        self.live = Live(program)
        self.live.highs.setOptionValue("simplex_strategy", _PRIMAL)
        self.rows = self.columns = rows
        self._limit = limit
        self._added: list[tuple[Floats, Ints, Ints, Floats]] = []

    def begin(self, limit: Floats) -> None:
        """Forget all columns and what was learnt from them, and take new right-hand sides."""
        with self.live.lock:
            if self.columns > self.rows:
                gone = np.arange(self.rows, self.columns, dtype=np.int32)
                self.live.highs.deleteCols(len(gone), gone)
            self.live.highs.clearSolver()
            self.live.pass_limit(limit)
        self.columns, self._limit = self.rows, limit
        self._added = []

    def add(self, value: Floats, row: Ints, column: Ints, weight: Floats) -> None:
        """Add columns of at least 0; entries are given by column, in order.

        Args:
            value: objective per new column.
            row: row of each entry.
            column: which new column an entry belongs to, increasing.
            weight: the entry.
        """
        count = len(value)
        starts = np.searchsorted(column, np.arange(count)).astype(np.int32)
        with self.live.lock:
            self.live.highs.addCols(
                count, value, np.zeros(count), np.full(count, highspy.kHighsInf), len(row),
                starts, row.astype(np.int32), weight,
            )  # fmt: skip
        self._added.append((value, row, self.columns + column, weight))
        self.columns += count

    def solve(self, seconds: float) -> Answer:
        """The best mix of the columns so far."""
        return self.live.run(seconds)

    def problem(self) -> pulp.LpProblem:
        """The program with all its columns in PuLP, to export it or to hand it to any solver."""
        problem = to_pulp(replace(self.live.program, limit=self._limit))
        rows = problem.constraints()
        for value, row, column, weight in self._added:
            first = int(column[0]) if len(column) else 0
            fresh = [
                problem.add_variable(f"x{first + number:08d}", 0, None)
                for number in range(len(value))
            ]
            for variable, worth in zip(fresh, value.tolist(), strict=True):
                problem.objective[variable] = worth
            for at, new, entry in zip(row.tolist(), column.tolist(), weight.tolist(), strict=True):
                rows[at].expr[fresh[new - first]] = entry
        return problem
