"""Features of what was done: sessions, funnel, interactions, search words."""

import narwhals.stable.v2 as nw
from narwhals.stable.v2 import col

from promo.ingest.features.activity import count, whole
from promo.ingest.features.seam import Frame
from promo.ingest.features.shop import Shop

_LEVELS = {"view": 1, "cart": 2, "purchase": 3}


def sessions(shop: Shop) -> Frame:
    """Visits: when, how long, steps of each kind, money spent on them."""
    return shop.sessions


def funnel(shop: Shop) -> Frame:
    """Per category, the sessions and customers that reached a view, a cart, a purchase.

    Whoever went further counts for the steps before, also where no view was recorded.
    """
    level = nw.when(col("kind") == "view").then(1).otherwise(
        nw.when(col("kind") == "cart").then(2).otherwise(3)
    )  # fmt: skip
    steps = shop.steps.filter(col("kind").is_in(list(_LEVELS)))
    by_session = steps.group_by("category", "customer_id", "session_id").agg(reached=level.max())
    by_session = shop.keep(by_session)
    by_customer = by_session.group_by("category", "customer_id").agg(reached=col("reached").max())
    found = _reached(by_session, "session").join(
        _reached(by_customer, "customer"), on="category", how="left"
    )
    figures = [name for name in found.collect_schema().names() if name != "category"]
    named = nw.when(col("category") != "").then(col("category"))
    return found.select(named.alias("category"), *(col(name).fill_null(0) for name in figures))


def _reached(furthest: Frame, who: str) -> Frame:
    """By category ('' where there is none: null joins nothing), how many reached each level."""
    known = furthest.filter(~col(f"{who}_id").is_null())
    return (
        known.with_columns(col("category").fill_null(""))
        .group_by("category")
        .agg(**{f"{who}s_to_{name}": count(col("reached") >= at) for name, at in _LEVELS.items()})
    )


def interactions(shop: Shop) -> Frame:
    """Customer x product: views, carts, purchases, and the last day of any of them."""
    kind, bought = col("kind"), (col("kind") == "purchase") & col("sold")
    known = ~col("customer_id").is_null() & ~col("product_id").is_null()
    steps = shop.activity.filter(known & ((kind == "view") | (kind == "cart") | bought))
    return steps.group_by("customer_id", "product_id").agg(
        views=count(kind == "view"), carts=count(kind == "cart"), purchases=count(bought),
        last_day=col("day").max(),
    )  # fmt: skip


def searches(shop: Shop) -> Frame:
    """The words people search for, in small letters, and in how many searches each was typed."""
    queries = shop.activity.filter(~col("words").is_null()).group_by("words").agg(times=nw.len())
    words = queries.with_columns(word=col("words").str.to_lowercase().str.split(" ")).explode(
        "word"
    )
    # A word that was typed twice in one search was still searched for once.
    once = words.filter(col("word") != "").group_by("words", "word").agg(times=col("times").max())
    found = once.group_by("word").agg(searches=whole(col("times")))
    return found.sort("searches", "word", descending=[True, False])
