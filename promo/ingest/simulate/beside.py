"""The smaller files a shop keeps beside its sales: campaigns, coupons, reviews, stock and more.

Everything is made from what the shop sold and logged, so that products, customers, campaigns and
days are the same in every file; nothing here is drawn anew.
"""

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:  # the shop writes these files, so it imports this module
    from promo.ingest.simulate.shop import Shop

_DAY = pd.Timedelta(days=1)
_HEAD = 300  # rows that show what a file is


def beside(shop: "Shop") -> dict[str, pd.DataFrame]:
    """Source name -> its file, for a shop that knows its customers."""
    campaigns = _campaigns(shop)
    coupons = _coupons(shop, campaigns)
    return {
        "profiles": _profiles(shop),
        "category_log": _category_log(shop),
        "campaigns": campaigns,
        "audience": _audience(shop, campaigns),
        "coupons": coupons,
        "redemptions": _redemptions(shop, coupons),
        "outcomes": _outcomes(shop, campaigns),
        "reviews": _reviews(shop),
        "stock": _stock(shop),
        "competitor_prices": _competitor_prices(shop),
        "displays": _displays(shop),
        "places": _places(shop),
        "exposures": _exposures(shop),
        "sessions": _sessions(shop),
        "metrics": _metrics(shop),
    }


def _days(times: "pd.Series[pd.Timestamp]") -> "pd.Series[str]":
    return times.dt.strftime("%Y-%m-%d")


def _seconds(times: "pd.Series[pd.Timestamp]") -> "pd.Series[str]":
    return times.dt.strftime("%Y-%m-%d %H:%M:%S")


def _named(rows: pd.DataFrame, column: str) -> pd.DataFrame:
    """The rows that have something in a column of texts."""
    return rows[rows[column].fillna("") != ""]


def _listed(rows: pd.DataFrame, value: str) -> "pd.Series[str]":
    """Each customer's different values, the first eight, as one cell."""
    unique = _named(rows, value).drop_duplicates(["customer_id", value])
    first = unique[unique.groupby("customer_id").cumcount() < 8]
    return first.groupby("customer_id")[value].agg(lambda values: ", ".join(values))


def _profiles(shop: "Shop") -> pd.DataFrame:
    rows = shop.users.head(_HEAD)[["customer_id", "age_band", "gender", "region"]]
    events = shop.events
    lists = {
        "purchase_history": _listed(shop.orders, "product_id"),
        "browse_history": _listed(events[events.event_type == "view"], "product_id"),
        "search_history": _listed(events[events.event_type == "search"], "text"),
    }
    return rows.assign(**{name: rows.customer_id.map(values) for name, values in lists.items()})


def _category_log(shop: "Shop") -> pd.DataFrame:
    lines = shop.orders.tail(2 * _HEAD).merge(shop.products[["product_id", "category"]])
    hours = lines.assign(time=lines.order_time.dt.strftime("%Y-%m-%d %H:00:00"))
    sums = hours.groupby(["time", "category"]).quantity.sum()
    return sums.rename("purchase").reset_index()


def _campaigns(shop: "Shop") -> pd.DataFrame:
    shown = _named(shop.events, "campaign")
    deepest = shown.groupby("campaign").discount.max()
    monday = pd.to_datetime(deepest.index.str[1:] + "-1", format="%GW%V-%u")
    return pd.DataFrame(
        {
            "campaign_id": deepest.index,
            "campaign_name": "Week " + deepest.index.str[-2:],
            "campaign_type": "weekly",
            "mechanic": "percentage off",
            "start_date": monday.strftime("%Y-%m-%d"),
            "end_date": (monday + 6 * _DAY).strftime("%Y-%m-%d"),
            "discount": deepest.to_numpy(),
        }
    )


def _audience(shop: "Shop", campaigns: pd.DataFrame) -> pd.DataFrame:
    """The last campaign: every fifth customer is held out."""
    people = shop.users.customer_id.head(2 * _HEAD)
    group = np.where(np.arange(len(people)) % 5 == 0, "holdout", "treated")
    last = campaigns.campaign_id.iloc[-1]
    return pd.DataFrame({"campaign_id": last, "customer_id": people, "group": group})


def _coupons(shop: "Shop", campaigns: pd.DataFrame) -> pd.DataFrame:
    shown = _named(shop.events, "campaign")
    offers = shown.groupby(["campaign", "product_id"]).discount.max().reset_index()
    offers = offers.merge(campaigns[["campaign_id", "start_date", "end_date"]],
                          left_on="campaign", right_on="campaign_id")  # fmt: skip
    offers["coupon_id"] = "K" + offers.campaign.str[-2:] + "-" + offers.product_id
    return offers[["coupon_id", "product_id", "campaign_id", "discount", "start_date", "end_date"]]


def _redemptions(shop: "Shop", coupons: pd.DataFrame) -> pd.DataFrame:
    lines = shop.orders[shop.orders.unit_price < shop.orders.list_price]
    day = _days(lines.order_time)
    lines = lines.assign(redeemed_at=day).merge(coupons, on="product_id")
    used = lines[lines.redeemed_at.between(lines.start_date, lines.end_date)].head(_HEAD)
    return used[["customer_id", "coupon_id", "campaign_id", "redeemed_at", "order_id"]]


def _outcomes(shop: "Shop", campaigns: pd.DataFrame) -> pd.DataFrame:
    rows = _audience(shop, campaigns)
    start = pd.Timestamp(campaigns.start_date.iloc[-1])
    sold = shop.orders[shop.orders.order_time >= start]
    spent = (sold.quantity * sold.unit_price).groupby(sold.customer_id).sum()
    came = set(shop.events[shop.events.event_time >= start].customer_id.dropna())
    return rows.assign(
        visit=rows.customer_id.isin(came | set(spent.index)).astype(int),
        conversion=rows.customer_id.isin(spent.index).astype(int),
        spend=rows.customer_id.map(spent).fillna(0.0).map("{:.2f}".format),
    )[["customer_id", "campaign_id", "group", "visit", "conversion", "spend"]]


def _reviews(shop: "Shop") -> pd.DataFrame:
    rows = shop.events[shop.events.event_type == "review"]
    return pd.DataFrame(
        {
            "review_id": [f"R{number:04d}" for number in range(1, len(rows) + 1)],
            "product_id": rows.product_id.to_numpy(),
            "customer_id": rows.customer_id.to_numpy(),
            "review_time": _seconds(rows.event_time).to_numpy(),
            "rating": rows.rating.to_numpy(),
            "text": rows.text.to_numpy(),
        }
    )


def _stock(shop: "Shop") -> pd.DataFrame:
    """Stock at the end of each of the last eight weeks, counted back from the stock of today."""
    weeks = np.sort(shop.panel.week.unique())[-8:]
    sold = shop.panel[shop.panel.week.isin(weeks)].pivot_table(
        index="product_id", columns="week", values="units", aggfunc="sum"
    )
    later = sold.iloc[:, ::-1].cumsum(axis=1).iloc[:, ::-1] - sold
    now = shop.products.set_index("product_id").stock.reindex(later.index)
    levels = later.add(now, axis=0).reset_index()
    levels = levels.melt("product_id", var_name="week", value_name="stock")
    ends = (pd.to_datetime(levels.week) + 6 * _DAY).dt.strftime("%Y-%m-%d")
    return levels.assign(date=ends)[["date", "product_id", "stock"]]


def _competitor_prices(shop: "Shop") -> pd.DataFrame:
    weeks = np.sort(shop.panel.week.unique())[-4:]
    listed = shop.products[["product_id", "list_price"]]
    rows = []
    for turn, week in enumerate(weeks):
        for rival, (name, level) in enumerate((("Leaf & Bean", 0.97), ("Market Hall", 1.04))):
            sale = (np.arange(len(listed)) + turn + rival) % 7 == 0
            price = listed.list_price * level * np.where(sale, 0.85, 1.0)
            seen = listed[["product_id"]].assign(date=str(week)[:10], competitor=name)
            rows.append(seen.assign(competitor_price=price.map("{:.2f}".format)))
    return pd.concat(rows)[["date", "product_id", "competitor", "competitor_price"]]


def _displays(shop: "Shop") -> pd.DataFrame:
    rows = shop.panel[(shop.panel.feature + shop.panel.display) > 0]
    return pd.DataFrame(
        {
            "week": rows.week,
            "product_id": rows.product_id,
            "display": np.where(rows.display > 0, "front", "0"),
            "mailer": np.where(rows.feature > 0, "page 1", "0"),
        }
    )


def _places(shop: "Shop") -> pd.DataFrame:
    people = shop.users.groupby("region").customer_id.count()
    online = people.index.str.contains("Online")
    return pd.DataFrame(
        {
            "place": people.index,
            "place_type": np.where(online, "online", "shop"),
            "region": people.index,
            "cluster": np.where(people > people.median(), "large", "small"),
        }
    )


def _exposures(shop: "Shop") -> pd.DataFrame:
    """The first views as if shown at random, clicked where the visit put the product in a cart."""
    events = shop.events
    views = events[events.event_type == "view"].head(_HEAD)
    carts = events[events.event_type == "cart"]
    chosen = set(zip(carts.session_id, carts.product_id, strict=True))
    clicked = [pair in chosen for pair in zip(views.session_id, views.product_id, strict=True)]
    return pd.DataFrame(
        {
            "timestamp": _seconds(views.event_time),
            "customer_id": views.customer_id,
            "product_id": views.product_id,
            "position": 1 + np.arange(len(views)) % 3,
            "click": np.array(clicked, dtype=int),
            "propensity": f"{1 / len(shop.products):.6f}",
        }
    )


def _sessions(shop: "Shop") -> pd.DataFrame:
    events = _named(shop.events, "session_id")
    visits = events.groupby("session_id").head(1).head(_HEAD).set_index("session_id")
    seen = events[events.session_id.isin(visits.index)].groupby("session_id")
    length = (seen.event_time.max() - seen.event_time.min()).dt.total_seconds().astype(int)
    pages = seen.event_type.agg(lambda kinds: int((kinds == "view").sum()))
    bought = seen.event_type.agg(lambda kinds: "yes" if (kinds == "purchase").any() else "no")
    weekend = np.where(visits.event_time.dt.day_of_week >= 5, "yes", "no")
    return pd.DataFrame(
        {
            "session_id": visits.index,
            "time": _seconds(visits.event_time),
            "product_pages": pages.reindex(visits.index),
            "product_seconds": length.reindex(visits.index),
            "region": visits.region,
            "weekend": weekend,
            "purchased": bought.reindex(visits.index),
        }
    )


def _metrics(shop: "Shop") -> pd.DataFrame:
    recent = shop.orders[shop.orders.order_time >= shop.orders.order_time.max() - 60 * _DAY]
    lines = recent.merge(shop.users[["customer_id", "region"]])
    value = (lines.quantity * lines.unit_price).groupby([_days(lines.order_time), lines.region])
    sums = value.sum().rename_axis(["date", "location"])
    return pd.DataFrame({"value": sums.map("{:.2f}".format)}).reset_index()
