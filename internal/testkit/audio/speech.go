package audio

import (
	"math"
	"math/rand/v2"
	"os/exec"
	"path/filepath"
	"testing"

	"huifang/internal/clip"
)

// Speech has espeak-ng say text and returns the path of a mono PCM16 WAV file of
// 48 kHz, which is what a browser's fake microphone wants, in a directory of the
// test. Languages: zh-CN, en, or the name of an espeak-ng voice. A machine
// without espeak-ng fails the test.
func Speech(t testing.TB, language, text string) string {
	t.Helper()
	voice := language
	switch language {
	case "zh-CN", "zh":
		voice = "cmn-latn-pinyin" // the voice cmn of 1.51 reads pinyin as English
	case "en":
		voice = "en-us"
	}
	dir := t.TempDir()
	raw, path := filepath.Join(dir, "raw.wav"), filepath.Join(dir, "speech.wav")
	if out, err := exec.Command("espeak-ng", "-v", voice, "-w", raw, text).CombinedOutput(); err != nil { //nolint:gosec // a test's own words
		t.Fatalf("espeak-ng (install it): %v\n%s", err, out)
	}
	if err := clip.Write(path, MustReadWAV(t, raw).At(48000)); err != nil {
		t.Fatal(err)
	}
	return path
}

// PseudoSpeech is deterministic sound at 8 kHz that behaves like speech
// (syllables of different colour, inside the telephone band, never silent for
// long) and of which each second is unlike every other, and unlike those of
// another seed. The level is about -20 dBFS.
func PseudoSpeech(seconds int, seed uint64) []float64 {
	const rate, syllable = 8000, 1600
	dice := rand.New(rand.NewPCG(seed, 1996))
	out := make([]float64, seconds*rate)
	for start := 0; start < len(out); start += syllable {
		low := newResonator(300+500*dice.Float64(), 80, rate)
		high := newResonator(900+1800*dice.Float64(), 160, rate)
		part := out[start:min(start+syllable, len(out))]
		for i := range part {
			noise := dice.NormFloat64()
			envelope := 0.4 + 0.6*math.Sin(math.Pi*float64(i)/syllable)
			part[i] = envelope * (low.next(noise) + 0.7*high.next(noise))
		}
		gain := 0.1 / rms(part)
		for i := range part {
			part[i] *= gain
		}
	}
	return out
}

// resonator is a band-pass of the second order.
type resonator struct{ a1, a2, y1, y2 float64 }

func newResonator(hz, bandwidth, rate float64) *resonator {
	r := math.Exp(-math.Pi * bandwidth / rate)
	return &resonator{a1: 2 * r * math.Cos(2*math.Pi*hz/rate), a2: -r * r}
}

func (r *resonator) next(x float64) float64 {
	y := x + r.a1*r.y1 + r.a2*r.y2
	r.y1, r.y2 = y, r.y1
	return y
}
