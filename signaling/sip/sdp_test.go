package sip

import (
	"bytes"
	"errors"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

func sdp(lines ...string) []byte { return []byte(strings.Join(lines, "\r\n") + "\r\n") }

func TestSDP_OfferAndBack(t *testing.T) {
	t.Parallel()
	for _, a := range []string{"192.0.2.1:4000", "[2001:db8::1]:4000"} {
		s := NewSession(netip.MustParseAddrPort(a), 42)
		back, err := ParseSession(s.Bytes())
		if err != nil || back.ID != s.ID || back.Version != 1 || back.Addr != s.Addr || back.TelephoneEvent != 101 ||
			!bytes.Equal(back.Payloads, []uint8{PayloadPCMA, PayloadPCMU}) || back.Direction != SendRecv {
			t.Errorf("%+v %v", back, err)
		}
		if !bytes.Equal(back.Bytes(), s.Bytes()) {
			t.Errorf("%s\n%s", back.Bytes(), s.Bytes())
		}
	}
}

func TestSDP_Negotiate(t *testing.T) {
	t.Parallel()
	head := []string{"v=0", "o=x 1 1 IN IP4 192.0.2.9", "s=-"}
	for name, c := range map[string]struct {
		lines []string
		want  MediaDescription
		err   error
	}{
		"plain": {[]string{"c=IN IP4 192.0.2.7", "t=0 0", "m=audio 4000 RTP/AVP 8 0 96", "a=rtpmap:96 telephone-event/8000", "a=ptime:30"},
			MediaDescription{mustAddr("192.0.2.7:4000"), PayloadPCMA, 96, SendRecv, 30 * time.Millisecond, nil}, nil},
		"their preference":         {[]string{"c=IN IP4 192.0.2.7", "m=audio 4000 RTP/AVP 0 8"}, MediaDescription{mustAddr("192.0.2.7:4000"), PayloadPCMU, NoPayload, SendRecv, 20 * time.Millisecond, nil}, nil},
		"address of the stream":    {[]string{"c=IN IP4 192.0.2.7", "m=audio 4000 RTP/AVP 8", "c=IN IP4 192.0.2.8"}, MediaDescription{mustAddr("192.0.2.8:4000"), PayloadPCMA, NoPayload, SendRecv, 20 * time.Millisecond, nil}, nil},
		"direction of the session": {[]string{"c=IN IP4 192.0.2.7", "a=sendonly", "m=audio 4000 RTP/AVP 8"}, MediaDescription{mustAddr("192.0.2.7:4000"), PayloadPCMA, NoPayload, SendOnly, 20 * time.Millisecond, nil}, nil},
		"direction of the stream":  {[]string{"c=IN IP4 192.0.2.7", "a=sendonly", "m=audio 4000 RTP/AVP 8", "a=inactive"}, MediaDescription{mustAddr("192.0.2.7:4000"), PayloadPCMA, NoPayload, Inactive, 20 * time.Millisecond, nil}, nil},
		"old hold":                 {[]string{"c=IN IP4 0.0.0.0", "m=audio 4000 RTP/AVP 8"}, MediaDescription{mustAddr("0.0.0.0:4000"), PayloadPCMA, NoPayload, SendOnly, 20 * time.Millisecond, nil}, nil},
		"second line":              {[]string{"c=IN IP4 192.0.2.7", "m=video 0 RTP/AVP 31", "m=audio 4000 RTP/AVP 18 8"}, MediaDescription{mustAddr("192.0.2.7:4000"), PayloadPCMA, NoPayload, SendRecv, 20 * time.Millisecond, nil}, nil},
		"refused":                  {lines: []string{"c=IN IP4 192.0.2.7", "m=audio 0 RTP/AVP 8"}, err: ErrNoAudio},
		"none of our laws":         {lines: []string{"c=IN IP4 192.0.2.7", "m=audio 4000 RTP/AVP 18"}, err: ErrNoAudio},
		"encrypted":                {lines: []string{"c=IN IP4 192.0.2.7", "m=audio 4000 RTP/SAVP 8"}, err: ErrNoAudio},
		"no address":               {lines: []string{"m=audio 4000 RTP/AVP 8"}, err: ErrNoAudio},
		"host name":                {lines: []string{"c=IN IP4 media.example.com", "m=audio 4000 RTP/AVP 8"}, err: ErrSDP},
		"port too large":           {lines: []string{"c=IN IP4 192.0.2.7", "m=audio 70000 RTP/AVP 8"}, err: ErrSDP},
	} {
		got, err := Negotiate(sdp(append(head, c.lines...)...))
		if !errors.Is(err, c.err) || got != c.want {
			t.Errorf("%s: %+v %v", name, got, err)
		}
	}
	for _, raw := range []string{"", "hello", "v=1\r\nm=audio 1 RTP/AVP 8\r\n", strings.Repeat("a", maxSDP+1)} {
		if _, err := Negotiate([]byte(raw)); !errors.Is(err, ErrSDP) {
			t.Errorf("%.10q: %v", raw, err)
		}
	}
}

func TestSDP_AnswerByRFC3264(t *testing.T) {
	t.Parallel()
	local := NewSession(mustAddr("192.0.2.1:4000"), 42)
	offer := func(extra ...string) []byte {
		return sdp(append([]string{"v=0", "o=x 1 1 IN IP4 192.0.2.9", "s=-", "c=IN IP4 192.0.2.7", "t=0 0", "m=audio 5000 RTP/AVP 8 97", "a=rtpmap:97 telephone-event/8000"}, extra...)...)
	}
	for in, want := range map[string]string{"sendrecv": "sendrecv", "sendonly": "recvonly", "recvonly": "sendonly", "inactive": "inactive"} {
		next, body, m, err := Answer(local, offer("a="+in))
		if err != nil || !strings.Contains(string(body), "a="+want+"\r\n") || m.Direction.String() != in || next.Direction.String() != want {
			t.Errorf("%s: %v\n%s", in, err, body)
		}
		if !strings.Contains(string(body), "m=audio 4000 RTP/AVP 8 97\r\n") || next.TelephoneEvent != 97 {
			t.Errorf("the offerer's numbers count:\n%s", body)
		}
	}
	held, _, _, _ := Answer(local, offer("a=sendonly"))
	if held.Version != 2 {
		t.Errorf("changed: version %d", held.Version)
	}
	again, _, _, _ := Answer(held, offer("a=sendonly"))
	if again.Version != 2 {
		t.Errorf("a refresh must not change the version: %d", again.Version)
	}
	back, _, _, _ := Answer(again, offer("a=sendrecv"))
	if back.Version != 3 || back.Direction != SendRecv {
		t.Errorf("%+v", back)
	}
	_, body, _, err := Answer(local, append(offer(), sdp("m=video 6000 RTP/AVP 31", "m=image 7000 udptl t38")...))
	if err != nil || strings.Count(string(body), "\r\nm=") != 3 || !strings.Contains(string(body), "m=video 0 RTP/AVP 31\r\nm=image 0 udptl t38\r\n") {
		t.Errorf("every stream needs its line (%v):\n%s", err, body)
	}
	if _, _, _, err := Answer(local, sdp("v=0", "c=IN IP4 192.0.2.7", "m=image 7000 udptl t38")); !errors.Is(err, ErrNoAudio) {
		t.Errorf("fax only: %v", err)
	}
}

func FuzzSDP(f *testing.F) {
	files, err := filepath.Glob("testdata/sdp/*.sdp")
	if err != nil || len(files) == 0 {
		f.Fatalf("no corpus: %v", err)
	}
	for _, name := range files {
		b, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	local := NewSession(netip.MustParseAddrPort("192.0.2.1:4000"), 42)
	f.Fuzz(func(t *testing.T, raw []byte) {
		fuzzEncrypted(t, raw)
		m, err := Negotiate(raw)
		if err != nil {
			return
		}
		if m.PayloadType != PayloadPCMA && m.PayloadType != PayloadPCMU || !m.Addr.IsValid() || m.Addr.Port() == 0 || m.Ptime <= 0 {
			t.Fatalf("%+v", m)
		}
		next, body, _, err := Answer(local, raw)
		if err != nil {
			t.Fatalf("negotiable but not answerable: %v", err)
		}
		back, err := ParseSession(body)
		if err != nil || back.Addr != local.Addr || back.Version != next.Version || back.Direction != m.Direction.Reverse() {
			t.Fatalf("our own answer: %v\n%s", err, body)
		}
		offered, err := parseSDP(raw)
		if err != nil {
			t.Fatal(err)
		}
		answered, err := parseSDP(body)
		if err != nil || len(answered.lines) != len(offered.lines) { // RFC 3264 6
			t.Fatalf("%d lines answer %d: %v", len(answered.lines), len(offered.lines), err)
		}
		at := answered.usable(SRTPOff)
		formats := strings.Fields(offered.lines[at].formats)
		for _, pt := range strings.Fields(answered.lines[at].formats) {
			if !slices.Contains(formats, pt) {
				t.Fatalf("payload type %s was not offered in %q", pt, offered.lines[at].formats)
			}
		}
		for i, l := range answered.lines {
			if i != at && l.port != 0 {
				t.Fatalf("line %d is taken too", i)
			}
		}
	})
}
