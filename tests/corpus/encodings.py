"""Encodings: marks, legacy code pages, damaged bytes, odd characters."""

from tests.corpus.case import GOOD, HEADER, PLAIN, Case, aside, kept, refused, row, with_row

CHINESE = PLAIN.replace("Green tea", "绿茶茶叶礼盒").replace("Cup", "陶瓷杯")
JAPANESE = PLAIN.replace("Green tea", "おいしい緑茶")
FRENCH = PLAIN.replace("Green tea", "Thé glacé")

CASES = (
    Case("UTF-16 with mark", PLAIN.encode("utf-16"), "A"),
    refused("UTF-16 without mark", PLAIN.encode("utf-16-le"), "encoding_utf16_unmarked"),
    refused("UTF-32", PLAIN.encode("utf-32"), "encoding_utf32"),
    Case("GB18030", CHINESE.encode("gb18030"), "W", "encoding_guessed"),
    Case("Latin-1", FRENCH.encode("latin-1"), "W", "encoding_guessed"),
    Case("Shift-JIS", JAPANESE.encode("cp932"), "W", "encoding_guessed"),
    Case(
        "one bad byte", PLAIN.encode() + b"4,2026-01-08,tea,d\xffn,1,4.00,x\n", "Q",
        "not_in_encoding", 3, 1, 5,
    ),
    Case(
        "two encodings in one file",
        CHINESE.encode() + row(description="绿茶").encode("gb18030"), "Q", "not_in_encoding",
        3, 1, 5,
    ),
    Case("NUL in a field", with_row(description="a\0b"), "Q", "control_character", 3, 1, 5),
    refused("NULs only", b"\0" * 5000, "file_binary"),
    Case("UTF-8 mark twice", b"\xef\xbb\xbf" * 2 + PLAIN.encode(), "A"),
    Case(
        "right-to-left override", with_row(description="evil\u202egnp.exe"), "W",
        "direction_marks", 4, line=5,
    ),
    Case(
        "one id in two forms of Unicode",
        (PLAIN + row(customer_id="caf\u00e9") + row(customer_id="cafe\u0301", order_id="10"))
        .encode(), "A", None, 5,
    ),
    kept("emoji", description="🍵"),
    Case("Ctrl-Z at the end", PLAIN.encode() + b"\x1a", "W", "blank_lines"),
    # Beyond the list:
    Case("UTF-8 mark", b"\xef\xbb\xbf" + PLAIN.encode(), "A"),
    Case("big-endian UTF-16", b"\xfe\xff" + PLAIN.encode("utf-16-be"), "A"),
    Case("UTF-16 cut in the middle of a character", PLAIN.encode("utf-16")[:-1], "Q",
         "not_in_encoding", 2, 1, 4),
    Case(
        "Excel's Unicode text", b"\xff\xfe" + PLAIN.replace(",", "\t").encode("utf-16-le"), "A"
    ),
    Case("Windows-1252 with euro and dashes",
         PLAIN.replace("Green tea", "Thé – “frais”").encode("cp1252"), "W", "encoding_guessed"),
    Case("a damaged character in a header of UTF-16",
         b"\xff\xfe" + HEADER.replace("description", "descripti").rstrip("\n").encode("utf-16-le")
         + b"\x00\xd8" + ("on\n" + GOOD).encode("utf-16-le"), "A", None, 3),
    refused("a header of UTF-16 that ends in half a character",
            b"\xff\xfe" + HEADER.rstrip("\n").encode("utf-16-le") + b"o", "no_rows"),
    Case("Big5 chosen by her",
         PLAIN.replace("Green tea", "綠茶禮盒").encode("big5"), "A", options={"encoding": "big5"}),
    Case("Korean chosen by her",
         PLAIN.replace("Green tea", "녹차").encode("euc_kr"), "A", options={"encoding": "euc_kr"}),
    Case("Polish chosen by her",
         PLAIN.replace("Green tea", "Zażółć gęślą").encode("cp1250"), "A",
         options={"encoding": "cp1250"}),
    Case("Cyrillic chosen by her",
         PLAIN.replace("Green tea", "Зелёный чай").encode("cp1251"), "A",
         options={"encoding": "cp1251"}),
    Case("GB18030 confirmed by her", CHINESE.encode("gb18030"), "A",
         options={"encoding": "gb18030"}),
    Case("zero-width blank in an id", with_row(product_id="tea\u200b"), "A", None, 4),
    Case("UTF-8 mark before a later row",
         (PLAIN + "\ufeff" + row()).encode(), "A", None, 4),
    Case("Chinese header in GB18030",
         ("订单编号,下单时间,商品编号,数量,单价\n1,2026-01-05,茶叶,2,4.00\n"
          "2,2026-01-06,杯子,1,9.00\n").encode("gb18030"), "W", "encoding_guessed", 2),
    aside("full-width digits with blanks", "not_a_number", price="　１２　"),
    Case("umlauts in UTF-8", (HEADER + row(description="Grüner Tee") + row(order_id="10"))
         .encode(), "A", None, 2),
)  # fmt: skip
