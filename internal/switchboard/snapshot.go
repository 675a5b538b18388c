package switchboard

import (
	"time"

	"github.com/google/uuid"

	"huifang/internal/call"
)

// Snapshot is a call as the page sees it; the page renders it and decides
// nothing. Zero times are left out.
type Snapshot struct {
	ID                 uuid.UUID    `json:"id"`
	TaskID             uuid.UUID    `json:"task_id"`
	CustomerID         uuid.UUID    `json:"customer_id"`
	CustomerName       string       `json:"customer_name"`
	MaskedNumber       string       `json:"masked_number"`
	ContactPointID     uuid.UUID    `json:"contact_point_id"`
	State              string       `json:"state"`
	Since              time.Time    `json:"since"`
	StartedAt          time.Time    `json:"started_at"`
	Direction          string       `json:"direction"` // outbound, inbound
	QueuedAt           *time.Time   `json:"queued_at"` // inbound
	Trunk              string       `json:"trunk"`
	Attempt            int          `json:"attempt"`
	RingingAt          *time.Time   `json:"ringing_at"`
	RingingSignal      string       `json:"ringing_signal"`
	MinRingMs          int64        `json:"min_ring_ms"`
	MaxRingMs          int64        `json:"max_ring_ms"`
	HangupAllowedAt    *time.Time   `json:"hangup_allowed_at"`
	AnsweredAt         *time.Time   `json:"answered_at"`
	TalkAt             *time.Time   `json:"talk_at"`
	EndedAt            *time.Time   `json:"ended_at"`
	EndedBy            string       `json:"ended_by"`
	Outcome            string       `json:"outcome"`
	Reason             string       `json:"reason"`
	SIPCode            int          `json:"sip_code"`
	RingOK             bool         `json:"ring_ok"`
	Muted              bool         `json:"muted"`
	Held               bool         `json:"held"`
	Paused             bool         `json:"paused"`
	PauseReason        string       `json:"pause_reason"`
	PauseEndsAt        *time.Time   `json:"pause_ends_at"`
	PausesLeft         int          `json:"pauses_left"`
	PauseLeftMs        int64        `json:"pause_left_ms"`
	Complaints         int          `json:"complaints"`
	CustomerKeys       string       `json:"customer_keys"`
	Monitor            string       `json:"monitor"`
	MonitorBy          string       `json:"monitor_by"`
	Transfer           TransferRef  `json:"transfer"`
	Guest              bool         `json:"guest"` // of the colleague who has joined the call
	EarlyMedia         bool         `json:"early_media"`
	Heard              string       `json:"heard"` // the last sound of early media
	NoticePlaying      bool         `json:"notice_playing"`
	Cancelling         bool         `json:"cancelling"`
	Recording          RecordingRef `json:"recording"`
	AgentConnected     bool         `json:"agent_connected"`
	WrapupDue          bool         `json:"wrapup_due"`
	ConfirmAgentHangup bool         `json:"confirm_agent_hangup"`
}

// RecordingRef names a call's recording and its true state.
type RecordingRef struct {
	ID    uuid.UUID `json:"id"`
	State string    `json:"state"`
}

// TransferRef is a colleague who is asked to take the call or has joined it.
type TransferRef struct {
	Phase string `json:"phase"` // "", offered, consulting, three_way
	Kind  string `json:"kind"`  // "", blind, consult
	With  string `json:"with"`  // name
	// Result is how the last one came to its end, empty while there was none.
	Result string `json:"result"`
}

func stamp(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	t = t.UTC()
	return &t
}

// lastHeard is what the customer's side sends before the answer, as far as it
// has been told apart.
func lastHeard(c call.Call) string {
	if n := len(c.Evidence.Heard); n > 0 && c.Evidence.AnsweredAt.IsZero() {
		return string(c.Evidence.Heard[n-1].Sound)
	}
	return ""
}

// snapshot renders the actor's call. Only the actor's goroutine calls it.
func (a *actor) snapshot() *Snapshot {
	c := a.call
	s := &Snapshot{
		ID: a.id, TaskID: a.permit.TaskID, CustomerID: a.permit.CustomerID,
		CustomerName: a.permit.CustomerName, MaskedNumber: a.permit.MaskedNumber, ContactPointID: a.permit.ContactPointID,
		State: c.State.String(), Since: a.since.UTC(), StartedAt: a.startedAt.UTC(), Trunk: a.trunk.Name, Attempt: c.Attempt,
		RingingAt: stamp(c.Evidence.RingingAt), RingingSignal: c.Evidence.RingingSignal,
		MinRingMs: c.Settings.MinRing.Milliseconds(), MaxRingMs: c.Settings.MaxRing.Milliseconds(),
		HangupAllowedAt: stamp(c.HangupAllowedAt()), AnsweredAt: stamp(c.Evidence.AnsweredAt), TalkAt: stamp(c.TalkAt),
		EndedAt: stamp(c.EndedAt), EndedBy: string(c.EndedBy), Outcome: string(c.Outcome), Reason: c.Reason,
		SIPCode: c.Evidence.SIPCode, RingOK: c.RingOK(),
		Muted: a.muted, Held: c.State == call.StateHeld,
		Paused: c.Pause.On(), PauseReason: string(c.Pause.Reason), PauseEndsAt: stamp(c.PauseEndsAt()),
		PausesLeft: max(c.Settings.Pauses.Number-c.Pause.Number, 0), PauseLeftMs: c.PauseLeft().Milliseconds(), Complaints: a.complaints, CustomerKeys: a.customerKeys,
		EarlyMedia: c.EarlyMedia, Heard: lastHeard(c), NoticePlaying: c.NoticeOn,
		Cancelling:     c.Cancel != call.NotCancelled && c.State.Live(),
		Recording:      RecordingRef{ID: a.recordingID, State: a.recordingState},
		AgentConnected: !c.AgentAway,
		WrapupDue:      c.State == call.StateWrapup, ConfirmAgentHangup: a.permit.ConfirmAgentHangup,
	}
	s.Direction, s.QueuedAt = a.direction(), stamp(c.QueuedAt)
	s.Transfer = TransferRef{Phase: string(c.Transfer), Result: a.transferResult}
	if t := a.transfer; t != nil {
		s.Transfer.Kind, s.Transfer.With = t.kind(), t.hisName
	}
	if m := a.monitor; m != nil && (m.hearing.spoken() || c.Settings.ShowMonitoring) {
		s.Monitor, s.MonitorBy = string(m.hearing), m.name
	}
	return s
}
