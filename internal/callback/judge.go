package callback

import (
	"slices"
	"time"

	"github.com/google/uuid"

	"huifang/internal/access"
	"huifang/internal/calendar"
	"huifang/internal/customer"
)

// Facts are all that the gate judges by. [Judge] reads nothing else.
type Facts struct {
	Now            time.Time
	Agent          access.User
	View           TaskView
	ContactPointID uuid.UUID // uuid.Nil: the first that can be dialled
	Plan           Plan
	Recorder       Health // Rule T-01
	Storage        Health // Rule T-01
	Trunk          bool   // Rule T-07: one is available
	TrunkFull      bool   // those that are take no more calls now
	TrunkAskAgain  time.Time
	RateUntil      time.Time // the agent has dialled as often as is permitted; zero: not so
	Line           *Line     // nil: not asked for
	AgentLive      bool      // the agent has a live call
	TaskLive       bool      // the task is being called
	Wrapups        int       // of the agent, without final record (Rules C-01, C-23)
	OverrideReason string    // a supervisor's
	Permitted      func(customer.Number) customer.NumberVerdict
}

// Health is the state of a part that must work before anybody is dialled.
type Health struct {
	OK     bool
	Reason string // closed set of the part; empty when OK
}

// Line is the agent's softphone.
type Line struct {
	Ready bool // the agent is ready for calls
	Media bool // audio can flow
}

// judge collects refusals.
type judge struct {
	Facts
	refusals []Refusal
}

func (j *judge) refuse(rule string, reason Reason, detail string, params map[string]any) {
	j.refusals = append(j.refusals, Refusal{Rule: rule, Reason: reason, Detail: detail, Params: params})
}

func (j *judge) refuseUntil(rule string, reason Reason, detail string, params map[string]any, at time.Time) {
	j.refusals = append(j.refusals, Refusal{Rule: rule, Reason: reason, Detail: detail, Params: params, AllowedAt: at})
}

// Judge decides whether the agent may call the customer on the task now. It is
// pure: the same facts give the same decision. All refusals are named, in the
// order of the Reason constants. Rules T-01, T-04, T-05, T-07, C-14, C-15, C-24.
func Judge(f Facts) Decision {
	j := &judge{Facts: f}
	j.task()
	j.person()
	j.point()
	slot, closes := j.time()
	j.parts()
	d := Decision{Warnings: j.warnings(), NextAllowedAt: j.nextAllowed()}
	d.Refusals = j.refusals
	if f.OverrideReason != "" && f.Agent.Has(access.RoleSupervisor) {
		d.Refusals = nil
		for _, r := range j.refusals {
			if r.Overridable() {
				d.Overridden = append(d.Overridden, r)
			} else {
				d.Refusals = append(d.Refusals, r)
			}
		}
		if len(d.Overridden) > 0 {
			slot = Slot{Date: calendar.DateOf(f.Now.In(f.Plan.Zone)), Window: WindowOverride}
			closes = time.Time{}
		}
	}
	if d.Allowed = len(d.Refusals) == 0; d.Allowed {
		d.Slot, d.ClosesAt = slot, closes
	}
	return d
}

// task: is there anything to call for, and nobody on the line already.
func (j *judge) task() {
	if j.AgentLive {
		j.refuse("", ReasonAgentBusy, "the agent has a live call", nil)
	}
	if j.Wrapups > 0 {
		j.refuse("C-01", ReasonWrapupPending, "the record of an earlier call is not finished", map[string]any{"calls": j.Wrapups})
	}
	switch st := j.View.Task.State; {
	case j.TaskLive || st == TaskCalling:
		j.refuse("", ReasonLineInUse, "the task is being called", nil)
	case st.Closed():
		j.refuse("", ReasonTaskClosed, "the task is closed", map[string]any{"state": string(st)})
	case st == TaskDataCheck:
		j.refuse("", ReasonTaskDataCheck, "the customer's number must be checked first", nil)
	case st == TaskWrapup && j.Wrapups == 0:
		j.refuse("C-01", ReasonWrapupPending, "the record of the last call is not finished", map[string]any{"calls": 1})
	}
}

// person: assignment, conflict of interest, the customer's wish.
func (j *judge) person() {
	if !j.View.InHandsOf(j.Agent.ID) {
		j.refuse("C-15", ReasonNotAssigned, "the task is not assigned to this agent", nil)
	}
	j.refusals = append(j.refusals, conflicts(j.Agent, j.View.Customer)...)
	if d := j.View.Customer.DoNotCall; d != nil {
		j.refuse("C-14", ReasonDoNotCall, "the customer does not want calls",
			map[string]any{"since": d.Since.UTC().Format(time.RFC3339), "channel": string(d.Channel)})
	}
	if p := j.View.Program.Consent; p != "" { // Rule T-14
		if state, from := j.View.Customer.Consented(p, j.Now); state != customer.ConsentValid {
			j.refuseUntil("T-14", ReasonConsentMissing, "the program asks for a consent that the customer has not given, or not any more",
				map[string]any{"purpose": string(p), "state": string(state)}, from)
		}
	}
}

// Conflicts names the interests that keep somebody from calling a customer
// back, or from being given the call. Rule C-15.
func Conflicts(u access.User, c customer.Customer) []Refusal { return conflicts(u, c) }

// MayCall reports whether somebody calls customers at all.
func MayCall(u access.User) bool {
	return !u.Disabled() && u.Has(access.RoleAgent, access.RoleSupervisor)
}

// conflicts names the interests that keep somebody from calling a customer
// back. Rule C-15.
func conflicts(u access.User, c customer.Customer) []Refusal {
	var out []Refusal
	if c.AdviserID != uuid.Nil && c.AdviserID == u.ID {
		out = append(out, Refusal{Rule: "C-15", Reason: ReasonConflictCustomer, Detail: "nobody calls their own customers back"})
	}
	if c.DepartmentID != uuid.Nil && c.DepartmentID == u.Department.ID {
		out = append(out, Refusal{Rule: "C-15", Reason: ReasonConflictDepartment,
			Detail: "nobody calls customers of their own department back", Params: map[string]any{"department": c.DepartmentName}})
	}
	return out
}

// point: a contact point of this customer that can be dialled.
func (j *judge) point() {
	p, ok := pointOf(j.View.Customer, j.ContactPointID)
	switch {
	case !ok && j.ContactPointID != uuid.Nil:
		j.refuse("", ReasonPointForeign, "the contact point is not one of this customer", nil)
	case !ok:
		j.refuse("", ReasonPointInvalid, "the customer has no number that can be dialled", nil)
	case p.Invalid():
		j.refuse("", ReasonPointInvalid, "the network said that the number does not exist", nil)
	case j.Permitted != nil:
		if v := j.Permitted(p.Number); !v.Allowed {
			j.refuse("", ReasonNumberNotPermitted, "numbers of this kind may not be dialled", map[string]any{"class": string(v.Class), "prefix": v.Prefix})
		}
	}
}

// time: hours and spacing. Rules T-04, T-05, C-24.
func (j *judge) time() (Slot, time.Time) {
	p, now := j.Plan, j.Now
	slot, r, inWindow := p.windowAt(now)
	at := j.View.Task.AppointmentAt
	appointed := appointmentNow(at, now)
	var refusals []Refusal
	if inWindow {
		refusals = j.spacing(slot)
	} else {
		refusals = j.hours()
	}
	if appointed { // Rule C-24: always allowed
		_, until := appointmentSpan(at)
		if !inWindow || len(refusals) > 0 {
			return Slot{Date: calendar.DateOf(now.In(p.Zone)), Window: WindowAppointment}, until
		}
		if end := slot.Date.At(r.To, p.Zone); end.After(until) {
			until = end
		}
		return slot, until
	}
	j.refusals = append(j.refusals, refusals...)
	if len(refusals) > 0 {
		return Slot{}, time.Time{}
	}
	for _, o := range p.On(slot.Date) {
		if o.holds(now) {
			return o.Slot, o.Until
		}
	}
	return slot, slot.Date.At(r.To, p.Zone)
}

// hours: why a time outside the windows is refused. Rule T-05.
func (j *judge) hours() []Refusal {
	p := j.Plan
	d := calendar.DateOf(j.Now.In(p.Zone))
	params := map[string]any{"time_zone": p.Zone.String(), "date": d.String()}
	if c := p.Calendar.On(d); !c.Working {
		params["holiday_zh"], params["holiday_en"] = c.NameZH, c.NameEN
		return []Refusal{{Rule: "T-05", Reason: ReasonNotWorkingDay, Detail: d.String() + " is not a working day",
			Params: params, AllowedAt: j.nextAllowed()}}
	}
	params["windows"] = texts(p.Windows.On(d.Weekday()))
	return []Refusal{{Rule: "T-05", Reason: ReasonOutsideWindow, Detail: "it is outside the permitted hours at the customer's place",
		Params: params, AllowedAt: j.nextAllowed()}}
}

// spacing: why a time within the windows is refused. Rule T-04.
func (j *judge) spacing(slot Slot) []Refusal {
	p := j.Plan
	counted := p.counted()
	var out []Refusal
	add := func(reason Reason, detail string, params map[string]any) {
		out = append(out, Refusal{Rule: "T-04", Reason: reason, Detail: detail, Params: params, AllowedAt: j.nextAllowed()})
	}
	if slices.ContainsFunc(counted, func(m Mark) bool { return m.Slot == slot }) {
		add(ReasonSlotUsed, "an attempt in this window of this day counts already",
			map[string]any{"date": slot.Date.String(), "window": slot.Window})
	}
	if p.usedUp(counted) == slot.Window {
		add(ReasonWindowUsedUp, "all counted attempts lie in this window; the last must lie in another",
			map[string]any{"window": slot.Window, "counted": len(counted), "needed": p.Needed})
	}
	if last, ok := lastFailure(counted); ok && !clear(clockOf(j.Now, p.Zone), clockOf(last.DialedAt, p.Zone), p.Spacing) {
		add(ReasonSpacingTime, "it is too near to the time of day of the last failed attempt",
			map[string]any{"last_at": last.DialedAt.UTC().Format(time.RFC3339), "spacing_min": int(p.Spacing / time.Minute)})
	}
	return out
}

// parts: what must work. Rules T-01, T-07.
func (j *judge) parts() {
	if !j.Recorder.OK {
		j.refuse("T-01", ReasonRecorderUnhealthy, "the recorder is not healthy; without recorder there is no dial",
			map[string]any{"cause": j.Recorder.Reason})
	}
	if !j.Storage.OK {
		j.refuse("T-01", ReasonStorageUnhealthy, "recordings cannot be kept as they must be",
			map[string]any{"cause": j.Storage.Reason})
	}
	if !j.Trunk {
		j.refuse("T-07", ReasonNoTrunk, "no trunk is available", nil)
	} else if j.TrunkFull {
		j.refuseUntil("T-07", ReasonTrunkFull, "every trunk carries as many calls as it may", nil, j.TrunkAskAgain)
	}
	if !j.RateUntil.IsZero() {
		j.refuseUntil("", ReasonAgentRate, "the agent has dialled as often as is permitted in a minute", nil, j.RateUntil)
	}
	if j.Line != nil && !j.Line.Ready && !j.AgentLive {
		j.refuse("", ReasonAgentNotReady, "the agent is not ready", nil)
	}
	if j.Line != nil && !j.Line.Media {
		j.refuse("", ReasonNoMedia, "the agent's audio is not connected", nil)
	}
}

func (j *judge) warnings() []Refusal {
	year := j.Now.In(j.Plan.Zone).Year()
	if j.Plan.Calendar.Announced(year) {
		return nil
	}
	return []Refusal{{Rule: "T-05", Reason: ReasonCalendarNotAnnounced,
		Detail: "the public holidays of this year are not known; weekdays count as working days", Params: map[string]any{"year": year}}}
}

// nextAllowed gives the earliest time at which neither hours nor spacing
// refuse; zero when there is none in sight.
func (j *judge) nextAllowed() time.Time {
	var at time.Time
	if o, ok := j.Plan.Next(j.Now); ok {
		at = o.From
	}
	if a := j.View.Task.AppointmentAt; !a.IsZero() {
		from, until := appointmentSpan(a)
		if from.Before(j.Now) {
			from = j.Now
		}
		if !until.Before(j.Now) && (at.IsZero() || from.Before(at)) {
			at = from
		}
	}
	return at
}

// pointOf gives a contact point of the customer; uuid.Nil gives the first that
// can be dialled.
func pointOf(c customer.Customer, id uuid.UUID) (customer.ContactPoint, bool) {
	for _, p := range c.ContactPoints {
		if p.ID == id || id == uuid.Nil && !p.Invalid() {
			return p, true
		}
	}
	return customer.ContactPoint{}, false
}
