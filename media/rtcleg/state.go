package rtcleg

import "github.com/pion/webrtc/v4"

// State is the state of a connection; the words are those of the wire protocol
// and of the pages.
type State uint8

// The states.
const (
	StateUnknown State = iota
	StateConnecting
	StateConnected
	StateDisconnected // no packets for a while; may come back by itself
	StateFailed       // does not come back without an ICE restart
	StateClosed
)

func (s State) String() string {
	names := [...]string{"unknown", "connecting", "connected", "disconnected", "failed", "closed"}
	if int(s) < len(names) {
		return names[s]
	}
	return names[StateUnknown]
}

func stateOf(s webrtc.PeerConnectionState) State {
	switch s {
	case webrtc.PeerConnectionStateNew, webrtc.PeerConnectionStateConnecting:
		return StateConnecting
	case webrtc.PeerConnectionStateConnected:
		return StateConnected
	case webrtc.PeerConnectionStateDisconnected:
		return StateDisconnected
	case webrtc.PeerConnectionStateFailed:
		return StateFailed
	case webrtc.PeerConnectionStateClosed:
		return StateClosed
	default:
		return StateUnknown
	}
}
