package kernels

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/build"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// exactMath lists what Go's math package computes exactly or with one rounding, hence alike everywhere. All else in
// it (Exp, Log, Tanh, ...) has assembly of its own on some architectures and other bits there.
var exactMath = map[string]bool{
	"Sqrt": true, "FMA": true, "Abs": true, "Floor": true, "Ceil": true, "Trunc": true, "Round": true, "RoundToEven": true,
	"Ldexp": true, "Frexp": true, "Modf": true, "Inf": true, "NaN": true, "IsInf": true, "IsNaN": true, "Copysign": true,
	"Max": true, "Min": true, "Signbit": true, "Nextafter": true, "Nextafter32": true,
	"Float32bits": true, "Float32frombits": true, "Float64bits": true, "Float64frombits": true,
}

// goPackages returns the folders, relative to the module's root, of the packages whose results must be the same
// bits everywhere.
func goPackages(t *testing.T) []string {
	t.Helper()
	var r []string
	err := filepath.WalkDir("..", func(path string, d os.DirEntry, err error) error {
		if err != nil || !d.IsDir() {
			return err
		}
		rel, err := filepath.Rel("..", path)
		if err != nil {
			return err
		}
		name := d.Name()
		if rel != "." && (name == "testdata" || strings.HasPrefix(name, ".") || strings.HasPrefix(name, "_") || rel == "bench") {
			return filepath.SkipDir
		}
		if _, err := os.Stat(filepath.Join(path, "go.mod")); err == nil && rel != "." {
			return filepath.SkipDir
		}
		if names, _ := filepath.Glob(filepath.Join(path, "*.go")); len(names) > 0 {
			r = append(r, rel)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// exports returns an importer that reads what the go command has compiled for the packages of the module.
func exports(t *testing.T, fset *token.FileSet) types.Importer {
	t.Helper()
	cmd := exec.Command("go", "list", "-deps", "-export", "-json=ImportPath,Export", "./...")
	cmd.Dir = ".."
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	text, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v\n%s", err, stderr.Bytes())
	}
	files := map[string]string{}
	for d := json.NewDecoder(bytes.NewReader(text)); ; {
		var p struct{ ImportPath, Export string }
		if err := d.Decode(&p); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		files[p.ImportPath] = p.Export
	}
	return importer.ForCompiler(fset, "gc", func(path string) (io.ReadCloser, error) {
		if files[path] == "" {
			return nil, fmt.Errorf("no export data of %s", path)
		}
		return os.Open(files[path])
	})
}

// TestGoSources: in code that computes results no product can be fused with a sum behind the author's back, and no
// function of package math is called whose bits depend on the architecture.
func TestGoSources(t *testing.T) {
	if emulated() || testing.Short() {
		t.Skip("the sources are checked where they are compiled")
	}
	fset := token.NewFileSet()
	imp := exports(t, fset)
	for _, target := range []struct{ arch, tags string }{{"amd64", ""}, {"arm64", ""}, {"amd64", "purego"}} {
		ctx := build.Default
		ctx.GOARCH, ctx.BuildTags, ctx.CgoEnabled = target.arch, strings.Fields(target.tags), false
		for _, dir := range goPackages(t) {
			p, err := ctx.ImportDir(filepath.Join("..", dir), 0)
			if err != nil {
				t.Fatal(err)
			}
			var files []*ast.File
			for _, name := range p.GoFiles {
				f, err := parser.ParseFile(fset, filepath.Join("..", dir, name), nil, 0)
				if err != nil {
					t.Fatal(err)
				}
				files = append(files, f)
			}
			for _, e := range checkGo(fset, imp, target.arch, files) {
				t.Errorf("%s %s: %s", target.arch, target.tags, e)
			}
		}
	}
}

// checkGo type-checks one package and returns what it finds.
func checkGo(fset *token.FileSet, imp types.Importer, arch string, files []*ast.File) (errs []string) {
	info := &types.Info{Types: map[ast.Expr]types.TypeAndValue{}, Uses: map[*ast.Ident]types.Object{}, Defs: map[*ast.Ident]types.Object{}}
	conf := types.Config{Importer: imp, Sizes: types.SizesFor("gc", arch)}
	if _, err := conf.Check("p", fset, files, info); err != nil {
		return []string{err.Error()}
	}
	c := &goCheck{info: info}
	for _, f := range files {
		for _, spec := range f.Imports {
			if p := strings.Trim(spec.Path.Value, `"`); p == "math/rand" || p == "math/rand/v2" || p == "math/cmplx" {
				errs = append(errs, fmt.Sprintf("%s: imports %s", fset.Position(spec.Pos()), p))
			}
		}
		for _, d := range f.Decls {
			c.products = map[any]bool{}
			ast.Inspect(d, c.collect)
			ast.Inspect(d, c.find)
		}
	}
	for _, f := range c.found {
		errs = append(errs, fmt.Sprintf("%s: %s", fset.Position(f.pos), f.what))
	}
	return errs
}

type finding struct {
	pos  token.Pos
	what string
}

// goCheck looks for sums of products. The language allows a compiler to fuse them across statements as well, so a
// variable (or an element, by its spelling) that is given a bare product counts as one within its function.
type goCheck struct {
	info     *types.Info
	products map[any]bool // types.Object or the spelling of an element
	found    []finding
}

// isFloat reports whether e is a floating-point value, of a type parameter's type too, and no constant.
func (c *goCheck) isFloat(e ast.Expr) bool {
	tv, ok := c.info.Types[e]
	if !ok || tv.Value != nil || tv.Type == nil {
		return false
	}
	return floatType(tv.Type)
}

func floatType(t types.Type) bool {
	if p, ok := types.Unalias(t).(*types.TypeParam); ok {
		i, ok := p.Constraint().Underlying().(*types.Interface)
		if !ok {
			return false
		}
		for n := range i.NumEmbeddeds() {
			e := i.EmbeddedType(n)
			if u, ok := types.Unalias(e).(*types.Union); ok {
				for k := range u.Len() {
					if floatType(u.Term(k).Type()) {
						return true
					}
				}
			} else if iface, ok := e.Underlying().(*types.Interface); ok && iface.NumEmbeddeds() > 0 {
				for m := range iface.NumEmbeddeds() {
					if u, ok := iface.EmbeddedType(m).(*types.Union); ok && u.Len() > 0 && floatType(u.Term(0).Type()) {
						return true
					}
				}
			} else if floatType(e) {
				return true
			}
		}
		return false
	}
	b, ok := t.Underlying().(*types.Basic)
	return ok && b.Info()&types.IsFloat != 0
}

// isProduct reports whether e is a product that nothing has rounded yet.
func (c *goCheck) isProduct(e ast.Expr) bool {
	switch e := ast.Unparen(e).(type) {
	case *ast.BinaryExpr:
		return e.Op == token.MUL && c.isFloat(e) && !(c.widened(e.X) && c.widened(e.Y))
	case *ast.UnaryExpr:
		return (e.Op == token.SUB || e.Op == token.ADD) && c.isProduct(e.X)
	case *ast.Ident, *ast.IndexExpr, *ast.SelectorExpr, *ast.StarExpr:
		return c.isFloat(e) && c.products[c.key(e)]
	}
	return false
}

// widened reports whether e is a float32 converted to float64: the product of two such is exact, fused or not.
func (c *goCheck) widened(e ast.Expr) bool {
	call, ok := ast.Unparen(e).(*ast.CallExpr)
	if !ok || len(call.Args) != 1 || !c.info.Types[call.Fun].IsType() {
		return false
	}
	to, ok1 := c.info.Types[call].Type.Underlying().(*types.Basic)
	from, ok2 := c.info.Types[call.Args[0]].Type.Underlying().(*types.Basic)
	return ok1 && ok2 && to.Kind() == types.Float64 && from.Kind() == types.Float32
}

// key identifies what is assigned to.
func (c *goCheck) key(e ast.Expr) any {
	if id, ok := ast.Unparen(e).(*ast.Ident); ok {
		if o := c.info.Defs[id]; o != nil {
			return o
		}
		return c.info.Uses[id]
	}
	return types.ExprString(ast.Unparen(e))
}

// collect notes the variables that are given bare products.
func (c *goCheck) collect(n ast.Node) bool {
	switch n := n.(type) {
	case *ast.AssignStmt:
		if n.Tok == token.MUL_ASSIGN && c.isFloat(n.Lhs[0]) {
			c.products[c.key(n.Lhs[0])] = true
		}
		if (n.Tok == token.ASSIGN || n.Tok == token.DEFINE) && len(n.Lhs) == len(n.Rhs) {
			for i, r := range n.Rhs {
				if c.isProduct(r) {
					c.products[c.key(n.Lhs[i])] = true
				}
			}
		}
	case *ast.ValueSpec:
		for i, r := range n.Values {
			if i < len(n.Names) && c.isProduct(r) {
				c.products[c.key(n.Names[i])] = true
			}
		}
	}
	return true
}

func (c *goCheck) find(n ast.Node) bool {
	switch n := n.(type) {
	case *ast.BinaryExpr:
		if (n.Op == token.ADD || n.Op == token.SUB) && c.isFloat(n) && (c.isProduct(n.X) || c.isProduct(n.Y)) {
			c.report(n, types.ExprString(n))
		}
	case *ast.AssignStmt:
		if (n.Tok == token.ADD_ASSIGN || n.Tok == token.SUB_ASSIGN) && c.isFloat(n.Lhs[0]) && (c.isProduct(n.Rhs[0]) || c.isProduct(n.Lhs[0])) {
			c.report(n, types.ExprString(n.Lhs[0])+" "+n.Tok.String()+" "+types.ExprString(n.Rhs[0]))
		}
	case *ast.SelectorExpr:
		id, ok := n.X.(*ast.Ident)
		if !ok {
			break
		}
		p, ok := c.info.Uses[id].(*types.PkgName)
		if !ok || p.Imported().Path() != "math" || exactMath[n.Sel.Name] {
			break
		}
		if _, ok := c.info.Uses[n.Sel].(*types.Func); ok {
			c.found = append(c.found, finding{n.Pos(), "math." + n.Sel.Name + " has other bits on other architectures"})
		}
	}
	return true
}

func (c *goCheck) report(n ast.Node, what string) {
	c.found = append(c.found, finding{n.Pos(), what + ": a compiler may fuse this: write fma, or float64(a*b)+c for two roundings"})
}

// TestGoSourcesRed: the check finds what it is there for, and no more.
func TestGoSourcesRed(t *testing.T) {
	if emulated() || testing.Short() {
		t.Skip("the sources are checked where they are compiled")
	}
	const head = `package p
import "math"
type Float interface { float32 | float64 }
var _ = math.Pi
func f[T Float](a, b, c T, x []T, i, j, k int, s, u, v float64) {
	var r T; var q float64; var n int
	_, _, _ = r, q, n
`
	for _, c := range []struct {
		code string
		red  bool
	}{
		{"r = a*b + c", true},
		{"r = c - (a*b)", true},
		{"r = -(a*b) + c", true},
		{"r += a*b", true},
		{"q -= u*v", true},
		{"q = s + u*v", true},
		{"q = s + 2*math.Sqrt(v)", true},
		{"p := u * v; q = p + s", true},
		{"x[i] = a*b; r = x[i] + c", true},
		{"q = u; q *= v; q += s", true},
		{"var p = a*b; r = c - p", true},
		{"q = math.Exp(u)", true},
		{"g := math.Log; q = g(u)", true},
		{"r = T(a*b) + c", false},
		{"q = float64(u*v) + s", false},
		{"q += float64(u*v)", false},
		{"q = math.FMA(u, v, s)", false},
		{"n = i*j + k", false},
		{"r = x[i*j+k]", false},
		{"q = u*v*s", false},
		{"q = u*v/s", false},
		{"q = 2*math.Pi + u", false},
		{"p := float64(u * v); q = p + s", false},
		{"q = u; q /= v; q += s", false},
		{"q = math.Sqrt(u*v) + s", false},
		{"var y float32; q = float64(y)*float64(y) + s", false},
		{"var y float32; q = float64(y)*u + s", true},
	} {
		fset := token.NewFileSet()
		f, err := parser.ParseFile(fset, "p.go", head+c.code+"\n}\n", 0)
		if err != nil {
			t.Fatal(err)
		}
		if errs := checkGo(fset, importer.Default(), "amd64", []*ast.File{f}); (len(errs) > 0) != c.red || len(errs) > 1 {
			t.Errorf("%s: found %q, want red %v", c.code, errs, c.red)
		}
	}
}
