"""The one module that knows PuLP: a matrix becomes a PuLP problem that stays loaded in HiGHS.

What a solver says is believed in one place, `Live.solve`: a status is `optimal` only when the
solver proved it, and values are read only when the solver calls them feasible. PuLP itself calls
a linear program that ran out of time "Optimal", so its status is never read.
"""

from dataclasses import dataclass
from threading import Lock
from time import process_time
from typing import Any

import highspy
import numpy as np
import pulp

from promo.domain import Status
from promo.errors import BadRequest
from promo.optimize.arrays import Flags, Floats, Ints

MAGNITUDE = 1e13
_FEASIBLE = 2  # highspy.SolutionStatus.kSolutionStatusFeasible
_PROVED = {
    highspy.HighsModelStatus.kOptimal: "optimal",
    highspy.HighsModelStatus.kModelEmpty: "optimal",
    highspy.HighsModelStatus.kInfeasible: "infeasible",
    highspy.HighsModelStatus.kUnboundedOrInfeasible: "infeasible",
}


@dataclass(frozen=True, eq=False)
class Program:
    """maximise value . x, with x in [0, upper] and every row's weights . x <= high.

    Rows are compressed: row r has columns `index[start[r]:start[r + 1]]`. Where `equal` is set a
    row must meet `high` exactly. Every number is finite.
    """

    value: Floats
    upper: Floats
    whole: Flags
    start: Ints
    index: Ints
    weight: Floats
    high: Floats
    equal: Flags

    def __post_init__(self) -> None:
        """Solvers accept NaN and 1e25 and answer nonsense; this is the gate.

        Raises:
            BadRequest: a number is not finite or too large.
        """
        for field in ("value", "upper", "weight", "high"):
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
    start, high = program.start.tolist(), program.high.tolist()
    for row, equal in enumerate(program.equal.tolist()):
        inside = slice(start[row], start[row + 1])
        terms = zip([columns[at] for at in index[inside]], weight[inside], strict=True)
        sense = pulp.LpConstraintEQ if equal else pulp.LpConstraintLE
        problem.addConstraint(
            pulp.LpConstraint(pulp.LpAffineExpression(terms), sense, f"r{row:08d}", high[row])
        )
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


def _or(value: float | None, absent: float) -> float:
    return absent if value is None else value


class Live:
    """A program that stays loaded; moves change right-hand sides and bounds and solve warm.

    Two threads in one HiGHS object crash the process, so every use holds the lock.
    """

    def __init__(self, program: Program) -> None:
        self.program = program
        self.problem = to_pulp(program)
        self.lock = Lock()
        self.whole = bool(program.whole.any())
        solver = PersistentHiGHS(msg=False, threads=1)
        solver.createAndConfigureSolver(self.problem)
        solver.buildSolverModel(self.problem)
        self.highs: Any = self.problem.solverModel
        self._upper = program.upper

    def solve(
        self,
        high: Floats,
        upper: Floats,
        seconds: float,
        gap: float = 0.0,
        start: Floats | None = None,
    ) -> Answer:
        """The best x for these right-hand sides and column bounds.

        Args:
            high: right-hand side per row, finite.
            upper: bound per column, finite.
            seconds: wall time after which the solver stops.
            gap: an integer program may stop when bound - objective is at most this.
            start: an integer solution to begin with.
        """
        with self.lock:
            self._pass(high, upper, seconds, gap)
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

    def _pass(self, high: Floats, upper: Floats, seconds: float, gap: float) -> None:
        highs, program = self.highs, self.program
        low = np.where(program.equal, high, -highspy.kHighsInf)
        rows, columns = len(high), len(upper)
        if rows:
            highs.changeRowsBounds(rows, np.arange(rows, dtype=np.int32), low, high)
        if columns and not np.array_equal(upper, self._upper):
            at = np.arange(columns, dtype=np.int32)
            highs.changeColsBounds(columns, at, np.zeros(columns), upper)
            self._upper = upper
        highs.setOptionValue("time_limit", float(highs.getRunTime() + seconds))
        highs.setOptionValue("mip_rel_gap", 0.0)
        highs.setOptionValue("mip_abs_gap", max(gap, 1e-9))

    def change_weight(self, row: int, column: int, weight: float) -> None:
        """Change one coefficient, for rules that are a ratio."""
        with self.lock:
            self.highs.changeCoeff(row, column, weight)

    def _read(self) -> Answer:
        """Decide the status from what was proved; nothing else in the house does."""
        highs = self.highs
        if not self.program.value.size:
            return self._empty()
        info = highs.getInfo()
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
        rows = np.array(self.highs.getLp().row_upper_)
        nothing = np.zeros(0)
        if (rows < 0).any():
            return Answer("infeasible", nothing, -np.inf, np.inf, nothing)
        return Answer("optimal", nothing, 0.0, 0.0, np.zeros(len(rows)))


def cpu_ms(since: float) -> float:
    """CPU milliseconds since a reading of `process_time`."""
    return (process_time() - since) * 1e3


class Master:
    """A small linear program that grows by columns; rows have one slack that costs a lot."""

    def __init__(self, high: Floats, penalty: Floats) -> None:
        rows = len(high)
        program = Program(
            value=-penalty,
            upper=np.full(rows, 1e9),
            whole=np.zeros(rows, dtype=bool),
            start=np.arange(rows + 1),
            index=np.arange(rows),
            weight=np.full(rows, -1.0),
            high=high,
            equal=np.zeros(rows, dtype=bool),
        )
        self.live = Live(program)
        self.high = high
        self.columns = rows
        self._rows = self.live.problem.constraints()

    def move(self, high: Floats) -> None:
        """Replace the right-hand sides."""
        self.high = high
        rows = len(high)
        with self.live.lock:
            self.live.highs.changeRowsBounds(
                rows, np.arange(rows, dtype=np.int32), np.full(rows, -highspy.kHighsInf), high
            )

    def add(self, value: Floats, row: Ints, column: Ints, weight: Floats) -> None:
        """Add columns in [0, 1]; entries are given by column, in order.

        Args:
            value: objective per new column.
            row: row of each entry.
            column: which new column an entry belongs to, increasing.
            weight: the entry.
        """
        count, problem = len(value), self.live.problem
        fresh = [
            problem.add_variable(f"x{self.columns + number:08d}", 0, None)
            for number in range(count)
        ]
        for variable, worth in zip(fresh, value.tolist(), strict=True):
            problem.objective[variable] = worth
        for at, new, entry in zip(row.tolist(), column.tolist(), weight.tolist(), strict=True):
            self._rows[at].expr[fresh[new]] = entry
        starts = np.searchsorted(column, np.arange(count)).astype(np.int32)
        with self.live.lock:
            self.live.highs.addCols(
                count, value, np.zeros(count), np.full(count, highspy.kHighsInf), len(row),
                starts, row.astype(np.int32), weight,
            )  # fmt: skip
        self.columns += count

    def solve(self, seconds: float) -> Answer:
        """The best mix of the columns so far."""
        return self.live.run(seconds)
