package server_test

import (
	"testing"
	"time"

	"huifang/internal/access"
	"huifang/internal/callback"
	"huifang/internal/testkit/audio"
	"huifang/signaling/wire"
)

// An agent whose connection is up but sends nothing: the customer hears the hold
// tone, the page is told, the recording has all of it, and with the first packet
// the two talk again. How soon is measured exactly by the switchboard's tests.
func TestAgentLoss_CustomerHearsAToneAndTheCallGoesOn(t *testing.T) {
	t.Parallel()
	h := openHouse(t, nil)
	program := h.program("quick", func(p *callback.Program) { p.RecordingNotice = false })
	ctx := t.Context()
	lina := h.person("lina", access.RoleAgent)
	p := h.phone(lina)
	_, err := p.Dial(ctx, h.task(lina, program, "00000001").String())
	h.must(err)
	_, err = p.Until(ctx, func(s wire.CallSnapshot) bool { return s.State == "talking" })
	h.must(err)
	said := audio.PseudoSpeech(30, 5)
	p.Say(alaw(said), true)
	_, err = p.Until(ctx, func(wire.CallSnapshot) bool { return p.Quality().Agent.Packets > 150 })
	h.must(err)
	p.Stall(true)
	stalled := time.Now()
	_, err = p.Until(ctx, func(s wire.CallSnapshot) bool { return !s.AgentConnected })
	h.must(err)
	noticed := time.Since(stalled)
	t.Logf("noticed after %v", noticed)
	if noticed > 4*time.Second { // 1.5 s on a machine that has nothing else to do
		t.Errorf("noticed after %v", noticed)
	}
	<-time.After(5 * time.Second) // of tone
	p.Stall(false)
	_, err = p.Until(ctx, func(s wire.CallSnapshot) bool { return s.AgentConnected })
	h.must(err)
	back := time.Now()
	_, err = p.Until(ctx, func(wire.CallSnapshot) bool { return time.Since(back) > 4*time.Second })
	h.must(err)
	h.must(p.Hangup(ctx, ""))
	s, err := p.Until(ctx, over)
	h.must(err)
	if s.Outcome != "answered" || s.EndedBy != "agent" || s.Reason != "" {
		t.Errorf("%+v", s)
	}
	a := aftermath{recording: h.verified(s.Recording.ID)}
	left, _ := h.channels(a)
	lost, returned := h.mark(a, "agent_lost"), h.mark(a, "agent_back")
	if returned-lost < 2*8000 || returned > len(left)-8000 {
		t.Fatalf("lost at %d, back at %d of %d samples", lost, returned, len(left))
	}
	waited := h.compare(holdTone(40), left[lost+800:returned-800])
	after := h.compare(said, left[returned+800:], audio.Looping())
	if waited.Seconds < 2 || waited.Min < 0.95 || after.Seconds < 1 || after.Min < 0.95 {
		t.Errorf("tone %s; voice after it %s; facts %s", waited, after, a.recording.Facts)
	}
}
