"""Price panels: one row per product, place and week (or day, which is then summed to weeks)."""

from promo.domain import EVERYONE
from promo.ingest.sources.series import Series
from promo.ingest.sources.source import Field, Rule, Source

PRICE_PANEL = Source(
    name="panel",
    fields=(
        Field("week", "week", (
            "week no", "week number", "week start", "week ending", "week end date", "week date",
            "wk", "period", "date", "周", "周次", "星期", "周开始", "日期",
        ), empty_ok=False),
        Field("product_id", "id", (
            "meal id", "item id", "sku", "upc", "product", "item", "article", "stock code",
            "product code", "brand", "product name", "type", "series id", "id", "商品id",
            "商品编号", "商品编码", "商品", "货号", "品牌",
        ), empty_ok=False),
        Field("place", "id", (
            "center id", "centre id", "store id", "store", "shop", "shop id", "location",
            "location id", "retailer", "outlet", "region", "market", "geography", "门店", "门店id",
            "店铺", "地区", "区域", "仓库",
        )),
        Field("units", "number", (
            "num orders", "units sold", "units", "volume", "total volume", "sales units",
            "quantity", "qty", "quantity sold", "move", "demand", "sales", "orders", "销量",
            "销售数量", "数量", "件数",
        ), required=True, empty_ok=False),
        Field("price", "number", (
            "checkout price", "sell price", "selling price", "average price", "unit price",
            "avg price", "sale price", "price each", "价格", "售价", "成交价", "平均价格", "单价",
        ), empty_ok=False),
        Field("list_price", "number", (
            "base price", "regular price", "original price", "full price", "rrp", "原价", "标价",
            "基准价", "吊牌价",
        )),
        Field("feature", "share", (
            "emailer for promotion", "emailer", "email", "mailer", "leaflet", "flyer", "feat",
            "advertised", "广告", "邮件", "海报", "宣传",
        )),
        Field("display", "share", (
            "homepage featured", "homepage", "disp", "shelf", "end cap", "陈列", "首页", "首页推荐",
            "堆头",
        )),
        Field("in_stock", "share", ("instock", "availability", "available", "有货", "在库率")),
        Field("category", "id", ("product category", "department", "类目", "品类", "类别", "分类")),
        Field("unit_cost", "number", ("cost", "cost price", "cogs", "成本", "成本价", "进价")),
    ),
    one_of=(("product_id", "price"),),
    usual=("product_id", "week", "price"),
    absent={
        "product_id": "product_absent", "week": "week_absent", "price": "price_absent",
    },
    derived={"product_id": f"coalesce(product_id, '{EVERYONE}')"},
    rules=(
        Rule("price_not_positive", "price", "price <= 0"),
        Rule("price_not_positive", "list_price", "list_price <= 0"),
        Rule("units_negative", "units", "units < 0"),
    ),
    warnings=(
        Rule("list_below_price", "list_price", "list_price < price"),
    ),
    against=(
        "order id", "order no", "invoice no", "customer id", "event type", "订单号", "客户id",
        "用户id",
    ),
    key=("product_id", "place", "week"),
    series=Series(
        "week",
        ("units", "price", "list_price", "feature", "display", "in_stock"),
        ("w", "wk", "week", "kw", "woche", "semaine", "semana", "周", "第"),
    ),
    identity="week",
)  # fmt: skip
