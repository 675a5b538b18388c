package sip

import (
	"time"

	sipmsg "github.com/emiago/sipgo/sip"
)

// state is where the INVITE client stands (doc.go has the picture).
type state uint8

const (
	stateUnknown    state = iota
	stateCalling          // INVITE sent, no response yet
	stateProceeding       // a 1xx came
	stateConfirmed        // a 2xx came and was ACKed
	stateEnding           // our BYE is on its way
	stateTerminated       // the terminal event was told; only cleaning up
)

func (s state) String() string {
	return [...]string{"unknown", "calling", "proceeding", "confirmed", "ending", "terminated"}[s]
}

// timer names a timer of the client; each runs at most once at a time.
type timer uint8

const (
	timerFirst  timer = iota // no response at all
	timerRing                // last resort against ringing for ever
	timerCancel              // no final response after CANCEL
	timerLinger              // late responses
	timerCount
)

// input is what the machine reacts to.
type input interface{ machineInput() }

type (
	// inResponse is a response to the INVITE, late ones included.
	inResponse struct {
		at         time.Time
		code       int
		phrase     string
		tag        string
		sdp        []byte
		cause      int
		retryAfter time.Duration
		challenged bool          // 401 or 407 that we have credentials for
		minSE      time.Duration // of a 422 (RFC 4028 6)
		rseq       uint32        // of a reliable provisional response (RFC 3262), or 0
		res        *sipmsg.Response
	}
	// inBroken: the INVITE's transaction ended without a final response.
	inBroken struct {
		at      time.Time
		err     error
		timeout bool
	}
	inCancel struct {
		at     time.Time
		reason string
	}
	inBye struct {
		at     time.Time
		reason string
	}
	// inByeDone: our BYE was answered (code), or never will be (0).
	inByeDone struct {
		at   time.Time
		code int
	}
	inRemoteBye struct {
		at    time.Time
		cause int
	}
	// inUpdated: the far side changed the description of an early dialog by UPDATE.
	inUpdated struct {
		tag string
		sdp []byte
	}
	// inLost: the dialog is gone although nobody said BYE.
	inLost struct {
		at  time.Time
		why string
	}
	inTimer struct {
		at    time.Time
		timer timer
	}
)

func (inResponse) machineInput()  {}
func (inBroken) machineInput()    {}
func (inCancel) machineInput()    {}
func (inBye) machineInput()       {}
func (inByeDone) machineInput()   {}
func (inRemoteBye) machineInput() {}
func (inUpdated) machineInput()   {}
func (inLost) machineInput()      {}
func (inTimer) machineInput()     {}

// action is what the Call must do, in the order given.
type action interface{ machineAction() }

type (
	// actInvite sends the INVITE again, with credentials for res if it is a
	// challenge, or with a longer session interval.
	actInvite struct {
		res   *sipmsg.Response
		minSE time.Duration
	}
	actCancel struct{ reason string }
	// actEarly makes the early dialog of a 1xx, or renews it.
	actEarly struct{ res *sipmsg.Response }
	// actPrack acknowledges a reliable provisional response (RFC 3262 4).
	actPrack struct {
		res  *sipmsg.Response
		rseq uint32
	}
	// actConfirm makes the dialog of the winning 2xx and ACKs it.
	actConfirm struct{ res *sipmsg.Response }
	actReAck   struct{ res *sipmsg.Response }
	// actRelease ACKs a 2xx that nobody wants and ends its dialog by BYE.
	actRelease struct{ res *sipmsg.Response }
	// actAckFailure ACKs a late 3xx-6xx whose transaction is gone.
	actAckFailure struct{ res *sipmsg.Response }
	actBye        struct{ reason string }
	actDrop       struct{} // ends the INVITE's transaction: no retransmissions any more
	actStart      struct{ timer timer }
	actStop       struct{ timer timer }
	actEmit       struct{ event Event }
	actFinish     struct{} // nothing can come any more
)

func (actInvite) machineAction()     {}
func (actCancel) machineAction()     {}
func (actEarly) machineAction()      {}
func (actPrack) machineAction()      {}
func (actConfirm) machineAction()    {}
func (actReAck) machineAction()      {}
func (actRelease) machineAction()    {}
func (actAckFailure) machineAction() {}
func (actBye) machineAction()        {}
func (actDrop) machineAction()       {}
func (actStart) machineAction()      {}
func (actStop) machineAction()       {}
func (actEmit) machineAction()       {}
func (actFinish) machineAction()     {}

// machine is the INVITE client. step does no I/O and reads no clock; it is not
// safe for concurrent use, its Call feeds it from one goroutine.
type machine struct {
	state state
	reAck time.Duration // shortest time between two ACKs to one branch

	cancelWanted, cancelSent bool
	reason                   string
	trying, progress, rang   bool
	authTries                int
	minSE                    time.Duration // of the last 422 that was answered
	minSETries               int
	abandoned                bool               // the INVITE's transaction is gone, responses come unmatched
	refused                  bool               // it has its final response
	branches                 map[string]*branch // by To-tag
	winner                   string
	answered                 bool
	acked                    map[string]time.Time // To-tag of every 2xx to the time of its last ACK
}

// maxBranches bounds the forks of one INVITE that are told apart; a network
// that makes more of them is not listened to.
const maxBranches = 32

// branch is one fork of the INVITE.
type branch struct {
	sdp []byte
	// answered: our offer was answered reliably. What further responses to the
	// INVITE describe is ignored then (RFC 3261 13.2.1, RFC 3262 5).
	answered bool
	rseq     uint32 // of the last reliable provisional response in order
}

// describe keeps a description and returns the one that holds, or nil when
// the response brought none.
func (b *branch) describe(in inResponse) []byte {
	if in.sdp == nil {
		return nil
	}
	if !b.answered {
		b.sdp, b.answered = in.sdp, in.rseq != 0
	}
	return b.sdp
}

// offerAnswered reports whether the branch has a reliable answer to our offer, so
// that its side may offer (RFC 3311 5.1).
func (m *machine) offerAnswered(tag string) bool {
	b := m.branches[tag]
	return b != nil && b.answered
}

// described is the description of a branch as it stands, or nil.
func (m *machine) described(tag string) []byte {
	if b := m.branches[tag]; b != nil {
		return b.sdp
	}
	return nil
}

func newMachine(reAck time.Duration) *machine {
	return &machine{state: stateCalling, reAck: reAck, branches: map[string]*branch{}, acked: map[string]time.Time{}}
}

// step takes one input and says what to do. Inputs that make no sense in the
// state are ignored: they are late, doubled or out of order.
func (m *machine) step(in input) []action {
	switch in := in.(type) {
	case inResponse:
		switch {
		case in.code < 200:
			return m.provisional(in)
		case in.code < 300:
			return m.success(in)
		default:
			return m.failure(in)
		}
	case inBroken:
		if m.over() || m.answered {
			return nil
		}
		noResponse := in.timeout && m.state == stateCalling
		return m.fail(Failed{At: in.at, Err: in.err, NoResponse: noResponse}, false)
	case inCancel:
		return m.cancel(in.reason)
	case inBye:
		if m.state == stateConfirmed {
			m.state, m.reason = stateEnding, in.reason
			return []action{actBye{in.reason}}
		}
		return m.cancel(in.reason)
	case inByeDone:
		if m.state == stateEnding {
			return m.end(Ended{At: in.at, By: EndLocal, Code: in.code})
		}
	case inRemoteBye:
		switch m.state {
		case stateConfirmed:
			return m.end(Ended{At: in.at, By: EndRemote, Cause: in.cause})
		case stateEnding: // both at once
			return m.end(Ended{At: in.at, By: EndLocal, Cause: in.cause})
		}
	case inUpdated:
		if b := m.branches[in.tag]; b != nil && m.dialing() {
			b.sdp = in.sdp
		}
	case inLost:
		if m.state == stateConfirmed {
			return append([]action{actBye{in.why}}, m.end(Ended{At: in.at, By: EndLost})...)
		}
	case inTimer:
		return m.timeout(in)
	}
	return nil
}

func (m *machine) over() bool { return m.state == stateTerminated }

// dialing reports whether the INVITE has no final response yet.
func (m *machine) dialing() bool { return m.state == stateCalling || m.state == stateProceeding }
