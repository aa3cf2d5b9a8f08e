"""A request is the same after it was written to a file, a link or a scenario."""

import json
import tomllib

import pytest

from promo import workflow
from promo.errors import BadRequest
from promo.optimize import RULES, rule_from
from promo.words import explain
from promo.workflow import PlanRequest, request_from, request_to

AMOUNTS = {
    "money": 250.0, "share": 0.25, "count": 2, "weeks": 2, "amount": 12.5, "flag": True,
    "product": "p1", "other_product": "p2", "products": ("p1", "p2"), "category": "c0",
    "brand": "house", "segment": "s0", "mechanic": "percent", "channel": "shop",
    "measure": "profit", "first": "2026-03-02", "last": "2026-03-09",
}  # fmt: skip


def example(code):
    """A rule with every amount said."""
    kinds = RULES[code].kinds()
    given = {name: AMOUNTS[kind] for name, kind in kinds.items()}
    return rule_from({"rule": code, **given})


@pytest.mark.parametrize("code", RULES)
def test_every_rule_survives_a_file(code):
    said = workflow.rule_to(example(code))
    assert rule_from(json.loads(json.dumps(said))) == example(code)


def test_a_request_survives_a_file():
    asked = PlanRequest(
        budget=500.0, category_budget={"tea": 90.0}, max_promoted=3, caution=0.75,
        objective={"profit": 1.0, "units": 0.2}, more=tuple(example(code) for code in RULES),
    )  # fmt: skip
    assert request_from(json.loads(json.dumps(request_to(asked)))) == asked
    assert request_from(request_to(PlanRequest())) == PlanRequest()


def test_a_request_reads_as_a_rules_file():
    text = 'max_discount = 0.4\n[[rules]]\nrule = "gap"\nweeks = 2\n'
    asked = request_from(tomllib.loads(text))
    assert asked.max_discount == 0.4
    assert [rule.code for rule in asked.more] == ["gap"]


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"rules": [{"rule": "gab", "weeks": 2}]}, "rule"),
        ({"rules": [{"rule": "gap", "week": 2}]}, "gap.week"),
        ({"rules": [{"rule": "gap"}]}, "gap"),
        ({"rules": [{"rule": "gap", "weeks": 1.5}]}, "gap.weeks"),
        ({"rules": [{"rule": "margin_floor", "share": 15}]}, "margin_floor.share"),
        (
            {"rules": [{"rule": "never_together", "product": "p1", "other": "p1"}]},
            "never_together.other",
        ),
        ({"rules": [{"rule": "only_with", "product": "p1", "other": "p1"}]}, "only_with.other"),
        ({"rules": "gap"}, "rules"),
        ({"budgget": 3}, "rule"),
        ({"max_promoted": 2.5}, "max_promoted"),
    ],
)
def test_what_cannot_be_meant_is_refused_by_name(said, field):
    with pytest.raises(BadRequest) as caught:
        request_from(said)
    assert caught.value.facts["field"] == field


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "only_with.other cannot be tea: it must be another product than the first."),
        ("zh", "only_with.other不能为 tea：不能与前一个商品相同，请另选一个。"),
    ],
)
def test_a_product_beside_itself_is_refused_in_words(language, sentence):
    with pytest.raises(BadRequest) as caught:
        rule_from({"rule": "only_with", "product": "tea", "other": "tea"})
    assert explain(language, caught.value) == sentence
