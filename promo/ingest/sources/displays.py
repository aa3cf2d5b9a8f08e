"""The promotion calendar: one row per product, place and week displayed, mailed or in a test."""

from promo.ingest.sources.source import Field, Source

DISPLAYS = Source(
    name="displays",
    fields=(
        Field("product_id", "id", (
            "sku", "item id", "product", "item", "upc", "stock code", "id", "商品id", "商品编号",
            "商品编码", "商品", "货号",
        ), required=True, empty_ok=False),
        Field("place", "id", (
            "store id", "store", "shop", "center id", "location", "region", "门店", "门店id",
            "店铺", "地区",
        )),
        Field("week", "week", (
            "week no", "week number", "date", "day", "start date", "wk", "周", "周次", "日期",
        ), required=True, empty_ok=False),
        Field("display", "id", (
            "display location", "display code", "disp", "shelf", "end cap", "陈列", "陈列位置",
            "堆头",
        )),
        Field("mailer", "id", (
            "mailer location", "mailer code", "leaflet", "flyer", "feature", "emailer", "feat",
            "海报", "宣传", "邮件",
        )),
        Field("randomised", "flag", (
            "randomized", "drawn by lot", "price test", "test week", "随机", "随机定价", "价格测试",
            "测试周",
        )),
        Field("event", "id", ("event name 1", "event name", "holiday", "节日", "活动", "节假日")),
        Field("event_type", "id", ("event type 1", "holiday type", "节日类型")),
        Field("category", "id", ("cat id", "dept id", "product category", "department", "类目",
              "品类")),
        Field("region", "id", ("state id", "state", "province", "省份")),
    ),
    one_of=(("display", "mailer", "event", "randomised"),),
    against=(
        "order id", "customer id", "units", "units sold", "quantity", "sales", "num orders",
        "event time", "user id", "销量", "订单号", "用户id",
    ),
)  # fmt: skip
