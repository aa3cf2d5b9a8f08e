"""A storm on one slider, spoken to the server as the browser speaks, without the browser's pace."""

import time
from collections.abc import Iterator

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import ClientConnection, connect

MOVES = 30
APART = 0.05


class Hand:
    """One session on the Plan page with the budget slider in its hand."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket
        self.slider = self.fragment = ""
        self.step = self.now = 0
        self.said = ""

    def open(self) -> None:
        message = BackMsg()
        message.rerun_script.page_name = "plan"
        message.rerun_script.query_string = "lang=en"
        self.socket.send(message.SerializeToString())

    def move(self, budget: int) -> None:
        message = BackMsg()
        state = message.rerun_script
        state.page_name, state.fragment_id, state.query_string = "plan", self.fragment, "lang=en"
        widget = state.widget_states.widgets.add()
        widget.id = self.slider
        widget.double_array_value.data.append(budget)
        self.socket.send(message.SerializeToString())

    def listen(self, quiet: float, most: float = 120.0) -> None:
        """Read until nothing has come for `quiet` seconds."""
        until = time.monotonic() + most
        while time.monotonic() < until:
            try:
                raw = self.socket.recv(timeout=quiet)
            except TimeoutError:
                return
            for element, fragment in elements(raw):
                if element.WhichOneof("type") == "slider" and element.slider.label == "Budget":
                    slider = element.slider
                    self.slider, self.fragment, self.step = slider.id, fragment, int(slider.step)
                    self.now = int((slider.value if slider.set_value else slider.default)[0])
                if element.WhichOneof("type") == "markdown" and "of the budget of" in (
                    element.markdown.body
                ):
                    self.said = element.markdown.body
        pytest.fail("the server did not come to rest")


def elements(raw: bytes | str) -> Iterator[tuple[object, str]]:
    message = ForwardMsg()
    message.ParseFromString(raw if isinstance(raw, bytes) else raw.encode())
    if message.WhichOneof("type") == "delta" and message.delta.WhichOneof("type") == "new_element":
        yield message.delta.new_element, message.delta.fragment_id


@pytest.fixture
def hand(server):
    address = server.url.replace("http", "ws") + "/_stcore/stream"
    with connect(address, subprotocols=["streamlit"], max_size=None, origin=server.url) as socket:
        opened = Hand(socket)
        opened.open()
        until = time.monotonic() + 120
        while not opened.said and time.monotonic() < until:
            opened.listen(quiet=3.0)
        assert opened.said, "the Plan page showed no plan"
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
    assert f"of the budget of {last:,}" in hand.said


def test_a_single_move_is_answered_by_a_quick_plan_and_then_by_the_exact_one(server, hand):
    before, lower = len(server.solves()), hand.now - 5 * hand.step
    hand.move(lower)
    hand.listen(quiet=5.0)
    assert server.solves()[before:] == ["quick", "exact"]
    assert f"of the budget of {lower:,}" in hand.said
