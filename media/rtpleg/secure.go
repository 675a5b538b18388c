package rtpleg

import (
	"errors"
	"fmt"

	"github.com/pion/rtp"
	"github.com/pion/srtp/v3"

	"huifang/media/rtpwire"
)

// Errors of SetKeys.
var (
	// ErrKeys means that the keys do not fit their suite, or that it is none of ours.
	ErrKeys = errors.New("set srtp keys: not usable")
	// ErrClear means that the leg was opened for SRTP only and was given no keys.
	ErrClear = errors.New("set srtp keys: the leg must be encrypted")
)

// Keys are the SRTP keys of a leg (RFC 3711, RFC 7714). They are never printed.
type Keys struct {
	Suite         string // its name in SDP: RFC 4568 6.2, RFC 7714 14.2
	Send, Receive []byte // master key followed by master salt
	// ReceiveMKI stands behind each packet of the party, nil when it uses none
	// (RFC 3711 3.1). We send none.
	ReceiveMKI []byte
}

// String keeps the keys out of logs; GoString and MarshalText do too.
func (k Keys) String() string               { return k.Suite }
func (k Keys) GoString() string             { return k.Suite }
func (k Keys) MarshalText() ([]byte, error) { return []byte(k.Suite), nil }

// replayWindow is how many packets back a packet may come, 5 s; RFC 3711 3.3.2
// asks for at least 64.
const replayWindow = 256

// overlap is how many packets under new keys end the hearing of the old ones:
// what the network turned round is not lost from the recording.
const overlap = 100

// overhead is what a packet grows by at most (RFC 3711 3.1, 3.4, RFC 7714 8).
const overhead = 64

func suiteNames() []string {
	return []string{"AEAD_AES_128_GCM", "AEAD_AES_256_GCM", "AES_CM_128_HMAC_SHA1_80", "AES_CM_128_HMAC_SHA1_32"}
}

func profile(suite string) (srtp.ProtectionProfile, bool) {
	switch suite {
	case "AEAD_AES_256_GCM":
		return srtp.ProtectionProfileAeadAes256Gcm, true
	case "AEAD_AES_128_GCM":
		return srtp.ProtectionProfileAeadAes128Gcm, true
	case "AES_CM_128_HMAC_SHA1_80":
		return srtp.ProtectionProfileAes128CmHmacSha1_80, true
	case "AES_CM_128_HMAC_SHA1_32":
		return srtp.ProtectionProfileAes128CmHmacSha1_32, true
	}
	return 0, false
}

// secure is the state of SRTP and SRTCP. Its zero value is plain RTP. It is not
// safe for concurrent use.
type secure struct {
	keys          Keys // what the contexts were made of
	send, receive *srtp.Context
	// previous takes what was on its way when the party's key changed, for as
	// many more packets as left says.
	previous *srtp.Context
	left     int
	// kept is receive with the rollover counter of before the change: RFC 3711
	// 3.3.1 has it go on, RFC 4568 7.1.4 begin anew when the party moves, and
	// parties differ. The first packet tells.
	kept *srtp.Context
	ssrc uint32 // of the last packet that was the party's
	// used are the contexts that we have sent with, by suite and key: one that
	// comes again goes on, and no packet is encrypted twice with one key and index.
	used map[string]*srtp.Context

	heard, sent    rtp.Header
	opened, sealed []byte
}

func (s *secure) on() bool { return s.send != nil }

// SetKeys makes the leg SRTP, or plain RTP by nil. A key that stays goes on
// with its packet counter (RFC 4568 7.1.4); one that changes is followed
// without a gap. It comes before the SetRemote that it belongs to. An error
// changes nothing.
func (l *Leg) SetKeys(k *Keys) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if k == nil {
		if l.cfg.Secure {
			return ErrClear
		}
		l.secure = secure{used: l.secure.used}
		return nil
	}
	changed, err := l.secure.set(*k)
	if changed {
		l.cfg.Metrics.keyed(k.Suite)
	}
	return err
}

// set makes the contexts anew whose key is another, and says whether any was.
func (s *secure) set(k Keys) (changed bool, err error) {
	p, ok := profile(k.Suite)
	if !ok {
		return false, fmt.Errorf("%w: unknown suite", ErrKeys)
	}
	n, err := p.KeyLen()
	if err != nil {
		return false, fmt.Errorf("%w: %w", ErrKeys, err)
	}
	m, err := p.SaltLen()
	if err != nil {
		return false, fmt.Errorf("%w: %w", ErrKeys, err)
	}
	if len(k.Send) != n+m || len(k.Receive) != n+m {
		return false, fmt.Errorf("%w: length", ErrKeys)
	}
	send, receive := s.send, s.receive
	same := s.on() && s.keys.Suite == k.Suite
	if !same || string(s.keys.Send) != string(k.Send) {
		if send, err = s.sender(k, p, n); err != nil {
			return false, fmt.Errorf("%w: %w", ErrKeys, err)
		}
	}
	if !same || string(s.keys.Receive) != string(k.Receive) || string(s.keys.ReceiveMKI) != string(k.ReceiveMKI) {
		options := []srtp.ContextOption{srtp.SRTPReplayProtection(replayWindow), srtp.SRTCPReplayProtection(replayWindow)}
		if len(k.ReceiveMKI) > 0 {
			options = append(options, srtp.MasterKeyIndicator(k.ReceiveMKI))
		}
		if receive, err = srtp.CreateContext(k.Receive[:n], k.Receive[n:], p, options...); err != nil {
			return false, fmt.Errorf("%w: %w", ErrKeys, err)
		}
		s.previous, s.left, s.kept = s.receive, overlap, nil
		if s.previous != nil {
			if roc, _ := s.previous.ROC(s.ssrc); roc > 0 {
				if s.kept, err = srtp.CreateContext(k.Receive[:n], k.Receive[n:], p, options...); err != nil {
					return false, fmt.Errorf("%w: %w", ErrKeys, err)
				}
				s.kept.SetROC(s.ssrc, roc)
			}
		}
	}
	changed = send != s.send || receive != s.receive
	s.send, s.receive, s.keys = send, receive, k
	if s.opened == nil {
		s.opened, s.sealed = make([]byte, 0, 2048), make([]byte, 0, 2048+overhead)
	}
	return changed, nil
}

// maxUsed is how many contexts of ours are remembered; each costs a change of
// suite by the party.
const maxUsed = 64

func (s *secure) sender(k Keys, p srtp.ProtectionProfile, n int) (*srtp.Context, error) {
	name := k.Suite + string(k.Send)
	if c := s.used[name]; c != nil {
		return c, nil
	}
	if len(s.used) == maxUsed {
		return nil, errors.New("too many keys in one call")
	}
	c, err := srtp.CreateContext(k.Send[:n], k.Send[n:], p)
	if err != nil {
		return nil, err
	}
	if s.used == nil {
		s.used = make(map[string]*srtp.Context)
	}
	s.used[name] = c
	return c, nil
}

// open gives the clear packet, in a buffer that the next call overwrites.
func (s *secure) open(packet []byte) ([]byte, bool) {
	out, err := s.receive.DecryptRTP(s.opened[:0], packet, &s.heard)
	if err != nil && s.kept != nil {
		if out, err = s.kept.DecryptRTP(s.opened[:0], packet, &s.heard); err == nil {
			s.receive = s.kept
		}
	}
	if err != nil && s.previous != nil {
		out, err = s.previous.DecryptRTP(s.opened[:0], packet, &s.heard)
		return out, err == nil
	}
	if err != nil {
		return nil, false
	}
	s.ssrc, s.kept = s.heard.SSRC, nil
	if s.previous != nil {
		if s.left--; s.left == 0 {
			s.previous = nil
		}
	}
	return out, true
}

// seal encrypts a packet of ours, likewise.
func (s *secure) seal(packet []byte) ([]byte, error) {
	return s.send.EncryptRTP(s.sealed[:0], packet, &s.sent)
}

func (s *secure) openReports(packet []byte) ([]byte, bool) {
	out, err := s.receive.DecryptRTCP(nil, packet, nil)
	if err != nil && s.previous != nil {
		out, err = s.previous.DecryptRTCP(nil, packet, nil)
	}
	return out, err == nil
}

// plausible is what can be said of an encrypted packet before its key is used:
// the padding's length, for one, is encrypted.
func plausible(packet []byte) bool { return len(packet) >= rtpwire.HeaderSize && packet[0]>>6 == 2 }

// unprotect reads a packet of a permitted sender; the caller holds mu. What
// fails its authentication is forgotten: nothing is learnt from it.
func (l *Leg) unprotect(packet []byte) (h rtpwire.Header, payload []byte, ok bool) {
	if l.cfg.Secure && !l.secure.on() {
		l.cfg.Metrics.refused(refusedClear)
		return h, nil, false
	}
	if l.secure.on() {
		if packet, ok = l.secure.open(packet); !ok {
			l.cfg.Metrics.refused(refusedAuthentication)
			return h, nil, false
		}
	}
	h, payload, err := rtpwire.Parse(packet)
	if err != nil {
		l.cfg.Metrics.refused(refusedMalformed)
	}
	return h, payload, err == nil
}

// unprotectReports is the same for RTCP.
func (l *Leg) unprotectReports(packet []byte) ([]byte, bool) {
	if l.cfg.Secure && !l.secure.on() {
		l.cfg.Metrics.refused(refusedClear)
		return nil, false
	}
	if !l.secure.on() {
		return packet, true
	}
	out, ok := l.secure.openReports(packet)
	if !ok {
		l.cfg.Metrics.refused(refusedAuthentication)
	}
	return out, ok
}
