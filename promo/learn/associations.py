"""Products whose sales answer another one's price: cannibalisation and halo, pair by pair.

The response curves know one cross effect: what the mean price of the rest of a category does. Here
single pairs are looked for that differ from it, in what the curves' fit could not explain.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from promo.domain import Associations, Baskets
from promo.learn.effects import Floats, Ints, group_sum
from promo.learn.elasticity import FAIR_FROM, STRONG_FROM, Demand, ResponseConfig
from promo.learn.odd_weeks import adjusted
from promo.learn.pairs import Found, Pairs, estimate
from promo.tables import ASSOCIATIONS

MOST_KIN = 30
"""Products of its category that a product is held against, those that sell most."""
MOST_BOUGHT = 10
"""Products of other categories that a product is held against, by co-purchase lift."""
MOST_PARTNERS = 10
"""Pairs that are kept of one promoted product, the clearest."""
BY_CHANCE = 5.0
"""Baskets by chance that are added to those with both and to those expected: lift of rare pairs
stays near 1."""
SIZE, SIZE_SD = 0.5, 0.6
"""Median and log sd of the prior on how far an association differs from none: log items per log
price. A typical own elasticity is -2.5."""
TRIED = 9
"""Values of it that are averaged over."""


def associations(demand: Demand, baskets: Baskets) -> Associations:
    """The pairs of products that the history shows to move each other unlike the rest.

    Tried are, for each product that was promoted in `STRONG_FROM` weeks or more, the products of
    its category, and those of others that customers buy with it more often than chance would.
    What levels, weeks, seasons, the other's own price and deal and its category's cross effect
    leave of the other's log items is regressed on the deal of the promoted one; what the rest of
    its category shares in a week is taken out, too.

    Kept are pairs that differ from the category's effect, and between categories those with a
    halo: what is bought together does not take each other's place. By the rule of Benjamini and
    Hochberg at most `FALSE_SHARE` of the kept ones of either kind are expected to be chance. What
    is kept looks larger than it is; a normal prior pulls it back, its scale averaged over and
    weighed by how likely it makes the kept pairs, given that they passed.

    Args:
        demand: the fit of the response curves.
        baskets: what is bought together; without any, only pairs of one category are tried.

    Returns:
        At most `MOST_PARTNERS` pairs per promoted product, sorted; none where the history carries
        none.

    References:
        Benjamini, Y. and Hochberg, Y. (1995). Controlling the false discovery rate. Journal of the
        Royal Statistical Society B 57(1), 289-300.
    """
    known = _Known.of(demand)
    pairs = _candidates(known, baskets)
    found = estimate(demand.slopes.rest, pairs, STRONG_FROM)
    kept = _kept(found, known.category)
    rows = _table(known, found[kept.index], kept, baskets)
    return Associations(rows, len(found.deviation))


@dataclass(frozen=True, eq=False)
class _Known:
    """What is known of each product, in the design's order."""

    products: "pd.Index[str]"
    category: Ints
    cross: float
    items: Floats

    @classmethod
    def of(cls, demand: Demand) -> "_Known":
        design = demand.slopes.rest.design
        items = group_sum(design.product, design.units, len(design.products))
        cross = demand.slopes.common.get("cross", 0.0)
        return cls(design.products, design.category_of, cross, items)

    def usual(self, pairs: Pairs) -> Floats:
        """The effect that a pair has where nothing is known of it."""
        same = self.category[pairs.promoted] == self.category[pairs.other]
        rest = np.bincount(self.category)[self.category[pairs.other]] - 1
        return np.where(same, self.cross / np.maximum(rest, 1), 0.0)


def _candidates(known: _Known, baskets: Baskets) -> Pairs:
    """Ordered pairs, each once."""
    pairs = [np.empty((0, 2), dtype=np.int64), _bought(known, baskets)]
    for category in range(int(known.category.max()) + 1):
        members = np.flatnonzero(known.category == category)
        best = members[np.argsort(-known.items[members], kind="stable")[:MOST_KIN]]
        pairs.append(np.stack(np.meshgrid(members, best, indexing="ij"), axis=-1).reshape(-1, 2))
    every = np.unique(np.concatenate(pairs), axis=0)
    return Pairs(*every[every[:, 0] != every[:, 1]].T)


def _bought(known: _Known, baskets: Baskets) -> Ints:
    """Pairs of two categories that are bought together, both ways round; shape (pairs, 2)."""
    rows = baskets.rows
    both = [known.products.get_indexer(pd.Index(rows[name])) for name in ("product_id", "other_id")]
    pairs = np.column_stack(both).astype(np.int64)
    lift = lifts(baskets)
    across = known.category[pairs[:, 0]] != known.category[pairs[:, 1]]
    fine = (pairs >= 0).all(axis=1) & across & (lift > 1)
    either = np.concatenate([pairs[fine], pairs[fine][:, ::-1]])
    order = np.lexsort((-np.tile(lift[fine], 2), either[:, 0]))
    best = either[order][_rank(either[order][:, 0]) < MOST_BOUGHT]
    return np.concatenate([best, best[:, ::-1]])


def _rank(group: Ints) -> Ints:
    """0, 1, 2 ... within each run of equal values of a sorted array."""
    return np.asarray(np.arange(len(group)) - np.searchsorted(group, group))


def lifts(baskets: Baskets) -> Floats:
    """How many times as often as by chance each pair is bought together, shrunk to once."""
    rows = baskets.rows
    chance = rows["baskets"] * rows["other_baskets"] / max(baskets.total, 1)
    return ((rows["together"] + BY_CHANCE) / (chance + BY_CHANCE)).to_numpy()


@dataclass(frozen=True, eq=False)
class _Kept:
    """Pairs that passed, `index` among the estimates, and the belief about their deviation."""

    index: Ints
    mean: Floats
    sd: Floats


def _kept(found: Found, category: Ints) -> _Kept:
    same = category[found.pairs.promoted] == category[found.pairs.other]
    passed = (
        _passed(found, np.flatnonzero(same), np.abs(found.score), 2),
        _passed(found, np.flatnonzero(~same), -found.score, 1),
    )
    index, mean, sd = (np.concatenate(part) for part in zip(*passed, strict=True))
    order = np.lexsort((-np.abs(found.score[index]), found.pairs.promoted[index]))
    index, mean, sd = index[order], mean[order], sd[order]
    best = _rank(found.pairs.promoted[index]) < MOST_PARTNERS
    return _Kept(index[best], mean[best], sd[best])


def _passed(found: Found, family: Ints, score: Floats, sides: int) -> tuple[Ints, Floats, Floats]:
    """Those of a family of pairs that are no chance, with mean and sd of their deviation.

    Args:
        found: all estimates.
        family: which of them are asked.
        score: how far each is from none, in standard errors.
        sides: 2 where either sign counts, 1 where only one does.
    """
    from scipy.special import ndtr, ndtri

    chance = sides * ndtr(-score[family])
    index = family[adjusted(chance, len(family)) <= Associations.FALSE_SHARE]
    if not len(index):
        return index, np.zeros(0), np.zeros(0)
    least = -float(ndtri(Associations.FALSE_SHARE * len(index) / len(family) / sides))
    return index, *shrunk(found.deviation[index], found.se[index], least)


def shrunk(estimates: Floats, se: Floats, least: float) -> tuple[Floats, Floats]:
    """Mean and sd of effects of which only estimates beyond `least` standard errors are seen.

    Under each scale s of a normal prior an estimate b is N(0, s^2 + se^2) cut off at
    `least` x se; the scales are weighed by how likely they make all of them.
    """
    from scipy.special import log_ndtr

    scales = SIZE * np.exp(SIZE_SD * np.linspace(-2.5, 2.5, TRIED))
    spread = np.sqrt(scales[:, None] ** 2 + se**2)
    cut = np.log(2) + log_ndtr(-least * se / spread)
    log_weight = (-((estimates / spread) ** 2) / 2 - np.log(spread) - cut).sum(axis=1)
    log_weight -= (np.log(scales / SIZE) / SIZE_SD) ** 2 / 2
    weight = np.exp(log_weight - log_weight.max())
    weight /= weight.sum()
    pull = (scales[:, None] / spread) ** 2
    mean = weight @ (pull * estimates)
    return mean, np.sqrt(weight @ (pull * se**2 + (pull * estimates - mean) ** 2))


def _table(known: _Known, found: Found, kept: _Kept, baskets: Baskets) -> pd.DataFrame:
    names = known.products.to_numpy()
    effect = known.usual(found.pairs) + kept.mean
    se = ResponseConfig.widen * kept.sd
    fair, strong = ((found.weeks >= weeks) & (se <= share * np.abs(effect))
                    for weeks, share in ((FAIR_FROM, 1 / 2), (STRONG_FROM, 1 / 4)))  # fmt: skip
    rows = pd.DataFrame({
        "product_id": pd.Series(names[found.pairs.promoted], dtype="str"),
        "other_id": pd.Series(names[found.pairs.other], dtype="str"),
        "effect": effect, "effect_se": se,
        "evidence": pd.Series(np.select([strong, fair], ["strong", "fair"], "weak"), dtype="str"),
    })  # fmt: skip
    said = baskets.rows[["product_id", "other_id", "together"]].assign(lift=lifts(baskets))
    turned = said.rename(columns={"product_id": "other_id", "other_id": "product_id"})
    rows = rows.merge(pd.concat([said, turned]), "left", on=["product_id", "other_id"])
    rows = rows.assign(
        together=rows["together"].fillna(0).astype(np.int64), lift=rows["lift"].fillna(1.0)
    )
    rows = rows.sort_values(["product_id", "other_id"], ignore_index=True)
    return rows[ASSOCIATIONS.names]
