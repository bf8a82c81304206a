"""``scipy.special``: Bessel, Airy, Kelvin and Struve functions, hypergeometric functions, orthogonal polynomials.

Read by ``special.py``. Derivatives by an order or a parameter have no closed form, and are refused by name.
Sources: NIST Digital Library of Mathematical Functions, chapters 9 to 13, 15 and 18.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import special

from ..primitive import elementwise, primitive
from .special import by_last, refused


def two_sided(f: Any, x: Any, y: Any, sign: int) -> Any:
    """``(f(v-1, z) + sign f(v+1, z)) / 2``: the recurrences of DLMF 10.6.1 and 10.29.1."""
    return (f(x - 1, y) + f(x + 1, y) if sign > 0 else f(x - 1, y) - f(x + 1, y)) * 0.5


def real_only(f: Any, y: Any) -> Any:
    """The sign of a real ``y``; the scale exp(-|Re z|) or exp(-|Im z|) of a complex one is not analytic."""
    if y.dtype.kind == "c":
        raise TypeError(f"{f.__name__}: it is not analytic at complex numbers, so it has no rule. Scale the function.")
    return np.sign(y)


def jve_slope(f: Any, x: Any, y: Any) -> Any:
    """The derivative of ``jve`` or ``yve``, which for real numbers are ``jv`` and ``yv``."""
    real_only(f, y)
    return two_sided(f, x, y, -1)


def ive_slope(f: Any, x: Any, y: Any, out: Any) -> Any:
    """The derivative of ``exp(-|z|) iv(v, z)`` for real z."""
    return two_sided(f, x, y, 1) - real_only(f, y) * out


def struve_slope(f: Any, x: Any, y: Any) -> Any:
    """``f(v-1, z) - v/z f(v, z)`` for Struve's H and L (DLMF 11.4.25 and 11.4.31)."""
    return f(x - 1, y) - f(x, y) * x / y


# fmt: off
# Bessel functions
elementwise(special.j0,          lambda t, x: -t * special.j1(x))
elementwise(special.j1,          lambda t, x: t * (special.j0(x) - special.jv(2, x)) / 2)
elementwise(special.y0,          lambda t, x: -t * special.y1(x))
elementwise(special.y1,          lambda t, x: t * (special.y0(x) - special.yv(2, x)) / 2)
elementwise(special.i0,          lambda t, x: t * special.i1(x))
elementwise(special.i1,          lambda t, x: t * (special.i0(x) + special.iv(2, x)) / 2)
elementwise(special.k0,          lambda t, x: -t * special.k1(x))
elementwise(special.k1,          lambda t, x: -t * (special.k0(x) + special.kv(2, x)) / 2)
elementwise(special.i0e,         lambda t, x, out: t * (special.i1e(x) - np.sign(x) * out))
elementwise(special.i1e,         lambda t, x, out: t * ((special.i0e(x) + special.ive(2, x)) / 2 - np.sign(x) * out))
elementwise(special.k0e,         lambda t, x, out: t * (out - special.k1e(x)))
elementwise(special.k1e,         lambda t, x, out: t * (out - (special.k0e(x) + special.kve(2, x)) / 2))
by_last(special.jv,     "v",     lambda t, x, y: t * two_sided(special.jv, x, y, -1))
by_last(special.yv,     "v",     lambda t, x, y: t * two_sided(special.yv, x, y, -1))
by_last(special.yn,     "n",     lambda t, x, y: t * two_sided(special.yv, x, y, -1))
by_last(special.iv,     "v",     lambda t, x, y: t * two_sided(special.iv, x, y, 1))
by_last(special.kv,     "v",     lambda t, x, y: -t * two_sided(special.kv, x, y, 1))
by_last(special.kn,     "n",     lambda t, x, y: -t * two_sided(special.kv, x, y, 1))
by_last(special.jve,    "v",     lambda t, x, y: t * jve_slope(special.jve, x, y))
by_last(special.yve,    "v",     lambda t, x, y: t * jve_slope(special.yve, x, y))
by_last(special.ive,    "v",     lambda t, x, y, out: t * ive_slope(special.ive, x, y, out))
by_last(special.kve,    "v",     lambda t, x, y, out: t * (out - two_sided(special.kve, x, y, 1)))
by_last(special.hankel1, "v",    lambda t, x, y: t * two_sided(special.hankel1, x, y, -1))
by_last(special.hankel2, "v",    lambda t, x, y: t * two_sided(special.hankel2, x, y, -1))
by_last(special.hankel1e, "v",   lambda t, x, y, out: t * (two_sided(special.hankel1e, x, y, -1) - 1j * out))
by_last(special.hankel2e, "v",   lambda t, x, y, out: t * (two_sided(special.hankel2e, x, y, -1) + 1j * out))

# Their integrals
primitive(special.itj0y0,        vjp=lambda t, x: t[0] * special.j0(x) + t[1] * special.y0(x),
                                 jvp=lambda t, x: (t * special.j0(x), t * special.y0(x)), multiple=True)
primitive(special.iti0k0,        vjp=lambda t, x: t[0] * special.i0(x) + t[1] * special.k0(x),
                                 jvp=lambda t, x: (t * special.i0(x), t * special.k0(x)), multiple=True)

# Airy: the outputs are Ai, Ai', Bi, Bi', and Ai'' = x Ai
primitive(special.airy,          vjp=lambda t, x, out: airy_back(t, x, *out),
                                 jvp=lambda t, x, out: (t * out[1], t * x * out[0], t * out[3], t * x * out[2]),
                                 multiple=True)

# Kelvin (DLMF 10.61.3)
elementwise(special.ber,         lambda t, x: t * special.berp(x))
elementwise(special.bei,         lambda t, x: t * special.beip(x))
elementwise(special.ker,         lambda t, x: t * special.kerp(x))
elementwise(special.kei,         lambda t, x: t * special.keip(x))
elementwise(special.berp,        lambda t, x, out: -t * (special.bei(x) + out / x))
elementwise(special.beip,        lambda t, x, out: t * (special.ber(x) - out / x))
elementwise(special.kerp,        lambda t, x, out: -t * (special.kei(x) + out / x))
elementwise(special.keip,        lambda t, x, out: t * (special.ker(x) - out / x))

# Struve
by_last(special.struve, "v",     lambda t, x, y: t * struve_slope(special.struve, x, y))
by_last(special.modstruve, "v",  lambda t, x, y: t * struve_slope(special.modstruve, x, y))
elementwise(special.itstruve0,   lambda t, x: t * special.struve(0, x))
elementwise(special.itmodstruve0, lambda t, x: t * special.modstruve(0, x))

# Jacobi's elliptic functions: the outputs are sn, cn, dn and the amplitude
primitive(special.ellipj, vjp=(lambda t, y, out: ellipj_back(t, y, *out), refused("ellipj", "m")),
                          jvp=(lambda t, y, out: ellipj_forward(t, y, *out), refused("ellipj", "m")), multiple=True)
elementwise(special.ellipkinc,   lambda t, x, y: t / np.sqrt(1 - y * np.sin(x) ** 2), refused("ellipkinc", "m"))
elementwise(special.ellipeinc,   lambda t, x, y: t * np.sqrt(1 - y * np.sin(x) ** 2), refused("ellipeinc", "m"))

# Hypergeometric functions
by_last(special.hyp0f1, "v",     lambda t, x, y: t * special.hyp0f1(x + 1, y) / x)
by_last(special.hyp1f1, "a b",   lambda t, x, y, z: t * special.hyp1f1(x + 1, y + 1, z) * x / y)
by_last(special.hyperu, "a b",   lambda t, x, y, z: -t * special.hyperu(x + 1, y + 1, z) * x)
by_last(special.hyp2f1, "a b c", lambda t, x, y, z, w: t * special.hyp2f1(x + 1, y + 1, z + 1, w) * x * y / z)
by_last(special.wright_bessel, "a b", lambda t, x, y, z: t * special.wright_bessel(x, x + y, z))

# Orthogonal polynomials: the derivative of each is a multiple of another, of one degree less (DLMF 18.9)
by_last(special.eval_legendre,      "n",   lambda t, x, y: t * legendre_slope(x, y))
by_last(special.eval_chebyt,        "n",   lambda t, x, y: t * special.eval_chebyu(below(x), y) * x)
by_last(special.eval_chebyu,        "n",   lambda t, x, y: t * chebyu_slope(x, y))
by_last(special.eval_chebyc,        "n",   lambda t, x, y: t * special.eval_chebys(below(x), y) * x)
by_last(special.eval_chebys,        "n",   lambda t, x, y: t / 2 * chebyu_slope(x, y / 2))
by_last(special.eval_sh_legendre,   "n",   lambda t, x, y: 2 * t * legendre_slope(x, 2 * y - 1))
by_last(special.eval_sh_chebyt,     "n",   lambda t, x, y: 2 * t * special.eval_sh_chebyu(below(x), y) * x)
by_last(special.eval_sh_chebyu,     "n",   lambda t, x, y: 2 * t * chebyu_slope(x, 2 * y - 1))
by_last(special.eval_gegenbauer,    "n alpha", lambda t, x, y, z: t * gegenbauer_slope(x, y, z))
by_last(special.eval_laguerre,      "n",   lambda t, x, y: t * laguerre_slope(x, 0, y))
by_last(special.eval_genlaguerre,   "n alpha", lambda t, x, y, z: t * laguerre_slope(x, y, z))
by_last(special.eval_hermite,       "n",   lambda t, x, y: 2 * t * special.eval_hermite(below(x), y) * x)
by_last(special.eval_hermitenorm,   "n",   lambda t, x, y: t * special.eval_hermitenorm(below(x), y) * x)
by_last(special.eval_jacobi, "n alpha beta", lambda t, x, y, z, w: t * jacobi_slope(x, y, z, w))


def below(n: Any) -> Any:
    """The degree of a derivative."""
    return np.where(np.equal(n, 0), 0, n - 1)[()] if not isinstance(n, int) else max(n - 1, 0)


def gegenbauer_slope(n: Any, alpha: Any, x: Any) -> Any:
    return 2 * alpha * some(n) * special.eval_gegenbauer(below(n), alpha + 1, x)


def legendre_slope(n: Any, x: Any) -> Any:
    return some(n) * special.eval_gegenbauer(below(n), 1.5, x)


def chebyu_slope(n: Any, x: Any) -> Any:
    return 2 * some(n) * special.eval_gegenbauer(below(n), 2, x)


def laguerre_slope(n: Any, alpha: Any, x: Any) -> Any:
    return -some(n) * special.eval_genlaguerre(below(n), alpha + 1, x)


def jacobi_slope(n: Any, alpha: Any, beta: Any, x: Any) -> Any:
    return (n + alpha + beta + 1) * some(n) * special.eval_jacobi(below(n), alpha + 1, beta + 1, x) / 2


def airy_back(t: Any, x: Any, ai: Any, aip: Any, bi: Any, bip: Any) -> Any:
    return t[0] * aip + t[1] * x * ai + t[2] * bip + t[3] * x * bi


def some(n: Any) -> Any:
    """0 for degree 0, whose derivative vanishes, else 1."""
    return np.not_equal(n, 0) * 1


def ellipj_back(t: Any, m: Any, sn: Any, cn: Any, dn: Any, _: Any) -> Any:
    return t[0] * cn * dn - t[1] * sn * dn - t[2] * m * sn * cn + t[3] * dn


def ellipj_forward(t: Any, m: Any, sn: Any, cn: Any, dn: Any, _: Any) -> tuple[Any, ...]:
    return t * cn * dn, -t * sn * dn, -t * m * sn * cn, t * dn
