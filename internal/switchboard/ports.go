package switchboard

import (
	"context"
	"log/slog"
	"slices"
	"time"

	"github.com/google/uuid"

	"huifang/internal/call"
	"huifang/media"
)

// Permit is the dial gate's yes, with all that the call needs to know.
type Permit struct {
	TaskID, CustomerID, ContactPointID uuid.UUID
	CustomerName                       string
	MaskedNumber                       string
	Number                             string   // as it is dialled; never logged
	Language                           string   // of the customer, for the notice (Rules T-11, T-12)
	Program                            string   // its code
	CallerIDs                          []string // what may be shown (Rule T-14); none: the trunk's own
	Settings                           call.Settings
	ConfirmAgentHangup                 bool // Rule T-09
	SlotDate                           time.Time
	SlotWindow                         string
	OverrideReason                     string // Rule T-05, a supervisor's
	OverrideBy                         uuid.UUID
}

// DialRequest is the agent's wish.
type DialRequest struct {
	AgentID, TaskID, ContactPointID uuid.UUID
	OverrideReason                  string
}

// Gate says whether this agent may call this customer on this task now. Its
// refusals are errors that carry rule, reason and what would be allowed.
type Gate interface {
	Permit(ctx context.Context, r DialRequest) (Permit, error)
}

// CarrierEvent is what a customer leg reports: one of the Leg* types below.
type CarrierEvent interface{ carrierEvent() }

// Events of a customer leg. Exactly one LegFailed or LegHungUp ends it.
type (
	LegProvisional struct {
		At   time.Time
		Code int
	}
	LegAnswered struct {
		At          time.Time
		AfterCancel bool
	}
	LegFailed struct {
		At         time.Time
		Code       int
		Phrase     string
		Cause      int
		NoResponse bool
		Err        error
		// What came before: a 1xx, an 18x other than 180, a 180.
		Trying, Progress, Rang bool
	}
	LegHungUp struct {
		At    time.Time
		Cause int
	}
	// LegKey is a key that came by signalling, not as a telephone event.
	LegKey struct {
		At    time.Time
		Digit byte
	}
)

func (LegProvisional) carrierEvent() {}
func (LegAnswered) carrierEvent()    {}
func (LegFailed) carrierEvent()      {}
func (LegKey) carrierEvent()         {}
func (LegHungUp) carrierEvent()      {}

// DialOrder is one attempt as the carrier port needs it.
type DialOrder struct {
	CallID, AttemptID       uuid.UUID
	Trunk, Number, CallerID string
}

// FailureFacts are what the classifier judges a failed attempt by.
type FailureFacts struct {
	Trunk    string
	Failed   LegFailed
	Evidence call.Evidence
	RingOK   bool
	Cancel   call.CancelCause
}

// Carrier dials customers over trunks.
type Carrier interface {
	// Trunks names the usable trunks, best first (Rule T-07).
	Trunks() []Trunk
	// Dial sends the INVITE and returns at once. report is called serially.
	Dial(ctx context.Context, o DialOrder, report func(CarrierEvent)) (CustomerLeg, error)
	// Classify is the one classifier of failures.
	Classify(f FailureFacts) (o call.Outcome, reason string, otherTrunk bool)
}

// Trunk is a way to the network.
type Trunk struct {
	Name, CallerID string
	CallerIDs      []string // what else may be shown to customers over it (Rules T-07, T-14)
}

// Shows gives the first number of a list that is registered with the trunk; of
// an empty list the trunk's own. Without one it is not to be used (Rule T-14).
func (t Trunk) Shows(allowed []string) (callerID string, ok bool) {
	if len(allowed) == 0 {
		return t.CallerID, true
	}
	for _, id := range allowed {
		if id == t.CallerID || slices.Contains(t.CallerIDs, id) {
			return id, true
		}
	}
	return "", false
}

// CustomerLeg is the customer's party: its dialog and its media.
type CustomerLeg interface {
	Media() media.Leg
	Cancel(reason string)
	Bye(reason string)
	// OnHold reports whether the far side has put us on hold: it may send
	// nothing, or music, until it takes us back (RFC 3264 8.4).
	OnHold() bool
	// Close frees the media; a dialog that is still up is ended.
	Close()
}

// AgentLeg is the agent's media connection, kept from sign-in on.
type AgentLeg interface {
	media.Leg
	Renegotiate(ctx context.Context, offer string) (answer string, err error)
	// Connected reports whether media can flow now.
	Connected() bool
	// OnStateChange sets what is called with each new state, in the words of
	// the protocol, and calls it with the present one.
	OnStateChange(func(state string))
	Close() error
}

// AgentMedia accepts agents' media connections.
type AgentMedia interface {
	Accept(ctx context.Context, offer string) (leg AgentLeg, answer string, err error)
}

// RecordingOrder is what a recording is opened with.
type RecordingOrder struct {
	RecordingID, CallID uuid.UUID
	At                  time.Time
	// Failed is called at most once, from any goroutine, when the recording
	// can no longer be written.
	Failed func(reason string)
}

// Recorders opens recordings. Open returns when the recording exists durably.
type Recorders interface {
	Open(ctx context.Context, o RecordingOrder) (Recorder, error)
}

// Recorder takes the frames and marks of one call.
type Recorder interface {
	media.Tap
	Mark(name string, at time.Time)
	// MarkDetail is Mark with what there is to say about the moment.
	MarkDetail(name string, at time.Time, detail map[string]string)
	// Pause takes silence in the place of both sides, and no keys, until
	// Unpause; both leave their marks (Rule T-13).
	Pause(detail map[string]string)
	Unpause(detail map[string]string)
	// Close ends the recording; sealing and storing go on behind it. The
	// reason is empty when the call ended in an ordinary way.
	Close(reason string)
}

// Ear hears what each side contributes; it is a tap before the recorder's.
type Ear interface {
	media.Tap
	// Missing says why nothing is heard of a side: "no_packets", "silent" when
	// there is no sound in them, or empty. since is when its sound was first to
	// be expected.
	Missing(of media.Side, since, now time.Time) (cause string)
	// ListenEarly has the customer's side told apart from now on, anew; found
	// is called from the leg's reader and must not block. nil ends that.
	ListenEarly(found func(call.EarlySound))
}

// Publisher sends events to the page of an agent.
type Publisher interface {
	Publish(agentID uuid.UUID, kind string, data any)
}

// Prompts gives the recording notice in a customer's language as A-law
// samples at 8 kHz (Rule T-12).
type Prompts interface {
	Notice(language string) []byte
}

// Config is what a switchboard is made of. All fields but Metrics,
// BridgeMetrics, HoldMusic and Ear are required.
type Config struct {
	Instance  string
	Gate      Gate
	Ledger    Ledger
	Carrier   Carrier
	Media     AgentMedia
	Recorders Recorders
	Publisher Publisher
	Prompts   Prompts
	Clock     func() time.Time
	Logger    *slog.Logger
	Metrics   *Metrics
	// Ear makes the ear of a call; nil: packets alone tell who is heard.
	Ear func(next media.Tap) Ear
	// HoldMusic gives what a held customer of a program hears, A-law at 8 kHz,
	// nil for the tone; nil: the tone for all.
	HoldMusic func(program string) []byte
	// Untaken makes sure that a task is left of an inbound call that no agent
	// took. It may be called again. nil: there are no inbound calls.
	Untaken func(ctx context.Context, callID uuid.UUID) error
	// BridgeMetrics are those of the calls' bridges; may be nil.
	BridgeMetrics *media.Metrics
}
