package callback

import (
	"context"
	"time"
)

// Propose places the next attempt of a task as it stands (Rule T-04): the
// planner of internal/store. ok is false when nothing is permitted in the
// foreseeable future.
func (s *Service) Propose(ctx context.Context, v TaskView) (from, until time.Time, ok bool, err error) {
	t := v.Task
	if err := s.place(ctx, &t, v, v.Marks); err != nil {
		return time.Time{}, time.Time{}, false, err
	}
	return t.NextFrom, t.NextUntil, !t.NextFrom.IsZero(), nil
}
