"""What samples cannot say of sorting and sets: equal elements, NaN, positions, options without an order."""

import numpy as np
import pytest

import autograd as ag

X = np.array([3.0, 1.0, 2.0, 1.0, 3.0])


def leaf(x=X):
    return ag.Tensor(x, requires_grad=True)


def picked(f, x=X):
    """For each element of the result, the position of the element that it is."""
    rows = ag.jacobian(f)(np.asarray(x, float))
    assert np.array_equal(np.sort(rows, -1)[..., -1:], np.ones((*rows.shape[:-1], 1)))
    assert np.array_equal(rows.sum(-1), np.ones(rows.shape[:-1]))
    return rows.argmax(-1).tolist()


def test_of_equal_elements_the_first_comes_first():
    assert picked(np.sort) == [1, 3, 2, 0, 4]
    assert picked(lambda x: np.sort(x, stable=False)) == [1, 3, 2, 0, 4]
    assert picked(np.unique) == [1, 2, 0]
    assert picked(lambda x: np.union1d(x, [2.0, 5.0])[:3]) == [1, 2, 0]
    assert picked(lambda x: np.setdiff1d(x, [1.0])) == [2, 0]
    assert sorted(picked(lambda x: np.partition(x, 2))) == [0, 1, 2, 3, 4]


def test_what_two_sets_share_is_picked_from_the_first():
    x, y = leaf(), leaf([3.0, 2.0, 7.0])
    both, of_x, of_y = np.intersect1d(x, y, return_indices=True)
    np.sum(both * both).backward()
    assert x.grad.tolist() == [6, 0, 4, 0, 0]
    assert y.grad is None or not y.grad.any()
    assert (of_x.tolist(), of_y.tolist()) == ([2, 0], [1, 0])


def test_nan_is_sorted_last():
    x = np.array([np.nan, 2.0, np.nan, 1.0])
    assert picked(np.sort, x)[:2] == [3, 1]
    for f in (np.sort, np.unique, lambda x: np.unique(x, equal_nan=False), np.unique_all, lambda x: np.partition(x, 1)):
        got, expected = f(leaf(x)), f(x)
        if isinstance(expected, tuple):
            got, expected = got[0], expected[0]
        assert np.array_equal(got.data, expected, equal_nan=True)


@pytest.mark.parametrize("n", [1, 7, 40, 300])
def test_partitions_and_unordered_sets_are_arranged_as_numpy_arranges_them(n):
    x = np.random.default_rng(n).normal(size=(2, n)).round(1)
    for kth in (0, n // 2, [n - 1, n // 3]):
        for axis in (-1, None):
            y = np.partition(leaf(x), kth, axis)
            assert np.array_equal(y.data, np.partition(x, kth, axis))
            places = ag.vjp(lambda t, k=kth, a=axis: np.partition(t, k, a), x)[1](np.ones(y.shape))[0]
            assert np.array_equal(places, np.ones(x.shape))
    assert np.array_equal(np.unique_values(leaf(x)).data, np.unique_values(x))


def test_positions_are_constant():
    for f in (np.argsort, np.argmax, lambda x: np.argpartition(x, 1), lambda x: np.lexsort((x, x)),
              lambda x: np.searchsorted([1.5, 2.5], x), lambda x: np.digitize(x, [1.5, 2.5])):  # fmt: skip
        y = f(leaf())
        assert isinstance(y, ag.Tensor)
        assert not y.requires_grad
        assert np.array_equal(y.data, f(X))


def test_all_that_unique_returns():
    values, *more = np.unique(leaf(), True, True, True)
    expected = np.unique(X, True, True, True)
    assert values.requires_grad
    assert [m.tolist() for m in more] == [e.tolist() for e in expected[1:]]
    result = np.unique_counts(leaf())
    assert result.counts.tolist() == [2, 1, 2]
    assert result.values.requires_grad
    if np.__version__ >= "2.3":
        assert np.array_equal(np.unique(leaf(), sorted=False).data, np.unique(X, sorted=False))


def test_sorting_by_fields_is_refused():
    for f in (lambda x: np.sort(x, order="a"), lambda x: np.partition(x, 1, order="a")):
        with pytest.raises(TypeError, match="order"):
            f(leaf())
    with pytest.raises(np.exceptions.AxisError):
        np.sort(leaf(), axis=1)


def test_complex_numbers_are_sorted_by_real_and_imaginary_part():
    y = np.sort_complex(leaf(X.astype("f4")))
    assert y.dtype == np.complex128
    assert ag.grad(lambda x: np.sum(np.real(np.sort_complex(x) ** 2)))(X).tolist() == (2 * X).tolist()
