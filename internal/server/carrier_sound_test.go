package server_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"time"

	"huifang/internal/callback"
	"huifang/internal/carriersim"
	"huifang/internal/clip"
	"huifang/internal/testkit/audio"
)

// channels reads a recording as an auditor does.
func (h *house) channels(a aftermath) (left, right []float64) {
	h.t.Helper()
	code, file := h.get(h.signIn("boss"), "/api/v1/recordings/"+a.recording.ID.String()+"/audio?channel=both")
	sound, err := clip.Parse(file)
	if code != http.StatusOK || err != nil || len(sound.Channels) != 2 {
		h.t.Fatalf("audio: %d, %v", code, err)
	}
	return sound.Channels[0], sound.Channels[1]
}

// mark is a place of the recording in samples.
func (h *house) mark(a aftermath, name string) int {
	h.t.Helper()
	var facts struct {
		Marks []struct {
			Name string `json:"name"`
			AtMs int    `json:"at_ms"`
		} `json:"marks"`
	}
	h.must(json.Unmarshal(a.recording.Facts, &facts))
	for _, m := range facts.Marks {
		if m.Name == name {
			return m.AtMs * 8
		}
	}
	h.t.Fatalf("no mark %q in %s", name, a.recording.Facts)
	return 0
}

// sim is the carrier's view of the call.
func (h *house) sim(a aftermath) carriersim.Call {
	h.t.Helper()
	for _, c := range h.carrier.Calls() {
		if strings.HasPrefix(c.CallID, a.attempt.ID.String()) {
			return c
		}
	}
	h.t.Fatal("the carrier does not know the call")
	return carriersim.Call{}
}

// bothAreHeard: each voice in its channel, in step.
func bothAreHeard(h *house, a aftermath) {
	h.t.Helper()
	left, right := h.channels(a)
	said := h.compare(a.said, left)
	sent := h.compare(clip.FromPCM(h.sim(a).Sent), right)
	if said.Seconds < 1 || said.Min < 0.95 || sent.Seconds < 1 || sent.Min < 0.95 {
		h.t.Errorf("agent %s; customer %s; quality %+v; facts %s", said, sent, a.quality, a.recording.Facts)
	}
}

// bothHaveSound is the cheap look: no comparison with what was said.
func bothHaveSound(h *house, a aftermath) {
	h.t.Helper()
	if a.recording.LeftActiveMs < 500 || a.recording.RightActiveMs < 500 {
		h.t.Errorf("sound for %d and %d ms", a.recording.LeftActiveMs, a.recording.RightActiveMs)
	}
}

// announcementIsRecorded: Rule T-01, early media are part of the recording.
func announcementIsRecorded(h *house, a aftermath) {
	h.t.Helper()
	_, right := h.channels(a)
	sent := h.compare(clip.FromPCM(h.sim(a).Sent), right)
	if sent.Seconds < 5 || sent.Min < 0.95 {
		h.t.Errorf("announcement: %s", sent)
	}
}

// numberIsMarked: nobody is sent to a number that does not exist again.
func numberIsMarked(h *house, a aftermath) {
	h.t.Helper()
	c, err := h.server.Store.Customer(h.t.Context(), a.call.CustomerID)
	h.must(err)
	if !c.ContactPoints[0].Invalid() {
		h.t.Error("the number is not marked as invalid")
	}
}

// customerIsMissing: the page is told, the recording says so, the agent is in it.
func customerIsMissing(h *house, a aftermath) {
	h.t.Helper()
	left, _ := h.channels(a)
	said := h.compare(a.said, left)
	if a.quality.OneWay != "customer" || a.quality.OneWayCause != "no_packets" || !a.recording.EmptyRight || a.recording.EmptyLeft || said.Seconds < 3 || said.Min < 0.95 {
		h.t.Errorf("one way %q, empty %v %v, agent %s", a.quality.OneWay, a.recording.EmptyLeft, a.recording.EmptyRight, said)
	}
}

// customerIsSilent: packets come of the customer, but nothing is in them.
func customerIsSilent(h *house, a aftermath) {
	h.t.Helper()
	q := a.quality
	if q.OneWay != "customer" || q.OneWayCause != "silent" || q.Customer.Packets == 0 || a.recording.RightActiveMs != 0 || a.recording.LeftActiveMs == 0 {
		h.t.Errorf("quality %+v, active %d and %d ms", q, a.recording.LeftActiveMs, a.recording.RightActiveMs)
	}
	agent, customer := a.legs(h)
	if customer.UnheardMs < 1000 || agent.UnheardMs != 0 || customer.Received == 0 || customer.MOS == nil {
		h.t.Errorf("agent %+v, customer %+v", agent, customer)
	}
}

// agentSendsNothing: the call goes on, the page is told, the figures say it.
func agentSendsNothing(h *house, a aftermath) {
	h.t.Helper()
	if q := a.quality; q.OneWay != "agent" || q.OneWayCause != "no_packets" || q.Agent.LastPacketMs < 1000 {
		h.t.Errorf("quality %+v", q)
	}
	if agent, customer := a.legs(h); agent.UnheardMs < 1000 || customer.UnheardMs != 0 {
		h.t.Errorf("agent %+v, customer %+v", agent, customer)
	}
}

// holdIsNoTimeout: the carrier has held us for longer than a silent customer is
// waited for; the call is there afterwards, and was not one-way meanwhile.
func holdIsNoTimeout(h *house, a aftermath) {
	h.t.Helper()
	agent, customer := a.legs(h)
	if a.quality.OneWay != "" || agent.UnheardMs != 0 || customer.UnheardMs != 0 {
		h.t.Errorf("quality %+v, agent %+v, customer %+v", a.quality, agent, customer)
	}
	if a.recording.DurationMs < 36_000 || a.recording.RightActiveMs < 2_000 {
		h.t.Errorf("%d ms, the customer for %d ms", a.recording.DurationMs, a.recording.RightActiveMs)
	}
}

// legs are the figures that are kept with the call.
func (a aftermath) legs(h *house) (agent, customer callback.CallLeg) {
	h.t.Helper()
	if len(a.call.Legs) != 2 || a.call.Legs[0].Leg != "agent" || a.call.Legs[1].Leg != "customer" {
		h.t.Fatalf("legs: %+v", a.call.Legs)
	}
	return a.call.Legs[0], a.call.Legs[1]
}

// agentIsMissing: packets come, but nothing is in them; the page is told.
func agentIsMissing(h *house, a aftermath) {
	h.t.Helper()
	if q := a.quality; q.OneWay != "agent" || q.OneWayCause != "silent" || q.Agent.Packets == 0 || q.Agent.LastPacketMs > 1000 || a.recording.LeftActiveMs != 0 || a.recording.RightActiveMs == 0 {
		h.t.Errorf("quality %+v, active %d and %d ms", q, a.recording.LeftActiveMs, a.recording.RightActiveMs)
	}
}

// lateIsNotLost: packets that overtake each other stand in their order.
func lateIsNotLost(h *house, a aftermath) {
	h.t.Helper()
	_, right := h.channels(a)
	sent := h.compare(clip.FromPCM(h.sim(a).Sent), right)
	if sent.Seconds < 3 || sent.Min < 0.95 || a.quality.Customer.JitterMs < 5 || a.quality.OneWay != "" {
		h.t.Errorf("customer %s, quality %+v", sent, a.quality)
	}
}

// movesWithoutAGap: the customer's side changes address and law in the middle of
// the call. Each direction is recorded and heard in one piece.
func movesWithoutAGap(h *house, a aftermath) {
	h.t.Helper()
	left, right := h.channels(a)
	c := h.sim(a)
	sent := h.compare(clip.FromPCM(c.Sent), right)
	said := h.compare(a.said, left)
	heard := h.compare(a.said, clip.FromPCM(c.Received))
	for of, s := range map[string]audio.Summary{"customer": sent, "agent": said, "agent, as the customer hears": heard} {
		if s.Seconds < 4 || s.Min < 0.95 || s.LagSpreadMs > 20 {
			h.t.Errorf("%s: %s", of, s)
		}
	}
	if c.Codec != "PCMU" {
		h.t.Errorf("the carrier stays with %s", c.Codec)
	}
}

// holdIsRecorded: while the carrier holds us the recording goes on, with the
// carrier's music on the one side and the agent on the other; the customer
// hears nothing of the agent meanwhile, and again after.
func holdIsRecorded(h *house, a aftermath) {
	h.t.Helper()
	left, right := h.channels(a)
	c := h.sim(a)
	sent := h.compare(clip.FromPCM(c.Sent), right)
	said := h.compare(a.said, left)
	for of, s := range map[string]audio.Summary{"customer": sent, "agent": said} {
		if s.Seconds < 4 || s.Min < 0.95 || s.LagSpreadMs > 20 {
			h.t.Errorf("%s: %s", of, s)
		}
	}
	talked := int(a.call.EndedAt.Sub(a.call.TalkAt).Seconds() * 50)
	if n := int(c.PacketsReceived); n > talked-100 || n < 100 {
		h.t.Errorf("%d packets to the customer in %d frames of talk, 3 s of them on hold", n, talked)
	}
}

// onlyTheWinnerIsHeard: of two branches with early media, the packets of the one
// that lost are not recorded as if the other had sent them.
func onlyTheWinnerIsHeard(h *house, a aftermath) {
	h.t.Helper()
	_, right := h.channels(a)
	c := h.sim(a)
	from := h.mark(a, "answered")
	sent := h.compare(clip.FromPCM(c.Sent), right[from:])
	if sent.Seconds < 2 || sent.Min < 0.95 || sent.LagSpreadMs > 20 {
		h.t.Errorf("winner: %s", sent)
	}
	var facts struct{ Customer struct{ Packets uint64 } }
	h.must(json.Unmarshal(a.recording.Facts, &facts))
	// Two seconds of the first branch stand before the second one's packets.
	if n := facts.Customer.Packets; n < c.PacketsSent || n > c.PacketsSent+150 {
		h.t.Errorf("%d packets recorded, the winner sent %d", n, c.PacketsSent)
	}
}

// lossStaysInStep: what is lost is silence, what follows stands at its time.
func lossStaysInStep(h *house, a aftermath) {
	h.t.Helper()
	_, right := h.channels(a)
	c := h.sim(a)
	sent := h.compare(clip.FromPCM(c.Sent), right)
	if _, customer := a.legs(h); customer.Lost == 0 || customer.Loss <= 0 || *customer.MOS > 4.39 || customer.Received == 0 {
		h.t.Errorf("customer %+v", customer)
	}
	if c.PacketsDropped == 0 || a.quality.Customer.Loss <= 0 || sent.Seconds < 3 || sent.Min < 0.8 || sent.LagSpreadMs > 20 {
		h.t.Errorf("%d lost, quality %+v, customer %s", c.PacketsDropped, a.quality.Customer, sent)
	}
}

// noticeIsFirst: Rule T-12, the notice is heard by the customer, is in the
// recording, and is over before the agent is connected.
func noticeIsFirst(h *house, a aftermath) {
	h.t.Helper()
	c := a.call
	if c.NoticeAt.IsZero() || c.NoticeEndedAt.Sub(c.NoticeAt) < 2*time.Second || c.TalkAt.Before(c.NoticeEndedAt) {
		h.t.Errorf("notice %v to %v, connected %v", c.NoticeAt, c.NoticeEndedAt, c.TalkAt)
	}
	left, _ := h.channels(a)
	connected := h.mark(a, "connected")
	heard := clip.FromPCM(h.sim(a).Received)
	notice := h.compare(heard, left[:connected])
	said := h.compare(a.said, left[connected:])
	if notice.Seconds < 2 || notice.Min < 0.95 || said.Seconds < 1 || said.Min < 0.95 {
		h.t.Errorf("notice %s; agent %s", notice, said)
	}
}
