package call

import "time"

// Effect is something the actor must carry out, in the order given.
type Effect interface{ effectName() string }

// Timer names a timer of a call; each runs at most once at a time.
type Timer uint8

// The timers.
const (
	TimerUnknown Timer = iota
	TimerNoRing        // nothing rings (NoRingLimit)
	TimerRing          // maximum ring (Rule T-03)
	TimerCancel        // no final response after CANCEL (CancelLimit)
	TimerAgent         // the agent does not come back (AgentLostLimit)
	TimerPause         // a secure pause has lasted as long as it may (Rule T-13)
	TimerOffer         // a colleague does not answer (OfferLimit)
	TimerQueue         // an inbound call has waited as long as it may
)

func (t Timer) String() string {
	return [...]string{"unknown", "no_ring", "ring", "cancel", "agent", "pause", "offer", "queue"}[t]
}

// Route says who hears what.
type Route uint8

// The routes.
const (
	RouteNone     Route = iota
	RouteRingback       // the agent hears a local ring tone
	RouteEarly          // the agent hears the customer's side, which hears nothing
	RouteNotice         // the customer hears the recording notice
	RouteTalk           // both hear each other
	RouteHold           // the customer hears the hold tone, by the agent's wish
	RouteWait           // the customer hears the hold tone, as the agent is lost
	RouteConsult        // the customer hears the hold tone, agent and colleague each other
	RouteThreeWay       // agent, customer and colleague hear each other
	RouteQueue          // the customer hears music while nobody is there yet
	RouteFarewell       // the customer hears that we call back
)

// The effects.
type (
	// OpenAttempt makes the current attempt durable (Rules T-01, T-06).
	OpenAttempt struct{ Ordinal int }
	// SendInvite dials the current attempt. It is always after its OpenAttempt.
	SendInvite struct{ Ordinal int }
	// SendCancel cancels the INVITE, with a reason for the log.
	SendCancel struct{ Reason string }
	// SendBye ends the dialog.
	SendBye struct{ Reason string }
	// SetRoute changes who hears what.
	SetRoute struct{ Route Route }
	// StartTimer starts or restarts a timer.
	StartTimer struct {
		Timer Timer
		After time.Duration
	}
	// StopTimer stops a timer; one that does not run is ignored.
	StopTimer struct{ Timer Timer }
	// MarkRecording notes an event on the recording's timeline.
	MarkRecording struct {
		Name string
		At   time.Time
	}
	// PauseRecording keeps both sides out of the recording until
	// UnpauseRecording (Rule T-13); they go on hearing each other.
	PauseRecording struct {
		At     time.Time
		Reason PauseReason
		Note   string
	}
	// UnpauseRecording ends a secure pause; How is one of PauseEndedBy*.
	UnpauseRecording struct {
		At  time.Time
		How string
	}
	// CloseAttempt writes the evidence and the verdict of the attempt.
	CloseAttempt struct {
		Evidence Evidence
		Outcome  Outcome
		Reason   string
		EndedBy  Party
		RingOK   bool
		Last     bool // no fail-over follows
	}
	// AnswerInvite takes an inbound call.
	AnswerInvite struct{}
	// LeaveQueue ends the search for an agent.
	LeaveQueue struct{}
	// EndCall stores that the call is over and seals the recording.
	EndCall struct{}
)

func (AnswerInvite) effectName() string     { return "answer_invite" }
func (LeaveQueue) effectName() string       { return "leave_queue" }
func (PauseRecording) effectName() string   { return "pause_recording" }
func (UnpauseRecording) effectName() string { return "unpause_recording" }
func (OpenAttempt) effectName() string      { return "open_attempt" }
func (SendInvite) effectName() string       { return "send_invite" }
func (SendCancel) effectName() string       { return "send_cancel" }
func (SendBye) effectName() string          { return "send_bye" }
func (SetRoute) effectName() string         { return "set_route" }
func (StartTimer) effectName() string       { return "start_timer" }
func (StopTimer) effectName() string        { return "stop_timer" }
func (MarkRecording) effectName() string    { return "mark_recording" }
func (CloseAttempt) effectName() string     { return "close_attempt" }
func (EndCall) effectName() string          { return "end_call" }
