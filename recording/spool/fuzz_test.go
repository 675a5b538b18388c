package spool

import (
	"bytes"
	"testing"
)

// A damaged log gives the whole records before the damage and nothing that was
// not written; reading it from a file and from memory gives the same.
func FuzzScan(f *testing.F) {
	whole := (&Record{Kind: KindAgent, PayloadType: 8, Sequence: 1, SSRC: 2, Timestamp: 3, Position: -80, Arrival: 5, Payload: []byte("voice")}).Append(nil)
	whole = (&Record{Kind: KindEnd, Position: 1 << 40, Payload: []byte("{}")}).Append(whole)
	f.Add(whole)
	f.Add(whole[:len(whole)-3])
	f.Add(append(bytes.Clone(whole), make([]byte, 60)...))
	f.Add(bytes.Replace(whole, []byte("voice"), []byte("noise"), 1))
	f.Fuzz(func(t *testing.T, log []byte) {
		var again []byte
		n := 0
		complete, err := Scan(bytes.NewReader(log), func(r *Record) error {
			n++
			again = r.Append(again)
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if len(again) > len(log) || complete && len(again) != len(log) {
			t.Fatalf("%d bytes of records in %d, whole %v", len(again), len(log), complete)
		}
		count := 0
		if whole, err := Scan(bytes.NewReader(again), func(*Record) error { count++; return nil }); !whole || err != nil || count != n {
			t.Fatalf("%d records became %d: whole %v, %v", n, count, whole, err)
		}
		count = 0
		Each(again, func(*Record) { count++ })
		if count != n {
			t.Fatalf("%d records in a file, %d in memory", n, count)
		}
	})
}
