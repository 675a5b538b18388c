package carriersim

import (
	"time"

	"huifang/media/codec"
)

// captureLimit bounds what is kept of each direction of a call: ten minutes.
const captureLimit = 10 * 60 * 8000

// capture lays the audio of one direction on a line by its time stamps; what
// never arrived, or was never sent, is silence. It is guarded by its stream.
type capture struct {
	enabled bool
	ssrc    uint32
	base    uint32 // the time stamp of samples[0]
	samples []int16
	since   time.Time // when samples[0] came or went; zero before that
	passed  []time.Time
}

// add places a payload. After a change of SSRC the line goes on at the sample
// that now stands for.
func (c *capture) add(p packet, now time.Time) {
	if !c.enabled {
		return
	}
	switch {
	case c.since.IsZero():
		c.since, c.ssrc, c.base = now, p.ssrc, p.timestamp
	case p.ssrc != c.ssrc:
		c.ssrc, c.base = p.ssrc, p.timestamp-uint32(now.Sub(c.since)*8/time.Millisecond)
	}
	at := int(int32(p.timestamp - c.base))
	if at < 0 || at+len(p.payload) > captureLimit {
		return
	}
	for len(c.samples) < at+len(p.payload) {
		c.samples = append(c.samples, 0)
	}
	for len(c.passed) <= at/frameSamples {
		c.passed = append(c.passed, time.Time{})
	}
	c.passed[at/frameSamples] = now.Add(-time.Duration(at%frameSamples) * time.Second / 8000)
	for i, b := range p.payload {
		if p.payloadType == pcmu {
			c.samples[at+i] = codec.DecodeMuLaw(b)
		} else {
			c.samples[at+i] = codec.DecodeALaw(b)
		}
	}
}
