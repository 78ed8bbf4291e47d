// Cholesky factors and inverses of triangles: LAPACK as OpenBLAS has it, and Eigen. Row-major upper is LAPACK's lower.
#include <Eigen/Dense>
#include "bench.h"
using namespace bench;

extern "C" {
void spotrf_(const char*, const int*, float*, const int*, int*);
void dpotrf_(const char*, const int*, double*, const int*, int*);
void strtri_(const char*, const char*, const int*, float*, const int*, int*);
void dtrtri_(const char*, const char*, const int*, double*, const int*, int*);
}
static int potrf(int n, float* a) { int info; spotrf_("L", &n, a, &n, &info); return info; }
static int potrf(int n, double* a) { int info; dpotrf_("L", &n, a, &n, &info); return info; }
static int trtri(int n, float* a) { int info; strtri_("L", "N", &n, a, &n, &info); return info; }
static int trtri(int n, double* a) { int info; dtrtri_("L", "N", &n, a, &n, &info); return info; }

template <class T> using Mat = Eigen::Matrix<T, -1, -1, Eigen::RowMajor>;

template <class T> Buf<T> definite(size_t n, size_t d) {
  Buf<T> a(n * d * d);
  for (size_t k = 0; k < n; k++)
    for (size_t i = 0; i < d; i++)
      for (size_t j = 0; j <= i; j++) {
        double v = i == j ? double(d) : rounded(0.1 * nrm(25, (k * d + i) * d + j));
        a[(k * d + i) * d + j] = a[(k * d + j) * d + i] = T(v);
      }
  return a;
}

template <class T> void chol(size_t n, size_t d) {
  auto a = definite<T>(n, d);
  Buf<T> u(n * d * d), f(n * d * d), p(n * d * d);
  double tol = sizeof(T) == 4 ? 1e-5 : 1e-13;
  double flop = 1e-9 * n * d * d * d / 3;
  auto nm = [&](const char* b, const char* impl) {
    return n == 1 ? fmt("%s/type=%s/d=%zu/impl=%s", b, tname<T>(), d, impl) : fmt("%s/type=%s/k=%zu/d=%zu/impl=%s", b, tname<T>(), n, d, impl);
  };
  auto square = [&]() -> std::string {  // u's upper triangle, row-major, squared is a
    for (size_t i = 0; i < d; i++)
      for (size_t j = i; j < d; j++) {
        double s = 0;
        for (size_t k = 0; k <= i; k++) s += double(u[k * d + i]) * u[k * d + j];
        if (!(std::fabs(s - a[i * d + j]) <= tol * d)) return fmt("element %zu, %zu", i, j);
      }
    return "";
  };
  const char* what = n == 1 ? "Cholesky" : "CholeskyBatch";
  std::vector<Metric> ms = {rate("GFLOP/s", flop)};
  run(nm(what, "openblas"), ms, [&] {
    std::copy(a.p, a.p + n * d * d, u.p);
    for (size_t k = 0; k < n; k++) if (potrf(int(d), u.p + k * d * d)) abort();
    keep(u.p);
  }, square);
  run(nm(what, "eigen"), ms, [&] {
    std::copy(a.p, a.p + n * d * d, u.p);
    for (size_t k = 0; k < n; k++) {
      Eigen::Map<Mat<T>> m(u.p + k * d * d, d, d);
      Eigen::LLT<Eigen::Ref<Mat<T>>, Eigen::Upper> llt(m);
    }
    keep(u.p);
  }, square);
  if (n > 1) return;
  std::copy(a.p, a.p + d * d, f.p);
  if (potrf(int(d), f.p)) abort();
  run(nm("TriInverse", "openblas"), ms, [&] {
    std::copy(f.p, f.p + d * d, p.p);
    if (trtri(int(d), p.p)) abort();
    keep(p.p);
  });
}

int main() {
  for (size_t d : {4, 8, 10, 16, 32, 50, 64, 128, 256, 512}) { chol<float>(1, d); chol<double>(1, d); }
  for (size_t d : {2, 4, 8, 16}) { chol<float>(64, d); chol<double>(64, d); }
  return failures > 0;
}
