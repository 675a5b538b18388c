package duty

import (
	"huifang/internal/calendar"
)

// Changes are what makes the duties what is owed.
type Changes struct {
	Make     []Owed
	Move     []Duty // with what is owed now
	Withdraw []Duty // with the reason
}

// Empty reports whether nothing changes.
func (c Changes) Empty() bool { return len(c.Make)+len(c.Move)+len(c.Withdraw) == 0 }

// Why duties are withdrawn, as it is stored.
const (
	ReasonNotOwed = "no longer owed" // the event was withdrawn, or the rule does not speak of the customer any more
)

// Reconcile compares what is owed with the duties that there are. Of a day of
// the calendar that is past, whose duty is still open, a plan says nothing: it
// stays.
func Reconcile(owed []Owed, there []Duty, rules []Rule, today calendar.Date) (c Changes) {
	known := make(map[Key]Duty, len(there))
	for _, d := range there {
		known[d.Key] = d
	}
	wanted := make(map[Key]bool, len(owed))
	for _, o := range owed {
		wanted[o.Key] = true
		d, is := known[o.Key]
		switch {
		case !is:
			c.Make = append(c.Make, o)
		case d.State.Closed():
			// Done: nothing moves it.
		case d.State == Withdrawn || d.Owed != o:
			d.Owed = o
			c.Move = append(c.Move, d)
		}
	}
	byDay := make(map[[16]byte]bool, len(rules))
	for _, r := range rules {
		if len(r.Versions) > 0 {
			t := r.Latest().Settings.Trigger
			byDay[r.ID] = t == OnBirthday || t == OnFestival || t == OnMonth
		}
	}
	for _, d := range there {
		if (d.State == Planned || d.State == Open) && !wanted[d.Key] && !(byDay[d.RuleID] && d.Deadline().Before(today)) {
			d.Reason = ReasonNotOwed
			c.Withdraw = append(c.Withdraw, d)
		}
	}
	return c
}

// Result is how a duty stands on a day (Rule R-03).
type Result string

// The results. A duty whose customer was proven to be unreachable, or whose task
// was cancelled, was missed: nobody called back.
const (
	InTime Result = "in_time"
	Late   Result = "late"
	Waits  Result = "open"
	Missed Result = "missed"
	None   Result = "" // withdrawn
)

// Results lists those that count.
func Results() []Result { return []Result{InTime, Late, Waits, Missed} }

// ResultOn judges a duty on a day.
func (d Duty) ResultOn(today calendar.Date) Result {
	switch {
	case d.State == Withdrawn:
		return None
	case d.State == Done && d.Deadline().Before(d.ClosedOn):
		return Late
	case d.State == Done:
		return InTime
	case d.State.Closed(), d.Deadline().Before(today):
		return Missed
	}
	return Waits
}
