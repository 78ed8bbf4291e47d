# python3 golden.py > golden.txt: ln Γ, ψ and ln Γ_d, correctly rounded, by mpmath.
import random
import mpmath as mp

mp.mp.dps = 60
random.seed(1)
xs = [5e-324, 1e-300, 1e-20, 0.5, 1.0, 1.5, 2.0, 2.5, 3.0, 7.25, 12.0, 136.0, 1e5, 1e15, 1e300]
xs += [c + s * 2.0**-e for c in (1.0, 2.0) for s in (-1, 1) for e in (3, 10, 25, 52)]
xs += [11.999999999999998, 1.4999999999999998, 0.49999999999999994, 2.5000000000000004]
xs += [random.uniform(0, 3) for _ in range(30)] + [random.uniform(3, 14) for _ in range(30)]
xs += [10 ** random.uniform(-8, 8) for _ in range(30)]
for x in xs:
    print("lgamma 1", x.hex(), float(mp.loggamma(x)).hex())
    print("digamma 1", x.hex(), float(mp.psi(0, x)).hex())
for d in (1, 2, 3, 10, 64):
    for x in ((d - 1) / 2 + 0.01, (d - 1) / 2 + 1, d / 2 + 7.3, 1000.5):
        v = mp.mpf(d * (d - 1)) / 4 * mp.log(mp.pi) + sum(mp.loggamma(mp.mpf(x) - mp.mpf(i) / 2) for i in range(d))
        print("lgammad", d, x.hex(), float(v).hex())
