"""The data gate says of every page what the page itself then does."""

from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from promo import workflow
from promo.domain import EVERYONE, Dataset, Need
from promo.errors import NotEnoughData
from promo.learn import ForecastConfig, ResponseConfig
from promo.store import Workspace
from promo.words import LANGUAGES, catalogue
from promo.workflow.quality import GATES

SAMPLE = Path(__file__).parent.parent / "sample_data"


@pytest.fixture(scope="module")
def workspace(tmp_path_factory):
    return Workspace(tmp_path_factory.mktemp("gate"))


def imported(workspace, name, *paths) -> Dataset:
    files = [(path, workflow.inspect_file(workspace, path).suggestion) for path in paths]
    return workflow.import_files(workspace, name, files, replace=True)


def written(workspace, name, frame: pd.DataFrame) -> Path:
    path = workspace.folder / f"{name}.csv"
    frame.to_csv(path, index=False)
    return path


def sales(weeks: int, *, moved: int = 0, table: str = "panel", **fixed: object) -> pd.DataFrame:
    """So many weeks of three products; the first is a quarter off in `moved` weeks."""
    dice = np.random.default_rng(3)
    rows = [
        {"product": product, "week": week, "units": int(dice.poisson(60)),
         "price": 3.0 if place == 0 and 2 <= week < 2 + moved else 4.0, "list": 4.0}
        for place, product in enumerate(("TEA", "RYE", "MILK")) for week in range(weeks)
    ]  # fmt: skip
    frame = pd.DataFrame(rows)
    day = pd.Timestamp("2026-01-05") + pd.to_timedelta(7 * frame["week"], unit="D")
    if table == "panel":
        return pd.DataFrame({
            "week": day.dt.date, "product_id": frame["product"], "units": frame["units"],
            "price": frame["price"], "base_price": frame["list"], **fixed,
        })  # fmt: skip
    # One order on each day of the week, so that the first and the last week are whole.
    parts = [frame.assign(at=day + pd.Timedelta(days=n, hours=12)) for n in range(7)]
    every = pd.concat(parts, ignore_index=True)
    return pd.DataFrame({
        "order_id": [f"o{n}" for n in range(len(every))], "order_time": every["at"],
        "product_id": every["product"], "quantity": every["units"], "price": every["price"],
        "list_price": every["list"], "customer_id": [f"c{n % 40}" for n in range(len(every))],
        **fixed,
    })  # fmt: skip


def morning() -> pd.DataFrame:
    rows = [(f"2026-03-02 0{hour}:00:00", "purchase", "TEA", 2.5, f"c{hour}") for hour in range(9)]
    return pd.DataFrame(
        rows, columns=["event_time", "event_type", "product_id", "price", "user_id"]
    )


LEAST, MOVES = ResponseConfig.min_weeks, ResponseConfig.min_price_weeks


def made(workspace, name) -> Dataset:
    """One of the datasets below."""
    if name == "sample":
        return workflow.open_dataset(workspace, workflow.SAMPLE)
    if name in ("products", "users", "events"):
        return imported(workspace, name, SAMPLE / f"{name}.csv")
    frames = PAIRS.get(name) or [MADE[name]]
    paths = [written(workspace, f"made{n}", frame) for n, frame in enumerate(frames)]
    return imported(workspace, name, *paths)


MADE = {
    "a morning of events": morning(),
    "views only": morning().assign(event_type="view"),
    "one week too few": sales(LEAST - 1, moved=MOVES),
    "just enough weeks": sales(LEAST, moved=MOVES),
    "one price week too few": sales(20, moved=MOVES - 1),
    "just enough price weeks": sales(20, moved=MOVES),
    "a price that never moves": sales(20),
    "no dates": sales(20, moved=MOVES).drop(columns="week"),
    "no prices": sales(20).drop(columns=["price", "base_price"]),
    "nothing sold": sales(20, moved=MOVES).assign(units=0),
    "never in stock": sales(20, moved=MOVES).assign(in_stock=0.0),
    "orders": sales(20, moved=6, table="orders"),
    "orders of nobody known": sales(20, moved=6, table="orders").drop(columns="customer_id"),
    "orders that never moved a price": sales(20, table="orders"),
    "orders of few weeks": sales(LEAST - 1, moved=3, table="orders"),
    "all prices move with the week": sales(20).assign(
        price=lambda rows: np.where(pd.to_datetime(rows["week"]).dt.month == 2, 3.0, 4.0)
    ),
}
PRICES, ORDERS = sales(20, moved=6), sales(20, moved=6, table="orders")
PAIRS = {
    "prices and orders": [PRICES, ORDERS],
    "prices and orders of other goods": [
        PRICES,
        sales(LEAST, table="orders").assign(product_id="SOAP"),
    ],
    "prices and orders of one day": [PRICES, sales(LEAST, table="orders").iloc[:3]],
    "weeks without prices, and views only": [
        PRICES.drop(columns=["price", "base_price"]),
        morning().assign(event_type="view"),
    ],
    "items per numbered week, and orders": [
        PRICES[["product_id", "units"]].assign(week=PRICES.groupby("product_id").cumcount() + 1),
        ORDERS,
    ],
}
NAMES = ["sample", "products", "users", "events", *PAIRS, *MADE]


@pytest.fixture(scope="module")
def dataset_of(workspace):
    """One of the datasets by its name, imported once for all tests."""
    return cache(lambda name: made(workspace, name))


@pytest.fixture(scope="module")
def told_of(dataset_of):
    """What the gate says of a dataset, asked once for all tests."""
    return cache(lambda name: workflow.gate(dataset_of(name)))


def opens(dataset: Dataset) -> dict[str, bool]:
    """Which pages work: their use cases are called as the pages call them."""
    known = workflow.know_customers(dataset) is not None
    try:
        study = workflow.study(dataset)
    except NotEnoughData:
        return {page: known and page == "customers" for page in GATES}
    desk = workflow.open_desk(study)
    plan = workflow.exact_plan(desk, workflow.default_request(desk))
    workflow.make_campaign(plan, desk, "May", study.start)
    product = str(study.panel.products["product_id"].iloc[0])
    workflow.curve_points(study, product)
    workflow.product_history(study, product)
    split = set(study.curves.rows["segment"]) != {EVERYONE}
    return {"plan": True, "demand": True, "campaign": True, "customers": known, "segments": split}


@pytest.mark.parametrize("name", NAMES)
def test_a_page_has_what_it_needs_exactly_where_it_works(dataset_of, told_of, name):
    told = told_of(name)
    assert {one.page: one.met for one in told} == opens(dataset_of(name)), told


@pytest.mark.parametrize("name", ["a morning of events", "products", "one price week too few"])
def test_what_is_missing_is_what_the_page_says(dataset_of, told_of, name):
    with pytest.raises(NotEnoughData) as refused:
        workflow.study(dataset_of(name))
    (short,) = {one.short for one in told_of(name) if one.page == "plan"}
    said = refused.value.facts
    # Without one whole week there is no history to count, so the gate asks for all of it at once.
    same = ("weeks", 0) if said["what"] == "whole_weeks" else (said["what"], said["have"])
    assert (short.what, short.have) == same


def test_needs_are_the_learners_own_figures(told_of):
    (plan, *_) = told_of("just enough weeks")
    needs = {need.what: (need.need, need.have) for need in plan.needs}
    assert needs == {"sales": (1, 1), "weeks": (LEAST, LEAST), "price_weeks": (MOVES, MOVES)}
    assert ForecastConfig.min_weeks < LEAST


def test_a_file_of_items_per_week_without_prices_takes_nothing_from_the_orders(dataset_of):
    both, alone = (
        workflow.study(dataset_of(name))
        for name in ("items per numbered week, and orders", "orders")
    )
    assert both.panel.fingerprint == alone.panel.fingerprint
    assert both.dataset.undated("panel")
    assert not both.undated  # the orders have dates, so the plan has


def test_three_hours_of_a_shops_events_carry_the_customers_and_nothing_else(workspace, public_data):
    path = public_data("rees46") / "2019-Oct_first.csv"
    told = {one.page: one for one in workflow.gate(imported(workspace, "rees46", path))}
    assert {page for page, one in told.items() if one.met} == {"customers"}
    assert told["customers"].needs == (Need("customers", 1, 193),)
    assert told["demand"].short == Need("weeks", LEAST, 0)


def test_every_need_has_its_sentence_and_every_page_its_name(told_of):
    gates = [one for name in NAMES for one in told_of(name)]
    wanted = {f"quality.page.{one.page}" for one in gates} | {
        f"{sentence}.{need.what}"
        for one in gates
        for need in one.needs
        for sentence in ("need", "quality.need", "quality.help")
    }
    for language in LANGUAGES:
        assert wanted <= set(catalogue(language))
