package tone

import (
	"math"
	"sync"
	"time"

	"huifang/media/codec"
)

const (
	rate      = 8000
	fullScale = 32124.0 // the largest value that both laws can carry
)

// The shared sounds, each made when it is first asked for.
var (
	hold     = sync.OnceValue(makeHold)
	ringback = sync.OnceValue(func() []byte {
		return append(Sine(450, time.Second, -13), Silence(4*time.Second)...)
	})
	information = sync.OnceValue(func() []byte {
		var s []byte
		for _, hz := range []float64{950, 1400, 1800} {
			s = append(s, Sine(hz, 330*time.Millisecond, -13)...)
		}
		return append(s, Silence(time.Second)...)
	})
	busy = sync.OnceValue(func() []byte {
		return append(Sine(450, 350*time.Millisecond, -13), Silence(350*time.Millisecond)...)
	})
)

// Hold is what a waiting customer hears: a slow, soft broken chord, to be
// repeated without a gap. It keeps sounding, so that nobody takes the silence
// for a lost call.
func Hold() []byte { return hold() }

// Ringback is one period of the Chinese ring tone: 450 Hz, 1 s on, 4 s off (GB/T 3380).
func Ringback() []byte { return ringback() }

// Busy is one period of the Chinese busy tone: 450 Hz, 0.35 s on, 0.35 s off (GB/T 3380).
func Busy() []byte { return busy() }

// Information is one period of the special information tone, which comes before
// an announcement of the network (ITU-T E.180 4).
func Information() []byte { return information() }

// Silence is d of a silent line.
func Silence(d time.Duration) []byte {
	s := make([]byte, samples(d))
	for i := range s {
		s[i] = codec.ALawSilence
	}
	return s
}

// Sine is d of a sine of hz at level dBFS (a full-scale sine is 0), with its
// ends faded over 5 ms against clicks.
func Sine(hz float64, d time.Duration, level float64) []byte {
	s := make([]byte, samples(d))
	amplitude := fullScale * math.Pow(10, level/20)
	fade := min(rate/200, len(s)/2)
	for i := range s {
		v := amplitude * math.Sin(2*math.Pi*hz*float64(i)/rate)
		if edge := min(i, len(s)-1-i); edge < fade {
			v *= float64(edge) / float64(fade)
		}
		s[i] = codec.EncodeALaw(int16(v))
	}
	return s
}

func samples(d time.Duration) int { return int(d * rate / time.Second) }

// makeHold sums plucked notes, each dying away over a second, on a circle of
// eight seconds, so that the end runs into the beginning.
func makeHold() []byte {
	const step = rate / 2
	// C major seven, A minor seven, F major seven, G: one octave above middle C.
	notes := []float64{
		523.25, 659.26, 783.99, 659.26, 440.00, 523.25, 659.26, 523.25,
		349.23, 440.00, 523.25, 440.00, 392.00, 493.88, 587.33, 493.88,
	}
	sum := make([]float64, len(notes)*step)
	for n, hz := range notes {
		for i := range 3 * step {
			t := float64(i) / rate
			envelope := math.Min(t/0.02, 1) * math.Exp(-2.2*t)
			v := math.Sin(2*math.Pi*hz*t) + 0.25*math.Sin(4*math.Pi*hz*t)
			sum[(n*step+i)%len(sum)] += envelope * v
		}
	}
	peak := 0.0
	for _, v := range sum {
		peak = math.Max(peak, math.Abs(v))
	}
	out := make([]byte, len(sum))
	for i, v := range sum {
		out[i] = codec.EncodeALaw(int16(v / peak * fullScale * 0.25)) // -12 dBFS peak
	}
	return out
}
