"""Recurrent cells: PyTorch's numbers, the equations of the papers and of the notes, and packing."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

import autograd as ag
from autograd import nn

B, I, H = 4, 3, 2
KINDS = ["RNNCell", "LSTMCell", "GRUCell", "PeepholeLSTMCell", "FourGateCell"]
TWO = ("LSTMCell", "PeepholeLSTMCell", "FourGateCell")


def cell_of(kind, *args, dtype=np.float64, rng=0, **options):
    return getattr(nn, kind)(I, H, *args, dtype=dtype, rng=rng, **options)


def data(*shape, seed=1, dtype=np.float64):
    return np.random.default_rng(seed).normal(size=shape).astype(dtype)


def state_of(kind, dtype=np.float64, batch=(B,)):
    hx = tuple(ag.Tensor(data(*batch, H, seed=k, dtype=dtype), requires_grad=True) for k in (5, 6))
    return hx if kind in TWO else hx[0]


def parts(state):
    return state if isinstance(state, tuple) else (state,)


def loss(state):
    return sum((part * (k + 1)).sum() + (part * part).sum() for k, part in enumerate(parts(state)))


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize("kind", ["RNNCell", "RNNCell relu", "LSTMCell", "GRUCell"])
def test_pytorch(kind, bias, dtype):
    torch = pytest.importorskip("torch")
    kind, *more = kind.split()
    tolerance = 1e-10 if dtype is np.float64 else 1e-5
    cell = cell_of(kind, bias, *more, dtype=dtype)
    same = getattr(torch.nn, kind)(I, H, bias, *more).to(getattr(torch, np.dtype(dtype).name))
    same.load_state_dict({name: torch.from_numpy(v) for name, v in cell.state_dict().items()})
    x, hx = ag.Tensor(data(B, I, dtype=dtype), requires_grad=True), state_of(kind, dtype)
    leaves = [torch.tensor(v.data, requires_grad=True) for v in (x, *parts(hx))]
    new = cell(x, hx)
    theirs = same(leaves[0], tuple(leaves[1:]) if kind in TWO else leaves[1])
    for a, b in zip(parts(new), parts(theirs), strict=True):
        assert a.dtype == dtype
        assert_allclose(a.data, b.detach().numpy(), atol=tolerance)
    loss(new).backward()
    loss(theirs).backward()
    for a, b in zip((x, *parts(hx)), leaves, strict=True):
        assert_allclose(a.grad, b.grad.numpy(), atol=tolerance)
    for name, p in same.named_parameters():
        assert_allclose(getattr(cell, name).grad, p.grad.numpy(), atol=10 * tolerance, err_msg=name)


@pytest.mark.parametrize("kind", KINDS)
def test_gradients(kind):
    cell, hx = cell_of(kind).requires_grad_(False), [h.data.copy() for h in parts(state_of(kind))]

    def f(x, *hx):
        return loss(cell(x, hx if kind in TWO else hx[0]))

    ag.testing.check_gradients(f, data(B, I), *hx)


def sigma(x):
    return 1 / (1 + np.exp(-x))


def test_equations_of_the_peephole_cell():
    cell, x, (h, c) = cell_of("PeepholeLSTMCell"), data(B, I), state_of("PeepholeLSTMCell")
    p = cell.state_dict()
    z = x @ p["weight_ih"].T + p["bias_ih"] + h.data @ p["weight_hh"].T + p["bias_hh"]
    i, f, g, o = np.split(z, 4, -1)
    p_i, p_f, p_o = np.split(p["weight_ch"], 3)
    after = sigma(f + p_f * c.data) * c.data + sigma(i + p_i * c.data) * np.tanh(g)
    new_h, new_c = cell(x, (h, c))
    assert_allclose(new_c.data, after, rtol=1e-12)
    assert_allclose(new_h.data, sigma(o + p_o * after) * np.tanh(after), rtol=1e-12)


def test_without_peepholes_it_is_an_lstm():
    cell, plain = cell_of("PeepholeLSTMCell"), cell_of("LSTMCell")
    plain.load_state_dict(cell.state_dict(), strict=False)
    nn.init.zeros_(cell.weight_ch)
    for a, b in zip(cell(data(B, I), state_of("LSTMCell")), plain(data(B, I), state_of("LSTMCell")), strict=True):
        assert_allclose(a.data, b.data, rtol=1e-12)


@pytest.mark.parametrize("bias", [True, False])
def test_learn_forget_remember_use(bias):
    """The four gates, in the words of the notes."""
    cell, event, (stm, ltm) = cell_of("FourGateCell", bias), data(B, I), state_of("FourGateCell")
    p = cell.state_dict()
    z = event @ p["weight_ih"].T + stm.data @ p["weight_hh"].T
    if bias:
        z = z + p["bias_ih"] + p["bias_hh"]
    to_learn, to_ignore, to_forget, to_use = np.split(z, 4, -1)
    learn = np.tanh(to_learn) * sigma(to_ignore)
    forget = ltm.data * sigma(to_forget)
    remember = forget + learn
    use = np.tanh(forget @ p["weight_use"].T + p.get("bias_use", 0)) * sigma(to_use)
    new_stm, new_ltm = cell(event, (stm, ltm))
    assert_allclose(new_ltm.data, remember, rtol=1e-12)
    assert_allclose(new_stm.data, use, rtol=1e-12)


def test_the_state_of_an_lstm_decays_by_its_forget_gate():
    """∂s_t/∂s_{t-1} = f, as the notes derive it: with the output before the step held, and no peepholes."""
    cell, x, (h, s) = cell_of("LSTMCell").requires_grad_(False), data(1, I), state_of("LSTMCell", batch=(1,))
    p = cell.state_dict()
    f = sigma(x @ p["weight_ih"].T + p["bias_ih"] + h.data @ p["weight_hh"].T + p["bias_hh"])[0, H : 2 * H]
    jacobian = ag.jacobian(lambda s: cell(x, (h.data, s))[1])(s.data.copy()).reshape(H, H)
    assert_allclose(jacobian, np.diag(f), rtol=1e-12)


@pytest.mark.parametrize("kind", KINDS)
def test_one_input_is_a_batch_of_one_and_no_state_is_zeros(kind):
    cell, x = cell_of(kind), data(I)
    alone, batch = cell(x), cell(x[None])
    zeros = tuple(np.zeros((1, H)) for _ in parts(alone))
    given = cell(x[None], zeros if kind in TWO else zeros[0])
    for a, b, c in zip(parts(alone), parts(batch), parts(given), strict=True):
        assert a.shape == (H,)
        assert_array_equal(a.data, b.data[0])
        assert_array_equal(b.data, c.data)


@pytest.mark.parametrize("kind", ["RNN", "LSTM", "GRU", "PeepholeLSTM"])
def test_a_layer_is_its_cell_in_a_loop(kind):
    layer, cell = getattr(nn, kind)(I, H, dtype=np.float64, rng=0), cell_of(f"{kind}Cell")
    for name, p in cell.named_parameters():
        assert_array_equal(p.data, getattr(layer, f"{name}_l0").data)  # the same seed
    x, state, outputs = data(5, B, I), None, []
    for x_t in x:
        state = cell(x_t, state)
        outputs.append(parts(state)[0])
    output, last = layer(x)
    assert_allclose(output.data, np.stack(outputs).data, atol=1e-14)
    (np.stack(outputs) ** 2).sum().backward()
    (output**2).sum().backward()
    for name, p in cell.named_parameters():
        assert_allclose(p.grad, getattr(layer, f"{name}_l0").grad, atol=1e-13)
    assert_allclose(parts(last)[-1].data[0], parts(state)[-1].data, atol=1e-14)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("scale", [1e4, -1e4])
def test_saturated_gates_are_finite(kind, scale):
    cell = nn.Sequential(cell_of(kind, dtype=np.float32))[0]
    for p in cell.parameters():
        p.data[...] = scale
    state = cell(np.ones((B, I), np.float32))
    loss(state).backward()
    assert all(np.isfinite(part.data).all() for part in parts(state))
    assert all(np.isfinite(p.grad).all() and p.grad.dtype == np.float32 for p in cell.parameters())


def test_options():
    assert_array_equal(cell_of("LSTMCell", forget_bias=1.0).bias_ih.data[H : 2 * H], 1)
    cell = cell_of("RNNCell", nonlinearity="relu", identity=True)
    assert_array_equal(cell(np.zeros((1, I)), data(1, H) ** 2).data, data(1, H) ** 2)
    assert_allclose(cell_of("RNNCell", nonlinearity=np.sin)(np.zeros(I)).data,
                    np.sin(cell_of("RNNCell").bias_ih.data + cell_of("RNNCell").bias_hh.data))  # fmt: skip
    assert repr(nn.GRUCell(3, 2, bias=False)) == "GRUCell(3, 2, bias=False)  # 30 parameters"


BAD = [
    (lambda: nn.GRUCell(I, H)(np.zeros((B, 2))), ValueError, r"GRUCell: input of shape \(4, 2\) where \(B, 3\) is due"),
    (lambda: nn.GRUCell(I, H)(np.zeros((2, B, I))), ValueError, r"GRUCell: input of shape \(2, 4, 3\)"),
    (lambda: nn.GRUCell(I, H)(np.zeros((B, I)), np.zeros((1, H))), ValueError, r"\[\(1, 2\)\] where .* \(4, 2\)"),
    (lambda: nn.LSTMCell(I, H)(np.zeros((B, I)), (np.zeros((B, H)),)), ValueError, r"LSTMCell: state \(h, c\)"),
    (lambda: nn.LSTMCell(I, H)(np.zeros((B, I), int)), TypeError, "LSTMCell: input of dtype int64"),
    (lambda: nn.LSTMCell(I, H)([1.0, 2.0, 3.0]), TypeError, "LSTMCell: input is a list"),
    (lambda: nn.RNNCell(I, H, nonlinearity="sin"), ValueError, "RNNCell: nonlinearity 'sin'"),
    (lambda: nn.RNNCell(I, 0), ValueError, "RNNCell: input_size 3, hidden_size 0"),
]


@pytest.mark.parametrize(("call", "kind", "text"), BAD)
def test_messages(call, kind, text):
    with pytest.raises(kind, match=text):
        call()


# -- sequences of several lengths ------------------------------------------------------------------------------------

LENGTHS = st.lists(st.integers(1, 5), min_size=1, max_size=5)


@given(LENGTHS, st.booleans())
def test_packing_and_padding_are_inverse(lengths, batch_first):
    sequences = [data(n, 2, seed=k) for k, n in enumerate(lengths)]
    packed = nn.pack_sequence(sequences, enforce_sorted=False)
    assert packed.batch_sizes.sum() == len(packed.data) == sum(lengths)
    padded, n = nn.pad_packed_sequence(packed, batch_first)
    assert_array_equal(n, lengths)
    assert_array_equal(padded, nn.pad_sequence(sequences, batch_first))
    for a, b, c in zip(nn.unpack_sequence(packed), nn.unpad_sequence(padded, n, batch_first), sequences, strict=True):
        assert_array_equal(a, c)
        assert_array_equal(b, c)
    again = nn.pack_padded_sequence(padded, n, batch_first, enforce_sorted=False)
    for a, b in zip(again, packed, strict=True):
        assert_array_equal(a, b)


@given(LENGTHS)
def test_gradients_go_through_packing(lengths):
    x = ag.Tensor(data(5, len(lengths), 2), requires_grad=True)
    weight = data(5, len(lengths), 2, seed=2)
    padded, _ = nn.pad_packed_sequence(nn.pack_padded_sequence(x, lengths, enforce_sorted=False), total_length=5)
    alive = (np.arange(5)[:, None] < np.array(lengths))[..., None]
    assert_array_equal(padded.data, np.where(alive, x.data, 0))
    (padded * weight).sum().backward()
    assert_array_equal(x.grad, np.where(alive, weight, 0))


def test_padding():
    sequences = [ag.Tensor([1.0, 2.0], requires_grad=True), np.array([3.0])]
    padded = nn.pad_sequence(sequences, padding_value=-1.0, padding_side="left")
    assert_array_equal(padded.data, [[1, -1], [2, 3]])
    (padded * padded).sum().backward()
    assert_array_equal(sequences[0].grad, [2, 4])
    packed = nn.pack_sequence([np.array([1.0, 2.0]), np.array([3.0])])
    assert packed.sorted_indices is None
    assert_array_equal(nn.pad_packed_sequence(packed, padding_value=9.0, total_length=3)[0], [[1, 3], [2, 9], [9, 9]])


def test_detaching_states():
    h = ag.Tensor([1.0], requires_grad=True) * 2
    off = nn.detach_state((h, [h, None]))
    assert isinstance(off, tuple)
    assert not off[0].requires_grad
    assert not off[1][0].requires_grad
    assert off[1][1] is None
    assert_array_equal(off[0].data, h.data)
