package server_test

import (
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"

	"huifang/internal/access"
	"huifang/internal/audit"
	"huifang/internal/callback"
	"huifang/internal/clip"
	"huifang/internal/config"
	"huifang/internal/customer"
	"huifang/internal/headless"
	"huifang/internal/httpapi"
	"huifang/internal/server"
	"huifang/internal/testkit/audio"
	"huifang/signaling/wire"
)

// party is a house with music, an agent in a call, and a colleague.
type party struct {
	*house
	agent, colleague, adviser     access.User
	p, b                          *headless.Phone
	call                          wire.CallSnapshot
	music, agentVoice, otherVoice []float64
}

func newParty(t *testing.T) *party {
	t.Helper()
	y := &party{music: audio.PseudoSpeech(6, 31), agentVoice: audio.PseudoSpeech(20, 32), otherVoice: audio.PseudoSpeech(20, 33)}
	path := filepath.Join(t.TempDir(), "music.wav")
	if err := os.WriteFile(path, waveOf(y.music), 0o600); err != nil {
		t.Fatal(err)
	}
	y.house = openHouse(t, func(c *config.Config, _ *server.Options) { c.Media.HoldMusicOf = map[string]string{"quick": path} })
	quick := y.program("quick", func(p *callback.Program) { p.RecordingNotice = false })
	y.agent, y.colleague, y.adviser = y.person("agent", access.RoleAgent), y.person("han", access.RoleAgent), y.person("adviser", access.RoleAgent)
	y.p, y.b = y.phone(y.agent), y.phone(y.colleague)
	c, err := y.server.Customer.Create(t.Context(), y.boss, customer.Customer{Code: uuid.NewString(), Name: "王小明", Kind: "investor", AdviserID: y.adviser.ID},
		[]customer.NewContact{{Number: "13800000001"}})
	y.must(err)
	task, err := y.server.Callback.Create(t.Context(), y.boss, callback.NewTask{CustomerID: c.ID, ProgramID: quick.ID, AssigneeID: y.agent.ID, DueAt: time.Now().Add(time.Hour)})
	y.must(err)
	_, err = y.p.Dial(t.Context(), task.Task.ID.String())
	y.must(err)
	y.call, err = y.p.Until(t.Context(), func(s wire.CallSnapshot) bool { return s.State == "talking" || over(s) })
	y.must(err)
	y.p.Say(alaw(y.agentVoice), true)
	y.b.Say(alaw(y.otherVoice), true)
	return y
}

// state waits until the condition holds of a phone's call.
func (y *party) state(p *headless.Phone, what string, holds func(wire.CallSnapshot) bool) {
	y.t.Helper()
	if _, err := p.Until(y.t.Context(), holds); err != nil {
		y.t.Fatalf("%s: %v, the call is %+v", what, err, p.Call())
	}
}

func talkingAgain(result string) func(wire.CallSnapshot) bool {
	return func(s wire.CallSnapshot) bool { return s.State == "talking" && s.Transfer.Result == result }
}

// The customer hears the agent, music, the colleague; it is one call with one
// recording, and the colleague writes its record.
func TestRuleC15_BlindTransferIsOneCallWithOneRecording(t *testing.T) {
	t.Parallel()
	y := newParty(t)
	ctx := t.Context()
	y.until("the customer to hear the agent", y.atCustomer, y.agentVoice, 3)
	list := y.colleagues()
	if i := slices.IndexFunc(list, func(c httpapi.Colleague) bool { return c.ID == y.colleague.ID }); i != 0 || !list[0].Free || list[0].State != "ready" ||
		slices.ContainsFunc(list, func(c httpapi.Colleague) bool { return c.ID == y.adviser.ID || c.ID == y.agent.ID }) {
		t.Fatalf("Rule C-15: %+v", list)
	}
	if p := y.problemOf(y.p.Transfer(ctx, y.adviser.ID, false, "x")); p.Rule != "C-15" || p.Reason != "conflict_own_customer" {
		t.Fatalf("%+v", p)
	}
	y.must(y.p.Transfer(ctx, y.colleague.ID, false, "first"))
	_, err := y.b.Offer(ctx)
	y.must(err)
	y.must(y.b.Decline(ctx, "busy"))
	if why, err := y.b.OfferEnd(ctx); err != nil || why != "declined" {
		t.Fatalf("%s %v", why, err)
	}
	y.state(y.p, "declined", talkingAgain("declined"))
	y.until("the customer to hear the agent again", y.atCustomer, y.agentVoice, 2)

	_, body := y.send(y.signIn("agent"), http.MethodPut, y.base+"/api/v1/calls/"+y.call.ID.String()+"/record", map[string]any{"state": "draft", "content": "asks about the fees"})
	if body == nil {
		t.Fatal("no draft")
	}
	y.must(y.p.Transfer(ctx, y.colleague.ID, false, "asks about the fees"))
	o, err := y.b.Offer(ctx)
	y.must(err)
	if o.Kind != "transfer" || o.CallID != y.call.ID || o.From != "agent" || o.Why != "asks about the fees" || o.Customer.Name != "王小明" || o.Customer.MaskedNumber == "" {
		t.Fatalf("%+v", o)
	}
	y.state(y.p, "held", func(s wire.CallSnapshot) bool { return s.State == "held" && s.Transfer.With == "han" })
	y.until("the customer to hear music", y.atCustomer, y.music, 2)
	y.must(y.b.Accept(ctx))
	y.state(y.b, "the colleague has the call", func(s wire.CallSnapshot) bool { return s.State == "talking" && !s.Guest })
	y.state(y.p, "the agent is free", func(s wire.CallSnapshot) bool {
		return s.State == "closed" && s.Reason == "transferred" && y.p.AgentState() == "ready"
	})
	y.until("the customer to hear the colleague", y.atCustomer, y.otherVoice, 3)
	quiet := len(y.p.Heard())
	a := y.finished(y.b)
	if n := len(y.p.Heard()) - quiet; n > 4000 {
		t.Errorf("the first agent still hears %d samples", n)
	}
	if a.call.AgentID != y.colleague.ID || a.call.Record.AgentID != y.colleague.ID || a.recording.ID != y.call.Recording.ID {
		t.Errorf("agent %s, record %+v, recording %s", a.call.AgentID, a.call.Record, a.recording.ID)
	}
	v, err := y.server.Store.Task(ctx, a.call.TaskID)
	y.must(err)
	if v.Task.AssigneeID != y.colleague.ID {
		t.Errorf("the task is %s's", v.Task.AssigneeID)
	}
	y.changedHands(a)
	y.transferMarks(a, "transfer blind declined", "transfer blind completed", "handover transferred")
	for action, by := range map[string]uuid.UUID{audit.ActionTransferStarted: y.agent.ID, audit.ActionTransferEnded: y.agent.ID,
		audit.ActionTaskAssigned: y.agent.ID, audit.ActionCallHandedOver: y.colleague.ID} {
		if events, err := y.server.Store.Events(ctx, audit.Filter{Action: action, ActorID: by}); err != nil || len(events) == 0 {
			t.Errorf("%s is not in the audit log: %v", action, err)
		}
	}
}

// colleagues reads the list of the agent's call.
func (y *party) colleagues() []httpapi.Colleague {
	y.t.Helper()
	code, body := y.get(y.signIn("agent"), "/api/v1/calls/"+y.call.ID.String()+"/colleagues")
	var list httpapi.ColleagueList
	if err := json.Unmarshal(body, &list); code != http.StatusOK || err != nil {
		y.t.Fatalf("%d %s", code, body)
	}
	return list.Colleagues
}

// changedHands: left the agent, the music, the colleague; right the customer
// without a hole; no third channel.
func (y *party) changedHands(a aftermath) {
	y.t.Helper()
	left, right := y.channels(a)
	starts, given := y.marks(a, "transfer_started"), y.mark(a, "handover")
	if len(starts) != 2 {
		y.t.Fatalf("transfers began at %v", starts)
	}
	started := starts[1]
	accepted := y.mark(a, "transfer_accepted")
	if !(started < accepted && accepted <= given) {
		y.t.Errorf("started at %d, accepted at %d, given at %d", started, accepted, given)
	}
	for what, part := range map[string]struct {
		voice, sound []float64
		seconds      int
	}{"agent": {y.agentVoice, left[:started], 2}, "music": {y.music, left[started:given], 2}, "colleague": {y.otherVoice, left[given:], 2}} {
		if n := good(part.voice, part.sound); n < part.seconds {
			y.t.Errorf("%s on the left for %d s", what, n)
		}
	}
	if n := good(y.agentVoice, left[given:]) + good(y.otherVoice, left[:given]); n > 0 {
		y.t.Errorf("%d s of the wrong one of the two", n)
	}
	y.customerThroughout(a, right)
}

// customerThroughout: what the customer said is on the right without a hole.
func (y *party) customerThroughout(a aftermath, right []float64) {
	y.t.Helper()
	sent := y.compare(clip.FromPCM(y.sim(a).Sent), right)
	if sent.Seconds < 8 || sent.Min < 0.95 {
		y.t.Errorf("the customer on the right: %s", sent)
	}
}

func (y *party) transferMarks(a aftermath, want ...string) {
	y.t.Helper()
	var got []string
	for _, m := range a.call.Marks {
		got = append(got, string(m.Kind)+" "+m.Reason)
		if m.Kind == "transfer" {
			got[len(got)-1] += " " + m.EndReason
			if m.ByID != y.agent.ID || m.WithID != y.colleague.ID || m.Note == "" {
				y.t.Errorf("%+v", m)
			}
		}
	}
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		y.t.Errorf("marks %v, want %v", got, want)
	}
}

// A consultation, three talking, and the call given away; the third channel has
// what was said beside the customer.
func TestTransfer_ConsultThreeWayComplete(t *testing.T) {
	t.Parallel()
	y := newParty(t)
	ctx := t.Context()
	y.must(y.p.Transfer(ctx, y.colleague.ID, true, "may I waive the fee?"))
	o, err := y.b.Offer(ctx)
	y.must(err)
	if o.Kind != "consult" {
		t.Fatalf("%+v", o)
	}
	y.must(y.b.Accept(ctx))
	y.state(y.b, "the colleague as a guest", func(s wire.CallSnapshot) bool {
		return s.Guest && s.Transfer.Phase == "consulting" && s.Transfer.With == "agent" && y.b.AgentState() == "calling"
	})
	y.state(y.p, "consulting", func(s wire.CallSnapshot) bool { return s.State == "held" && s.Transfer.Phase == "consulting" })
	atCustomer := len(y.atCustomer())
	y.until("the agent to hear the colleague", heardBy(y.p), y.otherVoice, 3)
	y.until("the colleague to hear the agent", heardBy(y.b), y.agentVoice, 2)
	y.until("the customer to hear music", y.atCustomer, y.music, 2)
	if n := good(y.agentVoice, y.atCustomer()[atCustomer:]) + good(y.otherVoice, y.atCustomer()[atCustomer:]); n > 0 {
		t.Errorf("the customer hears the consultation for %d s", n)
	}
	y.must(y.p.ThreeWay(ctx))
	y.state(y.b, "three", func(s wire.CallSnapshot) bool { return s.State == "talking" && s.Transfer.Phase == "three_way" })
	customerVoice := clip.FromPCM(y.carrier.Calls()[0].Sent)
	y.until("the customer to hear the colleague of three", y.atCustomer, y.otherVoice, 2)
	y.until("the customer to hear the agent of three", y.atCustomer, y.agentVoice, 2)
	y.until("the agent to hear the colleague of three", heardBy(y.p), y.otherVoice, 2)
	y.eventually("the colleague to hear the customer", func() bool {
		said := clip.FromPCM(y.carrier.Calls()[0].Sent)
		return len(said) > len(customerVoice) && loud(heardBy(y.b)()) > 0 && y.hearsCustomer(y.b)
	})
	y.must(y.p.CompleteTransfer(ctx))
	y.state(y.b, "the colleague has the call", func(s wire.CallSnapshot) bool { return s.State == "talking" && !s.Guest && s.Transfer.Phase == "" })
	y.state(y.p, "the agent is free", func(s wire.CallSnapshot) bool { return s.State == "closed" && y.p.AgentState() == "ready" })
	y.until("the customer to hear the colleague alone", y.atCustomer, y.otherVoice, 2)
	a := y.finished(y.b)
	y.consulted(a)
	y.transferMarks(a, "transfer consult completed", "handover transferred")
}

// hearsCustomer: in the last seconds that a phone has heard is what the
// customer says.
func (y *party) hearsCustomer(p *headless.Phone) bool {
	heard := heardBy(p)()
	if len(heard) < 3*8000 {
		return false
	}
	return good(clip.FromPCM(y.carrier.Calls()[0].Sent), heard[len(heard)-3*8000:]) > 0
}

func (y *party) consulted(a aftermath) {
	y.t.Helper()
	left, right := y.channels(a)
	code, file := y.get(y.signIn("boss"), "/api/v1/recordings/"+a.recording.ID.String()+"/audio?channel=third")
	sound, err := clip.Parse(file)
	if code != http.StatusOK || err != nil || len(sound.Channels) != 1 || len(sound.Channels[0]) != len(left) {
		y.t.Fatalf("third channel: %d, %v", code, err)
	}
	third := sound.Channels[0]
	joined, three, given := y.mark(a, "transfer_accepted"), y.mark(a, "three_way_started"), y.mark(a, "handover")
	if n := good(y.agentVoice, third[joined:three]); n < 2 {
		y.t.Errorf("the agent's part of the consultation on the third channel: %d s", n)
	}
	if n := good(y.otherVoice, third[joined:three]); n < 2 {
		y.t.Errorf("the colleague's part of the consultation on the third channel: %d s", n)
	}
	if n := good(y.music, left[joined:three]); n < 2 {
		y.t.Errorf("the music on the left: %d s", n)
	}
	alone := y.compare(y.otherVoice, third[three+8000:given], audio.Looping())
	if alone.Seconds < 2 || alone.Min < 0.9 {
		y.t.Errorf("of three the colleague alone is on the third channel: %s", alone)
	}
	if n := good(y.agentVoice, left[three:given]); n < 2 {
		y.t.Errorf("of three the agent is on the left: %d s", n)
	}
	if n := good(y.otherVoice, left[joined:given]); n > 0 {
		y.t.Errorf("the colleague is on the left for %d s before the call is given", n)
	}
	if n := good(y.otherVoice, left[given:]); n < 1 {
		y.t.Errorf("the colleague is on the left for %d s after that", n)
	}
	if loud(third[given+8000:]) > 0.001 {
		y.t.Error("the third channel has sound after the third had left")
	}
	y.customerThroughout(a, right)
}

// Whoever vanishes, nobody stays on hold.
func TestTransfer_WhoeverVanishesTheCustomerIsNotAlone(t *testing.T) {
	t.Parallel()
	t.Run("colleague", func(t *testing.T) {
		t.Parallel()
		y := newParty(t)
		y.must(y.p.Transfer(t.Context(), y.colleague.ID, true, "one moment"))
		_, err := y.b.Offer(t.Context())
		y.must(err)
		y.must(y.b.Accept(t.Context()))
		y.state(y.p, "consulting", func(s wire.CallSnapshot) bool { return s.Transfer.Phase == "consulting" })
		y.b.Vanish()
		y.state(y.p, "back", talkingAgain("colleague_lost"))
		y.until("the customer to hear the agent", y.atCustomer, y.agentVoice, 2)
		a := y.finished(y.p)
		y.transferMarks(a, "transfer consult colleague_lost")
	})
	t.Run("agent", func(t *testing.T) {
		t.Parallel()
		y := newParty(t)
		y.must(y.p.Transfer(t.Context(), y.colleague.ID, true, "one moment"))
		_, err := y.b.Offer(t.Context())
		y.must(err)
		y.must(y.b.Accept(t.Context()))
		y.state(y.b, "consulting", func(s wire.CallSnapshot) bool { return s.Guest && s.Transfer.Phase == "consulting" })
		y.p.Vanish()
		gone := time.Now()
		y.state(y.b, "the call is the colleague's", func(s wire.CallSnapshot) bool { return !s.Guest && s.State == "talking" })
		if d := time.Since(gone); d < 8*time.Second {
			t.Errorf("the agent was waited for %s", d)
		}
		y.until("the customer to hear the colleague", y.atCustomer, y.otherVoice, 2)
		a := y.finished(y.b)
		y.transferMarks(a, "transfer consult completed", "handover agent_lost")
	})
	t.Run("customer", func(t *testing.T) {
		t.Parallel()
		y := newParty(t)
		y.must(y.p.Transfer(t.Context(), y.colleague.ID, false, "one moment"))
		_, err := y.b.Offer(t.Context())
		y.must(err)
		y.must(y.p.Hangup(t.Context(), ""))
		why, err := y.b.OfferEnd(t.Context())
		y.must(err)
		if why != "call_ended" {
			t.Errorf("the offer ended: %s", why)
		}
		y.state(y.p, "over", over)
		_, err = y.b.Dial(t.Context(), y.task(y.colleague, y.program("other", func(*callback.Program) {}), "00000001").String())
		y.must(err)
	})
}
