"""When to stop: at a time, or when somebody says so."""

from dataclasses import dataclass
from threading import Event
from time import monotonic


@dataclass(frozen=True)
class Deadline:
    """The end of a search: `until` by the clock `monotonic`, or `stop`."""

    until: float
    stop: Event

    @property
    def over(self) -> bool:
        """Whether it is time to stop."""
        return self.stop.is_set() or monotonic() > self.until

    @property
    def left(self) -> float:
        """Seconds that a solver may still take."""
        return max(self.until - monotonic(), 0.01)
