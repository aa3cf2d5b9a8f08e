"""What a source is: canonical fields with the header names people use, and rules about rows."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Literal

Grammar = Literal[
    "id", "text", "number", "count", "share", "paid", "percent", "flag", "time", "week"
]


@dataclass(frozen=True)
class Field:
    """One canonical column and the names it goes by, most telling first."""

    name: str
    kind: Grammar
    aliases: tuple[str, ...] = ()
    required: bool = False
    empty_ok: bool = True

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Every name that is recognised, in the form that is compared."""
        return tuple(plain(name) for name in (self.name, *self.aliases))


@dataclass(frozen=True)
class Rule:
    """A row that reads well and still cannot be used: `condition` is SQL over canonical fields."""

    code: str
    field: str
    condition: str


@dataclass(frozen=True)
class Source:
    """One kind of file that a shop has.

    `one_of` lists groups of fields of which each needs a member; `derived` replaces a canonical
    value by SQL over canonical values; `key` names the fields that may occur once together,
    `()` when only rows equal in every column are duplicates; `against` lists headers that speak
    for another source, so that an order file without dates is not taken for a product list.
    """

    name: str
    fields: tuple[Field, ...]
    one_of: tuple[tuple[str, ...], ...] = ()
    derived: Mapping[str, str] | None = None
    rules: tuple[Rule, ...] = ()
    warnings: tuple[Rule, ...] = ()
    key: tuple[str, ...] = ()
    against: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()

    @property
    def columns(self) -> tuple[Field, ...]:
        """The fields of the canonical table; helpers of `derived` are left out."""
        return tuple(field for field in self.fields if field.name not in self.hidden)

    def field(self, name: str) -> Field:
        """The field of that name.

        Raises:
            KeyError: the source has no such field.
        """
        return {field.name: field for field in self.fields}[name]

    def suggest(self, header: tuple[str, ...]) -> dict[str, str]:
        """Canonical field -> header, each header used at most once."""
        free = {plain(name): name for name in reversed(header) if name}
        found: dict[str, str] = {}
        # Rank by rank, so that a field's best name wins over another field's lesser one.
        for rank in range(max(len(field.names) for field in self.fields)):
            for field in self.fields:
                if field.name not in found and rank < len(field.names):
                    header_name = free.pop(field.names[rank], None)
                    if header_name is not None:
                        found[field.name] = header_name
        return {field.name: found[field.name] for field in self.fields if field.name in found}

    def missing(self, mapped: Mapping[str, str]) -> tuple[str, ...]:
        """The fields without which the source means nothing; a choice is written `a | b`."""
        lone = [field.name for field in self.fields if field.required and field.name not in mapped]
        groups = [" | ".join(group) for group in self.one_of if not mapped.keys() & set(group)]
        return (*lone, *groups)

    def score(self, header: tuple[str, ...]) -> float:
        """How well the header fits, in [0, 1]; at least 0.5 when nothing needed is missing."""
        mapped = self.suggest(header)
        needed = sum(field.required for field in self.fields) + len(self.one_of)
        coverage = len(mapped) / max(len(header), 1)
        present = 1 - len(self.missing(mapped)) / needed
        if {plain(name) for name in self.against} & {plain(name) for name in header}:
            return 0.4 * present * coverage
        return 0.5 + 0.5 * coverage if present == 1 else 0.4 * present * coverage


@cache
def plain(name: str) -> str:
    """A name without case, blanks and punctuation.

    >>> plain("Unit Price"), plain("unit_price"), plain("单价（元）")
    ('unitprice', 'unitprice', '单价元')
    """
    folded = unicodedata.normalize("NFKC", name).casefold()
    return "".join(char for char in folded if char.isalnum())
