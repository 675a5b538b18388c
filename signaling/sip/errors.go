package sip

import (
	"context"
	"errors"
	"fmt"
	"net"

	sipmsg "github.com/emiago/sipgo/sip"
)

// Errors of Invite. No call exists when one of them is returned.
var (
	ErrUnknownTrunk = errors.New("unknown trunk")
	ErrNumber       = errors.New("number has characters that cannot be dialled")
	ErrOffer        = errors.New("offer has no audio")
	ErrNotRunning   = errors.New("user agent is not running")
)

// Errors carried by Failed.Err.
var (
	// ErrNoFinalResponse: nothing came for 32 s after our CANCEL (RFC 3261 9.1).
	ErrNoFinalResponse = errors.New("no final response after cancel")
	// ErrTransport: the request could not be sent, or the connection broke.
	ErrTransport = errors.New("transport failed")
	// ErrStopped: the user agent was stopped before the call had an end.
	ErrStopped = errors.New("user agent stopped")
	// ErrChallenge: the trunk's challenge cannot be answered.
	ErrChallenge = errors.New("challenge cannot be answered")
)

// Errors of session descriptions.
var (
	ErrNoAudio = errors.New("no usable audio in session description")
	// ErrEncryption: the voice must be encrypted and would not be, or a key is not usable.
	ErrEncryption = errors.New("no usable encryption in session description")
	ErrSDP        = errors.New("malformed session description")
)

// transportError keeps the cause of a failed send without sipgo's text, which
// quotes the request line and with it the customer's number (Rule S-01).
func transportError(err error) error {
	if err == nil {
		return nil
	}
	var opErr *net.OpError
	var dnsErr *net.DNSError
	switch {
	case errors.Is(err, context.Canceled):
		return ErrStopped
	case errors.Is(err, sipmsg.ErrTransactionTimeout):
		return fmt.Errorf("%w: no response", ErrTransport)
	case errors.Is(err, context.DeadlineExceeded):
		return fmt.Errorf("%w: connection timed out", ErrTransport)
	case errors.As(err, &dnsErr):
		return fmt.Errorf("%w: resolve host: %s", ErrTransport, dnsErr.Err)
	case errors.As(err, &opErr):
		return fmt.Errorf("%w: %s: %w", ErrTransport, opErr.Op, opErr.Err)
	case errors.Is(err, sipmsg.ErrUDPMTUCongestion):
		return fmt.Errorf("%w: %w", ErrTransport, sipmsg.ErrUDPMTUCongestion)
	}
	return ErrTransport
}
