"""What the simulated shop sells and what its customers write: names, sizes, words."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Shelf:
    """One category: its code, its price level, and the names its products are made from."""

    code: str
    price_level: float  # times the shop's median price
    nouns: tuple[str, ...]
    sizes: tuple[str, ...]
    query: tuple[str, str]  # what customers search for, English and Chinese


SHELVES: Mapping[str, Shelf] = {
    "Tea": Shelf(
        "TEA", 1.1,
        ("Longjing Green Tea 龙井", "Assam Breakfast Tea", "Earl Grey", "Jasmine Pearls 茉莉龙珠",
         "Da Hong Pao Oolong 大红袍", "Rooibos Vanilla", "Sencha", "Aged Pu-erh 普洱"),
        ("100 g", "200 g", "50 bags"), ("green tea", "绿茶"),
    ),
    "Coffee": Shelf(
        "COF", 1.4,
        ("Espresso Roast", "Ethiopia Yirgacheffe", "Colombia Huila", "Yunnan Arabica 云南小粒",
         "House Blend", "Decaf Swiss Water", "Cold Brew Blend", "Sumatra Mandheling"),
        ("250 g", "500 g", "1 kg"), ("coffee beans", "咖啡豆"),
    ),
    "Chocolate": Shelf(
        "CHO", 0.6,
        ("Dark Chocolate 70 %", "Milk Chocolate Hazelnut", "Sea Salt Caramel Bar",
         "Orange Dark Chocolate", "Drinking Chocolate", "Cocoa Nibs", "White Matcha Chocolate",
         "Truffle Selection"),
        ("100 g", "180 g", "300 g"), ("dark chocolate", "黑巧克力"),
    ),
    "Biscuits": Shelf(
        "BIS", 0.5,
        ("Butter Shortbread", "Oat Biscuits", "Almond Cantuccini", "Ginger Thins",
         "Sesame Crackers", "Pineapple Cakes 凤梨酥", "Wholegrain Crackers",
         "Chocolate Chip Cookies"),
        ("150 g", "200 g", "400 g"), ("biscuits", "饼干"),
    ),
    "Honey & Jam": Shelf(
        "HON", 0.9,
        ("Acacia Honey", "Wildflower Honey", "Raspberry Jam", "Bitter Orange Marmalade",
         "Fig Preserve", "Lemon Curd", "Chestnut Honey", "Plum Jam"),
        ("250 g", "350 g", "500 g"), ("honey", "蜂蜜"),
    ),
    "Pasta & Rice": Shelf(
        "PAS", 0.5,
        ("Bronze-Cut Spaghetti", "Penne Rigate", "Arborio Rice", "Jasmine Rice", "Soba Noodles",
         "Wholewheat Fusilli", "Basmati Rice", "Rice Vermicelli 米粉"),
        ("500 g", "1 kg", "2 kg"), ("noodles", "面条"),
    ),
    "Oil & Vinegar": Shelf(
        "OIL", 1.5,
        ("Extra Virgin Olive Oil", "Cold-Pressed Rapeseed Oil", "Toasted Sesame Oil",
         "Balsamic Vinegar", "Chinkiang Vinegar 镇江香醋", "Chilli Oil", "Avocado Oil",
         "Apple Cider Vinegar"),
        ("250 ml", "500 ml", "1 l"), ("olive oil", "橄榄油"),
    ),
    "Nuts & Fruit": Shelf(
        "NUT", 0.8,
        ("Roasted Almonds", "Cashews Sea Salt", "Walnut Halves", "Trail Mix", "Dried Mango",
         "Medjool Dates", "Pistachios", "Goji Berries 枸杞"),
        ("150 g", "250 g", "500 g"), ("mixed nuts", "坚果"),
    ),
    "Spices": Shelf(
        "SPI", 0.4,
        ("Smoked Paprika", "Sichuan Pepper 花椒", "Ceylon Cinnamon", "Garam Masala",
         "Black Peppercorns", "Turmeric", "Star Anise 八角", "Vanilla Pods"),
        ("40 g", "80 g", "150 g"), ("spices", "香料"),
    ),
    "Gifts": Shelf(
        "GIF", 3.0,
        ("Tea Tasting Box", "Coffee Starter Set", "Chocolate Gift Tin", "Breakfast Hamper",
         "Mooncake Box 月饼", "Ceramic Teapot", "Pour-Over Kit", "Bamboo Tea Tray 茶盘"),
        ("small", "medium", "large"), ("gift box", "礼盒"),
    ),
}  # fmt: skip

BRANDS = (
    "Harbour & Vale", "Blue Crane", "Old Mill", "Lotus Lane", "Northfield", "Casa Verde",
    "Mori", "Sunda",
)  # fmt: skip

REGIONS = ("North", "East", "South", "West", "Online only")
AGE_BANDS = ("18-24", "25-34", "35-44", "45-54", "55-64", "65+")
GENDERS = ("female", "male", "undisclosed")

PRAISE = {
    "en": ("Lovely {thing}, will buy again.", "Exactly as described, fresh and well packed.",
           "Arrived fast. The {thing} is excellent value.", "Best {thing} I have had in years!",
           "My family finished it in two days. Delicious.", "Great quality, beautiful packaging."),
    "zh": ("{thing}很好，会回购。", "包装精美，味道很新鲜，非常满意。",
           "物流很快，性价比高，推荐！", "家人都喜欢，已经买了第三次。", "品质很好，和描述一致。",
           "口感香浓，强烈推荐。"),
}  # fmt: skip
SHRUGS = {
    "en": ("It is fine, nothing special.", "Decent {thing}, but a little expensive.",
           "Taste is okay, delivery took a week.", "Average. I expected a bit more."),
    "zh": ("一般般，没有特别的感觉。", "味道还可以，就是有点贵。",
           "还行吧，物流有点慢。", "中规中矩，比预期差一点。"),
}  # fmt: skip
COMPLAINTS = {
    "en": ("The {thing} was stale and the bag was torn.", "Very disappointed, not worth the price.",
           "Arrived broken, and customer service never answered.", "Bitter taste. I want a refund.",
           "Late delivery and the wrong item in the box."),
    "zh": ("不新鲜，包装也破了，很失望。", "太难吃了，不值这个价，要求退款。",
           "客服一直不回复，体验很差。", "发错货了，物流还特别慢。", "味道发苦，不会再买。"),
}  # fmt: skip


def words(rating: int, language: str) -> tuple[str, ...]:
    """The sentences that go with a rating of 1 to 5 in `language` (en or zh)."""
    said = COMPLAINTS if rating <= 2 else SHRUGS if rating == 3 else PRAISE
    return said[language]


def product_name(shelf: Shelf, number: int) -> tuple[str, str]:
    """Name and brand of the `number`-th product of a shelf; no two are the same.

    >>> product_name(SHELVES["Tea"], 1)
    ('Assam Breakfast Tea, 200 g', 'Blue Crane')
    """
    nouns, sizes = len(shelf.nouns), len(shelf.sizes)
    noun, turn = number % nouns, number // nouns
    brand = BRANDS[(noun + turn) % len(BRANDS)]
    size = shelf.sizes[(noun + turn // len(BRANDS)) % sizes]
    name = f"{shelf.nouns[noun]}, {size}"
    full = name if turn == 0 else f"{brand} {name}"
    series = turn // (len(BRANDS) * sizes)
    return (full if series == 0 else f"{full}, No. {series + 1}"), brand
