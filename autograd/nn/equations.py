"""One step of a recurrent network: its equations.

Row vectors, as in the code: ``x`` is the input of the step, ``h`` the state before it, ``U = W_ihᵀ`` and ``V = W_hhᵀ``;
∘ is the product element by element. What the input contributes, ``b + x U``, needs no state, so a sequence has it
computed for all its steps in one product; a step adds ``h V`` for all gates in another.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any, ClassVar

import numpy as np

from ..functions._exponential import relu, sigmoid
from ..functions._gates import gate_blocks, gru_step, lstm_step, recur, transposed
from . import init
from .module import Module
from .parameter import Parameter

State = tuple[Any, ...]
Step = Callable[[Any, State], State]
Weights = Mapping[str, Any]

class Equations(Module):
    """What a cell and a layer of it over sequences share: their parameters, and their equations."""

    gates: ClassVar[int] = 1  # rows of the weights, in units of hidden_size
    states: ClassVar[tuple[str, ...]] = ("h",)  # the first of them is the output
    input_size: int
    hidden_size: int
    bias: bool

    def _shapes(self, inputs: int) -> dict[str, tuple[int, ...]]:
        n = self.hidden_size
        shapes: dict[str, tuple[int, ...]] = {"weight_ih": (self.gates * n, inputs), "weight_hh": (self.gates * n, n)}
        if self.bias:
            shapes |= {"bias_ih": (self.gates * n,), "bias_hh": (self.gates * n,)}
        return shapes | self._more_shapes(n)

    def _more_shapes(self, n: int) -> dict[str, tuple[int, ...]]:
        return {}

    def _define(self, inputs: int, suffix: str, dtype: Any, rng: np.random.Generator) -> None:
        """Set the parameters of one layer in one direction: uniform within ``1/sqrt(hidden_size)``, as in PyTorch."""
        bound = 1 / math.sqrt(self.hidden_size)
        for name, shape in self._shapes(inputs).items():
            setattr(self, name + suffix, init.uniform_(Parameter(np.empty(shape, dtype)), -bound, bound, rng=rng))

    def _weights(self, suffix: str = "") -> Weights:
        return {name: getattr(self, name + suffix) for name in self._shapes(0)}

    def _check_floating(self, x: Any) -> None:
        name = type(self).__name__
        if not hasattr(x, "dtype"):
            raise TypeError(f"{name}: input is a {type(x).__name__}, and has to be an array or a Tensor.")
        if x.dtype.kind != "f":
            raise TypeError(f"{name}: input of dtype {x.dtype}; it has to be floating: x.astype(np.float32).")

    def _input(self, x: Any, p: Weights) -> Any:
        """``b + x U``, for one step or for all of them at once."""
        y = x @ p["weight_ih"].T
        return y + (p["bias_ih"] + p["bias_hh"]) if self.bias else y

    def _step(self, p: Weights, many: bool = True) -> Step:
        """The step ``(b + x U, state) -> state``, to be taken once or many times."""
        raise NotImplementedError


def _weight(w: Any, many: bool) -> tuple[Any, Any]:
    """A recurrent weight for :func:`recur`: a transposed copy pays if it serves many steps."""
    return w, transposed(w) if many else None


class ElmanEquations(Equations):
    """``h = φ(b + x U + h V)`` (Elman, Cognitive Science 14, 1990)."""

    nonlinearity: Any

    def _set_nonlinearity(self, nonlinearity: Any) -> None:
        if not callable(nonlinearity) and nonlinearity not in _NONLINEARITIES:
            raise ValueError(
                f"{type(self).__name__}: nonlinearity {nonlinearity!r} is not 'tanh', 'relu' or a function."
            )
        self.nonlinearity = nonlinearity

    def _set_identity(self, suffix: str = "") -> None:
        """Begin by remembering: V the identity, and no bias (Le et al., arXiv:1504.00941)."""
        init.eye_(getattr(self, f"weight_hh{suffix}"))
        for name in ("bias_ih", "bias_hh") if self.bias else ():
            init.zeros_(getattr(self, name + suffix))

    def _step(self, p: Weights, many: bool = True) -> Step:
        w, wt = _weight(p["weight_hh"], many)
        phi = _NONLINEARITIES.get(self.nonlinearity, self.nonlinearity)
        return lambda u, state: (phi(recur(u, state[0], w, wt)),)


_NONLINEARITIES: dict[Any, Callable[[Any], Any]] = {"tanh": np.tanh, "relu": relu}


class LSTMEquations(Equations):
    """``i, f, o = σ(…)``, ``g = tanh(…)``, ``s = s ∘ f + g ∘ i``, ``h = tanh(s) ∘ o``; the order is i, f, g, o."""

    gates = 4
    states = ("h", "c")  # the notes' s is PyTorch's c

    def _set_forget_bias(self, forget_bias: float | None, suffix: str = "") -> None:
        """Begin by not forgetting (Gers, Schmidhuber and Cummins, 2000): the two biases of f add up to this."""
        if forget_bias is None:
            return
        if not self.bias:
            raise ValueError(f"{type(self).__name__}: forget_bias={forget_bias} needs bias=True.")
        forget = slice(self.hidden_size, 2 * self.hidden_size)
        getattr(self, f"bias_ih{suffix}").data[forget] = forget_bias
        getattr(self, f"bias_hh{suffix}").data[forget] = 0

    def _step(self, p: Weights, many: bool = True) -> Step:
        w = p["weight_hh"]
        wt = gate_blocks(w) if many else None
        return lambda u, state: lstm_step(u, state[0], w, state[1], wt)


class PeepholeLSTMEquations(LSTMEquations):
    """The LSTM whose gates see the state too (Gers and Schmidhuber, IJCNN 2000).

    ``i, f = σ(… + s ∘ p)`` with the state before the step, ``o = σ(… + s ∘ p)`` with the one after it.
    """

    def _more_shapes(self, n: int) -> dict[str, tuple[int, ...]]:
        return {"weight_ch": (3 * n,)}  # p of i, f and o

    def _step(self, p: Weights, many: bool = True) -> Step:
        w, wt = _weight(p["weight_hh"], many)
        p_i, p_f, p_o = np.split(p["weight_ch"], 3)

        def step(u: Any, state: State) -> State:
            h, s = state
            i, f, g, o = np.split(recur(u, h, w, wt), 4, -1)
            s = s * sigmoid(f + s * p_f) + np.tanh(g) * sigmoid(i + s * p_i)
            return np.tanh(s) * sigmoid(o + s * p_o), s

        return step


class GRUEquations(Equations):
    """``r, z = σ(…)``, ``n = tanh(b + x U + r ∘ (b' + h V))``, ``h = (1 - z) ∘ n + z ∘ h``.

    Gates in the order r, z, n (Cho et al., arXiv:1406.1078).
    """

    gates = 3

    def _input(self, x: Any, p: Weights) -> Any:
        y = x @ p["weight_ih"].T
        return y + p["bias_ih"] if self.bias else y

    def _step(self, p: Weights, many: bool = True) -> Step:
        w, wt = _weight(p["weight_hh"], many)
        b = p["bias_hh"] if self.bias else 0.0

        return lambda u, state: (gru_step(u, recur(b, state[0], w, wt), state[0]),)


class FourGateEquations(Equations):
    """Learn, forget, remember, use: the notes' picture of an LSTM.

    With the event E, and the short-term and long-term memories STM and LTM before the step:
    learn ``N ∘ i``, N = tanh(…), i = σ(…); forget ``LTM ∘ f``, f = σ(…); remember ``LTM = LTM ∘ f + N ∘ i``;
    use ``STM = U ∘ V``, U = tanh(b + (LTM ∘ f) W), V = σ(…). Here … is ``b + E U + STM V``, one of each for N, i, f, V.
    """

    gates = 4
    states = ("stm", "ltm")

    def _more_shapes(self, n: int) -> dict[str, tuple[int, ...]]:
        return {"weight_use": (n, n)} | ({"bias_use": (n,)} if self.bias else {})

    def _step(self, p: Weights, many: bool = True) -> Step:
        w, wt = _weight(p["weight_hh"], many)
        w_use, wt_use = _weight(p["weight_use"], many)
        b_use = p["bias_use"] if self.bias else 0.0

        def step(u: Any, state: State) -> State:
            stm, ltm = state
            n, i, f, v = np.split(recur(u, stm, w, wt), 4, -1)
            learnt = np.tanh(n) * sigmoid(i)
            kept = ltm * sigmoid(f)
            return np.tanh(recur(b_use, kept, w_use, wt_use)) * sigmoid(v), kept + learnt

        return step
