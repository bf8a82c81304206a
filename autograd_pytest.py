"""A pytest plugin: tests that state a function and where to check its derivatives. PYTEST_DONT_REWRITE.

It is a module of its own, beside the package, because pytest imports a plugin in every run: this one imports nothing
until a test uses it.

``@pytest.mark.gradcheck``
    The test returns a function and where to check it; keywords of the mark go to
    ``autograd.testing.check_gradients``::

        @pytest.mark.gradcheck(order=2)
        def test_softplus():
            return softplus, np.linspace(-2, 2, 5)

    Fixtures and ``parametrize`` work as usual. A failure is reported without a traceback, which would only lead into
    the library.

``gradcheck``
    A fixture, the function ``check_gradients`` itself, for tests that check several things, or that draw what they
    check: it may be used beside hypothesis' ``@given``. ``gradcheck.primitive`` is ``check_primitive`` and
    ``gradcheck.program`` is ``check_program``.

``--autograd-profile=dev|ci|intense``
    How much hypothesis draws: see ``autograd.testing.profiles``. It becomes hypothesis' default profile, too. Without
    the option, hypothesis is left alone.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

PROFILES = ("dev", "ci", "intense")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add ``--autograd-profile``."""
    group = parser.getgroup("autograd", "checks of derivatives")
    group.addoption(
        "--autograd-profile",
        choices=PROFILES,
        help="how much hypothesis draws: dev (seconds), ci (minutes) or intense (hours)",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Declare the mark, and load the profile if one is asked for."""
    config.addinivalue_line(
        "markers",
        "gradcheck(**kwargs): the test returns (f, *args); check the derivatives of f there with "
        "autograd.testing.check_gradients(f, *args, **kwargs)",
    )
    profile = config.getoption("autograd_profile", None)
    if profile is not None:
        from autograd.testing import profiles

        profiles.load(profile)


class Gradcheck:
    """What the fixture ``gradcheck`` is: ``check_gradients``, and its kin as attributes."""

    def __call__(self, f: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        """``autograd.testing.check_gradients``."""
        __tracebackhide__ = True
        from autograd.testing import check_gradients

        return check_gradients(f, *args, **kwargs)

    def primitive(self, f: Callable[..., Any], *samples: Any, **kwargs: Any) -> Any:
        """``autograd.testing.check_primitive``."""
        __tracebackhide__ = True
        from autograd.testing import check_primitive

        return check_primitive(f, *samples, **kwargs)

    def program(self, program: Any, **kwargs: Any) -> None:
        """``autograd.testing.check_program``."""
        __tracebackhide__ = True
        from autograd.testing import check_program

        check_program(program, **kwargs)


@pytest.fixture(scope="session")
def gradcheck() -> Gradcheck:
    """Check the derivatives of a function: ``gradcheck(f, x)`` is ``autograd.testing.check_gradients(f, x)``."""
    return Gradcheck()


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> bool | None:
    """Run a marked test, and check what it returns."""
    mark = pyfuncitem.get_closest_marker("gradcheck")
    if mark is None:
        return None
    if mark.args:
        pytest.fail("gradcheck: the mark takes keywords of check_gradients; the test returns (f, *args).", False)
    names = pyfuncitem._fixtureinfo.argnames
    given = pyfuncitem.obj(**{name: pyfuncitem.funcargs[name] for name in names})
    if not isinstance(given, tuple) or not given or not callable(given[0]):
        what = "nothing" if given is None else f"{type(given).__name__}"
        pytest.fail(
            f"gradcheck: {pyfuncitem.name} returned {what}; it returns a function and its arguments: "
            f"return np.tanh, np.array([0.3, 0.7]).",
            pytrace=False,
        )
    kwargs = {key: value for m in reversed([*pyfuncitem.iter_markers("gradcheck")]) for key, value in m.kwargs.items()}
    f, *args = given
    try:
        Gradcheck()(f, *args, **kwargs)
    except AssertionError as error:
        pytest.fail(f"{error}", pytrace=False)
    return True
