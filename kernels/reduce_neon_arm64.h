// What reduce_neon_arm64.s and reduce_extreme_neon_arm64.s share: the walk over a vector with a lane for each element of 128 bytes. Macros only.
// Registers are those of reduce_neon_arm64.s.

#define sums_ptr R0
#define x_ptr R1
#define y_ptr R2
#define beyond R3
#define left R4
#define tmp R5

// The left bytes at p, fewer than 16, to V and F (of that number), whose other elements stay what they are, or are zero.
// end is a label. Uses: left. Clobbers: tmp, V, flags.
#define PART_F32(p, V, F, end) \
	FMOVS (p), F \
	CMP   $8, left \
	BLT   end \
	ADD   $4, p, tmp \
	VLD1  (tmp), V.S[1] \
	BEQ   end \
	ADD   $8, p, tmp \
	VLD1  (tmp), V.S[2] \
end:
#define PART_F64(p, V, F, end) FMOVD (p), F

// All elements into lanes: STEP(acc, acc's number) folds the 16 bytes at x_ptr into acc and moves on, LAST(acc, its number, label) those
// that are left; STEP8 folds 128 bytes. Uses: left, what STEP uses. Clobbers: left, tmp, V0-V7, V16-V31, flags.
#define FOLD(STEP8, STEP, LAST) \
	SUBS    $128, left \
	BLT     rest \
	PCALIGN $32 \
loop8: \
	STEP8 \
	SUBS    $128, left \
	BGE     loop8 \
rest: \
	ADDS    $128, left \
	BEQ     done \
	STEP_OR_LAST(STEP, LAST, V0, v0, last0, end0, next1) \
	STEP_OR_LAST(STEP, LAST, V1, v1, last1, end1, next2) \
	STEP_OR_LAST(STEP, LAST, V2, v2, last2, end2, next3) \
	STEP_OR_LAST(STEP, LAST, V3, v3, last3, end3, next4) \
	STEP_OR_LAST(STEP, LAST, V4, v4, last4, end4, next5) \
	STEP_OR_LAST(STEP, LAST, V5, v5, last5, end5, next6) \
	STEP_OR_LAST(STEP, LAST, V6, v6, last6, end6, next7) \
	LAST(V7, v7, end7)              /* fewer than 16: 128 would have gone with STEP8 */ \
done:
#define STEP_OR_LAST(STEP, LAST, acc, a, last, end, after) \
	CMP  $16, left \
	BLT  last \
	STEP(acc, a) \
	SUBS $16, left \
	BNE  after \
	B    done \
last: \
	LAST(acc, a, end) \
	B    done \
after:


// The next 128 bytes at p. Clobbers: p, V16-V23.
#define LOAD8(p) \
	VLD1.P 64(p), [V16.B16, V17.B16, V18.B16, V19.B16] \
	VLD1.P 64(p), [V20.B16, V21.B16, V22.B16, V23.B16]
