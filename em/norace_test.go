//go:build !race

package em_test

const raced = false
