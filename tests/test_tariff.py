"""A tariff for large orders is no promotion, and a promotion under a tariff is still seen."""

import numpy as np
import pytest

from promo.ingest import build, inspect, panel
from tests.test_panel_weeks import day, history

WEEKS = 30
PROMOTED = (12, 21)


@pytest.fixture
def panel_of(tmp_path):
    def make(lines, columns="order_id,order_time,product_id,quantity,price"):
        path = tmp_path / "orders.csv"
        rows = [",".join(map(str, (f"o{number}", *line))) for number, line in enumerate(lines)]
        path.write_text("\n".join([columns, *rows]) + "\n", encoding="utf-8")
        return panel(build([(path, inspect(path).suggestion)], tmp_path / "dataset", "mine"))

    return make


def wholesaler(discount=0.0, tariff=True):
    """Small orders and a large one at 15 % less every week, a larger one in every other."""
    rng = np.random.default_rng(3)
    for week in range(WEEKS):
        part = 1 - discount * (week in PROMOTED)
        for quantity in [1, 2, 1, 2, 6, 120 if week % 2 or week in PROMOTED else 60]:
            price = 8.5 if tariff and quantity > 50 else 10.0
            moment = f"{day(week, int(rng.integers(0, 7)))} 10:00:00"
            yield (moment, "tea", quantity, round(price * part, 2))
        yield from ((f"{day(week, weekday)} 09:00:00", "filler", 1, 1.0) for weekday in (0, 6))


def test_a_large_order_at_its_usual_price_is_no_promotion(panel_of):
    found = panel_of(wholesaler())
    tea = history(found, "tea")
    assert found.tiered
    assert (tea.price / tea.list_price).min() == pytest.approx(1.0)
    assert tea.units.max() == 132, "the items of large orders still count"


def test_a_promotion_under_a_tariff_is_seen_at_its_depth(panel_of):
    tea = history(panel_of(wholesaler(discount=0.2)), "tea")
    depth = 1 - (tea.price / tea.list_price).to_numpy()
    assert depth[list(PROMOTED)] == pytest.approx(0.2, abs=0.01)
    assert np.delete(depth, PROMOTED) == pytest.approx(0.0)


def test_a_shop_with_one_price_for_everybody_has_no_tariff(panel_of):
    found = panel_of(wholesaler(discount=0.2, tariff=False))
    tea = history(found, "tea")
    assert not found.tiered
    assert (1 - tea.price / tea.list_price).to_numpy()[list(PROMOTED)] == pytest.approx(0.2)


def test_a_list_price_in_the_file_outranks_what_the_quantity_usually_costs(panel_of):
    lines = [(*line, 10.0 if line[1] == "tea" else 1.0) for line in wholesaler()]
    found = panel_of(lines, "order_id,order_time,product_id,quantity,price,list_price")
    tea = history(found, "tea")
    assert not found.tiered
    assert (tea.price / tea.list_price).min() < 0.9, "the file says that large orders are cheaper"
