package tone

import (
	"encoding/binary"
	"errors"
	"math"
	"testing"
	"time"

	"huifang/media/codec"
)

// power is the share of the signal's energy at one frequency (Goertzel), and
// the level of the whole in dBFS of a sine.
func power(s []byte, hz float64) (share, level float64) {
	var re, im, energy float64
	for i, b := range s {
		v := float64(codec.DecodeALaw(b))
		a := 2 * math.Pi * hz * float64(i) / rate
		re += v * math.Cos(a)
		im += v * math.Sin(a)
		energy += v * v
	}
	n := float64(len(s))
	return 2 * (re*re + im*im) / (n * energy), 10 * math.Log10(2*energy/n/(fullScale*fullScale))
}

func TestRingback_Is450HzOneSecondInFive(t *testing.T) {
	t.Parallel()
	s := Ringback()
	if len(s) != 5*rate {
		t.Fatalf("a period of %d samples", len(s))
	}
	if share, level := power(s[:rate], 450); share < 0.98 || math.Abs(level+13) > 0.5 {
		t.Errorf("the tone has %.3f of its energy at 450 Hz and %.1f dBFS", share, level)
	}
	for i, b := range s[rate:] {
		if b != codec.ALawSilence {
			t.Fatalf("sample %d of the pause is %#02x", i, b)
		}
	}
}

func TestBusy_Cadence(t *testing.T) {
	t.Parallel()
	s := Busy()
	if share, _ := power(s[:2800], 450); len(s) != 5600 || share < 0.98 {
		t.Errorf("%d samples, %.3f of the energy at 450 Hz", len(s), share)
	}
	if _, level := power(s[2800:], 450); level > -60 {
		t.Errorf("the pause sounds at %.1f dBFS", level)
	}
}

func TestHold_NeverSilentAndSoft(t *testing.T) {
	t.Parallel()
	s := Hold()
	for at := 0; at+rate/2 <= len(s); at += rate / 2 {
		if _, level := power(s[at:at+rate/2], 450); level < -35 || level > -10 {
			t.Errorf("half second at %d: %.1f dBFS", at, level)
		}
	}
	// The end runs into the beginning: no step larger than any other.
	largest := 0
	for i := 1; i < len(s); i++ {
		largest = max(largest, distance(s[i], s[i-1]))
	}
	if d := distance(s[0], s[len(s)-1]); d > largest {
		t.Errorf("a step of %d where it repeats, %d elsewhere", d, largest)
	}
}

func distance(a, b byte) int {
	d := int(codec.DecodeALaw(a)) - int(codec.DecodeALaw(b))
	return max(d, -d)
}

func TestRuleT12_DefaultNoticesSpeak(t *testing.T) {
	t.Parallel()
	n, err := NewNotices(nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, language := range []string{"zh-CN", "en"} {
		s := n.Notice(language)
		if len(s) < rate || len(s) > 6*rate {
			t.Errorf("%s lasts %.1f s", language, float64(len(s))/rate)
		}
		if _, level := power(s, 450); level < -25 || level > -8 {
			t.Errorf("%s speaks at %.1f dBFS", language, level)
		}
	}
	if &n.Notice("en-GB")[0] != &n.Notice("en")[0] || &n.Notice("de")[0] != &n.Notice("zh-CN")[0] || &n.Notice("zh_CN")[0] != &n.Notice("zh-CN")[0] {
		t.Error("a language without a notice got the wrong one")
	}
}

func wav(tag, channels uint16, hz uint32, bits uint16, data []byte) []byte {
	f := append([]byte("RIFF\x00\x00\x00\x00WAVELIST\x03\x00\x00\x00abc\x00fmt "), 16, 0, 0, 0)
	f = binary.LittleEndian.AppendUint16(f, tag)
	f = binary.LittleEndian.AppendUint16(f, channels)
	f = binary.LittleEndian.AppendUint32(f, hz)
	f = binary.LittleEndian.AppendUint32(f, hz*uint32(bits)/8)
	f = binary.LittleEndian.AppendUint16(f, bits/8)
	f = binary.LittleEndian.AppendUint16(f, bits)
	f = append(f, "data"...)
	return append(binary.LittleEndian.AppendUint32(f, uint32(len(data))), data...)
}

func TestLoadWAV(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name string
		file []byte
		want []byte
		err  error
	}{
		{"PCM16", wav(1, 1, 8000, 16, []byte{0, 0, 0x80, 0x15}), []byte{0xD5, 0x80}, nil},
		{"A-law", wav(6, 1, 8000, 8, []byte{1, 2, 3}), []byte{1, 2, 3}, nil},
		{"mu-law", wav(7, 1, 8000, 8, []byte{0xFF, 0x00}), []byte{0xD5, 0x2A}, nil},
		{"stereo", wav(1, 2, 8000, 16, []byte{0, 0, 0, 0}), nil, ErrWAVFormat},
		{"CD rate", wav(1, 1, 44100, 16, []byte{0, 0}), nil, ErrWAVFormat},
		{"8 bit PCM", wav(1, 1, 8000, 8, []byte{0, 0}), nil, ErrWAVFormat},
		{"empty", wav(6, 1, 8000, 8, nil), nil, ErrWAVLength},
		{"too long", wav(6, 1, 8000, 8, make([]byte, MaxPrompt+1)), nil, ErrWAVLength},
		{"cut off", wav(6, 1, 8000, 8, make([]byte, 10))[:60], nil, ErrWAVLength},
		{"not a WAV", []byte("ID3 and so on, an MP3"), nil, ErrNotWAV},
		{"no data", wav(6, 1, 8000, 8, nil)[:48], nil, ErrWAVLength},
	} {
		got, err := LoadWAV(row.file)
		if !errors.Is(err, row.err) || string(got) != string(row.want) {
			t.Errorf("%s: % x, %v; want % x, %v", row.name, got, err, row.want, row.err)
		}
	}
}

func TestNewNotices_RefusesABrokenFile(t *testing.T) {
	t.Parallel()
	if _, err := NewNotices(map[string][]byte{"fr": []byte("nonsense")}); !errors.Is(err, ErrNotWAV) {
		t.Errorf("error is %v", err)
	}
	n, err := NewNotices(map[string][]byte{"en": wav(6, 1, 8000, 8, []byte{9, 9})})
	if err != nil || string(n.Notice("en")) != "\t\t" {
		t.Errorf("replaced notice not used: %v", err)
	}
}

func FuzzLoadWAV(f *testing.F) {
	f.Add(wav(1, 1, 8000, 16, []byte{0, 0}))
	f.Add([]byte("RIFF\x00\x00\x00\x00WAVEdata\xff\xff\xff\xff"))
	f.Fuzz(func(t *testing.T, file []byte) {
		if s, err := LoadWAV(file); err == nil && (len(s) == 0 || len(s) > MaxPrompt) {
			t.Fatalf("%d samples without an error", len(s))
		}
	})
}

func TestSilence(t *testing.T) {
	t.Parallel()
	if s := Silence(20 * time.Millisecond); len(s) != 160 || s[0] != codec.ALawSilence {
		t.Errorf("%d samples of %#02x", len(s), s[0])
	}
}
