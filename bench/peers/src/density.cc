// Gaussian log-densities by OpenBLAS's products, in blocks of rows that stay in the cache. Compiled with -ffast-math.
#include <cblas.h>
#include "mixture.h"
using namespace bench;

static void gemm(size_t m, size_t n, size_t k, const float* a, const float* b, float* c) {
  cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, m, n, k, 1, a, k, b, n, 0, c, n);
}
static void gemm(size_t m, size_t n, size_t k, const double* a, const double* b, double* c) {
  cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, m, n, k, 1, a, k, b, n, 0, c, n);
}

// The expanded square: [x, x^2]·[mu·p; -p/2] + c.
template <class T> void diag(size_t N, size_t K, size_t D, const T* x, const T* P, const T* c, T* out, T* e) {
  const size_t R = 1024;
  for (size_t n = 0; n < N; n += R, x += R * D, out += R * K) {
    const size_t r = std::min(R, N - n);
    for (size_t i = 0; i < r; i++)
      for (size_t d = 0; d < D; d++) {
        T v = x[i * D + d];
        e[i * 2 * D + d] = v;
        e[i * 2 * D + D + d] = v * v;
      }
    gemm(r, K, 2 * D, e, P, out);
    for (size_t i = 0; i < r; i++)
      for (size_t k = 0; k < K; k++) out[i * K + k] += c[k];
  }
}
// Per component: x - mu, its product with the whole factor, the norm (scikit-learn's way).
template <class T> void full_each(size_t N, size_t K, size_t D, const T* x, const T* mu, const T* W, const T* c, T* out, T* y, T* z) {
  const size_t R = 512;
  for (size_t n = 0; n < N; n += R, x += R * D, out += R * K) {
    const size_t r = std::min(R, N - n);
    for (size_t k = 0; k < K; k++) {
      for (size_t i = 0; i < r; i++)
        for (size_t d = 0; d < D; d++) y[i * D + d] = x[i * D + d] - mu[k * D + d];
      gemm(r, D, D, y, W + k * D * D, z);
      for (size_t i = 0; i < r; i++) {
        T s = 0;
        for (size_t d = 0; d < D; d++) s += z[i * D + d] * z[i * D + d];
        out[i * K + k] = c[k] - T(0.5) * s;
      }
    }
  }
}
// All components in one product, then their offsets and norms. V: D x K·D; b: minus mu·V.
template <class T> void full_one(size_t N, size_t K, size_t D, const T* x, const T* V, const T* b, const T* c, T* out, T* z) {
  const size_t R = std::max<size_t>(32, 32768 / (K * D));
  for (size_t n = 0; n < N; n += R, x += R * D, out += R * K) {
    const size_t r = std::min(R, N - n);
    gemm(r, K * D, D, x, V, z);
    for (size_t i = 0; i < r; i++)
      for (size_t k = 0; k < K; k++) {
        T s = 0;
        for (size_t d = 0; d < D; d++) {
          T t = z[(i * K + k) * D + d] + b[k * D + d];
          s += t * t;
        }
        out[i * K + k] = c[k] - T(0.5) * s;
      }
  }
}

template <class T> void both(DensityCase w, bool full) {
  std::string nm = fmt("GaussLogDensity/cov=%s/type=%s/rows=%zu/k=%zu/d=%zu/impl=c-openblas", full ? "full" : "diag", tname<T>(), w.N, w.K, w.D);
  if (!want(nm) && !want(nm + "-one")) return;
  const size_t N = w.N, K = w.K, D = w.D;
  Density d(N, K, D, full);
  auto x = fill<T>(N * D, [&](size_t i) { return d.x[i]; }), mu = fill<T>(K * D, [&](size_t i) { return d.mean[i]; });
  Buf<T> out(N * K), c(K), P(2 * D * K), W(K * D * D), V(K * D * D), b(K * D), e(1024 * 2 * D), y(512 * D), z(std::max<size_t>(512 * D, 65536 + 32 * K * D));
  for (size_t k = 0; k < K; k++) {
    double s = D * 1.8378770664093454836, l = 0;
    for (size_t i = 0; i < D; i++) {
      double v = d.L[(k * D + i) * D + i], p = 1 / (v * v), m = d.mean[k * D + i];
      l += std::log(v);
      if (!full) s += p * m * m;
      P[i * K + k] = T(m * p);
      P[(D + i) * K + k] = T(-p / 2);
    }
    c[k] = T(-0.5 * s - l);
    std::vector<double> inv(D * D);  // of the lower factor
    for (size_t j = 0; j < D; j++)
      for (size_t i = j; i < D; i++) {
        double t = i == j;
        for (size_t q = j; q < i; q++) t -= d.L[(k * D + i) * D + q] * inv[q * D + j];
        inv[i * D + j] = t / d.L[(k * D + i) * D + i];
      }
    for (size_t i = 0; i < D; i++) {
      double t = 0;
      for (size_t j = 0; j < D; j++) {
        W[(k * D + j) * D + i] = T(inv[i * D + j]);
        V[j * K * D + k * D + i] = T(inv[i * D + j]);
        t -= inv[i * D + j] * d.mean[k * D + j];
      }
      b[k * D + i] = T(t);
    }
  }
  std::vector<Metric> ms = {rate("rows/s", N), cost("ns/elem", N * K * D)};
  auto ok = [&] { return close(out.p, out.n, [&](size_t i) { return d.logp(i / K, i % K); }, sizeof(T) == 4 ? 2e-4 : 1e-11); };
  if (!full) {
    run(nm, ms, [&] { diag(N, K, D, x.p, P.p, c.p, out.p, e.p); keep(out.p); }, ok);
  } else {
    run(nm, ms, [&] { full_each(N, K, D, x.p, mu.p, W.p, c.p, out.p, y.p, z.p); keep(out.p); }, ok);
    run(nm + "-one", ms, [&] { full_one(N, K, D, x.p, V.p, b.p, c.p, out.p, z.p); keep(out.p); }, ok);
  }
}

int main() {
  fprintf(stderr, "openblas kernel: %s\n", openblas_get_corename());
  for (auto c : density_cases)
    for (bool full : {false, true}) {
      both<float>(c, full);
      both<double>(c, full);
    }
  return failures > 0;
}
