package callback

import (
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"

	"huifang/internal/access"
	"huifang/internal/calendar"
	"huifang/internal/call"
	"huifang/internal/customer"
	"huifang/internal/problem"
)

// shanghai is the customer's place in most tests.
func shanghai(t *testing.T) *time.Location {
	t.Helper()
	loc, err := calendar.Zone(calendar.HomeZone)
	if err != nil {
		t.Fatal(err)
	}
	return loc
}

// at reads "2026-11-24 10:30" by the clock in Shanghai.
func at(t *testing.T, s string) time.Time {
	t.Helper()
	out, err := time.ParseInLocation("2006-01-02 15:04", s, shanghai(t))
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// failed is a counted attempt at a time within the default windows.
func failed(t *testing.T, s string) Mark {
	t.Helper()
	when := at(t, s)
	p := Plan{Windows: DefaultWindows(), Calendar: vendored(t), Zone: shanghai(t)}
	slot, _, ok := p.windowAt(when)
	if !ok {
		slot = Slot{Date: calendar.DateOf(when), Window: WindowOverride}
	}
	return Mark{AttemptID: uuid.New(), CallID: uuid.New(), Slot: slot, DialedAt: when, EndedAt: when.Add(time.Minute), Outcome: call.OutcomeNoAnswer, Counted: true}
}

func vendored(t *testing.T) calendar.Calendar {
	t.Helper()
	c, err := calendar.Vendored()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// facts are those of a call that is allowed: Tuesday 2026-11-24, 10:30.
func facts(t *testing.T, marks ...Mark) Facts {
	t.Helper()
	agent := access.User{ID: uuid.New(), Name: "李娜", Roles: []access.Role{access.RoleAgent}, Department: access.Department{ID: uuid.New(), Name: "客服部"}}
	c := customer.Customer{
		ID: uuid.New(), Name: "王伟", Language: LanguageChinese, TimeZone: calendar.HomeZone, DepartmentID: uuid.New(), AdviserID: uuid.New(),
		ContactPoints: []customer.ContactPoint{{ID: uuid.New(), Number: customer.StoredNumber("+8613812341234")}},
	}
	p := DefaultProgram("yearly", Words{"年度回访", "Yearly"}, at(t, "2026-01-01 00:00"))
	task := Task{ID: uuid.New(), ProgramID: p.ID, CustomerID: c.ID, AssigneeID: agent.ID, State: TaskOpen, DueAt: at(t, "2026-11-24 18:00")}
	if len(marks) > 0 {
		task.State = TaskWaiting
	}
	f := Facts{
		Now: at(t, "2026-11-24 10:30"), Agent: agent, View: TaskView{Task: task, Customer: c, Program: p, Marks: marks},
		Recorder: Health{OK: true}, Storage: Health{OK: true}, Trunk: true, Line: &Line{Ready: true, Media: true},
	}
	var err error
	if f.Plan, err = planOf(f.View, vendored(t)); err != nil {
		t.Fatal(err)
	}
	return f
}

func reasons(d Decision) []Reason {
	out := make([]Reason, len(d.Refusals))
	for i, r := range d.Refusals {
		out[i] = r.Reason
	}
	return out
}

func refusedOnly(t *testing.T, d Decision, rule string, reason Reason) Refusal {
	t.Helper()
	if d.Allowed || len(d.Refusals) != 1 || d.Refusals[0].Rule != rule || d.Refusals[0].Reason != reason {
		t.Fatalf("want refused by %q %s alone, got allowed=%v %+v", rule, reason, d.Allowed, d.Refusals)
	}
	if d.Slot != (Slot{}) {
		t.Errorf("a refused call has no slot: %+v", d.Slot)
	}
	return d.Refusals[0]
}

func TestGate_AllowsAndNamesTheSlot(t *testing.T) {
	t.Parallel()
	f := facts(t)
	d := Judge(f)
	if !d.Allowed || len(d.Refusals) != 0 || len(d.Warnings) != 0 || d.Err() != nil {
		t.Fatalf("got %+v", d)
	}
	if want := (Slot{calendar.Date{Year: 2026, Month: 11, Day: 24}, "10:00-11:00"}); d.Slot != want {
		t.Errorf("slot %+v, want %+v", d.Slot, want)
	}
	if !d.ClosesAt.Equal(at(t, "2026-11-24 11:00")) || !d.NextAllowedAt.Equal(f.Now) {
		t.Errorf("closes at %v, next %v", d.ClosesAt, d.NextAllowedAt)
	}
}

func TestRuleT05_Hours(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name, now string
		change    func(*Facts)
		reason    Reason // empty: allowed
		allowedAt string
	}{
		{name: "first minute", now: "2026-11-24 10:00"},
		{name: "last minute", now: "2026-11-24 10:59"},
		{name: "end of the window is outside", now: "2026-11-24 11:00", reason: ReasonOutsideWindow, allowedAt: "2026-11-24 14:00"},
		{name: "before the first", now: "2026-11-24 09:59", reason: ReasonOutsideWindow, allowedAt: "2026-11-24 10:00"},
		{name: "after the last", now: "2026-11-24 16:00", reason: ReasonOutsideWindow, allowedAt: "2026-11-25 10:00"},
		{name: "Friday evening", now: "2026-11-27 18:00", reason: ReasonOutsideWindow, allowedAt: "2026-11-30 10:00"},
		{name: "Saturday", now: "2026-11-28 10:30", reason: ReasonNotWorkingDay, allowedAt: "2026-11-30 10:00"},
		{name: "make-up Saturday", now: "2026-10-10 10:30"},
		{name: "National Day, a Thursday", now: "2026-10-01 10:30", reason: ReasonNotWorkingDay, allowedAt: "2026-10-08 10:00"},
		{name: "government, afternoon begins later", now: "2026-11-24 14:30", change: func(f *Facts) { f.View.Customer.Government = true },
			reason: ReasonOutsideWindow, allowedAt: "2026-11-24 15:00"},
		{name: "government, afternoon", now: "2026-11-24 15:30", change: func(f *Facts) { f.View.Customer.Government = true }},
		{name: "customer in Urumqi lives by another clock", now: "2026-11-24 12:30", change: func(f *Facts) { f.View.Customer.TimeZone = "Asia/Urumqi" }},
		{name: "customer in Urumqi sleeps longer", now: "2026-11-24 10:30", change: func(f *Facts) { f.View.Customer.TimeZone = "Asia/Urumqi" },
			reason: ReasonOutsideWindow, allowedAt: "2026-11-24 12:00"},
		{name: "weekday with its own hours", now: "2026-11-24 19:30", change: func(f *Facts) {
			f.View.Program.Windows.Weekdays = map[time.Weekday][]Range{time.Tuesday: {{19 * time.Hour, 20 * time.Hour}}}
		}},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			f := facts(t)
			f.Now = at(t, row.now)
			if row.change != nil {
				row.change(&f)
				var err error
				if f.Plan, err = planOf(f.View, vendored(t)); err != nil {
					t.Fatal(err)
				}
			}
			d := Judge(f)
			if row.reason == "" {
				if !d.Allowed {
					t.Fatalf("refused: %+v", d.Refusals)
				}
				return
			}
			r := refusedOnly(t, d, "T-05", row.reason)
			if want := at(t, row.allowedAt); !r.AllowedAt.Equal(want) || !d.NextAllowedAt.Equal(want) {
				t.Errorf("allowed at %v, next %v, want %v", r.AllowedAt, d.NextAllowedAt, want)
			}
			if p, ok := d.Err().(*problem.Error); !ok || p.Code != problem.CodeRefused || p.Rule != "T-05" || p.Reason != string(row.reason) || p.AllowedAt.IsZero() {
				t.Errorf("as a problem: %+v", d.Err())
			}
		})
	}
}

func TestRuleT05_YearNotAnnouncedWarns(t *testing.T) {
	t.Parallel()
	f := facts(t)
	f.Now = at(t, "2027-03-02 10:30")
	d := Judge(f)
	if !d.Allowed || len(d.Warnings) != 1 || d.Warnings[0].Reason != ReasonCalendarNotAnnounced || d.Warnings[0].Params["year"] != 2027 {
		t.Errorf("a weekday of 2027 is allowed with a warning: %+v", d)
	}
}

func TestRuleT04_Spacing(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name      string
		now       string
		marks     []string
		want      []Reason
		allowedAt string
	}{
		{"second attempt the same afternoon", "2026-11-24 14:00", []string{"2026-11-24 10:30"}, nil, ""},
		{"same slot", "2026-11-24 10:50", []string{"2026-11-24 10:10"}, []Reason{ReasonSlotUsed, ReasonSpacingTime}, "2026-11-24 14:00"},
		{"next day, same time of day", "2026-11-25 10:30", []string{"2026-11-24 10:10"}, []Reason{ReasonSpacingTime}, "2026-11-25 14:00"},
		{"third needs the other window", "2026-11-26 10:30", []string{"2026-11-24 14:10", "2026-11-25 10:10"}, []Reason{ReasonSpacingTime}, "2026-11-26 14:00"},
		{"third, after two in one window, in that window", "2026-11-26 14:10", []string{"2026-11-24 14:10", "2026-11-25 15:50"},
			[]Reason{ReasonWindowUsedUp, ReasonSpacingTime}, "2026-11-27 10:00"},
		{"third in the other window", "2026-11-26 10:30", []string{"2026-11-24 14:10", "2026-11-25 15:50"}, nil, ""},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			var marks []Mark
			for _, m := range row.marks {
				marks = append(marks, failed(t, m))
			}
			f := facts(t, marks...)
			f.Now = at(t, row.now)
			d := Judge(f)
			if got := reasons(d); !slices.Equal(got, row.want) {
				t.Fatalf("refusals %v, want %v", got, row.want)
			}
			if row.allowedAt != "" && !d.NextAllowedAt.Equal(at(t, row.allowedAt)) {
				t.Errorf("next allowed at %v, want %s", d.NextAllowedAt, row.allowedAt)
			}
			for _, r := range d.Refusals {
				if r.Rule != "T-04" {
					t.Errorf("%s comes from rule %s", r.Reason, r.Rule)
				}
			}
		})
	}
}

func TestRuleT04_ExactlyTwoHoursIsClear(t *testing.T) {
	t.Parallel()
	f := facts(t, failed(t, "2026-11-23 14:00"))
	f.View.Program.Windows = Windows{Default: []Range{{9 * time.Hour, 13 * time.Hour}, {14 * time.Hour, 20 * time.Hour}}}
	var err error
	if f.Plan, err = planOf(f.View, vendored(t)); err != nil {
		t.Fatal(err)
	}
	for now, allowed := range map[string]bool{
		"2026-11-24 11:59": true, "2026-11-24 12:00": true, "2026-11-24 12:01": false, "2026-11-24 15:59": false, "2026-11-24 16:00": true,
	} {
		f.Now = at(t, now)
		if d := Judge(f); d.Allowed != allowed {
			t.Errorf("%s: allowed %v, want %v: %v", now, d.Allowed, allowed, reasons(d))
		}
	}
	f.Now = at(t, "2026-11-24 11:00")
	if d := Judge(f); !d.ClosesAt.Equal(at(t, "2026-11-24 12:00")) {
		t.Errorf("the countdown runs to where the spacing begins: %v", d.ClosesAt)
	}
}

func TestRuleT04_UncountedAttemptsDoNotSpace(t *testing.T) {
	t.Parallel()
	m := failed(t, "2026-11-24 10:10")
	m.Counted, m.Outcome = false, call.OutcomeTrunkFailure
	if d := Judge(facts(t, m)); !d.Allowed {
		t.Errorf("a failed trunk says nothing of the customer: %+v", d.Refusals)
	}
}

func TestRuleC24_AppointmentIsAlwaysAllowed(t *testing.T) {
	t.Parallel()
	appointment := at(t, "2026-11-28 20:00") // a Saturday evening
	for now, allowed := range map[string]bool{
		"2026-11-28 19:49": false, "2026-11-28 19:50": true, "2026-11-28 20:00": true, "2026-11-28 20:30": true, "2026-11-28 20:31": false,
	} {
		f := facts(t, failed(t, "2026-11-27 15:50"))
		f.View.Task.State, f.View.Task.AppointmentAt = TaskAppointment, appointment
		f.Now = at(t, now)
		d := Judge(f)
		if d.Allowed != allowed {
			t.Errorf("%s: allowed %v, want %v: %+v", now, d.Allowed, allowed, d.Refusals)
		}
		if allowed && (d.Slot.Window != WindowAppointment || !d.ClosesAt.Equal(at(t, "2026-11-28 20:30"))) {
			t.Errorf("%s: slot %+v closes %v", now, d.Slot, d.ClosesAt)
		}
		if now == "2026-11-28 19:49" && !d.NextAllowedAt.Equal(at(t, "2026-11-28 19:50")) {
			t.Errorf("next allowed at %v", d.NextAllowedAt)
		}
	}
	f := facts(t, failed(t, "2026-11-24 10:10"))
	f.View.Task.State, f.View.Task.AppointmentAt = TaskAppointment, at(t, "2026-11-24 10:40")
	if d := Judge(f); !d.Allowed || d.Slot.Window != WindowAppointment {
		t.Errorf("an appointment beats the spacing too: %+v", d)
	}
	f = facts(t)
	f.View.Task.State, f.View.Task.AppointmentAt = TaskAppointment, at(t, "2026-11-24 10:40")
	if d := Judge(f); !d.Allowed || d.Slot.Window != "10:00-11:00" || !d.ClosesAt.Equal(at(t, "2026-11-24 11:10")) {
		t.Errorf("inside a permitted window the attempt lies in that window: %+v", d)
	}
}

func TestRuleT05_SupervisorOverridesWithReason(t *testing.T) {
	t.Parallel()
	f := facts(t)
	f.Now, f.OverrideReason = at(t, "2026-11-24 20:00"), "客户来电要求"
	if d := Judge(f); d.Allowed {
		t.Error("an agent's reason is not heard")
	}
	f.Agent.Roles = append(f.Agent.Roles, access.RoleSupervisor)
	d := Judge(f)
	if !d.Allowed || d.Slot.Window != WindowOverride || len(d.Overridden) != 1 || d.Overridden[0].Reason != ReasonOutsideWindow {
		t.Errorf("a supervisor's is: %+v", d)
	}
	f.View.Customer.DoNotCall = &customer.DoNotCall{Since: f.Now}
	f.Recorder = Health{Reason: "disk_full"}
	if got := reasons(Judge(f)); !slices.Equal(got, []Reason{ReasonDoNotCall, ReasonRecorderUnhealthy}) {
		t.Errorf("only hours and spacing can be overridden: %v", got)
	}
}

// Every other refusal, one at a time, with its rule.
func TestRules_T01_T07_C14_C15_OneRefusalEach(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name, rule string
		reason     Reason
		change     func(*Facts)
	}{
		{"RuleC15 not assigned", "C-15", ReasonNotAssigned, func(f *Facts) { f.View.Task.AssigneeID = uuid.New() }},
		{"RuleC15 own customer", "C-15", ReasonConflictCustomer, func(f *Facts) { f.View.Customer.AdviserID = f.Agent.ID }},
		{"RuleC15 own department", "C-15", ReasonConflictDepartment, func(f *Facts) { f.View.Customer.DepartmentID = f.Agent.Department.ID }},
		{"RuleC14 do not call", "C-14", ReasonDoNotCall, func(f *Facts) { f.View.Customer.DoNotCall = &customer.DoNotCall{Channel: customer.ChannelSMS} }},
		{"RuleT01 recorder", "T-01", ReasonRecorderUnhealthy, func(f *Facts) { f.Recorder = Health{Reason: "spool_failed"} }},
		{"RuleT01 storage", "T-01", ReasonStorageUnhealthy, func(f *Facts) { f.Storage = Health{Reason: "not_enforced"} }},
		{"RuleT07 trunk", "T-07", ReasonNoTrunk, func(f *Facts) { f.Trunk = false }},
		{"RuleT07 trunks full", "T-07", ReasonTrunkFull, func(f *Facts) { f.TrunkFull = true }},
		{"agent dials too often", "", ReasonAgentRate, func(f *Facts) { f.RateUntil = f.Now.Add(time.Second) }},
		{"RuleC01 record open", "C-01", ReasonWrapupPending, func(f *Facts) { f.Wrapups = 1 }},
		{"RuleC01 record of this task open, another agent's", "C-01", ReasonWrapupPending, func(f *Facts) { f.View.Task.State = TaskWrapup }},
		{"closed", "", ReasonTaskClosed, func(f *Facts) { f.View.Task.State = TaskUnreachable }},
		{"data check", "", ReasonTaskDataCheck, func(f *Facts) { f.View.Task.State = TaskDataCheck }},
		{"number does not exist", "", ReasonPointInvalid, func(f *Facts) {
			f.View.Customer.ContactPoints[0].InvalidAt = f.Now
			f.ContactPointID = f.View.Customer.ContactPoints[0].ID
		}},
		{"no number left", "", ReasonPointInvalid, func(f *Facts) { f.View.Customer.ContactPoints = nil }},
		{"somebody else's number", "", ReasonPointForeign, func(f *Facts) { f.ContactPointID = uuid.New() }},
		{"number not permitted", "", ReasonNumberNotPermitted, func(f *Facts) {
			f.Permitted = func(customer.Number) customer.NumberVerdict { return customer.NumberVerdict{} }
		}},
		{"agent busy", "", ReasonAgentBusy, func(f *Facts) { f.AgentLive = true }},
		{"task is being called", "", ReasonLineInUse, func(f *Facts) { f.TaskLive = true }},
		{"agent not ready", "", ReasonAgentNotReady, func(f *Facts) { f.Line.Ready = false }},
		{"no media", "", ReasonNoMedia, func(f *Facts) { f.Line.Media = false }},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			f := facts(t)
			row.change(&f)
			r := refusedOnly(t, Judge(f), row.rule, row.reason)
			if r.Detail == "" {
				t.Error("a refusal explains itself")
			}
		})
	}
}

func TestRuleC14_DoNotCallBeatsAppointment(t *testing.T) {
	t.Parallel()
	f := facts(t)
	f.View.Task.State, f.View.Task.AppointmentAt = TaskAppointment, f.Now
	f.View.Customer.DoNotCall = &customer.DoNotCall{Since: f.Now}
	refusedOnly(t, Judge(f), "C-14", ReasonDoNotCall)
}

func TestGate_NamesAllRefusalsStrongestFirst(t *testing.T) {
	t.Parallel()
	f := facts(t)
	f.Now = at(t, "2026-11-28 10:30")
	f.View.Task.AssigneeID = uuid.New()
	f.View.Customer.DoNotCall = &customer.DoNotCall{}
	f.Trunk, f.Wrapups = false, 2
	want := []Reason{ReasonWrapupPending, ReasonNotAssigned, ReasonDoNotCall, ReasonNotWorkingDay, ReasonNoTrunk}
	got := reasons(Judge(f))
	if !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	all := Reasons()
	if !slices.IsSortedFunc(got, func(a, b Reason) int { return slices.Index(all, a) - slices.Index(all, b) }) {
		t.Error("the order is not that of the Reason constants")
	}
}
