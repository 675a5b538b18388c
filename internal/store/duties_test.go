package store

import (
	"context"
	"log/slog"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"huifang/internal/access"
	"huifang/internal/calendar"
	"huifang/internal/callback"
	"huifang/internal/dealing"
	"huifang/internal/duty"
	"huifang/internal/problem"
)

// bureau is a world with the engine and the services of duties; its clock is the
// world's.
type bureau struct {
	*world
	engine *duty.Engine
	*duty.Service
	deals *dealing.Service
	boss  access.Principal
}

func newBureau(t *testing.T) *bureau {
	w := newWorld(t)
	w.settle()
	clock := func() time.Time { return w.at }
	cal, err := calendar.NewService(w.Store, clock)
	w.ok(err)
	b := &bureau{world: w}
	b.engine, err = duty.NewEngine(duty.EngineConfig{Work: w.Store, Days: cal, Clock: clock, Logger: slog.New(slog.DiscardHandler)})
	w.ok(err)
	b.Service, err = duty.NewService(duty.ServiceConfig{Book: w.Store, Days: cal, Zone: time.FixedZone("Asia/Shanghai", 8*3600), Clock: clock})
	w.ok(err)
	b.deals, err = dealing.NewService(w.Store, clock)
	w.ok(err)
	b.boss.User = w.addUser("boss", access.RoleSupervisor)
	w.exec(`UPDATE customer SET department_id = (SELECT id FROM department)`)
	return b
}

// rule makes a rule of a template, with the world's program.
func (b *bureau) rule(code, from string) duty.Rule {
	b.t.Helper()
	all, err := duty.Templates()
	b.ok(err)
	for _, tpl := range all {
		if tpl.Code == code {
			tpl.Settings.ProgramID = b.program.ID
			r, err := b.Create(b.t.Context(), b.boss, duty.NewRule{Code: tpl.Code, Name: tpl.Name, Draft: duty.Draft{From: on(b.t, from), Settings: tpl.Settings}})
			b.ok(err)
			return r
		}
	}
	b.t.Fatalf("no template %s", code)
	return duty.Rule{}
}

func (b *bureau) happened(key string, kind dealing.Kind, day string) uuid.UUID {
	b.t.Helper()
	ps, err := b.deals.PutEvents(b.t.Context(), b.boss, []dealing.Event{{Key: key, Kind: kind, CustomerID: b.cust.ID, OccurredOn: on(b.t, day)}})
	b.ok(err)
	return ps[0].ID
}

func (b *bureau) round() duty.Tally {
	b.t.Helper()
	n, err := b.engine.Round(b.t.Context())
	b.ok(err)
	return n
}

func (b *bureau) duties(q duty.Query) []duty.Duty {
	b.t.Helper()
	p, err := b.Service.Duties(b.t.Context(), q)
	b.ok(err)
	return p.Duties
}

func (b *bureau) onlyDuty() duty.Duty {
	b.t.Helper()
	ds := b.duties(duty.Query{CustomerID: b.cust.ID})
	if len(ds) != 1 {
		b.t.Fatalf("%d duties: %+v", len(ds), ds)
	}
	return ds[0]
}

func (b *bureau) clock(text string) {
	b.t.Helper()
	at, err := time.Parse("2006-01-02 15:04", text)
	b.ok(err)
	b.at = at.Add(-8 * time.Hour) // it is said in Shanghai's time
}

// close ends the duty's task as an agent's record does.
func (b *bureau) closeTask(d duty.Duty, as callback.TaskState) {
	b.t.Helper()
	v, err := b.Task(b.t.Context(), d.TaskID)
	b.ok(err)
	was := v.Task
	next := was
	next.State, next.ClosedAt, next.ClosedBy, next.UpdatedAt, next.CloseReason = as, b.at, b.user.ID, b.at, "x"
	b.ok(b.UpdateTask(b.t.Context(), next, callback.Guard{State: was.State, UpdatedAt: was.UpdatedAt}, b.event("task.closed")))
}

func TestRuleC03_EventBecomesDutyBecomesTaskOnce(t *testing.T) {
	b := newBureau(t)
	b.rule("new-contract", "2026-01-01")
	b.clock("2026-11-02 09:00")
	b.happened("B-1", dealing.ContractSigned, "2026-11-02")
	if n := b.round(); n != (duty.Tally{Made: 1, Opened: 1}) {
		t.Fatalf("first round: %+v", n)
	}
	d := b.onlyDuty()
	v, err := b.Task(t.Context(), d.TaskID)
	b.ok(err)
	if d.State != duty.Open || v.Task.Source != callback.SourceDuty || v.Task.ProgramID != b.program.ID || v.Task.Purpose == "" {
		t.Errorf("%+v, task %+v", d, v.Task)
	}
	if got, want := v.Task.DueAt.Format(time.RFC3339)+" "+v.Task.HardDueAt.Format(time.RFC3339), "2026-11-09T15:59:59Z 2026-12-02T15:59:59Z"; got != want {
		t.Errorf("the task is due %s, want %s", got, want)
	}
	b.happened("B-1", dealing.ContractSigned, "2026-11-02")
	b.exec(`INSERT INTO duty_signal (customer_id, shard) SELECT id, duty_shard(id) FROM customer`)
	if n := b.round(); n != (duty.Tally{}) {
		t.Errorf("the same event again: %+v", n)
	}
	if err := b.plain(`INSERT INTO duty SELECT (jsonb_populate_record(d, jsonb_build_object('id', gen_random_uuid(), 'task_id', NULL, 'state', 'planned'))).* FROM duty d`); err == nil {
		t.Error("the database lets a second duty of the event in")
	}
}

func TestDuties_ACorrectedDayMovesWhatIsOpenAndNothingElse(t *testing.T) {
	b := newBureau(t)
	b.rule("new-contract", "2026-01-01")
	b.clock("2026-11-02 09:00")
	id := b.happened("B-1", dealing.ContractSigned, "2026-11-02")
	b.round()
	b.clock("2026-11-03 09:00")
	b.happened("B-1", dealing.ContractSigned, "2026-11-03")
	if n := b.round(); n != (duty.Tally{Moved: 1}) {
		t.Fatalf("%+v", n)
	}
	d := b.onlyDuty()
	v, err := b.Task(t.Context(), d.TaskID)
	b.ok(err)
	if d.Soft != on(t, "2026-11-10") || !v.Task.DueAt.Equal(time.Date(2026, 11, 10, 15, 59, 59, 0, time.UTC)) {
		t.Errorf("moved to %s, task %s", d.Soft, v.Task.DueAt)
	}
	// Its first day lies ahead now: nobody has called, so the task goes.
	b.happened("B-1", dealing.ContractSigned, "2026-11-20")
	if n := b.round(); n != (duty.Tally{Moved: 1}) {
		t.Fatalf("%+v", n)
	}
	if v, err = b.Task(t.Context(), d.TaskID); err != nil || v.Task.State != callback.TaskCancelled {
		t.Errorf("the task is %s %v", v.Task.State, err)
	}
	if d = b.onlyDuty(); d.State != duty.Planned || d.TaskID != uuid.Nil {
		t.Errorf("the duty is %s", d.State)
	}
	b.clock("2026-11-20 09:00")
	if n := b.round(); n != (duty.Tally{Opened: 1}) {
		t.Fatalf("%+v", n)
	}
	b.closeTask(b.onlyDuty(), callback.TaskDone)
	b.happened("B-1", dealing.ContractSigned, "2026-11-25")
	if n := b.round(); n != (duty.Tally{}) {
		t.Errorf("what is done is not moved: %+v", n)
	}
	if d = b.onlyDuty(); d.State != duty.Done || d.ClosedOn != on(t, "2026-11-20") || d.Result != duty.InTime {
		t.Errorf("%+v", d)
	}
	if err := b.plain(`UPDATE duty SET soft_on = soft_on + 1, hard_on = hard_on + 1`); problem.CodeOf(err) != problem.CodeRefused {
		t.Errorf("the database lets what is done be moved: %v", err)
	}
	_, err = b.deals.Withdraw(t.Context(), b.boss, id, "错误")
	b.ok(err)
	if n := b.round(); n != (duty.Tally{}) {
		t.Errorf("what is done is not withdrawn: %+v", n)
	}
}

func TestDuties_AWithdrawnEventCancelsWhatIsOpen(t *testing.T) {
	b := newBureau(t)
	b.rule("new-contract", "2026-01-01")
	b.clock("2026-11-02 09:00")
	id := b.happened("B-1", dealing.ContractSigned, "2026-11-02")
	b.round()
	task := b.onlyDuty().TaskID
	_, err := b.deals.Withdraw(t.Context(), b.boss, id, "录错客户")
	b.ok(err)
	if n := b.round(); n != (duty.Tally{Withdrawn: 1}) {
		t.Fatalf("%+v", n)
	}
	v, err := b.Task(t.Context(), task)
	b.ok(err)
	if d := b.onlyDuty(); d.State != duty.Withdrawn || d.Result != duty.None || v.Task.State != callback.TaskCancelled {
		t.Errorf("%s, task %s", d.State, v.Task.State)
	}
	b.happened("B-1", dealing.ContractSigned, "2026-11-02") // it had happened after all
	if n := b.round(); n != (duty.Tally{Moved: 1, Opened: 1}) {
		t.Fatalf("%+v", n)
	}
	if d := b.onlyDuty(); d.State != duty.Open || d.TaskID == task {
		t.Errorf("%+v", d)
	}
	// A call that is under way is left to its end.
	b.exec(`UPDATE task SET state = 'calling' WHERE id = $1`, b.onlyDuty().TaskID)
	_, err = b.deals.Withdraw(t.Context(), b.boss, id, "录错客户")
	b.ok(err)
	if n := b.round(); n != (duty.Tally{}) || b.onlyDuty().State != duty.Open {
		t.Errorf("%+v", n)
	}
}

func TestRuleC04_ACompletedCallBackMovesTheNextOne(t *testing.T) {
	b := newBureau(t)
	b.rule("yearly", "2025-01-01")
	b.clock("2026-01-15 09:00")
	b.happened("B-1", dealing.ContractSigned, "2026-01-15")
	b.round()
	if d := b.onlyDuty(); d.Due != on(t, "2026-12-15") || d.State != duty.Planned {
		t.Fatalf("%+v", d)
	}
	b.at = time.Date(2026, 3, 10, 2, 0, 0, 0, time.UTC)
	c, _ := b.made(b.at, "10:00-11:00", "answered", true)
	b.exec(`ALTER TABLE callback_record DISABLE TRIGGER guard`)
	b.exec(`UPDATE callback_record SET disposition = 'completed', contacted_at = $2 WHERE call_id = $1`, c.CallID, b.at)
	b.round()
	if d := b.onlyDuty(); d.Due != on(t, "2027-02-10") || d.Hard != on(t, "2027-03-10") {
		t.Errorf("called back on 10 March: due %s, by %s", d.Due, d.Hard)
	}
	// Done: the next one counts from there.
	b.clock("2027-02-20 10:00")
	b.round()
	b.closeTask(b.onlyDuty(), callback.TaskDone)
	b.round()
	ds := b.duties(duty.Query{CustomerID: b.cust.ID})
	if len(ds) != 2 || ds[1].Occurrence != "2" || ds[1].Due != on(t, "2028-01-20") {
		t.Errorf("%+v", ds)
	}
}

func TestRuleC14_ServedOtherwiseIsDone(t *testing.T) {
	b := newBureau(t)
	b.rule("new-contract", "2026-01-01")
	b.exec(`UPDATE customer SET do_not_call_at = now(), do_not_call_reason = 'x', do_not_call_channel = 'sms'`)
	b.clock("2026-11-02 09:00")
	b.happened("B-1", dealing.ContractSigned, "2026-11-02")
	b.round()
	d := b.onlyDuty()
	if d.Channel != duty.SMS {
		t.Fatalf("the channel is %s", d.Channel)
	}
	b.closeTask(d, callback.TaskOtherChannel)
	if d := b.onlyDuty(); d.State != duty.Done || d.Result != duty.InTime {
		t.Errorf("%+v", d)
	}
}

func TestDuties_AHolidayThatIsSetMovesWorkingDays(t *testing.T) {
	b := newBureau(t)
	b.rule("important-change", "2026-01-01")
	b.clock("2026-11-02 09:00")
	b.happened("B-1", dealing.ContractChanged, "2026-11-02")
	b.round()
	b.ok(b.SetCalendarDay(t.Context(), calendar.Override{Calendar: calendar.House, Day: on(t, "2026-11-05"), Name: "停电", ChangedAt: b.at}, b.world.event("calendar.changed")))
	if n := b.round(); n != (duty.Tally{Moved: 1}) || b.onlyDuty().Hard != on(t, "2026-11-10") {
		t.Errorf("%+v, by %s", n, b.onlyDuty().Hard)
	}
}

func TestDuties_ManyInstancesMakeEachOnce(t *testing.T) {
	b := newBureau(t)
	b.rule("new-contract", "2026-01-01")
	b.clock("2026-11-02 09:00")
	const customers = 300
	var rows []dealing.Event
	for i := range customers {
		c := b.addCustomer(uuid.NewString(), "客户", "+8613800138000")
		rows = append(rows, dealing.Event{Key: c.Code, Kind: dealing.ContractSigned, CustomerID: c.ID, OccurredOn: on(t, "2026-11-02").AddDays(-i % 10)})
	}
	_, err := b.deals.PutEvents(t.Context(), b.boss, rows)
	b.ok(err)
	var wait sync.WaitGroup
	for range 6 {
		wait.Go(func() {
			if _, err := b.engine.Round(context.WithoutCancel(t.Context())); err != nil {
				t.Error(err)
			}
		})
	}
	wait.Wait()
	b.round() // what was busy then
	var duties, tasks int
	b.ok(b.pool.QueryRow(t.Context(), `SELECT (SELECT count(*) FROM duty WHERE state = 'open'), (SELECT count(*) FROM task WHERE source = 'duty')`).Scan(&duties, &tasks))
	if duties != customers || tasks != customers {
		t.Errorf("%d duties, %d tasks of %d customers", duties, tasks, customers)
	}
}
