"""The kinds of shops that a planner has to stand up to."""

from collections.abc import Mapping
from dataclasses import dataclass, field

SOURCES = ("panel", "orders", "products", "users")
"""The files a desk is given, unless its family says otherwise."""


@dataclass(frozen=True)
class Family:
    """Shops of one kind: how they differ from the default world, and what they upload."""

    differs: Mapping[str, object] = field(default_factory=dict)
    sources: tuple[str, ...] = SOURCES


FAMILIES: Mapping[str, Family] = {
    "default": Family(),
    "short": Family({"weeks": 26}),
    "endogenous": Family({"endogeneity": 1.0}),
    "noisy": Family({"shock_sd": 0.4}),
    "few_promotions": Family({"promo_rate": 0.04}),
    "wide_spread": Family({"elasticity_product_sd": 1.5}),
    "price_test": Family({"test_weeks": 8}, (*SOURCES, "displays")),
    "intermittent": Family({"base_units": 3.0}),
    "exogenous": Family({"endogeneity": 0.0}),
    "orders_only": Family(sources=("orders", "products", "users")),
    "thousand_products": Family({"products": 1000, "categories": 40}),
}
