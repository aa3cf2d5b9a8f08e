"""What each rule allows, what a plan uses of it, and what one more unit would bring."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields

import numpy as np
import pandas as pd

from promo.optimize.arrays import Flags, Floats, totals
from promo.optimize.explain import Charges, Story
from promo.optimize.limits import sellable
from promo.optimize.report import Chosen, weights
from promo.optimize.rules import MaxDiscount, MinDiscount, Rule, Stock
from promo.optimize.terms import Alone, Fixed, Shared, Shut, Term
from promo.tables import RULE_USE

BINDS = 1e-6
"""A rule binds when its use comes this close to its limit, as a share of the limit."""

PRICED = 1e-6
"""A shadow price beyond the solver's own tolerance."""


@dataclass(frozen=True, eq=False)
class Use:
    """One rule over its scopes; `least` when the limit is a lower one."""

    scope: Sequence[str]
    limit: Floats
    used: Floats
    price: Floats
    least: bool = False

    @property
    def binds(self) -> Flags:
        """Where the use comes as close to the limit as makes no difference, or has a price.

        A whole plan may leave the last coins of a budget that the relaxed plan would have spent.
        What is not counted is not said to bind.
        """
        slack = BINDS * np.maximum(np.abs(self.limit), 1e-9)
        far = self.used > self.limit + slack if self.least else self.used < self.limit - slack
        counted = np.isfinite(self.used) & np.isfinite(self.limit)
        return np.asarray((counted & ~far) | (np.abs(np.nan_to_num(self.price)) > PRICED))


def rule_use(chosen: Chosen, charges: Charges, story: Story) -> pd.DataFrame:
    """The RULE_USE table, in the order of the rules."""
    terms = charges.terms
    found = [
        (number, rule.code, use, binds)  # type: ignore[attr-defined] # a Rule
        for number, (rule, said) in enumerate(zip(terms.rules, terms.all, strict=True))
        for term in said
        for use, binds in _uses(rule, term, chosen, charges, story)  # type: ignore[arg-type] # a Rule
    ]
    return _once(_frame(found)) if found else RULE_USE.empty()


def _once(found: pd.DataFrame) -> pd.DataFrame:
    """One row for a rule that says several things of one scope; it binds where one of them does."""
    key = list(RULE_USE.key)
    if not found.duplicated(key).any():
        return found
    binds = found.groupby(key)["binds"].transform("any")
    return found.assign(binds=binds).drop_duplicates(key, ignore_index=True)


def _frame(found: Sequence[tuple[int, str, Use, Flags]]) -> pd.DataFrame:
    """All rules in one frame: a frame for each took a quarter of the time of a small plan."""
    number, code, uses, binds = zip(*found, strict=True)
    rows = [len(use.scope) for use in uses]
    return pd.DataFrame(
        {
            "number": np.repeat(number, rows),
            "rule": pd.array(np.repeat(code, rows), dtype="str"),
            "scope": pd.array([name for use in uses for name in use.scope], dtype="str"),
            "limit": np.concatenate([use.limit for use in uses]),
            "used": np.concatenate([use.used for use in uses]),
            "binds": np.concatenate(binds),
            "shadow_price": np.concatenate([use.price for use in uses]),
        }
    )


def _uses(
    rule: Rule, term: Term, chosen: Chosen, charges: Charges, story: Story
) -> Iterator[tuple[Use, Flags]]:
    if isinstance(term, Shared):
        use = _shared(term, chosen, charges)
    elif isinstance(rule, Stock) and isinstance(term, Alone):
        yield _room(rule, term, chosen, charges)
        return
    elif isinstance(term, Alone):
        use = _alone(term, chosen)
    elif isinstance(term, Shut):
        use = _shut(rule, chosen)
        yield use, np.array([bool((story.tempted & term.flags).any())]) | _edge(rule, use)
        return
    elif isinstance(term, Fixed):
        part = np.array([float(len(term.at))])
        use = Use([_about(rule)], part, part, np.array([np.nan]))
    else:
        use = Use([_about(rule)], _nothing(), _nothing(), _nothing())
        yield use, np.array([False])
        return
    yield use, use.binds


def _about(rule: Rule) -> str:
    """What a rule is about, for a reader: the names it was given."""
    kinds = rule.kinds()
    names = [
        str(getattr(rule, name))
        for name, kind in kinds.items()
        if kind in ("product", "other_product", "category", "brand", "segment", "first")
        and getattr(rule, name) is not None
    ]
    return " + ".join(names) or "all"


def _shared(term: Shared, chosen: Chosen, charges: Charges) -> Use:
    """Sums in the rule's own unit; a share is that of the sums of its other weights."""
    rows = len(term.scopes)
    x = chosen.switches if term.counts else chosen.full
    used = totals(term.row, term.weight * x[term.at], rows)
    price, limit = charges.price(term), term.limit
    if term.over is not None:
        over = totals(term.row, term.over * x[term.at], rows)
        used = np.where(over > 0, used / np.where(over > 0, over, 1.0), limit)
        linear = weights(chosen.table, charges.prices.weight)
        price = price * totals(term.row, term.over * linear[term.at], rows)
        price = -np.abs(price) if term.least else np.abs(price)
    return Use(term.scopes, limit, used, price, term.least)


def _room(rule: Stock, term: Alone, chosen: Chosen, charges: Charges) -> tuple[Use, Flags]:
    """The stock of every product for which it is known, as items asked for of those that may be.

    What sells out without a promotion is held back only where a further item has a price.

    A product that sells out without any promotion sells each further item for what it adds to the
    objective without one, less what the rules charge for it. Of two rules the tighter has a price.
    """
    table, base = chosen.table, chosen.table.base("demand")
    at = np.flatnonzero(np.isfinite(term.limit))
    short = chosen.sold[at] < 1
    there = (term.limit + np.minimum(base, table.held))[at]
    limit = np.where(short, rule.held(table)[at], there)
    sold = (chosen.sold * table.base("units"))[at]
    used = np.where(short, sold, np.minimum(chosen.by_product("demand")[at], limit))
    worth = charges.idle - totals(table.product, charges.gross[table.start], len(charges.idle))
    item = worth / np.maximum(table.base("units"), 1e-12)
    price = np.where(short, item[at], charges.prices.stock[at])
    if rule.share > sellable(charges.terms.rules):
        price = np.zeros(len(at))
    use = Use([table.products[number] for number in at.tolist()], limit, used, price)
    promoted = np.isin(at, chosen.product[chosen.discount > 0])
    return use, use.binds & (promoted | (np.abs(price) > PRICED))


def _alone(term: Alone, chosen: Chosen) -> Use:
    """How often the most promoted product is promoted; a distance has no use of its own."""
    if term.what == "gap":
        longest = np.array([term.limit.max(initial=0.0)])
        return Use(["all"], longest, _nothing(), _nothing())
    table = chosen.table
    times = totals(table.owner[table.switch_row], chosen.switches, len(table.products))
    near = int(np.argmax(times - term.limit))
    return Use(["all"], term.limit[[near]], times[[near]], _nothing())


def _nothing() -> Floats:
    return np.array([np.nan])


def _shut(rule: Rule, chosen: Chosen) -> Use:
    """The rule's amount, and the plan's own shallowest or deepest discount where it is one."""
    amounts = [
        float(getattr(rule, one.name))
        for one in fields(rule)
        if one.metadata["kind"] in ("share", "weeks", "count") and getattr(rule, one.name)
    ]
    limit = np.array([amounts[0] if amounts else np.nan])
    used = _nothing()
    if isinstance(rule, (MinDiscount, MaxDiscount)):
        mine = (chosen.discount > 0) & rule.inside(chosen.table)[chosen.product]
        depths, least = chosen.discount[mine], isinstance(rule, MinDiscount)
        edge = depths.min(initial=1.0) if least else depths.max(initial=0.0)
        used = np.array([edge if depths.size or not least else np.nan])
    return Use([_about(rule)], limit, used, _nothing(), isinstance(rule, MinDiscount))


def _edge(rule: Rule, use: Use) -> bool:
    """Whether the plan stands at the very discount that a rule allows."""
    return isinstance(rule, (MinDiscount, MaxDiscount)) and bool(use.binds[0])
