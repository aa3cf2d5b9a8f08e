"""Privacy and size: what should not be uploaded, and files too small to learn from."""

from tests.corpus.case import HEADER, PLAIN, Case, refused, row, table

ORDER = "order_id,order_time,product_id,customer_id,quantity,price,contact"
MAILS = ("ann@example.com", "bob@example.org", "cat@example.net")
CARDS = ("4111111111111111", "5500 0000 0000 0004", "3400-000000-00009")


def contacts(cells: tuple[str, ...]) -> bytes:
    """Order lines with one more column of those cells."""
    return table(
        ORDER,
        *(f"{n},2026-01-0{n},tea,u{n},1,4.00,{cell}" for n, cell in enumerate(cells, start=1)),
    )


CASES = (
    Case("a column of e-mail addresses", contacts(MAILS), "W", "email_column", 3,
         column="contact"),
    Case("e-mail addresses as ids",
         table("order_id,order_time,product_id,customer_id,quantity,price",
               *(f"{n},2026-01-0{n},tea,{mail},1,4.00" for n, mail in enumerate(MAILS, 1))),
         "W", "email_as_id", 3, column="customer_id"),
    refused("card numbers", contacts(CARDS), "card_numbers", 2, "contact"),
    refused("card numbers that begin late among other notes",
            ORDER.replace("contact", "notes") + "\n" + "".join(
                f"{n},2026-01-05,tea,u{n},1,4.00,{'' if n % 2 else 'gift'}\n" for n in range(1_500)
            ) + "".join(f"{n},2026-01-05,tea,u{n},1,4.00,{CARDS[n % 3]}\n" for n in range(5)),
            "card_numbers", 1_502, "notes"),
    Case("one customer",
         (HEADER + "".join(row(order_id=str(n)) for n in range(5))).encode(), "W",
         "one_customer", 5, column="customer_id"),
    refused("all rows bad", HEADER + row(price="cheap") + row(price="dear"), "no_usable_rows"),
    Case("one row", (HEADER + row()).encode(), "W", "one_row", 1),
    # Beyond the list:
    Case("numbers as long as cards that are none",
         contacts(("4111111111111112", "5500000000000005", "340000000000008")), "A", None, 3),
    Case("one address among notes", contacts(("call first", "ann@example.com", "", "gift")), "A",
         None, 4),
    Case("telephone numbers", contacts(("+49 30 1234567", "13800138000", "(030) 1234")), "A",
         None, 3),
    Case("no customers at all",
         table("order_id,order_time,product_id,quantity,price", "1,2026-01-05,tea,1,4.00",
               "2,2026-01-06,tea,1,4.00"), "A", None, 2),
    Case("one row and its repeats", (PLAIN[: len(HEADER)] + row() * 3).encode(), "W", "one_row",
         1, 2),
)  # fmt: skip
