"""Logged recommendations: one row per product shown, with the click and the odds of showing it."""

from promo.ingest.sources.source import Field, Rule, Source

EXPOSURES = Source(
    name="exposures",
    happened="time",
    fields=(
        Field("time", "time", ("timestamp", "shown at", "event time", "datetime", "date", "时间",
              "曝光时间", "时间戳")),
        Field("product_id", "id", (
            "item id", "item", "product", "sku", "action", "arm", "ad id", "商品id", "商品编号",
            "商品",
        ), required=True, empty_ok=False),
        Field("customer_id", "id", ("user id", "visitor id", "user", "customer", "用户id",
              "客户id", "用户")),
        Field("click", "tally", (
            "clicked", "is click", "reward", "feedback", "点击", "是否点击",
        ), required=True, empty_ok=False),
        Field("propensity", "number", (
            "propensity score", "pscore", "action prob", "action probability", "probability",
            "倾向", "倾向得分", "展示概率",
        ), required=True, empty_ok=False),
        Field("position", "number", ("slot", "rank", "位置", "展示位置", "坑位")),
        Field("policy", "id", ("behaviour policy", "behavior policy", "algorithm", "策略", "算法")),
        Field("campaign_id", "id", ("campaign", "活动id", "活动")),
    ),
    rules=(
        Rule("propensity_impossible", "propensity", "NOT (propensity > 0 AND propensity <= 1)"),
        Rule("outcome_negative", "click", "click < 0"),
    ),
    identity="time",
)  # fmt: skip
