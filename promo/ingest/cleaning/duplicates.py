# ruff: noqa: S608 # SQL is made of our own names, escaped headers and escaped paths only
"""Rows that describe the same thing by the columns she chose; all but one go.

A row with an empty cell in these columns is nobody's repeat: two unknown buyers are not one.
"""

from promo.ingest.cleaning.target import ROW, Target
from promo.ingest.engine import name


def first(target: Target) -> str:
    """Every row but the first of its kind."""
    return _repeats(target, ROW)


def last(target: Target) -> str:
    """Every row but the last of its kind."""
    return _repeats(target, f"{ROW} DESC")


def latest(target: Target) -> str:
    """Every row but the one with the latest time of its kind; the last one where several have."""
    return _repeats(target, f"{name(target.shape.time or '')} DESC NULLS LAST, {ROW} DESC")


def _repeats(target: Target, order: str) -> str:
    key = ", ".join(map(name, target.step.columns))
    whole = " AND ".join(f"{name(column)} IS NOT NULL" for column in target.step.columns)
    # Only the repeats are ranked: a window over all rows would hold the whole table.
    return (
        f"WITH repeated AS (SELECT {key} FROM {target.rows} WHERE {whole} GROUP BY {key} "
        f"HAVING count(*) > 1) SELECT {ROW} FROM {target.rows} SEMI JOIN repeated USING ({key}) "
        f"QUALIFY row_number() OVER (PARTITION BY {key} ORDER BY {order}) > 1"
    )
