"""Random programs beside a model that copies everything: wherever they differ, memory was shared that must not be."""

import contextlib
import copy
import sys
import threading

import numpy as np
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

import autograd as ag
from autograd import Tensor, optim
from tests.copying_model import Place, Twin, computed, mixed, multiplied, scaled, tanh, through, with_row
from tests.helpers import leaf

SHAPE = (2, 5)
A = np.linspace(-1, 1, 10).reshape(SHAPE)
W = np.sin(np.arange(25.0)).reshape(5, 5) / 2

# Views that keep the shape: what they do to a Tensor and to an array, and how a cotangent comes back
VIEWS = {
    "x[...]": (lambda x: x[...], lambda ct: ct),
    "x[::-1]": (lambda x: x[::-1], lambda ct: ct[::-1]),
    "x[:, ::-1]": (lambda x: x[:, ::-1], lambda ct: ct[:, ::-1]),
    "x.T.T": (lambda x: x.T.T, lambda ct: ct),
    "x.reshape": (lambda x: x.reshape(5, 2).reshape(SHAPE), lambda ct: ct),
    "rows": (lambda x: np.stack(list(x)), lambda ct: ct),
    "x.real": (lambda x: x.real, lambda ct: ct),
    "broadcast": (lambda x: np.broadcast_to(x, SHAPE), lambda ct: ct),
}
HOLDERS = {
    "array": lambda a: a,
    "view": lambda a: a[:, ::-1],
    "memoryview": lambda a: memoryview(a),
    "transposed": lambda a: a.T,
}
NUMBERS = st.integers(0, 9)


class Programs(RuleBasedStateMachine):
    def __init__(self):
        super().__init__()
        self.leaves = [(leaf(A), Twin(A, Place())), (leaf(A[:, ::-1] / 2), Twin(A[:, ::-1] / 2, Place()))]
        self.weight = (leaf(W), Twin(W, Place()))
        self.others = [(self.leaves[0][0] * 1.0, computed(A, (self.leaves[0][1], lambda ct: ct)))]
        self.held, self.kept = [], []  # memory of Tensors; arrays that the tape must neither see nor change
        self.optimiser = optim.SGD([t for t, _ in (*self.leaves, self.weight)], lr=0.01)

    def pick(self, k):
        every = [*self.leaves, *self.others]
        return every[k % len(every)]

    def inner(self, k):
        """One that may be written to in place: not a leaf, nor a copy of one."""
        inner = [(t, twin) for t, twin in self.others if not (t.requires_grad and t.is_leaf)]
        return inner[k % len(inner)] if inner else (Tensor(A), Twin(A))

    def add(self, t, twin):
        assert t.requires_grad == (twin.place is not None)
        self.others = [*self.others[-7:], (t, twin)]

    def mine(self, array):
        """An array that was passed in: what is written to it later must not matter."""
        array = array.copy()
        self.kept.append((array, array.copy()))
        return array

    # -- computing

    @rule(k=NUMBERS)
    def tanh(self, k):
        t, twin = self.pick(k)
        self.add(np.tanh(t), tanh(twin))

    @rule(k=NUMBERS, j=NUMBERS)
    def mix(self, k, j):
        (t, a), (u, b) = self.pick(k), self.pick(j)
        self.add((t + u) * 0.5, mixed(a, b))

    @rule(k=NUMBERS, j=NUMBERS)
    def multiply(self, k, j):
        (t, a), (u, b) = self.pick(k), self.pick(j)
        self.add(np.tanh(t * u), tanh(multiplied(a, b)))

    @rule(k=NUMBERS, j=NUMBERS)
    def multiply_by_mine(self, k, j):
        (t, a), array = self.pick(k), self.mine(A * np.cos(j))
        self.add(t * array, multiplied(a, Twin(array)))

    @rule(k=NUMBERS, steps=st.integers(1, 3))
    def recur(self, k, steps):
        (t, a), (w, of_w) = self.pick(k), self.weight
        for _ in range(steps):  # its gradient is a sum of late products
            t, a = np.tanh(t @ w), tanh(through(a, of_w))
        self.add(t, a)

    @rule(k=NUMBERS, name=st.sampled_from(sorted(VIEWS)))
    def view(self, k, name):
        (t, a), (look, back) = self.pick(k), VIEWS[name]
        self.add(look(t), computed(look(a.value), (a, back)))

    @rule(k=NUMBERS, copied=st.booleans())
    def detach_or_copy(self, k, copied):
        t, a = self.pick(k)
        self.add(copy.copy(t) if copied else t.detach(), Twin(a.value, a.place if copied else None))

    # -- in place

    @rule(k=NUMBERS, j=NUMBERS, row=st.integers(0, 1))
    def assign(self, k, j, row):
        (t, a), (u, b) = self.inner(k), self.pick(j)
        t[row] = u[1 - row]
        a.become(with_row(a, row, b, 1 - row))

    @rule(k=NUMBERS, j=NUMBERS)
    def write_out(self, k, j):
        (t, a), (u, b) = self.inner(k), self.pick(j)
        np.multiply(u, 0.5, out=t)
        a.become(computed(b.value * 0.5, (b, lambda ct: ct * 0.5)))

    @rule(k=NUMBERS)
    def shrink(self, k):
        t, a = self.inner(k)
        t *= 0.75
        a.become(computed(a.value * 0.75, (a, lambda ct: ct * 0.75)))

    # -- behind the tape's back

    @rule(k=NUMBERS, row=st.integers(0, 1))
    def write_data(self, k, row):
        t, a = self.pick(k)
        t.data[row] = a.value[row] = 0.125

    @rule(k=NUMBERS)
    def assign_data(self, k):
        (t, a), array = self.leaves[k % 2], self.mine(A / (1 + k))
        t.data = array
        a.value = array.copy()

    @rule(k=NUMBERS, name=st.sampled_from(sorted(HOLDERS)))
    def hold(self, k, name):
        t, a = self.pick(k)
        self.held.append((HOLDERS[name](t.data), HOLDERS[name](a.value)))

    @precondition(lambda self: self.held)
    @rule(k=NUMBERS)
    def write_held(self, k):
        for array in self.held[k % len(self.held)]:
            np.asarray(array)[0] = k / 100

    @rule()
    def drop(self):
        self.held.clear()

    @precondition(lambda self: self.kept)
    @rule(k=NUMBERS)
    def write_mine(self, k):
        for array in self.kept[-1 - k % len(self.kept)]:
            array[...] = 7.5

    # -- sweeping

    def sweep(self, t, twin, ct, **how):
        """Sweep backward; what arrives is the user's from now on, to be written to."""
        mine, fresh = ct.copy(), len(self.kept) % 3
        ends = [*self.leaves, self.weight]
        for end, of_end in ends if fresh else ():
            end.grad = of_end.place.grad = None
        t.backward(mine, **how)
        np.testing.assert_array_equal(mine, ct)
        mine[...] = np.nan
        twin.place.backward(ct)
        self.kept += [(end.grad, of_end.place.grad) for end, of_end in ends if end.grad is not None]
        self.kept = self.kept[-12:]

    @rule(k=NUMBERS, again=st.booleans())
    def backward(self, k, again):
        t, twin = self.pick(k)
        if twin.place is not None:
            for _ in range(1 + again):
                self.sweep(t, twin, A + 0.25, retain_graph=True)

    @rule(k=NUMBERS, thin=st.booleans())
    def backward_once(self, k, thin):
        """A graph of its own, whose residuals are freed: what they were may become a gradient."""
        ((t, a), (u, b)), (w, of_w), array = self.leaves, self.weight, A * np.sin(k)
        if thin:
            y, twin = (t * array + np.tanh(u @ w)) * 0.5, mixed(multiplied(a, Twin(array)), tanh(through(b, of_w)))
        else:
            u, b = [(u, b), (t, a), (np.tanh(t), tanh(a))][k % 3]
            y, twin = t + u, computed(a.value + b.value, (a, lambda ct: ct), (b, lambda ct: ct))
        array[...] = np.nan  # too late to matter
        self.sweep(y, twin, A - 0.5)

    @rule(k=NUMBERS, name=st.sampled_from(sorted(VIEWS)))
    def backward_through_a_view(self, k, name):
        (t, a), (look, back) = self.leaves[k % 2], VIEWS[name]
        y = look(t)
        self.sweep(y, computed(look(a.value), (a, back)), A + 0.5)
        y.data[0] = 0.5

    @rule(k=NUMBERS, reused=st.booleans())
    def backward_with_hooks(self, k, reused):
        (t, a), (w, of_w), buffer = self.leaves[k % 2], self.weight, np.empty(SHAPE)

        def hook(ct):
            self.kept.append((ct, ct.copy()) if ct.flags.writeable else (ct.copy(), ct.copy()))
            return np.multiply(ct, 2.0, out=buffer) if reused else None

        factor = np.full(SHAPE, 2.0 if reused else 1.0)
        with ag.nan_policy("ieee" if k % 3 else "strong"):
            for _ in range(2):
                t, a = t @ w, computed((x := through(a, of_w)).value, (x, scaled(factor)))
                t.register_hook(hook)
            self.sweep(t, a, A)

    @rule(k=NUMBERS, what=st.sampled_from(["None", "zero", "assign"]))
    def treat_gradient(self, k, what):
        t, twin = [*self.leaves, self.weight][k % 3]
        if what == "None":
            t.grad = twin.place.grad = None
        elif what == "assign":
            t.grad, twin.place.grad = self.mine(np.full(t.shape, 0.5)), np.full(t.shape, 0.5)
        elif t.grad is not None:
            t.grad[...] = 0
            twin.place.grad[...] = 0

    @rule()
    def step(self):
        self.optimiser.step()
        for _, twin in (*self.leaves, self.weight):
            if twin.place.grad is not None:
                twin.value -= 0.01 * twin.place.grad

    # -- comparing

    @invariant()
    def everything_is_as_in_the_model(self):
        for t, twin in (*self.leaves, *self.others, self.weight):
            np.testing.assert_allclose(t.detach().tolist(), twin.value, rtol=1e-10, atol=1e-12)
        for t, twin in (*self.leaves, self.weight):
            assert (t.grad is None) == (twin.place.grad is None)
            if t.grad is not None:
                assert type(t.grad) is np.ndarray and t.grad.flags.writeable  # noqa: PT018
                scale = max(1.0, np.abs(twin.place.grad).max(initial=0, where=~np.isnan(twin.place.grad)))
                np.testing.assert_allclose(t.grad, twin.place.grad, rtol=1e-9, atol=1e-11 * scale)
        for array, expected in (*self.kept, *self.held):
            np.testing.assert_allclose(np.asarray(array), np.asarray(expected), rtol=1e-9, atol=1e-11)


Programs.TestCase.settings = settings(max_examples=120, stateful_step_count=25, deadline=None)
TestPrograms = Programs.TestCase


# -- what random programs seldom meet --------------------------------------------------------------------------------


@pytest.fixture
def quick_switches():
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


def test_threads_that_only_read_do_not_disturb_each_other(quick_switches):
    """Reading moves the buffer: out by ``.data``, back by the engine."""
    t, errors = leaf(np.arange(100.0)), []
    reads = [lambda: t.data[3], lambda: (t * 1).data[3], lambda: t[3].item(), lambda: t.shape[0] - 97.0]

    def run(read):
        with contextlib.suppress(StopIteration):
            for _ in range(1500):
                try:
                    assert read() == 3.0
                except Exception as error:
                    errors.append(error)

    threads = [threading.Thread(target=run, args=(read,)) for read in 2 * reads]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []


def test_a_thread_that_writes_to_data_changes_no_tape_of_another(quick_switches):
    t, wrong, done = leaf(np.zeros(50)), [], threading.Event()

    def write():
        while not done.is_set():
            t.data[...] += 1.0

    def record():
        for _ in range(500):
            y = t * t
            kept = y._node.residuals[0]
            before = kept.copy()
            _ = [None for _ in range(50)]
            if not np.array_equal(before, kept):
                wrong.append(before - kept)
        done.set()

    threads = [threading.Thread(target=f) for f in (write, record)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
