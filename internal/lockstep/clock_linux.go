package lockstep

import (
	"os"
	"syscall"
	"time"
	"unsafe"
)

// cpuTime is CLOCK=cpu: the time of this process and not of the wall, for a core that is shared.
var cpuTime = os.Getenv("CLOCK") == "cpu"

// since returns the time since the clock, by the wall or by the processor, was t.
func since(t int64) time.Duration { return time.Duration(clock() - t) }

func clock() int64 {
	if !cpuTime {
		return int64(time.Since(begin))
	}
	const processCPUTime = 2 // CLOCK_PROCESS_CPUTIME_ID
	var ts syscall.Timespec
	if _, _, errno := syscall.Syscall(syscall.SYS_CLOCK_GETTIME, processCPUTime, uintptr(unsafe.Pointer(&ts)), 0); errno != 0 {
		panic(errno)
	}
	return ts.Nano()
}
