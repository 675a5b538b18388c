package server_test

import (
	"strings"
	"testing"
	"time"

	"huifang/internal/access"
	"huifang/internal/call"
	"huifang/internal/callback"
	"huifang/internal/carriersim"
	"huifang/internal/config"
	"huifang/internal/server"
)

// A whole call over IPv6: signalling, session descriptions and voice, with a
// re-INVITE in the middle and our BYE at the end.
func TestCarrier_OverIPv6(t *testing.T) {
	t.Parallel()
	h := openHouseOn(t, carriersim.Config{Capture: true, SIPAddr: "[::1]:0"}, func(c *config.Config, _ *server.Options) {
		c.SIP.Listen, c.Media.RTPAddress = "[::1]:0", "::1"
	})
	program := h.program("quick", func(p *callback.Program) { p.RecordingNotice = false })
	agent := h.person("agent-6", access.RoleAgent)
	p := h.phone(agent)
	b := behaviour{name: "moves over IPv6", tail: "00020025", hangup: 6 * time.Second, outcome: call.OutcomeAnswered, code: 200,
		by: call.PartyAgent, task: callback.TaskWaiting, signal: "180", ring: time.Second, more: movesWithoutAGap}
	a := h.work(p, b, h.task(agent, program, b.tail), 6)
	h.judge(b, a)
	if !strings.HasPrefix(h.cfg.Trunks[0].Address, "[::1]:") {
		t.Errorf("trunk at %s", h.cfg.Trunks[0].Address)
	}
}
