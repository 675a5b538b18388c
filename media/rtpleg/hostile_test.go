package rtpleg

import (
	"bytes"
	"net/netip"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"huifang/media"
	"huifang/media/rtpwire"
)

// refusedPackets reads the counter of dropped packets by reason.
func refusedPackets(t *testing.T, reg *prometheus.Registry, reason string) float64 {
	t.Helper()
	all, err := reg.Gather()
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range all {
		if f.GetName() != "huifang_rtp_refused_packets_total" {
			continue
		}
		for _, m := range f.GetMetric() {
			if m.GetLabel()[0].GetValue() == reason {
				return m.GetCounter().GetValue()
			}
		}
	}
	t.Fatalf("no counter for %s", reason)
	return 0
}

// While strangers, and other ports of the party's own host, flood both ports
// of a leg, the party is heard packet by packet, nobody else is, and its
// figures do not move.
func TestLeg_AFloodChangesNothing(t *testing.T) {
	t.Parallel()
	const rounds, flood = 50, 60
	reg := prometheus.NewRegistry()
	l := open(t, Config{Metrics: NewMetrics(reg)})
	party, partyAddr := socket(t, "127.0.0.1")
	stranger, _ := socket(t, "127.0.0.2")
	neighbour, _ := socket(t, "127.0.0.1")
	if err := l.SetRemote(partyAddr, media.PCMA, 0); err != nil {
		t.Fatal(err)
	}
	frames := collect(l)
	seq := uint16(0)
	voice := func() {
		seq++
		send(t, party, l.LocalAddr(), rtpwire.Header{PayloadType: 8, Sequence: seq, Timestamp: 160 * uint32(seq), SSRC: 1}, 0x11)
		if f := receive(t, frames); f.SSRC != 1 || f.Sequence != seq || !bytes.Equal(f.Payload, bytes.Repeat([]byte{0x11}, 160)) {
			t.Fatalf("%d of %d is not the party's", f.Sequence, f.SSRC)
		}
	}
	for range lockAfter {
		voice()
	}
	rtcp := netip.AddrPortFrom(l.LocalAddr().Addr(), l.LocalAddr().Port()+1)
	report := rtpwire.AppendReport(nil, rtpwire.Report{SSRC: 9, Blocks: []rtpwire.ReceptionReport{{SSRC: l.rewriter.SSRC(), FractionLost: 255}}})
	strange, other := 0.0, 0.0
	for round := range rounds {
		for i := range flood {
			n := uint16(round*flood + i)
			// The party's own SSRC and numbers: only the address tells them apart.
			h := rtpwire.Header{PayloadType: 8, Sequence: seq + n, Timestamp: 160 * uint32(seq), SSRC: 1}
			send(t, stranger, l.LocalAddr(), h, 0x66)
			send(t, neighbour, l.LocalAddr(), h, 0x77)
			strange += 2
			if i%2 == 0 {
				if _, err := stranger.WriteToUDPAddrPort([]byte("no RTP at all"), l.LocalAddr()); err != nil {
					t.Fatal(err)
				}
				if _, err := stranger.WriteToUDPAddrPort(report, rtcp); err != nil {
					t.Fatal(err)
				}
				other++
				strange++
			}
		}
		voice()
		eventually(t, "every packet counted", func() bool {
			return refusedPackets(t, reg, refusedSource) == strange && refusedPackets(t, reg, refusedMalformed) == other
		})
	}
	s := l.Stats()
	if want := uint64(rounds + lockAfter); s.PacketsReceived != want || s.PacketsLost != 0 {
		t.Errorf("%d received, %d lost, want %d", s.PacketsReceived, s.PacketsLost, want)
	}
	if s.Reported || s.RemoteLost != 0 {
		t.Errorf("a stranger's report is believed: %v", s.RemoteLost)
	}
	if n := len(frames); n != 0 {
		t.Errorf("%d frames of somebody", n)
	}
}

func TestLeg_ARefusedPacketIsNotAllocatedFor(t *testing.T) {
	l := open(t, Config{Metrics: NewMetrics(nil)})
	if err := l.SetRemote(netip.MustParseAddrPort("127.0.0.1:4000"), media.PCMA, 0); err != nil {
		t.Fatal(err)
	}
	packet := append(rtpwire.Header{PayloadType: 8, Sequence: 1}.Append(nil), make([]byte, 160)...)
	from, now := netip.MustParseAddrPort("192.0.2.1:4000"), time.Now()
	if n := testing.AllocsPerRun(1000, func() {
		if l.take(packet, from, now) {
			t.Error("taken")
		}
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}
