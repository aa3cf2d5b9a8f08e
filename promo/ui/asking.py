"""What this session asks of a plan, all in one place: sliders, aim and further rules; and undo."""

import math
import time
from dataclasses import dataclass, replace
from typing import Any

from promo import workflow
from promo.ui import derived, state
from promo.ui.charts.axes import nice
from promo.ui.offering import FIRST
from promo.ui.state import Bench
from promo.workflow import PlanRequest, Rule

KEYS = (
    "budget", "stock_share", "depths", "max_promoted", "margin_floor", "caution", "aim",
    "aim_with", "aim_part", "more",
)  # fmt: skip
DEPTHS = (0, round(100 * workflow.DEEPEST))
"""The ends of the slider of discounts, in per cent."""

PARTS = (5, 90)
"""The ends of the slider of the second aim's part, in per cent."""

NOTED = (*KEYS, *FIRST, "_controls_for", "_first")
"""What undo puts back: the controls, what a plan assumes, and for which desk they were set."""
TOGETHER = 1.0
"""Seconds within which moves count as one for undo."""


@dataclass(frozen=True)
class Entry:
    """A rule without a slider; one that is switched off keeps its place and asks for nothing.

    No two rules of a session ever have the same number: what a browser still says of a card that is
    gone, such as the amount it held, must not reach another rule.
    """

    number: int
    rule: Rule
    on: bool = True


def budget_top(place: Bench) -> tuple[int, int]:
    """The largest budget worth asking for, and the slider's step.

    A fifth more than the best plan would spend if money were free.
    """
    most = max(1.2 * place.desk.most_spent, 1.0)
    step = max(1, int(nice(most / 200)))
    top = math.ceil(most / step) * step
    return max(top, int(state.recall("budget", 0))), step


def promoted_top(place: Bench) -> int:
    """The products of the largest category: more of one are never promoted."""
    return int(place.desk.study.panel.products.groupby("category").size().max())


def first_values(place: Bench) -> dict[str, Any]:
    """What the desk's own request asks for."""
    asked = place.first
    _, step = budget_top(place)
    return _said(place, asked) | {"budget": int((asked.budget or 0.0) // step * step)}


def _said(place: Bench, asked: PlanRequest) -> dict[str, Any]:
    """The values that ask for a request; a limit that has no such value is taken loosely.

    What lies beyond the end of a slider is set to it: a widget draws no other value.
    """
    first, other, part = workflow.mixture(place.desk, asked.objective)
    tables = [
        workflow.rule_from({"rule": "category_budget", "category": name, "total": money})
        for name, money in asked.category_budget.items()
    ]
    budget = budget_top(place)[0] if asked.budget is None else math.ceil(asked.budget - 1e-6)
    deep = _between(DEPTHS, _percent(asked.max_discount, DEPTHS[1], up=True))
    most = asked.max_promoted
    return {
        "budget": budget,
        "stock_share": _percent(asked.stock_share, 100, up=True),
        "depths": (min(_percent(asked.min_discount, 0), deep), deep),
        "max_promoted": None if most is None or most > promoted_top(place) else most,
        "margin_floor": None if not asked.margin_floor else _tenth(asked.margin_floor),
        "caution": min(
            workflow.CAUTIONS, key=lambda stop: abs(workflow.CAUTIONS[stop] - asked.caution)
        ),
        "aim": first,
        "aim_with": other,
        "aim_part": 0 if other is None else _between(PARTS, round(20 * part) * 5),
        "more": tuple(map(_entry, [*tables, *asked.more])),
    }


def _between(ends: tuple[int, int], value: int) -> int:
    return min(max(value, ends[0]), ends[1])


def _percent(share: float | None, otherwise: int, *, up: bool = False) -> int:
    """A share in whole per cent, rounded to the loose side."""
    if share is None:
        return otherwise
    return math.ceil(100 * share - 1e-6) if up else math.floor(100 * share + 1e-6)


def _tenth(share: float) -> float:
    """A floor in per cent with one decimal at most; whole ones as whole numbers."""
    low = math.floor(1000 * share + 1e-6) / 10
    return int(low) if low == int(low) else low


def prepare(place: Bench) -> bool:
    """Give everything its first value when the desk shows other data than before.

    Where only what a plan assumes is another, all that she set stays. True where that is a step of
    its own, which undo takes back.
    """
    before = state.recall("_controls_for")
    if before == place.key:
        return False
    same, first = state.same_data(before, place.key), first_values(place)
    kept = _hers(place, calendar_before=bool(before[-1].longest)) if same else {}
    assumed = same and before[-1] != place.offering
    if assumed:
        moved(alone=True)
    elif not same:
        state.keep("_undo", [])
    anew = first | kept
    if same:
        # What stays is not set again: that would take back a move made while the desk was opened.
        # Only the budget's slider is another one now.
        anew = {k: v for k, v in anew.items() if k == "budget" or state.recall(k) != v}
    _set(anew | {"_controls_for": place.key, "_first": first})
    remember()
    return assumed


def _hers(place: Bench, *, calendar_before: bool) -> dict[str, Any]:
    """What she set and the desk did not begin with; a rule that means nothing now is set aside."""
    first = state.recall("_first")
    kept = {key: state.recall(key) for key in KEYS if state.recall(key, first[key]) != first[key]}
    if "more" in kept:
        known = kept["more"]
        if place.desk.has_calendar and not calendar_before:
            known += _begun_with(place, known)
        kept["more"] = tuple(entry for entry in known if _means(place, entry.rule))
        gone = [entry.rule for entry in known if entry not in kept["more"]]
        state.keep("_set_aside", gone)
    return kept


def _means(place: Bench, rule: Rule) -> bool:
    return rule.code not in derived.meaningless(place) and workflow.fits(place.desk, rule)


def set_aside(place: Bench) -> list[Rule]:
    """The rules that mean nothing since something else is assumed; told once."""
    prepare(place)
    gone: list[Rule] = state.take("_set_aside", [])
    return gone


def _begun_with(place: Bench, known: tuple[Entry, ...]) -> tuple[Entry, ...]:
    """What a calendar begins with and nothing was said about, such as weeks between promotions."""
    said = {entry.rule.code for entry in known}
    return tuple(_entry(rule) for rule in place.first.more if rule.code not in said)


def asked(place: Bench) -> PlanRequest:
    """What is asked for now."""
    prepare(place)
    low, high = state.recall("depths")
    floor = state.recall("margin_floor")
    first, other, part = (state.recall(key) for key in ("aim", "aim_with", "aim_part"))
    aim = first if other is None else workflow.mixed(place.desk, first, other, part / 100)
    return PlanRequest(
        budget=float(state.recall("budget")),
        stock_share=state.recall("stock_share") / 100,
        min_discount=low / 100,
        max_discount=high / 100,
        max_promoted=state.recall("max_promoted"),
        margin_floor=None if floor is None else floor / 100,
        more=tuple(entry.rule for entry in entries() if entry.on),
        caution=workflow.CAUTIONS[state.recall("caution")],
        objective=aim,
    )


def spend(place: Bench, money: float) -> None:
    """Ask for the budget that the slider has next to so much money."""
    moved(alone=True)
    top, step = budget_top(place)
    state.keep("budget", min(top, max(0, round(money / step) * step)))


def take(place: Bench, request: PlanRequest) -> None:
    """Ask for `request` from now on; rules that are switched off stay so."""
    off = [entry for entry in entries() if not entry.on]
    moved(alone=True)
    _set(_said(place, request))
    _keep((*entries(), *off))


def open_request(place: Bench, request: PlanRequest) -> None:
    """Ask for a request that was kept, and for nothing else; one step, with all it assumes."""
    if not prepare(place):
        remember()
        moved(alone=True)
    state.forget("_set_aside")
    _set(_said(place, request))


# --- further rules --------------------------------------------------------------------------


def entries() -> tuple[Entry, ...]:
    """The rules without a slider, in the order in which they were added."""
    found: tuple[Entry, ...] = state.recall("more", ())
    return found


def add(rule: Rule) -> None:
    """Ask for one more rule."""
    moved(alone=True)
    _keep((*entries(), _entry(rule)))


def change(number: int, **amounts: Any) -> None:
    """Set another amount of a rule; a rule that is gone, or says so already, is no move."""
    found = tuple(
        replace(entry, rule=replace(entry.rule, **amounts)) if entry.number == number else entry
        for entry in entries()
    )
    if found != entries():
        moved()
        _keep(found)


def switch(number: int, *, on: bool) -> None:
    """Leave a rule out for a while, or take it in again."""
    moved(alone=True)
    _keep(replace(entry, on=on) if entry.number == number else entry for entry in entries())


def drop(number: int) -> None:
    """Take a rule away; undo brings it back."""
    moved(alone=True)
    _keep(entry for entry in entries() if entry.number != number)


def reach(measure: str, amount: float, *, noted: bool = False) -> None:
    """Ask for at least so much of a measure, instead of what was asked of it before.

    `noted` says that it belongs to a move that undo knows already.
    """
    if not noted:
        moved(alone=True)
    target = workflow.rule_from({"rule": "target", "measure": measure, "reach": amount})
    kept = [
        entry for entry in entries()
        if entry.rule.code != "target" or getattr(entry.rule, "measure", "") != measure
    ]  # fmt: skip
    _keep((*kept, _entry(target)))


def _keep(found: Any) -> None:
    state.keep("more", tuple(found))


def _entry(rule: Rule) -> Entry:
    """A rule with the next number of this session."""
    number = int(state.recall("_rules_so_far", 0))
    state.keep("_rules_so_far", number + 1)
    return Entry(number, rule)


# --- undo -----------------------------------------------------------------------------------


def carry() -> None:
    """Take what was chosen into the next language.

    Streamlit knows a choice by its label, and begins anew where that label is gone.
    """
    for key in [*KEYS, *state.chosen()]:
        if state.keeps(key):
            state.keep(key, state.recall(key))


def remember() -> None:
    """Note where everything stands before the next move."""
    state.keep("_before", {key: state.recall(key) for key in NOTED})


def moved(*, alone: bool = False) -> None:
    """Remember where everything stood; a quick series of moves is undone in one step.

    What is done `alone`, such as adding a rule, is a step of its own.
    """
    now, last = time.monotonic(), state.recall("_moved_at", float("-inf"))
    state.keep("_moved_at", float("-inf") if alone else now)
    if alone or now - last > TOGETHER:
        state.keep("_undo", [*state.recall("_undo", []), state.recall("_before")][-50:])


def undo() -> None:
    """Put everything back to where it stood before the last move."""
    *earlier, last = state.recall("_undo")
    state.keep("_undo", earlier)
    _set(last)


def reset(place: Bench) -> None:
    """Ask for what the desk asked first."""
    moved(alone=True)
    state.forget("budget")
    _set(first_values(place))


def _set(values: dict[str, Any]) -> None:
    for key, value in values.items():
        state.keep(key, value)
