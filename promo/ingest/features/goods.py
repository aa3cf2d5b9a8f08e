"""Features of products: week by week, over all time, and what is bought together."""

import narwhals.stable.v2 as nw
from narwhals.stable.v2 import col

from promo.ingest.features.activity import filled, ratio, whole
from promo.ingest.features.seam import Frame
from promo.ingest.features.shop import SALES_SUMS, Shop

MOST_IN_A_BASKET = 50
"""Baskets with more products say nothing about pairs, and one robot's order would make millions."""

_FIGURES = (
    "views", "carts", "purchases", "bought", "returned", "revenue_cents", "buyers", "mean_price",
    "discount",
)  # fmt: skip


def panel(shop: Shop) -> Frame:
    """Product x week: what was looked at, bought and returned, buyers, mean price, discount.

    `revenue_cents` is net of returns; `mean_price` (per item) and `discount` (share of the list
    price) are of what was bought at a known price.
    """
    return shop.weekly.with_columns(**_priced()).select("product_id", "week", *_FIGURES)


def products(shop: Shop) -> Frame:
    """Products over all time: the panel's figures, baskets, conversion, first and last week."""
    sums = shop.weekly.group_by("product_id").agg(
        *(whole(col(name)) for name in ("views", "carts", *SALES_SUMS)),
        first_week=col("week").min(), last_week=col("week").max(),
    )  # fmt: skip
    bought = shop.sales.filter(col("units") > 0)
    known = bought.filter(~col("customer_id").is_null())
    buyers = _distinct(known, ["customer_id"], "buyers")
    baskets = _distinct(_in_baskets(bought), ["customer_id", "basket"], "baskets")
    found = sums
    for more in (buyers, baskets, _told(shop)):
        found = found.join(more, on="product_id", how="left")
    return found.with_columns(
        **_priced(), buyers=col("buyers").fill_null(0), baskets=col("baskets").fill_null(0),
        conversion=ratio(col("purchases"), col("views")),
    ).select(
        "product_id", "category", "brand", *_FIGURES, "baskets", "conversion", "first_week",
        "last_week",
    )  # fmt: skip


def pairs(shop: Shop) -> Frame:
    """Two products in one basket, and in how many; see `MOST_IN_A_BASKET`."""
    keys = ["customer_id", "basket"]
    lines = _in_baskets(shop.sales.filter(col("units") > 0))
    lines = lines.group_by(*keys, "product_id").agg(lines=nw.len()).drop("lines")
    sizes = lines.group_by(*keys).agg(size=nw.len())
    sizes = sizes.filter((col("size") > 1) & (col("size") <= MOST_IN_A_BASKET)).drop("size")
    lines = shop.keep(lines.join(sizes, on=keys))
    both = lines.join(lines, on=keys, suffix="_b").filter(col("product_id") < col("product_id_b"))
    found = both.group_by("product_id", "product_id_b").agg(baskets=nw.len().cast(nw.Int64))
    return found.rename({"product_id": "product_a", "product_id_b": "product_b"})


def _priced() -> dict[str, nw.Expr]:
    return {
        "mean_price": ratio(col("paid_cents"), col("priced_units")) / 100,
        "discount": 1 - ratio(col("paid_cents"), col("full_cents")),
    }


def _in_baskets(lines: Frame) -> Frame:
    """The lines that belong to a basket; nobody's has the customer '', because null joins none."""
    return lines.filter(~col("basket").is_null()).with_columns(col("customer_id").fill_null(""))


def _distinct(lines: Frame, what: list[str], name: str) -> Frame:
    """How many different `what` each product has."""
    once = lines.group_by("product_id", *what).agg(lines=nw.len())
    return once.group_by("product_id").agg(nw.len().cast(nw.Int64).alias(name))


def _told(shop: Shop) -> Frame:
    """Category and brand: from the product list, else as the sales name them."""
    if "products" in shop.tables:
        told = filled(shop.tables["products"], {"category": nw.String, "brand": nw.String})
        return told.select("product_id", "category", "brand")
    return shop.sales.group_by("product_id").agg(col("category").min(), col("brand").min())
