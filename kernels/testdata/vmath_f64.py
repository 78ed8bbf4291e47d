#!/usr/bin/env python3
"""Writes vmath_f64.txt: the elementwise functions of float64 inputs, computed to 40 digits with mpmath.

    python3 vmath_f64.py > vmath_f64.txt

A line is: name, bits of x, bits of f(x) rounded to nearest, and what the rounding left, in thousandths of the last
place. Inputs: pseudo-random over the domain, borders, and the worst of a random search, listed in vmath_f64_worst.txt.
"""
import math
import os
import struct
import mpmath as mp

mp.mp.dps = 40


def bits(x):
    return struct.unpack("<Q", struct.pack("<d", x))[0]


def number(b):
    return struct.unpack("<d", struct.pack("<Q", b))[0]


def nearest(v):
    """v rounded to float64, and v's distance from it in thousandths of the last place."""
    if v == 0:
        return 0.0, 0
    e = max(mp.frexp(v)[1], -1021) - 53
    q = mp.ldexp(v, -e)
    n = int(mp.nint(q))
    if e > 971 or abs(n) >= 2**53 and e == 971:
        return math.copysign(math.inf, v), 0
    r = math.ldexp(n, e)
    e = max(math.frexp(r)[1], -1021) - 53
    return r, int(mp.nint((v - mp.mpf(r)) / mp.ldexp(1, e) * 1000))


state = 2026


def mix():
    global state
    state = (state + 0x9E3779B97F4A7C15) & (2**64 - 1)
    z = state
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9 & (2**64 - 1)
    z = (z ^ z >> 27) * 0x94D049BB133111EB & (2**64 - 1)
    return z ^ z >> 31


def uniform(lo, hi):
    return lo + (hi - lo) * ((mix() >> 11) * 2.0**-53)


def tiny(n):
    """Numbers of either sign and of any magnitude below 1."""
    return [math.ldexp(uniform(-1, 1), -int(mix() % 1070)) for _ in range(n)]


signed = lambda n: (
    [uniform(-1, 1) for _ in range(n)] + [uniform(-40, 40) for _ in range(n)] + [uniform(-745, 709) for _ in range(n)] + tiny(n // 2)
)
functions = {
    "Exp": (mp.exp, lambda: signed(160) + [uniform(-745.2, -708) for _ in range(80)] + [709.782712893384, 709.7827128933841, -708.3964185322641, -745.1332191019411, -745.1332191019412]),
    "Log": (mp.log, lambda: [uniform(0, 4) for _ in range(160)] + [uniform(0.9, 1.1) for _ in range(160)]
            + [math.ldexp(uniform(1, 2), int(mix() % 2046) - 1022) for _ in range(160)] + [abs(math.ldexp(uniform(1, 2), -1022 - int(mix() % 52))) for _ in range(40)]
            + [5e-324, 2.2250738585072014e-308, 1.7976931348623157e308, 1 + 2.0**-52, 1 - 2.0**-53]),
    "Tanh": (mp.tanh, lambda: [uniform(-2, 2) for _ in range(220)] + [uniform(-22, 22) for _ in range(160)] + tiny(120) + [5e-324, 1e300]),
    "Sigmoid": (lambda x: 1 / (1 + mp.exp(-x)), lambda: signed(150) + [37.0, -746.0, 1e300]),
    "Softplus": (lambda x: mp.log1p(mp.exp(x)) if x < 0 else x + mp.log1p(mp.exp(-x)), lambda: signed(150) + [37.0, -746.0, 1e300]),
    "Expm1": (mp.expm1, lambda: signed(150) + [uniform(0.3, 0.5) for _ in range(60)] + [709.782712893384, 709.7827128933841, -37.5, -1e300]),
    "Log1p": (mp.log1p, lambda: [uniform(-1, 1) for _ in range(200)] + [uniform(-0.5, 4) for _ in range(200)] + tiny(60)
              + [math.ldexp(uniform(1, 2), int(mix() % 1024)) for _ in range(80)] + [5e-324, -5e-324, -1 + 2.0**-53, 1.7976931348623157e308, 2.0**40, 2.0**53]),
    "SiLU": (lambda x: x / (1 + mp.exp(-x)), lambda: signed(150) + [uniform(-751, -700) for _ in range(80)] + [64.0, 65.0, 37.0, -745.0]),
    "Sqrt": (mp.sqrt, lambda: positive(520)),
    "Reciprocal": (lambda x: 1 / x, lambda: positive(520)),
    "Erf": (mp.erf, lambda: [uniform(-1, 1) for _ in range(220)] + [uniform(-6, 6) for _ in range(220)] + tiny(80) + [5e-324, 1e300]),
    "GELU": (lambda x: x / 2 * mp.erfc(-x / mp.sqrt(2)), lambda: [uniform(-1, 1) for _ in range(160)] + [uniform(-6, 6) for _ in range(160)]
             + [uniform(-38.6, 0) for _ in range(160)] + tiny(60) + [1e300, 40.0]),
    "LGamma": (mp.loggamma, lambda: gammas()),
    "LGamma(x<0)": (lambda x: mp.log(abs(mp.gamma(x))), lambda: negatives()),
    "Digamma": (mp.digamma, lambda: gammas() + [1.4616321449683622, 1.4616321449683624]),
    "Digamma(x<0)": (mp.digamma, lambda: negatives()),
    "Trigamma": (lambda x: mp.psi(1, x), lambda: gammas() + negatives()),
    "ExpDigamma": (lambda x: mp.exp(mp.digamma(x)), lambda: gammas() + [uniform(1 / 746, 0.01) for _ in range(100)]),
}
positive = lambda n: [math.ldexp(uniform(1, 2), int(mix() % 2044) - 1021) for _ in range(n)]
gammas = lambda: (
    [uniform(0, 3) for _ in range(240)] + [uniform(0, 40) for _ in range(120)] + [1 + uniform(-1, 1) * 2.0 ** -(i // 2) for i in range(40)]
    + [2 + uniform(-1, 1) * 2.0 ** -(i // 2) for i in range(40)] + [1.4616321449683623 + uniform(-1, 1) * 2.0 ** -(i // 2) for i in range(40)]
    + [math.ldexp(uniform(1, 2), int(mix() % 600) - 300) for _ in range(60)]
)
negatives = lambda: (
    [uniform(-1, 0) for _ in range(160)] + [uniform(-20, 0) for _ in range(240)] + [uniform(-1000, 0) for _ in range(60)]
    + [-math.ldexp(uniform(1, 2), -int(mix() % 300)) for _ in range(60)]
)
worst = {}
for line in open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "vmath_f64_worst.txt")):
    name, b = line.split()
    worst.setdefault(name, []).append(number(int(b, 16)))

print("# Made by vmath_f64.py: do not edit.")
for name, (f, inputs) in functions.items():
    for x in inputs() + worst.get(name, []):
        r, rest = nearest(f(mp.mpf(x)))
        print(name, f"{bits(x):016x} {bits(r):016x} {rest}")
