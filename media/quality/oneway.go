package quality

import (
	"sync"
	"time"

	"huifang/media"
	"huifang/media/codec"
)

// Window is how long a side may be without packets, and how long nothing may be
// heard of it from the start, before it counts as missing: with the time between
// two looks, that is noticed within 3 s.
const Window = 2500 * time.Millisecond

// Pause is how long a side that has been heard may be silent: people listen,
// and browsers take the noise out of it.
const Pause = 30 * time.Second

// floor is the mean square of a packet at -60 dBFS: above a dead microphone or a
// digital silence, below any room.
const floor = 32768.0 * 32768 / 2 / 1e6

// Verdict says what is wrong with one side.
type Verdict uint8

// The verdicts.
const (
	Unknown   Verdict = iota // not observed for a whole window yet
	Flowing                  // packets with sound
	Silent                   // packets, but nothing in them
	NoPackets                // nothing comes
)

func (v Verdict) String() string {
	return [...]string{"unknown", "flowing", "silent", "no_packets"}[min(v, NoPackets)]
}

// Monitor watches what each side contributes to a call, within [Window]. It
// is a media.Tap to be put before the recorder's. It is safe for concurrent use.
type Monitor struct {
	next  media.Tap
	sides [3]side // by media.Side
}

type side struct {
	mu            sync.Mutex
	packet, sound time.Time
}

// NewMonitor makes a monitor that hands every frame on to next, which may be nil.
func NewMonitor(next media.Tap) *Monitor { return &Monitor{next: next} }

// TapFrame observes a frame and hands it on.
func (m *Monitor) TapFrame(from media.Side, f *media.Frame) {
	if from == media.Agent || from == media.Customer {
		s := &m.sides[from]
		loud := audible(f)
		s.mu.Lock()
		s.packet = f.Arrival
		if loud {
			s.sound = f.Arrival
		}
		s.mu.Unlock()
	}
	if m.next != nil {
		m.next.TapFrame(from, f)
	}
}

// Check judges a side at a moment. since is when its sound was first to be
// expected (the answer, the end of a hold): before a whole window has passed
// since then, nothing is known unless the side is heard.
func (m *Monitor) Check(of media.Side, since, now time.Time) Verdict {
	if of != media.Agent && of != media.Customer {
		return Unknown
	}
	s := &m.sides[of]
	s.mu.Lock()
	packet, sound := s.packet, s.sound
	s.mu.Unlock()
	recent := func(t time.Time) bool { return !t.IsZero() && now.Sub(t) < Window }
	switch {
	case recent(sound):
		return Flowing
	case now.Sub(since) < Window:
		return Unknown
	case !recent(packet):
		return NoPackets
	case sound.After(since) && now.Sub(sound) < Pause:
		return Flowing // heard, and listening now
	default:
		return Silent
	}
}

// Missing says why a side is not heard, by [Monitor.Check]: "no_packets", "silent",
// or empty when it is, or is not known not to be.
func (m *Monitor) Missing(of media.Side, since, now time.Time) string {
	if v := m.Check(of, since, now); v == Silent || v == NoPackets {
		return v.String()
	}
	return ""
}

func audible(f *media.Frame) bool {
	decode := codec.DecodeALaw
	switch f.PayloadType {
	case media.PCMA:
	case media.PCMU:
		decode = codec.DecodeMuLaw
	case media.TelephoneEvent:
		return true // a key is a sign of life
	default:
		return false
	}
	sum := 0.0
	for _, b := range f.Payload {
		v := float64(decode(b))
		sum += v * v
	}
	return len(f.Payload) > 0 && sum/float64(len(f.Payload)) > floor
}
