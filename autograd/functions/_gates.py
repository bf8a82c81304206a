"""One step of a gated recurrent network, element by element: its gates, and what they let through.

The gates of a cell come side by side along the last axis, for one matrix product computes them all. To take them apart
and to put their cotangents together again costs more than the arithmetic does, so these few steps are primitives.
"""

from __future__ import annotations

import functools
from typing import Any

import numpy as np

from ..late import late
from ..primitive import Primitive, primitive
from ..tensor import _wrap, value_of


def _parts(x: Any, count: int) -> list[Any]:
    """An array as ``count`` equal parts along its last axis: views."""
    n = x.shape[-1] // count
    return [x[..., k * n : (k + 1) * n] for k in range(count)]


def _beside(*parts: Any) -> Any:
    return np.concatenate(parts, -1)


# -- x + y zᵀ --------------------------------------------------------------------------------------------------------


def _recur(x: Any, y: Any, z: Any, w: Any = None) -> Any:
    return x + y @ (z.mT if w is None else w)


recur_p: Primitive = primitive(
    _recur,
    vjp=(
        lambda t: t,
        lambda t, z: t @ z,
        late(lambda t, y: t.mT @ y, lambda t, y: (t.T, y) if t.ndim == y.ndim == 2 else None),
        None,
    ),
    jvp=(lambda t: t, lambda t, z: t @ z.mT, lambda t, y: y @ t.mT, None),
)


def recur(x: Any, y: Any, z: Any, w: Any = None) -> Any:
    """``x + y @ z.T``; ``w`` is the matrix ``z.T``, laid out in memory for the product, if it is at hand.

    A product with a few rows on the left is faster beside a matrix that is stored by rows. The same weight takes part
    in every step of a recurrent network, so one copy of it by :func:`transposed` serves all of them; the derivative
    reads ``z`` alone.
    """
    return recur_p(x, y, z, w)


def transposed(z: Any) -> Any:
    """A copy of the values of a matrix, transposed, and off the tape: the ``w`` of :func:`recur`."""
    return _wrap(value_of(z).T.copy())


# -- long short-term memory ------------------------------------------------------------------------------------------


@functools.lru_cache(maxsize=64)
def _layout(n: int, dtype: Any) -> tuple[Any, Any, Any, Any]:
    """For ``i, f, g, o`` of length n: scale and offset of the tanh, and the coefficients of the slope."""
    rows = [(0.5, 0.5, 1, 0.5), (0.5, 0.5, 0, 0.5), (1, 1, 0, 1), (0, 0, 1, 0)]  # σ(x) = tanh(x/2)/2 + 1/2
    scale, offset, first, constant = (np.repeat(np.array(row, dtype), n) for row in rows)
    return scale, offset, first, constant


def _lstm_gates(x: Any) -> Any:
    scale, offset, _, _ = _layout(x.shape[-1] // 4, x.dtype)
    return np.tanh(x * scale) * scale + offset


def _slope(t: Any, out: Any) -> Any:
    """``σ' = σ - σ²`` and ``tanh' = 1 - tanh²``."""
    _, _, first, constant = _layout(out.shape[-1] // 4, out.dtype)
    return t * ((first - out) * out + constant)


def _lstm_state(x: Any, y: Any) -> Any:
    i, f, g, _ = _parts(x, 4)
    return f * y + i * g


def _lstm_output(x: Any, y: Any) -> Any:
    return x[..., x.shape[-1] // 4 * 3 :] * np.tanh(y)


def _state_to_gates(t: Any, x: Any, y: Any) -> Any:
    i, _, g, _ = _parts(x, 4)
    return _beside(t * g, t * y, t * i, np.zeros_like(t))


def _state_along_gates(t: Any, x: Any, y: Any) -> Any:
    (i, _, g, _), (t_i, t_f, t_g, _) = _parts(x, 4), _parts(t, 4)
    return t_f * y + t_i * g + i * t_g


def _output_to_state(t: Any, x: Any, y: Any) -> Any:
    tanh = np.tanh(y)
    return t * _parts(x, 4)[3] * (1 - tanh * tanh)


lstm_gates_p: Primitive = primitive(_lstm_gates, vjp=_slope, jvp=_slope)
lstm_state_p: Primitive = primitive(
    _lstm_state,
    vjp=(_state_to_gates, lambda t, x: t * _parts(x, 4)[1]),
    jvp=(_state_along_gates, lambda t, x: t * _parts(x, 4)[1]),
)
lstm_output_p: Primitive = primitive(
    _lstm_output,
    vjp=(lambda t, y: _beside(*[np.zeros_like(t)] * 3, t * np.tanh(y)), _output_to_state),
    jvp=(lambda t, y: _parts(t, 4)[3] * np.tanh(y), _output_to_state),
)


def lstm_gates(z: Any) -> Any:
    """``σ(i), σ(f), tanh(g), σ(o)`` of four parts side by side along the last axis.

    Here ``σ(x) = ½ + ½ tanh(½x)``, so that one tanh serves all; it is exact to the last digit of 1, as a gate needs,
    and not to the last digit of a small value, as :func:`sigmoid` is.

    Examples
    --------
    >>> import numpy as np
    >>> from autograd.functions._gates import lstm_gates
    >>> lstm_gates(np.array([0.0, 1e4, 0.0, -1e4]))
    array([0.5, 1. , 0. , 0. ])
    """
    return lstm_gates_p(z)


def lstm_state(gates: Any, s: Any) -> Any:
    """``s ∘ f + g ∘ i``: what is kept of the state, and what comes in."""
    return lstm_state_p(gates, s)


def lstm_output(gates: Any, s: Any) -> Any:
    """``tanh(s) ∘ o``."""
    return lstm_output_p(gates, s)


# -- gated recurrent unit --------------------------------------------------------------------------------------------


def _gru_gates(x: Any, y: Any) -> Any:
    n = x.shape[-1] // 3 * 2
    rz = np.tanh((x[..., :n] + y[..., :n]) * 0.5) * 0.5 + 0.5
    return _beside(rz, np.tanh(x[..., n:] + rz[..., : n // 2] * y[..., n:]))


def _to_sums(t: Any, y: Any, out: Any) -> tuple[Any, Any, Any, Any]:
    """The cotangents of the three sums, and the gate r."""
    (t_r, t_z, t_n), (r, z, n) = _parts(t, 3), _parts(out, 3)
    d_n = t_n * (1 - n * n)
    return (t_r + d_n * _parts(y, 3)[2]) * r * (1 - r), t_z * z * (1 - z), d_n, r


def _gates_to_input(t: Any, y: Any, out: Any) -> Any:
    return _beside(*_to_sums(t, y, out)[:3])


def _gates_to_recurrence(t: Any, y: Any, out: Any) -> Any:
    d_r, d_z, d_n, r = _to_sums(t, y, out)
    return _beside(d_r, d_z, d_n * r)


def _gates_along(t: Any, y: Any, out: Any, of_recurrence: bool) -> Any:
    (t_r, t_z, t_n), (r, z, n) = _parts(t, 3), _parts(out, 3)
    t_r = t_r * r * (1 - r)
    return _beside(
        t_r, t_z * z * (1 - z), ((t_n * r if of_recurrence else t_n) + t_r * _parts(y, 3)[2]) * (1 - n * n)
    )


def _gru_state(x: Any, y: Any) -> Any:
    _, z, n = _parts(x, 3)
    return n + z * (y - n)


def _mixed_to_gates(t: Any, x: Any, y: Any) -> Any:
    _, z, n = _parts(x, 3)
    return _beside(np.zeros_like(t), t * (y - n), t * (1 - z))


def _mixed_along_gates(t: Any, x: Any, y: Any) -> Any:
    (_, z, n), (_, t_z, t_n) = _parts(x, 3), _parts(t, 3)
    return t_n * (1 - z) + t_z * (y - n)


gru_gates_p: Primitive = primitive(
    _gru_gates,
    vjp=(_gates_to_input, _gates_to_recurrence),
    jvp=(lambda t, y, out: _gates_along(t, y, out, False), lambda t, y, out: _gates_along(t, y, out, True)),
)
gru_state_p: Primitive = primitive(
    _gru_state,
    vjp=(_mixed_to_gates, lambda t, x: t * _parts(x, 3)[1]),
    jvp=(_mixed_along_gates, lambda t, x: t * _parts(x, 3)[1]),
)


def gru_gates(u: Any, v: Any) -> Any:
    """``r = σ(u_r + v_r)``, ``z = σ(u_z + v_z)`` and ``n = tanh(u_n + r ∘ v_n)``, side by side."""
    return gru_gates_p(u, v)


def gru_state(gates: Any, h: Any) -> Any:
    """``(1 - z) ∘ n + z ∘ h``."""
    return gru_state_p(gates, h)


for _p in (recur_p, lstm_gates_p, lstm_state_p, lstm_output_p, gru_gates_p, gru_state_p):
    _p.name = _p.name.lstrip("_")
