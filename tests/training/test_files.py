"""Weights and checkpoints: whole or not at all, and without pickle."""

import errno
import os
import stat

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from autograd import files, nn, optim, training
from autograd.training import _files

KINDS = [".npz", ".safetensors"]


def need(kind):
    if kind == ".safetensors":
        pytest.importorskip("safetensors")


def network(seed=0):
    return nn.Sequential(nn.Linear(3, 4, rng=seed), nn.BatchNorm1d(4), nn.Linear(4, 2, rng=seed + 1))


def same(a, b):
    assert list(a) == list(b)
    for name, value in a.items():
        assert (value.dtype, value.shape) == (b[name].dtype, b[name].shape), name
        np.testing.assert_array_equal(value, b[name])


# -- weights ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_weights_come_back(tmp_path, kind):
    need(kind)
    path = tmp_path / f"weights{kind}"
    model, other = network(0), network(5)
    model(np.ones((3, 3)))  # moves the running means; num_batches_tracked is a number, and stays one
    training.save_weights(model, path)
    training.load_weights(other, path)
    same(model.state_dict(), other.state_dict())
    assert [p.name for p in tmp_path.iterdir()] == [path.name]
    if kind == ".npz":
        with np.load(path, allow_pickle=False) as archive:
            same(dict(archive), model.state_dict())
        first = path.read_bytes()
        training.save_weights(model, path)
        assert path.read_bytes() == first


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "array",
    [
        np.arange(6.0).reshape(2, 3).T,
        np.arange(12.0, dtype=np.float32)[::-2],
        np.asfortranarray(np.arange(6, dtype=np.int64).reshape(2, 3)),
        np.broadcast_to(np.float32(3), (2, 2)),
        np.arange(3, dtype=">f8"),
        np.array(7, dtype=np.int64),
        np.zeros((0, 3)),
        np.array([True, False]),
    ],
    ids=["transposed", "strided", "fortran", "broadcast", "big-endian", "number", "empty", "bool"],
)
def test_arrays_of_every_layout_come_back(tmp_path, kind, array):
    need(kind)
    path = tmp_path / f"w{kind}"
    training.save_weights({"w": array, "file": np.ones(2), "allow_pickle": np.ones(1)}, path)
    found = training.read_weights(path)
    assert found["w"].shape == array.shape
    assert found["w"].dtype == array.dtype.newbyteorder("=")
    np.testing.assert_array_equal(found["w"], array)
    assert set(found) == {"w", "file", "allow_pickle"}


def test_safetensors_are_read_by_pytorch_and_back(tmp_path):
    pytest.importorskip("safetensors")
    torch = pytest.importorskip("torch")
    from safetensors.torch import load_file, save_file

    path, model = tmp_path / "w.safetensors", network()
    training.save_weights(model, path)
    theirs = torch.nn.Sequential(torch.nn.Linear(3, 4), torch.nn.BatchNorm1d(4), torch.nn.Linear(4, 2))
    theirs.load_state_dict(load_file(path))
    x = np.random.default_rng(0).normal(size=(5, 3)).astype(np.float32)
    with torch.no_grad():
        due = theirs.eval()(torch.tensor(x)).numpy()
        theirs[0].weight.mul_(2)
    np.testing.assert_allclose(training.predict(model, x), due, atol=1e-5)
    save_file(theirs.state_dict(), path)
    training.load_weights(model, path)
    np.testing.assert_array_equal(model[0].weight.data, theirs[0].weight.detach().numpy())


def test_what_is_no_file_of_weights_is_refused(tmp_path):
    model = network()
    with pytest.raises(ValueError, match=r"ends in '\.pt'"):
        training.save_weights(model, tmp_path / "w.pt")
    with pytest.raises(FileNotFoundError, match="there is no folder"):
        training.save_weights(model, tmp_path / "none" / "w.npz")
    with pytest.raises(TypeError, match="w has dtype object"):
        training.save_weights({"w": np.array([None])}, tmp_path / "w.npz")
    path = tmp_path / "w.npz"
    for data in (b"", b"no zip", b"PK\x05\x06"):
        path.write_bytes(data)
        with pytest.raises(ValueError, match=r"w\.npz: this"):
            training.load_weights(model, path)
    np.savez(path, a=np.array([{}], dtype=object))
    with pytest.raises(ValueError, match="Python objects"):
        training.load_weights(model, path)
    training.save_weights(model, path)
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(ValueError, match="cut off"):
        training.load_weights(model, path)
    damaged = bytearray(whole)
    damaged[200] ^= 1
    path.write_bytes(bytes(damaged))
    with pytest.raises(ValueError, match="damaged"):
        training.load_weights(model, path)
    with pytest.raises(FileNotFoundError):
        training.load_weights(model, tmp_path / "other.npz")


def test_damaged_safetensors_are_refused(tmp_path):
    pytest.importorskip("safetensors")
    path = tmp_path / "w.safetensors"
    path.write_bytes(b"nothing of the kind")
    with pytest.raises(ValueError, match="no safetensors file"):
        training.load_weights(network(), path)


def test_missing_names_leave_the_model_alone(tmp_path):
    path, model = tmp_path / "w.npz", network()
    training.save_weights(nn.Linear(3, 4, rng=9), path)
    before = model.state_dict()
    with pytest.raises(KeyError, match="missing"):
        training.load_weights(model, path)
    same(model.state_dict(), before)


# -- whole or not at all ---------------------------------------------------------------------------------------------


class Full:
    """A stream onto a disk that is full after some bytes."""

    def __init__(self, stream, room):
        self._stream, self._room = stream, room

    def write(self, data):
        self._room -= len(data)
        if self._room < 0:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return self._stream.write(data)

    def __getattr__(self, name):
        return getattr(self._stream, name)

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self._stream.close()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("room", [0, 300, 700])
def test_a_full_disk_leaves_the_old_file(tmp_path, monkeypatch, kind, room):
    need(kind)
    path = tmp_path / f"w{kind}"
    training.save_weights(network(0), path)
    old = path.read_bytes()
    room = min(room, len(old) - 1)
    monkeypatch.setattr(files, "open", lambda *a: Full(open(*a), room), raising=False)  # noqa: SIM115
    message = r"nothing was saved \(No space left on device\); the file that was there"
    with pytest.raises(OSError, match=message) as info:
        training.save_weights(network(1), path)
    assert info.value.errno == errno.ENOSPC
    with pytest.raises(OSError, match="no file was left behind"):
        training.save_checkpoint(tmp_path / "new.npz", model=network(1))
    assert path.read_bytes() == old
    assert [p.name for p in tmp_path.iterdir()] == [path.name]


@pytest.mark.parametrize("step", ["fsync", "replace"])
@pytest.mark.parametrize("error", [KeyboardInterrupt(), OSError(errno.EIO, "input/output error")])
def test_what_breaks_off_a_save_leaves_the_old_file(tmp_path, monkeypatch, step, error):
    def fail(*args):
        raise error

    path = tmp_path / "w.npz"
    training.save_weights(network(0), path)
    old = path.read_bytes()
    monkeypatch.setattr(files.os, step, fail)
    with pytest.raises(type(error)):
        training.save_weights(network(1), path)
    monkeypatch.undo()
    assert path.read_bytes() == old
    assert [p.name for p in tmp_path.iterdir()] == [path.name]


@pytest.mark.skipif(os.name != "posix", reason="modes and links")
def test_modes_and_links_are_kept(tmp_path):
    path, link = tmp_path / "w.npz", tmp_path / "latest.npz"
    training.save_weights(network(0), path)
    umask = os.umask(0)
    os.umask(umask)
    assert stat.S_IMODE(path.stat().st_mode) == 0o666 & ~umask
    path.chmod(0o640)
    link.symlink_to(path)
    training.save_weights(network(1), link)
    assert link.is_symlink()
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    np.testing.assert_array_equal(training.read_weights(path)["0.weight"], network(1)[0].weight.data)


# -- checkpoints -----------------------------------------------------------------------------------------------------

_dtypes = st.sampled_from([np.float32, np.float64, np.int64, np.bool_, np.complex64])
_arrays = hnp.arrays(_dtypes, hnp.array_shapes(min_dims=0, min_side=0))
_leaves = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | _arrays
_trees = st.recursive(
    _leaves,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.tuples(inner, inner)
        | st.dictionaries(st.text(max_size=3) | st.integers() | st.just("dict"), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(_trees)
def test_any_tree_comes_back(tree):
    def equal(a, b):
        assert type(a) is type(b)
        if isinstance(a, dict):
            assert list(a) == list(b)
            for key in a:
                equal(a[key], b[key])
        elif isinstance(a, (list, tuple)):
            assert len(a) == len(b)
            for x, y in zip(a, b, strict=True):
                equal(x, y)
        elif isinstance(a, np.ndarray):
            assert (a.dtype, a.shape) == (b.dtype, b.shape)
            np.testing.assert_array_equal(a, b)
        else:
            assert a == b or (a != a and b != b)

    equal(tree, _files.unpack(_files.pack(tree)))


def test_what_cannot_be_saved_is_named():
    with pytest.raises(TypeError, match=r"state\['a'\]\[1\] is a function"):
        _files.pack({"a": [1, lambda: 0]})


@pytest.mark.parametrize("kind", ["PCG64", "MT19937", "Philox"])
def test_generators_come_back(tmp_path, kind):
    path = tmp_path / "c.npz"
    rng = np.random.Generator(getattr(np.random, kind)(3))
    rng.random(7, np.float32)
    training.save_checkpoint(path, rng={"a": rng}, extra={"x": (1, [np.float32(2)])})
    due = rng.random(5)
    other = np.random.Generator(getattr(np.random, kind)())
    found = training.load_checkpoint(path, rng={"a": other})
    np.testing.assert_array_equal(other.random(5), due)
    assert found["extra"] == {"x": (1, [np.float32(2)])}
    with pytest.raises(ValueError, match=f"generator 'a' was a {kind} and is a SFC64"):
        training.load_checkpoint(path, rng={"a": np.random.Generator(np.random.SFC64())})


def test_a_checkpoint_that_does_not_fit_changes_nothing(tmp_path):
    path = tmp_path / "c.npz"
    model = network(0)
    adam = optim.Adam(model.parameters())
    training.save_checkpoint(path, model=model, optimizer=adam, rng=np.random.default_rng(0))
    other = network(1)
    before = other.state_dict()
    with pytest.raises(Exception):  # noqa: B017, PT011
        training.load_checkpoint(path, model=other, optimizer=optim.Adam([other[0].weight]))
    same(other.state_dict(), before)
    with pytest.raises(ValueError, match="holds no scheduler"):
        training.load_checkpoint(path, model=other, scheduler=adam)
    with pytest.raises(ValueError, match="0 callbacks were saved, and 1 are given"):
        training.load_checkpoint(path, model=other, callbacks=[training.EarlyStopping()])
    with pytest.raises(ValueError, match=r"generators of \[\] were saved; the model has \['0.rng'\]"):
        training.load_checkpoint(path, model=nn.Sequential(nn.Dropout(rng=0)))
    same(other.state_dict(), before)
    training.save_weights(model, path)
    with pytest.raises(ValueError, match="this is no checkpoint; weights alone are read by load_weights"):
        training.load_checkpoint(path, model=other)
