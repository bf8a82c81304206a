"""Derivatives beside those of PyTorch, where it is installed: the samples of our rules.

PyTorch knows NumPy's names for the keywords (axis, keepdims) in most functions. Its gradient by a complex number is the
conjugate of ours. ``AUTOGRAD_ORACLES=all`` runs every call of every sample.
"""

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from .peers import EVERYTHING, compared, flattened, loss_of, shared  # noqa: E402

# PyTorch 2.13 gives 0 for ldexp by a negative exponent. Where only one triangle is read, it shares the gradient out
# over both; ours is the derivative of what NumPy computes, so the other triangle's is 0.
OTHER = {"ldexp", "cholesky", "eigh", "eigvalsh"}
FUNCTIONS = {name: pair for name, pair in shared(torch).items() if name not in OTHER}


def tensor(v):
    return torch.from_numpy(np.array(v))


def theirs(function):
    def gradients(call, values):
        leaves = [tensor(v).requires_grad_() for v in values]
        loss, outputs = loss_of(function, call, flattened, torch.real, tensor)(*leaves)
        got = torch.autograd.grad(loss, leaves, allow_unused=True)
        zeros = [np.zeros_like(v) for v in values]
        found = [z if g is None else g.resolve_conj().numpy().conj() for g, z in zip(got, zeros, strict=True)]
        return found, [v.detach().resolve_conj().numpy() for v in outputs]

    return gradients


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", FUNCTIONS)
def test_samples_agree(name):
    function, cases = FUNCTIONS[name]
    cases = [case for case in cases if "dtype" not in case.call.kwargs]
    verdicts = []
    for case in cases:
        for dtype in ("f8", "c16") if case.complex else ("f8",):
            if EVERYTHING or len([v for v in verdicts if v]) < 2:
                verdicts.append(compared(case, theirs(function), dtype))
    if not any(verdicts):
        pytest.skip("PyTorch takes none of these calls, or computes something else")


def test_many_functions_are_shared():
    assert len(FUNCTIONS) > 60
