"""Shops, centres or regions: one row per place, with what sets it apart."""

from promo.ingest.sources.source import Field, Rule, Source

PLACES = Source(
    name="places",
    fields=(
        Field("place", "id", (
            "center id", "centre id", "store id", "shop id", "store", "shop", "location id",
            "location", "warehouse id", "outlet id", "门店id", "门店编号", "门店", "店铺", "仓库id",
            "filiale", "magasin", "tienda",
        ), required=True, empty_ok=False),
        Field("name", "text", ("store name", "shop name", "center name", "门店名称", "店铺名称")),
        Field("region", "id", ("region code", "region id", "state", "province", "country", "market",
              "market id", "地区", "省份", "大区", "区域")),
        Field("city", "id", ("city code", "city name", "town", "城市", "ville", "ciudad", "stadt")),
        Field("place_type", "id", (
            "center type", "store type", "type", "format", "store format", "shop type",
            "门店类型", "类型", "业态",
        )),
        Field("area", "number", (
            "op area", "size", "store size", "sales area", "square metres", "sqm", "store area",
            "面积", "营业面积", "服务范围", "fläche", "surface",
        )),
        Field("cluster", "id", ("group", "segment", "market size", "tier", "等级", "分组")),
        Field("age", "number", ("age of store", "store age", "开业年限")),
        Field("opened", "time", ("opening date", "open date", "开业日期", "开业时间")),
    ),
    one_of=(("region", "city", "place_type", "area", "cluster"),),
    rules=(Rule("area_negative", "area", "area < 0"),),
    against=(
        "product id", "item id", "meal id", "sku", "order id", "customer id", "user id", "week",
        "date", "event type", "units", "sales", "promotion", "商品id", "订单号", "用户id", "日期",
        "周", "销量",
    ),
    key=("place",),
)  # fmt: skip
