"""When to stop: at a time, or when somebody says so."""

from dataclasses import dataclass, field
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


@dataclass
class Turn:
    """Whose move it is: what a solver that serves many moves asks whether to stop."""

    stop: Event = field(default_factory=Event)

    def is_set(self) -> bool:
        """Whether the move under way is to stop."""
        return self.stop.is_set()
