"""Recurrent cells: one step of a recurrent network, for loops of one's own. The equations are in ``equations.py``."""

from __future__ import annotations

from typing import Any

import numpy as np

from .equations import (
    ElmanEquations,
    Equations,
    FourGateEquations,
    GRUEquations,
    LSTMEquations,
    PeepholeLSTMEquations,
)
from .init import Rng
from .module import _cast


class _Cell(Equations):
    """What all cells share: sizes, parameters, and the checks on a step's arguments."""

    def __init__(
        self, input_size: int, hidden_size: int, bias: bool = True, *, dtype: Any = np.float32, rng: Rng = None
    ) -> None:
        if min(input_size, hidden_size) < 1:
            name = type(self).__name__
            raise ValueError(f"{name}: input_size {input_size}, hidden_size {hidden_size} are at least 1.")
        self.input_size, self.hidden_size, self.bias = input_size, hidden_size, bias
        self._define(input_size, "", dtype, np.random.default_rng(rng))

    def forward(self, input: Any, hx: Any = None) -> Any:
        """One step: input ``(B, input_size)`` or ``(input_size,)``, and the state, by default zeros; the new state."""
        self._check_floating(input)
        name, shape = type(self).__name__, input.shape
        if len(shape) not in (1, 2) or shape[-1] != self.input_size:
            raise ValueError(f"{name}: input of shape {shape} where (B, {self.input_size}) is due.")
        p = self._weights()
        dtype = p["weight_ih"].dtype
        due = (*shape[:-1], self.hidden_size)
        if hx is None:
            state = tuple(np.zeros(due, dtype) for _ in self.states)
        else:
            state = (hx,) if len(self.states) == 1 else tuple(hx)
        given = [np.shape(part) for part in state]
        if given != [due] * len(self.states):
            raise ValueError(f"{name}: state ({', '.join(self.states)}) of shapes {given} where each is due as {due}.")
        state = tuple(_cast(part, dtype).reshape(-1, self.hidden_size) for part in state)
        u = self._input(input.reshape(-1, self.input_size), p)
        new = tuple(part.reshape(due) for part in self._step(p, many=False)(u, state))
        return new[0] if len(new) == 1 else new

    def extra_repr(self) -> str:
        """Settings as PyTorch shows them."""
        return f"{self.input_size}, {self.hidden_size}" + ("" if self.bias else ", bias=False")


class RNNCell(ElmanEquations, _Cell):
    """``h = φ(x W_ihᵀ + b_ih + h W_hhᵀ + b_hh)``: a step of an Elman network (Cognitive Science 14, 1990).

    Parameters
    ----------
    input_size, hidden_size : int
        Lengths of the last axes of input and state.
    bias : bool
        Whether there are biases.
    nonlinearity : {"tanh", "relu"} or callable
        φ.
    identity : bool
        Begin with the identity as recurrent weight and without biases: with "relu", a network that begins by
        remembering (IRNN; Le et al., arXiv:1504.00941).
    dtype : dtype
        Of the parameters.
    rng : Generator or int, optional
        Where the first weights come from: uniform within ``1/sqrt(hidden_size)``, as in PyTorch.

    Attributes
    ----------
    weight_ih : Parameter, shape (hidden_size, input_size)
    weight_hh : Parameter, shape (hidden_size, hidden_size)
    bias_ih, bias_hh : Parameter, shape (hidden_size,)

    Examples
    --------
    >>> import numpy as np
    >>> from autograd import nn
    >>> cell, h = nn.RNNCell(3, 2, rng=0), None
    >>> for x in np.ones((4, 5, 3)):
    ...     h = cell(x, h)
    >>> h.shape
    (5, 2)
    """

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        bias: bool = True,
        nonlinearity: Any = "tanh",
        *,
        identity: bool = False,
        dtype: Any = np.float32,
        rng: Rng = None,
    ) -> None:
        super().__init__(input_size, hidden_size, bias, dtype=dtype, rng=rng)
        self._set_nonlinearity(nonlinearity)
        if identity:
            self._set_identity()


class LSTMCell(LSTMEquations, _Cell):
    """``i, f, o = σ(…)``, ``g = tanh(…)``, ``c = f ∘ c + i ∘ g``, ``h = o ∘ tanh(c)``: a step of an LSTM.

    Each … is ``x W_ihᵀ + b_ih + h W_hhᵀ + b_hh`` with rows of its own, in the order i, f, g, o (Hochreiter and
    Schmidhuber, Neural Computation 9, 1997; forget gate: Gers, Schmidhuber and Cummins, 2000).

    Parameters
    ----------
    input_size, hidden_size : int
        Lengths of the last axes of input and states.
    bias : bool
        Whether there are biases.
    forget_bias : float, optional
        What the two biases of the forget gate add up to at first: 1 keeps the state (Jozefowicz et al., ICML 2015).
        By default they are random, as in PyTorch.
    dtype : dtype
        Of the parameters.
    rng : Generator or int, optional
        Where the first weights come from: uniform within ``1/sqrt(hidden_size)``, as in PyTorch.

    Attributes
    ----------
    weight_ih : Parameter, shape (4 * hidden_size, input_size)
    weight_hh : Parameter, shape (4 * hidden_size, hidden_size)
    bias_ih, bias_hh : Parameter, shape (4 * hidden_size,)

    Examples
    --------
    >>> import numpy as np
    >>> from autograd import nn
    >>> cell, state = nn.LSTMCell(3, 2, forget_bias=1.0, rng=0), None
    >>> for x in np.ones((4, 5, 3)):
    ...     state = cell(x, state)
    >>> h, c = state
    >>> h.shape, c.shape
    ((5, 2), (5, 2))
    """

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        bias: bool = True,
        *,
        forget_bias: float | None = None,
        dtype: Any = np.float32,
        rng: Rng = None,
    ) -> None:
        super().__init__(input_size, hidden_size, bias, dtype=dtype, rng=rng)
        self._set_forget_bias(forget_bias)


class PeepholeLSTMCell(PeepholeLSTMEquations, LSTMCell):
    """A step of an LSTM whose gates see the state c too (Gers and Schmidhuber, IJCNN 2000).

    ``i`` and ``f`` are ``σ(… + p ∘ c)`` with the state before the step, ``o`` is that with the state after it.
    Parameters as for :class:`LSTMCell`.

    Attributes
    ----------
    weight_ih, weight_hh, bias_ih, bias_hh : Parameter
        As for :class:`LSTMCell`.
    weight_ch : Parameter, shape (3 * hidden_size,)
        The p of i, f and o: each gate sees its own unit's state only.

    Examples
    --------
    >>> import numpy as np
    >>> from autograd import nn
    >>> h, c = nn.PeepholeLSTMCell(3, 2, rng=0)(np.ones((5, 3)))
    >>> h.shape, c.shape
    ((5, 2), (5, 2))
    """


class GRUCell(GRUEquations, _Cell):
    """``r, z = σ(…)``, ``n = tanh(x W_inᵀ + b_in + r ∘ (h W_hnᵀ + b_hn))``, ``h = (1 - z) ∘ n + z ∘ h``.

    A step of a GRU (Cho et al., arXiv:1406.1078). Rows of the weights in the order r, z, n.

    Parameters
    ----------
    input_size, hidden_size : int
        Lengths of the last axes of input and state.
    bias : bool
        Whether there are biases.
    dtype : dtype
        Of the parameters.
    rng : Generator or int, optional
        Where the first weights come from: uniform within ``1/sqrt(hidden_size)``, as in PyTorch.

    Attributes
    ----------
    weight_ih : Parameter, shape (3 * hidden_size, input_size)
    weight_hh : Parameter, shape (3 * hidden_size, hidden_size)
    bias_ih, bias_hh : Parameter, shape (3 * hidden_size,)

    Examples
    --------
    >>> import numpy as np
    >>> from autograd import nn
    >>> nn.GRUCell(3, 2, rng=0)(np.ones((5, 3))).shape
    (5, 2)
    """


class FourGateCell(FourGateEquations, _Cell):
    """A step that learns, forgets, remembers and uses: the four-gate picture of an LSTM.

    With an event E, and the short-term and the long-term memory, STM and LTM:

    - learn: ``N ∘ i``, where N = tanh(…) and i = σ(…) is the ignore factor;
    - forget: ``LTM ∘ f``, where f = σ(…);
    - remember: the new ``LTM = LTM ∘ f + N ∘ i``;
    - use: the new ``STM = U ∘ V``, where U = tanh((LTM ∘ f) W_useᵀ + b_use) and V = σ(…).

    Each … is ``E W_ihᵀ + b_ih + STM W_hhᵀ + b_hh`` with rows of its own, in the order N, i, f, V. It differs from
    :class:`LSTMCell` in the last gate: what is used is what was not forgotten, through weights of its own, and what has
    just been learnt is used from the next step on. Parameters as for :class:`GRUCell`; source: the lecture notes.

    Attributes
    ----------
    weight_ih : Parameter, shape (4 * hidden_size, input_size)
    weight_hh : Parameter, shape (4 * hidden_size, hidden_size)
    bias_ih, bias_hh : Parameter, shape (4 * hidden_size,)
    weight_use : Parameter, shape (hidden_size, hidden_size)
    bias_use : Parameter, shape (hidden_size,)

    Examples
    --------
    >>> import numpy as np
    >>> from autograd import nn
    >>> cell, memories = nn.FourGateCell(3, 2, rng=0), None
    >>> for event in np.ones((4, 5, 3)):
    ...     memories = cell(event, memories)
    >>> stm, ltm = memories
    >>> stm.shape, ltm.shape
    ((5, 2), (5, 2))
    """
