"""Complements of a simulated shop: products whose price sells another one, as pasta sells sauce."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from promo.ingest.simulate.world import Floats, Ints, World


@dataclass(frozen=True, eq=False)
class Halo:
    """Pairs of products of different categories; arrays of shape (pairs,)."""

    promoted: Ints
    other: Ints
    effect: Floats  # log items of the other per log price of the promoted

    def pull(self, log_price: Floats) -> Floats:
        """Log items that the others gain; shape of `log_price`, (products, ...)."""
        gained = np.zeros_like(log_price)
        np.add.at(gained, self.other, self.effect[:, None] * log_price[self.promoted])
        return gained

    def named(self, product_id: Sequence[str]) -> pd.DataFrame:
        """The pairs as product_id (the promoted one), other_id and effect."""
        names = np.array(product_id, dtype=object)
        columns = {"product_id": names[self.promoted], "other_id": names[self.other]}
        return pd.DataFrame(columns | {"effect": np.round(self.effect, 6)})


def draw_halo(world: World, group: Ints) -> Halo:
    """Pairs without a product in common; fewer than asked for where categories give out."""
    rng = world.stream("halo")
    mixed = rng.permutation(len(group)).tolist()
    left, pairs = mixed[world.halo_pairs :], []
    for promoted in mixed[: world.halo_pairs]:
        other = next((one for one in left if group[one] != group[promoted]), None)
        if other is not None:
            left.remove(other)
            pairs.append((promoted, other))
    promoted, other = np.array(pairs, dtype=np.int64).reshape(-1, 2).T
    return Halo(promoted, other, rng.uniform(*world.halo, len(pairs)))
