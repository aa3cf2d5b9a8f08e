"""A storm on one slider, spoken to the server as the browser speaks, without the browser's pace."""

import time

import pytest

from benchmarks.hand import at_the_plan

MOVES = 30
APART = 0.05


@pytest.fixture
def hand(server):
    with at_the_plan(server.url) as opened:
        yield opened


def test_a_storm_of_30_moves_starts_at_most_3_solves_and_ends_where_the_slider_stands(server, hand):
    before, start = len(server.solves()), hand.now
    for turn in range(1, MOVES + 1):
        hand.move(start - turn * hand.step)
        time.sleep(APART)
    last = start - MOVES * hand.step
    hand.listen(quiet=5.0)
    solves = server.solves()[before:]
    assert len(solves) <= 3, solves
    assert solves[-1] == "exact"
    assert f"of the budget of {last:,}" in hand.said[-1]


def test_a_single_move_ends_in_the_plan_to_run_and_starts_no_more_than_a_quick_one_before(
    server, hand
):
    before, lower = len(server.solves()), hand.now - 5 * hand.step
    hand.move(lower)
    hand.listen(quiet=5.0)
    assert server.solves()[before:] in (["exact"], ["quick", "exact"])
    assert f"of the budget of {lower:,}" in hand.said[-1]
