# ruff: noqa: S608 # SQL is made of our own names, escaped headers and escaped paths only
"""The weekly panel: what was sold of each product, where, to whom, and at what price."""

from pathlib import Path

import duckdb
import pandas as pd

from promo.domain import ANONYMOUS, EVERYONE, Customers, Dataset, Panel
from promo.errors import NotEnoughData
from promo.ingest.engine import engine, parquet, text
from promo.ingest.views.market import market
from promo.ingest.views.regular import REFERENCE
from promo.ingest.views.sales import SALES, everyone, has_prices, view_products, view_sales
from promo.ingest.views.tariff import price_by_quantity
from promo.schema import Table
from promo.tables import PANEL, PRODUCTS

DELISTED_WEEKS = 13
"""Weeks without a sale up to which a product is taken to be on offer still."""

DELISTED_GAPS = 4
"""The same as a multiple of the product's usual weeks from one sale to the next; the longer of the
two counts, so that a slow seller is not taken for gone."""

# Sums are compensated (fsum), rounded and made by one thread: several add in any order, and the
# same data must give the same fingerprint.
# A median over weeks is robust against the one week of a closed or half-open shop.
WHOLE_WEEKS = """
CREATE TABLE whole_weeks AS
WITH days AS (
    SELECT date_trunc('week', moment)::DATE AS week,
           min(isodow(moment)) AS opens, max(isodow(moment)) AS closes
    FROM {days} GROUP BY week
), usual AS (SELECT median(opens) AS opens, median(closes) AS closes, count(*) AS weeks FROM days)
SELECT days.week FROM days, usual
WHERE NOT (days.week = (SELECT max(week) FROM days)
           AND days.closes < CASE WHEN weeks > 2 THEN floor(usual.closes) ELSE 6 END)
  AND NOT (days.week = (SELECT min(week) FROM days)
           AND days.opens > CASE WHEN weeks > 2 THEN ceil(usual.opens) ELSE 2 END)
"""
_LINES = """
CREATE TABLE lines AS
SELECT sales.product_id, coalesce(sales.place, {everyone}) AS place,
       coalesce(segments.segment, {nobody}) AS segment,
       date_trunc('week', moment)::DATE AS week, units, price, list_price
FROM sales LEFT JOIN segments USING (customer_id)
SEMI JOIN whole_weeks ON whole_weeks.week = date_trunc('week', sales.moment)::DATE
"""
# A pause is measured against the product's own: the mean of its weeks from one sale to the next.
_OFFERED = f"""
CREATE TABLE offered AS
WITH sold AS (
    SELECT product_id, place, min(week) AS first, max(week) AS last, count(DISTINCT week) AS weeks
    FROM lines WHERE units > 0 GROUP BY ALL
), pauses AS (
    SELECT *, (SELECT max(week) FROM lines) AS final,
           coalesce((last - first) / 7 / nullif(weeks - 1, 0), 0) AS usual
    FROM sold
), judged AS (
    SELECT *, (final - last) / 7 > greatest({DELISTED_WEEKS}, {DELISTED_GAPS} * usual) AS gone
    FROM pauses
)
SELECT product_id, place, first, CASE WHEN gone THEN last ELSE final END AS last,
       bool_and(gone) OVER (PARTITION BY product_id) AS delisted
FROM judged
"""
_WEEKLY = """
CREATE TABLE weekly AS
WITH prices AS (
    SELECT product_id, place, week,
           round(fsum(units * price) FILTER (WHERE units > 0 AND price IS NOT NULL)
               / sum(units) FILTER (WHERE units > 0 AND price IS NOT NULL), 6) AS price,
           round(fsum(units * list_price) FILTER (WHERE units > 0 AND list_price IS NOT NULL)
               / sum(units) FILTER (WHERE units > 0 AND list_price IS NOT NULL), 6) AS list_price
    FROM lines GROUP BY ALL
), weeks AS (
    SELECT product_id, place,
           unnest(generate_series(first, last, INTERVAL 7 DAY))::DATE AS week FROM offered
)
SELECT weeks.*, prices.price, coalesce(prices.list_price, reference.regular) AS list_price
FROM weeks LEFT JOIN prices USING (product_id, place, week)
LEFT JOIN reference ON reference.product_id = weeks.product_id AND reference.place = weeks.place
    AND reference.week = weeks.week
"""
_ROWS = """
WITH filled AS (
    SELECT product_id, place, week, price, coalesce(
        list_price,
        last_value(list_price IGNORE NULLS) OVER before,
        first_value(list_price IGNORE NULLS) OVER after, price) AS list_price
    FROM weekly WINDOW
        before AS (PARTITION BY product_id, place ORDER BY week
                   ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW),
        after AS (PARTITION BY product_id, place ORDER BY week
                  ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING)
), pairs AS (SELECT DISTINCT product_id, place, segment FROM lines WHERE units > 0),
sold AS (
    SELECT product_id, place, segment, week, greatest(0, sum(units)) AS units,
           round(fsum(units * price) FILTER (WHERE units > 0 AND price IS NOT NULL)
               / sum(units) FILTER (WHERE units > 0 AND price IS NOT NULL), 6) AS price
    FROM lines GROUP BY ALL
)
SELECT filled.product_id, filled.place, pairs.segment, filled.week::TIMESTAMP AS week,
       coalesce(sold.units, 0) AS units,
       coalesce(sold.price, filled.price, filled.list_price) AS price,
       greatest(filled.list_price, coalesce(sold.price, filled.price, filled.list_price))
           AS list_price,
       0.0 AS feature, 0.0 AS display, 1.0 AS in_stock
FROM filled JOIN pairs USING (product_id, place)
LEFT JOIN sold USING (product_id, place, segment, week)
ORDER BY product_id, place, segment, week
"""
# A daily panel has several days in most of its weeks; a weekly one names each week by one day.
_DAILY = """
SELECT median(days) > 1 FROM (
    SELECT count(DISTINCT week) AS days FROM {rows} GROUP BY date_trunc('week', week))
"""
# One row per week is taken as it stands: a weighted mean of one number is not that number.
_PRICE_PANEL = """
CREATE TABLE lines AS
SELECT product_id, coalesce(place, {everyone}) AS place, date_trunc('week', week)::DATE AS week,
       fsum(units) AS units,
       CASE WHEN count(*) > 1 AND sum(units) > 0 THEN round(fsum(units * price) / fsum(units), 6)
            ELSE any_value(price) END AS price,
       CASE WHEN count(*) > 1 AND sum(units) > 0
            THEN round(fsum(units * list_price) / fsum(units), 6)
            ELSE any_value(list_price) END AS list_price,
       avg(coalesce(feature, 0)) AS feature, avg(coalesce(display, 0)) AS display,
       avg(coalesce(in_stock, 1)) AS in_stock
FROM {rows} {whole} GROUP BY ALL
"""
_PRICE_PANEL_ROWS = """
SELECT lines.product_id, lines.place, {everyone} AS segment, lines.week::TIMESTAMP AS week,
       units, price, greatest(price, coalesce(list_price, regular, price)) AS list_price,
       feature, display, in_stock
FROM lines LEFT JOIN reference ON reference.product_id = lines.product_id
    AND reference.place = lines.place AND reference.week = lines.week
ORDER BY ALL
"""
_USUAL = """
    SELECT product_id, {what} FROM {facts} WHERE {what} IS NOT NULL GROUP BY product_id, {what}
    QUALIFY row_number() OVER (PARTITION BY product_id ORDER BY count(*) DESC, {what}) = 1
"""
_PRODUCTS = """
WITH known AS (
    SELECT product_id, median(unit_cost) AS unit_cost FROM {facts} GROUP BY product_id
), named AS ({named}), classed AS ({classed}), branded AS ({branded}), latest AS (
    SELECT product_id, place, max(week) AS week FROM panel_rows GROUP BY product_id, place
    QUALIFY max(week) > max(max(week)) OVER (PARTITION BY product_id) - INTERVAL 91 DAY
), priced AS (
    SELECT product_id, median(list_price) AS list_price FROM panel_rows
    SEMI JOIN latest USING (product_id, place, week) GROUP BY product_id
)
SELECT priced.product_id,
       coalesce(attributes.name, named.name, priced.product_id) AS name,
       coalesce(attributes.category, classed.category, {everyone}) AS category,
       coalesce(attributes.brand, branded.brand) AS brand,
       coalesce(attributes.list_price, priced.list_price) AS list_price,
       coalesce(attributes.unit_cost, known.unit_cost) AS unit_cost, attributes.stock
FROM priced LEFT JOIN known USING (product_id) LEFT JOIN named USING (product_id)
LEFT JOIN classed USING (product_id) LEFT JOIN branded USING (product_id)
LEFT JOIN attributes USING (product_id)
ORDER BY priced.product_id
"""


def history(dataset: Dataset) -> str:
    """The table that tells what was sold: weekly prices, else orders, else events; "" for none.

    Weekly sales without one date or one price leave the word to orders or events that tell of a
    sale at a price.
    """
    told = [table for table in SALES if table in dataset.tables]
    if told[:1] == ["panel"] and len(told) > 1:
        rows = parquet([dataset.tables["panel"]])
        with engine(*_folders(dataset)) as connection:
            if not all(_filled(connection, rows)) and has_prices(connection, dataset, told[1]):
                return told[1]
    return told[0] if told else ""


def panel(dataset: Dataset) -> Panel:
    """The weekly history of every product, from the table that `history` names.

    From orders and purchases: returns are subtracted in the week they come back, never below 0;
    a week without sales from a product's first to the end of the data is a row with 0 units at list
    price. From these and from a daily price panel, a first or last week that the data cover only in
    part is left out. A product that sold nothing for more than `DELISTED_WEEKS` weeks and
    `DELISTED_GAPS` of its usual pauses is gone: it is left out and named in `delisted`. Where only
    one place gave it up, it ends there. Where large orders pay less per item (`tiered`), list price
    and price are told by what each quantity usually costs, see `promo.ingest.views.tariff`.

    Raises:
        NotEnoughData: no sales, no dates, no prices, or not one whole week.
    """
    if history(dataset) == "panel":
        return _from_price_panel(dataset)
    return _from_sales(dataset, pd.DataFrame({"customer_id": [], "segment": []}, dtype="str"))


def panel_by_segment(dataset: Dataset, customers: Customers) -> Panel:
    """The same split by the customers' segments; a sale to nobody known is `anonymous`.

    Raises:
        NotEnoughData: as for `panel`, or the dataset has neither orders nor purchases.
    """
    return _from_sales(dataset, customers.rows[["customer_id", "segment"]], ANONYMOUS)


def _from_price_panel(dataset: Dataset) -> Panel:
    rows = parquet([dataset.tables["panel"]])
    with engine(*_folders(dataset), threads=1) as connection:
        _check_columns(connection, rows)
        whole = ""
        ((daily,),) = connection.execute(_DAILY.format(rows=rows)).fetchall()
        if daily:
            days = f"(SELECT week::TIMESTAMP AS moment FROM {rows})"
            connection.execute(WHOLE_WEEKS.format(days=days))
            whole = "WHERE date_trunc('week', week)::DATE IN (SELECT week FROM whole_weeks)"
        connection.execute(_PRICE_PANEL.format(rows=rows, everyone=everyone(), whole=whole))
        ((weeks,),) = connection.execute("SELECT count(*) FROM lines").fetchall()
        if not weeks:
            raise NotEnoughData(what="whole_weeks", need=1, have=0)
        connection.execute(REFERENCE.format(prices="lines"))
        connection.execute(_OFFERED)
        view_products(connection, dataset)
        connection.execute(
            f"CREATE TABLE panel_rows AS {_PRICE_PANEL_ROWS.format(everyone=everyone())}"
        )
        facts = f"(SELECT *, NULL::VARCHAR AS name, NULL::VARCHAR AS brand FROM {rows})"
        return _noun(connection, dataset, facts)


def _check_columns(connection: duckdb.DuckDBPyConnection, rows: str) -> None:
    """Refuse a panel without one date or one price; such files are kept for other uses."""
    dated, priced = _filled(connection, rows)
    if not dated:
        raise NotEnoughData(what="dates", need=1, have=0)
    if not priced:
        raise NotEnoughData(what="prices", need=1, have=0)


def _filled(connection: duckdb.DuckDBPyConnection, rows: str) -> tuple[int, int]:
    """How many rows of a panel have a date and how many a price."""
    ((dated, priced),) = connection.execute(
        f"SELECT count(week), count(price) FROM {rows}"
    ).fetchall()
    return dated, priced


def _from_sales(dataset: Dataset, segments: pd.DataFrame, nobody: str = EVERYONE) -> Panel:
    with engine(*_folders(dataset), threads=1) as connection:
        view_sales(connection, dataset)
        view_products(connection, dataset)
        connection.register("segments", segments)
        connection.execute(WHOLE_WEEKS.format(days="sales"))
        connection.execute(_LINES.format(everyone=everyone(), nobody=text(nobody)))
        ((sold, priced),) = connection.execute(
            "SELECT count(*) FILTER (WHERE units > 0), count(price) FROM lines"
        ).fetchall()
        if not sold:
            raise NotEnoughData(what="whole_weeks", need=1, have=0)
        if not priced:
            raise NotEnoughData(what="prices", need=1, have=0)
        tiered = price_by_quantity(connection)
        connection.execute(REFERENCE.format(prices="(SELECT * FROM lines WHERE units > 0)"))
        connection.execute(_OFFERED)
        connection.execute(_WEEKLY)
        connection.execute(f"CREATE TABLE panel_rows AS {_ROWS}")
        return _noun(connection, dataset, "sales", tiered=tiered, by_sales=True)


def _noun(
    connection: duckdb.DuckDBPyConnection, dataset: Dataset, facts: str, *, tiered: bool = False,
    by_sales: bool = False,
) -> Panel:  # fmt: skip
    gone = connection.execute(
        "SELECT DISTINCT product_id FROM offered WHERE delisted ORDER BY product_id"
    ).fetchall()
    connection.execute("DELETE FROM panel_rows WHERE price IS NULL")
    connection.execute(
        "DELETE FROM panel_rows WHERE product_id IN (SELECT product_id FROM offered WHERE delisted)"
    )
    rows = connection.execute(
        "SELECT * FROM panel_rows ORDER BY product_id, place, segment, week"
    ).df()
    told = {"named": "name", "classed": "category", "branded": "brand"}
    usual = {part: _USUAL.format(what=what, facts=facts) for part, what in told.items()}
    query = _PRODUCTS.format(facts=facts, everyone=everyone(), **usual)
    products = connection.execute(query).df()
    delisted = tuple(product for (product,) in gone)
    beside = market(connection, dataset)
    rows, products = typed(rows, PANEL), typed(products, PRODUCTS)
    return Panel(rows, products, delisted, tiered, by_sales, beside)


def typed(frame: pd.DataFrame, table: Table) -> pd.DataFrame:
    """The frame with the declared columns and types, in the declared order."""
    empty = table.empty()
    return frame[table.names].astype(empty.dtypes.to_dict())


def _folders(dataset: Dataset) -> list[Path]:
    return [path.parent for path in dataset.tables.values()]
