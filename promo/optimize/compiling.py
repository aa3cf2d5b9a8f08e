"""Kernels: plain Python loops over arrays that numba compiles when a problem is worth it.

A kernel gives the same numbers either way. Compiling means loading numba, which takes longer than
the whole plan of a small shop, so it is done at the first problem that is large, once per process,
and kept on disk under a name that changes with the source. A process that serves many sessions does
it aside and uses them for small problems too. A kernel calls kernels of its own module only.
"""

from collections.abc import Callable
from functools import cache
from hashlib import sha256
from importlib.util import find_spec
from inspect import getsource
from sys import modules
from threading import Event, Lock
from types import FunctionType, ModuleType, SimpleNamespace
from typing import Any, TypeVar

WORTH_COMPILING = 500
"""Levels from which compiled kernels earn back what loading numba costs."""

_AT_HAND, _LOADED, _MAKING = Event(), Event(), Lock()
_KERNELS: dict[str, list[tuple[FunctionType, str]]] = {}
Kernel = TypeVar("Kernel", bound=Callable[..., Any])


def kernel(function: Kernel) -> Kernel:
    """Mark a function as one that can be compiled; it stays what it is."""
    return _noted(function, "never")


def inner(function: Kernel) -> Kernel:
    """A kernel that is built into those that call it, where a call would cost more than it does."""
    return _noted(function, "always")


def _noted(function: Kernel, inline: str) -> Kernel:
    assert isinstance(function, FunctionType)  # noqa: S101 # for the type checker
    _KERNELS.setdefault(function.__module__, []).append((function, inline))
    return function


def kernels(module: ModuleType, size: int) -> SimpleNamespace:
    """The kernels of a module, compiled where numba is there and `size` levels are worth it."""
    if (size > WORTH_COMPILING or _AT_HAND.is_set()) and find_spec("numba") is not None:
        with _MAKING:  # two sessions must not compile the same twice
            return compiled(module)
    return SimpleNamespace(**{each.__name__: each for each, _ in _KERNELS[module.__name__]})


def use_everywhere() -> None:
    """Every problem is worth compiled kernels from now on: they are loaded."""
    _AT_HAND.set()


@cache
def compiled(module: ModuleType) -> SimpleNamespace:
    """Compile the kernels of a module in the order in which they are defined.

    They own no memory, so numba's counting of references, which would take longer than the
    arithmetic, is left out.
    """
    from numba import njit  # loaded only when it is worth it

    _clock()
    _LOADED.set()
    names, made = dict(vars(module)), {}
    for name, value in vars(module).items():
        if isinstance(value, FunctionType) and value.__module__ in _KERNELS.keys() - {
            module.__name__
        }:
            names[name] = vars(compiled(modules[value.__module__]))[name]
    for function, inline in _KERNELS[module.__name__]:
        copy = FunctionType(function.__code__, names, function.__name__)
        copy.__qualname__ = f"{function.__qualname__}_{_stamp()}"
        copy.__module__ = module.__name__
        how: dict[str, Any] = {
            "nogil": True, "inline": inline, "error_model": "numpy", "_nrt": False,
        }  # fmt: skip
        try:
            made[function.__name__] = njit(cache=True, **how)(copy)
        except RuntimeError:  # nowhere to keep what was compiled
            made[function.__name__] = njit(**how)(copy)
        names.update(made)
    return SimpleNamespace(**made)


def waited() -> float:
    """Seconds that this process has spent on compiling kernels and on loading compiled ones."""
    # It is among the modules before it is whole; a thread that asked it then would break both.
    if not _LOADED.is_set():
        return 0.0
    clock = _clock()
    return float(clock.duration) if clock.done else 0.0


@cache
def _clock() -> Any:
    """Numba's own timing of its compiler, over all threads."""
    from numba.core.event import TimingListener, register

    clock = TimingListener()  # type: ignore[no-untyped-call] # numba ships no types
    register("numba:compiler_lock", clock)  # type: ignore[no-untyped-call]
    return clock


@cache
def _stamp() -> str:
    """A short name of all kernels as they are written.

    Numba watches each file by itself, but the tuples that kernels take are shared between them.
    """
    found = sha256()
    for name in sorted(_KERNELS):
        found.update(getsource(modules[name]).encode())
    return found.hexdigest()[:8]
