package carriersim

import (
	"context"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"huifang/internal/clip"
	"huifang/internal/testkit/audio"
	"huifang/media/codec"
)

func reasonOf(t *testing.T, headers []string, want string) {
	t.Helper()
	if want == "" && len(headers) == 0 {
		return
	}
	if len(headers) != 1 || !strings.Contains(headers[0], want) {
		t.Errorf("Reason %q, want %q", headers, want)
	}
}

// speech is the reference of what the customer says.
func speech(t *testing.T) []float64 {
	t.Helper()
	sound, err := clip.Parse(SpeechWAV())
	if err != nil {
		t.Fatal(err)
	}
	return sound.Channels[0]
}

func TestSpeech_EachSecondIsItsOwn(t *testing.T) {
	t.Parallel()
	const rate = 4000 // enough for voices, and a quarter of the work
	voice := clip.Resample(speech(t), 8000, rate)
	if s := len(voice) / rate; s < 20 || s > 30 {
		t.Fatalf("%d s of speech", s)
	}
	for at := 0; at+rate <= len(voice); at += rate {
		others := slices.Clone(voice)
		clear(others[at : at+rate])
		for _, seg := range audio.CorrelatePerSecond(others, voice[at:at+rate], rate) {
			if seg.Corr > 0.7 {
				t.Errorf("second %d is also said %.1f s later (%.2f)", at/rate, -seg.LagMs/1000, seg.Corr)
			}
		}
	}
}

// TestCarrier_TalksAndListens is the whole of an ordinary call.
func TestCarrier_TalksAndListens(t *testing.T) {
	t.Parallel()
	for _, network := range []string{"udp", "tcp"} {
		t.Run(network, func(t *testing.T) {
			t.Parallel()
			s := startSim(t, Config{})
			u := newUAC(t, s, network, "+8613800010000") // rings 1 s
			u.connect()
			said := audio.PseudoSpeech(4, 1)
			u.say(pcma, codec.EncodeALawPCM(nil, clip.ToPCM(said)))
			live := await(t, s, func(c Call) bool { return c.PacketsReceived == 200 })
			if live.State != StateAnswered || live.Final != 200 || live.Codec != "PCMA" || live.Number != "+8613800010000" {
				t.Errorf("%+v", brief([]Call{live}))
			}
			u.bye()
			c := awaitEnd(t, s, EndCaller)
			if ring := c.Answered.Sub(c.Ringing); ring < time.Second || ring > time.Second+slack {
				t.Errorf("rang %v", ring)
			}
			if !slices.Equal(c.Responses, []int{100, 180, 200}) || c.ACKs != 1 || !slices.Equal(c.Requests, []string{"ACK", "BYE"}) {
				t.Errorf("responses %v, %d ACKs, requests %v", c.Responses, c.ACKs, c.Requests)
			}
			if sum := audio.Summarise(audio.CorrelatePerSecond(said, clip.FromPCM(c.Received), 8000)); sum.Seconds != 4 || sum.Min < 0.99 {
				t.Errorf("what the carrier heard: %s", sum)
			}
			var heard []byte
			packets := u.heard()
			for i, p := range packets {
				heard = append(heard, p.payload...)
				if i > 0 && (p.sequence != packets[i-1].sequence+1 || p.timestamp != packets[i-1].timestamp+160 || p.marker || p.ssrc != packets[0].ssrc) {
					t.Fatalf("packet %d does not follow its predecessor", i)
				}
			}
			if !packets[0].marker {
				t.Error("the talk spurt has no marker")
			}
			// Absolute deadlines: however late we wake, the number follows the clock.
			talked := c.Ended.Sub(c.Answered)
			if off := talked - time.Duration(c.PacketsSent)*frameTime; off < -frameTime || off > 500*time.Millisecond {
				t.Errorf("%d packets sent in %v", c.PacketsSent, talked)
			}
			if sum := audio.Summarise(audio.CorrelatePerSecond(speech(t), clip.FromALaw(heard), 8000)); sum.Seconds < 3 || sum.Min < 0.999 || math.Abs(sum.MedianLagMs) > 0.01 {
				t.Errorf("what the caller heard: %s", sum)
			}
			if sum := audio.Summarise(audio.CorrelatePerSecond(speech(t), clip.FromPCM(c.Sent), 8000)); sum.Seconds < 3 || sum.Min < 0.999 {
				t.Errorf("what the carrier says it sent: %s", sum)
			}
		})
	}
}

func TestCarrier_AnswersAtOnce(t *testing.T) {
	t.Parallel()
	s := startSim(t, Config{})
	u := newUAC(t, s, "udp", "13800000001")
	u.invite()
	u.ack(u.response("INVITE", 200))
	u.hear(5)
	u.bye()
	if c := awaitEnd(t, s, EndCaller); !slices.Equal(c.Responses, []int{100, 200}) || !c.Ringing.IsZero() {
		t.Errorf("responses %v", c.Responses)
	}
}

func TestCarrier_Echoes(t *testing.T) {
	t.Parallel()
	s := startSim(t, Config{})
	u := newUAC(t, s, "udp", "13800010002")
	u.connect()
	said := codec.EncodeALawPCM(nil, clip.ToPCM(audio.PseudoSpeech(2, 2)))
	u.say(pcma, said)
	var back []byte
	for _, p := range u.hear(100) {
		back = append(back, p.payload...)
	}
	if string(back) != string(said) {
		t.Error("the echo is not what was said")
	}
}

func TestCarrier_RingsForEverAndObeysCancel(t *testing.T) {
	t.Parallel()
	s := startSim(t, Config{})
	u := newUAC(t, s, "udp", "13800000003")
	u.invite()
	u.response("INVITE", 180)
	u.send("CANCEL", "")
	u.response("CANCEL", 200)
	u.ack(u.response("INVITE", 487))
	c := awaitEnd(t, s, EndCancelled)
	if c.Final != 487 || !slices.Equal(c.Responses, []int{100, 180, 487}) || c.Ringing.IsZero() || !c.Answered.IsZero() {
		t.Errorf("%+v", brief([]Call{c}))
	}
}

func TestCarrier_Refusals(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		number string
		rings  time.Duration
		code   int
		reason string
	}{
		{"13800000004", 0, 486, "Q.850;cause=17"},
		{"13800010005", time.Second, 603, "Q.850;cause=21"},
		{"13800000007", 0, 404, "Q.850;cause=1;"},
		{"13800000015", 0, 503, ""},
		{"13800020017", 2 * time.Second, 480, ""},
	} {
		t.Run(row.number, func(t *testing.T) {
			t.Parallel()
			s := startSim(t, Config{})
			u := newUAC(t, s, "udp", row.number)
			u.invite()
			if row.rings > 0 {
				u.response("INVITE", 180)
			}
			res := u.response("INVITE", row.code)
			var reasons []string
			for _, h := range res.GetHeaders("Reason") {
				reasons = append(reasons, h.Value())
			}
			reasonOf(t, reasons, row.reason)
			u.ack(res)
			await(t, s, func(c Call) bool { return c.ACKs == 1 })
			c := awaitEnd(t, s, EndRefused)
			if c.Final != row.code || c.PacketsSent != 0 {
				t.Errorf("%+v", brief([]Call{c}))
			}
			if row.rings > 0 {
				if rang := c.Ended.Sub(c.Ringing); rang < row.rings || rang > row.rings+slack {
					t.Errorf("rang %v, want %v", rang, row.rings)
				}
			}
		})
	}
}

func TestCarrier_PoweredOffAnnouncementInEarlyMedia(t *testing.T) {
	t.Parallel()
	s := startSim(t, Config{})
	u := newUAC(t, s, "udp", "13800000006")
	u.invite()
	if progress := u.response("INVITE", 183); len(progress.Body()) == 0 {
		t.Fatal("183 without SDP")
	}
	res := u.response("INVITE", 480)
	reasonOf(t, []string{res.GetHeader("Reason").Value()}, "Q.850;cause=20")
	u.ack(res)
	c := awaitEnd(t, s, EndRefused)
	sound, err := clip.Parse(poweredOffWAV)
	if err != nil {
		t.Fatal(err)
	}
	var heard []byte
	for _, p := range u.hear((len(sound.Channels[0]) + 159) / 160) { // the last may lie in the socket still
		heard = append(heard, p.payload...)
	}
	sum := audio.Summarise(audio.CorrelatePerSecond(sound.Channels[0], clip.FromALaw(heard), 8000))
	if sum.Seconds < 5 || sum.Min < 0.999 || len(heard) != len(sound.Channels[0]) {
		t.Errorf("heard %d of %d samples: %s", len(heard), len(sound.Channels[0]), sum)
	}
	if slices.Contains(c.Responses, 180) {
		t.Error("a telephone that is off does not ring")
	}
}

func TestCarrier_AnswersJustAsItIsCancelled(t *testing.T) {
	t.Parallel()
	s := startSim(t, Config{})
	u := newUAC(t, s, "udp", "13800000008")
	u.invite()
	u.response("INVITE", 180)
	u.send("CANCEL", "")
	res := u.response("INVITE", 200) // before the answer to CANCEL
	u.response("CANCEL", 200)
	u.ack(res)
	u.hear(5)
	u.bye()
	if c := awaitEnd(t, s, EndCaller); !slices.Equal(c.Responses, []int{100, 180, 200}) || c.ACKs != 1 {
		t.Errorf("responses %v, %d ACKs", c.Responses, c.ACKs)
	}
}

func TestCarrier_HangsUpAfterSeconds(t *testing.T) {
	t.Parallel()
	s := startSim(t, Config{})
	u := newUAC(t, s, "udp", "13800020009")
	u.connect()
	bye := u.served("BYE", 200, "")
	if tag, _ := bye.To().Params.Get("tag"); tag != u.fromTag || bye.CallID().Value() != u.callID {
		t.Errorf("BYE of another dialog: %s", bye)
	}
	reasonOf(t, []string{bye.GetHeader("Reason").Value()}, "Q.850;cause=16")
	c := awaitEnd(t, s, EndCallee)
	if talked := c.Ended.Sub(c.Answered); talked < 2*time.Second || talked > 2*time.Second+slack {
		t.Errorf("talked %v", talked)
	}
}

func TestCarrier_SendsNoRTP(t *testing.T) {
	t.Parallel()
	s := startSim(t, Config{})
	u := newUAC(t, s, "udp", "13800010010")
	u.connect()
	u.say(pcma, make([]byte, 8000))
	u.bye()
	if c := awaitEnd(t, s, EndCaller); c.PacketsSent != 0 || c.PacketsReceived != 50 || len(u.heard()) != 0 {
		t.Errorf("sent %d, received %d", c.PacketsSent, c.PacketsReceived)
	}
}

func TestCarrier_Jitter(t *testing.T) {
	t.Parallel()
	s := startSim(t, Config{})
	u := newUAC(t, s, "udp", "13800010011")
	u.connect()
	packets := u.hear(150)
	overtaken := 0
	for i := 1; i < len(packets); i++ {
		if int16(packets[i].sequence-packets[i-1].sequence) < 0 {
			overtaken++
		}
	}
	if overtaken < 15 {
		t.Errorf("only %d of %d packets came out of order", overtaken, len(packets))
	}
	sequences := make(map[uint16]bool)
	for _, p := range packets {
		sequences[p.sequence] = true
	}
	if len(sequences) != len(packets) {
		t.Error("packets came twice")
	}
}

func TestCarrier_LosesFivePercent(t *testing.T) {
	t.Parallel()
	s := startSim(t, Config{})
	u := newUAC(t, s, "udp", "13800010012")
	u.connect()
	u.hear(300)
	u.bye()
	c := awaitEnd(t, s, EndCaller)
	packets := u.heard()
	gaps := 0
	for i := 1; i < len(packets); i++ {
		gaps += int(packets[i].sequence-packets[i-1].sequence) - 1
	}
	if share := float64(c.PacketsDropped) / float64(c.PacketsDropped+c.PacketsSent); share < 0.02 || share > 0.09 || gaps < 6 {
		t.Errorf("lost %.3f of the packets, %d gaps", share, gaps)
	}
}

func TestCarrier_TwelveProvisionalResponses(t *testing.T) {
	t.Parallel()
	s := startSim(t, Config{})
	u := newUAC(t, s, "udp", "13800010013")
	u.invite()
	for range 12 {
		u.response("INVITE", 180)
	}
	u.ack(u.response("INVITE", 200))
	u.hear(5)
	u.bye()
	c := awaitEnd(t, s, EndCaller)
	want := append([]int{100}, slices.Repeat([]int{180}, 12)...)
	if want = append(want, 200); !slices.Equal(c.Responses, want) {
		t.Errorf("responses %v", c.Responses)
	}
}

func TestCarrier_SilenceAnswersNothing(t *testing.T) {
	t.Parallel()
	s := startSim(t, Config{})
	u := newUAC(t, s, "udp", "13800000016")
	u.invite()
	await(t, s, func(c Call) bool { return c.Behaviour == "silence" })
	u.send("CANCEL", "")
	await(t, s, func(c Call) bool { return slices.Equal(c.Requests, []string{"CANCEL"}) })
	s.Stop()
	if c := awaitEnd(t, s, EndStopped); len(c.Responses) != 0 {
		t.Errorf("responses %v", c.Responses)
	}
	select {
	case m := <-u.messages:
		t.Errorf("an answer came: %s", m)
	default:
	}
}

func TestCarrier_EarlyRingbackWithout180(t *testing.T) {
	t.Parallel()
	s := startSim(t, Config{})
	u := newUAC(t, s, "udp", "13800020018")
	u.invite()
	u.response("INVITE", 183)
	u.hear(25)
	if len(s.Calls()[0].Sent) == 0 || s.Calls()[0].State != StateRinging {
		t.Error("no early media")
	}
	u.ack(u.response("INVITE", 200))
	u.hear(150)
	u.bye()
	if c := awaitEnd(t, s, EndCaller); !slices.Equal(c.Responses, []int{100, 183, 200}) {
		t.Errorf("responses %v", c.Responses)
	}
}

func TestCarrier_HoldsAndResumes(t *testing.T) {
	t.Parallel()
	s := startSim(t, Config{})
	u := newUAC(t, s, "udp", "13800010019")
	u.connect()
	for _, step := range []struct{ offered, answered string }{{"sendonly", "recvonly"}, {"sendrecv", "sendrecv"}} {
		before := len(u.heard())
		req := u.served("INVITE", 200, u.offer(step.answered, "8 101"))
		if !strings.Contains(string(req.Body()), "a="+step.offered) {
			t.Errorf("offer is not %s:\n%s", step.offered, req.Body())
		}
		u.hear(before + 20)
	}
	u.bye()
	if c := awaitEnd(t, s, EndCaller); c.ACKs != 1 || c.Held {
		t.Errorf("%+v", brief([]Call{c}))
	}
}

func TestCarrier_DuplicateAnswer(t *testing.T) {
	t.Parallel()
	s := startSim(t, Config{})
	u := newUAC(t, s, "udp", "13800010021")
	first := u.connect()
	for range 2 {
		again := u.response("INVITE", 200)
		if again.String() != first.String() {
			t.Error("the repeated 200 differs")
		}
		u.ack(again)
	}
	await(t, s, func(c Call) bool { return c.ACKs == 3 })
	u.bye()
	awaitEnd(t, s, EndCaller)
}

func TestCarrier_ForkedAnswer(t *testing.T) {
	t.Parallel()
	s := startSim(t, Config{})
	u := newUAC(t, s, "udp", "13800010022")
	u.connect()
	winner := u.toTag
	u.ack(u.response("INVITE", 200))
	if u.toTag == winner {
		t.Fatal("the second 200 has the tag of the first")
	}
	u.bye()
	c := await(t, s, func(c Call) bool { return c.ForkEnded })
	if c.State != StateAnswered {
		t.Errorf("the winner went with the loser: %s", c.State)
	}
	u.toTag = winner
	u.bye()
	awaitEnd(t, s, EndCaller)
}

func TestCarrier_AnswersByeWith481(t *testing.T) {
	t.Parallel()
	s := startSim(t, Config{})
	u := newUAC(t, s, "udp", "13800010023")
	u.connect()
	u.request("BYE", "")
	u.response("BYE", 481)
	awaitEnd(t, s, EndCaller)
}

func TestCarrier_TakesPCMUFromTheOffer(t *testing.T) {
	t.Parallel()
	for number, offer := range map[string]string{"13800010024": "8 0 101", "13800010000": "0 101"} {
		t.Run(number, func(t *testing.T) {
			t.Parallel()
			s := startSim(t, Config{})
			u := newUAC(t, s, "udp", number)
			u.sdp = u.offer("sendrecv", offer)
			u.connect()
			var heard []float64
			for _, p := range u.hear(150) {
				if p.payloadType != pcmu {
					t.Fatalf("payload type %d", p.payloadType)
				}
				for _, b := range p.payload {
					heard = append(heard, float64(codec.DecodeMuLaw(b))/32768)
				}
			}
			if sum := audio.Summarise(audio.CorrelatePerSecond(speech(t), heard, 8000)); sum.Seconds < 2 || sum.Min < 0.999 {
				t.Error(sum)
			}
		})
	}
}

func TestCarrier_StopsInTheMiddleOfEverything(t *testing.T) {
	t.Parallel()
	s := startSim(t, Config{})
	ringing, talking, tcp := newUAC(t, s, "udp", "13800000003"), newUAC(t, s, "udp", "13800000001"), newUAC(t, s, "tcp", "13800000003")
	ringing.invite()
	ringing.response("INVITE", 180)
	tcp.invite()
	tcp.response("INVITE", 180)
	talking.invite()
	talking.ack(talking.response("INVITE", 200))
	await(t, s, func(c Call) bool { return c.ACKs == 1 })
	ctx, cancel := context.WithCancel(t.Context())
	go func() { s.Stop(); cancel() }()
	ringing.ack(ringing.response("INVITE", 503))
	tcp.ack(tcp.response("INVITE", 503))
	talking.served("BYE", 200, "")
	select {
	case <-ctx.Done():
	case <-time.After(patience):
		t.Fatal("Stop did not return")
	}
	s.Stop()
	for _, c := range s.Calls() {
		if c.State != StateEnded || c.End != EndStopped {
			t.Errorf("%+v", brief([]Call{c}))
		}
	}
	if err := s.Start(t.Context()); err == nil {
		t.Error("it started again")
	}
}
