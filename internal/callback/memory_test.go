package callback

import (
	"context"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"huifang/internal/access"
	"huifang/internal/audit"
	"huifang/internal/calendar"
	"huifang/internal/call"
	"huifang/internal/customer"
	"huifang/internal/problem"
)

// memory is the ports of the service over maps, as small as the tests allow.
type memory struct {
	SlipLedger   // tested in internal/store, with the guards of the database
	RecordBook   // likewise
	Queue        // likewise
	PaperShelf   // likewise
	Shifts       // likewise
	audit.Reader // likewise
	mu           sync.Mutex
	programs     []Program
	papers       []PaperVersion
	last         map[string]any // fields of the customer's last record
	views        map[uuid.UUID]TaskView
	calls        map[uuid.UUID]CallDetail
	users        []access.User
	custs        map[string]customer.Customer
	wrapups      []Wrapup
	saves        []RecordSave
	imports      [][]ImportTask
	events       []audit.Event
	query        TaskQuery
	conflicts    int // so many records are refused as changed meanwhile
}

func (m *memory) Programs(context.Context) ([]Program, error) { return m.programs, nil }

func (m *memory) InsertProgram(_ context.Context, p Program, e audit.Event) error {
	if !slices.ContainsFunc(m.programs, func(o Program) bool { return o.Code == p.Code }) {
		m.programs, m.events = append(m.programs, p), append(m.events, e)
	}
	return nil
}

func (m *memory) ShipPaper(context.Context, Paper, audit.Event) error { return nil }

func (m *memory) PaperVersion(_ context.Context, id uuid.UUID, version int) (PaperVersion, error) {
	for _, v := range m.papers {
		if v.PaperID == id && v.Version == version {
			return v, nil
		}
	}
	return PaperVersion{}, problem.NotFound("paper")
}

func (m *memory) SetProgramPolicy(_ context.Context, id uuid.UUID, p ProgramPolicy, e audit.Event) error {
	for i := range m.programs {
		if m.programs[i].ID == id {
			m.programs[i].Pauses, m.programs[i].ShowMonitoring = p.Pauses, p.ShowMonitoring
			m.events = append(m.events, e)
		}
	}
	return nil
}

func (m *memory) Task(_ context.Context, id uuid.UUID) (TaskView, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	v, ok := m.views[id]
	if !ok {
		return TaskView{}, problem.NotFound("task")
	}
	return v, nil
}

func (m *memory) Tasks(_ context.Context, q TaskQuery) ([]TaskView, error) {
	m.query = q
	var out []TaskView
	for _, v := range m.views {
		if q.AssigneeID == uuid.Nil || v.Task.AssigneeID == q.AssigneeID {
			out = append(out, v)
		}
	}
	slices.SortFunc(out, func(a, b TaskView) int { return a.Task.DueAt.Compare(b.Task.DueAt) })
	return out[:min(len(out), q.Limit)], nil
}

func (m *memory) CountTasks(context.Context, TaskQuery, DeskTimes) (DeskCounts, error) {
	return DeskCounts{Total: len(m.views)}, nil
}

func (m *memory) InsertTask(_ context.Context, t Task, e audit.Event) error {
	v := TaskView{Task: t}
	for _, p := range m.programs {
		if p.ID == t.ProgramID {
			v.Program = p
		}
	}
	for _, c := range m.custs {
		if c.ID == t.CustomerID {
			v.Customer = c
		}
	}
	m.views[t.ID], m.events = v, append(m.events, e)
	return nil
}

func (m *memory) UpdateTask(_ context.Context, t Task, was Guard, e audit.Event) error {
	v := m.views[t.ID]
	if v.Task.State != was.State || !v.Task.UpdatedAt.Equal(was.UpdatedAt) {
		return problem.Conflict("task", "it changed meanwhile")
	}
	v.Task = t
	m.views[t.ID], m.events = v, append(m.events, e)
	return nil
}

func (m *memory) ImportTasks(_ context.Context, rows []ImportTask, e audit.Event) (ImportCounts, error) {
	m.imports, m.events = append(m.imports, rows), append(m.events, e)
	return ImportCounts{Created: len(rows)}, nil
}

func (m *memory) TaskKeys(_ context.Context, keys []string) (map[string]uuid.UUID, error) {
	out := map[string]uuid.UUID{}
	for id, v := range m.views {
		if v.Task.SourceKey != "" && slices.Contains(keys, v.Task.SourceKey) {
			out[v.Task.SourceKey] = id
		}
	}
	return out, nil
}

func (m *memory) CustomersByCode(_ context.Context, codes []string) (map[string]customer.Customer, error) {
	out := map[string]customer.Customer{}
	for _, code := range codes {
		if c, ok := m.custs[code]; ok {
			out[code] = c
		}
	}
	return out, nil
}

func (m *memory) Customer(_ context.Context, id uuid.UUID) (customer.Customer, error) {
	for _, c := range m.custs {
		if c.ID == id {
			return c, nil
		}
	}
	return customer.Customer{}, problem.NotFound("customer")
}

func (m *memory) Attempts(context.Context, uuid.UUID) ([]Attempt, error) { return nil, nil }

func (m *memory) CallsOfTask(context.Context, uuid.UUID) ([]CallDetail, error) { return nil, nil }

func (m *memory) Contacts(context.Context, uuid.UUID, int) ([]Contact, error) { return nil, nil }

func (m *memory) Call(_ context.Context, id uuid.UUID) (CallDetail, error) {
	c, ok := m.calls[id]
	if !ok {
		return CallDetail{}, problem.NotFound("call")
	}
	return c, nil
}

func (m *memory) LastFields(context.Context, uuid.UUID) (map[string]any, error) { return m.last, nil }

func (m *memory) Wrapups(context.Context, uuid.UUID) ([]Wrapup, error) { return m.wrapups, nil }

func (m *memory) Marks(context.Context, MarkQuery) ([]CallMark, error)       { return nil, nil }
func (m *memory) MarkTotals(context.Context, MarkQuery) ([]MarkTotal, error) { return nil, nil }
func (m *memory) LiveCalls(context.Context, uuid.UUID, uuid.UUID) (bool, bool, error) {
	return false, false, nil
}

func (m *memory) SaveRecord(_ context.Context, s *RecordSave, e audit.Event) error {
	if m.conflicts > 0 {
		m.conflicts--
		return problem.Conflict("task", "it changed meanwhile")
	}
	m.saves = append(m.saves, *s)
	c := m.calls[s.Record.CallID]
	r := s.Record
	c.Record = &r
	if s.CloseCall {
		c.State = call.StateClosed
	}
	m.calls[c.ID] = c
	if s.Task != nil {
		v := m.views[s.Task.ID]
		v.Task = *s.Task
		m.views[s.Task.ID] = v
	}
	if e.Action != "" {
		m.events = append(m.events, e)
	}
	return nil
}

func (m *memory) AppendEvent(_ context.Context, e audit.Event) error {
	m.events = append(m.events, e)
	return nil
}

func (m *memory) User(_ context.Context, id uuid.UUID) (access.User, error) {
	for _, u := range m.users {
		if u.ID == id {
			return u, nil
		}
	}
	return access.User{}, problem.NotFound("user")
}

func (m *memory) Users(context.Context, access.UserFilter) ([]access.User, error) {
	return m.users, nil
}

func (m *memory) UserByLogin(_ context.Context, login string) (access.User, string, error) {
	for _, u := range m.users {
		if u.Login == login {
			return u, "", nil
		}
	}
	return access.User{}, "", problem.NotFound("user")
}

// days is the vendored calendar.
type days struct{ c calendar.Calendar }

func (d days) Names(context.Context) ([]calendar.Named, error) {
	return []calendar.Named{{Code: calendar.House}}, nil
}

func (d days) Calendar(context.Context) (calendar.Calendar, error) { return d.c, nil }

// healthy is every part in order.
type healthy struct{}

func (healthy) RecorderHealth() Health                  { return Health{OK: true} }
func (healthy) StorageHealth() Health                   { return Health{OK: true} }
func (healthy) TrunkAvailable() (bool, bool, time.Time) { return true, false, time.Time{} }
func (healthy) AgentLine(uuid.UUID) Line                { return Line{Ready: true, Media: true} }

// house is a service with one program, one customer, one task of one agent.
type house struct {
	*Service
	gate    *Gate
	mem     *memory
	now     time.Time
	agent   access.Principal
	other   access.Principal
	boss    access.Principal
	cust    customer.Customer
	task    Task
	changed []uuid.UUID
}

func newHouse(t *testing.T, marks ...Mark) *house {
	t.Helper()
	f := facts(t, marks...)
	h := &house{now: f.Now, cust: f.View.Customer, task: f.View.Task}
	h.cust.Code = "C1"
	h.task.UpdatedAt = at(t, "2026-11-24 09:00")
	f.View.Task, f.View.Customer = h.task, h.cust
	f.Agent.Login, f.Agent.StaffNumber = "li", "1001"
	f.View.Program.Questionnaire = Questionnaire{Version: 7, Items: []Item{
		{Key: "overall", Kind: ItemSatisfaction, Required: true, Label: Words{"总体", "Overall"}},
		{Key: "count", Kind: ItemNumber, Label: Words{"数量", "Number"}},
		{Key: "since", Kind: ItemDate, Label: Words{"自", "Since"}},
		{Key: "notes", Kind: ItemText, Label: Words{"意见", "Notes"}},
	}}
	f.View.Program.Script = Script{Chinese: []ScriptPart{{"greeting", "问候", "{customer}您好，我是{company}{agent}，工号{staff_number}。"}},
		English: []ScriptPart{{"greeting", "Greeting", "Good day {customer}, {agent} ({staff_number}) of {company}."}}}
	h.agent = access.Principal{User: f.Agent}
	h.other = access.Principal{User: access.User{ID: uuid.New(), Login: "zhao", Roles: []access.Role{access.RoleAgent}}}
	h.boss = access.Principal{User: access.User{ID: uuid.New(), Login: "boss", Roles: []access.Role{access.RoleSupervisor}}}
	h.mem = &memory{
		programs: []Program{f.View.Program}, views: map[uuid.UUID]TaskView{h.task.ID: f.View}, calls: map[uuid.UUID]CallDetail{},
		users: []access.User{h.agent.User, h.other.User, h.boss.User}, custs: map[string]customer.Customer{"C1": h.cust},
	}
	clock := func() time.Time { return h.now }
	quiet := slog.New(slog.DiscardHandler)
	var err error
	h.gate, err = NewGate(GateConfig{Store: h.mem, People: h.mem, Days: days{vendored(t)}, Recorder: healthy{}, Storage: healthy{}, Trunks: healthy{},
		Lines: healthy{}, Clock: clock, Logger: quiet})
	if err != nil {
		t.Fatal(err)
	}
	h.Service, err = NewService(ServiceConfig{Store: h.mem, Gate: h.gate, People: h.mem, Customers: h.mem, Days: days{vendored(t)}, Zone: shanghai(t),
		Company: Words{"汇方", "Huifang"}, Changed: func(id, _ uuid.UUID) { h.changed = append(h.changed, id) }, Clock: clock, Logger: quiet})
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// ended puts a call of the task in wrap-up, with its attempt.
func (h *house) ended(o call.Outcome) CallDetail {
	v := h.mem.views[h.task.ID]
	c := CallDetail{
		ID: uuid.New(), TaskID: h.task.ID, CustomerID: h.cust.ID, CustomerName: h.cust.Name, ContactPointID: h.cust.ContactPoints[0].ID,
		AgentID: h.agent.User.ID, State: call.StateWrapup, Outcome: o, StartedAt: h.now.Add(-2 * time.Minute), EndedAt: h.now,
		Recording: RecordingRef{ID: uuid.New(), State: "sealed"},
	}
	if o.Contact() {
		c.AnsweredAt = h.now.Add(-time.Minute)
	}
	slot, _, _ := mustPlan(v).windowAt(h.now)
	v.Marks = append(v.Marks, Mark{AttemptID: uuid.New(), CallID: c.ID, Slot: slot, DialedAt: c.StartedAt, EndedAt: h.now, Outcome: o, Counted: o.Counted(true)})
	v.Task.State = TaskWrapup
	h.mem.views[h.task.ID], h.mem.calls[c.ID] = v, c
	return c
}

func mustPlan(v TaskView) Plan {
	c, err := calendar.Vendored()
	if err != nil {
		panic(err)
	}
	p, err := planOf(v, c)
	if err != nil {
		panic(err)
	}
	return p
}

func (m *memory) SetCallingRules(_ context.Context, id uuid.UUID, v RulesVersion, e audit.Event) error {
	for i := range m.programs {
		if p := &m.programs[i]; p.ID == id {
			p.Windows, p.GovernmentWindows, p.HoursGroups, p.Calendar, p.Consent, p.Progressive, p.HoursVersion = v.Windows, v.Government, v.Groups, v.Calendar, v.Consent, v.Progressive, v.Version
			m.events = append(m.events, e)
		}
	}
	return nil
}

func (m *memory) CallingRules(context.Context, uuid.UUID) ([]RulesVersion, error) { return nil, nil }
