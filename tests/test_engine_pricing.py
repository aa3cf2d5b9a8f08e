"""One product at given prices, against the list of everything it could do."""

from itertools import product as combinations

import numpy as np
import pytest

from promo.optimize.blocks import singles
from promo.optimize.engine import replace
from promo.optimize.packed import Packed
from promo.optimize.repair import Repair
from promo.optimize.rounds import Rounds
from tests.engine_cases import apart, draw, keeps


class Deaf:
    """A master that is never asked."""

    def begin(self, limit):
        pass


def asked(seed, segments, levels=3, saving=0.0):
    """A drawn problem, prices of both signs, and its rounds."""
    problem, case = draw(
        seed, products=2, weeks=1 + seed % 4, segments=segments, levels=levels, saving=saving
    )
    price = np.random.default_rng(seed).uniform(0, 1.0, len(case.limit))
    price = np.where(problem.least, -price, price)
    return problem, case, price, Rounds(Packed(problem), case, singles(problem), Deaf())


def best_of(problem, case, price, product):
    """What the best whole plan of a product earns above the prices of rows, by listing."""
    mine = np.flatnonzero(problem.product[problem.switch] == product)
    choices = [[-1, *np.flatnonzero((problem.group == g) & case.open)] for g in mine]
    red = problem.value - problem.nudge - problem.rows.priced(price)
    charge = problem.counts.priced(price)
    best = 0.0
    for plan in combinations(*choices):
        chosen = np.array([k for k in plan if k >= 0], dtype=int)
        if problem.demand[chosen].sum() > case.room[product] * (1 + 1e-12):
            continue
        on = np.zeros(len(problem.product), bool)
        on[problem.level_switch[chosen]] = True
        paid = on & ~case.on
        worth = red[chosen].sum() - charge[paid].sum()
        if worth > best and apart(problem, case, paid):
            best = worth
    return best


@pytest.mark.parametrize("seed", range(80))
def test_the_whole_plan_of_a_product_is_its_best(seed):
    whole_plans_are_best(*asked(seed, 1 + seed % 2))


def test_it_is_where_a_promotion_lowers_what_is_asked_for_after_it():
    """What does not fit by itself may fit beside what saves items."""
    for seed in (*range(40), 130, 362, 443, 548, 557, 596):
        whole_plans_are_best(*asked(seed, 1 + seed % 3, 2, saving=0.35))


def whole_plans_are_best(problem, case, price, rounds):
    linear, whole = rounds.ask(price), rounds.ask(price, whole=True)
    for product in range(problem.products):
        mine = np.bincount(problem.group)[problem.product[problem.switch] == product]
        if np.prod(mine + 1.0) > 4_096:
            continue
        best = best_of(problem, case, price, product)
        assert linear.plans.over[product] >= best - 1e-9
        assert whole.plans.over[product] == pytest.approx(best, abs=1e-7)


@pytest.mark.parametrize("seed", range(40))
def test_the_linear_plan_of_a_product_fits_its_stock_and_earns_what_is_proved(seed):
    problem, case, price, rounds = asked(seed, 2)
    plans = rounds.ask(price).plans
    red = problem.value - problem.nudge - problem.rows.priced(price)
    charge = np.where(case.on, 0.0, problem.counts.priced(price))
    earned, used = np.zeros(problem.products), np.zeros(problem.products)
    for pick, part in ((plans.high, plans.part), (plans.low, 1 - plans.part)):
        chosen = pick[pick >= 0]
        owner = problem.owner[chosen]
        np.add.at(earned, owner, part[owner] * red[chosen])
        np.add.at(used, owner, part[owner] * problem.demand[chosen])
        on = np.unique(problem.level_switch[chosen])
        np.subtract.at(earned, problem.product[on], part[problem.product[on]] * charge[on])
    assert (used <= case.room * (1 + 1e-9)).all()
    assert earned == pytest.approx(plans.over, rel=1e-6, abs=1e-6)


@pytest.mark.parametrize("seed", range(40))
def test_a_repaired_plan_keeps_every_limit_or_there_is_none(seed):
    problem, case, price, rounds = asked(seed, 2)
    case = replace(case, limit=np.where(problem.least, -50.0, case.limit))
    made = rounds.ask(price, whole=True)
    plan = Repair(rounds.packed, case, price, made.plans.stock).run(made.plans.high)
    weight = np.zeros(len(problem))
    weight[plan[plan >= 0]] = 1.0
    assert plan.size
    assert keeps(problem, case, weight, 1e-8)
