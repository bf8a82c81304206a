"""Recurrent layers: the cells of ``cells.py`` over sequences. How they go through them is in ``unrolled.py``."""

from __future__ import annotations

from typing import Any

from .equations import ElmanEquations, FourGateEquations, GRUEquations, LSTMEquations, PeepholeLSTMEquations
from .unrolled import Unrolled


class RNN(ElmanEquations, Unrolled):
    """``h_t = φ(x_t W_ihᵀ + b_ih + h_{t-1} W_hhᵀ + b_hh)``: an Elman network (Cognitive Science 14, 1990).

    Parameters
    ----------
    input_size, hidden_size : int
        Lengths of the last axes of input and states.
    num_layers : int
        Each layer reads what the one below returns.
    nonlinearity : {"tanh", "relu"} or callable
        φ.
    bias : bool
        Whether there are biases.
    batch_first : bool
        Whether input and output are (B, T, features) and not (T, B, features); states are not concerned.
    dropout : float
        With what probability a number between two layers is dropped in training.
    bidirectional : bool
        Go through the sequence in both directions; outputs and the inputs of the next layer are both, side by side.
    return_sequences : bool
        Whether the output is that of each step, or that at the end of each sequence alone,
        (B, directions * hidden_size).
    truncate : int, optional
        Cut the tape before every so many steps: truncated backpropagation through time. Values stay the same.
    identity : bool
        Begin with identities as recurrent weights and without biases: with "relu", a network that begins by
        remembering (IRNN; Le et al., arXiv:1504.00941).
    dtype : dtype
        Of the parameters.
    rng : Generator or int, optional
        Where the first weights and the dropout come from: weights are uniform within ``1/sqrt(hidden_size)``, as in
        PyTorch.

    Attributes
    ----------
    weight_ih_l0, weight_ih_l0_reverse, weight_ih_l1, ... : Parameter, shape (hidden_size, inputs of the layer)
    weight_hh_l0, ... : Parameter, shape (hidden_size, hidden_size)
    bias_ih_l0, bias_hh_l0, ... : Parameter, shape (hidden_size,)

    Examples
    --------
    >>> import numpy as np
    >>> from autograd import nn
    >>> rnn = nn.RNN(3, 2, num_layers=2, rng=0)
    >>> output, h_n = rnn(np.ones((7, 5, 3)))
    >>> output.shape, h_n.shape
    ((7, 5, 2), (2, 5, 2))
    """

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        num_layers: int = 1,
        nonlinearity: Any = "tanh",
        bias: bool = True,
        batch_first: bool = False,
        dropout: float = 0.0,
        bidirectional: bool = False,
        *,
        identity: bool = False,
        **options: Any,
    ) -> None:
        super().__init__(input_size, hidden_size, num_layers, bias, batch_first, dropout, bidirectional, **options)
        self._set_nonlinearity(nonlinearity)
        for suffix in self._suffixes if identity else ():
            self._set_identity(suffix)


class LSTM(LSTMEquations, Unrolled):
    """``c_t = f ∘ c_{t-1} + i ∘ g``, ``h_t = o ∘ tanh(c_t)``: long short-term memory.

    ``i, f, o = σ(…)`` and ``g = tanh(…)``, each … being ``x_t W_ihᵀ + b_ih + h_{t-1} W_hhᵀ + b_hh`` with rows of its
    own, in the order i, f, g, o (Hochreiter and Schmidhuber, Neural Computation 9, 1997; forget gate: Gers, Schmidhuber
    and Cummins, 2000). The states are a pair, (h, c).

    Parameters
    ----------
    input_size, hidden_size : int
        Lengths of the last axes of input and states.
    num_layers : int
        Each layer reads what the one below returns.
    bias : bool
        Whether there are biases.
    batch_first : bool
        Whether input and output are (B, T, features) and not (T, B, features); states are not concerned.
    dropout : float
        With what probability a number between two layers is dropped in training.
    bidirectional : bool
        Go through the sequence in both directions; outputs and the inputs of the next layer are both, side by side.
    return_sequences : bool
        Whether the output is that of each step, or that at the end of each sequence alone,
        (B, directions * hidden_size).
    truncate : int, optional
        Cut the tape before every so many steps: truncated backpropagation through time. Values stay the same.
    forget_bias : float, optional
        What the two biases of the forget gate add up to at first: 1 keeps the state (Jozefowicz et al., ICML 2015).
        By default they are random, as in PyTorch.
    dtype : dtype
        Of the parameters.
    rng : Generator or int, optional
        Where the first weights and the dropout come from: weights are uniform within ``1/sqrt(hidden_size)``, as in
        PyTorch.

    Attributes
    ----------
    weight_ih_l0, weight_ih_l0_reverse, weight_ih_l1, ... : Parameter, shape (4 * hidden_size, inputs of the layer)
    weight_hh_l0, ... : Parameter, shape (4 * hidden_size, hidden_size)
    bias_ih_l0, bias_hh_l0, ... : Parameter, shape (4 * hidden_size,)

    Examples
    --------
    >>> import numpy as np
    >>> from autograd import nn
    >>> lstm = nn.LSTM(3, 2, bidirectional=True, forget_bias=1.0, rng=0)
    >>> output, (h_n, c_n) = lstm(np.ones((7, 5, 3)), lengths=[7, 2, 3, 4, 5])
    >>> output.shape, h_n.shape, c_n.shape
    ((7, 5, 4), (2, 5, 2), (2, 5, 2))
    >>> output[2:, 1].sum().item()
    0.0
    """

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        num_layers: int = 1,
        bias: bool = True,
        batch_first: bool = False,
        dropout: float = 0.0,
        bidirectional: bool = False,
        *,
        forget_bias: float | None = None,
        **options: Any,
    ) -> None:
        super().__init__(input_size, hidden_size, num_layers, bias, batch_first, dropout, bidirectional, **options)
        for suffix in self._suffixes:
            self._set_forget_bias(forget_bias, suffix)


class PeepholeLSTM(PeepholeLSTMEquations, LSTM):
    """An LSTM whose gates see the state c too (Gers and Schmidhuber, IJCNN 2000): see :class:`PeepholeLSTMCell`.

    Parameters and attributes as for :class:`LSTM`, and ``weight_ch_l0, ...`` of shape (3 * hidden_size,): what i, f
    and o see of the state.

    Examples
    --------
    >>> import numpy as np
    >>> from autograd import nn
    >>> nn.PeepholeLSTM(3, 2, return_sequences=False, rng=0)(np.ones((7, 5, 3)))[0].shape
    (5, 2)
    """


class GRU(GRUEquations, Unrolled):
    """``h_t = (1 - z) ∘ n + z ∘ h_{t-1}``: gated recurrent units (Cho et al., arXiv:1406.1078).

    ``r, z = σ(x_t W_ihᵀ + b_ih + h_{t-1} W_hhᵀ + b_hh)`` and
    ``n = tanh(x_t W_inᵀ + b_in + r ∘ (h_{t-1} W_hnᵀ + b_hn))``, with rows of the weights in the order r, z, n.

    Parameters
    ----------
    input_size, hidden_size : int
        Lengths of the last axes of input and states.
    num_layers : int
        Each layer reads what the one below returns.
    bias : bool
        Whether there are biases.
    batch_first : bool
        Whether input and output are (B, T, features) and not (T, B, features); states are not concerned.
    dropout : float
        With what probability a number between two layers is dropped in training.
    bidirectional : bool
        Go through the sequence in both directions; outputs and the inputs of the next layer are both, side by side.
    return_sequences : bool
        Whether the output is that of each step, or that at the end of each sequence alone,
        (B, directions * hidden_size).
    truncate : int, optional
        Cut the tape before every so many steps: truncated backpropagation through time. Values stay the same.
    dtype : dtype
        Of the parameters.
    rng : Generator or int, optional
        Where the first weights and the dropout come from: weights are uniform within ``1/sqrt(hidden_size)``, as in
        PyTorch.

    Attributes
    ----------
    weight_ih_l0, weight_ih_l0_reverse, weight_ih_l1, ... : Parameter, shape (3 * hidden_size, inputs of the layer)
    weight_hh_l0, ... : Parameter, shape (3 * hidden_size, hidden_size)
    bias_ih_l0, bias_hh_l0, ... : Parameter, shape (3 * hidden_size,)

    Examples
    --------
    >>> import numpy as np
    >>> from autograd import nn
    >>> gru = nn.GRU(3, 2, batch_first=True, rng=0)
    >>> output, h_n = gru(np.ones((5, 7, 3)))
    >>> output.shape, h_n.shape
    ((5, 7, 2), (1, 5, 2))
    """


class FourGate(FourGateEquations, Unrolled):
    """Sequences through the notes' four-gate cell, which learns, forgets, remembers and uses: :class:`FourGateCell`.

    Parameters as for :class:`GRU`. The states are a pair, (STM, LTM), and the output is the short-term memory.

    Attributes
    ----------
    weight_ih_l0, weight_hh_l0, bias_ih_l0, bias_hh_l0, weight_use_l0, bias_use_l0, ... : Parameter
        As for :class:`FourGateCell`, of each layer and direction.

    Examples
    --------
    >>> import numpy as np
    >>> from autograd import nn
    >>> output, (stm, ltm) = nn.FourGate(3, 2, rng=0)(np.ones((7, 5, 3)))
    >>> output.shape, stm.shape, ltm.shape
    ((7, 5, 2), (1, 5, 2), (1, 5, 2))
    """
