# ruff: noqa: S608, E501 # the tests speak SQL to the engine; exports are as wide as they come
"""Exports of well-known systems are read as they come, down to the last number."""

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from promo.ingest import FileMapping, build, check, inspect
from promo.ingest.sources import SOURCES
from promo.ingest.values.presets import PRESETS
from promo.words import LANGUAGES, catalogue

SALE = "order_id, order_time::VARCHAR, product_id, customer_id, quantity, round(price, 4), round(list_price, 4)"
STEP = "event_time::VARCHAR, event_type, product_id, customer_id"
ITEM = "product_id, name, category, list_price, stock"

EXPORTS = {
    "shopify_orders": (
        "Name,Email,Financial Status,Paid at,Subtotal,Total,Discount Code,Discount Amount,Created at,"
        "Lineitem quantity,Lineitem name,Lineitem price,Lineitem compare at price,Lineitem sku,"
        "Shipping Country,Vendor,Id,Source,Lineitem discount,Cancelled at\n"
        "#1001,ann@example.com,paid,2026-03-02 10:15:30 +0100,46.00,50.90,SPRING,6.00,2026-03-02 10:15:29 +0100,"
        "2,Green Tea,8.00,10.00,TEA-001,DE,Harbour,5551,web,0.00,\n"
        "#1001,ann@example.com,,,,,,,2026-03-02 10:15:29 +0100,3,Coffee,12.00,,COF-004,,Mill,,,6.00,\n"
        "#1002,bob@example.com,paid,2026-03-02 23:30:00 +0100,8.00,8.00,,0.00,2026-03-02 23:30:00 +0100,"
        "1,Green Tea,8.00,10.00,TEA-001,FR,Harbour,5552,web,0.00,\n"
        "#1003,cy@example.com,paid,2026-03-03 09:00:00 +0100,30.00,34.90,TENNER,10.00,2026-03-03 09:00:00 +0100,"
        "2,Green Tea,8.00,0.00,TEA-001,DE,Harbour,5553,web,0.00,\n"
        "#1003,cy@example.com,,,,,,,2026-03-03 09:00:00 +0100,2,Coffee,12.00,0.00,COF-004,,Mill,,,0.00,\n"
        "#1004,di@example.com,refunded,2026-03-03 10:00:00 +0100,20.00,20.00,,0.00,2026-03-03 10:00:00 +0100,"
        "1,Green Tea,8.00,,TEA-001,DE,Harbour,5554,web,0.00,\n"
        "#1004,di@example.com,,,,,,,2026-03-03 10:00:00 +0100,1,Coffee,12.00,,COF-004,,Mill,,,0.00,\n"
        "#1005,ed@example.com,pending,,8.00,8.00,,0.00,2026-03-03 11:00:00 +0100,"
        "1,Green Tea,8.00,,TEA-001,DE,Harbour,5555,web,0.00,2026-03-03 11:30:00 +0100\n",
        SALE + ", region, campaign",
        [
            ("#1001", "2026-03-02 09:15:29", "TEA-001", "ann@example.com", 2, 8.0, 10.0, "DE", "SPRING"),
            # 6.00 off the line of three: 10 was paid for each of 12.
            ("#1001", "2026-03-02 09:15:29", "COF-004", "ann@example.com", 3, 10.0, 12.0, "DE", "SPRING"),
            ("#1002", "2026-03-02 22:30:00", "TEA-001", "bob@example.com", 1, 8.0, 10.0, "FR", None),
            # 10.00 off an order of 40.00: a quarter off every line.
            ("#1003", "2026-03-03 08:00:00", "TEA-001", "cy@example.com", 2, 6.0, 8.0, "DE", "TENNER"),
            ("#1003", "2026-03-03 08:00:00", "COF-004", "cy@example.com", 2, 9.0, 12.0, "DE", "TENNER"),
        ],
        {"cancelled": 3},  # both lines of what was paid back, and what was called off
    ),
    "shopify_products": (
        "Handle,Title,Body (HTML),Vendor,Product Category,Type,Tags,Published,Option1 Name,Option1 Value,"
        "Variant SKU,Variant Inventory Qty,Variant Price,Variant Compare At Price,Image Src,Cost per item,Status\n"
        'green-tea,Green Tea,"<p>Fresh, mild</p>",Harbour,Food,Tea,new,TRUE,Size,100 g,TEA-001,50,8.00,,x.jpg,4.10,active\n'
        "green-tea,,,,,,,,,200 g,TEA-002,12,15.00,18.00,,7.90,\n"
        "green-tea,,,,,,,,,,,,,,y.jpg,,\n",
        ITEM,
        [("TEA-001", "Green Tea", "Food", 8.0, 50.0), ("TEA-002", None, None, 15.0, 12.0)],
        {"missing": 1},  # the line of a second picture
    ),
    "woocommerce_orders": (
        "Order Number,Order Status,Order Date,Customer User ID,Email (Billing),Country Code (Billing),Item #,SKU,"
        "Item Name,Quantity (- Refund),Item Cost,Coupon Code,Discount Amount,Order Subtotal Amount,Order Total Amount\n"
        "812,Completed,2026-03-02 10:15,17,ann@example.com,DE,1,TEA-001,Green Tea,2,8.00,,,28.00,32.90\n"
        "812,Completed,2026-03-02 10:15,17,ann@example.com,DE,2,COF-004,Coffee,1,12.00,,,28.00,32.90\n"
        "813,Processing,2026-03-02 11:00,0,bob@example.com,DE,1,TEA-001,Green Tea,1,8.00,,,8.00,12.90\n"
        "814,Cancelled,2026-03-02 11:10,17,ann@example.com,DE,1,TEA-001,Green Tea,1,8.00,,,8.00,12.90\n"
        "815,Failed,2026-03-02 11:20,0,cy@example.com,DE,1,TEA-001,Green Tea,1,8.00,,,8.00,12.90\n",
        SALE,
        [
            ("812", "2026-03-02 10:15:00", "TEA-001", "17", 2, 8.0, None),
            ("812", "2026-03-02 10:15:00", "COF-004", "17", 1, 12.0, None),
            ("813", "2026-03-02 11:00:00", "TEA-001", None, 1, 8.0, None),  # 0 is every guest
        ],
        {"cancelled": 2},
    ),
    "woocommerce_products": (
        "ID,Type,SKU,Name,Published,Is featured?,Visibility in catalog,Short description,Tax status,In stock?,Stock,"
        "Weight (kg),Sale price,Regular price,Categories,Tags,Images,Upsells,Cross-sells,Position\n"
        '17,simple,TEA-001,Green Tea,1,0,visible,Mild,taxable,1,50,0.1,7.00,8.00,"Food > Tea",new,,TEA-002,"CUP-001, POT-002",0\n',
        "product_id, name, category, list_price, stock, complements, substitutes",
        [("TEA-001", "Green Tea", "Food > Tea", 8.0, 50.0, ["CUP-001", "POT-002"], ["TEA-002"])],
        {},
    ),
    "magento_items": (
        "item_id,order_id,parent_item_id,store_id,created_at,product_id,product_type,sku,name,qty_ordered,qty_canceled,qty_refunded,price,"
        "base_price,original_price,discount_percent,discount_amount,row_total\n"
        "1,000000101,,1,2026-03-02 09:15:29,55,configurable,TEA-001-G,Green Tea,2.0000,0.0000,0.0000,8.0000,8.0000,10.0000,12.5,2.0000,16.0000\n"
        "2,000000101,1,1,2026-03-02 09:15:29,56,simple,TEA-001-G,Green Tea G,2.0000,0.0000,0.0000,0.0000,0.0000,0.0000,0,0.0000,0.0000\n"
        "3,000000102,,1,2026-03-02 10:15:29,55,simple,COF-004,Coffee,5.0000,1.0000,2.0000,12.0000,12.0000,12.0000,0,0.0000,60.0000\n"
        "4,000000103,,1,2026-03-02 11:15:29,55,simple,COF-004,Coffee,1.0000,1.0000,0.0000,12.0000,12.0000,12.0000,0,0.0000,12.0000\n",
        SALE,
        [
            ("000000101", "2026-03-02 09:15:29", "TEA-001-G", None, 2, 7.0, 10.0),
            # Five were ordered, one called off, two sent back.
            ("000000102", "2026-03-02 10:15:29", "COF-004", None, 2, 12.0, 12.0),
        ],
        # The part of a bundle that its parent was paid for; a line called off whole.
        {"price_not_positive": 1, "quantity_zero": 1},
    ),
    "ga4_events": (
        "event_date,event_timestamp,event_name,user_id,user_pseudo_id,ga_session_id,geo.country,item_id,item_category,price,quantity,transaction_id\n"
        "20260302,1772442929123456,view_item,,111.222,901,Germany,TEA-001,Tea,8.0,,\n"
        "20260302,1772442990000001,add_to_cart,,111.222,901,Germany,TEA-001,Tea,8.0,1,\n"
        "20260302,1772443020500000,purchase,ann,111.222,901,Germany,TEA-001,Tea,8.0,1,T-77\n"
        "20260302,1772443021500000,page_view,,111.222,901,Germany,,,,,\n",
        STEP + ", price",
        [
            ("2026-03-02 09:15:29.123456", "view", "TEA-001", "111.222", 8.0),
            ("2026-03-02 09:16:30.000001", "cart", "TEA-001", "111.222", 8.0),
            ("2026-03-02 09:17:00.5", "purchase", "TEA-001", "ann", 8.0),
            ("2026-03-02 09:17:01.5", "view", None, "111.222", None),
        ],
        {},
    ),
    "taobao_events": (
        "user_id,item_id,behavior_type,user_geohash,item_category,time\n"
        "98047837,232431562,1,,4245,2014-12-06 02\n"
        "97726136,383583590,3,94ek6ke,5894,2014-12-09 20\n"
        "98607707,64749712,4,,2883,2014-12-18 11\n"
        "98662432,320593836,2,96nn52n,6562,2014-12-06 10\n",
        STEP,
        [
            ("2014-12-06 02:00:00", "view", "232431562", "98047837"),
            ("2014-12-09 20:00:00", "cart", "383583590", "97726136"),
            ("2014-12-18 11:00:00", "purchase", "64749712", "98607707"),
            ("2014-12-06 10:00:00", "wish", "320593836", "98662432"),
        ],
        {},
    ),
    "alibaba_orders": (
        "订单编号,买家会员名,买家应付货款,买家实际支付金额,订单状态,收货人姓名,收货地址,订单创建时间,订单付款时间,宝贝标题,宝贝种类,宝贝总数量,店铺名称\n"
        "2026030211001,tea_fan,16.00,16.00,交易成功,某某,浙江省 杭州市,2026-03-02 10:15:29,2026-03-02 10:16:00,龙井绿茶 100克,1,2,茶舍\n"
        "2026030211002,nobody,8.00,0.00,交易关闭,某某,上海市,2026-03-02 11:00:00,,龙井绿茶 100克,1,1,茶舍\n"
        "2026030211003,tea_fan,8.00,8.00,交易关闭,某某,浙江省 杭州市,2026-03-02 12:00:00,2026-03-02 12:01:00,龙井绿茶 100克,1,1,茶舍\n",
        SALE,
        [("2026030211001", "2026-03-02 10:15:29", "龙井绿茶 100克", "tea_fan", 2, 8.0, None)],
        {"cancelled": 2},  # closed without payment, and paid back
    ),
    "retailrocket_events": (
        "timestamp,visitorid,event,itemid,transactionid\n"
        "1433221332117,257597,view,355908,\n"
        "1433224214164,992329,addtocart,248676,\n"
        "1433222276276,599528,transaction,356475,4000\n",
        STEP + ", order_id",
        [
            ("2015-06-02 05:02:12.117", "view", "355908", "257597", None),
            ("2015-06-02 05:50:14.164", "cart", "248676", "992329", None),
            ("2015-06-02 05:17:56.276", "purchase", "356475", "599528", "4000"),
        ],
        {},
    ),
    "rees46_events": (
        "event_time,event_type,product_id,category_id,category_code,brand,price,user_id,user_session\n"
        "2019-10-01 00:00:00 UTC,view,44600062,2103807459595387724,,shiseido,35.79,541312140,72d76fde\n"
        "2019-10-01 00:00:01 UTC,purchase,3900821,2053013552326770905,appliances.environment,aqua,33.20,554748717,9333dfbd\n",
        STEP + ", category_id, price",
        [
            ("2019-10-01 00:00:00", "view", "44600062", "541312140", "2103807459595387724", 35.79),
            ("2019-10-01 00:00:01", "purchase", "3900821", "554748717", "2053013552326770905", 33.2),
        ],
        {},
    ),
}  # fmt: skip
ASIDE = {
    "cancelled",
    "quantity_zero",
    "missing",
    "price_not_positive",
    "not_a_date",
    "duplicate",
    "not_a_number",
}


@pytest.mark.parametrize("name", EXPORTS)
def test_an_export_is_known_by_its_header_and_read_to_the_last_number(name, tmp_path):
    text, columns, rows, aside = EXPORTS[name]
    path = tmp_path / "export.csv"
    path.write_text(text, "utf-8")
    found = inspect(path)
    assert found.preset == name
    assert "preset_known" in {finding.code for finding in found.findings}
    dataset = build([(path, found.suggestion)], tmp_path / "d", "export")
    (report,) = dataset.reports
    assert {f.code: f.rows for f in report.findings if f.code in ASIDE} == aside
    table = dataset.tables[found.source]
    assert duckdb.sql(f"SELECT {columns} FROM '{table}'").fetchall() == rows


def test_every_preset_has_an_example_and_maps_fields_that_exist():
    assert set(EXPORTS) == {preset.name for preset in PRESETS}
    for preset in PRESETS:
        assert set(preset.columns) <= {field.name for field in SOURCES[preset.source].fields}
        assert not SOURCES[preset.source].missing(preset.columns)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_preset_has_a_name(language):
    assert {f"source.preset.{preset.name}" for preset in PRESETS} <= set(catalogue(language))


def test_the_telling_headers_of_one_export_are_not_those_of_another():
    for name, (text, *_) in EXPORTS.items():
        header = tuple(text.splitlines()[0].split(","))
        assert [preset.name for preset in PRESETS if preset.fits(header)] == [name]


def test_a_log_that_hides_the_year_of_its_days_is_not_taken_for_a_known_one(tmp_path):
    path = tmp_path / "log.csv"
    path.write_text(
        "user_id,item_id,cat_id,seller_id,brand_id,time_stamp,action_type\n1,2,3,4,5,0829,0\n"
    )
    found = inspect(path)
    assert found.preset == ""
    assert check(path, found.suggestion).verdict == "refused"


@pytest.mark.parametrize(("codes", "step"), [("taobao", "wish"), ("tmall", "purchase")])
def test_the_same_number_is_another_step_in_another_system(codes, step, tmp_path):
    path = tmp_path / "log.csv"
    path.write_text("user_id,item_id,behavior_type,time\n1,2,2,2026-01-05\n")
    columns = inspect(path).suggestion.columns
    mapping = FileMapping("events", columns, {"codes": codes})
    dataset = build([(path, mapping)], tmp_path / "d", "log")
    assert duckdb.sql(f"SELECT event_type FROM '{dataset.tables['events']}'").fetchall() == [
        (step,)
    ]


def test_a_partly_refunded_order_is_kept_with_a_word(tmp_path):
    path = tmp_path / "export.csv"
    path.write_text(EXPORTS["shopify_orders"][0].replace(",refunded,", ",partially_refunded,"))
    report = check(path, inspect(path).suggestion)
    said = {finding.code: finding.rows for finding in report.findings}
    assert (said["partly_refunded"], said["cancelled"]) == (2, 1)


@given(
    st.lists(st.tuples(st.integers(1, 9), st.integers(1, 999)), min_size=1, max_size=6), st.data()
)
def test_what_was_paid_for_the_lines_adds_up_to_the_order(tmp_path_factory, lines, data):
    folder = tmp_path_factory.mktemp("order")
    gross = sum(quantity * cents for quantity, cents in lines)
    paid = data.draw(st.integers(1, gross))
    header = (
        "Name,Financial Status,Subtotal,Created at,Lineitem quantity,Lineitem price,Lineitem sku"
    )
    rows = [
        f"#1,{'' if number else 'paid'},{'' if number else paid / 100},2026-01-05 10:00:00,"
        f"{quantity},{cents / 100},K{number}"
        for number, (quantity, cents) in enumerate(lines)
    ]
    path = folder / "order.csv"
    path.write_text("\n".join([header, *rows]) + "\n")
    dataset = build([(path, inspect(path).suggestion)], folder / "d", "order")
    ((total,),) = duckdb.sql(
        f"SELECT sum(quantity * price) FROM '{dataset.tables['orders']}'"
    ).fetchall()
    assert total == pytest.approx(paid / 100, abs=0.006)


def test_she_may_take_a_known_export_for_something_else(tmp_path):
    path = tmp_path / "export.csv"
    path.write_text(EXPORTS["shopify_orders"][0], "utf-8")
    found = inspect(path, "users")
    assert (found.source, found.preset) == ("users", "")
