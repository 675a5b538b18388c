package backend

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"huifang/internal/access"
	"huifang/internal/attachment"
	"huifang/internal/audit"
	"huifang/internal/calendar"
	"huifang/internal/call"
	"huifang/internal/callback"
	"huifang/internal/casework"
	"huifang/internal/customer"
	"huifang/internal/disclosure"
	"huifang/internal/httpapi"
	"huifang/internal/intake"
	"huifang/internal/message"
	"huifang/internal/message/webhook"
	"huifang/internal/plan"
	"huifang/internal/problem"
	"huifang/internal/reconcile"
	"huifang/internal/replay"
	"huifang/internal/retention"
	"huifang/internal/switchboard"
	"huifang/internal/token"
	"huifang/internal/trunk"
	"huifang/internal/visit"
	"huifang/recording/archive"
	"huifang/recording/evidence"
	"huifang/recording/wav"
	"huifang/signaling/sip"
)

const digits = "13812345678"

// morning is a Tuesday, 10:30 in Beijing: within the windows of Rule T-05.
var morning = time.Date(2026, 11, 24, 2, 30, 0, 0, time.UTC)

// people are users and sessions: the token of a user is the login.
type people struct {
	access.Store
	users []access.User
}

func (p people) SessionByToken(_ context.Context, h access.TokenHash) (access.Session, access.User, error) {
	for _, u := range p.users {
		if sha256.Sum256([]byte(u.Login)) == h {
			return access.Session{ID: uuid.New(), UserID: u.ID, CreatedAt: morning, LastSeenAt: morning, ExpiresAt: morning.Add(time.Hour)}, u, nil
		}
	}
	return access.Session{}, access.User{}, problem.NotFound("session")
}

func (p people) SessionsOf(context.Context, uuid.UUID, time.Time) ([]access.Session, error) {
	return nil, nil
}

func (p people) User(_ context.Context, id uuid.UUID) (access.User, error) {
	for _, u := range p.users {
		if u.ID == id {
			return u, nil
		}
	}
	return access.User{}, problem.NotFound("user")
}

func (p people) AppendEvent(context.Context, audit.Event) error { return nil }

func (p people) Events(context.Context, audit.Filter) ([]audit.Event, error) { return nil, nil }

// work is one task with one call.
type work struct {
	callback.Store
	mu   sync.Mutex
	view callback.TaskView
	call callback.CallDetail
	err  error // of SaveRecord
}

func (w *work) Task(_ context.Context, id uuid.UUID) (callback.TaskView, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if id != w.view.Task.ID {
		return callback.TaskView{}, problem.NotFound("task")
	}
	return w.view, nil
}

func (w *work) Call(_ context.Context, id uuid.UUID) (callback.CallDetail, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if id != w.call.ID {
		return callback.CallDetail{}, problem.NotFound("call")
	}
	return w.call, nil
}

func (w *work) SaveRecord(_ context.Context, s *callback.RecordSave, _ audit.Event) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.err != nil {
		return w.err
	}
	w.call.Record = &s.Record
	if s.CloseCall {
		w.call.State = call.StateClosed
	}
	return nil
}

func (w *work) Attempts(context.Context, uuid.UUID) ([]callback.Attempt, error) { return nil, nil }
func (w *work) CallsOfTask(context.Context, uuid.UUID) ([]callback.CallDetail, error) {
	return nil, nil
}
func (w *work) Contacts(context.Context, uuid.UUID, int) ([]callback.Contact, error) { return nil, nil }
func (w *work) Wrapups(context.Context, uuid.UUID) ([]callback.Wrapup, error)        { return nil, nil }
func (w *work) Marks(context.Context, callback.MarkQuery) ([]callback.CallMark, error) {
	return nil, nil
}
func (w *work) MarkTotals(context.Context, callback.MarkQuery) ([]callback.MarkTotal, error) {
	return nil, nil
}
func (w *work) LiveCalls(context.Context, uuid.UUID, uuid.UUID) (bool, bool, error) {
	return false, false, nil
}
func (w *work) Programs(context.Context) ([]callback.Program, error) { return nil, nil }
func (w *work) CountTasks(context.Context, callback.TaskQuery, callback.DeskTimes) (callback.DeskCounts, error) {
	return callback.DeskCounts{}, nil
}
func (w *work) Tasks(context.Context, callback.TaskQuery) ([]callback.TaskView, error) {
	return nil, nil
}

// folks are no customers.
type folks struct{ customer.Store }

func (folks) Customers(context.Context, customer.Query) ([]customer.Customer, error) { return nil, nil }

// tape is one recording with the log of who listened.
type tape struct {
	replay.Store
	mu       sync.Mutex
	detail   replay.Detail
	stored   []byte
	accesses []replay.Access
	logErr   error
	read     int // bytes
	closed   int
}

func (r *tape) Recordings(context.Context, replay.Query) ([]replay.Row, error) { return nil, nil }

func (r *tape) Recording(_ context.Context, id uuid.UUID) (replay.Detail, error) {
	if id != r.detail.ID {
		return replay.Detail{}, problem.NotFound("recording")
	}
	return r.detail, nil
}

func (r *tape) HasInterest(context.Context, uuid.UUID, uuid.UUID) (bool, error)   { return false, nil }
func (r *tape) Accesses(context.Context, uuid.UUID, int) ([]replay.Access, error) { return nil, nil }
func (r *tape) Tags(context.Context, uuid.UUID) ([]replay.Tag, error)             { return nil, nil }
func (r *tape) Comments(context.Context, uuid.UUID) ([]replay.Comment, error)     { return nil, nil }
func (r *tape) Peaks(context.Context, uuid.UUID) (replay.Peaks, bool, error) {
	return replay.Peaks{}, false, nil
}

func (r *tape) AppendAccess(_ context.Context, a replay.Access) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.logErr == nil {
		r.accesses = append(r.accesses, a)
	}
	return r.logErr
}

func (r *tape) AppendEvent(context.Context, audit.Event) error { return nil }

func (r *tape) OpenAudio(context.Context, uuid.UUID) (replay.Audio, error) {
	return &sound{Reader: bytes.NewReader(r.stored), tape: r}, nil
}

func (r *tape) Check(context.Context, uuid.UUID) (replay.CheckResult, error) {
	return replay.CheckResult{}, errors.New("nothing to check")
}

// sound counts what is read of it.
type sound struct {
	*bytes.Reader
	tape *tape
}

func (s *sound) Read(p []byte) (int, error) {
	n, err := s.Reader.Read(p)
	s.tape.mu.Lock()
	s.tape.read += n
	s.tape.mu.Unlock()
	return n, err
}

func (s *sound) Close() error {
	s.tape.mu.Lock()
	s.tape.closed++
	s.tape.mu.Unlock()
	return nil
}

// board is the agents' lines.
type board struct {
	mu    sync.Mutex
	shown *switchboard.Snapshot
	freed [][2]uuid.UUID // agent, call
}

func (b *board) Presence(uuid.UUID) switchboard.Presence { return switchboard.Presence{Call: b.shown} }

func (b *board) LiveCalls() []switchboard.LiveCall { return nil }
func (b *board) RecordSaved(agentID, callID uuid.UUID) {
	b.mu.Lock()
	b.freed = append(b.freed, [2]uuid.UUID{agentID, callID})
	b.mu.Unlock()
}

// parts are those of an instance that works.
type parts struct {
	recorder callback.Health
	storage  archive.Status
	trunks   []sip.TrunkStatus
}

func (p parts) RecorderHealth() callback.Health         { return p.recorder }
func (p parts) StorageHealth() callback.Health          { return callback.Health{OK: true} }
func (p parts) TrunkAvailable() (bool, bool, time.Time) { return true, false, time.Time{} }
func (p parts) Status() archive.Status                  { return p.storage }
func (p parts) Trunks() []sip.TrunkStatus               { return p.trunks }

// noDays are no days that an administrator has set.
type noDays struct{ calendar.Store }

func (noDays) CalendarBook(context.Context) (calendar.Book, error) { return calendar.Book{}, nil }

// house is the API over the real services, whose stores are in memory.
type house struct {
	people people
	work   *work
	tape   *tape
	board  *board
	agent  access.User
	api    http.Handler
}

func must[T any](t *testing.T) func(T, error) T {
	t.Helper()
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func newHouse(t *testing.T) *house {
	t.Helper()
	user := func(role access.Role) access.User {
		return access.User{ID: uuid.New(), Login: string(role), Name: "李娜", StaffNumber: "1001", Roles: []access.Role{role}}
	}
	h := &house{board: &board{}}
	for _, role := range access.Roles() {
		h.people.users = append(h.people.users, user(role))
	}
	h.agent = h.people.users[0]
	c := customer.Customer{
		ID: uuid.New(), Code: "C1", Name: "王伟", Kind: customer.KindInvestor, Language: callback.LanguageChinese, TimeZone: calendar.HomeZone,
		ContactPoints: []customer.ContactPoint{{ID: uuid.New(), Number: customer.StoredNumber("+86" + digits)}},
	}
	program := callback.DefaultProgram("yearly", callback.Words{Chinese: "年度回访", English: "Yearly"}, morning)
	program.Questionnaire = callback.Questionnaire{Version: 1}
	task := callback.Task{ID: uuid.New(), ProgramID: program.ID, CustomerID: c.ID, AssigneeID: h.agent.ID, State: callback.TaskWrapup,
		Source: callback.SourceManual, DueAt: morning.Add(time.Hour), UpdatedAt: morning}
	h.work = &work{
		view: callback.TaskView{Task: task, Customer: c, Program: program},
		call: callback.CallDetail{ID: uuid.New(), TaskID: task.ID, CustomerID: c.ID, CustomerName: c.Name, AgentID: h.agent.ID, AgentName: h.agent.Name,
			Number: c.ContactPoints[0].Number, State: call.StateWrapup, Outcome: call.OutcomeAnswered, StartedAt: morning.Add(-time.Minute), EndedAt: morning},
	}
	const seconds = 2
	h.tape = &tape{stored: append(wav.Header(wav.ALaw, 8000*seconds, 2), bytes.Repeat([]byte{0x2a, 0xd5}, 8000*seconds)...)}
	sum := sha256.Sum256(h.tape.stored)
	h.tape.detail = replay.Detail{Row: replay.Row{ID: uuid.New(), CallID: h.work.call.ID, StartedAt: morning, DurationMs: 1000 * seconds,
		Number: c.ContactPoints[0].Number, State: "verified"}, SHA256: sum[:], Call: h.work.call}
	h.api = httpapi.NewServer(h.services(t, parts{recorder: callback.Health{OK: true}}))
	return h
}

func (h *house) services(t *testing.T, p parts) Services {
	t.Helper()
	clock := func() time.Time { return morning }
	quiet := slog.New(slog.DiscardHandler)
	zone := must[*time.Location](t)(calendar.Zone(calendar.HomeZone))
	days := must[*calendar.Service](t)(calendar.NewService(noDays{}, clock))
	gate := must[*callback.Gate](t)(callback.NewGate(callback.GateConfig{Store: h.work, People: h.people, Days: days, Recorder: p, Storage: p, Trunks: p, Clock: clock, Logger: quiet}))
	s := must[Services](t)(New(Deps{Messages: &message.Service{}, SMSGateway: &webhook.Inbox{}, Visits: &visit.Service{},
		Tokens: &token.Service{},
		Cases:  &casework.Service{}, Imports: &intake.Service{},
		Trunks: Trunks{Service: &trunk.Service{}}, Numbers: Numbers{Policy: &customer.NumberRules{}}, Evidence: Evidence{Log: &evidence.Log{}}, Reconcile: &reconcile.Service{}, Grants: &disclosure.Service{}, Files: &attachment.Service{}, Plans: &plan.Service{}, Retention: Retention{Service: &retention.Service{}},
		Access: must[*access.Service](t)(access.NewService(access.Config{Store: h.people, Log: h.people, Clock: clock, Logger: quiet, Hashers: 1})),
		Callback: must[*callback.Service](t)(callback.NewService(callback.ServiceConfig{Store: h.work, Gate: gate, People: h.people, Customers: folks{}, Days: days,
			Zone: zone, Company: callback.Words{Chinese: "汇方", English: "Huifang"}, Clock: clock, Logger: quiet})),
		Calendar: days, Customers: must[*customer.Service](t)(customer.NewService(folks{}, clock)),
		Replay: must[*replay.Service](t)(replay.NewService(replay.Config{Store: h.tape, Archive: h.tape, Clock: clock, Logger: quiet})),
		Audit:  h.people, Lines: h.board, Site: httpapi.Site{TimeZone: calendar.HomeZone},
		System: must[*System](t)(NewSystem(SystemConfig{Recorder: p, Storage: p, Trunks: p, Days: days, Zone: zone, Clock: clock})),
	}))
	s.Config = httpapi.Config{Logger: quiet, Clock: clock}
	return s
}

// ask sends a request as the user with that login.
func (h *house) ask(method, path, login, body string, header ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, "/api/v1"+path, strings.NewReader(body))
	r.AddCookie(&http.Cookie{Name: httpapi.CookieName, Value: login})
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	h.api.ServeHTTP(w, r)
	return w
}

// object reads an answer.
func object(t *testing.T, w *httptest.ResponseRecorder, status int) map[string]any {
	t.Helper()
	raw, err := io.ReadAll(w.Body)
	if err != nil || w.Code != status {
		t.Fatalf("%d, not %d: %s %v", w.Code, status, raw, err)
	}
	out := map[string]any{}
	if err := json.Unmarshal(raw, &out); err != nil {
		t.Fatalf("%s: %v", raw, err)
	}
	return out
}
