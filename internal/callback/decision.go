package callback

import (
	"maps"
	"time"

	"huifang/internal/problem"
)

// Reason is why the gate refuses; the page translates it.
type Reason string

// The closed set of reasons, in the order in which the gate names them.
const (
	ReasonAgentBusy          Reason = "agent_busy"
	ReasonWrapupPending      Reason = "wrapup_pending" // Rule C-01, C-23
	ReasonLineInUse          Reason = "line_in_use"
	ReasonTaskClosed         Reason = "task_closed"
	ReasonTaskDataCheck      Reason = "task_data_check"
	ReasonNotAssigned        Reason = "not_assigned"            // Rule C-15
	ReasonConflictCustomer   Reason = "conflict_own_customer"   // Rule C-15
	ReasonConflictDepartment Reason = "conflict_own_department" // Rule C-15
	ReasonDoNotCall          Reason = "do_not_call"             // Rule C-14
	ReasonConsentMissing     Reason = "consent_missing"         // Rule T-14
	ReasonPointForeign       Reason = "contact_point_foreign"
	ReasonPointInvalid       Reason = "contact_point_invalid"
	ReasonNumberNotPermitted Reason = "number_not_permitted"
	ReasonNotWorkingDay      Reason = "not_working_day"    // Rule T-05
	ReasonOutsideWindow      Reason = "outside_window"     // Rule T-05
	ReasonSlotUsed           Reason = "slot_used"          // Rule T-04
	ReasonWindowUsedUp       Reason = "window_used_up"     // Rule T-04
	ReasonSpacingTime        Reason = "spacing_time"       // Rule T-04
	ReasonRecorderUnhealthy  Reason = "recorder_unhealthy" // Rule T-01
	ReasonStorageUnhealthy   Reason = "storage_unhealthy"  // Rule T-01
	ReasonNoTrunk            Reason = "no_trunk"           // Rule T-07
	ReasonTrunkFull          Reason = "trunk_full"         // Rule T-07
	ReasonAgentRate          Reason = "agent_rate"         // too many dials in a minute
	ReasonAgentNotReady      Reason = "agent_not_ready"
	ReasonNoMedia            Reason = "no_media"

	// Warnings, never refusals.
	ReasonCalendarNotAnnounced Reason = "calendar_not_announced" // Rule T-05
	ReasonLanguage             Reason = "language_not_spoken"    // Rule T-11
)

// Reasons lists the closed set.
func Reasons() []Reason {
	return []Reason{ReasonAgentBusy, ReasonWrapupPending, ReasonLineInUse, ReasonTaskClosed, ReasonTaskDataCheck, ReasonNotAssigned,
		ReasonConflictCustomer, ReasonConflictDepartment, ReasonDoNotCall, ReasonConsentMissing, ReasonPointForeign, ReasonPointInvalid, ReasonNumberNotPermitted,
		ReasonNotWorkingDay, ReasonOutsideWindow, ReasonSlotUsed, ReasonWindowUsedUp, ReasonSpacingTime, ReasonRecorderUnhealthy,
		ReasonStorageUnhealthy, ReasonNoTrunk, ReasonTrunkFull, ReasonAgentRate, ReasonAgentNotReady, ReasonNoMedia, ReasonCalendarNotAnnounced, ReasonLanguage}
}

// Refusal is one thing that stands against a call.
type Refusal struct {
	Rule      string // requirement id; empty when none is behind it
	Reason    Reason
	Detail    string // one English sentence
	Params    map[string]any
	AllowedAt time.Time // when this refusal ends by itself; zero: unknown or never
}

// Overridable reports whether a supervisor may set the refusal aside with a
// logged reason: the hours (Rule T-05) and the spacing (Rule T-04).
func (r Refusal) Overridable() bool { return r.Rule == "T-04" || r.Rule == "T-05" }

// Decision is the gate's word, with all that stands against the call; the
// first refusal is the strongest.
type Decision struct {
	Allowed       bool
	Slot          Slot      // the attempt's slot if it were made now; zero when refused
	ClosesAt      time.Time // end of the span in which it is allowed; zero when refused
	Refusals      []Refusal
	Warnings      []Refusal
	NextAllowedAt time.Time // earliest time by Rules T-04, T-05 and C-24; zero: none, or now
	Overridden    []Refusal // set aside by a supervisor
}

// Err gives the strongest refusal as a problem; nil when the call is allowed.
func (d Decision) Err() error {
	if d.Allowed {
		return nil
	}
	r := d.Refusals[0]
	p := problem.Refused(r.Rule, string(r.Reason), r.Detail, maps.Clone(r.Params))
	p.AllowedAt = r.AllowedAt
	if p.AllowedAt.IsZero() && r.Overridable() {
		p.AllowedAt = d.NextAllowedAt
	}
	return p
}
