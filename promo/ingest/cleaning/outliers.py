# ruff: noqa: S608 # SQL is made of our own names, escaped headers and escaped paths only
"""Values far from usual, by median and MAD on the log scale, each product by its own.

A value is far when |ln|x| - m| > k s: m is the median of ln|x| over the product's rows and s is
1.4826 times the median distance from m. A product with fewer than `ENOUGH` rows borrows the spread
of all products, with fewer than `JUDGED` it is not judged. Zero has no logarithm and is not judged;
a return is judged by its size. Few items are never far: one sold where ten are usual is a slow day.

References:
    Iglewicz, B., Hoaglin, D. C. (1993). How to Detect and Handle Outliers. ASQC Quality Press.
    Leys, C. et al. (2013). Detecting outliers: Do not use standard deviation around the mean, use
    absolute deviation around the median. J. Experimental Social Psychology 49(4), 764-766.
"""

from promo.ingest.cleaning.target import ROW, Target

ENOUGH = 20
JUDGED = 5
LEAST_SPREAD = 0.15
"""No spread of prices is taken to be less: prices often never move, and then any promotion would be
far. With k = 5 only what is less than half or more than twice the usual price can be."""

LEAST_SPREAD_ITEMS = 0.3
"""The same for items, where 1 / sqrt(usual) is the chance that even steady demand has."""


def far(target: Target) -> str:
    """The rows with a value far from usual."""
    return f"SELECT {ROW} FROM ({_judged(target)})"


def capped(target: Target) -> str:
    """The same rows, each with the nearest value that is not far."""
    # A whole number that is far is far by at least the way to the next whole number inside.
    inward = ("floor(high)", "ceil(low)") if target.whole else ("high", "low")
    return (
        f"SELECT {ROW}, sign(v) * CASE WHEN abs(v) > high THEN {inward[0]} ELSE {inward[1]} END "
        f"AS value FROM ({_judged(target)})"
    )


def _judged(target: Target) -> str:
    """SQL of `ROW, v, low, high` for the values outside their bounds."""
    items = target.shape.counts_items(target.step.columns[0])
    least = f"greatest({LEAST_SPREAD_ITEMS}, 1 / sqrt(exp(middle)))" if items else f"{LEAST_SPREAD}"
    low = "0.0" if items else f"exp(middle - {target.step.far!r} * spread)"
    group = f"coalesce({target.group}, '')" if target.group else "''"
    return (
        f"WITH sizes AS (SELECT {ROW}, {group} AS g, {target.column}::DOUBLE AS v, "
        f"ln(abs(v)) AS size FROM {target.rows} WHERE {target.column} <> 0), "
        "middles AS (SELECT g, median(size) AS middle, count(*) AS n FROM sizes GROUP BY g), "
        "ways AS (SELECT g, abs(size - middle) AS way FROM sizes JOIN middles USING (g)), "
        "own AS (SELECT g, median(way) AS way FROM ways GROUP BY g), "
        "everyone AS (SELECT median(way) AS way FROM ways), "
        "spreads AS (SELECT g, middle, greatest(1.4826 * CASE "
        f"WHEN n >= {ENOUGH} THEN own.way ELSE everyone.way END, {least}) AS spread "
        f"FROM middles JOIN own USING (g), everyone WHERE n >= {JUDGED}), "
        f"bounds AS (SELECT g, {low} AS low, exp(middle + {target.step.far!r} * spread) AS high "
        "FROM spreads) "
        f"SELECT {ROW}, v, low, high FROM sizes JOIN bounds USING (g) "
        "WHERE abs(v) > high OR abs(v) < low"
    )
