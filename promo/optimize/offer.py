"""What the shop is ready to do: which discounts, how long, in which way, and who pays for it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from promo.errors import BadRequest
from promo.optimize.arrays import Flags, Floats, Ints
from promo.optimize.mechanics import PERCENT, SHELF, Mechanic


@dataclass(frozen=True, eq=False)
class Deals:
    """Discounts with their mechanics, in the order of their discounts.

    All of one shape: (1, deals) where every line is offered the same, (lines, deals) where prices
    have endings. `step` is the discount of the ladder that a price with an ending came from, the
    shallowest of several. `mechanic` is the place in the offer's `ordered`; a deal that is not
    `open` is none for its line.
    """

    discount: Floats
    step: Floats
    mechanic: Ints
    open: Flags
    reach: Floats
    felt: Floats
    paid: Floats

    @property
    def log_price(self) -> Floats:
        """Log of the price that is felt, over the list price."""
        return np.asarray(np.log1p(-self.felt * self.discount))


@dataclass(frozen=True)
class Offer:
    """What may be offered; as it stands, what a desk offers that was told nothing.

    Args:
        ladder: discounts as shares of the list price, in [0, 1).
        lengths: weeks that a promotion may run; None is one campaign over the whole horizon.
        mechanics: ways to give a discount.
        endings: what a promotional price shall end in: 0.99 for 12.99, 9 for 129; each price moves
            to the nearest such price, and its discount is what then comes out.
        funding: share of the money given away that a supplier pays, per product.
        salvage: money per item left over at the end, per product; it counts for products whose
            stock is known. An item is then worth that and not its unit cost, and nothing is sold
            after the end that a dip could take away.
    """

    ladder: Sequence[float] = tuple(step / 20 for step in range(1, 11))
    lengths: Sequence[int] | None = None
    mechanics: tuple[Mechanic, ...] = (PERCENT,)
    endings: Sequence[float] = ()
    funding: Mapping[str, float] = field(default_factory=dict)
    salvage: Mapping[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse what cannot be offered.

        Raises:
            BadRequest: a discount, length, ending, share or amount is out of its range, or two
                mechanics have one name.
        """
        names = [one.name for one in self.mechanics]
        fine: dict[str, tuple[object, bool]] = {
            "ladder": (list(self.ladder), _all(self.ladder, lambda d: 0 <= d < 1)),
            "lengths": (self.lengths, _all(self.lengths or (), lambda n: n >= 1 and n == int(n))),
            "mechanics": (names, len(set(names)) == len(names) > 0),
            "endings": (self.endings, _all(self.endings, lambda e: e >= 0)),
            "funding": (self.funding, _all(self.funding.values(), lambda part: 0 <= part <= 1)),
            "salvage": (self.salvage, _all(self.salvage.values(), lambda money: money >= 0)),
        }
        for name, (value, ok) in fine.items():
            if not ok:
                raise BadRequest(field=name, value=value)

    @property
    def ordered(self) -> list[Mechanic]:
        """The mechanics by name."""
        return sorted(self.mechanics, key=lambda one: one.name)

    def deals(self, list_price: Floats) -> Deals:
        """Every deal for lines of these list prices."""
        steps = np.unique(np.asarray(self.ladder, dtype=np.float64))
        steps = steps[steps > 0]
        ways = self.ordered
        prices = 1 if not len(self.endings) else len(list_price)
        step = np.broadcast_to(steps[:, None], (prices, len(steps), len(ways)))
        discount = step.copy()
        if len(self.endings):
            nearest = charmed(list_price[:, None] * (1 - steps), self.endings)
            ended = np.clip(1 - nearest / list_price[:, None], 0.0, 1.0)
            discount[:, :, [one.name in SHELF for one in ways]] = ended[:, :, None]
        mechanic = np.broadcast_to(np.arange(len(ways)), discount.shape)
        shape = prices, -1
        return self._sorted(discount.reshape(shape), step.reshape(shape), mechanic.reshape(shape))

    def _sorted(self, discount: Floats, step: Floats, mechanic: Ints) -> Deals:
        order = np.lexsort((step, mechanic, discount), axis=-1)
        discount = np.take_along_axis(discount, order, axis=1)
        step = np.take_along_axis(step, order, axis=1)
        mechanic = np.take_along_axis(mechanic, order, axis=1)
        new = np.ones(discount.shape, dtype=bool)
        same = (np.diff(discount, axis=1) == 0) & (np.diff(mechanic, axis=1) == 0)
        new[:, 1:] = ~same
        numbers = np.array([(one.reach, one.felt, one.paid) for one in self.ordered])
        reach, felt, paid = numbers[mechanic].transpose(2, 0, 1)
        real = new & (discount > 1e-9) & (discount < 1)
        return Deals(
            np.where(real, discount, 0.0), np.where(real, step, 0.0), mechanic, real, reach, felt,
            paid,
        )  # fmt: skip


def charmed(price: Floats, endings: Sequence[float]) -> Floats:
    """The nearest price with one of these endings, the lower of two as near; shape of `price`.

    >>> charmed(np.array([12.5, 8.97]), (0.99, 0.95)).tolist()
    [12.95, 8.95]
    >>> charmed(np.array([131.0]), (9,)).tolist()
    [129.0]
    """
    near = []
    for ending in endings:
        step = 10.0 ** max(np.floor(np.log10(ending)) + 1, 0) if ending >= 1 else 1.0
        below = np.floor((price - ending) / step)
        near += [below * step + ending, (below + 1) * step + ending]
    found = np.sort(np.round(np.stack(near), 6), axis=0)
    far = np.round(np.abs(found - price), 9)
    return np.asarray(np.take_along_axis(found, far.argmin(axis=0)[None], axis=0)[0])


def _all(values: Iterable[float], keeps: Callable[[float], bool]) -> bool:
    return all(bool(np.isfinite(value)) and keeps(value) for value in values)
