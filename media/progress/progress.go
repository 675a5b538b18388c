package progress

import (
	"time"

	"huifang/media"
	"huifang/media/codec"
)

// Kind is what is heard. The words are those of internal/call.
type Kind uint8

// The kinds.
const (
	Unknown    Kind = iota
	Silence         // nothing for three seconds from the start, or for six after a sound
	Ringback        // ring tone
	Busy            // busy tone
	Congestion      // congestion tone
	SIT             // special information tone
	Other           // music, speech, a tone without a known cadence
)

func (k Kind) String() string {
	return [...]string{"unknown", "silence", "ringback_tone", "busy_tone", "congestion_tone", "special_information_tone", "other_sound"}[min(k, Other)]
}

// Finding is a change of what is heard.
type Finding struct {
	Kind Kind
	From time.Time // when the sound began
	At   time.Time // when it was known
}

// Limits in blocks of 20 ms.
const (
	firstSilence = 150 // 3 s
	laterSilence = 300 // 6 s: above the pause of every ring tone
	otherAfter   = 40  // sound of 0.8 s that is no steady tone
	toneTooLong  = 125 // a tone of 2.5 s is no ring tone
	longestGap   = 30 * rate
	kept         = 4 // bursts that a cadence looks at
)

// Detector listens to one stream of early media. It is not safe for concurrent
// use: the reader of the leg feeds it.
type Detector struct {
	found  func(Finding)
	look   *analyser
	origin time.Time // of sample 0
	ssrc   uint32
	next   uint32 // time stamp expected
	began  bool
	pcm    [blockSamples]int16
	filled int

	at      int // block
	bursts  []burst
	run     running
	quiet   int // silent blocks since the last loud one
	sit     sitTones
	present Kind
}

// NewDetector makes a detector; found is called from Add, once for every change.
func NewDetector(found func(Finding)) *Detector {
	return &Detector{found: found, look: newAnalyser()}
}

// Add takes the next packet. Frames of other payload types say nothing; a gap
// in the time stamps is silence, a packet that is late is dropped.
func (d *Detector) Add(f *media.Frame) {
	decode := codec.DecodeALaw
	switch f.PayloadType {
	case media.PCMA:
	case media.PCMU:
		decode = codec.DecodeMuLaw
	default:
		return
	}
	n := len(f.Payload)
	if n == 0 {
		return
	}
	switch {
	case !d.began:
		d.began, d.origin = true, f.Arrival.Add(-duration(n))
	case f.SSRC != d.ssrc:
		// Another source: it goes on where the wall clock stands.
		d.skip(int64(f.Arrival.Sub(d.origin)*rate/time.Second) - int64(n) - int64(d.at*blockSamples+d.filled))
	default:
		gap := int32(f.Timestamp - d.next)
		if gap < 0 && gap > -longestGap {
			return // late, or a repetition
		}
		d.skip(int64(gap))
	}
	d.ssrc, d.next = f.SSRC, f.Timestamp+uint32(n)
	for _, b := range f.Payload {
		d.put(decode(b))
	}
}

// skip puts silence in for samples that did not come; a jump counts for nothing.
func (d *Detector) skip(samples int64) {
	if samples <= 0 || samples > longestGap {
		return
	}
	for range samples {
		d.put(0)
	}
}

func (d *Detector) put(sample int16) {
	d.pcm[d.filled] = sample
	if d.filled++; d.filled == blockSamples {
		d.filled = 0
		d.block(d.look.look(&d.pcm))
		d.at++
	}
}

func (d *Detector) block(b block) {
	if d.sit.add(d.at, b.sit) {
		d.report(SIT, d.sit.from)
		d.bursts, d.run = nil, running{} // what follows is a sound of its own
	}
	if b.loud() {
		d.run.add(d.at, b)
		d.quiet = 0
		d.endless()
		return
	}
	d.quiet++
	if d.run.on && d.quiet > bridged {
		d.closeBurst()
	}
	if d.run.on {
		return
	}
	limit := laterSilence
	if d.present == Unknown && len(d.bursts) == 0 {
		limit = firstSilence
	}
	if d.quiet >= limit {
		d.bursts = d.bursts[:0] // whatever cadence it was is over
		d.report(Silence, d.at-d.quiet+1)
		return
	}
	if kind, from, ok := cadence(d.bursts, d.quiet); ok {
		d.report(kind, from)
	}
}

// endless judges a sound that goes on: music and speech do not wait for their end.
func (d *Detector) endless() {
	switch {
	case d.at-d.run.strange >= otherAfter && d.sit.step == 0:
		d.report(Other, d.run.strange)
	case d.run.blocks > toneTooLong:
		d.report(Other, d.run.from)
	}
}

func (d *Detector) closeBurst() {
	b := burst{from: d.run.from, to: d.run.last + 1, tone: d.run.steady(), pitch: d.run.pitch()}
	if n := len(d.bursts); n > 0 {
		b.pause = b.from - d.bursts[n-1].to
		if d.bursts[n-1].pitch > b.pitch+30 || d.bursts[n-1].pitch < b.pitch-30 {
			d.bursts = d.bursts[:0] // another tone: no cadence with the last
		}
	}
	d.bursts = append(d.bursts, b)
	if len(d.bursts) > kept {
		d.bursts = append(d.bursts[:0], d.bursts[1:]...)
	}
	d.run = running{}
	if kind, from, ok := cadence(d.bursts, d.quiet); ok {
		d.report(kind, from)
	}
}

func (d *Detector) report(k Kind, from int) {
	if k == d.present {
		return
	}
	d.present = k
	d.found(Finding{Kind: k, From: d.origin.Add(duration(from * blockSamples)), At: d.origin.Add(duration((d.at + 1) * blockSamples))})
}

func duration(samples int) time.Duration { return time.Duration(samples) * time.Second / rate }
