#!/usr/bin/env python3
"""Prints the polynomials of expm1_generic.go, erf_generic.go and gamma_generic.go, lowest power first, and the rows of
erf_table.go.

    python3 special.py

Each function is made a Chebyshev interpolant by mpmath (60 digits), so that Sollya, which has no Γ, can take its
minimax polynomial with float32 or float64 coefficients by fpminimax.
"""
import struct
import subprocess
import mpmath as mp

mp.mp.dps = 60
m = mp.mpf


def interpolant(f, a, b, n):
    """The coefficients in x of the polynomial of degree n that has f's values at Chebyshev's points of [a, b]."""
    c, h = (a + b) / 2, (b - a) / 2
    t = [mp.cos(mp.pi * (k + m(1) / 2) / (n + 1)) for k in range(n + 1)]
    y = [f(c + h * x) for x in t]
    cheb = [2 / m(n + 1) * mp.fsum(y[k] * mp.cos(mp.pi * j * (k + m(1) / 2) / (n + 1)) for k in range(n + 1)) for j in range(n + 1)]
    cheb[0] /= 2
    # to powers of u = (x-c)/h, then of x
    t0, t1, p = [m(1)], [m(0), m(1)], [cheb[0]] + [m(0)] * n
    for j in range(1, n + 1):
        for i, v in enumerate(t1):
            p[i] += cheb[j] * v
        t2 = [m(0)] + [2 * v for v in t1]
        for i, v in enumerate(t0):
            t2[i] -= v
        t0, t1 = t1, t2
    q = [m(0)]
    for v in reversed(p):  # q = q·u + v
        r = [m(0)] * (len(q) + 1)
        for i, w in enumerate(q):
            r[i + 1] += w / h
            r[i] -= w * c / h
        r[0] += v
        q = r
    return q[: n + 1]


root = mp.findroot(mp.digamma, m("1.4616321449683623"))
sq2 = mp.sqrt(2)


def psi_factor(t):
    x = t + m(3) / 2
    return mp.digamma(x) / (x - root) if abs(x - root) > m(10) ** -25 else mp.psi(1, root)


def asymptotic(f):  # of z = 1/w²
    return lambda z: f(1 / mp.sqrt(z))


def lgamma_tail(w):
    return (mp.loggamma(w + m(1) / 2) - w * mp.log(w) + w - mp.log(2 * mp.pi) / 2) * w / 2


def mills(k):  # ½ erfcx(a/√2)·(a + k) in t = (a - k)/(a + k)
    def f(t):
        a = k * (1 + t) / (1 - t)
        return mp.exp(a * a / 2) * mp.erfc(a / sq2) / 2 * (a + k)
    return f


def x_cot(z):
    y = mp.pi * mp.sqrt(z)
    return (y * mp.cot(y) - 1) / z


def csc2(z):
    y = mp.pi * mp.sqrt(z)
    return (mp.pi / mp.sin(y)) ** 2 - 1 / z


def sinc(z):
    y = mp.pi * mp.sqrt(z)
    return mp.sin(y) / y


e = m(10) ** -9
# name: function, interval, degree of the interpolant, degrees of float32 and float64, error
fits = {
    "expm1: (e^r - 1 - r - r²/2)/r³": (lambda r: mp.nsum(lambda i: r**i / mp.factorial(i + 3), [0, 30]), -m("0.3467"), m("0.3467"), 24, 4, 9, "relative"),
    "gelu, near: (Φ(x) - ½)/x, z = x²": (lambda z: mp.erf(mp.sqrt(z / 2)) / 2 / mp.sqrt(z), e, m(9) / 16, 40, 5, 9, "relative"),
    "gelu, 4: mills": (mills(m(4)), m(-1), (m("14.6") - 4) / (m("14.6") + 4), 50, 9, 0, "relative"),
    "gelu, 5: mills": (mills(m(5)), m(-1), (m("38.7") - 5) / (m("38.7") + 5), 60, 0, 21, "relative"),
    "lgamma: ln Γ(2 + t)/t": (lambda t: mp.loggamma(2 + t) / t if abs(t) > m(10) ** -20 else 1 - mp.euler, -m(9) / 16, m(1) / 2, 40, 7, 17, "relative"),
    "lgamma: tail, w ≥ 2": (asymptotic(lgamma_tail), e, m(1) / 4, 56, 4, 15, "relative"),
    "digamma: ψ(3/2 + t)/(3/2 + t - root)": (psi_factor, -m(1) / 2, m(1) / 2, 50, 10, 22, "relative"),
    "digamma: tail, w ≥ 5/2": (asymptotic(lambda w: (mp.digamma(w + m(1) / 2) - mp.log(w)) * w * w), e, m(4) / 25, 56, 4, 12, "relative"),
    "expdigamma: exp ψ(3/2 + t)": (lambda t: mp.exp(mp.digamma(m(3) / 2 + t)), -m(1) / 2, m(1) / 2, 50, 9, 20, "relative"),
    "expdigamma: tail, w ≥ 5/2": (asymptotic(lambda w: (mp.exp(mp.digamma(w + m(1) / 2)) - w) * w), e, m(4) / 25, 56, 4, 12, "relative"),
    "trigamma: tail, w ≥ 5/2": (asymptotic(lambda w: (mp.psi(1, w + m(1) / 2) * w - 1) * w * w), e, m(4) / 25, 56, 4, 15, "relative"),
    "reflection: (y cot y - 1)/z, y = π√z": (x_cot, e, m(1) / 4, 40, 6, 14, "relative"),
    "reflection: π²/sin² y - 1/z, y = π√z": (csc2, e, m(1) / 4, 40, 7, 15, "relative"),
    "reflection: sin y / y, y = π√z": (sinc, e, m(1) / 4, 24, 4, 8, "relative"),
}
for name, (f, a, b, n, d32, d64, kind) in fits.items():
    p = interpolant(f, a, b, n)
    dec = lambda v: mp.nstr(v, 55)
    s = "+".join(f"({dec(c)})*x^{i}" for i, c in enumerate(p))
    worst = max(abs(mp.polyval(p[::-1], x) / f(x) - 1) if f(x) else 0 for x in (a + (b - a) * m(i) / 37 for i in range(38)))
    print(name, "interpolant:", mp.nstr(worst, 3))
    for bits, deg in ((24, d32), (53, d64)):
        if deg == 0:
            continue
        prog = f"""prec=300!; display=hexadecimal!; verbosity=0!;
f = {s}; I = [{dec(a)};{dec(b)}];
p = fpminimax(f, {deg}, [|{bits}...|], I, {kind});
for i from 0 to {deg} do print(coeff(p, i));
display=decimal!; print("error 2^", round(log2(dirtyinfnorm({'p/f - 1' if kind == 'relative' else 'p - f'}, I)), 10, RN));
quit;"""
        out = subprocess.run(["sollya"], input=prog, capture_output=True, text=True).stdout.split("\n")
        print(f"  float{32 if bits == 24 else 64}:", " ".join(o for o in out if o), flush=True)
print("root", mp.nstr(root, 40))


# erf, float32: eight intervals about the multiples of 1/scale. Each has a polynomial in the distance t to a point near
# its middle where erf is within 1e-11 of a float32 number (in the last interval: is 1 - 3·2^-24).
def float32(v):
    return struct.unpack("f", struct.pack("f", float(v)))[0]


def minimax32(f, powers, lo, hi):
    prog = f"""prec=200!; display=hexadecimal!; verbosity=0!;
p = fpminimax({f}, [|{", ".join(map(str, powers))}|], [|24...|], [{mp.nstr(lo, 20)};{mp.nstr(hi, 20)}], absolute);
for i from {powers[0]} to {powers[-1]} do print(coeff(p, i));
quit;"""
    out = subprocess.run(["sollya"], input=prog, capture_output=True, text=True).stdout.split("\n")
    return " ".join(o for o in out if o)


scale, slack = m("1.90625"), m("1e-6")
series = "-1" + "".join(f"+{'-' if k % 2 else ''}2/sqrt(pi)/{int(mp.factorial(k)) * (2 * k + 1)}*x^{2 * k}" for k in range(11))
print("erf, float32, 0: erf(t)/t - 1:", minimax32(series, range(7), m(0), m("0.5") / scale + slack))
for i in range(1, 8):
    c = min((mp.floor(i / scale * 2**22 + k) / 2**22 for k in range(-2000, 2000)), key=lambda c: abs(mp.erf(c) - float32(mp.erf(c))))
    if i == 7:
        c = m(float32(mp.erfinv(1 - 3 * m(2) ** -24)))
    lo, hi = (i - m("0.5")) / scale - c - slack, (i + m("0.5")) / scale - c + slack
    q = minimax32(f"erf({mp.nstr(c, 30)}+x)-({mp.nstr(mp.erf(c), 36)})", range(1, 8), lo, hi)
    print(f"erf, float32, {i}: centre {float(c).hex()} value {float32(mp.erf(c)).hex()} slope", q, flush=True)

print("erf, float64:")
for i in range(382):
    r = m(i) / 64
    print(f"  {{{float(mp.erf(r)).hex()}, {float(2 / mp.sqrt(mp.pi) * mp.exp(-r * r)).hex()}}},")
