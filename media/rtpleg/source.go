package rtpleg

import (
	"net/netip"
	"slices"

	"huifang/media/rtpwire"
)

// lockAfter is how many packets in order make a source believed.
const lockAfter = 3

// maxGap is how many packets may be missing between two that are in order.
const maxGap = 5

// source decides whose packets are the customer's. It is not safe for
// concurrent use.
type source struct {
	allowed []netip.Prefix
	sdp     netip.AddrPort   // where the SDP says that the party is
	held    bool             // the SDP asks for nothing to be sent
	barred  []netip.AddrPort // of other branches of a fork, the last of them

	locked    netip.AddrPort // believed; heard also while a new one is learnt
	learning  bool
	candidate netip.AddrPort
	ssrc      uint32
	seq       uint16
	inOrder   int
}

// expect sets the address of the SDP. The same address again changes nothing:
// session refreshes repeat it. An invalid one is a hold, during which the party
// may still be heard from where it was.
func (s *source) expect(addr netip.AddrPort) {
	s.held = !addr.IsValid()
	if s.held || addr == s.sdp {
		return
	}
	s.sdp = addr
	s.admit(addr)
	s.learning, s.candidate, s.inOrder = true, netip.AddrPort{}, 0
}

// maxBarred is how many addresses of other branches are remembered.
const maxBarred = 16

// replace sets the address of another branch of a fork. Who was heard so far is
// another party: it is not heard any more, from its SDP's address or the one it
// was believed at, until an SDP names that address again.
func (s *source) replace(addr netip.AddrPort) {
	for _, old := range []netip.AddrPort{s.locked, s.sdp} {
		if old.IsValid() && !slices.Contains(s.barred, old) {
			s.barred = append(s.barred, old)
		}
	}
	if n := len(s.barred) - maxBarred; n > 0 {
		s.barred = slices.Delete(s.barred, 0, n)
	}
	s.admit(addr)
	s.held = !addr.IsValid()
	s.sdp, s.locked, s.learning, s.candidate, s.inOrder = addr, netip.AddrPort{}, true, netip.AddrPort{}, 0
}

func (s *source) admit(addr netip.AddrPort) {
	s.barred = slices.DeleteFunc(s.barred, func(a netip.AddrPort) bool { return a == addr })
}

// permits says that the address may send to us at all.
func (s *source) permits(ip netip.Addr) bool {
	if s.sdp.IsValid() && ip == s.sdp.Addr() {
		return true
	}
	for _, p := range s.allowed {
		if p.Contains(ip) {
			return true
		}
	}
	return false
}

// mayBe says that a packet from there may be the party's: nothing is learnt of it.
func (s *source) mayBe(from netip.AddrPort) bool {
	if !s.learning && s.locked.IsValid() {
		return from == s.locked
	}
	return s.permits(from.Addr()) && !slices.Contains(s.barred, from)
}

// mayReport says that RTCP from there may be the party's. Its port is another
// one, and behind a translator any; its host is the one that is believed.
func (s *source) mayReport(from netip.Addr) bool {
	if !s.learning && s.locked.IsValid() {
		return from == s.locked.Addr()
	}
	return s.permits(from)
}

// accept decides over one packet, and learns from it. voiced says that its
// payload type is one that was negotiated for voice.
func (s *source) accept(from netip.AddrPort, h rtpwire.Header, voiced bool) bool {
	if !s.mayBe(from) {
		return false
	}
	if !s.learning && s.locked.IsValid() {
		return true
	}
	if voiced {
		s.learn(from, h)
	}
	// Until somebody is believed, the SDP's own address is taken at its word.
	return from == s.locked || from == s.sdp
}

func (s *source) learn(from netip.AddrPort, h rtpwire.Header) {
	if gap := h.Sequence - s.seq; from != s.candidate || h.SSRC != s.ssrc || gap == 0 || gap > maxGap {
		s.candidate, s.ssrc, s.inOrder = from, h.SSRC, 0
	}
	s.seq = h.Sequence
	s.inOrder++
	// The source believed so far has to stop before it is believed again:
	// right after a re-INVITE both may send.
	if s.inOrder >= lockAfter && (from != s.locked || from == s.sdp || s.inOrder >= relockAfter) {
		s.locked, s.learning = from, false
	}
}

// relockAfter is how many packets in order the old source must send after a
// re-INVITE to be taken for the new one as well: two seconds.
const relockAfter = 100

// remote is where to send: to the believed source (RFC 4961), else to the SDP's.
func (s *source) remote() netip.AddrPort {
	if s.locked.IsValid() && !s.learning {
		return s.locked
	}
	return s.sdp
}
