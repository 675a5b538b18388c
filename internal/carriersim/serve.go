package carriersim

import (
	"time"

	"github.com/emiago/sipgo/sip"
)

// forever is a wait that only the end of the call ends.
const forever = time.Duration(1<<63 - 1)

// resend is a message that is sent again until the other side reacts (RFC 3261
// 13.3.1.4 for a 2xx, 17.2.1 for other finals, 17.1 for requests).
type resend struct {
	message  []byte
	way      path
	due      time.Time
	interval time.Duration
	giveUp   time.Time
}

// newResend takes a message that was sent just now. Over TCP only a 2xx is sent
// again, as its ACK is not the transport's affair.
func newResend(message []byte, way path, always bool) *resend {
	now := time.Now()
	r := &resend{message: message, way: way, interval: t1, due: now.Add(t1), giveUp: now.Add(giveUpAfter)}
	if way.network() == "TCP" && !always {
		r.due = r.giveUp
	}
	return r
}

// tick sends again when it is time; false means that it was the last.
func (r *resend) tick(now time.Time) bool {
	if !now.Before(r.giveUp) {
		return false
	}
	if !now.Before(r.due) {
		_ = r.way.send(r.message)
		r.interval = min(2*r.interval, t2)
		r.due = now.Add(r.interval)
	}
	return true
}

func (r *resend) next() time.Time {
	if r.due.Before(r.giveUp) {
		return r.due
	}
	return r.giveUp
}

// wait serves the call for d. An error is the end of the call.
func (c *call) wait(d time.Duration) error { return c.serve(d, func() bool { return false }) }

// serve handles the inbox and the timers until done says so or d has passed.
// An error is the end of the call.
func (c *call) serve(d time.Duration, done func() bool) error {
	var until time.Time
	if d != forever {
		until = time.Now().Add(d)
	}
	timer := time.NewTimer(0)
	defer timer.Stop()
	for !done() {
		now := time.Now()
		if !until.IsZero() && !now.Before(until) {
			return nil
		}
		if err := c.tick(now); err != nil {
			return err
		}
		timer.Reset(time.Until(c.wake(now, until)))
		select {
		case <-c.stop:
			c.stop = nil
			return ending{EndStopped}
		case ev := <-c.inbox:
			if err := c.handle(ev); err != nil {
				return err
			}
		case <-timer.C:
		}
	}
	return nil
}

// wake is when serve has to look again.
func (c *call) wake(now, until time.Time) time.Time {
	wake := now.Add(time.Second)
	earlier := func(t time.Time) {
		if !t.IsZero() && t.Before(wake) {
			wake = t
		}
	}
	earlier(until)
	for _, r := range []*resend{c.final, c.forked} {
		if r != nil {
			earlier(r.next())
		}
	}
	if c.pending != nil {
		earlier(c.pending.next())
	}
	return wake
}

func (c *call) tick(now time.Time) error {
	if c.final != nil && !c.final.tick(now) {
		c.final = nil
		return ending{EndNoACK}
	}
	if c.forked != nil && !c.forked.tick(now) {
		c.forked = nil
	}
	if c.pending != nil && !c.pending.tick(now) {
		c.pending = nil
		return ending{EndNoResponse}
	}
	if c.current() == StateAnswered && c.media != nil && c.remoteSide.sends() && c.local.direction.receives() &&
		c.media.quiet(now, c.quietSince) > c.sim.cfg.SilenceLimit {
		return ending{EndSilent}
	}
	return nil
}

// respond sends a provisional response to the INVITE.
func (c *call) respond(code int, headers ...string) {
	if code > 100 {
		headers = append(headers, "Contact", c.contact())
	}
	res := newResponse(c.invite, code, c.tag, headers...)
	if code == 183 && c.media != nil {
		c.attachSDP(res)
	}
	c.inviteTx.respond(res)
	c.noteResponse(code)
}

// reject sends a final response other than 2xx; it is sent again until its ACK.
func (c *call) reject(code int, headers ...string) {
	res := newResponse(c.invite, code, c.tag, headers...)
	c.inviteTx.respond(res)
	c.final = newResend([]byte(res.String()), c.way, false)
	c.noteResponse(code)
}

func (c *call) noteResponse(code int) {
	c.update(func(r *Call) {
		r.Responses = append(r.Responses, code)
		switch {
		case code >= 200:
			r.Final = code
			if code < 300 {
				r.State, r.Answered = StateAnswered, time.Now()
			}
		case code >= 180 && r.State == StateInvited:
			r.State, r.Ringing = StateRinging, time.Now()
		}
	})
}

// pendingRequest is a request of ours that waits for its final response.
type pendingRequest struct {
	*resend
	request  *sip.Request
	branch   string
	response *sip.Response
}

// send starts a request inside the dialog; serve brings the response.
func (c *call) send(method sip.RequestMethod, body []byte, headers ...string) {
	c.cseq++
	r, branch := c.newRequest(method, c.cseq, body)
	for i := 0; i+1 < len(headers); i += 2 {
		r.AppendHeader(sip.NewHeader(headers[i], headers[i+1]))
	}
	c.sim.route(branch, c)
	message, way := []byte(r.String()), c.wayOut()
	_ = way.send(message) // a lost packet is the timers' affair
	c.pending = &pendingRequest{request: r, branch: branch, resend: newResend(message, way, false)}
}
