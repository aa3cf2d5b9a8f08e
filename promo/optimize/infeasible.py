"""Which rules contradict each other when no plan keeps them all."""

from collections.abc import Mapping

import numpy as np

from promo.optimize.arrays import Floats, Ints, Table
from promo.optimize.rules import Limits, Row, Rule
from promo.optimize.solver import Live, Program

SECONDS = 5.0
"""For the whole diagnosis of one conflict."""


def conflicting(table: Table, limits: Limits, stock: Mapping[str, float]) -> tuple[str, ...]:
    """The codes of a smallest set of rules that no plan keeps together.

    One rule after the other is left out; it stays out when the rest is still impossible. The
    structure - one discount per product and segment - is never questioned.
    """
    rules = list(limits.rules(stock))
    sold = _sold(table, limits, stock)
    for rule in tuple(rules):
        rest = [other for other in rules if other is not rule]
        if not _possible(table, rest, sold):
            rules = rest
    return tuple(rule.code for rule in rules)


def _sold(table: Table, limits: Limits, stock: Mapping[str, float]) -> Floats:
    held = np.array([stock.get(product, np.inf) for product in table.products])
    part = np.minimum(1.0, limits.stock_share * held / np.maximum(table.base("units"), 1e-12))
    full = np.ones(len(table.group))
    full[table.start] = part[table.product]
    return full


def _possible(table: Table, rules: list[Rule], sold: Floats) -> bool:
    """Whether some weighting of the options keeps the rules."""
    options = table.options.rows
    seen = options.assign(profit=options["profit"] * sold, revenue=options["revenue"] * sold)
    rows = [row for rule in rules for row in rule.rows(seen)]
    program = program_of(table, rows, np.zeros(len(options)), whole=False)
    answer = Live(program).solve(program.high, program.upper, SECONDS)
    return answer.status != "infeasible"


def program_of(table: Table, rows: list[Row], value: Floats, *, whole: bool) -> Program:
    """The rules' own rows as a program over all options: slow, and nothing left out.

    Columns are the option rows and one switch per product; a row that `counts` is about the
    switches of its products.
    """
    options, products = table.options.rows, len(table.products)
    count = len(options)
    product = table.product[table.group]
    parts: list[tuple[Ints, Floats, float, bool]] = []
    for row in rows:
        at, weight = row.at, row.weights
        if row.counts:
            at = count + np.unique(product[row.at])
            weight = np.ones(len(at))
        if np.isfinite(row.high):
            parts.append((at, weight, row.high, False))
        if np.isfinite(row.low):
            parts.append((at, -weight, -row.low, False))
    discount = table.column["discount"]
    for at in np.split(np.arange(count), table.start[1:]):
        parts.append((at, np.ones(len(at)), 1.0, True))
        promoted = at[discount[at] > 0]
        link = np.append(promoted, count + product[at[0]])
        parts.append((link, np.append(np.ones(len(promoted)), -1.0), 0.0, False))
    sizes = [len(part[0]) for part in parts]
    columns = count + products
    return Program(
        value=np.append(value, np.zeros(products)),
        upper=np.ones(columns),
        whole=np.full(columns, whole),
        start=np.concatenate([[0], np.cumsum(sizes)]),
        index=np.concatenate([part[0] for part in parts]).astype(np.int64),
        weight=np.concatenate([part[1] for part in parts]),
        high=np.array([part[2] for part in parts]),
        equal=np.array([part[3] for part in parts]),
    )
