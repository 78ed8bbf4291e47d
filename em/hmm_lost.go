package em

import (
	"math/bits"

	"example.com/elbo/kernels"
)

// hmmLost tells whether the scaled forward recursion has lost something. It rounds to 0, or loses digits of, what is smaller at a frame by more than T's range than the
// most probable state, or than the state where the frame is densest. That is nothing if every state can follow every other. But where transitions are
// impossible or nearly so, as in left-to-right models, the state that was lost may be the only one through which the later frames can be explained.
//
// For each weak state, which is one whose α is small, hmmLost keeps a bound on the mass that its α lacks: what the frame may have rounded
// away, and what weak states that lack mass would have given. Of a strong state's α the latter must be a negligible part, and so must all of it be at the last frame. Then
// every path that was lost is negligible: it ends in a weak state, or goes on through a strong one which has much more mass.
type hmmLost[T kernels.Float] struct {
	k, words     int
	lost         []bool    // by lane
	lacks        []float64 // by lane and state
	inflow       []float64
	settled      []bool   // by lane: reach does not change any more
	reach, after []uint64 // by lane, the states that are possible; and after the next frame
}

// hmmWeak is the least α of a strong state. A transition less probable than that cannot make up for a state whose α was rounded to 0.
func hmmWeak[T kernels.Float]() float64 {
	if unitRoundoff[T]() == 0x1p-24 {
		return 0x1p-60
	}
	return 0x1p-500
}

// hmmNegligible is the part of a strong state's α that may be lacking at a frame: far below T's rounding, for the frames' parts add up.
func hmmNegligible[T kernels.Float]() float64 {
	if unitRoundoff[T]() == 0x1p-24 {
		return 0x1p-48
	}
	return 0x1p-80
}

// hmmNormal is the least normal number.
func hmmNormal[T kernels.Float]() float64 {
	if unitRoundoff[T]() == 0x1p-24 {
		return 0x1p-126
	}
	return 0x1p-1022
}

func (l *hmmLost[T]) begin(chain *hmmChain[T], lanes int) {
	if len(l.lost) < lanes {
		l.k, l.words = chain.k, chain.words
		l.lost, l.settled, l.lacks, l.inflow = make([]bool, lanes), make([]bool, lanes), make([]float64, lanes*l.k), make([]float64, l.k)
		l.reach, l.after = make([]uint64, lanes*l.words), make([]uint64, l.words)
	}
	clear(l.lost)
	clear(l.settled)
	clear(l.lacks)
}

// look updates lane s at time t. alpha, b and c are those of kernels.HMMForward for it.
func (l *hmmLost[T]) look(chain *hmmChain[T], alpha, b kernels.Matrix[T], c T, s, t int) {
	if !l.lost[s] {
		l.lost[s] = l.loses(chain, alpha, b, float64(c), s, t)
	}
}

func (l *hmmLost[T]) loses(chain *hmmChain[T], alpha, b kernels.Matrix[T], c float64, s, t int) bool {
	least, weak, negligible := hmmNormal[T](), hmmWeak[T](), hmmNegligible[T]()
	lacks, inflow := l.lacks[s*l.k:][:l.k], l.inflow
	clear(inflow)
	for i, v := range lacks {
		if v > 0 {
			row := chain.trans[i*l.k:][:len(inflow)]
			for j, p := range row {
				inflow[j] += float64(v * p)
			}
		}
	}
	reach := l.follow(chain, s, t)
	inverse := 1 / c
	for j := range lacks {
		lacks[j] = 0
		if reach[j/64]>>(j%64)&1 == 0 {
			continue
		}
		lack := (least + float64(inflow[j]*max(float64(b.Data[j*b.Stride]), least))) * inverse
		a := float64(alpha.Data[j*alpha.Stride])
		switch {
		case !(lack <= 1) || a >= weak && lack > negligible*a:
			return true
		case a < weak:
			lacks[j] = lack
		}
	}
	return false
}

// follow returns the states that lane s may be in at time t.
func (l *hmmLost[T]) follow(chain *hmmChain[T], s, t int) []uint64 {
	reach := l.reach[s*l.words:][:l.words]
	switch {
	case t == 0:
		copy(reach, chain.first)
	case !l.settled[s]:
		clear(l.after)
		for i, set := range reach {
			for ; set != 0; set &= set - 1 {
				from := 64*i + bits.TrailingZeros64(set)
				for v, next := range chain.next[from*l.words:][:l.words] {
					l.after[v] |= next
				}
			}
		}
		l.settled[s] = true
		for i, set := range l.after {
			l.settled[s] = l.settled[s] && reach[i] == set
			reach[i] = set
		}
	}
	return reach
}

// ends marks lane s as lost if mass is lacking after its last frame.
func (l *hmmLost[T]) ends(s int) {
	sum := 0.0
	for _, v := range l.lacks[s*l.k:][:l.k] {
		sum += v
	}
	l.lost[s] = l.lost[s] || !(sum <= hmmNegligible[T]())
}
