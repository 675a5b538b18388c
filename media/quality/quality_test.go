package quality

import (
	"bytes"
	"math"
	"testing"
	"time"

	"huifang/media"
	"huifang/media/codec"
	"huifang/media/tone"
)

// Ratings worked out by hand from the formulae of G.107 and the values of G.113.
func TestMOS(t *testing.T) {
	t.Parallel()
	const ms = time.Millisecond
	for _, row := range []struct {
		name              string
		loss              float64
		jitter, roundTrip time.Duration
		want              float64
	}{
		{"nothing wrong", 0, 0, 0, 4.39},
		{"a good line", 0, 5 * ms, 40 * ms, 4.38},
		{"1 % lost", 0.01, 0, 0, 4.303},
		{"5 % lost", 0.05, 0, 0, 3.883},
		{"20 % lost", 0.20, 0, 0, 2.581},
		{"satellite", 0, 0, 560 * ms, 3.589},
		{"everything lost", 1, 0, 0, 1.153},
		{"nonsense", -3, 0, 0, 4.39},
		{"hopeless", 1, time.Second, 4 * time.Second, 1},
	} {
		if got := MOS(row.loss, row.jitter, row.roundTrip); math.Abs(got-row.want) > 0.01 {
			t.Errorf("%s: %.3f, want %.2f", row.name, got, row.want)
		}
	}
}

func TestMOS_WorseIsNeverBetter(t *testing.T) {
	t.Parallel()
	for loss := 0.0; loss < 0.5; loss += 0.01 {
		for ms := range 100 {
			d := time.Duration(ms) * 10 * time.Millisecond
			here := MOS(loss, 0, d)
			if MOS(loss+0.01, 0, d) > here || MOS(loss, 0, d+10*time.Millisecond) > here || here < 1 || here > 4.5 {
				t.Fatalf("loss %.2f, round trip %v: %.3f", loss, d, here)
			}
		}
	}
}

type countingTap map[media.Side]int

func (c countingTap) TapFrame(side media.Side, _ *media.Frame) { c[side]++ }

func TestMonitor_OneWayAudio(t *testing.T) {
	t.Parallel()
	answered := time.Date(2026, 3, 2, 10, 0, 0, 0, time.UTC)
	speech := tone.Sine(300, 20*time.Millisecond, -30)
	whisper := tone.Sine(300, 20*time.Millisecond, -66)
	muSilence := bytes.Repeat([]byte{codec.MuLawSilence}, 160)
	for _, row := range []struct {
		name    string
		pt      media.PayloadType
		payload []byte
		until   time.Duration // the side sends for this long
		at      time.Duration // asked then
		want    Verdict
	}{
		{"heard at once", media.PCMA, speech, time.Second, time.Second, Flowing},
		{"too early to tell", media.PCMA, tone.Silence(20 * time.Millisecond), 2 * time.Second, 2 * time.Second, Unknown},
		{"nothing yet", media.PCMA, nil, 0, Window - time.Millisecond, Unknown},
		{"nothing for the whole window", media.PCMA, nil, 0, Window, NoPackets},
		{"digital silence", media.PCMA, tone.Silence(20 * time.Millisecond), 4 * time.Second, 4 * time.Second, Silent},
		{"digital silence in mu-law", media.PCMU, muSilence, 4 * time.Second, 4 * time.Second, Silent},
		{"dead microphone", media.PCMA, whisper, 4 * time.Second, 4 * time.Second, Silent},
		{"stopped", media.PCMA, speech, 5 * time.Second, 9 * time.Second, NoPackets},
		{"keys only", media.TelephoneEvent, []byte{1, 10, 0, 160}, 4 * time.Second, 4 * time.Second, Flowing},
	} {
		tap := countingTap{}
		m := NewMonitor(tap)
		sent := 0
		for at := time.Duration(0); at < row.until; at += media.FrameDuration {
			m.TapFrame(media.Customer, &media.Frame{PayloadType: row.pt, Payload: row.payload, Arrival: answered.Add(at)})
			sent++
		}
		if got := m.Check(media.Customer, answered, answered.Add(row.at)); got != row.want {
			t.Errorf("%s: %v, want %v", row.name, got, row.want)
		}
		if got := m.Missing(media.Customer, answered, answered.Add(row.at)); (got != "") != (row.want == Silent || row.want == NoPackets) || got != "" && got != row.want.String() {
			t.Errorf("%s: missing is %q", row.name, got)
		}
		if tap[media.Customer] != sent {
			t.Errorf("%s: %d of %d frames handed on", row.name, tap[media.Customer], sent)
		}
		if got := m.Check(media.Agent, answered, answered.Add(time.Hour)); got != NoPackets {
			t.Errorf("%s: the other side is %v", row.name, got)
		}
	}
}

// Who has been heard may listen for a while; who has not is missing at once.
func TestMonitor_ListeningIsNotMissing(t *testing.T) {
	t.Parallel()
	connected := time.Date(2026, 3, 2, 10, 0, 0, 0, time.UTC)
	m := NewMonitor(nil)
	send := func(from, to time.Duration, payload []byte) {
		for at := from; at < to; at += media.FrameDuration {
			m.TapFrame(media.Agent, &media.Frame{PayloadType: media.PCMA, Payload: payload, Arrival: connected.Add(at)})
		}
	}
	missing := func(since, at time.Duration, want bool) {
		t.Helper()
		if got := m.Missing(media.Agent, connected.Add(since), connected.Add(at)); (got != "") != want {
			t.Errorf("at %v since %v: %q", at, since, got)
		}
	}
	speech, silence := tone.Sine(300, 20*time.Millisecond, -30), tone.Silence(20*time.Millisecond)
	send(0, 2*time.Second, speech)
	send(2*time.Second, 32*time.Second, silence)
	missing(0, 10*time.Second, false)
	missing(0, 31*time.Second, false)
	missing(0, 32*time.Second, true)
	missing(5*time.Second, 10*time.Second, true) // not heard since it came back
}
