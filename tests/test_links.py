"""Several files are one dataset: what names something that no other file knows is counted."""

import json

from promo.cli import main
from promo.domain import Link
from promo.ingest import build, inspect, open_dataset

FILES = {
    "orders": "order_id,order_date,sku,customer_id,qty,price\n"
    "O1,2026-01-05,A,C1,1,2\nO2,2026-01-05,A,C9,1,2\nO3,2026-01-06,Z,C9,1,2\nO4,2026-01-06,E,,1,2\n",
    "products": "sku,name,category\nA,Tea,hot\nE,Cup,things\nD,Pot,things\n",
    "users": "customer_id,age\nC1,30\nC2,40\n",
    "redemptions": "customer_id,coupon_id,redeemed_at,order_id\nC1,K1,2026-01-05,O1\n",
    "coupons": "coupon_id,value\nK1,5\nK2,9\n",
}


def imported(folder, *names):
    files = []
    for name in names:
        path = folder / f"{name}.csv"
        path.write_text(FILES[name])
        files.append((path, inspect(path).suggestion))
    return build(files, folder / "d", "shop")


def linked(dataset):
    return {(link.child, link.child_field, link.parent): link for link in dataset.links}


def test_orphans_and_what_nobody_names_are_counted_on_both_sides(tmp_path):
    dataset = imported(tmp_path, "orders", "products", "users")
    assert linked(dataset) == {
        ("orders", "product_id", "products"): Link(
            "orders", "product_id", "products", "product_id",
            rows=4, keys=3, orphan_rows=1, orphan_keys=1, parents=3, unused=1,
        ),
        ("orders", "customer_id", "users"): Link(
            "orders", "customer_id", "users", "customer_id",
            rows=3, keys=2, orphan_rows=2, orphan_keys=1, parents=2, unused=1,
        ),
    }  # fmt: skip
    assert open_dataset(tmp_path / "d").links == dataset.links


def test_every_pair_with_a_key_in_common_is_a_link(tmp_path):
    found = linked(imported(tmp_path, *FILES))
    assert {(child, parent) for child, _, parent in found} == {
        ("orders", "products"), ("orders", "users"), ("redemptions", "users"),
        ("redemptions", "coupons"), ("redemptions", "orders"),
    }  # fmt: skip
    coupons = found["redemptions", "coupon_id", "coupons"]
    assert (coupons.orphan_rows, coupons.unused) == (0, 1)


def test_one_table_alone_has_no_links(tmp_path):
    assert imported(tmp_path, "orders").links == ()


def test_the_command_line_prints_the_links(tmp_path, capsys):
    for name in ("orders", "products"):
        (tmp_path / f"{name}.csv").write_text(FILES[name])
    paths = [str(tmp_path / f"{name}.csv") for name in ("orders", "products")]
    main(["import", *paths, "--workspace", str(tmp_path / "w"), "--name", "shop", "--json"])
    (link,) = json.loads(capsys.readouterr().out)["links"]
    assert (link["child"], link["parent"], link["orphan_rows"]) == ("orders", "products", 1)
