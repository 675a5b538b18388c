package rtpwire

import (
	"bytes"
	"testing"
)

// What parses is made of the packet's own bytes, and is the same when it is
// written and read again.
func FuzzRTP(f *testing.F) {
	h := Header{Marker: true, PayloadType: 8, Sequence: 65535, Timestamp: 1 << 31, SSRC: 7}
	f.Add(append(h.Append(nil), "voice"...))
	f.Add(append([]byte{0xB1, 8, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0, 4, 0xBE, 0xDE, 0, 1, 1, 2, 3, 4}, 9, 9, 0, 2)) // CSRC, extension, padding
	f.Add([]byte{0x80, 0})
	f.Fuzz(func(t *testing.T, b []byte) {
		h, payload, err := Parse(b)
		if err != nil {
			return
		}
		if len(payload) > len(b)-HeaderSize || len(payload) > 0 && !bytes.Contains(b, payload) {
			t.Fatalf("%d bytes of payload in a packet of %d", len(payload), len(b))
		}
		again, rest, err := Parse(append(h.Append(nil), payload...))
		if err != nil || again != h || !bytes.Equal(rest, payload) {
			t.Fatalf("%+v %d bytes became %+v %d bytes: %v", h, len(payload), again, len(rest), err)
		}
	})
}

// Every report that is read can be written and is read as the same; no more
// reports than there is room for.
func FuzzRTCP(f *testing.F) {
	sr := AppendReport(nil, Report{SSRC: 1, Sender: SenderInfo{NTP: 5, Packets: 3}, Blocks: []ReceptionReport{{SSRC: 2, TotalLost: 9}}})
	f.Add(AppendBye(AppendCNAME(sr, 1, "huifang"), 1))
	f.Add(AppendReport(nil, Report{SSRC: 1}))
	f.Add([]byte{0x9F, 201, 0, 1, 0, 0, 0, 1})
	f.Fuzz(func(t *testing.T, b []byte) {
		room := len(b)
		_ = EachReport(b, func(r Report) {
			if room -= 8 + 24*len(r.Blocks); room < 0 {
				t.Fatalf("more reports than %d bytes hold", len(b))
			}
			if r.Sender.NTP == 0 {
				r.Sender = SenderInfo{} // an SR without a time is written as an RR
			}
			count := 0
			err := EachReport(AppendReport(nil, r), func(again Report) {
				count++
				if again.SSRC != r.SSRC || again.Sender != r.Sender || len(again.Blocks) != len(r.Blocks) {
					t.Fatalf("%+v became %+v", r, again)
				}
				for i := range r.Blocks {
					if again.Blocks[i] != r.Blocks[i] {
						t.Fatalf("%+v became %+v", r.Blocks[i], again.Blocks[i])
					}
				}
			})
			if err != nil || count != 1 {
				t.Fatalf("%d reports, %v", count, err)
			}
			for _, block := range r.Blocks {
				if d := block.RoundTrip(1 << 40); d < 0 {
					t.Fatalf("a round trip of %v", d)
				}
			}
		})
	})
}
