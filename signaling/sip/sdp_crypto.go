package sip

import (
	"bytes"
	"crypto/rand"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// SRTP says whether the voice of a trunk is encrypted (RFC 3711), by keys that
// stand in the session descriptions (RFC 4568).
type SRTP string

// The policies; the empty one is SRTPOff.
const (
	SRTPOff SRTP = "off"
	// SRTPOptional offers plain RTP with keys beside it, and takes what comes:
	// who does not know them passes over them (RFC 3264 5, as RFC 8643).
	SRTPOptional SRTP = "optional"
	// SRTPMandatory offers RTP/SAVP and takes nothing that is not encrypted.
	SRTPMandatory SRTP = "mandatory"
)

func (p SRTP) on() bool { return p == SRTPOptional || p == SRTPMandatory }

// Crypto is one a=crypto attribute (RFC 4568 9.1). It is never printed whole.
type Crypto struct {
	Tag   uint32
	Suite string
	Key   []byte // master key followed by master salt
	MKI   []byte // stands behind each packet; nil when there is none
}

// String keeps the key out of logs; GoString does too.
func (c Crypto) String() string   { return fmt.Sprintf("%d %s", c.Tag, c.Suite) }
func (c Crypto) GoString() string { return c.String() }

// MediaKeys are those that a description and ours agree upon. They are never printed.
type MediaKeys struct {
	Suite         string
	Send, Receive []byte
	ReceiveMKI    []byte
}

// String keeps the keys out of logs; GoString and MarshalText do too.
func (k MediaKeys) String() string               { return k.Suite }
func (k MediaKeys) GoString() string             { return k.Suite }
func (k MediaKeys) MarshalText() ([]byte, error) { return []byte(k.Suite), nil }

// cryptoSuite is a suite of RFC 4568 6.2 or RFC 7714 14.2 that we know.
type cryptoSuite struct {
	name    string
	length  int  // of key and salt
	offered bool // few lines: an INVITE over UDP must fit a datagram
}

// cryptoSuites are ours, preferred first: GCM costs a third.
func cryptoSuites() []cryptoSuite {
	return []cryptoSuite{
		{"AEAD_AES_128_GCM", 16 + 12, true},
		{"AEAD_AES_256_GCM", 32 + 12, false},
		{"AES_CM_128_HMAC_SHA1_80", 16 + 14, true},
		{"AES_CM_128_HMAC_SHA1_32", 16 + 14, true},
	}
}

func keyLength(suite string) int {
	for _, s := range cryptoSuites() {
		if s.name == suite {
			return s.length
		}
	}
	return 0
}

func newKey(n int) []byte {
	b := make([]byte, n)
	_, _ = rand.Read(b) // never fails, see crypto/rand
	return b
}

// maxCrypto is how many a=crypto lines of a stream are looked at.
const maxCrypto = 32

// errCrypto is what is wrong with one line. It never quotes the line: a key
// may stand in it.
var errCrypto = errors.New("crypto line")

func badCrypto(why string) error { return fmt.Errorf("%w: %s", errCrypto, why) }

// parseCrypto reads what follows "a=crypto:" (RFC 4568 9.1): tag, suite, key
// parameters, session parameters.
func parseCrypto(v string) (Crypto, error) {
	f := strings.Fields(v)
	if len(f) < 3 {
		return Crypto{}, badCrypto("tag, suite or key is missing")
	}
	tag, err := strconv.ParseUint(f[0], 10, 30)
	if err != nil || len(f[0]) > 9 || f[0] != strconv.FormatUint(tag, 10) {
		return Crypto{}, badCrypto("the tag is no number")
	}
	c := Crypto{Tag: uint32(tag), Suite: f[1]}
	n := keyLength(c.Suite)
	if n == 0 {
		return Crypto{}, badCrypto("unknown suite")
	}
	for _, p := range f[3:] {
		// WSH is a hint, and what begins by a dash may be passed over (6.3.8).
		if !strings.HasPrefix(p, "-") && !strings.HasPrefix(p, "WSH=") {
			return Crypto{}, badCrypto("session parameter is not supported")
		}
	}
	if strings.Contains(f[2], ";") {
		return Crypto{}, badCrypto("several keys are not supported")
	}
	method, info, ok := strings.Cut(f[2], ":")
	if !ok || !strings.EqualFold(method, "inline") {
		return Crypto{}, badCrypto("key method is not inline")
	}
	parts := strings.Split(info, "|")
	if c.Key, err = base64.RawStdEncoding.DecodeString(strings.TrimRight(parts[0], "=")); err != nil {
		return Crypto{}, badCrypto("the key is no base64")
	}
	if len(c.Key) != n {
		return Crypto{}, badCrypto(fmt.Sprintf("the key has %d bytes, the suite wants %d", len(c.Key), n))
	}
	return c, c.keyInfo(parts[1:])
}

// keyInfo reads lifetime and master key identifier, both optional (6.1). The
// lifetime binds who sends with the key; it is passed over.
func (c *Crypto) keyInfo(parts []string) error {
	if len(parts) > 0 && !strings.Contains(parts[0], ":") {
		digits := strings.TrimPrefix(parts[0], "2^")
		if n, err := strconv.ParseUint(digits, 10, 48); err != nil || n == 0 || len(digits) < len(parts[0]) && n > 48 {
			return badCrypto("the lifetime is no number of packets")
		}
		parts = parts[1:]
	}
	if len(parts) == 0 {
		return nil
	}
	value, length, ok := strings.Cut(parts[0], ":")
	id, err := strconv.ParseUint(value, 10, 64)
	n, lengthErr := strconv.ParseUint(length, 10, 8)
	if len(parts) > 1 || !ok || err != nil || lengthErr != nil || n == 0 || n > 128 || n < 8 && id>>(8*n) != 0 {
		return badCrypto("the master key identifier is malformed")
	}
	mki := binary.BigEndian.AppendUint64(make([]byte, 128), id)
	c.MKI = slices.Clone(mki[len(mki)-int(n):])
	return nil
}

// append writes the attribute.
func (c Crypto) append(b *bytes.Buffer) {
	fmt.Fprintf(b, "a=crypto:%d %s inline:%s", c.Tag, c.Suite, base64.StdEncoding.EncodeToString(c.Key))
	b.WriteString("\r\n")
}

// Secured is the session as an offer under a policy, with keys of its own for
// each suite.
func (s Session) Secured(p SRTP) Session {
	s.SRTP, s.SAVP, s.Crypto = p, p == SRTPMandatory, nil
	if !p.on() {
		return s
	}
	for _, suite := range cryptoSuites() {
		if suite.offered {
			s.Crypto = append(s.Crypto, Crypto{Tag: uint32(len(s.Crypto) + 1), Suite: suite.name, Key: newKey(suite.length)})
		}
	}
	return s
}

// firstCrypto is the first line that we can take: the offerer's preference
// (RFC 4568 5.1.2). What we do not know is passed over; the error is the first line's.
func (l mediaLine) firstCrypto() (Crypto, error) {
	var wrong error
	for _, v := range l.crypto {
		c, err := parseCrypto(v)
		if err == nil {
			return c, nil
		}
		if wrong == nil {
			wrong = err
		}
	}
	if wrong == nil {
		wrong = errors.New("no crypto line")
	}
	return Crypto{}, wrong
}

// answerKeys takes the offer of one stream: our line and the keys of both
// sides, or none for plain RTP. A key of ours that is in use stays, and its
// packet counter with it.
func (s Session) answerKeys(l mediaLine) ([]Crypto, *MediaKeys) {
	c, err := l.firstCrypto()
	if !s.SRTP.on() || err != nil {
		return nil, nil
	}
	ours := Crypto{Tag: c.Tag, Suite: c.Suite}
	if i := slices.IndexFunc(s.Crypto, func(o Crypto) bool { return o.Suite == c.Suite && !bytes.Equal(o.Key, c.Key) }); i >= 0 {
		ours.Key = s.Crypto[i].Key
	} else {
		ours.Key = newKey(len(c.Key))
	}
	return []Crypto{ours}, &MediaKeys{Suite: c.Suite, Send: ours.Key, Receive: c.Key, ReceiveMKI: c.MKI}
}

// acceptedKeys reads the answer's one line (RFC 4568 5.1.3): it repeats tag and
// suite of one of ours.
func (s Session) acceptedKeys(l mediaLine) (*MediaKeys, error) {
	switch {
	case !s.SRTP.on():
		return nil, nil
	case len(l.crypto) == 0 && s.SRTP == SRTPOptional && !l.secure:
		return nil, nil
	case len(l.crypto) == 0:
		return nil, fmt.Errorf("%w: the answer has no key", ErrEncryption)
	case len(l.crypto) > 1:
		return nil, fmt.Errorf("%w: the answer has several keys", ErrEncryption)
	}
	c, err := parseCrypto(l.crypto[0])
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrEncryption, err)
	}
	i := slices.IndexFunc(s.Crypto, func(o Crypto) bool { return o.Tag == c.Tag })
	switch {
	case i < 0:
		return nil, fmt.Errorf("%w: tag %d was not offered", ErrEncryption, c.Tag)
	case s.Crypto[i].Suite != c.Suite:
		return nil, fmt.Errorf("%w: tag %d was offered with another suite", ErrEncryption, c.Tag)
	case bytes.Equal(s.Crypto[i].Key, c.Key):
		return nil, fmt.Errorf("%w: the answer repeats our key", ErrEncryption)
	}
	return &MediaKeys{Suite: c.Suite, Send: s.Crypto[i].Key, Receive: c.Key, ReceiveMKI: c.MKI}, nil
}
