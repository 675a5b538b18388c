package store

import (
	"context"
	"log/slog"
	"testing"
	"time"

	"github.com/google/uuid"

	"huifang/internal/access"
	"huifang/internal/audit"
	"huifang/internal/calendar"
	"huifang/internal/call"
	"huifang/internal/callback"
	"huifang/internal/customer"
	"huifang/internal/problem"
	"huifang/internal/switchboard"
	"huifang/internal/testkit/pg"
)

var kit *pg.Kit // set by TestMain only

func TestMain(m *testing.M) {
	pg.Main(m, &kit, func(ctx context.Context, dsn string) error {
		s, err := Open(ctx, Config{DSN: dsn, Logger: slog.New(slog.DiscardHandler)})
		if err != nil {
			return err
		}
		defer s.Close()
		if err := s.Migrate(ctx); err != nil {
			return err
		}
		return s.Migrate(ctx) // a second time does nothing
	})
}

// world is a database with one agent, one customer, one program and one task.
type world struct {
	*Store
	t       testing.TB
	at      time.Time
	user    access.User
	cust    customer.Customer
	program callback.Program
	task    callback.Task
	branch  uuid.UUID // of the agent, see settle
}

func open(t testing.TB) *Store {
	t.Helper()
	s, err := Open(t.Context(), Config{DSN: kit.New(t), Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

func newWorld(t *testing.T) *world {
	t.Parallel()
	return newWorldOf(t)
}

func newWorldOf(t testing.TB) *world {
	w := &world{Store: open(t), t: t, at: time.Date(2026, 11, 23, 2, 0, 0, 123456000, time.UTC)}
	w.user = w.addUser("chen", access.RoleAgent)
	w.program = callback.Program{ID: uuid.New(), Code: "P1", NameZH: "回访", NameEN: "Call-back", MinRing: 20 * time.Second, MaxRing: 45 * time.Second,
		MinAttempts: 3, Spacing: 2 * time.Hour, Windows: callback.DefaultWindows(), GovernmentWindows: callback.DefaultGovernmentWindows(), Calendar: calendar.House, HoursVersion: 1,
		Retention: callback.Retention{Years: 3, Basis: callback.FromCallEnd}, ConfirmAgentHangup: true, RecordingNotice: true,
		Script:        callback.Script{Version: 1, Chinese: []callback.ScriptPart{{Key: "a", Title: "b", Text: "c"}}},
		Questionnaire: callback.Questionnaire{Version: 2, Items: []callback.Item{{Key: "s", Kind: callback.ItemSatisfaction, Required: true}}}, CreatedAt: w.at}
	w.ok(w.InsertProgram(t.Context(), w.program, w.event("program.created")))
	w.cust = w.addCustomer("C1", "王小明", "+8613800138000")
	w.task = w.addTask("T1", w.cust, w.user)
	return w
}

func (w *world) ok(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

// settle gives the agent a department, and with it a branch.
func (w *world) settle() {
	w.t.Helper()
	w.branch = uuid.New()
	w.exec(`INSERT INTO branch VALUES ($1, 'east')`, w.branch)
	w.exec(`INSERT INTO department VALUES ($1, $2, 'service')`, uuid.New(), w.branch)
	w.exec(`UPDATE app_user SET department_id = (SELECT id FROM department) WHERE id = $1`, w.user.ID)
}

func (w *world) event(action string) audit.Event {
	return audit.Event{At: w.at, ActorID: w.user.ID, Action: action, ObjectKind: "x", ObjectID: "1", Detail: map[string]any{"n": 1}}
}

func (w *world) addUser(login string, roles ...access.Role) access.User {
	w.t.Helper()
	u := access.User{ID: uuid.New(), Login: login, Name: login, StaffNumber: "S-" + login, Roles: roles, Languages: []string{"zh-CN", "en"}, CreatedAt: w.at}
	w.ok(w.InsertUser(w.t.Context(), u, "hash", audit.Event{At: w.at, Action: "user.created"}))
	return u
}

func (w *world) addCustomer(code, name, number string) customer.Customer {
	w.t.Helper()
	c := customer.Customer{ID: uuid.New(), Code: code, Kind: customer.KindInvestor, Name: name, Language: "zh-CN", TimeZone: "Asia/Shanghai",
		ContactPoints: []customer.ContactPoint{{ID: uuid.New(), Number: customer.StoredNumber(number), Label: "mobile"}}, CreatedAt: w.at, UpdatedAt: w.at}
	w.ok(w.InsertCustomer(w.t.Context(), c, w.event("customer.created")))
	return c
}

func (w *world) addTask(key string, c customer.Customer, u access.User) callback.Task {
	w.t.Helper()
	t := callback.Task{ID: uuid.New(), ProgramID: w.program.ID, CustomerID: c.ID, AssigneeID: u.ID, Source: callback.SourceManual, SourceKey: key,
		State: callback.TaskOpen, DueAt: w.at.Add(time.Hour), CreatedAt: w.at, UpdatedAt: w.at}
	w.ok(w.InsertTask(w.t.Context(), t, w.event("task.created")))
	return t
}

// openCall gives a new call of the world's task, not opened yet.
func (w *world) newCall() switchboard.NewCall {
	return switchboard.NewCall{CallID: uuid.New(), RecordingID: uuid.New(), TaskID: w.task.ID, CustomerID: w.cust.ID,
		ContactPointID: w.cust.ContactPoints[0].ID, AgentID: w.user.ID, Instance: "one", At: w.at}
}

func (w *world) attempt(c switchboard.NewCall, date time.Time, window string) switchboard.NewAttempt {
	return switchboard.NewAttempt{AttemptID: uuid.New(), CallID: c.CallID, TaskID: c.TaskID, Ordinal: 1, Trunk: "a", CallerID: "10086",
		Number: "+8613800138000", SlotDate: date, SlotWindow: window, At: c.At.Add(time.Second)}
}

func (w *world) verdict(a switchboard.NewAttempt, o call.Outcome, counted bool) switchboard.Verdict {
	v := switchboard.Verdict{AttemptID: a.AttemptID, CallID: a.CallID, TaskID: a.TaskID, FirstResponseAt: a.At.Add(time.Second),
		RingingAt: a.At.Add(2 * time.Second), RingingSignal: call.Signal180, EndedAt: a.At.Add(40 * time.Second), EndedBy: call.PartyNetwork,
		SIPCode: 480, SIPReason: "Temporarily Unavailable", Q850Cause: 19, Outcome: o, RingMs: 38000, RingOK: true, Counted: counted, LastOfCall: true}
	return v
}

// made puts a whole call of the task through the ledger and leaves the task
// open for the next, as the record would.
func (w *world) made(date time.Time, window string, o call.Outcome, counted bool) (switchboard.NewCall, switchboard.NewAttempt) {
	w.t.Helper()
	ctx := w.t.Context()
	c := w.newCall()
	w.ok(w.OpenCall(ctx, c))
	a := w.attempt(c, date, window)
	w.ok(w.OpenAttempt(ctx, a))
	v := w.verdict(a, o, counted)
	w.ok(w.CloseAttempt(ctx, v))
	w.ok(w.EndCall(ctx, switchboard.Ending{CallID: c.CallID, TaskID: c.TaskID, At: v.EndedAt, Outcome: o, EndedBy: call.PartyNetwork}))
	r := w.record(c)
	r.Disposition, r.Problems, r.Handling = callback.DispositionNoContact, "none", "none"
	r.State, r.FinishedAt = callback.RecordFinal, v.EndedAt
	was := w.taskNow().Task
	next := was
	next.State, next.UpdatedAt = callback.TaskWaiting, v.EndedAt.Add(time.Second)
	w.ok(w.SaveRecord(ctx, &callback.RecordSave{Record: r, CloseCall: true, Task: &next,
		TaskWas: callback.Guard{State: was.State, UpdatedAt: was.UpdatedAt}}, w.event("record.finished")))
	return c, a
}

func (w *world) exec(sql string, args ...any) {
	w.t.Helper()
	_, err := w.pool.Exec(w.t.Context(), sql, args...)
	w.ok(err)
}

// plain gives the mapped error of plain SQL.
func (w *world) plain(sql string, args ...any) error {
	_, err := w.pool.Exec(w.t.Context(), sql, args...)
	return mapError("run plain sql", err)
}

func wantRefused(t *testing.T, err error, rule string) {
	t.Helper()
	p, ok := asProblem(err)
	if !ok || p.Code != problem.CodeRefused || p.Rule != rule {
		t.Fatalf("got %v, want a refusal by rule %s", err, rule)
	}
}

func wantCode(t *testing.T, err error, code problem.Code, reason string) {
	t.Helper()
	p, ok := asProblem(err)
	if !ok || p.Code != code || p.Reason != reason {
		t.Fatalf("got %v, want %s %s", err, code, reason)
	}
}
