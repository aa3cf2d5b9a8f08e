"""What every rule is: a sentence with a few amounts, checked when it is said."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from typing import Any, ClassVar, Literal

import numpy as np

from promo.errors import BadRequest
from promo.optimize.arrays import Flags, Table
from promo.optimize.terms import Term

Kind = Literal[
    "money", "share", "count", "weeks", "amount", "flag",
    "product", "other_product", "products", "category", "brand", "segment", "mechanic", "channel",
    "measure", "first", "last",
]  # fmt: skip
"""What a field of a rule holds; a form, a file and a sentence are made from it. `first` and `last`
are Mondays written as dates."""

SLACK = 1e-12
"""Two shares this close are one."""

SAID = 1e-6
"""A depth is said in six digits; that of a price with an ending has many more."""


def holds(kind: Kind, default: Any = ...) -> Any:
    """A field of a rule, with what it holds; without a default it must be said."""
    if default is ...:
        return field(metadata={"kind": kind})
    return field(default=default, metadata={"kind": kind})


@dataclass(frozen=True)
class Rule:
    """A condition that she may set, see bind and relax; `code` names it in the catalogue.

    `amount` is the field that says how far it goes, empty where it can only be left out; `up` says
    that more of it asks for less.
    """

    code: ClassVar[str]
    amount: ClassVar[str] = ""
    up: ClassVar[bool] = True

    def __post_init__(self) -> None:
        """Refuse what cannot be meant.

        Raises:
            BadRequest: an amount is negative, not finite, or a share above 1.
        """
        for name, kind in self.kinds().items():
            must = _wrong(kind, getattr(self, name))
            if must:
                raise BadRequest(field=f"{self.code}.{name}", value=getattr(self, name), must=must)

    @classmethod
    def kinds(cls) -> Mapping[str, Kind]:
        """What each field holds, by its name."""
        return {one.name: one.metadata["kind"] for one in fields(cls)}

    @classmethod
    def counted(cls) -> bool:
        """Whether the amount can only be a whole number."""
        return cls.kinds().get(cls.amount) in ("count", "weeks")

    def says(self, table: Table) -> Iterator[Term]:
        """What this rule means on a table of options."""
        raise NotImplementedError


def _wrong(kind: Kind, value: Any) -> str:
    """What a value has to be that it is not; empty when it is fine."""
    if value is None or isinstance(value, (str, tuple, Mapping)):
        return ""
    if not np.isfinite(value):
        return "number"
    if kind == "share" and not 0 <= value <= 1 + SLACK:
        return "share"
    if kind in ("count", "weeks") and value != int(value):
        return "whole"
    return "not_negative" if value < 0 and kind != "amount" else ""


@dataclass(frozen=True, kw_only=True)
class Where(Rule):
    """A rule about some products: one, a category or a brand; about all when none is named."""

    product: str | None = holds("product", None)
    category: str | None = holds("category", None)
    brand: str | None = holds("brand", None)

    @property
    def scope(self) -> str:
        """What it is about, for a reader."""
        return self.product or self.category or self.brand or "all"

    def inside(self, table: Table) -> Flags:
        """Which products it is about; shape (products,).

        Raises:
            BadRequest: nothing is called that.
        """
        found = np.ones(len(table.products), dtype=bool)
        if self.product is not None:
            found &= np.arange(len(found)) == product_at(table, self.product)
        if self.category is not None:
            at = place_of("category", self.category, table.categories)
            found &= table.category == at
        if self.brand is not None:
            brands = [table.brand.get(name, "") for name in table.products]
            place_of("brand", self.brand, sorted(set(table.brand.values())))
            found &= np.array(brands) == self.brand
        return found


def place_of(kind: str, name: str, known: list[str]) -> int:
    """Where a name stands in a list.

    Raises:
        BadRequest: it is not in it.
    """
    if name not in known:
        raise BadRequest(field=kind, value=name, known=known)
    return known.index(name)


def product_at(table: Table, name: str) -> int:
    """The number of a product.

    Raises:
        BadRequest: there is none of that name.
    """
    if name not in table.place:
        raise BadRequest(field="product", value=name, known=table.products)
    return table.place[name]


def promoted(table: Table) -> Flags:
    """Option rows that are a promotion."""
    return np.asarray(table.column["discount"] > 0)
