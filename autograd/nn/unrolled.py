"""How a recurrent layer goes through sequences: several layers, both directions, several lengths."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from itertools import accumulate
from typing import Any

import numpy as np

from .equations import Equations, State, Step
from .init import Rng
from .module import _cast
from .utils.rnn import PackedSequence, _lengths, _packed, _padded, detach_state


class Unrolled(Equations):
    """What all layers over sequences share.

    The rows of all steps, step after step, are one matrix: a layer maps it by one product to what the input contributes
    to its gates, takes the steps one by one, and joins their outputs to the matrix that the next layer reads.
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
        return_sequences: bool = True,
        truncate: int | None = None,
        dtype: Any = np.float32,
        rng: Rng = None,
    ) -> None:
        name = type(self).__name__
        if not 0 <= dropout <= 1:
            raise ValueError(f"{name}: dropout {dropout} is not between 0 and 1.")
        if min(input_size, hidden_size, num_layers, 1 if truncate is None else truncate) < 1:
            raise ValueError(
                f"{name}: input_size {input_size}, hidden_size {hidden_size}, num_layers {num_layers} and truncate "
                f"{truncate} are at least 1."
            )
        if dropout and num_layers == 1:
            warnings.warn(f"{name}: dropout={dropout} acts between layers, and there is one.", stacklevel=3)
        self.input_size, self.hidden_size, self.num_layers, self.bias = input_size, hidden_size, num_layers, bias
        self.batch_first, self.dropout, self.bidirectional = batch_first, dropout, bidirectional
        self.return_sequences, self.truncate = return_sequences, truncate
        generator = np.random.default_rng(rng)
        self._directions = ("", "_reverse") if bidirectional else ("",)
        self._suffixes = [f"_l{k}{end}" for k in range(num_layers) for end in self._directions]
        for k, suffix in enumerate(self._suffixes):
            inputs = input_size if k < len(self._directions) else hidden_size * len(self._directions)
            self._define(inputs, suffix, dtype, generator)
        (self._rng,) = generator.spawn(1)

    # -- calling -----------------------------------------------------------------------------------------------------

    def forward(self, input: Any, hx: Any = None, lengths: Any = None) -> Any:
        """Go through sequences.

        Parameters
        ----------
        input : array or PackedSequence
            Shape ``(T, B, input_size)``, or ``(B, T, input_size)`` if ``batch_first``, or ``(T, input_size)``.
        hx : array or tuple of arrays, optional
            The states before the first step, each ``(num_layers * directions, B, hidden_size)``; by default zeros.
        lengths : sequence of int, optional
            How many steps each sequence has. Beyond its end the output is zero, and the state stays as it is.

        Returns
        -------
        output : array or PackedSequence
            Output of the last layer at each step, in the form of the input; without ``return_sequences`` that at the
            end of each sequence alone, ``(B, directions * hidden_size)``: what each direction saw last.
        state : array or tuple of arrays
            The states after the last step of each sequence, in the shape of ``hx``.
        """
        name = type(self).__name__
        if isinstance(input, PackedSequence):
            if lengths is not None:
                raise TypeError(f"{name}: a PackedSequence has its lengths in it; pass no others.")
            data, sizes, order, back = input
            self._check(data, f"packed data of shape {np.shape(data)} where (N, {self.input_size}) is due", (2,))
            output, state = self._run(data, sizes, order, back, hx, int(sizes[0]))
            return (output if not self.return_sequences else PackedSequence(output, sizes, order, back)), state
        form = f"{'(B, T' if self.batch_first else '(T, B'}, {self.input_size})"
        self._check(input, f"input of shape {np.shape(input)} where {form} or (T, {self.input_size}) is due", (2, 3))
        single = input.ndim == 2
        x = input[:, None] if single else input.swapaxes(0, 1) if self.batch_first else input
        hx = self._with_batch(hx) if single else hx
        steps, batch, _ = x.shape
        if lengths is None:
            rows, sizes = x.reshape(steps * batch, self.input_size), np.full(steps, batch)
            output, state = self._run(rows, sizes, None, None, hx, batch)
            output = output.reshape(steps, batch, output.shape[-1]) if self.return_sequences else output
        else:
            given = _lengths(lengths, batch, steps, 0, name)
            data, sizes, order, back = _packed(x, given)
            output, state = self._run(data, sizes, order, back, hx, batch)
            if self.return_sequences:
                output = _padded(output, -np.sort(-given), steps, np.arange(batch) if back is None else back)
        if self.return_sequences and self.batch_first and not single:
            output = output.swapaxes(0, 1)
        return self._without_batch(output, state) if single else (output, state)

    def _check(self, x: Any, text: str, ndim: tuple[int, ...]) -> None:
        self._check_floating(x)
        if len(x.shape) not in ndim or x.shape[-1] != self.input_size:
            raise ValueError(f"{type(self).__name__}: {text}.")

    def _with_batch(self, hx: Any) -> Any:
        """The states of a single sequence as those of a batch of one."""
        if hx is None:
            return None
        return tuple(part[:, None] for part in hx) if len(self.states) > 1 else hx[:, None]

    def _without_batch(self, output: Any, state: Any) -> tuple[Any, Any]:
        output = output[:, 0] if self.return_sequences else output[0]
        return output, tuple(part[:, 0] for part in state) if len(self.states) > 1 else state[:, 0]

    def _initial(self, hx: Any, order: Any, batch: int, dtype: Any) -> State:
        """The states before the first step, checked and in the order of the packed sequences."""
        due = (len(self._suffixes), batch, self.hidden_size)
        if hx is None:
            return tuple(np.zeros(due, dtype) for _ in self.states)
        parts = (hx,) if len(self.states) == 1 else tuple(hx)
        given = [np.shape(part) for part in parts]
        if given != [due] * len(self.states):
            name, of = type(self).__name__, ", ".join(self.states)
            raise ValueError(f"{name}: hx ({of}) of shapes {given} where {due} is due: layers, batch, features.")
        return tuple(_cast(part if order is None else part[:, order], dtype) for part in parts)

    # -- layer by layer ----------------------------------------------------------------------------------------------

    def _run(self, rows: Any, sizes: Any, order: Any, back: Any, hx: Any, batch: int) -> tuple[Any, Any]:
        """Rows of all steps to those of the last layer's outputs (or to its last outputs), and to the last states."""
        if not len(sizes):
            raise ValueError(f"{type(self).__name__}: the sequences have no steps.")
        dtype = self._weights("_l0")["weight_ih"].dtype
        initial, rows = self._initial(hx, order, batch, dtype), _cast(rows, dtype)
        last: list[State] = []
        for layer in range(self.num_layers):
            if layer:
                rows = self._dropped(rows)
            outputs = []
            for end in self._directions:
                p = self._weights(f"_l{layer}{end}")
                before = tuple(part[len(last)] for part in initial)
                keep = self.return_sequences or layer < self.num_layers - 1
                output, state = self._scan(self._step(p), self._input(rows, p), sizes.tolist(), before, bool(end), keep)
                outputs.append(output)
                last.append(state)
            rows = outputs[0] if len(outputs) == 1 else np.concatenate(outputs, -1)
        states = tuple(np.stack(parts) for parts in zip(*last, strict=True))
        if back is not None:
            states = tuple(part[:, back] for part in states)
            rows = rows if self.return_sequences else rows[back]
        return rows, states[0] if len(states) == 1 else states

    def _scan(
        self, step: Step, u: Any, sizes: Sequence[int], initial: State, reverse: bool, keep: bool
    ) -> tuple[Any, State]:
        """Take the steps of one layer in one direction, each with as many sequences as have it.

        Sequences that have ended leave their states behind; in the other direction they come in with their first ones.
        """
        batch = initial[0].shape[0]
        alike = sizes[0] == sizes[-1]
        steps = list(u.reshape(len(sizes), sizes[0], u.shape[-1]) if alike else _pieces(u, sizes))
        alive, outputs, ended = batch, [], []
        state = initial
        if reverse:
            steps, sizes = steps[::-1], sizes[::-1]
            alive, state = sizes[0], tuple(part[: sizes[0]] for part in initial)
        for k, (x, size) in enumerate(zip(steps, sizes, strict=True)):
            if size < alive:
                ended.append(tuple(part[size:] for part in state))
                state = tuple(part[:size] for part in state)
            elif size > alive:
                state = _joined(state, tuple(part[alive:size] for part in initial))
            alive = size
            if self.truncate and k and k % self.truncate == 0:
                state = detach_state(state)
            state = step(x, state)
            outputs.append(state[0])
        if reverse and alive < batch:
            ended.append(tuple(part[alive:] for part in initial))
        final = _joined(state, *ended[::-1]) if ended else state
        return np.concatenate(outputs[::-1] if reverse else outputs) if keep else final[0], final

    def _dropped(self, rows: Any) -> Any:
        """What one layer hands to the next: in training, each number is dropped with probability ``dropout``."""
        if not self.training or not self.dropout:
            return rows
        kept = self._rng.random(rows.shape, np.float32) >= self.dropout
        return rows * (kept.astype(rows.dtype) * (1 / (1 - self.dropout) if self.dropout < 1 else 0.0))

    def extra_repr(self) -> str:
        """Settings as PyTorch shows them."""
        told = {"num_layers": 1, "nonlinearity": "tanh", "bias": True, "batch_first": False, "dropout": 0.0}
        told |= {"bidirectional": False, "return_sequences": True, "truncate": None}
        parts = [f"{k}={getattr(self, k)!r}" for k, usual in told.items() if getattr(self, k, usual) != usual]
        return ", ".join([str(self.input_size), str(self.hidden_size), *parts])


def _pieces(u: Any, sizes: Sequence[int]) -> Any:
    return np.split(u, list(accumulate(sizes))[:-1])


def _joined(*states: State) -> State:
    return tuple(np.concatenate(parts) for parts in zip(*states, strict=True))
