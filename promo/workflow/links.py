"""Use cases about links: what a plan was asked in an address, and what of it fits on a desk."""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

from promo import optimize
from promo.domain import Dataset
from promo.errors import BadRequest
from promo.optimize.arrays import LARGEST
from promo.optimize.rules import LowestPrice
from promo.workflow.choices import lowest_prices, rule_choices
from promo.workflow.desks import Desk
from promo.workflow.offering import Offering, offering_from, offering_to
from promo.workflow.requests import PlanRequest, request_from, request_to

VERSION = 2
LONGEST = 8_000
"""Characters of a link; browsers and servers carry that many."""

_LARGEST = 200_000
"""Bytes that a link may unpack to."""


def link_to(desk: Desk, request: PlanRequest, offering: Offering, *, around: bool = False) -> str:
    """A request as part of an address: its rules, how its desk was opened, and on which data.

    The data are told by a mark of their content. Keys of products and names of categories, brands
    and segments travel where rules name them, figures of the data do not: the lowest prices before
    the plan are found again on arrival. `around` says that the plan is to be made around itself
    when it is there.

    Raises:
        BadRequest: the rules are too long for an address.
    """
    plain = replace(request, more=tuple(_seeing(rule, {}) for rule in request.more))
    said = {
        "v": VERSION, "data": data_mark(desk.study.dataset), "request": request_to(plain),
        "desk": offering_to(offering), "around": around,
    }  # fmt: skip
    packed = zlib.compress(json.dumps(said, separators=(",", ":")).encode(), 9)
    text = base64.urlsafe_b64encode(packed).decode().rstrip("=")
    if len(text) > LONGEST:
        raise BadRequest(field="link", value="…", must="short_link")
    return text


def data_mark(dataset: Dataset) -> str:
    """What tells whether two desks stand on the same data; says nothing of what is in them."""
    return dataset.fingerprint[:16]


def link_from(text: str) -> tuple[str, PlanRequest, Offering | None, bool]:
    """The mark of the data, the request, how its desk was opened, whether to plan around the plan.

    Trusts nothing in the link. One that was made before links told how a desk was opened still
    opens, with None for it.

    Raises:
        BadRequest: it is no link of this desk, it is broken, or a rule in it cannot be meant.
    """
    said = _opened(text)
    if not isinstance(said, dict) or said.get("v") not in (1, VERSION):
        raise _broken()
    told = {"v", "data", "request"} | ({"desk", "around"} if said["v"] == VERSION else set())
    mark, request, desk = said.get("data"), said.get("request"), said.get("desk", {})
    if set(said) != told or not isinstance(mark, str) or not isinstance(request, dict):
        raise _broken()
    if not isinstance(desk, dict) or not isinstance(said.get("around", False), bool):
        raise _broken()
    try:
        found = request_from(request)
        offering = offering_from(desk) if "desk" in said else None
    except (TypeError, ValueError, AttributeError):
        raise _broken() from None
    if not all(_right(rule) for rule in found.more) or not _numbers(found.category_budget):
        raise _broken()
    if not found.aims or not {*found.aims} <= {*optimize.MEASURES}:
        raise _broken()
    if not isinstance(found.objective, str) and not _numbers(found.objective):
        raise _broken()
    return mark, found, offering, said.get("around", False)


def _opened(text: str) -> Any:
    if len(text) > LONGEST:
        raise _broken()
    try:
        packed = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        unpack = zlib.decompressobj()
        raw = unpack.decompress(packed, _LARGEST)
        if unpack.unconsumed_tail or not unpack.eof:
            raise _broken()
        return json.loads(
            raw, parse_constant=_refused,
            parse_int=lambda text: _bounded(int(text)),
            parse_float=lambda text: _bounded(float(text)),
        )  # fmt: skip
    except (ValueError, zlib.error, RecursionError):
        raise _broken() from None


def _refused(_: str) -> object:
    raise ValueError("a number that is none")


def _bounded(number: float) -> float:
    """A number that a plan can be asked; larger ones no slider and no solver can hold."""
    if not abs(number) <= LARGEST:
        raise ValueError("a number beyond every plan")
    return number


def _broken() -> BadRequest:
    return BadRequest(field="link", value="…", must="whole_link")


_NUMBERS = ("money", "share", "count", "weeks", "amount")


def _right(rule: optimize.Rule) -> bool:
    """Whether every field of a rule holds what its kind says."""
    optional = {one.name for one in fields(rule) if one.default is None}
    return all(
        (getattr(rule, name) is None and name in optional) or _is(kind, getattr(rule, name))
        for name, kind in rule.kinds().items()
    )


def _is(kind: str, value: object) -> bool:
    if kind in _NUMBERS:
        return isinstance(value, int | float) and not isinstance(value, bool)
    if kind == "flag":
        return isinstance(value, bool)
    if kind == "products":
        texts = isinstance(value, tuple) and all(isinstance(one, str) for one in value)
        return texts or (isinstance(value, Mapping) and _numbers(value))
    return isinstance(value, str)


def _numbers(table: Mapping[Any, object]) -> bool:
    return all(isinstance(name, str) and _is("money", value) for name, value in table.items())


@dataclass(frozen=True)
class Fit:
    """The part of a request that means something on a desk, and what had to be left out of it.

    `rules` are those that mean nothing there, `measures` those that its aim cannot weigh.
    """

    request: PlanRequest
    rules: tuple[optimize.Rule, ...]
    measures: tuple[optimize.Measure, ...]


def fitting(desk: Desk, request: PlanRequest) -> Fit:
    """A request as far as a desk can answer it, beside the lowest prices of its own data."""
    unfit = tuple(rule for rule in request.rules if not fits(desk, rule))
    sees = any(isinstance(rule, LowestPrice) for rule in request.more)
    seen = lowest_prices(desk.study) if sees else {}
    kept = tuple(_seeing(rule, seen) for rule in request.more if rule not in unfit)
    gone = {getattr(rule, "category", "") for rule in unfit if rule.code == "category_budget"}
    budgets = {k: v for k, v in request.category_budget.items() if k not in gone}
    aim, lost = _aim(desk, request.objective)
    fit = replace(request, more=kept, category_budget=budgets, objective=aim)
    return Fit(fit, unfit, lost)


def _aim(
    desk: Desk, objective: optimize.Objective
) -> tuple[optimize.Objective, tuple[optimize.Measure, ...]]:
    """What a desk can weigh of an objective, one measure or a mix of two, and what it cannot.

    The least cost is weighed with nothing; without anything else the plan is for profit.
    """
    given = {objective: 1.0} if isinstance(objective, str) else objective
    asked = {name: weight for name, weight in given.items() if weight}
    known = rule_choices(desk).measures
    able = [name for name, weight in asked.items() if name in known and weight > 0]
    kept = able[:1] if able[:1] == ["cost"] else [name for name in able if name != "cost"][:2]
    lost = tuple(name for name in asked if name not in kept)
    if len(kept) == 2:
        return {name: asked[name] for name in kept}, lost
    return kept[0] if kept else "profit", lost


def _seeing(rule: optimize.Rule, seen: Mapping[str, float]) -> optimize.Rule:
    """A rule with other lowest prices before the plan, where it is about those."""
    return replace(rule, seen=seen) if isinstance(rule, LowestPrice) else rule


def fits(desk: Desk, rule: optimize.Rule) -> bool:
    """Whether a desk knows all that a rule is about."""
    try:
        for _ in rule.says(desk.model.table):
            pass
    except (BadRequest, ValueError, TypeError):
        return False
    return True
