"""Samples of ``autograd/rules/fft.py``."""

import numpy as np

from .language import A, call, calls, positive, steps


def along_one_axis(**facts):
    """The calls that all transforms along one axis share: lengths that crop and pad, odd and even, every ``norm``."""
    return calls(
        call(A(4)), call(A(5)), call(A(2)), call(A(2, 3), axis=0), call(A(2, 3), None, -2), call(A(3, 2, 2), axis=1),
        call(A(5), 3), call(A(5), n=4), call(A(3), n=6), call(A(3), 5), call(A(2, 3), 4, 0), call(A(2, 4), 2, axis=-1),
        call(A(4), norm="ortho"), call(A(5), norm="forward"), call(A(3), norm="backward"), call(A(3), 4, norm="ortho"),
        call(A(4), n=3, norm="forward"), call(A(0, 3)), call(A(4), n=1), call(A(4), n=2), **steps, **facts,
    )  # fmt: skip


def along_several_axes(*extra, **facts):
    return calls(
        call(A(2, 3)), call(A(2, 4)), call(A(2, 2, 3)), call(A(3, 2), (2, 4), (0, 1)),
                          call(A(3, 2), s=(4, 3), axes=(1, 0)),
        call(A(2, 3), axes=(0, 1), norm="ortho"), call(A(2, 3), norm="forward"), call(A(3, 2), norm="backward"),
        call(A(2, 3, 2), (3, -1), axes=(0, -2)), call(A(2, 3), axes=(-1, -2)),
                          call(A(2, 3), (4,), (0,)), *extra, **steps, **facts,
    )  # fmt: skip


# fmt: off
SAMPLES = {
    np.fft.fft:    along_one_axis(complex=True),
    np.fft.ifft:   along_one_axis(complex=True),
    np.fft.rfft:   along_one_axis(),
    np.fft.ihfft:  along_one_axis(),
    np.fft.irfft:  along_one_axis(complex=True),
    np.fft.hfft:   along_one_axis(complex=True),
    np.fft.fftn:   along_several_axes(call(A(2, 3), axes=(1, 1)), call(A(2, 3), (2, 4), (1, 1)), complex=True),
    np.fft.ifftn:  along_several_axes(call(A(2, 3), axes=(1, 1)), call(A(2, 3), (4, 2), (1, 1)), complex=True),
    np.fft.rfftn:  along_several_axes(call(A(4))),
    np.fft.irfftn: along_several_axes(call(A(4)), complex=True),
    np.fft.fft2:   along_several_axes(complex=True),
    np.fft.ifft2:  along_several_axes(complex=True),
    np.fft.rfft2:  along_several_axes(),
    np.fft.irfft2: along_several_axes(complex=True),
    np.fft.fftshift:  calls(call(A(4)), call(A(5)), call(A(2, 3)), call(A(2, 3), 1), call(A(2, 3), axes=(0, -1)),
                            call(A(0)), complex=True),
    np.fft.ifftshift: calls(call(A(4)), call(A(5)), call(A(2, 3)), call(A(2, 3), 1), call(A(2, 3), axes=(0, -1)),
                            call(A(0)), complex=True),
    np.fft.fftfreq:   calls(call(5, A(of=positive)), call(n=4, d=A(of=positive)), call(3, A(of=positive), device="cpu"),
                            complex=True),
    np.fft.rfftfreq:  calls(call(5, A(of=positive)), call(n=4, d=A(of=positive)), call(3, A(of=positive), device="cpu"),
                            complex=True),
}
# fmt: on
