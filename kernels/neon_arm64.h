// Made by 'go test ./internal/neonasm -run Header -update' from its table.go.
//
// Vector instructions that Go's assembler has no name for, one WORD each. Operands are in Go's order, the
// destination last, and registers are written v0 to v31:
//	VFADD_S4(v2, v1, v0)    is    fadd v0.4s, v1.4s, v2.4s
// Uses: the named sources. Clobbers: the destination d, nothing else.

#define v0 0
#define v1 1
#define v2 2
#define v3 3
#define v4 4
#define v5 5
#define v6 6
#define v7 7
#define v8 8
#define v9 9
#define v10 10
#define v11 11
#define v12 12
#define v13 13
#define v14 14
#define v15 15
#define v16 16
#define v17 17
#define v18 18
#define v19 19
#define v20 20
#define v21 21
#define v22 22
#define v23 23
#define v24 24
#define v25 25
#define v26 26
#define v27 27
#define v28 28
#define v29 29
#define v30 30
#define v31 31

#define VFABD_S4(m, n, d) WORD $(0x6EA0D400 | (m)<<16 | (n)<<5 | (d))
#define VFABD_D2(m, n, d) WORD $(0x6EE0D400 | (m)<<16 | (n)<<5 | (d))
#define VFACGE_S4(m, n, d) WORD $(0x6E20EC00 | (m)<<16 | (n)<<5 | (d))
#define VFACGE_D2(m, n, d) WORD $(0x6E60EC00 | (m)<<16 | (n)<<5 | (d))
#define VFACGT_S4(m, n, d) WORD $(0x6EA0EC00 | (m)<<16 | (n)<<5 | (d))
#define VFACGT_D2(m, n, d) WORD $(0x6EE0EC00 | (m)<<16 | (n)<<5 | (d))
#define VFADD_S4(m, n, d) WORD $(0x4E20D400 | (m)<<16 | (n)<<5 | (d))
#define VFADD_D2(m, n, d) WORD $(0x4E60D400 | (m)<<16 | (n)<<5 | (d))
#define VFADDP_S4(m, n, d) WORD $(0x6E20D400 | (m)<<16 | (n)<<5 | (d))
#define VFADDP_D2(m, n, d) WORD $(0x6E60D400 | (m)<<16 | (n)<<5 | (d))
#define VFCMEQ_S4(m, n, d) WORD $(0x4E20E400 | (m)<<16 | (n)<<5 | (d))
#define VFCMEQ_D2(m, n, d) WORD $(0x4E60E400 | (m)<<16 | (n)<<5 | (d))
#define VFCMGE_S4(m, n, d) WORD $(0x6E20E400 | (m)<<16 | (n)<<5 | (d))
#define VFCMGE_D2(m, n, d) WORD $(0x6E60E400 | (m)<<16 | (n)<<5 | (d))
#define VFCMGT_S4(m, n, d) WORD $(0x6EA0E400 | (m)<<16 | (n)<<5 | (d))
#define VFCMGT_D2(m, n, d) WORD $(0x6EE0E400 | (m)<<16 | (n)<<5 | (d))
#define VFDIV_S4(m, n, d) WORD $(0x6E20FC00 | (m)<<16 | (n)<<5 | (d))
#define VFDIV_D2(m, n, d) WORD $(0x6E60FC00 | (m)<<16 | (n)<<5 | (d))
#define VFMAX_S4(m, n, d) WORD $(0x4E20F400 | (m)<<16 | (n)<<5 | (d))
#define VFMAX_D2(m, n, d) WORD $(0x4E60F400 | (m)<<16 | (n)<<5 | (d))
#define VFMAXNM_S4(m, n, d) WORD $(0x4E20C400 | (m)<<16 | (n)<<5 | (d))
#define VFMAXNM_D2(m, n, d) WORD $(0x4E60C400 | (m)<<16 | (n)<<5 | (d))
#define VFMAXNMP_S4(m, n, d) WORD $(0x6E20C400 | (m)<<16 | (n)<<5 | (d))
#define VFMAXNMP_D2(m, n, d) WORD $(0x6E60C400 | (m)<<16 | (n)<<5 | (d))
#define VFMAXP_S4(m, n, d) WORD $(0x6E20F400 | (m)<<16 | (n)<<5 | (d))
#define VFMAXP_D2(m, n, d) WORD $(0x6E60F400 | (m)<<16 | (n)<<5 | (d))
#define VFMIN_S4(m, n, d) WORD $(0x4EA0F400 | (m)<<16 | (n)<<5 | (d))
#define VFMIN_D2(m, n, d) WORD $(0x4EE0F400 | (m)<<16 | (n)<<5 | (d))
#define VFMINNM_S4(m, n, d) WORD $(0x4EA0C400 | (m)<<16 | (n)<<5 | (d))
#define VFMINNM_D2(m, n, d) WORD $(0x4EE0C400 | (m)<<16 | (n)<<5 | (d))
#define VFMINNMP_S4(m, n, d) WORD $(0x6EA0C400 | (m)<<16 | (n)<<5 | (d))
#define VFMINNMP_D2(m, n, d) WORD $(0x6EE0C400 | (m)<<16 | (n)<<5 | (d))
#define VFMINP_S4(m, n, d) WORD $(0x6EA0F400 | (m)<<16 | (n)<<5 | (d))
#define VFMINP_D2(m, n, d) WORD $(0x6EE0F400 | (m)<<16 | (n)<<5 | (d))
#define VFMLA_S4(m, n, d) WORD $(0x4E20CC00 | (m)<<16 | (n)<<5 | (d))
#define VFMLA_D2(m, n, d) WORD $(0x4E60CC00 | (m)<<16 | (n)<<5 | (d))
#define VFMLS_S4(m, n, d) WORD $(0x4EA0CC00 | (m)<<16 | (n)<<5 | (d))
#define VFMLS_D2(m, n, d) WORD $(0x4EE0CC00 | (m)<<16 | (n)<<5 | (d))
#define VFMUL_S4(m, n, d) WORD $(0x6E20DC00 | (m)<<16 | (n)<<5 | (d))
#define VFMUL_D2(m, n, d) WORD $(0x6E60DC00 | (m)<<16 | (n)<<5 | (d))
#define VFMULX_S4(m, n, d) WORD $(0x4E20DC00 | (m)<<16 | (n)<<5 | (d))
#define VFMULX_D2(m, n, d) WORD $(0x4E60DC00 | (m)<<16 | (n)<<5 | (d))
#define VFSUB_S4(m, n, d) WORD $(0x4EA0D400 | (m)<<16 | (n)<<5 | (d))
#define VFSUB_D2(m, n, d) WORD $(0x4EE0D400 | (m)<<16 | (n)<<5 | (d))
#define VFABS_S4(n, d) WORD $(0x4EA0F800 | (n)<<5 | (d))
#define VFABS_D2(n, d) WORD $(0x4EE0F800 | (n)<<5 | (d))
#define VFCVTAS_S4(n, d) WORD $(0x4E21C800 | (n)<<5 | (d))
#define VFCVTAS_D2(n, d) WORD $(0x4E61C800 | (n)<<5 | (d))
#define VFCVTMS_S4(n, d) WORD $(0x4E21B800 | (n)<<5 | (d))
#define VFCVTMS_D2(n, d) WORD $(0x4E61B800 | (n)<<5 | (d))
#define VFCVTNS_S4(n, d) WORD $(0x4E21A800 | (n)<<5 | (d))
#define VFCVTNS_D2(n, d) WORD $(0x4E61A800 | (n)<<5 | (d))
#define VFCVTPS_S4(n, d) WORD $(0x4EA1A800 | (n)<<5 | (d))
#define VFCVTPS_D2(n, d) WORD $(0x4EE1A800 | (n)<<5 | (d))
#define VFCVTZS_S4(n, d) WORD $(0x4EA1B800 | (n)<<5 | (d))
#define VFCVTZS_D2(n, d) WORD $(0x4EE1B800 | (n)<<5 | (d))
#define VFCVTZU_S4(n, d) WORD $(0x6EA1B800 | (n)<<5 | (d))
#define VFCVTZU_D2(n, d) WORD $(0x6EE1B800 | (n)<<5 | (d))
#define VFNEG_S4(n, d) WORD $(0x6EA0F800 | (n)<<5 | (d))
#define VFNEG_D2(n, d) WORD $(0x6EE0F800 | (n)<<5 | (d))
#define VFRINTA_S4(n, d) WORD $(0x6E218800 | (n)<<5 | (d))
#define VFRINTA_D2(n, d) WORD $(0x6E618800 | (n)<<5 | (d))
#define VFRINTI_S4(n, d) WORD $(0x6EA19800 | (n)<<5 | (d))
#define VFRINTI_D2(n, d) WORD $(0x6EE19800 | (n)<<5 | (d))
#define VFRINTM_S4(n, d) WORD $(0x4E219800 | (n)<<5 | (d))
#define VFRINTM_D2(n, d) WORD $(0x4E619800 | (n)<<5 | (d))
#define VFRINTN_S4(n, d) WORD $(0x4E218800 | (n)<<5 | (d))
#define VFRINTN_D2(n, d) WORD $(0x4E618800 | (n)<<5 | (d))
#define VFRINTP_S4(n, d) WORD $(0x4EA18800 | (n)<<5 | (d))
#define VFRINTP_D2(n, d) WORD $(0x4EE18800 | (n)<<5 | (d))
#define VFRINTX_S4(n, d) WORD $(0x6E219800 | (n)<<5 | (d))
#define VFRINTX_D2(n, d) WORD $(0x6E619800 | (n)<<5 | (d))
#define VFRINTZ_S4(n, d) WORD $(0x4EA19800 | (n)<<5 | (d))
#define VFRINTZ_D2(n, d) WORD $(0x4EE19800 | (n)<<5 | (d))
#define VFSQRT_S4(n, d) WORD $(0x6EA1F800 | (n)<<5 | (d))
#define VFSQRT_D2(n, d) WORD $(0x6EE1F800 | (n)<<5 | (d))
#define VSCVTF_S4(n, d) WORD $(0x4E21D800 | (n)<<5 | (d))
#define VSCVTF_D2(n, d) WORD $(0x4E61D800 | (n)<<5 | (d))
#define VUCVTF_S4(n, d) WORD $(0x6E21D800 | (n)<<5 | (d))
#define VUCVTF_D2(n, d) WORD $(0x6E61D800 | (n)<<5 | (d))
#define VFCMEQZ_S4(n, d) WORD $(0x4EA0D800 | (n)<<5 | (d))
#define VFCMEQZ_D2(n, d) WORD $(0x4EE0D800 | (n)<<5 | (d))
#define VFCMGEZ_S4(n, d) WORD $(0x6EA0C800 | (n)<<5 | (d))
#define VFCMGEZ_D2(n, d) WORD $(0x6EE0C800 | (n)<<5 | (d))
#define VFCMGTZ_S4(n, d) WORD $(0x4EA0C800 | (n)<<5 | (d))
#define VFCMGTZ_D2(n, d) WORD $(0x4EE0C800 | (n)<<5 | (d))
#define VFCMLEZ_S4(n, d) WORD $(0x6EA0D800 | (n)<<5 | (d))
#define VFCMLEZ_D2(n, d) WORD $(0x6EE0D800 | (n)<<5 | (d))
#define VFCMLTZ_S4(n, d) WORD $(0x4EA0E800 | (n)<<5 | (d))
#define VFCMLTZ_D2(n, d) WORD $(0x4EE0E800 | (n)<<5 | (d))
#define VFMUL_S4_LANE(m, i, n, d) WORD $(0x4F809000 | ((i)&1)<<21 | ((i)>>1)<<11 | (m)<<16 | (n)<<5 | (d))
#define VFMLA_S4_LANE(m, i, n, d) WORD $(0x4F801000 | ((i)&1)<<21 | ((i)>>1)<<11 | (m)<<16 | (n)<<5 | (d))
#define VFMLS_S4_LANE(m, i, n, d) WORD $(0x4F805000 | ((i)&1)<<21 | ((i)>>1)<<11 | (m)<<16 | (n)<<5 | (d))
#define VFMUL_D2_LANE(m, i, n, d) WORD $(0x4FC09000 | (i)<<11 | (m)<<16 | (n)<<5 | (d))
#define VFMLA_D2_LANE(m, i, n, d) WORD $(0x4FC01000 | (i)<<11 | (m)<<16 | (n)<<5 | (d))
#define VFMLS_D2_LANE(m, i, n, d) WORD $(0x4FC05000 | (i)<<11 | (m)<<16 | (n)<<5 | (d))
#define VFMAXV_S4(n, d) WORD $(0x6E30F800 | (n)<<5 | (d))
#define VFMINV_S4(n, d) WORD $(0x6EB0F800 | (n)<<5 | (d))
#define VFMAXNMV_S4(n, d) WORD $(0x6E30C800 | (n)<<5 | (d))
#define VFADDP_D(n, d) WORD $(0x7E70D800 | (n)<<5 | (d))
#define VFMAXP_D(n, d) WORD $(0x7E70F800 | (n)<<5 | (d))
#define VFMINP_D(n, d) WORD $(0x7EF0F800 | (n)<<5 | (d))
#define VFCVTL_D2(n, d) WORD $(0x0E617800 | (n)<<5 | (d))
#define VFCVTL2_D2(n, d) WORD $(0x4E617800 | (n)<<5 | (d))
#define VFCVTL_S4(n, d) WORD $(0x0E217800 | (n)<<5 | (d))
#define VFCVTN_H4(n, d) WORD $(0x0E216800 | (n)<<5 | (d))
#define VFCVTN_S2(n, d) WORD $(0x0E616800 | (n)<<5 | (d))
#define VFCVTN2_S4(n, d) WORD $(0x4E616800 | (n)<<5 | (d))
#define VCMGT_S4(m, n, d) WORD $(0x4EA03400 | (m)<<16 | (n)<<5 | (d))
#define VCMGE_S4(m, n, d) WORD $(0x4EA03C00 | (m)<<16 | (n)<<5 | (d))
#define VSMAX_S4(m, n, d) WORD $(0x4EA06400 | (m)<<16 | (n)<<5 | (d))
#define VSMIN_S4(m, n, d) WORD $(0x4EA06C00 | (m)<<16 | (n)<<5 | (d))
#define VMUL_S4(m, n, d) WORD $(0x4EA09C00 | (m)<<16 | (n)<<5 | (d))
#define VSSHL_S4(m, n, d) WORD $(0x4EA04400 | (m)<<16 | (n)<<5 | (d))
#define VSSHL_D2(m, n, d) WORD $(0x4EE04400 | (m)<<16 | (n)<<5 | (d))
#define VSSHR_S4(s, n, d) WORD $(0x4F000400 | (64-(s))<<16 | (n)<<5 | (d))
#define VSSHR_D2(s, n, d) WORD $(0x4F000400 | (128-(s))<<16 | (n)<<5 | (d))
#define VBIC_B16(m, n, d) WORD $(0x4E601C00 | (m)<<16 | (n)<<5 | (d))
#define VNOT_B16(n, d) WORD $(0x6E205800 | (n)<<5 | (d))
#define VUMULL_D2(m, n, d) WORD $(0x2EA0C000 | (m)<<16 | (n)<<5 | (d))
#define VUMULL2_D2(m, n, d) WORD $(0x6EA0C000 | (m)<<16 | (n)<<5 | (d))
#define VXTN_S2(n, d) WORD $(0x0EA12800 | (n)<<5 | (d))
#define VSXTL_D2(n, d) WORD $(0x0F20A400 | (n)<<5 | (d))
#define VADD_S4(m, n, d) WORD $(0x4EA08400 | (m)<<16 | (n)<<5 | (d))
#define VADD_D2(m, n, d) WORD $(0x4EE08400 | (m)<<16 | (n)<<5 | (d))
#define VSUB_S4(m, n, d) WORD $(0x6EA08400 | (m)<<16 | (n)<<5 | (d))
#define VSUB_D2(m, n, d) WORD $(0x6EE08400 | (m)<<16 | (n)<<5 | (d))
#define VSHL_S4(s, n, d) WORD $(0x4F005400 | (32+(s))<<16 | (n)<<5 | (d))
#define VSHL_D2(s, n, d) WORD $(0x4F005400 | (64+(s))<<16 | (n)<<5 | (d))
#define VUSHR_S4(s, n, d) WORD $(0x6F000400 | (64-(s))<<16 | (n)<<5 | (d))
#define VUSHR_D2(s, n, d) WORD $(0x6F000400 | (128-(s))<<16 | (n)<<5 | (d))
#define VUMAX_S4(m, n, d) WORD $(0x6EA06400 | (m)<<16 | (n)<<5 | (d))
#define VUMIN_S4(m, n, d) WORD $(0x6EA06C00 | (m)<<16 | (n)<<5 | (d))
#define VUMAXV_S4(n, d) WORD $(0x6EB0A800 | (n)<<5 | (d))
#define VCMHS_S4(m, n, d) WORD $(0x6EA03C00 | (m)<<16 | (n)<<5 | (d))
#define VCMHI_S4(m, n, d) WORD $(0x6EA03400 | (m)<<16 | (n)<<5 | (d))
#define VCMEQ_S4(m, n, d) WORD $(0x6EA08C00 | (m)<<16 | (n)<<5 | (d))
#define VAND_B16(m, n, d) WORD $(0x4E201C00 | (m)<<16 | (n)<<5 | (d))
#define VORR_B16(m, n, d) WORD $(0x4EA01C00 | (m)<<16 | (n)<<5 | (d))
#define VEOR_B16(m, n, d) WORD $(0x6E201C00 | (m)<<16 | (n)<<5 | (d))
#define VBSL_B16(m, n, d) WORD $(0x6E601C00 | (m)<<16 | (n)<<5 | (d))
#define VBIT_B16(m, n, d) WORD $(0x6EA01C00 | (m)<<16 | (n)<<5 | (d))
#define VBIF_B16(m, n, d) WORD $(0x6EE01C00 | (m)<<16 | (n)<<5 | (d))
#define VMOV_B16(n, d) WORD $(0x4EA01C00 | (n)<<16 | (n)<<5 | (d))
#define VLDR_Q(k, d) WORD $(0x3DC00000 | ((k)>>5)<<11 | ((k)&31)<<5 | (d))
#define VLDR_Q_HIGH(k, d) WORD $(0x3DC00400 | ((k)>>5)<<11 | ((k)&31)<<5 | (d))
#define VTBL2_B16(m, n, d) WORD $(0x4E002000 | (m)<<16 | (n)<<5 | (d))
#define VZIP1_D2(m, n, d) WORD $(0x4EC03800 | (m)<<16 | (n)<<5 | (d))
#define VZIP2_D2(m, n, d) WORD $(0x4EC07800 | (m)<<16 | (n)<<5 | (d))
#define VLDR_QX(m, n, d) WORD $(0x3CE06800 | (m)<<16 | (n)<<5 | (d))
#define VSTR_QX(m, n, d) WORD $(0x3CA06800 | (m)<<16 | (n)<<5 | (d))
#define VSTR_DX(m, n, d) WORD $(0xFC206800 | (m)<<16 | (n)<<5 | (d))
#define VLD1R_D2(n, d) WORD $(0x4D40CC00 | (n)<<5 | (d))
#define VLD1_S(i, n, d) WORD $(0x0D408000 | ((i)>>1)<<30 | ((i)&1)<<12 | (n)<<5 | (d))
#define VST1_S(i, n, d) WORD $(0x0D008000 | ((i)>>1)<<30 | ((i)&1)<<12 | (n)<<5 | (d))
#define VLD1_D1(n, d) WORD $(0x4D408400 | (n)<<5 | (d))
#define VST1_D1(n, d) WORD $(0x4D008400 | (n)<<5 | (d))
#define VADD_X(m, n, d) WORD $(0x8B000000 | (m)<<16 | (n)<<5 | (d))
