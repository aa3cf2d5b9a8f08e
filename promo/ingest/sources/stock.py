"""Stock levels: one row per product, place and moment of counting."""

from promo.ingest.sources.source import Field, Rule, Source

STOCK = Source(
    name="stock",
    fields=(
        Field("product_id", "id", (
            "sku", "item id", "product", "item", "article", "stock code", "upc", "variant sku",
            "商品id", "商品编号", "商品编码", "商品", "货号", "artikelnummer", "référence",
        ), required=True, empty_ok=False),
        Field("time", "time", (
            "date", "stock date", "snapshot date", "as of", "counted at", "timestamp", "day",
            "datetime", "week", "日期", "盘点日期", "时间", "库存日期", "datum", "fecha",
        ), required=True, empty_ok=False),
        Field("stock", "number", (
            "stock on hand", "on hand", "stock level", "inventory", "inventory level",
            "closing stock", "available quantity", "qty on hand", "quantity on hand", "库存",
            "库存数量", "现货", "期末库存", "可用库存", "bestand", "lagerbestand", "existencias",
        ), required=True, empty_ok=False),
        Field("place", "id", (
            "store id", "store", "shop", "warehouse", "warehouse id", "location", "location id",
            "center id", "仓库", "门店", "店铺", "仓库id", "lager", "entrepôt", "almacén",
        )),
        Field("on_order", "number", ("in transit", "ordered", "incoming", "units ordered", "在途",
              "在途库存", "采购在途")),
        Field("reserved", "number", ("committed", "allocated", "占用库存", "锁定库存", "预留")),
        Field("unit_cost", "number", ("cost", "cost price", "成本", "成本价")),
    ),
    rules=(Rule("stock_negative", "stock", "stock < 0"),),
    against=("order id", "customer id", "event type", "订单号", "客户id", "用户id"),
    key=("product_id", "place", "time"),
)  # fmt: skip
