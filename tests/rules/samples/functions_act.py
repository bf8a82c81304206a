"""Samples of ``autograd/functions/_activations.py``."""

from autograd.functions import _activations as f

from .language import A, away, call, calls, span, unary

SHAPES = [(), (1,), (4,), (2, 3), (0,), (2, 0)]


def settings(*values, of):
    """Calls of every shape, with these parameters after the operand."""
    return calls(*[call(A(*shape, of=of), *value) for shape in SHAPES for value in values], analytic=False)


# fmt: off
SAMPLES = {
    f._leaky_relu:  settings((0.01,), (-0.5,), (2.0,), of=away(0.3, 2)),
    f._elu:         settings((1.0, 1.0), (1.7, 1.05), of=away(0.3, 2)),
    f._normal_pdf:  unary(span(-3, 3), analytic=False),
    f._normal_cdf:  unary(span(-3, 3), analytic=False),
    f._log_above:   settings((-100.0,), of=span(0.2, 0.8)),
    f._log1p_above: settings((-100.0,), of=span(-0.8, -0.2)),
}
