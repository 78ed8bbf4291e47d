// The exponentials of nn.h for float64. Macros only. Include vmath_f64.h before.

// q = e^-|x|. Uses: x. Clobbers: x, t, u, v.
#define NN_NEGABS(x, t, q, u, v) EXP_NEGABS_FULL(x, t, q, u, v, u)

// expF64: q = e^x. Uses: x. Clobbers: x, t, u, v.
#define NN_EXP(x, t, q, u, v) \
	V_MAXK(EXP_LOW_F64, x, x)      /* NaN stays */ \
	V_MINK(EXP_HIGH_F64, x, x) \
	EXP_PARTS(MAGIC_F64, x, t, q, u, v) \
	SCALE(t, q, u)

// softplusF64 and sigmoidF64: x, of y, given q = e^-|y|. Clobbers: x, z, u, v, w, q, y; x, t, u, q, m0.
#define NN_SOFTPLUS(x, z, u, v, w, q, y) SOFTPLUS_JOIN(x, z, u, v, w, q, y)
#define NN_SIGMOID(x, t, u, q, y) SIGMOID_JOIN(x, t, u, q, y)
