package media

import (
	"encoding/binary"
	"math"
	"testing"
	"time"
)

// frames makes packets of arbitrary bytes, twelve each: what a source may send
// us, at times that only go forward.
func frames(data []byte, each func(*Frame)) {
	at := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	types := []PayloadType{PCMA, PCMU, ComfortNoise, TelephoneEvent, 96}
	voice := make([]byte, maxPayload+1)
	for ; len(data) >= 12; data = data[12:] {
		at = at.Add(time.Duration(data[8]) * time.Millisecond)
		each(&Frame{
			PayloadType: types[int(data[9])%len(types)], Marker: data[9]&0x80 != 0,
			Sequence: binary.BigEndian.Uint16(data), Timestamp: binary.BigEndian.Uint32(data[2:]), SSRC: uint32(data[7] & 3),
			Arrival: at, Payload: voice[:int(binary.BigEndian.Uint16(data[10:]))%len(voice)],
		})
	}
}

func frameSeeds() [][]byte {
	var even, wild []byte
	for i := range 60 {
		p := binary.BigEndian.AppendUint16(nil, uint16(i))
		p = binary.BigEndian.AppendUint32(p, uint32(160*i))
		even = append(append(even, p...), 0, 1, 20, 0, 0, 160)
		wild = append(append(wild, p[1], p[0], p[5], p[4], byte(i*37), p[2]), byte(i), byte(i*i), byte(i*91), byte(i), 3, 32)
	}
	return [][]byte{even, wild, even[:5]}
}

// Whatever comes, the counts are possible ones.
func FuzzReception(f *testing.F) {
	for _, s := range frameSeeds() {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var r Reception
		var s Stats
		n := uint64(0)
		frames(data, func(frame *Frame) {
			n++
			r.Add(frame)
			r.Fill(&s)
			if s.PacketsReceived > n+1 || s.PacketsLate > n || s.PacketsLost > n*maxDropout {
				t.Fatalf("%d packets: %d received, %d late, %d lost", n, s.PacketsReceived, s.PacketsLate, s.PacketsLost)
			}
			if math.IsNaN(r.jitter) || s.Jitter < 0 || s.Jitter > time.Second || s.LastReceived.Before(s.FirstReceived) {
				t.Fatalf("jitter %v, %v to %v", s.Jitter, s.FirstReceived, s.LastReceived)
			}
		})
		r.Report()
	})
}

// Whatever sources are written, the party hears one stream: one SSRC, numbers
// that go up by one, and time stamps that do not run away from the wall clock.
func FuzzRewriter(f *testing.F) {
	for _, s := range frameSeeds() {
		f.Add(s, uint8(0))
		f.Add(s, uint8(101))
	}
	f.Fuzz(func(t *testing.T, data []byte, event uint8) {
		w := NewRewriter(9, 65530, 1<<32-100)
		w.SetTarget(PCMU, event&0x7F)
		want := uint16(65530)
		var first time.Time
		frames(data, func(frame *Frame) {
			h, payload, ok := w.Rewrite(frame)
			if !ok {
				return
			}
			if first.IsZero() {
				first = frame.Arrival
			}
			if h.SSRC != 9 || h.Sequence != want || len(payload) != len(frame.Payload) {
				t.Fatalf("ssrc %d, sequence %d for %d, %d bytes of %d", h.SSRC, h.Sequence, want, len(payload), len(frame.Payload))
			}
			if pt := PayloadType(h.PayloadType); pt != PCMU && h.PayloadType != event&0x7F {
				t.Fatalf("payload type %d was not agreed to", pt)
			}
			want++
		})
		if packets, _, _, ok := w.Sent(first); ok && uint16(packets) != want-65530 {
			t.Fatalf("%d packets counted", packets)
		}
	})
}
