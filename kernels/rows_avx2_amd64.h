// What rows_avx2_amd64.s and rows_sum_avx2_amd64.s share: the tail of a row. Macros only.
// Registers are those of the files.

#define x_ptr SI
#define r_ptr DI
#define left CX
#define mask_ptr R8
#define tmp R10
#define tail_mask Y15

// The mask of the next register: min(left, 32) bytes. Uses: left. Clobbers: tmp, mask_ptr, tail_mask, flags.
#define NEXT_MASK \
	MOVL    $32, tmp \
	CMPQ    left, tmp \
	CMOVQLT left, tmp \
	LEAQ    ·tailMasks+32(SB), mask_ptr \
	SUBQ    tmp, mask_ptr \
	VMOVUPS (mask_ptr), tail_mask

// The first left bytes of v, fewer than 32, to r_ptr: by halves, because a store under a mask is slow.
// x is v's lower half; at8, at4 and end are labels. Uses: left, v. Clobbers: r_ptr, v, flags.
#define STORE_PART(v, x, at8, at4, end) \
	TESTQ $16, left \
	JEQ   at8 \
	VMOVUPS x, (r_ptr) \
	VEXTRACTF128 $1, v, x \
	ADDQ  $16, r_ptr \
at8: \
	TESTQ $8, left \
	JEQ   at4 \
	VMOVSD x, (r_ptr) \
	VPERMILPD $1, x, x \
	ADDQ  $8, r_ptr \
at4: \
	TESTQ $4, left \
	JEQ   end \
	VMOVSS x, (r_ptr) \
end:
