"""What the shop's web log recorded: search, view, cart, purchase, return, review."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from promo.ingest.simulate.customers import Crowd, Sales, order_lines
from promo.ingest.simulate.demand import Catalogue, Prices
from promo.ingest.simulate.names import SHELVES, words
from promo.ingest.simulate.world import Floats, Ints, World

EVENT_COLUMNS = (
    "event_time", "event_type", "product_id", "customer_id", "session_id", "category", "brand",
    "price", "quantity", "discount", "campaign", "region", "rating", "text",
)  # fmt: skip

Texts = npt.NDArray[np.object_]


@dataclass(frozen=True, eq=False)
class Log:
    """Everything an event needs to know about the shop."""

    world: World
    shop: Catalogue
    prices: Prices
    crowd: Crowd
    rng: np.random.Generator


def events(
    world: World, shop: Catalogue, prices: Prices, crowd: Crowd, sales: Sales
) -> pd.DataFrame:
    """The behaviour of the last `world.event_weeks` weeks, one row per event, by time."""
    log = Log(world, shop, prices, crowd, world.stream("events"))
    lines = order_lines(world, crowd, sales)
    lines = lines[lines["week"] >= world.weeks - world.event_weeks].reset_index(drop=True)
    session = "order " + lines["order_id"]
    bought = lines.assign(session=session)
    browsing = _browsing(log, bought)
    parts = [
        *_steps(log, bought),
        bought.assign(event_type="purchase", event_time=bought["order_time"]),
        *_looks(log, browsing),
        _returns(log, bought),
        _reviews(log, bought),
    ]
    found = pd.concat(parts, ignore_index=True)
    end = world.mondays[-1] + pd.Timedelta(days=7)
    found = found[found["event_time"] < end]
    return _dress(log, found)


def _later(
    log: Log, times: "pd.Series[pd.Timestamp]", low: int, high: int
) -> "pd.Series[pd.Timestamp]":
    """`times` moved by a random number of seconds between `low` and `high`."""
    return times + pd.to_timedelta(log.rng.integers(low, high, len(times)), unit="s")


def _steps(log: Log, bought: pd.DataFrame) -> list[pd.DataFrame]:
    """Search, views and carts that led to the orders."""
    first = bought.drop_duplicates("session")
    seeking = first[log.rng.random(len(first)) < 0.4]
    side = first[log.rng.random(len(first)) < 0.6]
    others = side.assign(product=_wishes(log, side))
    time = "order_time"
    return [
        _search(log, seeking, _later(log, seeking[time], -1800, -1500)),
        bought.assign(event_type="view", event_time=_later(log, bought[time], -1500, -300)),
        others.assign(event_type="view", event_time=_later(log, others[time], -1500, -300)),
        bought.assign(event_type="cart", event_time=_later(log, bought[time], -280, -20)),
    ]


def _wishes(log: Log, rows: pd.DataFrame) -> Ints:
    """A product each row's customer likes, drawn from her own tastes."""
    if rows.empty:
        return np.empty(0, dtype=np.int64)
    liking = log.crowd.share[:, rows["customer"]] * log.shop.base[:, None]
    among = np.cumsum(liking, axis=0) / liking.sum(axis=0)
    wish: Ints = (log.rng.random(len(rows)) > among[:-1]).sum(axis=0).astype(np.int64)
    return wish


def _search(log: Log, rows: pd.DataFrame, times: "pd.Series[pd.Timestamp]") -> pd.DataFrame:
    """A search for the category of the product that was bought or looked at."""
    shelves = list(SHELVES.values())
    number = log.shop.group[rows["product"]] % len(shelves)
    chinese = log.crowd.chinese[rows["customer"]]
    query = [shelves[k].query[int(zh)] for k, zh in zip(number, chinese, strict=True)]
    return rows.assign(event_type="search", event_time=times, text=query, product=-1)


def _browsing(log: Log, bought: pd.DataFrame) -> pd.DataFrame:
    """Sessions without an order: one row per look, the customers those who are active."""
    buyers = bought.drop_duplicates("session")
    visits = buyers.loc[buyers.index.repeat(log.rng.integers(0, 4, len(buyers)))]
    shift = log.rng.integers(-6, 7, len(visits)) * 86_400 + log.rng.integers(
        -7200, 7200, len(visits)
    )
    time = visits["order_time"] + pd.to_timedelta(shift, unit="s")
    visits = visits.assign(order_time=time, session=[f"visit {i}" for i in range(len(visits))])
    visits = visits[time >= log.world.mondays[-max(log.world.event_weeks, 1)]]
    looks = visits.loc[visits.index.repeat(1)].reset_index(drop=True)
    looks = looks.loc[looks.index.repeat(log.rng.integers(1, 5, len(looks)))]
    looks = looks.reset_index(drop=True)
    return looks.assign(product=_wishes(log, looks))


def _looks(log: Log, browsing: pd.DataFrame) -> list[pd.DataFrame]:
    """Searches, views and abandoned carts of the sessions without an order."""
    first = browsing.drop_duplicates("session")
    seeking = first[log.rng.random(len(first)) < 0.3]
    views = browsing.assign(
        event_type="view", event_time=_later(log, browsing["order_time"], 0, 900)
    )
    kept = views[log.rng.random(len(views)) < 0.12]
    return [
        _search(log, seeking, _later(log, seeking["order_time"], -300, 0)),
        views,
        kept.assign(event_type="cart", event_time=_later(log, kept["event_time"], 10, 200)),
    ]


def _returns(log: Log, bought: pd.DataFrame) -> pd.DataFrame:
    """Lines sent back, some days after."""
    back = bought[log.rng.random(len(bought)) < log.world.return_rate]
    times = _later(log, back["order_time"], 3 * 86_400, 12 * 86_400)
    return back.assign(event_type="return", event_time=times, session="")


def _reviews(log: Log, bought: pd.DataFrame) -> pd.DataFrame:
    """Stars around the product's quality, and a sentence that goes with them."""
    said = bought[log.rng.random(len(bought)) < log.world.review_rate]
    stars = log.shop.quality[said["product"]] + log.rng.normal(0, 0.9, len(said))
    rating = np.clip(np.round(stars), 1, 5).astype(int)
    text = [
        _sentence(log, int(star), bool(log.crowd.chinese[customer]), int(product))
        for star, customer, product in zip(rating, said["customer"], said["product"], strict=True)
    ]
    times = _later(log, said["order_time"], 2 * 86_400, 14 * 86_400)
    return said.assign(event_type="review", event_time=times, session="", rating=rating, text=text)


def _sentence(log: Log, rating: int, chinese: bool, product: int) -> str:
    shelf = SHELVES[list(SHELVES)[log.shop.group[product] % len(SHELVES)]]
    said = words(rating, "zh" if chinese else "en")
    thing = shelf.query[1] if chinese else shelf.query[0]
    return said[int(log.rng.integers(len(said)))].format(thing=thing)


def _dress(log: Log, found: pd.DataFrame) -> pd.DataFrame:
    """Numbers become the columns of the export."""
    found = found.sort_values(["event_time", "session", "event_type", "product"], ignore_index=True)
    named = found["product"].to_numpy() >= 0
    product = np.maximum(found["product"].to_numpy(), 0)
    days = (found["event_time"] - log.world.mondays[0]).dt.days.to_numpy()
    week = np.clip(days // 7, 0, log.world.weeks - 1)
    # a return is worth what was paid for it
    week = np.where(found["event_type"] == "return", found["week"], week)
    listed, paid = log.prices.listed[product, week], log.prices.paid[product, week]
    promoted = named & (paid < listed)
    code = log.world.mondays.strftime("P%GW%V").to_numpy()[week]
    number, seen = pd.factorize(found["session"].where(found["session"] != ""))
    session = pd.Series([f"S{i + 1:06d}" for i in range(len(seen))] + [""], dtype="str")
    counted = found["event_type"].isin(["cart", "purchase", "return"]).to_numpy()
    columns = {
        "event_time": found["event_time"],
        "event_type": found["event_type"],
        "product_id": _of(log.shop.product_id, product, named),
        "customer_id": np.array(log.crowd.customer_id, dtype=object)[found["customer"]],
        "session_id": session.to_numpy()[number],
        "category": _of(log.shop.category, product, named),
        "brand": _of(log.shop.brand, product, named),
        "price": _where(named, paid),
        "quantity": _where(counted, found["quantity"].to_numpy(dtype=float)),
        "discount": _where(named, np.round(1 - paid / listed, 4)),
        "campaign": np.where(promoted, code, ""),
        "region": log.crowd.users["region"].to_numpy()[found["customer"]],
        "rating": found.get("rating"),
        "text": found["text"].fillna("") if "text" in found else "",
    }
    # a reload within the same second is no second look
    return pd.DataFrame(columns)[list(EVENT_COLUMNS)].drop_duplicates(ignore_index=True)


def _of(names: list[str], number: Ints, known: npt.NDArray[np.bool_]) -> Texts:
    found: Texts = np.where(known, np.array(names, dtype=object)[number], "")
    return found


def _where(known: npt.NDArray[np.bool_], values: Floats) -> Floats:
    return np.where(known, values, np.nan)
