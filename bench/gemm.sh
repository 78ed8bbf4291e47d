#!/usr/bin/env bash
# gemm.sh [SHAPE [TYPE [OP [PAIRS]]]]: times a product by elbo and by OpenBLAS, alternating on one core, and prints the
# medians in GFLOP/s and the median of the pairs' ratios: elbo's AVX2 beside OpenBLAS's AVX2 kernel (Zen), and its AVX-512,
# where the processor has it, beside OpenBLAS's. Needs the packages of bench/peers/setup and Linux's taskset.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
shape=${1:-m=128/k=784/n=400} type=${2:-f32} op=${3:-NN} pairs=${4:-10}
out=${XDG_CACHE_HOME:-$HOME/.cache}/elbo-peers
cpu=$(($(nproc --all) - 1))
mkdir -p "$out"
make -s -C "$here/peers" OUT="$out" "$out/gemm-openblas" >&2
go test -C "$here" -c -o "$out/bench.test" .
export OPENBLAS_NUM_THREADS=1
rate() { awk '{ for (i = 2; i <= NF; i++) if ($i == "GFLOP/s") { print $(i - 1); exit } }'; }
ours() { taskset -c "$cpu" "$out/bench.test" -test.run '^$' -test.cpu 1 -test.benchtime 0.1s \
	-test.bench "^BenchmarkGemm\$/^type=$type\$/^op=$op\$/^${shape//\//\$/^}\$/^impl=elbo-$1\$" | rate; }
theirs() { OPENBLAS_CORETYPE=$1 COUNT=1 BENCHTIME=0.1 FILTER="^Gemm/type=$type/op=$op/$shape/impl=openblas\$" \
	taskset -c "$cpu" "$out/gemm-openblas" 2>/dev/null | rate; }
median() { sort -g | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }
for what in avx2:Zen avx512:Cooperlake; do
	isa=${what%:*} core=${what#*:}
	[ -n "$(ours "$isa")" ] || continue # not on this processor
	a=() b=() r=()
	for _ in $(seq "$pairs"); do
		x=$(ours "$isa") y=$(theirs "$core")
		a+=("$x") b+=("$y") r+=("$(awk "BEGIN { print $x / $y }")")
	done
	printf 'Gemm/type=%s/op=%s/%s  elbo-%s %.1f  openblas-%s %.1f  ratio %.3f (%.3f to %.3f, %d pairs)\n' "$type" "$op" "$shape" "$isa" \
		"$(printf '%s\n' "${a[@]}" | median)" "$core" "$(printf '%s\n' "${b[@]}" | median)" "$(printf '%s\n' "${r[@]}" | median)" \
		"$(printf '%s\n' "${r[@]}" | sort -g | head -n 1)" "$(printf '%s\n' "${r[@]}" | sort -g | tail -n 1)" "$pairs"
done
