"""Formats: workbooks, Parquet, tabs, archives of many files, folders."""

import io
from datetime import date, datetime

import pyarrow as pa
import pyarrow.parquet as pq

from tests.corpus.case import (
    GOOD,
    HEADER,
    PLAIN,
    Case,
    gzipped,
    refused,
    row,
    zipped,
)
from tests.corpus.workbook import Cell, workbook

NAMES: list[Cell] = ["order_id", "order_time", "product_id", "customer_id", "quantity", "price"]
ROWS: list[list[Cell]] = [
    [1, datetime(2026, 1, 5, 10, 0), "tea", "ann", 2, 4.0],
    [2, date(2026, 1, 6), "cup", "bob", 1, 9.25],
    [3, datetime(2026, 1, 7, 23, 59, 59), "00042", 17850, 3, 4],
]
ORDERS = [NAMES, *ROWS]
OTHER = "sku,name,price\ntea,Green tea,4.00\n"


def parquet(**columns: object) -> bytes:
    """A Parquet file of those columns."""
    out = io.BytesIO()
    pq.write_table(pa.table(columns), out)
    return out.getvalue()


def order_parquet(**changed: object) -> bytes:
    """Three order lines as Parquet."""
    return parquet(**{
        "order_id": pa.array([1, 2, 3]),
        "order_time": pa.array([datetime(2026, 1, day, 10) for day in (5, 6, 7)]),
        "product_id": pa.array(["tea", "cup", "tea, black"]),
        "customer_id": pa.array([17850.0, None, 13047.0]),
        "quantity": pa.array([2, 1, 3]),
        "price": pa.array([4.0, 9.25, 4.0]),
    } | changed)  # fmt: skip


CASES = (
    Case("workbook", workbook({"Orders": ORDERS}), "A", file="orders.xlsx"),
    Case("workbook beside a CSV of semicolons",
         {"a.csv": HEADER.replace(",", ";").encode() + b'7;2026-01-05;"a;b";x;1;5;"c, d"\n',
          "b.xlsx": workbook({"Orders": [[*NAMES, "description"], *(
              [*cells, "x; y"] for cells in ROWS)]})}, "A", None, 4, file="days"),
    Case("a guessed encoding in the second file of a folder",
         {"a.csv": PLAIN.encode(),
          "b.csv": (HEADER + row(description="Müller Käse")).encode("cp1252")}, "W",
         "encoding_guessed", 4, file="days"),
    Case("Parquet under an encoding that was chosen for another file",
         order_parquet(customer_id=pa.array(["Müller", "Käse", None])), "W",
         "customer_missing", 3, file="orders.parquet", options={"encoding": "cp1252"}),
    Case("workbook named .csv", workbook({"Orders": ORDERS}), "A"),
    Case("workbook of several sheets",
         workbook({"Read me": [], "Orders": ORDERS, "Stock": [["sku"], ["tea"]]}), "W",
         "sheets_unread", file="orders.xlsx"),
    Case("workbook with an empty second sheet",
         workbook({"Orders": ORDERS, "Sheet2": []}), "A", file="orders.xlsx"),
    refused("workbook without rows", workbook({"Orders": [NAMES]}), "no_rows"),
    refused("empty workbook", workbook({"Orders": []}), "file_empty"),
    refused("workbook with a title above",
            workbook({"Orders": [["Monthly report"], [], *ORDERS]}), "header_not_first", 3),
    Case("workbook with a total",
         workbook({"Orders": [*ORDERS, ["Total", None, None, None, 6, 17.25]]}), "Q",
         "total_row", 3, 1, 5, file="orders.xlsx"),
    Case("workbook with a lost formula",
         workbook({"Orders": [*ORDERS, [4, date(2026, 1, 8), "tea", "dan", 1, "#REF!"]]}), "Q",
         "missing", 3, 1, 5, "price", "orders.xlsx"),
    Case("workbook with a blank row",
         workbook({"Orders": [*ORDERS[:2], [], *ORDERS[2:], [5, "soon", "tea", "ann", 1, 4]]}),
         "Q", "not_a_date", 3, 1, 6, "order_time", "orders.xlsx"),
    Case("workbook with a line break in a cell",
         workbook({"Orders": [
             [*NAMES, "description"], *([*line, "two\nlines"] for line in ROWS),
             [5, "soon", "tea", "ann", 1, 4, "x"],
         ]}), "Q", "not_a_date", 3, 1, 5, "order_time", "orders.xlsx"),
    Case("workbook with commas and quotes in cells",
         workbook({"Orders": [[*NAMES, "description"],
                              *([*line, 'tea, "green"'] for line in ROWS)]}),
         "A", file="orders.xlsx"),
    Case("workbook with a true and a false",
         workbook({"Orders": [[*NAMES, "gift"], *([*line, True] for line in ROWS)]}), "A",
         file="orders.xlsx"),
    Case("Parquet", order_parquet(), "W", "customer_missing", file="orders.parquet"),
    Case("Parquet named .csv", order_parquet(), "W", "ids_point_zero"),
    Case("Parquet with dates and decimals",
         order_parquet(order_time=pa.array([date(2026, 1, 5)] * 3),
                       price=pa.array([4, 9, 4]).cast(pa.decimal128(21, 2)),
                       customer_id=pa.array(["a", "b", "c"])), "A", file="orders.parquet"),
    Case("Parquet with a zone",
         order_parquet(order_time=pa.array([datetime(2026, 1, 5, 10)] * 3,
                                           pa.timestamp("us", "Asia/Shanghai"))), "W",
         "time_zone_offset", file="orders.parquet"),
    Case("Parquet with not-a-numbers",
         order_parquet(price=pa.array([4.0, float("nan"), 4.0])), "Q", "not_a_number", 2, 1, 3,
         "price", "orders.parquet"),
    Case("Parquet with newlines in texts",
         order_parquet(product_id=pa.array(["tea\nx", "cup", "tea"]),
                       price=pa.array([4.0, 9.0, None])), "Q", "missing", 2, 1, 4, "price",
         "orders.parquet"),
    refused("Parquet cut off", order_parquet()[:-20], "parquet_damaged"),
    refused("Parquet without rows",
            parquet(**{str(name): pa.array([], pa.string()) for name in NAMES}), "no_rows"),
    Case("tabs in a .tsv", PLAIN.replace(",", "\t").encode(), "A", file="orders.tsv"),
    Case("commas in a .tsv", PLAIN.encode(), "A", file="orders.tsv"),
    Case("semicolons in a .txt", PLAIN.replace(",", ";").encode(), "A", file="orders.txt"),
    Case("zip of one", zipped({"a.csv": PLAIN}), "A", file="orders.zip"),
    Case("zip of days", zipped({"01.csv": PLAIN, "02.csv": HEADER + row()}), "A", None, 4),
    Case("zip with folders", zipped({"2026/01/a.csv": PLAIN, "2026/02/b.csv": HEADER + row()}),
         "A", None, 4),
    Case("zip from a Mac",
         zipped({"a.csv": PLAIN, "__MACOSX/._a.csv": b"\0\5\x16\7", ".DS_Store": b"\0"}), "A"),
    Case("zip with a note beside", zipped({"a.csv": PLAIN, "notes.docx": b"x"}), "W",
         "members_unread"),
    Case("zip with a packed file beside",
         zipped({"a.csv": PLAIN, "b.csv.gz": gzipped((HEADER + row()).encode())}), "A", None, 4),
    refused("zip of two headers", zipped({"a.csv": PLAIN, "b.csv": OTHER}), "headers_differ"),
    refused("zip with an empty day", zipped({"a.csv": PLAIN, "b.csv": ""}), "file_empty"),
    Case("zip with a day of no rows", zipped({"a.csv": PLAIN, "b.csv": HEADER}), "A"),
    Case("zip of two encodings",
         zipped({"a.csv": PLAIN, "b.csv": (HEADER + row()).encode("utf-16")}), "A", None, 4),
    Case("zip with a bad row in its second file",
         zipped({"a.csv": PLAIN, "b.csv": HEADER + row(price="x")}), "Q", "not_a_number", 3, 1, 2,
         "price"),
    Case("zip of Excel's Unicode text",
         zipped({"a.txt": b"\xff\xfe" + PLAIN.replace(",", "\t").encode("utf-16-le")}), "A"),
    Case("folder of days",
         {"01.csv": PLAIN.encode(), "02.csv": (HEADER + row()).encode()}, "A", None, 4,
         file="days"),
    Case("folder with folders, packed and not",
         {"a/01.csv": PLAIN.encode(), "b/02.csv.gz": gzipped((HEADER + row()).encode())}, "A",
         None, 4, file="days"),
    Case("folder with a hidden file", {"01.csv": PLAIN.encode(), ".DS_Store": b"\0"}, "A",
         file="days"),
    Case("folder with a note beside", {"01.csv": PLAIN.encode(), "note.md": b"x"}, "W",
         "members_unread", file="days"),
    Case("folder of different headers",
         {"01.csv": PLAIN.encode(), "02.csv": PLAIN.encode(), "03.csv": OTHER.encode()}, "R",
         "headers_differ", file="days"),
    Case("folder without tables", {"note.md": b"x"}, "R", "folder_without_csv", file="days"),
    Case("folder of workbooks",
         {"01.xlsx": workbook({"Orders": ORDERS}),
          "02.xlsx": workbook({"Orders": [NAMES, [9, date(2026, 1, 9), "pot", "dan", 1, 5]]})},
         "A", None, 4, file="days"),
    Case("folder of tables with one header in another order",
         {"01.csv": (HEADER + GOOD).encode(),
          "02.csv": b"price,quantity,order_id,order_time,product_id,customer_id,description\n"
                    b"5.00,1,9,2026-01-08,pot,dan,Pot\n"}, "R", "headers_differ", file="days"),
)  # fmt: skip
