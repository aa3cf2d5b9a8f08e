"""When to stop: at a time, or when somebody says so."""

from dataclasses import dataclass, field
from threading import Event
from time import monotonic

from promo.optimize.compiling import waited


@dataclass(frozen=True)
class Deadline:
    """The end of a search: `until` by the clock `monotonic`, or `stop`.

    On a new machine kernels are compiled once, for longer than most plans take. That time is not
    taken from the plan.
    """

    until: float
    stop: Event
    waited: float = field(default_factory=waited)

    @property
    def over(self) -> bool:
        """Whether it is time to stop."""
        return self.stop.is_set() or self._rest < 0

    @property
    def left(self) -> float:
        """Seconds that a solver may still take."""
        return max(self._rest, 0.01)

    @property
    def _rest(self) -> float:
        return self.until - monotonic() + waited() - self.waited


@dataclass
class Turn:
    """Whose move it is: what a solver that serves many moves asks whether to stop."""

    stop: Event = field(default_factory=Event)

    def is_set(self) -> bool:
        """Whether the move under way is to stop."""
        return self.stop.is_set()
