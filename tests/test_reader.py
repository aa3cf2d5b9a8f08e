"""Nothing is lost: every line of any file is accounted for, and hostile files are named."""

import csv
import gzip
import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from promo.ingest import check, inspect
from promo.ingest.limits import Limits
from promo.ingest.reader import stage
from promo.words import LANGUAGES, translate

HEADER = "order_id,order_time,product_id,customer_id,quantity,price,description\n"
GOOD = (
    "1,2026-01-05 10:00:00,tea,ann,2,4.00,Green tea\n"
    "2,2026-01-06 10:00:00,cup,bob,1,9.00,Cup\n"
    "3,2026-01-07 10:00:00,tea,cat,3,4.00,Green tea\n"
)


def row(**changed):
    """One more order line in which a few fields are replaced."""
    fields = {
        "order_id": "9", "order_time": "2026-01-08 10:00:00", "product_id": "pot",
        "customer_id": "dan", "quantity": "1", "price": "5.00", "description": "Pot",
    } | changed  # fmt: skip
    return ",".join(fields.values()) + "\n"


def with_row(**changed):
    return (HEADER + GOOD + row(**changed)).encode()


def look(tmp_path, content, name="orders.csv"):
    path = tmp_path / name
    path.write_bytes(content)
    return check(path, inspect(path).suggestion, tmp_path / "quarantine.csv")


def zipped(**members):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, text in members.items():
            archive.writestr(name.replace("_csv", ".csv"), text)
    return out.getvalue()


PLAIN = HEADER + GOOD
HOSTILE = {
    # name: (content, verdict, code of the finding that says why)
    "well formed": (PLAIN.encode(), "accepted", None),
    "utf-8 mark": (b"\xef\xbb\xbf" + PLAIN.encode(), "accepted", None),
    "utf-8 mark twice": (b"\xef\xbb\xbf" * 2 + PLAIN.encode(), "accepted", None),
    "utf-16 mark": (PLAIN.encode("utf-16"), "accepted", None),
    "utf-16 unmarked": (PLAIN.encode("utf-16-le"), "refused", "encoding_utf16_unmarked"),
    "utf-32": (PLAIN.encode("utf-32"), "refused", "encoding_utf32"),
    "gb18030": (
        (PLAIN.replace("Green tea", "绿茶茶叶礼盒").replace("Cup", "陶瓷杯")).encode("gb18030"),
        "accepted_with_warnings", "encoding_guessed",
    ),
    "cp1252": (
        PLAIN.replace("Green tea", "Thé glacé").encode("cp1252"),
        "accepted_with_warnings", "encoding_guessed",
    ),
    "shift-jis": (
        PLAIN.replace("Green tea", "おいしい緑茶").encode("cp932"),
        "accepted_with_warnings", "encoding_guessed",
    ),
    "one bad byte": (
        PLAIN.encode() + b"4,2026-01-08,tea,d\xffn,1,4.00,x\n", "quarantined", "not_in_encoding",
    ),
    "emoji": (with_row(description="🍵"), "accepted", None),
    "NUL in a field": (with_row(description="a\0b"), "quarantined", "control_character"),
    "NUL block": (b"\0" * 5000, "refused", "file_binary"),
    "ctrl-Z at the end": (PLAIN.encode() + b"\x1a", "accepted", "blank_lines"),
    "crlf": (PLAIN.replace("\n", "\r\n").encode(), "accepted", None),
    "cr only": (PLAIN.replace("\n", "\r").encode(), "accepted", None),
    "mixed line ends": (PLAIN.replace("\n", "\r\n", 2).encode(), "accepted", None),
    "no line end at the end": (PLAIN.rstrip("\n").encode(), "accepted", None),
    "semicolon": (PLAIN.replace(",", ";").encode(), "accepted", None),
    "tab": (PLAIN.replace(",", "\t").encode(), "accepted", None),
    "pipe": (PLAIN.replace(",", "|").encode(), "accepted", None),
    "excel sep=": (b"sep=;\n" + PLAIN.replace(",", ";").encode(), "accepted", None),
    "decimal comma": (
        PLAIN.replace(",", ";").replace("4.00", "4,50").replace("9.00", "9,00").encode(),
        "accepted", "decimal_comma",
    ),
    "empty": (b"", "refused", "file_empty"),
    "only a mark": (b"\xef\xbb\xbf", "refused", "file_empty"),
    "only newlines": (b"\n\n\n", "refused", "file_empty"),
    "only spaces": (b"   ", "refused", "file_empty"),
    "header only": (HEADER.encode(), "refused", "no_rows"),
    "no header": (GOOD.encode(), "refused", "header_missing"),
    "a column twice": (
        PLAIN.replace("description", "price").encode(), "refused", "header_repeated",
    ),
    "Price and price": (
        PLAIN.replace("description", "Price").encode(), "refused", "header_repeated",
    ),
    "needed column absent": (
        PLAIN.replace("order_time", "xyz").encode(), "refused", "source_unknown",
    ),
    "invisible in header": (
        PLAIN.replace("order_time", "order_time\u200b\u00a0").encode(), "accepted", None,
    ),
    "unnamed column": (
        PLAIN.replace("description", "").encode(), "accepted_with_warnings", "header_unnamed",
    ),
    "row too long": ((PLAIN + "4,a,b,c,d,e,f,g,h\n").encode(), "quarantined", "row_too_long"),
    "row too short": ((PLAIN + "4,tea\n").encode(), "quarantined", "row_too_short"),
    "all rows longer": (
        (HEADER + GOOD.replace("\n", ",x\n")).encode(), "refused", "no_usable_rows",
    ),
    "total row": ((PLAIN + "Total,,,,6,17.00,\n").encode(), "quarantined", "missing"),
    "footer": ((PLAIN + "(3 rows affected)\n").encode(), "quarantined", "row_too_short"),
    "comment line": ((PLAIN + "# exported by hand\n").encode(), "quarantined", "row_too_short"),
    "preamble": (("Monthly report\n\n" + PLAIN).encode(), "refused", None),
    "blank lines": (
        (HEADER + "\n" + GOOD + "\n\n").encode(), "accepted", "blank_lines",
    ),
    "unclosed quote": (
        (PLAIN + '4,2026-01-08,tea,dan,1,4.00,"Green\n' + GOOD).encode(),
        "refused", "quote_unclosed",
    ),
    "quote inside a field": (with_row(description='5" screen'), "accepted", None),
    "text after a quote": (with_row(description='"5" screen'), "quarantined", "quote_misplaced"),
    "newline in quotes": (with_row(description='"two\nlines"'), "accepted", None),
    "field of 5 MB": (with_row(description="x" * 5_000_000), "quarantined", "record_too_large"),
    "501 columns": (
        (",".join(f"column {n}" for n in range(501)) + "\n").encode(),
        "refused", "too_many_columns",
    ),
    "leading zeros": (with_row(product_id="00042"), "accepted", None),
    "19 digits": (with_row(product_id="2103807459595387724"), "accepted", None),
    "id NA": (with_row(customer_id="NA"), "accepted", None),
    "id NULL": (with_row(product_id="NULL"), "accepted", None),
    "id in scientific notation": (
        with_row(product_id="1.23457E+17"), "quarantined", "id_scientific",
    ),
    "empty id": (with_row(product_id=""), "quarantined", "missing"),
    "quantity negative": (with_row(quantity="-2"), "accepted_with_warnings", "returns"),
    "quantity zero": (with_row(quantity="0"), "quarantined", "quantity_zero"),
    "quantity broken": (with_row(quantity="1.5"), "quarantined", "not_whole"),
    "quantity in words": (with_row(quantity="two"), "quarantined", "not_a_number"),
    "quantity absurd": (with_row(quantity="9" * 20), "quarantined", "number_too_large"),
    **{
        f"price {price}": (with_row(price=price), "quarantined", "not_a_number")
        for price in (
            "NaN", "inf", "-inf", "1_000", "0x10", "€5", "15%", "１２", "٣", "5 EUR", "\t8",
            "1e999",
        )
    },
    "price negative": (with_row(price="-1"), "quarantined", "price_not_positive"),
    "price with thousands": (with_row(price='"1,234.50"'), "accepted", None),
    "price of many decimals": (with_row(price="1.2345678901234567"), "accepted", None),
    "thousands or decimals": (
        (HEADER + GOOD.replace("4.00", '"1,234"').replace("9.00", "1.234")).encode(),
        "refused", "decimal_unclear",
    ),
    "day or month": (
        PLAIN.replace("2026-01-0", "03/0").replace(" 10:00:00", "/2026").encode(),
        "refused", "day_or_month_first",
    ),
    "30 February": (with_row(order_time="2026-02-30"), "quarantined", "date_impossible"),
    "29 February": (with_row(order_time="2024-02-29"), "accepted", None),
    "year 1500": (with_row(order_time="1500-01-01"), "quarantined", "year_out_of_range"),
    "year 9999": (with_row(order_time="9999-01-01"), "quarantined", "year_out_of_range"),
    "year 1970": (with_row(order_time="1970-01-01"), "quarantined", "year_out_of_range"),
    "excel serial": (with_row(order_time="46082"), "quarantined", "not_a_date"),
    "24:00": (with_row(order_time="2026-01-08 24:00:00"), "quarantined", "date_impossible"),
    "second 60": (with_row(order_time="2026-01-08 23:59:60"), "quarantined", "date_impossible"),
    "two digit year": (with_row(order_time="26-01-08"), "quarantined", "not_a_date"),
    "zone": (
        with_row(order_time="2026-01-08T10:00:00+08:00"),
        "accepted_with_warnings", "time_zone_offset",
    ),
    "exact repeat": ((PLAIN + GOOD).encode(), "accepted_with_warnings", "duplicate"),
    "formula": (with_row(description='"=HYPERLINK(""http://x"")"'), "accepted", None),
    "html cell": (with_row(description="<script>x</script>"), "accepted", None),
    "sql cell": (with_row(description="'; DROP TABLE orders; --"), "accepted", None),
    "web page": (b"<!DOCTYPE html><html><body>Sign in</body></html>", "refused", "file_web_page"),
    "json": (b'[{"a": 1}]', "refused", "file_json"),
    "xml": (b"<?xml version='1.0'?><a/>", "refused", "file_xml"),
    "png": (b"\x89PNG\r\n\x1a\n" + b"\0" * 100, "refused", "file_picture"),
    "parquet": (b"PAR1" + b"\0" * 100, "refused", "file_parquet"),
    "pickle": (b"\x80\x04\x95" + b"\0" * 100, "refused", "file_binary"),
    "old workbook": (b"\xd0\xcf\x11\xe0" + b"\0" * 600, "refused", "file_workbook"),
    "workbook": (zipped(**{"xl/workbook.xml": "<a/>"}), "refused", "file_workbook"),
    "zip without csv": (zipped(readme="x"), "refused", "zip_without_csv"),
    "zip that climbs": (zipped(**{"../evil_csv": PLAIN}), "refused", "zip_unsafe_name"),
    "zip of two": (zipped(a_csv=PLAIN, b_csv=HEADER + row()), "accepted", None),
    "zip of two headers": (
        zipped(a_csv=PLAIN, b_csv="x,y\n1,2\n"), "refused", "zip_mixed_headers",
    ),
    "zip damaged": (zipped(a_csv=PLAIN)[:80], "refused", "zip_damaged"),
    "gzip": (gzip.compress(PLAIN.encode()), "accepted", None),
    "gzip cut off": (gzip.compress(PLAIN.encode())[:-12], "refused", "archive_damaged"),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_every_hostile_file_gets_the_right_verdict_and_a_sentence(name, tmp_path):
    content, verdict, code = HOSTILE[name]
    report = look(tmp_path, content)
    assert report.verdict == verdict, report.findings
    if code is not None:
        assert code in [finding.code for finding in report.findings]
    accounted = report.header + report.blank + report.continued
    assert report.lines == accounted + report.rows_clean + report.rows_quarantined
    for finding in report.findings:
        for language in LANGUAGES:
            sentence = translate(
                language, f"finding.{finding.code}", rows=finding.rows, line=finding.line,
                column=finding.column, **finding.facts,
            )  # fmt: skip
            assert "None" not in sentence, sentence


def test_a_gzip_bomb_is_stopped(tmp_path):
    bomb = gzip.compress((HEADER + GOOD * 2_000_000).encode()[:120_000_000])
    report = look(tmp_path, bomb)
    assert report.findings[0].code == "archive_too_large"


def test_the_quarantine_names_line_reason_column_and_the_original_text(tmp_path):
    damaged = PLAIN + "\n" + row(price="cheap", description='"a, b"') + "4,tea\n" + GOOD
    look(tmp_path, damaged.encode())
    with (tmp_path / "quarantine.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(r["line"], r["reason"], r["column"]) for r in rows] == [
        ("7", "row_too_short", ""),
        ("6", "not_a_number", "price"),
        ("8", "duplicate", ""),
        ("9", "duplicate", ""),
        ("10", "duplicate", ""),
    ]
    lines = damaged.splitlines()
    assert all(r["text"] == lines[int(r["line"]) - 1] for r in rows)


def test_checking_writes_nothing_unless_asked(tmp_path):
    path = tmp_path / "orders.csv"
    path.write_text(PLAIN, encoding="utf-8")
    check(path, inspect(path).suggestion)
    assert [found.name for found in tmp_path.iterdir()] == ["orders.csv"]


cell = st.text(
    st.sampled_from('ab1",;\n\r\t\0 é茶-/\u00a0\udcff'.replace("\udcff", "")), max_size=8
)
number = st.sampled_from(["1", "2.5", "-3", "0", "", "NaN", "x", "1,5", "1e9"])
moment = st.sampled_from(["2026-01-05", "2026-01-06 10:00:00", "2026-02-30", "", "soon"])
record = st.tuples(cell, moment, cell, cell, number, number, cell)


def written(records, line_end, quoting):
    out = io.StringIO()
    csv.writer(out, lineterminator=line_end, quoting=quoting).writerows(records)
    return out.getvalue()


@given(
    st.lists(st.one_of(record.map(list), st.just([]), st.lists(cell, max_size=9)), max_size=12),
    st.sampled_from(["\n", "\r\n"]),
    st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    st.booleans(),
)
def test_no_line_is_ever_lost(tmp_path_factory, records, line_end, quoting, cut):
    folder = tmp_path_factory.mktemp("random")
    text = HEADER.replace("\n", line_end) + written(records, line_end, quoting)
    text = text[: -len(line_end)] if cut else text
    path = folder / "orders.csv"
    path.write_bytes(text.encode())
    report = check(path, inspect(path, "orders").suggestion)
    accounted = report.header + report.blank + report.continued
    assert report.lines == accounted + report.rows_clean + report.rows_quarantined
    if report.lines:
        unified = text.replace("\r\n", "\n")
        assert report.lines == unified.count("\n") + (not unified.endswith("\n"))


@given(
    st.lists(st.lists(cell, min_size=3, max_size=3), min_size=1, max_size=30),
    st.integers(min_value=1, max_value=64),
)
def test_the_size_of_the_chunks_changes_nothing(tmp_path_factory, records, chunk):
    folder = tmp_path_factory.mktemp("chunks")
    clean = [[field.replace("\r", "").replace("\0", "") for field in one] for one in records]
    path = folder / "file.csv"
    path.write_text("left,middle,right\n" + written(clean, "\n", csv.QUOTE_MINIMAL), "utf-8")
    (folder / "whole").mkdir()
    (folder / "small").mkdir()
    whole = stage(path, folder / "whole")
    small = stage(path, folder / "small", Limits(chunk_bytes=chunk))
    with whole.csv.open(encoding="utf-8", newline="") as file:
        assert list(csv.reader(file)) == clean
    assert small.csv.read_bytes() == whole.csv.read_bytes()
    assert (small.lines, small.rows, small.continued) == (whole.lines, whole.rows, whole.continued)
    lines = [whole.origins.locate(number) for number in range(whole.rows)]
    assert lines == [small.origins.locate(number) for number in range(small.rows)]
