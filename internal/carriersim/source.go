package carriersim

import (
	"math/rand/v2"
	"time"
)

// A source is what a stream plays: A-law at 8 kHz, 20 ms at a time, nil when
// there is nothing (more) to send. The slice is valid until the next call.
type source interface{ frame() []byte }

// loop plays samples again and again, without a gap at the seam.
type loop struct {
	samples []byte
	at      int
	buffer  [frameSamples]byte
}

func (l *loop) frame() []byte {
	for i := range l.buffer {
		l.buffer[i] = l.samples[l.at]
		l.at = (l.at + 1) % len(l.samples)
	}
	return l.buffer[:]
}

// once plays samples to the end; the last frame may be short.
type once struct{ samples []byte }

func (o *once) frame() []byte {
	if len(o.samples) == 0 {
		return nil
	}
	n := min(frameSamples, len(o.samples))
	f := o.samples[:n]
	o.samples = o.samples[n:]
	return f
}

// impairment is what a bad network does to the packets of a stream. The zero
// value does nothing.
type impairment struct {
	loss   float64       // 0..1
	jitter time.Duration // each packet is late by 0 to jitter, evenly spread
}

// fate draws whether a packet is lost, and else how late it is.
func (i impairment) fate(dice *rand.Rand) (lost bool, late time.Duration) {
	if i.loss > 0 && dice.Float64() < i.loss {
		return true, 0
	}
	if i.jitter > 0 {
		late = time.Duration(dice.Int64N(int64(i.jitter)))
	}
	return false, late
}
