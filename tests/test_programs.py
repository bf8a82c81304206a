"""Random programs: derivatives of whole graphs, with reuse, broadcasting, slicing, reductions, products and joins.

Each run draws new programs; a failure prints the seed and the shrunk program. ``AUTOGRAD_SEED=n`` repeats one.
"""

import os
import random

import numpy as np
import pytest

import autograd as ag

SEED = int(os.environ.get("AUTOGRAD_SEED", random.SystemRandom().randrange(2**32)))
SHAPES = [(), (1,), (3,), (2, 3), (2, 1), (3, 3), (2, 1, 3)]

# -- programs: lines of Python, so that a failing one can be read, shrunk and run again ------------------------------


class Program:
    """Leaves, and lines that each assign to a new name; the result is a weighted sum of what was never used."""

    def __init__(self, leaves, lines):
        self.leaves, self.lines = leaves, lines

    def __call__(self, *leaves):
        names = dict(zip(self.leaves, leaves, strict=True))
        for name, text, _ in self.lines:
            names[name] = eval(text, {"np": np, "written": written}, names)
        every = [*self.leaves, *(name for name, _, _ in self.lines)]
        read = {name for _, _, used in self.lines for name in used}
        ends = [names[name] for name in every if name not in read]
        return sum((k + 1.3) / 3 * np.sum(end) for k, end in enumerate(ends))

    def __str__(self):
        given = [f"{name} = np.array({value.tolist()})" for name, value in self.leaves.items()]
        return "\n".join(given + [f"{name} = {text}" for name, text, _ in self.lines])

    def without(self, k):
        """The program without line ``k`` and the lines that read it; None if nothing is left."""
        gone, lines = {self.lines[k][0]}, []
        for name, text, used in self.lines:
            if name in gone or gone & set(used):
                gone.add(name)
            else:
                lines.append((name, text, used))
        return Program(self.leaves, lines) if lines else None


def written(x, index, value):
    """``x`` after ``x[index] = value`` and a second write that overlaps the first."""
    y = x + 0 * np.sum(value)
    y[index] = value
    y[..., :1] += 0.5 * value
    return y


UNARY = """
    np.tanh({x})  np.sin({x})  np.exp(-{x}*{x})  1/(1.5+{x}*{x})  np.sqrt(2+np.tanh({x}))  -{x}  {x}.T  np.arctan({x})
    np.log(3+np.sin({x}))  np.cos({x})**2  np.where(np.real({x})>0.1,{x},0.3*{x})  np.maximum({x},0.05)  2.5*{x}-1
    np.sum({x})  np.mean({x},axis=-1)  np.sum({x},axis=0,keepdims=True)  np.max({x},axis=-1)  np.prod(0.5+{x},axis=0)
    np.cumsum({x},axis=-1)  {x}-np.mean({x})  {x}[...,::-1]  {x}[0]  {x}[...,:1]  {x}[...,[0,0,-1]]  {x}[...,None]
    np.reshape({x},-1)  np.transpose({x})  np.swapaxes({x},0,-1)  np.roll({x},1)
    np.broadcast_to({x},(2,*np.shape({x})))
    np.stack([{x},2*{x}])  np.concatenate([{x},{x}*{x}],axis=-1)  np.split({x},[1],axis=-1)[1]  np.repeat({x},2,axis=-1)
    np.einsum('...i,...i->...',{x},{x})
"""
BINARY = """
    {x}+{y}  {x}-{y}  {x}*{y}  {x}/(2+np.sin({y}))  {x}@{y}  np.where(np.real({x})>np.real({y}),{x},{y})
    np.maximum({x},{y})  np.minimum({x},{y})  (1.5+np.tanh({x}))**{y}  np.concatenate([{x},{y}],axis=0)
    np.stack([{x},{y}],axis=-1)  np.outer({x},{y})  np.tensordot({x},{y},1)  written({x},0,{y})
    written({x},(...,0),{y})
"""


def draw(rng, length):
    """A program of about this many lines; lines that NumPy refuses for their shapes are drawn again."""
    values = {f"x{k}": np.array(rng.normal(size=SHAPES[rng.integers(len(SHAPES))])) for k in range(rng.integers(1, 4))}
    program = Program(dict(values), [])
    while len(program.lines) < length:
        names = list(values)
        x, y = (names[-1 - min(int(rng.exponential(4)), len(names) - 1)] for _ in range(2))
        binary = rng.random() < 0.5
        pool = (BINARY if binary else UNARY).split()
        text, used = pool[rng.integers(len(pool))].format(x=x, y=y), (x, y) if binary else (x,)
        try:
            value = np.asarray(eval(text, {"np": np, "written": written}, values))
        except (ValueError, IndexError, TypeError):
            continue
        # values of moderate size and few elements keep the oracle exact and the run short
        if 0 < value.size <= 60 and np.all(np.abs(value) < 20):
            name = f"v{len(program.lines)}"
            values[name] = value[()]
            program.lines.append((name, text, used))
    return program


# -- what must hold of one -------------------------------------------------------------------------------------------


def complex_step(f, leaves):
    gradients = []
    for k, leaf in enumerate(leaves):
        g = np.zeros(leaf.shape)
        for index in np.ndindex(leaf.shape):
            moved = [v.astype(complex) for v in leaves]
            moved[k][index] += 1e-30j
            g[index] = np.imag(f(*moved)) / 1e-30
        gradients.append(g)
    return gradients


def wrong(f, leaves):
    """What does not hold of the derivatives of ``f``, in words; None if all does."""
    expected = complex_step(f, leaves)
    allowed = 1e-11 * (1 + max(np.max(np.abs(g)) for g in expected))
    tensors = [ag.Tensor(v, requires_grad=True) for v in leaves]
    y = f(*tensors)
    if isinstance(y, ag.Tensor) and y.requires_grad:  # the slope of a linear program is a constant
        y.backward()
    by_grad = ag.grad(f, tuple(range(len(leaves))))(*leaves)
    for k, (t, g, e) in enumerate(zip(tensors, by_grad, expected, strict=True)):
        got = np.zeros(e.shape) if t.grad is None else t.grad
        if not np.max(np.abs(got - e)) <= allowed:
            return f"reverse, leaf {k}: {got.tolist()} where {e.tolist()} is due"
        if not np.array_equal(got, g):
            return f"leaf {k}: backward() gives {got.tolist()} and grad {np.asarray(g).tolist()}"
    directions = directions_of(leaves)
    slope, due = ag.jvp(f, leaves, directions)[1], along(expected, directions)
    if not abs(slope - due) <= allowed * sum(v.size for v in leaves):
        return f"forward: {slope} where {due} is due"
    return None


def directions_of(leaves):
    return [np.cos(1.0 + k + np.arange(v.size)).reshape(v.shape) for k, v in enumerate(leaves)]


def along(gradients, directions):
    return sum(np.sum(g * d) for g, d in zip(gradients, directions, strict=True))


def slope_of(f):
    """The derivative of ``f`` along a direction: a function whose own derivative is one of second order."""

    def slope(*leaves):
        y, pullback = ag.vjp(f, *leaves)
        return along(pullback(y.dtype.type(1)), directions_of(leaves))

    return slope


def failure(program, order):
    try:
        leaves = list(program.leaves.values())
        return wrong(program if order == 1 else slope_of(program), leaves)
    except Exception as error:  # a program that raises on Tensors alone fails too
        return f"{type(error).__name__}: {error}"


def shrunk(program, order):
    """The program without every line that its failure (its kind, not its numbers) does not need."""
    kind = failure(program, order).split(":")[0]
    k = len(program.lines)
    while (k := min(k, len(program.lines)) - 1) >= 0:
        smaller = program.without(k)
        if smaller is not None and (failure(smaller, order) or "").split(":")[0] == kind:
            program = smaller
    return program


@pytest.mark.parametrize("order", [1, 2])
@pytest.mark.parametrize("number", range(24))
def test_derivatives_of_random_programs(number, order):
    rng = np.random.default_rng([SEED, number, order])
    for _ in range(24):
        program = draw(rng, rng.integers(5, 61 if order == 1 else 13))
        if failure(program, order):
            program = shrunk(program, order)
            pytest.fail(f"AUTOGRAD_SEED={SEED}, order {order}: {failure(program, order)}\n{program}", pytrace=False)
