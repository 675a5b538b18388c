package progress

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"huifang/media"
	"huifang/media/codec"
	"huifang/media/tone"
)

var began = time.Date(2026, 3, 2, 10, 0, 0, 0, time.UTC)

// part is a stretch of a test signal: the frequencies that sound together.
type part struct {
	ms int
	hz []float64
}

func on(ms int, hz ...float64) part { return part{ms, hz} }
func off(ms int) part               { return part{ms, nil} }

func repeat(n int, parts ...part) []part {
	var out []part
	for range n {
		out = append(out, parts...)
	}
	return out
}

// signal makes A-law of the parts at a level in dBFS, over line noise at -60 dBFS.
func signal(level float64, parts ...part) []byte {
	noise := rand.New(rand.NewPCG(1, 2))
	var out []byte
	at := 0
	for _, p := range parts {
		for range p.ms * rate / 1000 {
			v := noise.NormFloat64() * 32768 * math.Pow(10, -60.0/20)
			for _, hz := range p.hz {
				v += 32124 / float64(len(p.hz)) * math.Pow(10, level/20) * math.Sin(2*math.Pi*hz*float64(at)/rate)
			}
			out = append(out, codec.EncodeALaw(int16(max(min(v, 32767), -32768))))
			at++
		}
	}
	return out
}

// frames cuts A-law into packets.
func frames(alaw []byte, ptime int) []*media.Frame {
	var out []*media.Frame
	n := ptime * rate / 1000
	for i := 0; i+n <= len(alaw); i += n {
		out = append(out, &media.Frame{PayloadType: media.PCMA, SSRC: 7, Sequence: uint16(len(out)), Timestamp: uint32(i) + 4294960000,
			Arrival: began.Add(duration(i + n)), Payload: alaw[i : i+n]})
	}
	return out
}

func listen(fs []*media.Frame) []Finding {
	var got []Finding
	d := NewDetector(func(f Finding) { got = append(got, f) })
	for _, f := range fs {
		d.Add(f)
	}
	return got
}

func words(fs []Finding) string {
	var out []string
	for _, f := range fs {
		out = append(out, f.Kind.String())
	}
	return strings.Join(out, " ")
}

// E.180 supplement 2, GB/T 3380 for China.
func TestDetector_TonesOfTheNetworks(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name  string
		parts []part
		want  string
		from  int // ms, of the first finding
	}{
		{"ring, China", repeat(3, on(1000, 450), off(4000)), "ringback_tone", 0},
		{"ring, China, joined in the pause", append([]part{off(1500)}, repeat(3, on(1000, 450), off(4000))...), "ringback_tone", 1500},
		{"ring, China, joined in a burst", append([]part{on(300, 450), off(4000)}, repeat(2, on(1000, 450), off(4000))...), "ringback_tone", 4300},
		{"ring, Germany", repeat(3, on(1000, 425), off(4000)), "ringback_tone", 0},
		{"ring, France", repeat(3, on(1500, 440), off(3500)), "ringback_tone", 0},
		{"ring, North America", repeat(3, on(2000, 440, 480), off(4000)), "ringback_tone", 0},
		{"ring, Taiwan", repeat(3, on(1000, 440, 480), off(2000)), "ringback_tone", 0},
		{"ring, Great Britain", repeat(4, on(400, 400, 450), off(200), on(400, 400, 450), off(2000)), "ringback_tone", 0},
		{"ring, Hong Kong", repeat(4, on(400, 440, 480), off(200), on(400, 440, 480), off(3000)), "ringback_tone", 0},
		{"ring, Russia", repeat(3, on(800, 425), off(3200)), "ringback_tone", 0},
		{"busy, China", repeat(8, on(350, 450), off(350)), "busy_tone", 0},
		{"busy, Europe", repeat(8, on(500, 425), off(500)), "busy_tone", 0},
		{"busy, North America", repeat(8, on(500, 480, 620), off(500)), "busy_tone", 0},
		{"busy, Great Britain", repeat(8, on(375, 400), off(375)), "busy_tone", 0},
		{"congestion, China", repeat(6, on(700, 450), off(700)), "congestion_tone", 0},
		{"congestion, Europe", repeat(8, on(200, 425), off(200)), "congestion_tone", 0},
		{"congestion, North America", repeat(8, on(250, 480, 620), off(250)), "congestion_tone", 0},
		{"information", []part{off(200), on(330, 950), on(330, 1400), on(330, 1800), off(1000)}, "special_information_tone", 200},
		{"information, North America, no circuit", []part{on(380, 985), on(276, 1428), on(380, 1777), off(1000)}, "special_information_tone", 0},
		{"dial tone", []part{on(6000, 450)}, "other_sound", 0},
		{"silence", []part{off(5000)}, "silence", 0},
		{"ring, then silence", append(repeat(1, on(1000, 450), off(4000)), off(4000)), "ringback_tone silence", 0},
		{"ring, then busy", append(repeat(2, on(1000, 450), off(4000)), repeat(6, on(350, 450), off(350))...), "ringback_tone busy_tone", 0},
		{"a beep", []part{off(500), on(1000, 1000), off(3000)}, "", 0},
		{"one short tone", []part{off(500), on(350, 450), off(2500)}, "", 0},
		{"scale, as music", repeat(4, on(400, 392), on(400, 440), on(400, 494), on(400, 523)), "other_sound", 800},
		{"ring that the answer cuts", append(repeat(1, on(1000, 450), off(4000)), on(900, 450), on(500, 300, 500, 900, 1500)), "ringback_tone", 0},
	} {
		for _, level := range []float64{-10, -30} {
			got := listen(frames(signal(level, row.parts...), 20))
			if words(got) != row.want {
				t.Errorf("%s at %v dBFS: heard %q, want %q", row.name, level, words(got), row.want)
				continue
			}
			if len(got) > 0 {
				if d := got[0].From.Sub(began.Add(time.Duration(row.from) * time.Millisecond)); d < -40*time.Millisecond || d > 40*time.Millisecond {
					t.Errorf("%s at %v dBFS: begins %v from where it does", row.name, level, d)
				}
			}
		}
	}
}

// Speech of the notices, in both languages and each law.
func TestDetector_SpeechIsNoTone(t *testing.T) {
	t.Parallel()
	notices, err := tone.NewNotices(nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, language := range []string{"zh-CN", "en"} {
		fs := frames(notices.Notice(language), 20)
		if got := words(listen(fs)); got != "other_sound" {
			t.Errorf("%s: heard %q", language, got)
		}
		for _, f := range fs {
			mu := make([]byte, len(f.Payload))
			codec.ConvertALawToMuLaw(mu, f.Payload)
			f.PayloadType, f.Payload = media.PCMU, mu
		}
		if got := words(listen(fs)); got != "other_sound" {
			t.Errorf("%s in mu-law: heard %q", language, got)
		}
	}
}

func TestDetector_WhatTheNetworkDoesToPackets(t *testing.T) {
	t.Parallel()
	ring := signal(-13, repeat(3, on(1000, 450), off(4000))...)
	check := func(name string, fs []*media.Frame) {
		t.Helper()
		got := listen(fs)
		if words(got) != "ringback_tone" {
			t.Errorf("%s: heard %q", name, words(got))
			return
		}
		if late := got[0].At.Sub(got[0].From); late < 2500*time.Millisecond || late > 2700*time.Millisecond {
			t.Errorf("%s: known %v after its beginning", name, late)
		}
	}
	for _, ptime := range []int{10, 30, 60} {
		check("packets of another length", frames(ring, ptime))
	}
	lossy, dice := []*media.Frame(nil), rand.New(rand.NewPCG(3, 4))
	for i, f := range frames(ring, 20) {
		if i == 0 || dice.Float64() > 0.05 {
			lossy = append(lossy, f)
		}
	}
	check("5 % lost", lossy)
	swapped := frames(ring, 20)
	for i := 10; i+1 < len(swapped); i += 10 {
		swapped[i], swapped[i+1] = swapped[i+1], swapped[i]
	}
	check("overtaking", swapped)
	quiet := frames(ring, 20)
	speaking := quiet[:0:0]
	for _, f := range quiet { // silence suppression: nothing comes in the pauses
		if int(f.Timestamp-4294960000)%(5*rate) < rate {
			speaking = append(speaking, f)
		}
	}
	got := listen(speaking)
	if words(got) != "ringback_tone" {
		t.Errorf("silence suppressed: heard %q", words(got))
	}
	other := frames(ring, 20)
	for i, f := range other[200:] { // from the fourth second on another source
		f.SSRC, f.Timestamp = 8, uint32(i)*160
	}
	check("another source in the pause", other)
}

func BenchmarkDetector(b *testing.B) {
	fs := frames(signal(-13, on(1000, 450), off(1000)), 20)
	d := NewDetector(func(Finding) {})
	b.ReportAllocs()
	for i := range b.N {
		f := *fs[i%len(fs)]
		f.Timestamp = uint32(i * 160)
		d.Add(&f)
	}
}
