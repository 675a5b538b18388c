package rtpleg

import (
	"net/netip"
	"testing"

	"huifang/media/rtpwire"
)

func TestSource_LearnsLocksAndLearnsAgain(t *testing.T) {
	t.Parallel()
	var (
		sdp   = netip.MustParseAddrPort("10.0.0.1:4000")
		nat   = netip.MustParseAddrPort("10.0.0.1:61234") // the same host, another port
		other = netip.MustParseAddrPort("10.0.0.9:4000")  // of the trunk's net
		alien = netip.MustParseAddrPort("192.0.2.7:4000")
		moved = netip.MustParseAddrPort("10.0.0.2:5000")
	)
	type step struct {
		from   netip.AddrPort
		seq    uint16
		accept bool
		remote netip.AddrPort
	}
	for _, row := range []struct {
		name  string
		setUp func(*source)
		steps []step
	}{
		{"from where the SDP says: heard at once", func(s *source) { s.expect(sdp) }, []step{
			{sdp, 1, true, sdp}, {sdp, 2, true, sdp}, {sdp, 3, true, sdp}, {alien, 4, false, sdp}, {other, 4, false, sdp}, {nat, 9, false, sdp},
		}},
		{"another port: heard after three in order", func(s *source) { s.expect(sdp) }, []step{
			{nat, 1, false, sdp}, {nat, 2, false, sdp}, {nat, 3, true, nat}, {nat, 4, true, nat}, {sdp, 1, false, nat},
		}},
		{"not in order: not believed", func(s *source) { s.expect(sdp) }, []step{
			{nat, 1, false, sdp}, {nat, 100, false, sdp}, {nat, 7, false, sdp}, {nat, 7, false, sdp}, {nat, 8, false, sdp}, {nat, 9, true, nat},
		}},
		{"an alien is never believed", func(s *source) { s.expect(sdp) }, []step{
			{alien, 1, false, sdp}, {alien, 2, false, sdp}, {alien, 3, false, sdp}, {alien, 4, false, sdp}, {sdp, 1, true, sdp},
		}},
		{"early media before the SDP, from the trunk only", func(*source) {}, []step{
			{alien, 1, false, netip.AddrPort{}}, {alien, 2, false, netip.AddrPort{}}, {alien, 3, false, netip.AddrPort{}},
			{other, 1, false, netip.AddrPort{}}, {other, 2, false, netip.AddrPort{}}, {other, 3, true, other},
		}},
		{"the party moves by re-INVITE: no gap, then the old one is out", func(s *source) {
			s.expect(sdp)
			for seq := range uint16(5) {
				s.accept(sdp, rtpwire.Header{Sequence: seq}, true)
			}
			s.expect(moved)
		}, []step{
			{sdp, 5, true, moved}, {sdp, 6, true, moved}, {sdp, 7, true, moved}, {moved, 1, true, moved}, {moved, 2, true, moved},
			{moved, 3, true, moved}, {sdp, 8, false, moved}, {moved, 4, true, moved},
		}},
		{"a refresh changes nothing", func(s *source) {
			s.expect(sdp)
			for seq := range uint16(5) {
				s.accept(nat, rtpwire.Header{Sequence: seq}, true)
			}
			s.expect(sdp)
		}, []step{{nat, 6, true, nat}, {sdp, 1, false, nat}}},
		{"another branch takes over: the one before is out at once", func(s *source) {
			s.expect(sdp)
			for seq := range uint16(5) {
				s.accept(nat, rtpwire.Header{Sequence: seq}, true)
			}
			s.replace(other)
		}, []step{
			{nat, 6, false, other}, {nat, 7, false, other}, {nat, 8, false, other}, {nat, 9, false, other},
			{sdp, 1, false, other}, {sdp, 2, false, other}, {sdp, 3, false, other}, {sdp, 4, false, other}, {other, 1, true, other},
		}},
		{"and is heard again when the call comes back to it", func(s *source) {
			s.expect(sdp)
			s.replace(other)
			s.replace(sdp)
		}, []step{{other, 1, false, sdp}, {other, 2, false, sdp}, {other, 3, false, sdp}, {sdp, 1, true, sdp}}},
		{"another branch at the same address is heard on", func(s *source) {
			s.expect(sdp)
			s.accept(sdp, rtpwire.Header{}, true)
			s.replace(sdp)
		}, []step{{sdp, 1, true, sdp}}},
		{"another branch that holds sends nothing and is sent nothing", func(s *source) {
			s.expect(sdp)
			s.replace(netip.AddrPort{})
		}, []step{{sdp, 1, false, netip.AddrPort{}}}},
		{"a hold keeps who is heard", func(s *source) {
			s.expect(sdp)
			for seq := range uint16(5) {
				s.accept(sdp, rtpwire.Header{Sequence: seq}, true)
			}
			s.expect(netip.AddrPort{})
		}, []step{{sdp, 6, true, sdp}, {alien, 1, false, sdp}}},
	} {
		s := &source{allowed: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/28")}}
		row.setUp(s)
		for i, st := range row.steps {
			if got := s.accept(st.from, rtpwire.Header{Sequence: st.seq}, true); got != st.accept {
				t.Errorf("%s: step %d from %v: accepted is %v", row.name, i, st.from, got)
			}
			if got := s.remote(); got != st.remote {
				t.Errorf("%s: step %d: sends to %v, want %v", row.name, i, got, st.remote)
			}
		}
	}
}

func TestSource_OnlyVoiceTeaches(t *testing.T) {
	t.Parallel()
	s := &source{}
	sdp := netip.MustParseAddrPort("10.0.0.1:4000")
	nat := netip.MustParseAddrPort("10.0.0.1:4002")
	s.expect(sdp)
	for seq := range uint16(10) {
		if s.accept(nat, rtpwire.Header{Sequence: seq, PayloadType: 34}, false) {
			t.Fatal("believed by packets of a type nobody agreed to")
		}
	}
}

func TestSource_OldSourceThatStaysIsBelievedInTheEnd(t *testing.T) {
	t.Parallel()
	s := &source{}
	was, now := netip.MustParseAddrPort("10.0.0.1:4000"), netip.MustParseAddrPort("10.0.0.1:5000")
	s.expect(was)
	seq := uint16(0)
	for ; seq < 5; seq++ {
		s.accept(was, rtpwire.Header{Sequence: seq}, true)
	}
	s.expect(now)
	for n := 0; n < relockAfter; seq, n = seq+1, n+1 {
		if !s.accept(was, rtpwire.Header{Sequence: seq}, true) {
			t.Fatalf("packet %d of the old source was dropped", n)
		}
	}
	if s.remote() != was {
		t.Errorf("sends to %v", s.remote())
	}
}
