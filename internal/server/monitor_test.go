package server_test

import (
	"encoding/json"
	"net/http"
	"testing"

	"huifang/internal/access"
	"huifang/internal/audit"
	"huifang/internal/callback"
	"huifang/internal/clip"
	"huifang/internal/headless"
	"huifang/internal/httpapi"
	"huifang/internal/testkit/audio"
	"huifang/signaling/wire"
)

// good tells how many seconds of a voice are in a sound. Another voice is about 0.1.
func good(voice, sound []float64) int {
	n := 0
	for _, s := range seconds(voice, sound, audio.Looping()) {
		if s.Corr > 0.45 { // of a mixture of two a voice is about 0.7
			n++
		}
	}
	return n
}

// hearer gives what somebody has heard so far.
type hearer func() []float64

func heardBy(p *headless.Phone) hearer { return func() []float64 { return clip.FromPCM(p.Heard()) } }

// atCustomer is what the first customer has heard.
func (h *house) atCustomer() []float64 { return clip.FromPCM(h.carrier.Calls()[0].Received) }

// until waits until a voice has been heard for some seconds from now on.
func (h *house) until(what string, at hearer, voice []float64, seconds int) {
	h.t.Helper()
	from := len(at())
	look := from + seconds*8000 // to compare takes a processor: not more often than there is something new
	h.eventually(what, func() bool {
		heard := at()
		if len(heard) < look {
			return false
		}
		look = len(heard) + 4000
		return good(voice, heard[from:]) >= seconds
	})
}

// A supervisor listens, whispers, barges in and takes over: who hears whom, and
// what the recording has of it.
func TestServer_SupervisorListensWhispersBargesInAndTakesOver(t *testing.T) {
	t.Parallel()
	h := openHouse(t, nil)
	quick := h.program("quick", func(p *callback.Program) { p.RecordingNotice = false })
	agent, boss := h.person("agent", access.RoleAgent), h.person("zhao", access.RoleSupervisor)
	p, b := h.phone(agent), h.phone(boss)
	ctx := t.Context()
	s := h.connected(p, agent, quick, "00000001")
	agentVoice, bossVoice := audio.PseudoSpeech(20, 21), audio.PseudoSpeech(20, 22)
	p.Say(alaw(agentVoice), true)
	b.Say(alaw(bossVoice), true)

	if err := p.Monitor(ctx, s.ID, "listen", "me"); h.problemOf(err).Code != "forbidden" {
		t.Fatalf("an agent: %v", err)
	}
	live := h.live("zhao")
	if len(live) != 1 || live[0].ID != s.ID || live[0].Agent.ID != agent.ID || live[0].State != "talking" {
		t.Fatalf("%+v", live)
	}
	for _, mode := range []struct {
		name                string
		atAgent, atCustomer bool // where the supervisor is heard
	}{{"listen", false, false}, {"whisper", true, false}, {"barge", true, true}} {
		if mode.name == "listen" {
			h.must(b.Monitor(ctx, s.ID, mode.name, "new agent"))
		} else {
			h.must(b.MonitorMode(ctx, s.ID, mode.name))
		}
		_, err := p.Until(ctx, func(s wire.CallSnapshot) bool { return s.Monitor == mode.name && s.MonitorBy == "zhao" || over(s) })
		h.must(err)
		agentFrom, customerFrom := len(p.Heard()), len(h.atCustomer())
		h.until(mode.name+": the supervisor to hear the agent", heardBy(b), agentVoice, 3)
		if mode.atAgent {
			h.until(mode.name+": the agent to hear the supervisor", heardBy(p), bossVoice, 4)
		}
		if mode.atCustomer {
			h.until(mode.name+": the customer to hear the supervisor", h.atCustomer, bossVoice, 2)
		}
		if n := good(bossVoice, clip.FromPCM(p.Heard()[agentFrom:])); !mode.atAgent && n > 0 {
			t.Errorf("%s: the agent hears the supervisor for %d s", mode.name, n)
		}
		if n := good(bossVoice, h.atCustomer()[customerFrom:]); !mode.atCustomer && n > 0 {
			t.Errorf("%s: the customer hears the supervisor for %d s", mode.name, n)
		}
	}
	// Take over: the agent is free, the supervisor has the call and its record.
	h.must(b.TakeOver(ctx, s.ID, "angry customer"))
	_, err := p.Until(ctx, func(s wire.CallSnapshot) bool { return s.State == "closed" && p.AgentState() == "ready" })
	h.must(err)
	_, err = b.Until(ctx, func(s wire.CallSnapshot) bool { return s.State == "talking" })
	h.must(err)
	atAgent := len(p.Heard())
	h.until("the customer to hear the supervisor after the take-over", h.atCustomer, bossVoice, 3)
	if n := len(p.Heard()) - atAgent; n > 8000 {
		t.Errorf("the former agent still hears %d samples", n)
	}
	a := h.finished(b)
	if a.call.AgentID != boss.ID || a.call.Record == nil || a.call.Record.AgentID != boss.ID {
		t.Errorf("agent %s, record %+v", a.call.AgentID, a.call.Record)
	}
	h.threeChannels(a, agentVoice, bossVoice)
	var kinds []string
	for _, m := range a.call.Marks {
		kinds = append(kinds, string(m.Kind)+" "+m.Reason)
	}
	if len(kinds) != 4 || kinds[0] != "monitor listen" || kinds[1] != "monitor whisper" || kinds[2] != "monitor barge" || kinds[3] != "handover taken_over" {
		t.Errorf("marks %v", kinds)
	}
	for _, action := range []string{audit.ActionCallMonitored, audit.ActionCallMonitorEnded, audit.ActionCallHandedOver} {
		events, err := h.server.Store.Events(ctx, audit.Filter{Action: action, ActorID: boss.ID})
		h.must(err)
		if len(events) == 0 {
			t.Errorf("%s is not in the audit log", action)
		}
	}
}

// live reads the list of live calls.
func (h *house) live(login string) []httpapi.LiveCall {
	h.t.Helper()
	code, body := h.get(h.signIn(login), "/api/v1/calls/live")
	var list httpapi.LiveCallList
	if err := json.Unmarshal(body, &list); code != http.StatusOK || err != nil {
		h.t.Fatalf("%d %s", code, body)
	}
	return list.Calls
}

// threeChannels: left has the agent's own part and not the supervisor's, until
// the supervisor is the agent; the third has the supervisor; both still plays.
func (h *house) threeChannels(a aftermath, agentVoice, bossVoice []float64) {
	h.t.Helper()
	left, right := h.channels(a)
	code, file := h.get(h.signIn("boss"), "/api/v1/recordings/"+a.recording.ID.String()+"/audio?channel=third")
	sound, err := clip.Parse(file)
	if code != http.StatusOK || err != nil || len(sound.Channels) != 1 || len(sound.Channels[0]) != len(left) {
		h.t.Fatalf("third channel: %d, %v", code, err)
	}
	third := sound.Channels[0]
	barge, taken := h.mark(a, "monitor_barge"), h.mark(a, "handover")
	own := h.compare(agentVoice, left[:taken], audio.Looping())
	if own.Seconds < 10 || own.Min < 0.9 {
		h.t.Errorf("the agent's own part on the left: %s", own)
	}
	if n := good(bossVoice, left[barge:taken]); n > 0 {
		h.t.Errorf("the supervisor is on the left for %d s before the take-over", n)
	}
	said := h.compare(bossVoice, third[:taken], audio.Looping())
	if said.Seconds < 7 || said.Min < 0.9 {
		h.t.Errorf("the supervisor in the third channel: %s", said)
	}
	if listen := h.mark(a, "monitor_listen"); loud(third[:listen]) > 0.001 || loud(third[taken+8000:]) > 0.001 {
		h.t.Error("the third channel has sound while nobody heard the supervisor as a third")
	}
	sent := h.compare(clip.FromPCM(h.sim(a).Sent), right)
	if sent.Seconds < 15 || sent.Min < 0.95 {
		h.t.Errorf("the customer on the right: %s", sent)
	}
	after := h.compare(bossVoice, left[taken+8000:], audio.Looping())
	if after.Seconds < 2 || after.Min < 0.9 {
		h.t.Errorf("after the take-over the supervisor is on the left: %s", after)
	}
}
