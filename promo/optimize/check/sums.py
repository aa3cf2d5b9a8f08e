"""What a plan adds up to beside what its rules let it: money, goods, shares, slots and contacts."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from promo.optimize.arrays import Flags, Floats, Ints
from promo.optimize.check.reading import Rows, Shop, Spells, Verdict
from promo.optimize.rules import (
    CHANNELS,
    Budget,
    CategoryBudget,
    ChannelBudget,
    ContactLimit,
    MarginFloor,
    MostPromoted,
    NeverTogether,
    OnlyWith,
    Rule,
    SegmentLeast,
    SegmentMost,
    SellThrough,
    Stock,
    Target,
    WeekBudget,
    Where,
)

PERSONAL = ("message", "account")
"""Channels in which a customer is written to."""

Check = Callable[[Any, Rows], Iterator[Verdict]]


def about(rule: Where, shop: Shop) -> Flags:
    """Which products a rule is about; shape (products,)."""
    found = np.ones(shop.count, dtype=bool)
    if rule.product is not None:
        found &= shop.products == rule.product
    if rule.category is not None:
        found &= (shop.categories == rule.category)[shop.home]
    if rule.brand is not None:
        found &= np.array([shop.brand.get(name) == rule.brand for name in shop.products])
    return found


def whole(_: int) -> str:
    """The name of the only scope of a rule about the whole plan."""
    return "all"


def named(rows: Rows, name: str, which: Flags) -> Floats:
    """The sum of a column over some rows, per plan; shape (plans, 1)."""
    return rows.sums(np.where(which, rows.column(name), 0.0))


def everywhere(rows: Rows) -> Flags:
    """All rows."""
    return np.ones(len(rows.plan), dtype=bool)


def _budget(rule: Budget, rows: Rows) -> Iterator[Verdict]:
    yield Verdict(rule.code, whole, named(rows, "cost", everywhere(rows)), rule.total)


def _category_budget(rule: CategoryBudget, rows: Rows) -> Iterator[Verdict]:
    mine = (rows.shop.categories == rule.category)[rows.category]
    yield Verdict(rule.code, lambda _: rule.category, named(rows, "cost", mine), rule.total)


def _week_budget(rule: WeekBudget, rows: Rows) -> Iterator[Verdict]:
    each = rows.lines_by_week(rows.promoted)
    daily = Spells(
        each.plan, each.product, each.first, each.last,
        (rows.column("cost") / rows.length)[rows.promoted],
    )  # fmt: skip
    yield _by_week(rule, rows, daily, np.zeros_like(each.plan), ["all"], rule.total)


def _channel_budget(rule: ChannelBudget, rows: Rows) -> Iterator[Verdict]:
    mine = _in_channels(rows, (rule.channel,))
    yield Verdict(rule.code, lambda _: rule.channel, named(rows, "cost", mine), rule.total)


def _in_channels(rows: Rows, channels: tuple[str, ...]) -> Flags:
    met = np.array([CHANNELS.get(name) in channels for name in rows.shop.mechanics], dtype=bool)
    return np.asarray(met[rows.mechanic] & rows.promoted)


def _margin_floor(rule: MarginFloor, rows: Rows) -> Iterator[Verdict]:
    profit, revenue = (named(rows, name, everywhere(rows)) for name in ("profit", "revenue"))
    yield Verdict(rule.code, whole, profit, rule.share * revenue, least=True, size=revenue)


def _target(rule: Target, rows: Rows) -> Iterator[Verdict]:
    used = named(rows, rule.measure, everywhere(rows))
    yield Verdict(rule.code, lambda _: rule.measure, used, rule.reach, least=True)


def _stock(rule: Stock, rows: Rows) -> Iterator[Verdict]:
    """Items asked for of promoted products; one that sells out anyway may ask for none of more."""
    held = np.where(np.isfinite(rows.shop.held), rows.shop.held, 0.0) * rule.share
    held = np.where(np.isfinite(rows.shop.held), held, np.inf)
    promoted = rows.sums(rows.promoted, rows.product, rows.shop.count) > 0
    asked = rows.sums(rows.column("demand"), rows.product, rows.shop.count)
    asked = np.where(promoted, np.maximum(asked, rows.shop.base["demand"]), 0.0)
    yield Verdict(rule.code, rows.shop.products.__getitem__, asked, held[None, :])


def _sell_through(rule: SellThrough, rows: Rows) -> Iterator[Verdict]:
    asked = np.flatnonzero(
        about(rule, rows.shop) & np.isfinite(rows.shop.held) & (rows.shop.held > 0)
    )
    sold = rows.sums(rows.column("units"), rows.product, rows.shop.count)[:, asked]
    least = rule.share * rows.shop.held[asked]
    names = rows.shop.products[asked]
    yield Verdict(rule.code, names.__getitem__, sold, least[None, :], least=True)


def _most_promoted(rule: MostPromoted, rows: Rows) -> Iterator[Verdict]:
    shop, spells = rows.shop, rows.spells
    mine = spells.where(about(rule, shop)[spells.product])
    owner, names = shop.home[mine.product], list(shop.categories)
    if rule.together:
        owner, names = np.zeros_like(mine.plan), [rule.scope]
    yield _by_week(rule, rows, mine, owner, names, rule.count)


def _by_week(
    rule: Rule, rows: Rows, spells: Spells, of: Ints, names: Sequence[str], most: float
) -> Verdict:
    used = rows.weekly(spells, of, len(names))
    weeks = used.shape[2]

    def name(at: int) -> str:
        return f"{names[at // weeks]} {rows.shop.day(at % weeks)}"

    return Verdict(rule.code, name, used.reshape(rows.plans, -1), most)


def _weeks_of(rows: Rows, product: str) -> Floats:
    """How far a product is promoted in each week; shape (plans, weeks)."""
    mine = rows.spells.where((rows.shop.products == product)[rows.spells.product])
    return rows.weekly(mine, np.zeros_like(mine.plan), 1)[:, 0]


def _never_together(rule: NeverTogether, rows: Rows) -> Iterator[Verdict]:
    both = _weeks_of(rows, rule.product) + _weeks_of(rows, rule.other)
    yield Verdict(rule.code, rows.shop.day, both, 1.0)


def _only_with(rule: OnlyWith, rows: Rows) -> Iterator[Verdict]:
    """Parts of several segments of the other product together are one promotion of it."""
    other = rows.lines_by_week(rows.promoted & (rows.shop.products == rule.other)[rows.product])
    limit = np.minimum(rows.weekly(other, np.zeros_like(other.plan), 1)[:, 0], 1.0)
    yield Verdict(rule.code, rows.shop.day, _weeks_of(rows, rule.product), limit)


def _segment(rule: SegmentLeast | SegmentMost, rows: Rows) -> Iterator[Verdict]:
    mine = (rows.shop.segments == rule.segment)[rows.segment]
    part, all_of_it = (named(rows, "cost", which) for which in (mine, everywhere(rows)))
    least = isinstance(rule, SegmentLeast)
    yield Verdict(
        rule.code, lambda _: rule.segment, part, rule.share * all_of_it, least, size=all_of_it
    )


def _contact_limit(rule: ContactLimit, rows: Rows) -> Iterator[Verdict]:
    told = _in_channels(rows, PERSONAL)
    each = rows.lines_by_week(told)
    names = rows.shop.segments
    yield _by_week(rule, rows, each, rows.segment[told], names, rule.count)


SUMS: Mapping[str, Check] = {
    Budget.code: _budget,
    CategoryBudget.code: _category_budget,
    WeekBudget.code: _week_budget,
    ChannelBudget.code: _channel_budget,
    MarginFloor.code: _margin_floor,
    Target.code: _target,
    Stock.code: _stock,
    SellThrough.code: _sell_through,
    MostPromoted.code: _most_promoted,
    NeverTogether.code: _never_together,
    OnlyWith.code: _only_with,
    SegmentLeast.code: _segment,
    SegmentMost.code: _segment,
    ContactLimit.code: _contact_limit,
}
