"""What tests of those who listen to the engine share."""

import contextvars

import pytest

from autograd import nn, tape
from autograd.debug import _hooks, _timing
from autograd.primitive import registry
from autograd.visual.reading import scopes


@pytest.fixture
def nothing_left_behind():
    """After the test the engine is as it was."""
    entrances = [vars(owner)[name] for owner, name in _timing.ENTRANCES]
    clock = tape._clock
    yield
    assert (tape._clock, tape.watcher, nn.Module.observers) == (clock, None, [])
    assert [vars(owner)[name] for owner, name in _timing.ENTRANCES] == entrances
    assert all(type(p.link).__name__ == "function" for p in registry.values())
    # one more variable in the context makes looking up the others slower
    assert not {_hooks.active, scopes._inside} & set(contextvars.copy_context())
