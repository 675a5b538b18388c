package callback

import (
	"cmp"
	"time"

	"huifang/internal/calendar"
)

// Kind is why a task stands where it stands on the desk.
type Kind string

// The kinds.
const (
	KindWrapup      Kind = "wrapup"      // its record is to be finished (Rules C-01, C-23)
	KindComplaint   Kind = "complaint"   // Rule C-05
	KindAppointment Kind = "appointment" // Rule C-24
	KindOverdue     Kind = "overdue"     // past its hard deadline, or past the day it was due when it has none
	KindRetry       Kind = "retry"       // the next attempt (Rule T-04)
	KindDue         Kind = "due"         // due today or earlier
	KindLater       Kind = "later"
	KindDone        Kind = "done"
)

// DeskRow is a task as the desk lists it.
type DeskRow struct {
	TaskView
	Kind   Kind
	Window CallWindow
	rank   int
}

// CallWindow says whether hours, spacing, conflicts and the customer's wish
// allow the assignee a call now; Rule and Reason name the strongest refusal.
type CallWindow struct {
	AllowedNow    bool
	ClosesAt      time.Time
	NextAllowedAt time.Time
	Rule          string
	Reason        Reason
}

// deskRow classifies a task and looks at its window.
func deskRow(v TaskView, cal calendar.Calendar, t DeskTimes) (DeskRow, error) {
	plan, err := planOf(v, cal)
	if err != nil {
		return DeskRow{}, err
	}
	r := DeskRow{TaskView: v, Kind: kindOf(v.Task, t)}
	if !v.Task.State.Closed() {
		r.Window = callWindow(v, plan, t.Now)
	}
	r.rank = rankOf(r, t.Now)
	return r, nil
}

// callWindow asks those parts of the gate that a list can show. The agent's
// conflicts (Rule C-15) are checked at assignment and again at the dial.
func callWindow(v TaskView, p Plan, now time.Time) CallWindow {
	j := &judge{Facts: Facts{Now: now, View: v, Plan: p}}
	_, closes := j.time()
	w := CallWindow{NextAllowedAt: j.nextAllowed()}
	if v.Customer.DoNotCall != nil {
		w.Rule, w.Reason, w.NextAllowedAt = "C-14", ReasonDoNotCall, time.Time{}
		return w
	}
	if v.Task.State == TaskDataCheck {
		w.Reason, w.NextAllowedAt = ReasonTaskDataCheck, time.Time{}
		return w
	}
	if len(j.refusals) > 0 {
		w.Rule, w.Reason = j.refusals[0].Rule, j.refusals[0].Reason
		return w
	}
	w.AllowedNow, w.ClosesAt = true, closes
	return w
}

func kindOf(t Task, at DeskTimes) Kind {
	switch {
	case t.State.Closed():
		return KindDone
	case t.State == TaskWrapup:
		return KindWrapup
	case t.State == TaskDataCheck:
		return KindLater
	case t.Complaint:
		return KindComplaint
	case t.State == TaskAppointment:
		return KindAppointment
	case overdue(t, at):
		return KindOverdue
	case t.State == TaskWaiting:
		return KindRetry
	case t.DueAt.Before(at.DayEnd):
		return KindDue
	}
	return KindLater
}

// overdue: the hard deadline is past or, for a task without one, the day on
// which it was due.
func overdue(t Task, at DeskTimes) bool {
	if t.HardDueAt.IsZero() {
		return t.DueAt.Before(at.DayStart)
	}
	return t.HardDueAt.Before(at.Now)
}

// rankOf gives the place: wrap-up, complaint, appointment now, overdue, attempt
// whose slot is now, due, rest, done.
func rankOf(r DeskRow, now time.Time) int {
	switch r.Kind {
	case KindWrapup:
		return 0
	case KindComplaint:
		return 1
	case KindAppointment:
		if appointmentNow(r.Task.AppointmentAt, now) {
			return 2
		}
		return 6
	case KindOverdue:
		return 3
	case KindRetry:
		if r.Window.AllowedNow {
			return 4
		}
		return 6
	case KindDue:
		return 5
	case KindDone:
		return 8
	}
	return 7
}

// compareRows orders by rank, then by what is nearest: the appointment or the
// proposed slot, the hard and the soft deadline.
func compareRows(a, b DeskRow) int {
	return cmp.Or(
		cmp.Compare(a.rank, b.rank),
		nextOf(a.Task).Compare(nextOf(b.Task)),
		a.Task.DueAt.Compare(b.Task.DueAt),
		cmp.Compare(a.Task.ID.String(), b.Task.ID.String()),
	)
}

func nextOf(t Task) time.Time {
	switch {
	case t.State.Closed():
		return t.ClosedAt
	case t.State == TaskAppointment:
		return t.AppointmentAt
	case t.State == TaskWaiting && !t.NextFrom.IsZero():
		return t.NextFrom
	case !t.HardDueAt.IsZero():
		return t.HardDueAt
	}
	return t.DueAt
}
