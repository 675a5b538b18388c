package callback

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"huifang/internal/access"
	"huifang/internal/customer"
	"huifang/internal/problem"
)

// desk fills the house with tasks of the agent; the purpose names them.
func (h *house) desk(t *testing.T, tasks ...Task) {
	t.Helper()
	base := h.mem.views[h.task.ID]
	h.mem.views = map[uuid.UUID]TaskView{}
	for _, task := range tasks {
		v := base
		task.ID, task.AssigneeID, task.ProgramID, task.CustomerID = uuid.New(), h.agent.User.ID, v.Program.ID, v.Customer.ID
		if task.DueAt.IsZero() {
			task.DueAt = at(t, "2026-11-24 18:00")
		}
		v.Task, v.Marks = task, nil
		if task.State == TaskWaiting {
			v.Marks = []Mark{failed(t, task.Purpose)}
		}
		h.mem.views[task.ID] = v
	}
}

func TestDesk_OrderAndKinds(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	yesterday, nextWeek := at(t, "2026-11-23 18:00"), at(t, "2026-12-01 18:00")
	h.desk(t,
		Task{Purpose: "later", State: TaskOpen, DueAt: nextWeek},
		Task{Purpose: "due today", State: TaskOpen},
		Task{Purpose: "2026-11-23 10:10", State: TaskWaiting, NextFrom: at(t, "2026-11-24 14:00")}, // its slot is this afternoon
		Task{Purpose: "2026-11-23 14:10", State: TaskWaiting, NextFrom: at(t, "2026-11-24 10:00")}, // its slot is now
		Task{Purpose: "appointment later", State: TaskAppointment, AppointmentAt: at(t, "2026-11-24 20:00")},
		Task{Purpose: "appointment now", State: TaskAppointment, AppointmentAt: at(t, "2026-11-24 10:35")},
		Task{Purpose: "overdue", State: TaskOpen, DueAt: yesterday, HardDueAt: at(t, "2026-11-24 09:00")},
		Task{Purpose: "due yesterday", State: TaskOpen, DueAt: yesterday},
		Task{Purpose: "complaint", State: TaskOpen, Complaint: true},
		Task{Purpose: "record open", State: TaskWrapup},
		Task{Purpose: "number wrong", State: TaskDataCheck},
		Task{Purpose: "done", State: TaskDone, ClosedAt: at(t, "2026-11-24 09:30")},
	)
	page, err := h.Desk(context.Background(), h.agent, DeskQuery{})
	if err != nil {
		t.Fatal(err)
	}
	want := []struct {
		purpose string
		kind    Kind
	}{
		{"record open", KindWrapup}, {"complaint", KindComplaint}, {"appointment now", KindAppointment}, {"due yesterday", KindOverdue}, {"overdue", KindOverdue},
		{"2026-11-23 14:10", KindRetry}, {"due today", KindDue}, {"2026-11-23 10:10", KindRetry},
		{"appointment later", KindAppointment}, {"number wrong", KindLater}, {"later", KindLater}, {"done", KindDone},
	}
	if len(page.Rows) != len(want) {
		t.Fatalf("%d rows, want %d", len(page.Rows), len(want))
	}
	for i, w := range want {
		if r := page.Rows[i]; r.Task.Purpose != w.purpose || r.Kind != w.kind {
			t.Errorf("row %d is %s, %s; want %s, %s", i, r.Task.Purpose, r.Kind, w.purpose, w.kind)
		}
	}
	if r := page.Rows[7]; r.Window.AllowedNow || r.Window.Reason != ReasonSpacingTime || !r.Window.NextAllowedAt.Equal(at(t, "2026-11-24 14:00")) {
		t.Errorf("window of an attempt that is not yet due: %+v", r.Window)
	}
	if r := page.Rows[6]; !r.Window.AllowedNow || !r.Window.ClosesAt.Equal(at(t, "2026-11-24 11:00")) {
		t.Errorf("window of one that is: %+v", r.Window)
	}
}

func TestDesk_WindowNamesTheCustomersWish(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	v := h.mem.views[h.task.ID]
	v.Customer.DoNotCall = &customer.DoNotCall{}
	h.mem.views[h.task.ID] = v
	page, err := h.Desk(context.Background(), h.agent, DeskQuery{})
	if err != nil || page.Rows[0].Window.AllowedNow || page.Rows[0].Window.Rule != "C-14" || !page.Rows[0].Window.NextAllowedAt.IsZero() {
		t.Errorf("window %+v, %v", page.Rows[0].Window, err)
	}
}

func TestRuleS01_AgentsSeeTheirOwnDesk(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	h := newHouse(t)
	if page, err := h.Desk(ctx, h.other, DeskQuery{All: true}); err != nil || len(page.Rows) != 0 || h.mem.query.AssigneeID != h.other.User.ID {
		t.Errorf("all tasks of an agent are the agent's own: %+v %v", page.Rows, err)
	}
	if _, err := h.Desk(ctx, h.other, DeskQuery{AssigneeID: h.agent.User.ID}); problem.CodeOf(err) != problem.CodeForbidden {
		t.Errorf("somebody else's desk: %v", err)
	}
	if page, err := h.Desk(ctx, h.boss, DeskQuery{All: true}); err != nil || len(page.Rows) != 1 {
		t.Errorf("a supervisor sees all: %+v %v", page.Rows, err)
	}
	if _, err := h.Desk(ctx, h.boss, DeskQuery{State: "lost"}); problem.CodeOf(err) != problem.CodeInvalid {
		t.Errorf("unknown state: %v", err)
	}
}

func TestDesk_PagesAndSearch(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	h := newHouse(t)
	h.desk(t, Task{State: TaskOpen, DueAt: at(t, "2026-11-24 12:00")}, Task{State: TaskOpen, DueAt: at(t, "2026-11-24 13:00")})
	page, err := h.Desk(ctx, h.boss, DeskQuery{All: true, Limit: 1, Text: "王伟"})
	if err != nil || len(page.Rows) != 1 || page.Next.ID != page.Rows[0].Task.ID || !page.Next.DueAt.Equal(at(t, "2026-11-24 12:00")) {
		t.Errorf("page %+v %v", page, err)
	}
	if q := h.mem.query; q.Grams[0] != "王伟" || q.Tail != "" || q.Limit != 2 {
		t.Errorf("query %+v", q)
	}
	if _, err := h.Desk(ctx, h.agent, DeskQuery{Text: "8613"}); err != nil || h.mem.query.Tail != "8613" ||
		!h.mem.query.ClosedSince.Equal(at(t, "2026-11-24 00:00")) {
		t.Errorf("query %+v %v", h.mem.query, err)
	}
	page, err = h.Desk(ctx, h.boss, DeskQuery{All: true, Limit: 2})
	if err != nil || len(page.Rows) != 2 || page.Next != (TaskCursor{}) {
		t.Errorf("the last page has no next: %+v %v", page.Next, err)
	}
}

func TestRuleT10_ScriptNamesEverybody(t *testing.T) {
	t.Parallel()
	for _, row := range []struct{ name, salutation, language, want string }{
		{"王伟", "先生", "zh-CN", "王先生"}, {"王伟", "Mr", "zh-CN", "王先生"}, {"王伟", "先生", "en", "Mr 王"}, {"欧阳子玉", "女士", "zh-CN", "欧阳女士"},
		{"王芳", "", "zh-CN", "王芳"}, {"北京市海淀区人民政府", "先生", "zh-CN", "北京市海淀区人民政府"}, {"John Smith", "Mr.", "en-GB", "Mr Smith"},
		{"John Smith", "先生", "zh-CN", "Smith先生"}, {"李强", "处长", "zh-CN", "李处长"}, {"Li", "Ms", "en", "Ms Li"},
	} {
		if got := AddressAs(customer.Customer{Name: row.name, Salutation: row.salutation}, row.language); got != row.want {
			t.Errorf("%s %s in %s: %q, want %q", row.name, row.salutation, row.language, got, row.want)
		}
	}
	s := Script{Chinese: []ScriptPart{{"a", "标题", "{customer}，{company}{agent}{staff_number}：{purpose}（{program}）{其他}"}}}
	got := s.Fill(0, "fr", Names{"王先生", "李娜", "1001", "汇方", "核实", "年度回访"})
	if got[0].Text != "王先生，汇方李娜1001：核实（年度回访）{其他}" {
		t.Errorf("filled %q (a language without script gets Chinese, Rule T-11)", got[0].Text)
	}
	// Names are put in as they are, not as placeholders again.
	if got := s.Fill(0, "zh-CN", Names{Customer: "{agent}", Agent: "李娜"}); got[0].Text[:len("{agent}")] != "{agent}" {
		t.Errorf("a name that looks like a placeholder is filled again: %q", got[0].Text)
	}
}

func TestShippedPrograms(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	h := newHouse(t)
	for range 2 { // the second time nothing is added
		if err := h.EnsurePrograms(ctx); err != nil {
			t.Fatal(err)
		}
	}
	ps, err := h.Programs(ctx)
	if err != nil || len(ps) != 17 || len(h.mem.events) != 16 { // "yearly" was there
		t.Fatalf("%d programs, %d rows, %v", len(ps), len(h.mem.events), err)
	}
	for _, p := range ps[1:] {
		if p.MinRing != 20*time.Second || p.MaxRing != 45*time.Second || p.MinAttempts != 3 || p.Retention != (Retention{Years: 3, Basis: FromCallEnd}) || !p.RecordingNotice {
			t.Errorf("%s does not have the rules' defaults: %+v", p.Code, p)
		}
		for _, language := range []string{LanguageChinese, LanguageEnglish} {
			parts := p.Script.Fill(0, language, Names{Customer: "C!", Agent: "A!", StaffNumber: "S!", Company: "H!"})
			var all string
			for _, part := range parts {
				all += part.Text
			}
			for _, name := range []string{"C!", "A!", "S!", "H!"} { // Rule T-10
				if !strings.Contains(all, name) {
					t.Errorf("%s in %s never says %s", p.Code, language, name)
				}
			}
			if strings.Contains(all, "{") {
				t.Errorf("%s in %s has a placeholder that is not filled", p.Code, language)
			}
		}
		for _, it := range p.Questionnaire.Normal().Items {
			for _, a := range it.RedFlagOn {
				if _, err := it.normal(a); err != nil {
					t.Errorf("%s %s: the red flag's answer %q %v", p.Code, it.Key, a, err)
				}
			}
		}
	}
}

func TestProgram_Check(t *testing.T) {
	t.Parallel()
	good := DefaultProgram("x", Words{"某", "Some"}, time.Time{})
	good.Script = Script{Chinese: []ScriptPart{{}}, English: []ScriptPart{{}}}
	if err := good.Check(); err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string]func(*Program){
		"RuleT03 minimum over a minute":       func(p *Program) { p.MinRing, p.MaxRing = 61*time.Second, 90*time.Second },
		"RuleT03 maximum not above minimum":   func(p *Program) { p.MaxRing = p.MinRing },
		"RuleT02 two years":                   func(p *Program) { p.Retention.Years = 2 },
		"RuleT04 one window":                  func(p *Program) { p.Windows.Default = p.Windows.Default[:1] },
		"RuleT11 script in one language only": func(p *Program) { p.Script.English = nil },
		"question twice": func(p *Program) {
			it := Item{Key: "a", Kind: ItemText, Label: Words{"甲", "A"}}
			p.Questionnaire.Items = []Item{it, it}
		},
	} {
		p := good
		change(&p)
		if p.Check() == nil {
			t.Errorf("%s must be refused", name)
		}
	}
}

func TestService_PartsAreRequired(t *testing.T) {
	t.Parallel()
	if _, err := NewService(ServiceConfig{}); err == nil {
		t.Error("a service of nothing")
	}
	if _, err := NewGate(GateConfig{}); err == nil {
		t.Error("a gate of nothing")
	}
	var _ Directory = access.Users(nil)
	var _ Customers = customer.Store(nil)
}
