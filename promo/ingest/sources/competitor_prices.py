"""Competitor prices: one row per product, competitor and day seen."""

from promo.ingest.sources.source import Field, Rule, Source

COMPETITOR_PRICES = Source(
    name="competitor_prices",
    fields=(
        Field("product_id", "id", (
            "sku", "item id", "product", "item", "article", "upc", "ean", "asin", "商品id",
            "商品编号", "商品编码", "商品", "货号", "artikelnummer",
        ), required=True, empty_ok=False),
        Field("competitor", "id", (
            "competitor name", "competitor id", "rival", "seller", "retailer", "merchant", "竞品",
            "竞争对手", "竞店", "对手", "wettbewerber", "concurrent", "competidor",
        )),
        Field("competitor_price", "number", (
            "price", "their price", "rival price", "market price", "observed price",
            "wettbewerbspreis", "prix concurrent", "竞品价格", "竞争对手价格", "竞品价", "对手价格",
            "价格",
        ), required=True, empty_ok=False),
        Field("time", "time", (
            "date", "observed at", "seen at", "scraped at", "crawl date", "timestamp", "day",
            "week", "日期", "时间", "采集时间", "抓取时间", "datum",
        )),
        Field("list_price", "number", ("regular price", "original price", "原价", "标价")),
        Field("own_price", "number", ("our price", "my price", "本店价格", "我方价格")),
        Field("in_stock", "flag", ("available", "availability", "有货", "是否有货")),
    ),
    one_of=(("competitor", "own_price"),),
    rules=(Rule("price_not_positive", "competitor_price", "competitor_price <= 0"),),
    against=("order id", "customer id", "units", "units sold", "quantity", "volume", "销量",
             "event type", "订单号", "用户id", "客户id"),
)  # fmt: skip
