package carriersim

import (
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/pion/srtp/v3"
)

// cryptoLine is an a=crypto attribute with one key (RFC 4568 9.1).
type cryptoLine struct {
	tag   int
	suite string
	key   []byte // master key followed by master salt
}

// suite is an SRTP suite by its name in SDP, with the length of its key.
func suiteOf(name string) (p srtp.ProtectionProfile, key, salt int) {
	switch name {
	case "AES_CM_128_HMAC_SHA1_80":
		return srtp.ProtectionProfileAes128CmHmacSha1_80, 16, 14
	case "AES_CM_128_HMAC_SHA1_32":
		return srtp.ProtectionProfileAes128CmHmacSha1_32, 16, 14
	case "AEAD_AES_128_GCM":
		return srtp.ProtectionProfileAeadAes128Gcm, 16, 12
	}
	return 0, 0, 0
}

// readCrypto reads "1 SUITE inline:KEY|2^31"; lines that it does not
// understand are nil.
func readCrypto(value string) *cryptoLine {
	f := strings.Fields(value)
	if len(f) != 3 {
		return nil
	}
	text, ok := strings.CutPrefix(f[2], "inline:")
	text, rest, _ := strings.Cut(text, "|")
	if !ok || strings.Contains(rest, ":") {
		return nil
	}
	tag, err := strconv.Atoi(f[0])
	if err != nil {
		return nil
	}
	key, err := base64.RawStdEncoding.DecodeString(strings.TrimRight(text, "="))
	_, k, s := suiteOf(f[1])
	if err != nil || k == 0 || len(key) != k+s {
		return nil
	}
	return &cryptoLine{tag, f[1], key}
}

func (l cryptoLine) format() string {
	return fmt.Sprintf("a=crypto:%d %s inline:%s\r\n", l.tag, l.suite, base64.StdEncoding.EncodeToString(l.key))
}

// renewed is the line with another key.
func (l cryptoLine) renewed() cryptoLine {
	_, k, s := suiteOf(l.suite)
	l.key = make([]byte, k+s)
	_, _ = rand.Read(l.key) // never fails, see crypto/rand
	return l
}

// read parses a description as far as this carrier speaks SRTP.
func (c *call) read(body []byte) (description, error) {
	d, err := parseSDP(body)
	if c.sim.cfg.PlainOnly {
		if d.crypto = nil; err == nil && d.savp {
			return d, fmt.Errorf("%w: SRTP", errNoAudio)
		}
	}
	if err == nil && d.savp && len(d.crypto) == 0 {
		return d, fmt.Errorf("%w: SRTP without a key", errNoAudio)
	}
	return d, err
}

// encrypt puts our key beside the first of the offer's into the answer. A key
// that we use already stays while the suite does.
func (c *call) encrypt(answer *description, offer description) {
	if len(offer.crypto) == 0 || c.inTheClear {
		c.protect(nil, nil)
		return
	}
	theirs := offer.crypto[0]
	ours := cryptoLine{tag: theirs.tag, suite: theirs.suite}.renewed()
	if i := slices.IndexFunc(c.local.crypto, func(l cryptoLine) bool { return l.suite == theirs.suite }); i >= 0 {
		ours.key = c.local.crypto[i].key
	}
	answer.savp, answer.crypto = offer.savp, []cryptoLine{ours}
	c.protect(&ours, &theirs)
}

// agreeKeys takes the answer to an offer of ours.
func (c *call) agreeKeys(answer description) {
	for _, theirs := range answer.crypto {
		for _, ours := range c.local.crypto {
			if ours.tag == theirs.tag && ours.suite == theirs.suite {
				c.protect(&ours, &theirs)
				return
			}
		}
	}
	c.protect(nil, nil)
}

func (c *call) protect(ours, theirs *cryptoLine) {
	suite := ""
	if ours != nil {
		suite = ours.suite
	}
	if err := c.media.protect(ours, theirs); err != nil {
		c.sim.log.Error("encrypt media", "error", err)
	}
	c.update(func(r *Call) { r.Suite = suite })
}

// shield is the SRTP of a stream; the zero shield is plain RTP.
type shield struct {
	ours, theirs  cryptoLine
	send, receive *srtp.Context
	previous      *srtp.Context // of their key before the last change
}

// protect encrypts from now on, or stops to by nil. A key that stays goes on
// with its packet counter.
func (s *stream) protect(ours, theirs *cryptoLine) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if ours == nil || theirs == nil {
		s.shield = shield{}
		return nil
	}
	next := s.shield
	context := func(l cryptoLine) (*srtp.Context, error) {
		p, k, _ := suiteOf(l.suite)
		return srtp.CreateContext(l.key[:k], l.key[k:], p, srtp.SRTPReplayProtection(256))
	}
	var err error
	if next.send == nil || string(next.ours.key) != string(ours.key) {
		if next.send, err = context(*ours); err != nil {
			return err
		}
	}
	if next.receive == nil || string(next.theirs.key) != string(theirs.key) {
		next.previous = next.receive
		if next.receive, err = context(*theirs); err != nil {
			return err
		}
	}
	next.ours, next.theirs = *ours, *theirs
	s.shield = next
	return nil
}

// open gives the clear packet; what is not the peer's by its key is nil.
func (s *stream) open(packet []byte) []byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.shield.receive == nil {
		return packet
	}
	out, err := s.shield.receive.DecryptRTP(nil, packet, nil)
	if err != nil && s.shield.previous != nil {
		out, err = s.shield.previous.DecryptRTP(nil, packet, nil)
	}
	if err != nil {
		s.refused++
		return nil
	}
	return out
}
