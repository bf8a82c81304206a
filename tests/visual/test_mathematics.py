"""Rules as mathematics: every registered rule says something, and what it says is what the rule computes."""

import ast
import math
import re
import types

import numpy as np
import pytest
from scipy import special

import autograd as ag
import autograd.scipy.linalg
import autograd.scipy.signal
import autograd.scipy.special
from autograd import arrays
from autograd.primitive import registry
from autograd.signatures import LETTERS
from autograd.visual.sweep.mathematics import formula
from autograd.visual.sweep.mathematics.latex import LatexWriter, latex_name
from autograd.visual.sweep.mathematics.sources import tree
from tests.rules.samples import Slot, sample_of

RULES = [
    pytest.param(p, i, id=f"{p.name}-{i}-{k}")
    for k, p in enumerate(sorted(registry.values(), key=lambda p: p.name))
    if p.differentiable and p.kind != "composite"
    for i in range(p.arity)
    if p.vjps[i] is not None
]
REAL = {name: np.ones((2, 2)) for name in ("t", "out", *LETTERS)}


@pytest.mark.parametrize(("p", "i"), RULES)
@pytest.mark.parametrize("known", [{}, REAL], ids=["nothing known", "real matrices"])
def test_every_rule_says_something_readable(p, i, known):
    said = formula(p, i, known)
    for text in (said.text(), said.words):
        assert not re.search(r"\bnp\.|\blambda\b|(?<!scipy\.)special\.|\bNone\b|``|\*|_shape|\bmath\.|==", text), text
    assert "g" in said.text() or said.text() in ("0", "(no derivative is known)"), said.text()
    assert said.text().count("(") == said.text().count(")") or said.expression is None
    latex = said.latex()
    assert latex.count("{") == latex.count("}"), latex
    assert said.expression is None or "·" not in latex, latex


# -- the text, read back and computed, is what the rule computes -----------------------------------------------------

PLAIN = {"·": "*", "^": "**", "²": "**2", "³": "**3", "[": "(", "]": ")", " = ": " == "}
PLAIN |= {"≠": "!=", "≤": "<=", "≥": ">="}
FUNCTIONS = {**vars(special), **vars(np), "π": math.pi, "i": 1j, "abs": abs, "log1p": np.log1p}
FUNCTIONS |= {p.name.strip("_"): p.function for f, p in registry.items() if not isinstance(f, np.ufunc)}
FUNCTIONS |= {p.name: p.function for f, p in registry.items() if isinstance(f, np.ufunc)}
FUNCTIONS |= {"clip": np.clip, "sech_squared": arrays.sech_squared}


def computed(text, values):
    for sign, python in PLAIN.items():
        text = text.replace(sign, python)
    return eval(text, {**FUNCTIONS, **values})


def numbers(sample, p):
    """The operands and parameters of the calls of a sample, at several numbers each."""
    for call in sample.calls:
        for u in (0.13, 0.41, 0.77):
            places = [(u + 0.31 * k) % 1 for k in range(len(call.args))]
            args = [np.float64(a.of(v)) if isinstance(a, Slot) else a for a, v in zip(call.args, places, strict=True)]
            if any(isinstance(a, Slot) and a.then for a in call.args) or not all(np.ndim(a) == 0 for a in args):
                continue
            operands, parameters = p.bind(args, call.kwargs)
            with np.errstate(all="ignore"):
                out = p.function(*args, **call.kwargs)
            yield operands, {**p.plan.defaults, **parameters}, out


ELEMENTWISE = [param for param in RULES if param.values[0].kind == "elementwise"]


def said_in_full(p, i):
    """Whether a rule is a formula without a note, and the primitive has a sample."""
    said = formula(p, i, REAL)
    return said.expression is not None and not said.words and sample_of(p.original, p) is not None


@pytest.mark.filterwarnings("ignore:.*deprecated:DeprecationWarning")  # of NumPy's functions, in later versions
@pytest.mark.parametrize(("p", "i"), [param for param in ELEMENTWISE if said_in_full(*param.values)])
def test_the_text_of_an_elementwise_rule_computes_what_the_rule_does(p, i):
    checked = 0
    for operands, parameters, out in numbers(sample_of(p.original, p), p):
        with np.errstate(all="ignore"):
            values = parameters | dict(zip(LETTERS, operands, strict=False)) | {"out": out, "g": np.float64(1.7)}
            read = [values[name] for name in p.reads[i]]
            expected = p.vjps[i](values["g"], *read)
            given = formula(p, i, {**parameters, **values, "t": values["g"]})
            got = computed(given.text(), values)
        np.testing.assert_allclose(got, expected, rtol=2e-9, atol=1e-12, err_msg=given.text())
        checked += 1
    assert checked, "no call of the sample is one of numbers"


def test_few_elementwise_rules_are_said_in_words():
    said = [formula(*param.values, REAL) for param in ELEMENTWISE]
    words = [s for s in said if s.expression is None and s.words != "no derivative is known"]
    assert len(words) < 0.03 * len(said)
    assert sum(said_in_full(*param.values) for param in ELEMENTWISE) > 0.6 * len(said)


# -- particular rules ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("function", "i", "text", "latex"),
    [
        (np.sin, 0, "g · cos(x)", r"g \cdot \cos\left(x\right)"),
        (np.multiply, 0, "g · y", r"g \cdot y"),
        (np.divide, 1, "-g · x / y²", r"-\frac{g \cdot x}{y^{2}}"),
        (np.sqrt, 0, "g / (2 · sqrt(x))", r"\frac{g}{2 \cdot \sqrt{x}}"),
        (np.power, 0, "g · y · x^(y - 1)", r"g \cdot y \cdot x^{y - 1}"),
        (np.matmul, 0, "g @ yᵀ", r"g \, y^\top"),
        (np.matmul, 1, "xᵀ @ g", r"x^\top \, g"),
        (np.linalg.inv, 0, "-x⁻ᵀ @ g @ x⁻ᵀ", r"-x^{-\top} \, g \, x^{-\top}"),
        (np.heaviside, 1, "g if x = 0 else 0", r"\begin{cases} g & \text{if } x = 0 \\ 0 & \text{else} \end{cases}"),
        (np.sum, 0, "g", "g"),
    ],
    ids=lambda v: getattr(v, "__name__", None),
)
def test_the_rule_of(function, i, text, latex):
    said = formula(registry[function], i, REAL)
    assert (said.text(), said.latex()) == (text, latex)


def test_names_stand_in_the_place_of_operands():
    assert formula(registry[np.matmul], 0).text({"y": "W"}) == "g @ Wᵀ"
    assert formula(registry[np.sqrt], 0).text({"x": "a", "out": "root", "g": "ḡ"}) == "ḡ / (2 · root)"
    assert formula(registry[np.sqrt], 0).latex({"g": "ḡ"}) == r"\frac{\bar{g}}{2 \cdot \sqrt{x}}"


def test_a_negative_number_is_put_in_parentheses():
    assert formula(registry[np.multiply], 0).text({"g": "2", "y": "-3"}) == "2 · (-3)"
    assert formula(registry[np.subtract], 1).text({"g": "-3"}) == "-(-3)"


def test_what_hangs_on_parameters_and_dtypes_is_decided():
    angle = registry[np.angle]
    assert formula(angle, 0, {"deg": False}).text() == "-i · g / x"
    assert formula(angle, 0, {"deg": True}).text() == "-i · g · 180 / (x · π)"
    absolute = registry[np.absolute]
    assert formula(absolute, 0, {"x": np.ones(2)}).text() == "g · sign(x)"
    assert formula(absolute, 0, {"x": np.ones(2, complex)}).text() == "g · conjugate(x) / abs(x)"
    mean = registry[np.mean]
    assert formula(mean, 0, {"x_shape": (2, 3), "axis": 1}).text() == "g / 3"


def test_a_linear_layer_is_two_matrix_products():
    (linear,) = [p for p in registry.values() if p.name == "linear"]
    known = {"t": np.ones((4, 5, 2)), "x": np.ones((4, 5, 3)), "y": np.ones((2, 3))}
    assert formula(linear, 0, known).text() == "g @ y"
    assert formula(linear, 1, known).text() == "gᵀ @ x"


def test_a_rule_of_a_users_own():
    cube = ag.elementwise(lambda x: x * x * x, lambda t, x: t * 3 * x * x)
    assert formula(cube, 0).text() == "g · 3 · x²"
    where = ag.elementwise(lambda x: x, lambda t, x: np.where(x > 2, t, -t))
    assert formula(where, 0).text() == "g if x > 2 else -g"


def test_nothing_of_a_users_rule_is_run():
    def helper(*_):
        raise AssertionError("run")

    def rule(t, x):
        return t if helper(x) else -t

    mine = ag.elementwise(lambda x: x, rule)
    mine.name = "mine"
    assert formula(mine, 0, {"x": np.ones(2)}).text() == "(the rule of mine, applied to g)"


def test_a_rule_without_source_is_said_in_words():
    rule = eval("lambda t, x: t * x")
    p = ag.elementwise(lambda x: x * x / 2, rule)
    p.name = "half"
    assert tree(rule) is None
    assert formula(p, 0).text() == "(the rule of half, applied to g)"
    assert formula(p, 0).latex() == r"\text{(the rule of half, applied to g)}"


def test_of_several_lambdas_on_a_line_each_is_found():
    two = [lambda t, x: t * x, lambda t, x: t / x]  # fmt: skip
    assert [ast.unparse(tree(f).body) for f in two] == ["t * x", "t / x"]
    same = [lambda t: t, lambda t: -t]
    assert [ast.unparse(tree(f).body) for f in same] == ["t", "-t"]


def test_a_source_that_has_changed_is_not_believed():
    code = compile("f = lambda t, x: t * x", __file__, "exec")  # this file says something else on that line
    scope = {}
    exec(code, scope)
    assert tree(scope["f"]) is None
    assert tree(types.SimpleNamespace()) is None


def test_the_formula_is_made_once():
    assert formula(registry[np.sin], 0) is formula(registry[np.sin], 0)
    getitem = registry[arrays.getitem]
    assert formula(getitem, 0, {"index": 3}) is formula(getitem, 0, {"index": slice(2)})


NAMES = ["<script>", "a$b", r"\input{x}", "}{", "a&b#c%d^e~f_g h", "\ud800", "x" * 10_000, "日本 😀"]


@pytest.mark.parametrize("name", NAMES)
def test_no_name_is_a_command_in_latex(name):
    latex = latex_name(name)
    assert not re.search(r"(?<!\\)[$#%]|<|>|\ud800", latex), latex
    assert set(re.findall(r"\\([A-Za-z]+)", latex)) <= {"text", "mathit", "lt", "gt", "backslash", "hat", "sim"}
    inner = re.sub(r"\\[{}]", "", latex)
    assert inner.count("{") == inner.count("}")
    assert len(latex) < 600


def test_numbers_in_latex():
    from autograd.visual.sweep.mathematics.expressions import Expression, number, product

    assert LatexWriter().write(number(1.5e-12)) == r"1.5 \cdot 10^{-12}"
    assert LatexWriter().write(Expression("value", ("-3",))) == "-3"
    assert LatexWriter().write(product(number(2.0), Expression("value", ("-3",)))) == r"2 \cdot \left(-3\right)"
