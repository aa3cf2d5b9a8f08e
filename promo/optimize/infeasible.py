"""When no plan keeps all rules: which of them contradict each other, and the ways out."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from math import ceil, floor, isnan, log10

from promo.optimize.rules import Rule

Gain = Callable[[Sequence[Rule]], float | None]
"""What the best plan under some rules gains; None when it is proven that no plan keeps them, NaN
when neither was found out in time."""

Fits = Callable[[Sequence[Rule]], bool]
"""Whether a plan was found that keeps some rules."""

STEPS = 8
"""Halvings in the search for how far a rule must give way."""

DOUBLINGS = 30
"""Of an amount that has no end."""

MOST = 3
"""Rules that one way out may relax."""


@dataclass(frozen=True)
class Relaxation:
    """One rule taken back: its amount `before` and `after`, None where it can only be left out.

    `number` is its place among the rules in force.
    """

    number: int
    rule: str
    before: float | None
    after: float | None


@dataclass(frozen=True)
class WayOut:
    """Rules to relax together so that there is a plan, and what the best plan then gains."""

    relaxed: tuple[Relaxation, ...]
    gain: float


def conflict(rules: Sequence[Rule], gain: Gain) -> list[Rule]:
    """A smallest set of rules that no plan keeps together: each of them is needed for it.

    A rule stays in the set where time was too short to tell whether it is needed.
    The structure - one promotion per product, segment and week - is never questioned.

    References:
        Chinneck, J. W. (2008). Feasibility and Infeasibility in Optimization, section 6.2: the
        deletion filter.
    """
    kept = list(rules)
    for rule in tuple(kept):
        rest = _without(kept, rule)
        if gain(rest) is None:
            kept = rest
    return kept


def ways_out(rules: Sequence[Rule], gain: Gain) -> tuple[WayOut, ...]:
    """The smallest sets of rules to relax, each no further than needed, the best gain first.

    Empty where a plan keeps them all; ways of which nothing was found out in time are missing.
    """

    def fits(asked: Sequence[Rule]) -> bool:
        found = gain(asked)
        return found is not None and not isnan(found)

    if fits(rules):
        return ()
    found = _sets(list(rules), gain, fits, MOST)
    fewest = min((len(one) for one in found), default=0)
    ways = (_way(list(rules), one, gain, fits) for one in found if len(one) == fewest)
    return tuple(sorted((way for way in ways if way is not None), key=lambda way: -way.gain))


def _without(rules: Sequence[Rule], gone: Rule) -> list[Rule]:
    """All rules but one; two rules may say the same, so they are told apart by identity."""
    return [rule for rule in rules if rule is not gone]


def _sets(rules: list[Rule], gain: Gain, fits: Fits, most: int) -> list[list[Rule]]:
    """Sets of rules without which there is a plan."""
    if most == 0:
        return []
    against = conflict(rules, gain)
    enough = [[rule] for rule in against if fits(_without(rules, rule))]
    if enough:
        return enough
    return [
        [rule, *more]
        for rule in against[:2]
        for more in _sets(_without(rules, rule), gain, fits, most - 1)
    ]


def _way(rules: list[Rule], given_up: list[Rule], gain: Gain, fits: Fits) -> WayOut | None:
    """Relax every rule of a set as little as a plan needs, one after the other.

    None where time was too short to see what is left after it.
    """
    now, relaxed = list(rules), []
    for done, rule in enumerate(given_up):
        later = given_up[done + 1 :]
        others = [one for one in now if all(one is not gone for gone in (rule, *later))]
        number = next(at for at, one in enumerate(rules) if one is rule)
        after = _as_little(rule, others, fits)
        now = others if after is None else [*others, replace(rule, **{rule.amount: after})]
        now = [*now, *later]
        before = getattr(rule, rule.amount) if rule.amount else None
        relaxed.append(Relaxation(number, rule.code, before, after))
    left = gain(now)
    return None if left is None or isnan(left) else WayOut(tuple(relaxed), left)


def _as_little(rule: Rule, others: list[Rule], under: Fits) -> float | None:
    """The amount nearest to the rule's own at which there is a plan; None where none helps."""
    if not rule.amount:
        return None
    kind, tight = rule.kinds()[rule.amount], float(getattr(rule, rule.amount))

    def fits(amount: float) -> bool:
        return under([*others, replace(rule, **{rule.amount: _in_kind(kind, amount)})])

    loose = _loose_end(rule, kind, tight, fits)
    if loose is None:
        return None
    whole = kind in ("count", "weeks")
    for _ in range(STEPS):
        middle = (tight + loose) / 2
        if whole and abs(loose - tight) <= 1:
            break
        if whole:
            middle = round(middle)
        tight, loose = (tight, middle) if fits(middle) else (middle, loose)
    told = _outward(loose, abs(loose - tight), up=rule.up)
    return _in_kind(kind, told if fits(told) else loose)


def _loose_end(rule: Rule, kind: str, tight: float, fits: Callable[[float], bool]) -> float | None:
    """An amount at which there is a plan, found by doubling where nothing ends it."""
    if not rule.up:
        return 0.0 if fits(0.0) else None
    if kind == "share":
        return 1.0 if fits(1.0) else None
    step = 1.0 if kind == "count" else max(0.1 * tight, 1.0 if kind == "money" else 0.05)
    for _ in range(DOUBLINGS):
        if fits(tight + step):
            return tight + step
        step *= 2
    return None


def _in_kind(kind: str, amount: float) -> float:
    return round(amount) if kind in ("count", "weeks") else amount


def _outward(amount: float, room: float, *, up: bool) -> float:
    """The amount with no more digits than the search knows, rounded to the loose side."""
    if room <= 0 or amount == 0:
        return amount
    digit = 10.0 ** floor(log10(room))
    return (ceil(amount / digit) if up else floor(amount / digit)) * digit
