package recording

import (
	"bytes"
	"os"
	"testing"
	"time"

	"huifang/media"
	"huifang/media/codec"
	"huifang/recording/spool"
	"huifang/recording/wav"
)

// A third party has a channel of its own, at its place; without one there is none.
func TestRecorder_ThirdPartyHasItsOwnChannel(t *testing.T) {
	t.Parallel()
	r, _ := open(t, spool.Config{}, nil)
	for i := range 100 {
		at := r.opened.Add(time.Duration(i+1) * 20 * time.Millisecond)
		for side, b := range map[media.Side]byte{media.Agent: 0x11, media.Customer: 0x22, media.Third: 0x33} {
			if side == media.Third && i < 50 {
				continue
			}
			f := frame(i, at)
			f.Payload = bytes.Repeat([]byte{b}, 160)
			r.TapFrame(side, f)
		}
	}
	sealed, err := r.Close("")
	if err != nil {
		t.Fatal(err)
	}
	file, err := os.ReadFile(sealed.Path)
	if err != nil {
		t.Fatal(err)
	}
	l, err := wav.Parse(bytes.NewReader(file), int64(len(file)))
	if err != nil || l.Channels != 3 || sealed.Bytes != int64(len(file)) || sealed.Facts.Third.Packets != 50 {
		t.Fatalf("%+v %v %+v", l, err, sealed)
	}
	for i := range 100 * 160 {
		at := file[wav.HeaderSize+3*i:]
		third := byte(0x33)
		if i < 50*160 {
			third = codec.ALawSilence
		}
		if at[0] != 0x11 || at[1] != 0x22 || at[2] != third {
			t.Fatalf("sample %d: % x", i, at[:3])
		}
	}
}
