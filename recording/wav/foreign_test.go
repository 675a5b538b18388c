package wav

import (
	"bytes"
	"encoding/binary"
	"errors"
	"math"
	"testing"

	"huifang/media/codec"
)

// foreign makes a WAV with tones, of so many seconds: 440 Hz on the left, 1000 Hz
// on the right, and far above what a telephone carries 6000 Hz on both.
func foreign(t *testing.T, format, channels, hz int, seconds float64) []byte {
	t.Helper()
	frames := int(seconds * float64(hz))
	var data []byte
	for i := range frames {
		for c := range channels {
			at := float64(i) / float64(hz)
			v := 8000 * math.Sin(2*math.Pi*[]float64{440, 1000}[c]*at)
			if hz > 16000 {
				v += 8000 * math.Sin(2*math.Pi*6000*at)
			}
			switch format {
			case pcm:
				data = binary.LittleEndian.AppendUint16(data, uint16(int16(v)))
			case int(ALaw):
				data = append(data, codec.EncodeALaw(int16(v)))
			default:
				data = append(data, codec.EncodeMuLaw(int16(v)))
			}
		}
	}
	width := 2
	if format != pcm {
		width = 1
	}
	b := []byte("RIFF\x00\x00\x00\x00WAVELIST\x05\x00\x00\x00abcde\x00fmt \x10\x00\x00\x00")
	le := binary.LittleEndian
	b = le.AppendUint16(b, uint16(format))
	b = le.AppendUint16(b, uint16(channels))
	b = le.AppendUint32(b, uint32(hz))
	b = le.AppendUint32(b, uint32(hz*channels*width))
	b = le.AppendUint16(b, uint16(channels*width))
	b = le.AppendUint16(b, uint16(8*width))
	b = append(b, "data"...)
	b = le.AppendUint32(b, math.MaxUint32) // a recorder that was cut off does not say how long
	return append(b, data...)
}

// power of a tone in samples of 8000 Hz, of what the whole has.
func power(x []float64, hz float64) float64 {
	var re, im, all float64
	for i, v := range x {
		re += v * math.Cos(2*math.Pi*hz*float64(i)/rate)
		im += v * math.Sin(2*math.Pi*hz*float64(i)/rate)
		all += v * v
	}
	return 2 * (re*re + im*im) / float64(len(x)) / all
}

func TestRuleT07_ForeignRecordingsSoundAsTheyDid(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ format, channels, hz int }{
		{pcm, 1, 8000}, {pcm, 2, 8000}, {pcm, 2, 11025}, {pcm, 1, 16000}, {pcm, 2, 44100}, {pcm, 2, 48000}, {int(ALaw), 2, 8000}, {int(MuLaw), 1, 8000}, {int(ALaw), 1, 16000},
	} {
		b := foreign(t, c.format, c.channels, c.hz, 1.5)
		f, err := OpenForeign(bytes.NewReader(b), int64(len(b)))
		if err != nil {
			t.Fatalf("%+v: %v", c, err)
		}
		if f.Samples() < 11999 || f.Samples() > 12000 || f.Channels != c.channels {
			t.Fatalf("%+v: %d samples, %d channels", c, f.Samples(), f.Channels)
		}
		var got []byte
		for from := int64(0); from < f.Samples(); from += 5000 { // piece by piece as in one
			part, err := f.Encode(from, min(5000, f.Samples()-from))
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, part...)
		}
		if whole, err := f.Encode(0, f.Samples()); err != nil || !bytes.Equal(whole, got) {
			t.Errorf("%+v: pieces differ from the whole: %v", c, err)
		}
		for side, hz := range []float64{440, 1000} {
			if c.channels == 1 {
				hz = 440
			}
			x := make([]float64, f.Samples())
			for i := range x {
				if x[i] = float64(codec.DecodeALaw(got[2*i+side])); f.Law() == MuLaw {
					x[i] = float64(codec.DecodeMuLaw(got[2*i+side]))
				}
			}
			if p := power(x[1000:11000], hz); p < 0.98 {
				t.Errorf("%+v side %d: %.3f of the sound is the tone", c, side, p)
			}
		}
	}
}

func TestRuleT07_ForeignG711IsNotTouched(t *testing.T) {
	t.Parallel()
	b := foreign(t, int(MuLaw), 2, 8000, 0.5)
	f, err := OpenForeign(bytes.NewReader(b), int64(len(b)))
	if err != nil || f.Law() != MuLaw || f.Coding() != "mulaw" {
		t.Fatal(f, err)
	}
	got, err := f.Encode(0, f.Samples())
	if err != nil || !bytes.Equal(got, b[len(b)-8000:]) {
		t.Error("samples of G.711 were changed", err)
	}
}

func TestForeign_WhatCannotBeTakenInSaysWhy(t *testing.T) {
	t.Parallel()
	good := foreign(t, pcm, 1, 8000, 0.1)
	for name, change := range map[string]func(b []byte) []byte{
		"empty": func([]byte) []byte { return nil }, "no RIFF": func(b []byte) []byte { b[0] = 'X'; return b },
		"mp3 inside": func(b []byte) []byte { b[34] = 0x55; return b }, "24 bits": func(b []byte) []byte { b[48] = 24; return b },
		"three channels": func(b []byte) []byte { b[36] = 3; return b }, "no rate": func(b []byte) []byte { b[38], b[39] = 1, 0; return b },
		"no samples": func(b []byte) []byte { return b[:58] }, "no data": func(b []byte) []byte { return b[:50] },
	} {
		b := change(bytes.Clone(good))
		if _, err := OpenForeign(bytes.NewReader(b), int64(len(b))); !errors.Is(err, ErrForeign) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
