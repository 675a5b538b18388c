package sip

import "time"

// Event is what happens to a call. The set is closed; Failed and Ended are
// terminal and exactly one of them ends every Call.
type Event interface{ sipEvent() }

// Handler receives the events of one call, serially and in order, on a
// goroutine of that call. A slow handler delays later events, never SIP itself.
type Handler func(Event)

// End says who ended an answered call.
type End string

// The ends.
const (
	EndLocal  End = "local"  // our BYE
	EndRemote End = "remote" // the far side's BYE
	EndLost   End = "lost"   // the dialog is gone: session expired, refresh refused, ACK missing
)

// The events. At is the server's clock, with its monotonic reading.
type (
	// Trying is the first 100.
	Trying struct{ At time.Time }
	// Provisional is a 1xx other than 100. ToTag tells forks apart; SDP is the
	// early session description, nil when there is none. Media is what it says,
	// MediaErr (ErrNoAudio, ErrEncryption, ErrSDP) why it cannot be used.
	Provisional struct {
		At       time.Time
		Code     int
		ToTag    string
		SDP      []byte
		Media    MediaDescription
		MediaErr error
	}
	// Answered: a 2xx came and was ACKed. SDP is the answer of the winning
	// branch (of its 18x when the 2xx carries none), nil when neither has one.
	// AfterCancel says that Cancel had been called before; the owner bridges
	// the call or ends it by Bye. Media and MediaErr are as of Provisional.
	Answered struct {
		At          time.Time
		ToTag       string
		SDP         []byte
		Media       MediaDescription
		MediaErr    error
		AfterCancel bool
	}
	// Failed ends a call that was not answered. Code is 0 when there was no
	// final response; Cause is the Q.850 cause of a Reason header, or 0.
	Failed struct {
		At         time.Time
		Code       int
		Reason     string // the phrase of the status line
		Cause      int
		RetryAfter time.Duration
		// NoResponse: not even a 1xx came within FirstResponseTimeout.
		NoResponse bool
		Err        error
		// What was seen before: a 1xx, an 18x other than 180, a 180.
		Trying, Progress, Rang bool
	}
	// Ended ends a call that was answered.
	Ended struct {
		At    time.Time
		By    End
		Cause int // Q.850, or 0
		Code  int // of the answer to our BYE, 0 when there was none
	}
	// Offered: the far side changed the session (re-INVITE, UPDATE); Answer is
	// what we sent back. Media is the far side's description as it now holds.
	// Before the answer it is that of the branch ToTag.
	Offered struct {
		At     time.Time
		ToTag  string
		SDP    []byte
		Answer []byte
		Media  MediaDescription
	}
	// InfoDTMF is a keypress by INFO (application/dtmf-relay).
	InfoDTMF struct {
		At       time.Time
		Digit    string
		Duration time.Duration
	}
)

func (Trying) sipEvent()      {}
func (Provisional) sipEvent() {}
func (Answered) sipEvent()    {}
func (Failed) sipEvent()      {}
func (Ended) sipEvent()       {}
func (Offered) sipEvent()     {}
func (InfoDTMF) sipEvent()    {}
