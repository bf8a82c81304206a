"""Samples of ``autograd/rules/statistics.py``."""

import numpy as np

from .language import A, call, calls, positive, span, steps

METHODS = [
    "inverted_cdf", "averaged_inverted_cdf", "closest_observation", "interpolated_inverted_cdf", "hazen", "weibull",
    "linear", "median_unbiased", "normal_unbiased", "lower", "higher", "midpoint", "nearest",
]  # fmt: skip
OF_EACH = np.array([[1.0, 2.0, 0.5], [1.0, 0.2, 0.3]])

# fmt: off
MEDIANS = calls(call(A(4)), call(A(5)), call(A(2, 3)), call(A(2, 3), 0), call(A(2, 3), axis=-1, keepdims=True),
                call(A()), call(A(2, 2, 2), axis=(0, -1)), call(A(3), overwrite_input=True), call(A(1)),
                call(A(2, 2, 2), (2, 0), keepdims=True), **steps)


def quantiles(one):
    """Every method, every shape of q (in parts of ``one``), weights."""
    return calls(*(call(A(5), p * one, method=method) for method in METHODS for p in (0.15, 0.63)),
                 call(A(4), 0), call(A(4), one), call(A(2, 3), 0.4 * one, 0),
                 call(A(2, 3), 0.5 * one, axis=-1, keepdims=True), call(A(2, 3), [0.1 * one, 0.7 * one]),
                 call(A(2, 3), np.array([[0.25], [1.0]]) * one, axis=1), call(A(), 0.5 * one),
                 call(A(2, 2, 2), [0.3 * one], axis=(0, -1), keepdims=True),
                 call(A(3), 0.4 * one, overwrite_input=True),
                 call(A(2, 3), 0.5 * one, None, None, False, "hazen", True),
                 call(A(4), 0.6 * one, method="inverted_cdf", weights=np.array([1.0, 2.0, 0.5, 1.0])),
                 call(A(2, 3), 0.6 * one, axis=1, method="inverted_cdf", weights=OF_EACH), **steps)


SAMPLES = {
    # Order statistics
    np.median:        MEDIANS,
    np.nanmedian:     MEDIANS,
    np.quantile:      quantiles(1),
    np.nanquantile:   quantiles(1),
    np.percentile:    quantiles(100),
    np.nanpercentile: quantiles(100),
    # Averages and correlations
    np.average:  calls(call(A(4)), call(A(2, 3), 0), call(A(2, 3), axis=-1, keepdims=True),
                       call(A(2, 3), returned=True),
                       call(A(2, 3), None, A(2, 3, of=positive)), call(A(2, 3), 1, A(3, of=positive)),
                       call(A(2, 3), axis=0, weights=A(2, of=positive), returned=True),
                       call(A(2, 3, 2), axis=(2, 0), weights=A(2, 2, of=positive)),
                       call(A(2, 3), axis=1, weights=[1.0, 2.0, 3.0], returned=True, keepdims=True),
                       call([1.0, 2.0, 4.0], weights=A(3, of=positive)), complex=True),
    np.cov:      calls(call(A(4)), call(A(2, 3)), call(A(3), A(3)), call(A(2, 3), A(3)), call(A(3, 2), rowvar=False),
                       call(A(3, 2), A(3, 1), False), call(A(2, 3), bias=True), call(A(2, 3), ddof=0),
                       call(A(2, 3), None, True, False, 2), call(A(2, 3), fweights=[1, 2, 1]),
                       call(A(2, 3), aweights=A(3, of=positive)), call(A(3), aweights=A(3, of=positive), ddof=0),
                       call(A(2, 3), fweights=[2, 1, 1], aweights=A(3, of=positive)),
                       call(A(2, 3), aweights=[0.5, 1.0, 2.0]), call(A(2, 3), dtype=np.longdouble), **steps),
    np.corrcoef: calls(call(A(4)), call(A(2, 4)), call(A(3), A(3, of=span(-2, 2.5))), call(A(4, 2), rowvar=False),
                       call(A(3, 2), A(3, 1), False), call(A(2, 4), dtype=np.longdouble), **steps),
}
# fmt: on
