"""What the tests of pages do with a desk."""

import time

from streamlit.testing.v1 import AppTest


def press(desk: AppTest, key: str) -> AppTest:
    """Press a button that starts long work, and look at the page until that has ended."""
    desk.button(key=key).click().run()
    until = time.monotonic() + 120
    while any(button.key == "cancel" for button in desk.button):
        assert time.monotonic() < until
        time.sleep(0.1)
        desk.run()
    assert not desk.exception, desk.exception
    return desk
