# SPDX-License-Identifier: GPL-2.0-or-later
"""What MicroPython runs the agent's tests with: the part of CPython's unittest that they use.

MicroPython's own cannot be installed by pip: its packages have neither setup.py nor wheel.
"""

import sys


class _Raises:
    """What `with self.assertRaises(...) as caught` gives: the error is in `exception`."""

    def __init__(self, expected):
        self.expected = expected
        self.exception = None

    def __enter__(self):
        return self

    def __exit__(self, kind, error, _):
        if kind is None:
            raise AssertionError(f"{self.expected} not raised")
        self.exception = error
        return isinstance(error, self.expected)


class _SubTest:
    """Names a case; unlike CPython's, the first that fails ends the test."""

    def __init__(self, case):
        self.case = case

    def __enter__(self):
        return self

    def __exit__(self, kind, error, _):
        if kind is not None:
            print("in the case", self.case)
        return False


class TestCase:
    """Tests are the methods whose names begin with test."""

    def setUp(self):
        """Run before each test."""

    def tearDown(self):
        """Run after each test."""

    def addCleanup(self, function, *arguments):
        """Have a function called after the test, the last first."""
        self._cleanups.append((function, arguments))

    def subTest(self, *message, **case):
        return _SubTest((message, case))

    def fail(self, message="failed"):
        raise AssertionError(message)

    def _check(self, holds, text, values, message):
        """The text is made of long values only if it is needed."""
        if not holds:
            text = text.format(*[repr(value) for value in values])
            raise AssertionError(f"{text}: {message}" if message else text)

    def assertTrue(self, value, msg=None):
        self._check(value, "{} is not true", [value], msg)

    def assertFalse(self, value, msg=None):
        self._check(not value, "{} is not false", [value], msg)

    def assertEqual(self, one, other, msg=None):
        self._check(one == other, "{} != {}", [one, other], msg)

    def assertNotEqual(self, one, other, msg=None):
        self._check(one != other, "{} == {}", [one, other], msg)

    def assertIs(self, one, other, msg=None):
        self._check(one is other, "{} is not {}", [one, other], msg)

    def assertIsNot(self, one, other, msg=None):
        self._check(one is not other, "{} is {}", [one, other], msg)

    def assertIsNone(self, value, msg=None):
        self._check(value is None, "{} is not None", [value], msg)

    def assertIsNotNone(self, value, msg=None):
        self._check(value is not None, "is None", [], msg)

    def assertIn(self, item, container, msg=None):
        self._check(item in container, "{} not in {}", [item, container], msg)

    def assertNotIn(self, item, container, msg=None):
        self._check(item not in container, "{} in {}", [item, container], msg)

    def assertIsInstance(self, value, kind, msg=None):
        self._check(isinstance(value, kind), "{} is no {}", [value, kind], msg)

    def assertLess(self, one, other, msg=None):
        self._check(one < other, "{} is not less than {}", [one, other], msg)

    def assertLessEqual(self, one, other, msg=None):
        self._check(one <= other, "{} is more than {}", [one, other], msg)

    def assertGreater(self, one, other, msg=None):
        self._check(one > other, "{} is not more than {}", [one, other], msg)

    def assertGreaterEqual(self, one, other, msg=None):
        self._check(one >= other, "{} is less than {}", [one, other], msg)

    def assertRaises(self, expected, function=None, *arguments, **named):
        caught = _Raises(expected)
        if function is None:
            return caught
        with caught:
            function(*arguments, **named)
        return None

    def run_one(self, name):
        """Run one test; its errors are the caller's."""
        self._cleanups = []
        try:
            self.setUp()
            try:
                getattr(self, name)()
            finally:
                self.tearDown()
        finally:
            while self._cleanups:
                function, arguments = self._cleanups.pop()
                function(*arguments)


def _passes(case, name):
    """Whether a test passes; prints why not."""
    try:
        case().run_one(name)
    except Exception as error:
        print("FAILED", case.__name__, name)
        sys.print_exception(error, sys.stdout)
        return False
    return True


def main(module):
    """Run all tests of a module; print the names of those that pass; return how many fail."""
    loaded = __import__(module)
    failed = 0
    for label in sorted(dir(loaded)):
        case = getattr(loaded, label)
        if not isinstance(case, type) or not issubclass(case, TestCase):
            continue
        for name in sorted(dir(case)):
            if name.startswith("test"):
                if _passes(case, name):
                    print("ok", case.__name__, name)
                else:
                    failed += 1
    return failed
