"""Every kind of file is recognised by its header, in English and Chinese, and mapped in full."""

import pytest

from promo.errors import BadRequest
from promo.ingest import SOURCES, FileMapping, inspect
from promo.ingest.sources import source
from promo.ingest.sources.vocabulary import meaning
from promo.words import LANGUAGES, catalogue

HEADERS = {
    "rees46": (
        "events",
        "event_time,event_type,product_id,category_id,category_code,brand,price,user_id,"
        "user_session",
        9,
    ),
    "retail rocket": ("events", "timestamp,visitorid,event,itemid,transactionid", 5),
    "taobao": ("events", "用户ID,商品ID,商品类目ID,行为类型,时间戳", 5),
    "uci online retail": (
        "orders",
        "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country",
        8,
    ),
    "shop export": ("orders", "Order ID,Order Date,SKU,Customer ID,Qty,Unit Price", 6),
    "tmall": ("orders", "订单编号,下单时间,商品编号,会员ID,购买数量,单价", 6),
    "a till in Chinese": ("orders", "订单号,用户ID,商品,数量,单价,下单时间,折扣率", 7),
    "genpact": (
        "panel",
        "id,week,center_id,meal_id,checkout_price,base_price,emailer_for_promotion,"
        "homepage_featured,num_orders",
        8,
    ),
    "chinese panel": ("panel", "周,门店,商品编号,销量,价格,原价", 6),
    "meals": ("products", "meal_id,category,cuisine", 3),
    "chinese products": ("products", "商品编号,商品名称,品类,成本,库存", 5),
    "wide profiles": (
        "profiles",
        "user_id,age,gender,region,purchase_history,browse_history",
        6,
    ),
    "chinese profiles": ("profiles", "用户ID,年龄,性别,地区,购买历史,浏览历史,搜索历史", 7),
    "purchases by category": ("category_log", "time,category,purchase", 3),
    "chinese purchases by category": ("category_log", "时间,品类,是否购买", 3),
    "german purchases by category": ("category_log", "Datum,Kategorie,gekauft", 3),
    "campaign list": ("campaigns", "campaign_id,campaign_type,start_date,end_date", 4),
    "chinese campaigns": ("campaigns", "活动编号,活动名称,玩法,开始时间,结束时间,预算", 6),
    "campaign audience": ("audience", "campaign_id,household_id", 2),
    "chinese audience": ("audience", "活动ID,会员ID,分组", 3),
    "coupons of products": ("coupons", "coupon_upc,product_id,campaign_id", 3),
    "chinese coupons": ("coupons", "优惠券编号,面额,使用门槛,开始时间,结束时间", 5),
    "coupon redemptions": (
        "redemptions",
        "household_id,coupon_upc,campaign_id,redemption_date",
        4,
    ),
    "chinese redemptions": ("redemptions", "会员ID,券码,核销时间,订单号,优惠金额", 5),
    "campaign result": ("outcomes", "customer_id,group,visit,conversion,spend", 5),
    "places and weeks of a campaign": (
        "outcomes",
        "MarketID,MarketSize,LocationID,AgeOfStore,Promotion,week,SalesInThousands",
        5,
    ),
    "chinese result": ("outcomes", "用户ID,实验分组,是否转化,消费金额", 4),
    "reviews": ("reviews", "review_id,product_id,rating,review_text,review_date", 5),
    "chinese reviews": ("reviews", "cat,label,review", 3),
    "chinese ratings": ("reviews", "商品编号,评分,评论内容,评论时间", 4),
    "stock counts": ("stock", "sku,warehouse,date,on hand", 4),
    "chinese stock": ("stock", "日期,门店,商品编号,库存数量,在途库存", 5),
    "rival prices": ("competitor_prices", "date,sku,competitor,price", 4),
    "chinese rival prices": ("competitor_prices", "商品编号,竞品,竞品价格,采集时间", 4),
    "mailer and display": (
        "displays",
        "product_id,store_id,display_location,mailer_location,week",
        5,
    ),
    "chinese displays": ("displays", "周,门店,商品编号,陈列,海报", 5),
    "calendar of a price test": (
        "displays",
        "product_id,week,price,list_price,discount,randomised",
        3,
    ),
    "chinese calendar of a price test": ("displays", "商品编号,周,价格,随机定价", 3),
    "centres": ("places", "center_id,city_code,region_code,center_type,op_area", 5),
    "chinese shops": ("places", "门店编号,门店名称,省份,城市,面积", 5),
    "logged recommendations": (
        "exposures",
        "timestamp,item_id,position,click,propensity_score",
        5,
    ),
    "chinese exposures": ("exposures", "曝光时间,用户ID,商品ID,位置,是否点击,展示概率", 6),
    "visits": (
        "sessions",
        "ProductRelated,ProductRelated_Duration,BounceRates,ExitRates,VisitorType,Weekend,Revenue",
        7,
    ),
    "chinese visits": ("sessions", "会话ID,浏览量,停留时长,渠道,是否成交", 5),
    "cities and days": ("metrics", "location,Y,date", 3),
    "chinese figures": ("metrics", "日期,城市,销售额", 3),
    "interactions": ("events", "user_id,item_id,time", 3),
    "items with lists": ("products", "item_id,i_category,r_complement,r_substitute", 4),
    "a panel without dates": ("panel", "RETAILER,VOLUME,DISP,PRICE", 4),
    "a panel without prices": ("panel", "id,date,quantity_sold", 3),
    "units in brackets": ("orders", "订单号,下单时间,商品编号,数量（件）,单价（元）", 5),
    "currency in brackets": ("orders", "Order ID,Order Date,SKU,Qty,Price [€]", 5),
    "customers": ("users", "user_id,age,gender,region,consent", 5),
    "chinese customers": ("users", "会员ID,年龄,性别,省份,同意营销", 5),
}


def write(tmp_path, header):
    path = tmp_path / "file.csv"
    path.write_text(header + "\n" + ",".join("x" for _ in header.split(",")) + "\n", "utf-8")
    return path


@pytest.mark.parametrize("name", HEADERS)
def test_a_header_is_recognised_and_mapped_without_help(name, tmp_path):
    source, header, mapped = HEADERS[name]
    found = inspect(write(tmp_path, header))
    assert found.source == source, found.scores
    assert not found.is_refused
    assert len(found.suggestion.columns) == mapped, found.suggestion.columns
    assert found.scores[source] == max(found.scores.values())
    assert all(0 <= score <= 1 for score in found.scores.values())


@pytest.mark.parametrize("name", HEADERS)
def test_case_blanks_and_order_of_columns_do_not_matter(name, tmp_path):
    source, header, mapped = HEADERS[name]
    changed = ",".join(
        column.upper().replace("_", " ") + " " for column in reversed(header.split(","))
    )
    found = inspect(write(tmp_path, changed))
    assert found.source == source
    assert len(found.suggestion.columns) == mapped


def test_the_same_header_has_the_same_signature_and_another_header_another(tmp_path):
    first = inspect(write(tmp_path, "Order ID,SKU"))
    assert inspect(write(tmp_path, "order id,sku")).signature == first.signature
    assert inspect(write(tmp_path, "order id,sku,price")).signature != first.signature


def test_an_unknown_header_is_refused_and_can_be_named_by_hand(tmp_path):
    path = write(tmp_path, "alpha,beta")
    assert [finding.code for finding in inspect(path).findings] == ["source_unknown"]
    by_hand = inspect(path, "products")
    assert by_hand.source == "products"
    assert {finding.code for finding in by_hand.findings} == {"field_unmapped"}


def test_an_order_file_without_dates_is_not_taken_for_a_product_list(tmp_path):
    assert inspect(write(tmp_path, "order_id,product_id,quantity,price,name")).source == ""


def test_a_mapping_survives_json_and_refuses_options_that_do_not_exist():
    mapping = FileMapping("panel", {"week": "周"}, {"first_week": "2024-01-01"})
    assert FileMapping.from_json(mapping.to_json()) == mapping
    for options in ({"colour": "red"}, {"decimal": "dot"}, {"first_week": "soon"}):
        with pytest.raises(BadRequest):
            FileMapping("panel", {}, options)


def test_a_source_that_does_not_exist_is_a_bad_request(tmp_path):
    with pytest.raises(BadRequest):
        inspect(write(tmp_path, "a,b"), "wishes")


@pytest.mark.parametrize("name", SOURCES)
def test_a_source_maps_its_own_canonical_names_one_to_one(name):
    header = tuple(field.name for field in SOURCES[name].fields)
    assert SOURCES[name].suggest(header) == {field: field for field in header}
    assert SOURCES[name].score(header) == 1.0


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", SOURCES)
def test_every_source_field_and_reason_has_words(name, language):
    words, source = catalogue(language), SOURCES[name]
    assert f"source.{name}" in words
    assert {f"field.{field.name}" for field in source.fields} <= set(words)
    said = {rule.code for rule in (*source.rules, *source.warnings)}
    said |= set((source.absent or {}).values())
    assert {f"finding.{code}" for code in said} <= set(words)


def test_recognising_the_next_file_does_not_fold_every_known_name_again(tmp_path, monkeypatch):
    path = write(tmp_path, HEADERS["genpact"][1])
    inspect(path)
    folded: list[str] = []
    fold = source.plain

    def counted(name):
        folded.append(name)
        return fold(name)

    monkeypatch.setattr(source, "plain", counted)
    inspect(path)
    assert len(folded) < 500


IN_HER_OWN_WORDS = {
    "Belegnr;Belegdatum;Artikelnr;Bezeichnung;Kundennr;Menge;Einzelpreis (EUR);Rabatt %;Filiale": (
        "orders",
        {"order_id": "Belegnr", "order_time": "Belegdatum", "product_id": "Artikelnr",
         "customer_id": "Kundennr", "quantity": "Menge", "price": "Einzelpreis (EUR)",
         "discount": "Rabatt %", "description": "Bezeichnung", "place": "Filiale"},
    ),
    "numéro de commande;date de commande;référence;code article;client;quantité;prix unitaire": (
        "orders",
        {"order_id": "numéro de commande", "order_time": "date de commande",
         "product_id": "code article", "customer_id": "client", "quantity": "quantité",
         "price": "prix unitaire"},
    ),
    "Kunde;Alter;Geschlecht;Ort;Gekauft;Angesehen;Newsletter": (
        "profiles",
        {"customer_id": "Kunde", "age": "Alter", "gender": "Geschlecht", "region": "Ort",
         "consent": "Newsletter", "purchase_history": "Gekauft", "browse_history": "Angesehen"},
    ),
    "Coupon Code;Client;Redeemed On;Basket Value": (
        "redemptions",
        {"coupon_id": "Coupon Code", "customer_id": "Client", "redeemed_at": "Redeemed On"},
    ),
    "采集日期;竞争对手;货号;竞品售价;是否促销": (
        "competitor_prices",
        {"product_id": "货号", "competitor": "竞争对手", "competitor_price": "竞品售价",
         "time": "采集日期"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("header", IN_HER_OWN_WORDS)
def test_a_header_in_her_own_words_and_language_is_understood(header, tmp_path):
    path = tmp_path / "export.csv"
    path.write_text(f"{header}\n{';'.join('x' * len(header.split(';')))}\n", "utf-8")
    found = inspect(path)
    assert (found.source, dict(found.suggestion.columns)) == IN_HER_OWN_WORDS[header]


def test_a_word_that_is_not_known_keeps_a_header_from_being_taken_for_another():
    assert meaning("Liefernummer") != meaning("Nummer")
    assert meaning("novelty") == {"novelty"}
    assert meaning("Kundenzufriedenheit") == {"kundenzufriedenheit"}
