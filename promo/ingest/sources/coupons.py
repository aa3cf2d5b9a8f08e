"""Coupons: one row per coupon, or per coupon and product or campaign it is good for."""

from promo.ingest.sources.source import Field, Rule, Source

COUPONS = Source(
    name="coupons",
    fields=(
        Field("coupon_id", "id", (
            "coupon upc", "coupon", "coupon code", "voucher", "voucher code", "code",
            "discount code", "优惠券id", "优惠券编号", "优惠券", "券码", "优惠码", "gutschein",
            "gutscheincode", "code promo", "cupón",
        ), required=True, empty_ok=False),
        Field("product_id", "id", (
            "sku", "item id", "product", "item", "stock code", "upc", "商品id", "商品编号", "商品",
            "货号",
        )),
        Field("category", "id", ("product category", "类目", "品类", "类别", "分类")),
        Field("campaign_id", "id", (
            "campaign", "campaign no", "promotion id", "活动id", "活动编号", "活动",
        )),
        Field("discount", "share", ("discount rate", "discount percent", "折扣", "折扣率")),
        Field("value", "number", (
            "coupon value", "face value", "discount value", "discount amount", "amount off",
            "coupon amount", "面额", "面值", "优惠金额", "减免金额",
        )),
        Field("min_spend", "number", (
            "minimum spend", "minimum amount", "threshold", "minimum order", "使用门槛", "门槛",
            "满减门槛", "最低消费",
        )),
        Field("start_date", "time", ("start", "valid from", "starts at", "开始时间", "生效时间",
              "开始日期")),
        Field("end_date", "time", (
            "end", "valid to", "expires", "expiry date", "date expires", "ends at", "结束时间",
            "失效时间", "过期时间", "结束日期",
        )),
        Field("usage_limit", "number", ("limit", "max uses", "发行量", "发放数量", "限量")),
    ),
    one_of=(("product_id", "campaign_id", "discount", "value", "category"),),
    rules=(Rule("ends_before_start", "end_date", "end_date < start_date"),),
    against=(
        "customer id", "household id", "user id", "order id", "redemption date", "redeemed at",
        "event type", "用户id", "客户id", "会员id", "订单号", "核销时间", "使用时间",
    ),
)  # fmt: skip
