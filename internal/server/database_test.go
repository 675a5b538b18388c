package server_test

import (
	"strings"
	"testing"
	"time"

	"huifang/internal/access"
	"huifang/internal/call"
	"huifang/internal/callback"
	"huifang/internal/config"
	"huifang/internal/server"
	"huifang/internal/testkit/audio"
	"huifang/internal/testkit/cut"
	"huifang/signaling/wire"
)

// The database goes away in the middle of a call: the call goes on and is
// recorded, ends as it would, nothing new is dialled, and when it is back every
// fact of the call is there and its recording is stored.
func TestRuleT01_DatabaseAwayDuringACall(t *testing.T) {
	t.Parallel()
	var link *cut.Proxy
	h := openHouse(t, func(c *config.Config, _ *server.Options) {
		c.Database.OwnerDSN, link = databases.Proxy(t, c.Database.OwnerDSN)
		c.Database.DSN = strings.Replace(c.Database.OwnerDSN, "user=postgres", "user=huifang", 1)
	})
	quick := h.program("quick", func(p *callback.Program) { p.RecordingNotice = false })
	lina, other := h.person("lina", access.RoleAgent), h.person("chenjie", access.RoleAgent)
	p, idle, ctx := h.phone(lina), h.phone(other), t.Context()
	said := audio.PseudoSpeech(12, 6)
	next := h.task(other, quick, "00000001")
	_, err := p.Dial(ctx, h.task(lina, quick, "00000001").String())
	h.must(err)
	live, err := p.Until(ctx, func(s wire.CallSnapshot) bool { return s.State == "talking" || over(s) })
	h.must(err)
	p.Say(alaw(said), true)
	link.Cut()
	if _, err := idle.Dial(ctx, next.String()); err == nil {
		t.Error("dialled without the database")
	}
	s, err := p.Until(ctx, func(s wire.CallSnapshot) bool {
		return over(s) || time.Since(*live.TalkAt) > 4*time.Second && p.Quality().Agent.Packets > 0
	})
	if err != nil || over(s) {
		t.Fatalf("the call does not go on: %+v %v", s, err)
	}
	h.must(p.Hangup(ctx, ""))
	ended, err := p.Until(ctx, over)
	if err != nil || ended.State != "wrapup" || ended.EndedAt == nil {
		t.Fatalf("the call does not end: %+v %v", ended, err)
	}
	if calls := h.carrier.Calls(); len(calls) != 1 {
		t.Fatalf("%d calls reached the carrier while the database was away", len(calls)-1)
	}
	link.Mend()
	rec := h.verified(live.Recording.ID)
	h.eventually("every fact of the call", func() bool {
		c, err := h.server.Store.Call(ctx, live.ID)
		h.must(err)
		return c.State == call.StateWrapup && c.Outcome == call.OutcomeAnswered && !c.AnsweredAt.IsZero() && !c.TalkAt.IsZero() &&
			c.EndedAt.Sub(*ended.EndedAt).Abs() < time.Millisecond && c.EndedBy == call.PartyAgent && len(c.Attempts) == 1 && !c.Attempts[0].EndedAt.IsZero()
	})
	left, _ := h.channels(aftermath{recording: rec})
	if heard := h.compare(said, left); rec.Interrupted || heard.Seconds < 2 || heard.Min < 0.95 {
		t.Errorf("interrupted %v, %s", rec.Interrupted, heard)
	}
	h.must(p.Record(ctx, ""))
	h.eventually("the idle agent to dial", func() bool {
		_, err := idle.Dial(ctx, next.String())
		return err == nil
	})
}
