"""One step of a recurrent network: its gates, and what they let through.

The gates of a cell come side by side along the last axis, for one matrix product computes them all. To take them apart
and to put their cotangents together again costs more than the arithmetic does, so each step is a primitive. Its
cotangents have most of their work in common, so one rule makes them all.
"""

from __future__ import annotations

import functools
from typing import Any

import numpy as np

from ..late import late, product
from ..primitive import Primitive, primitive
from ..signatures import jointly
from ..tensor import _wrap, value_of


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


@functools.lru_cache(maxsize=16)
def _constants(dtype: Any) -> tuple[Any, Any, Any, Any]:
    """For the gates ``i, f, g, o``: scale and offset of the tanh, and the coefficients of the slope."""
    rows = [(0.5, 0.5, 1, 0.5), (0.5, 0.5, 0, 0.5), (1, 1, 0, 1), (0, 0, 1, 0)]  # σ(x) = tanh(x/2)/2 + 1/2
    scale, offset, first, constant = np.array(rows, dtype).reshape(4, 4, 1, 1)
    return scale, offset, first, constant


# Side by side in rows, each gate lies in B pieces of memory; inside a step it is one, in an array (4, B, n).
def _by_gates(x: Any) -> Any:
    """``(B, 4 n)`` as ``(4, B, n)``."""
    return x.reshape(x.shape[0], 4, x.shape[1] // 4).swapaxes(0, 1)


def _by_rows(x: Any) -> Any:
    """``(4, B, n)`` as ``(B, 4 n)``."""
    return x.swapaxes(0, 1).reshape(x.shape[1], 4 * x.shape[2])


def _blocks(z: Any) -> Any:
    """``z.T`` in four blocks of columns, one for each gate."""
    return z.reshape(4, z.shape[0] // 4, z.shape[1]).swapaxes(1, 2)


def _lstm_step(x: Any, y: Any, z: Any, w: Any, v: Any = None) -> tuple[Any, Any, Any]:
    """The output, the state, and the gates, which the derivative reads."""
    scale, offset, _, _ = _constants(x.dtype)
    gates = np.tanh((y @ (_blocks(z) if v is None else v) + _by_gates(x)) * scale) * scale + offset
    i, f, g, o = gates
    s = f * w + i * g
    return o * np.tanh(s), s, gates


def _slope(t: Any, gates: Any) -> Any:
    """``σ' = σ - σ²`` and ``tanh' = 1 - tanh²``."""
    _, _, first, constant = _constants(gates.dtype)
    return t * ((first - gates) * gates + constant)


def _lstm_back(t: Any, y: Any, z: Any, w: Any, out: Any) -> tuple[Any, ...]:
    """``t`` through ``h = o * tanh(s)``, the state and the gates."""
    (to_h, to_s, to_gates), (_, s, gates) = t, out
    to_h = np.zeros_like(s) if to_h is None else to_h
    i, f, g, o = gates
    tanh = np.tanh(s)
    to_s = _sum(to_h * o * (1 - tanh * tanh), to_s)
    d = np.concatenate((to_s * g, to_s * w, to_s * i, to_h * tanh)).reshape(gates.shape)
    d = _by_rows(_slope(_sum(d, to_gates), gates))
    return d, d @ z, product(d.T, y), to_s * f


def _sum(t: Any, more: Any) -> Any:
    """Of two cotangents, the second of which may not have arrived: that of gates does at higher orders only."""
    return t if more is None else t + more


def _lstm_along_sums(t: Any, w: Any, out: Any) -> tuple[Any, Any, Any]:
    """What a tangent of ``u + h @ z.T`` is to each output."""
    _, s, (i, _, g, o) = out
    tanh, t = np.tanh(s), _slope(_by_gates(t), out[2])
    t_i, t_f, t_g, t_o = t
    t_s = t_f * w + t_i * g + i * t_g
    return t_o * tanh + o * t_s * (1 - tanh * tanh), t_s, t


def _lstm_along_state(t: Any, out: Any) -> tuple[Any, Any, None]:
    _, s, (_, f, _, o) = out
    tanh = np.tanh(s)
    return o * t * f * (1 - tanh * tanh), t * f, None


lstm_step_p: Primitive = primitive(
    _lstm_step,
    vjp=(*jointly(_lstm_back, 4), None),
    jvp=(
        _lstm_along_sums,
        lambda t, z, w, out: _lstm_along_sums(t @ z.T, w, out),
        lambda t, y, w, out: _lstm_along_sums(y @ t.T, w, out),
        _lstm_along_state,
        None,
    ),
    multiple=True,
)


def lstm_step(u: Any, h: Any, z: Any, s: Any, w: Any = None) -> tuple[Any, Any]:
    """Output and state of a step: ``s = s ∘ f + g ∘ i`` and ``h = tanh(s) ∘ o``.

    ``i, f, o = σ(…)`` and ``g = tanh(…)`` of the four parts of ``u + h @ z.T``, where ``σ(x) = ½ + ½ tanh(½x)``, so
    that one tanh serves all; it is exact to the last digit of 1, as a gate needs, and not to the last digit of a small
    value, as :func:`sigmoid` is.

    Parameters
    ----------
    u : array, shape (B, 4 n)
        What the input contributes.
    h, s : array, shape (B, n)
        Output and state of the step before.
    z : array, shape (4 n, n)
        The recurrent weight.
    w : array, shape (4, n, n), optional
        ``gate_blocks(z)``, as in :func:`recur`.

    Returns
    -------
    h, s : array, shape (B, n)

    Examples
    --------
    >>> import numpy as np
    >>> from autograd.functions._gates import lstm_step
    >>> u, zero = np.array([[0.0, 1e4, 0.0, 1e4]]), np.zeros((1, 1))
    >>> lstm_step(u, zero, np.zeros((4, 1)), np.array([[2.0]]))[1]
    array([[2.]])
    """
    h, s, _ = lstm_step_p(u, h, z, s, w)
    return h, s


def gate_blocks(z: Any) -> Any:
    """A copy of the values of a matrix, transposed in blocks of four gates, and off the tape."""
    return _wrap(_blocks(value_of(z)).copy())


# -- gated recurrent unit --------------------------------------------------------------------------------------------


def _gru_step(x: Any, y: Any, z: Any) -> tuple[Any, Any, Any, Any]:
    """The state; and what the derivative reads: the gates r and z side by side, n, and what r lets through of y.

    That is a copy, so that the rest of y need not be kept.
    """
    n = z.shape[-1]
    rz = np.tanh((x[..., : 2 * n] + y[..., : 2 * n]) * 0.5) * 0.5 + 0.5
    new = np.tanh(x[..., 2 * n :] + rz[..., :n] * y[..., 2 * n :])
    return new + rz[..., n:] * (z - new), rz, new, y[..., 2 * n :].copy()


def _gru_back(t: Any, z: Any, out: Any) -> tuple[Any, Any, Any]:
    """``t`` through ``(1 - z) * n + z * h`` and the gates."""
    (to_h, to_rz, to_new, to_v), (_, rz, new, v) = t, out
    to_h, n = np.zeros_like(new) if to_h is None else to_h, new.shape[-1]
    kept = to_h * rz[..., n:]
    d_n = _sum(to_h - kept, to_new) * (1 - new * new)
    d_rz = _sum(_beside(d_n * v, to_h * (z - new)), to_rz) * (rz - rz * rz)
    return _beside(d_rz, d_n), _beside(d_rz, _sum(d_n * rz[..., :n], to_v)), kept


def _gru_along_sums(t: Any, z: Any, out: Any, reset: bool) -> tuple[Any, Any, Any, Any]:
    """What a tangent of ``u`` is to each output, or one of ``v``, whose last part goes through the reset gate."""
    _, rz, new, v = out
    n = new.shape[-1]
    t_rz, t_v = t[..., : 2 * n] * (rz - rz * rz), t[..., 2 * n :]
    t_n = ((t_v * rz[..., :n] if reset else t_v) + t_rz[..., :n] * v) * (1 - new * new)
    return t_n - t_n * rz[..., n:] + t_rz[..., n:] * (z - new), t_rz, t_n, t_v if reset else None


gru_step_p: Primitive = primitive(
    _gru_step,
    vjp=jointly(_gru_back, 3),
    jvp=(
        lambda t, z, out: _gru_along_sums(t, z, out, False),
        lambda t, z, out: _gru_along_sums(t, z, out, True),
        lambda t, out: (t * out[1][..., t.shape[-1] :], None, None, None),
    ),
    multiple=True,
)


def gru_step(u: Any, v: Any, h: Any) -> Any:
    """``(1 - z) ∘ n + z ∘ h`` with ``r = σ(u_r + v_r)``, ``z = σ(u_z + v_z)`` and ``n = tanh(u_n + r ∘ v_n)``."""
    return gru_step_p(u, v, h)[0]


for _p in (recur_p, lstm_step_p, gru_step_p):
    _p.name = _p.name.lstrip("_")
