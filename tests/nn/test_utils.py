"""What serves models and is no layer, under the names by which PyTorch's users import it."""

import numpy as np
import pytest

import autograd.nn.utils.rnn as rnn_utils
from autograd import nn
from autograd.nn.utils import clip_grad_norm_, clip_grad_value_, parameters_to_vector, vector_to_parameters
from autograd.nn.utils.rnn import pack_padded_sequence


def test_names_are_the_same_wherever_they_are_found():
    assert pack_padded_sequence is rnn_utils.pack_padded_sequence is nn.pack_padded_sequence
    assert nn.utils.rnn.PackedSequence is nn.PackedSequence


def test_clipping_is_torchs():
    torch = pytest.importorskip("torch")
    ours, theirs = nn.Linear(3, 2), torch.nn.Linear(3, 2)
    ours.load_state_dict(theirs.state_dict())
    x = np.ones((4, 3), np.float32)
    for clip in ("clip_grad_norm_", "clip_grad_value_"):
        for model, there, utils in ((ours, x, nn.utils), (theirs, torch.tensor(x), torch.nn.utils)):
            model.zero_grad()
            (model(there) ** 2).sum().backward()
            getattr(utils, clip)(model.parameters(), 0.7)
        for p, q in zip(ours.parameters(), theirs.parameters(), strict=True):
            np.testing.assert_allclose(p.grad, q.grad.numpy(), rtol=1e-5)
    assert clip_grad_norm_(ours.parameters(), 100.0) > 0.7
    assert clip_grad_value_(ours.parameters(), 100.0) is None


def test_parameters_as_a_vector_and_back():
    model = nn.MLP([2, 3, 1], rng=0)
    vector = parameters_to_vector(model.parameters())
    assert vector.shape == (13,)
    (vector * vector).sum().backward()
    for p in model.parameters():
        np.testing.assert_array_equal(p.grad, 2 * p.data)
    before = vector.data.copy()
    vector_to_parameters(np.arange(13.0), model.parameters())
    np.testing.assert_array_equal(parameters_to_vector(model.parameters()).data, np.arange(13))
    assert all(p.is_leaf and p.dtype == np.float32 for p in model.parameters())
    np.testing.assert_array_equal(vector.data, before)
    vector_to_parameters(vector, model.parameters())
    np.testing.assert_array_equal(parameters_to_vector(model.parameters()).data, before)


def test_errors():
    model = nn.Linear(2, 1)
    before = model.state_dict()
    with pytest.raises(ValueError, match=r"vector of shape \(4,\) where \(3,\) is due"):
        vector_to_parameters(np.zeros(4), model.parameters())
    assert all(np.array_equal(before[name], array) for name, array in model.state_dict().items())
    with pytest.raises(ValueError, match="there are no parameters"):
        parameters_to_vector([])
