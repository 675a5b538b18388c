package server_test

import (
	"log/slog"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"huifang/internal/access"
	"huifang/internal/call"
	"huifang/internal/callback"
	"huifang/internal/clip"
	"huifang/internal/config"
	"huifang/internal/server"
	"huifang/internal/testkit/audio"
	"huifang/internal/testkit/sippeer"
	"huifang/signaling/wire"
)

// A telephone that is not ours, with SRTP of its own: encrypted calls are heard
// on both sides, one that knows no SRTP is refused or spoken to in the clear
// (Rules T-01, T-07).
func TestSRTP_Baresip(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		policy, phone string
		outcome       call.Outcome
		reason        string
		code          int
	}{
		"mandatory on both sides": {"mandatory", "srtp-mand", call.OutcomeAnswered, "", 200},
		"mandatory, it cannot":    {"mandatory", "", call.OutcomeTrunkFailure, "media_refused", 488},
		"optional, it can":        {"optional", "srtp", call.OutcomeAnswered, "", 200},
		"optional, it cannot":     {"optional", "", call.OutcomeAnswered, "", 200},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			room(t, calls)
			voice, said := audio.PseudoSpeech(60, 81), audio.PseudoSpeech(10, 82)
			file := filepath.Join(t.TempDir(), "customer.wav")
			if err := clip.Write(file, clip.Clip{Rate: 8000, Channels: [][]float64{voice}}); err != nil {
				t.Fatal(err)
			}
			phone := sippeer.StartBaresip(t, sippeer.BaresipOptions{Number: "13800000001", Play: file, Record: true, SRTP: c.phone})
			h := openHouse(t, func(cfg *config.Config, _ *server.Options) {
				cfg.Trunks[0].Address, cfg.Trunks[0].SRTP = phone.Addr, c.policy
			})
			program := h.program("quick", func(p *callback.Program) { p.RecordingNotice = false })
			agent := h.person("li", access.RoleAgent)
			p := h.phone(agent)
			ctx := t.Context()
			_, err := p.Dial(ctx, h.task(agent, program, "00000001").String())
			h.must(err)
			s, err := p.Until(ctx, func(s wire.CallSnapshot) bool { return s.State == "talking" || over(s) })
			h.must(err)
			if s.State == "talking" {
				p.Say(alaw(said), true)
				h.eventually("the agent hears the customer", func() bool { return good(voice, clip.FromPCM(p.Heard())) >= 3 })
				h.must(p.Hangup(ctx, ""))
			}
			s, err = p.Until(ctx, over)
			h.must(err)
			d, err := h.server.Store.Call(ctx, s.ID)
			h.must(err)
			if at := d.Attempts[0]; at.Outcome != c.outcome || at.Reason != c.reason || at.SIPCode != c.code || len(d.Attempts) != 1 {
				t.Fatalf("%s %q %d", at.Outcome, at.Reason, at.SIPCode)
			}
			if c.outcome != call.OutcomeAnswered {
				return
			}
			left, right := h.channels(aftermath{recording: h.verified(s.Recording.ID)})
			if good(said, left) < 2 || good(voice, right) < 3 {
				t.Errorf("%d seconds of the agent, %d of the customer in the recording", good(said, left), good(voice, right))
			}
			dumps, err := filepath.Glob(filepath.Join(phone.Dir, "dump-*-dec.wav"))
			if err != nil || len(dumps) != 1 {
				t.Fatalf("what the telephone heard: %v %v", dumps, err)
			}
			h.eventually("the customer has heard the agent", func() bool {
				heard, err := clip.Read(dumps[0])
				return err == nil && good(said, heard.At(8000).Channels[0]) >= 2
			})
			if n := h.keysTaken(); (n == 1) != (c.phone != "") || n > 1 {
				t.Errorf("keys of SRTP were taken %d times", n)
			}
		})
	}
}

// The telephone calls the service number: encrypted it is answered and heard on
// both sides, in the clear it is refused before anybody is asked.
func TestSRTP_BaresipCalls(t *testing.T) {
	t.Parallel()
	room(t, calls)
	voice, answer := audio.PseudoSpeech(60, 83), audio.PseudoSpeech(20, 84)
	file := filepath.Join(t.TempDir(), "customer.wav")
	if err := clip.Write(file, clip.Clip{Rate: 8000, Channels: [][]float64{voice}}); err != nil {
		t.Fatal(err)
	}
	phone := sippeer.StartBaresip(t, sippeer.BaresipOptions{Number: "13800000004", Play: file, SRTP: "srtp-mand"})
	open := sippeer.StartBaresip(t, sippeer.BaresipOptions{Number: "13800000005"})
	var log output
	h := openHouse(t, func(cfg *config.Config, o *server.Options) {
		o.Logger = slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
		cfg.Trunks[0].Address, cfg.Trunks[0].SRTP, cfg.Trunks[0].ServiceNumbers = phone.Addr, "mandatory", []string{serviceNumber}
	})
	ctx := t.Context()
	program := h.program("quick", func(*callback.Program) {})
	li := h.person("li", access.RoleAgent)
	h.task(li, program, "00000004")
	p := h.phone(li)
	open.Dial(t, "sip:"+serviceNumber+"@"+h.server.SIPAddr)
	h.eventually("the plain call is refused", func() bool {
		return strings.Contains(h.metrics(), `huifang_sip_invites_received_total{trunk="main",verdict="not_encrypted"} 1`)
	})
	phone.Dial(t, "sip:"+serviceNumber+"@"+h.server.SIPAddr)
	_, err := p.Offer(ctx)
	h.must(err)
	h.must(p.Accept(ctx))
	p.Say(alaw(answer), true)
	s, err := p.Until(ctx, func(s wire.CallSnapshot) bool { return s.State == "talking" || over(s) })
	h.must(err)
	h.eventually("the agent hears the customer", func() bool { return good(voice, clip.FromPCM(p.Heard())) >= 3 })
	h.must(p.Hangup(ctx, ""))
	s, err = p.Until(ctx, over)
	h.must(err)
	left, right := h.channels(aftermath{recording: h.verified(s.Recording.ID)})
	if s.Outcome != "answered" || good(answer, left) < 2 || good(voice, right) < 3 {
		t.Errorf("%s: %d seconds of the agent, %d of the customer in the recording", s.Outcome, good(answer, left), good(voice, right))
	}
	if n := h.keysTaken(); n != 1 {
		t.Errorf("keys of SRTP were taken %d times", n)
	}
	if text := log.String(); !strings.Contains(text, "keys of the voice can be read on the way") || strings.Contains(text, "inline:") || strings.Contains(text, "a=crypto") {
		t.Error("the log does not warn, or tells a key")
	}
}

// keysTaken counts the keys of SRTP by the server's own figures.
func (h *house) keysTaken() (n int) {
	h.t.Helper()
	for _, m := range regexp.MustCompile(`(?m)^huifang_rtp_keys_total\{suite="[A-Z0-9_]+"\} ([0-9]+)$`).FindAllStringSubmatch(h.metrics(), -1) {
		v, err := strconv.Atoi(m[1])
		h.must(err)
		n += v
	}
	return n
}
