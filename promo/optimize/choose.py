"""The bare optimiser: the best rows of a table that somebody else made."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from time import process_time
from typing import cast

import numpy as np
import pandas as pd

from promo.domain import Status
from promo.errors import BadRequest, Infeasible, OutOfTime
from promo.optimize.arrays import Floats, Ints
from promo.optimize.solver import Live, Program, cpu_ms


@dataclass(frozen=True, eq=False)
class Choice:
    """The chosen rows and what was proved about them.

    `rows` are rows of the given table with a `weight` (1 unless relaxed). `gap` is
    (bound - objective) / |objective|. `shadow_prices` say by limit what one more unit of it would
    bring, from the linear relaxation; a limit per group is named `column:capcolumn` and maps each
    group's first row label to its price.
    """

    status: Status
    objective: float
    bound: float
    gap: float
    shadow_prices: Mapping[str, float | Mapping[object, float]]
    rows: pd.DataFrame
    solve_ms: float
    build_ms: float


@dataclass(frozen=True, eq=False)
class _Problem:
    program: Program
    limits: list[str]
    caps: list[tuple[str, list[object]]]


def choose(  # noqa: PLR0913 # the whole request in one sentence, nothing hidden
    options: pd.DataFrame,
    *,
    one_per: Sequence[str],
    maximise: str,
    limits: Mapping[str, float] | None = None,
    limits_per: Mapping[str, str] | None = None,
    relax: bool = False,
    seconds: float = 60.0,
) -> Choice:
    """Choose exactly one row per group so that `maximise` is largest within the limits.

    Args:
        options: any table; number columns may be negative.
        one_per: columns that name a group; exactly one row of each is chosen.
        maximise: column whose sum over the chosen rows is maximised.
        limits: largest sum allowed, per column.
        limits_per: column -> column with its cap; rows that share the first `one_per` column
            together use at most that cap, which must be the same in all of them.
        relax: allow shares of rows (the linear relaxation).
        seconds: after which the best choice so far is returned with its gap.

    Raises:
        BadRequest: a column is absent, not a number, or a cap differs within its group.
        Infeasible: names the limits that contradict each other.
        OutOfTime: no choice that keeps the limits was found.

    >>> table = pd.DataFrame({"shelf": ["a", "a", "b", "b"], "cost": [0, 2, 0, 3],
    ...                       "gain": [0.0, 5.0, 0.0, 4.0]})
    >>> choose(table, one_per=["shelf"], maximise="gain", limits={"cost": 4}).objective
    5.0
    """
    limits, limits_per = limits or {}, limits_per or {}
    since = process_time()
    problem = _problem(options, list(one_per), maximise, limits, limits_per)
    program = problem.program
    linear = Live(program)
    build = cpu_ms(since)
    since = process_time()
    answer = linear.solve(program.high, program.upper, seconds)
    prices = _prices(problem, answer.price)
    if not relax and answer.status != "infeasible":
        left = max(seconds - cpu_ms(since) / 1e3, 0.1)
        bound, whole = answer.bound, Live(_whole(program))
        answer = whole.solve(program.high, program.upper, left)
        answer = replace(answer, bound=min(answer.bound, bound))
    spent = cpu_ms(since)
    if answer.status == "infeasible":
        raise Infeasible(rules=_conflict(problem, seconds))
    if answer.status == "out_of_time":
        raise OutOfTime(seconds=seconds)
    weight = answer.x if relax else np.round(answer.x)
    objective = float(program.value @ weight)
    bound = max(answer.bound, objective)
    gap = (bound - objective) / max(abs(objective), 1e-9)
    at = np.flatnonzero(weight > 1e-9)
    return Choice(
        status=answer.status,
        objective=objective,
        bound=bound,
        gap=gap,
        shadow_prices=prices,
        rows=options.iloc[at].assign(weight=weight[at]),
        solve_ms=spent,
        build_ms=build,
    )


def _numbers(options: pd.DataFrame, column: str) -> Floats:
    if column not in options:
        raise BadRequest(field="column", value=column, known=list(options.columns))
    values = pd.to_numeric(options[column], errors="coerce").to_numpy(dtype=float)
    if not (fine := np.isfinite(values)).all():
        raise BadRequest(field=column, value=options[column].iloc[fine.argmin()], must="numbers")
    return cast(Floats, values)


def _groups(options: pd.DataFrame, columns: list[str]) -> Ints:
    absent = [column for column in columns if column not in options]
    if absent or not columns:
        raise BadRequest(field="one_per", value=absent or columns, known=list(options.columns))
    return options.groupby(columns, sort=False, dropna=False).ngroup().to_numpy().astype(np.int64)


def _problem(
    options: pd.DataFrame, one_per: list[str], maximise: str, limits: Mapping[str, float],
    limits_per: Mapping[str, str],
) -> _Problem:  # fmt: skip
    """Rows: one per group (equal to 1), then each limit, then each cap per first column."""
    value, count = _numbers(options, maximise), len(options)
    group, everything = _groups(options, one_per), np.arange(count)
    row, index, weight = [group], [everything], [np.ones(count)]
    groups = int(group.max(initial=-1)) + 1
    high = [np.ones(groups)]
    at = groups
    for column, most in limits.items():
        row.append(np.full(count, at))
        index.append(everything)
        weight.append(_numbers(options, column))
        high.append(np.array([float(most)]))
        at += 1
    caps: list[tuple[str, list[object]]] = []
    owner = _groups(options, one_per[:1])
    first = np.unique(owner, return_index=True)[1]
    for column, cap_column in limits_per.items():
        cap = _numbers(options, cap_column)
        if not np.allclose(cap, cap[first][owner]):
            other = cap[np.argmin(np.isclose(cap, cap[first][owner]))]
            raise BadRequest(field=cap_column, value=float(other), must="alike")
        row.append(at + owner)
        index.append(everything)
        weight.append(_numbers(options, column))
        high.append(cap[first])
        caps.append((f"{column}:{cap_column}", list(options[one_per[0]].iloc[first])))
        at += len(first)
    program = _compressed(
        value, np.concatenate(row), np.concatenate(index), np.concatenate(weight),
        np.concatenate(high), groups,
    )  # fmt: skip
    return _Problem(program, list(limits), caps)


def _compressed(
    value: Floats, row: Ints, index: Ints, weight: Floats, high: Floats, equal: int
) -> Program:
    order = np.argsort(row, kind="stable")
    return Program(
        value=value,
        upper=np.ones(len(value)),
        whole=np.zeros(len(value), dtype=bool),
        start=np.searchsorted(row[order], np.arange(len(high) + 1)),
        index=index[order],
        weight=weight[order],
        high=high,
        equal=np.arange(len(high)) < equal,
    )


def _whole(program: Program) -> Program:
    return Program(
        program.value, program.upper, np.ones(len(program.value), dtype=bool), program.start,
        program.index, program.weight, program.high, program.equal,
    )  # fmt: skip


def _prices(problem: _Problem, price: Floats) -> Mapping[str, float | Mapping[object, float]]:
    if not price.size:
        return {}
    at = int(problem.program.equal.sum())
    found: dict[str, float | Mapping[object, float]] = {}
    for name in problem.limits:
        found[name] = float(price[at])
        at += 1
    for name, scopes in problem.caps:
        found[name] = dict(zip(scopes, price[at : at + len(scopes)].tolist(), strict=True))
        at += len(scopes)
    return found


def _conflict(problem: _Problem, seconds: float) -> tuple[str, ...]:
    """A smallest set of limits that no choice keeps together; the groups are never questioned."""
    program = problem.program
    first = int(program.equal.sum())
    sizes = [1] * len(problem.limits) + [len(scopes) for _, scopes in problem.caps]
    names = [*problem.limits, *(name for name, _ in problem.caps)]
    live, high = Live(program), program.high.copy()
    kept = []
    for name, size in zip(names, sizes, strict=True):
        rows = slice(first, first + size)
        before = high[rows].copy()
        high[rows] = np.abs(program.weight).sum()
        if live.solve(high, program.upper, seconds).status != "infeasible":
            high[rows] = before
            kept.append(name)
        first += size
    return tuple(kept)
