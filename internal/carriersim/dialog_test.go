package carriersim

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil/promlint"
)

func TestDialog_OptionsAndStrangers(t *testing.T) {
	t.Parallel()
	for _, network := range []string{"udp", "tcp"} {
		t.Run(network, func(t *testing.T) {
			t.Parallel()
			s := startSim(t, Config{})
			u := newUAC(t, s, network, "13800000001")
			u.request("OPTIONS", "")
			if res := u.response("OPTIONS", 200); !strings.Contains(res.GetHeader("Allow").Value(), "INVITE") {
				t.Error("OPTIONS without Allow")
			}
			for _, row := range []struct {
				method string
				code   int
			}{{"BYE", 481}, {"CANCEL", 481}, {"REGISTER", 405}, {"SUBSCRIBE", 405}} {
				u.request(row.method, "")
				u.response(row.method, row.code)
			}
			u.toTag = "nobody"
			u.invite()
			u.response("INVITE", 481)
			if len(s.Calls()) != 0 {
				t.Error("a call came out of that")
			}
		})
	}
}

func TestDialog_RetransmittedInviteGetsTheLastResponseAgain(t *testing.T) {
	t.Parallel()
	s := startSim(t, Config{})
	u := newUAC(t, s, "udp", "13800000003")
	u.invite()
	first := u.response("INVITE", 180)
	u.send("INVITE", u.sdp)
	if again := u.response("INVITE", 180); again.String() != first.String() {
		t.Error("the response differs")
	}
	if n := len(s.Calls()); n != 1 {
		t.Errorf("%d calls", n)
	}
}

func TestDialog_FinalsAreRepeatedUntilACK(t *testing.T) {
	t.Parallel()
	for number, code := range map[string]int{"13800000001": 200, "13800000004": 486} {
		t.Run(number, func(t *testing.T) {
			t.Parallel()
			s := startSim(t, Config{})
			u := newUAC(t, s, "udp", number)
			u.invite()
			begin := time.Now()
			u.response("INVITE", code)
			u.response("INVITE", code)
			if d := time.Since(begin); d < t1 {
				t.Errorf("repeated after %v", d)
			}
			res := u.response("INVITE", code)
			if d := time.Since(begin); d < 3*t1 {
				t.Errorf("repeated again after %v in all", d)
			}
			u.ack(res)
			await(t, s, func(c Call) bool { return c.ACKs == 1 })
			if code == 200 {
				u.bye()
			}
			s.Stop()
			select {
			case m := <-u.messages:
				t.Errorf("after the ACK came %s", m)
			default:
			}
		})
	}
}

func TestDialog_TwoHundredIsRepeatedOverTCPToo(t *testing.T) {
	t.Parallel()
	s := startSim(t, Config{})
	u := newUAC(t, s, "tcp", "13800000001")
	u.invite()
	u.response("INVITE", 200)
	u.ack(u.response("INVITE", 200))
	u.bye()
}

func TestDialog_StopDoesNotWaitForAnACK(t *testing.T) {
	t.Parallel()
	s := startSim(t, Config{})
	u := newUAC(t, s, "udp", "13800000004")
	u.invite()
	u.response("INVITE", 486)
	begin := time.Now()
	s.Stop()
	if d := time.Since(begin); d > slack {
		t.Errorf("Stop took %v", d)
	}
}

func TestDialog_HeldByTheCallerAndMoved(t *testing.T) {
	t.Parallel()
	s := startSim(t, Config{})
	u := newUAC(t, s, "udp", "13800000001")
	u.invite()
	first := u.response("INVITE", 200)
	u.ack(first)
	u.hear(5)

	u.request("INVITE", u.offer("sendonly", "8 0 101"))
	res := u.response("INVITE", 200)
	u.ack(res)
	if !strings.Contains(string(res.Body()), "a=recvonly") || originVersion(res.Body()) <= originVersion(first.Body()) {
		t.Errorf("hold was answered with\n%s", res.Body())
	}
	c := await(t, s, func(c Call) bool { return c.Held })
	if c.State != StateAnswered {
		t.Error(c.State)
	}
	held := len(u.hear(int(c.PacketsSent)))
	u.say(pcma, make([]byte, 4000)) // half a second in which we must hear nothing
	if n := len(u.heard()); n > held+1 {
		t.Errorf("%d packets came during hold", n-held)
	}

	// Resume at another port: the carrier must follow.
	elsewhere := newUAC(t, s, "udp", "13800000001")
	u.request("UPDATE", elsewhere.offer("sendrecv", "8 0 101"))
	if res := u.response("UPDATE", 200); !strings.Contains(string(res.Body()), "a=sendrecv") {
		t.Errorf("UPDATE was answered with\n%s", res.Body())
	}
	elsewhere.hear(10)
	u.request("UPDATE", "") // a session refresh
	u.response("UPDATE", 200)
	u.bye()
	if c := awaitEnd(t, s, EndCaller); c.Held || c.ACKs != 2 {
		t.Errorf("%+v", brief([]Call{c}))
	}
}

func originVersion(body []byte) string {
	for line := range strings.Lines(string(body)) {
		if strings.HasPrefix(line, "o=") {
			return strings.Fields(line)[2]
		}
	}
	return ""
}

func TestDialog_InviteWithoutOffer(t *testing.T) {
	t.Parallel()
	s := startSim(t, Config{})
	u := newUAC(t, s, "udp", "13800000001")
	answer := u.sdp
	u.sdp = ""
	u.invite()
	res := u.response("INVITE", 200)
	u.toTag, _ = res.To().Params.Get("tag")
	u.branch = "z9hG4bK" + newTag()
	u.send("ACK", answer)
	u.hear(10)
	u.bye()
}

func TestDialog_OffersOfNoUse(t *testing.T) {
	t.Parallel()
	s := startSim(t, Config{})
	for name, sdp := range map[string]string{
		"video only": "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=video 4000 RTP/AVP 96\r\n",
		"encrypted":  "v=0\r\nc=IN IP4 127.0.0.1\r\nm=audio 4000 RTP/SAVP 8\r\n",
		"other":      "v=0\r\nc=IN IP4 127.0.0.1\r\nm=audio 4000 RTP/AVP 9 18\r\n",
	} {
		u := newUAC(t, s, "udp", "13800000001")
		u.sdp = sdp
		u.invite()
		u.ack(u.response("INVITE", 488))
		await(t, s, func(c Call) bool { return c.CallID == u.callID && c.End == EndFailed })
		t.Log("refused: " + name)
	}
	u := newUAC(t, s, "udp", "13800000001")
	u.invite("Require: 100rel")
	if res := u.response("INVITE", 420); res.GetHeader("Unsupported").Value() != "100rel" {
		t.Error("420 without Unsupported")
	}
}

func TestDialog_ByeInsteadOfCancel(t *testing.T) {
	t.Parallel()
	s := startSim(t, Config{})
	u := newUAC(t, s, "udp", "13800000003")
	u.invite()
	u.toTag, _ = u.response("INVITE", 180).To().Params.Get("tag")
	invite, cseq := u.branch, u.cseq
	u.request("BYE", "")
	u.response("BYE", 200)
	res := u.response("INVITE", 487)
	u.branch, u.cseq = invite, cseq
	u.ack(res)
	awaitEnd(t, s, EndCaller)
}

func TestDialog_PeerThatGoesSilentIsHungUp(t *testing.T) {
	t.Parallel()
	s := startSim(t, Config{SilenceLimit: time.Second})
	u := newUAC(t, s, "udp", "13800000001")
	u.invite()
	u.ack(u.response("INVITE", 200))
	u.say(pcma, make([]byte, 8000)) // one second of RTP puts it off
	u.served("BYE", 200, "")
	c := awaitEnd(t, s, EndSilent)
	if d := c.Ended.Sub(c.Answered); d < 1900*time.Millisecond || d > 2*time.Second+slack {
		t.Errorf("hung up after %v", d)
	}
}

func TestDialog_HoldIsNotSilence(t *testing.T) {
	t.Parallel()
	s := startSim(t, Config{SilenceLimit: 300 * time.Millisecond})
	u := newUAC(t, s, "udp", "13800000001")
	u.sdp = u.offer("inactive", "8 101")
	u.invite()
	u.ack(u.response("INVITE", 200))
	select {
	case m := <-u.messages:
		t.Errorf("hung up on a caller that holds: %s", m)
	case <-time.After(1500 * time.Millisecond): // the span under test
	}
	u.bye()
	awaitEnd(t, s, EndCaller)
}

func TestDialog_DTMF(t *testing.T) {
	t.Parallel()
	s := startSim(t, Config{})
	u := newUAC(t, s, "udp", "13800000001")
	u.invite()
	u.ack(u.response("INVITE", 200))
	sequence := uint16(0)
	for i, digit := range []byte{1, 1, 0, 11, 12} { // 1 1 0 # A
		for step := range 6 { // three packets of the event, then its end three times
			end := byte(10)
			if step > 2 {
				end |= 0x80
			}
			sequence++
			u.sendRTP(packet{payloadType: 101, sequence: sequence, timestamp: uint32(i * 1600), ssrc: 7, payload: []byte{digit, end, 0, 160}})
		}
	}
	await(t, s, func(c Call) bool { return c.PacketsReceived == 30 })
	if c := s.Calls()[0]; c.Digits != "110#A" || len(c.Received) != 0 {
		t.Errorf("digits %q, %d samples of audio", c.Digits, len(c.Received))
	}
	u.bye()
}

func TestSimulator_Metrics(t *testing.T) {
	t.Parallel()
	registry := prometheus.NewRegistry()
	s := startSim(t, Config{Registerer: registry})
	u := newUAC(t, s, "udp", "13800000004")
	u.invite()
	u.ack(u.response("INVITE", 486))
	if _, err := u.conn.Write([]byte("nonsense\r\n\r\n")); err != nil {
		t.Fatal(err)
	}
	u.request("OPTIONS", "") // once answered, the nonsense was read
	u.response("OPTIONS", 200)
	s.Stop()
	families, err := registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	got := make(map[string]string)
	for _, f := range families {
		got[f.GetName()] = f.String()
	}
	for name, want := range map[string]string{
		"huifang_carriersim_active_calls":               "value:0",
		"huifang_carriersim_malformed_messages_total":   "value:1",
		"huifang_carriersim_rtp_received_packets_total": "value:0",
		"huifang_carriersim_rtp_sent_packets_total":     "value:0",
		"huifang_carriersim_calls_total":                `name:"behaviour" value:"busy"`,
	} {
		if !strings.Contains(strings.ReplaceAll(got[name], "  ", " "), want) {
			t.Errorf("%s: %s, want %s", name, got[name], want)
		}
	}
	if problems, err := promlint.NewWithMetricFamilies(families).Lint(); err != nil || len(problems) != 0 {
		t.Error(problems, err)
	}
}

func TestSimulator_ConfigAndLife(t *testing.T) {
	t.Parallel()
	for _, bad := range []Config{{SIPAddr: "here"}, {MediaIP: "there"}, {SIPAddr: "0.0.0.0:0"}} {
		if _, err := New(bad); err == nil {
			t.Errorf("%+v was accepted", bad)
		}
	}
	s, err := New(Config{SIPAddr: "0.0.0.0:0", MediaIP: "127.0.0.1"})
	if err != nil {
		t.Fatal(err)
	}
	if s.Addr() != "" {
		t.Error("an address before Start")
	}
	if err := s.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(s.Addr(), "127.0.0.1:") {
		t.Error(s.Addr())
	}
	if err := s.Start(t.Context()); err == nil {
		t.Error("it started twice")
	}
	s.Stop()
	s.Stop()
	unused, err := New(Config{})
	if err != nil {
		t.Fatal(err)
	}
	unused.Stop()
}

func TestSDP_RoundTripAndOddities(t *testing.T) {
	t.Parallel()
	body := []byte("v=0\r\no=- 1 1 IN IP4 10.0.0.1\r\ns=-\r\nc=IN IP4 10.0.0.1\r\nt=0 0\r\na=sendonly\r\n" +
		"m=audio 4000 RTP/AVP 18 0 8 97\r\nc=IN IP4 10.0.0.2\r\na=rtpmap:97 telephone-event/8000\r\nm=video 5000 RTP/AVP 99\r\na=inactive\r\n")
	d, err := parseSDP(body)
	if err != nil || d.address.String() != "10.0.0.2:4000" || !slices.Equal(d.codecs, []uint8{0, 8}) || d.event != 97 || d.direction != sendonly {
		t.Fatalf("%+v, %v", d, err)
	}
	again, err := parseSDP(d.format(1, 1))
	if err != nil || again.address != d.address || !slices.Equal(again.codecs, d.codecs) || again.event != 97 || again.direction != sendonly {
		t.Fatalf("%+v, %v", again, err)
	}
	keyed, err := parseSDP([]byte("c=IN IP4 10.0.0.2\nm=audio 4000 RTP/SAVP 8\na=crypto:1 F8_128_HMAC_SHA1_80 inline:xx\n" +
		"a=crypto:2 AES_CM_128_HMAC_SHA1_80 inline:PS1uQCVeeCFCanVmcjkpPywjNWhcYD0mXXtxaVBR|2^20\n"))
	if err != nil || !keyed.savp || len(keyed.crypto) != 1 || keyed.crypto[0].tag != 2 || len(keyed.crypto[0].key) != 30 {
		t.Fatalf("SRTP: %+v, %v", keyed, err)
	}
	back, err := parseSDP(keyed.format(1, 1))
	if err != nil || !back.savp || len(back.crypto) != 1 || string(back.crypto[0].key) != string(keyed.crypto[0].key) {
		t.Fatalf("SRTP: %+v, %v", back, err)
	}
	old, err := parseSDP([]byte("c=IN IP4 0.0.0.0\nm=audio 4000 RTP/AVP 8\n"))
	if err != nil || old.direction != inactive {
		t.Fatalf("hold of RFC 2543: %+v, %v", old, err)
	}
}

func FuzzParseSDP(f *testing.F) {
	f.Add([]byte("c=IN IP4 10.0.0.2\r\nm=audio 4000 RTP/AVP 8 97\r\na=rtpmap:97 telephone-event/8000\r\n"))
	f.Fuzz(func(t *testing.T, body []byte) {
		if d, err := parseSDP(body); err == nil {
			if _, err := parseSDP(d.format(1, 1)); err != nil && d.direction != inactive {
				t.Fatalf("%v in\n%s", err, d.format(1, 1))
			}
		}
	})
}

func FuzzParsePacket(f *testing.F) {
	f.Add(packet{payloadType: 8, payload: []byte("voice")}.append(nil))
	f.Fuzz(func(t *testing.T, b []byte) {
		if p, err := parsePacket(b); err == nil && len(p.payload) > len(b)-rtpHeader {
			t.Fatal("more payload than packet")
		}
	})
}
