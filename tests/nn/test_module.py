"""Module: attributes are the model."""

import copy
import pickle

import numpy as np
import pytest

import autograd as ag
from autograd import Tensor, nn

from .oracle import close, same_as_torch

# -- a model of every kind of attribute, as it is written for both ---------------------------------------------------


def made(nn, array):
    """The same class over either library."""

    class Block(nn.Module):
        def __init__(self, n):
            super().__init__()
            self.first = nn.Linear(n, n)
            self.scale = nn.Parameter(array([1.0] * n))
            self.act = nn.ReLU()
            self.register_buffer("seen", array([0.0]))

        def forward(self, x):
            return self.act(self.first(x)) * self.scale

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.shift = nn.Parameter(array([0.5]))
            self.blocks = nn.ModuleList([Block(3), Block(3)])
            self.heads = nn.ModuleDict({"mean": nn.Linear(3, 1), "scale": nn.Linear(3, 2, bias=False)})
            self.tail = nn.Sequential(nn.Linear(3, 3), nn.Tanh(), nn.Linear(3, 2))
            self.again = self.tail[0]
            self.last = nn.Parameter(array([1.0, 2.0]))

        def forward(self, x):
            for block in self.blocks:
                x = block(x)
            return self.tail(self.again(x)) + self.heads["mean"](x) * self.heads["scale"](x) + self.shift + self.last

    return Net()


@pytest.fixture
def pair():
    torch = pytest.importorskip("torch")
    return made(nn, np.float32), made(torch.nn, torch.tensor)


def test_names_are_torchs(pair):
    ours, theirs = pair
    for words in ("named_parameters", "named_buffers", "named_modules", "named_children"):
        assert [name for name, _ in getattr(ours, words)()] == [name for name, _ in getattr(theirs, words)()]
    assert [name for name, _ in ours.named_parameters("net")] == [name for name, _ in theirs.named_parameters("net")]
    assert len(list(ours.parameters())) == len(list(theirs.parameters()))
    assert [type(m).__name__ for m in ours.modules()] == [type(m).__name__ for m in theirs.modules()]
    assert [type(m).__name__ for m in ours.children()] == [type(m).__name__ for m in theirs.children()]


def test_states_move_between_the_two(pair):
    ours, theirs = pair
    state = theirs.state_dict()
    assert list(ours.state_dict()) == list(state)
    assert ours.load_state_dict(state) == ([], [])
    x = np.random.default_rng(0).normal(size=(5, 3))
    same_as_torch(ours, theirs, x, dtype=np.float32)
    due = dict(theirs.named_parameters())
    for name, p in ours.named_parameters():
        close(p.grad, due[name].grad.numpy(), np.float32)
    other = made(nn, np.float32)
    torch = pytest.importorskip("torch")
    theirs.load_state_dict({name: torch.tensor(a) for name, a in other.state_dict().items()})
    same_as_torch(other, theirs, x, dtype=np.float32)


def test_a_sequential_of_torchs():
    torch = pytest.importorskip("torch")
    theirs = torch.nn.Sequential(torch.nn.Linear(4, 8), torch.nn.ReLU(), torch.nn.Dropout(0.3), torch.nn.Linear(8, 2))
    ours = nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Dropout(0.3), nn.Linear(8, 2))
    ours.load_state_dict(theirs.state_dict())
    same_as_torch(ours.eval(), theirs.eval(), np.random.default_rng(0).normal(size=(5, 4)), dtype=np.float32)


def test_the_network_of_torchs_tutorial():
    class NeuralNetwork(nn.Module):
        def __init__(self):
            super().__init__()
            self.flatten = nn.Flatten()
            self.linear_relu_stack = nn.Sequential(
                nn.Linear(28 * 28, 512),
                nn.ReLU(),
                nn.Linear(512, 512),
                nn.ReLU(),
                nn.Linear(512, 10),
            )

        def forward(self, x):
            x = self.flatten(x)
            logits = self.linear_relu_stack(x)
            return logits

    model = NeuralNetwork()
    x = np.random.default_rng(0).random((3, 28, 28))
    logits = model(x)
    assert logits.shape == (3, 10)
    assert logits.dtype == np.float32
    loss = nn.CrossEntropyLoss()(logits, np.array([1, 0, 9]))
    loss.backward()
    assert all(p.grad is not None and p.grad.any() for p in model.parameters())
    assert sum(p.size for p in model.parameters()) == 669_706
    assert nn.Softmax(dim=1)(logits).data.sum() == pytest.approx(3)
    assert "(linear_relu_stack): Sequential(" in repr(model)


# -- attributes ------------------------------------------------------------------------------------------------------


class Bag(nn.Module):
    def __init__(self, **attributes):
        for name, value in attributes.items():
            setattr(self, name, value)

    def forward(self, x):
        return x


def test_members_in_lists_tuples_and_dicts():
    a, b, c = nn.Linear(1, 1), nn.Linear(1, 1, bias=False), nn.Parameter([1.0])
    bag = Bag(list=[a, {"in": (b,)}], w={"x": c}, plain=Tensor([1.0], requires_grad=True), note="text", nothing=None)
    names = ["list.0.weight", "list.0.bias", "list.1.in.0.weight", "w.x"]
    assert sorted(n for n, _ in bag.named_parameters()) == sorted(names)
    assert [n for n, _ in bag.named_children()] == ["list.0", "list.1.in.0"]
    assert sorted(bag.state_dict()) == sorted(names)
    bag.list.append(nn.Linear(2, 2))
    assert "list.2.bias" in dict(bag.named_parameters())
    del bag.w
    assert "w.x" not in dict(bag.named_parameters())


def test_roles():
    w, b = nn.Parameter([1.0]), nn.Buffer([2.0])
    assert isinstance(w, nn.Parameter)
    assert not isinstance(w, nn.Buffer)
    assert isinstance(b, nn.Buffer)
    assert isinstance(w, Tensor)
    assert not isinstance(Tensor([1.0]), nn.Parameter)
    assert not isinstance(3, nn.Parameter)
    assert not nn.Parameter([1.0], requires_grad=False).requires_grad
    assert isinstance(copy.deepcopy(w), nn.Parameter)
    assert isinstance(pickle.loads(pickle.dumps(b)), nn.Buffer)
    given = np.ones(2)
    nn.Parameter(given).data[0] = 5
    assert given[0] == 1


def test_registering():
    bag = Bag()
    bag.register_buffer("a", [1.0])
    bag.register_buffer("b", None)
    bag.register_parameter("c", [2.0])
    bag.register_parameter("d", None)
    assert bag.b is None
    assert bag.d is None
    assert list(bag.state_dict()) == ["c", "a"]
    assert [n for n, _ in bag.named_buffers()] == ["a"]
    assert [b is bag.a for b in bag.buffers()] == [True]


def test_a_shared_module_is_learnt_once_and_stored_under_each_name():
    layer = nn.Linear(2, 2)
    bag = Bag(a=layer, b=nn.Sequential(layer), w=layer.weight)
    assert [n for n, _ in bag.named_parameters()] == ["w", "a.bias"]
    assert len(list(bag.modules())) == 3
    assert {"a.weight", "b.0.weight", "w"} <= set(bag.state_dict())


def test_found_by_name(pair):
    for model in pair:
        assert type(model.get_submodule("blocks.1.act")).__name__ == "ReLU"
        assert model.get_submodule("") is model
        assert model.get_parameter("heads.mean.weight") is model.heads["mean"].weight
        assert model.get_parameter("tail.0.bias") is model.again.bias
        assert model.get_buffer("blocks.0.seen") is model.blocks[0].seen
        assert [name for name, _ in model.named_parameters(recurse=False)] == ["shift", "last"]
        assert [name for name, _ in model.blocks[0].named_buffers("b", recurse=False)] == ["b.seen"]
        assert len(list(model.parameters(recurse=False))) == 2
        assert not list(model.buffers(recurse=False))
        for get in (model.get_submodule, model.get_parameter, model.get_buffer):
            with pytest.raises(AttributeError, match="none"):
                get("none.of.it")
    with pytest.raises(AttributeError, match=r"Linear has no parameter 'wight'; it has weight, bias"):
        nn.Linear(1, 1).get_parameter("wight")


def test_modules_under_names_that_are_no_attributes(pair):
    for library, model in zip((nn, pytest.importorskip("torch").nn), pair, strict=True):
        model.add_module("0", library.Linear(1, 2))
        model.register_module("more", None)
        assert list(model.state_dict())[-2:] == ["0.weight", "0.bias"]
        assert model.more is None


def test_a_buffer_that_is_no_part_of_the_state():
    bag = Bag(w=nn.Parameter([1.0]))
    bag.register_buffer("table", np.ones(3), persistent=False)
    assert isinstance(bag.table, nn.Buffer)
    assert [n for n, _ in bag.named_buffers()] == ["table"]
    assert list(bag.state_dict()) == ["w"]
    assert bag.get_buffer("table") is bag.table
    assert isinstance(pickle.loads(pickle.dumps(bag)).table, nn.Buffer)
    assert list(copy.deepcopy(bag).state_dict()) == ["w"]
    bag.to(np.float32)
    assert bag.table.dtype == np.float32


def test_forward_is_due():
    with pytest.raises(NotImplementedError, match=r"Module: define forward"):
        nn.Module()(1)


# -- states ----------------------------------------------------------------------------------------------------------


def test_a_state_is_a_copy():
    layer = nn.Linear(2, 3, rng=0)
    state = layer.state_dict()
    state["weight"][...] = 0
    assert layer.weight.data.any()
    layer.load_state_dict(state | {"bias": np.ones(3)})
    state["weight"][...] = 7
    assert not layer.weight.data.any()
    assert layer.bias.dtype == np.float32


def test_strict_names_them_all():
    model = nn.Sequential(nn.Linear(2, 3), nn.Linear(3, 1, bias=False))
    state = model.state_dict()
    del state["0.bias"]
    state["1.bias"] = state["2.weight"] = np.ones(1)
    message = r"Sequential has missing \['0.bias'\], unexpected \['1.bias', '2.weight'\]"
    with pytest.raises(KeyError, match=message):
        model.load_state_dict(state)
    keys = model.load_state_dict(state, strict=False)
    assert keys.missing_keys == ["0.bias"]
    assert keys.unexpected_keys == ["1.bias", "2.weight"]


@pytest.mark.parametrize("bad", [np.ones((3, 3)), np.array([["a", "b"]] * 3), np.ones((3, 2)) * 1j, None], ids=str)
def test_nothing_is_loaded_if_anything_is_wrong(bad):
    model = nn.Sequential(nn.Linear(2, 2, rng=0), nn.Linear(2, 3, rng=0))
    before = model.state_dict()
    state = {name: np.zeros_like(a) for name, a in before.items()} | {"1.weight": bad}
    with pytest.raises((ValueError, TypeError), match=r"1\.weight"):
        model.load_state_dict(state)
    after = model.state_dict()
    assert all(np.array_equal(before[name], after[name]) for name in before)


def test_loading_leaves_the_tape_alone():
    layer = nn.Linear(2, 1, bias=False, rng=0)
    w = layer.weight.data.copy()
    x = Tensor(np.ones((1, 2), np.float32), requires_grad=True)
    y = layer(x).sum()
    layer.load_state_dict({"weight": np.zeros((1, 2))})
    y.backward()
    np.testing.assert_array_equal(x.grad, w)
    assert layer.weight.requires_grad
    assert layer.weight.is_leaf


# -- modes -----------------------------------------------------------------------------------------------------------


def test_train_and_eval_reach_everything():
    model = nn.Sequential(nn.Dropout(), nn.ModuleList([nn.Dropout()]), Bag(inner=[nn.Dropout()]))
    assert model.training
    assert model.eval() is model
    assert not any(m.training for m in model.modules())
    assert model[2].train() is model[2]
    assert [m.training for m in model.modules()] == [False, False, False, False, True, True]


def test_freezing():
    model = nn.Sequential(nn.Linear(2, 3, rng=0), nn.Linear(3, 1, rng=1))
    frozen = model[0].requires_grad_(False)
    before = frozen.state_dict()
    model(np.ones((4, 2))).sum().backward()
    assert [p.grad is None for p in model.parameters()] == [True, True, False, False]
    assert [n for n, _ in model.named_parameters()] == ["0.weight", "0.bias", "1.weight", "1.bias"]
    assert all(np.array_equal(a, b) for a, b in zip(before.values(), frozen.state_dict().values(), strict=True))
    model.zero_grad(set_to_none=False)
    assert [p.grad is None for p in model.parameters()] == [True, True, False, False]
    assert not any(p.grad.any() for p in model[1].parameters())
    model.zero_grad()
    assert all(p.grad is None for p in model.parameters())
    frozen.requires_grad_()
    model(np.ones((4, 2))).sum().backward()
    assert all(p.grad is not None for p in model.parameters())


def test_apply_goes_from_the_leaves_up(pair):
    orders = []
    for model in pair:
        seen = []
        assert model.apply(lambda m, seen=seen: seen.append(type(m).__name__)) is model
        orders.append(seen)
    assert orders[0] == orders[1]


def test_apply_fills():
    model = nn.MLP([2, 3, 1], rng=0)
    model.apply(lambda m: nn.init.zeros_(m.bias) if isinstance(m, nn.Linear) else None)
    assert not any(m.bias.data.any() for m in model if isinstance(m, nn.Linear))


def test_precision():
    model = nn.Sequential(nn.Linear(2, 3, rng=0), Bag(count=nn.Buffer(np.array(3)), mean=nn.Buffer([1.0])))
    before = model.state_dict()
    w = model[0].weight
    assert model.double() is model
    assert model[0].weight is w
    assert w.requires_grad
    assert {t.dtype for t in (*model.parameters(), model[1].mean)} == {np.dtype(np.float64)}
    assert model[1].count.dtype.kind == "i"
    assert all(np.array_equal(before[n], a) for n, a in model.state_dict().items())
    assert model[0](np.ones((1, 2), np.float32)).dtype == np.float64
    assert model.float()[0](np.ones((1, 2))).dtype == np.float32
    with pytest.raises(TypeError, match=r"dtype int64 is not floating"):
        model.to(np.int64)


def test_there_is_one_device():
    layer = nn.Linear(2, 1)
    for same in (layer.to("cpu"), layer.to(device="cpu"), layer.to(None), layer.cpu(), layer.to("cpu", np.float32)):
        assert same is layer
        assert layer.weight.dtype == np.float32
    assert layer.to("cpu", dtype=np.dtype("float64")).weight.dtype == np.float64
    assert layer.to("float32").weight.dtype == np.float32
    for call in (lambda: layer.to("cuda"), lambda: layer.to(device="cuda:0"), layer.cuda, lambda: layer.cuda(1)):
        with pytest.raises(ValueError, match=r"is neither a dtype nor 'cpu', where all arrays are"):
            call()


def test_frozen_parameters_stay_frozen_when_converted():
    layer = nn.Linear(2, 1).requires_grad_(False).double()
    assert not layer.weight.requires_grad
    layer.requires_grad_().float()
    layer(np.ones(2)).sum().backward()
    assert layer.weight.grad.dtype == np.float32


def test_inputs_are_cast_to_the_parameters():
    x = Tensor(np.ones((2, 3)), requires_grad=True)
    layer = nn.Linear(3, 1)
    y = layer(x)
    assert y.dtype == np.float32
    y.sum().backward()
    assert x.grad.dtype == np.float64
    assert x.grad.shape == (2, 3)

    class Two(nn.Module):
        def __init__(self):
            self.w = nn.Parameter(np.ones(1, np.float32))

        def forward(self, pair, n, flag=None):
            return pair[0].dtype, pair[1].dtype, n.dtype

    assert Two()((np.ones(1), np.ones(1, np.float16)), np.arange(2)) == (np.float32, np.float32, np.int64)
    assert Two()(n=np.arange(2), pair=(np.ones(1), np.ones(1))) == (np.float32, np.float32, np.int64)


# -- copies ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("duplicate", [copy.deepcopy, lambda m: pickle.loads(pickle.dumps(m))])
def test_copies_share_nothing(duplicate):
    model = nn.Sequential(nn.Linear(2, 3, rng=0), nn.Dropout(0.5, rng=0), nn.Linear(3, 1, rng=1)).eval()
    model[0].requires_grad_(False)
    model(np.ones((1, 2))).sum().backward()
    other = duplicate(model)
    x = np.ones((4, 2), np.float32)
    np.testing.assert_array_equal(model(x).data, other(x).data)
    assert [p.requires_grad for p in other.parameters()] == [False, False, True, True]
    assert not other.training
    assert list(other.state_dict()) == list(model.state_dict())
    other[0].weight.data[...] = 0
    assert model[0].weight.data.any()
    tied = Bag(a=model[0], b=model[0])
    assert duplicate(tied).a is not model[0]
    both = duplicate(tied)
    assert both.a is both.b


# -- what people see -------------------------------------------------------------------------------------------------


def test_repr():
    model = Bag(layers=[nn.Linear(1000, 2)], act=nn.ReLU())
    assert repr(model) == (
        "Bag(  # 2,002 parameters\n"
        "  (layers.0): Linear(in_features=1000, out_features=2, bias=True)  # 2,002 parameters\n"
        "  (act): ReLU()\n)"
    )
    assert repr(nn.Sequential()) == "Sequential()"


def test_summary():
    model = nn.Sequential(nn.Flatten(), nn.Linear(6, 4), nn.Dropout(0.5), nn.Linear(4, 2))
    model[2].eval()
    assert model.summary((5, 2, 3)) == nn.summary(model, (5, 2, 3))
    text = nn.summary(model, (5, 2, 3)).splitlines()
    assert text[0].split() == ["module", "output", "parameters"]
    assert text[1].split() == ["Sequential", "(5,", "2)", "38"]
    assert text[3].split() == ["1:", "Linear", "(5,", "4)", "28"]
    assert [m.training for m in model.modules()] == [True, True, True, False, True]
    assert nn.Module.observers == []
    with pytest.raises(ValueError, match=r"Linear: input of shape \(5, 7\)"):
        nn.summary(model, (5, 7))
    assert nn.Module.observers == []
    assert "not called" in nn.summary(Bag(inner=nn.ReLU()), (1,))


def test_functional_transforms_see_through_modules():
    layer = nn.Linear(3, 1, dtype=np.float64, rng=0)
    x = np.ones(3)
    np.testing.assert_array_equal(ag.grad(lambda x: layer(x).sum())(x).data, layer.weight.data[0])
