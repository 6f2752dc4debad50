"""exp, expm1, log, log1p, tanh and the sigmoid of plain arithmetic, for compiled code.

Those of the C library and of NumPy change their last bits with the processor, and a long training
makes different results of that. These are sums, products and quotients of IEEE 754, which are the
same everywhere, without branches, so that they work on a whole Vector at once. They differ from
the true value by less than 3 units in the last place, subnormal results included.
"""

import math

from nnlib.compiled.vectors import absolute, exponent, mantissa, pick, scale

LOG2E = 1.4426950408889634  # 1 / log 2
LN2_HIGH = 6.93147180369123816490e-01  # log 2 in two parts; the first has 32 bits, so that its
LN2_LOW = 1.90821492927058770002e-10  # product with an integer below 2²¹ is exact
ROUND = 6755399441055744.0  # 1.5 · 2⁵²: x + ROUND has the integer nearest to x in its last bits
C = tuple(1 / math.factorial(k) for k in range(14))  # Taylor's coefficients of the exponential


def _tail(r):
    """(eʳ - 1 - r) / r² for |r| <= ½ log 2, Taylor to r¹³/13!: the rest is below 0.04 ulp.

    Summed in pairs (Estrin), because a chain of eleven products has to wait for each.
    """
    r2 = r * r
    r4 = r2 * r2
    low = (C[2] + C[3] * r) + (C[4] + C[5] * r) * r2
    middle = (C[6] + C[7] * r) + (C[8] + C[9] * r) * r2
    high = (C[10] + C[11] * r) + (C[12] + C[13] * r) * r2
    return (low + middle * r4) + high * (r4 * r4)


def _reduced(x):
    """t and r with x = k log 2 + r, |r| <= ½ log 2, and t = k + ROUND."""
    t = x * LOG2E + ROUND
    k = t - ROUND
    return t, (x - k * LN2_HIGH) - k * LN2_LOW


def exp(x):
    """eˣ = 2ᵏ eʳ. Beyond the bounds the result is 0 or infinite, as it is at them."""
    x = pick(x, -746.0, -746.0, pick(710.0, x, 710.0, x))
    t, r = _reduced(x)
    return scale(1.0 + (r + r * r * _tail(r)), t)


def expm1(x):
    """eˣ - 1 = 2ᵏ (eʳ - 1) + (2ᵏ - 1), where eʳ - 1 = r + r² tail; halved, so that 2¹⁰²⁴ fits."""
    x = pick(x, -100.0, -100.0, pick(710.0, x, 710.0, x))
    t, r = _reduced(x)
    half = scale(1.0, t - 1.0)
    return ((r + r * r * _tail(r)) * half + (half - 0.5)) * 2.0


def tanh(x):
    """(1 - e⁻²ᵃ) / (1 + e⁻²ᵃ) with the sign of x, where a = |x|."""
    e = expm1(-2.0 * absolute(x))
    size = (0.0 - e) / (2.0 + e)
    return pick(x, 0.0, 0.0 - size, size)


def log(x):
    """log x = e log 2 + log m for x = m 2ᵉ with m in [√½, √2); -∞ at 0, NaN below.

    With f = m - 1 and s = f / (2 + f), log m = 2 artanh s = 2s + 2s³/3 + … + 2s²¹/21, arranged
    as f - (f²/2 - s (f²/2 + R)) (fdlibm), which adds the small terms first.
    """
    tiny = pick(x, 2.2250738585072014e-308, 1.0, 0.0)
    normal = x * pick(0.5, tiny, 18014398509481984.0, 1.0)  # 2⁵⁴
    m, e = mantissa(normal), exponent(normal) - 54.0 * tiny
    large = pick(1.4142135623730951, m, 1.0, 0.0)
    m, e = m * (1.0 - 0.5 * large), e + large
    f = m - 1.0
    s = f / (2.0 + f)
    z = s * s
    series = 1 / 17 + z * (1 / 19 + z * (1 / 21))
    series = 1 / 9 + z * (1 / 11 + z * (1 / 13 + z * (1 / 15 + z * series)))
    series = 2.0 * z * (1 / 3 + z * (1 / 5 + z * (1 / 7 + z * series)))
    half = 0.5 * f * f
    value = e * LN2_HIGH - ((half - (s * (half + series) + e * LN2_LOW)) - f)
    value = pick(x, math.inf, value, x)
    return pick(0.0, x, value, pick(x, 0.0, math.nan, x - math.inf))


def log1p(x):
    """log(1 + x) = log u + c / u, where u = 1 + x as rounded and c what the rounding lost."""
    u = 1.0 + x
    c = pick(x, 1e300, x - (u - 1.0), 0.0)
    return log(u) + pick(0.0, u, c / u, 0.0)


def sigmoid(z):
    """eᶻ / (1 + eᶻ) for z < 0, else 1 / (1 + e⁻ᶻ): both from e to the power -|z|."""
    e = exp(0.0 - absolute(z))
    return pick(z, 0.0, e, 1.0) / (1.0 + e)
