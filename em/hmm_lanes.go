package em

import (
	"example.com/elbo"
	"example.com/elbo/kernels"
)

// hmmCols is the most frames of a block.
const hmmCols = elbo.BlockRows

// hmmLanes is the order in which the frames of some sequences are computed. A lane is a sequence; lanes stand in the order of falling length,
// those of one length by position, so that the lanes that have a frame t are the first ones. The frames of all lanes at one time
// stand together, time after time, and whole times make blocks of at most hmmCols frames. Where one lane is left the blocks are
// narrow. Blocks that begin with few lanes are framed: the states of a frame lie side by side.
type hmmLanes struct {
	sequence, first, length []int // by lane; first is the row of the first frame
	weight                  []float64
	blocks                  []hmmBlock
	whole                   [1]int
	few                     int // the most lanes of a framed block, at least 1
}

// hmmBlock is a run of times.
type hmmBlock struct {
	time, times int // the first and their number
	lanes       int // at the first time
	cols        int // the frames
	framed      bool
}

func (b hmmBlock) narrow() bool { return b.lanes == 1 }

// one arranges one sequence of n frames.
func (l *hmmLanes) one(n int) {
	l.whole[0] = n
	l.set(l.whole[:], nil, 0)
}

// set arranges sequences of these lengths, whose first frame is the row at, without those of weight 0.
func (l *hmmLanes) set(lengths []int, weights []float64, at int) {
	l.sequence, l.first, l.length, l.blocks = l.sequence[:0], l.first[:0], l.length[:0], l.blocks[:0]
	for i, n := range lengths {
		if weights == nil || weights[i] != 0 {
			l.sequence, l.first, l.length = append(l.sequence, i), append(l.first, at), append(l.length, n)
			for j := len(l.length) - 1; j > 0 && l.length[j-1] < l.length[j]; j-- {
				for _, s := range [][]int{l.sequence, l.first, l.length} {
					s[j-1], s[j] = s[j], s[j-1]
				}
			}
		}
		at += n
	}
	l.weight = l.weight[:0]
	for _, i := range l.sequence {
		if weights == nil {
			l.weight = append(l.weight, 1)
		} else {
			l.weight = append(l.weight, weights[i])
		}
	}
	t := 0
	for lanes := l.active(len(l.length), 0); lanes > 0; {
		b := hmmBlock{time: t, lanes: lanes, framed: lanes <= max(l.few, 1)}
		for n := lanes; n > 0 && b.cols+n <= hmmCols && (n == 1) == b.narrow(); n = l.active(n, t) {
			b.cols += n
			t++
		}
		b.times = t - b.time
		lanes = l.active(lanes, t)
		l.blocks = append(l.blocks, b)
	}
}

// active returns how many lanes have a frame at time t, which are at most n.
func (l *hmmLanes) active(n, t int) int {
	for n > 0 && l.length[n-1] <= t {
		n--
	}
	return n
}

// before returns how many lanes have a frame at time t, which are at least n.
func (l *hmmLanes) before(n, t int) int {
	for n < len(l.length) && l.length[n] > t {
		n++
	}
	return n
}

// gather returns the rows of x that are the frames of block b, in their order, in dst or, if they lie so, in x.
func gather[T kernels.Float](l *hmmLanes, b hmmBlock, dst []T, x kernels.Matrix[T]) kernels.Matrix[T] {
	if b.narrow() {
		return x.SliceRows(l.first[0]+b.time, l.first[0]+b.time+b.times)
	}
	rows := kernels.MatrixOf(b.cols, x.Cols, dst[:b.cols*x.Cols])
	at := 0
	for t, lanes := b.time, b.lanes; t < b.time+b.times; t++ {
		lanes = l.active(lanes, t)
		for _, first := range l.first[:lanes] {
			copy(rows.Row(at), x.Row(first+t))
			at++
		}
	}
	return rows
}

// scatter is the inverse of gather: it copies rows to the rows of x.
func scatter[T kernels.Float](l *hmmLanes, b hmmBlock, x, rows kernels.Matrix[T]) {
	at := 0
	for t, lanes := b.time, b.lanes; t < b.time+b.times; t++ {
		lanes = l.active(lanes, t)
		for _, first := range l.first[:lanes] {
			copy(x.Row(first+t), rows.Row(at))
			at++
		}
	}
}
