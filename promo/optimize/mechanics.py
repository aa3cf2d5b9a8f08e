"""Ways to give a discount: what each reaches, how it is felt, and what it costs the shop.

One model serves all of them. A mechanic reaches a share `reach` of the items of a line; who is
reached feels a face value d like a price cut of `felt` x d, and the shop gives `paid` x d away:

    items = base x [(1 - reach) + reach x response(felt x d)]
    money given away = list price x reached items x paid x d

A plain discount reaches everybody, is felt and paid in full, and so is the response curve itself.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from promo.errors import BadRequest
from promo.optimize.arrays import Floats


@dataclass(frozen=True)
class Mechanic:
    """One way to give a discount; `assumed` says that no data of the shop stand behind it."""

    name: str
    reach: float = 1.0
    felt: float = 1.0
    paid: float = 1.0
    assumed: bool = True

    def __post_init__(self) -> None:
        """Refuse what no mechanic can be.

        Raises:
            BadRequest: a number is not a share.
        """
        for field in ("reach", "felt", "paid"):
            value = getattr(self, field)
            if not 0 <= value <= 1:
                raise BadRequest(field=f"{self.name}.{field}", value=value, must="share")


NONE = "none"
"""The mechanic of a row of no promotion."""

PERCENT = Mechanic("percent", assumed=False)
"""The discount that response curves are learned from."""

MECHANICS = {
    one.name: one
    for one in (
        PERCENT,
        # Half of all baskets get there, and what lies above the threshold dilutes the saving:
        # baskets that fall off exponentially above it are twice the threshold on average.
        Mechanic("spend_and_save", reach=0.5, felt=0.5, paid=0.5),
        # Of digital coupons for packaged goods 7.3 % were redeemed (Inmar, 2015).
        Mechanic("coupon", reach=0.07),
        # Two of seven days; nothing tells that a short discount is felt more than a long one.
        Mechanic("flash", reach=2 / 7),
        # Three in ten items are bought two or more at a time; others cannot use a bundle.
        Mechanic("bundle", reach=0.3),
        # The shop pays its purchase price, half of the gift's own price at a margin of 50 %; a
        # gift is worth to a customer what it saves her, and not everybody would have bought it.
        Mechanic("gift", felt=0.5, paid=0.5),
        # Half of all items go to members.
        Mechanic("member", reach=0.5),
        # Members again; nearly 30 % of points are never redeemed (Bond Brand Loyalty), and who
        # will not redeem them does not feel them either.
        Mechanic("points", reach=0.5, felt=0.7, paid=0.7),
    )
}
"""Every mechanic by its name, with assumptions where a shop's own data have not told."""

SHELF = ("percent", "flash", "bundle", "member")
"""Mechanics that show a price, which can have a charm ending."""


def spend_and_save(baskets: Sequence[float] | Floats, threshold: float, saving: float) -> Mechanic:
    """What "spend `threshold`, save `saving`" reaches, from what baskets come to.

    Reached are baskets at or above the threshold, and those lifted to it: who lacks less than the
    saving gets the rest for nothing. Everybody reached saves the same money, so what is felt and
    paid of the face value is the threshold over the mean of the baskets reached.

    Args:
        baskets: what each order comes to, money.
        threshold: money from which on the saving is given.
        saving: money off; its face value is `saving / threshold`.

    Raises:
        BadRequest: the threshold is not above the saving, or the saving not above 0.

    >>> spend_and_save([50, 90, 100, 200], threshold=100, saving=20).felt
    0.75
    """
    if not 0 < saving < threshold:
        raise BadRequest(field="spend_and_save.saving", value=saving, must="below_threshold")
    worth = _amounts("baskets", baskets)
    reached = worth[worth >= threshold - saving]
    if not reached.size:
        return Mechanic("spend_and_save", reach=0.0, assumed=False)
    part = float(threshold * len(reached) / np.maximum(reached, threshold).sum())
    return Mechanic("spend_and_save", float(reached.sum() / worth.sum()), part, part, assumed=False)


def coupon(given: float, used: float) -> Mechanic:
    """A coupon reaches the share of those handed out that were used.

    >>> coupon(given=500, used=60).reach
    0.12
    """
    return Mechanic("coupon", reach=_part("coupon", used, given), assumed=False)


def flash(items_by_hour: Sequence[float] | Floats, hours: Sequence[int]) -> Mechanic:
    """A flash sale reaches what is sold in its hours of the week.

    Args:
        items_by_hour: items sold in each of the 168 hours of a week, Monday's midnight first.
        hours: the hours of the sale, from 0 to 167.
    """
    items = _amounts("flash", items_by_hour)
    sold = float(items[np.unique(np.asarray(hours, dtype=np.int64))].sum())
    return Mechanic("flash", reach=_part("flash", sold, float(items.sum())), assumed=False)


def bundle(quantities: Sequence[float] | Floats, size: int) -> Mechanic:
    """A bundle of `size` reaches the items that are bought at least that many at a time.

    >>> round(bundle([1, 1, 2, 4], size=2).reach, 2)
    0.75
    """
    bought = _amounts("bundle", quantities)
    many = float(bought[bought >= size].sum())
    return Mechanic("bundle", reach=_part("bundle", many, float(bought.sum())), assumed=False)


def gift(worth: float, unit_cost: float, wanted: float) -> Mechanic:
    """A gift costs the shop what it paid for it, and is felt by those who want it.

    Args:
        worth: what the gift sells for, money; a face value d is d x list price worth of gifts.
        unit_cost: what it costs the shop, money.
        wanted: share of customers who would have paid for it; an assumption unless it was asked.
    """
    return Mechanic("gift", felt=wanted, paid=_part("gift", unit_cost, worth))


def member(items_of_members: float, items: float) -> Mechanic:
    """A member price reaches the share of items that members buy.

    >>> member(items_of_members=300, items=400).reach
    0.75
    """
    reach = _part("member", items_of_members, items)
    return Mechanic("member", reach=reach, assumed=False)


def points(items_of_members: float, items: float, given: float, used: float) -> Mechanic:
    """Points reach what members buy; what is never used is neither felt nor paid."""
    reach, part = _part("points", items_of_members, items), _part("points", used, given)
    return Mechanic("points", reach, part, part, assumed=False)


def _part(name: str, part: float, whole: float) -> float:
    if not 0 <= part <= whole or whole == 0:
        raise BadRequest(field=name, value=part, must="part")
    return float(part / whole)


def _amounts(name: str, values: Sequence[float] | Floats) -> Floats:
    amounts = np.asarray(values, dtype=np.float64)
    if not amounts.size or not (np.isfinite(amounts) & (amounts >= 0)).all() or not amounts.any():
        raise BadRequest(field=name, value=amounts.size, must="amounts")
    return amounts
