package vae

import "sync"

// team is the goroutines of one training run: worker 0 is the caller, the others wait for the next task.
type team struct {
	tasks []chan func(worker int)
	wg    sync.WaitGroup
}

// newTeam starts workers−1 goroutines; close ends them.
func newTeam(workers int) *team {
	t := &team{tasks: make([]chan func(int), workers-1)}
	for i := range t.tasks {
		c := make(chan func(int))
		t.tasks[i] = c
		go func() {
			for f := range c {
				f(i + 1)
				t.wg.Done()
			}
		}()
	}
	return t
}

// run calls f once per worker and returns when all have ended. With an f that was made before, it allocates nothing.
func (t *team) run(f func(worker int)) {
	t.wg.Add(len(t.tasks))
	for _, c := range t.tasks {
		c <- f
	}
	f(0)
	t.wg.Wait()
}

func (t *team) close() {
	for _, c := range t.tasks {
		close(c)
	}
}
