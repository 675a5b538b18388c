package wire

import (
	"encoding/json"
	"time"

	"github.com/google/uuid"
)

// EventType names an event of the server.
type EventType string

// The events, a closed set. Hello comes first on every connection and reply
// answers a command; both are outside the ring that a resume replays.
const (
	TypeHello          EventType = "hello"
	TypeReply          EventType = "reply"
	TypeAgentState     EventType = "agent.state"
	TypeMediaState     EventType = "media.state"
	TypeCallState      EventType = "call.state"
	TypeCallQuality    EventType = "call.quality"
	TypeRecordingState EventType = "recording.state"
	TypeTaskChanged    EventType = "task.changed"
	TypeSystemChanged  EventType = "system.changed"
	TypeNotice         EventType = "notice"
)

// EventTypes lists the closed set.
func EventTypes() []EventType {
	return []EventType{
		TypeHello, TypeReply, TypeAgentState, TypeMediaState, TypeCallState,
		TypeCallQuality, TypeRecordingState, TypeTaskChanged, TypeSystemChanged, TypeNotice,
		TypeCallOffered, TypeCallOfferEnded,
	}
}

// Event is one frame of the server. Seq grows by one with every published
// event of the session; hello and reply carry the number of the last one.
type Event struct {
	Seq  uint64          `json:"seq"`
	Type EventType       `json:"type"`
	Data json.RawMessage `json:"data"`
}

type (
	// Hello is the first frame. With Reset the page forgets what it knew and
	// reads everything again; without it the missed events follow.
	Hello struct {
		Epoch     string        `json:"epoch"`
		Seq       uint64        `json:"seq"`
		Reset     bool          `json:"reset"`
		SessionID uuid.UUID     `json:"session_id"`
		Agent     AgentState    `json:"agent"`
		Media     Media         `json:"media"`
		Call      *CallSnapshot `json:"call"`
		Offer     *CallOffer    `json:"offer"` // a call that rings here
		System    System        `json:"system"`
	}
	// Reply answers the command with the same id. Exactly one of Result and
	// Error says more; an empty result is {}.
	Reply struct {
		ID     string          `json:"id"`
		OK     bool            `json:"ok"`
		Result json.RawMessage `json:"result,omitempty"`
		Error  *Problem        `json:"error,omitempty"`
	}
	// AgentState is what the agent's line is doing: offline, ready, break,
	// calling or wrapup.
	AgentState struct {
		State  string    `json:"state"`
		Since  time.Time `json:"since"`
		Reason string    `json:"reason"`
	}
	// MediaState is the state of the page's media connection: none,
	// connecting, connected, disconnected or failed.
	MediaState struct {
		State string `json:"state"`
	}
	// Media is the media connection in a [Hello].
	Media struct {
		State      string      `json:"state"`
		ICEServers []ICEServer `json:"ice_servers"`
		// RelayOnly asks for the policy "relay": TURN servers and nothing else.
		RelayOnly bool `json:"relay_only"`
	}
	// ICEServer is as in RTCConfiguration.iceServers.
	ICEServer struct {
		URLs       []string `json:"urls"`
		Username   string   `json:"username,omitempty"`
		Credential string   `json:"credential,omitempty"`
	}
	// MediaAnswer is the result of media.offer.
	MediaAnswer struct {
		SDP string `json:"sdp"`
	}
	// RecordingState tells where a recording stands (design 6).
	RecordingState struct {
		RecordingID uuid.UUID `json:"recording_id"`
		CallID      uuid.UUID `json:"call_id"`
		State       string    `json:"state"`
		Error       string    `json:"error"`
	}
	// TaskChanged asks the page to read a task again.
	TaskChanged struct {
		TaskID uuid.UUID `json:"task_id"`
	}
	// Notice is something the user should read; Code is translated in the page.
	Notice struct {
		Code   string         `json:"code"`
		Params map[string]any `json:"params"`
	}
)
