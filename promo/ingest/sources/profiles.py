"""Wide customer rows: one row per customer, with lists of what was bought, seen or searched."""

from promo.ingest.sources.source import Field, Rule, Source

PROFILES = Source(
    name="profiles",
    fields=(
        Field("customer_id", "id", (
            "user id", "customer", "customer no", "member id", "client id", "buyer id", "user",
            "id", "用户id", "客户id", "会员id", "买家id", "用户编号", "客户编号", "会员号", "用户",
            "kundennummer", "id client", "id cliente",
        ), required=True, empty_ok=False),
        Field("age", "text", ("age group", "age range", "age band", "年龄", "年龄段", "alter",
              "edad")),
        Field("gender", "id", ("sex", "性别", "geschlecht", "sexe", "sexo")),
        Field("region", "id", (
            "location", "country", "province", "city", "state", "地区", "省份", "城市", "国家",
            "所在地", "land", "ville", "ciudad",
        )),
        Field("consent", "flag", ("accepts marketing", "opt in", "newsletter", "同意营销", "同意")),
        Field("income", "text", ("income group", "annual income", "收入")),
        Field("purchase_history", "list", (
            "purchases", "purchased items", "purchased products", "bought", "order history",
            "past purchases", "items bought", "购买历史", "购买记录", "购买商品", "已购商品",
        )),
        Field("browse_history", "list", (
            "browsing history", "browsed items", "browsed products", "view history", "viewed",
            "viewed products", "viewed items", "views", "浏览历史", "浏览记录", "浏览商品",
        )),
        Field("search_history", "list", (
            "searches", "search terms", "search words", "queries", "搜索历史", "搜索记录",
            "搜索词", "搜索关键词",
        )),
        Field("interests", "list", (
            "interest tags", "tags", "favourite categories", "favorite categories", "preferences",
            "兴趣", "兴趣标签", "偏好", "偏好品类", "标签",
        )),
        Field("spend", "number", (
            "total spend", "total spent", "lifetime value", "amount", "消费金额", "累计消费",
            "消费总额",
        )),
        Field("joined", "time", (
            "joined at", "created at", "registered", "registration date", "signup date",
            "注册时间", "注册日期",
        )),
    ),
    one_of=(("purchase_history", "browse_history", "search_history", "interests"),),
    rules=(Rule("age_impossible", "age", "try_cast(age AS DOUBLE) NOT BETWEEN 0 AND 120"),),
    warnings=(Rule("consent_missing", "consent", "consent IS NULL"),),
    against=("order id", "event type", "event time", "订单号", "行为类型"),
    key=("customer_id",),
)  # fmt: skip
