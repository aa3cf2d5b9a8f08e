"""Reviews: one row per text, star rating or label that a customer left.

Two people may well write the same, so equal rows without a number of the review are kept.
"""

from promo.ingest.sources.source import Field, Rule, Source

REVIEWS = Source(
    name="reviews",
    happened="review_time",
    fields=(
        Field("review_id", "id", ("comment id", "评论id", "评价id")),
        Field("text", "text", (
            "review text", "review", "review body", "review content", "comment", "comments",
            "content", "body", "feedback", "评论内容", "评价内容", "评论", "评价", "内容",
            "bewertungstext", "commentaire", "avis", "comentario", "reseña",
        ), required=True),
        Field("rating", "number", (
            "stars", "star rating", "score", "review score", "overall", "rate", "评分", "星级",
            "打分", "bewertung", "sterne", "note", "puntuación", "valoración",
        )),
        Field("label", "id", ("sentiment", "polarity", "class", "标签", "情感", "情感倾向")),
        Field("title", "text", ("review title", "review headline", "headline", "summary", "标题")),
        Field("product_id", "id", (
            "clothing id", "item id", "sku", "asin", "product", "item", "商品id", "商品编号",
            "商品", "货号",
        )),
        Field("category", "id", (
            "class name", "cat", "product category", "category name", "类目", "品类", "类别",
            "分类", "department name", "department",
        )),
        Field("customer_id", "id", (
            "user id", "reviewer id", "customer", "user", "author", "reviewer", "用户id", "客户id",
            "会员id", "用户",
        )),
        Field("review_time", "time", (
            "review date", "time", "date", "created at", "timestamp", "reviewed at", "评论时间",
            "评价时间", "时间", "日期",
        )),
        Field("recommended", "flag", ("recommended ind", "recommend", "would recommend",
              "是否推荐", "推荐")),
        Field("helpful", "number", (
            "positive feedback count", "helpful votes", "helpful count", "likes", "有用数",
            "点赞数",
        )),
        Field("age", "text", ("reviewer age", "年龄")),
        Field("order_id", "id", ("order", "订单号", "订单编号")),
    ),
    one_of=(("rating", "label", "product_id", "category", "review_time"),),
    rules=(Rule("missing", "text", "text IS NULL AND rating IS NULL AND label IS NULL"),),
    warnings=(Rule("text_missing", "text", "text IS NULL"),),
    against=("event type", "session id", "quantity", "行为类型", "数量"),
    identity="review_id",
    usual=("rating|label",),
)  # fmt: skip
