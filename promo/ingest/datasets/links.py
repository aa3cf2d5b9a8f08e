# ruff: noqa: S608 # SQL is made of our own names and escaped paths only
"""How the tables of a dataset fit together: rows that name something no other table knows."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import duckdb

from promo.domain import Link
from promo.ingest.engine import name, parquet
from promo.ingest.sources import SOURCES

PARENTS: Mapping[str, tuple[tuple[str, str], ...]] = {
    "product_id": (("products", "product_id"),),
    "customer_id": (("users", "customer_id"), ("profiles", "customer_id")),
    "campaign_id": (("campaigns", "campaign_id"),),
    "campaign": (("campaigns", "campaign_id"), ("coupons", "coupon_id")),
    "coupon_id": (("coupons", "coupon_id"),),
    "order_id": (("orders", "order_id"),),
    "place": (("places", "place"),),
}
"""Each field that names something, and the tables and fields that describe it."""


def links(connection: duckdb.DuckDBPyConnection, tables: Mapping[str, Path]) -> tuple[Link, ...]:
    """Every pair of tables that share a key, with what finds no match on either side.

    A pair is left out where the child has not one such key. Of several parents of one field, as a
    campaign or a coupon, those are left out that have no key in common with the child while
    another has.
    """
    found = list(_pairs(connection, tables))
    return tuple(one for one in found if not _is_another(one, found))


def _is_another(link: Link, found: list[Link]) -> bool:
    """Whether the field of the child means another parent than that of this link."""
    return link.orphan_keys == link.keys and any(
        one.orphan_keys < one.keys
        for one in found
        if (one.child, one.child_field) == (link.child, link.child_field)
    )


def _pairs(connection: duckdb.DuckDBPyConnection, tables: Mapping[str, Path]) -> Iterator[Link]:
    for child in tables:
        for field in SOURCES[child].columns:
            for parent, parent_field in PARENTS.get(field.name, ()):
                if parent == "profiles" and "users" in tables:
                    continue  # the wide rows of some customers are no list of all of them
                if parent in tables and parent != child:
                    ends = (child, field.name, parent, parent_field)
                    counts = _count(connection, tables, *ends)
                    if counts[0]:
                        yield Link(*ends, *counts)


def _count(
    connection: duckdb.DuckDBPyConnection,
    tables: Mapping[str, Path],
    child: str,
    child_field: str,
    parent: str,
    parent_field: str,
) -> tuple[int, int, int, int, int, int]:
    """Rows and keys of the child, those without a parent; keys of the parent, those not named.

    Both sides are grouped by key before they meet, so that ten million rows cost one pass.
    """
    (row,) = connection.execute(
        f"WITH child AS (SELECT {name(child_field)} AS key, count(*) AS rows "
        f"FROM {parquet([tables[child]])} WHERE key IS NOT NULL GROUP BY key), "
        f"parent AS (SELECT DISTINCT {name(parent_field)} AS key FROM {parquet([tables[parent]])} "
        "WHERE key IS NOT NULL) "
        "SELECT coalesce(sum(child.rows), 0), count(child.key), "
        "coalesce(sum(child.rows) FILTER (WHERE parent.key IS NULL), 0), "
        "count(child.key) FILTER (WHERE parent.key IS NULL), "
        "count(parent.key), count(parent.key) FILTER (WHERE child.key IS NULL) "
        "FROM child FULL JOIN parent ON child.key = parent.key"
    ).fetchall()
    rows, keys, orphan_rows, orphan_keys, parents, unused = map(int, row)
    return rows, keys, orphan_rows, orphan_keys, parents, unused
