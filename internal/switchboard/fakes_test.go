package switchboard

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"huifang/internal/call"
	"huifang/media"
	"huifang/media/quality"
)

// world holds the ports of a switchboard under test and the order in which
// they were used.
type world struct {
	t  *testing.T
	sb *Switchboard

	mu       sync.Mutex
	log      []string
	changed  chan struct{}
	verdicts []Verdict
	endings  []Ending
	marks    []CallMark
	orphans  []Orphan

	recorderErr error
	recorders   []*fakeRecorder
	trunks      []Trunk
	allowed     []string // caller ids of the program
	legs        []*fakeCustomer
	ledgerErr   error
	shots       []*Snapshot
	qualities   []Quality
	agent       uuid.UUID
	media       *fakeAgentLeg
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{t: t, changed: make(chan struct{}), trunks: []Trunk{{Name: "main", CallerID: "4001"}, {Name: "spare", CallerID: "4002"}}, agent: uuid.New()}
	w.sb = New(Config{
		Instance: "test", Gate: w, Ledger: w, Carrier: w, Media: w, Recorders: w, Publisher: w, Prompts: w,
		Clock: time.Now, Logger: slog.New(slog.DiscardHandler), Metrics: NewMetrics(nil),
	}, quality.MOS)
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		for _, l := range w.allLegs() {
			l.finish() // the far side answers every CANCEL
		}
		if err := w.sb.Stop(ctx); err != nil {
			t.Errorf("stop: %v", err)
		}
	})
	return w
}

// ready signs the agent's line in with media.
func (w *world) ready() {
	w.t.Helper()
	if _, err := w.sb.MediaOffer(w.t.Context(), w.agent, "offer", false); err != nil {
		w.t.Fatal(err)
	}
	if err := w.sb.SetAgentState(w.agent, AgentReady, ""); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) dial() *Snapshot {
	w.t.Helper()
	s, err := w.sb.Dial(w.t.Context(), DialRequest{AgentID: w.agent, TaskID: uuid.New()})
	if err != nil {
		w.t.Fatal(err)
	}
	return s
}

func (w *world) note(format string, args ...any) {
	w.noteAnd(func() {}, format, args...)
}

// noteAnd notes the use of a port together with what came of it, so that
// whoever waits sees both or neither.
func (w *world) noteAnd(keep func(), format string, args ...any) {
	w.mu.Lock()
	defer w.mu.Unlock()
	keep()
	w.log = append(w.log, fmt.Sprintf(format, args...))
	close(w.changed)
	w.changed = make(chan struct{})
}

// seen is what the world has seen so far; tests read it instead of the
// fields, which actors and the scribe still write.
type seen struct {
	log      []string
	verdicts []Verdict
	endings  []Ending
	legs     int
}

func (w *world) seen() seen {
	w.mu.Lock()
	defer w.mu.Unlock()
	return seen{slices.Clone(w.log), slices.Clone(w.verdicts), slices.Clone(w.endings), len(w.legs)}
}

// until waits until the condition holds over the world; it is asked again
// after every use of a port.
func (w *world) until(what string, holds func() bool) {
	w.t.Helper()
	deadline := time.After(10 * time.Second)
	for {
		w.mu.Lock()
		ok, changed := holds(), w.changed
		w.mu.Unlock()
		if ok {
			return
		}
		select {
		case <-changed:
		case <-deadline:
			w.t.Fatalf("waited in vain for %s; so far: %v", what, w.seen().log)
		}
	}
}

func (w *world) state(want string) {
	w.t.Helper()
	w.until("state "+want, func() bool { return len(w.shots) > 0 && w.shots[len(w.shots)-1].State == want })
}

func (w *world) allLegs() []*fakeCustomer {
	w.mu.Lock()
	defer w.mu.Unlock()
	return append([]*fakeCustomer(nil), w.legs...)
}

func (w *world) lastLeg() *fakeCustomer {
	legs := w.allLegs()
	return legs[len(legs)-1]
}

// Gate, Prompts, Publisher.

func (w *world) Permit(_ context.Context, r DialRequest) (Permit, error) {
	return Permit{CallerIDs: w.allowed, TaskID: r.TaskID, CustomerID: uuid.New(), CustomerName: "王小明", MaskedNumber: "138****0001", Number: "+8613800000001",
		Settings: call.Settings{MinRing: 20 * time.Second, MaxRing: 45 * time.Second, Notice: true, Pauses: call.PauseLimits{Longest: 3 * time.Minute, Number: 3, Total: 5 * time.Minute}}, SlotWindow: "10:00-11:00"}, nil
}
func (w *world) Notice(string) []byte { return make([]byte, 320) } // 40 ms

func (w *world) Publish(_ uuid.UUID, kind string, data any) {
	w.noteAnd(func() {
		if s, ok := data.(*Snapshot); ok {
			w.shots = append(w.shots, s)
		}
		if q, ok := data.(Quality); ok {
			w.qualities = append(w.qualities, q)
		}
	}, "publish %s", kind)
}

// Ledger.

func (w *world) take(what string) error { return w.keep(func() {}, what) }

func (w *world) keep(fact func(), what string) error {
	w.mu.Lock()
	err := w.ledgerErr
	w.mu.Unlock()
	if err == nil {
		w.noteAnd(fact, "%s", what)
	}
	return err
}
func (w *world) OpenCall(context.Context, NewCall) error { return w.take("open call") }
func (w *world) OpenAttempt(_ context.Context, a NewAttempt) error {
	return w.take(fmt.Sprintf("open attempt %d on %s", a.Ordinal, a.Trunk))
}
func (w *world) MoveCall(_ context.Context, m Move) error {
	return w.take(fmt.Sprintf("move %s to %s", m.From, m.To))
}
func (w *world) CloseAttempt(_ context.Context, v Verdict) error {
	return w.keep(func() { w.verdicts = append(w.verdicts, v) }, "close attempt "+string(v.Outcome))
}
func (w *world) EndCall(_ context.Context, e Ending) error {
	return w.keep(func() { w.endings = append(w.endings, e) }, "end call "+string(e.Outcome))
}
func (w *world) MarkCall(_ context.Context, m CallMark) error {
	return w.keep(func() { w.marks = append(w.marks, m) }, "mark call "+string(m.Kind)+" "+m.EndReason)
}
func (w *world) HandOverCall(_ context.Context, h Handover) error    { return w.take("hand over call") }
func (w *world) OpenCalls(context.Context, string) ([]Orphan, error) { return w.orphans, nil }

// Recorders.

func (w *world) Open(_ context.Context, o RecordingOrder) (Recorder, error) {
	if w.recorderErr != nil {
		return nil, w.recorderErr
	}
	w.note("open recording")
	r := &fakeRecorder{w: w, failed: o.Failed}
	w.mu.Lock()
	w.recorders = append(w.recorders, r)
	w.mu.Unlock()
	return r, nil
}

type fakeRecorder struct {
	w      *world
	failed func(string)
	frames [4]int
}

func (r *fakeRecorder) TapFrame(s media.Side, _ *media.Frame) {
	r.w.mu.Lock()
	r.frames[s]++
	r.w.mu.Unlock()
}
func (r *fakeRecorder) Mark(name string, _ time.Time) { r.w.note("mark %s", name) }
func (r *fakeRecorder) MarkDetail(name string, _ time.Time, _ map[string]string) {
	r.w.note("mark %s", name)
}
func (r *fakeRecorder) Pause(d map[string]string)   { r.w.note("pause recording %s", d["reason"]) }
func (r *fakeRecorder) Unpause(d map[string]string) { r.w.note("unpause recording %s", d["ended_by"]) }
func (r *fakeRecorder) Close(string)                { r.w.note("close recording") }

// Carrier.

func (w *world) Trunks() []Trunk { return w.trunks }

func (w *world) Dial(_ context.Context, o DialOrder, report func(CarrierEvent)) (CustomerLeg, error) {
	l := &fakeCustomer{w: w, order: o, report: report}
	w.mu.Lock()
	w.legs = append(w.legs, l)
	w.mu.Unlock()
	w.note("invite on %s", o.Trunk)
	return l, nil
}

func (w *world) Classify(f FailureFacts) (call.Outcome, string, bool) {
	switch {
	case f.Failed.Code == 503:
		return call.OutcomeTrunkFailure, "503", true
	case f.Failed.Code == 486:
		return call.OutcomeBusy, "486", false
	case f.Cancel == call.CancelAgent && !f.RingOK:
		return call.OutcomeCancelled, "agent", false
	}
	return call.OutcomeNoAnswer, "", false
}

type fakeCustomer struct {
	fakeLeg
	w      *world
	order  DialOrder
	report func(CarrierEvent)
	held   bool // by the far side
	ended  sync.Once
}

func (l *fakeCustomer) Media() media.Leg { return &l.fakeLeg }
func (l *fakeCustomer) Cancel(reason string) {
	l.w.note("cancel %s", reason)
}
func (l *fakeCustomer) Bye(string) { l.w.note("bye") }
func (l *fakeCustomer) Close()     { l.w.note("close leg") }
func (l *fakeCustomer) OnHold() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.held
}
func (l *fakeCustomer) hold(on bool) {
	l.mu.Lock()
	l.held = on
	l.mu.Unlock()
}
func (l *fakeCustomer) finish() {
	l.ended.Do(func() { l.report(LegFailed{At: time.Now(), Code: 487}) })
}

// Agent media.

func (w *world) Accept(context.Context, string) (AgentLeg, string, error) {
	l := &fakeAgentLeg{up: true}
	w.mu.Lock()
	w.media = l
	w.mu.Unlock()
	return l, "answer", nil
}

type fakeLeg struct {
	media.Inlet
	mu   sync.Mutex
	sent int
	last time.Time // zero: a packet has come just now
}

func (l *fakeLeg) WriteFrame(*media.Frame) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.sent++
	return nil
}
func (l *fakeLeg) Stats() media.Stats {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.last.IsZero() {
		return media.Stats{LastReceived: time.Now(), PacketsReceived: 1}
	}
	return media.Stats{LastReceived: l.last, PacketsReceived: 1}
}

// stop makes the party's stream stand still; start lets it flow again.
func (l *fakeLeg) stop()  { l.setLast(time.Now()) }
func (l *fakeLeg) start() { l.setLast(time.Time{}) }
func (l *fakeLeg) setLast(t time.Time) {
	l.mu.Lock()
	l.last = t
	l.mu.Unlock()
}

type fakeAgentLeg struct {
	fakeLeg
	changed func(string)
	up      bool
}

func (l *fakeAgentLeg) Renegotiate(context.Context, string) (string, error) {
	return "", errors.New("closed")
}
func (l *fakeAgentLeg) Connected() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.up
}
func (l *fakeAgentLeg) Close() error { return nil }
func (l *fakeAgentLeg) OnStateChange(f func(string)) {
	l.mu.Lock()
	l.changed = f
	l.mu.Unlock()
	f("connected")
}
func (l *fakeAgentLeg) set(up bool, word string) {
	l.mu.Lock()
	l.up = up
	changed := l.changed
	l.mu.Unlock()
	changed(word)
}
