package server

import (
	"context"
	"log/slog"
	"net/http"
	"time"

	"github.com/google/uuid"

	"huifang/internal/access"
	"huifang/internal/audit"
	"huifang/internal/call"
	"huifang/internal/switchboard"
	"huifang/signaling"
	"huifang/signaling/wire"
)

// desk is the switchboard as the softphone socket sees it.
type desk struct {
	board  *switchboard.Switchboard
	system func(context.Context) (wire.System, error)
	audit  audit.Log
	gone   func(context.Context, uuid.UUID)       // told when a page is away for good
	begun  func(context.Context, uuid.UUID) error // told when an agent is ready
	ice    iceServers
	relay  bool // pages use TURN only
	people people
	logger *slog.Logger
}

func (d *desk) MediaOffer(ctx context.Context, u signaling.User, offer string, restart bool) (string, error) {
	return d.board.MediaOffer(ctx, u.ID, offer, restart)
}

// QualityReport goes to the figures of the agent's call: it is the only view of
// what the agent hears.
func (d *desk) QualityReport(_ context.Context, u signaling.User, r wire.QualityReport) error {
	count := func(n int64) uint64 { return uint64(max(n, 0)) }
	d.board.ReportQuality(u.ID, switchboard.BrowserFigures{
		Received: count(r.Received), Lost: count(r.Lost), Concealed: count(r.Concealed), SilentConcealed: count(r.SilentConcealed), Samples: count(r.Samples),
		Jitter: time.Duration(max(r.JitterMs, 0) * float64(time.Millisecond)), RoundTrip: time.Duration(max(r.RTTMs, 0) * float64(time.Millisecond)),
	})
	return nil
}

// SetAgentState: whoever is ready is at work (Rule C-23).
func (d *desk) SetAgentState(ctx context.Context, u signaling.User, state, reason string) error {
	if switchboard.AgentState(state) == switchboard.AgentReady {
		if err := d.begun(ctx, u.ID); err != nil {
			d.logger.WarnContext(ctx, "shift not begun", "agent_id", u.ID, "error", err)
		}
	}
	return d.board.SetAgentState(u.ID, switchboard.AgentState(state), reason)
}

func (d *desk) Presence(ctx context.Context, u signaling.User) (signaling.Presence, error) {
	p := d.board.Presence(u.ID)
	out := signaling.Presence{Agent: p.Agent, Media: wire.Media{State: p.Media.State, ICEServers: d.ice.of(u.ID, d.board.Now()), RelayOnly: d.relay}}
	if p.Call != nil {
		out.Call = p.Call
	}
	if p.Offer != nil {
		out.Offer = p.Offer
	}
	system, err := d.system(ctx)
	if err != nil {
		return out, err
	}
	out.System = system
	return out, nil
}

func (d *desk) Dial(ctx context.Context, u signaling.User, in wire.CallDial) (any, error) {
	snapshot, err := d.board.Dial(ctx, switchboard.DialRequest{
		AgentID: u.ID, TaskID: in.TaskID, ContactPointID: in.ContactPointID, OverrideReason: in.OverrideReason,
	})
	if err != nil {
		return nil, err
	}
	return snapshot, nil
}

// Hangup notes an override in the audit log before it is carried out (Rule T-03).
func (d *desk) Hangup(ctx context.Context, u signaling.User, callID uuid.UUID, override string) error {
	if override != "" {
		err := d.audit.AppendEvent(ctx, audit.Event{
			At: d.board.Now(), ActorID: u.ID, Action: audit.ActionHangupOverridden, ObjectKind: "call", ObjectID: callID.String(), Rule: "T-03", Reason: override,
		})
		if err != nil {
			return err
		}
	}
	return d.board.Hangup(ctx, u.ID, callID, override)
}

func (d *desk) Mute(ctx context.Context, u signaling.User, callID uuid.UUID, muted bool) error {
	return d.board.Mute(ctx, u.ID, callID, muted)
}

func (d *desk) Hold(ctx context.Context, u signaling.User, callID uuid.UUID) error {
	return d.board.Hold(ctx, u.ID, callID)
}

func (d *desk) Resume(ctx context.Context, u signaling.User, callID uuid.UUID) error {
	return d.board.Resume(ctx, u.ID, callID)
}

func (d *desk) DTMF(ctx context.Context, u signaling.User, callID uuid.UUID, digits string) error {
	return d.board.DTMF(ctx, u.ID, callID, digits)
}

func (d *desk) Pause(ctx context.Context, u signaling.User, callID uuid.UUID, reason, note string) error {
	return d.board.Pause(ctx, u.ID, callID, call.PauseReason(reason), note)
}

func (d *desk) Unpause(ctx context.Context, u signaling.User, callID uuid.UUID) error {
	return d.board.Unpause(ctx, u.ID, callID)
}

func (d *desk) Complaint(ctx context.Context, u signaling.User, callID uuid.UUID, note string) error {
	return d.board.Complaint(ctx, u.ID, callID, note)
}

func (d *desk) Connected(signaling.User) {}

// Lost must not block: the media connection is closed behind it, and what the
// agent had taken from the queue goes back.
func (d *desk) Lost(u signaling.User) {
	go func() {
		d.board.Gone(u.ID)
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		d.gone(ctx, u.ID)
	}()
}

// softphone hands a signed-in user's request to the hub.
type softphone struct{ hub *signaling.Hub }

func (s softphone) ServeSoftphone(w http.ResponseWriter, r *http.Request, who access.Principal) {
	s.hub.Serve(w, r, signaling.User{
		ID: who.User.ID, SessionID: who.SessionID, Name: who.User.Name, Supervisor: who.Has(access.RoleSupervisor),
	})
}

// RefuseSoftphone says "sign in again".
func (s softphone) RefuseSoftphone(w http.ResponseWriter, r *http.Request) { s.hub.Refuse(w, r) }
