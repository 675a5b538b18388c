package server_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"huifang/internal/access"
	"huifang/internal/call"
	"huifang/internal/callback"
	"huifang/internal/headless"
	"huifang/internal/replay"
	"huifang/internal/testkit/audio"
	"huifang/signaling/wire"
)

// behaviour is one number of the simulated carrier and what must come of a call
// to it (docs/carrier-sim.md).
type behaviour struct {
	name, tail string
	program    string        // "quick" without one
	dead       bool          // the agent's microphone
	stalled    bool          // the agent's packets stop once the customer is connected
	hangup     time.Duration // of the agent, after the customer is connected
	outcome    call.Outcome
	reason     string
	by         call.Party
	code       int
	cause      int
	signal     string        // that started the ring clock
	heard      string        // in early media
	ring       time.Duration // how long it rings, within a second
	counted    bool
	task       callback.TaskState // after the record
	more       func(*house, aftermath)
}

// aftermath is what a call has left behind.
type aftermath struct {
	attempt   callback.Attempt
	call      callback.CallDetail
	recording replay.Detail
	quality   wire.CallQuality // the last that the page heard
	said      []float64
	tail      string
}

func behaviours() []behaviour {
	const second = time.Second
	answered := func(b behaviour) behaviour {
		b.outcome, b.code, b.task = call.OutcomeAnswered, 200, callback.TaskWaiting
		if b.by = call.PartyAgent; b.hangup == 0 {
			b.by = call.PartyCustomer
		}
		return b
	}
	return []behaviour{
		{name: "busy", tail: "00000004", outcome: call.OutcomeBusy, reason: "user_busy", by: call.PartyNetwork, code: 486, cause: 17, counted: true, task: callback.TaskWaiting},
		{name: "declines", tail: "00010005", outcome: call.OutcomeRejected, reason: "call_rejected", by: call.PartyNetwork, code: 603, cause: 21,
			signal: "180", ring: second, counted: true, task: callback.TaskWaiting},
		{name: "powered off, with an announcement", tail: "00000006", outcome: call.OutcomeUnreachable, reason: "subscriber_absent", by: call.PartyNetwork,
			code: 480, cause: 20, counted: true, heard: "other_sound", task: callback.TaskWaiting, more: announcementIsRecorded},
		{name: "unallocated", tail: "00000007", outcome: call.OutcomeInvalidNumber, reason: "unallocated_number", by: call.PartyNetwork, code: 404, cause: 1,
			task: callback.TaskDataCheck, more: numberIsMarked},
		{name: "never answers", tail: "00000003", program: "short", outcome: call.OutcomeNoAnswer, reason: "cancelled_after_minimum_ring", by: call.PartySystem, code: 487,
			signal: "180", ring: 3 * second, counted: true, task: callback.TaskWaiting},
		{name: "answers just as it is cancelled", tail: "00000008", program: "short", hangup: 2 * second, outcome: call.OutcomeAnsweredAtDeadline, by: call.PartyAgent,
			code: 200, signal: "180", ring: 3 * second, task: callback.TaskWaiting, more: bothAreHeard},
		{name: "service unavailable", tail: "00000015", outcome: call.OutcomeTrunkFailure, reason: "service_unavailable", by: call.PartyNetwork, code: 503, task: callback.TaskWaiting},
		{name: "rings, then 480", tail: "00020017", outcome: call.OutcomeRingTooShort, reason: "temporarily_unavailable", by: call.PartyNetwork, code: 480,
			signal: "180", ring: 2 * second, task: callback.TaskWaiting},
		answered(behaviour{name: "twelve provisional responses", tail: "00030013", hangup: 2 * second, signal: "180", ring: 3 * second, more: bothHaveSound}),
		answered(behaviour{name: "digest challenge, MD5", tail: "00010014", hangup: 3 * second, signal: "180", ring: second, more: bothAreHeard}),
		answered(behaviour{name: "digest challenge, SHA-256", tail: "00010020", hangup: 2 * second, signal: "180", ring: second}),
		answered(behaviour{name: "hangs up after three seconds", tail: "00030009", cause: 16, signal: "180", ring: second, more: bothAreHeard}),
		answered(behaviour{name: "sends no RTP", tail: "00010010", hangup: 5 * second, signal: "180", ring: second, more: customerIsMissing}),
		answered(behaviour{name: "jitter", tail: "00010011", hangup: 5 * second, signal: "180", ring: second, more: lateIsNotLost}),
		answered(behaviour{name: "loss", tail: "00010012", hangup: 5 * second, signal: "180", ring: second, more: lossStaysInStep}),
		answered(behaviour{name: "early ring tone without 180", tail: "00060018", hangup: 3 * second, signal: "ringback_tone", ring: 6 * second, heard: "ringback_tone", more: bothAreHeard}),
		answered(behaviour{name: "early music without 180", tail: "00030032", hangup: 2 * second, heard: "other_sound", more: bothAreHeard}),
		{name: "busy tone in early media", tail: "00040030", outcome: call.OutcomeUnreachable, reason: "temporarily_unavailable", by: call.PartyNetwork,
			code: 480, counted: true, heard: "busy_tone", task: callback.TaskWaiting},
		{name: "special information tone in early media", tail: "00000031", outcome: call.OutcomeInvalidNumber, reason: "number_not_found", by: call.PartyNetwork,
			code: 404, heard: "special_information_tone other_sound", task: callback.TaskDataCheck},
		answered(behaviour{name: "answers at once", tail: "00000001", hangup: 2 * second, more: bothHaveSound}),
		answered(behaviour{name: "the agent's microphone is dead", tail: "00000001", dead: true, hangup: 5 * second, more: agentIsMissing}),
		answered(behaviour{name: "sends digital silence", tail: "00010050", hangup: 5 * second, signal: "180", ring: second, more: customerIsSilent}),
		answered(behaviour{name: "the agent sends nothing", tail: "00000001", stalled: true, hangup: 5 * second, more: agentSendsNothing}),
		answered(behaviour{name: "holds for longer than the media timeout", tail: "00330051", hangup: 38 * second, signal: "180", ring: second, more: holdIsNoTimeout}),
		answered(behaviour{name: "answers three times", tail: "00010021", hangup: 2 * second, signal: "180", ring: second}),
		answered(behaviour{name: "answers from a second branch", tail: "00010022", hangup: 2 * second, signal: "180", ring: second}),
		answered(behaviour{name: "does not know the call at the end", tail: "00010023", hangup: 2 * second, signal: "180", ring: second}),
		answered(behaviour{name: "mu-law", tail: "00010024", hangup: 3 * second, signal: "180", ring: second, more: bothAreHeard}),
		answered(behaviour{name: "moves to another port and another law", tail: "00020025", hangup: 6 * second, signal: "180", ring: second, more: movesWithoutAGap}),
		answered(behaviour{name: "holds and resumes", tail: "00010019", hangup: 7 * second, signal: "180", ring: second, more: holdIsRecorded}),
		answered(behaviour{name: "two branches with early media", tail: "00020026", hangup: 4 * second, heard: "other_sound", more: onlyTheWinnerIsHeard}),
		answered(behaviour{name: "recording notice", tail: "00000001", program: "noticed", hangup: 6 * second, more: noticeIsFirst}),
	}
}

// One house, an agent for each behaviour, all at once. Rules T-01, T-03, T-06, C-01.
func TestCarrier_EveryBehaviourLeavesItsEvidence(t *testing.T) {
	t.Parallel()
	h := openHouse(t, nil)
	programs := map[string]callback.Program{
		"":        h.program("quick", func(p *callback.Program) { p.RecordingNotice = false }),
		"short":   h.program("short", func(p *callback.Program) { p.RecordingNotice, p.MinRing, p.MaxRing = false, time.Second, 3*time.Second }),
		"noticed": h.program("noticed", func(*callback.Program) {}),
	}
	for i, b := range behaviours() {
		t.Run(b.name, func(t *testing.T) {
			t.Parallel()
			room(t, calls)
			h := h.on(t)
			agent := h.person(fmt.Sprintf("agent-%02d", i), access.RoleAgent)
			p := h.phone(agent)
			a := h.work(p, b, h.task(agent, programs[b.program], b.tail), uint64(i))
			h.judge(b, a)
			// The line is free: the next call goes out, and what it meets is its own.
			if _, err := p.Dial(t.Context(), h.task(agent, programs[""], "00000004").String()); err != nil {
				t.Fatalf("the line is not free: %v", err)
			}
			s, err := p.Until(t.Context(), over)
			if err != nil || s.Outcome != "busy" {
				t.Fatalf("next call: %+v %v", s, err)
			}
		})
	}
}

func over(s wire.CallSnapshot) bool { return s.State == "wrapup" || s.State == "closed" }

// work carries a call from dial to record.
func (h *house) work(p *headless.Phone, b behaviour, task interface{ String() string }, seed uint64) aftermath {
	h.t.Helper()
	a := aftermath{said: audio.PseudoSpeech(10, seed), tail: b.tail}
	ctx := h.t.Context()
	_, err := p.Dial(ctx, task.String())
	h.must(err)
	s, err := p.Until(ctx, func(s wire.CallSnapshot) bool { return s.State == "talking" || over(s) })
	h.must(err)
	if s.State == "talking" && !b.dead {
		p.Say(alaw(a.said), true)
	}
	if b.stalled {
		p.Stall(true)
	}
	if b.hangup > 0 {
		s, err = p.Until(ctx, func(s wire.CallSnapshot) bool {
			return over(s) || p.Quality().CallID == s.ID && time.Since(*s.TalkAt) > b.hangup
		})
		h.must(err)
		if !over(s) {
			h.must(p.Hangup(ctx, ""))
		}
	}
	s, err = p.Until(ctx, over)
	h.must(err)
	a.quality = p.Quality()
	h.must(p.Record(ctx, ""))
	_, err = p.Until(ctx, func(s wire.CallSnapshot) bool { return s.State == "closed" && p.AgentState() == "ready" })
	h.must(err)
	a.recording = h.verified(s.Recording.ID)
	a.call, err = h.server.Store.Call(ctx, s.ID)
	h.must(err)
	if len(a.call.Attempts) != 1 {
		h.t.Fatalf("%d attempts", len(a.call.Attempts))
	}
	a.attempt = a.call.Attempts[0]
	return a
}

// judge holds what is left behind against what must be.
func (h *house) judge(b behaviour, a aftermath) {
	h.t.Helper()
	at := a.attempt
	type verdict struct {
		outcome call.Outcome
		by      call.Party
		code    int
		cause   int
		signal  string
		counted bool
	}
	got := verdict{at.Outcome, at.EndedBy, at.SIPCode, at.Q850Cause, at.RingingSignal, at.Counted}
	want := verdict{b.outcome, b.by, b.code, b.cause, b.signal, b.counted}
	if got != want || at.Reason != b.reason {
		h.t.Errorf("got %+v %q, want %+v %q", got, at.Reason, want, b.reason)
	}
	// Rule T-03: the ring evidence.
	rang := time.Duration(at.RingMs) * time.Millisecond
	if (b.signal == "") != at.RingingAt.IsZero() || rang < b.ring-500*time.Millisecond || rang > b.ring+time.Second {
		h.t.Errorf("rang %v since %v, want %v", rang, at.RingingAt, b.ring)
	}
	var heard []string
	for _, s := range at.Heard {
		heard = append(heard, string(s.Sound))
	}
	if strings.Join(heard, " ") != b.heard {
		h.t.Errorf("heard %q in early media, want %q", heard, b.heard)
	}
	if a.call.Outcome != b.outcome || a.call.State != call.StateClosed || a.call.EndedAt.IsZero() {
		h.t.Errorf("call: %v %v %v", a.call.Outcome, a.call.State, a.call.EndedAt)
	}
	// Rule C-01: the record stands, with its recording by id.
	if r := a.call.Record; r == nil || r.State != callback.RecordFinal || r.RecordingID != a.recording.ID {
		h.t.Errorf("record: %+v", r)
	}
	// Rules T-01, T-02: recorded and kept, answered or not.
	if a.recording.LockMode != "COMPLIANCE" || a.recording.Interrupted {
		h.t.Errorf("recording: %+v", a.recording)
	}
	v, err := h.server.Store.Task(h.t.Context(), a.call.TaskID)
	h.must(err)
	if v.Task.State != b.task {
		h.t.Errorf("task is %s, want %s", v.Task.State, b.task)
	}
	if b.more != nil {
		b.more(h, a)
	}
}
