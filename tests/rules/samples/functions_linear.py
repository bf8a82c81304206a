"""A sample of ``autograd/functions/_linear.py``."""

from autograd.functions import _linear as f

from .language import A, call, calls

# fmt: off
SAMPLES = {
    f._linear: calls(call(A(3), A(2, 3)), call(A(4, 3), A(2, 3)), call(A(2, 2, 3), A(4, 3)), call(A(0, 3), A(2, 3)),
                     call(A(2, 0, 3), A(2, 3)), call(A(2, 2, 0), A(2, 0)), call(A(1, 3), A(0, 3)),
                     call(A(3), A(2, 3), A(2)), call(A(4, 3), A(2, 3), A(2)), call(A(2, 2, 3), A(4, 3), A(4))),
}
