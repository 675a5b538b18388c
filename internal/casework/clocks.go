package casework

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"

	"huifang/internal/access"
	"huifang/internal/attachment"
	"huifang/internal/audit"
	"huifang/internal/calendar"
)

// warnSpan is how far ahead clocks are looked at: a week of holidays and more.
const warnSpan = 20 * 24 * time.Hour

// Clocks looks at the clocks of open slips and of steps: it warns
// before the time is up, notes a miss, and gives it to the next
// superior on each working day from then on until it is answered. Any instance
// may call it, as often as it likes. Rule C-18.
func (s *Service) Clocks(ctx context.Context) error {
	now := s.now()
	cal, err := s.days.Calendar(ctx)
	if err != nil {
		return fmt.Errorf("read calendar: %w", err)
	}
	all, err := s.store.Running(ctx, now.Add(warnSpan))
	if err != nil {
		return fmt.Errorf("read clocks: %w", err)
	}
	today, missed := calendar.DateOf(now.In(s.zone)), map[attachment.Object]int{}
	for _, r := range all {
		if now.Before(r.DueAt) {
			if last := calendar.DateOf(r.DueAt.In(s.zone)); !r.Warned && !warnedFrom(r.Object, today, cal).Before(last) {
				if _, err := s.store.Warn(ctx, r, now, s.clockEvent(r, now, audit.ActionSlipWarned, audit.ActionCaseWarned, nil)); err != nil {
					return fmt.Errorf("warn of %s: %w", r.Number, err)
				}
			}
			continue
		}
		missed[r.Object]++
		if err := s.missed(ctx, r, now, today, cal); err != nil {
			return err
		}
	}
	s.metrics.missed(missed)
	return nil
}

// warnedFrom is the last day of the clocks that are warned of today: slips, which
// have five days, on the working day before their last; steps, which may have one,
// on that day.
func warnedFrom(o attachment.Object, today calendar.Date, cal calendar.Calendar) calendar.Date {
	if o == attachment.OfSlip {
		return cal.WorkingDayAfter(today, 1)
	}
	return today
}

// missed notes the miss of a step, and escalates once a working day.
func (s *Service) missed(ctx context.Context, r Running, now time.Time, today calendar.Date, cal calendar.Calendar) error {
	if r.Object == attachment.OfCase && !r.Noted {
		if _, err := s.store.NoteOverdueCase(ctx, r.ID, now, s.clockEvent(r, now, "", audit.ActionCaseOverdue, map[string]any{"step": r.State})); err != nil {
			return fmt.Errorf("note overdue case %s: %w", r.Number, err)
		}
		s.log.WarnContext(ctx, "case is overdue", "case", r.Number, "step", r.State, "rule", "C-18")
	}
	if !cal.WorkingDay(today) || !calendar.DateOf(r.DueAt.In(s.zone)).Before(today) || r.LastDay >= today.String() {
		return nil
	}
	fits := func(access.User) bool { return true }
	if r.Object == attachment.OfCase {
		c, err := s.customers.Customer(ctx, r.CustomerID)
		if err != nil {
			return fmt.Errorf("look up customer: %w", err)
		}
		fits = disinterested(r.ConcernID, c)
	}
	from := r.StartID
	if len(r.Line) > 0 {
		from = r.Line[len(r.Line)-1]
	}
	u, err := s.superior(ctx, from, append([]uuid.UUID{r.StartID}, r.Line...), fits)
	if err != nil || u.ID == uuid.Nil {
		return err
	}
	e := s.clockEvent(r, now, audit.ActionSlipEscalated, audit.ActionCaseEscalated, map[string]any{"to": u.Name, "to_id": u.ID.String(), "level": len(r.Line) + 1})
	done, err := s.store.Escalate(ctx, r, u.ID, today.String(), now, e)
	if err != nil {
		return fmt.Errorf("escalate %s: %w", r.Number, err)
	}
	if done {
		s.metrics.escalated(r.Object)
		s.log.WarnContext(ctx, "missed clock escalated", "number", r.Number, "to", u.ID, "level", len(r.Line)+1, "rule", "C-18")
	}
	return nil
}

// clockEvent is the row of the history; the system is who does it.
func (s *Service) clockEvent(r Running, at time.Time, ofSlip, ofCase string, detail map[string]any) audit.Event {
	e := audit.Event{At: at, Action: ofSlip, ObjectKind: string(r.Object), ObjectID: r.ID.String(), Rule: "C-18", Detail: map[string]any{"due_at": r.DueAt.Format(time.RFC3339)}}
	if r.Object == attachment.OfCase {
		e.Action = ofCase
	}
	for k, v := range detail {
		e.Detail[k] = v
	}
	return e
}

// Waiting lists the slips and cases that wait for somebody: theirs, and those
// whose missed clock went to them, the oldest time first. Rule C-18.
func (s *Service) Waiting(ctx context.Context, who access.Principal) ([]Item, error) {
	all, err := s.store.WaitingFor(ctx, who.User.ID)
	if err != nil {
		return nil, fmt.Errorf("list what waits: %w", err)
	}
	now := s.now()
	for i := range all {
		all[i].Overdue = !now.Before(all[i].DueAt)
	}
	slices.SortStableFunc(all, func(a, b Item) int { return a.DueAt.Compare(b.DueAt) })
	return all, nil
}
