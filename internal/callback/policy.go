package callback

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"time"

	"github.com/google/uuid"

	"huifang/internal/access"
	"huifang/internal/audit"
	"huifang/internal/call"
	"huifang/internal/problem"
)

// ProgramPolicy is what administrators may change of a program.
type ProgramPolicy struct {
	Pauses         call.PauseLimits // Rule T-13
	ShowMonitoring bool             // agents see that a supervisor listens
	CallerIDs      []string         // Rule T-14: what customers may be shown; none: the trunk's own
}

// ProgramChange is a change of it; what is nil stays.
type ProgramChange struct {
	PauseLongest, PauseTotal *time.Duration
	PauseNumber              *int
	ShowMonitoring           *bool
	CallerIDs                *[]string
}

// Limits of the limits: a pause must not become a way to hide talk (Rule T-13).
const (
	pauseLongestMost = 10 * time.Minute
	pauseTotalMost   = 30 * time.Minute
	pauseNumberMost  = 20

	callerIDsMost = 20
)

var callerIDForm = regexp.MustCompile(`^\+?[0-9]{2,20}$`)

// ChangeProgram changes the policy of a program, with its row in the audit log.
// It holds for calls that begin afterwards. Rule T-13.
func (s *Service) ChangeProgram(ctx context.Context, who access.Principal, id uuid.UUID, c ProgramChange) (Program, error) {
	p, err := s.programByID(ctx, id)
	if err != nil {
		return Program{}, err
	}
	before := ProgramPolicy{Pauses: p.Pauses, ShowMonitoring: p.ShowMonitoring, CallerIDs: p.CallerIDs}
	after := before
	set(&after.Pauses.Longest, c.PauseLongest)
	set(&after.Pauses.Total, c.PauseTotal)
	set(&after.Pauses.Number, c.PauseNumber)
	set(&after.ShowMonitoring, c.ShowMonitoring)
	set(&after.CallerIDs, c.CallerIDs)
	if err := after.check(); err != nil {
		return Program{}, err
	}
	if after.Pauses == before.Pauses && after.ShowMonitoring == before.ShowMonitoring && slices.Equal(after.CallerIDs, before.CallerIDs) {
		return p, nil
	}
	e := audit.Event{At: s.now(), ActorID: who.User.ID, Action: audit.ActionProgramChanged, ObjectKind: "program", ObjectID: id.String(), Rule: "T-13",
		Detail: map[string]any{"code": p.Code, "before": before.detail(), "after": after.detail()}, IP: who.IP}
	if err := s.store.SetProgramPolicy(ctx, id, after, e); err != nil {
		return Program{}, fmt.Errorf("change program %s: %w", p.Code, err)
	}
	p.Pauses, p.ShowMonitoring, p.CallerIDs = after.Pauses, after.ShowMonitoring, after.CallerIDs
	return p, nil
}

func (s *Service) programByID(ctx context.Context, id uuid.UUID) (Program, error) {
	ps, err := s.Programs(ctx)
	if err != nil {
		return Program{}, err
	}
	for _, p := range ps {
		if p.ID == id {
			return p, nil
		}
	}
	return Program{}, problem.NotFound("program")
}

func set[T any](to *T, from *T) {
	if from != nil {
		*to = *from
	}
}

func (p ProgramPolicy) check() error {
	if len(p.CallerIDs) > callerIDsMost {
		return problem.BadField("caller_ids", "there are at most %d", callerIDsMost)
	}
	for i, id := range p.CallerIDs {
		if !callerIDForm.MatchString(id) || slices.Contains(p.CallerIDs[:i], id) {
			return problem.BadField("caller_ids", "%q is no number of 2 to 20 digits, or is there twice", id)
		}
	}
	switch l := p.Pauses; {
	case l.Longest < 0 || l.Longest > pauseLongestMost:
		return problem.BadField("pause_longest_ms", "a pause lasts 0 to %d s", int(pauseLongestMost.Seconds()))
	case l.Number < 0 || l.Number > pauseNumberMost:
		return problem.BadField("pause_number", "a call has 0 to %d pauses", pauseNumberMost)
	case l.Total < 0 || l.Total > pauseTotalMost:
		return problem.BadField("pause_total_ms", "the pauses of a call last 0 to %d s", int(pauseTotalMost.Seconds()))
	case l.Total < l.Longest:
		return problem.BadField("pause_total_ms", "all pauses together cannot be shorter than one")
	}
	return nil
}

func (p ProgramPolicy) detail() map[string]any {
	return map[string]any{"pause_longest_ms": p.Pauses.Longest.Milliseconds(), "pause_number": p.Pauses.Number,
		"pause_total_ms": p.Pauses.Total.Milliseconds(), "show_monitoring": p.ShowMonitoring, "caller_ids": p.CallerIDs}
}
