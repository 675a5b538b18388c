package sip

import (
	"bytes"
	"fmt"
	"slices"
	"time"
)

// Negotiate reads the far side's answer (or early description) to an offer of
// ours of plain RTP. ErrNoAudio when it refused the stream or took none of our laws.
func Negotiate(remoteSDP []byte) (MediaDescription, error) { return Session{}.Negotiate(remoteSDP) }

// Negotiate reads the far side's answer to s. ErrNoAudio when it refused the
// stream or took none of our laws; ErrEncryption when it took the encryption
// away that s wants, or its key is not usable.
func (s Session) Negotiate(remoteSDP []byte) (MediaDescription, error) {
	d, err := parseSDP(remoteSDP)
	if err != nil {
		return MediaDescription{}, err
	}
	i := d.usable(s.SRTP)
	if i < 0 {
		return MediaDescription{}, ErrNoAudio
	}
	m := d.lines[i].media()
	m.Keys, err = s.acceptedKeys(d.lines[i])
	if err != nil {
		return MediaDescription{}, err
	}
	return m, nil
}

// ParseSession reads back a description that Session.Bytes wrote. What the
// description does not say, the policy of encryption, is left empty.
func ParseSession(raw []byte) (Session, error) {
	d, err := parseSDP(raw)
	if err != nil {
		return Session{}, err
	}
	i := d.usable(SRTPOptional)
	if i < 0 {
		return Session{}, ErrNoAudio
	}
	l := d.lines[i]
	m := l.media()
	s := Session{
		ID: d.id, Version: d.version, Addr: m.Addr, Payloads: slices.Clone(l.payloads),
		TelephoneEvent: m.TelephoneEventPT, Direction: l.direction, SAVP: l.secure,
	}
	for _, v := range l.crypto {
		if c, err := parseCrypto(v); err == nil {
			s.Crypto = append(s.Crypto, c)
		}
	}
	return s, nil
}

// Answer answers an offer within a running session (RFC 3264 6.1, 8): the laws
// common to both in the offerer's order, the offerer's number for telephone
// events, its direction reversed, every other stream refused; of the keys the
// first that we know, by local's policy (RFC 4568 5.1.2). An offer that
// switches the audio off (port 0, 8.2) is taken as a hold. The version of
// the origin grows when the description differs from local's (8). It returns
// our new session, what to send, and the far side's media.
func Answer(local Session, offer []byte) (Session, []byte, MediaDescription, error) {
	d, err := parseSDP(offer)
	if err != nil {
		return local, nil, MediaDescription{}, err
	}
	i, err := d.choose(local.SRTP)
	next := local
	m := MediaDescription{PayloadType: local.Payloads[0], TelephoneEventPT: local.TelephoneEvent, Direction: Inactive, Ptime: 20 * time.Millisecond}
	if err == nil {
		m = d.lines[i].media()
		next.Payloads, next.TelephoneEvent, next.SAVP = slices.Clone(d.lines[i].payloads), m.TelephoneEventPT, d.lines[i].secure
		next.Crypto, m.Keys = local.answerKeys(d.lines[i])
	} else if i = d.disabled(); i < 0 || d.usable(SRTPOptional) >= 0 {
		return local, nil, MediaDescription{}, err
	} else {
		next.SAVP = d.lines[i].secure
	}
	next.Direction, next.Off = m.Direction.Reverse(), !m.Addr.IsValid()
	body := next.write(d.lines, i)
	if !bytes.Equal(body, local.write(d.lines, i)) {
		next.Version++
		body = next.write(d.lines, i)
	}
	return next, body, m, nil
}

// acceptable says whether an offer of a new call can be answered under a policy.
func acceptable(p SRTP, offer []byte) error {
	d, err := parseSDP(offer)
	if err != nil {
		return err
	}
	_, err = d.choose(p)
	return err
}

// Reoffer is a fresh offer of everything we can within a running session, as a
// late offer needs it (RFC 3261 14.2: an INVITE without a description). Keys
// that are in use stay.
func Reoffer(local Session) Session {
	next := local
	next.Version++
	next.Payloads = []uint8{PayloadPCMA, PayloadPCMU}
	next.TelephoneEvent = PayloadTelephoneEvent
	next.Direction, next.Off = SendRecv, false
	if len(next.Crypto) == 0 {
		next = next.Secured(next.SRTP)
	}
	return next
}

// usable is the index of the first audio line that we could carry, or -1.
// Encrypted ones count unless the policy is off.
func (d description) usable(p SRTP) int {
	return slices.IndexFunc(d.lines, func(l mediaLine) bool {
		return l.audio && l.port != 0 && l.addr.IsValid() && len(l.payloads) > 0 && (!l.secure || p.on())
	})
}

// choose is the index of the line of an offer that we take: an encrypted one
// before a plain one, where the policy lets us.
func (d description) choose(p SRTP) (int, error) {
	if !p.on() {
		if i := d.usable(p); i >= 0 {
			return i, nil
		}
		return -1, ErrNoAudio
	}
	var wrong error
	for i, l := range d.lines {
		if d.usableAt(i) {
			_, err := l.firstCrypto()
			if err == nil {
				return i, nil
			}
			if wrong == nil {
				wrong = err
			}
		}
	}
	switch i := d.usable(SRTPOff); {
	case wrong == nil:
		return -1, ErrNoAudio
	case p == SRTPOptional && i >= 0:
		return i, nil
	}
	return -1, fmt.Errorf("%w: %w", ErrEncryption, wrong)
}

func (d description) usableAt(i int) bool {
	return description{lines: d.lines[i : i+1]}.usable(SRTPOptional) == 0
}
