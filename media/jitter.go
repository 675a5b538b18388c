package media

import "huifang/media/codec"

// The buffer in front of the mixer, in samples. It begins to give sound when it
// has mixDepth, and keeps at most mixLimit: what is more has waited too long.
const (
	mixDepth = 2 * frameSamples
	mixLimit = 10 * frameSamples
)

// jitter evens out the packets of one party for the mixer. It does not allocate.
type jitter struct {
	samples [16 * frameSamples]int16
	from, n int
	ssrc    uint32
	next    uint32 // the time stamp that would follow
	started bool
	flowing bool
}

// put takes a packet of voice. What is lost becomes silence, what comes late or
// twice is dropped; another source, or a jump, begins anew.
func (j *jitter) put(f *Frame) {
	if !voice(f) || len(f.Payload) > mixLimit {
		return
	}
	gap := int32(f.Timestamp - j.next)
	switch {
	case !j.started || f.SSRC != j.ssrc || gap > mixLimit || gap < -8*mixLimit:
		j.started, j.ssrc = true, f.SSRC
	case gap < 0:
		return
	default:
		for range gap {
			j.push(0)
		}
	}
	for _, b := range f.Payload {
		if f.PayloadType == PCMU {
			j.push(codec.DecodeMuLaw(b))
		} else {
			j.push(codec.DecodeALaw(b))
		}
	}
	j.next = f.Timestamp + uint32(len(f.Payload))
	if over := j.n - mixLimit; over > 0 {
		j.drop(over)
	}
}

func (j *jitter) push(v int16) {
	if j.n == len(j.samples) {
		j.drop(1)
	}
	j.samples[(j.from+j.n)%len(j.samples)] = v
	j.n++
}

func (j *jitter) drop(n int) {
	j.from = (j.from + n) % len(j.samples)
	j.n -= n
}

// take gives the next 20 ms, silence while the buffer fills.
func (j *jitter) take(out *[frameSamples]int16) {
	j.flowing = j.n >= mixDepth || j.flowing && j.n >= frameSamples
	if !j.flowing {
		*out = [frameSamples]int16{}
		return
	}
	for i := range out {
		out[i] = j.samples[(j.from+i)%len(j.samples)]
	}
	j.drop(frameSamples)
}
