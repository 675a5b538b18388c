package rtpleg

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"huifang/media"
	"huifang/media/rtpwire"
)

// suites and the length of their key and salt.
var suites = map[string]int{"AEAD_AES_256_GCM": 44, "AEAD_AES_128_GCM": 28, "AES_CM_128_HMAC_SHA1_80": 30, "AES_CM_128_HMAC_SHA1_32": 30}

// keysOf are those of one side, and of the other.
func keysOf(suite string, seed byte) (Keys, Keys) {
	a, b := bytes.Repeat([]byte{seed}, suites[suite]), bytes.Repeat([]byte{seed + 1}, suites[suite])
	return Keys{Suite: suite, Send: a, Receive: b}, Keys{Suite: suite, Send: b, Receive: a}
}

func setKeys(t *testing.T, l *Leg, k Keys) {
	t.Helper()
	if err := l.SetKeys(&k); err != nil {
		t.Fatal(err)
	}
}

const sha80 = "AES_CM_128_HMAC_SHA1_80"

func TestLeg_SRTPCarriesVoiceAndReportsBothWays(t *testing.T) {
	t.Parallel()
	for suite := range suites {
		t.Run(suite, func(t *testing.T) {
			t.Parallel()
			cfg := Config{Secure: true, RTCPInterval: 20 * time.Millisecond}
			a, b := open(t, cfg), open(t, cfg)
			ka, kb := keysOf(suite, 7)
			setKeys(t, a, ka)
			setKeys(t, b, kb)
			for from, to := range map[*Leg]*Leg{a: b, b: a} {
				if err := from.SetRemote(to.LocalAddr(), media.PCMA, 0); err != nil {
					t.Fatal(err)
				}
			}
			atA, atB := collect(a), collect(b)
			for n := range 20 {
				for from, frames := range map[*Leg]<-chan media.Frame{a: atB, b: atA} {
					sent := voiceFrame(n)
					if err := from.WriteFrame(sent); err != nil {
						t.Fatal(err)
					}
					if got := receive(t, frames); !bytes.Equal(got.Payload, sent.Payload) {
						t.Fatalf("packet %d came as % x", n, got.Payload[:4])
					}
				}
			}
			eventually(t, "reports both ways", func() bool { return a.Stats().Reported && b.Stats().Reported })
		})
	}
}

// What is on the wire is not the voice, and nobody without the key says anything.
func TestLeg_SRTPRefusesWhatIsNotTheParty(t *testing.T) {
	t.Parallel()
	reg := prometheus.NewRegistry()
	l := open(t, Config{Secure: true, Metrics: NewMetrics(reg)})
	party, partyAddr := socket(t, "127.0.0.1")
	if err := l.SetRemote(partyAddr, media.PCMA, 0); err != nil {
		t.Fatal(err)
	}
	frames := collect(l)
	header := rtpwire.Header{PayloadType: 8, Sequence: 1, Timestamp: 160, SSRC: 1}
	write := func(packet []byte) {
		t.Helper()
		if _, err := party.WriteToUDPAddrPort(packet, l.LocalAddr()); err != nil {
			t.Fatal(err)
		}
	}
	refused := func(reason string, want float64) {
		t.Helper()
		eventually(t, fmt.Sprintf("%v refused for %s", want, reason), func() bool { return refusedPackets(t, reg, reason) == want })
	}
	if err := l.WriteFrame(voiceFrame(0)); err != nil {
		t.Fatal(err)
	}
	if l.Stats().PacketsSent != 0 {
		t.Error("voice left in the clear")
	}
	send(t, party, l.LocalAddr(), header, 0x66)
	refused(refusedClear, 1)

	ours, theirs := keysOf(sha80, 7)
	setKeys(t, l, ours)
	if err := l.SetKeys(nil); !errors.Is(err, ErrClear) {
		t.Errorf("encryption is taken away: %v", err)
	}
	var far secure
	if _, err := far.set(theirs); err != nil {
		t.Fatal(err)
	}
	sealed := func(n uint16) []byte {
		h := header
		h.Sequence = n
		p, err := far.seal(append(h.Append(nil), bytes.Repeat([]byte{0x11}, 160)...))
		if err != nil {
			t.Fatal(err)
		}
		return bytes.Clone(p)
	}
	for n := range uint16(5) { // in the clear, from the right address: never learnt from
		h := header
		h.Sequence = n
		send(t, party, l.LocalAddr(), h, 0x66)
	}
	refused(refusedAuthentication, 5)
	changed := sealed(1)
	changed[40] ^= 1
	write(changed)
	refused(refusedAuthentication, 6)
	l.mu.Lock()
	if l.source.inOrder != 0 || l.source.locked.IsValid() {
		t.Errorf("learnt from what was refused: %+v", l.source)
	}
	l.mu.Unlock()
	first := sealed(2)
	if bytes.Contains(first, bytes.Repeat([]byte{0x11}, 8)) {
		t.Error("the voice is on the wire")
	}
	write(first)
	if f := receive(t, frames); f.Sequence != 2 || !bytes.Equal(f.Payload, bytes.Repeat([]byte{0x11}, 160)) {
		t.Errorf("%+v", f)
	}
	write(first) // sent again by somebody
	refused(refusedAuthentication, 7)
	rtcp := netip.AddrPortFrom(l.LocalAddr().Addr(), l.LocalAddr().Port()+1)
	report := rtpwire.AppendReport(nil, rtpwire.Report{SSRC: 1, Blocks: []rtpwire.ReceptionReport{{SSRC: l.rewriter.SSRC(), FractionLost: 255}}})
	if _, err := party.WriteToUDPAddrPort(report, rtcp); err != nil {
		t.Fatal(err)
	}
	refused(refusedAuthentication, 8)
	if s := l.Stats(); s.PacketsReceived != 1 || s.Reported || s.RemoteLost != 0 {
		t.Errorf("%+v", s)
	}
	if n := len(frames); n != 0 {
		t.Errorf("%d frames of somebody", n)
	}
}

func TestLeg_SRTPFollowsNewKeysWithoutAGap(t *testing.T) {
	t.Parallel()
	a, b := open(t, Config{}), open(t, Config{})
	ka, kb := keysOf(sha80, 7)
	setKeys(t, a, ka)
	setKeys(t, b, kb)
	for from, to := range map[*Leg]*Leg{a: b, b: a} {
		if err := from.SetRemote(to.LocalAddr(), media.PCMA, 0); err != nil {
			t.Fatal(err)
		}
	}
	frames := collect(b)
	say := func(n int) {
		t.Helper()
		if err := a.WriteFrame(voiceFrame(n)); err != nil {
			t.Fatal(err)
		}
		if got := receive(t, frames); !bytes.Equal(got.Payload, voiceFrame(n).Payload) {
			t.Fatalf("packet %d came as % x", n, got.Payload[:4])
		}
	}
	n := 0
	for ; n < 5; n++ {
		say(n)
	}
	na, nb := keysOf("AEAD_AES_128_GCM", 30)
	setKeys(t, b, nb) // the answer is there before the packets
	say(n)
	setKeys(t, a, na)
	for n++; n < 2*overlap; n++ {
		say(n)
	}
	setKeys(t, b, nb) // a session refresh repeats them
	say(n)
	b.mu.Lock()
	if b.secure.previous != nil {
		t.Error("the old key is still heard")
	}
	b.mu.Unlock()
	if s := b.Stats(); s.PacketsLost != 0 || s.PacketsReceived != uint64(n+1) {
		t.Errorf("%+v after %d", s, n+1)
	}
	for _, l := range []*Leg{a, b} { // optional encryption may end in the course of the call
		if err := l.SetKeys(nil); err != nil {
			t.Fatal(err)
		}
	}
	say(n + 1)
}

func TestLeg_SRTPMasterKeyIdentifier(t *testing.T) {
	t.Parallel()
	ours, theirs := keysOf(sha80, 7)
	ours.ReceiveMKI = []byte{0, 0, 0, 1}
	var s, far secure
	if _, err := s.set(ours); err != nil {
		t.Fatal(err)
	}
	if _, err := far.set(theirs); err != nil {
		t.Fatal(err)
	}
	packet, err := far.seal(append(rtpwire.Header{PayloadType: 8, Sequence: 1}.Append(nil), 1, 2, 3))
	if err != nil {
		t.Fatal(err)
	}
	at := len(packet) - 10 // it stands before the tag (RFC 3711 3.1)
	with := append(append(bytes.Clone(packet[:at]), 0, 0, 0, 1), packet[at:]...)
	if out, ok := s.open(with); !ok || !bytes.Equal(out[rtpwire.HeaderSize:], []byte{1, 2, 3}) {
		t.Errorf("%x %v", out, ok)
	}
}

func TestKeys_AreCheckedAndNeverPrinted(t *testing.T) {
	t.Parallel()
	l := open(t, Config{})
	good, _ := keysOf(sha80, 'K')
	for name, k := range map[string]Keys{
		"suite":  {Suite: "F8_128_HMAC_SHA1_80", Send: good.Send, Receive: good.Receive},
		"length": {Suite: sha80, Send: good.Send[1:], Receive: good.Receive},
		"none":   {Suite: sha80},
	} {
		if err := l.SetKeys(&k); !errors.Is(err, ErrKeys) {
			t.Errorf("%s: %v", name, err)
		}
	}
	j, err := json.Marshal(good)
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{fmt.Sprint(good), fmt.Sprintf("%+v %#v %s %x", good, good, &good, good), string(j)} {
		if strings.Contains(text, "KKK") || strings.Contains(text, "4b4b4b") || strings.Contains(text, "75, 75") || strings.Contains(text, "S0tL") {
			t.Errorf("a key is printed: %s", text)
		}
	}
}

func TestLeg_ASRTPPacketIsNotAllocatedFor(t *testing.T) {
	l := open(t, Config{})
	ours, theirs := keysOf("AEAD_AES_128_GCM", 7)
	setKeys(t, l, ours)
	from, now := netip.MustParseAddrPort("127.0.0.1:4000"), time.Now()
	if err := l.SetRemote(from, media.PCMA, 0); err != nil {
		t.Fatal(err)
	}
	var far secure
	if _, err := far.set(theirs); err != nil {
		t.Fatal(err)
	}
	var packets [][]byte
	for n := range 1101 {
		p, err := far.seal(append(rtpwire.Header{PayloadType: 8, Sequence: uint16(n), SSRC: 1}.Append(nil), make([]byte, 160)...))
		if err != nil {
			t.Fatal(err)
		}
		packets = append(packets, bytes.Clone(p))
	}
	n := 0
	if got := testing.AllocsPerRun(1000, func() {
		if !l.take(packets[n], from, now) {
			t.Errorf("packet %d refused", n)
		}
		n++
	}); got != 0 {
		t.Errorf("%v allocations to receive", got)
	}
	f := voiceFrame(0)
	if got := testing.AllocsPerRun(1000, func() {
		f.Sequence++
		f.Timestamp += 160
		if err := l.WriteFrame(f); err != nil {
			t.Error(err)
		}
	}); got != 0 {
		t.Errorf("%v allocations to send", got)
	}
}

// Once a source is believed, reports of other hosts of the trunk are not.
func TestLeg_ReportsComeFromTheBelievedHostOnly(t *testing.T) {
	t.Parallel()
	reg := prometheus.NewRegistry()
	l := open(t, Config{Metrics: NewMetrics(reg), AllowedSources: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}})
	party, partyAddr := socket(t, "127.0.0.1")
	other, _ := socket(t, "127.0.0.2")
	if err := l.SetRemote(partyAddr, media.PCMA, 0); err != nil {
		t.Fatal(err)
	}
	frames := collect(l)
	for n := range uint16(lockAfter) {
		send(t, party, l.LocalAddr(), rtpwire.Header{PayloadType: 8, Sequence: n, SSRC: 1}, 0x11)
		receive(t, frames)
	}
	rtcp := netip.AddrPortFrom(l.LocalAddr().Addr(), l.LocalAddr().Port()+1)
	report := func(lost uint8) []byte {
		return rtpwire.AppendReport(nil, rtpwire.Report{SSRC: 1, Blocks: []rtpwire.ReceptionReport{{SSRC: l.rewriter.SSRC(), FractionLost: lost}}})
	}
	if _, err := other.WriteToUDPAddrPort(report(255), rtcp); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the report is refused", func() bool { return refusedPackets(t, reg, refusedSource) == 1 })
	if l.Stats().Reported {
		t.Error("a stranger's report is believed")
	}
	if _, err := party.WriteToUDPAddrPort(report(64), rtcp); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the party's report is taken", func() bool { return l.Stats().RemoteLost == 0.25 })
}

// After more than 65536 packets the party changes its key: it may begin to count
// anew or go on, and is heard either way. A key of ours that comes again never
// counts anew.
func TestSecure_RolloverAndNewKeys(t *testing.T) {
	t.Parallel()
	packet := func(seq uint16) []byte {
		return append(rtpwire.Header{PayloadType: 8, Sequence: seq, SSRC: 1}.Append(nil), 1, 2, 3)
	}
	for _, goesOn := range []bool{true, false} {
		ours, theirs := keysOf(sha80, 7)
		var s, far secure
		for side, k := range map[*secure]Keys{&s: ours, &far: theirs} {
			if _, err := side.set(k); err != nil {
				t.Fatal(err)
			}
		}
		pass := func(seq uint16) {
			t.Helper()
			sealed, err := far.seal(packet(seq))
			if err != nil {
				t.Fatal(err)
			}
			if out, ok := s.open(sealed); !ok || !bytes.Equal(out, packet(seq)) {
				t.Fatalf("goes on %v: packet %d is refused", goesOn, seq)
			}
		}
		for _, seq := range []uint16{40000, 65535, 0, 20000, 50000, 10} { // round twice
			pass(seq)
		}
		newOurs, newTheirs := keysOf(sha80, 40)
		newOurs.Send, newTheirs.Receive = ours.Send, ours.Send // ours stays
		old := s.send
		if _, err := s.set(newOurs); err != nil {
			t.Fatal(err)
		}
		if s.send != old {
			t.Error("our counter begins anew")
		}
		if _, err := far.set(newTheirs); err != nil {
			t.Fatal(err)
		}
		if goesOn {
			far.send.SetROC(1, 2)
		}
		for seq := uint16(11); seq < 15; seq++ {
			pass(seq)
		}
		other, _ := keysOf("AEAD_AES_128_GCM", 60)
		for _, k := range []Keys{other, newOurs} { // another suite, and back
			if _, err := s.set(k); err != nil {
				t.Fatal(err)
			}
		}
		if s.send != old {
			t.Error("a key that comes again counts anew")
		}
	}
}
