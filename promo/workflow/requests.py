"""What is asked of a plan, as a value, as a file and taken back a little."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from typing import Any

from promo import optimize
from promo.errors import BadRequest

CORRECTION = 0.6
"""Probability with which demand answers a discount at least as strongly as a plan promises. An
optimiser picks what is over-estimated; this takes it out of the promise and cost nothing of the
plan's worth in simulated shops
(`docs/decisions/0012-shocks-that-last-and-promotions-that-were-timed.md`)."""


@dataclass(frozen=True)
class PlanRequest(optimize.Limits):
    """How far each rule goes, what the best plan is, and how carefully it is chosen.

    `objective` is the measure that is maximised, cost being made small, or weights of several by
    their name. `caution` is the probability with which demand answers a discount at least as
    strongly as the choice counts on. It changes what is chosen and never what is told of it: items,
    money and the gain are those at `CORRECTION`, and so is what the rules count.
    """

    caution: float = CORRECTION
    objective: optimize.Objective = "profit"

    def __post_init__(self) -> None:
        """Refuse what no control can mean.

        Raises:
            BadRequest: a limit or the caution is out of range.
        """
        super().__post_init__()
        if not 0.5 <= self.caution < 1:
            raise BadRequest(field="caution", value=self.caution, must="caution")

    @property
    def counted_in(self) -> str:
        """The measure in which objective, bound and prices are counted: the first of several."""
        return self.aims[0]

    @property
    def aims(self) -> tuple[str, ...]:
        """The measures that the objective weighs."""
        return (self.objective,) if isinstance(self.objective, str) else tuple(self.objective)


def rule_to(rule: optimize.Rule) -> dict[str, object]:
    """A rule as a file or a form says it; what it leaves open is left out."""
    said = {name: getattr(rule, name) for name in rule.kinds()}
    kept = {name: list(v) if isinstance(v, tuple) else v for name, v in said.items()}
    return {"rule": rule.code} | {name: v for name, v in kept.items() if v is not None}


def request_to(request: PlanRequest) -> dict[str, object]:
    """A request as a file or a link says it; rules without a slider are tables under `rules`."""
    said = asdict(replace(request, more=()))
    del said["more"]
    kept = {name: value for name, value in said.items() if value not in (None, {})}
    return kept | ({"rules": [rule_to(rule) for rule in request.more]} if request.more else {})


def request_from(said: Mapping[str, Any]) -> PlanRequest:
    """A request from what `request_to` says.

    Raises:
        BadRequest: a name is not known or a value cannot be meant.
    """
    known = [one.name for one in fields(PlanRequest) if one.name != "more"]
    given = dict(said)
    rules = given.pop("rules", [])
    for name, value in given.items():
        if name not in known:
            raise BadRequest(field="rule", value=name, known=sorted([*known, "rules"]))
        must = _must(name)
        if must not in offered(value):
            raise BadRequest(field=name, value=value, must=must)
    if not isinstance(rules, list) or not all(isinstance(rule, Mapping) for rule in rules):
        raise BadRequest(field="rules", value=rules, must="table")
    return PlanRequest(**given, more=tuple(optimize.rule_from(rule) for rule in rules))


def _must(name: str) -> str:
    """What the value of a slider's rule has to be in a file."""
    kinds = {"category_budget": "table", "max_promoted": "whole", "objective": "measure"}
    return kinds.get(name, "number")


def offered(value: object) -> set[str]:
    """What a value of a file can stand for."""
    if isinstance(value, Mapping):
        return {"table", "measure"}
    if isinstance(value, str):
        return {"measure"}
    if isinstance(value, int) and not isinstance(value, bool):
        return {"whole", "number"}
    return {"number"} if isinstance(value, float) else set()


_SLIDERS = {
    "budget": "budget", "stock": "stock_share", "min_discount": "min_discount",
    "max_discount": "max_discount", "most_promoted": "max_promoted",
    "margin_floor": "margin_floor",
}  # fmt: skip


def relaxed(request: PlanRequest, way: optimize.WayOut) -> PlanRequest:
    """The request with the rules of a way out taken back as far as it says."""
    rules = request.rules
    for step in way.relaxed:
        request = with_amount(request, rules[step.number], step.after)
    return request


def with_amount(request: PlanRequest, rule: optimize.Rule, after: float | None) -> PlanRequest:
    """The request with one rule's amount replaced, or the rule left out; told by its identity."""
    if any(rule is one for one in request.more):
        rest = (
            one if one is not rule else replace(rule, **{rule.amount: after})
            for one in request.more
            if one is not rule or after is not None
        )
        return replace(request, more=tuple(rest))
    if rule.code == "category_budget":
        name = getattr(rule, "category", "")
        budgets = {k: v for k, v in request.category_budget.items() if k != name}
        return replace(
            request, category_budget=budgets if after is None else budgets | {name: after}
        )
    free = 1.0 if rule.code == "stock" else None
    change: dict[str, Any] = {_SLIDERS[rule.code]: free if after is None else after}
    return replace(request, **change)
