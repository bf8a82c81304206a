"""What tests of several files share as fixtures."""

import pytest

from autograd.primitive import registry


@pytest.fixture
def temporary_primitives():
    """What a test declares is gone after it."""
    before = set(registry)
    yield
    for function in set(registry) - before:
        del registry[function]
