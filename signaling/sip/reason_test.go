package sip

import (
	"testing"

	sipmsg "github.com/emiago/sipgo/sip"
)

func TestReason_FitsWhoClears(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		reason   string
		answered bool
		cause    int
	}{
		{"agent", false, 16}, {"", true, 16}, {"ring_timeout", false, 19}, {"ring_timeout", true, 31}, {"no_ringing", false, 18},
		{"ring_limit", false, 102}, {"session_expired", true, 102}, {"shutdown", true, 41}, {"agent_lost", false, 41},
		{"no_audio", true, 88}, {"not_selected", true, 26}, {"answered_too_late", true, 31}, {"something new", true, 31},
	} {
		if got, _ := clearing(c.reason, c.answered); got != c.cause {
			t.Errorf("%q, answered %v: %d, want %d", c.reason, c.answered, got, c.cause)
		}
	}
}

// RFC 3326: what we send is what we read.
func TestReason_IsSent(t *testing.T) {
	t.Parallel()
	p, d, invite := answered(t, nil)
	p.reply(invite, 200, "t2", "sdp")
	loser := p.request(sipmsg.BYE)
	if toTag(loser) != "t2" || reasonCause(loser) != 26 {
		t.Errorf("loser: %s", loser)
	}
	p.reply(loser, 200, "")
	d.Bye("agent")
	bye := p.request(sipmsg.BYE)
	if reasonCause(bye) != 16 {
		t.Errorf("agent: %s", bye)
	}
	p.reply(bye, 200, "")
	next[Ended](d)

	second := dial(t, d.ua)
	ringing := p.request(sipmsg.INVITE)
	p.reply(ringing, 180, "t1")
	next[Provisional](second)
	second.Cancel("ring_timeout")
	cancel := p.request(sipmsg.CANCEL)
	if reasonCause(cancel) != 19 {
		t.Errorf("ring timeout: %s", cancel)
	}
	p.reply(cancel, 200, "")
	p.reply(ringing, 487, "t1")
	next[Failed](second)

	third := dial(t, d.ua)
	expiring := p.request(sipmsg.INVITE)
	p.reply(expiring, 200, "t1", "sdp", "Session-Expires: 1;refresher=uas")
	next[Answered](third)
	lost := p.request(sipmsg.BYE)
	if reasonCause(lost) != 102 {
		t.Errorf("session expired: %s", lost)
	}
	p.reply(lost, 200, "")
	next[Ended](third)
}
