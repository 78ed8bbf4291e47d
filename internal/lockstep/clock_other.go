//go:build !linux

package lockstep

import "time"

func since(t int64) time.Duration { return time.Duration(clock() - t) }

func clock() int64 { return int64(time.Since(begin)) }
