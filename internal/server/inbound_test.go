package server_test

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"huifang/internal/access"
	"huifang/internal/callback"
	"huifang/internal/clip"
	"huifang/internal/config"
	"huifang/internal/customer"
	"huifang/internal/headless"
	"huifang/internal/replay"
	"huifang/internal/server"
	"huifang/internal/testkit/audio"
	"huifang/internal/testkit/caller"
	"huifang/internal/testkit/sippeer"
	"huifang/signaling/wire"
)

const serviceNumber = "4001234567"

// serviceHouse can be called.
func serviceHouse(t *testing.T, change func(*config.Config)) *house {
	t.Helper()
	return openHouse(t, func(c *config.Config, _ *server.Options) {
		c.Trunks[0].ServiceNumbers = []string{serviceNumber}
		if change != nil {
			change(c)
		}
	})
}

func (h *house) calls(number string) *caller.Caller {
	h.t.Helper()
	k, err := caller.Ring(h.t.Context(), caller.Config{Server: h.server.SIPAddr, Service: serviceNumber, Number: number})
	h.must(err)
	h.t.Cleanup(k.Close)
	return k
}

// callBacks are the tasks that inbound calls have left.
func (h *house) callBacks() (out []callback.TaskView) {
	h.t.Helper()
	all, err := h.server.Store.Tasks(h.t.Context(), callback.TaskQuery{})
	h.must(err)
	for _, v := range all {
		if v.Task.Source == callback.SourceInbound {
			out = append(out, v)
		}
	}
	return out
}

// wrapped makes a call that is over, with its record.
func (h *house) wrapped(p *headless.Phone, task uuid.UUID) {
	h.t.Helper()
	_, err := p.Dial(h.t.Context(), task.String())
	h.must(err)
	_, err = p.Until(h.t.Context(), func(s wire.CallSnapshot) bool { return s.WrapupDue })
	h.must(err)
	h.must(p.Record(h.t.Context(), ""))
}

// A customer calls back: whoever called is asked first, the recording has the
// notice, the waiting and both voices in their channels, and the record is that
// of the task.
func TestInbound_ReturnsToTheAgentWhoCalled(t *testing.T) {
	t.Parallel()
	h := serviceHouse(t, nil)
	ctx := t.Context()
	quick := h.program("quick", func(*callback.Program) {})
	han, li := h.person("han", access.RoleAgent), h.person("li", access.RoleAgent)
	task := h.task(li, quick, "00000004") // busy
	p := h.phone(li)
	h.phone(han) // free, and before li by name
	h.wrapped(p, task)

	k := h.calls("13800000004")
	said, answer := audio.PseudoSpeech(20, 51), audio.PseudoSpeech(20, 52)
	k.Say(alaw(said), true)
	h.must(k.Answered(ctx))
	o, err := p.Offer(ctx)
	h.must(err)
	if o.Kind != "inbound" || o.TaskID != task || o.Customer.Name != "王小明" || o.LastBy != "li" || o.LastAt == nil || strings.Contains(o.Customer.MaskedNumber, "0000000") {
		t.Fatalf("%+v", o)
	}
	live := h.server.Store
	ofAgent, ofTask, err := live.LiveCalls(ctx, li.ID, task)
	h.must(err)
	if ofAgent || !ofTask {
		t.Fatalf("it rings: live calls of the agent %v, of the task %v", ofAgent, ofTask)
	}
	h.must(p.Accept(ctx))
	p.Say(alaw(answer), true)
	s, err := p.Until(ctx, func(s wire.CallSnapshot) bool { return s.State == "talking" })
	h.must(err)
	if s.Direction != "inbound" || s.TaskID != task || s.QueuedAt == nil {
		t.Fatalf("%+v", s)
	}
	h.eventually("the customer to hear the agent", func() bool { return good(answer, clip.FromPCM(k.Heard())) >= 4 })
	h.eventually("the agent to hear the customer", func() bool { return good(said, clip.FromPCM(p.Heard())) >= 4 })
	k.Hangup()
	s, err = p.Until(ctx, func(s wire.CallSnapshot) bool { return s.WrapupDue })
	h.must(err)
	if s.Outcome != "answered" || s.EndedBy != "customer" {
		t.Fatalf("%+v", s)
	}
	// Rule C-01: its record is written as after any call.
	h.must(p.Record(ctx, ""))
	c, err := live.Call(ctx, s.ID)
	h.must(err)
	if c.Direction != "inbound" || c.AgentID != li.ID || c.Record == nil || c.Record.State != callback.RecordFinal || c.TaskID != task || len(c.Attempts) != 0 || c.NoticeEndedAt.IsZero() {
		t.Fatalf("%+v", c)
	}
	if left := h.callBacks(); len(left) != 0 {
		t.Fatalf("a task for a call that was taken: %+v", left)
	}
	// Rule T-01, decision 1: left is what we sent, right the customer, from the answer on.
	d := h.verified(c.Recording.ID)
	left, right := h.channels(aftermath{recording: d})
	if good(answer, left) < 4 || good(said, right) < 4 || good(said, left) > 1 || good(answer, right) > 1 {
		t.Errorf("left %d and %d, right %d and %d seconds of agent and customer", good(answer, left), good(said, left), good(answer, right), good(said, right))
	}
	names := h.markNames(d)
	at := 0
	for _, want := range []string{"answered", "notice_started", "notice_ended", "queued", "offered", "taken", "connected", "ended"} {
		i := slices.Index(names[at:], want)
		if i < 0 {
			t.Fatalf("%s is missing or too early in %v", want, names)
		}
		at += i
	}
}

// Who declines or does not answer is not asked again; Rule C-15 is kept, and so
// is the order.
func TestRuleC15_InboundGoesToAFreeColleague(t *testing.T) {
	t.Parallel()
	h := serviceHouse(t, func(c *config.Config) { c.Inbound.RingFor = 5 * time.Second })
	ctx := t.Context()
	quick := h.program("quick", func(p *callback.Program) { p.RecordingNotice = false })
	adviser, li, wu, zhao := h.person("adviser", access.RoleAgent), h.person("li", access.RoleAgent), h.person("wu", access.RoleAgent), h.person("zhao", access.RoleAgent)
	c, err := h.server.Customer.Create(ctx, h.boss, customer.Customer{Code: uuid.NewString(), Name: "王小明", Kind: "investor", AdviserID: adviser.ID},
		[]customer.NewContact{{Number: "13800000004"}})
	h.must(err)
	v, err := h.server.Callback.Create(ctx, h.boss, callback.NewTask{CustomerID: c.ID, ProgramID: quick.ID, AssigneeID: li.ID, DueAt: time.Now().Add(time.Hour)})
	h.must(err)
	own, a, b, z := h.phone(adviser), h.phone(li), h.phone(wu), h.phone(zhao)
	h.wrapped(a, v.Task.ID)
	k := h.calls("13800000004")
	h.must(k.Answered(ctx))
	_, err = a.Offer(ctx)
	h.must(err)
	h.must(a.Decline(ctx, "busy"))
	_, err = b.Offer(ctx) // by name
	h.must(err)
	reason, err := b.OfferEnd(ctx)
	h.must(err)
	if reason != "timed_out" {
		t.Fatalf("the offer ended: %s", reason)
	}
	_, err = z.Offer(ctx)
	h.must(err)
	h.must(z.Accept(ctx))
	s, err := z.Until(ctx, func(s wire.CallSnapshot) bool { return s.State == "talking" })
	h.must(err)
	task, err := h.server.Store.Task(ctx, v.Task.ID)
	h.must(err)
	if task.Task.AssigneeID != zhao.ID {
		t.Error("the task is not that of the agent who took the call")
	}
	h.must(z.Hangup(ctx, ""))
	h.must(k.Ended(ctx))
	_, err = z.Until(ctx, func(s wire.CallSnapshot) bool { return s.WrapupDue })
	h.must(err)
	if got := own.Call(); got.ID == s.ID {
		t.Error("Rule C-15: the customer's own adviser was asked")
	}
}

// Nobody comes: the customer is told so, hangs up, or calls outside the hours.
// Each leaves its task, and no record is owed.
func TestInbound_NobodyComesAndATaskIsLeft(t *testing.T) {
	t.Parallel()
	h := serviceHouse(t, nil)
	ctx := t.Context()
	agent := h.person("li", access.RoleAgent)
	task := h.task(agent, h.program("quick", func(p *callback.Program) { p.RecordingNotice = false }), "00000004")
	phone := h.phone(agent)
	h.wrapped(phone, task)
	h.must(phone.SetState(ctx, "break"))

	k := h.calls("13800000004")
	h.must(k.Answered(ctx))
	h.must(k.Ended(ctx)) // after the farewell
	if sound := clip.FromPCM(k.Heard()); len(sound) < 3*8000 {
		t.Errorf("the customer heard %d samples", len(sound))
	}
	var left []callback.TaskView
	h.eventually("the task", func() bool { left = h.callBacks(); return len(left) == 1 })
	if left[0].Task.AssigneeID != agent.ID || left[0].Customer.Name != "王小明" || !strings.Contains(left[0].Task.Purpose, agent.Name) {
		t.Fatalf("%+v", left[0])
	}
	calls, err := h.server.Store.CallsOfTask(ctx, task)
	h.must(err)
	missed := calls[0]
	if missed.Direction != "inbound" || missed.Outcome != "not_taken" || missed.Reason != "nobody_free" || missed.State.String() != "closed" || missed.AgentID != uuid.Nil {
		t.Fatalf("%+v", missed)
	}
	h.verified(missed.Recording.ID)
	if v, err := h.server.Store.Task(ctx, task); err != nil || !v.Task.State.Dialable() {
		t.Fatalf("the task is not what it was before: %+v, %v", v.Task, err)
	}
	if owed, err := h.server.Store.Wrapups(ctx, agent.ID); err != nil || len(owed) != 0 {
		t.Fatalf("Rule C-01: %v, %v", owed, err)
	}

	// An agent is there, but the customer does not wait; the task is there already.
	h.must(phone.SetState(ctx, "ready"))
	k = h.calls("+8613800000004")
	h.must(k.Answered(ctx))
	_, err = phone.Offer(ctx)
	h.must(err)
	k.Hangup()
	if reason, err := phone.OfferEnd(ctx); err != nil || reason != "call_ended" {
		t.Fatalf("the offer ended: %s, %v", reason, err)
	}
	h.eventually("the call that was abandoned", func() bool {
		calls, err = h.server.Store.CallsOfTask(ctx, task)
		h.must(err)
		return len(calls) == 3 && calls[0].Reason == "abandoned"
	})
	if left = h.callBacks(); len(left) != 1 {
		t.Fatalf("%d tasks", len(left))
	}

	// Nobody whom it could be about, and somebody of whom nothing is known.
	sippeer.StartSIPp(t, root+"/signaling/sip/testdata/sipp/uac_nobody.xml", sippeer.SIPpOptions{
		Keys: map[string]string{"caller": "anonymous", "code": "480"}, Args: []string{"-s", serviceNumber, h.server.SIPAddr},
	}).Wait(t)
	k = h.calls("+8613911112222")
	h.must(k.Answered(ctx))
	h.must(k.Ended(ctx))
	left = h.callBacks()
	i := slices.IndexFunc(left, func(v callback.TaskView) bool { return v.Customer.Name != "王小明" })
	if len(left) != 2 || i < 0 || left[i].Task.AssigneeID != uuid.Nil || left[i].Customer.ContactPoints[0].Number.Reveal() != "+8613911112222" || strings.Contains(left[i].Customer.Name, "1111") {
		t.Fatalf("the unknown caller: %+v", left)
	}
	var metrics string
	h.eventually("the figures", func() bool {
		metrics = h.metrics()
		return strings.Contains(metrics, `huifang_inbound_calls_total{result="unknown_caller"} 1`)
	})
	for _, line := range []string{`huifang_inbound_calls_total{result="abandoned"} 1`, `huifang_inbound_calls_total{result="nobody_free"} 1`, `huifang_inbound_waiting_calls 0`,
		`huifang_inbound_offers_total{result="offered"} 1`} {
		if !strings.Contains(metrics, line) {
			t.Errorf("%s is missing", line)
		}
	}
}

// markNames are the names of a recording's marks in the order of their time.
func (h *house) markNames(d replay.Detail) (names []string) {
	h.t.Helper()
	var facts struct {
		Marks []struct {
			Name string `json:"name"`
			AtMs int    `json:"at_ms"`
		} `json:"marks"`
	}
	h.must(json.Unmarshal(d.Facts, &facts))
	slices.SortStableFunc(facts.Marks, func(a, b struct {
		Name string `json:"name"`
		AtMs int    `json:"at_ms"`
	}) int {
		return a.AtMs - b.AtMs
	})
	for _, m := range facts.Marks {
		names = append(names, m.Name)
	}
	return names
}

func (h *house) metrics() string {
	h.t.Helper()
	code, body := h.get(http.DefaultClient, "/metrics", h.server.OpsAddr)
	if code != http.StatusOK {
		h.t.Fatalf("metrics: %d", code)
	}
	return string(body)
}
