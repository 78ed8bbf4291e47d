"""Standard normals into an array: NumPy, PyTorch."""
import numpy as np

from bench import *


def moments(v):
    v = np.asarray(v, dtype=np.float64)
    n = v.size
    ok = abs(v.mean()) < 6 / math.sqrt(n) and abs(v.var() - 1) < 9 / math.sqrt(n) and abs((v**4).mean() - 3) < 60 / math.sqrt(n)
    return "" if ok else f"mean {v.mean():.4g}, variance {v.var():.4g}, 4th moment {(v**4).mean():.4g}"


def normals():
    for t, dt in (("f32", np.float32), ("f64", np.float64)):
        for n in (1000, 1001, 1024, 1000000):
            buf = np.empty(n, dtype=dt)
            ms = [("ns/elem", "cost", n), ("normals/s", "rate", n)]
            for impl, bg in (("numpy-pcg64", np.random.PCG64), ("numpy-sfc64", np.random.SFC64)):
                g = np.random.Generator(bg(1))
                run(f"Normal/type={t}/n={n}/impl={impl}", lambda: g.standard_normal(out=buf, dtype=dt), ms, lambda: moments(buf))
            name = f"Normal/type={t}/n={n}/impl=torch"
            if not want(name):
                continue
            import torch  # seconds

            torch.set_num_threads(THREADS)
            torch.manual_seed(1)
            tb = torch.from_numpy(buf)
            run(name, lambda: torch.randn(n, out=tb), ms, lambda: moments(buf))


normals()
done()
