"""How a desk is opened: what a plan rests on and no file tells."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from itertools import chain
from typing import Any, TypeGuard

from promo import optimize
from promo.errors import BadRequest
from promo.workflow.requests import offered
from promo.workflow.studies import LeftOut, Study, StudySettings

WEEKS = range(1, 13)
"""Lengths of a campaign, in weeks."""

STEPS = (0.01, 0.02, 0.05, 0.1)
"""Distances between two discounts on offer, share of the list price."""

LONGEST = range(5)
"""Weeks that a promotion may run at most; 0 is one campaign over all weeks."""

ENDINGS = (0.0, 0.99, 0.95, 0.9, 0.5, 9.0)
"""What promotional prices may end in; 0 is any price."""

SCOPES = ("everything", "category", "product")
"""What a share can be about; the further on, the more it counts."""

Part = tuple[str, str, float]
"""One of `SCOPES`, the name of a category or the key of a product, and a share."""

Reach = tuple[str, float]
"""A mechanic, and the share of the items that it reaches."""


@dataclass(frozen=True)
class Offering:
    """What a plan rests on and no file tells.

    Args:
        weeks: how long the campaign runs.
        assumed_margin: where no unit cost is known, share of the list price.
        step: distance between two discounts, share of the list price.
        longest: weeks that a promotion may run, 0 for one campaign over all weeks.
        mechanics: ways to give a discount.
        reach: of some of them, the share of items they reach, where she knows better than what is
            assumed.
        ending: what promotional prices end in, 0 for any price.
        funding: shares of the discounts that suppliers pay.
        salvage: what an item left over at the end is worth, as shares of its unit cost.

    Raises:
        BadRequest: one of them is not to be had.
    """

    weeks: int = StudySettings.weeks
    assumed_margin: float = StudySettings.assumed_margin
    step: float = 0.05
    longest: int = 0
    mechanics: tuple[str, ...] = ("percent",)
    reach: tuple[Reach, ...] = field(default=())
    ending: float = 0.0
    funding: tuple[Part, ...] = field(default=())
    salvage: tuple[Part, ...] = field(default=())

    def __post_init__(self) -> None:
        """Refuse what a desk cannot be opened with."""
        known: dict[str, tuple[object, ...]] = {
            "weeks": tuple(WEEKS), "step": STEPS, "longest": tuple(LONGEST), "ending": ENDINGS,
        }  # fmt: skip
        for name, choices in known.items():
            if getattr(self, name) not in choices:
                raise BadRequest(field=name, value=getattr(self, name), known=list(choices))
        ways = list(optimize.MECHANICS)
        named = {*self.mechanics, *(name for name, _ in self.reach)}
        if not self.mechanics or not named <= set(ways):
            raise BadRequest(field="mechanics", value=sorted(named), known=ways)
        shares = [part[2] for part in chain(self.funding, self.salvage)]
        for share in (self.assumed_margin, *shares, *dict(self.reach).values()):
            if not 0 <= share <= 1:
                raise BadRequest(field="share", value=share, must="share")

    def mechanic(self, name: str) -> optimize.Mechanic:
        """A way to give a discount, as far as she knows it as she says."""
        usual = optimize.MECHANICS[name]
        return replace(usual, reach=dict(self.reach).get(name, usual.reach))

    def settings(self, left_out: tuple[LeftOut, ...] = ()) -> StudySettings:
        """What learning is told of it."""
        return StudySettings(self.weeks, self.assumed_margin, left_out)

    def offer(self, study: Study) -> optimize.Offer:
        """What the optimiser is told of it."""
        facts = study.curves.rows.drop_duplicates("product_id")
        cost = dict(zip(facts["product_id"], facts["unit_cost"], strict=True))
        category = dict(zip(facts["product_id"], facts["category"], strict=True))
        salvage = _each(self.salvage, category)
        return optimize.Offer(
            lengths=tuple(range(1, self.longest + 1)) or None,
            mechanics=tuple(map(self.mechanic, self.mechanics)),
            endings=(self.ending,) if self.ending else (),
            funding=_each(self.funding, category),
            salvage={name: share * cost[name] for name, share in salvage.items()},
        )


def _each(parts: tuple[Part, ...], category: Mapping[str, str]) -> dict[str, float]:
    """The share of each product that one is said for."""
    found: dict[str, float] = {}
    for scope, name, share in sorted(parts, key=lambda part: SCOPES.index(part[0])):
        of = {"everything": category, "product": {name} & set(category)}
        inside = of.get(scope, [one for one, its in category.items() if its == name])
        found |= dict.fromkeys(inside, share)
    return found


def offering_to(offering: Offering) -> dict[str, object]:
    """How a desk was opened, as a file or a link says it; what is usual is left out."""
    usual = asdict(Offering())
    return {name: value for name, value in asdict(offering).items() if value != usual[name]}


def offering_from(said: Mapping[str, Any]) -> Offering:
    """How a desk was opened, from what `offering_to` says; trusts nothing in it.

    Raises:
        BadRequest: a name is not known or a value cannot be meant.
    """
    known = [one.name for one in fields(Offering)]
    given: dict[str, Any] = {}
    for name, value in said.items():
        if name not in known:
            raise BadRequest(field="desk", value=name, known=known)
        given[name] = tuple(_read(name, value)) if name in _LISTS else _number(name, value)
    return Offering(**given)


_LISTS = ("mechanics", "reach", "funding", "salvage")


def _number(name: str, value: object) -> Any:
    must = "whole" if name in ("weeks", "longest") else "number"
    if must not in offered(value):
        raise BadRequest(field=name, value=value, must=must)
    return value


def _read(name: str, value: object) -> Iterator[Any]:
    """The entries of a list, each checked to be what it stands for."""
    for entry in value if isinstance(value, list | tuple) else [None]:
        if name == "mechanics" and isinstance(entry, str):
            yield entry
        elif name == "reach" and _is_reach(entry):
            yield entry[0], float(entry[1])
        elif name in ("funding", "salvage") and _is_part(entry):
            yield entry[0], entry[1], float(entry[2])
        else:
            raise BadRequest(field=name, value=value, must="table")


def _is_reach(entry: Any) -> TypeGuard[Reach]:
    return (
        isinstance(entry, list | tuple) and len(entry) == 2
        and isinstance(entry[0], str) and "number" in offered(entry[1])
    )  # fmt: skip


def _is_part(entry: Any) -> TypeGuard[Part]:
    return (
        isinstance(entry, list | tuple) and len(entry) == 3 and entry[0] in SCOPES
        and isinstance(entry[1], str) and "number" in offered(entry[2])
    )  # fmt: skip
