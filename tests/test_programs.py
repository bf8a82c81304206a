"""Random programs: derivatives of whole graphs, with reuse, broadcasting, slicing, reductions, products, joins, writes.

Each run draws new programs. A failure prints the smallest program that is wrong, as runnable NumPy code: save that as a
file in ``tests/corpus``, whose programs run each time. How many are drawn: see ``autograd.testing.profiles``.
"""

from pathlib import Path

import pytest
from hypothesis import Phase, given

from autograd.testing import Program, check_program, profiles
from autograd.testing.strategies import programs

CORPUS = sorted((Path(__file__).parent / "corpus").glob("*.py"))
# check_program finds the smallest program by itself, in a second; hypothesis would need a minute
drawing = {"phases": [Phase.explicit, Phase.reuse, Phase.generate]}


@pytest.mark.parametrize("order", [1, 2])
@pytest.mark.parametrize("path", CORPUS, ids=[path.stem for path in CORPUS])
def test_programs_that_were_wrong_once(path, order):
    check_program(Program(path.read_text(encoding="utf-8")), order=order)


@profiles.settings_of(max_examples=8.0, **drawing)
@given(programs(max_lines=60))
def test_gradients_of_random_programs(program):
    check_program(program)


@profiles.settings_of(max_examples=8.0, **drawing)
@given(programs(min_lines=1, max_lines=12))
def test_second_derivatives_of_random_programs(program):
    check_program(program, order=2)


@profiles.settings_of(max_examples=0.2, **drawing)
@given(programs(min_lines=60, max_lines=200))
def test_gradients_of_long_random_programs(program):
    check_program(program)
