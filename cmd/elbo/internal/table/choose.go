package table

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// choose sets the columns that the options ask for.
func (r *Reader) choose(o Options) error {
	all := r.f.names()
	if len(all) == 0 {
		return errEmpty
	}
	data := []int{}
	if o.Columns == nil {
		for j := range all {
			data = append(data, j)
		}
	}
	for _, s := range o.Columns {
		cols, err := find(all, s)
		if err != nil {
			return err
		}
		for _, j := range cols {
			if slices.Contains(data, j) {
				return fmt.Errorf("column %d (%s) is chosen twice: name it once", j+1, Shorten(all[j]))
			}
			data = append(data, j)
		}
	}
	for _, s := range o.Drop {
		cols, err := find(all, s)
		if err != nil {
			return err
		}
		data = slices.DeleteFunc(data, func(j int) bool { return slices.Contains(cols, j) })
	}
	var extra []int
	for _, e := range []struct {
		name  string
		index *int
	}{{o.Weights, &r.weight}, {o.Groups, &r.group}} {
		if e.name == "" {
			continue
		}
		cols, err := find(all, e.name)
		if err != nil {
			return err
		}
		if len(cols) > 1 {
			return fmt.Errorf("%s are %d columns: name one", e.name, len(cols))
		}
		*e.index = len(extra)
		extra = append(extra, cols[0])
		r.extra = append(r.extra, all[cols[0]])
		data = slices.DeleteFunc(data, func(j int) bool { return j == cols[0] })
	}
	if len(data) == 0 {
		return fmt.Errorf("no column of its %d is left: choose at least one", len(all))
	}
	for _, j := range data {
		r.names = append(r.names, all[j])
	}
	r.chosen = append(data, extra...)
	return nil
}

// find returns the columns that s means: the one of that name, else that of the number, or the range of numbers, counted
// from 1.
func find(names []string, s string) ([]int, error) {
	at := -1
	for j, n := range names {
		if n != s {
			continue
		}
		if at >= 0 {
			return nil, fmt.Errorf("columns %d and %d are both named %s: give their numbers", at+1, j+1, Shorten(s))
		}
		at = j
	}
	if at >= 0 {
		return []int{at}, nil
	}
	low, high, ranged := strings.Cut(s, "-")
	if !ranged {
		high = low
	}
	a, errA := strconv.Atoi(low)
	b, errB := strconv.Atoi(high)
	switch {
	case errA != nil || errB != nil:
		return nil, fmt.Errorf("has no column %q: its columns are %s", Shorten(s), listed(names))
	case a < 1 || b < a || b > len(names):
		return nil, fmt.Errorf("has no column %s: its columns are 1 to %d", Shorten(s), len(names))
	}
	var cols []int
	for j := a - 1; j < b; j++ {
		cols = append(cols, j)
	}
	return cols, nil
}

// listed names the first columns.
func listed(names []string) string {
	const most = 8
	var b strings.Builder
	for j, n := range names {
		if j > 0 {
			b.WriteString(", ")
		}
		if j == most {
			b.WriteString("…")
			break
		}
		b.WriteString(Shorten(n))
	}
	return b.String()
}
