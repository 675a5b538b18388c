package recording

import (
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/google/uuid"

	"huifang/media"
	"huifang/media/codec"
	"huifang/recording/spool"
	"huifang/recording/wav"
)

// Sealed is a finished recording on the local disk.
type Sealed struct {
	RecordingID uuid.UUID     `json:"recording_id"`
	CallID      uuid.UUID     `json:"call_id"`
	Path        string        `json:"-"`
	OpenedAt    time.Time     `json:"opened_at"`
	StartedAt   time.Time     `json:"started_at"` // of the first sample
	Duration    time.Duration `json:"duration_ns"`
	Bytes       int64         `json:"bytes"`
	SHA256      []byte        `json:"sha256"`
	Law         string        `json:"law"`
	LeftActive  time.Duration `json:"left_active_ns"` // time with sound on the agent's side
	RightActive time.Duration `json:"right_active_ns"`
	// EmptyLeft and EmptyRight: not one packet came from that side. It is an
	// alarm, not a success.
	EmptyLeft   bool  `json:"empty_left"`
	EmptyRight  bool  `json:"empty_right"`
	Interrupted bool  `json:"interrupted"` // no end in the log: a crash
	Facts       Facts `json:"facts"`
}

// window is how much of a recording is put together in memory at a time.
const window = 5 * 60 * rate

// survey is what a first pass over the log finds out.
type survey struct {
	first, last int64 // positions: first sample, one after the last
	heard       bool
	closed      int64 // end of the recording, -1 without an end record
	alaw, mulaw bool
	left, right uint64
	third       uint64
	facts       Facts
	whole       bool
	shifts      shifts
	gaps        gaps // Rule T-13
}

// channels of the file: the third one is there only when a third party spoke.
func (s survey) channels() int64 {
	if s.third > 0 {
		return 3
	}
	return 2
}

// Seal makes the WAV of a spooled recording. It may be repeated: a recording
// that is sealed already is read back.
func Seal(e spool.Entry) (Sealed, error) {
	if s, err := readSeal(e); err == nil {
		return s, nil
	}
	s, err := look(e)
	if err != nil {
		return Sealed{}, fmt.Errorf("read recording %s: %w", e.Meta.RecordingID, err)
	}
	out := Sealed{
		RecordingID: e.Meta.RecordingID, CallID: e.Meta.CallID, Path: e.WAV(), OpenedAt: e.Meta.OpenedAt,
		StartedAt: e.Meta.OpenedAt.Add(duration(s.first)), Duration: duration(s.last - s.first),
		EmptyLeft: s.left == 0, EmptyRight: s.right == 0, Interrupted: s.closed < 0, Facts: s.facts,
	}
	law := wav.ALaw
	if s.mulaw && !s.alaw {
		law = wav.MuLaw
	}
	out.Law = law.String()
	if err := write(e, s, law, &out); err != nil {
		return Sealed{}, fmt.Errorf("seal recording %s: %w", e.Meta.RecordingID, err)
	}
	b, err := json.Marshal(out)
	if err != nil {
		return Sealed{}, err
	}
	return out, e.WriteDurably(e.Seal(), b)
}

func readSeal(e spool.Entry) (Sealed, error) {
	b, err := os.ReadFile(e.Seal())
	if err != nil {
		return Sealed{}, err
	}
	var s Sealed
	if err := json.Unmarshal(b, &s); err != nil {
		return Sealed{}, err
	}
	s.Path = e.WAV()
	info, err := os.Stat(s.Path)
	if err == nil && info.Size() != s.Bytes {
		err = errors.New("size differs")
	}
	return s, err
}

// look reads the log once for its extent.
func look(e spool.Entry) (survey, error) {
	s := survey{closed: -1}
	var err error
	if s.shifts, err = readShifts(e); err != nil {
		return s, err
	}
	position := s.shifts.reader()
	err = scan(e, &s.whole, func(rec *spool.Record) error {
		switch rec.Kind {
		case spool.KindShift:
			return nil
		case spool.KindEvent:
			var m Mark
			if json.Unmarshal(rec.Payload, &m) == nil {
				s.facts.Marks = append(s.facts.Marks, m)
				switch at := samples(time.Duration(rec.Arrival)); m.Name {
				case MarkPauseStarted:
					s.gaps.begin(at)
				case MarkPauseEnded:
					s.gaps.end(at)
				}
			}
			return nil
		case spool.KindEnd:
			var x end
			if json.Unmarshal(rec.Payload, &x) == nil {
				s.facts.Agent, s.facts.Customer, s.facts.Reason = x.Agent, x.Customer, x.Reason
				s.facts.Third = x.Third
			}
			s.closed = rec.Position
			return nil
		}
		switch media.PayloadType(rec.PayloadType) {
		case media.PCMA:
			s.alaw = true
		case media.PCMU:
			s.mulaw = true
		default:
			return nil
		}
		switch rec.Kind {
		case spool.KindAgent:
			s.left++
		case spool.KindCustomer:
			s.right++
		default:
			s.third++
		}
		at := position(rec)
		if !s.heard || at < s.first {
			s.first = at
		}
		s.heard = true
		s.last = max(s.last, at+int64(len(rec.Payload)))
		return nil
	})
	if err != nil {
		return s, err
	}
	if !s.heard {
		s.first = max(s.closed, 0)
		s.last = s.first
	}
	s.last = max(s.last, s.closed) // silence up to the end of the call
	for i := range s.facts.Marks {
		s.facts.Marks[i].AtMs -= duration(s.first).Milliseconds()
	}
	return s, nil
}

func scan(e spool.Entry, whole *bool, each func(*spool.Record) error) error {
	f, err := os.Open(e.Log())
	if errors.Is(err, os.ErrNotExist) {
		return nil // killed between meta.json and the log
	}
	if err != nil {
		return err
	}
	defer f.Close()
	*whole, err = spool.Scan(f, each)
	return err
}

// write makes the WAV window by window, so that memory does not grow with the
// length of the call, and fills in hash, size and activity.
func write(e spool.Entry, s survey, law wav.Law, out *Sealed) error {
	tmp := e.WAV() + ".tmp"
	f, err := e.Files().Make(tmp)
	if err != nil {
		return err
	}
	defer f.Close()
	sum := sha256.New()
	w := io.MultiWriter(f, sum)
	total := s.last - s.first
	if _, err := w.Write(wav.Header(law, total, int(s.channels()))); err != nil {
		return err
	}
	channels := s.channels()
	meter := activity{channels: int(channels)}
	buf := make([]byte, channels*min(total, window))
	for from := s.first; from < s.last; from += window {
		part := buf[:channels*min(window, s.last-from)]
		if err := fill(e, s, part, from, law); err != nil {
			return err
		}
		meter.add(part, law)
		if _, err := w.Write(part); err != nil {
			return err
		}
	}
	if err := errors.Join(f.Sync(), f.Close()); err != nil {
		return err
	}
	out.Bytes = wav.HeaderSize + channels*total
	out.SHA256 = sum.Sum(nil)
	out.LeftActive, out.RightActive = meter.active(0), meter.active(1)
	return e.Files().Rename(tmp, e.WAV())
}

// fill puts the payloads of one window in their places; what nobody sent is
// silence, and so is a secure pause (Rule T-13), whatever was moved into it.
func fill(e spool.Entry, s survey, part []byte, from int64, law wav.Law) error {
	silence := byte(codec.ALawSilence)
	if law == wav.MuLaw {
		silence = codec.MuLawSilence
	}
	for i := range part {
		part[i] = silence
	}
	channels := s.channels()
	to := from + int64(len(part))/channels
	var whole bool
	position := s.shifts.reader()
	return scan(e, &whole, func(rec *spool.Record) error {
		if !voice(rec) {
			return nil
		}
		pos := position(rec)
		if pos >= to || pos+int64(len(rec.Payload)) <= from {
			return nil
		}
		pt := media.PayloadType(rec.PayloadType)
		channel := int64(rec.Kind - spool.KindAgent)
		if rec.Kind == spool.KindThird {
			channel = 2
		}
		for i, b := range rec.Payload {
			at := pos + int64(i)
			if at < from || at >= to || s.gaps.holds(at) {
				continue
			}
			if pt == media.PCMU && law == wav.ALaw {
				b = codec.MuLawToALaw(b)
			}
			part[channels*(at-from)+channel] = b
		}
		return nil
	})
}

// activity measures how long each channel has sound: 20 ms blocks above -50 dBFS.
type activity struct {
	channels int // in the file; the first two are measured
	blocks   [2]int64
	sum      [2]int64
	n        int
}

const (
	block     = 160
	threshold = 104 * 104 * block // (-50 dBFS)^2 of 16-bit samples
)

func (a *activity) add(part []byte, law wav.Law) {
	for i := 0; i+1 < len(part); i += a.channels {
		for c := range 2 {
			v := int64(codec.DecodeALaw(part[i+c]))
			if law == wav.MuLaw {
				v = int64(codec.DecodeMuLaw(part[i+c]))
			}
			a.sum[c] += v * v
		}
		if a.n++; a.n == block {
			for c := range 2 {
				if a.sum[c] > threshold {
					a.blocks[c]++
				}
				a.sum[c] = 0
			}
			a.n = 0
		}
	}
}

func (a *activity) active(channel int) time.Duration { return duration(a.blocks[channel] * block) }
