package server_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"huifang/internal/access"
	"huifang/internal/call"
	"huifang/internal/callback"
	"huifang/internal/config"
	"huifang/internal/httpapi"
	"huifang/internal/server"
)

// suiteIs says what the carrier has agreed upon, and that it refused nothing.
func suiteIs(want string, more func(*house, aftermath)) func(*house, aftermath) {
	return func(h *house, a aftermath) {
		h.t.Helper()
		if c := h.sim(a); c.Suite != want || c.PacketsRefused != 0 || c.PacketsReceived == 0 {
			h.t.Errorf("the carrier speaks %q, has refused %d of %d", c.Suite, c.PacketsRefused, c.PacketsReceived)
		}
		more(h, a)
	}
}

// Calls over trunks whose voice is encrypted, or is not: both voices are in the
// recording, through a move, a hold and a change of keys without a gap; an
// answer that takes the encryption away is none (Rules T-01, T-06, T-07).
func TestSRTP_CallsOverEncryptedTrunks(t *testing.T) {
	t.Parallel()
	const second, gcm = time.Second, "AEAD_AES_128_GCM"
	answered := func(b behaviour) behaviour {
		b.outcome, b.code, b.task, b.by = call.OutcomeAnswered, 200, callback.TaskWaiting, call.PartyAgent
		return b
	}
	refused := behaviour{name: "answered in the clear", tail: "00010028", outcome: call.OutcomeTrunkFailure, reason: "encryption_refused", by: call.PartyNetwork,
		code: 200, signal: "180", ring: second, task: callback.TaskWaiting, more: func(h *house, a aftermath) {
			c := h.sim(a)
			if c.PacketsReceived != 0 || a.recording.RightActiveMs != 0 || c.ACKs == 0 || !strings.Contains(strings.Join(c.Requests, " "), "ACK BYE") {
				h.t.Errorf("heard %d packets, %d ms; %v", c.PacketsReceived, a.recording.RightActiveMs, c.Requests)
			}
		}}
	for _, house := range []struct {
		policy string
		cases  []behaviour
	}{
		{"mandatory", []behaviour{
			answered(behaviour{name: "new keys", tail: "00020029", hangup: 5 * second, signal: "180", ring: second, more: suiteIs(gcm, bothAreHeard)}),
			answered(behaviour{name: "moves", tail: "00020025", hangup: 5 * second, signal: "180", ring: second, more: suiteIs(gcm, movesWithoutAGap)}),
			answered(behaviour{name: "holds and resumes", tail: "00010019", hangup: 7 * second, signal: "180", ring: second, more: suiteIs(gcm, holdIsRecorded)}),
			refused,
		}},
		{"optional", []behaviour{
			answered(behaviour{name: "encrypted", tail: "00000001", hangup: 5 * second, more: suiteIs(gcm, bothAreHeard)}),
			answered(behaviour{name: "answered in the clear", tail: "00010028", hangup: 5 * second, signal: "180", ring: second, more: suiteIs("", bothAreHeard)}),
		}},
	} {
		t.Run(house.policy, func(t *testing.T) {
			t.Parallel()
			h := openHouse(t, func(c *config.Config, _ *server.Options) { c.Trunks[0].SRTP = house.policy })
			program := h.program("quick", func(p *callback.Program) { p.RecordingNotice = false })
			for i, b := range house.cases {
				t.Run(b.name, func(t *testing.T) {
					t.Parallel()
					room(t, calls)
					h := h.on(t)
					agent := h.person(fmt.Sprintf("agent-%02d", i), access.RoleAgent)
					h.judge(b, h.work(h.phone(agent), b, h.task(agent, program, b.tail), uint64(60+i)))
				})
			}
		})
	}
}

// Administrators say it on the page's way; what is not a policy is refused, and
// the entry tells where the keys can be read.
func TestSRTP_OfATrunkByTheAPI(t *testing.T) {
	t.Parallel()
	h := openHouse(t, withKeys(t))
	boss := h.signIn("boss")
	fields := httpapi.TrunkFields{Name: "spare", Address: "127.0.0.1:9", Transport: "udp", CallerID: "4008001234", Weight: 1, SRTP: "mandatory"}
	if code, body := h.send(boss, http.MethodPost, h.base+"/api/v1/trunks", httpapi.TrunkInput{TrunkFields: fields}); code != http.StatusCreated {
		t.Fatalf("%d %s", code, body)
	}
	trunks := h.trunks(boss)
	spare := trunks["spare"]
	if spare.SRTP != "mandatory" || !spare.KeysExposed || trunks["main"].SRTP != "off" || trunks["main"].KeysExposed {
		t.Errorf("%+v, main %s", spare, trunks["main"].SRTP)
	}
	spare.Transport = "tls"
	h.putTrunk(boss, spare, http.StatusOK)
	if is := h.trunks(boss)["spare"]; is.SRTP != "mandatory" || is.KeysExposed {
		t.Errorf("%+v", is)
	}
	spare.SRTP = "perhaps"
	h.putTrunk(boss, spare, http.StatusUnprocessableEntity)
}
