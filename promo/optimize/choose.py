"""The bare optimiser: the best rows of a table that somebody else made."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from time import perf_counter, process_time
from typing import cast

import numpy as np
import pandas as pd

from promo.domain import Status
from promo.errors import BadRequest, Infeasible, OutOfTime
from promo.optimize.arrays import Floats, Ints
from promo.optimize.narrow import exact, whole
from promo.optimize.solver import MEET, MOST, Live, Program, cpu_ms


@dataclass(frozen=True, eq=False)
class Choice:
    """The chosen rows and what was proved about them.

    `rows` are rows of the given table with a `weight` (1 unless relaxed). `gap` is
    |bound - objective| / |objective|. `shadow_prices` say by limit how the objective changes with
    one more unit of it, from the linear relaxation; a least amount is named `column>=`, a limit
    per group `column:capcolumn`, which maps each group's first row label to its price.
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
class _Limit:
    """Rows `sum of weight <= high`, one per scope; each option counts in one of them.

    `sign` is -1 where the caller named a least amount: weights and numbers are turned. `labels`
    name the scopes, where there are several.
    """

    name: str
    weight: Floats
    scope: Ints
    high: Floats
    sign: float = 1.0
    labels: Sequence[object] | None = None

    @property
    def said(self) -> str:
        """The limit as a person writes it; a cap per scope by its two columns."""
        if self.labels is not None:
            return self.name
        way = "<=" if self.sign > 0 else ">="
        return f"{self.name.removesuffix('>=')} {way} {self.sign * self.high[0]:.12g}"


def choose(  # noqa: PLR0913 # the whole request in one sentence, nothing hidden
    options: pd.DataFrame,
    *,
    one_per: Sequence[str],
    maximise: str | None = None,
    minimise: str | None = None,
    limits: Mapping[str, float] | None = None,
    at_least: Mapping[str, float] | None = None,
    limits_per: Mapping[str, str] | None = None,
    relax: bool = False,
    seconds: float = 60.0,
) -> Choice:
    """Choose exactly one row per group so that a column's sum is best within the limits.

    Args:
        options: any table; number columns may be negative.
        one_per: columns that name a group; exactly one row of each is chosen.
        maximise: column whose sum over the chosen rows is to be largest, or
        minimise: column whose sum is to be smallest.
        limits: largest sum allowed, per column.
        at_least: smallest sum allowed, per column.
        limits_per: column -> column with its cap; rows that share the first `one_per` column
            together use at most that cap, which must be the same in all of them.
        relax: allow shares of rows (the linear relaxation).
        seconds: wall time after which the best choice so far is returned with its gap.

    Raises:
        BadRequest: a column is absent, not a number, a cap differs within its group, or not
            exactly one of `maximise` and `minimise` is given.
        Infeasible: names the limits that contradict each other.
        OutOfTime: no choice that keeps the limits was found.

    >>> table = pd.DataFrame({"shelf": ["a", "a", "b", "b"], "cost": [0, 2, 0, 3],
    ...                       "gain": [0.0, 5.0, 0.0, 4.0]})
    >>> choose(table, one_per=["shelf"], maximise="gain", limits={"cost": 4}).objective
    5.0
    """
    since, until = process_time(), perf_counter() + seconds
    goal, sign = _goal(maximise, minimise)
    asked = [*_totals(options, limits or {}, 1.0), *_totals(options, at_least or {}, -1.0),
             *_caps(options, one_per[:1], limits_per or {})]  # fmt: skip
    program = _program(sign * _numbers(options, goal), _groups(options, one_per), asked)
    linear = Live(program)
    build = cpu_ms(since)
    since = process_time()
    relaxed = answer = linear.solve(program.limit, program.upper, seconds)
    if not relax and relaxed.status != "infeasible":
        answer = exact(linear, relaxed, until)
    if answer.status == "infeasible":
        unsolvable = program if relaxed.status == "infeasible" else whole(program)
        raise Infeasible(limits=_conflict(unsolvable, asked, seconds))
    if answer.status == "out_of_time":
        raise OutOfTime(seconds=ceil(seconds))
    weight = answer.x if relax else np.round(answer.x)
    objective = float(program.value @ weight)
    bound = max(answer.bound, objective)
    at = np.flatnonzero(weight > 1e-9)
    return Choice(
        status=answer.status,
        objective=sign * objective,
        bound=sign * bound,
        gap=(bound - objective) / max(abs(objective), 1e-9),
        shadow_prices=_prices(relaxed.price, asked, sign),
        rows=options.iloc[at].assign(weight=weight[at]),
        solve_ms=cpu_ms(since),
        build_ms=build,
    )


def _numbers(options: pd.DataFrame, column: str) -> Floats:
    if column not in options:
        raise BadRequest(field="column", value=column, known=list(options.columns))
    values = pd.to_numeric(options[column], errors="coerce").to_numpy(dtype=float)
    if not (fine := np.isfinite(values)).all():
        raise BadRequest(field=column, value=options[column].iloc[fine.argmin()], must="numbers")
    return cast(Floats, values)


def _goal(maximise: str | None, minimise: str | None) -> tuple[str, float]:
    if (maximise is None) == (minimise is None):
        raise BadRequest(field="maximise", value=maximise, must="one_goal")
    return (maximise, 1.0) if maximise is not None else (str(minimise), -1.0)


def _groups(options: pd.DataFrame, columns: Sequence[str]) -> Ints:
    columns = list(columns)
    absent = [column for column in columns if column not in options]
    if absent or not columns:
        raise BadRequest(field="one_per", value=absent or columns, known=list(options.columns))
    return options.groupby(columns, sort=False, dropna=False).ngroup().to_numpy().astype(np.int64)


def _totals(options: pd.DataFrame, limits: Mapping[str, float], sign: float) -> Iterator[_Limit]:
    everything = np.zeros(len(options), dtype=np.int64)
    for column, number in limits.items():
        name = column if sign > 0 else f"{column}>="
        weight = sign * _numbers(options, column)
        yield _Limit(name, weight, everything, np.array([sign * number]), sign)


def _caps(
    options: pd.DataFrame, one_per: Sequence[str], limits_per: Mapping[str, str]
) -> Iterator[_Limit]:
    if not limits_per:
        return
    owner = _groups(options, one_per)
    first = np.unique(owner, return_index=True)[1]
    labels = options[one_per[0]].iloc[first].tolist()
    for column, cap_column in limits_per.items():
        cap = _numbers(options, cap_column)
        if not np.allclose(cap, cap[first][owner]):
            other = cap[np.argmin(np.isclose(cap, cap[first][owner]))]
            raise BadRequest(field=cap_column, value=float(other), must="alike")
        weight = _numbers(options, column)
        yield _Limit(f"{column}:{cap_column}", weight, owner, cap[first], labels=labels)


def _program(value: Floats, group: Ints, limits: Sequence[_Limit]) -> Program:
    """Rows: one per group, which is met exactly, then those of each limit."""
    everything, groups = np.arange(len(value)), int(group.max(initial=-1)) + 1
    high = np.concatenate([np.ones(groups), *(limit.high for limit in limits)])
    first = groups + _starts(limits)
    row = np.concatenate(
        [group, *(at + limit.scope for at, limit in zip(first, limits, strict=False))]
    )
    order = np.argsort(row, kind="stable")
    weight = np.concatenate([np.ones(len(value)), *(limit.weight for limit in limits)])
    return Program(
        value=value,
        upper=np.ones(len(value)),
        whole=np.zeros(len(value), dtype=bool),
        start=np.searchsorted(row[order], np.arange(len(high) + 1)),
        index=np.tile(everything, len(limits) + 1)[order],
        weight=weight[order],
        limit=high,
        sense=np.where(np.arange(len(high)) < groups, MEET, MOST),
    )


def _starts(limits: Sequence[_Limit]) -> Ints:
    """The first row of each limit among those of all limits, and behind them their number."""
    return np.cumsum([0, *(len(limit.high) for limit in limits)])


def _prices(
    price: Floats, limits: Sequence[_Limit], sign: float
) -> Mapping[str, float | Mapping[object, float]]:
    if not price.size:
        return {}
    found: dict[str, float | Mapping[object, float]] = {}
    after = price[len(price) - int(_starts(limits)[-1]) :]
    for limit, at in zip(limits, _starts(limits), strict=False):
        each = (sign * limit.sign * after[at : at + len(limit.high)] + 0.0).tolist()
        found[limit.name] = dict(zip(limit.labels, each, strict=True)) if limit.labels else each[0]
    return found


def _conflict(program: Program, limits: Sequence[_Limit], seconds: float) -> tuple[str, ...]:
    """A smallest set of limits that no choice keeps together; the groups are never questioned."""
    live, high = Live(program), program.limit.copy()
    kept = []
    for limit, at in zip(
        limits, int((program.sense == MEET).sum()) + _starts(limits), strict=False
    ):
        rows = slice(at, at + len(limit.high))
        before = high[rows].copy()
        high[rows] = np.abs(program.weight).sum()
        part = seconds / len(limits)
        if live.solve(high, program.upper, part).status != "infeasible":
            high[rows] = before
            kept.append(limit.said)
    return tuple(kept)
