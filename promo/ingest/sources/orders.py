"""Order lines: one row per order and product; a return is a row with a negative quantity."""

from promo.ingest.engine import among
from promo.ingest.sources.source import Field, Rule, Source

_SERVICE = (
    "post", "postage", "bank charges", "amazonfee", "samples", "shipping", "freight", "discount",
    "adjust", "运费", "邮费",
)  # fmt: skip
# S may be a size as well as a sample: what the line is called tells.
_SHORT = ("m", "d", "s", "b", "c2", "dot", "cruk", "test")
_CALLED = "manual|discount|sample|adjust|bad debt|carriage|postage|shipping|commission|test"
# What was paid per item: `price_off` is taken off the line, `discount_amount` is off already.
_LINE = (
    "coalesce(price - coalesce(abs(price_off) / nullif(abs(quantity), 0), 0), "
    "amount / nullif(quantity, 0))"
)
# `order_total` has become the share of it that was paid after what was taken off the whole order.
_PAID = f"({_LINE} * coalesce(order_total, 1))"
_OF_ORDER = "OVER (PARTITION BY order_id)"
_VALUE = f"sum(quantity * {_LINE}) {_OF_ORDER}"
# It stands on one line of each order; in an order that is there twice it stands twice.
_TOTAL = f"sum(order_total) {_OF_ORDER}"
_CENT = 0.005
_VOID = (
    "cancelled", "canceled", "voided", "failed", "refunded", "trash", "expired",
    "wc-cancelled", "wc-failed", "wc-refunded", "storniert", "annulée", "cancelado", "已取消",
    "已关闭", "交易关闭", "交易取消", "退款成功", "已退款", "支付失败",
)  # fmt: skip
_PARTLY = ("partially_refunded", "partially refunded", "部分退款")

ORDERS = Source(
    name="orders",
    happened="order_time",
    fields=(
        Field("order_id", "id", (
            "order number", "order no", "invoice no", "invoice", "invoice id", "order",
            "transaction id", "basket id", "name", "increment id", "receipt", "订单id", "订单号",
            "订单编号", "主订单编号", "单号", "发票号",
        ), required=True, empty_ok=False),
        Field("order_time", "time", (
            "order date", "invoice date", "created at", "transaction timestamp", "purchase date",
            "date", "timestamp", "time", "datetime", "paid at", "day", "下单时间", "订单创建时间",
            "订单付款时间", "付款时间", "订单时间", "下单日期", "日期", "时间",
        ), required=True, empty_ok=False),
        Field("product_id", "id", (
            "stock code", "sku", "lineitem sku", "item id", "item sku", "product code", "article",
            "product", "item", "goods id", "asin", "商品id", "商品编号", "商品编码", "商家编码",
            "货号", "商品",
        ), required=True, empty_ok=False),
        Field("customer_id", "id", (
            "customer", "customer no", "user id", "household id", "household key", "member id",
            "client id", "buyer id", "客户id", "会员id", "用户id", "买家id", "买家会员名",
            "客户编号", "会员号",
        )),
        Field("quantity", "count", (
            "qty", "lineitem quantity", "qty ordered", "units", "count", "数量", "购买数量", "件数",
            "销量",
        ), required=True, empty_ok=False),
        Field("price", "number", (
            "unit price", "lineitem price", "item price", "sale price", "price each", "单价",
            "价格", "售价", "成交单价",
        )),
        Field("amount", "number", (
            "line total", "sales value", "total", "line amount", "revenue", "subtotal", "row total",
            "金额", "实付金额", "总金额", "小计", "成交金额",
        )),
        Field("list_price", "number", (
            "original price", "regular price", "lineitem compare at price", "rrp", "原价", "标价",
            "吊牌价",
        )),
        Field("discount", "share", ("discount rate", "discount percent", "折扣", "折扣率")),
        Field("discount_amount", "number", (
            "retail disc", "discount value", "优惠金额", "折扣金额",
        )),
        Field("price_off", "number", ("lineitem discount", "line discount")),
        Field("description", "text", (
            "lineitem name", "product name", "item name", "title", "product title", "商品名称",
            "商品标题", "宝贝标题", "品名",
        )),
        Field("category", "id", (
            "product category", "category name", "department", "类目", "品类", "类别", "分类",
        )),
        Field("brand", "id", ("vendor", "brand name", "品牌")),
        Field("unit_cost", "number", ("cost", "cost price", "cogs", "成本", "成本价", "进价")),
        Field("place", "id", ("store id", "store", "shop", "shop id", "warehouse", "门店", "店铺",
              "门店编号")),
        Field("region", "id", (
            "country", "shipping country", "province", "city", "state", "国家", "地区", "省份",
            "城市", "收货地址",
        )),
        Field("campaign", "id", (
            "campaign id", "coupon", "coupon code", "discount code", "promotion", "优惠券", "活动",
        )),
        Field("channel", "id", ("source", "sales channel", "渠道")),
        Field("status", "text", (
            "order status", "financial status", "payment status", "订单状态", "交易状态",
        )),
        Field("cancelled_at", "text", ("canceled at", "取消时间")),
        Field("order_total", "number"),
        Field("quantity_cancelled", "number", ("qty canceled", "qty cancelled")),
        Field("quantity_refunded", "number", ("qty refunded", "qty returned")),
    ),
    one_of=(("price", "amount"),),
    derived={
        "price": _PAID,
        "quantity": "quantity - coalesce(quantity_cancelled, 0) - coalesce(quantity_refunded, 0)",
        "list_price": f"coalesce(nullif(list_price, 0), "
        "CASE WHEN price_off <> 0 OR order_total < 1 THEN price END, "
        f"{_PAID} / nullif(1 - discount, 0), "
        f"{_PAID} + abs(discount_amount) / nullif(abs(quantity), 0))",
    },
    hidden=(
        "amount", "discount_amount", "price_off", "status", "cancelled_at", "order_total",
        "quantity_cancelled", "quantity_refunded",
    ),
    whole="order_total",
    across={
        "order_total": f"CASE WHEN abs({_TOTAL} - {_VALUE}) < {_CENT} THEN 1 "
        f"ELSE least(1, {_TOTAL} / nullif({_VALUE}, 0)) END",
    } | {
        field: f"coalesce({field}, max({field}) {_OF_ORDER})"
        for field in ("customer_id", "place", "region", "campaign", "channel", "status",
                      "cancelled_at")
    },
    rules=(
        Rule("cancelled", "status",
             f"{among('status', _VOID)} OR cancelled_at IS NOT NULL"),
        Rule("quantity_zero", "quantity", "quantity = 0"),
        Rule("bad_debt", "order_id", "regexp_full_match(order_id, 'A[0-9]+') "
             "AND lower(product_id) = 'b'"),
        Rule("service_code", "product_id", f"{among('product_id', _SERVICE)} OR "
             f"({among('product_id', _SHORT)} "
             f"AND regexp_matches(lower(description), '{_CALLED}'))"),
        Rule("missing", "price", "price IS NULL"),
        Rule("price_not_positive", "price", "price <= 0"),
        Rule("cancellation_unclear", "quantity",
             "regexp_full_match(order_id, 'C[0-9]+') AND quantity > 0"),
    ),
    warnings=(
        Rule("returns", "quantity", "quantity < 0"),
        Rule("partly_refunded", "status", among("status", _PARTLY)),
        Rule("customer_missing", "customer_id", "customer_id IS NULL"),
        Rule("list_below_price", "list_price", "list_price < price"),
    ),
)  # fmt: skip
