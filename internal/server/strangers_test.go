package server_test

import (
	"net"
	"net/netip"
	"regexp"
	"strconv"
	"testing"
	"time"

	"huifang/internal/access"
	"huifang/internal/call"
	"huifang/internal/callback"
	"huifang/internal/clip"
	"huifang/internal/config"
	"huifang/internal/server"
	"huifang/internal/testkit/audio"
	"huifang/media/rtpwire"
	"huifang/signaling/wire"
)

// A stranger within the networks that may send us voice knows the leg's ports
// and both sources' numbers, and sends voice and reports into the call. All of
// it is counted; the recording has the customer alone, and no figure moves
// (Rule T-01).
func TestStrangers_AreNeitherHeardNorBelieved(t *testing.T) {
	t.Parallel()
	for _, policy := range []string{"off", "mandatory"} {
		t.Run(policy, func(t *testing.T) {
			t.Parallel()
			room(t, calls)
			h := openHouse(t, func(c *config.Config, _ *server.Options) {
				c.Trunks[0].SRTP, c.Trunks[0].MediaSources = policy, []string{"127.0.0.0/8"}
			})
			ctx := t.Context()
			program := h.program("quick", func(p *callback.Program) { p.RecordingNotice = false })
			agent := h.person("li", access.RoleAgent)
			p := h.phone(agent)
			_, err := p.Dial(ctx, h.task(agent, program, "00000001").String())
			h.must(err)
			s, err := p.Until(ctx, func(s wire.CallSnapshot) bool { return s.State == "talking" || over(s) })
			h.must(err)
			if s.State != "talking" {
				t.Fatalf("%+v", s)
			}
			a := aftermath{said: audio.PseudoSpeech(10, 71)}
			p.Say(alaw(a.said), true)
			d, err := h.server.Store.Call(ctx, s.ID)
			h.must(err)
			a.attempt = d.Attempts[0]
			h.eventually("voice both ways", func() bool { c := h.sim(a); return c.PacketsReceived > 50 && c.PacketsSent > 50 })
			leg := h.sim(a).MediaTo
			stranger, err := net.ListenUDP("udp", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 9)})
			h.must(err)
			t.Cleanup(func() { _ = stranger.Close() })
			const rounds = 400
			before := h.refusedSources() // the first voice may come before the answer that says from where
			report := rtpwire.AppendReport(nil, rtpwire.Report{SSRC: 5, Blocks: []rtpwire.ReceptionReport{{SSRC: h.sim(a).PeerSSRC, FractionLost: 255, Jitter: 1 << 20}}})
			noise := make([]byte, 160)
			for i := range noise {
				noise[i] = byte(0x2A + 0x80*(i%2))
			}
			ticks := time.NewTicker(5 * time.Millisecond)
			defer ticks.Stop()
			for n := range uint16(rounds) {
				<-ticks.C
				voice := rtpwire.Header{PayloadType: 8, Sequence: n, Timestamp: 160 * uint32(n), SSRC: 5}.Append(nil)
				_, err := stranger.WriteToUDPAddrPort(append(voice, noise...), leg)
				h.must(err)
				_, err = stranger.WriteToUDPAddrPort(report, netip.AddrPortFrom(leg.Addr(), leg.Port()+1))
				h.must(err)
			}
			// More than all the voice: the reports too. The system may drop some before they are read.
			h.eventually("it is refused", func() bool { return h.refusedSources() > before+2*rounds*3/4 })
			h.must(p.Hangup(ctx, ""))
			s, err = p.Until(ctx, over)
			h.must(err)
			a.recording = h.verified(s.Recording.ID)
			a.call, err = h.server.Store.Call(ctx, s.ID)
			h.must(err)
			left, right := h.channels(a)
			sent, said := h.compare(clip.FromPCM(h.sim(a).Sent), right), h.compare(a.said, left, audio.Looping())
			if sent.Seconds < 2 || sent.Min < 0.95 || said.Seconds < 1 || said.Min < 0.95 {
				t.Errorf("customer %s; agent %s", sent, said)
			}
			_, customer := a.legs(h)
			if c := h.sim(a); uint64(customer.Received) > c.PacketsSent || customer.FarLoss != nil || a.call.Outcome != call.OutcomeAnswered {
				t.Errorf("%s: %+v, the customer has sent %d", a.call.Outcome, customer, c.PacketsSent)
			}
		})
	}
}

// refusedSources counts the packets that were dropped for where they came from.
func (h *house) refusedSources() int {
	h.t.Helper()
	m := regexp.MustCompile(`huifang_rtp_refused_packets_total\{reason="source"\} ([0-9]+)`).FindStringSubmatch(h.metrics())
	if m == nil {
		h.t.Fatal("no such figure")
	}
	n, err := strconv.Atoi(m[1])
	h.must(err)
	return n
}
