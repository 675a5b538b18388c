package call

import "time"

// Settings are the program's values for one call.
type Settings struct {
	MinRing time.Duration // Rule T-03
	MaxRing time.Duration // Rule T-03
	Notice  bool          // Rule T-12: play the recording notice on answer
	Trunks  int           // how many trunks may be tried, at least 1 (Rule T-07)
	Pauses  PauseLimits   // Rule T-13
	// ShowMonitoring lets the agent see that a supervisor listens. One who is
	// heard is always shown.
	ShowMonitoring bool
	Inbound        bool          // the customer calls us
	MaxWait        time.Duration // inbound: how long the customer may wait for an agent
	// NotOffered is why an inbound call is offered to nobody, one of the Untaken
	// reasons; empty: it is.
	NotOffered string
}

// NoRingLimit ends a dial that neither rings nor fails: after the first
// provisional response RFC 3261 17.1.1.2 leaves the client without a timer.
const NoRingLimit = 60 * time.Second

// CancelLimit is how long a final response may take after CANCEL (RFC 3261
// 9.1: 64*T1 = 32 s) before the call is given up.
const CancelLimit = 35 * time.Second

// AgentLostLimit is how long a call waits for an agent whose page is gone (design 4).
const AgentLostLimit = 30 * time.Second

// Ringing signals, kept as evidence of what started the ring clock (Rule T-03).
const (
	Signal180      = "180"
	SignalRingback = "ringback_tone" // heard in early media, without a 180
)

// Evidence is what an attempt leaves behind (Rules T-03, T-06). Zero times
// mean that it did not happen.
type Evidence struct {
	DialedAt        time.Time
	FirstResponseAt time.Time
	RingingAt       time.Time
	RingingSignal   string
	FirstMediaAt    time.Time
	CancelledAt     time.Time
	AnsweredAt      time.Time
	EndedAt         time.Time
	SIPCode         int
	SIPReason       string
	Q850Cause       int
	Saw180          bool
	Heard           []Heard // early media, in the order in which it was told apart
}

// RingTime is how long the phone rang: to the answer, to our CANCEL, or to the
// network's final response, whichever was first.
func (e Evidence) RingTime() time.Duration {
	if e.RingingAt.IsZero() {
		return 0
	}
	end := e.EndedAt
	for _, t := range []time.Time{e.AnsweredAt, e.CancelledAt} {
		if !t.IsZero() && (end.IsZero() || t.Before(end)) {
			end = t
		}
	}
	if end.Before(e.RingingAt) {
		return 0
	}
	return end.Sub(e.RingingAt)
}

// CancelCause says why we cancelled an INVITE.
type CancelCause string

// Causes of a CANCEL.
const (
	NotCancelled   CancelCause = ""
	CancelAgent    CancelCause = "agent"
	CancelDeadline CancelCause = "deadline"
	CancelSystem   CancelCause = "system"
)

// Call is the whole state of one call. It is a value: Step returns a new one.
type Call struct {
	State    State
	Settings Settings
	Attempt  int // ordinal of the current attempt, 0 before the first
	Evidence Evidence

	Cancel       CancelCause // set once CANCEL is on its way
	CancelReason string
	EarlyMedia   bool // the customer's side sends before it answers
	AgentAway    bool // the agent's media is lost, the call waits for it
	NoticeOn     bool // the recording notice is playing
	NoticeAt     time.Time
	NoticeEndAt  time.Time
	TalkAt       time.Time
	Pause        Pause // Rule T-13
	Transfer     TransferPhase
	QueuedAt     time.Time // inbound: since when the customer waits for an agent
	Farewell     string    // inbound: why no agent comes, while the customer is told so

	// Set when the call is over.
	Outcome Outcome
	Reason  string
	EndedBy Party
	EndedAt time.Time
	// Override is a supervisor's logged reason for a hang-up before the
	// minimum ring (Rule T-03).
	Override   string
	OverrideBy string
}

// New is a call that waits for its recorder.
func New(s Settings) Call {
	if s.Trunks < 1 {
		s.Trunks = 1
	}
	return Call{State: StateArming, Settings: s}
}

// RingOK is the verdict of Rule T-03 on the current attempt.
func (c Call) RingOK() bool {
	return !c.Evidence.RingingAt.IsZero() && c.Evidence.RingTime() >= c.Settings.MinRing
}

// HangupAllowedAt is when a hang-up will not be refused any more, or the zero
// time when none is refused now (Rule T-03).
func (c Call) HangupAllowedAt() time.Time {
	if c.State != StateRinging || c.Evidence.RingingAt.IsZero() {
		return time.Time{}
	}
	return c.Evidence.RingingAt.Add(c.Settings.MinRing)
}
