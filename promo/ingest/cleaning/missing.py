# ruff: noqa: S608 # SQL is made of our own names, escaped headers and escaped paths only
"""What to do where a value is missing: leave the row out, or put a value of its like in."""

from promo.ingest.cleaning.target import ROW, Target
from promo.ingest.engine import name


def absent(target: Target) -> str:
    """The rows without a value."""
    return f"SELECT {ROW} FROM {target.rows} WHERE {target.column} IS NULL"


def mean(target: Target) -> str:
    """The mean of the same product (in a list: category), else of all rows."""
    return _filled(target, "round(fsum({v}) / count({v}), 6)")


def median(target: Target) -> str:
    """The median of the same product (in a list: category), else of all rows."""
    # The lower median of whole numbers is one of them, so that filling in does not move it.
    return _filled(target, "quantile_disc({v}, 0.5)" if target.whole else "median({v})")


def _filled(target: Target, of: str) -> str:
    column, group = target.column, target.group
    usual = of.format(v=column)
    return (
        f"WITH own AS (SELECT {group} AS g, {usual} AS value FROM {target.rows} "
        f"WHERE {column} IS NOT NULL GROUP BY g), "
        f"everyone AS (SELECT {usual} AS value FROM {target.rows}) "
        f"SELECT {ROW}, {target.rounded('coalesce(own.value, everyone.value)')} AS value "
        f"FROM {target.rows} AS one LEFT JOIN own ON own.g = one.{group}, everyone "
        f"WHERE one.{column} IS NULL AND coalesce(own.value, everyone.value) IS NOT NULL"
        if group
        else f"WITH everyone AS (SELECT {usual} AS value FROM {target.rows}) "
        f"SELECT {ROW}, {target.rounded('value')} AS value FROM {target.rows}, everyone "
        f"WHERE {column} IS NULL AND value IS NOT NULL"
    )


def interpolated(target: Target) -> str:
    """The straight line in time between the neighbours of the same product and place.

    Before the first and after the last known value there is no line, and the value stays missing.
    """
    column, time = target.column, name(target.shape.time or "")
    keys = [f"coalesce({name(key)}, '') AS k{n}" for n, key in enumerate(target.shape.series)]
    listed = ", ".join([*keys, f"{time} AS t"])
    grouped = ", ".join([*(f"k{n}" for n in range(len(keys))), "t"])
    same = " AND ".join([*(f"gaps.k{n} = {{0}}.k{n}" for n in range(len(keys))), ""])
    # Whole seconds, weighted before they are divided: a straight line comes out to the last digit.
    after, before = "epoch(later.t - gaps.t)", "epoch(gaps.t - earlier.t)"
    line = f"(earlier.v * {after} + later.v * {before}) / ({after} + {before})"
    return (
        f"WITH known AS (SELECT {listed}, fsum({column}) / count({column}) AS v FROM {target.rows} "
        f"WHERE {column} IS NOT NULL AND {time} IS NOT NULL GROUP BY {grouped}), "
        f"gaps AS (SELECT {ROW}, {listed} FROM {target.rows} WHERE {column} IS NULL), "
        f"lines AS (SELECT {ROW}, CASE WHEN later.t = earlier.t THEN earlier.v ELSE {line} END "
        f"AS value FROM gaps "
        f"ASOF JOIN known AS earlier ON {same.format('earlier')}gaps.t >= earlier.t "
        f"ASOF JOIN known AS later ON {same.format('later')}gaps.t <= later.t) "
        f"SELECT {ROW}, {target.rounded('value')} AS value FROM lines"
    )
