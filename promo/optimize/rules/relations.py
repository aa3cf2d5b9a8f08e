"""Rules that tie products to each other."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from promo.errors import BadRequest
from promo.optimize.arrays import Table
from promo.optimize.rules.base import Rule, Where, holds, product_at
from promo.optimize.rules.calendar import running, week_names
from promo.optimize.terms import Shared, Term, Together


@dataclass(frozen=True)
class Pair(Rule):
    """A rule about two different products."""

    product: str = holds("product")
    other: str = holds("other_product")

    def __post_init__(self) -> None:
        """Refuse a product beside itself.

        Raises:
            BadRequest: both are the same.
        """
        super().__post_init__()
        if self.product == self.other:
            raise BadRequest(field=f"{self.code}.other", value=self.other, must="other_product")


@dataclass(frozen=True)
class NeverTogether(Pair):
    """Two products are never promoted in the same week."""

    code: ClassVar[str] = "never_together"

    def says(self, table: Table) -> Iterator[Term]:
        """One row per week."""
        yield _pair(table, self.code, self.product, self.other, other_counts=1.0, limit=1.0)


@dataclass(frozen=True)
class OnlyWith(Pair):
    """A product is promoted only in weeks in which another one is."""

    code: ClassVar[str] = "only_with"

    def says(self, table: Table) -> Iterator[Term]:
        """One row per week."""
        yield _pair(table, self.code, self.product, self.other, other_counts=-1.0, limit=0.0)


@dataclass(frozen=True)
class PriceGroup(Rule):
    """Some products always get the same promotion.

    Where prices have endings, the same is the step of the ladder that each price came from.
    """

    products: tuple[str, ...] = holds("products")
    code: ClassVar[str] = "price_group"

    def says(self, table: Table) -> Iterator[Term]:
        """In every segment their lines move together."""
        inside = np.zeros(len(table.products), dtype=bool)
        inside[[product_at(table, name) for name in self.products]] = True
        yield Together(np.where(inside[table.product], table.segment, -1))


@dataclass(frozen=True)
class OnePrice(Where):
    """Every segment gets the same promotion of a product."""

    code: ClassVar[str] = "one_price"

    def says(self, table: Table) -> Iterator[Term]:
        """All lines of a product move together."""
        yield Together(np.where(self.inside(table)[table.product], table.product, -1))


def _pair(
    table: Table, code: str, product: str, other: str, *, other_counts: float, limit: float
) -> Shared:
    """Rows over the switches of two products, one per week."""
    at, week = running(table)
    owner = table.owner[table.switch_row[at]]
    mine, theirs = (owner == product_at(table, name) for name in (product, other))
    keep = mine | theirs
    weight = np.where(mine, 1.0, other_counts)[keep]
    scopes = [f"{product} + {other} {day}".strip() for day in week_names(table)]
    limits = np.full(len(scopes), limit)
    return Shared(code, scopes, week[keep], at[keep], weight, limits, counts=True)
