"""Customer attributes: one row per customer."""

from promo.ingest.sources.source import Field, Rule, Source

USER_LIST = Source(
    name="users",
    fields=(
        Field("customer_id", "id", (
            "user id", "customer", "customer no", "household id", "household key", "member id",
            "client id", "buyer id", "用户id", "客户id", "会员id", "买家id", "客户编号", "会员号",
        ), required=True, empty_ok=False),
        Field("age", "text", ("age group", "age range", "age band", "age desc", "年龄", "年龄段")),
        Field("gender", "id", ("sex", "性别")),
        Field("region", "id", (
            "country", "province", "city", "state", "zip", "地区", "省份", "城市", "国家",
        )),
        Field("consent", "flag", (
            "accepts marketing", "accepts email marketing", "opt in", "optin", "newsletter",
            "marketing consent", "同意", "同意营销", "接受营销", "授权",
        )),
        Field("income", "text", ("income group", "income desc", "收入")),
        Field("joined", "time", (
            "joined at", "created at", "registered", "registration date", "signup date",
            "注册时间", "注册日期",
        )),
    ),
    one_of=(("age", "gender", "region", "consent", "income"),),
    rules=(Rule("age_impossible", "age", "try_cast(age AS DOUBLE) NOT BETWEEN 0 AND 120"),),
    warnings=(Rule("consent_missing", "consent", "consent IS NULL"),),
    against=(
        "order id", "order no", "invoice no", "product id", "sku", "stock code", "event type",
        "event time", "订单号", "商品id",
    ),
    key=("customer_id",),
)  # fmt: skip
