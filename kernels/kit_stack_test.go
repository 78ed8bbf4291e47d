package kernels

import (
	"go/ast"
	"go/parser"
	"go/token"
	"math"
	"path/filepath"
	"strings"
	"testing"
)

// stackCalls calls every kernel with buffers of its own frame: if a kernel let one escape, it would be allocated.
func stackCalls[T Float]() map[string]func() {
	key, at := NewKey(1, 2), Counter{Row: 3}
	return map[string]func(){
		"Exp":        func() { var x [40]T; Exp(x[:], x[:]) },
		"Log":        func() { var x [40]T; Log(x[:], x[:]) },
		"Tanh":       func() { var x [40]T; Tanh(x[:], x[:]) },
		"Sigmoid":    func() { var x [40]T; Sigmoid(x[:], x[:]) },
		"Softplus":   func() { var x [40]T; Softplus(x[:], x[:]) },
		"Expm1":      func() { var x [40]T; Expm1(x[:], x[:]) },
		"Log1p":      func() { var x [40]T; Log1p(x[:], x[:]) },
		"SiLU":       func() { var x [40]T; SiLU(x[:], x[:]) },
		"Sqrt":       func() { var x [40]T; Sqrt(x[:], x[:]) },
		"Reciprocal": func() { var x [40]T; Reciprocal(x[:], x[:]) },
		"Erf":        func() { var x [40]T; Erf(x[:], x[:]) },
		"GELU":       func() { var x [40]T; GELU(x[:], x[:]) },
		"LGamma":     func() { var x [40]T; LGamma(x[:], x[:]) },
		"Digamma":    func() { var x [40]T; Digamma(x[:], x[:]) },
		"Trigamma":   func() { var x [40]T; Trigamma(x[:], x[:]) },
		"ExpDigamma": func() { var x [40]T; ExpDigamma(x[:], x[:]) },
		"Axpy":       func() { var x, y [40]T; Axpy(y[:], 2, x[:]) },
		"Scale":      func() { var x, y [40]T; Scale(y[:], x[:], 2) },
		"Clamp":      func() { var x, y [40]T; Clamp(y[:], x[:], -1, 1) },
		"Fill":       func() { var x [40]T; Fill(x[:], 1) },
		"Add":        func() { var x, y, z [40]T; Add(z[:], x[:], y[:]) },
		"Sub":        func() { var x, y, z [40]T; Sub(z[:], x[:], y[:]) },
		"Mul":        func() { var x, y, z [40]T; Mul(z[:], x[:], y[:]) },
		"Sum":        func() { var x [40]T; Sum(x[:]) },
		"SumSquares": func() { var x [40]T; SumSquares(x[:]) },
		"Dot":        func() { var x, y [40]T; Dot(x[:], y[:]) },
		"Max":        func() { var x [40]T; Max(x[:]) },
		"Min":        func() { var x [40]T; Min(x[:]) },
		"ArgMax":     func() { var x [40]T; ArgMax(x[:]) },
		"Norm":       func() { var x [40]T; Norm(x[:]) },
		"LogSumExp":  func() { var x [40]T; LogSumExp(x[:]) },
		"LogSumExpRows": func() {
			var x [40]T
			var z [5]T
			LogSumExpRows(z[:], MatrixOf(5, 8, x[:]))
		},
		"Responsibilities": func() {
			var x, r [40]T
			var z [5]T
			Responsibilities(MatrixOf(5, 8, r[:]), z[:], MatrixOf(5, 8, x[:]))
		},
		"ResponsibilitiesEntropy": func() {
			var x, r [40]T
			var z, h [5]T
			ResponsibilitiesEntropy(MatrixOf(5, 8, r[:]), z[:], h[:], MatrixOf(5, 8, x[:]))
		},
		"ResponsibilitiesCols": func() {
			var x, r [40]T
			var z, h [8]T
			ResponsibilitiesCols(MatrixOf(5, 8, r[:]), z[:], h[:], MatrixOf(5, 8, x[:]))
		},
		"LogSumExpCols":  func() { var x [40]T; var z [8]T; LogSumExpCols(z[:], MatrixOf(5, 8, x[:])) },
		"LogSoftmaxRows": func() { var x [40]T; LogSoftmaxRows(MatrixOf(5, 8, x[:]), MatrixOf(5, 8, x[:])) },
		"Uniform":        func() { var x [40]T; Uniform(x[:], key, at) },
		"Normal":         func() { var x [40]T; Normal(x[:], key, at) },
		"Bernoulli":      func() { var x [40]T; Bernoulli(x[:], x[:], key, at) },
		"Adam": func() {
			var p, m, v, g [40]T
			Adam(p[:], m[:], v[:], g[:], AdamStep[T]{LR: 1, Beta1: 0.5, Beta2: 0.5, Epsilon: 1, Step: 1})
		},
		"Gemm": func() {
			var a, b, c [64]T
			var bias [8]T
			var work [1024]T
			for _, op := range [][2]Op{{NoTrans, NoTrans}, {NoTrans, Trans}, {Trans, NoTrans}, {Trans, Trans}} {
				Gemm(op[0], op[1], MatrixOf(8, 8, c[:]), MatrixOf(8, 8, a[:]), MatrixOf(8, 8, b[:]),
					Epilogue[T]{Bias: bias[:], Act: ActTanh}, work[:])
			}
		},
		"GemmSparse": func() {
			var row [8]T
			var b, c [64]T
			index, start := [3]int32{1, 5, 7}, [2]int{0, 3}
			GemmSparse(MatrixOf(1, 8, c[:]), Sparse[T]{1, 8, start[:], index[:], row[:]}, MatrixOf(8, 8, b[:]), Epilogue[T]{Bias: row[:]})
		},
		"NonZeros": func() {
			var index [40]int32
			var value, row [40]T
			NonZeros(index[:], value[:], row[:])
		},
		"GemmPacked": func() {
			var a, b, c [64]T
			var memory [400]T
			p := PackInto(memory[:], NoTrans, MatrixOf(8, 8, b[:]), a[:8])
			GemmPacked(NoTrans, MatrixOf(8, 8, c[:]), MatrixOf(8, 8, a[:]), &p, Epilogue[T]{Act: ActTanh})
			GemmPacked(NoTrans, MatrixOf(1, 8, c[:]), MatrixOf(1, 8, a[:]), &p, Epilogue[T]{Act: ActTanh})
		},
		"GaussDiag": func() {
			var dst [6]T
			var x, mean, prec [12]T
			var c [2]T
			var work [8192]T
			GaussDiag(MatrixOf(3, 2, dst[:]), MatrixOf(3, 4, x[:]), MatrixOf(2, 4, mean[:8]), MatrixOf(2, 4, prec[:8]), c[:], work[:])
		},
		"Accumulate": func() { var dst [9]float64; var x [9]T; Accumulate(dst[:], x[:]) },
		"GaussDiagAhead": func() {
			var dst [6]T
			var x, mean, prec, next [12]T
			var c [2]T
			var work [8192]T
			GaussDiagAhead(MatrixOf(3, 2, dst[:]), MatrixOf(3, 4, x[:]), MatrixOf(2, 4, mean[:8]), MatrixOf(2, 4, prec[:8]), c[:], next[:], work[:])
		},
		"GaussDiagMasked": func() {
			var dst [6]T
			var x, mean, prec, h [12]T
			var c [2]T
			var work [8192]T
			x[0] = T(math.NaN())
			GaussDiagMasked(MatrixOf(3, 2, dst[:]), MatrixOf(3, 4, x[:]), MatrixOf(2, 4, mean[:8]), MatrixOf(2, 4, prec[:8]), MatrixOf(2, 4, h[:8]), c[:], work[:])
		},
		"GaussFull": func() {
			var dst [6]T
			var x, mean [12]T
			var p [32]T
			var c [2]T
			var work [8192]T
			GaussFull(MatrixOf(3, 2, dst[:]), MatrixOf(3, 4, x[:]), MatrixOf(2, 4, mean[:8]), MatrixOf(8, 4, p[:]), c[:], work[:])
		},
		"MomentsDiag": func() {
			var x, r, m, s1, s2, s0 [8]T
			var work [8192]T
			MomentsDiag(s0[:2], MatrixOf(2, 4, s1[:]), MatrixOf(2, 4, s2[:]), MatrixOf(2, 4, x[:]), MatrixOf(2, 2, r[:]), MatrixOf(2, 4, m[:]), 0, work[:])
		},
		"MomentsDiagMasked": func() {
			var x, r, m, s1, s2, s0 [8]T
			var work [8192]T
			MomentsDiagMasked(MatrixOf(2, 4, s0[:]), MatrixOf(2, 4, s1[:]), MatrixOf(2, 4, s2[:]), MatrixOf(2, 4, x[:]), MatrixOf(2, 2, r[:]), MatrixOf(2, 4, m[:]), 0, work[:])
		},
		"MomentsFull": func() {
			var x, r, m, s1, s0 [8]T
			var s2 [32]T
			var work [16384]T
			MomentsFull(s0[:2], MatrixOf(2, 4, s1[:]), MatrixOf(8, 4, s2[:]), MatrixOf(2, 4, x[:]), MatrixOf(2, 2, r[:]), MatrixOf(2, 4, m[:]), 0, work[:])
		},
		"MomentsFullAdd": func() {
			var x, r, m, s1, s0 [8]T
			var s2 [32]T
			var work [16384]T
			MomentsFullAdd(s0[:2], MatrixOf(2, 4, s1[:]), MatrixOf(8, 4, s2[:]), MatrixOf(2, 4, x[:]), MatrixOf(2, 2, r[:]), MatrixOf(2, 4, m[:]), 0, work[:])
		},
		"HMMForward": func() {
			var alpha, b, prev, trans, logb [16]T
			var c, logc [4]T
			m := func(x []T) Matrix[T] { return MatrixOf(4, 4, x) }
			HMMForward(m(alpha[:]), m(b[:]), c[:], logc[:], m(prev[:]), m(trans[:]), m(logb[:]))
		},
		"HMMBackward": func() {
			var beta, w, next, trans, b [16]T
			var c [4]T
			m := func(x []T) Matrix[T] { return MatrixOf(4, 4, x) }
			HMMBackward(m(beta[:]), m(w[:]), m(next[:]), m(trans[:]), m(b[:]), c[:])
		},
		"HMMForwardFrames": func() {
			var alpha, b, trans, logb [4]T
			var c, logc, prev [2]T
			var work [2*8 + hmmScratch]T
			m := func(x []T) Matrix[T] { return MatrixOf(2, 2, x) }
			HMMForwardFrames(m(alpha[:]), m(b[:]), c[:], logc[:], prev[:], m(trans[:]), m(logb[:]), work[:])
		},
		"HMMBackwardFrames": func() {
			var beta, w, trans, b [4]T
			var next, c [2]T
			var work [2*8 + hmmScratch]T
			m := func(x []T) Matrix[T] { return MatrixOf(2, 2, x) }
			HMMBackwardFrames(m(beta[:]), m(w[:]), next[:], m(trans[:]), m(b[:]), c[:], work[:])
		},
		"HMMViterbiFrames": func() {
			var delta, psi, logTrans, logb [4]T
			var most, prev [2]T
			var work [2*8 + hmmScratch]T
			m := func(x []T) Matrix[T] { return MatrixOf(2, 2, x) }
			HMMViterbiFrames(m(delta[:]), m(psi[:]), most[:], prev[:], m(logTrans[:]), m(logb[:]), work[:])
		},
		"HMMViterbi": func() {
			var delta, psi, prev, logTrans, logb [16]T
			m := func(x []T) Matrix[T] { return MatrixOf(4, 4, x) }
			HMMViterbi(m(delta[:]), m(psi[:]), m(prev[:]), m(logTrans[:]), m(logb[:]))
		},
		"Cholesky":           func() { var u [16]T; Cholesky(MatrixOf(4, 4, u[:])) },
		"TriInverse":         func() { var p, u [16]T; TriInverse(MatrixOf(4, 4, p[:]), MatrixOf(4, 4, u[:])) },
		"ActivationGrad":     func() { var d, dy, y [40]T; ActivationGrad(d[:], dy[:], y[:], ActSoftplus) },
		"BernoulliLogits":    func() { var g, a, x [40]T; BernoulliLogits(g[:], a[:], x[:], 1) },
		"GaussianMeans":      func() { var g, m, x [40]T; GaussianMeans(g[:], m[:], x[:], 1, 1) },
		"GaussianLogVars":    func() { var g, h, m, s, x [40]T; GaussianLogVars(g[:], h[:], m[:], s[:], x[:], -1, 1, 1) },
		"Reparameterise":     func() { var z, s, m, v, e [40]T; Reparameterise(z[:], s[:], m[:], v[:], e[:]) },
		"ReparameteriseGrad": func() { var a, b, z, m, s, e [40]T; ReparameteriseGrad(a[:], b[:], z[:], m[:], s[:], e[:], 1) },
		"SGD":                func() { var p, g [40]T; SGD(p[:], g[:], SGDStep[T]{LR: 1}) },
		"Momentum":           func() { var p, v, g [40]T; Momentum(p[:], v[:], g[:], SGDStep[T]{LR: 1}) },
		"AdaGrad":            func() { var p, s, g [40]T; AdaGrad(p[:], s[:], g[:], AdaGradStep[T]{LR: 1, Epsilon: 1}) },
		"SolveLowerMatrix":   func() { var x, u [16]T; SolveLowerMatrix(MatrixOf(4, 4, x[:]), MatrixOf(4, 4, u[:])) },
		"SolveUpperMatrix":   func() { var x, u [16]T; SolveUpperMatrix(MatrixOf(4, 4, x[:]), MatrixOf(4, 4, u[:])) },
		"CholeskyUpdate":     func() { var u [16]T; var x [4]T; CholeskyUpdate(MatrixOf(4, 4, u[:]), x[:]) },
		"CholeskyDowndate":   func() { var u [16]T; var x [4]T; CholeskyDowndate(MatrixOf(4, 4, u[:]), x[:]) },
		"CholeskyBatch":      func() { var u [16]T; var ok [4]bool; CholeskyBatch(MatrixOf(8, 2, u[:]), ok[:]) },
		"TriInverseBatch":    func() { var p, u [16]T; TriInverseBatch(MatrixOf(8, 2, p[:]), MatrixOf(8, 2, u[:])) },
		"SolveLower":         func() { var x [4]T; var u [16]T; SolveLower(x[:], MatrixOf(4, 4, u[:])) },
		"SolveUpper":         func() { var x [4]T; var u [16]T; SolveUpper(x[:], MatrixOf(4, 4, u[:])) },
		"LogDet":             func() { var u [16]T; LogDet(MatrixOf(4, 4, u[:])) },
	}
}

// notKernels are the exported generic functions that compute nothing.
var notKernels = map[string]bool{"NewMatrix": true, "MatrixOf": true, "GemmWork": true, "Pack": true, "PackInto": true, "PackLen": true, "GaussDiagWork": true, "GaussFullWork": true,
	"GaussDiagMaskedWork": true, "MomentsDiagWork": true, "MomentsFullWork": true, "HMMFramesWork": true}

// TestStackBuffers: no kernel lets a buffer escape, on any ISA.
func TestStackBuffers(t *testing.T) {
	forEachISA(t, func(t *testing.T) {
		for name, f := range stackCalls[float32]() {
			if n := testing.AllocsPerRun(2, f); n != 0 {
				t.Errorf("%s, float32: %v allocations", name, n)
			}
		}
		for name, f := range stackCalls[float64]() {
			if n := testing.AllocsPerRun(2, f); n != 0 {
				t.Errorf("%s, float64: %v allocations", name, n)
			}
		}
	})
}

// takesMatrix tells whether a parameter of the function is a matrix.
func takesMatrix(fn *ast.FuncDecl) (yes bool) {
	ast.Inspect(fn.Type.Params, func(n ast.Node) bool {
		id, ok := n.(*ast.Ident)
		yes = yes || ok && id.Name == "Matrix"
		return true
	})
	return yes
}

// TestRegistered: every exported kernel is registered with the kit for both types, and among the calls above and, if it takes
// matrices, of TestShapes.
func TestRegistered(t *testing.T) {
	if emulated() {
		t.Skip("the sources are not on the emulated machine")
	}
	have := map[string]bool{}
	for _, k := range registry {
		name, typ, _ := strings.Cut(k.name, "/")
		name, _, _ = strings.Cut(name, ".")
		have[name+"/"+typ] = true
	}
	stack, shaped := stackCalls[float32](), map[string]bool{}
	for _, c := range calls() {
		shaped[c.name] = true
	}
	names, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range names {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range f.Decls {
			fn, ok := d.(*ast.FuncDecl)
			if !ok || !fn.Name.IsExported() || fn.Recv != nil || fn.Type.TypeParams == nil || notKernels[fn.Name.Name] {
				continue
			}
			for _, typ := range []string{"f32", "f64"} {
				if !have[fn.Name.Name+"/"+typ] {
					t.Errorf("%s: %s/%s is not registered with the test kit", file, fn.Name.Name, typ)
				}
			}
			if stack[fn.Name.Name] == nil {
				t.Errorf("%s: %s is not among the calls with stack buffers", file, fn.Name.Name)
			}
			if takesMatrix(fn) && !shaped[fn.Name.Name] {
				t.Errorf("%s: %s is not among the calls of TestShapes", file, fn.Name.Name)
			}
		}
	}
}
