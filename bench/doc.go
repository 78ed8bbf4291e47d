// Package bench holds the benchmarks that set elbo beside other libraries. The names, keys and inputs are those of
// bench/peers, so that benchstat lines them up:
//
//	go test -run - -bench 'Vec/fn=exp' ./bench
//
// impl=elbo-avx2 and its like name the ISA; every benchmark runs on each ISA of the machine. The lines before the results
// say what the machine can do at most: multiply-adds in registers, and copies.
//
// bench/compare.sh times elbo beside the peers in turns, and sets the ratios against targets.txt.
//
// A new benchmark is a call of measure, which see; the name without impl is then a workload that a line of targets.txt and
// a program of bench/peers may name.
package bench
