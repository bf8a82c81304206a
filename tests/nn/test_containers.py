"""Containers: what is put in is an attribute, is listed, and keeps its name."""

import copy
import pickle
from collections import OrderedDict

import numpy as np
import pytest

from autograd import nn

LIBRARIES = [nn, pytest.importorskip("torch").nn]


def test_sequential_of_names_and_functions():
    model = nn.Sequential({"first": nn.Linear(2, 3, rng=0), "bend": np.tanh, "last": nn.Linear(3, 1, rng=0)})
    assert list(model.state_dict()) == ["first.weight", "first.bias", "last.weight", "last.bias"]
    assert model(np.ones((4, 2))).shape == (4, 1)
    assert len(model) == 3
    assert model[-1] is model[2]
    assert [type(m) for m in model[:2]] == [nn.Linear, np.ufunc]
    part = model[1:]
    assert list(part.state_dict()) == ["last.weight", "last.bias"]
    layers = nn.Sequential(nn.ReLU(), nn.Linear(2, 2), nn.Linear(2, 2))
    assert [n for n, _ in layers[1:].append(nn.Tanh()).named_children()] == ["1", "2", "3"]
    model[1] = nn.ReLU()
    model.append(nn.Identity())
    assert [n for n, _ in model.named_children()] == ["first", "bend", "last", "3"]


def test_lists_and_dicts():
    layers = nn.ModuleList(nn.Linear(2, 2) for _ in range(3))
    layers.append(nn.ReLU()).extend([nn.Tanh(), nn.Tanh()])
    layers[0] = nn.Identity()
    assert len(layers) == 6
    assert [n for n, _ in layers.named_children()] == list("012345")
    assert len(layers[1:3]) == 2
    named = nn.ModuleDict({"a": nn.ReLU()})
    named["b"] = nn.Tanh()
    assert "b" in named
    assert len(named) == 2
    assert list(named) == list(named.keys()) == ["a", "b"]
    assert [n for n, _ in named.items()] == ["a", "b"]
    assert [type(m) for m in named.values()] == [nn.ReLU, nn.Tanh]
    del named["a"]
    assert list(named) == ["b"]


def test_residual():
    layer, short = nn.Linear(2, 3, rng=0), nn.Linear(2, 3, rng=1)
    x = np.ones((4, 2), np.float32)
    np.testing.assert_array_equal(nn.Residual(layer, short)(x).data, short(x).data + layer(x).data)
    assert [n for n, _ in nn.Residual(layer, short).named_children()] == ["module", "shortcut"]


def test_lists_change_as_torchs():
    told = []
    for library in LIBRARIES:
        chain = library.Sequential(library.Linear(2, 2), library.ReLU())
        chain.insert(0, library.Tanh())
        chain.extend([library.Linear(2, 3), library.Identity()])
        del chain[1]
        chain.add_module("tail", library.Linear(3, 1))
        layers = library.ModuleList([library.ReLU(), library.Linear(1, 1)])
        layers.insert(1, library.Tanh())
        layers += [library.Identity()]
        del layers[0]
        last = layers.pop(-1)
        by_name = library.ModuleDict({"a": library.ReLU()})
        by_name.update({"b": library.Tanh(), "c": library.Linear(1, 1)})
        gone = by_name.pop("a")
        parts = [[(n, type(m).__name__) for n, m in part.named_children()] for part in (chain, layers, by_name)]
        by_name.clear()
        told.append((parts, list(chain.state_dict()), type(last).__name__, type(gone).__name__, len(by_name)))
    assert told[0] == told[1]


def test_items_are_attributes():
    for library in LIBRARIES:
        chain = library.Sequential(OrderedDict([("first", library.Linear(2, 3)), ("bend", library.ReLU())]))
        assert chain.first is chain[0]
        chain.first = library.Linear(2, 4)
        assert chain[0].out_features == 4
        chain.last = library.Linear(4, 1)  # a module that is assigned is in the chain
        assert len(chain) == 3
        assert [n for n, _ in chain.named_parameters()] == ["first.weight", "first.bias", "last.weight", "last.bias"]
        chain.note = "text"
        assert chain.note == "text"
        del chain.bend
        assert len(chain) == 2
        with pytest.raises(AttributeError, match=r"Sequential.* has no attribute 'bend'"):
            _ = chain.bend


class Extended(nn.Sequential):
    def __init__(self):
        super().__init__(nn.Linear(2, 2))
        self.scale = nn.Parameter(np.ones(2))
        self.extra = {"inner": nn.Linear(2, 2)}
        self.head = nn.Linear(2, 1)


def test_what_a_subclass_adds_is_not_lost():
    net = Extended()
    names = ["0.weight", "0.bias", "head.weight", "head.bias", "extra.inner.weight", "extra.inner.bias"]
    assert [n for n, _ in net.named_parameters()] == ["scale", *names]
    assert [type(m).__name__ for m in net] == ["Linear", "Linear"]
    for other in (copy.deepcopy(net), pickle.loads(pickle.dumps(net))):
        assert list(other.state_dict()) == list(net.state_dict())
        assert other.head is other[1]
        assert other.head is not net.head


def test_what_is_set_before_the_container_is_made():
    class Net(nn.Sequential):
        def __init__(self, first):
            self.first = first
            super().__init__(nn.ReLU())

    assert Net(3).first == 3
    assert len(Net(3)) == 1
    with pytest.raises(AttributeError, match=r"call super\(\).__init__\(\) first"):
        Net(nn.ReLU())


def test_collections_of_parameters():
    names = []
    for library, ones in zip(LIBRARIES, (np.ones, pytest.importorskip("torch").ones), strict=True):

        class Net(library.Module):
            def __init__(self, library=library, ones=ones):
                super().__init__()
                self.weights = library.ParameterList([library.Parameter(ones(k)) for k in (1, 2)])
                self.weights.append(library.Parameter(ones(3)))
                self.named = library.ParameterDict({"a": library.Parameter(ones(4))})
                self.named["b"] = library.Parameter(ones(5))

        net = Net()
        assert [p.shape[0] for p in net.weights] == [1, 2, 3]
        assert len(net.weights) == 3
        assert net.named["b"].shape == (5,)
        names.append([n for n, _ in net.named_parameters()])
    assert names[0] == names[1]
    weights = nn.ParameterList([np.ones(2)])
    weights += [np.zeros(3)]
    weights[0] = np.arange(4.0)
    assert all(isinstance(p, nn.Parameter) and p.requires_grad for p in weights)
    assert [p.shape for p in weights] == [(4,), (3,)]
    assert list(nn.ParameterDict({"x": [1.0]}).state_dict()) == ["x"]


def test_a_container_is_equal_to_itself_alone():
    a, b = nn.ModuleDict({}), nn.ModuleDict({})
    assert a == a
    assert a != b
    assert len({a, b, nn.ModuleList(), nn.Sequential()}) == 4
