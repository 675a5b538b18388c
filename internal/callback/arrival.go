package callback

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"huifang/internal/access"
	"huifang/internal/calendar"
	"huifang/internal/call"
	"huifang/internal/customer"
)

// Arrival is a call of a customer who was recognised: it is to be answered.
type Arrival struct {
	Call           InboundCall
	View           TaskView // the task that the call is about
	ContactPointID uuid.UUID
	LastAgentID    uuid.UUID // who called last; uuid.Nil: nobody
	LastAgentName  string
	LastCallAt     time.Time
	Settings       call.Settings
}

// Arrive writes a call down, finds out who it is, and says how it is to be
// answered. ok is false when the caller does not want to be known: there is
// nobody then whom the call could be about.
func (i *Inbound) Arrive(ctx context.Context, in Ring) (a Arrival, ok bool, err error) {
	i.mu.Lock()
	defer i.mu.Unlock()
	r, known, err := i.write(ctx, in, true)
	if err != nil || r.Call.TaskID == uuid.Nil {
		return Arrival{}, false, err
	}
	a = Arrival{Call: r.Call, LastAgentID: known.LastAgentID, LastAgentName: known.LastAgentName, LastCallAt: known.LastCallAt}
	if a.View, err = i.cfg.Store.Task(ctx, r.Call.TaskID); err != nil {
		return Arrival{}, false, fmt.Errorf("look up task: %w", err)
	}
	for _, p := range a.View.Customer.ContactPoints {
		if p.Number.Reveal() == r.Call.Number.Reveal() {
			a.ContactPointID = p.ID
		}
	}
	p := a.View.Program
	a.Settings = call.Settings{Notice: p.RecordingNotice, Pauses: p.Pauses, ShowMonitoring: p.ShowMonitoring, Inbound: true, MaxWait: i.cfg.MaxWait}
	switch {
	case stranger(a.View.Customer, known):
		a.Settings.NotOffered = call.UntakenUnknown
	default:
		open, err := i.open(ctx, a.Call.At)
		if err != nil {
			return Arrival{}, false, err
		}
		if !open {
			a.Settings.NotOffered = call.UntakenOutsideHours
		}
	}
	return a, true, nil
}

// stranger reports whether nothing is known but the number, whom nobody has
// called yet.
func stranger(c customer.Customer, known KnownCaller) bool {
	return strings.HasPrefix(c.Code, callerCode) && known.LastAgentID == uuid.Nil
}

// open reports whether calls are taken now.
func (i *Inbound) open(ctx context.Context, now time.Time) (bool, error) {
	if len(i.cfg.Hours) == 0 {
		return true, nil
	}
	local := now.In(i.cfg.Zone)
	if i.cfg.Days != nil {
		cal, err := i.cfg.Days.Calendar(ctx)
		if err != nil {
			return false, fmt.Errorf("read calendar: %w", err)
		}
		if !cal.WorkingDay(calendar.DateOf(local)) {
			return false, nil
		}
	}
	clock := clockOf(now, i.cfg.Zone)
	return slices.ContainsFunc(i.cfg.Hours, func(r Range) bool { return r.From <= clock && clock < r.To }), nil
}

// Takers are the agents who may have the call, in the order in which they are
// asked: who called last, then by name those who speak the customer's language
// (Rule T-11). Nobody takes calls of their own customers or of those of their
// department (Rule C-15).
func (i *Inbound) Takers(ctx context.Context, a Arrival) ([]access.User, error) {
	users, err := i.cfg.Store.Users(ctx, access.UserFilter{Role: access.RoleAgent})
	if err != nil {
		return nil, fmt.Errorf("list agents: %w", err)
	}
	return PlanTakers(users, a.View.Customer, a.LastAgentID), nil
}

// PlanTakers decides who may take a call of a customer. It is pure.
func PlanTakers(users []access.User, c customer.Customer, last uuid.UUID) []access.User {
	var out []access.User
	for _, u := range users {
		if u.Disabled() || !u.Has(access.RoleAgent) || len(conflicts(u, c)) > 0 {
			continue
		}
		if u.ID == last || len(u.Languages) == 0 || slices.Contains(u.Languages, c.Language) {
			out = append(out, u)
		}
	}
	slices.SortStableFunc(out, func(x, y access.User) int {
		switch {
		case x.ID == last:
			return -1
		case y.ID == last:
			return 1
		}
		return cmp.Or(cmp.Compare(x.Name, y.Name), strings.Compare(x.ID.String(), y.ID.String()))
	})
	return out
}

// NotTaken makes sure that a task to call back is left of a call that no agent
// took. It may be called again.
func (i *Inbound) NotTaken(ctx context.Context, callID uuid.UUID) error {
	i.mu.Lock()
	defer i.mu.Unlock()
	c, err := i.cfg.Store.InboundCall(ctx, callID)
	if err != nil {
		return fmt.Errorf("look up inbound call: %w", err)
	}
	r, _, err := i.plan(ctx, c)
	if err != nil {
		return err
	}
	if r.Task == nil {
		return nil // there is one
	}
	if err := i.cfg.Store.InsertInbound(ctx, r, inboundEvent(r)); err != nil {
		return fmt.Errorf("leave a task: %w", err)
	}
	i.cfg.Logger.Info("inbound call not taken", "call_id", callID, "task_id", r.Task.ID)
	i.cfg.Changed(r.Task.ID, r.Task.AssigneeID)
	return nil
}
