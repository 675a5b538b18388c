package carriersim

import (
	"net/netip"
	"time"
)

// State is how far a call has come. The words are those of the called side, not
// of the product's call states.
type State string

// The states, in their order.
const (
	StateInvited  State = "invited"  // an INVITE came, nothing but 100 was said
	StateRinging  State = "ringing"  // 180, or 183, was sent
	StateAnswered State = "answered" // 200 was sent
	StateEnded    State = "ended"
)

// End is why a call is over.
type End string

// The ways in which a call ends.
const (
	EndNone       End = ""            // it is not over
	EndRefused    End = "refused"     // we sent a final response other than 2xx
	EndCancelled  End = "cancelled"   // CANCEL came and was obeyed
	EndCaller     End = "caller"      // BYE came
	EndCallee     End = "callee"      // we sent BYE
	EndSilent     End = "peer_silent" // we sent BYE as no RTP had come for the silence limit
	EndNoACK      End = "no_ack"      // our final response was never acknowledged
	EndNoResponse End = "no_response" // a request of ours was never answered
	EndIgnored    End = "ignored"     // we never said anything
	EndStopped    End = "stopped"     // the simulator was stopped
	EndFailed     End = "failed"      // an offer or a socket of no use
)

// Call is a snapshot of one call.
type Call struct {
	Number    string // as it stood in the request URI; never log it
	CallID    string
	Behaviour string
	State     State
	End       End
	Final     int // code of our final response to the INVITE, 0 before it

	// Times of: the INVITE; our first 18x; our 200; the end. Zero = not yet.
	Invited, Ringing, Answered, Ended time.Time

	Responses []int // every response to the INVITE, retransmissions left out
	ACKs      int   // ACK requests received, for any response
	Requests  []string
	// Held is set while the peer holds us (it sends nothing to us, or asked us to send nothing).
	Held bool
	// ForkEnded is set when the second branch of a forked answer got its BYE.
	ForkEnded bool

	PacketsReceived uint64 // RTP of any kind
	PacketsSent     uint64
	PacketsDropped  uint64 // lost on purpose, or by the socket
	PacketsRefused  uint64 // that were not the peer's by its SRTP key
	// MediaTo is where our RTP goes, PeerSSRC the source of what came last.
	MediaTo  netip.AddrPort
	PeerSSRC uint32
	Suite    string // of SRTP, empty for plain RTP
	Digits   string // DTMF received
	Codec    string // PCMA or PCMU

	// Received and Sent are the audio of each direction at 8 kHz, laid out by
	// RTP time stamps with silence for what is missing, from the moment in
	// ReceivedAt[0] and SentAt[0]. ReceivedAt and SentAt say when the packet of
	// each 20 ms of them passed, zero for one that never did. Only with
	// Config.Capture, and at most ten minutes.
	Received, Sent     []int16
	ReceivedAt, SentAt []time.Time
}
