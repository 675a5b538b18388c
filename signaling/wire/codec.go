package wire

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/google/uuid"
)

// Limits of a command.
const (
	MaxID     = 64       // bytes of a command's id or request id
	MaxSDP    = 64 << 10 // bytes of an offer
	MaxText   = 500      // bytes of a reason
	MaxDigits = 32
)

// DecodeError says what was wrong with a frame. ID is the command's id when it
// could be read, so that a reply can name it.
type DecodeError struct {
	ID     string
	Reason string // malformed, unknown_type, unknown_field or invalid_value
	Detail string
}

func (e *DecodeError) Error() string { return e.Reason + ": " + e.Detail }

type rawCommand struct {
	ID   string          `json:"id"`
	Type CommandType     `json:"type"`
	Data json.RawMessage `json:"data"`
}

// DecodeCommand reads a frame of the page, strictly. Errors are *DecodeError.
func DecodeCommand(frame []byte) (Command, error) {
	var raw rawCommand
	if err := strict(frame, &raw); err != nil {
		return Command{}, decodeError("", err)
	}
	if raw.ID == "" || len(raw.ID) > MaxID {
		return Command{}, &DecodeError{Reason: "invalid_value", Detail: fmt.Sprintf("id must have 1 to %d bytes", MaxID)}
	}
	data := newCommand(raw.Type)
	if data == nil {
		return Command{}, &DecodeError{ID: raw.ID, Reason: "unknown_type", Detail: fmt.Sprintf("there is no command %q", clip(string(raw.Type)))}
	}
	if len(raw.Data) == 0 || string(raw.Data) == "null" {
		raw.Data = json.RawMessage("{}")
	}
	if err := strict(raw.Data, data); err != nil {
		return Command{}, decodeError(raw.ID, err)
	}
	if err := check(data); err != nil {
		return Command{}, &DecodeError{ID: raw.ID, Reason: "invalid_value", Detail: err.Error()}
	}
	return Command{ID: raw.ID, Data: data}, nil
}

// EncodeCommand writes a frame of the page.
func EncodeCommand(c Command) ([]byte, error) {
	data, err := json.Marshal(c.Data)
	if err != nil {
		return nil, fmt.Errorf("encode command %s: %w", c.Data.Type(), err)
	}
	return json.Marshal(rawCommand{ID: c.ID, Type: c.Data.Type(), Data: data})
}

// newCommand makes an empty command of a type, nil for an unknown one.
func newCommand(t CommandType) CommandData {
	switch t {
	case TypeMediaOffer:
		return &MediaOffer{}
	case TypeAgentSet:
		return &AgentSet{}
	case TypeCallDial:
		return &CallDial{}
	case TypeCallHangup:
		return &CallHangup{}
	case TypeCallMute:
		return &CallMute{}
	case TypeCallHold:
		return &CallHold{}
	case TypeCallResume:
		return &CallResume{}
	case TypeCallDTMF:
		return &CallDTMF{}
	case TypeCallPause:
		return &CallPause{}
	case TypeCallUnpause:
		return &CallUnpause{}
	case TypeCallComplaint:
		return &CallComplaint{}
	case TypeMonitorStart:
		return &MonitorStart{}
	case TypeMonitorMode:
		return &MonitorMode{}
	case TypeMonitorStop:
		return &MonitorStop{}
	case TypeMonitorTakeOver:
		return &MonitorTakeOver{}
	case TypeOfferAccept:
		return &OfferAccept{}
	case TypeOfferDecline:
		return &OfferDecline{}
	case TypeTransferStart:
		return &TransferStart{}
	case TypeTransferComplete:
		return &TransferComplete{}
	case TypeTransferThreeWay:
		return &TransferThreeWay{}
	case TypeTransferEnd:
		return &TransferEnd{}
	case TypeQualityReport:
		return &QualityReport{}
	case TypePing:
		return &Ping{}
	default:
		return nil
	}
}

// check looks at what JSON cannot: ids that are there, words of closed sets, lengths.
func check(data CommandData) error {
	switch c := data.(type) {
	case *MediaOffer:
		return within("sdp", c.SDP, 1, MaxSDP)
	case *AgentSet:
		if c.State != "ready" && c.State != "break" && c.State != "offline" {
			return fmt.Errorf("state must be ready, break or offline, not %q", clip(c.State))
		}
		return within("reason", c.Reason, 0, MaxText)
	case *CallDial:
		return errors.Join(given("task_id", c.TaskID), given("contact_point_id", c.ContactPointID),
			within("request_id", c.RequestID, 1, MaxID), within("override_reason", c.OverrideReason, 0, MaxText))
	case *CallHangup:
		return errors.Join(given("call_id", c.CallID), within("override_reason", c.OverrideReason, 0, MaxText))
	case *CallMute:
		return given("call_id", c.CallID)
	case *CallHold:
		return given("call_id", c.CallID)
	case *CallResume:
		return given("call_id", c.CallID)
	case *CallDTMF:
		if strings.Trim(c.Digits, "0123456789*#ABCD") != "" {
			return errors.New("digits must be of 0-9, *, #, A-D")
		}
		return errors.Join(given("call_id", c.CallID), within("digits", c.Digits, 1, MaxDigits))
	case *CallPause:
		return errors.Join(given("call_id", c.CallID), within("reason", c.Reason, 1, MaxID), within("note", c.Note, 0, MaxText))
	case *CallUnpause:
		return given("call_id", c.CallID)
	case *MonitorStart:
		return errors.Join(given("call_id", c.CallID), mode(c.Mode), within("reason", c.Reason, 1, MaxText))
	case *MonitorMode:
		return errors.Join(given("call_id", c.CallID), mode(c.Mode))
	case *MonitorStop:
		return given("call_id", c.CallID)
	case *MonitorTakeOver:
		return errors.Join(given("call_id", c.CallID), within("reason", c.Reason, 1, MaxText))
	case *OfferAccept:
		return given("offer_id", c.OfferID)
	case *OfferDecline:
		return errors.Join(given("offer_id", c.OfferID), within("reason", c.Reason, 0, MaxText))
	case *TransferStart:
		return errors.Join(given("call_id", c.CallID), given("colleague_id", c.ColleagueID), within("note", c.Note, 0, MaxText))
	case *TransferComplete:
		return given("call_id", c.CallID)
	case *TransferThreeWay:
		return given("call_id", c.CallID)
	case *TransferEnd:
		return given("call_id", c.CallID)
	case *CallComplaint:
		return errors.Join(given("call_id", c.CallID), within("note", c.Note, 0, MaxText))
	}
	return nil
}

func mode(m string) error {
	if m != "listen" && m != "whisper" && m != "barge" {
		return fmt.Errorf("mode must be listen, whisper or barge, not %q", clip(m))
	}
	return nil
}

func given(name string, id uuid.UUID) error {
	if id == uuid.Nil {
		return errors.New(name + " is needed")
	}
	return nil
}

func within(name, text string, least, most int) error {
	if len(text) < least || len(text) > most {
		return fmt.Errorf("%s must have %d to %d bytes, not %d", name, least, most, len(text))
	}
	return nil
}

// EncodeEvent writes a frame of the server.
func EncodeEvent(seq uint64, t EventType, data any) ([]byte, error) {
	raw, err := json.Marshal(data)
	if err != nil {
		return nil, fmt.Errorf("encode event %s: %w", t, err)
	}
	return json.Marshal(Event{Seq: seq, Type: t, Data: raw})
}

// DecodeEvent reads a frame of the server; its data are left to [Event.Decode].
func DecodeEvent(frame []byte) (Event, error) {
	var e Event
	if err := strict(frame, &e); err != nil {
		return Event{}, decodeError("", err)
	}
	return e, nil
}

// Decode reads the event's data, strictly, as a pointer to the event's type.
func (e Event) Decode() (any, error) {
	var data any
	switch e.Type {
	case TypeHello:
		data = &Hello{}
	case TypeReply:
		data = &Reply{}
	case TypeAgentState:
		data = &AgentState{}
	case TypeMediaState:
		data = &MediaState{}
	case TypeCallState:
		data = &CallSnapshot{}
	case TypeCallQuality:
		data = &CallQuality{}
	case TypeRecordingState:
		data = &RecordingState{}
	case TypeTaskChanged:
		data = &TaskChanged{}
	case TypeSystemChanged:
		data = &System{}
	case TypeNotice:
		data = &Notice{}
	case TypeCallOffered:
		data = &CallOffer{}
	case TypeCallOfferEnded:
		data = &CallOfferEnded{}
	default:
		return nil, &DecodeError{Reason: "unknown_type", Detail: fmt.Sprintf("there is no event %q", clip(string(e.Type)))}
	}
	if err := strict(e.Data, data); err != nil {
		return nil, fmt.Errorf("event %s: %w", e.Type, decodeError("", err))
	}
	return data, nil
}

// strict decodes one JSON value without unknown fields or trailing text.
func strict(text []byte, into any) error {
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		return err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return errors.New("text after the JSON value")
	}
	return nil
}

func decodeError(id string, err error) *DecodeError {
	reason := "malformed"
	var kind *json.UnmarshalTypeError
	switch {
	case strings.Contains(err.Error(), "unknown field"):
		reason = "unknown_field"
	case errors.As(err, &kind), strings.Contains(err.Error(), "UUID"):
		reason = "invalid_value"
	}
	return &DecodeError{ID: id, Reason: reason, Detail: strings.TrimPrefix(err.Error(), "json: ")}
}

// clip shortens what a stranger sent before it goes into a message.
func clip(s string) string {
	if len(s) > 40 {
		return strings.ToValidUTF8(s[:40], "") + "…"
	}
	return s
}
