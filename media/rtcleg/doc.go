// Package rtcleg is the agent's leg: WebRTC to the browser, and the only home of
// pion in this repository.
//
// It carries media and nothing else: offers and answers travel over the
// softphone's WebSocket (signaling), joining to a customer is media.Bridge's. A
// connection is made at sign-in and kept over calls ("nailed up"), so that a
// dial needs no media set-up.
//
//	NewAPI --> Accept(offer) --> connecting --> connected <--> disconnected --> failed
//	                                 ^              |                             |
//	                                 +-- Renegotiate (ICE restart, same stream) --+
//
// Choices, each measured or met as a trap:
//   - G.711 and telephone events only; PCMA is put first, because an answer
//     otherwise follows the browser's order, and the browser then sends mu-law;
//   - the DTLS server's part, so that AES-GCM is chosen, which is 3.5 times cheaper
//     per packet than AES-CM with SHA-1;
//   - one certificate, one UDP port (and one TCP port) for all connections;
//   - RTCP reports and no other interceptor: G.711 cannot adapt its rate;
//   - answers without trickling: a server has few candidates, known at once.
//
// Goroutines: a [Leg] owns one reader of RTP and two of RTCP besides pion's own;
// Close ends and awaits them all. An [API] owns the readers of its mux; Close
// ends them.
//
// RFC 8825-8839 and 7874 (WebRTC), 8445 and 6544 (ICE, ICE-TCP), 5764 and 7714
// (DTLS-SRTP, AES-GCM), 8829 (JSEP).
package rtcleg

import "errors"

// Errors of this package.
var (
	// ErrNoCodec means that the party offers neither PCMA nor PCMU.
	ErrNoCodec = errors.New("accept offer: no G.711 in it")
	// ErrClosed means that the leg is closed.
	ErrClosed = errors.New("write frame: leg is closed")
)
