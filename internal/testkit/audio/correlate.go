package audio

import (
	"math"
	"slices"
	"time"
)

// Segment is one second of a recording beside the reference.
type Segment struct {
	Second int // of the recording, from 0
	// Corr is the normalized correlation at the best lag, -1 to 1. Gain and
	// offset do not matter to it.
	Corr float64
	// LagMs is how much later the recording has what the reference has: what
	// the reference says at t is in the recording at t + LagMs.
	LagMs float64
}

type options struct {
	looping bool
	within  time.Duration
	silence float64 // RMS
}

// Option changes how [CorrelatePerSecond] looks.
type Option func(*options)

// Looping says that the reference was played again and again, from an unknown
// place, as by a browser's fake microphone.
func Looping() Option { return func(o *options) { o.looping = true } }

// Within sets how far the lag of a second may be from that of the second before
// it; 250 ms when not given.
func Within(d time.Duration) Option { return func(o *options) { o.within = d } }

// SilenceBelow sets the level in dBFS (RMS) under which the reference counts as
// silent; -50 when not given.
func SilenceBelow(dBFS float64) Option {
	return func(o *options) { o.silence = math.Pow(10, dBFS/20) }
}

// CorrelatePerSecond finds ref in rec, both at rate Hz, whatever the offset
// between them, and compares them second by second. Only whole seconds between
// the first and the last sound of rec are looked at, and of these the ones
// where ref is not silent. A second in which ref speaks and rec is silent is
// there, with a correlation of 0.
//
// The offset is found once for all of rec, and then followed from second to
// second: a recording that jumps by more than [Within] shows as a low
// correlation, and so does another voice.
func CorrelatePerSecond(ref, rec []float64, rate int, opts ...Option) []Segment {
	o := options{within: 250 * time.Millisecond, silence: math.Pow(10, -50.0/20)}
	for _, set := range opts {
		set(&o)
	}
	from, to := sounding(rec, rate, o.silence)
	from, to = (from+rate-1)/rate*rate, to/rate*rate
	if len(ref) < rate || to <= from {
		return nil
	}
	reach := int(o.within * time.Duration(rate) / time.Second)
	sl := slider{}
	lag := sl.offset(ref, rec, o.looping)
	var segments []Segment
	for at := from; at < to; at += rate {
		window := rec[at : at+rate]
		around := excerpt(ref, at-lag-reach, rate+2*reach, o.looping)
		if rms(around[reach:reach+rate]) < o.silence {
			continue
		}
		seg := Segment{Second: at / rate, LagMs: ms(float64(lag), rate)}
		if corr, place := sl.match(window, around, o.silence); corr > 0 {
			exact := float64(lag+reach) - place
			seg.Corr, seg.LagMs = corr, ms(exact, rate)
			if corr > 0.8 {
				lag = int(math.Round(exact))
			}
		}
		segments = append(segments, seg)
	}
	return segments
}

// offset is the lag of rec behind ref at which they agree best as a whole.
//
//go:norace
func (s slider) offset(ref, rec []float64, looping bool) int {
	if !looping {
		// Reference with room on both sides: lags from len(rec) to -len(ref).
		padded := make([]float64, 2*len(rec)+len(ref))
		copy(padded[len(rec):], ref)
		return len(rec) - argmax(s.slide(rec, padded))
	}
	folded := make([]float64, len(ref))
	for i, v := range rec {
		folded[i%len(ref)] += v
	}
	twice := append(slices.Clone(ref), ref...)
	return -argmax(s.slide(folded, twice))
}

// excerpt is n samples of x from at, which may lie outside: there it is silent,
// or x again when it loops.
//
//go:norace
func excerpt(x []float64, at, n int, looping bool) []float64 {
	out := make([]float64, n)
	for i := range out {
		j := at + i
		if looping {
			j = ((j % len(x)) + len(x)) % len(x)
		}
		if j >= 0 && j < len(x) {
			out[i] = x[j]
		}
	}
	return out
}

// match slides x along y and returns the best normalized correlation and its
// place, between samples if need be. Places where y is silent do not count.
//
//go:norace
func (s slider) match(x, y []float64, silence float64) (corr, place float64) {
	n := float64(len(x))
	meanX, energyX := moments(x)
	if energyX <= n*silence*silence/100 {
		return 0, 0
	}
	products := s.slide(x, y)
	all := make([]float64, len(products))
	var sum, squares float64
	for _, v := range y[:len(x)] {
		sum, squares = sum+v, squares+v*v
	}
	for k := range all {
		if energyY := squares - sum*sum/n; energyY > n*silence*silence/100 {
			all[k] = (products[k] - sum*meanX) / math.Sqrt(energyX*energyY)
		}
		if k+len(x) < len(y) {
			out, in := y[k], y[k+len(x)]
			sum, squares = sum+in-out, squares+in*in-out*out
		}
	}
	best := argmax(all)
	place, corr = refine(all, best)
	return math.Min(corr, 1), place
}

// refine lays a parabola through a maximum and its neighbours.
func refine(y []float64, k int) (place, value float64) {
	if k == 0 || k == len(y)-1 {
		return float64(k), y[k]
	}
	a, b, c := y[k-1], y[k], y[k+1]
	bend := a - 2*b + c
	if bend >= 0 {
		return float64(k), b
	}
	d := (a - c) / (2 * bend)
	return float64(k) + d, b - (a-c)*d/4
}

// moments are the mean and the energy about it.
//
//go:norace
func moments(x []float64) (mean, energy float64) {
	for _, v := range x {
		mean += v
	}
	mean /= float64(len(x))
	for _, v := range x {
		energy += (v - mean) * (v - mean)
	}
	return mean, energy
}

func rms(x []float64) float64 {
	_, energy := moments(x)
	return math.Sqrt(energy / float64(len(x)))
}

// sounding is the range from the first 20 ms that are not silent to the last.
func sounding(x []float64, rate int, silence float64) (from, to int) {
	frame := rate / 50
	from = -1
	for at := 0; at+frame <= len(x); at += frame {
		if rms(x[at:at+frame]) >= silence {
			if from < 0 {
				from = at
			}
			to = at + frame
		}
	}
	return max(from, 0), to
}

//go:norace
func argmax(x []float64) int {
	best := 0
	for i, v := range x {
		if v > x[best] {
			best = i
		}
	}
	return best
}

func ms(samples float64, rate int) float64 { return samples * 1000 / float64(rate) }
