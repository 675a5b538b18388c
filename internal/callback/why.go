package callback

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"

	"huifang/internal/access"
	"huifang/internal/calendar"
)

// CheckVerdict is what became of one check of the gate.
type CheckVerdict string

// The verdicts.
const (
	CheckPassed  CheckVerdict = "passed"
	CheckRefused CheckVerdict = "refused"
	CheckWarned  CheckVerdict = "warned"  // it does not refuse
	CheckUnasked CheckVerdict = "unasked" // another check has settled it
)

// GateCheck is one check with its verdict. Refusal is set when it refuses or
// warns.
type GateCheck struct {
	Key     string // closed set, the page translates it
	Rule    string // requirement id; empty when none is behind it
	Verdict CheckVerdict
	Refusal Refusal
}

// Why answers "why can I not call now, and when can I": every check of the gate
// with its verdict, and the next permitted times. Rules T-04, T-05, C-24.
type Why struct {
	Decision
	TaskID, AgentID uuid.UUID
	AgentName       string
	Now             time.Time
	Zone            string // of the customer
	Checks          []GateCheck
	Openings        []Opening // the next by hours and spacing, at most five
	AppointmentAt   time.Time // zero: none is to come
	// Needs are refusals that do not end by themselves: somebody must act first.
	Needs []Reason
}

const openingsShown = 5

// gateChecks are the checks in the order in which the gate asks them.
func gateChecks() []struct {
	key, rule string
	reasons   []Reason
} {
	type c = struct {
		key, rule string
		reasons   []Reason
	}
	return []c{
		{"agent_free", "", []Reason{ReasonAgentBusy}},
		{"records", "C-01", []Reason{ReasonWrapupPending}},
		{"task", "", []Reason{ReasonLineInUse, ReasonTaskClosed, ReasonTaskDataCheck}},
		{"assignment", "C-15", []Reason{ReasonNotAssigned}},
		{"interest", "C-15", []Reason{ReasonConflictCustomer, ReasonConflictDepartment}},
		{"wish", "C-14", []Reason{ReasonDoNotCall}},
		{"consent", "T-14", []Reason{ReasonConsentMissing}},
		{"number", "", []Reason{ReasonPointForeign, ReasonPointInvalid, ReasonNumberNotPermitted}},
		{"day", "T-05", []Reason{ReasonNotWorkingDay}},
		{"hours", "T-05", []Reason{ReasonOutsideWindow}},
		{"spacing", "T-04", []Reason{ReasonSlotUsed, ReasonWindowUsedUp, ReasonSpacingTime}},
		{"recorder", "T-01", []Reason{ReasonRecorderUnhealthy}},
		{"storage", "T-01", []Reason{ReasonStorageUnhealthy}},
		{"trunk", "T-07", []Reason{ReasonNoTrunk, ReasonTrunkFull}},
		{"rate", "", []Reason{ReasonAgentRate}},
		{"line", "", []Reason{ReasonAgentNotReady, ReasonNoMedia}},
	}
}

// Explain judges and lists every check. It is pure, as [Judge] is.
func Explain(f Facts) Why {
	w := Why{Decision: Judge(f), TaskID: f.View.Task.ID, AgentID: f.Agent.ID, AgentName: f.Agent.Name, Now: f.Now, Zone: f.Plan.Zone.String()}
	appointed := appointmentNow(f.View.Task.AppointmentAt, f.Now)
	_, _, inWindow := f.Plan.windowAt(f.Now)
	for _, c := range gateChecks() {
		at := slices.IndexFunc(w.Refusals, func(r Refusal) bool { return slices.Contains(c.reasons, r.Reason) })
		check := GateCheck{Key: c.key, Rule: c.rule, Verdict: CheckPassed}
		switch {
		case at >= 0:
			check.Verdict, check.Refusal = CheckRefused, w.Refusals[at]
			check.Rule = cmp.Or(check.Refusal.Rule, c.rule)
		case appointed && slices.Contains([]string{"day", "hours", "spacing"}, c.key):
			check.Verdict, check.Rule = CheckUnasked, "C-24" // an appointment is always allowed
		case c.key == "spacing" && !inWindow, c.key == "hours" && !f.Plan.Calendar.WorkingDay(calendar.DateOf(f.Now.In(f.Plan.Zone))):
			check.Verdict = CheckUnasked
		case c.key == "consent" && f.View.Program.Consent == "":
			check.Verdict = CheckUnasked
		case c.key == "line" && f.Line == nil:
			check.Verdict = CheckUnasked
		}
		w.Checks = append(w.Checks, check)
	}
	for _, r := range w.Refusals {
		if r.AllowedAt.IsZero() && !r.Overridable() {
			w.Needs = append(w.Needs, r.Reason)
		}
	}
	from := f.Now
	for len(w.Openings) < openingsShown {
		o, ok := f.Plan.Next(from)
		if !ok {
			break
		}
		w.Openings, from = append(w.Openings, o), o.Until
	}
	if _, until := appointmentSpan(f.View.Task.AppointmentAt); !f.View.Task.AppointmentAt.IsZero() && until.After(f.Now) {
		w.AppointmentAt = f.View.Task.AppointmentAt
	}
	w.Checks = append(w.Checks, w.calendarCheck(f), languageCheck(f))
	return w
}

// calendarCheck warns when the days until the last opening shown are not all
// announced. Rule T-05.
func (w Why) calendarCheck(f Facts) GateCheck {
	c := GateCheck{Key: "calendar", Rule: "T-05", Verdict: CheckPassed}
	last := f.Now
	if n := len(w.Openings); n > 0 {
		last = w.Openings[n-1].From
	}
	for year := f.Now.In(f.Plan.Zone).Year(); year <= last.In(f.Plan.Zone).Year(); year++ {
		if !f.Plan.Calendar.Announced(year) {
			c.Verdict = CheckWarned
			c.Refusal = Refusal{Rule: "T-05", Reason: ReasonCalendarNotAnnounced, Detail: "the public holidays of this year are not known; weekdays count as working days", Params: map[string]any{"year": year}}
			break
		}
	}
	return c
}

// languageCheck warns when the agent does not speak the customer's. Rule T-11.
func languageCheck(f Facts) GateCheck {
	c := GateCheck{Key: "language", Rule: "T-11", Verdict: CheckPassed}
	if !Speaks(f.Agent, f.View.Customer.Language) {
		c.Verdict = CheckWarned
		c.Refusal = Refusal{Rule: "T-11", Reason: ReasonLanguage, Detail: "the agent does not speak the customer's language", Params: map[string]any{"language": f.View.Customer.Language}}
	}
	return c
}

// Why explains the gate's word on a task: for the agent who asks, or as a
// supervisor for whoever has the task, or somebody named.
func (s *Service) Why(ctx context.Context, who access.Principal, taskID, agentID uuid.UUID) (Why, error) {
	v, err := s.own(ctx, who, taskID)
	if err != nil {
		return Why{}, err
	}
	if !who.Has(access.RoleSupervisor) {
		agentID = who.User.ID
	}
	for _, id := range []uuid.UUID{v.Task.AssigneeID, v.HolderID, who.User.ID} {
		if agentID == uuid.Nil {
			agentID = id
		}
	}
	f, err := s.cfg.Gate.facts(ctx, GateRequest{AgentID: agentID, TaskID: taskID})
	if err != nil {
		return Why{}, fmt.Errorf("explain task %s: %w", taskID, err)
	}
	return Explain(f), nil
}
