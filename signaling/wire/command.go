package wire

import "github.com/google/uuid"

// CommandType names a command of the page.
type CommandType string

// The commands, a closed set.
const (
	TypeMediaOffer      CommandType = "media.offer"
	TypeAgentSet        CommandType = "agent.set"
	TypeCallDial        CommandType = "call.dial"
	TypeCallHangup      CommandType = "call.hangup"
	TypeCallMute        CommandType = "call.mute"
	TypeCallHold        CommandType = "call.hold"
	TypeCallResume      CommandType = "call.resume"
	TypeCallDTMF        CommandType = "call.dtmf"
	TypeCallPause       CommandType = "call.pause"
	TypeCallUnpause     CommandType = "call.unpause"
	TypeCallComplaint   CommandType = "call.complaint"
	TypeMonitorStart    CommandType = "monitor.start"
	TypeMonitorMode     CommandType = "monitor.mode"
	TypeMonitorStop     CommandType = "monitor.stop"
	TypeMonitorTakeOver CommandType = "monitor.take_over"
	TypeQualityReport   CommandType = "quality.report"
	TypePing            CommandType = "ping"
)

// CommandTypes lists the closed set.
func CommandTypes() []CommandType {
	return []CommandType{
		TypeMediaOffer, TypeAgentSet, TypeCallDial, TypeCallHangup, TypeCallMute,
		TypeCallHold, TypeCallResume, TypeCallDTMF,
		TypeCallPause, TypeCallUnpause, TypeCallComplaint,
		TypeMonitorStart, TypeMonitorMode, TypeMonitorStop, TypeMonitorTakeOver, TypeQualityReport, TypePing,
		TypeOfferAccept, TypeOfferDecline, TypeTransferStart, TypeTransferComplete, TypeTransferThreeWay, TypeTransferEnd,
	}
}

// CommandData is the data of a command: one of the types of this file.
type CommandData interface{ Type() CommandType }

// Command is one frame of the page. ID is chosen by the page and comes back in
// the [Reply]; it is 1 to 64 bytes long.
type Command struct {
	ID   string
	Data CommandData
}

type (
	// MediaOffer carries an SDP offer with all candidates in it. Restart asks
	// for an ICE restart of the connection that exists.
	MediaOffer struct {
		SDP     string `json:"sdp"`
		Restart bool   `json:"restart,omitempty"`
	}
	// AgentSet is the agent's wish: ready, break or offline.
	AgentSet struct {
		State  string `json:"state"`
		Reason string `json:"reason,omitempty"`
	}
	// CallDial asks to call the customer of a task. RequestID makes a repeated
	// command harmless. OverrideReason is for supervisors (Rules T-04, T-05).
	CallDial struct {
		TaskID         uuid.UUID `json:"task_id"`
		ContactPointID uuid.UUID `json:"contact_point_id"`
		OverrideReason string    `json:"override_reason,omitempty"`
		RequestID      string    `json:"request_id"`
	}
	// CallHangup ends the call; before the minimum ring it is refused (Rule
	// T-03) but for a supervisor with a reason.
	CallHangup struct {
		CallID         uuid.UUID `json:"call_id"`
		OverrideReason string    `json:"override_reason,omitempty"`
	}
	// CallMute replaces the agent's voice by silence, or ends that.
	CallMute struct {
		CallID uuid.UUID `json:"call_id"`
		Muted  bool      `json:"muted"`
	}
	// CallHold lets the customer hear the hold tone.
	CallHold struct {
		CallID uuid.UUID `json:"call_id"`
	}
	// CallResume ends a hold.
	CallResume struct {
		CallID uuid.UUID `json:"call_id"`
	}
	// CallDTMF sends digits to the customer (RFC 4733).
	CallDTMF struct {
		CallID uuid.UUID `json:"call_id"`
		Digits string    `json:"digits"`
	}
	// CallPause keeps both sides out of the recording for a while (Rule T-13).
	// Reason is card_number, password or other; other needs a note.
	CallPause struct {
		CallID uuid.UUID `json:"call_id"`
		Reason string    `json:"reason"`
		Note   string    `json:"note,omitempty"`
	}
	// CallUnpause ends a secure pause.
	CallUnpause struct {
		CallID uuid.UUID `json:"call_id"`
	}
	// CallComplaint marks the moment of a complaint (Rule C-20).
	CallComplaint struct {
		CallID uuid.UUID `json:"call_id"`
		Note   string    `json:"note,omitempty"`
	}
	// MonitorStart lets a supervisor take part in an agent's call: Mode is
	// listen, whisper or barge; the reason is logged.
	MonitorStart struct {
		CallID uuid.UUID `json:"call_id"`
		Mode   string    `json:"mode"`
		Reason string    `json:"reason"`
	}
	// MonitorMode changes how a supervisor takes part.
	MonitorMode struct {
		CallID uuid.UUID `json:"call_id"`
		Mode   string    `json:"mode"`
	}
	// MonitorStop ends a supervisor's part.
	MonitorStop struct {
		CallID uuid.UUID `json:"call_id"`
	}
	// MonitorTakeOver makes the supervisor the agent of the call.
	MonitorTakeOver struct {
		CallID uuid.UUID `json:"call_id"`
		Reason string    `json:"reason"`
	}
	// QualityReport is what the page measures of its own connection.
	QualityReport struct {
		RTTMs     float64 `json:"rtt_ms"`
		JitterMs  float64 `json:"jitter_ms"`
		Lost      int64   `json:"lost"`      // packets, since the connection was made
		Concealed int64   `json:"concealed"` // samples, since the connection was made
		// SilentConcealed of them were silence, as nothing was sent for a while;
		// Samples is how many were played in all.
		SilentConcealed int64   `json:"silent_concealed,omitempty"`
		Samples         int64   `json:"samples,omitempty"`
		Received        int64   `json:"received,omitempty"`
		Level           float64 `json:"level,omitempty"` // of the microphone, 0..1
	}
	// Ping asks for an empty reply.
	Ping struct{}
)

// Type names the command.
func (MediaOffer) Type() CommandType      { return TypeMediaOffer }
func (AgentSet) Type() CommandType        { return TypeAgentSet }
func (CallDial) Type() CommandType        { return TypeCallDial }
func (CallHangup) Type() CommandType      { return TypeCallHangup }
func (CallMute) Type() CommandType        { return TypeCallMute }
func (CallHold) Type() CommandType        { return TypeCallHold }
func (CallResume) Type() CommandType      { return TypeCallResume }
func (CallDTMF) Type() CommandType        { return TypeCallDTMF }
func (CallPause) Type() CommandType       { return TypeCallPause }
func (CallUnpause) Type() CommandType     { return TypeCallUnpause }
func (CallComplaint) Type() CommandType   { return TypeCallComplaint }
func (MonitorStart) Type() CommandType    { return TypeMonitorStart }
func (MonitorMode) Type() CommandType     { return TypeMonitorMode }
func (MonitorStop) Type() CommandType     { return TypeMonitorStop }
func (MonitorTakeOver) Type() CommandType { return TypeMonitorTakeOver }
func (QualityReport) Type() CommandType   { return TypeQualityReport }
func (Ping) Type() CommandType            { return TypePing }
