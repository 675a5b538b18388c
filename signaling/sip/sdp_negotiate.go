package sip

import (
	"bytes"
	"slices"
	"time"
)

// Negotiate reads the far side's answer (or early description) to an offer of
// ours. ErrNoAudio when it refused the stream or took none of our laws.
func Negotiate(remoteSDP []byte) (MediaDescription, error) {
	d, err := parseSDP(remoteSDP)
	if err != nil {
		return MediaDescription{}, err
	}
	i := d.usable()
	if i < 0 {
		return MediaDescription{}, ErrNoAudio
	}
	return d.lines[i].media(), nil
}

// ParseSession reads back a description that Session.Bytes wrote.
func ParseSession(raw []byte) (Session, error) {
	d, err := parseSDP(raw)
	if err != nil {
		return Session{}, err
	}
	i := d.usable()
	if i < 0 {
		return Session{}, ErrNoAudio
	}
	m := d.lines[i].media()
	return Session{
		ID: d.id, Version: d.version, Addr: m.Addr, Payloads: slices.Clone(d.lines[i].payloads),
		TelephoneEvent: m.TelephoneEventPT, Direction: d.lines[i].direction,
	}, nil
}

// Answer answers an offer within a running session (RFC 3264 6.1, 8): the laws
// common to both in the offerer's order, the offerer's number for telephone
// events, its direction reversed, every other stream refused. An offer that
// switches the audio off (port 0, 8.2) is taken as a hold. The version of
// the origin grows when the description differs from local's (8). It returns
// our new session, what to send, and the far side's media.
func Answer(local Session, offer []byte) (Session, []byte, MediaDescription, error) {
	d, err := parseSDP(offer)
	if err != nil {
		return local, nil, MediaDescription{}, err
	}
	i := d.usable()
	next := local
	m := MediaDescription{PayloadType: local.Payloads[0], TelephoneEventPT: local.TelephoneEvent, Direction: Inactive, Ptime: 20 * time.Millisecond}
	if i >= 0 {
		m = d.lines[i].media()
		next.Payloads, next.TelephoneEvent = slices.Clone(d.lines[i].payloads), m.TelephoneEventPT
	} else if i = d.disabled(); i < 0 {
		return local, nil, MediaDescription{}, ErrNoAudio
	}
	next.Direction, next.Off = m.Direction.Reverse(), !m.Addr.IsValid()
	body := next.write(d.lines, i)
	if !bytes.Equal(body, local.write(d.lines, i)) {
		next.Version++
		body = next.write(d.lines, i)
	}
	return next, body, m, nil
}

// Reoffer is a fresh offer of everything we can within a running session, as a
// late offer needs it (RFC 3261 14.2: an INVITE without a description).
func Reoffer(local Session) Session {
	next := local
	next.Version++
	next.Payloads = []uint8{PayloadPCMA, PayloadPCMU}
	next.TelephoneEvent = PayloadTelephoneEvent
	next.Direction, next.Off = SendRecv, false
	return next
}
