"""What a source is: canonical fields with the header names people use, and rules about rows."""

import re
import unicodedata
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from typing import Literal, TypeVar

from promo.ingest.sources.series import Series, Wide, families
from promo.ingest.sources.vocabulary import meaning

Grammar = Literal[
    "id",
    "text",
    "number",
    "count",
    "share",
    "paid",
    "percent",
    "flag",
    "time",
    "past",
    "until",
    "week",
    "tally",
    "list",
]

_BRACKETS = re.compile(r"[(（\[【].*?[)）\]】]")


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
    """A row that reads well and still cannot be used: `condition` is SQL over canonical fields.

    Several words are asked for by `engine.among`, which keeps the order of rows.
    """

    code: str
    field: str
    condition: str


@dataclass(frozen=True)
class Source:
    """One kind of file that a shop has.

    `one_of` lists groups of fields of which each needs a member; `derived` replaces a canonical
    value by SQL over canonical values; `key` names the fields that may occur once together,
    `()` when only rows equal in every column are duplicates; rows without the field `identity` are
    never duplicates, because nothing tells whether two equal ones are the same; `usual` lists
    fields (or choices `a|b`) without which a file is less likely of this kind; `against` lists
    headers that speak for another source, so that an order file without dates is not taken for a
    product list; `absent` gives fields the warning that is due when no column fills them;
    `series` says how a row may hold several periods; `happened` is the time that cannot lie ahead;
    `across` replaces a canonical value by SQL over all rows of a file, one in which the field
    `whole` is mapped: its rows complete each other.
    """

    name: str
    fields: tuple[Field, ...]
    one_of: tuple[tuple[str, ...], ...] = ()
    derived: Mapping[str, str] | None = None
    rules: tuple[Rule, ...] = ()
    warnings: tuple[Rule, ...] = ()
    key: tuple[str, ...] = ()
    identity: str = ""
    absent: Mapping[str, str] | None = None
    usual: tuple[str, ...] = ()
    against: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()
    series: Series | None = None
    happened: str = ""
    whole: str = ""
    across: Mapping[str, str] | None = None

    @property
    def columns(self) -> tuple[Field, ...]:
        """The fields of the canonical table; helpers of `derived` are left out."""
        return tuple(field for field in self.fields if field.name not in self.hidden)

    @cached_property
    def _rivals(self) -> frozenset[str]:
        return frozenset(map(plain, self.against))

    def field(self, name: str) -> Field:
        """The field of that name.

        Raises:
            KeyError: the source has no such field.
        """
        return {field.name: field for field in self.fields}[name]

    def suggest(self, header: tuple[str, ...]) -> dict[str, str]:
        """Canonical field -> header, each header used at most once."""
        found: dict[str, str] = {}
        _claim(found, _folded(header), self._names)
        _claim(found, _bare(header), self._names)
        _claim(found, _meant(header), self._meanings)
        if self.series and self.series.period not in found:
            wide = families(self.series, self._names, header)
            if self.series.fields[0] in wide:
                found = {
                    field: next(iter(columns.values())) for field, columns in wide.items()
                } | found
        return {field.name: found[field.name] for field in self.fields if field.name in found}

    def wide(self, mapped: Mapping[str, str], header: tuple[str, ...]) -> Wide | None:
        """The columns side by side that a mapping means; None when each row is about one period.

        It is meant where no column is the period and that of the first field of the series is one
        of several such columns: the rest are found by what they have in common.
        """
        if self.series is None or self.series.period in mapped:
            return None
        found = families(self.series, self._names, header)
        meant = {
            field: found[field]
            for field in self.series.fields
            if field in found and mapped.get(field) in found[field].values()
        }
        return Wide(meant) if self.series.fields[0] in meant else None

    @cached_property
    def _names(self) -> dict[str, tuple[str, ...]]:
        return {field.name: field.names for field in self.fields}

    @cached_property
    def _meanings(self) -> dict[str, tuple[frozenset[str], ...]]:
        return {
            field.name: tuple(map(meaning, (field.name.replace("_", " "), *field.aliases)))
            for field in self.fields
        }

    def missing(self, mapped: Mapping[str, str]) -> tuple[str, ...]:
        """The fields without which the source means nothing; a choice is written `a | b`."""
        lone = [field.name for field in self.fields if field.required and field.name not in mapped]
        groups = [" | ".join(group) for group in self.one_of if not mapped.keys() & set(group)]
        return (*lone, *groups)

    def score(self, header: tuple[str, ...]) -> float:
        """How well the header fits, in [0, 1]; at least 0.5 when nothing needed is missing."""
        mapped = self.suggest(header)
        needed = sum(field.required for field in self.fields) + len(self.one_of)
        wide = self.wide(mapped, header)
        side_by_side = sum(len(columns) - 1 for columns in wide.columns.values()) if wide else 0
        coverage = (len(mapped) + side_by_side) / max(len(header), 1)
        present = 1 - len(self.missing(mapped)) / needed
        if self._rivals & _folded(header).keys():
            return 0.4 * present * coverage
        if present < 1:
            return 0.4 * present * coverage
        known = {*mapped, self.series.period} if wide and self.series else mapped.keys()
        doubts = sum(not known & set(choice.split("|")) for choice in self.usual)
        return max(0.5, 0.5 + 0.5 * coverage - 0.2 * doubts)


Form = TypeVar("Form", bound=Hashable)


def _claim(
    found: dict[str, str],
    names: Mapping[Form, str],
    fields: Mapping[str, Sequence[Form]],
) -> None:
    """Give each field that has none yet a header that no field has, by forms that are equal."""
    # Rank by rank, so that a field's best name wins over another field's lesser one.
    for rank in range(max(map(len, fields.values()))):
        for field, known in fields.items():
            header = names.get(known[rank]) if field not in found and rank < len(known) else None
            if header is not None and header not in found.values():
                found[field] = header


@lru_cache(64)
def _folded(header: tuple[str, ...]) -> dict[str, str]:
    """Headers by the form that is compared; the first of equal ones."""
    return {plain(name): name for name in reversed(header) if name}


@lru_cache(64)
def _bare(header: tuple[str, ...]) -> dict[str, str]:
    """Headers by their name without what stands in brackets: a unit, a currency."""
    return {plain(_BRACKETS.sub("", name)): name for name in reversed(header) if name}


@lru_cache(64)
def _meant(header: tuple[str, ...]) -> dict[frozenset[str], str]:
    """Headers by what their words mean, whatever their language."""
    return {words: name for name in reversed(header) if (words := meaning(name))}


@cache
def plain(name: str) -> str:
    """A name without case, blanks and punctuation.

    >>> plain("Unit Price"), plain("unit_price"), plain("单价（元）")
    ('unitprice', 'unitprice', '单价元')
    """
    folded = unicodedata.normalize("NFKC", name).casefold()
    return "".join(char for char in folded if char.isalnum())
