"""Student's t distribution with any degrees of freedom, also broken ones, for arrays: distribution and quantile.

The distribution is the regularised incomplete beta function, by its continued fraction (Lentz's way; Abramowitz and
Stegun, Handbook of Mathematical Functions, 26.5.8 and 26.7.1). numpy has neither.
"""

from math import lgamma

import numpy as np
from numpy.typing import ArrayLike, NDArray

Real = NDArray[np.float64]

_STEPS, _TINY = 300, 1e-300
_lgamma = np.vectorize(lgamma, otypes=[np.float64])


def beta_share(x: ArrayLike, a: ArrayLike, b: ArrayLike) -> Real:
    """The regularised incomplete beta function I_x(a, b); x in 0 to 1, a and b above 0, of one shape."""
    x, a, b = np.broadcast_arrays(*(np.asarray(one, dtype=np.float64) for one in (x, a, b)))
    # The fraction converges fast below this bound; above it the mirror image is asked.
    mirrored = x > (a + 1) / (a + b + 2)
    p, q, z = np.where(mirrored, b, a), np.where(mirrored, a, b), np.where(mirrored, 1 - x, x)
    inside = np.clip(z, _TINY, 1.0)
    front = np.exp(
        _lgamma(p + q) - _lgamma(p) - _lgamma(q) + p * np.log(inside) + q * np.log1p(-np.minimum(z, 1 - 1e-16))
    )
    found = np.where(z <= 0, 0.0, front * _fraction(z, p, q) / p)
    return np.where(mirrored, 1 - found, found)


def _fraction(z: Real, p: Real, q: Real) -> Real:
    c = np.ones_like(z)
    d = 1 / _away(1 - (p + q) * z / (p + 1))
    whole = d.copy()
    for m in range(1, _STEPS):
        for top in (
            m * (q - m) * z / ((p + 2 * m - 1) * (p + 2 * m)),
            -(p + m) * (p + q + m) * z / ((p + 2 * m) * (p + 2 * m + 1)),
        ):
            d = 1 / _away(1 + top * d)
            c = _away(1 + top / c)
            whole = whole * d * c
        if np.all(np.abs(d * c - 1) < 1e-14):
            break
    return whole


def _away(value: Real) -> Real:
    return np.where(np.abs(value) < _TINY, _TINY, value)


def two_sided(t: ArrayLike, df: ArrayLike) -> Real:
    """The chance that a t lies at least so far from 0, on either side."""
    t, df = np.broadcast_arrays(np.asarray(t, dtype=np.float64), np.asarray(df, dtype=np.float64))
    return beta_share(df / (df + t * t), df / 2, np.full(df.shape, 0.5))


def quantile(share: float, df: ArrayLike) -> Real:
    """How far from 0 the middle `share` of a t reaches on either side: 0.95 and 5 degrees of freedom give 2.571."""
    df = np.asarray(df, dtype=np.float64)
    low, high = np.zeros(df.shape), np.full(df.shape, 1e6)
    for _ in range(80):
        middle = (low + high) / 2
        reaches = two_sided(middle, df) > 1 - share
        low, high = np.where(reaches, middle, low), np.where(reaches, high, middle)
    return (low + high) / 2
