"""Visits to the shop's site: one row per visit, with what was seen and whether it ended in a buy.

A visit without some of its figures is still a visit: only what cannot be read is set aside.
"""

from promo.ingest.sources.source import Field, Source

SESSIONS = Source(
    name="sessions",
    happened="time",
    fields=(
        Field("session_id", "id", ("user session", "session", "visit id", "会话id", "访问id")),
        Field("customer_id", "id", ("user id", "visitor id", "visitor", "用户id", "访客id")),
        Field("time", "time", ("session start", "started at", "visit time", "timestamp", "date",
              "时间", "访问时间")),
        Field("administrative_pages", "number", ("administrative", "账户页数")),
        Field("administrative_seconds", "number", ("administrative duration", "账户页时长")),
        Field("information_pages", "number", ("informational", "资讯页数")),
        Field("information_seconds", "number", ("informational duration", "资讯页时长")),
        Field("product_pages", "number", (
            "product related", "page views", "pageviews", "pages", "浏览页数", "商品页数",
            "浏览量",
        )),
        Field("product_seconds", "number", (
            "product related duration", "duration", "session duration", "time on site", "停留时长",
            "访问时长", "商品页时长",
        )),
        Field("bounce_rate", "number", ("bounce rates", "跳出率")),
        Field("exit_rate", "number", ("exit rates", "退出率")),
        Field("page_value", "number", ("page values", "页面价值")),
        Field("special_day", "number", ("closeness to special day", "临近节日")),
        Field("month", "id", ("月份", "月")),
        Field("device", "id", ("operating systems", "operating system", "device type", "设备",
              "操作系统")),
        Field("browser", "id", ("浏览器",)),
        Field("region", "id", ("country", "city", "地区", "城市")),
        Field("channel", "id", ("traffic type", "traffic source", "source", "medium", "渠道",
              "流量来源")),
        Field("visitor_type", "id", ("user type", "访客类型", "新老访客")),
        Field("weekend", "flag", ("is weekend", "周末", "是否周末")),
        Field("purchased", "flag", (
            "revenue", "converted", "conversion", "purchase", "bought", "transaction", "是否购买",
            "是否成交", "转化",
        ), required=True),
    ),
    one_of=(("session_id", "product_pages", "product_seconds", "bounce_rate", "exit_rate"),),
    against=(
        "product id", "item id", "sku", "order id", "event type", "event", "group", "treatment",
        "商品id", "订单号", "行为类型",
    ),
    identity="session_id",
)  # fmt: skip
