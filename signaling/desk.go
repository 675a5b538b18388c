package signaling

import (
	"context"

	"github.com/google/uuid"

	"huifang/signaling/wire"
)

// User is who is signed in on a softphone.
type User struct {
	ID        uuid.UUID
	SessionID uuid.UUID // the signed-in session whose cookie opened the socket
	Name      string
	// Supervisor users may override Rules T-03, T-04 and T-05 with a reason;
	// of anybody else the override is refused before it reaches the [Desk].
	Supervisor bool
}

// Presence is what a page that connects must know of its line (wire.Hello).
// Agent is sent as an agent.state, Call as a call.state (nil: no call) and
// System as a system.changed event would send it.
type Presence struct {
	Agent  any
	Media  wire.Media
	Call   any
	Offer  any // sent as a call.offered, nil: no call rings
	System any
}

// Desk is the line of an agent behind the softphone: what the switchboard does
// for a page. Commands of one user come one after another; those of different
// users come concurrently. An error becomes a problem by [Config].Problem.
type Desk interface {
	MediaDesk
	AgentDesk
	CallDesk
	TransferDesk
	MonitorDesk
	Watcher
}

// MediaDesk answers offers of the page's media connection.
type MediaDesk interface {
	// MediaOffer answers an SDP offer. With restart the existing connection
	// is renegotiated in place (ICE restart), else a new one replaces it.
	MediaOffer(ctx context.Context, u User, offer string, restart bool) (answer string, err error)
	// QualityReport takes what the page measures of its own connection.
	QualityReport(ctx context.Context, u User, r wire.QualityReport) error
}

// AgentDesk carries the state of the agent.
type AgentDesk interface {
	// SetAgentState is the agent's wish: ready, break or offline.
	SetAgentState(ctx context.Context, u User, state, reason string) error
	// Presence is the line as it stands.
	Presence(ctx context.Context, u User) (Presence, error)
}

// CallDesk places and steers the agent's call.
type CallDesk interface {
	// Dial calls the customer of a task when the gate permits it. The result
	// is sent as a CallSnapshot. The same RequestID never dials twice: the hub
	// answers a repeated one from memory, so Desk sees each once.
	Dial(ctx context.Context, u User, d wire.CallDial) (snapshot any, err error)
	// Hangup ends the call. overrideReason is empty but for supervisors (Rule T-03).
	Hangup(ctx context.Context, u User, callID uuid.UUID, overrideReason string) error
	Mute(ctx context.Context, u User, callID uuid.UUID, muted bool) error
	Hold(ctx context.Context, u User, callID uuid.UUID) error
	Resume(ctx context.Context, u User, callID uuid.UUID) error
	DTMF(ctx context.Context, u User, callID uuid.UUID, digits string) error
	// Pause keeps both sides out of the recording until Unpause (Rule T-13).
	Pause(ctx context.Context, u User, callID uuid.UUID, reason, note string) error
	Unpause(ctx context.Context, u User, callID uuid.UUID) error
	// Complaint marks the moment of a complaint (Rule C-20).
	Complaint(ctx context.Context, u User, callID uuid.UUID, note string) error
}

// TransferDesk gives calls to colleagues, and lets them ring at softphones.
type TransferDesk interface {
	// AnswerOffer accepts or declines a call that rings here.
	AnswerOffer(ctx context.Context, u User, offerID uuid.UUID, accept bool, reason string) error
	// Transfer lets the user's call ring at a colleague's softphone.
	Transfer(ctx context.Context, u User, d wire.TransferStart) error
	CompleteTransfer(ctx context.Context, u User, callID uuid.UUID) error
	ThreeWay(ctx context.Context, u User, callID uuid.UUID) error
	// EndTransfer takes the offer back, sends the colleague away, or is the
	// colleague's wish to leave.
	EndTransfer(ctx context.Context, u User, callID uuid.UUID) error
}

// MonitorDesk lets supervisors take part in the calls of agents. Users who are
// none are refused before it is asked.
type MonitorDesk interface {
	// Monitor begins to take part, or changes how; reason is empty for a change.
	Monitor(ctx context.Context, u User, callID uuid.UUID, mode, reason string) error
	StopMonitor(ctx context.Context, u User, callID uuid.UUID) error
	// TakeOver makes the user the agent of the call.
	TakeOver(ctx context.Context, u User, callID uuid.UUID, reason string) error
}

// Watcher hears of sockets that come and go. It must not block.
type Watcher interface {
	// Connected says that a page is connected, the first or again.
	Connected(u User)
	// Lost says that no page has been connected for [Config].LostAfter. It
	// comes once per loss, and never while a socket is live.
	Lost(u User)
}
