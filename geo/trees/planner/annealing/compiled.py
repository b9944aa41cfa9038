"""How the functions of this package are compiled. Nothing in them makes an array, so that none is counted or freed."""

from collections.abc import Callable
from typing import Any, TypeVar

from numba import njit

Function = TypeVar("Function", bound=Callable[..., Any])

OPTIONS: dict[str, Any] = {"error_model": "numpy", "_nrt": False}


def inlined(function: Function) -> Function:
    """A function that becomes part of each that calls it."""
    return njit(forceinline=True, **OPTIONS)(function)


def apart(function: Function) -> Function:
    """A function that is called."""
    return njit(**OPTIONS)(function)
