package media

import (
	"bytes"
	"testing"
	"time"

	"huifang/media/codec"
	"huifang/media/rtpwire"
)

var epoch = time.Date(2026, 3, 2, 10, 0, 0, 0, time.UTC)

// feed makes frames of one source, 20 ms apart.
type feed struct {
	pt        PayloadType
	ssrc      uint32
	seq       uint16
	timestamp uint32
	at        time.Time
}

func (s *feed) next() *Frame {
	f := &Frame{PayloadType: s.pt, SSRC: s.ssrc, Sequence: s.seq, Timestamp: s.timestamp, Arrival: s.at, Payload: bytes.Repeat([]byte{byte(s.seq)}, 160)}
	s.seq++
	s.timestamp += 160
	s.at = s.at.Add(FrameDuration)
	return f
}

func mustRewrite(t *testing.T, w *Rewriter, f *Frame) rtpwire.Header {
	t.Helper()
	h, _, ok := w.Rewrite(f)
	if !ok {
		t.Fatalf("frame %+v was not sent", f)
	}
	return h
}

func TestRewriter_OneStreamOfManySources(t *testing.T) {
	t.Parallel()
	w := NewRewriter(42, 65534, 0xFFFFFFFF-200)
	a := &feed{pt: PCMA, ssrc: 1, seq: 500, timestamp: 90000, at: epoch}
	var want rtpwire.Header
	want = rtpwire.Header{Marker: true, PayloadType: 8, Sequence: 65534, Timestamp: 0xFFFFFFFF - 200, SSRC: 42}
	for i := range 3 {
		if h := mustRewrite(t, w, a.next()); h != want {
			t.Fatalf("packet %d of the first source: %+v, want %+v", i, h, want)
		}
		want.Marker, want.Sequence, want.Timestamp = false, want.Sequence+1, want.Timestamp+160
	}
	// A prompt takes over 1 s after the last packet, 13 ms off the grid.
	b := &feed{pt: PCMA, ssrc: 2, seq: 9, timestamp: 7, at: epoch.Add(1053 * time.Millisecond)}
	want.Marker, want.Timestamp = true, want.Timestamp-160+8160 // 1013 ms, in whole packets
	if h := mustRewrite(t, w, b.next()); h != want {
		t.Fatalf("new source: %+v, want %+v", h, want)
	}
	// The first source comes back at once: not before its predecessor has ended.
	a.at = b.at.Add(-15 * time.Millisecond)
	want.Sequence, want.Timestamp = want.Sequence+1, want.Timestamp+160
	if h := mustRewrite(t, w, a.next()); h != want {
		t.Fatalf("old source again: %+v, want %+v", h, want)
	}
}

func TestRewriter_KeepsDistancesWithinASource(t *testing.T) {
	t.Parallel()
	w := NewRewriter(42, 0, 1000)
	a := &feed{pt: PCMA, ssrc: 1, seq: 10, timestamp: 5000, at: epoch}
	mustRewrite(t, w, a.next())
	a.next() // lost
	late := a.next()
	if h := mustRewrite(t, w, a.next()); h.Timestamp != 1000+480 || h.Sequence != 1 || h.Marker {
		t.Errorf("after a loss: %+v", h)
	}
	if h := mustRewrite(t, w, late); h.Timestamp != 1000+320 || h.Sequence != 2 {
		t.Errorf("a late packet: %+v", h)
	}
	if _, _, ok := w.Rewrite(late); ok {
		t.Error("a duplicate went out")
	}
	if h := mustRewrite(t, w, a.next()); h.Timestamp != 1000+640 || h.Sequence != 3 || h.Marker {
		t.Errorf("after a late packet: %+v", h)
	}
}

func TestRewriter_JumpsOfOneSource(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name   string
		jump   uint32
		pause  time.Duration
		want   uint32 // after the last packet's time stamp
		marker bool
	}{
		{"forward a minute", 60 * 8000, 0, 160, true},
		{"backward a minute", 1<<32 - 60*8000, 0, 160, true},
		{"clock stopped over a pause of 7 s", 0, 7 * time.Second, 56160, true},
		{"clock ran on over a pause of 7 s", 56000, 7 * time.Second, 56160, false},
		{"burst after a stall of 300 ms", 0, 300 * time.Millisecond, 160, false},
	} {
		w := NewRewriter(42, 0, 1000)
		a := &feed{pt: PCMA, ssrc: 1, seq: 10, timestamp: 5000, at: epoch}
		mustRewrite(t, w, a.next())
		a.timestamp += row.jump
		a.at = a.at.Add(row.pause)
		if h := mustRewrite(t, w, a.next()); h.Timestamp != 1000+row.want || h.Marker != row.marker {
			t.Errorf("%s: %+v, want time stamp %d, marker %v", row.name, h, 1000+row.want, row.marker)
		}
	}
}

// A network keeps a source back for three seconds, then delivers all of it at
// once: the party hears the newest, and no later than before.
func TestRewriter_LeavesOutABacklogThatIsTooOld(t *testing.T) {
	t.Parallel()
	w := NewRewriter(42, 0, 1000)
	a := &feed{pt: PCMA, ssrc: 1, seq: 10, timestamp: 5000, at: epoch}
	var sent, behind int
	var last rtpwire.Header
	for i := range 400 {
		f := a.next()
		if held := epoch.Add(4 * time.Second); i >= 50 && f.Arrival.Before(held) {
			f.Arrival = held.Add(time.Duration(i) * 100 * time.Microsecond) // a burst
		}
		h, _, ok := w.Rewrite(f)
		if !ok {
			continue
		}
		sent++
		if int32(h.Timestamp-last.Timestamp) <= 0 && sent > 1 || h.Sequence != last.Sequence+1 && sent > 1 {
			t.Fatalf("frame %d: %+v after %+v", i, h, last)
		}
		last = h
		behind = int(int32(h.Timestamp-1000)) - int(f.Arrival.Sub(epoch)/time.Millisecond)*8
	}
	if ahead := time.Duration(behind) * time.Second / SampleRate; ahead < 0 || ahead > backlogLead {
		t.Errorf("the stream is %v before the wall clock afterwards", ahead)
	}
	if want := 50 + 200 + int(backlogLead/FrameDuration); sent < want-2 || sent > want+2 {
		t.Errorf("%d packets were sent, want %d", sent, want)
	}
}

func TestRewriter_EventKeepsItsTimestamp(t *testing.T) {
	t.Parallel()
	w := NewRewriter(42, 0, 1000)
	w.SetTarget(PCMU, 96)
	a := &feed{pt: PCMA, ssrc: 1, seq: 10, timestamp: 5000, at: epoch}
	mustRewrite(t, w, a.next())
	a.pt = TelephoneEvent
	start := a.timestamp
	for i := range 150 { // three seconds on one key
		f := a.next()
		f.Timestamp, f.Payload, f.Marker = start, []byte{5, 10, 0, 160}, i == 0
		h := mustRewrite(t, w, f)
		if h.Timestamp != 1160 || h.PayloadType != 96 || h.Marker != (i == 0) {
			t.Fatalf("event packet %d: %+v", i, h)
		}
	}
	a.pt = PCMA
	if h := mustRewrite(t, w, a.next()); h.Timestamp != 1000+151*160 || h.PayloadType != 0 {
		t.Errorf("voice after the event: %+v", h)
	}
	w.SetTarget(PCMU, 0)
	a.pt = TelephoneEvent
	if _, _, ok := w.Rewrite(a.next()); ok {
		t.Error("an event went to a party that takes none")
	}
}

func TestRewriter_ConvertsOnlyVoice(t *testing.T) {
	t.Parallel()
	in := make([]byte, 160)
	for i := range in {
		in[i] = byte(i)
	}
	for _, row := range []struct {
		name     string
		from, to PayloadType
		want     func(byte) byte
	}{
		{"A to A", PCMA, PCMA, func(b byte) byte { return b }},
		{"A to mu", PCMA, PCMU, codec.ALawToMuLaw},
		{"mu to A", PCMU, PCMA, codec.MuLawToALaw},
		{"mu to mu", PCMU, PCMU, func(b byte) byte { return b }},
		{"comfort noise", ComfortNoise, PCMA, nil},
		{"unknown", 111, PCMA, nil},
	} {
		w := NewRewriter(1, 0, 0)
		w.SetTarget(row.to, 101)
		h, out, ok := w.Rewrite(&Frame{PayloadType: row.from, SSRC: 5, Arrival: epoch, Payload: in})
		if ok != (row.want != nil) {
			t.Errorf("%s: sent is %v", row.name, ok)
			continue
		}
		if !ok {
			continue
		}
		if h.PayloadType != uint8(row.to) {
			t.Errorf("%s: payload type %d", row.name, h.PayloadType)
		}
		for i, b := range out {
			if b != row.want(in[i]) {
				t.Fatalf("%s: byte %#02x became %#02x", row.name, in[i], b)
			}
		}
	}
}

func TestRewriter_SenderReportFigures(t *testing.T) {
	t.Parallel()
	w := NewRewriter(1, 0, 1000)
	if _, _, _, ok := w.Sent(epoch); ok {
		t.Error("a report before the first packet")
	}
	a := &feed{pt: PCMA, ssrc: 1, at: epoch}
	for range 3 {
		mustRewrite(t, w, a.next())
	}
	packets, octets, timestamp, ok := w.Sent(epoch.Add(time.Second))
	if !ok || packets != 3 || octets != 480 || timestamp != 1000+8000 {
		t.Errorf("%d packets, %d octets, time stamp %d", packets, octets, timestamp)
	}
}

func TestRewriter_DoesNotAllocate(t *testing.T) {
	w := NewRewriter(1, 0, 0)
	w.SetTarget(PCMU, 101)
	a := &feed{pt: PCMA, ssrc: 1, at: epoch}
	f := a.next()
	if n := testing.AllocsPerRun(100, func() {
		f.Sequence++
		f.Timestamp += 160
		w.Rewrite(f)
	}); n != 0 {
		t.Errorf("%v allocations for a packet", n)
	}
}

func BenchmarkRewriter(b *testing.B) {
	w := NewRewriter(1, 0, 0)
	w.SetTarget(PCMU, 101)
	a := &feed{pt: PCMA, ssrc: 1, at: epoch}
	f := a.next()
	for b.Loop() {
		f.Sequence++
		f.Timestamp += 160
		w.Rewrite(f)
	}
}
