// Package media carries voice between the two legs of a call and to its recorder.
//
// It is G.711 from end to end: nothing is transcoded, so what the recording
// holds is byte for byte what was on the wire (design 5). The package knows
// neither signalling nor storage; WebRTC lives in media/rtcleg, RTP and SRTP to
// trunks in media/rtpleg, and both present themselves as a [Leg].
//
//	customer --Leg--> Bridge --> agent's Leg       [Rewriter] in every Leg makes
//	         <--Leg--   |    <-- agent's Leg       one stream of all its sources
//	                   Tap (left: what we sent to the customer, right: the customer)
//
// Ownership of goroutines: every Leg owns one reader goroutine and calls its
// [Receiver] from it. A [Bridge] owns one pacing goroutine, and only while it
// plays something (announcement, hold tone, ring tone, DTMF), and one that mixes,
// only while a third party takes part ([Bridge.SetThird]). Nothing here waits
// for a disk, a network answer or a lock that somebody else holds while doing so.
//
// RFC 3550 (RTP), 3551 (payload types), 4733 (telephone events), 3960 (ring
// tone and early media). Rules T-01 and T-12 are carried here as far as sound
// goes: everything that passes goes to the tap, and the notice is part of it.
package media

import "time"

// PayloadType is an RTP payload type as it stands in the packet (RFC 3551 6).
type PayloadType uint8

// The static payload types we carry. Telephone events (RFC 4733) have a
// dynamic type per leg; a Leg translates it to and from [TelephoneEvent].
const (
	PCMU         PayloadType = 0
	PCMA         PayloadType = 8
	ComfortNoise PayloadType = 13
	// TelephoneEvent is our internal mark for RFC 4733 packets, whatever
	// dynamic number the leg negotiated.
	TelephoneEvent PayloadType = 101
)

// SampleRate is the only clock rate we carry, in Hz.
const SampleRate = 8000

// PlayoutDelay is the jitter buffer that a listener is taken to have: what comes
// later than that after the fastest packets is of no use to it.
const PlayoutDelay = 60 * time.Millisecond

// FrameDuration is the packet time we send, 160 samples.
const FrameDuration = 20 * time.Millisecond

// Side says which party a frame comes from, and with it the channel of the
// recording (left = agent, right = customer).
type Side uint8

// The two sides of a call.
const (
	SideUnknown Side = iota
	Agent
	Customer
	Third // a supervisor who takes part
)

func (s Side) String() string {
	switch s {
	case Agent:
		return "agent"
	case Customer:
		return "customer"
	case Third:
		return "third"
	default:
		return "unknown"
	}
}

// Frame is one received RTP packet. Payload is valid only during the call
// that hands the frame over; whoever keeps it copies it.
type Frame struct {
	PayloadType PayloadType
	Marker      bool
	Sequence    uint16
	Timestamp   uint32
	SSRC        uint32
	// Arrival is the monotonic time of arrival on the server (time.Now carries it).
	Arrival time.Time
	Payload []byte
}

// Receiver takes the frames of a leg, on that leg's reader goroutine. It must
// not block and must not keep the payload.
type Receiver interface {
	ReceiveFrame(f *Frame)
}

// ReceiverFunc makes a Receiver of a function.
type ReceiverFunc func(f *Frame)

// ReceiveFrame calls the function.
func (fn ReceiverFunc) ReceiveFrame(f *Frame) { fn(f) }

// Leg is the media of one party. Its output is one continuous RTP stream (one
// SSRC, gapless sequence numbers, time stamps that follow the wall clock over
// a change of source, RFC 3550 5.1), whatever sources are written to it.
// All methods are safe for concurrent use.
type Leg interface {
	// Attach sends every frame received from now on to r; nil drops them.
	// It returns after the last frame has left the previous receiver.
	Attach(r Receiver)
	// WriteFrame sends f to the party, converting A-law and mu-law to what
	// the party negotiated. It never blocks longer than a socket send.
	WriteFrame(f *Frame) error
	// Stats is a snapshot of the leg's quality figures.
	Stats() Stats
}

// Tap gets a copy of what each side contributed to the call: for Customer what
// the customer's side sent to us, for Agent what we sent to the customer (the
// agent's voice, the recording notice, the hold tone). It must not block.
type Tap interface {
	TapFrame(side Side, f *Frame)
}

// Stats are a leg's quality figures since it was opened.
type Stats struct {
	PacketsReceived uint64
	PacketsLost     uint64 // by gaps in the sequence numbers (RFC 3550 A.3)
	PacketsLate     uint64 // came more than [PlayoutDelay] after the fastest ones would have
	PacketsSent     uint64
	Jitter          time.Duration // interarrival jitter, RFC 3550 6.4.1
	RoundTrip       time.Duration // from RTCP, or 0 when unknown
	RemoteLost      float64       // fraction lost that the party reports, 0..1
	Reported        bool          // the party has reported on our stream
	LastReceived    time.Time     // zero before the first packet
	FirstReceived   time.Time
}
