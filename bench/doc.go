// Package bench holds the benchmarks that set elbo beside other libraries. The names, keys and inputs are those of
// bench/peers, so that benchstat lines them up:
//
//	go test -run - -bench 'Vec/fn=exp' ./bench
//
// impl=elbo-avx2 and its like name the ISA; every benchmark runs on each ISA of the machine.
package bench
