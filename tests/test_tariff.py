"""A tariff for large orders is no promotion, and a promotion under a tariff is still seen."""

import numpy as np
import pytest

from promo.errors import NotEnoughData
from promo.ingest import build, inspect, panel
from promo.learn import fit_response
from tests.test_panel_weeks import day, history

WEEKS = 30
NEVER = ()


@pytest.fixture
def panel_of(tmp_path):
    def make(lines, columns="order_id,order_time,product_id,quantity,price"):
        path = tmp_path / "orders.csv"
        rows = [",".join(map(str, (f"o{number}", *line))) for number, line in enumerate(lines)]
        path.write_text("\n".join([columns, *rows]) + "\n", encoding="utf-8")
        return panel(build([(path, inspect(path).suggestion)], tmp_path / "dataset", "mine"))

    return make


def wholesaler(promoted=NEVER, discount=0.2, tariff=True):
    """Small orders and a large one at 15 % less every week, a larger one in every other."""
    rng = np.random.default_rng(3)
    for week in range(WEEKS):
        part = 1 - discount * (week in promoted)
        for quantity in [1, 2, 1, 2, 6, 120 if week % 2 or week in promoted else 60]:
            price = 8.5 if tariff and quantity > 50 else 10.0
            moment = f"{day(week, int(rng.integers(0, 7)))} 10:00:00"
            yield (moment, "tea", quantity, round(price * part, 2))
        yield from ((f"{day(week, weekday)} 09:00:00", "filler", 1, 1.0) for weekday in (0, 6))


def depths(found, product="tea"):
    rows = history(found, product)
    return (1 - rows.price / rows.list_price).to_numpy()


def test_a_large_order_at_its_usual_price_is_no_promotion(panel_of):
    found = panel_of(wholesaler())
    assert found.tiered
    assert depths(found).max() == pytest.approx(0.0)
    assert history(found, "tea").units.max() == 132, "the items of large orders still count"


def test_a_tariff_alone_teaches_nothing_about_discounts(panel_of):
    with pytest.raises(NotEnoughData):
        fit_response(panel_of(wholesaler()))


@pytest.mark.parametrize(
    "promoted",
    [(12, 21), (12, 13), (0, 1), (26, 29), (1, 9, 17, 25), tuple(range(4, WEEKS, 4))],
)
def test_a_promotion_under_a_tariff_is_seen_at_its_depth(panel_of, promoted):
    found = panel_of(wholesaler(promoted))
    assert depths(found)[list(promoted)] == pytest.approx(0.2, abs=0.01)
    assert np.delete(depths(found), promoted) == pytest.approx(0.0)
    assert history(found, "tea").list_price.unique().tolist() == [10.0]
    assert found.products.set_index("product_id").list_price["tea"] == 10.0


def test_a_shop_with_one_price_for_everybody_has_no_tariff(panel_of):
    found = panel_of(wholesaler((12, 21), tariff=False))
    assert not found.tiered
    assert depths(found)[[12, 21]] == pytest.approx(0.2)


def test_a_list_price_in_the_file_outranks_what_the_quantity_usually_costs(panel_of):
    def listed(line, product, price):
        return (line[0], product, *line[2:], price)

    tea = [listed(line, line[1], "") for line in wholesaler()]
    coffee = [listed(line, "coffee", 10.0) for line in wholesaler() if line[1] == "tea"]
    columns = "order_id,order_time,product_id,quantity,price,list_price"
    found = panel_of([*tea, *coffee], columns)
    assert found.tiered
    assert depths(found).max() == pytest.approx(0.0)
    assert depths(found, "coffee").max() > 0.1, "the file says that large orders are cheaper"
