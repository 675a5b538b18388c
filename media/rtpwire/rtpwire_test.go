package rtpwire

import (
	"bytes"
	"errors"
	"testing"
	"time"
)

func TestHeader_AppendThenParse(t *testing.T) {
	t.Parallel()
	want := Header{Marker: true, PayloadType: 101, Sequence: 65535, Timestamp: 0xFFFFFF60, SSRC: 0xDEADBEEF}
	h, payload, err := Parse(append(want.Append(nil), 1, 2, 3))
	if err != nil || h != want || !bytes.Equal(payload, []byte{1, 2, 3}) {
		t.Fatalf("%+v % x %v", h, payload, err)
	}
}

func TestParse_Shapes(t *testing.T) {
	t.Parallel()
	fixed := []byte{0x80, 8, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3}
	with := func(first byte, more ...byte) []byte {
		b := append(bytes.Clone(fixed), more...)
		b[0] = first
		return b
	}
	for _, row := range []struct {
		name string
		in   []byte
		want []byte
		err  error
	}{
		{"empty payload", fixed, []byte{}, nil},
		{"two CSRCs", with(0x82, 1, 1, 1, 1, 2, 2, 2, 2, 9), []byte{9}, nil},
		{"extension", with(0x90, 0xBE, 0xDE, 0, 1, 7, 7, 7, 7, 9), []byte{9}, nil},
		{"padding", with(0xA0, 9, 0, 0, 3), []byte{9}, nil},
		{"padding of nothing", with(0xA0, 9, 9, 0), nil, ErrShort},
		{"padding longer than the payload", with(0xA0, 9, 200), nil, ErrShort},
		{"extension cut off", with(0x90, 0xBE, 0xDE, 0), nil, ErrShort},
		{"extension longer than the packet", with(0x90, 0xBE, 0xDE, 1, 1, 7), nil, ErrShort},
		{"CSRCs cut off", with(0x8F, 1, 2), nil, ErrShort},
		{"version 1", with(0x40), nil, ErrVersion},
		{"STUN", make([]byte, 20), nil, ErrVersion},
		{"short", fixed[:11], nil, ErrShort},
	} {
		_, payload, err := Parse(row.in)
		if !errors.Is(err, row.err) || !bytes.Equal(payload, row.want) {
			t.Errorf("%s: % x, %v", row.name, payload, err)
		}
	}
}

func TestReport_AppendThenRead(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 3, 1, 12, 0, 0, 500_000_000, time.UTC)
	sr := Report{
		SSRC: 7, Sender: SenderInfo{NTP: NTP(now), Timestamp: 160, Packets: 10, Octets: 1600},
		Blocks: []ReceptionReport{{SSRC: 9, FractionLost: 25, TotalLost: 12, HighestSeq: 70000, Jitter: 16, LastSR: 5, Delay: 6}},
	}
	rr := Report{SSRC: 8}
	packet := AppendReport(nil, sr)
	packet = AppendCNAME(packet, 7, "abc")
	packet = AppendReport(packet, rr)
	packet = AppendBye(packet, 7)
	if len(packet)%4 != 0 {
		t.Fatalf("%d bytes", len(packet))
	}
	var got []Report
	if err := EachReport(packet, func(r Report) { got = append(got, r) }); err != nil {
		t.Fatal(err)
	}
	if len(got) != 2 || got[0].Sender != sr.Sender || got[0].Blocks[0] != sr.Blocks[0] || got[1].SSRC != 8 || got[1].Sender.NTP != 0 {
		t.Fatalf("%+v", got)
	}
	for n := 1; n < len(packet); n++ { // no cut makes it read beyond its end
		_ = EachReport(packet[:n:n], func(Report) {})
	}
}

func TestCNAME_EndsWithAZeroAtEveryLength(t *testing.T) {
	t.Parallel()
	for n := range 20 {
		b := AppendCNAME(nil, 1, string(bytes.Repeat([]byte("x"), n)))
		if len(b)%4 != 0 || b[len(b)-1] != 0 || int(b[3]) != len(b)/4-1 {
			t.Errorf("CNAME of %d: % x", n, b)
		}
	}
}

func TestRoundTrip(t *testing.T) {
	t.Parallel()
	sent := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	block := ReceptionReport{LastSR: uint32(NTP(sent) >> 16), Delay: 2 * 65536}
	got := block.RoundTrip(NTP(sent.Add(2*time.Second + 40*time.Millisecond)))
	if got < 39*time.Millisecond || got > 41*time.Millisecond {
		t.Errorf("round trip %v", got)
	}
	if d := block.RoundTrip(NTP(sent)); d != 0 {
		t.Errorf("a clock set back gave %v", d)
	}
	if d := (ReceptionReport{}).RoundTrip(NTP(sent)); d != 0 {
		t.Errorf("without an SR: %v", d)
	}
}
