package recording

import (
	"encoding/binary"
	"testing"
)

// Whatever time stamps, sources and lengths come, a packet stands near the
// time of its arrival: the recording is never longer than the call and the
// bounds of the timeline, and never begins before it but for them.
func FuzzTimeline(f *testing.F) {
	var even, wild []byte
	for i := range 200 {
		even = append(binary.BigEndian.AppendUint32(even, uint32(160*i)), 0, 20, 160, 0)
		wild = append(binary.BigEndian.AppendUint32(wild, uint32(i*i)<<(i%20)), byte(i/50), byte(i*7), byte(i*31), byte(i))
	}
	f.Add(even)
	f.Add(wild)
	f.Add([]byte{0x7F, 0xFF, 0xFF, 0xFF, 0, 0, 255, 255, 0x80, 0, 0, 0, 0, 0, 255, 255})
	f.Fuzz(func(t *testing.T, data []byte) {
		var tr track
		arrival := int64(0)
		for i := uint16(0); len(data) >= 8; data, i = data[8:], i+1 {
			arrival += int64(data[5]) * perMs
			n := 1 + int64(data[6]) + int64(data[7])<<4 // above what one packet can hold
			at := tr.place(packet{arrival: arrival, n: n, ssrc: uint32(data[4] & 3), ts: binary.BigEndian.Uint32(data), seq: i - uint16(data[4]>>4)})
			if at.duplicate {
				continue
			}
			pos := at.pos
			if begin := arrival - n; pos < begin-lateLimit || pos > begin+catchUp {
				t.Fatalf("a packet of %d samples that came at %d stands at %d", n, arrival, pos)
			}
		}
		if tr.Reanchors > 2*tr.Packets {
			t.Fatalf("%+v", tr.Counters)
		}
	})
}
