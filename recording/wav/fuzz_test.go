package wav

import (
	"bytes"
	"io"
	"testing"
)

// A damaged file is refused, or played to the length that it was said to have.
func FuzzReader(f *testing.F) {
	file := stored(ALaw, 50)
	f.Add(file, uint8(0))
	f.Add(file[:HeaderSize+7], uint8(1))
	f.Add(bytes.Replace(file, []byte("data"), []byte("LIST"), 1), uint8(2))
	f.Add([]byte("RIFF\xff\xff\xff\xffWAVEfmt \xff\xff\xff\xff"), uint8(0))
	f.Fuzz(func(t *testing.T, file []byte, side uint8) {
		size := int64(len(file))
		l, err := Parse(bytes.NewReader(file), size)
		if err != nil {
			return
		}
		if l.Samples < 0 || l.Offset < 0 || l.Offset+2*l.Samples > size {
			t.Fatalf("%+v in %d bytes", l, size)
		}
		r, err := NewPCMReader(bytes.NewReader(file), size, Channels(side%3))
		if err != nil {
			t.Fatal(err)
		}
		pcm, err := io.ReadAll(r)
		if err != nil || int64(len(pcm)) != r.Size() {
			t.Fatalf("%d bytes of %d: %v", len(pcm), r.Size(), err)
		}
		p, err := ReadPeaks(bytes.NewReader(file), size, 10)
		if err != nil || len(p.Left) != len(p.Right) || p.Samples != l.Samples {
			t.Fatalf("%d and %d peaks of %d samples: %v", len(p.Left), len(p.Right), p.Samples, err)
		}
	})
}
