"""Campaigns: one row per campaign, with its mechanic and its days."""

from promo.ingest.sources.source import Field, Rule, Source

CAMPAIGNS = Source(
    name="campaigns",
    fields=(
        Field("campaign_id", "id", (
            "campaign", "campaign no", "promotion id", "promo id", "promotion", "id", "活动id",
            "活动编号", "活动", "促销编号", "kampagne", "campagne", "campaña",
        ), required=True, empty_ok=False),
        Field("campaign_name", "text", ("name", "title", "campaign title", "promotion name",
              "活动名称", "名称")),
        Field("campaign_type", "id", ("type", "promotion type", "kind", "活动类型", "类型")),
        Field("mechanic", "id", (
            "promotion mechanic", "offer", "offer type", "discount type", "玩法", "优惠方式",
            "促销方式", "活动玩法",
        )),
        Field("start_date", "time", (
            "start", "start time", "starts", "starts at", "start day", "from", "valid from",
            "date from", "begin", "begin date", "开始时间", "开始日期", "开始", "startdatum",
            "date début", "fecha inicio",
        )),
        Field("end_date", "time", (
            "end", "end time", "ends", "ends at", "end day", "to", "until", "valid to", "date to",
            "结束时间", "结束日期", "结束", "enddatum", "date fin", "fecha fin",
        )),
        Field("discount", "share", ("discount rate", "discount percent", "折扣", "折扣率")),
        Field("budget", "number", ("campaign budget", "预算", "活动预算")),
        Field("cost", "number", ("spend", "campaign cost", "花费", "费用", "成本")),
        Field("channel", "id", ("medium", "source", "渠道")),
    ),
    one_of=(("start_date", "campaign_type", "mechanic"),),
    rules=(Rule("ends_before_start", "end_date", "end_date < start_date"),),
    against=(
        "customer id", "user id", "household id", "order id", "product id", "sku", "coupon id",
        "coupon upc", "group", "conversion", "用户id", "客户id", "订单号", "商品id",
    ),
    key=("campaign_id",),
)  # fmt: skip
