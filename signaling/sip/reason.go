package sip

import (
	"fmt"

	sipmsg "github.com/emiago/sipgo/sip"
)

// Why a branch is ended that never was the call.
const (
	reasonNotSelected = "not_selected" // another branch answered before
	reasonAbandoned   = "abandoned"    // the trunk answers after we gave it up
	reasonEncryption  = "encryption_refused"
)

// clearing is the Q.850 cause (ITU-T Q.850 2.2) that goes with one of our
// reasons to clear a call. The agent's are normal; the rest are the system's.
// answered says that the call was up: then nobody failed to answer.
func clearing(reason string, answered bool) (cause int, text string) {
	switch reason {
	case "", "agent":
		return 16, "Normal call clearing"
	case reasonNotSelected:
		return 26, "Non-selected user clearing"
	case "ring_timeout":
		if !answered {
			return 19, "No answer from user"
		}
	case "no_ringing":
		if !answered {
			return 18, "No user responding"
		}
	case "agent_lost", "recorder_failure", "shutdown":
		return 41, "Temporary failure"
	case "no_audio", reasonEncryption:
		return 88, "Incompatible destination"
	case reasonAbandoned, "ring_limit", "session_expired", "refresh_refused", "ack_missing":
		return 102, "Recovery on timer expiry"
	}
	return 31, "Normal, unspecified"
}

// reasonHeader tells the network why we clear (RFC 3326).
func reasonHeader(reason string, answered bool) sipmsg.Header {
	cause, text := clearing(reason, answered)
	return sipmsg.NewHeader("Reason", fmt.Sprintf(`Q.850;cause=%d;text="%s"`, cause, text))
}
