"""Redemptions: one row per coupon that a customer used."""

from promo.ingest.sources.source import Field, Source

REDEMPTIONS = Source(
    name="redemptions",
    happened="redeemed_at",
    fields=(
        Field("coupon_id", "id", (
            "coupon upc", "coupon", "coupon code", "voucher", "voucher code", "code",
            "discount code", "优惠券id", "优惠券编号", "优惠券", "券码", "优惠码",
        ), required=True, empty_ok=False),
        Field("customer_id", "id", (
            "household id", "household key", "user id", "customer", "member id", "client id",
            "buyer id", "用户id", "客户id", "会员id", "买家id", "用户", "会员号",
        )),
        Field("redeemed_at", "time", (
            "redemption date", "redemption time", "redeemed", "redeemed on", "used at",
            "date used", "use date", "date", "time", "核销时间", "核销日期", "使用时间", "使用日期",
            "日期", "时间",
        ), required=True, empty_ok=False),
        Field("campaign_id", "id", ("campaign", "campaign no", "promotion id", "campaign name",
              "活动id", "活动编号", "活动", "活动名称")),
        Field("order_id", "id", ("order", "basket id", "transaction id", "订单号", "订单编号")),
        Field("product_id", "id", ("sku", "item id", "product", "商品id", "商品编号", "商品")),
        Field("value", "number", (
            "coupon value", "discount amount", "amount", "amount off", "优惠金额", "抵扣金额",
        )),
    ),
    one_of=(("customer_id", "order_id"),),
    against=("quantity", "unit price", "event type", "数量", "单价", "行为类型"),
)  # fmt: skip
