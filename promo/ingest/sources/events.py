"""Behaviour events: one row per view, search, cart, purchase, return or review."""

from promo.ingest.sources.source import Field, Rule, Source

EVENTS = Source(
    name="events",
    happened="event_time",
    fields=(
        Field("event_time", "time", (
            "timestamp", "event timestamp", "time", "datetime", "created at", "date", "ts",
            "behavior time", "事件时间", "行为时间", "时间", "时间戳", "日期",
        ), required=True, empty_ok=False),
        Field("event_type", "text", (
            "event", "event name", "action", "action type", "behavior type", "behavior",
            "behaviour", "behavior_type", "type", "事件类型", "行为类型", "行为", "事件", "动作",
        ), empty_ok=False),
        Field("product_id", "id", (
            "item id", "sku", "sku id", "product", "item", "goods id", "stock code", "asin",
            "商品id", "商品编号", "商品编码", "商品", "货号",
        ), required=True),
        Field("customer_id", "id", (
            "user id", "visitor id", "customer", "user", "client id", "user pseudo id", "member id",
            "buyer id", "用户id", "客户id", "会员id", "买家id", "用户编号", "客户编号", "用户",
        )),
        Field("pseudo_id", "id"),
        Field("session_id", "id", (
            "user session", "session", "ga session id", "visit id", "会话id", "会话",
        )),
        Field("category", "id", (
            "category code", "item category", "product category", "category name", "department",
            "category id", "类目", "品类", "类别", "分类", "商品类目", "类目id",
        )),
        Field("category_id", "id", ("item category id", "商品类目id")),
        Field("brand", "id", ("item brand", "brand name", "vendor", "品牌")),
        Field("price", "number", (
            "unit price", "item price", "sale price", "paid price", "单价", "价格",
            "售价", "成交价",
        )),
        Field("quantity", "count", ("qty", "count", "units", "数量", "件数", "购买数量")),
        Field("list_price", "number", (
            "original price", "regular price", "原价", "标价", "吊牌价",
        )),
        Field("discount", "share", ("discount rate", "折扣", "折扣率")),
        Field("campaign", "id", (
            "campaign id", "promotion", "promotion id", "coupon", "coupon code", "活动", "活动id",
            "优惠券",
        )),
        Field("region", "id", (
            "country", "province", "city", "state", "geo country", "地区", "省份", "城市", "国家",
        )),
        Field("text", "text", (
            "review", "review text", "comment", "content", "search term", "query", "评论", "评价",
            "搜索词", "内容",
        )),
        Field("order_id", "id", ("transaction id", "transactionid", "订单号", "订单编号")),
        Field("age", "number", ("user age", "年龄")),
        Field("gender", "id", ("sex", "性别")),
        Field("channel", "id", ("device", "platform", "source", "渠道", "设备")),
    ),
    one_of=(("event_type", "customer_id"),),
    usual=("event_type",),
    absent={"event_type": "event_absent"},
    derived={"customer_id": "coalesce(customer_id, pseudo_id)"},
    hidden=("pseudo_id",),
    rules=(
        Rule("price_not_positive", "price", "price <= 0"),
        Rule("price_not_positive", "list_price", "list_price <= 0"),
        Rule("quantity_zero", "quantity", "quantity = 0"),
        Rule("missing", "product_id", "product_id IS NULL AND event_type IN ('cart', 'purchase', "
             "'return')"),
    ),
    warnings=(
        Rule("event_unknown", "event_type", "event_type NOT IN ('view', 'search', 'cart', "
             "'remove', 'wish', 'purchase', 'return', 'review')"),
        Rule("returns", "quantity", "event_type = 'return' OR quantity < 0"),
        Rule("customer_missing", "customer_id", "customer_id IS NULL"),
    ),
)  # fmt: skip

EVENT_WORDS: dict[str, tuple[str, ...]] = {
    "view": (
        "view", "views", "visit", "pageview", "page_view", "view_item", "product_view", "browse",
        "click", "pv", "detail", "浏览", "查看", "访问", "点击", "曝光",
    ),
    "search": ("search", "view_search_results", "query", "搜索"),
    "cart": (
        "cart", "addtocart", "add_to_cart", "add to cart", "basket", "加购", "加入购物车", "购物车",
    ),
    "remove": ("remove", "remove_from_cart", "removefromcart", "移出购物车"),
    "wish": ("wish", "wishlist", "fav", "favorite", "favourite", "add_to_wishlist", "like", "收藏"),
    "purchase": (
        "purchase", "purchased", "buy", "bought", "order", "transaction", "sale", "paid", "购买",
        "下单", "支付", "成交", "交易",
    ),
    "return": ("return", "returned", "refund", "refunded", "退货", "退款"),
    "review": ("review", "rating", "rate", "comment", "评论", "评价"),
}  # fmt: skip
"""What systems call a step, by its canonical name; other words are kept as they are."""
