package store

import (
	"testing"
	"time"

	"github.com/google/uuid"

	"huifang/internal/access"
	"huifang/internal/audit"
	"huifang/internal/calendar"
	"huifang/internal/callback"
	"huifang/internal/customer"
	"huifang/internal/problem"
)

func (h *queueHouse) rules(change func(*callback.CallingRules)) callback.Program {
	h.w.t.Helper()
	ps, err := h.Programs(h.w.t.Context())
	h.w.ok(err)
	for _, p := range ps {
		if p.ID == h.w.program.ID {
			r := p.Rules()
			change(&r)
			out, err := h.SetCallingRules(h.w.t.Context(), h.admin(), p.ID, r, "试行")
			h.w.ok(err)
			return out
		}
	}
	h.w.t.Fatal("no program")
	return callback.Program{}
}

func (h *queueHouse) admin() access.Principal {
	h.w.t.Helper()
	u, _, err := h.w.UserByLogin(h.w.t.Context(), "admin")
	if err != nil {
		u = h.w.addUser("admin", access.RoleAdministrator, access.RoleSupervisor)
	}
	return access.Principal{User: u}
}

func windows(t *testing.T, ranges ...string) *callback.Windows {
	t.Helper()
	var w callback.Windows
	for _, s := range ranges {
		r, err := callback.ParseRange(s)
		if err != nil {
			t.Fatal(err)
		}
		w.Default = append(w.Default, r)
	}
	return &w
}

// Hours by kind, grade, named group and branch, one of them with a calendar of
// its own: gate and queue say the same. Rule T-05.
func TestRuleT05_HoursByGroupOfCustomers(t *testing.T) {
	h := newQueueHouse(t)
	ctx := t.Context()
	h.w.ok(h.w.InsertCalendar(ctx, calendar.Named{Code: "abroad", NameZH: "境外", NameEN: "Abroad", Base: calendar.BaseWeekdays, CreatedAt: h.w.at}, h.w.event("calendar.changed")))
	h.w.ok(h.w.SetCalendarDay(ctx, calendar.Override{Calendar: "abroad", Day: calendar.Date{Year: 2026, Month: 11, Day: 23}, ChangedAt: h.w.at}, h.w.event("calendar.changed")))
	var department uuid.UUID
	h.w.ok(h.w.pool.QueryRow(ctx, `SELECT id FROM department`).Scan(&department))
	h.rules(func(r *callback.CallingRules) {
		r.Groups = []callback.HoursGroup{
			{By: callback.HoursByGroup, Value: "夜班", Windows: windows(t, "20:00-21:00", "21:00-22:00")},
			{By: callback.HoursByKind, Value: "advertiser", Windows: windows(t, "11:00-12:00", "13:00-14:00")},
			{By: callback.HoursByGrade, Value: "A", Windows: windows(t, "09:00-10:30", "15:00-16:00")},
			{By: callback.HoursByBranch, Value: h.w.branch.String(), Calendar: "abroad"}, // shut today
		}
	})
	ten := h.w.at
	set := map[string]callback.Task{
		"ordinary":   h.task(nil),
		"government": h.task(func(_ *callback.Task, c *customer.Customer) { c.Government = true }),
		"night":      h.task(func(_ *callback.Task, c *customer.Customer) { c.Grade = "A" }), // the group comes before the grade
		"advertiser": h.task(func(_ *callback.Task, c *customer.Customer) { c.Kind = customer.KindAdvertiser }),
		"grade":      h.task(func(_ *callback.Task, c *customer.Customer) { c.Grade = "A" }),
		"branch":     h.task(func(_ *callback.Task, c *customer.Customer) { c.DepartmentID = department }),
	}
	customers, err := customer.NewService(h.w.Store, func() time.Time { return h.w.at })
	h.w.ok(err)
	_, err = customers.SetGroups(ctx, h.admin(), set["night"].CustomerID, []string{"夜班", " 夜班 "})
	h.w.ok(err)
	for _, row := range []struct {
		after time.Duration
		open  map[string]bool
	}{
		{15 * time.Minute, map[string]bool{"ordinary": true, "government": true, "grade": true}},
		{90 * time.Minute, map[string]bool{"advertiser": true}},
		{4*time.Hour + 15*time.Minute, map[string]bool{"ordinary": true}},
		{10*time.Hour + 15*time.Minute, map[string]bool{"night": true}},
	} {
		h.w.at = ten.Add(row.after)
		h.w.exec(`DELETE FROM task_claim`)
		who := h.agent("a" + row.after.String())
		got := map[uuid.UUID]bool{}
		for range row.open {
			if n := h.next(who); n.Row != nil {
				got[n.Row.Task.ID] = true
				_, err := h.Skip(ctx, who, n.Row.Task.ID, "看看还有谁")
				h.w.ok(err)
			}
		}
		if n := h.next(who); n.Row != nil {
			t.Errorf("after %v: the queue gives one too many, of %s", row.after, n.Row.Customer.Name)
		}
		for name, task := range set {
			if got[task.ID] != row.open[name] {
				t.Errorf("after %v: the queue gives %s: %v, want %v", row.after, name, got[task.ID], row.open[name])
			}
			w, err := h.Why(ctx, h.admin(), task.ID, who.User.ID)
			h.w.ok(err)
			open := true
			for _, r := range w.Refusals {
				open = open && r.Rule != "T-05"
			}
			if open != row.open[name] {
				t.Errorf("after %v: the gate lets %s through: %v, want %v", row.after, name, open, row.open[name])
			}
		}
	}
}

func TestRuleT05_RulesAreVersionedWithReasonAndAudit(t *testing.T) {
	h := newQueueHouse(t)
	ctx := t.Context()
	p := h.rules(func(r *callback.CallingRules) {
		r.Windows, r.Progressive = *windows(t, "09:00-11:00", "14:00-17:00"), true
	})
	if p.HoursVersion != 2 || !p.Progressive || p.Windows.Default[0].String() != "09:00-11:00" {
		t.Fatalf("%+v", p)
	}
	stale := p.Rules()
	stale.Version = 1
	_, err := h.SetCallingRules(ctx, h.admin(), p.ID, stale, "再来")
	wantCode(t, err, problem.CodeConflict, "changed_meanwhile")
	bad := p.Rules()
	bad.Windows, bad.Calendar, bad.Consent = *windows(t, "09:00-11:00"), "nowhere", customer.PurposeAny
	bad.Groups = []callback.HoursGroup{{By: callback.HoursByKind, Value: "nobody"}, {By: "colour", Value: "red", Calendar: calendar.House}}
	_, err = h.SetCallingRules(ctx, h.admin(), p.ID, bad, "试")
	wantFields(t, err, "calendar", "consent", "groups[0]", "groups[0].value", "groups[1].by", "windows")
	_, err = h.SetCallingRules(ctx, h.admin(), p.ID, p.Rules(), " ")
	wantCode(t, err, problem.CodeInvalid, "invalid_fields")
	vs, err := h.CallingRulesHistory(ctx, p.ID)
	if err != nil || len(vs) != 1 || vs[0].Version != 2 || vs[0].Reason != "试行" || vs[0].Name != "admin" {
		t.Errorf("%+v %v", vs, err)
	}
	es, err := h.w.Events(ctx, audit.Filter{Action: audit.ActionProgramChanged, Limit: 10})
	if err != nil || len(es) != 1 || es[0].Rule != "T-05" || es[0].Reason != "试行" {
		t.Errorf("%+v %v", es, err)
	}
}

// A program that asks for consent: the gate, the queue and the database refuse
// without one that is valid now. Rule T-14.
func TestRuleT14_NoDialWithoutValidConsent(t *testing.T) {
	h := newQueueHouse(t)
	ctx := t.Context()
	h.rules(func(r *callback.CallingRules) { r.Consent = customer.PurposeSurvey })
	h.w.exec(`UPDATE task SET state = 'open', closed_at = NULL WHERE id = $1`, h.w.task.ID)
	boss, li := h.admin(), access.Principal{User: h.w.user}
	customers, err := customer.NewService(h.w.Store, func() time.Time { return h.w.at })
	h.w.ok(err)
	refused := func() (string, time.Time) {
		t.Helper()
		d, err := h.Service.Gate(ctx, access.Principal{User: h.w.user}, h.w.task.ID, uuid.Nil)
		h.w.ok(err)
		for _, r := range d.Refusals {
			if r.Rule == "T-14" {
				return r.Params["state"].(string), r.AllowedAt
			}
		}
		return "", time.Time{}
	}
	if s, _ := refused(); s != "none" {
		t.Fatalf("the gate says %q", s)
	}
	if n := h.next(li); n.Row != nil {
		t.Fatal("the queue offers nobody without consent")
	}
	call := h.w.newCall()
	h.w.ok(h.w.OpenCall(ctx, call))
	dial := func() error { return h.w.OpenAttempt(ctx, h.w.attempt(call, h.w.at, "10:00-11:00")) }
	wantCode(t, dial(), problem.CodeRefused, "consent_missing")
	_, err = customers.AddConsent(ctx, li, h.w.cust.ID, customer.NewConsent{Purpose: customer.PurposeSurvey, Proof: customer.ProofContract, ProofRef: "HT-1"})
	wantCode(t, err, problem.CodeForbidden, "supervisor_only")
	_, err = customers.AddConsent(ctx, boss, h.w.cust.ID, customer.NewConsent{Purpose: "all", Proof: "word", ProofRef: " ", From: h.w.at, Until: h.w.at})
	wantFields(t, err, "proof", "proof_ref", "purpose", "until")
	// Of another purpose, and one that is to come.
	_, err = customers.AddConsent(ctx, boss, h.w.cust.ID, customer.NewConsent{Purpose: customer.PurposeMarketing, Proof: customer.ProofForm, ProofRef: "表 1"})
	h.w.ok(err)
	from := h.w.at.Add(time.Hour)
	_, err = customers.AddConsent(ctx, boss, h.w.cust.ID, customer.NewConsent{Purpose: customer.PurposeSurvey, Proof: customer.ProofRecording, ProofRef: "2026-11-000007", From: from, Until: from.Add(24 * time.Hour)})
	h.w.ok(err)
	if s, at := refused(); s != "not_yet" || !at.Equal(from) {
		t.Errorf("%s %v", s, at)
	}
	c, err := customers.AddConsent(ctx, boss, h.w.cust.ID, customer.NewConsent{Purpose: customer.PurposeAny, Proof: customer.ProofContract, ProofRef: "HT-2026-001 第 9 条"})
	h.w.ok(err)
	if s, _ := refused(); s != "" {
		t.Errorf("a consent to everything covers a survey: %s", s)
	}
	if err := dial(); err != nil {
		t.Errorf("the database lets it through: %v", err)
	}
	var all uuid.UUID
	for _, k := range c.Consents {
		if k.Purpose == customer.PurposeAny {
			all = k.ID
		}
	}
	_, err = customers.WithdrawConsent(ctx, li, h.w.cust.ID, all, "客户来电撤回")
	h.w.ok(err)
	_, err = customers.WithdrawConsent(ctx, boss, h.w.cust.ID, all, "再撤一次")
	wantCode(t, err, problem.CodeRefused, "consent_missing") // written once
	if _, err := h.w.pool.Exec(ctx, `UPDATE consent SET valid_until = NULL WHERE purpose = 'survey'`); err == nil {
		t.Error("a consent does not change")
	}
	h.w.at = from.Add(24 * time.Hour)
	if s, _ := refused(); s != "expired" && s != "withdrawn" {
		t.Errorf("the last one has run out: %s", s)
	}
	es, err := h.w.Events(ctx, audit.Filter{Action: audit.ActionConsentWithdrawn, Limit: 5})
	if err != nil || len(es) != 1 || es[0].Rule != "T-14" || es[0].Reason != "客户来电撤回" {
		t.Errorf("%+v %v", es, err)
	}
}

// What was called today is written up today: the shift does not end before,
// in the code nor in the database, unless a supervisor says why. Rule C-23.
func TestRuleC23_ShiftDoesNotEndWithOpenRecords(t *testing.T) {
	h := newQueueHouse(t)
	ctx := t.Context()
	li, boss := access.Principal{User: h.w.user}, h.admin()
	_, err := h.EndShift(ctx, li)
	wantCode(t, err, problem.CodeConflict, "no_shift")
	h.w.ok(h.BeginShift(ctx, li.User.ID))
	h.w.ok(h.BeginShift(ctx, li.User.ID)) // once a day
	h.w.exec(`UPDATE task SET state = 'open', closed_at = NULL WHERE id = $1`, h.w.task.ID)
	c := h.w.newCall()
	h.w.endCall(c)
	st, err := h.Shift(ctx, li)
	h.w.ok(err)
	if len(st.Open) != 1 || st.Warning || st.Shift == nil || st.EndsAt.Format("15:04") != "17:30" {
		t.Fatalf("%+v", st)
	}
	_, err = h.EndShift(ctx, li)
	wantCode(t, err, problem.CodeRefused, "records_open")
	if _, err := h.w.pool.Exec(ctx, `UPDATE shift SET ended_at = now() + interval '1 day', ended_by = agent_id`); err == nil {
		t.Error("the database refuses too")
	}
	_, err = h.NextTask(ctx, li)
	wantCode(t, err, problem.CodeRefused, "wrapup_pending")
	h.w.at = st.WarnAt
	if st, err = h.Shift(ctx, li); err != nil || !st.Warning {
		t.Errorf("it is time to warn: %+v %v", st, err)
	}
	us, err := h.Unfinished(ctx, boss)
	h.w.ok(err)
	if len(us) != 1 || us[0].Agent.ID != li.User.ID || us[0].Earlier != 0 || us[0].Shift == nil || us[0].LastLeft != nil {
		t.Fatalf("%+v", us)
	}
	_, err = h.Unfinished(ctx, li)
	wantCode(t, err, problem.CodeForbidden, "supervisor_only")
	wantCode(t, h.OverrideShift(ctx, boss, li.User.ID, " "), problem.CodeInvalid, "invalid_fields")
	wantCode(t, h.OverrideShift(ctx, boss, boss.User.ID, "急事"), problem.CodeRefused, "own_shift")
	h.w.ok(h.OverrideShift(ctx, boss, li.User.ID, "家中急事，明早补写"))
	us, err = h.Unfinished(ctx, boss)
	h.w.ok(err)
	if us[0].Shift != nil || us[0].LastLeft == nil || us[0].LastLeft.LeftOpen != 1 || us[0].LastLeft.OverrideReason != "家中急事，明早补写" {
		t.Errorf("%+v", us[0])
	}
	// The next day it is of an earlier day, and warned of from the morning on.
	h.w.at = h.w.at.Add(16 * time.Hour)
	h.w.ok(h.BeginShift(ctx, li.User.ID))
	if st, err = h.Shift(ctx, li); err != nil || !st.Warning {
		t.Errorf("%+v %v", st, err)
	}
	if all, earlier, err := h.w.CountUnfinished(ctx, h.w.at.Add(-time.Hour)); err != nil || all != 1 || earlier != 1 {
		t.Errorf("%d, %d of an earlier day: %v", all, earlier, err)
	}
	_, err = h.SaveRecord(ctx, li, c.CallID, callback.RecordInput{Final: true, Disposition: callback.DispositionOther, Content: "补写", Problems: "无", Handling: "无"})
	h.w.ok(err)
	if st, err = h.EndShift(ctx, li); err != nil || st.Shift != nil {
		t.Errorf("%+v %v", st, err)
	}
	es, err := h.w.Events(ctx, audit.Filter{Action: audit.ActionShiftOverridden, Limit: 5})
	if err != nil || len(es) != 1 || es[0].Rule != "C-23" || es[0].Reason != "家中急事，明早补写" {
		t.Errorf("%+v %v", es, err)
	}
}
