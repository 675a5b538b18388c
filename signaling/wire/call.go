package wire

import (
	"time"

	"github.com/google/uuid"
)

type (
	// CallSnapshot is the data of call.state: a call as the page renders it.
	// Times that have not come are null. The states are those of internal/call.
	CallSnapshot struct {
		ID                 uuid.UUID     `json:"id"`
		TaskID             uuid.UUID     `json:"task_id"`
		CustomerID         uuid.UUID     `json:"customer_id"`
		CustomerName       string        `json:"customer_name"`
		MaskedNumber       string        `json:"masked_number"`
		ContactPointID     uuid.UUID     `json:"contact_point_id"`
		State              string        `json:"state"`
		Since              time.Time     `json:"since"`
		StartedAt          time.Time     `json:"started_at"`
		Direction          string        `json:"direction"` // outbound or inbound
		QueuedAt           *time.Time    `json:"queued_at"` // inbound: since when the customer waited for an agent
		Trunk              string        `json:"trunk"`
		Attempt            int           `json:"attempt"`
		RingingAt          *time.Time    `json:"ringing_at"`
		RingingSignal      string        `json:"ringing_signal"` // "180", "ringback_tone" or empty
		MinRingMs          int64         `json:"min_ring_ms"`
		MaxRingMs          int64         `json:"max_ring_ms"`
		HangupAllowedAt    *time.Time    `json:"hangup_allowed_at"` // Rule T-03
		AnsweredAt         *time.Time    `json:"answered_at"`
		TalkAt             *time.Time    `json:"talk_at"`
		EndedAt            *time.Time    `json:"ended_at"`
		EndedBy            string        `json:"ended_by"`
		Outcome            string        `json:"outcome"`
		Reason             string        `json:"reason"`
		SIPCode            int           `json:"sip_code"`
		RingOK             bool          `json:"ring_ok"`
		Muted              bool          `json:"muted"`
		Held               bool          `json:"held"`
		Paused             bool          `json:"paused"` // Rule T-13
		PauseReason        string        `json:"pause_reason"`
		PauseEndsAt        *time.Time    `json:"pause_ends_at"`
		PausesLeft         int           `json:"pauses_left"`
		PauseLeftMs        int64         `json:"pause_left_ms"` // of this pause, or of one that begins now
		Complaints         int           `json:"complaints"`    // Rule C-20
		CustomerKeys       string        `json:"customer_keys"` // the last 32 that the customer pressed
		Monitor            string        `json:"monitor"`       // listen, whisper, barge: a supervisor takes part
		MonitorBy          string        `json:"monitor_by"`
		Transfer           CallTransfer  `json:"transfer"`
		Guest              bool          `json:"guest"` // this softphone is the colleague's who has joined
		EarlyMedia         bool          `json:"early_media"`
		Heard              string        `json:"heard"`          // what early media sounds like (Rule T-03), empty while not known
		NoticePlaying      bool          `json:"notice_playing"` // Rule T-12
		Cancelling         bool          `json:"cancelling"`
		Recording          CallRecording `json:"recording"`
		AgentConnected     bool          `json:"agent_connected"`
		WrapupDue          bool          `json:"wrapup_due"`           // Rule C-01
		ConfirmAgentHangup bool          `json:"confirm_agent_hangup"` // Rule T-09
	}
	// CallRecording names a call's recording and its state.
	CallRecording struct {
		ID      uuid.UUID `json:"id"`
		State   string    `json:"state"`
		Seconds float64   `json:"seconds,omitempty"`
	}
	// CallQuality is the data of call.quality, about once a second while the
	// call is up. OneWay says who is not heard: agent, customer or nobody.
	CallQuality struct {
		CallID   uuid.UUID  `json:"call_id"`
		Agent    LegQuality `json:"agent"`
		Customer LegQuality `json:"customer"`
		OneWay   string     `json:"one_way"`
		// OneWayCause is no_packets, silent (no sound in them) or empty.
		OneWayCause string `json:"one_way_cause"`
	}
	// LegQuality is one direction: Loss is a fraction 0..1, MOS an estimate
	// (ITU-T G.107), LastPacketMs -1 before the first packet.
	LegQuality struct {
		Loss         float64 `json:"loss"`
		Late         uint64  `json:"late"` // packets that came after the playout delay, counted in Loss
		JitterMs     float64 `json:"jitter_ms"`
		RTTMs        float64 `json:"rtt_ms"`
		MOS          float64 `json:"mos"`
		LastPacketMs int64   `json:"last_packet_ms"`
		Packets      uint64  `json:"packets"`
	}
)
