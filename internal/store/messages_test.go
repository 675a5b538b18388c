package store

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"huifang/internal/access"
	"huifang/internal/audit"
	"huifang/internal/call"
	"huifang/internal/callback"
	"huifang/internal/customer"
	"huifang/internal/message"
	"huifang/internal/problem"
)

// gatewayOf answers as it is told and keeps what it was given.
type gatewayOf struct {
	repeatable bool
	mu         sync.Mutex
	answer     func(m message.Outgoing) error
	sent       []message.Outgoing
}

func (g *gatewayOf) Repeatable() bool { return g.repeatable }
func (g *gatewayOf) Send(_ context.Context, m message.Outgoing) (string, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.answer != nil {
		if err := g.answer(m); err != nil {
			return "", err
		}
	}
	g.sent = append(g.sent, m)
	return fmt.Sprintf("gw-%d", len(g.sent)), nil
}

// post is the service of messages over the world's database.
type post struct {
	*message.Service
	*message.Sender
	w           *world
	sms, email  *gatewayOf
	agent, boss access.Principal
}

func newPost(t *testing.T) *post {
	w := newWorld(t)
	p := &post{w: w, sms: &gatewayOf{repeatable: true}, email: &gatewayOf{}, agent: access.Principal{User: w.user}, boss: access.Principal{User: w.addUser("boss", access.RoleSupervisor)}}
	p.Service = p.service(map[customer.Channel]message.Gateway{customer.ChannelSMS: p.sms, customer.ChannelEmail: p.email})
	p.Sender = p.sender("one")
	w.ok(p.EnsureTemplates(t.Context()))
	w.ok(p.EnsureTemplates(t.Context())) // a second time does nothing
	return p
}

func (p *post) service(gs map[customer.Channel]message.Gateway) *message.Service {
	s, err := message.NewService(message.Config{Store: p.w.Store, Gateways: gs, Company: callback.Words{Chinese: "汇方", English: "Huifang"}, ServiceNumber: "4008001234", PublicURL: "https://callback.example.com",
		Zone: time.FixedZone("Asia/Shanghai", 8*3600), Clock: func() time.Time { return p.w.at }, Logger: slog.New(slog.DiscardHandler)})
	p.w.ok(err)
	return s
}

func (p *post) sender(instance string) *message.Sender {
	s, err := message.NewSender(message.SenderConfig{Service: p.Service, Outbox: p.w.Store, Instance: instance, PerSecond: map[customer.Channel]int{customer.ChannelSMS: 100, customer.ChannelEmail: 100},
		Jitter: func() float64 { return 0.5 }, Logger: slog.New(slog.DiscardHandler)})
	p.w.ok(err)
	return s
}

// round lets the sender look once, and gives how many it took.
func (p *post) round() int {
	p.w.t.Helper()
	n, err := p.Round(p.w.t.Context())
	p.w.ok(err)
	return n
}

func (p *post) state(id uuid.UUID) message.State {
	p.w.t.Helper()
	m, err := p.w.Message(p.w.t.Context(), id)
	p.w.ok(err)
	return m.State
}

func (p *post) steps(id uuid.UUID) (out []message.Step) {
	p.w.t.Helper()
	d, err := p.Get(p.w.t.Context(), p.boss, id)
	p.w.ok(err)
	for _, e := range d.Events {
		out = append(out, e.Step)
	}
	return out
}

// greet queues a message without a task.
func (p *post) greet(c customer.Customer, festival string) message.Message {
	p.w.t.Helper()
	m, err := p.Send(p.w.t.Context(), p.boss, message.Order{CustomerID: c.ID, Purpose: message.PurposeFestival, Channel: customer.ChannelSMS, Festival: festival})
	p.w.ok(err)
	return m
}

// Rules C-14, S-04: a customer who does not want calls is served by a message;
// the task is closed by the receipt, which is kept, and what was said stands.
func TestRuleC14_MessageInPlaceOfACallClosesTheTaskWithItsProof(t *testing.T) {
	p := newPost(t)
	w, ctx := p.w, t.Context()
	order := message.Order{TaskID: w.task.ID, Purpose: message.PurposeNotice, Channel: customer.ChannelSMS, ClosesTask: true}
	_, err := p.Send(ctx, p.agent, order)
	wantRefused(t, err, "C-14") // they may be called
	w.exec(`UPDATE customer SET do_not_call_at = $1, do_not_call_reason = 'busy', do_not_call_channel = 'sms'`, w.at)
	of, err := p.Task(ctx, p.agent, w.task.ID)
	w.ok(err)
	if of.Offer == nil || *of.Offer != (message.Offer{Purpose: message.PurposeNotice, Channel: customer.ChannelSMS, ClosesTask: true}) {
		t.Fatalf("offer %+v", of.Offer)
	}
	stranger := access.Principal{User: w.addUser("stranger", access.RoleAgent)}
	_, err = p.Send(ctx, stranger, order)
	wantCode(t, err, problem.CodeForbidden, "not_assigned")
	m, err := p.Send(ctx, p.agent, order)
	w.ok(err)
	if want := "【汇方】王小明您好，按您的意愿我们不再致电。关于“回访”，如有问题或意见，请直接回复短信或拨打4008001234。退订回TD"; m.Body != want || m.Segments != 1 || m.State != message.StateQueued {
		t.Fatalf("%+v", m)
	}
	_, err = p.Send(ctx, p.agent, order)
	wantCode(t, err, problem.CodeConflict, "said_already")
	if of, err = p.Task(ctx, p.agent, w.task.ID); err != nil || of.Offer != nil || len(of.Messages) != 1 {
		t.Fatalf("offered again: %+v, %v", of, err)
	}
	if p.round() != 1 || p.state(m.ID) != message.StateSent || p.sms.sent[0].ID != m.ID || p.sms.sent[0].To.Reveal() != "+8613800138000" {
		t.Fatalf("%+v", p.sms.sent)
	}
	if v := w.taskNow(); v.Task.State != callback.TaskOpen {
		t.Fatalf("the task is %s before anything is proven", v.Task.State)
	}
	receipt := message.Receipt{ID: m.ID, GatewayID: "gw-1", Status: message.StepDelivered, Raw: []byte(`{"status":"delivered"}`)}
	w.at = w.at.Add(time.Minute)
	w.ok(p.Receive(ctx, receipt))
	w.ok(p.Receive(ctx, receipt)) // it may come twice
	w.ok(p.Receive(ctx, message.Receipt{ID: m.ID, Status: message.StepFail, Raw: []byte(`{}`)}))
	v := w.taskNow()
	if v.Task.State != callback.TaskOtherChannel || v.Task.ClosedBy != w.user.ID || !v.Task.ClosedAt.Equal(w.at) {
		t.Fatalf("%+v", v.Task)
	}
	d, err := p.Get(ctx, p.agent, m.ID)
	w.ok(err)
	last := d.Events[len(d.Events)-1]
	if d.Message.State != message.StateDelivered || len(d.Events) != 4 || string(last.Receipt) != `{"status":"delivered"}` {
		t.Errorf("%+v", d.Events)
	}
	for _, sql := range []string{`UPDATE message SET body = 'x'`, `UPDATE message SET state = 'queued'`, `UPDATE message SET address = '+8613800138001'`} {
		wantRefused(t, w.plain(sql), "C-14")
	}
	wantRefused(t, w.plain(`UPDATE message_event SET note = 'x'`), "S-04")
	for _, table := range []string{"message", "message_event", "message_template"} {
		wantRefused(t, w.plain(`DELETE FROM `+table), "T-02")
	}
	es, err := w.Events(ctx, audit.Filter{ObjectKind: "message", ObjectID: m.ID.String()})
	w.ok(err)
	var actions []string
	for _, e := range slices.Backward(es) {
		actions = append(actions, e.Action)
	}
	if want := []string{audit.ActionMessageQueued, audit.ActionMessageSent, audit.ActionMessageDelivered}; !slices.Equal(actions, want) {
		t.Errorf("audited %v", actions)
	}
}

// Rule T-04: the third counted attempt, not the second, brings the offer.
func TestRuleT04_MessageIsOfferedAfterTheThirdCountedAttempt(t *testing.T) {
	p := newPost(t)
	w, ctx := p.w, t.Context()
	order := message.Order{TaskID: w.task.ID, Purpose: message.PurposeMissedCalls, Channel: customer.ChannelSMS}
	for i, window := range []string{"10:00-11:00", "14:00-16:00", "10:00-11:00"} {
		of, err := p.Task(ctx, p.agent, w.task.ID)
		w.ok(err)
		if of.Offer != nil {
			t.Fatalf("offered after %d", i)
		}
		_, err = p.Send(ctx, p.agent, order)
		wantRefused(t, err, "T-04")
		w.at = w.at.Add(24 * time.Hour)
		w.made(w.at, window, call.OutcomeNoAnswer, true)
	}
	of, err := p.Task(ctx, p.agent, w.task.ID)
	w.ok(err)
	if of.Offer == nil || *of.Offer != (message.Offer{Purpose: message.PurposeMissedCalls, Channel: customer.ChannelSMS}) {
		t.Fatalf("offer %+v, %+v", of.Offer, of.Ways)
	}
	m, err := p.Send(ctx, p.agent, order)
	w.ok(err)
	p.round()
	w.ok(p.Receive(ctx, message.Receipt{ID: m.ID, Status: message.StepDelivered, Raw: []byte("x")}))
	if v := w.taskNow(); v.Task.State != callback.TaskWaiting {
		t.Errorf("a word that we called does not serve the customer: %s", v.Task.State)
	}
}

// Rule C-14: a word in a reply, or the link in an e-mail, ends the channel at once.
func TestRuleC14_OptOutIsHonouredAtOnce(t *testing.T) {
	p := newPost(t)
	w, ctx := p.w, t.Context()
	_, _, err := p.AddEmail(ctx, p.agent, w.cust.ID, "wang@example.com")
	w.ok(err)
	first := p.greet(w.cust, "元旦")
	p.round()
	waiting, other := p.greet(w.cust, "春节"), p.greet(w.addCustomer("C2", "李雷", "+8613800138002"), "春节")
	reply := message.Reply{ID: "r1", From: customer.StoredNumber("+8613800138000"), Said: "td", At: w.at, Raw: []byte(`{"text":"td"}`)}
	w.ok(p.Answer(ctx, reply))
	w.ok(p.Answer(ctx, reply)) // the gateway posts it again
	if got := p.state(waiting.ID); got != message.StateOptedOut {
		t.Errorf("what waited is %s", got)
	}
	if p.round() != 1 || p.state(other.ID) != message.StateSent {
		t.Error("another customer's was held back")
	}
	if got := p.steps(first.ID); !slices.Equal(got, []message.Step{message.StepQueue, message.StepClaim, message.StepSent, message.StepReply}) {
		t.Errorf("steps %v: the reply stands once with what it answers", got)
	}
	order := message.Order{CustomerID: w.cust.ID, Purpose: message.PurposeFestival, Channel: customer.ChannelSMS, Festival: "端午"}
	_, err = p.Send(ctx, p.boss, order)
	wantCode(t, err, problem.CodeRefused, "channel_refused")
	// Nor by anybody who goes round the service.
	m := waiting
	m.ID, m.SourceKey, m.Unsubscribe, m.State = uuid.New(), "", "s", message.StateQueued
	wantRefused(t, w.InsertMessage(ctx, m, audit.Event{}), "C-14")
	wantRefused(t, w.plain(`UPDATE message SET state = 'queued' WHERE state = 'failed'; INSERT INTO message (id, customer_id, channel, purpose, template_id, language, address, body, unsubscribe, state, next_try_at, created_at, updated_at)
		SELECT gen_random_uuid(), customer_id, channel, purpose, template_id, language, address, body, 'x', 'queued', now(), now(), now() FROM message LIMIT 1`), "C-14")
	_, _, err = p.AllowChannel(ctx, p.agent, w.cust.ID, customer.ChannelSMS, "asked for it")
	wantCode(t, err, problem.CodeForbidden, "supervisor_only")
	_, _, err = p.AllowChannel(ctx, p.boss, w.cust.ID, customer.ChannelSMS, " ")
	wantFields(t, err, "reason")
	_, _, err = p.AllowChannel(ctx, p.boss, w.cust.ID, customer.ChannelSMS, "客户来电要求恢复")
	w.ok(err)
	_, err = p.Send(ctx, p.boss, order)
	w.ok(err)
	// E-mail by its link.
	order.Channel = customer.ChannelEmail
	mail, err := p.Send(ctx, p.boss, order)
	w.ok(err)
	p.round()
	link := "https://callback.example.com/api/v1/unsubscribe/" + mail.Unsubscribe
	if len(p.email.sent) != 1 || p.email.sent[0].Unsubscribe != link || p.state(mail.ID) != message.StateSent {
		t.Fatalf("%+v", p.email.sent)
	}
	wantCode(t, p.Unsubscribe(ctx, "guessed", ""), problem.CodeNotFound, "message")
	w.ok(p.Unsubscribe(ctx, mail.Unsubscribe, "192.0.2.1"))
	w.ok(p.Unsubscribe(ctx, mail.Unsubscribe, "192.0.2.1"))
	r, ways, err := p.Channels(ctx, p.agent, w.cust.ID)
	w.ok(err)
	if len(r.Refusals) != 1 || r.Refusals[0].How != message.HowLink || ways[1].Possible || ways[1].Reason != "channel_refused" || !ways[0].Possible {
		t.Errorf("%+v, %+v", r.Refusals, ways)
	}
	es, err := w.Events(ctx, audit.Filter{Action: audit.ActionChannelRefused})
	w.ok(err)
	if len(es) != 2 || es[0].Rule != "C-14" {
		t.Errorf("audited %+v", es)
	}
}

// Four instances at once: each message is sent once, and those of a customer in
// the order in which they were written.
func TestRuleC14_ManyInstancesSendEachMessageOnceAndInOrder(t *testing.T) {
	p := newPost(t)
	w := p.w
	const customers, each = 12, 4
	want := map[string][]uuid.UUID{}
	for i := range customers {
		c := w.addCustomer(fmt.Sprintf("M%d", i), fmt.Sprintf("客户%d", i), fmt.Sprintf("+86138001390%02d", i))
		for n := range each {
			want[c.ContactPoints[0].Number.Reveal()] = append(want[c.ContactPoints[0].Number.Reveal()], p.greet(c, fmt.Sprintf("节日%d", n)).ID)
		}
	}
	var all sync.WaitGroup
	for i := range 4 {
		s := p.sender(fmt.Sprintf("instance-%d", i))
		all.Go(func() {
			for idle := 0; idle < 3; {
				n, err := s.Round(t.Context())
				if err != nil {
					t.Error(err)
					return
				}
				if n == 0 {
					idle++
				} else {
					idle = 0
				}
			}
		})
	}
	all.Wait()
	for p.round() > 0 {
	}
	got := map[string][]uuid.UUID{}
	for _, m := range p.sms.sent {
		got[m.To.Reveal()] = append(got[m.To.Reveal()], m.ID)
	}
	if !maps.EqualFunc(got, want, slices.Equal) {
		t.Errorf("sent %d of %d, in another order or more than once", len(p.sms.sent), customers*each)
	}
}

// A sender that dies leaves a claim. What the gateway knows again is sent under
// the same key; of an e-mail nobody knows, and a person decides.
func TestRuleC14_WhatADeadSenderLeft(t *testing.T) {
	p := newPost(t)
	w, ctx := p.w, t.Context()
	_, _, err := p.AddEmail(ctx, p.agent, w.cust.ID, "wang@example.com")
	w.ok(err)
	sms := p.greet(w.cust, "元旦")
	mail, err := p.Send(ctx, p.boss, message.Order{CustomerID: w.cust.ID, Purpose: message.PurposeFestival, Channel: customer.ChannelEmail, Festival: "元旦"})
	w.ok(err)
	for _, ch := range message.Channels() {
		ms, err := w.ClaimMessages(ctx, message.Claiming{Instance: "dead", Channel: ch, Limit: 9, Now: w.at, Until: w.at.Add(2 * time.Minute)})
		w.ok(err)
		if len(ms) != 1 {
			t.Fatalf("%d claimed", len(ms))
		}
	}
	w.at = w.at.Add(time.Minute)
	if p.round() != 0 || p.state(sms.ID) != message.StateSending {
		t.Fatal("a claim that holds was not respected")
	}
	w.at = w.at.Add(2 * time.Minute)
	if p.round(); len(p.sms.sent) != 1 || p.sms.sent[0].ID != sms.ID || p.state(sms.ID) != message.StateSent {
		t.Errorf("SMS: %+v, %s", p.sms.sent, p.state(sms.ID))
	}
	d, err := p.Get(ctx, p.boss, mail.ID)
	w.ok(err)
	if len(p.email.sent) != 0 || d.Message.State != message.StateFailed || d.Message.LastError == "" {
		t.Fatalf("e-mail: %+v", d.Message)
	}
	// What comes from the dead after all is believed of what was sent, and of nothing else.
	_, err = w.ApplyStep(ctx, message.Change{ID: sms.ID, Step: message.StepAgain, At: w.at, ClaimedBy: "dead", Tries: 1})
	wantCode(t, err, problem.CodeConflict, "message_state")
	_, err = p.Retry(ctx, p.agent, mail.ID)
	wantCode(t, err, problem.CodeForbidden, "not_concerned")
	_, err = p.Retry(ctx, p.boss, mail.ID)
	w.ok(err)
	if p.round(); len(p.email.sent) != 1 || p.state(mail.ID) != message.StateSent {
		t.Errorf("sent again by a person: %s", p.state(mail.ID))
	}
}

func TestRuleC14_RefusalsOfAGatewayAreTriedAgainWithLongerWaits(t *testing.T) {
	p := newPost(t)
	w, ctx := p.w, t.Context()
	p.sms.answer = func(message.Outgoing) error { return &message.SendError{Text: "HTTP 503", Temporary: true} }
	m, behind := p.greet(w.cust, "元旦"), p.greet(w.cust, "春节")
	var waits []time.Duration
	for range 12 {
		p.round()
		now, err := w.Message(ctx, m.ID)
		w.ok(err)
		if now.State == message.StateFailed {
			break
		}
		waits = append(waits, now.NextTryAt.Sub(w.at))
		if p.round() != 0 {
			t.Fatal("tried before its time, or the next one overtook it")
		}
		w.at = now.NextTryAt
	}
	s := time.Second
	if want := []time.Duration{30 * s, 60 * s, 120 * s, 240 * s, 480 * s, 960 * s, 1920 * s, 3600 * s}; !slices.Equal(waits, want) {
		t.Errorf("waits %v", waits)
	}
	d, err := p.Get(ctx, p.boss, m.ID)
	w.ok(err)
	if d.Message.State != message.StateFailed || d.Message.Tries != 9 || d.Message.LastError != "HTTP 503" {
		t.Errorf("%+v", d.Message)
	}
	p.sms.answer = func(message.Outgoing) error { return errors.New("connection reset") } // nobody knows
	p.round()
	if now, _ := w.Message(ctx, behind.ID); now.State != message.StateQueued || now.Tries < 1 {
		t.Errorf("a lost answer: %s after %d tries", now.State, now.Tries)
	}
	w.ok(p.Receive(ctx, message.Receipt{ID: behind.ID, Status: message.StepDelivered, Raw: []byte("x")}))
	w.at = w.at.Add(2 * time.Hour)
	p.sms.answer = nil
	if p.round() != 0 || len(p.sms.sent) != 0 {
		t.Error("it was delivered, and sent again all the same")
	}
}

// Rule M-03: greetings are messages; each occasion once a year.
func TestRuleM03_GreetingsAreMessagesOnceAYear(t *testing.T) {
	p := newPost(t)
	w, ctx := p.w, t.Context()
	order := message.Order{CustomerID: w.cust.ID, Purpose: message.PurposeBirthday, Channel: customer.ChannelSMS}
	m, err := p.Send(ctx, p.agent, order)
	w.ok(err)
	if m.TaskID != uuid.Nil || m.Purpose != message.PurposeBirthday {
		t.Errorf("%+v", m)
	}
	_, err = p.Send(ctx, p.boss, order)
	wantCode(t, err, problem.CodeConflict, "said_already")
	_, err = p.Send(ctx, p.boss, message.Order{CustomerID: w.cust.ID, Purpose: message.PurposeFestival, Channel: customer.ChannelSMS})
	wantFields(t, err, "festival")
	w.at = w.at.AddDate(1, 0, 0)
	_, err = p.Send(ctx, p.boss, order)
	w.ok(err)
	page, err := p.List(ctx, p.boss, message.Query{Purpose: message.PurposeBirthday, Limit: 1})
	w.ok(err)
	if len(page.Messages) != 1 || page.Next.ID == uuid.Nil || page.Counts[message.StateQueued] != 2 {
		t.Errorf("the sent log: %+v", page)
	}
	// Without a gateway nothing is queued for one that may come.
	_, err = p.service(nil).Send(ctx, p.boss, message.Order{CustomerID: w.cust.ID, Purpose: message.PurposeFestival, Channel: customer.ChannelSMS, Festival: "春节"})
	wantCode(t, err, problem.CodeRefused, "no_gateway")
}

// The trigger lets the same steps pass as the code.
func TestMessageStates_DatabaseAgreesWithTheCode(t *testing.T) {
	p := newPost(t)
	w := p.w
	m := p.greet(w.cust, "元旦")
	for _, from := range message.States() {
		for _, to := range message.States() {
			if from == to {
				continue
			}
			want := slices.ContainsFunc(message.Steps(), func(s message.Step) bool { next, err := from.Next(s); return err == nil && next == to })
			w.exec(`ALTER TABLE message DISABLE TRIGGER guard`)
			set := `UPDATE message SET state = $1, claimed_by = 'x', claim_until = now(), sent_at = now(), delivered_at = CASE WHEN $1 = 'delivered' THEN now() END WHERE id = $2`
			w.exec(set, string(from), m.ID)
			w.exec(`ALTER TABLE message ENABLE TRIGGER guard`)
			if err := w.plain(set, string(to), m.ID); (err == nil) != want {
				t.Errorf("%s to %s: the code says %v, the database %v", from, to, want, err)
			}
		}
	}
}

func TestTemplates_AreVersionsAndCheckedForTheirPlaceholders(t *testing.T) {
	p := newPost(t)
	w, ctx := p.w, t.Context()
	in := message.Template{Purpose: message.PurposeBirthday, Channel: customer.ChannelSMS, Language: "zh-CN", Body: "{customer}，{comapny}祝您生日快乐 {"}
	_, err := p.ChangeTemplate(ctx, p.boss, in)
	wantFields(t, err, "body", "body")
	in.Body = "{customer}，{company}祝您生日快乐！退订回TD"
	changed, err := p.ChangeTemplate(ctx, p.boss, in)
	w.ok(err)
	if changed.Version != 2 || changed.CreatedName != "boss" {
		t.Errorf("%+v", changed)
	}
	m, err := p.Send(ctx, p.agent, message.Order{CustomerID: w.cust.ID, Purpose: message.PurposeBirthday, Channel: customer.ChannelSMS})
	w.ok(err)
	if m.Body != "王小明，汇方祝您生日快乐！退订回TD" || m.Version != 2 {
		t.Errorf("%+v", m)
	}
	ts, err := p.Templates(ctx)
	w.ok(err)
	if want := len(message.Purposes())*4 + 1; len(ts) != want {
		t.Errorf("%d templates, want %d", len(ts), want)
	}
	for _, tpl := range message.Shipped(w.at) {
		d, err := p.Sample(tpl)
		if err != nil || d.Body == "" || tpl.Channel == customer.ChannelSMS && d.Size.Segments > 2 {
			t.Errorf("%s %s %s: %+v, %v", tpl.Purpose, tpl.Channel, tpl.Language, d.Size, err)
		}
	}
	wantRefused(t, w.plain(`UPDATE message_template SET body = 'x'`), "S-04")
}
