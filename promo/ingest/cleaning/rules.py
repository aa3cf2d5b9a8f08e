"""The rules there are, and what each needs of a table; a new rule is one entry here."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from promo.errors import BadRequest
from promo.ingest.cleaning import duplicates, missing, outliers
from promo.ingest.cleaning.shape import NUMERIC, Kind, Shape
from promo.ingest.cleaning.steps import KINDS, Step
from promo.ingest.cleaning.steps import Kind as StepKind
from promo.ingest.cleaning.target import Target

ANY: tuple[Kind, ...] = (*NUMERIC, "time", "text", "flag")
JUDGED: tuple[Kind, ...] = ("number", "count")


@dataclass(frozen=True)
class Rule:
    """How a rule finds its rows and what becomes of them.

    `found` renders SQL of the positions, and for `set` of the new `value`; `show` changes nothing.
    """

    effect: Literal["set", "remove", "show"]
    found: Callable[[Target], str]
    on: tuple[Kind, ...] = ANY
    by_time: bool = False


RULES: Mapping[str, Mapping[str, Rule]] = {
    "missing": {
        "drop": Rule("remove", missing.absent),
        "mean": Rule("set", missing.mean, NUMERIC),
        "median": Rule("set", missing.median, NUMERIC),
        "interpolate": Rule("set", missing.interpolated, NUMERIC, by_time=True),
    },
    "outliers": {
        "flag": Rule("show", outliers.far, JUDGED),
        "cap": Rule("set", outliers.capped, JUDGED),
        "remove": Rule("remove", outliers.far, JUDGED),
    },
    "duplicates": {
        "first": Rule("remove", duplicates.first),
        "last": Rule("remove", duplicates.last),
        "latest": Rule("remove", duplicates.latest, by_time=True),
    },
}
"""Per kind of step its rules, in the order in which they are offered."""


@dataclass(frozen=True)
class Choice:
    """The columns of a table that a kind of step can be about, and the rules for each."""

    table: str
    kind: StepKind
    rules: Mapping[str, tuple[str, ...]]


def choices(shape: Shape) -> tuple[Choice, ...]:
    """Everything that can be asked of a table."""
    found = []
    for kind in KINDS:
        rules = {column: _rules_for(shape, kind, column) for column in shape.kinds}
        found.append(Choice(shape.table, kind, {c: few for c, few in rules.items() if few}))
    return tuple(found)


def _rules_for(shape: Shape, kind: str, column: str) -> tuple[str, ...]:
    return tuple(
        code
        for code, rule in RULES[kind].items()
        if shape.kinds[column] in rule.on and (shape.time or not rule.by_time)
    )


def check(step: Step, shape: Shape) -> Rule:
    """The rule of a step that this table can carry.

    Raises:
        BadRequest: with what there is to choose from.
    """
    (choice,) = (one for one in choices(shape) if one.kind == step.kind)
    for column in step.columns:
        if column not in choice.rules:
            raise BadRequest(field="column", value=column, known=list(choice.rules))
        if step.rule not in choice.rules[column]:
            known = list(choice.rules[column])
            raise BadRequest(field="rule", value=step.rule, known=known)
    return RULES[step.kind][step.rule]
