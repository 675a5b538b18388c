package store

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"huifang/internal/access"
	"huifang/internal/audit"
	"huifang/internal/calendar"
	"huifang/internal/callback"
	"huifang/internal/problem"
	"huifang/internal/switchboard"
)

// desk is the service of call-backs over the world's database, with an agent, a
// supervisor, and somebody of the department that slips go to.
type desk struct {
	*callback.Service
	w                     *world
	agent, boss, engineer access.Principal
	service, engineering  uuid.UUID // departments
}

func newDesk(t *testing.T) *desk {
	w := newWorld(t)
	w.settle()
	d := &desk{w: w}
	days, err := calendar.NewService(w.Store, func() time.Time { return w.at })
	w.ok(err)
	d.Service, err = callback.NewService(callback.ServiceConfig{Store: w.Store, Gate: &callback.Gate{}, People: w.Store, Customers: w.Store, Days: days,
		Zone: time.FixedZone("Asia/Shanghai", 8*3600), Company: callback.Words{Chinese: "汇方"}, Clock: func() time.Time { return w.at }, Logger: slog.New(slog.DiscardHandler)})
	w.ok(err)
	w.ok(d.EnsurePrograms(t.Context()))
	d.engineering, err = w.InsertDepartment(t.Context(), w.branch, "engineering")
	w.ok(err)
	engineer := w.addUser("engineer", access.RoleAgent)
	w.exec(`UPDATE app_user SET department_id = $2 WHERE id = $1`, engineer.ID, d.engineering)
	for who, id := range map[*access.Principal]uuid.UUID{&d.agent: w.user.ID, &d.engineer: engineer.ID, &d.boss: w.addUser("boss", access.RoleSupervisor).ID} {
		who.User, err = w.User(t.Context(), id)
		w.ok(err)
	}
	d.service = d.agent.User.Department.ID
	return d
}

// called makes an answered call of a task that is to be written up.
func (d *desk) called(task callback.Task) switchboard.NewCall {
	d.w.t.Helper()
	c := d.w.newCall()
	c.TaskID = task.ID
	d.w.endCall(c)
	return c
}

func final(answers map[string]any, slip *callback.SlipInput) callback.RecordInput {
	return callback.RecordInput{Final: true, Disposition: callback.DispositionCompleted, Content: "问了满意度", Problems: "无", Handling: "无", Answers: answers, Slip: slip}
}

func (d *desk) slipInput() *callback.SlipInput {
	return &callback.SlipInput{Kind: callback.SlipTechnical, Matter: "开关柜有异响", Suggestion: "派人看看", DepartmentID: d.engineering}
}

func (d *desk) slips(who access.Principal, q callback.SlipQuery) callback.SlipPage {
	d.w.t.Helper()
	p, err := d.Slips(d.w.t.Context(), who, q)
	d.w.ok(err)
	return p
}

func (d *desk) only() callback.Slip {
	d.w.t.Helper()
	p := d.slips(d.boss, callback.SlipQuery{})
	if len(p.Slips) != 1 {
		d.w.t.Fatalf("%d slips", len(p.Slips))
	}
	return p.Slips[0]
}

// second makes the second call-back of the slip with what the customer says.
func (d *desk) second(slip callback.Slip, said string) (callback.Record, error) {
	d.w.t.Helper()
	v, err := d.w.Task(d.w.t.Context(), slip.TaskID)
	d.w.ok(err)
	d.w.at = d.w.at.Add(24 * time.Hour)
	c := d.called(v.Task)
	answers := map[string]any{"solution_done": "yes", "attitude": "satisfied", "speed": "satisfied"}
	if said != "" {
		answers["result"] = said
	}
	return d.SaveRecord(d.w.t.Context(), d.agent, c.CallID, final(answers, nil))
}

func steps(t *testing.T, d *desk, id uuid.UUID) (out []string) {
	t.Helper()
	s, err := d.Slip(t.Context(), d.boss, id)
	d.w.ok(err)
	for _, e := range s.History {
		out = append(out, e.Action)
	}
	return out
}

func wantFields(t *testing.T, err error, want ...string) {
	t.Helper()
	p, ok := errors.AsType[*problem.Error](err)
	if !ok || p.Code != problem.CodeInvalid {
		t.Fatalf("got %v, want %v named", err, want)
	}
	var got []string
	for _, f := range p.Fields {
		got = append(got, f.Location)
	}
	if slices.Sort(got); !slices.Equal(got, want) {
		t.Fatalf("%v are named, want %v", got, want)
	}
}

func TestRuleC17_SlipGoesToADepartmentAndBackToTheCustomer(t *testing.T) {
	d := newDesk(t)
	w, ctx := d.w, t.Context()
	c := d.called(w.task)
	bad := map[string]any{"s": "dissatisfied"}
	_, err := d.SaveRecord(ctx, d.agent, c.CallID, final(bad, nil))
	wantFields(t, err, "slip")
	_, err = d.SaveRecord(ctx, d.agent, c.CallID, final(bad, &callback.SlipInput{Kind: "gossip", Matter: " ", DepartmentID: uuid.New()}))
	wantFields(t, err, "slip.department_id", "slip.kind", "slip.matter")
	r, err := d.SaveRecord(ctx, d.agent, c.CallID, final(bad, d.slipInput()))
	w.ok(err)
	if r.Number != "2026-11-000001" || r.Score == nil || *r.Score != 90 {
		t.Fatalf("record %s, score %v", r.Number, r.Score)
	}
	slip := d.only()
	// Monday 23 November: the fifth working day is Monday the 30th, which ends before 16:00 UTC.
	if slip.Number != "S2026-11-000001" || slip.State != callback.SlipOpen || slip.CallID != c.CallID || !slip.DueAt.Equal(time.Date(2026, 11, 30, 15, 59, 59, 0, time.UTC)) {
		t.Fatalf("%+v", slip)
	}
	// Whom it does not concern does not see it; its department does.
	stranger := access.Principal{User: w.addUser("stranger", access.RoleAgent)}
	if n := len(d.slips(stranger, callback.SlipQuery{}).Slips); n != 0 {
		t.Errorf("a stranger sees %d slips", n)
	}
	_, err = d.Slip(ctx, stranger, slip.ID)
	wantCode(t, err, problem.CodeForbidden, "not_concerned")
	if n := len(d.slips(d.engineer, callback.SlipQuery{Waiting: true}).Slips); n != 1 {
		t.Errorf("the department sees %d slips", n)
	}
	// Only its owner and supervisors answer it, and the owner is of the department.
	_, err = d.AnswerSlip(ctx, d.engineer, slip.ID, "a", "b")
	wantCode(t, err, problem.CodeForbidden, "owner_only")
	_, err = d.AssignSlip(ctx, d.boss, slip.ID, d.engineering, d.agent.User.ID, "")
	wantFields(t, err, "owner_id")
	_, err = d.AssignSlip(ctx, d.boss, slip.ID, d.service, uuid.Nil, "")
	wantFields(t, err, "reason")
	_, err = d.AssignSlip(ctx, d.boss, slip.ID, d.engineering, d.engineer.User.ID, "")
	w.ok(err)
	_, err = d.AnswerSlip(ctx, d.engineer, slip.ID, " ", "")
	wantFields(t, err, "answer", "handling")
	w.at = w.at.Add(time.Hour)
	answered, err := d.AnswerSlip(ctx, d.engineer, slip.ID, "更换触头", "已更换，请再观察")
	w.ok(err)
	task, err := w.Task(ctx, answered.Slip.TaskID)
	w.ok(err)
	if task.Task.Source != callback.SourceSlip || task.Task.AssigneeID != d.agent.User.ID || task.Program.Code != "complaint-settled" || task.Task.HardDueAt.IsZero() {
		t.Fatalf("second call-back: %+v", task.Task)
	}
	// Nobody closes it for the customer.
	_, err = d.CloseSlipUnreachable(ctx, d.boss, slip.ID, "so be it")
	wantCode(t, err, problem.CodeConflict, "call_back_open")
	wantRefused(t, w.plain(`UPDATE slip SET state = 'closed', satisfaction = 'satisfied', verified_by = record_id, closed_at = now()`), "C-17")
	wantRefused(t, w.plain(`UPDATE slip SET state = 'closed', satisfaction = 'unreachable', closed_at = now()`), "C-17")
	// The second call-back must ask; dissatisfied, it begins anew with a new clock.
	_, err = d.second(answered.Slip, "")
	wantFields(t, err, "answers.result")
	var call uuid.UUID
	w.ok(w.pool.QueryRow(ctx, `SELECT id FROM call WHERE state = 'wrapup'`).Scan(&call))
	_, err = d.SaveRecord(ctx, d.agent, call, final(map[string]any{"solution_done": "no", "solution_missing": "柜门还没换", "result": "dissatisfied", "attitude": "fair", "speed": "fair"}, nil))
	w.ok(err)
	again := d.only()
	if again.State != callback.SlipOpen || again.Round != 2 || again.Satisfaction != "dissatisfied" || again.TaskID != uuid.Nil || !again.DueAt.After(slip.DueAt) {
		t.Fatalf("still dissatisfied: %+v", again)
	}
	answered, err = d.AnswerSlip(ctx, d.engineer, slip.ID, "更换整柜", "已更换整柜")
	w.ok(err)
	_, err = d.second(answered.Slip, "satisfied")
	w.ok(err)
	closed := d.only()
	if closed.State != callback.SlipClosed || closed.Satisfaction != "satisfied" || closed.Handling != "更换整柜" {
		t.Fatalf("satisfied: %+v", closed)
	}
	if got, want := steps(t, d, slip.ID), []string{audit.ActionSlipOpened, audit.ActionSlipAssigned, audit.ActionSlipAnswered, audit.ActionSlipReopened, audit.ActionSlipAnswered, audit.ActionSlipClosed}; !slices.Equal(got, want) {
		t.Errorf("history %v, want %v", got, want)
	}
	wantRefused(t, w.plain(`UPDATE slip SET handling = 'x'`), "C-17")
	wantRefused(t, w.plain(`DELETE FROM slip`), "T-02")
	if n := d.slips(d.boss, callback.SlipQuery{}).Counts; n != (callback.SlipCounts{Closed: 1}) {
		t.Errorf("counts %+v", n)
	}
}

// The database itself keeps a record with a dissatisfied answer from being final
// without its slip, and what a slip says from being altered.
func TestRuleC17_NoDissatisfiedRecordWithoutItsSlip(t *testing.T) {
	d := newDesk(t)
	w := d.w
	c := d.called(w.task)
	r := w.record(c)
	r.State, r.FinishedAt, r.Problems, r.Handling, r.Dissatisfied = callback.RecordFinal, w.at, "none", "none", []string{"s"}
	wantRefused(t, w.SaveRecord(t.Context(), &callback.RecordSave{Record: r, CloseCall: true}, w.event("record.finished")), "C-17")
	_, err := d.SaveRecord(t.Context(), d.agent, c.CallID, final(map[string]any{"s": "dissatisfied"}, d.slipInput()))
	w.ok(err)
	wantRefused(t, w.plain(`UPDATE slip SET matter = 'nothing'`), "C-17")
	// A suggestion goes its way without anybody being dissatisfied.
	w.exec(`UPDATE task SET state = 'open', closed_at = NULL`)
	c = d.called(w.task)
	in := d.slipInput()
	in.Kind = callback.SlipSuggestion
	_, err = d.SaveRecord(t.Context(), d.agent, c.CallID, final(map[string]any{"s": "satisfied"}, in))
	w.ok(err)
	if n := d.slips(d.agent, callback.SlipQuery{CallID: c.CallID}).Slips; len(n) != 1 || n[0].Kind != callback.SlipSuggestion {
		t.Errorf("slips of the call: %+v", n)
	}
}

func TestRuleC17_UnreachableCustomerClosesTheSlipWithProof(t *testing.T) {
	d := newDesk(t)
	w, ctx := d.w, t.Context()
	c := d.called(w.task)
	_, err := d.SaveRecord(ctx, d.agent, c.CallID, final(map[string]any{"s": "dissatisfied"}, d.slipInput()))
	w.ok(err)
	slip := d.only()
	answered, err := d.AnswerSlip(ctx, d.boss, slip.ID, "换件", "已换")
	w.ok(err)
	first := answered.Slip.TaskID
	w.exec(`UPDATE task SET state = 'cancelled', closed_at = now(), close_reason = 'x' WHERE id = $1`, first)
	_, err = d.CloseSlipUnreachable(ctx, d.boss, slip.ID, "取消了")
	wantRefused(t, err, "C-17")
	again, err := d.CallAgainForSlip(ctx, d.boss, slip.ID, "被误取消")
	w.ok(err)
	if again.Slip.TaskID == first || again.Slip.TaskState != callback.TaskOpen {
		t.Fatalf("%+v", again.Slip)
	}
	w.exec(`ALTER TABLE task DISABLE TRIGGER USER`) // the proof of Rule T-04 is another test's
	w.exec(`UPDATE task SET state = 'unreachable', closed_at = now(), close_reason = 'x' WHERE id = $1`, again.Slip.TaskID)
	_, err = d.CloseSlipUnreachable(ctx, d.agent, slip.ID, "三次未接")
	wantCode(t, err, problem.CodeForbidden, "supervisor_only")
	closed, err := d.CloseSlipUnreachable(ctx, d.boss, slip.ID, "三次未接")
	w.ok(err)
	if closed.Slip.State != callback.SlipClosed || closed.Slip.Satisfaction != callback.SatisfactionUnreachable {
		t.Errorf("%+v", closed.Slip)
	}
}

func TestRuleC18_MissedClockIsNotedOnceARound(t *testing.T) {
	d := newDesk(t)
	w, ctx := d.w, t.Context()
	c := d.called(w.task)
	_, err := d.SaveRecord(ctx, d.agent, c.CallID, final(map[string]any{"s": "dissatisfied"}, d.slipInput()))
	w.ok(err)
	slip := d.only()
	w.at = slip.DueAt.Add(-time.Second)
	w.ok(d.NoteOverdueSlips(ctx))
	if s := d.only(); s.Overdue || !s.OverdueAt.IsZero() {
		t.Fatalf("overdue before its time: %+v", s)
	}
	w.at = slip.DueAt
	var all sync.WaitGroup
	for range 4 { // instances
		all.Go(func() {
			if err := d.NoteOverdueSlips(context.WithoutCancel(ctx)); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	p := d.slips(d.boss, callback.SlipQuery{Overdue: true})
	if len(p.Slips) != 1 || !p.Slips[0].Overdue || p.Counts.Overdue != 1 {
		t.Fatalf("%+v", p)
	}
	if got, want := steps(t, d, slip.ID), []string{audit.ActionSlipOpened, audit.ActionSlipOverdue}; !slices.Equal(got, want) {
		t.Errorf("history %v, want %v", got, want)
	}
}

// Many agents finish at once, some in vain: numbers have no gap and none is
// given twice.
func TestRuleC21_RecordsAreNumberedWithoutGaps(t *testing.T) {
	d := newDesk(t)
	w := d.w
	const agents = 40
	calls := make([]switchboard.NewCall, agents)
	for i := range calls {
		w.task = w.addTask(fmt.Sprintf("N%d", i), w.cust, w.user)
		calls[i] = d.called(w.task)
	}
	var all sync.WaitGroup
	var mu sync.Mutex
	var numbers []string
	for i, c := range calls {
		all.Go(func() {
			r := w.record(c)
			r.State, r.FinishedAt, r.Problems, r.Handling = callback.RecordFinal, w.at, "none", "none"
			if i%4 == 0 { // refused at the very end of its transaction
				r.Dissatisfied = []string{"s"}
			}
			save := &callback.RecordSave{Record: r, CloseCall: true, Month: "2026-11"}
			err := w.SaveRecord(t.Context(), save, w.event("record.finished"))
			if (err != nil) != (i%4 == 0) {
				t.Errorf("record %d: %v", i, err)
			}
			if err == nil {
				mu.Lock()
				defer mu.Unlock()
				numbers = append(numbers, save.Record.Number)
			}
		})
	}
	all.Wait()
	slices.Sort(numbers)
	for i, n := range numbers {
		if want := fmt.Sprintf("2026-11-%06d", i+1); n != want {
			t.Fatalf("number %d is %s, want %s", i, n, want)
		}
	}
	if len(numbers) != agents*3/4 {
		t.Errorf("%d numbers", len(numbers))
	}
	wantRefused(t, w.plain(`UPDATE number_series SET last = last + 2`), "C-21")
	wantRefused(t, w.plain(`UPDATE number_series SET last = last - 1`), "C-21")
	wantRefused(t, w.plain(`DELETE FROM number_series`), "T-02")
	wantRefused(t, w.plain(`INSERT INTO number_series VALUES ('record', '2027-01', 7)`), "C-21")
}
