"""A small desk with all that a rule can be about: weeks, kinds of offers, brands, segments."""

from dataclasses import replace

from promo import workflow
from promo.domain import ResponseCurves
from promo.optimize import MECHANICS, Offer, PlanModel, build_options

WEEKS = 4
SEGMENTS = ["champions", "loyal"]
DEPTHS = [0.0, 0.1, 0.2, 0.3]


def rich(plain: workflow.Desk) -> workflow.Desk:
    """Two products each of three categories of a desk, promoted in single weeks or in all."""
    rows = plain.scene.curves.rows
    known = rows.drop_duplicates("product_id").groupby("category", sort=False)["product_id"]
    products = [name for _, names in list(known)[:3] for name in names.head(2)]
    rows = rows[rows["product_id"].isin(products) & rows["segment"].isin(SEGMENTS)]
    customers = rows[["product_id", "segment"]].assign(
        new_list=0.01, new_promoted=0.02, back_list=0.01, back_promoted=0.01
    )
    scene = replace(
        plain.scene,
        curves=ResponseCurves(rows.reset_index(drop=True), plain.scene.curves.timing),
        offer=Offer(
            DEPTHS, lengths=(1, WEEKS), mechanics=(MECHANICS["percent"], MECHANICS["coupon"])
        ),
        stock={name: items for name, items in plain.study.stock.items() if name in products},
        associations=None,
        acquisition=customers,
    )
    brand = {name: f"Brand {number % 2}" for number, name in enumerate(products)}
    options = build_options(scene)
    model = PlanModel(options, scene.stock, brand=brand)
    return Rich(plain.study, scene, options, model, plain.shallowest)


class Rich(workflow.Desk):
    """A desk whose options are priced at one caution only."""

    def model_for(self, request):
        return super().model_for(replace(request, caution=workflow.CORRECTION))
