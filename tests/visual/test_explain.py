"""The derivation in text and LaTeX, with the numbers of the program."""

import re

import numpy as np
import pytest

import autograd as ag
from autograd.functions import sigmoid
from tests.visual.programs import leaf


def lines(explanation, section):
    """The lines of one section."""
    found = re.split(r"^(?=\S)", str(explanation), flags=re.MULTILINE)
    (text,) = [part for part in found if part.startswith(section)]
    return [line.strip() for line in text.splitlines()[1:]]


def result(explanation):
    return lines(explanation, "Result")[0]


def test_the_textbook_example():
    x, y, z = leaf(2.0, "x"), leaf(3.0, "y"), leaf(4.0, "z")
    f = 5 * (x * y + z)
    said = ag.explain(f, z, wrt=x)
    assert lines(said, "Forward")[:3] == ["x = 2", "y = 3", "z = 4"]
    assert lines(said, "Forward")[3:] == ["v1 = x · y = 6", "v2 = v1 + z = 10", "v3 = 5 · v2 = 50"]
    assert lines(said, "Partial") == ["∂v3/∂v2 = 5", "∂v2/∂v1 = 1", "∂v1/∂x = y = 3"]
    assert lines(said, "Ways") == ["∂v3/∂v2 · ∂v2/∂v1 · ∂v1/∂x = 5 · 1 · 3 = 15"]
    assert lines(said, "Backward")[1:] == ["dv2 = dv3 · 5 = 1 · 5 = 5", "dv1 = dv2 = 5", "dx = dv1 · y = 5 · 3 = 15"]
    assert [result(ag.explain(f, wrt=t)) for t in (x, y, z)] == ["∂v3/∂x = 15", "∂v3/∂y = 10", "∂v3/∂z = 5"]


def test_latex_of_the_textbook_example():
    x, y = leaf(2.0, "x"), leaf(3.0, "y")
    said = ag.explain(x * y + 4.0, wrt=x)
    assert said.latex().splitlines() == [
        r"\begin{aligned}",
        r"&\textbf{Forward} \\",
        r"x &= 2 \\",
        r"y &= 3 \\",
        r"v_{1} &= x \cdot y = 6 \\",
        r"v_{2} &= v_{1} + 4 = 10 \\",
        r"&\textbf{Partial derivatives} \\",
        r"\frac{\partial v_{2}}{\partial v_{1}} &= 1 \\",
        r"\frac{\partial v_{1}}{\partial x} &= y = 3 \\",
        r"&\textbf{Ways from x to v2} \\",
        r"\frac{\partial v_{2}}{\partial v_{1}} \cdot \frac{\partial v_{1}}{\partial x} &= 1 \cdot 3 = 3 \\",
        r"&\textbf{Backward} \\",
        r"\mathrm{d}v_{2} &= 1 \\",
        r"\mathrm{d}v_{1} &= \mathrm{d}v_{2} = 1 \\",
        r"\mathrm{d}x &= \mathrm{d}v_{1} \cdot y = 1 \cdot 3 = 3 \\",
        r"&\textbf{Result} \\",
        r"\frac{\partial v_{2}}{\partial x} &= 3",
        r"\end{aligned}",
    ]
    assert said._repr_latex_() == f"$$\n{said.latex()}\n$$"


def test_ways_that_meet_add_up():
    x = leaf(2.0, "x")
    said = ag.explain(x * x + np.sin(x), wrt=x)
    assert [line.rpartition(" = ")[2] for line in lines(said, "Ways")] == ["2", "2", "-0.4161"]
    into_x = [line for line in lines(said, "Backward") if line.startswith("dx")]
    assert [line.startswith("dx += ") for line in into_x] == [False, True, True]
    assert result(said) == "∂v3/∂x = 3.584"


def test_a_neuron():
    w, b = leaf(0.5, "w"), leaf(-1.0, "b")
    said = ag.explain(np.tanh(w * 4.0 + b), b, wrt=w)
    expected = 4 / np.cosh(1.0) ** 2
    assert result(said) == f"∂v3/∂w = {expected:.4g}"
    assert lines(said, "Ways")[0].endswith(f" = {expected:.4g}")


def test_logistic_regression_is_a_minus_y_times_x():
    w, b, x, y = leaf(0.3, "w"), leaf(-0.1, "b"), 2.0, 1.0
    a = sigmoid(w * x + b)
    loss = -(y * np.log(a) + (1 - y) * np.log(1 - a))
    said = ag.explain(loss, b, wrt=w)
    assert result(said) == f"∂v10/∂w = {(a.data - y) * x:.4g}"
    assert len(lines(said, "Ways")) == 2


def test_matrices_by_their_rules_and_sizes():
    w = leaf(np.arange(12.0).reshape(4, 3) / 7, "W")
    said = ag.explain(np.tanh(np.ones((5, 4)) @ w).sum(), wrt=w)
    assert "Partial" not in str(said)
    assert "v1 = c1 @ W = (5, 3) from" in str(said)
    assert any(line.startswith("dW = c1ᵀ @ dv1 = (4, 3) from ") for line in lines(said, "Backward"))
    assert r"\mathrm{d}W &= c_{1}^\top \, \mathrm{d}v_{1} = " in said.latex()


def test_what_lies_beside_the_ways_is_left_out_of_the_sweep():
    x, y = leaf(2.0, "x"), leaf(3.0, "y")
    said = ag.explain(np.sin(x) + np.cos(y), wrt=x)
    assert not any("y" in line for line in lines(said, "Backward"))


def test_an_intermediate_value_and_one_of_several_outputs():
    x = leaf(2.0, "x")
    v = x * x
    assert result(ag.explain(np.exp(v) * v, wrt=v)) == f"∂v3/∂v1 = {np.exp(4) * 5:.4g}"
    a = leaf(np.array([[2.0, 1.0], [1.0, 3.0]]), "A")
    values = np.linalg.eigh(a)[0]
    assert result(ag.explain((values * values).sum(), wrt=values)).startswith("∂v3/∂v1[0] = [2.764, 7.236]")
    assert result(ag.explain(x, wrt=x)) == "∂x/∂x = 1"


def test_an_alias_is_looked_through():
    x = leaf(2.0, "x")
    y = ag.Tensor(0.0, requires_grad=True) * 1
    y[...] = x * 3
    assert result(ag.explain(y * y, wrt=x)).endswith(" = 36")


def test_many_ways_are_counted_and_not_gone():
    x = leaf(1.0, "x")
    y = x
    for _ in range(200):
        y = y + y * 0.1
    said = ag.explain(y, wrt=x)
    assert lines(said, "Ways") == [
        f"{2**200:,} ways: the derivative is the sum of their products, which the backward sweep finds"
    ]
    assert len(str(said).splitlines()) < 200
    assert "… 361 more …" in lines(said, "Forward")
    assert result(said) == f"∂v400/∂x = {1.1**200:.4g}"


def test_a_long_chain_needs_no_recursion():
    x = leaf(0.5, "x")
    y = x
    for _ in range(3_000):
        y = np.sin(y)
    assert len(str(ag.explain(y, wrt=x)).splitlines()) < 250


def test_nothing_is_changed():
    x = leaf(2.0, "x")
    y = x * x
    x.register_hook(lambda t: pytest.fail("a hook was run"))
    ag.explain(y, wrt=x)
    assert x.grad is None
    x._node.watch.hooks.clear()
    y.backward()
    assert x.grad == 4
    with pytest.raises(RuntimeError, match="retain_graph=True"):
        ag.explain(y, wrt=x)


def test_a_seed_scales_what_arrives_and_not_the_partial_derivatives():
    x = leaf(2.0, "x")
    said = ag.explain(x * x, wrt=x, seed=10.0)
    assert result(said) == "dx = 40"
    assert [line.rpartition(" = ")[2] for line in lines(said, "Ways")] == ["2", "2"]
    w = leaf(np.ones(3), "w")
    assert result(ag.explain(w * 2.0, wrt=w, seed=np.arange(3.0))) == "dw = [0, 2, 4]"


def test_a_zero_silences_an_infinite_partial_on_its_way():
    x = leaf(0.0, "x")
    said = ag.explain(np.sqrt(x) * 0.0 + x, wrt=x)
    assert [line.rpartition(" = ")[2] for line in lines(said, "Ways")] == ["0", "1"]
    assert result(said) == "∂v3/∂x = 1"


def test_bad_input_is_refused_by_name():
    x, y = leaf(2.0, "x"), leaf(3.0, "y")
    with pytest.raises(ValueError, match="explain: y does not depend on wrt"):
        ag.explain(np.where(x, y, 0.0), wrt=x)  # it is an operand, by which there is no derivative
    with pytest.raises(ValueError, match="explain: y does not depend on wrt"):
        ag.explain(x * x, wrt=y)
    with pytest.raises(ValueError, match="explain: y does not depend on wrt"):
        ag.explain(ag.Tensor(2.0), wrt=y)
    with pytest.raises(TypeError, match="explain: float given where a Tensor is due"):
        ag.explain(x * x, wrt=2.0)
    with pytest.raises(RuntimeError, match="only a scalar has a gradient"):
        ag.explain(leaf(np.ones(2)) * x, wrt=x)


NAMES = ["<img src=x onerror=alert(1)>", "$$ \\input{x}", "a\nb", "}" * 100, "\ud800", "😀" * 9_000]


@pytest.mark.parametrize("name", NAMES, ids=range(len(NAMES)))
def test_names_are_no_commands(name):
    x = leaf(2.0, name)
    said = ag.explain(x * x, wrt=x)
    latex = said._repr_latex_()
    assert not set(latex) & {"<", "\ud800"}
    assert latex.count("$$") == 2
    assert len(latex) < 9000
    assert not re.search(r"\\input|(?<!\\)\$(?!\$|\n|$)", latex[3:-3])
    assert len(str(said).splitlines()) == 14
