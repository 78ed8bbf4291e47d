// The exponentials of nn.h for float32. Macros only. Include vmath_f32.h before.

// q = e^-|x|. Uses: x. Clobbers: x, t, u, v.
#define NN_NEGABS(x, t, q, u, v) EXP_NEGABS_FULL(x, t, q, u)

// expF32: q = e^x. Uses: x. Clobbers: x, t, u, v.
#define NN_EXP(x, t, q, u, v) \
	V_MAXK(EXP_LOW_F32, x, x)      /* NaN stays */ \
	V_MINK(EXP_HIGH_F32, x, x) \
	EXP_PARTS(MAGIC_F32, x, t, q) \
	SCALE(t, q, u)

// softplusF32 and sigmoidF32: x, of y, given q = e^-|y|. Clobbers: x, z, u, v, w, q, y; x, t, u, q, m0.
#define NN_SOFTPLUS(x, z, u, v, w, q, y) SOFTPLUS_JOIN(x, z, u, w, q, y)
#define NN_SIGMOID(x, t, u, q, y) \
	SIGMOID_JOIN(u, x, q, y)
