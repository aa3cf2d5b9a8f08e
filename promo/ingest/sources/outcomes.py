"""Campaign outcomes: one row per customer, or place and week, with its group and what came of it.

Without a customer key equal rows are different people: they are never taken for repeats.
"""

from promo.ingest.sources.source import Field, Rule, Source

OUTCOMES = Source(
    name="outcomes",
    fields=(
        Field("customer_id", "id", (
            "user id", "household id", "customer", "user", "member id", "client id", "用户id",
            "客户id", "会员id", "用户", "会员号",
        )),
        Field("place", "id", (
            "location id", "store id", "store", "shop", "center id", "location", "门店", "门店id",
            "店铺", "门店编号",
        )),
        Field("group", "id", (
            "test group", "treatment", "arm", "variant", "variation", "experiment group", "cell",
            "segment", "promotion", "treated", "bucket", "分组", "实验组", "实验分组", "组别",
            "gruppe", "groupe", "grupo",
        ), required=True, empty_ok=False),
        Field("campaign_id", "id", ("campaign", "experiment", "活动id", "活动编号", "活动")),
        Field("week", "week", ("week no", "week number", "date", "day", "周", "周次", "日期")),
        Field("visit", "tally", ("visited", "visits", "opened", "clicked", "访问", "是否访问",
              "进店")),
        Field("conversion", "tally", (
            "converted", "purchase", "purchased", "bought", "is converted", "转化", "是否转化",
            "是否购买", "购买",
        )),
        Field("spend", "number", ("revenue", "amount", "total spend", "sales value", "gmv",
              "消费金额", "金额", "成交金额")),
        Field("outcome", "number", (
            "sales in thousands", "sales", "response", "result", "y", "metric", "kpi", "结果",
            "销售额", "销量",
        )),
        Field("prior_spend", "number", ("history", "pre spend", "pre period spend", "past spend",
              "活动前消费", "历史消费")),
        Field("recency", "number", ("months since purchase", "days since purchase",
              "距上次购买天数")),
        Field("new_customer", "flag", ("newbie", "is new", "新客", "是否新客")),
        Field("region", "id", ("zip code", "market id", "market", "city", "地区", "城市", "市场")),
        Field("channel", "id", ("medium", "渠道")),
        Field("age", "text", ("年龄", "age group")),
        Field("gender", "id", ("sex", "性别")),
    ),
    one_of=(("visit", "conversion", "spend", "outcome"),),
    rules=(
        Rule("outcome_negative", "visit", "visit < 0"),
        Rule("outcome_negative", "conversion", "conversion < 0"),
    ),
    warnings=(Rule("outcome_missing", "group",
              "visit IS NULL AND conversion IS NULL AND spend IS NULL AND outcome IS NULL"),),
    against=(
        "product id", "sku", "item id", "order id", "event type", "units", "quantity", "price",
        "propensity", "propensity score", "商品id", "订单号", "单价", "行为类型",
    ),
    identity="customer_id",
)  # fmt: skip
