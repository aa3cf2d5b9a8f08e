"""Export files of well-known systems, told by their headers: nothing is left to guess.

A preset wins over the recogniser where all of its telling headers are present. It maps exactly the
columns it names: an order export repeats order totals on every line, and a guess would take them
for the line's own.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from promo.ingest.sources.source import plain
from promo.ingest.values.mapping import FileMapping


@dataclass(frozen=True)
class Preset:
    """One export of one system.

    `telling` are headers that no other file has together; `columns` gives each field its header,
    or several of which the first that is there is taken; `options` are the conventions that the
    system is known for.
    """

    name: str
    source: str
    telling: tuple[str, ...]
    columns: Mapping[str, str | tuple[str, ...]]
    options: Mapping[str, str] = field(default_factory=dict)

    def fits(self, header: tuple[str, ...]) -> bool:
        """Whether every telling header is there."""
        return {plain(name) for name in self.telling} <= {plain(name) for name in header}

    def mapping(self, header: tuple[str, ...]) -> FileMapping:
        """What the columns mean."""
        known = {plain(name): name for name in reversed(header) if name}
        found = {}
        for canonical, names in self.columns.items():
            choices = (names,) if isinstance(names, str) else names
            there = [known[plain(name)] for name in choices if plain(name) in known]
            if there:
                found[canonical] = there[0]
        return FileMapping(self.source, found, self.options)


PRESETS = (
    Preset(
        "shopify_orders",
        "orders",
        (
            "Name",
            "Financial Status",
            "Subtotal",
            "Lineitem quantity",
            "Lineitem price",
            "Lineitem sku",
        ),
        {
            "order_id": "Name",
            "order_time": "Created at",  # on every line; `Paid at` only on an order's first
            "product_id": "Lineitem sku",
            "customer_id": ("Customer ID", "Email"),
            "quantity": "Lineitem quantity",
            "price": "Lineitem price",
            "price_off": "Lineitem discount",
            "list_price": "Lineitem compare at price",
            "description": "Lineitem name",
            "brand": "Vendor",
            "region": "Shipping Country",
            "campaign": "Discount Code",
            "channel": "Source",
            "status": "Financial Status",
            "cancelled_at": "Cancelled at",
            "order_total": "Subtotal",  # of the lines after every discount, before shipping
        },
    ),
    Preset(
        "shopify_products",
        "products",
        ("Handle", "Variant SKU", "Variant Price"),
        {
            "product_id": "Variant SKU",
            "name": "Title",
            "category": ("Product Category", "Type"),
            "subcategory": "Type",
            "brand": "Vendor",
            "list_price": "Variant Price",
            "unit_cost": "Cost per item",
            "stock": "Variant Inventory Qty",
        },
    ),
    Preset(
        "woocommerce_orders",
        "orders",
        ("Order Number", "Order Date", "Item Cost"),
        {
            "order_id": "Order Number",
            "order_time": "Order Date",
            "product_id": ("SKU", "Item #", "Item Name"),
            "customer_id": ("Customer User ID", "Customer ID", "Email (Billing)"),
            "quantity": ("Quantity", "Quantity (- Refund)"),
            "price": "Item Cost",
            "description": ("Item Name", "Product Name", "Name"),
            "region": ("Country Code (Shipping)", "Country Code (Billing)"),
            "campaign": ("Coupon Code", "Coupons Used"),
            "status": "Order Status",
        },
        {"guest": "0"},
    ),
    Preset(
        "woocommerce_products",
        "products",
        ("SKU", "Regular price", "In stock?", "Visibility in catalog"),
        {
            "product_id": "SKU",
            "name": "Name",
            "category": "Categories",
            "brand": "Brands",
            "list_price": "Regular price",
            "unit_cost": ("Cost of goods", "Meta: _wc_cog_cost"),
            "stock": "Stock",
            "substitutes": "Upsells",
            "complements": "Cross-sells",
        },
    ),
    Preset(
        "magento_items",
        "orders",
        ("sku", "qty_ordered", "row_total"),
        {
            "order_id": ("increment_id", "order_id"),
            "order_time": "created_at",
            "product_id": "sku",
            "customer_id": ("customer_id", "customer_email"),
            "quantity": "qty_ordered",
            "price": "price",
            "price_off": "discount_amount",
            "list_price": "original_price",
            "description": "name",
            "unit_cost": ("base_cost", "cost"),
            "place": "store_id",
            "campaign": "coupon_code",
            "status": ("status", "order_status"),
            "quantity_cancelled": "qty_canceled",
            "quantity_refunded": "qty_refunded",
        },
    ),
    Preset(
        "ga4_events",
        "events",
        ("event_timestamp", "event_name", "user_pseudo_id"),
        {
            "event_time": "event_timestamp",
            "event_type": "event_name",
            "product_id": ("item_id", "items.item_id", "items_item_id"),
            "customer_id": "user_id",  # empty until somebody signs in
            "pseudo_id": "user_pseudo_id",
            "session_id": "ga_session_id",
            "category": ("item_category", "items.item_category"),
            "brand": ("item_brand", "items.item_brand"),
            "price": ("price", "items.price", "item_price"),
            "quantity": ("quantity", "items.quantity"),
            "campaign": ("coupon", "promotion_id", "campaign"),
            "region": ("geo.country", "geo_country", "country"),
            "text": "search_term",
            "order_id": ("transaction_id", "ecommerce.transaction_id"),
            "channel": ("device.category", "device_category", "platform"),
        },
        {"epoch": "microseconds"},
    ),
    Preset(
        "taobao_events",
        "events",
        ("user_id", "item_id", "behavior_type", "item_category"),
        {
            "event_time": ("time", "timestamp"),
            "event_type": "behavior_type",
            "product_id": "item_id",
            "customer_id": "user_id",
            "category": "item_category",
            "region": "user_geohash",
        },
        {"codes": "taobao"},
    ),
    Preset(
        "alibaba_orders",
        "orders",
        ("订单编号", "买家会员名", "宝贝标题", "宝贝总数量"),
        {
            "order_id": "订单编号",
            "order_time": ("订单创建时间", "订单付款时间"),
            "product_id": "宝贝标题",
            "customer_id": "买家会员名",
            "quantity": "宝贝总数量",
            "amount": ("买家实际支付金额", "买家实付金额"),
            "place": "店铺名称",
            "status": "订单状态",
        },
    ),
    Preset(
        "retailrocket_events",
        "events",
        ("timestamp", "visitorid", "event", "itemid", "transactionid"),
        {
            "event_time": "timestamp",
            "event_type": "event",
            "product_id": "itemid",
            "customer_id": "visitorid",
            "order_id": "transactionid",
        },
        {"epoch": "milliseconds"},
    ),
    Preset(
        "rees46_events",
        "events",
        ("event_time", "event_type", "product_id", "user_session"),
        {
            "event_time": "event_time",
            "event_type": "event_type",
            "product_id": "product_id",
            "customer_id": "user_id",
            "session_id": "user_session",
            "category": "category_code",
            "category_id": "category_id",
            "brand": "brand",
            "price": "price",
        },
    ),
)
"""Every export that is known; the first that fits is taken."""

EVENT_CODES: Mapping[str, Mapping[str, str]] = {
    "taobao": {"1": "view", "2": "wish", "3": "cart", "4": "purchase"},
    "tmall": {"0": "view", "1": "cart", "2": "purchase", "3": "wish"},
}
"""What the numbers for kinds of events stand for; the same number differs between systems."""


def preset_of(header: tuple[str, ...]) -> Preset | None:
    """The known export that a header belongs to."""
    return next((preset for preset in PRESETS if preset.fits(header)), None)
