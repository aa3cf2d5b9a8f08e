"""What can be part of a best plan: moves that no rule shuts and that no other move outdoes."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from promo.optimize.arrays import Flags, Floats, Ints, Table, totals
from promo.optimize.terms import Shared, Terms


@dataclass(frozen=True, eq=False)
class Candidates:
    """Moves: options, or options of several lines that must be taken together.

    Option row `at[k]` belongs to move `move[k]`; all else but the last two is per move, in the
    order of the option rows. `block` numbers products, of which some form one block when their
    lines move together; `line_of` is the move's line of each line and `block_of` the block of each
    product, `fixed` are option rows that are chosen whatever else is, `whole` whether every line
    that moves with one of them has such a row.
    """

    at: Ints
    move: Ints
    value: Floats
    demand: Floats
    block: Ints
    line: Ints
    first: Ints
    last: Ints
    discount: Floats
    line_of: Ints
    block_of: Ints
    fixed: Ints
    whole: bool

    @property
    def blocks(self) -> int:
        """How many blocks there are."""
        return int(self.block_of.max(initial=-1)) + 1

    def numbers(self, table: Table) -> Ints:
        """The move of each option row, -1 where it is in none."""
        found = np.full(len(table.line), -1)
        found[self.at] = self.move
        return found

    def sums(self, values: Floats) -> Floats:
        """An amount per option row, summed over the rows of each move."""
        return totals(self.move, values[self.at], len(self.value))


def candidates(table: Table, value: Floats, terms: Terms) -> Candidates:
    """Every move that the rules leave open."""
    line, block_of = _merged(table, terms.together)
    open_ = (table.column["discount"] > 0) & ~terms.shut(len(table.line), above=False)
    key = _key(table, line) if terms.together else table.everything
    fixed = np.flatnonzero(np.isin(key, key[terms.fixed])) if len(terms.fixed) else terms.fixed
    open_ &= ~_beside(table, fixed)
    at = np.flatnonzero(open_)
    move, first = _moves(key, line, table, at)
    at, move = at[move >= 0], move[move >= 0]
    count = len(first)
    return Candidates(
        at=at,
        move=move,
        value=totals(move, value[at], count),
        demand=totals(move, table.beyond["demand"][at], count),
        block=block_of[table.owner[first]],
        line=line[table.line[first]],
        first=table.first[first],
        last=table.last[first],
        discount=table.column["discount"][first],
        line_of=line,
        block_of=block_of,
        fixed=fixed,
        whole=bool((_moves(key, line, table, fixed)[0] >= 0).all()),
    )


def _moves(key: Ints, line: Ints, table: Table, at: Ints) -> tuple[Ints, Ints]:
    """The move of each open row, -1 where a line of it has no such option; a row of each move."""
    if key is table.everything:
        return np.arange(len(at)), at
    _, first, move, size = np.unique(
        key[at], return_index=True, return_inverse=True, return_counts=True
    )
    lines = np.bincount(line)
    whole = size == lines[line[table.line[at[first]]]]
    number = np.where(whole, np.cumsum(whole) - 1, -1)
    return number[move], at[first[whole]]


def _key(table: Table, line: Ints) -> Ints:
    """Equal for options of lines that move together and are the same promotion.

    Prices with endings have no discounts in common, but the steps that they came from.
    """
    steps = table.options.rows["step"].to_numpy()
    _, depth = np.unique(np.round(steps, 9), return_inverse=True)
    _, key = np.unique(
        np.stack([line[table.line], table.first, table.last, depth, table.mechanic]),
        axis=1, return_inverse=True,
    )  # fmt: skip
    return key.ravel().astype(np.int64)


def _merged(table: Table, together: list[Ints]) -> tuple[Ints, Ints]:
    """Each line's number when lines that move together are one, and each product's block."""
    lines, products = len(table.start), len(table.products)
    if not together:
        return np.arange(lines), np.arange(products)
    one, other = (np.concatenate(ends) for ends in zip(*map(_neighbours, together), strict=True))
    line = _components(lines, one, other)
    block = _components(products, table.product[one], table.product[other])
    return line, block


def _neighbours(key: Ints) -> tuple[Ints, Ints]:
    """Pairs of lines that stand next to each other under the same number."""
    order = np.flatnonzero(key >= 0)
    order = order[np.argsort(key[order], kind="stable")]
    same = key[order[1:]] == key[order[:-1]]
    return order[:-1][same], order[1:][same]


def _components(count: int, one: Ints, other: Ints) -> Ints:
    from scipy.sparse import coo_array  # plans without such rules need none
    from scipy.sparse.csgraph import connected_components

    graph = coo_array((np.ones(len(one)), (one, other)), shape=(count, count))
    labels = connected_components(graph, directed=False)[1]
    _, first, place = np.unique(labels, return_index=True, return_inverse=True)
    rank = np.argsort(np.argsort(first))
    return np.asarray(rank[place].astype(np.int64))


def _beside(table: Table, fixed: Ints) -> Flags:
    """Options of a line in the very weeks for which something is fixed there, itself included."""
    if not len(fixed):
        return np.zeros(len(table.line), dtype=bool)
    return np.isin(table.group, table.group[fixed])


def outdone(found: Candidates, terms: Terms, table: Table) -> Flags:
    """Moves that another one of their line and weeks equals or beats whatever the limits are.

    The other one is shallower, or nothing at all. It has at least the value, asks for no more
    items, takes no more of what has a most and gives no less of what has a least, in every row that
    it touches: what one product of a group saves is no room for another. A move that switches on
    what another rule wants on is never outdone by nothing.
    """
    group, depth = _places(found)
    criteria = [found.value]
    for row, at, good in _wishes(terms, table):
        if terms.together:
            criteria += _by_row(found.numbers(table)[at], group, row, good)
        else:
            criteria.append(found.sums(totals(at, good, len(table.line))))
    shape = (int(group.max(initial=-1)) + 1, int(depth.max(initial=0)) + 2)
    grids = [_grid(values, group, depth + 1, shape) for values in criteria]
    there = _grid(np.ones(len(group)), group, depth + 1, shape) > 0
    there[:, 0] = True
    for grid in grids:
        grid[:, 0] = 0.0
    wanted = np.zeros(shape[0], dtype=bool)
    wanted[group[_wanted(found, terms, table)]] = True
    beaten = np.zeros(shape, dtype=bool)
    for level in range(1, shape[1]):
        for other in range(level):
            better = there[:, other] & ~wanted if other == 0 else there[:, other].copy()
            for grid in grids:
                better &= grid[:, other] >= grid[:, level]
            beaten[:, level] |= better
    return np.asarray(beaten[group, depth + 1])


def _wishes(terms: Terms, table: Table) -> Iterator[tuple[Ints, Ints, Floats]]:
    """Row, option and how good it is for that row of all that is limited: more is better."""
    yield table.owner, table.everything, -table.beyond["demand"]
    if terms.together:  # of one step and another mechanic a price with an ending may be deeper
        yield table.line, table.everything, -table.column["discount"]
    for term in terms.shared:
        if not term.counts:
            weight = net_weights(table, term)
            yield term.row, term.at, weight if term.least else -weight


def _by_row(move: Ints, group: Ints, row: Ints, good: Floats) -> Iterator[Floats]:
    """The sums of each move over single rows, those of its group in the order of the rows."""
    move, row, good = move[move >= 0], row[move >= 0], good[move >= 0]
    rows = int(row.max(initial=0)) + 1
    pairs, place = np.unique(group[move] * rows + row, return_inverse=True)
    of = pairs // rows
    turn = (np.arange(len(pairs)) - np.searchsorted(of, of))[place]
    for number in range(int(turn.max(initial=-1)) + 1):
        mine = turn == number
        yield totals(move[mine], good[mine], len(group))


def net_weights(table: Table, term: Shared) -> Floats:
    """Each entry's weight less what no promotion weighs in its row in the option's weeks."""
    weight = term.net[0]
    none = table.column["discount"] == 0
    mine = none[term.at]
    if not mine.any():
        return weight
    base = np.zeros(len(none))
    row = np.full(len(none), -1)
    base[term.at[mine]], row[term.at[mine]] = weight[mine], term.row[mine]
    start = table.start[table.line[term.at]]
    same = (row[start] == term.row) & ~mine
    return weight - np.where(same, table.column["base_share"][term.at] * base[start], 0.0)


def _wanted(found: Candidates, terms: Terms, table: Table) -> Flags:
    """Moves whose switch helps a row: it makes room there, or is counted towards a least."""
    good = np.zeros(len(table.switch_row), dtype=bool)
    for term in terms.shared:
        if term.counts:
            helps = term.weight > 0 if term.least else term.weight < 0
            good[term.at[helps]] = True
    return found.sums(good[table.switch].astype(float)) > 0


def _places(found: Candidates) -> tuple[Ints, Ints]:
    """Each move's group (line and weeks) and its place in it, the shallowest first."""
    order = np.lexsort((found.discount, found.last, found.first, found.line))
    keys = np.stack([found.line, found.first, found.last])[:, order]
    new = np.append(True, (np.diff(keys, axis=1) != 0).any(axis=0))[: len(order)]
    group = np.cumsum(new) - 1
    place = np.arange(len(order)) - np.flatnonzero(new)[group]
    back = np.empty(len(order), dtype=np.int64)
    back[order] = np.arange(len(order))
    return group[back], place[back]


def _grid(values: Floats, group: Ints, depth: Ints, shape: tuple[int, int]) -> Floats:
    grid = np.full(shape, -np.inf)
    grid[group, depth] = values
    return grid
