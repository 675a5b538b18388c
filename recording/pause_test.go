package recording

import (
	"bytes"
	"encoding/json"
	"os"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"huifang/media"
	"huifang/media/codec"
	"huifang/recording/spool"
	"huifang/recording/wav"
)

// secret is what no byte of disk or file may hold.
var secret = bytes.Repeat([]byte{0x5a}, 160)

func voiceFrame(i int, payload []byte, at time.Time) *media.Frame {
	f := frame(i, at)
	f.Payload = slices.Clone(payload)
	return f
}

// The frames of a pause, and one that comes after it but belongs into it, are
// silence in the log and in the WAV; keys are not kept; all else is.
func TestRuleT13_PauseIsSilenceOnDiskAndInTheFile(t *testing.T) {
	t.Parallel()
	synctest.Test(t, pauseInFakeTime)
}

func pauseInFakeTime(t *testing.T) {
	r, _ := open(t, spool.Config{}, nil)
	open := bytes.Repeat([]byte{0x11}, 160)
	say := func(i int, payload []byte) {
		for _, side := range []media.Side{media.Agent, media.Customer} {
			f := voiceFrame(i, payload, time.Now())
			r.TapFrame(side, f)
			if !bytes.Equal(f.Payload, payload) {
				t.Fatal("the frame on its way was changed")
			}
		}
	}
	key := func(ts uint32) {
		r.TapFrame(media.Customer, &media.Frame{PayloadType: media.TelephoneEvent, Timestamp: ts, SSRC: 7, Arrival: time.Now(), Payload: []byte{9, 10, 0, 160}})
	}
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	i := 0
	for ; i < 10; i++ {
		<-tick.C
		say(i, open)
	}
	key(1)
	r.Pause(map[string]string{"reason": "card_number"})
	r.Pause(nil) // has no effect
	for ; i < 20; i++ {
		<-tick.C
		say(i, secret)
		key(uint32(100 + i))
	}
	r.Unpause(map[string]string{"ended_by": "agent"})
	say(i-2, secret) // overtaken: its place is in the pause
	for i++; i < 30; i++ {
		<-tick.C
		say(i, open)
	}
	key(1000)
	log := r.entry.Log()
	sealed, err := r.Close("")
	if err != nil {
		t.Fatal(err)
	}
	spooled, err := os.ReadFile(log)
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(spooled, secret[:8]) {
		t.Error("the spool holds what was said in the pause")
	}
	keys := 0
	if _, err := spool.Scan(bytes.NewReader(spooled), func(rec *spool.Record) error {
		if media.PayloadType(rec.PayloadType) == media.TelephoneEvent && rec.Kind == spool.KindCustomer {
			keys++
		}
		return nil
	}); err != nil || keys != 2 {
		t.Errorf("%d keys kept, want those before and after: %v", keys, err)
	}
	file, err := os.ReadFile(sealed.Path)
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(file, []byte{0x5a, 0x5a}) {
		t.Error("the WAV holds what was said in the pause")
	}
	from, to := pauseOf(t, sealed)
	for _, side := range []int{0, 1} {
		sound := 0
		for n := range int(sealed.Duration.Milliseconds()) * 8 {
			b := file[wav.HeaderSize+2*n+side]
			if n >= from && n < to && b != codec.ALawSilence {
				t.Fatalf("side %d: sample %d of the pause is %x", side, n, b)
			}
			if b == 0x11 {
				sound++
			}
		}
		if sound < 160*16 {
			t.Errorf("side %d: only %d samples outside of the pause", side, sound)
		}
	}
}

// pauseOf gives the pause of a sealed recording in samples.
func pauseOf(t *testing.T, s Sealed) (from, to int) {
	t.Helper()
	for _, m := range s.Facts.Marks {
		switch m.Name {
		case MarkPauseStarted:
			from = int(m.AtMs)*8 + 8 // the mark is cut to milliseconds
			if m.Detail["reason"] != "card_number" {
				t.Errorf("%+v", m)
			}
		case MarkPauseEnded:
			to = int(m.AtMs) * 8
		}
	}
	if to <= from {
		t.Fatalf("pause %d to %d: %+v", from, to, s.Facts.Marks)
	}
	return from, to
}

// A log that a crash cut off in a pause stays silent to its end, whatever a
// later correction moves into it.
func TestRuleT13_SealingKeepsPausesSilent(t *testing.T) {
	t.Parallel()
	r, s := open(t, spool.Config{}, nil)
	if _, err := r.Close(""); err != nil {
		t.Fatal(err)
	}
	e, file, err := s.Create(spool.Meta{RecordingID: r.opts.CallID, CallID: r.opts.CallID, OpenedAt: time.Now()})
	if err != nil {
		t.Fatal(err)
	}
	var log []byte
	put := func(rec spool.Record) { log = rec.Append(log) }
	mark, err := json.Marshal(Mark{Name: MarkPauseStarted, AtMs: 20})
	if err != nil {
		t.Fatal(err)
	}
	put(spool.Record{Kind: spool.KindAgent, PayloadType: 8, Payload: bytes.Repeat([]byte{0x11}, 160)})
	put(spool.Record{Kind: spool.KindEvent, Arrival: int64(20 * time.Millisecond), Payload: mark})
	put(spool.Record{Kind: spool.KindAgent, PayloadType: 8, Position: 100, Payload: secret})
	if _, err := file.Write(log); err != nil {
		t.Fatal(err)
	}
	if err := file.Close(); err != nil {
		t.Fatal(err)
	}
	s.Done()
	sealed, err := Seal(e)
	if err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(sealed.Path)
	if err != nil {
		t.Fatal(err)
	}
	left := func(n int) byte { return b[wav.HeaderSize+2*n] }
	if left(0) != 0x11 || left(159) != 0x5a || left(160) != codec.ALawSilence || left(259) != codec.ALawSilence || !sealed.Interrupted {
		t.Errorf("%x %x %x %x %+v", left(0), left(159), left(160), left(259), sealed)
	}
}
