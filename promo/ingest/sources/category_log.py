"""Purchases by category: one row per time and category, with how much was bought or whether."""

from promo.ingest.sources.source import Field, Rule, Source

CATEGORY_LOG = Source(
    name="category_log",
    happened="time",
    fields=(
        Field("time", "time", (
            "timestamp", "datetime", "date", "day", "hour", "时间", "日期", "时间戳", "datum",
            "fecha", "zeit", "heure",
        ), required=True, empty_ok=False),
        Field("category", "id", (
            "product category", "category name", "department", "类目", "品类", "类别", "分类",
            "商品类别", "kategorie", "catégorie", "categoría", "categoria",
        ), required=True, empty_ok=False),
        Field("purchase", "tally", (
            "purchases", "purchased", "bought", "buy", "is purchase", "购买", "购买量", "购买次数",
            "是否购买", "购买数", "gekauft", "achat", "achats", "compra", "compras",
        ), required=True, empty_ok=False),
        Field("customer_id", "id", ("user id", "customer", "user", "用户id", "客户id", "用户")),
        Field("region", "id", ("country", "city", "province", "地区", "城市", "省份")),
    ),
    rules=(Rule("purchase_negative", "purchase", "purchase < 0"),),
    against=("order id", "product id", "item id", "sku", "订单号", "商品id", "商品编号"),
    identity="customer_id",
)  # fmt: skip
