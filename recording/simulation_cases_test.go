package recording

import (
	"math/rand/v2"
	"testing"
	"time"

	"huifang/media"
)

const ms = time.Millisecond

// uniform is jitter from 0 to most.
func evenly(most time.Duration) func(time.Duration, *rand.Rand) time.Duration {
	return func(_ time.Duration, r *rand.Rand) time.Duration { return time.Duration(r.Int64N(int64(most))) }
}

// outage holds back all that is sent from begin to end and delivers it at end,
// every so often when every is not 0.
func outage(every, begin, end time.Duration) func(time.Duration, *rand.Rand) time.Duration {
	return func(sent time.Duration, _ *rand.Rand) time.Duration {
		at := sent
		if every > 0 {
			at %= every
		}
		if at >= begin && at < end {
			return end - at
		}
		return 0
	}
}

// spurts talks for talk, then is silent for hush, and so on.
func spurts(talk, hush time.Duration) func(time.Duration) bool {
	return func(at time.Duration) bool { return at%(talk+hush) >= talk }
}

func fivePercent(_ int, r *rand.Rand) bool { return r.IntN(20) == 0 }

// cases of trouble on the customer's side; the agent's is as given, or clean.
type trouble struct {
	name            string
	agent, customer party
	length          time.Duration // 0: 40 s
}

func troubles() []trouble {
	jump := func(at int, by int32) func(int, *simulated) {
		return func(i int, p *simulated) {
			if i >= at {
				p.frame.Timestamp += uint32(by)
			}
		}
	}
	return []trouble{
		{name: "clean"},
		{name: "both laws", agent: party{law: media.PCMU}},
		{name: "SSRC changes", customer: party{edit: func(i int, p *simulated) { p.frame.SSRC += uint32(i / 400) }}},
		{name: "SSRC, sequence and time stamp change, with jitter", customer: party{jitter: evenly(30 * ms), edit: func(i int, p *simulated) {
			k := uint32(i / 400)
			p.frame.SSRC, p.frame.Timestamp, p.frame.Sequence = p.frame.SSRC+k, p.frame.Timestamp+k*77_777_777, p.frame.Sequence+uint16(k)*30_000
		}}},
		{name: "SSRC comes back", customer: party{edit: func(i int, p *simulated) { p.frame.SSRC += uint32(i / 250 % 2) }}},
		{name: "address changes, same stream on a slower path", customer: party{base: 20 * ms, edit: func(i int, p *simulated) {
			if i >= 1000 {
				p.arrival, p.least = p.arrival+15*ms, p.least+15*ms
			}
		}}},
		{name: "address changes, new stream, 100 ms slower", customer: party{base: 20 * ms, edit: func(i int, p *simulated) {
			if i >= 1000 {
				p.arrival, p.least = p.arrival+100*ms, p.least+100*ms
				p.frame.SSRC, p.frame.Timestamp, p.frame.Sequence = 4711, p.frame.Timestamp+1_000_000, p.frame.Sequence+999
			}
		}}},
		{name: "PCMA and PCMU in turn", customer: party{edit: func(i int, p *simulated) {
			if i/300%2 == 1 {
				p.frame.PayloadType = media.PCMU
			}
		}}},
		{name: "ptime 10", customer: party{ptime: 80}},
		{name: "ptime 30", customer: party{ptime: 240}},
		{name: "ptime 40", customer: party{ptime: 320}},
		{name: "ptime 60", customer: party{ptime: 480}, agent: party{ptime: 80}},
		{name: "ptime changes", customer: party{jitter: evenly(20 * ms), length: func(i int) int { return []int{80, 160, 240, 320, 480}[i/100%5] }}},
		{name: "silence suppression, clock goes on", customer: party{silent: spurts(1500*ms, 1300*ms), jitter: evenly(20 * ms)}},
		{name: "silence suppression, clock goes on, no marker", customer: party{silent: spurts(1500*ms, 1300*ms), edit: func(_ int, p *simulated) { p.frame.Marker = false }}},
		{name: "silence suppression, clock stopped", customer: party{silent: spurts(2500*ms, 1300*ms), frozen: true, jitter: evenly(20 * ms)}},
		{name: "silence suppression, clock stopped, no marker", customer: party{silent: spurts(2500*ms, 400*ms), frozen: true, edit: func(_ int, p *simulated) { p.frame.Marker = false }}},
		{name: "short words, clock stopped", customer: party{silent: spurts(300*ms, 900*ms), frozen: true}},
		{name: "long pauses, clock stopped", customer: party{silent: spurts(3*time.Second, 12*time.Second), frozen: true}},
		{name: "comfort noise", customer: party{silent: spurts(1500*ms, 1300*ms), cn: true}},
		{name: "comfort noise, clock stopped", customer: party{silent: spurts(1500*ms, 1300*ms), cn: true, frozen: true}},
		{name: "time stamps jump forward", customer: party{edit: jump(700, 5_000_000)}},
		{name: "time stamps jump forward by half a second", customer: party{jitter: evenly(20 * ms), edit: jump(700, 4000)}},
		{name: "time stamps jump backward", customer: party{edit: jump(700, -5_000_000)}},
		{name: "time stamps jump backward by half a second", customer: party{jitter: evenly(20 * ms), edit: jump(700, -4000)}},
		{name: "time stamps jump backward by 40 ms", customer: party{edit: jump(700, -320)}},
		{name: "time stamps jump, packets cross the jump", customer: party{jitter: evenly(50 * ms), edit: jump(700, -5_000_000)}},
		{name: "sequence numbers begin anew", customer: party{edit: func(i int, p *simulated) {
			if i >= 700 {
				p.frame.Sequence -= 20_000
			}
		}}},
		{name: "time stamp wraps at 32 bits", customer: party{ts: 1<<32 - 80_000, jitter: evenly(50 * ms)}},
		{name: "sequence wraps at 16 bits", customer: party{seq: 65_000, jitter: evenly(50 * ms)}},
		{name: "both wrap, packets crossing", customer: party{seq: 65_200, ts: 1<<32 - 336*160, jitter: evenly(90 * ms)}},
		{name: "duplicates", customer: party{twice: func(i int) bool { return i%3 == 0 }}},
		{name: "reordered", customer: party{edit: func(i int, p *simulated) {
			if i%7 == 0 {
				p.arrival += 50 * ms
			}
		}}},
		{name: "reordered over the writer's boundary", customer: party{edit: func(i int, p *simulated) {
			if i%5 == 4 {
				p.arrival += 250 * ms
			}
		}}},
		{name: "5 % loss and 80 ms jitter", customer: party{base: 40 * ms, jitter: evenly(80 * ms), lost: fivePercent}, agent: party{base: 40 * ms}},
		{name: "outage of 2 s, all at once", customer: party{jitter: outage(0, 11*time.Second, 13*time.Second)}},
		{name: "outages of 2 s, at the start too", customer: party{jitter: outage(9*time.Second, 0, 2*time.Second)}},
		{name: "outage of 2 s, nothing delivered", customer: party{lost: func(i int, _ *rand.Rand) bool { return i >= 500 && i < 600 }}},
		{name: "outage just before the end", customer: party{jitter: outage(0, 37*time.Second, 39400*ms)}},
		{name: "hold without RTP", customer: party{silent: func(at time.Duration) bool { return at > 10*time.Second && at < 28*time.Second }}},
		{name: "hold without RTP, clock stopped", customer: party{frozen: true, silent: func(at time.Duration) bool { return at > 10*time.Second && at < 28*time.Second }}},
		{name: "slow start", customer: party{jitter: func(sent time.Duration, _ *rand.Rand) time.Duration { return max(0, 400*ms-sent) }}},
		{name: "slow start, draining", customer: party{jitter: func(sent time.Duration, _ *rand.Rand) time.Duration { return max(0, 300*ms-sent/2) }}},
		{name: "answers late", customer: party{silent: func(at time.Duration) bool { return at < 8*time.Second }}},
		{name: "nothing from the customer", customer: party{gone: true}},
		{name: "both sides in different trouble", length: 120 * time.Second,
			agent:    party{base: 10 * ms, jitter: evenly(60 * ms), ppm: 150, lost: fivePercent, law: media.PCMU, ptime: 160},
			customer: party{base: 30 * ms, jitter: outage(13*time.Second, 4*time.Second, 5*time.Second), frozen: true, silent: spurts(2*time.Second, 900*ms), ptime: 240}},
		{name: "an hour at +200 and -200 ppm", length: time.Hour, customer: party{ppm: 200, ptime: 320}, agent: party{ppm: -200, ptime: 320}},
	}
}

// A recording has the call's length, and in it every packet that arrived stands
// whole where it was heard: at the time of speaking and the network's least delay.
func TestRecording_EveryWordWhereItWasHeard(t *testing.T) {
	t.Parallel()
	const tolerance = 20 * perMs
	for i, row := range troubles() {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			length := row.length
			if length == 0 {
				length = 40 * time.Second
			}
			for _, p := range []*party{&row.agent, &row.customer} {
				if p.law == 0 {
					p.law = media.PCMA
				}
			}
			packets := append(row.agent.speak(media.Agent, length, uint64(i)), row.customer.speak(media.Customer, length, uint64(i))...)
			sealed := recordCall(t, packets, length)
			all := locate(t, sealed, packets, tolerance)
			if len(all) == 0 {
				t.Fatal("nothing was heard")
			}
			var worst int64
			first := length
			for _, p := range packets {
				first = min(first, p.spoken+p.least)
			}
			for _, f := range all {
				worst = max(worst, f.off, -f.off)
			}
			if d := samples(sealed.Duration) - samples(length-first); d > tolerance || d < -tolerance {
				t.Errorf("the recording has %v, the call %v", sealed.Duration, length-first)
			}
			between := skew(all)
			if between > tolerance {
				t.Errorf("channels are %.1f ms apart", float64(between)/perMs)
			}
			t.Logf("%d packets; off by at most %.1f ms, channels %.1f ms apart; %+v", len(all), float64(worst)/perMs, float64(between)/perMs, sealed.Facts.Customer)
		})
	}
}
