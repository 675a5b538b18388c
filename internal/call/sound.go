package call

import "time"

// Sound is what was heard of the customer's side before the answer. It is
// evidence (Rule T-03): only a ring tone says that the phone rings.
type Sound string

// The sounds, as package media/progress tells them.
const (
	SoundSilence    Sound = "silence"
	SoundRingback   Sound = "ringback_tone"
	SoundBusy       Sound = "busy_tone"
	SoundCongestion Sound = "congestion_tone"
	SoundSIT        Sound = "special_information_tone"
	SoundOther      Sound = "other_sound" // music, speech
)

// Sounds lists the closed set.
func Sounds() []Sound {
	return []Sound{SoundSilence, SoundRingback, SoundBusy, SoundCongestion, SoundSIT, SoundOther}
}

// Heard is one change of what is heard.
type Heard struct {
	Sound Sound     `json:"sound"`
	From  time.Time `json:"from"`
}

// maxHeard bounds the evidence of one attempt.
const maxHeard = 16

// earlySound keeps what is heard before the answer. A ring tone starts the ring
// clock from where it began when no 180 has come (Rule T-03).
func (c Call) earlySound(e EarlySound) (Call, []Effect, error) {
	if c.State == StateArming {
		return c.illegal(e)
	}
	if !c.dialed() {
		return c, nil, nil // it took until after the answer to be sure
	}
	if len(c.Evidence.Heard) < maxHeard {
		heard := make([]Heard, 0, len(c.Evidence.Heard)+1)
		c.Evidence.Heard = append(append(heard, c.Evidence.Heard...), Heard{Sound: e.Sound, From: e.From})
	}
	todo := []Effect{MarkRecording{Name: "heard_" + string(e.Sound), At: e.From}}
	if e.Sound != SoundRingback || c.State != StateDialing {
		return c, todo, nil
	}
	from := e.From
	if from.Before(c.Evidence.DialedAt) {
		from = c.Evidence.DialedAt
	}
	next, more, err := c.ring(from, e.At, SignalRingback)
	return next, append(todo, more...), err
}
