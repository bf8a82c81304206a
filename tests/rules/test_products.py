"""Products, at sizes that no sample has: where another order of the same product is faster."""

import numpy as np
import pytest

from autograd.rules.products import times_transposed


@pytest.mark.parametrize("rows", [1, 3, 4, 20, 64, 65])
@pytest.mark.parametrize("dtype", ["f4", "f8", "c16"])
def test_thin_products_with_a_transposed_matrix(rows, dtype):
    rng = np.random.default_rng(0)
    x, y = (rng.normal(size=(n, 128)).astype(dtype) for n in (rows, 160))
    if dtype == "c16":
        x, y = x + 1j, y - 2j
    product = times_transposed(x, y)
    error = 1e-4 if dtype == "f4" else 1e-12
    np.testing.assert_allclose(product, np.einsum("ik,jk->ij", x, y), rtol=error, atol=10 * error)
    assert (product.dtype, product.flags.c_contiguous) == (np.dtype(dtype), True)
    np.testing.assert_array_equal(times_transposed(x[None], y[None]), (x @ y.T)[None])
