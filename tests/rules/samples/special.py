"""Samples of ``autograd/rules/special.py`` and ``autograd/rules/bessel.py``, where SciPy is installed."""

import importlib.util

import numpy as np

from .language import A, Sample, any_number, away, call, calls, inside, positive, span, steps

unit = span(0.1, 0.9)


def one(of=any_number, **facts):
    return Sample(tuple(call(A(*shape, of=of)) for shape in [(), (3, 2), (2, 0)]), **facts)


def two(of_x=any_number, of_y=None, **facts):
    shapes = [((), ()), ((3, 2), (2,)), ((2, 1), (3,)), ((3,), ())]
    return Sample(tuple(call(A(*x, of=of_x), A(*y, of=of_y or of_x)) for x, y in shapes), **facts)


def at(*parameters, of=any_number, **facts):
    """Calls with constants before the operand, each a tuple of them."""
    given = [p if isinstance(p, tuple) else (p,) for p in parameters]
    shapes = [(3, 2), *[(3,)] * (len(given) - 1)]
    some = [call(*p, A(*shape, of=of)) for p, shape in zip(given, shapes, strict=True)]
    return Sample((*some, call(*given[-1], A(of=of))), **facts)


def _samples():
    from scipy import special as s

    from autograd.rules import special as rules

    degrees = span(-80, 80)
    # fmt: off
    return {
        # Gamma and its kin
        s.gamma:         one(away(0.2, 3), complex=True, **steps),
        s.gammaln:       one(positive, **steps),
        s.loggamma:      one(positive, complex=True),
        s.rgamma:        one(complex=True, **steps),
        s.gammasgn:      one(away(0.2, 0.8), **steps),
        s.digamma:       one(positive, complex=True),
        rules._polygamma: at(1, 2, 3, of=positive, complex=True),
        s.beta:          two(positive, **steps),
        s.betaln:        two(positive, **steps),
        s.binom:         two(span(3.2, 6), span(0.2, 2.9), **steps),
        s.poch:          two(positive, **steps),
        s.gammainc:      at(1.0, 2.5, np.array([0.3, 1.0, 4.0]), of=positive, **steps),
        s.gammaincc:     at(1.0, 2.5, np.array([0.3, 1.0, 4.0]), of=positive, **steps),
        s.gammaincinv:   at(0.7, 2.5, of=unit, **steps),
        s.gammainccinv:  at(0.7, 2.5, of=unit, **steps),
        s.betainc:       at((0.5, 2.0), (1.0, 1.0), (3.0, 0.7), of=unit, **steps),
        s.betaincc:      at((0.5, 2.0), (1.0, 1.0), (3.0, 0.7), of=unit, **steps),
        s.betaincinv:    at((0.5, 2.0), (3.0, 0.7), of=unit, **steps),
        s.betainccinv:   at((0.5, 2.0), (3.0, 0.7), of=unit, **steps),
        # Error functions
        s.erf:           one(complex=True),
        s.erfc:          one(complex=True),
        s.erfi:          one(complex=True),
        s.erfcx:         calls(*one(complex=True).calls, call(A(2, of=span(13, 20))), complex=True),
        s.dawsn:         calls(*one(complex=True).calls, call(A(2, of=span(13, 20))), complex=True),
        s.erfinv:        one(inside, **steps),
        s.erfcinv:       one(span(0.1, 1.9), **steps),
        s.ndtr:          one(complex=True),
        s.log_ndtr:      one(span(-20, 3), complex=True),
        s.ndtri:         one(unit, **steps),
        s.ndtri_exp:     one(span(-20, -0.3), **steps),
        s.owens_t:       two(**steps),
        # Exponentials, powers and logarithms
        s.exp2:          one(**steps),
        s.exp10:         one(**steps),
        s.expm1:         one(complex=True),
        s.exprel:        one(**steps),
        s.cbrt:          one(away(0.3, 3), **steps),
        s.log1p:         one(span(-0.7, 3), complex=True),
        s.expit:         one(**steps),
        s.log_expit:     one(**steps),
        s.logit:         one(unit, **steps),
        s.xlogy:         two(positive, complex=True),
        s.xlog1py:       two(positive, complex=True),
        s.powm1:         two(positive, any_number, **steps),
        s.boxcox:        calls(*two(positive, any_number).calls, call(A(2, of=positive), 0.0), **steps),
        s.boxcox1p:      two(positive, any_number, **steps),
        s.inv_boxcox:    two(positive, positive, **steps),
        s.inv_boxcox1p:  two(positive, positive, **steps),
        s.wrightomega:   one(complex=True),
        # Trigonometry in degrees
        s.sindg:         one(degrees, **steps),
        s.cosdg:         one(degrees, **steps),
        s.tandg:         one(span(-60, 60), **steps),
        s.cotdg:         one(span(20, 160), **steps),
        s.cosm1:         one(**steps),
        s.radian:        calls(call(A(3, 2), A(2), A(2)), call(A(), A(2), 1.0), **steps),
        s.round:         one(span(0.1, 0.4), **steps),
        # Information and robust losses
        s.entr:          one(positive, **steps),
        s.rel_entr:      two(positive, **steps),
        s.kl_div:        two(positive, **steps),
        s.huber:         calls(call(A(of=span(0.9, 1.1)), A(of=span(2, 3))), call(A(3, of=span(0.9, 1.1)), A(3)),
                               call(1.0, A(3, 2)), **steps),
        s.pseudo_huber:  two(positive, any_number, **steps),
        # Integrals
        s.exp1:          one(positive, complex=True),
        s.expi:          one(positive, complex=True, **steps),
        s.expn:          at(0, 1, 2, 4, of=positive, **steps),
        s.spence:        one(positive, complex=True, **steps),
        s.sici:          one(positive, complex=True, **steps),
        s.shichi:        one(positive, complex=True, **steps),
        s.fresnel:       one(complex=True),
        s.ellipk:        one(span(-3, 0.9), **steps),
        s.ellipkm1:      one(positive, **steps),
        s.ellipe:        one(span(-3, 0.9), **steps),
        # Distribution functions
        s.chdtr:         at(1.0, 3.5, of=positive, **steps),
        s.chdtrc:        at(1.0, 3.5, of=positive, **steps),
        s.chdtri:        at(1.0, 3.5, of=unit, **steps),
        s.pdtr:          at(0.0, 2.0, of=positive, **steps),
        s.pdtrc:         at(0.0, 2.0, of=positive, **steps),
        s.stdtr:         at(1.0, 4.5, of=away(0.3, 2), **steps),
        s.stdtrit:       at(1.0, 4.5, of=unit, **steps),
        # Bessel functions
        **{f: one(positive, **steps) for f in (s.j0, s.j1, s.y0, s.y1, s.i0, s.i1, s.k0, s.k1)},
        **{f: one(away(0.3, 3), **steps) for f in (s.i0e, s.i1e)},
        **{f: one(positive, **steps) for f in (s.k0e, s.k1e)},
        **{f: at(0, 1.0, 2.5, of=positive, complex=True) for f in (s.iv, s.kv, s.kve)},
        **{f: at(0, 1.0, 2.5, of=positive, complex=True, **steps) for f in (s.jv, s.yv)},
        **{f: at(0, 1.0, 2.5, of=positive, **steps) for f in (s.jve, s.yve, s.ive)},
        **{f: at(0, 1, 3, of=positive, **steps) for f in (s.yn, s.kn)},
        s.itj0y0:        one(positive, **steps),
        s.iti0k0:        one(positive, **steps),
        s.airy:          one(complex=True, **steps),
        **{f: one(positive, **steps) for f in (s.ber, s.bei, s.ker, s.kei, s.berp, s.beip, s.kerp, s.keip)},
        s.struve:        at(0.0, 1.5, of=positive, **steps),
        s.modstruve:     at(0.0, 1.5, of=positive, **steps),
        s.itstruve0:     one(positive, **steps),
        s.itmodstruve0:  one(positive, **steps),
        s.ellipj:        calls(call(A(3, 2), 0.3), call(A(), 0.8), **steps),
        s.ellipkinc:     calls(call(A(3, 2, of=unit), 0.3), call(A(), -0.8), **steps),
        s.ellipeinc:     calls(call(A(3, 2, of=unit), 0.3), call(A(), -0.8), **steps),
        # Hypergeometric functions and orthogonal polynomials
        s.hyp0f1:        at(0.5, 2.0, complex=True, **steps),
        s.hyp1f1:        at((0.5, 2.0), (1, 3), complex=True),
        s.hyperu:        at((0.5, 2.0), (1.0, 1.5), of=positive, **steps),
        s.hyp2f1:        at((0.5, 2.0, 1.5), (1, 1, 3), of=span(-0.8, 0.4), complex=True),
        s.wright_bessel: at((1.0, 1.5), (0.5, 2.0), of=positive, **steps),
        **{f: at(0, 1, 4, 2.5, of=inside, complex=True) for f in (s.eval_legendre, s.eval_chebyt, s.eval_chebyu)},
        **{f: at(0, 1, 4, of=inside, complex=True) for f in (s.eval_chebyc, s.eval_chebys, s.eval_laguerre)},
        **{f: at(0, 3, of=unit, complex=True) for f in (s.eval_sh_legendre, s.eval_sh_chebyt, s.eval_sh_chebyu)},
        **{f: at(0, 1, 4, **steps) for f in (s.eval_hermite, s.eval_hermitenorm)},
        s.eval_gegenbauer: at((0, 0.5), (4, 1.5), complex=True),
        s.eval_genlaguerre: at((0, 0.5), (4, 1.5), complex=True),
        s.eval_jacobi:   at((0, 0.5, 1.5), (3, 0.2, 0.7), of=inside, complex=True),
    }
    # fmt: on


SAMPLES = _samples() if importlib.util.find_spec("scipy") else {}
