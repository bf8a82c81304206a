"""RNN, LSTM and GRU over sequences: PyTorch's numbers, the equations written out, lengths, packing, truncation."""

import copy
import itertools
import pickle

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

import autograd as ag
from autograd import nn

KINDS = ["RNN", "LSTM", "GRU", "PeepholeLSTM", "FourGate"]
TORCH = ["RNN", "LSTM", "GRU"]
T, B, I, H = 5, 4, 3, 2


def layer(kind, *args, dtype=np.float64, rng=0, **options):
    return getattr(nn, kind)(*args, dtype=dtype, rng=rng, **options)


def data(*shape, seed=1, dtype=np.float64):
    return np.random.default_rng(seed).normal(size=shape).astype(dtype)


def parts(state):
    return state if isinstance(state, tuple) else (state,)


def loss(output, state):
    """A scalar in which each number has a weight of its own."""
    return sum((part * np.cos(np.arange(part.size)).reshape(part.shape).astype(part.dtype)).sum()
               for part in (output, *parts(state)))  # fmt: skip


def states(kind, lead, dtype=np.float64, batch=(B,)):
    hx = tuple(ag.Tensor(data(lead, *batch, H, seed=k, dtype=dtype), requires_grad=True) for k in (5, 6))
    return hx if kind in ("LSTM", "PeepholeLSTM", "FourGate") else hx[0]


# -- PyTorch ---------------------------------------------------------------------------------------------------------


def twin(torch, net, kind, *args, **options):
    """PyTorch's module with the same weights."""
    same = getattr(torch.nn, kind)(*args, **options).to(getattr(torch, str(net.weight_ih_l0.dtype)))
    same.load_state_dict({name: torch.from_numpy(v) for name, v in net.state_dict().items()})
    return same


def leaf(torch, x):
    return torch.tensor(x.data if isinstance(x, ag.Tensor) else x, requires_grad=True)


def torch_loss(torch, output, state):
    def weights(part):
        return torch.cos(torch.arange(part.numel(), dtype=torch.float64)).reshape(part.shape).to(part.dtype)

    return sum((part * weights(part)).sum() for part in (output, *parts(state)))


def agree(net, same, x, hx, theirs_x, theirs_hx, tolerance):
    for name, p in net.named_parameters():
        scale = np.abs(p.grad).max() + 1
        assert_allclose(p.grad, dict(same.named_parameters())[name].grad.numpy(), atol=tolerance * scale, err_msg=name)
        assert p.grad.dtype == p.dtype
    for ours, theirs in zip((x, *parts(hx)), (theirs_x, *parts(theirs_hx)), strict=True):
        assert_allclose(ours.grad, theirs.grad.numpy(), atol=tolerance * 10)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize(
    ("layers", "both", "batch_first", "bias"), list(itertools.product([1, 2], *[[False, True]] * 3))
)
@pytest.mark.parametrize("kind", TORCH)
def test_pytorch(kind, layers, both, batch_first, bias, dtype):
    torch = pytest.importorskip("torch")
    tolerance = 1e-10 if dtype is np.float64 else 1e-5
    options = {"num_layers": layers, "bidirectional": both, "batch_first": batch_first, "bias": bias}
    net = layer(kind, I, H, dtype=dtype, **options)
    same = twin(torch, net, kind, I, H, **options)
    assert [name for name, _ in same.named_parameters()] == [name for name, _ in net.named_parameters()]
    x = ag.Tensor(data(*(B, T) if batch_first else (T, B), I, dtype=dtype), requires_grad=True)
    hx = states(kind, layers * (1 + both), dtype)
    theirs_x = leaf(torch, x)
    theirs_hx = tuple(leaf(torch, h) for h in hx) if kind == "LSTM" else leaf(torch, hx)
    output, state = net(x, hx)
    theirs_output, theirs_state = same(theirs_x, theirs_hx)
    for ours, theirs in zip((output, *parts(state)), (theirs_output, *parts(theirs_state)), strict=True):
        assert ours.dtype == dtype
        assert_allclose(ours.data, theirs.detach().numpy(), atol=tolerance)
    loss(output, state).backward()
    torch_loss(torch, theirs_output, theirs_state).backward()
    agree(net, same, x, hx, theirs_x, theirs_hx, tolerance)


def test_relu_as_pytorch():
    torch = pytest.importorskip("torch")
    net = layer("RNN", I, H, 1, "relu")
    same = twin(torch, net, "RNN", I, H, 1, "relu")
    x = data(T, I)
    assert_allclose(net(x)[0].data, same(torch.tensor(x))[0].detach().numpy(), atol=1e-12)


@pytest.mark.parametrize("kind", TORCH)
@pytest.mark.parametrize("both", [False, True])
def test_packed_as_pytorch(kind, both):
    torch = pytest.importorskip("torch")
    rnn = torch.nn.utils.rnn
    net = layer(kind, I, H, 2, bidirectional=both)
    same = twin(torch, net, kind, I, H, 2, bidirectional=both)
    lengths = [2, 5, 1, 2]
    x = ag.Tensor(data(T, B, I), requires_grad=True)
    hx, theirs_x = states(kind, 2 * (1 + both)), leaf(torch, x)
    theirs_hx = tuple(leaf(torch, h) for h in hx) if kind == "LSTM" else leaf(torch, hx)
    packed = nn.pack_padded_sequence(x, lengths, enforce_sorted=False)
    theirs_packed = rnn.pack_padded_sequence(theirs_x, torch.tensor(lengths), enforce_sorted=False)
    for ours, theirs in zip(packed, theirs_packed, strict=True):
        assert_array_equal(ours.data if isinstance(ours, ag.Tensor) else ours, theirs.detach().numpy())
    (output, state), (theirs_output, theirs_state) = net(packed, hx), same(theirs_packed, theirs_hx)
    output, n = nn.pad_packed_sequence(output)
    theirs_output, theirs_n = rnn.pad_packed_sequence(theirs_output)
    assert_array_equal(n, theirs_n)
    for ours, theirs in zip((output, *parts(state)), (theirs_output, *parts(theirs_state)), strict=True):
        assert_allclose(ours.data, theirs.detach().numpy(), atol=1e-12)
    loss(output, state).backward()
    torch_loss(torch, theirs_output, theirs_state).backward()
    agree(net, same, x, hx, theirs_x, theirs_hx, 1e-10)


# -- the equations, without PyTorch ----------------------------------------------------------------------------------


def sigma(x):
    return 1 / (1 + np.exp(-x))


def by_hand(kind, net, x):
    """The outputs of one layer in one direction, from the equations, on plain arrays."""
    p = {name.removesuffix("_l0"): v for name, v in net.state_dict().items()}
    h, s, outputs = np.zeros((x.shape[1], H)), np.zeros((x.shape[1], H)), []
    for x_t in x:
        u, v = x_t @ p["weight_ih"].T + p["bias_ih"], h @ p["weight_hh"].T + p["bias_hh"]
        if kind == "RNN":
            h = np.tanh(u + v)
        elif kind == "GRU":
            (u_r, u_z, u_n), (v_r, v_z, v_n) = np.split(u, 3, 1), np.split(v, 3, 1)
            z = sigma(u_z + v_z)
            h = (1 - z) * np.tanh(u_n + sigma(u_r + v_r) * v_n) + z * h
        elif kind == "FourGate":  # h and s are the short-term and the long-term memory
            n, i, f, v = np.split(u + v, 4, 1)
            kept = s * sigma(f)
            h = np.tanh(kept @ p["weight_use"].T + p["bias_use"]) * sigma(v)
            s = kept + np.tanh(n) * sigma(i)
        else:
            i, f, g, o = np.split(u + v, 4, 1)
            p_i, p_f, p_o = np.split(p.get("weight_ch", np.zeros(3 * H)), 3)
            s = s * sigma(f + p_f * s) + np.tanh(g) * sigma(i + p_i * s)
            h = np.tanh(s) * sigma(o + p_o * s)
        outputs.append(h)
    return np.stack(outputs)


@pytest.mark.parametrize("kind", KINDS)
def test_equations(kind):
    net, x = layer(kind, I, H), data(T, B, I)
    output, state = net(x)
    assert_allclose(output.data, by_hand(kind, net, x), atol=1e-14)
    assert_allclose(parts(state)[0].data[0], output.data[-1])


@pytest.mark.parametrize("kind", KINDS)
def test_gradients(kind):
    net = layer(kind, 2, H, 2, bidirectional=True).requires_grad_(False)
    ag.testing.check_gradients(lambda x: loss(*net(x, lengths=[3, 1, 2])), data(3, 3, 2))
    name = "weight_hh_l1_reverse"
    w = getattr(net, name).data.copy()

    def of_weight(value):
        setattr(net, name, value)
        return loss(*net(data(3, 3, 2)))

    ag.testing.check_gradients(of_weight, w)


@pytest.mark.parametrize("kind", KINDS)
def test_second_order_and_forward_mode(kind):
    net = layer(kind, 2, H).requires_grad_(False)
    x, v = data(3, 2, 2), data(3, 2, 2, seed=9)

    def f(x):
        return (net(x)[0] ** 2).sum()

    hessian = ag.hessian(f)(x).reshape(12, 12)
    assert_allclose(hessian, hessian.T, atol=1e-12)
    _, tangent = ag.jvp(ag.grad(f), (x,), (v,))
    assert_allclose(tangent.ravel(), hessian @ v.ravel(), atol=1e-12)


def test_backpropagation_through_time_written_out():
    """The sums of the notes, for an Elman network: over all steps k <= t of ∂E_t/∂s_t ∂s_t/∂s_k ∂s_k/∂w."""
    net = layer("RNN", I, H)
    w_x, w_s = net.weight_ih_l0.data.copy(), net.weight_hh_l0.data.copy()
    x, target = data(T, 1, I), data(T, 1, H, seed=3)
    s, _ = net(x)
    error = ((s - target) ** 2).sum()
    error.backward()
    values = s.data[:, 0]
    before = np.concatenate([np.zeros((1, H)), values[:-1]])
    of_s, of_x, of_b = np.zeros_like(w_s), np.zeros_like(w_x), np.zeros(H)
    for t in range(T):
        reach = 2 * (values[t] - target[t, 0])  # ∂E_t/∂s_t, then times ∂s_t/∂s_k
        for k in range(t, -1, -1):
            of_sum = reach * (1 - values[k] ** 2)
            of_s += np.outer(of_sum, before[k])
            of_x += np.outer(of_sum, x[k, 0])
            of_b += of_sum
            reach = of_sum @ w_s
    assert_allclose(net.weight_hh_l0.grad, of_s, rtol=1e-12)
    assert_allclose(net.weight_ih_l0.grad, of_x, rtol=1e-12)
    assert_allclose(net.bias_ih_l0.grad, of_b, rtol=1e-12)
    assert_allclose(net.bias_hh_l0.grad, of_b, rtol=1e-12)


# -- lengths and packing ---------------------------------------------------------------------------------------------

LENGTHS = [3, 5, 0, 1]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("both", [False, True])
def test_lengths_are_as_each_sequence_alone(kind, both):
    net = layer(kind, I, H, 2, bidirectional=both)
    x, hx = data(T, B, I), states(kind, 2 * (1 + both))
    output, state = net(x, hx, lengths=LENGTHS)
    assert output.shape == (T, B, H * (1 + both))
    for k, n in enumerate(LENGTHS):
        own = tuple(h[:, k] for h in hx) if isinstance(hx, tuple) else hx[:, k]
        assert_array_equal(output.data[n:, k], 0)
        if n == 0:
            alone = own
        else:
            expected, alone = net(x[:n, k], own)
            assert_allclose(output.data[:n, k], expected.data, atol=1e-14)
        for a, b in zip(parts(state), parts(alone), strict=True):
            assert_allclose(a.data[:, k], b.data, atol=1e-14)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("how", ["lengths", "packed", "plain", "single"])
def test_last_output_only(kind, how):
    net = layer(kind, I, H, 2, bidirectional=True)
    x, lengths = data(T, B, I), [3, 5, 2, 1]
    args = {"lengths": (x, None, lengths), "packed": (nn.pack_padded_sequence(x, lengths, enforce_sorted=False),),
            "plain": (x,), "single": (x[:, 0],)}[how]  # fmt: skip
    _, state = net(*args)
    net.return_sequences = False
    last, _ = net(*args)
    h = parts(state)[0]
    assert_allclose(last.data, np.concatenate([h.data[-2], h.data[-1]], -1), atol=1e-15)
    if how == "plain":
        net.return_sequences = True
        assert_allclose(last.data[:, :H], net(x)[0].data[-1, :, :H], atol=1e-15)


@pytest.mark.parametrize("kind", KINDS)
def test_one_sequence_is_a_batch_of_one(kind):
    net, x, hx = layer(kind, I, H, 2), data(T, I), states(kind, 2, batch=())
    batch = tuple(h[:, None] for h in hx) if isinstance(hx, tuple) else hx[:, None]
    (output, state), (outputs, all_states) = net(x, hx), net(x[:, None], batch)
    assert_allclose(output.data, outputs.data[:, 0])
    for a, b in zip(parts(state), parts(all_states), strict=True):
        assert_allclose(a.data, b.data[:, 0])


def test_no_sequences_at_all():
    output, h = layer("GRU", I, H)(np.zeros((T, 0, I)))
    assert output.shape == (T, 0, H)
    assert h.shape == (1, 0, H)


# -- truncation ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_truncation_is_detaching_between_pieces(kind):
    whole, x = layer(kind, I, H, truncate=2), data(T, B, I)
    pieces = layer(kind, I, H)
    output, _ = whole(x)
    output.sum().backward()
    state, total = None, 0.0
    for k in range(0, T, 2):
        piece, state = pieces(x[k : k + 2], nn.detach_state(state))
        total = total + piece.sum()
    total.backward()
    assert_allclose(total.data, output.data.sum())
    for a, b in zip(whole.parameters(), pieces.parameters(), strict=True):
        assert_allclose(a.grad, b.grad, atol=1e-12)
    full = layer(kind, I, H)
    full(x)[0].sum().backward()
    assert abs(full.weight_hh_l0.grad - whole.weight_hh_l0.grad).max() > 1e-4


def test_truncation_bounds_how_far_a_gradient_goes():
    x = ag.Tensor(data(6, 1, I), requires_grad=True)
    output, _ = layer("LSTM", I, H, truncate=4)(x)
    output[5].sum().backward()
    assert_array_equal(x.grad[:4], 0)
    assert (x.grad[4:] != 0).all()


# -- dropout, beginnings, and the rest -------------------------------------------------------------------------------


def test_dropout_between_layers():
    net = layer("RNN", I, 400, 2, "relu", dropout=0.25, identity=True)
    net.weight_ih_l1.data[...] = np.eye(400)
    net.weight_hh_l0.data[...] = net.weight_hh_l1.data[...] = 0
    x = abs(data(T, B, I)) + 1
    net.weight_ih_l0.data[...] = abs(net.weight_ih_l0.data) + 0.1
    trained, exact = net(x)[0].data, net.eval()(x)[0].data
    ratio = trained / exact
    assert_allclose(np.unique(ratio.round(12)), [0, 1 / 0.75])
    assert abs((ratio == 0).mean() - 0.25) < 4 * np.sqrt(0.25 * 0.75 / ratio.size)
    assert_array_equal(net(x)[0].data, exact)
    net.train().dropout = 1.0
    assert_array_equal(net(x)[0].data, 0)


def test_a_seed_says_it_all():
    x = data(T, B, I, dtype=np.float32)
    first, second, other = (nn.GRU(I, H, 2, dropout=0.5, rng=seed) for seed in (3, 3, 4))
    assert_array_equal(first(x)[0].data, second(x)[0].data)
    assert (first(x)[0].data != second.eval()(x)[0].data).any()
    assert (first.weight_ih_l0.data != other.weight_ih_l0.data).any()
    shared = np.random.default_rng(3)
    assert_array_equal(nn.GRU(I, H, 2, rng=shared).weight_ih_l0.data, first.weight_ih_l0.data)
    bound = 1 / np.sqrt(H)
    assert all(p.dtype == np.float32 and abs(p.data).max() <= bound for p in first.parameters())


def test_forget_bias():
    net = nn.LSTM(I, H, 2, bidirectional=True, forget_bias=1.0, rng=0)
    for end in ("l0", "l0_reverse", "l1", "l1_reverse"):
        total = getattr(net, f"bias_ih_{end}").data + getattr(net, f"bias_hh_{end}").data
        assert_array_equal(total[H : 2 * H], 1)
        assert (total[:H] != 1).all()
    with pytest.raises(ValueError, match=r"LSTM: forget_bias=1\.0 needs bias=True"):
        nn.LSTM(I, H, bias=False, forget_bias=1.0)


def test_irnn_remembers():
    net = layer("RNN", I, H, 1, "relu", identity=True)
    h0 = ag.Tensor(np.array([[[2.0, 3.0]]]), requires_grad=True)
    output, _ = net(np.zeros((100, 1, I)), h0)
    assert_array_equal(output.data[-1], h0.data[0])
    output[-1].sum().backward()
    assert_array_equal(h0.grad, np.ones((1, 1, H)))


def test_any_function_as_nonlinearity():
    net = layer("RNN", I, H, nonlinearity=lambda z: np.sin(z))
    x = data(1, B, I)
    u = x[0] @ net.weight_ih_l0.data.T + net.bias_ih_l0.data + net.bias_hh_l0.data
    assert_allclose(net(x)[0].data[0], np.sin(u))


def test_input_of_another_precision_is_cast():
    net = nn.LSTM(I, H, rng=0)
    x, h = data(T, B, I), np.zeros((1, B, H))
    assert net(x, hx=(h, h))[0].dtype == np.float32
    packed = nn.pack_padded_sequence(x, [5, 4, 2, 1])
    assert net(packed)[0].data.dtype == np.float32


@pytest.mark.parametrize("kind", KINDS)
def test_copies_and_frozen_weights(kind):
    net = layer(kind, I, H, 2, dropout=0.5)
    x = data(T, B, I)
    for same in (copy.deepcopy(net), pickle.loads(pickle.dumps(net))):
        assert_array_equal(same(x)[0].data, copy.deepcopy(net)(x)[0].data)
    net.requires_grad_(False)
    assert not net(x)[0].requires_grad


def test_weights_may_be_updated_while_a_tape_holds_them():
    net, x = layer("LSTM", I, H), data(T, B, I)
    output, _ = net(x)
    output.sum().backward()
    due, net.weight_hh_l0.grad = net.weight_hh_l0.grad, None
    output, _ = net(x)
    net.weight_hh_l0.data[...] = 7
    output.sum().backward()
    assert_array_equal(net.weight_hh_l0.grad, due)


def test_repr():
    assert repr(nn.LSTM(3, 2, 2, batch_first=True)) == "LSTM(3, 2, num_layers=2, batch_first=True)  # 104 parameters"
    assert repr(nn.RNN(3, 2, nonlinearity="relu")) == "RNN(3, 2, nonlinearity='relu')  # 14 parameters"


# -- messages --------------------------------------------------------------------------------------------------------

X = np.zeros((T, B, I), np.float32)
BAD = [
    (lambda: nn.LSTM(I, H)(X[..., :2]), ValueError, r"LSTM: input of shape \(5, 4, 2\) where \(T, B, 3\)"),
    (lambda: nn.LSTM(I, H, batch_first=True)(X[None]), ValueError, r"where \(B, T, 3\) or \(T, 3\) is due"),
    (lambda: nn.GRU(I, H)(X.astype(int)), TypeError, "GRU: input of dtype int64"),
    (lambda: nn.GRU(I, H)([[1.0, 2.0, 3.0]]), TypeError, "GRU: input is a list"),
    (lambda: nn.GRU(I, H)(X[:0]), ValueError, "GRU: the sequences have no steps"),
    (lambda: nn.GRU(I, H)(X, lengths=[0, 0, 0, 0]), ValueError, "GRU: the sequences have no steps"),
    (lambda: nn.GRU(I, H)(X, lengths=[1, 2]), ValueError, r"GRU: lengths of shape \(2,\) where \(4,\)"),
    (lambda: nn.GRU(I, H)(X, lengths=[1, 2, 3, 6]), ValueError, "GRU: lengths from 1 to 6, where 0 to 5"),
    (lambda: nn.GRU(I, H)(X, lengths=[1.0, 2, 3, 4]), TypeError, "GRU: lengths of dtype float64"),
    (lambda: nn.GRU(I, H)(X, np.zeros((2, B, H))), ValueError, r"hx \(h\) of shapes \[\(2, 4, 2\)\] .* \(1, 4, 2\)"),
    (lambda: nn.LSTM(I, H)(X, (np.zeros((1, B, H)),)), ValueError, r"LSTM: hx \(h, c\) of shapes"),
    (lambda: nn.LSTM(I, H)(nn.pack_sequence([X]), lengths=[5]), TypeError, "has its lengths in it"),
    (lambda: nn.RNN(I, H, nonlinearity="sin"), ValueError, "RNN: nonlinearity 'sin' is not"),
    (lambda: nn.RNN(I, H, dropout=1.5), ValueError, "RNN: dropout 1.5"),
    (lambda: nn.RNN(I, 0), ValueError, "RNN: input_size 3, hidden_size 0"),
    (lambda: nn.RNN(I, H, truncate=0), ValueError, r"truncate 0"),
    (lambda: nn.pack_padded_sequence(X, [1, 2, 3, 4]), ValueError, "do not fall"),
    (lambda: nn.pack_padded_sequence(X, [4, 3, 2, 0]), ValueError, "lengths from 0 to 4, where 1 to 5"),
    (lambda: nn.pack_padded_sequence(X[0, 0], [1]), ValueError, r"input of shape \(3,\)"),
    (lambda: nn.pack_padded_sequence(X[:, :0], []), ValueError, "no sequence to pack"),
    (lambda: nn.pad_sequence([]), ValueError, "no sequence to pad"),
    (lambda: nn.pad_sequence([X], padding_side="top"), ValueError, "padding_side 'top'"),
    (lambda: nn.pad_packed_sequence(nn.pack_sequence([X]), total_length=3), ValueError, "total_length 3"),
]


@pytest.mark.parametrize(("call", "kind", "text"), BAD)
def test_messages(call, kind, text):
    with pytest.raises(kind, match=text):
        call()


def test_warning_about_dropout_with_nothing_between():
    with pytest.warns(UserWarning, match="acts between layers"):
        nn.LSTM(I, H, dropout=0.5)
