"""Where the verbs meet: what is learned from files must hold on the weeks after them."""

import shutil
from pathlib import Path

import pandas as pd
import pytest

from promo import ingest, workflow
from promo.domain import Customers
from promo.errors import BadRequest
from promo.learn import segments_before
from promo.store import Workspace
from promo.ui.rule_words import per_unit

SAMPLE = Path(__file__).parent.parent / "sample_data"
CUT = pd.Timestamp("2026-10-19")


def test_each_segments_share_of_the_coming_weeks_is_what_it_then_buys(tmp_path):
    orders = pd.read_csv(SAMPLE / "orders.csv", dtype=str)
    later = pd.to_datetime(orders["order_time"]) >= CUT
    orders[~later].to_csv(tmp_path / "orders.csv", index=False)
    shutil.copy(SAMPLE / "products.csv", tmp_path)
    files = [(p, ingest.inspect(p).suggestion) for p in sorted(tmp_path.glob("*.csv"))]
    workspace = Workspace(tmp_path / "workspace")
    study = workflow.study(workflow.import_files(workspace, "until October", files))

    base = study.forecast.rows.groupby("product_id")["mean"].sum()
    curves = study.curves.rows
    expected = (curves["share"] * curves["product_id"].map(base)).groupby(curves["segment"]).sum()
    segment = study.customers.rows.set_index("customer_id")["segment"]
    bought = orders[later].assign(items=orders["quantity"].astype(float))
    came = bought.groupby(bought["customer_id"].map(segment).fillna("new"))["items"].sum()
    apart = (expected / expected.sum() - came / came.sum()).abs()
    assert apart.max() < 0.07


def test_a_customer_counts_under_the_segment_she_had_before_and_a_newcomer_is_new():
    def seen(segments: dict[str, str]) -> Customers:
        rows = pd.DataFrame({"customer_id": list(segments), "segment": list(segments.values())})
        rows = rows.assign(recency=1.0, orders=1, spend=1.0, tenure=1.0)
        return Customers(rows.astype({"customer_id": "str", "segment": "str"}), CUT)

    then = seen({"ann": "champions"})
    now = seen({"ann": "hibernating", "bea": "champions"})
    assert list(segments_before(now, then).rows["segment"]) == ["champions", "new"]


@pytest.fixture
def study(sample_workspace):
    dataset = workflow.open_dataset(sample_workspace, workflow.SAMPLE)
    return workflow.kept_study(sample_workspace, dataset)


@pytest.mark.parametrize("step", [0.0, 0.7, -0.1])
def test_discount_steps_that_make_no_ladder_are_refused(study, step):
    with pytest.raises(BadRequest):
        workflow.open_desk(study, step=step)


def test_the_price_of_a_margin_floor_is_what_one_more_point_really_costs(study):
    desk = workflow.open_desk(study)

    def plan(floor: float | None):
        request = workflow.PlanRequest(max_discount=workflow.DEEPEST, margin_floor=floor)
        return workflow.quick_plan(desk, request)

    free = plan(None).rows
    floor = float(free["profit"].sum() / free["revenue"].sum()) + 0.005
    cost_of_a_point = 100 * (plan(floor).objective - plan(floor + 1e-4).objective)
    price = per_unit("margin_floor", workflow.price_of(plan(floor), "margin_floor"))
    assert price == pytest.approx(cost_of_a_point, rel=0.02)


def test_a_rule_about_a_brand_of_the_product_list_holds_for_that_brand_alone(study):
    listed = pd.read_csv(SAMPLE / "products.csv").set_index("product_id")["brand"]
    desk = workflow.open_desk(study)
    known = desk.model.table.brand
    assert known == {name: listed[name] for name in known}
    free = workflow.quick_plan(desk, workflow.PlanRequest(max_discount=workflow.DEEPEST)).rows
    deep = free[free["discount"] > 0.2 + 1e-9]["product_id"].map(known)
    brand = deep.mode()[0]
    shallow = workflow.rule_from({"rule": "max_discount", "brand": brand, "share": 0.2})
    asked = workflow.PlanRequest(max_discount=workflow.DEEPEST, more=(shallow,))
    rows = workflow.exact_plan(desk, asked).rows
    deepest = rows.groupby(rows["product_id"].map(known))["discount"].max()
    assert 0 < deepest[brand] <= 0.2 + 1e-9
    assert deepest.drop(brand).max() > 0.2 + 1e-9
