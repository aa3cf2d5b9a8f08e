"""Figures over time: one row per day or week, and place or series where there are several."""

from promo.ingest.sources.source import Field, Source

METRICS = Source(
    name="metrics",
    fields=(
        Field("time", "time", (
            "date", "day", "week", "timestamp", "datetime", "period", "month", "日期", "时间", "周",
            "datum", "fecha",
        ), required=True, empty_ok=False),
        Field("place", "id", (
            "location", "city", "geo", "market", "dma", "region", "store", "store id", "地区",
            "城市", "门店", "ort", "ville", "ciudad",
        )),
        Field("metric", "id", ("series", "metric name", "kpi", "variable", "measure", "channel",
              "指标", "指标名称", "系列")),
        Field("value", "number", (
            "y", "revenue", "sales", "metric value", "amount", "turnover", "gmv", "visits",
            "数值", "指标值", "销售额", "成交额", "营业额", "umsatz", "chiffre d'affaires",
            "ventas",
        ), required=True, empty_ok=False),
    ),
    against=(
        "product id", "item id", "sku", "order id", "customer id", "user id", "event type",
        "price", "units", "quantity", "group", "treatment", "promotion", "purchase", "商品id",
        "订单号", "用户id", "客户id", "价格", "销量", "数量",
    ),
    key=("place", "metric", "time"),
)  # fmt: skip
