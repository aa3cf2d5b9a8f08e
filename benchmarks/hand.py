"""One session on the Plan page that speaks to the server as the browser does, without its pace."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin, Subprotocol

PATIENCE = 180.0
"""Seconds that a first page may take on a busy machine."""


class Hand:
    """The budget slider of one session: what it was moved to, and what the page says of it."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket
        self.slider = self.fragment = ""
        self.step = self.now = 0
        self.said: list[str] = []

    def open(self) -> None:
        """Ask for the Plan page."""
        message = BackMsg()
        message.rerun_script.page_name = "plan"
        message.rerun_script.query_string = "lang=en"
        self.socket.send(message.SerializeToString())

    def move(self, budget: int) -> None:
        """Let go of the slider at a budget."""
        message = BackMsg()
        state = message.rerun_script
        state.page_name, state.fragment_id, state.query_string = "plan", self.fragment, "lang=en"
        widget = state.widget_states.widgets.add()
        widget.id = self.slider
        widget.double_array_value.data.append(budget)
        self.socket.send(message.SerializeToString())

    def listen(self, quiet: float, until: str = "", most: float = PATIENCE) -> bool:
        """Read until nothing has come for `quiet` seconds, or something with `until` was said.

        Raises:
            TimeoutError: the server did not come to rest.
        """
        end = time.monotonic() + most
        while time.monotonic() < end:
            try:
                raw = self.socket.recv(timeout=quiet)
            except TimeoutError:
                return False
            for element, fragment in _elements(raw):
                self._see(element, fragment)
                if until and self.said and until in self.said[-1]:
                    return True
        raise TimeoutError("the server did not come to rest")

    def _see(self, element: Any, fragment: str) -> None:
        kind = element.WhichOneof("type")
        if kind == "slider" and element.slider.label == "Budget":
            slider = element.slider
            self.slider, self.fragment, self.step = slider.id, fragment, int(slider.step)
            self.now = int((slider.value if slider.set_value else slider.default)[0])
        if kind == "markdown" and "of the budget of" in element.markdown.body:
            self.said.append(element.markdown.body)


def _elements(raw: bytes | str) -> Iterator[tuple[Any, str]]:
    message = ForwardMsg()
    message.ParseFromString(raw if isinstance(raw, bytes) else raw.encode())
    if message.WhichOneof("type") == "delta" and message.delta.WhichOneof("type") == "new_element":
        yield message.delta.new_element, message.delta.fragment_id


@contextmanager
def at_the_plan(url: str) -> Iterator[Hand]:
    """A session whose Plan page shows a plan.

    Raises:
        TimeoutError: it showed none.
    """
    address = url.replace("http", "ws") + "/_stcore/stream"
    spoken = [Subprotocol("streamlit")]
    with connect(address, subprotocols=spoken, max_size=None, origin=Origin(url)) as socket:
        hand = Hand(socket)
        hand.open()
        end = time.monotonic() + PATIENCE
        while not hand.said and time.monotonic() < end:
            hand.listen(quiet=3.0)
        if not hand.said:
            raise TimeoutError("the Plan page showed no plan")
        yield hand
