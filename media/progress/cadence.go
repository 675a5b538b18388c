package progress

// within says that a length in blocks lies between two times in ms, with a
// block of tolerance either way.
func within(n int, low, high float64) bool {
	return float64(n) >= low*ms-1 && float64(n) <= high*ms+1
}

// cadence judges the tones heard so far and the pause after the last one. It
// gives the block from which on the finding holds. Times are those of doc.go.
func cadence(heard []burst, pause int) (Kind, int, bool) {
	n := len(heard)
	if n == 0 || !heard[n-1].tone {
		return 0, 0, false
	}
	last := heard[n-1]
	if within(last.length(), 700, 2300) && float64(pause) >= 1500*ms {
		return Ringback, last.from, true
	}
	if n >= 2 && heard[n-2].tone && float64(pause) >= 1000*ms && within(last.length(), 300, 550) &&
		within(heard[n-2].length(), 300, 550) && within(last.pause, 100, 300) {
		return Ringback, heard[n-2].from, true
	}
	if n < 3 {
		return 0, 0, false
	}
	three := heard[n-3:]
	for _, row := range []struct {
		kind      Kind
		low, high float64
	}{{Busy, 300, 580}, {Congestion, 150, 290}, {Congestion, 600, 850}} {
		if regular(three, row.low, row.high) {
			return row.kind, three[0].from, true
		}
	}
	return 0, 0, false
}

// regular says that three tones and the two pauses between them are all of a
// length, and that this lies between two times in ms.
func regular(three []burst, low, high float64) bool {
	shortest, longest := three[0].length(), three[0].length()
	for i, b := range three {
		if !b.tone || !within(b.length(), low, high) {
			return false
		}
		shortest, longest = min(shortest, b.length()), max(longest, b.length())
		if i > 0 {
			if !within(b.pause, low, high) {
				return false
			}
			shortest, longest = min(shortest, b.pause), max(longest, b.pause)
		}
	}
	return float64(longest-shortest) <= max(0.25*float64(longest), 4)
}

// sitTones follows the three rising tones of a special information tone.
type sitTones struct {
	step   int // the tone that is heard, 1 to 3
	blocks int // of it
	gap    int // blocks since
	from   int
}

// Each of the tones lasts 276 or 380 ms (E.180 4: 330 +- 70 ms); half of that
// proves it, the blocks between two are cut.
const (
	sitEnough = 8
	sitGap    = 3
)

// add takes the next block and reports that the third tone has been heard.
func (s *sitTones) add(at int, tone int) bool {
	switch {
	case tone != 0 && tone == s.step:
		s.blocks++
		s.gap = 0
	case tone != 0 && tone == s.step+1 && (s.step == 0 || s.blocks >= sitEnough):
		if s.step == 0 {
			s.from = at
		}
		s.step, s.blocks, s.gap = tone, 1, 0
	case s.step != 0:
		if s.gap++; s.gap > sitGap {
			*s = sitTones{}
		}
	}
	if s.step == 3 && s.blocks >= sitEnough {
		from := s.from
		*s = sitTones{from: from}
		return true
	}
	return false
}
