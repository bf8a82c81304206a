"""Random programs in plain NumPy text, to be run with another library's ``np``.

Each line reads values of earlier lines, late ones more often, so values are reused and the graph is a DAG. ``!`` marks
what has a kink where elements tie or vanish: such a line is drawn again if any are close.
"""

import numpy as np

from tests.oracles.sweep import weights_of

SHAPES = [(), (1,), (3,), (2, 3), (2, 1), (3, 3), (2, 1, 3)]
UNARY = """
np.tanh({x}) | np.sin({x}) | np.exp(-{x} * {x}) | 1 / (1.5 + {x} * {x}) | np.sqrt(2 + np.tanh({x})) | -{x} |
np.arctan({x}) | np.cos({x}) ** 3 | np.log1p(np.square({x})) | np.arcsinh({x}) | np.expm1(-{x} ** 2) | np.sinc({x}) |
2.5 * {x} - 1 | np.logaddexp({x}, 0.3) | np.hypot({x}, 1.5) | np.cbrt(2 + np.sin({x})) | np.sum({x}) |
np.mean({x}, axis=-1) | np.sum({x}, axis=0, keepdims=True) | np.prod(0.5 + {x}, axis=0) | np.var({x}) |
np.cumsum({x}, axis=-1) | np.cumprod(1 + 0.3 * {x}, axis=0) | {x} - np.mean({x}) | np.linalg.norm({x} + 3) |
{x}[..., ::-1] | {x}[0] | {x}[..., :1] | {x}[..., None] | {x}.T | np.reshape({x}, -1) | np.swapaxes({x}, 0, -1) |
np.moveaxis({x}, 0, -1) | np.roll({x}, 1) | np.flip({x}, 0) | np.rot90({x}) | np.tril({x}) | np.diag({x}) |
np.trace({x}) | np.broadcast_to({x}, (2, *np.shape({x}))) | np.stack([{x}, 2 * {x}]) |
np.concatenate([{x}, {x} * {x}], axis=-1) | np.split({x}, [1], axis=-1)[1] | np.repeat({x}, 2, axis=-1) |
np.tile({x}, 2) | np.pad({x}, 1) | np.pad({x}, 1, mode="edge") | np.diff({x}, axis=-1) |
np.einsum("...i,...i->...", {x}, {x}) | np.einsum("...i->i...", {x}) | np.take({x}, np.array([0, 0]), axis=-1) |
np.real(np.fft.fft({x})) | np.abs(np.fft.rfft({x} + 4)) | np.linalg.inv({x} @ {x}.T + 2 * np.eye(3)) |
np.linalg.slogdet(np.eye(3) * 3 + 0.2 * {x})[1] | np.linalg.solve(np.eye(3) * 4 + {x}, {x}) |
! np.where({x} > 0, {x}, 0.3 * {x}) | ! np.maximum({x}, 0.0) | ! np.max({x}, axis=-1) | ! np.sort({x}, axis=-1) |
! np.abs({x}) | ! np.min({x}) | ! np.median({x}) | ! np.clip({x}, 0.0, None) | ! np.linalg.norm({x}, 1, axis=-1)
"""
BINARY = """
{x} + {y} | {x} - {y} | {x} * {y} | {x} / (2 + np.sin({y})) | {x} @ {y} | (1.5 + np.tanh({x})) ** {y} |
np.arctan2({x}, 2 + np.cos({y})) | np.logaddexp({x}, {y}) | np.outer({x}, {y}) | np.tensordot({x}, {y}, 1) |
np.inner({x}, {y}) | np.kron({x}, {y}) | np.concatenate([{x}, {y}], axis=0) | np.stack([{x}, {y}], axis=-1) |
np.hstack([{x}, {y}]) | np.vstack([{x}, {y}]) | np.cross({x}, {y}) | np.einsum("...i,...i", {x}, {y}) |
np.convolve({x}, {y}) | np.where(np.array(True), {x}, {y}) | np.dot({x}, {y}) | np.vdot({x}, {y}) |
np.append({x}, {y})
"""
POOLS = [" ".join(block.split()).split(" | ") for block in (UNARY, BINARY)]


class Program:
    """Leaves, and lines that each assign to a new name; the result is a weighted sum of what was never read."""

    def __init__(self, leaves):
        self.leaves, self.lines = leaves, []

    def __call__(self, namespace, *values):
        names = dict(zip(self.leaves, values, strict=True))
        for name, text, _ in self.lines:
            names[name] = eval(text, {"np": namespace}, names)
        read = {name for _, _, used in self.lines for name in used}
        ends = [(k, value) for k, (name, value) in enumerate(names.items()) if name not in read]
        return sum((weights_of(np.shape(value), k).real * value).sum() for k, value in ends)

    def __str__(self):
        given = [f"{name} = np.array({value.tolist()})" for name, value in self.leaves.items()]
        return "\n".join(given + [f"{name} = {text}" for name, text, _ in self.lines])


def draw(rng, length):
    """A program of this many lines; what NumPy or the peers refuse for its shapes, and what grows, is drawn again."""
    values = {f"x{k}": np.array(rng.normal(size=SHAPES[rng.integers(len(SHAPES))])) for k in range(rng.integers(1, 4))}
    program = Program(dict(values))
    while len(program.lines) < length:
        names = list(values)
        used = [names[-1 - min(int(rng.exponential(4)), len(names) - 1)] for _ in range(2)]
        binary = rng.integers(2)
        text, used = POOLS[binary][rng.integers(len(POOLS[binary]))], used if binary else used[:1]
        operands = [values[name] for name in used]
        if not taken(text, operands) or (text.startswith("!") and near_a_kink(*operands)):
            continue
        text = text.removeprefix("! ").format(x=used[0], y=used[-1])
        try:
            value = np.asarray(eval(text, {"np": np}, values))
        except (ValueError, IndexError, TypeError, np.linalg.LinAlgError):
            continue
        # values of moderate size and few elements keep rounding small and the run short
        if 0 < value.size <= 60 and value.dtype == float and np.all(np.abs(value) < 20):
            name = f"v{len(program.lines)}"
            values[name] = value[()]
            program.lines.append((name, text, used))
    return program


def near_a_kink(x):
    """Whether two elements are close to each other, or one to 0."""
    return np.min(np.diff(np.sort(np.append(x, 0.0)))) < 1e-3


NDIM = {"tril": (2, 3), "triu": (2, 3), "convolve": (1,), "pad": (1, 2, 3)}


def taken(text, operands):
    """Whether other libraries take what NumPy takes: no axes of 0-d arrays, no cross products of planes."""
    if "axis" in text and not all(np.ndim(v) for v in operands):
        return False
    if "cross" in text and not all(np.shape(v)[-1:] == (3,) for v in operands):
        return False
    return all(np.ndim(v) in NDIM[key] for key in NDIM if key in text for v in operands)
