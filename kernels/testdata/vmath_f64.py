#!/usr/bin/env python3
"""Writes vmath_f64.txt: exp, log, tanh, sigmoid and softplus of float64 inputs, computed to 40 digits with mpmath.

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
}
worst = {}
for line in open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "vmath_f64_worst.txt")):
    name, b = line.split()
    worst.setdefault(name, []).append(number(int(b, 16)))

print("# Made by vmath_f64.py: do not edit.")
for name, (f, inputs) in functions.items():
    for x in inputs() + worst[name]:
        r, rest = nearest(f(mp.mpf(x)))
        print(name, f"{bits(x):016x} {bits(r):016x} {rest}")
