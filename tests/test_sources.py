"""Every kind of file is recognised by its header, in English and Chinese, and mapped in full."""

import pytest

from promo.errors import BadRequest
from promo.ingest import SOURCES, FileMapping, inspect
from promo.ingest.sources import source
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
    assert {f"finding.{rule.code}" for rule in (*source.rules, *source.warnings)} <= set(words)


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
