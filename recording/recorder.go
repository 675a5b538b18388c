package recording

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/google/uuid"

	"huifang/media"
	"huifang/recording/spool"
)

const (
	// writeEvery is how often the writer takes what the tap has left.
	writeEvery = 100 * time.Millisecond
	// bufferLimit bounds what waits for the writer: about 25 s of both sides.
	bufferLimit = 1 << 20
)

// Options are what a recorder is opened with.
type Options struct {
	Spool       *spool.Spool
	RecordingID uuid.UUID
	CallID      uuid.UUID
	Instance    string
	// Failed is called at most once, from the writer, when the recording can
	// no longer be written: the call must not go on (Rule T-01).
	Failed func(error)
	// FirstFrame is called once, from the writer, when something was heard.
	FirstFrame func()
	Logger     *slog.Logger
	Metrics    *Metrics
	// Clock is the system's when nil.
	Clock Clock
}

// Recorder records one call. TapFrame and Mark may be called from any
// goroutine and never wait for the disk.
type Recorder struct {
	opts   Options
	entry  spool.Entry
	file   spool.File
	clock  Clock
	opened time.Time // with the monotonic clock: sample 0

	mu       sync.Mutex
	pending  []byte // frames and marks for the writer, as spool records
	spare    []byte
	closed   bool
	overflow uint64
	paused   bool // Rule T-13
	gaps     gaps

	stop chan struct{}
	done chan struct{}

	// The writer's own.
	agent, customer, third track
	out                    []byte
	masks                  gaps // a copy of gaps
	failed                 bool
	heard                  bool
	events                 int
}

// Mark is a named moment of a recording, as it is kept in the log.
type Mark struct {
	Name   string            `json:"name"`
	AtMs   int64             `json:"at_ms"` // since the recorder was opened
	Detail map[string]string `json:"detail,omitempty"`
}

// Open makes the recording durable on the disk and starts to take frames.
// Rule T-01: it is called before the INVITE, and its error is a refusal.
func Open(o Options) (*Recorder, error) {
	clock := o.Clock
	if clock == nil {
		clock = systemClock{}
	}
	opened := clock.Now()
	entry, file, err := o.Spool.Create(spool.Meta{RecordingID: o.RecordingID, CallID: o.CallID, Instance: o.Instance, OpenedAt: opened.UTC()})
	if err != nil {
		o.Metrics.openFailed()
		return nil, err
	}
	r := &Recorder{opts: o, entry: entry, file: file, clock: clock, opened: opened, stop: make(chan struct{}), done: make(chan struct{})}
	o.Metrics.opened()
	go r.run()
	return r, nil
}

// TapFrame takes a copy of a frame (media.Tap). During a secure pause it takes
// silence in its place, and no keys (Rule T-13).
func (r *Recorder) TapFrame(side media.Side, f *media.Frame) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.paused {
		if f = r.silent(f); f == nil {
			return
		}
	}
	rec := spool.Record{
		Kind: kindOf(side), PayloadType: uint8(f.PayloadType), Sequence: f.Sequence, SSRC: f.SSRC, Timestamp: f.Timestamp,
		Arrival: int64(f.Arrival.Sub(r.opened)), Payload: f.Payload,
	}
	r.push(&rec)
}

// kindOf is how the log calls a side.
func kindOf(s media.Side) spool.Kind {
	switch s {
	case media.Agent:
		return spool.KindAgent
	case media.Customer:
		return spool.KindCustomer
	default:
		return spool.KindThird
	}
}

// Mark notes a named moment.
func (r *Recorder) Mark(name string, at time.Time) { r.MarkDetail(name, at, nil) }

// MarkDetail notes a named moment and what there is to say about it.
func (r *Recorder) MarkDetail(name string, at time.Time, detail map[string]string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.mark(name, at, detail)
}

func (r *Recorder) mark(name string, at time.Time, detail map[string]string) {
	b, err := json.Marshal(Mark{Name: name, AtMs: at.Sub(r.opened).Milliseconds(), Detail: detail})
	if err != nil {
		return // strings and a number cannot fail
	}
	r.push(&spool.Record{Kind: spool.KindEvent, Arrival: int64(at.Sub(r.opened)), Payload: b})
}

// push puts a record into the buffer; the caller holds mu.
func (r *Recorder) push(rec *spool.Record) {
	if r.closed {
		return
	}
	if len(r.pending)+len(rec.Payload)+64 > bufferLimit {
		r.overflow++
		return
	}
	r.pending = rec.Append(r.pending)
}

func (r *Recorder) run() {
	defer close(r.done)
	tick, stop := r.clock.Ticker(writeEvery)
	defer stop()
	for {
		select {
		case <-tick:
			r.flush()
		case <-r.stop:
			r.flush()
			return
		}
	}
}

// flush takes what is pending, places it on the timeline and writes it.
func (r *Recorder) flush() {
	r.mu.Lock()
	taken := r.pending
	r.pending, r.spare = r.spare[:0], nil
	overflow := r.overflow
	r.overflow = 0
	r.masks = append(r.masks[:0], r.gaps...)
	r.mu.Unlock()
	r.out = r.out[:0]
	spool.Each(taken, r.place)
	r.mu.Lock()
	r.spare = taken[:0]
	r.mu.Unlock()
	if overflow > 0 {
		r.fail(fmt.Errorf("%d packets did not find room: the disk does not keep up", overflow))
	}
	if len(r.out) == 0 || r.failed {
		return
	}
	if _, err := r.file.Write(r.out); err != nil {
		r.fail(err)
	}
}

// place puts a record into the log with its position.
func (r *Recorder) place(rec *spool.Record) {
	if rec.Kind == spool.KindEvent {
		r.events++
		r.out = rec.Append(r.out)
		return
	}
	t := &r.agent
	switch rec.Kind {
	case spool.KindCustomer:
		t = &r.customer
	case spool.KindThird:
		t = &r.third
	}
	switch media.PayloadType(rec.PayloadType) {
	case media.PCMA, media.PCMU:
	case media.TelephoneEvent:
		t.Events++
		rec.Position = samples(time.Duration(rec.Arrival))
		r.out = rec.Append(r.out) // kept as evidence; silent in the WAV
		return
	default:
		t.Skipped++
		return
	}
	if len(rec.Payload) == 0 {
		return
	}
	at := t.place(packet{
		arrival: samples(time.Duration(rec.Arrival)), ssrc: rec.SSRC, seq: rec.Sequence, ts: rec.Timestamp, n: int64(len(rec.Payload)),
	})
	r.out = corrections(t.moves, rec.Kind, rec.Arrival, r.out)
	if at.duplicate {
		return
	}
	rec.Position = at.pos
	r.masks.mask(rec)
	if at.repeat { // one more sample: drift is corrected by repeating it
		extra := *rec
		extra.Position, extra.Payload = at.pos-1, rec.Payload[:1]
		r.out = extra.Append(r.out)
	}
	r.out = rec.Append(r.out)
	if !r.heard {
		r.heard = true
		if r.opts.FirstFrame != nil {
			r.opts.FirstFrame()
		}
	}
}

func (r *Recorder) fail(err error) {
	if r.failed {
		return
	}
	r.failed = true
	r.opts.Metrics.writeFailed()
	if r.opts.Logger != nil {
		r.opts.Logger.Error("recording cannot be written", "recording_id", r.opts.RecordingID, "error", err)
	}
	if r.opts.Failed != nil {
		r.opts.Failed(err)
	}
}

// Facts are what sealing keeps beside the audio.
type Facts struct {
	Agent    Counters `json:"agent"`
	Customer Counters `json:"customer"`
	Third    Counters `json:"third,omitzero"` // a supervisor who spoke
	Marks    []Mark   `json:"marks"`          // at_ms since the first sample
	Reason   string   `json:"reason,omitempty"`
}

// end is the payload of the log's last record.
type end struct {
	Agent    Counters `json:"agent"`
	Customer Counters `json:"customer"`
	Third    Counters `json:"third,omitzero"`
	Reason   string   `json:"reason,omitempty"`
}

// Close ends the recording and seals it. The reason is empty when the call
// came to an ordinary end. It may be called once; frames after it are dropped.
func (r *Recorder) Close(reason string) (Sealed, error) {
	ended := r.clock.Now()
	r.mu.Lock()
	r.closed = true
	r.mu.Unlock()
	close(r.stop)
	<-r.done
	if !r.failed {
		at := int64(ended.Sub(r.opened))
		last := corrections(r.agent.finish(), spool.KindAgent, at, nil)
		last = corrections(r.customer.finish(), spool.KindCustomer, at, last)
		last = corrections(r.third.finish(), spool.KindThird, at, last)
		b, err := json.Marshal(end{Agent: r.agent.Counters, Customer: r.customer.Counters, Third: r.third.Counters, Reason: reason})
		if err == nil {
			rec := spool.Record{Kind: spool.KindEnd, Position: samples(ended.Sub(r.opened)), Arrival: int64(ended.Sub(r.opened)), Payload: b}
			_, err = r.file.Write(rec.Append(last))
		}
		if err == nil {
			err = r.file.Sync()
		}
		if err != nil {
			r.fail(err)
		}
	}
	closeErr := r.file.Close()
	r.opts.Spool.Done()
	r.opts.Metrics.closed()
	if closeErr != nil {
		r.opts.Metrics.writeFailed()
	}
	return Seal(r.entry)
}
