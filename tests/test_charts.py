"""Charts say what the frames say: the right marks, in the reader's language, in one look."""

import itertools

import numpy as np
import pandas as pd
import pytest

from promo.ui import theme
from promo.ui.charts import axes, customers, plan, scenarios
from promo.ui.charts.caution import caution
from promo.ui.charts.history import history
from promo.ui.charts.parts import waterfall
from promo.ui.charts.portfolio import portfolio
from promo.ui.charts.response import response
from promo.words import catalogue


def words(language: str, chart: str) -> dict[str, str]:
    start = f"chart.{chart}."
    texts = catalogue(language).items()
    return {key.removeprefix(start): text for key, text in texts if key.startswith(start)}


def chosen(segments: tuple[str, ...], products: int = 3) -> pd.DataFrame:
    cells = itertools.product(range(products), segments)
    return pd.DataFrame(
        [
            {
                "product_id": f"p{i}", "category": "tea", "segment": segment, "weight": 1.0,
                "discount": 0.1 * i, "gain": 10.0 * i,
            }
            for i, segment in cells
        ]
    )  # fmt: skip


def panel_weeks() -> pd.DataFrame:
    weeks = pd.date_range("2026-06-01", periods=20, freq="7D")
    price = np.where(np.arange(20) % 5 == 0, 8.0, 10.0)
    known = {"price": price, "list_price": 10.0, "left_out": False}
    return pd.DataFrame({"week": weeks, "units": 100.0 + np.arange(20), **known})


def ahead() -> pd.DataFrame:
    weeks = pd.date_range("2026-10-19", periods=4, freq="7D")
    return pd.DataFrame(
        {
            "week": weeks, "mean": 120.0, "low_80": 100.0, "high_80": 140.0,
            "low_95": 90.0, "high_95": 155.0,
        }
    )  # fmt: skip


def test_weeks_that_are_only_numbered_are_drawn_by_their_number():
    numbered = panel_weeks().assign(week=range(1, 21))
    later = ahead().assign(week=range(21, 25))
    figure = history(numbered, later, words("en", "history"), "en")
    assert figure.layout.xaxis.title.text == "Week number"
    assert list(figure.layout.xaxis.ticktext) == ["5", "10", "15", "20"]


NAMES = {"p0": "Milk", "p1": "Tea", "p2": "Oats"}


def test_a_plan_for_everyone_is_a_bar_per_product_in_the_trade_s_words():
    figure = plan.discounts(chosen(("all",)), NAMES, words("zh", "discounts"), "zh")
    (bars,) = figure.data
    assert bars.type == "bar"
    assert list(bars.y) == ["Milk", "Tea", "Oats"]
    assert list(bars.x) == pytest.approx([0.0, 0.1, 0.2])
    assert list(bars.text) == ["–", "9折", "8折"]


def test_products_named_by_a_number_stay_names():
    numbers = {"p0": "1062", "p1": "1885", "p2": "2290"}
    for segments in (("all",), ("loyal", "new")):
        figure = plan.discounts(chosen(segments), numbers, words("en", "discounts"), "en")
        assert figure.layout.yaxis.type == "category"
        assert list(figure.data[0].y) == ["1062", "1885", "2290"]


def test_a_plan_by_segment_is_a_cell_per_product_and_segment():
    labels = words("en", "discounts") | {"loyal": "Loyal", "new": "New"}
    (cells,) = plan.discounts(chosen(("loyal", "new")), NAMES, labels, "en").data
    assert cells.type == "heatmap"
    assert list(cells.x) == ["Loyal", "New"]
    assert [list(row) for row in cells.text] == [["", ""], ["10%", "10%"], ["20%", "20%"]]
    (cells,) = plan.discounts(chosen(("loyal", "new")), NAMES, labels, "zh").data
    assert [list(row) for row in cells.text] == [["", ""], ["9折", "9折"], ["8折", "8折"]]


def test_a_split_segment_is_drawn_at_its_mean_discount():
    split = pd.DataFrame(
        {
            "product_id": "p1", "category": "tea", "segment": "all",
            "discount": [0.1, 0.3], "weight": [0.25, 0.75], "gain": 1.0,
        }
    )  # fmt: skip
    (bars,) = plan.discounts(split, NAMES, words("en", "discounts"), "en").data
    assert list(bars.x) == pytest.approx([0.25])


def test_a_long_plan_is_drawn_by_its_largest_gains():
    rows = chosen(("all",), products=80)
    (bars,) = plan.discounts(rows, {}, words("en", "discounts"), "en").data
    assert len(bars.y) == plan.MOST
    assert set(bars.y) == {f"p{i}" for i in range(20, 80)}


def test_products_with_one_name_keep_their_own_rows():
    (bars,) = plan.discounts(
        chosen(("all",)), dict.fromkeys(NAMES, "Tea"), words("en", "discounts"), "en"
    ).data
    assert len(set(bars.y)) == 3


def test_the_stop_in_use_stands_out_on_the_lines_of_caution():
    path = pd.DataFrame({"gain": [90.0, 100.0, 80.0], "bad_fifth": [-5.0, 10.0, 15.0]})
    figure = caution(path, ["a", "b", "c"], 1, words("en", "caution"), "en")
    for line in figure.data:
        assert max(line.marker.size) == line.marker.size[1] > line.marker.size[0]
    assert figure.layout.yaxis.range[0] < -5 < 100 < figure.layout.yaxis.range[1]


def test_the_frontier_marks_where_she_is():
    path = pd.DataFrame({"budget": [0.0, 500.0, 1000.0], "gain": [0.0, 300.0, 400.0]})
    line, here = plan.frontier(path, (500.0, 300.0), words("en", "frontier"), "en").data
    assert list(line.y) == [0.0, 300.0, 400.0]
    assert (here.x[0], here.y[0]) == (500.0, 300.0)


@pytest.mark.parametrize(("now", "beside"), [
    ((500.0, 300.0), "bottom right"), ((900.0, 380.0), "top left"), ((900.0, 100.0), "bottom left"),
])  # fmt: skip
def test_the_words_beside_the_mark_keep_off_the_line(now, beside):
    path = pd.DataFrame({"budget": [0.0, 500.0, 1000.0], "gain": [0.0, 300.0, 400.0]})
    _, here = plan.frontier(path, now, words("en", "frontier"), "en").data
    assert here.textposition == beside


def test_a_plan_made_for_something_else_is_marked_even_where_it_loses():
    path = pd.DataFrame({"budget": [0.0, 500.0], "gain": [0.0, 300.0]})
    figure = plan.frontier(path, (500.0, -80.0), words("en", "frontier"), "en")
    assert figure.layout.yaxis.range[0] < -80 < 300 < figure.layout.yaxis.range[1]


def test_axes_write_numbers_as_the_reader_does():
    path = pd.DataFrame({"budget": [0.0, 80_000.0], "gain": [0.0, 40_000.0]})
    figure = plan.frontier(path, (1.0, 1.0), words("zh", "frontier"), "zh")
    assert "2.00万" in figure.layout.xaxis.ticktext


def test_a_baseline_that_loses_money_has_the_colour_of_loss():
    figure = plan.alternatives(["Plan", "A", "B"], [5.0, 2.0, -1.0], {"gain": "Gain"}, "en")
    assert list(figure.data[0].marker.color) == [theme.BLUE, theme.SKY, theme.LOSS]
    assert figure.layout.xaxis.range[0] < -1.0


def test_history_and_forecast_meet_at_today():
    figure = history(panel_weeks(), ahead(), words("en", "history"), "en")
    sold = next(trace for trace in figure.data if trace.name == "Items sold per week")
    assert list(sold.y) == list(panel_weeks()["units"])
    assert figure.layout.shapes[0].x0 == panel_weeks()["week"].max()
    assert {trace.yaxis for trace in figure.data} == {None, "y2"}


def test_a_few_peaks_do_not_flatten_the_forecast():
    weeks = panel_weeks()
    weeks.loc[3, "units"] = 9_000.0
    figure = history(weeks, ahead(), words("en", "history"), "en")
    assert figure.layout.yaxis.range[1] < 1_000
    peaks = next(trace for trace in figure.data if trace.name == "higher than shown")
    assert list(peaks.x) == [weeks["week"][3]]


def test_weeks_that_are_left_out_of_learning_are_marked_and_others_are_not():
    weeks = panel_weeks()
    name = words("en", "history")["left_out"]
    plain = history(weeks, ahead(), words("en", "history"), "en")
    assert name not in [trace.name for trace in plain.data]
    weeks.loc[[4, 5], "left_out"] = True
    figure = history(weeks, ahead(), words("en", "history"), "en")
    marks = next(trace for trace in figure.data if trace.name == name)
    assert list(marks.x) == list(weeks["week"][[4, 5]])
    assert list(marks.y) == list(weeks["units"][[4, 5]])


def curve(profit: float) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "discount": [0.0, 0.1, 0.2], "ratio": [1.0, 1.4, 2.0], "low": [1.0, 1.2, 1.5],
            "high": [1.0, 1.6, 2.6], "profit_ratio": profit, "beyond": False,
        }
    )  # fmt: skip


def test_the_response_shows_the_weeks_it_rests_on():
    seen = pd.DataFrame({"discount": [0.1, 0.2], "ratio": [1.3, 2.2]})
    figure = response(curve(1.1), seen, words("zh", "response"), "zh")
    named = [trace.name for trace in figure.data if trace.name]
    assert named == ["80% 区间", "促销周实际", "销量", "利润"]
    assert list(figure.data[1].y) == [1.3, 2.2]
    assert "2.0×" in figure.layout.yaxis.ticktext


def test_no_curve_is_drawn_where_no_discount_was_ever_tried():
    seen = pd.DataFrame({"discount": [], "ratio": []})
    figure = response(curve(1.1), seen, words("en", "response"), "en")
    for trace in figure.data:
        if trace.name in ("Items sold", "Profit", "80% range"):
            assert min(trace.x) == 0.1
    joints = [trace for trace in figure.data if trace.showlegend is False and trace.line.width]
    assert [list(trace.x) for trace in joints] == [[0.0, 0.1], [0.0, 0.1]]
    assert {trace.line.dash for trace in joints} == {"dot"}


def test_a_curve_is_dashed_where_no_discount_was_that_deep():
    seen = pd.DataFrame({"discount": [], "ratio": []})
    deeper = pd.concat([curve(1.1), curve(1.2).tail(1).assign(discount=0.3, beyond=True)])
    labels = words("en", "response")
    figure = response(deeper, seen, labels, "en")
    drawn = {trace.name: trace for trace in figure.data if trace.name}
    assert list(drawn["Items sold"].x) == [0.1, 0.2]
    dashed = next(one for one in figure.data if one.name == labels["beyond"])
    assert list(dashed.x) == [0.2, 0.3]
    assert (dashed.line.dash, drawn["Items sold"].line.dash) == ("dash", None)
    shown = [one.name for one in figure.data if one.showlegend is not False]
    assert shown.count(labels["beyond"]) == 1
    never = response(curve(1.1).assign(beyond=True), seen, labels, "en")
    (only,) = (one for one in never.data if one.name == "Items sold")
    assert only.line.dash == "dash"


def test_no_profit_line_is_drawn_where_the_margin_is_unknown():
    seen = pd.DataFrame({"discount": [], "ratio": []})
    figure = response(curve(float("nan")), seen, words("en", "response"), "en")
    assert "Profit" not in [trace.name for trace in figure.data]


def test_evidence_differs_by_shape_and_not_by_colour_alone():
    products = pd.DataFrame(
        {
            "name": list("abcd"), "units_per_week": [1.0, 2.0, 3.0, 4.0],
            "elasticity": -2.0, "evidence": ["strong", "fair", "weak", "borrowed"],
        }
    )  # fmt: skip
    products.index = pd.Index([f"p{i}" for i in range(4)])
    ring, *graded = portfolio(products, "p2", words("en", "portfolio"), "en").data
    assert len({trace.marker.symbol for trace in graded}) == 4
    assert len({trace.marker.color for trace in graded}) == 4
    assert [list(trace.customdata) for trace in graded] == [["p0"], ["p1"], ["p2"], ["p3"]]
    assert list(ring.x) == [3.0]


def test_a_product_that_hardly_sells_has_its_place_among_a_thousand():
    count = 1000
    products = pd.DataFrame({
        "name": "x", "units_per_week": np.geomspace(0.001, 9_000, count), "elasticity": -2.0,
        "evidence": "strong",
    }, index=[f"p{i}" for i in range(count)])  # fmt: skip
    products.iloc[0, 1] = 0.0
    figure = portfolio(products, "none", words("zh", "portfolio"), "zh")
    assert figure.layout.xaxis.type == "log"
    assert min(figure.data[1].x) > 0
    assert {"0.1", "1", "1,000"} <= set(figure.layout.xaxis.ticktext)
    assert not len(figure.data[0].x)


def test_the_plan_stands_beside_the_forecast_where_there_is_one():
    labels = words("en", "history")
    planned = ahead().assign(plan=150.0, plan_low=130.0, plan_high=400.0)
    named = {trace.name: trace for trace in history(panel_weeks(), planned, labels, "en").data}
    assert list(named["With the plan"].y) == [150.0] * 4
    assert max(named["80% range of the plan"].y) == 400.0
    assert history(panel_weeks(), planned, labels, "en").layout.yaxis.range[1] > 400
    plain = history(panel_weeks(), ahead(), labels, "en")
    assert "With the plan" not in [trace.name for trace in plain.data]


def test_a_shop_as_a_whole_has_no_price():
    weeks = panel_weeks()[["week", "units", "left_out"]]
    figure = history(weeks, ahead(), words("en", "history"), "en")
    assert {trace.yaxis for trace in figure.data} == {None}
    assert figure.layout.yaxis.domain is None


def test_the_steps_of_a_plan_end_in_what_is_left():
    steps = {"own": 100.0, "anyway": -60.0, "cannibalised": -10.0, "pulled_forward": -5.0}
    (bars,) = waterfall(steps, words("en", "parts"), "en", {"own": 12.0}).data
    assert list(bars.y) == [100.0, -60.0, -10.0, -5.0, 0.0]
    assert list(bars.measure) == ["relative"] * 4 + ["total"]
    assert bars.text[0] == "+100<br>12 items"
    assert bars.text[-1] == "<b>25.00</b>"


@pytest.mark.parametrize(("language", "letters"), [("en", 14), ("zh", 7)])
def test_the_steps_of_a_plan_are_named_upright_in_the_room_of_a_bar(language, letters):
    steps = dict.fromkeys(set(words(language, "parts")) - {"money", "items", "gain"}, 1.0)
    figure = waterfall(steps, words(language, "parts"), language, {})
    assert figure.layout.xaxis.tickangle == 0
    lines = [line for name in figure.data[0].x for line in name.split("<br>")]
    assert max(map(len, lines)) <= letters
    assert len(lines) <= 3 * len(figure.data[0].x)


def test_shares_of_customers_and_money_stand_side_by_side():
    segments = pd.DataFrame({"name": ["A", "B"], "share": [0.7, 0.3], "spend_share": [0.4, 0.6]})
    money, people = customers.shares(segments, words("en", "shares")).data
    assert list(money.text) == ["40%", "60%"]
    assert list(people.text) == ["70%", "30%"]


def test_differences_join_the_two_discounts_of_a_product():
    rows = pd.DataFrame({"name": ["Tea", "Oats"], "a": [0.0, 0.2], "b": [0.1, 0.3]})
    labels = words("en", "differences") | {"a": "First", "b": "Second"}
    joints, first, second = scenarios.differences(rows, labels, "zh").data
    assert list(joints.x) == [0.0, 0.1, None, 0.2, 0.3, None]
    assert (list(first.x), list(second.x)) == ([0.0, 0.2], [0.1, 0.3])
    assert list(second.text) == ["Second: 9折", "Second: 7折"]


def test_every_chart_wears_the_same_look_on_both_grounds():
    figure = plan.discounts(chosen(("all",)), NAMES, words("en", "discounts"), "en")
    assert theme.dress(figure, dark=False).layout.template.layout.font.color == "#18222D"
    assert theme.dress(figure, dark=True).layout.template.layout.font.color == "#E7ECF1"
    assert figure.layout.height


def linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4


@pytest.mark.parametrize("ground", ["#FFFFFF", "#10161D"])
@pytest.mark.parametrize("colour", [theme.BLUE, theme.GREEN, theme.ORANGE, theme.QUIET])
def test_lines_stand_out_from_either_ground(colour, ground):
    def luminance(code: str) -> float:
        red, green, blue = (linear(int(code[i : i + 2], 16) / 255) for i in (1, 3, 5))
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    bright, dim = sorted((luminance(colour), luminance(ground)), reverse=True)
    assert (bright + 0.05) / (dim + 0.05) >= 2.9


def test_a_name_from_the_data_cannot_put_marks_into_a_chart():
    assert axes.short("<b>Tea</b>") == "‹b›Tea‹/b›"
