"""Values: ids, quantities, prices, currencies."""

from tests.corpus.case import HEADER, PLAIN, Case, aside, kept, refused, row, table, with_row

SEMICOLONS = "order_id;order_time;product_id;quantity;price"
MONEY = "order_id,order_time,product_id,quantity,price,currency"


def priced(*prices: str) -> bytes:
    """Order lines with those prices, under semicolons."""
    rows = (f"{n};2026-01-0{n};tea;1;{price}" for n, price in enumerate(prices, start=1))
    return table(SEMICOLONS, *rows)


CASES = (
    kept("id with leading zeros", product_id="00042"),
    aside("id in scientific notation", "id_scientific", product_id="1.23457E+17"),
    kept("id above 2^53", product_id="2103807459595387724"),
    aside("empty id", "missing", product_id=""),
    kept("id NA", customer_id="NA"),
    kept("id NULL", product_id="NULL"),
    kept("id True", customer_id="True"),
    Case("quantity negative", with_row(quantity="-2"), "W", "returns", 4, 0, 5, "quantity"),
    aside("quantity zero", "quantity_zero", quantity="0"),
    aside("quantity broken", "not_whole", quantity="1.5"),
    aside("quantity in words", "not_a_number", quantity="two"),
    aside("quantity absurd", "number_too_large", quantity="9" * 20),
    *(
        aside(f"price {price!r}", "not_a_number", price=price)
        for price in (
            "NaN", "inf", "-inf", "1e999", "€5", "15%", "0x10", "1_000", "１２", "٣", "EURO",
        )
    ),
    aside("price negative", "price_not_positive", price="-1"),
    Case("price with thousands", with_row(price='"1,234.50"'), "W", "thousands_comma", 4, 0,
         column="price"),
    refused("1,234 beside 1.234",
            PLAIN.replace("4.00", '"1,234"').replace("9.00", "1.234"), "decimal_unclear",
            column="price"),
    kept("price of many decimals", price="1.2345678901234567"),
    refused("two currencies",
            table(MONEY, "1,2026-01-05,tea,1,4.00,EUR", "2,2026-01-06,tea,1,4.00,USD"),
            "two_currencies", line=3, column="currency"),
    # Beyond the list:
    Case("one currency",
         table(MONEY, "1,2026-01-05,tea,1,4.00,EUR", "2,2026-01-06,tea,1,4.00,EUR"), "A", None, 2),
    aside("price with unit", "not_a_number", price="5 EUR"),
    aside("price after a tab", "not_a_number", price="\t8"),
    aside("price in parentheses", "not_a_number", price="(5.00)"),
    aside("price with a minus behind", "not_a_number", price="5.00-"),
    aside("price with two points", "not_a_number", price="1.2.3"),
    aside("price of a lost formula", "not_a_number", price="#REF!"),
    aside("price #N/A", "not_a_number", price="#N/A"),
    aside("price of hashes", "not_a_number", price="#####"),
    aside("price null in words", "not_a_number", price="null"),
    aside("price of ten thousands", "not_a_number", price="1.2万"),
    aside("price with yuan", "not_a_number", price="12元"),
    aside("price with a full-width comma", "not_a_number", price="1，234"),
    aside("price missing", "missing", price=""),
    aside("quantity in parentheses", "not_a_number", quantity="(2)"),
    aside("quantity with pieces", "not_a_number", quantity="2 pcs"),
    kept("quantity with a point and zeros", quantity="2.00"),
    kept("quoted numbers", quantity='"2"', price='"5.00"'),
    kept("numbers between blanks", quantity=" 2 ", price=" 5.00 "),
    kept("plus before a number", quantity="+2"),
    kept("id with blanks around", customer_id=" dan "),
    kept("id with an ideographic blank around", customer_id="\u3000dan"),
    kept("id that looks like a date", product_id="2026-01-05"),
    kept("id with a comma in quotes", product_id='"tea, green"'),
    aside("control character in an id", "control_character", product_id="te\x07a"),
    Case("ids that a spreadsheet gave a .0",
         PLAIN.replace("ann", "17850.0").replace("bob", "13047.0").replace("cat", "")
         .encode(), "W", "ids_point_zero", 3, column="customer_id"),
    Case("decimal comma with points between thousands", priced("1.234,50", "4,20"), "A",
         "decimal_comma", 2, column="price"),
    Case("decimal comma in quotes under commas",
         PLAIN.replace("4.00", '"4,50"').replace("9.00", '"9,95"').encode(), "W",
         "decimal_comma", column="price"),
    Case("decimal comma with non-breaking thousands", priced("1\u00a0234,50", "4,20"), "A",
         "decimal_comma", 2, column="price"),
    Case("decimal comma with thin thousands", priced("1\u202f234,50", "4,20"), "A",
         "decimal_comma", 2, column="price"),
    Case("Swiss apostrophes", priced("1'234.50", "4.20"), "A", None, 2),
    Case("non-breaking thousands with a point", priced("1\u00a0234.50", "4.20"), "A", None, 2),
    refused("decimal comma and point", priced("4,20", "4.20"), "decimal_mixed", column="price"),
    Case("comma chosen by her", priced("1,234", "5,678"), "A", None, 2,
         options={"decimal": "comma"}),
    Case("lakhs", with_row(price='"1,23,456.00"'), "Q", "not_a_number", 3, 1, 5, "price"),
    Case("no price but a line total",
         table("order_id,order_time,product_id,quantity,amount", "1,2026-01-05,tea,2,8.00",
               "2,2026-01-06,tea,0,8.00"), "Q", "quantity_zero", 1, 1, 3, "quantity"),
    Case("discount 20 without a sign",
         table("order_id,order_time,product_id,quantity,price,discount",
               "1,2026-01-05,tea,1,8.00,20", "2,2026-01-06,tea,1,9.00,10",
               "3,2026-01-07,tea,1,10.00,0"), "A", "share_percent", 3, column="discount"),
    Case("折扣率 20 without a sign",
         table("订单编号,下单时间,商品编号,数量,单价,原价,折扣率",
               "1,2026-01-05,tea,1,8.00,10.00,20", "2,2026-01-06,tea,1,7.00,10.00,30",
               "3,2026-01-07,tea,1,10.00,10.00,0"), "A", "discount_off", 3, column="折扣率"),
    refused("shares and percents in one column",
            table("order_id,order_time,product_id,quantity,price,discount",
                  "1,2026-01-05,tea,1,8.00,20", "2,2026-01-06,tea,1,9.00,0.1",
                  "3,2026-01-07,tea,1,9.00,0.15"), "share_unclear", column="discount"),
    Case("percent signs",
         table("order_id,order_time,product_id,quantity,price,discount",
               "1,2026-01-05,tea,1,8.00,20%", "2,2026-01-06,tea,1,9.00,10 %"), "A", None, 2),
    Case("share of 120 %",
         table("order_id,order_time,product_id,quantity,price,discount",
               "1,2026-01-05,tea,1,8.00,120%", "2,2026-01-06,tea,1,9.00,10 %"), "Q",
         "share_out_of_range", 1, 1, 2, "discount"),
    Case("every price with the same currency sign",
         (HEADER + row(price="€5") + row(price="6.50 €", customer_id="ann")).encode(), "A",
         "currency_sign", 2),
    refused("prices in two currencies",
            HEADER + row(price="€5") + row(price="$6"), "signs_differ", column="price"),
    refused("two columns in two currencies",
            (HEADER.replace("description", "list_price")
             + row(price="€5", description="$6")), "signs_differ", column="list_price"),
)  # fmt: skip
