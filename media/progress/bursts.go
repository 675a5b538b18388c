package progress

import "math"

// Lengths in blocks of 20 ms.
const (
	bridged = 3 // shorter pauses are lost packets, or the beat of two tones
	ms      = 1.0 / 20
)

// burst is a stretch of sound between two pauses.
type burst struct {
	from, to int  // blocks; to is the first silent one
	tone     bool // one steady tone
	pitch    float64
	pause    int // before it, since the end of the one before; 0 for the first
}

func (b burst) length() int { return b.to - b.from }

// running is the burst that is being heard.
type running struct {
	on            bool
	from, last    int // first and last loud block
	strange       int // the block from which on it is no steady tone any more
	tonal, blocks int
	pitches       float64
	squares       float64
	low, high     float64 // level of the inner blocks, smoothed
	smooth        [3]float64
	inner         int
}

// add takes a loud block.
func (r *running) add(at int, b block) {
	if !r.on {
		*r = running{on: true, from: at, strange: at, low: math.Inf(1), high: math.Inf(-1)}
	}
	r.last = at
	r.blocks++
	if b.tonal() {
		r.tonal++
		r.pitches += b.pitch
		r.squares += b.pitch * b.pitch
	}
	// The level over three blocks, without the first and the last, which are
	// cut: close tones beat.
	r.smooth[r.blocks%len(r.smooth)] = b.level
	if r.blocks > 4 {
		mean := (r.smooth[0] + r.smooth[1] + r.smooth[2]) / 3
		r.inner++
		if r.inner > 1 { // one behind: the present block may be the last
			r.low, r.high = math.Min(r.low, mean), math.Max(r.high, mean)
		}
	}
	if r.steady() {
		r.strange = at + 1
	}
}

// steady says that what is heard so far is one tone: of one pitch and level.
// The two blocks at the edges may hold a cut of it.
func (r *running) steady() bool {
	if r.blocks < 3 || float64(r.tonal) < 0.85*float64(r.blocks-2) {
		return false
	}
	n := float64(r.tonal)
	mean := r.pitches / n
	return math.Sqrt(math.Max(r.squares/n-mean*mean, 0)) < 25 && (r.inner < 3 || r.high-r.low < 9)
}

func (r *running) pitch() float64 {
	if r.tonal == 0 {
		return 0
	}
	return r.pitches / float64(r.tonal)
}
