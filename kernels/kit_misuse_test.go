package kernels

import (
	"fmt"
	"runtime"
	"strings"
	"testing"
)

// misused runs f and returns the message that it panics with. A panic of the run-time system (an index out of
// range) is told with the function that it comes from, the kernel's or the test's own.
func misused(f func()) (msg string, runtimePanicIn string) {
	defer func() {
		r := recover()
		if r == nil {
			return
		}
		msg = fmt.Sprint(r)
		if _, ok := r.(runtime.Error); ok {
			pc := make([]uintptr, 32)
			frames := runtime.CallersFrames(pc[:runtime.Callers(2, pc)])
			for {
				fr, more := frames.Next()
				if !strings.HasPrefix(fr.Function, "runtime.") || !more {
					runtimePanicIn = fr.File + ": " + fr.Function
					return
				}
			}
		}
	}()
	f()
	return "", ""
}

// lone kernels take one slice, of any length.
var lone = map[string]bool{"Fill": true, "Sum": true, "SumSquares": true, "Norm": true, "Max": true, "Min": true, "ArgMax": true, "LogSumExp": true, "Uniform": true, "Normal": true}

// TestMisuse: an operand that is one element too short never makes a kernel read or write beyond it, and where
// the kernel can tell, the panic names the kernel and the sizes.
func TestMisuse(t *testing.T) {
	isas := isas(t)
	for _, k := range registry {
		t.Run(k.name, func(t *testing.T) {
			name, _, _ := strings.Cut(k.name, "/")
			name, _, _ = strings.Cut(name, ".")
			told := 0
			for _, d := range thin(spread(k.shapes, 4), 2) {
				ops := k.ops(d)
				for i, o := range ops {
					if o.len == 0 || o.role == work {
						continue
					}
					for _, isa := range isas {
						b := k.buffers(d, 1, ordinary)
						whole := b[i]
						cut := len(whole) - k.size
						missing := append([]byte(nil), whole[cut:]...)
						b[i] = whole[:cut:cut]
						var msg, in string
						withISA(t, isa, func() { msg, in = misused(func() { k.run(d, b) }) })
						switch {
						case string(whole[cut:]) != string(missing):
							t.Errorf("%v, shape %v, %s one short: the missing element is written", isa, d, o.name)
						case in != "" && !strings.Contains(in, "_test.go"):
							t.Errorf("%v, shape %v, %s one short: %s in %s", isa, d, o.name, msg, in)
						case in == "" && msg != "":
							told++
							if !strings.HasPrefix(msg, "kernels: "+name) || !strings.ContainsAny(msg, "0123456789") {
								t.Errorf("%v, shape %v, %s one short: the panic %q does not name %s and the sizes", isa, d, o.name, msg, name)
							}
						}
					}
				}
			}
			if told == 0 && !lone[name] {
				t.Error("no operand that is too short is refused")
			}
		})
	}
}
