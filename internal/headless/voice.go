package headless

import (
	"encoding/binary"
	"os"
	"slices"
	"sync"
	"time"

	"huifang/media"
	"huifang/media/codec"
)

// voice sends 20 ms of speech or silence without pause, as a browser does, and
// keeps what it hears.
type voice struct {
	leg  media.Leg
	stop chan struct{}
	once sync.Once // of stop
	done chan struct{}

	mu    sync.Mutex
	mute  bool   // nothing is sent at all
	say   []byte // A-law still to be said, nil: silence
	loop  bool
	said  []byte // all of what is said, for looping
	heard []int16
	base  uint32
	begun bool
}

func newVoice(leg media.Leg) *voice {
	v := &voice{leg: leg, stop: make(chan struct{}), done: make(chan struct{})}
	leg.Attach(media.ReceiverFunc(v.hear))
	go v.run()
	return v
}

// speak begins to say something.
func (v *voice) speak(alaw []byte, loop bool) {
	v.mu.Lock()
	v.say, v.said, v.loop = alaw, alaw, loop
	v.mu.Unlock()
}

// stall stops the packets, as a machine does that hangs, or lets them go on.
func (v *voice) stall(on bool) {
	v.mu.Lock()
	v.mute = on
	v.mu.Unlock()
}

// next fills a packet; false: none is to be sent.
func (v *voice) next(buf []byte) bool {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.mute {
		return false
	}
	for i := range buf {
		if len(v.say) == 0 && v.loop {
			v.say = v.said
		}
		if len(v.say) == 0 {
			buf[i] = codec.ALawSilence
			continue
		}
		buf[i], v.say = v.say[0], v.say[1:]
	}
	return true
}

func (v *voice) run() {
	defer close(v.done)
	const n = 160
	start := time.Now()
	buf := make([]byte, n)
	for i := 0; ; i++ {
		timer := time.NewTimer(time.Until(start.Add(time.Duration(i) * media.FrameDuration)))
		select {
		case <-v.stop:
			timer.Stop()
			return
		case <-timer.C:
		}
		if !v.next(buf) {
			continue
		}
		_ = v.leg.WriteFrame(&media.Frame{PayloadType: media.PCMA, Marker: i == 0, Sequence: uint16(i), Timestamp: uint32(i * n), SSRC: 1,
			Arrival: time.Now(), Payload: buf}) // a lost connection shows in its state
	}
}

// hear puts a packet in its place by its time stamp: what is lost stays silent.
func (v *voice) hear(f *media.Frame) {
	if f.PayloadType != media.PCMA && f.PayloadType != media.PCMU {
		return
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	if !v.begun {
		v.begun, v.base = true, f.Timestamp
	}
	at := int(int32(f.Timestamp - v.base))
	const longest = 4 * 3600 * media.SampleRate
	if at < 0 || at > longest {
		return
	}
	for len(v.heard) < at+len(f.Payload) {
		v.heard = append(v.heard, make([]int16, at+len(f.Payload)-len(v.heard))...)
	}
	for i, b := range f.Payload {
		if f.PayloadType == media.PCMU {
			v.heard[at+i] = codec.DecodeMuLaw(b)
		} else {
			v.heard[at+i] = codec.DecodeALaw(b)
		}
	}
}

func (v *voice) close() {
	v.once.Do(func() { close(v.stop) })
	<-v.done
	v.leg.Attach(nil)
}

// save writes what was heard as a PCM16 WAV of one channel.
func (v *voice) save(path string) error {
	v.mu.Lock()
	defer v.mu.Unlock()
	b := make([]byte, 0, 44+2*len(v.heard))
	le := binary.LittleEndian
	b = append(b, "RIFF"...)
	b = le.AppendUint32(b, uint32(36+2*len(v.heard)))
	b = append(b, "WAVEfmt "...)
	b = le.AppendUint32(b, 16)
	b = le.AppendUint16(b, 1)
	b = le.AppendUint16(b, 1)
	b = le.AppendUint32(b, media.SampleRate)
	b = le.AppendUint32(b, 2*media.SampleRate)
	b = le.AppendUint16(b, 2)
	b = le.AppendUint16(b, 16)
	b = append(b, "data"...)
	b = le.AppendUint32(b, uint32(2*len(v.heard)))
	for _, s := range v.heard {
		b = le.AppendUint16(b, uint16(s))
	}
	return os.WriteFile(path, b, 0o600)
}

// sound is a copy of what was heard so far.
func (v *voice) sound() []int16 {
	v.mu.Lock()
	defer v.mu.Unlock()
	return slices.Clone(v.heard)
}

func (v *voice) seconds() float64 {
	v.mu.Lock()
	defer v.mu.Unlock()
	return float64(len(v.heard)) / media.SampleRate
}

// Voice speaks and listens on a leg, for peers that are no softphone.
type Voice struct{ v *voice }

// NewVoice begins to send silence.
func NewVoice(leg media.Leg) *Voice { return &Voice{newVoice(leg)} }

// Say says A-law at 8 kHz.
func (v *Voice) Say(alaw []byte, loop bool) { v.v.speak(alaw, loop) }

// Heard is what has been heard so far, samples at 8 kHz.
func (v *Voice) Heard() []int16 { return v.v.sound() }

// Close stops sending.
func (v *Voice) Close() { v.v.close() }
