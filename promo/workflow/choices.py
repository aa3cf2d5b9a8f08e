"""What a rule can be about on a desk, which rules mean nothing there, and amounts to begin with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil, floor, log10

import numpy as np
import pandas as pd

from promo import optimize
from promo.domain import Plan
from promo.optimize.rules import CHANNELS, Forbidden
from promo.optimize.rules.people import CONTACTS
from promo.workflow.desks import Desk
from promo.workflow.studies import Study

DAYS = 30
"""Days before the plan whose lowest price a reduction must undercut."""


@dataclass(frozen=True)
class RuleChoices:
    """The codes that a rule of a desk can name; `weeks` are the Mondays of the plan."""

    products: tuple[str, ...]
    categories: tuple[str, ...]
    brands: tuple[str, ...]
    segments: tuple[str, ...]
    mechanics: tuple[str, ...]
    channels: tuple[str, ...]
    measures: tuple[str, ...]
    weeks: tuple[str, ...]


def rule_choices(desk: Desk) -> RuleChoices:
    """What the rules of a desk can be about."""
    table = desk.model.table
    mechanics = [name for name in table.mechanics if name != "none"]
    return RuleChoices(
        products=tuple(table.products),
        categories=tuple(table.categories),
        brands=tuple(sorted(set(table.brand.values()))),
        segments=tuple(table.segments),
        mechanics=tuple(mechanics),
        channels=tuple(sorted({CHANNELS[name] for name in mechanics if name in CHANNELS})),
        measures=tuple(name for name in optimize.MEASURES if table.column[name].any()),
        weeks=tuple(table.week_name(week) for week in range(table.weeks)),
    )


def depths_of(desk: Desk, product: str, mechanic: str | None = None) -> tuple[float, ...]:
    """The discounts on offer for a product, in six digits; those of one mechanic where it is named.

    Raises:
        BadRequest: no product is called that.
    """
    table = desk.model.table
    found = Forbidden(product, mechanic=mechanic).meant(table)
    return tuple(np.unique(table.column["discount"][found].round(6)).tolist())


CALENDAR = ("week_budget", "most_promotions", "length", "gap", "dates", "no_touch")
"""Rules that mean nothing where every promotion runs through the whole campaign."""


def meaningless_rules(desk: Desk) -> dict[str, str]:
    """Rules that cannot mean anything on a desk, each with the code of the reason."""
    table, known = desk.model.table, rule_choices(desk)
    found: dict[str, str] = {}
    if table.alike:
        found |= dict.fromkeys(CALENDAR, "one_period")
    if not np.isfinite(table.held).any():
        found |= dict.fromkeys(("stock", "sell_through"), "no_stock")
    if len(known.segments) == 1:
        found |= dict.fromkeys(("segment_least", "segment_most", "one_price"), "one_segment")
    if len(known.products) == 1:
        found |= dict.fromkeys(("never_together", "only_with", "price_group"), "one_product")
    if len(known.categories) == 1:
        found["category_budget"] = "one_category"
    if len(known.channels) == 1:
        found["channel_budget"] = "one_channel"
    if not set(known.channels) & set(CONTACTS):
        found["contact_limit"] = "no_contact"
    return found


def check_rule(desk: Desk, rule: optimize.Rule) -> None:
    """Refuse a rule that names what a desk does not have.

    Raises:
        BadRequest: it does.
    """
    for _ in rule.says(desk.model.table):
        pass


def lowest_prices(study: Study) -> dict[str, float]:
    """The lowest price of each product in the 30 days before the plan, money per item."""
    rows = study.panel.rows
    last_day = rows["week"] + pd.Timedelta(days=6)
    late = rows[(last_day >= study.start - pd.Timedelta(days=DAYS)) & (rows["price"] > 0)]
    found = late.groupby("product_id")["price"].min()
    return {str(name): float(price) for name, price in found.items()}


def first_amount(desk: Desk, plan: Plan | None, code: str, about: Mapping[str, object]) -> float:
    """An amount to begin a rule with: what the plan uses of it now, in two digits.

    Args:
        desk: where the plan was made.
        plan: what to begin from; None where there is none yet.
        code: of a rule with an amount.
        about: what the other fields of the rule say.
    """
    if plan is None or code in _BEGIN:
        return _BEGIN.get(code, 0.0)
    rows = plan.rows[plan.rows["discount"] > 0]
    if code == "most_promoted":
        return float(rows.groupby("category")["product_id"].nunique().max() if len(rows) else 1)
    if code in ("segment_least", "segment_most"):
        mine = rows.loc[rows["segment"] == about.get("segment"), "cost"].sum()
        share = 100 * float(mine / max(rows["cost"].sum(), 1e-9))
        return (floor(share) if code == "segment_least" else ceil(share)) / 100
    if code == "target":
        return _digits(float(plan.rows[str(about.get("measure"))].sum()))
    return _digits(_spent(desk, rows, code, about))


_BEGIN = {
    "min_discount": 0.1, "max_discount": 0.3, "product_margin": 0.1, "sell_through": 0.5,
    "most_promotions": 2.0, "gap": 1.0, "contact_limit": 2.0,
}  # fmt: skip
"""First amounts of rules of which a plan tells none."""


def _spent(desk: Desk, rows: pd.DataFrame, code: str, about: Mapping[str, object]) -> float:
    """The money that promotions give away of what a budget is about."""
    if code == "category_budget":
        rows = rows[rows["category"] == about.get("category")]
    if code == "channel_budget":
        rows = rows[rows["mechanic"].map(CHANNELS) == about.get("channel")]
    part = 1 / max(desk.options.weeks, 1) if code == "week_budget" else 1.0
    return float(rows["cost"].sum()) * part


def _digits(amount: float) -> float:
    """Two digits, never more than the amount.

    >>> _digits(1289.0), _digits(0.0)
    (1200.0, 0.0)
    """
    if amount <= 0:
        return 0.0
    unit = 10.0 ** (floor(log10(amount)) - 1)
    return floor(amount / unit + 1e-9) * unit


def mixed(
    desk: Desk, first: optimize.Measure, other: optimize.Measure, part: float
) -> optimize.Objective:
    """Two measures as one objective, in units of the first.

    Both count by what the most of them is that each product could bring, so that a part of a half
    means as much of the one as of the other.

    Args:
        desk: whose options count.
        first: the measure in whose unit the objective is.
        other: the second one.
        part: how much of the objective is the other, from 0 to below 1.
    """
    if part <= 0 or first == other:
        return first
    return {first: 1.0, other: _per(desk, first, other) * part / (1 - part)}


def mixture(desk: Desk, objective: optimize.Objective) -> tuple[str, str | None, float]:
    """What `mixed` made an objective of: the first measure, the other, and its part."""
    if isinstance(objective, str):
        return objective, None, 0.0
    (first, one), *rest = objective.items()
    if not rest:
        return first, None, 0.0
    other, weight = rest[0]
    whole = weight + one * _per(desk, first, other)
    return first, other, weight / whole if whole > 0 else 0.0


def _per(desk: Desk, first: optimize.Measure, other: optimize.Measure) -> float:
    """How much of the first measure counts as one unit of the other, to three digits."""
    table = desk.model.table
    most = {
        name: float(np.maximum.reduceat(table.column[name], table.start).sum())
        for name in (first, other)
    }
    return float(f"{most[first] / most[other]:.3g}") if most[other] > 0 else 0.0
