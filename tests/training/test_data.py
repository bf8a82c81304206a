"""Data sets, loaders, splits, augmentation, scaling and metrics."""

import gc
import sys
import threading

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd as ag
from autograd import training
from autograd.training import DataLoader, Subset, TensorDataset

# -- data sets -------------------------------------------------------------------------------------------------------


def test_a_tensor_dataset_takes_tensors_and_lists_and_says_what_does_not_fit():
    data = TensorDataset(ag.Tensor([[1.0], [2.0]], requires_grad=True), ["a", "b"])
    assert type(data[0][0]) is np.ndarray
    assert data[1][1] == "b"
    nested = TensorDataset({"x": [[1.0], [2.0]], "more": {"n": [3, 4]}}, [0, 1])
    assert len(nested) == 2
    assert nested[1] == ({"x": np.array([2.0]), "more": {"n": 4}}, 1)
    with pytest.raises(ValueError, match=r"shapes \[\(2,\), \(3,\)\]"):
        TensorDataset({"a": [1, 2], "b": [1, 2, 3]})
    with pytest.raises(ValueError, match=r"shapes \[\(2,\), \(3,\)\]"):
        TensorDataset([1, 2], [1, 2, 3])
    with pytest.raises(ValueError, match="one common length"):
        TensorDataset()
    with pytest.raises(IndexError, match="from 0 to 4 for a data set of 3"):
        Subset("abc", [0, 4])


@given(st.integers(1, 40), st.integers(1, 12), st.booleans(), st.booleans(), st.integers(0, 3))
def test_every_sample_comes_once(n, size, drop, shuffle, ahead):
    loader = DataLoader(np.arange(n), size, shuffle, drop_last=drop, prefetch=ahead, rng=0)
    batches = list(loader)
    assert len(batches) == len(loader)
    assert all(len(b) == size for b in batches[:-1])
    flat = np.concatenate(batches) if batches else np.arange(0)
    assert len(set(flat.tolist())) == len(flat) == (n // size * size if drop else n)
    if not shuffle:
        assert flat.tolist() == list(range(len(flat)))


def test_a_seed_gives_the_same_orders_with_and_without_prefetch_and_transform():
    def noisy(batch, rng):
        return batch + rng.normal(size=batch.shape)

    for transform in (None, noisy):
        runs = []
        for ahead in (0, 2):
            loader = DataLoader(np.arange(10.0), 3, True, rng=5, prefetch=ahead, transform=transform)
            next(iter(loader))  # an epoch that is broken off
            runs.append(np.concatenate([b for _ in range(2) for b in loader]))
        np.testing.assert_array_equal(*runs)
    assert not np.array_equal(runs[0][:10], runs[0][10:])


def test_batches_of_lists_are_collated_by_default_or_by_the_users_function():
    samples = [{"x": np.ones(2) * k, "name": f"n{k}", "y": (k, float(k))} for k in range(3)]
    (batch,) = DataLoader(samples, 3)
    assert batch["x"].shape == (3, 2)
    assert batch["name"] == ["n0", "n1", "n2"]
    assert batch["y"][1].dtype == np.float64
    ragged = [np.ones(2), np.ones(3)]
    with pytest.raises(ValueError, match=r"shapes \[\(2,\), \(3,\)\]; pass collate_fn"):
        list(DataLoader(ragged, 2))
    (batch,) = DataLoader(ragged, 2, collate_fn=lambda group: [len(g) for g in group])
    assert batch == [2, 3]
    (batch,) = DataLoader(Subset(TensorDataset(np.arange(4), np.arange(4)), [3, 1]), 2)
    assert [b.tolist() for b in batch] == [[3, 1], [3, 1]]


def test_collate_equals_pytorchs():
    torch = pytest.importorskip("torch")
    samples = [(np.full((2,), k, np.float32), k, 0.5 * k) for k in range(4)]
    for mine, theirs in zip(training.collate(samples), torch.utils.data.default_collate(samples), strict=True):
        np.testing.assert_array_equal(mine, theirs.numpy())


def test_errors_of_a_prefetching_thread_arrive_and_the_thread_ends():
    class Faulty:
        def __len__(self):
            return 9

        def __getitem__(self, k):
            if k == 4:
                raise KeyError("sample 4")
            return k

    before = threading.active_count()
    seen = []
    with pytest.raises(KeyError, match="sample 4"):
        seen.extend(iter(DataLoader(Faulty(), 2, prefetch=3)))
    assert len(seen) == 2
    batches = iter(DataLoader(np.arange(1000), 1, prefetch=2))
    next(batches)
    batches.close()
    assert threading.active_count() == before


def test_a_thread_prepares_while_the_consumer_works():
    asked = [threading.Event() for _ in range(8)]

    class Watched:
        def __len__(self):
            return len(asked)

        def __getitem__(self, k):
            asked[k].set()
            return k

    batches = iter(DataLoader(Watched(), 1, prefetch=1))
    next(batches)
    assert asked[1].wait(30)  # though nobody has asked for it yet
    assert not asked[2].wait(0.05)  # one ahead
    assert len(list(batches)) == 7


def test_a_loader_that_its_own_thread_collects_as_garbage_ends_quietly(monkeypatch):
    errors, dropped, collected = [], threading.Event(), threading.Event()
    monkeypatch.setattr(sys, "unraisablehook", errors.append)

    class Collecting:
        def __len__(self):
            return 9

        def __getitem__(self, k):
            if k == 1:
                dropped.wait(30)
                gc.collect()
                collected.set()
            return k

    cycle = [iter(DataLoader(Collecting(), 1, prefetch=1))]
    cycle.append(cycle)
    next(cycle[0])
    del cycle
    dropped.set()
    assert collected.wait(30)
    assert not errors


@pytest.mark.parametrize("wrong", [{"batch_size": 0}, {"batch_size": 1.5}, {"prefetch": -1}])
def test_a_loader_refuses_bad_numbers(wrong):
    with pytest.raises(ValueError, match=next(iter(wrong))):
        DataLoader([1], **wrong)
    with pytest.raises(TypeError, match="generator has no length"):
        DataLoader(k for k in range(3))


# -- splits ----------------------------------------------------------------------------------------------------------


@given(n=st.integers(16, 60), classes=st.integers(2, 4), share=st.floats(0.3, 0.7), seed=st.integers(0, 9))
def test_stratified_parts_hold_each_class_in_its_share(n, classes, share, seed):
    y = np.arange(n) % classes
    train, test = training.train_test_split(np.arange(n), test_size=share, stratify=y, rng=seed)
    assert sorted([*train, *test]) == list(range(n))
    assert len(test) == int(np.ceil(share * n))
    for c in range(classes):
        assert abs((y[test] == c).sum() - len(test) * (y == c).mean()) < 1 + 1e-9


def test_sizes_are_those_of_scikit_learn():
    theirs = pytest.importorskip("sklearn.model_selection").train_test_split
    for n in (5, 10, 17):
        both = {"test_size": 0.3, "train_size": 2}
        for sizes in ({}, {"test_size": 0.3}, {"train_size": 0.6}, {"test_size": 2}, both):
            mine = training.train_test_split(np.arange(n), rng=0, **sizes)
            assert [len(p) for p in mine] == [len(p) for p in theirs(np.arange(n), **sizes)], (n, sizes)
    first = training.train_test_split(np.arange(9), shuffle=False)
    assert [p.tolist() for p in first] == [p.tolist() for p in theirs(np.arange(9), shuffle=False)]


def test_splits_refuse_what_cannot_be_split():
    with pytest.raises(ValueError, match=r"lengths \[3, 2\]"):
        training.train_test_split([1, 2, 3], [1, 2])
    with pytest.raises(ValueError, match="1 samples cannot be split"):
        training.train_test_split([1])
    with pytest.raises(ValueError, match="rarest with 1"):
        training.train_test_split(np.arange(5), stratify=[0, 0, 0, 0, 1])
    with pytest.raises(ValueError, match="they must add up"):
        training.random_split([1, 2, 3], [1, 1])
    parts = training.random_split(range(10), [0.5, 0.25, 0.25], rng=1)
    assert [len(p) for p in parts] == [6, 2, 2]
    assert sorted(x for p in parts for x in p) == list(range(10))


# -- augmentation ----------------------------------------------------------------------------------------------------


def images(n=6, c=2, h=7, w=5, dtype=np.float32):
    return np.random.default_rng(0).random((n, c, h, w)).astype(dtype)


@pytest.mark.parametrize(
    "change",
    [
        training.add_noise,
        training.random_flip,
        lambda x, rng: training.random_shift(x, 2, rng=rng),
        lambda x, rng: training.random_crop(x, (7, 5), 1, rng=rng),
        lambda x, rng: training.random_rotation(x, 30, rng=rng),
    ],
)
def test_changes_keep_shape_and_dtype_and_input_and_are_seeded(change):
    x = images()
    before = x.copy()
    out = change(x, rng=3)
    np.testing.assert_array_equal(x, before)
    assert out.shape == x.shape
    assert out.dtype == x.dtype
    assert not np.array_equal(out, x)
    np.testing.assert_array_equal(out, change(x, rng=3))


def test_each_sample_is_changed_on_its_own():
    x = np.tile(np.arange(25.0).reshape(1, 1, 5, 5), (50, 1, 1, 1))
    for change in (training.random_flip, lambda x, rng: training.random_rotation(x, 9, rng=rng)):
        assert len({sample.tobytes() for sample in change(x, rng=0)}) > 1
    moved = training.random_shift(x + 1, 2, rng=0)
    for sample in moved[:, 0]:  # each is a window of the image in a margin of zeros
        padded = np.pad(x[0, 0] + 1, 2)
        assert any(
            np.array_equal(sample, padded[i : i + 5, j : j + 5]) for i in range(5) for j in range(5)
        )


def test_rotation_is_that_of_scipy():
    ndimage = pytest.importorskip("scipy.ndimage")
    x = images(3, 2, 9, 8, np.float64)
    for degrees in (0, 17, 90, -45, 180):
        expected = ndimage.rotate(x, degrees, axes=(3, 2), reshape=False, order=1, mode="grid-constant")
        found = training.rotate(x, np.deg2rad(degrees))
        np.testing.assert_allclose(found, expected, atol=1e-7, err_msg=str(degrees))
    np.testing.assert_allclose(training.rotate(x[..., :8, :], np.pi / 2), np.rot90(x[..., :8, :], 1, (2, 3)), atol=1e-7)


def test_augmentation_refuses_what_is_no_image():
    with pytest.raises(ValueError, match=r"random_shift: an array of shape \(3, 4\) where images"):
        training.random_shift(np.ones((3, 4)), 1)
    with pytest.raises(ValueError, match="window 9 × 9 of images 4 × 4"):
        training.random_crop(np.ones((1, 1, 4, 4)), 9)
    with pytest.raises(TypeError, match="int64"):
        training.add_noise([1, 2])
    with pytest.raises(ValueError, match="counts the samples"):
        training.random_flip(np.ones((3, 4)), axis=0)


# -- scaling ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["StandardScaler", "MinMaxScaler"])
def test_scalers_are_those_of_scikit_learn(name):
    theirs = getattr(pytest.importorskip("sklearn.preprocessing"), name)()
    x = np.random.default_rng(0).normal(3, 2, (30, 4))
    x[:, 1] = 0.1
    mine = getattr(training, name)().fit(x)
    theirs.fit(x)
    np.testing.assert_allclose(mine.transform(x), theirs.transform(x), atol=1e-12)
    np.testing.assert_allclose(mine.scale_, theirs.scale_)
    np.testing.assert_allclose(mine.inverse_transform(mine.transform(x)), x, atol=1e-12)
    assert mine.transform(x.astype(np.float32)).dtype == np.float32


def test_scalers_take_channels_and_say_what_is_wrong():
    x = images(h=4, w=4)
    out = training.StandardScaler(axis=(0, 2, 3)).fit_transform(x)
    np.testing.assert_allclose(out.mean((0, 2, 3)), 0, atol=1e-6)
    np.testing.assert_allclose(out.std((0, 2, 3)), 1, atol=1e-5)
    scaler = training.MinMaxScaler((-1, 1))
    with pytest.raises(RuntimeError, match="call fit"):
        scaler.transform([[1.0]])
    with pytest.raises(ValueError, match="hold NaN"):
        scaler.fit([[np.nan]])
    with pytest.raises(ValueError, match="no sample"):
        scaler.fit(np.ones((0, 2)))
    scaler.fit([[1.0, 2.0], [3.0, 2.0]])
    assert scaler.transform([[2.0, 2.0]]).tolist() == [[0.0, -1.0]]
    with pytest.raises(ValueError, match=r"shape \(1, 3\)"):
        scaler.transform([[1.0, 2.0, 3.0]])


# -- metrics ---------------------------------------------------------------------------------------------------------


def test_metrics_are_those_of_scikit_learn():
    metrics = pytest.importorskip("sklearn.metrics")
    rng = np.random.default_rng(0)
    scores, labels = rng.random((40, 5)), rng.integers(0, 5, 40)
    assert training.accuracy(scores, labels) == metrics.accuracy_score(labels, scores.argmax(1))
    for k in (1, 3, 4):
        assert training.top_k(scores, labels, k) == metrics.top_k_accuracy_score(labels, scores, k=k)
    p, y = rng.normal(size=30), rng.normal(size=30)
    np.testing.assert_allclose(training.mse(p, y), metrics.mean_squared_error(y, p))
    np.testing.assert_allclose(training.mae(p, y), metrics.mean_absolute_error(y, p))
    np.testing.assert_allclose(training.r2(p, y), metrics.r2_score(y, p))
    parts = training.R2()
    for k in range(0, 30, 7):
        parts.update(p[k : k + 7], y[k : k + 7])
    np.testing.assert_allclose(parts.compute(), metrics.r2_score(y, p))


def test_accuracy_takes_scores_labels_and_probabilities_and_refuses_guesses():
    scores = np.random.default_rng(0).random((4, 3, 6))
    labels = scores.argmax(1)
    assert training.accuracy(scores, labels) == training.accuracy(labels, labels) == 1
    assert training.accuracy(scores, np.moveaxis(np.eye(3)[labels], -1, 1)) == 1
    with pytest.raises(ValueError, match="binary_accuracy"):
        training.accuracy(np.array([[0.3], [0.9]]), np.array([0, 1]))
    with pytest.raises(ValueError, match=r"shape \(3, 1\) for targets of shape \(3,\)"):
        training.mse(np.ones((3, 1)), np.ones(3))
    with pytest.raises(ValueError, match="labels from 0 to 3 for 3 classes"):
        training.top_k(np.ones((2, 3)), [0, 3], 1)
    assert training.binary_accuracy([2.0, -1.0], [1, 0], threshold=0) == 1
    np.testing.assert_allclose(training.perplexity([0.0, np.log(4)]), [1, 4])
