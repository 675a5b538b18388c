package sip

import "time"

// uasState is where the INVITE server stands (doc.go has the picture).
type uasState uint8

const (
	uasUnknown    uasState = iota
	uasReceived            // the INVITE is there, 100 was sent
	uasRinging             // 180 was sent
	uasAnswered            // 2xx was sent, its ACK has not come
	uasConfirmed           // the ACK came; the dialog's machine goes on
	uasTerminated          // it was not answered
)

func (s uasState) String() string {
	return [...]string{"unknown", "received", "ringing", "answered", "confirmed", "terminated"}[s]
}

// What the server machine reacts to besides the inputs of a dialog.
type (
	inRing   struct{}
	inAccept struct{ at time.Time }
	inRefuse struct {
		at     time.Time
		code   int
		phrase string
		later  time.Duration // Retry-After, or 0
	}
	// inGivenUp: CANCEL, which the transaction has answered by 487, or a BYE
	// of the early dialog, after which the INVITE has no answer yet (RFC 3261 15).
	inGivenUp struct {
		at    time.Time
		byBye bool
		cause int
	}
	inAcked struct{}
)

func (inRing) machineInput()    {}
func (inAccept) machineInput()  {}
func (inRefuse) machineInput()  {}
func (inGivenUp) machineInput() {}
func (inAcked) machineInput()   {}

// What a Call that was made by the far side must do besides the actions of a dialog.
type (
	// actRespond answers the INVITE, but for a 2xx.
	actRespond struct {
		code   int
		phrase string
		later  time.Duration
	}
	// actAccept sends the 2xx and begins the dialog.
	actAccept struct{}
)

func (actRespond) machineAction() {}
func (actAccept) machineAction()  {}

// uasMachine is the INVITE server (RFC 3261 13.3). From the 2xx on the dialog
// is the same in both roles, so dialog goes on. step does no I/O and reads
// no clock.
type uasMachine struct {
	state  uasState
	dialog *machine
	// reliable18x: the caller wants its 18x reliably (RFC 3262 3); we send none
	// then, the 2xx needs none before it.
	reliable18x bool
	bye         *inBye // wanted before the ACK was there
}

func newUASMachine(dialog *machine, reliable18x bool) *uasMachine {
	dialog.state = stateProceeding
	return &uasMachine{state: uasReceived, dialog: dialog, reliable18x: reliable18x}
}

// pending reports whether the INVITE has no final response yet.
func (m *uasMachine) pending() bool { return m.state == uasReceived || m.state == uasRinging }

func (m *uasMachine) step(in input) []action {
	switch {
	case m.pending():
		return m.waiting(in)
	case m.state == uasAnswered:
		return m.unacked(in)
	case m.state == uasConfirmed:
		return m.dialog.step(in)
	}
	if t, ok := in.(inTimer); ok && t.timer == timerLinger {
		return m.dialog.step(in)
	}
	return nil
}

// waiting: RFC 3261 13.3.1.
func (m *uasMachine) waiting(in input) []action {
	switch in := in.(type) {
	case inRing:
		if m.state == uasRinging || m.reliable18x {
			return nil
		}
		m.state = uasRinging
		return []action{actRespond{code: 180, phrase: "Ringing"}}
	case inAccept:
		m.state = uasAnswered
		m.dialog.state, m.dialog.answered = stateConfirmed, true
		return []action{actAccept{}}
	case inRefuse:
		return m.refuse(in)
	case inCancel:
		return m.refuse(inRefuse{at: in.at, code: 480, phrase: "Temporarily Unavailable"})
	case inBye:
		return m.refuse(inRefuse{at: in.at, code: 480, phrase: "Temporarily Unavailable"})
	case inGivenUp:
		todo := m.fail(Failed{At: in.at, Code: 487, Reason: "Request Terminated", Cause: in.cause})
		if in.byBye {
			todo = append([]action{actRespond{code: 487, phrase: "Request Terminated"}}, todo...)
		}
		return todo
	}
	return nil
}

func (m *uasMachine) refuse(in inRefuse) []action {
	return append([]action{actRespond{code: in.code, phrase: in.phrase, later: in.later}},
		m.fail(Failed{At: in.at, Code: in.code, Reason: in.phrase})...)
}

func (m *uasMachine) fail(f Failed) []action {
	f.Trying, f.Rang = true, m.state == uasRinging
	m.state, m.dialog.state = uasTerminated, stateTerminated
	return []action{actEmit{f}, actStart{timerLinger}}
}

// unacked: a BYE of ours must wait for the ACK, or for the end of the
// transaction (RFC 3261 15). A CANCEL comes too late (9.2).
func (m *uasMachine) unacked(in input) []action {
	switch in := in.(type) {
	case inAcked:
		m.state = uasConfirmed
		if m.bye != nil {
			return m.dialog.step(*m.bye)
		}
		return nil
	case inBye:
		m.bye = &in
		return nil
	case inCancel, inGivenUp:
		return nil
	case inLost, inRemoteBye:
		m.state = uasConfirmed
	}
	return m.dialog.step(in)
}

// abort is the end by force when the user agent stops.
func (m *uasMachine) abort(at time.Time) []action {
	if !m.pending() {
		return m.dialog.abort(at)
	}
	return append([]action{actRespond{code: 503, phrase: "Service Unavailable"}},
		append(m.fail(Failed{At: at, Err: ErrStopped}), actFinish{})...)
}
