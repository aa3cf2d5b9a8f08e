"""Audiences: one row per campaign and customer who was addressed."""

from promo.ingest.sources.source import Field, Source

AUDIENCE = Source(
    name="audience",
    fields=(
        Field("campaign_id", "id", (
            "campaign", "campaign no", "promotion id", "promo id", "活动id", "活动编号", "活动",
        ), required=True, empty_ok=False),
        Field("customer_id", "id", (
            "household id", "household key", "user id", "customer", "member id", "client id",
            "buyer id", "recipient", "用户id", "客户id", "会员id", "买家id", "用户", "会员号",
        ), required=True, empty_ok=False),
        Field("group", "id", ("arm", "treatment", "variant", "test group", "cell", "分组", "组别",
              "实验组")),
        Field("coupon_id", "id", ("coupon", "coupon code", "code", "优惠券", "优惠券码", "券码")),
        Field("channel", "id", ("medium", "渠道")),
        Field("sent_at", "time", ("sent", "send time", "sent date", "发送时间", "发送日期",
              "触达时间")),
    ),
    against=(
        "redemption date", "redeemed at", "order id", "product id", "event type", "event",
        "conversion", "converted", "visit", "spend", "outcome", "revenue", "核销时间", "使用时间",
        "订单号", "商品id", "转化",
    ),
    key=("campaign_id", "customer_id"),
)  # fmt: skip
