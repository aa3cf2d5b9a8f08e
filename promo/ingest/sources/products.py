"""Product attributes: one row per product."""

from promo.ingest.sources.source import Field, Rule, Source

PRODUCT_LIST = Source(
    name="products",
    fields=(
        Field("product_id", "id", (
            "sku", "item id", "meal id", "product code", "stock code", "asin", "upc", "handle",
            "variant sku", "id", "商品id", "商品编号", "商品编码", "货号",
        ), required=True, empty_ok=False),
        Field("name", "text", (
            "product name", "title", "description", "item name", "product title", "product type",
            "商品名称", "品名", "名称", "商品标题",
        )),
        Field("category", "id", (
            "product category", "category name", "category code", "department", "type",
            "i category", "item feature 1", "类目", "品类", "类别", "分类",
        )),
        Field("brand", "id", ("vendor", "brand name", "manufacturer", "manufacturer id", "品牌")),
        Field("list_price", "number", (
            "price", "regular price", "rrp", "base price", "variant price", "标价", "原价", "价格",
            "售价", "吊牌价",
        )),
        Field("unit_cost", "number", (
            "cost", "cost price", "cost per item", "cogs", "purchase price", "成本", "成本价",
            "进价",
        )),
        Field("stock", "number", (
            "stock on hand", "inventory", "on hand", "qty", "quantity", "variant inventory qty",
            "库存", "库存数量", "现货",
        )),
        Field("subcategory", "id", (
            "cuisine", "sub category", "product type", "item feature 2", "子类目", "小类",
        )),
        Field("complements", "list", ("r complement", "complement", "bought together",
              "also bought", "搭配商品", "互补商品")),
        Field("substitutes", "list", ("r substitute", "substitute", "alternatives", "替代商品",
              "相似商品")),
    ),
    one_of=(("name", "category", "list_price", "unit_cost", "stock"),),
    rules=(
        Rule("price_not_positive", "list_price", "list_price <= 0"),
        Rule("cost_negative", "unit_cost", "unit_cost < 0"),
        Rule("stock_negative", "stock", "stock < 0"),
    ),
    against=(
        "order id", "order no", "invoice no", "customer id", "user id", "event type", "session id",
        "order time", "event time", "订单号", "客户id", "用户id",
    ),
    key=("product_id",),
)  # fmt: skip
