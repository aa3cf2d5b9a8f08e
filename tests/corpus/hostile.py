"""Hostile: formulas, markup, names that climb, files that are something else, bombs."""

import pickle

from tests.corpus.case import GOOD, PLAIN, Case, gzipped, kept, refused, with_row, zipped
from tests.corpus.workbook import workbook

FORMULAS = (
    "=1+1", "+1", "-1", "@SUM(A1)", "\t=1+1", "'\r=1+1'", '"\n=1+1"', "＝1+1", '"=1+1"',
    "\u200b=1+1", "=cmd|' /C calc'!A0", "%0A=1", ";=1", "=HYPERLINK(\"\"http://x\"\")",
)  # fmt: skip


def bomb(size: int = 80_000_000) -> bytes:
    """Far more good rows than any export packs into so few bytes."""
    return (PLAIN + GOOD * (size // len(GOOD))).encode()


def unknown_method() -> bytes:
    """A zip whose member says it is packed in a way that nobody knows."""
    return zipped({"a.csv": PLAIN}).replace(b"\x08\x00", b"\x63\x00")


def laughs() -> str:
    """A worksheet whose entities would grow without end."""
    names = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 9))
    return (
        f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY l0 "ha">{names}]><worksheet>&l8;</worksheet>'
    )


def named(member: str) -> Case:
    """A zip with a member of a name that no export gives."""
    return refused(f"zip member {member[:20]!r}", zipped({member: PLAIN}), "zip_unsafe_name")


def wide_rows() -> bytes:
    """Three million commas in one line."""
    return b"a" + b"," * 3_000_000 + b"\n"


FOREIGN = {
    "exe": (b"MZ\x90\0" + b"\0" * 200, "file_program"),
    "PNG": (b"\x89PNG\r\n\x1a\n" + b"\0" * 100, "file_picture"),
    "sign-in page": (
        b"<!DOCTYPE html><html><body>Sign in</body></html>", "file_web_page",
    ),
    "JSON": (b'[{"a": 1}]', "file_json"),
    "Parquet stub": (b"PAR1" + b"\0" * 100, "parquet_damaged"),
    "zip without CSV": (zipped({"readme": "x"}), "zip_without_csv"),
    "pickle": (pickle.dumps({"a": 1}), "file_binary"),
    "workbook stub": (zipped({"xl/workbook.xml": "<a/>"}), "workbook_damaged"),
    "XML entities": (laughs().encode(), "file_xml"),
    "old workbook stub": (b"\xd0\xcf\x11\xe0" + b"\0" * 600, "workbook_damaged"),
    "PDF": (b"%PDF-1.7\n", "file_pdf"),
    "SQLite": (b"SQLite format 3\0" + b"\0" * 90, "file_database"),
    "ELF": (b"\x7fELF" + b"\0" * 90, "file_program"),
    "JPEG": (b"\xff\xd8\xff\xe0" + b"\0" * 90, "file_picture"),
    "7z": (b"7z\xbc\xaf\x27\x1c" + b"\0" * 90, "file_packed"),
    "rar": (b"Rar!\x1a\x07\x01\0" + b"\0" * 90, "file_packed"),
    "zstd": (b"\x28\xb5\x2f\xfd" + b"\0" * 90, "file_packed"),
    "bzip2": (b"BZh91AY&SY" + b"\0" * 90, "file_packed"),
    "xz": (b"\xfd7zXZ\0" + b"\0" * 90, "file_packed"),
    "rich text": (b"{\\rtf1\\ansi Orders}", "file_document"),
    "Word document": (zipped({"word/document.xml": "<a/>"}), "file_document"),
    "slides": (zipped({"ppt/presentation.xml": "<a/>"}), "file_document"),
    "an e-mail": (
        b"From: shop@example.com\nTo: me@example.com\nSubject: Orders\n\nHello\n", "one_column",
    ),
}  # fmt: skip

CASES = (
    *(
        Case(
            f"formula {text!r}", with_row(description=text), "Q" if "\r" in text else "A",
            "control_character" if "\r" in text else None, 3 if "\r" in text else 4,
            1 if "\r" in text else 0,
        )
        for text in FORMULAS
    ),
    kept("HTML in a cell", description="<script>alert(1)</script>"),
    kept("iframe in a cell", description="<iframe srcdoc='<script>1</script>'>"),
    kept("picture in Markdown", description="![x](http://x/y.png)"),
    refused("SQL in a header", PLAIN.replace("price", 'price"); DROP TABLE orders --'),
            "source_unknown"),
    kept("SQL in a cell", description="'; DROP TABLE orders; --"),
    named("../evil.csv"),
    named("/etc/evil.csv"),
    named("CON.csv"),
    named("C:evil.csv"),
    named("n" * 5_000 + ".csv"),
    named("<img src=x>.csv"),
    named("a\r\nSet-Cookie: x.csv"),
    named("..\\..\\evil.csv"),
    *(refused(name, content, code) for name, (content, code) in FOREIGN.items()),
    refused("zip bomb", lambda: zipped({"a.csv": bomb()}), "archive_swollen"),
    refused("gzip bomb", lambda: gzipped(bomb()), "archive_swollen"),
    Case("gzip", gzipped(PLAIN.encode()), "A", file="orders.csv.gz"),
    refused("a million quotes", b'"' * 1_000_000, "header_too_long", 1),
    refused("three million commas", wide_rows, "header_too_long", 1),
    # Beyond the list:
    refused("gzip cut off", gzipped(PLAIN.encode())[:-12], "archive_damaged"),
    refused("gzip of a gzip", gzipped(gzipped(PLAIN.encode())), "archive_nested"),
    refused("gzip of a picture", gzipped(b"\x89PNG" + b"\0" * 50), "file_picture"),
    refused("gzip of nothing", gzipped(b""), "file_empty"),
    refused("zip cut off", zipped({"a.csv": PLAIN})[:80], "zip_damaged"),
    refused("zip of a zip", zipped({"a.zip": zipped({"a.csv": PLAIN})}), "zip_without_csv"),
    refused("empty zip", zipped({}), "zip_without_csv"),
    refused("zip packed in an unknown way", unknown_method(), "archive_damaged"),
    # Found by the fuzzer:
    refused("zip of a version to come",
            zipped({"a.csv": PLAIN}).replace(b"\x01\x02\x14\x03\x14", b"\x01\x02\x14\x03\x61"),
            "zip_damaged"),
    refused("zip that lost bytes in the middle",
            zipped({"a.csv": PLAIN})[:60] + zipped({"a.csv": PLAIN})[70:], "zip_damaged"),
    refused("zip with a name in no alphabet", zipped({"é.csv": PLAIN}).replace(b"\xc3", b"\x97"),
            "zip_damaged"),
    refused("zip with a nameless file",
            zipped({"a.csv": PLAIN}).replace(b"a.csv", b"\0.csv"), "zip_damaged"),
    refused("workbook full of zeros",
            lambda: workbook({"Orders": [["a"]]}, padding=b"\0" * 80_000_000),
            "archive_swollen"),
    refused("workbook with entities", workbook({}, sheet_xml=laughs()), "file_empty"),
    refused("half a line of sep=", b"sep=", "one_column"),
    refused("header is one quote", b'"', "header_damaged", 1),
    refused("odd length of UTF-16", b"\xff\xfea", "file_empty"),
)  # fmt: skip
