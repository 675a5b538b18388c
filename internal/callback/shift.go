package callback

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"

	"huifang/internal/access"
	"huifang/internal/audit"
	"huifang/internal/calendar"
	"huifang/internal/problem"
)

// ShiftHours are when shifts end in the house, as time since midnight in its
// zone, and how long before that open records are warned of. Rule C-23.
type ShiftHours struct {
	Ends time.Duration
	Warn time.Duration
}

// DefaultShiftHours are those that ship.
func DefaultShiftHours() ShiftHours {
	return ShiftHours{Ends: 17*time.Hour + 30*time.Minute, Warn: 45 * time.Minute}
}

// Shift is an agent's day at work.
type Shift struct {
	ID, AgentID    uuid.UUID
	StartedAt      time.Time
	EndedAt        time.Time // zero: it goes on
	EndedBy        uuid.UUID // uuid.Nil: nobody ended it, the next one began
	OverrideReason string    // a supervisor's
	LeftOpen       int       // records that were not finished
}

// ShiftState is where an agent's day stands. Rule C-23.
type ShiftState struct {
	Shift   *Shift // the one that goes on; nil: none
	EndsAt  time.Time
	WarnAt  time.Time
	Open    []Wrapup // records to be finished
	Warning bool     // it is time, and records are open
	Now     time.Time
}

// Unfinished is what somebody left open. Rule C-23.
type Unfinished struct {
	Agent    access.User
	Records  []Wrapup // oldest first
	Earlier  int      // of an earlier day
	Shift    *Shift   // the one that goes on
	LastLeft *Shift   // the last one that ended with records open
}

// Shifts keeps shifts.
type Shifts interface {
	// BeginShift does nothing while one of today goes on; one of an earlier day
	// is ended by nobody.
	BeginShift(ctx context.Context, agentID uuid.UUID, now, dayStart time.Time) error
	// OpenShift gives the one that goes on, nil when there is none.
	OpenShift(ctx context.Context, agentID uuid.UUID) (*Shift, error)
	// EndShift ends the one that goes on; the database refuses while records
	// are open and no supervisor has said why. Problem conflict when none does.
	EndShift(ctx context.Context, s Shift, e audit.Event) error
	// UnfinishedAgents lists who has open records, and the last shift of each
	// that ended so, by the oldest record.
	UnfinishedAgents(ctx context.Context) ([]uuid.UUID, error)
	LastLeftOpen(ctx context.Context, agentID uuid.UUID) (*Shift, error)
	// CountUnfinished counts records to be finished, and those of calls that
	// ended before a time.
	CountUnfinished(ctx context.Context, before time.Time) (all, earlier int, err error)
}

func (s *Service) dayStart(now time.Time) time.Time {
	return calendar.DateOf(now.In(s.cfg.Zone)).At(0, s.cfg.Zone)
}

// BeginShift notes that an agent is at work, once a day.
func (s *Service) BeginShift(ctx context.Context, agentID uuid.UUID) error {
	now := s.now()
	if err := s.store.BeginShift(ctx, agentID, now, s.dayStart(now)); err != nil {
		return fmt.Errorf("begin shift: %w", err)
	}
	return nil
}

// Shift gives where the caller's day stands. Rule C-23.
func (s *Service) Shift(ctx context.Context, who access.Principal) (ShiftState, error) {
	now := s.now()
	today := calendar.DateOf(now.In(s.cfg.Zone))
	st := ShiftState{Now: now, EndsAt: today.At(s.cfg.Shift.Ends, s.cfg.Zone)}
	st.WarnAt = st.EndsAt.Add(-s.cfg.Shift.Warn)
	var err error
	if st.Shift, err = s.store.OpenShift(ctx, who.User.ID); err != nil {
		return ShiftState{}, fmt.Errorf("look up shift: %w", err)
	}
	if st.Open, err = s.Wrapups(ctx, who); err != nil {
		return ShiftState{}, err
	}
	st.Warning = len(st.Open) > 0 && (!now.Before(st.WarnAt) || st.Open[0].EndedAt.Before(s.dayStart(now)))
	return st, nil
}

// EndShift ends the caller's day. It is refused while records are open or a
// call is live: what was called today is written up today. Rule C-23.
func (s *Service) EndShift(ctx context.Context, who access.Principal) (ShiftState, error) {
	live, _, err := s.store.LiveCalls(ctx, who.User.ID, uuid.Nil)
	if err != nil {
		return ShiftState{}, fmt.Errorf("look up live calls: %w", err)
	}
	if live {
		return ShiftState{}, problem.Refused("", string(ReasonAgentBusy), "the agent has a live call", nil)
	}
	ws, err := s.Wrapups(ctx, who)
	if err != nil {
		return ShiftState{}, err
	}
	if len(ws) > 0 {
		return ShiftState{}, problem.Refused("C-23", "records_open", "records are to be finished before the shift ends; a supervisor may say why not",
			map[string]any{"calls": len(ws), "task_id": ws[0].TaskID.String()})
	}
	if err := s.endShift(ctx, who, who.User.ID, "", audit.ActionShiftEnded); err != nil {
		return ShiftState{}, err
	}
	return s.Shift(ctx, who)
}

// OverrideShift ends an agent's day although records are open, with the reason
// of a supervisor, who does not do so for themselves. Rule C-23.
func (s *Service) OverrideShift(ctx context.Context, who access.Principal, agentID uuid.UUID, reason string) error {
	if !who.Has(access.RoleSupervisor) {
		return problem.Forbidden("supervisor_only", "only a supervisor ends a shift with open records")
	}
	if agentID == who.User.ID {
		return problem.Refused("C-23", "own_shift", "nobody excuses themselves", nil)
	}
	if reason = strings.TrimSpace(reason); reason == "" || len(reason) > maxReason {
		return problem.BadField("reason", "must have 1 to %d bytes", maxReason)
	}
	return s.endShift(ctx, who, agentID, reason, audit.ActionShiftOverridden)
}

func (s *Service) endShift(ctx context.Context, who access.Principal, agentID uuid.UUID, reason, action string) error {
	open, err := s.store.OpenShift(ctx, agentID)
	if err != nil {
		return fmt.Errorf("look up shift: %w", err)
	}
	if open == nil {
		return problem.Conflict("no_shift", "no shift is going on")
	}
	open.EndedAt, open.EndedBy, open.OverrideReason = s.now(), who.User.ID, reason
	e := audit.Event{At: open.EndedAt, ActorID: who.User.ID, Action: action, ObjectKind: "user", ObjectID: agentID.String(), Rule: "C-23", Reason: reason,
		Detail: map[string]any{"shift_id": open.ID.String(), "started_at": open.StartedAt.Format(time.RFC3339)}, IP: who.IP}
	if err := s.store.EndShift(ctx, *open, e); err != nil {
		return fmt.Errorf("end shift: %w", err)
	}
	s.AgentGone(ctx, agentID)
	s.cfg.ShiftEnded(agentID)
	return nil
}

// Unfinished lists who left what open, for supervisors. Rule C-23.
func (s *Service) Unfinished(ctx context.Context, who access.Principal) ([]Unfinished, error) {
	if !who.Has(access.RoleSupervisor) {
		return nil, problem.Forbidden("supervisor_only", "only supervisors see what others left open")
	}
	ids, err := s.store.UnfinishedAgents(ctx)
	if err != nil {
		return nil, fmt.Errorf("list open records: %w", err)
	}
	start := s.dayStart(s.now())
	out := make([]Unfinished, 0, len(ids))
	for _, id := range ids {
		u := Unfinished{}
		if u.Agent, err = s.cfg.People.User(ctx, id); err != nil {
			return nil, fmt.Errorf("look up agent: %w", err)
		}
		if u.Records, err = s.store.Wrapups(ctx, id); err != nil {
			return nil, fmt.Errorf("list open records: %w", err)
		}
		for _, w := range u.Records {
			if w.EndedAt.Before(start) {
				u.Earlier++
			}
		}
		if u.Shift, err = s.store.OpenShift(ctx, id); err != nil {
			return nil, fmt.Errorf("look up shift: %w", err)
		}
		if u.LastLeft, err = s.store.LastLeftOpen(ctx, id); err != nil {
			return nil, fmt.Errorf("look up shift: %w", err)
		}
		out = append(out, u)
	}
	return out, nil
}

// countUnfinished tells the metrics. Rule C-23.
func (s *Service) countUnfinished(ctx context.Context) error {
	all, earlier, err := s.store.CountUnfinished(ctx, s.dayStart(s.now()))
	if err != nil {
		return fmt.Errorf("count open records: %w", err)
	}
	s.cfg.Metrics.openRecords(all, earlier)
	return nil
}
