package audio

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"time"
)

// Summary is what a test asserts about the seconds of a channel.
type Summary struct {
	Seconds     int     // how many were compared
	Median, Min float64 // of the correlation
	MinSecond   int     // where the minimum is
	MedianLagMs float64
	LagSpreadMs float64 // greatest lag less smallest: drift and jumps
}

func (s Summary) String() string {
	return fmt.Sprintf("%d seconds, correlation median %.4f, min %.4f (second %d), lag %.1f ms, spread %.1f ms",
		s.Seconds, s.Median, s.Min, s.MinSecond, s.MedianLagMs, s.LagSpreadMs)
}

// Summarise sums up; of no seconds it is the zero Summary.
func Summarise(segments []Segment) Summary {
	if len(segments) == 0 {
		return Summary{}
	}
	var corr, lag []float64
	s := Summary{Seconds: len(segments), Min: math.Inf(1)}
	for _, seg := range segments {
		corr, lag = append(corr, seg.Corr), append(lag, seg.LagMs)
		if seg.Corr < s.Min {
			s.Min, s.MinSecond = seg.Corr, seg.Second
		}
	}
	slices.Sort(corr)
	slices.Sort(lag)
	s.Median, s.MedianLagMs = corr[len(corr)/2], lag[len(lag)/2]
	s.LagSpreadMs = lag[len(lag)-1] - lag[0]
	return s
}

// Spare leaves out the worst segments, at most n and only such below good: those
// that a test can lay at the door of its machine (see testkit/stall).
func Spare(segments []Segment, n int, good float64) []Segment {
	worst := slices.Clone(segments)
	slices.SortFunc(worst, func(a, b Segment) int { return cmp.Compare(a.Corr, b.Corr) })
	worst = worst[:min(max(n, 0), len(worst))]
	return slices.DeleteFunc(slices.Clone(segments), func(s Segment) bool { return s.Corr < good && slices.Contains(worst, s) })
}

// SkewMs is how much later channel b has the same sound as channel a (negative:
// earlier), looked for up to limit either way, and how well they then agree. It
// is for channels that hold one sound, as when the far side echoes. For two
// voices, correlate each with its own reference and subtract the lags.
func SkewMs(a, b []float64, rate int, limit time.Duration) (skew, corr float64) {
	n := min(len(a), len(b))
	reach := int(limit * time.Duration(rate) / time.Second)
	if n <= 2*reach {
		return 0, 0
	}
	corr, place := slider{}.match(a[reach:n-reach], b[:n], 1e-6)
	return ms(place-float64(reach), rate), corr
}
