#!/usr/bin/env bash
# compare.sh [REGEXP]: times elbo's kernels beside other libraries, in turns on one core, and sets the median of the pairs'
# ratios against what targets.txt demands. One line per workload and target: ok, short, or out (of reach, and what is attained is
# kept); exit status 1 if one is short or cannot be measured, 2 if nothing can. Everything is AVX2, the peers held to it; ISA=avx512 compares elbo's AVX-512 with peers that may use what they like, and demands nothing.
# Needs Linux and the packages of peers/setup; builds once into ~/.cache/elbo-peers. Also PAIRS (11), TURN (0.03 s),
# MARKDOWN=1 for the tables of docs/performance.md, CPUS (a taskset list; the last core), CLOCK=wall (default: cpu, the time of the
# processes, one thread each, which other work on the machine disturbs less), PYTHON (/usr/bin/python3).
set -euo pipefail
case ${1:-} in
-h | --help)
	sed -n '2,/^set/s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"
	exit
	;;
esac
refuse() {
	echo "compare.sh: $*" >&2
	exit 2
}
[ $# -le 1 ] || refuse "one regular expression, not $#: compare.sh --help tells more"
[ "$(uname -sm)" = "Linux x86_64" ] || refuse "the peers are compiled for Linux on x86-64, this is $(uname -sm); go test -bench . ./bench times elbo alone"
for tool in go make gcc g++ taskset; do
	command -v "$tool" >/dev/null || refuse "there is no $tool here; bench/peers/setup, as root on Debian, installs all but Go"
done
export CLOCK=${CLOCK:-cpu}
cd "$(dirname "${BASH_SOURCE[0]}")"
isa=${ISA:-avx2}
out=${XDG_CACHE_HOME:-$HOME/.cache}/elbo-peers march=native
[ "$isa" != avx2 ] || out=$out/avx2 march=x86-64-v3
mkdir -p "$out"
programs=(gemm-openblas gemm-blis gemm-xsmm gemm-onednn vec rows chol density mixture mixture-fast gen)
make -s -C peers OUT="$out" MARCH="$march" "${programs[@]/#/$out/}" >&2 ||
	refuse "the peers' programs do not build; bench/peers/setup, as root on Debian, installs the libraries"
go test -c -o "$out/bench.test" . >&2
go test -C ../kernels -c -o "$out/kernels.test" . >&2
exec taskset -c "${CPUS:-$(($(nproc --all) - 1))}" "$out/bench.test" -compare "${1:-.}" -programs "$out" -isa "$isa" \
	-pairs "${PAIRS:-11}" -turn "${TURN:-0.03}" ${MARKDOWN:+-markdown}
