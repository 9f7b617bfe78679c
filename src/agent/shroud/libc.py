# SPDX-License-Identifier: GPL-2.0-or-later
"""The C library: MicroPython's ffi, and the same in CPython's ctypes for tests.

func(result, name, arguments) gives a C function; types are ffi's letters: i int, l long, s string,
P pointer (a bytes object, a bytearray that C may write to, an address, or None for NULL).
No struct crosses this border, for their layouts differ between processors and C libraries; nor a
flag whose value does (O_CREAT on MIPS).
"""

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

if sys.implementation.name == "micropython":
    import os

    import ffi
    import uctypes

    _library = ffi.open(None)
    func: "Callable[[str, str, str], Callable[..., int]]" = _library.func
    errno: "Callable[[], int]" = os.errno  # type: ignore[attr-defined]
    address: "Callable[[bytearray], int]" = uctypes.addressof

    def environment() -> int:
        """The address of the environment's strings."""
        found: int = _library.var("P", "environ").get()
        return found

else:
    import ctypes

    _library = ctypes.CDLL(None, use_errno=True)
    errno = ctypes.get_errno
    _TYPES = {"i": ctypes.c_int, "l": ctypes.c_long, "s": ctypes.c_char_p, "P": ctypes.c_void_p}

    def _pointer(value: object) -> object:
        if isinstance(value, bytearray):
            return ctypes.addressof(ctypes.c_char.from_buffer(value))
        return value.encode() if isinstance(value, str) else value

    def func(result: str, name: str, arguments: str) -> "Callable[..., int]":
        """Return a C function."""
        function = getattr(_library, name)
        function.restype = _TYPES[result]
        function.argtypes = [_TYPES[letter] for letter in arguments]

        def call(*values: object) -> int:
            answer: int = function(*[_pointer(value) for value in values])
            return answer

        return call

    def address(buffer: bytearray) -> int:
        """The address of a buffer's first byte."""
        return ctypes.addressof(ctypes.c_char.from_buffer(buffer))

    def environment() -> int:
        """The address of the environment's strings."""
        return ctypes.c_void_p.in_dll(_library, "environ").value or 0


_strerror = func("s", "strerror", "i")


def reason(number: int) -> str:
    """What an error number means, in words."""
    words: object = _strerror(number)
    if isinstance(words, bytes):
        words = words.decode()
    return f"{words} (error {number})"
