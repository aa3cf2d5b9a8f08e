"""Every feature once more, slowly and in pandas, to hold the engines against; and small shops."""

from collections import Counter
from itertools import combinations
from pathlib import Path

import numpy as np
import pandas as pd

GAP = pd.Timedelta(minutes=30)

EDGES = [
    # time, type, product, customer, session, category, price, quantity, list price, discount, text
    ("2024-02-29 23:59:59", "view", "P1", "A", "s1", "Tea", 1.005, None, None, None, None),
    ("2024-03-01 00:00:00", "cart", "P1", "A", "s1", "Tea", 1.005, None, None, None, None),
    ("2024-03-01 00:00:01", "purchase", "P1", "A", "s1", "Tea", 0.125, 1, None, None, None),
    ("2024-03-01 00:00:01", "purchase", "P2", "A", "s1", "Tea", 2.675, 3, 5.35, None, None),
    ("2024-03-03 12:00:00", "search", None, "A", None, None, None, None, None, None, "A  TEA tea"),
    ("2024-03-03 12:30:00", "view", "P2", "A", None, "茶", 9.99, None, None, None, None),
    ("2024-03-03 13:00:01", "view", "P2", "A", None, "茶", 9.99, None, None, None, None),
    ("2024-03-03 13:00:01", "purchase", "P2", "A", None, "茶", 9.99, None, None, 0.5, None),
    ("2024-04-01 06:00:00", "return", "P2", "A", None, "茶", 9.99, 2, None, None, None),
    ("2024-04-01 18:00:00", "purchase", "P3", None, None, None, 5.0, 1, None, 1.0, None),
    ("2024-04-01 18:00:00", "purchase", "P1", None, "s9", None, 5.0, 1, None, None, None),
    ("2024-04-01 18:00:30", "purchase", "P3", None, "s9", None, None, 2, None, None, None),
    ("2024-05-05 05:59:59", "purchase", "P3", "B", "s1", "Tea", None, 1, None, None, None),
    ("2024-12-31 17:59:59", "purchase", "P1", "B", "s2", "Café", 0.01, 7, 0.01, None, None),
    ("2024-12-31 18:00:00", "return", "P9", "C", "s3", "Café", 3.0, 1, None, None, None),
    ("2025-01-05 10:00:00", "search", None, "C", "s4", None, None, None, None, None, "tea 绿茶"),
    ("2025-01-06 10:00:00", "wish", "P4", "C", "s4", "Café", 3.0, None, None, None, None),
    ("2025-01-06 10:00:00", "purchase", "P4", "C", None, "Café", 3.335, 1, 6.67, None, None),
]  # fmt: skip
"""Leap day, midnight, Sunday, half a cent, ties, gaps of 30:00 and 30:01, nobody, no price."""


def edge_events() -> pd.DataFrame:
    columns = [
        "event_time", "event_type", "product_id", "customer_id", "session_id", "category", "price",
        "quantity", "list_price", "discount", "text",
    ]  # fmt: skip
    frame = pd.DataFrame(EDGES, columns=columns)
    return typed(frame.assign(brand="Own", order_id=None), "event_time")


def typed(frame: pd.DataFrame, moment: str) -> pd.DataFrame:
    frame = frame.assign(**{moment: pd.to_datetime(frame[moment]).astype("datetime64[us]")})
    floats = [c for c in ("price", "quantity", "list_price", "discount") if c in frame]
    texts = [c for c in frame if c not in floats and c != moment]
    return frame.astype({**dict.fromkeys(floats, "float64"), **dict.fromkeys(texts, "str")})


def random_shop(seed: int, events: int = 900) -> dict[str, pd.DataFrame]:
    """Events, orders, users and products, with gaps, ties and empty cells everywhere."""
    draw = np.random.default_rng(seed)

    def maybe(values, share):
        return np.where(draw.random(len(values)) < share, None, values)

    def names(letter, most, size):
        return np.array([f"{letter}{n}" for n in draw.integers(0, most, size)], dtype=object)

    kinds = ["view", "search", "cart", "purchase", "return", "wish"]
    kind = draw.choice(kinds, events, p=[0.5, 0.05, 0.15, 0.2, 0.05, 0.05])
    product = names("P", 40, events)
    moments = pd.Timestamp("2023-12-20") + pd.to_timedelta(
        draw.integers(0, 90 * 86_400 // 300, events) * 300 + draw.integers(0, 3, events), unit="s"
    )
    shop = {"events": typed(pd.DataFrame({
        "event_time": moments, "event_type": kind,
        "product_id": np.where(kind == "search", None, product),
        "customer_id": maybe(names("C", 60, events), 0.1),
        "session_id": maybe(names("S", 400, events), 0.3),
        "category": maybe(np.array([f"K{int(p[1:]) % 5}" for p in product]), 0.05),
        "brand": maybe(names("B", 7, events), 0.1),
        "price": maybe(draw.integers(1, 9_999, events) / 100, 0.05),
        "quantity": maybe(draw.integers(1, 5, events), 0.3),
        "list_price": maybe(draw.integers(5_000, 12_000, events) / 100, 0.5),
        "discount": maybe(draw.integers(0, 11, events) / 10, 0.3),
        "text": np.where(kind == "search", names("word", 9, events), None),
        "order_id": maybe(names("O", 300, events), 0.6),
    }), "event_time")}  # fmt: skip
    lines = events // 3
    shop["orders"] = typed(pd.DataFrame({
        "order_id": names("O", 300, lines), "order_time": moments[:lines],
        "product_id": names("P", 40, lines), "customer_id": maybe(names("C", 60, lines), 0.1),
        "quantity": draw.choice([-2, -1, 1, 2, 3], lines),
        "price": draw.integers(1, 9_999, lines) / 300,
        "list_price": maybe(draw.integers(5_000, 12_000, lines) / 100, 0.5),
        "category": maybe(names("K", 5, lines), 0.1), "brand": names("B", 7, lines),
    }), "order_time")  # fmt: skip
    shop["users"] = pd.DataFrame({"customer_id": [f"C{n}" for n in range(50)], "age": "25-34",
                                  "gender": "f", "region": "North"})  # fmt: skip
    shop["products"] = pd.DataFrame({"product_id": [f"P{n}" for n in range(30)],
                                     "category": "Told", "brand": "Told"})  # fmt: skip
    return shop


def write(shop: dict[str, pd.DataFrame], folder: Path) -> dict[str, Path]:
    """The shop as canonical Parquet tables."""
    paths = {name: folder / f"{name}.parquet" for name in shop}
    for name, frame in shop.items():
        frame.to_parquet(paths[name], index=False)
    return paths


def features(shop: dict[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """Every feature of a shop, by its definition in words."""
    steps, sales = _steps(shop), _sales(shop)
    last = max(frame["day"].max() for frame in (steps, sales))
    return {
        "panel": _panel(shop, steps, sales), "products": _products(shop, steps, sales),
        "pairs": _pairs(sales), "customers": _customers(shop, steps, sales, last),
        "cohorts": _cohorts(sales), "sessions": _sessions(steps), "funnel": _funnel(steps),
        "interactions": _interactions(shop, steps, sales), "searches": _searches(steps),
    }  # fmt: skip


def _cents(frame, price):
    money = frame["units"] * frame[price] * 100
    return np.sign(money) * np.floor(money.abs() + 0.5)


def _line(frame):
    frame["cents"], frame["full"] = _cents(frame, "price"), _cents(frame, "list_price")
    frame["day"] = frame["at"].dt.normalize()
    return frame.reset_index(drop=True)


def _from_events(events):
    frame = events.rename(columns={"event_time": "at", "event_type": "kind"}).copy()
    traded = frame["kind"].isin(["purchase", "return"]) & frame["product_id"].notna()
    items = frame["quantity"].fillna(1)
    frame["units"] = items.where(frame["kind"] != "return", -items.abs()).where(traded)
    off = frame["price"] / (1 - frame["discount"].where(frame["discount"] < 1))
    frame["list_price"] = frame["list_price"].fillna(off).fillna(frame["price"])
    day = frame["at"].dt.strftime("%Y-%m-%d").where(frame["customer_id"].notna())
    frame["basket"] = frame["order_id"].fillna(frame["session_id"]).fillna(day)
    return _line(frame)


def _from_orders(orders):
    frame = orders.rename(columns={"order_time": "at", "quantity": "units", "order_id": "basket"})
    frame = frame.assign(
        kind=np.where(frame["units"] < 0, "return", "purchase"), session_id=None, text=None
    )
    frame["list_price"] = frame["list_price"].fillna(frame["price"])
    return _line(frame)


def _sales(shop):
    if "orders" in shop:
        return _from_orders(shop["orders"])
    found = _from_events(shop["events"])
    return found[found["units"].notna()]


def _steps(shop):
    steps = _from_events(shop["events"]) if "events" in shop else _from_orders(shop["orders"])
    steps["session_id"] = steps["session_id"].astype(object)
    bare = steps[steps["session_id"].isna() & steps["customer_id"].notna()]
    for customer, rows in bare.sort_values("at").groupby("customer_id"):
        number = (rows["at"].diff() > GAP).cumsum() + 1
        steps.loc[rows.index, "session_id"] = [f"{customer}#{n}" for n in number]
    return steps


def _monday(days):
    return days - pd.to_timedelta(days.dt.day_of_week, unit="D")


def _figures(seen, sold, known):
    """The figures of one product (and week)."""
    bought = sold[sold["units"] > 0]
    priced = bought[bought["cents"].notna()]
    return {
        "views": (seen["kind"] == "view").sum(), "carts": (seen["kind"] == "cart").sum(),
        "purchases": len(bought), "bought": bought["units"].sum(),
        "returned": -sold.loc[sold["units"] < 0, "units"].sum(),
        "revenue_cents": sold["cents"].sum(), "buyers": bought["customer_id"].nunique(),
        "mean_price": _ratio(priced["cents"].sum(), priced["units"].sum()) / 100,
        "discount": 1 - _ratio(priced["cents"].sum(), priced["full"].sum()), **known,
    }  # fmt: skip


def _ratio(part, of):
    return part / of if of else np.nan


def _seen(steps):
    return steps[steps["kind"].isin(["view", "cart"]) & steps["product_id"].notna()]


def _panel(shop, steps, sales):
    seen = _seen(steps).assign(week=lambda f: _monday(f["day"]))
    sold = sales.assign(week=_monday(sales["day"]))
    keys = {*zip(seen["product_id"], seen["week"], strict=True)}
    keys |= {*zip(sold["product_id"], sold["week"], strict=True)}
    return pd.DataFrame([
        _figures(*(f[(f["product_id"] == p) & (f["week"] == w)] for f in (seen, sold)),
                 {"product_id": p, "week": w}) for p, w in keys
    ])  # fmt: skip


def _products(shop, steps, sales):
    seen, rows = _seen(steps), []
    for product in {*seen["product_id"], *sales["product_id"]}:
        a, b = (f[f["product_id"] == product] for f in (seen, sales))
        bought = b[(b["units"] > 0) & b["basket"].notna()]
        weeks = _monday(pd.concat([a["day"], b["day"]]))
        row = _figures(a, b, {"product_id": product})
        row["baskets"] = len(set(zip(bought["customer_id"].fillna(""), bought["basket"],
                                     strict=True)))  # fmt: skip
        row |= {"conversion": _ratio(row["purchases"], row["views"]),
                "first_week": weeks.min(), "last_week": weeks.max()}  # fmt: skip
        for what in ("category", "brand"):
            if "products" in shop:
                told = shop["products"].set_index("product_id")[what]
                row[what] = told.get(product)
            else:
                row[what] = b[what].dropna().min() if b[what].notna().any() else None
        rows.append(row)
    return pd.DataFrame(rows)


def _baskets(sales):
    lines = sales[(sales["units"] > 0) & sales["basket"].notna()]
    return lines.assign(customer_id=lines["customer_id"].fillna("")).groupby(
        ["customer_id", "basket"]
    )


def _pairs(sales):
    found = Counter()
    for _, basket in _baskets(sales):
        goods = sorted(set(basket["product_id"]))
        if len(goods) <= 50:
            found.update(combinations(goods, 2))
    rows = [(a, b, n) for (a, b), n in found.items()]
    return pd.DataFrame(rows, columns=["product_a", "product_b", "baskets"])


def _favourite(bought, what):
    units = bought.dropna(subset=[what]).groupby(what)["units"].sum()
    if units.empty:
        return {what: None, f"{what}_share": np.nan}
    best = min(units[units == units.max()].index)
    return {what: best, f"{what}_share": units[best] / units.sum()}


def _customers(shop, steps, sales, last):
    rows = []
    for customer in {*steps["customer_id"].dropna(), *sales["customer_id"].dropna()}:
        mine, lines = (f[f["customer_id"] == customer] for f in (steps, sales))
        row = {"customer_id": customer, **_bought(lines, last)}
        if len(mine):
            hour, length = mine["at"].dt.hour, mine.groupby("session_id")["at"].agg(["min", "max"])
            seconds = (length["max"] - length["min"]).dt.total_seconds()
            row |= {
                "active_days": mine["day"].nunique(), "steps": len(mine),
                "views": (mine["kind"] == "view").sum(), "carts": (mine["kind"] == "cart").sum(),
                "searches": (mine["kind"] == "search").sum(),
                "night_share": (hour < 6).mean(), "morning_share": hour.between(6, 11).mean(),
                "afternoon_share": hour.between(12, 17).mean(),
                "evening_share": (hour >= 18).mean(),
                "weekend_share": (mine["at"].dt.day_of_week >= 5).mean(),
                "sessions": len(length), "dwell_seconds": seconds.sum(),
            }  # fmt: skip
        rows.append(row)
    found = pd.DataFrame(rows)
    return found.merge(shop["users"], how="left") if "users" in shop else found


def _bought(lines, last):
    if lines.empty:
        return {}
    bought = lines[lines["units"] > 0]
    priced = bought[bought["cents"].notna()]
    paid, units = priced["cents"].sum(), priced["units"].sum()
    returned = -lines.loc[lines["units"] < 0, "units"].sum()
    orders = bought["basket"].nunique()
    cheaper = priced.loc[priced["cents"] < priced["full"], "units"].sum()
    return {
        "orders": orders, "spend_cents": lines["cents"].sum(), "bought": bought["units"].sum(),
        "returned": returned, "recency": (last - bought["day"].max()).days,
        "tenure": (last - bought["day"].min()).days, "mean_price": _ratio(paid, units) / 100,
        "discount": 1 - _ratio(paid, priced["full"].sum()),
        "discount_affinity": _ratio(cheaper, units),
        "basket_size": _ratio(bought["units"].sum(), orders),
        "return_rate": _ratio(returned, bought["units"].sum()),
        **_favourite(bought, "category"), **_favourite(bought, "brand"),
    }  # fmt: skip


def _cohorts(sales):
    known = sales[sales["customer_id"].notna()].copy()
    known["month"] = known["day"].dt.to_period("M")
    first = known[known["units"] > 0].groupby("customer_id")["month"].min()
    known["first"] = known["customer_id"].map(first)
    known = known[known["first"].notna() & (known["month"] >= known["first"])]
    rows = []
    for (start, month), lines in known.groupby(["first", "month"]):
        rows.append({
            "month": start.to_timestamp(), "months_later": (month - start).n,
            "customers": lines.loc[lines["units"] > 0, "customer_id"].nunique(),
            "revenue_cents": lines["cents"].sum(),
        })  # fmt: skip
    return pd.DataFrame(rows)


def _sessions(steps):
    known = steps[steps["session_id"].notna() | steps["customer_id"].notna()]
    rows = []
    for (customer, session), mine in known.groupby(["customer_id", "session_id"], dropna=False):
        bought = mine[mine["kind"] == "purchase"]
        rows.append({
            "customer_id": customer, "session_id": session, "start": mine["at"].min(),
            "seconds": (mine["at"].max() - mine["at"].min()).total_seconds(), "steps": len(mine),
            "views": (mine["kind"] == "view").sum(), "carts": (mine["kind"] == "cart").sum(),
            "purchases": len(bought), "value_cents": bought["cents"].sum(),
        })  # fmt: skip
    return pd.DataFrame(rows)


def _funnel(steps):
    levels = {"view": 1, "cart": 2, "purchase": 3}
    known = steps[steps["kind"].isin(levels)].assign(level=lambda f: f["kind"].map(levels))
    rows = []
    for category, mine in known.groupby("category", dropna=False):
        row = {"category": category}
        visits = mine[mine["session_id"].notna()].groupby(
            ["customer_id", "session_id"], dropna=False)["level"].max()  # fmt: skip
        people = mine.groupby("customer_id")["level"].max()
        for who, reached in (("sessions", visits), ("customers", people)):
            row |= {f"{who}_to_{name}": (reached >= at).sum() for name, at in levels.items()}
        rows.append(row)
    return pd.DataFrame(rows)


def _interactions(shop, steps, sales):
    bought = sales[sales["kind"] == "purchase"]
    seen = steps[steps["kind"].isin(["view", "cart"])]
    both = pd.concat([seen, bought]).dropna(subset=["customer_id", "product_id"])
    rows = []
    for (customer, product), mine in both.groupby(["customer_id", "product_id"]):
        times = mine["kind"].value_counts()
        row = {f"{kind}s": times.get(kind, 0) for kind in ("view", "cart", "purchase")}
        row |= {"customer_id": customer, "product_id": product, "last_day": mine["day"].max()}
        rows.append(row)
    return pd.DataFrame(rows)


def _searches(steps):
    texts = steps.loc[(steps["kind"] == "search") & steps["text"].notna(), "text"]
    found = Counter(word for text in texts for word in set(text.lower().split(" ")) - {""})
    return pd.DataFrame(found.items(), columns=["word", "searches"])


KEYS = {
    "panel": ["product_id", "week"], "products": ["product_id"],
    "pairs": ["product_a", "product_b"], "customers": ["customer_id"],
    "cohorts": ["month", "months_later"], "sessions": ["customer_id", "session_id", "start"],
    "funnel": ["category"], "interactions": ["customer_id", "product_id"], "searches": ["word"],
}  # fmt: skip


def read(folder: Path) -> dict[str, pd.DataFrame]:
    """What an engine wrote."""
    return {name: pd.read_parquet(folder / f"{name}.parquet") for name in KEYS}


def assert_same(name: str, found: pd.DataFrame, expected: pd.DataFrame) -> None:
    """Equal rows in any order: counts and money exactly, means to 1e-9; no sum is an empty one."""
    shared = sorted(found.columns)
    expected = expected.reindex(columns=shared)
    one, other = (_sorted(frame[shared], KEYS[name]) for frame in (found, expected))
    assert len(one) == len(other), name
    for column in shared:
        a, b = one[column], other[column]
        if pd.api.types.is_numeric_dtype(a) and column not in KEYS[name]:
            a, b = a.astype("float64"), pd.to_numeric(b).astype("float64")
            exact = not column.endswith("_share") and (a.dropna() % 1 == 0).all()
            np.testing.assert_allclose(a, b, rtol=0 if exact else 1e-9, err_msg=f"{name}.{column}")
        elif pd.api.types.is_datetime64_any_dtype(b):
            assert (pd.to_datetime(a) == b).all(), f"{name}.{column}"
        else:
            texts = [v.astype(object).where(v.notna(), "").tolist() for v in (a, b)]
            assert texts[0] == texts[1], f"{name}.{column}"


def _sorted(frame, keys):
    order = frame[keys].apply(lambda v: v.astype(str).where(v.notna(), "~").str[:19])
    return frame.loc[order.sort_values(keys).index].reset_index(drop=True)
