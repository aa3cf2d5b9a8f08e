"""Keys: repeats, contradictions, ids that differ in the case of letters only."""

from tests.corpus.case import GOOD, HEADER, PLAIN, Case, row, table, zipped

CASES = (
    Case("exact repeats", (PLAIN + GOOD).encode(), "W", "duplicate", 3, 3, 5),
    Case("one id with two prices",
         table("sku,name,price", "tea,Green tea,4.00", "cup,Cup,9.00", "tea,Green tea,5.00"), "Q",
         "key_repeated", 2, 1, 4),
    Case("a file twice", {"a.csv": PLAIN.encode(), "b.csv": PLAIN.encode()}, "W",
         "file_repeated", 3, 3),
    Case("ids C1 and c1", (PLAIN + row(customer_id="ANN")).encode(), "W", "ids_differ_in_case",
         4, column="customer_id"),
    Case("blank behind an id", (PLAIN + row(customer_id="ann ")).encode(), "A", None, 4),
    # Beyond the list:
    Case("a member twice in a zip",
         zipped({"a.csv": PLAIN, "sub/b.csv": PLAIN}), "W", "file_repeated", 3, 3),
    Case("repeats that differ in blanks only",
         (HEADER + GOOD + GOOD.replace(",Cup", ", Cup")).encode(), "W", "duplicate", 4, 2, 5),
    Case("an order of several lines",
         (PLAIN + row(order_id="1") + row(order_id="1", product_id="cup")).encode(), "A", None, 5),
    Case("products that differ in case",
         table("sku,name,price", "tea,Green tea,4.00", "TEA,Black tea,9.00"), "W",
         "ids_differ_in_case", 2, column="sku"),
)  # fmt: skip
