package server_test

import (
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"huifang/internal/access"
	"huifang/internal/audit"
	"huifang/internal/call"
	"huifang/internal/callback"
	"huifang/internal/config"
	"huifang/internal/server"
	"huifang/signaling/client"
	"huifang/signaling/wire"
)

func ringing(s wire.CallSnapshot) bool { return s.State == "ringing" || over(s) }

// problemOf gives the refusal that an error carries.
func (h *house) problemOf(err error) *wire.Problem {
	h.t.Helper()
	p, ok := errors.AsType[*wire.Problem](err)
	if !ok {
		h.t.Fatalf("no refusal: %v", err)
	}
	return p
}

func TestRuleT03_HangupBeforeTwentySecondsIsRefusedAtOnce(t *testing.T) {
	t.Parallel()
	h := openHouse(t, nil)
	program := h.program("quick", func(p *callback.Program) { p.RecordingNotice = false })
	ctx := t.Context()

	lina := h.person("lina", access.RoleAgent)
	p := h.phone(lina)
	_, err := p.Dial(ctx, h.task(lina, program, "00000003").String())
	h.must(err)
	rung, err := p.Until(ctx, ringing)
	h.must(err)
	asked := time.Now()
	refusal := h.problemOf(p.Hangup(ctx, ""))
	left, _ := refusal.Params["seconds_left"].(float64)
	if took := time.Since(asked); took > 2*time.Second || refusal.Rule != "T-03" || refusal.Reason != "ring_too_short" || left < 17 || left > 20 {
		t.Fatalf("after %v: %+v", took, refusal)
	}
	if want := rung.RingingAt.Add(20 * time.Second); refusal.AllowedAt == nil || refusal.AllowedAt.Sub(want).Abs() > 10*time.Millisecond || !rung.HangupAllowedAt.Equal(want) {
		t.Fatalf("allowed at %v and %v, want %v", refusal.AllowedAt, rung.HangupAllowedAt, want)
	}
	if refusal := h.problemOf(p.Hangup(ctx, "wrong customer")); refusal.Code != "forbidden" {
		t.Fatalf("an agent overrides: %+v", refusal)
	}

	chief := h.person("chief", access.RoleAgent, access.RoleSupervisor)
	s := h.phone(chief)
	_, err = s.Dial(ctx, h.task(chief, program, "00000003").String())
	h.must(err)
	_, err = s.Until(ctx, ringing)
	h.must(err)
	h.must(s.Hangup(ctx, "wrong customer on the line"))
	ended, err := s.Until(ctx, over)
	h.must(err)
	c, err := h.server.Store.Call(ctx, ended.ID)
	h.must(err)
	a := c.Attempts[0]
	if a.Outcome != call.OutcomeCancelled || a.Counted || a.RingOK || a.RingMs > 5000 || a.EndedBy != call.PartyAgent || a.OverrideReason != "wrong customer on the line" {
		t.Fatalf("%+v", a)
	}
	log, err := h.server.Store.Events(ctx, audit.Filter{Action: audit.ActionHangupOverridden})
	h.must(err)
	if len(log) != 1 || log[0].ActorID != chief.ID || log[0].Rule != "T-03" || log[0].ObjectID != ended.ID.String() {
		t.Fatalf("audit: %+v", log)
	}
	// The refused one still rings.
	if live, err := h.server.Store.Call(ctx, rung.ID); err != nil || live.State != call.StateRinging {
		t.Fatalf("%v %v", live.State, err)
	}
}

func TestRuleT01_FullDiskRefusesTheDialAndSaysSo(t *testing.T) {
	t.Parallel()
	h := openHouse(t, func(c *config.Config, _ *server.Options) { c.Spool.ReserveBytes = 1 << 60 })
	lina := h.person("lina", access.RoleAgent)
	p := h.phone(lina)
	program := h.program("quick", func(*callback.Program) {})
	_, err := p.Dial(t.Context(), h.task(lina, program, "00000001").String())
	if refusal := h.problemOf(err); refusal.Rule != "T-01" || refusal.Reason != "recorder_unhealthy" || refusal.Params["cause"] != "spool_full" {
		t.Fatalf("%+v", refusal)
	}
	if len(h.carrier.Calls()) != 0 {
		t.Fatal("the carrier saw a call")
	}
	var system wire.System
	code, body := h.get(h.signIn("lina"), "/api/v1/system")
	if code != http.StatusOK || json.Unmarshal(body, &system) != nil || system.Recorder.OK || system.Recorder.Reason != "spool_full" {
		t.Fatalf("%d %s", code, body)
	}
	code, body = h.get(http.DefaultClient, "/readyz", h.server.OpsAddr)
	if code != http.StatusServiceUnavailable || !strings.Contains(string(body), "spool has") {
		t.Fatalf("%d %s", code, body)
	}
	if m := h.metrics(); !strings.Contains(m, "\nhuifang_recording_healthy 0\n") || strings.Contains(m, "\nhuifang_recording_free_bytes -1\n") {
		t.Error("the metrics do not show it")
	}
}

// A new password and a closed account end softphone and session at once, not
// at the next look.
func TestRuleS01_ClosedAccountIsSignedOutAtOnce(t *testing.T) {
	t.Parallel()
	h := openHouse(t, nil)
	boss := h.signIn("boss")
	for login, patch := range map[string]map[string]any{
		"password": {"password": "another-horse-8"}, "closed": {"disabled": true}, "roles": {"roles": []string{"auditor"}},
	} {
		t.Run(login, func(t *testing.T) {
			t.Parallel()
			h := h.on(t)
			u := h.person("user-"+login, access.RoleAgent)
			p, c := h.phone(u), h.signIn(u.Login)
			changed := time.Now()
			if code, body := h.send(boss, http.MethodPatch, h.base+"/api/v1/users/"+u.ID.String(), patch); code != http.StatusOK {
				t.Fatalf("%d %s", code, body)
			}
			_, err := p.Until(t.Context(), func(wire.CallSnapshot) bool { return false })
			if closed, ok := errors.AsType[*client.ClosedError](err); !ok || closed.Code != 4401 || time.Since(changed) > 10*time.Second {
				t.Fatalf("after %v: %v", time.Since(changed), err)
			}
			if code, _ := h.get(c, "/api/v1/session"); code != http.StatusUnauthorized {
				t.Fatalf("the session lives: %d", code)
			}
		})
	}
	// Another name ends nothing.
	u := h.person("user-renamed", access.RoleAgent)
	p, c := h.phone(u), h.signIn(u.Login)
	if code, body := h.send(boss, http.MethodPatch, h.base+"/api/v1/users/"+u.ID.String(), map[string]any{"name": "李娜"}); code != http.StatusOK {
		t.Fatalf("%d %s", code, body)
	}
	if code, _ := h.get(c, "/api/v1/session"); code != http.StatusOK {
		t.Fatalf("the session has ended: %d", code)
	}
	if _, err := p.Dial(t.Context(), h.task(u, h.program("quick", func(*callback.Program) {}), "00000004").String()); err != nil {
		t.Fatalf("the softphone has ended: %v", err)
	}
}
