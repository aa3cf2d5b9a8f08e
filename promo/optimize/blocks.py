"""Blocks of products whose plans are mixed as one."""

from dataclasses import dataclass

import numpy as np

from promo.optimize.arrays import Ints
from promo.optimize.problem import Problem

FEWEST = 20
MOST_CELLS = 4_000_000
"""Blocks times rows that one offer may fill."""

MOST_SINGLE = 2_000
"""Products up to which a block of its own for each pays in the search for whole plans."""


@dataclass(frozen=True, eq=False)
class Blocks:
    """The block of each product, and how many blocks there are."""

    block: Ints
    count: int

    @property
    def single(self) -> bool:
        """Whether every product is a block of its own."""
        return self.count == len(self.block)


def singles(problem: Problem) -> Blocks | None:
    """Every product a block of its own, where there are few enough."""
    if problem.products > MOST_SINGLE or problem.products * len(problem.least) > MOST_CELLS:
        return None
    return Blocks(np.arange(problem.products), problem.products)


def blocks_of(problem: Problem) -> Blocks:
    """Products that share the same particular row side by side, in about as many as pay.

    The master needs the more blocks the more rows it has to meet; with as many rows as a quarter
    of the products every product is a block of its own.
    """
    rows, products = len(problem.least), problem.products
    wanted = products if 4 * rows >= products else max(FEWEST, rows)
    wanted = max(1, min(wanted, products, MOST_CELLS // max(rows, 1)))
    kind = np.unique(_particular(problem), return_inverse=True)[1]
    kinds = int(kind.max(initial=-1)) + 1
    if wanted == products or kinds > wanted:
        order = np.argsort(kind, kind="stable")
        block = np.empty(products, dtype=np.int64)
        block[order] = np.arange(products) * wanted // max(products, 1)
    else:
        buckets = max(1, round(wanted / max(kinds, 1)))
        within = np.arange(products) // max(kinds, 1) % buckets
        block = np.unique(kind * buckets + within, return_inverse=True)[1].astype(np.int64)
    return Blocks(block, int(block.max(initial=-1)) + 1)


def _particular(problem: Problem) -> Ints:
    """The row with the fewest entries among those that each product takes part in."""
    size = np.bincount(problem.rows.row, minlength=len(problem.least))
    size += np.bincount(problem.counts.row, minlength=len(problem.least))
    rank = np.empty(len(size), dtype=np.int64)
    rank[np.argsort(size, kind="stable")] = np.arange(len(size))
    best = np.full(problem.products, len(size), dtype=np.int64)
    np.minimum.at(best, problem.owner[problem.rows.column], rank[problem.rows.row])
    np.minimum.at(best, problem.product[problem.counts.column], rank[problem.counts.row])
    return best
