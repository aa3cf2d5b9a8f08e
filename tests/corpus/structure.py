"""Structure: empty files, headers, delimiters, ragged rows, quotes, line ends."""

from tests.corpus.case import GOOD, HEADER, PLAIN, Case, kept, refused, row, with_row

CASES = (
    Case("a cell larger than most readers allow", with_row(description="x" * 200_000), "A", None,
         4),
    Case("a cell too many beside one larger than most readers allow",
         (PLAIN + row(description="x" * 200_000 + ",y")).encode(), "Q", "row_too_long", 3, 1, 5),
    Case("well formed", PLAIN.encode(), "A"),
    refused("0 bytes", b"", "file_empty"),
    refused("only a BOM", b"\xef\xbb\xbf", "file_empty"),
    refused("only newlines", b"\n\n\n", "file_empty"),
    refused("only spaces", b"   ", "file_empty"),
    refused("header only", HEADER, "no_rows"),
    refused("no header", GOOD, "header_missing", line=1),
    refused("needed column absent", PLAIN.replace("order_time", "xyz"), "source_unknown"),
    refused(
        "a column twice", PLAIN.replace("description", "price"), "header_repeated", 1, "price"
    ),
    refused(
        "Price and price", PLAIN.replace("description", "Price"), "header_repeated", 1, "Price"
    ),
    Case(
        "homoglyph in a header", PLAIN.replace("price", "pri\u0441e").encode(), "W",
        "header_lookalike", line=1, column="price",
    ),
    Case(
        "invisible characters in a header",
        PLAIN.replace("order_time", "order_time\u200b\u00a0").encode(), "A",
    ),
    Case(
        "a column without a name", PLAIN.replace("description", "").encode(), "W",
        "header_unnamed",
    ),
    Case("row too long", (PLAIN + "4,a,b,c,d,e,f,g,h\n").encode(), "Q", "row_too_long", 3, 1, 5),
    Case("row too short", (PLAIN + "4,tea\n").encode(), "Q", "row_too_short", 3, 1, 5),
    refused("all rows one longer", HEADER + GOOD.replace("\n", ",x\n"), "no_usable_rows"),
    refused(
        "quote never closed", PLAIN + '4,2026-01-08,tea,dan,1,4.00,"Green\n' + GOOD,
        "quote_unclosed", 5,
    ),
    kept("quote in the middle", description='5" screen'),
    Case("newline in quotes", with_row(description='"two\nlines"'), "A", None, 4),
    Case("semicolons", PLAIN.replace(",", ";").encode(), "A"),
    Case(
        "semicolons and decimal comma",
        PLAIN.replace(",", ";").replace("4.00", "4,50").replace("9.00", "9,00").encode(), "A",
        "decimal_comma", column="price",
    ),
    Case("tabs", PLAIN.replace(",", "\t").encode(), "A"),
    Case("pipes", PLAIN.replace(",", "|").encode(), "A"),
    Case("Excel's sep= line", b"sep=;\n" + PLAIN.replace(",", ";").encode(), "A"),
    Case("carriage returns only", PLAIN.replace("\n", "\r").encode(), "A"),
    Case("mixed line ends", PLAIN.replace("\n", "\r\n", 2).encode(), "A"),
    Case("total row", (PLAIN + "Total,,,,6,17.00,\n").encode(), "Q", "total_row", 3, 1, 5),
    refused(
        "preamble lines", "Monthly report\nShop: Tea & Cup\n\n" + PLAIN, "header_not_first", 4
    ),
    Case("footer", (PLAIN + "(3 rows affected)\n").encode(), "Q", "row_too_short", 3, 1, 5),
    Case("blank lines", (HEADER + "\n" + GOOD + "\n\n").encode(), "W", "blank_lines"),
    Case("comment line", (PLAIN + "# by hand\n").encode(), "Q", "row_too_short", 3, 1, 5),
    refused(
        "100,000 columns", ",".join(f"c{n}" for n in range(100_000)) + "\n", "header_too_long", 1
    ),
    Case(
        "field of 5 MB", with_row(description="x" * 5_000_000), "Q", "record_too_large", 3, 1, 5
    ),
    refused("header of 2 MB", "h" * 2_000_000 + "," + PLAIN, "header_too_long", 1),
    # Beyond the list:
    refused(
        "501 columns", ",".join(f"column {n}" for n in range(501)) + "\n", "too_many_columns", 1
    ),
    refused("one column only", "order_id\n1\n2\n", "one_column"),
    refused(
        "preamble padded with commas", "Monthly report,,,,,,\n,,,,,,\n" + PLAIN,
        "header_not_first", 3,
    ),
    Case(
        "header over two lines", (HEADER + ",,,,pieces,EUR,\n" + GOOD).encode(), "Q", "missing",
        3, 1, 2, "order_id",
    ),
    Case(
        "header with a line break in quotes",
        PLAIN.replace("order_time", '"order\ntime"').encode(), "A",
    ),
    Case("header in capitals", (HEADER.upper() + GOOD).encode(), "A"),
    Case(
        "header with units in parentheses",
        PLAIN.replace("price", "price (EUR)").replace("quantity", "quantity (pcs)").encode(), "A",
    ),
    Case("no line end at the end", PLAIN.rstrip("\n").encode(), "A"),
    Case("crlf", PLAIN.replace("\n", "\r\n").encode(), "A"),
    Case(
        "every field quoted",
        "\n".join(
            ",".join(f'"{cell}"' for cell in line.split(",")) for line in PLAIN.splitlines()
        ).encode(), "A",
    ),
    Case(
        "text after a closing quote", with_row(description='"5" screen'), "Q", "quote_misplaced",
        3, 1, 5,
    ),
    Case(
        "delimiter at the end of every line", PLAIN.replace("\n", ",\n").encode(), "W",
        "header_unnamed",
    ),
    Case(
        "trailing totals of a report",
        (PLAIN + "Subtotal,,,,6,17.00,\nGrand Total,,,,6,17.00,\n").encode(), "Q", "total_row",
        3, 2, 5,
    ),
    Case(
        "Chinese total", (PLAIN + "合计,,,,6,17.00,\n").encode(), "Q", "total_row", 3, 1, 5,
    ),
    Case(
        "footer with the time of export",
        (PLAIN + "\nExported 2026-02-01 by admin\n").encode(), "Q", "row_too_short", 3, 1, 6,
    ),
    Case(
        "two files pasted together", (PLAIN + HEADER + row()).encode(), "Q", "not_a_date", 4, 1,
        5, "order_time",
    ),
    Case(
        "two files pasted together with their BOMs",
        b"\xef\xbb\xbf" + PLAIN.encode() + b"\xef\xbb\xbf" + HEADER.encode() + row().encode(),
        "Q", "not_a_date", 4, 1, 5, "order_time",
    ),
    Case(
        "lone carriage return in a row", with_row(description="a\rb"), "Q",
        "control_character", 3, 1, 5,
    ),
    Case(
        "commas only, no cells", (PLAIN + ",,,,,,\n").encode(), "Q", "missing", 3, 1, 5,
        "order_id",
    ),
)  # fmt: skip
