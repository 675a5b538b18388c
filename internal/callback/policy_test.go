package callback

import (
	"errors"
	"testing"
	"time"

	"github.com/google/uuid"

	"huifang/internal/audit"
	"huifang/internal/problem"
)

func TestRuleT13_LimitsAreChangedWithinLimitsAndLogged(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	ctx := t.Context()
	id := h.mem.programs[0].ID
	pauses := h.mem.programs[0].Pauses
	minute, hour, two, hidden := time.Minute, time.Hour, 2, false
	for name, c := range map[string]ProgramChange{
		"too long": {PauseLongest: &hour}, "all shorter than one": {PauseLongest: &minute, PauseTotal: new(time.Duration)},
		"negative": {PauseNumber: func() *int { n := -1; return &n }()}, "too long together": {PauseTotal: &hour},
	} {
		var bad *problem.Error
		if _, err := h.ChangeProgram(ctx, h.boss, id, c); !errors.As(err, &bad) || bad.Code != problem.CodeInvalid {
			t.Errorf("%s: %v", name, err)
		}
	}
	if h.mem.programs[0].Pauses != pauses || len(h.mem.events) != 0 {
		t.Fatalf("a refused change changed something: %+v %v", h.mem.programs[0].Pauses, h.mem.events)
	}
	p, err := h.ChangeProgram(ctx, h.boss, id, ProgramChange{PauseLongest: &minute, PauseTotal: &minute, PauseNumber: &two, ShowMonitoring: &hidden})
	if err != nil || p.Pauses.Longest != minute || p.Pauses.Total != minute || p.Pauses.Number != 2 || p.ShowMonitoring {
		t.Fatalf("%+v %v", p, err)
	}
	if stored := h.mem.programs[0]; stored.Pauses != p.Pauses || stored.ShowMonitoring {
		t.Fatalf("%+v", stored)
	}
	if len(h.mem.events) != 1 || h.mem.events[0].Action != audit.ActionProgramChanged || h.mem.events[0].Rule != "T-13" || h.mem.events[0].ActorID != h.boss.User.ID {
		t.Fatalf("%+v", h.mem.events)
	}
	if _, err := h.ChangeProgram(ctx, h.boss, id, ProgramChange{PauseNumber: &two}); err != nil || len(h.mem.events) != 1 {
		t.Fatalf("nothing changed, and was logged: %v %v", err, h.mem.events)
	}
	if _, err := h.ChangeProgram(ctx, h.boss, uuid.New(), ProgramChange{}); err == nil {
		t.Fatal("a program that is not there was changed")
	}
}
