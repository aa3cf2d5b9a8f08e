"""Her own plan: what is set by hand, and what is out of the question."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from promo.errors import BadRequest
from promo.optimize.arrays import Flags, Table
from promo.optimize.rules.base import SAID, Rule, holds, place_of, product_at, promoted
from promo.optimize.rules.calendar import week_at
from promo.optimize.terms import Fixed, Shut, Term


@dataclass(frozen=True)
class Choice(Rule):
    """One or several options of a product by what they are; what is not said may be anything."""

    product: str = holds("product")
    segment: str | None = holds("segment", None)
    mechanic: str | None = holds("mechanic", None)
    first: str | None = holds("first", None)
    weeks: int | None = holds("weeks", None)
    discount: float | None = holds("share", None)

    def meant(self, table: Table) -> Flags:
        """The option rows that are meant."""
        found: Flags = promoted(table) & (table.owner == product_at(table, self.product))
        if self.segment is not None:
            at = place_of("segment", self.segment, table.segments)
            found &= table.segment[table.line] == at
        if self.mechanic is not None:
            found &= table.mechanic == place_of("mechanic", self.mechanic, table.mechanics)
        if self.first is not None:
            found &= table.first == week_at(table, self.first)
        if self.weeks is not None:
            found &= table.last - table.first + 1 == self.weeks
        if self.discount is not None:
            found &= np.abs(table.column["discount"] - self.discount) <= SAID
        return found


@dataclass(frozen=True)
class Locked(Choice):
    """This promotion runs, whatever else is planned; in every segment where none is named.

    A discount of 0 says that the product is not promoted there at all.
    """

    code: ClassVar[str] = "locked"

    def says(self, table: Table) -> Iterator[Term]:
        """Fixes one option per segment, and shuts all others of it in its weeks.

        Raises:
            BadRequest: no option, or more than one of a segment and week, is like that.
        """
        if self.discount == 0:
            yield Shut(self._touching(table))
            return
        at = np.flatnonzero(self.meant(table))
        if not at.size or len(np.unique(table.line[at])) != len(at):
            must = "one_option" if at.size else "option"
            raise BadRequest(field=f"locked {self.product}", value=self.discount, must=must)
        yield Fixed(at)

    def _touching(self, table: Table) -> Flags:
        """Every promotion of the product in the weeks that are meant, in some of them at least."""
        found = Choice(self.product, self.segment).meant(table)
        if self.first is not None:
            first = week_at(table, self.first)
            found &= (table.first < first + (self.weeks or 1)) & (table.last >= first)
        return found


@dataclass(frozen=True)
class Forbidden(Choice):
    """A product gets no such promotion; none at all where nothing else is said."""

    code: ClassVar[str] = "forbidden"

    def says(self, table: Table) -> Iterator[Term]:
        """Shuts the options that are meant."""
        yield Shut(self.meant(table))
