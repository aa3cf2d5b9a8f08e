"""Which promotions of a plan its rules refuse: by depth, time, likeness and by her hand."""

from collections.abc import Iterator, Mapping

import numpy as np

from promo.optimize.arrays import Flags, Floats, Ints
from promo.optimize.check.reading import TOLERANCE, Rows, Spells, Verdict
from promo.optimize.check.sums import Check, about
from promo.optimize.rules import (
    Dates,
    Forbidden,
    Gap,
    Length,
    Locked,
    LowestPrice,
    MaxDiscount,
    MinDiscount,
    MostPromotions,
    NoTouch,
    OnePrice,
    PriceGroup,
    ProductMargin,
    Where,
)

DAYS = 30
"""Days before a promotion over which the lowest price counts."""


def wrong(code: str, rows: Rows, which: Flags) -> Verdict:
    """None of these promotions may be."""
    used = rows.sums(which & rows.promoted, rows.product, rows.shop.count)
    return Verdict(code, rows.shop.products.__getitem__, used, 0.0)


def apart(code: str, rows: Rows, weeks: Ints) -> Verdict:
    """So many weeks lie between two promotions of a product, and none of them overlap."""
    spells = rows.spells.longer(weeks[rows.spells.product])
    busy = rows.weekly(spells, spells.product, rows.shop.count).max(axis=2)
    return Verdict(code, rows.shop.products.__getitem__, busy, 1.0)


def _product_margin(rule: ProductMargin, rows: Rows) -> Iterator[Verdict]:
    """What an item costs is told by its option; a plan's rows only say what it came to."""
    options, price = rows.shop.options, rows.column("price")
    cost = options.column("unit_cost")[rows.shop.place(rows)]
    thin = price - cost < (rule.share - TOLERANCE) * price
    yield wrong(rule.code, rows, thin & _inside(rule, rows))


def _inside(rule: Where, rows: Rows) -> Flags:
    return np.asarray(about(rule, rows.shop)[rows.product])


def _min_discount(rule: MinDiscount, rows: Rows) -> Iterator[Verdict]:
    shallow = rows.discount < rule.share - 1e-9
    yield wrong(rule.code, rows, shallow & _inside(rule, rows))


def _max_discount(rule: MaxDiscount, rows: Rows) -> Iterator[Verdict]:
    deep = rows.discount > rule.share + 1e-9
    yield wrong(rule.code, rows, deep & _inside(rule, rows))


def _lowest_price(rule: LowestPrice, rows: Rows) -> Iterator[Verdict]:
    seen = np.array([rule.seen.get(name, np.inf) for name in rows.shop.products], dtype=float)
    reduced = rows.column("price") < seen[rows.product]
    yield wrong(rule.code, rows, ~reduced & (rows.first * 7 < DAYS))
    yield apart(rule.code, rows, np.full(rows.shop.count, int(np.ceil(DAYS / 7))))


def _most_promotions(rule: MostPromotions, rows: Rows) -> Iterator[Verdict]:
    shop, spells = rows.shop, rows.spells
    start = np.zeros_like(spells.plan)
    once = Spells(spells.plan, spells.product, start, start, spells.share)
    times = rows.weekly(once, spells.product, shop.count)[:, :, 0]
    limit = np.where(about(rule, shop), rule.count, np.inf)
    yield Verdict(rule.code, shop.products.__getitem__, times, limit[None, :])


def _gap(rule: Gap, rows: Rows) -> Iterator[Verdict]:
    yield apart(rule.code, rows, np.where(about(rule, rows.shop), rule.weeks, 0))


def _length(rule: Length, rows: Rows) -> Iterator[Verdict]:
    other = (rows.length < rule.least) | (rows.length > rule.most)
    yield wrong(rule.code, rows, other & _inside(rule, rows))


def _dates(rule: Dates, rows: Rows) -> Iterator[Verdict]:
    outside = np.zeros(len(rows.plan), dtype=bool)
    if rule.first is not None:
        outside |= rows.first < rows.shop.week(rule.first)
    if rule.last is not None:
        outside |= rows.last > rows.shop.week(rule.last)
    yield wrong(rule.code, rows, outside & _inside(rule, rows))


def _no_touch(rule: NoTouch, rows: Rows) -> Iterator[Verdict]:
    touched = _touches(rows, rows.shop.week(rule.first), rows.shop.week(rule.last or rule.first))
    yield wrong(rule.code, rows, touched & _inside(rule, rows))


def _touches(rows: Rows, first: int, last: int) -> Flags:
    return np.asarray((rows.first <= last) & (rows.last >= first))


def _price_group(rule: PriceGroup, rows: Rows) -> Iterator[Verdict]:
    members = rows.shop.products.isin(rule.products)
    lines = rows.shop.lines[members].sum(axis=0)
    which = np.flatnonzero(members[rows.product] & rows.promoted)
    unlike = _unlike(rows, which, rows.segment[which], lines)
    yield Verdict(rule.code, lambda _: " + ".join(rule.products), unlike, 0.0)


def _one_price(rule: OnePrice, rows: Rows) -> Iterator[Verdict]:
    which = np.flatnonzero(_inside(rule, rows) & rows.promoted)
    unlike = _unlike(rows, which, rows.product[which], rows.shop.lines.sum(axis=1))
    yield Verdict(rule.code, lambda _: "all", unlike, 0.0)


def _unlike(rows: Rows, which: Ints, of: Ints, lines: Ints) -> Floats:
    """How many promotions some, but not all lines of an owner have, or not all alike."""
    options = rows.shop.options
    depth = np.round(options.column("step")[rows.shop.place(rows)[which]], 9)
    parts = (rows.plan[which], of, rows.first[which], rows.length[which], rows.mechanic[which])
    order = np.lexsort((depth, *reversed(parts)))
    keys = np.stack([*parts, depth])[:, order]
    start = np.flatnonzero(np.append(True, (np.diff(keys, axis=1) != 0).any(axis=0))[: len(order)])
    if not len(start):
        return np.zeros((rows.plans, 1))
    weight = rows.weight[which][order]
    size = np.diff(np.append(start, len(order)))
    spread = np.maximum.reduceat(weight, start) - np.minimum.reduceat(weight, start)
    at = order[start]
    odd = (size != lines[of[at]]) | (spread > TOLERANCE)
    found = np.bincount(parts[0][at], weights=odd, minlength=rows.plans)
    return found[:, None].astype(float)


def _meant(rule: Locked | Forbidden, rows: Rows) -> Flags:
    """Promotions that are as a rule describes them."""
    found: Flags = rows.promoted & (rows.shop.products == rule.product)[rows.product]
    if rule.segment is not None:
        found &= (rows.shop.segments == rule.segment)[rows.segment]
    if rule.mechanic is not None:
        found &= (rows.shop.mechanics == rule.mechanic)[rows.mechanic]
    if rule.first is not None:
        found &= rows.first == rows.shop.week(rule.first)
    if rule.weeks is not None:
        found &= rows.length == rule.weeks
    if rule.discount is not None:
        found &= np.abs(rows.discount - rule.discount) <= 1e-6  # as it is said
    return found


def _locked(rule: Locked, rows: Rows) -> Iterator[Verdict]:
    if rule.discount == 0:
        yield wrong(rule.code, rows, _there(rule, rows))
        return
    options, segments = rows.shop.options, rows.shop.segments
    asked = np.unique(options.segment[_meant(rule, options)])
    has = np.where(_meant(rule, rows), rows.weight, 0.0)
    weight = rows.sums(has, rows.segment, len(segments))[:, asked]

    def name(at: int) -> str:
        return f"{rule.product} {segments[asked[at]]}"

    yield Verdict(rule.code, name, weight, 1.0, least=True)


def _there(rule: Locked, rows: Rows) -> Flags:
    """Promotions of the product that touch the weeks in which it is to have none."""
    found: Flags = (rows.shop.products == rule.product)[rows.product]
    if rule.segment is not None:
        found &= (rows.shop.segments == rule.segment)[rows.segment]
    if rule.first is not None:
        first = rows.shop.week(rule.first)
        found &= _touches(rows, first, first + (rule.weeks or 1) - 1)
    return found


def _forbidden(rule: Forbidden, rows: Rows) -> Iterator[Verdict]:
    yield wrong(rule.code, rows, _meant(rule, rows))


PROMOTIONS: Mapping[str, Check] = {
    ProductMargin.code: _product_margin,
    MinDiscount.code: _min_discount,
    MaxDiscount.code: _max_discount,
    LowestPrice.code: _lowest_price,
    MostPromotions.code: _most_promotions,
    Gap.code: _gap,
    Length.code: _length,
    Dates.code: _dates,
    NoTouch.code: _no_touch,
    PriceGroup.code: _price_group,
    OnePrice.code: _one_price,
    Locked.code: _locked,
    Forbidden.code: _forbidden,
}
