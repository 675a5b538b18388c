package sip

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"time"

	sipmsg "github.com/emiago/sipgo/sip"
)

// refresher keeps the session timer (RFC 4028). It belongs to the call's goroutine.
type refresher struct {
	interval time.Duration   // 0: the session does not expire
	least    time.Duration   // the largest Min-SE of a 422, or 0 (RFC 4028 7.4)
	ours     bool            // we refresh
	inviting bool            // a re-INVITE of ours is open
	byInvite bool            // the far side refused UPDATE
	sent     *sipmsg.Request // our last re-INVITE, for its ACKs
	tries    int             // refreshes without success
	run      int             // drops expiries queued before a stop
	refresh  *time.Timer
	expiry   *time.Timer
}

func (r *refresher) stop() {
	r.run++
	for _, t := range []*time.Timer{r.refresh, r.expiry} {
		if t != nil {
			t.Stop()
		}
	}
	r.interval = 0
}

// startSession takes the session timer out of the 2xx to our INVITE. Without
// Session-Expires the session does not expire (RFC 4028 7.2).
func (c *Call) startSession(res *sipmsg.Response) {
	interval, refresher := sessionExpires(res)
	c.keepSession(interval, refresher != "uas")
}

// keepSession restarts the timers: a refresh at half the interval when it is
// ours, and the end shortly before it runs out (RFC 4028 10).
func (c *Call) keepSession(interval time.Duration, ours bool) {
	r := &c.refresh
	r.stop()
	if interval <= 0 {
		return
	}
	r.interval, r.ours = interval, ours
	run := r.run
	later := func(d time.Duration, f func()) *time.Timer {
		return time.AfterFunc(d, func() {
			c.box.post(func() {
				if c.refresh.run == run && c.machine.state == stateConfirmed {
					f()
				}
			})
		})
	}
	r.expiry = later(interval-min(c.ua.cfg.limits.expiry, interval/3), func() {
		c.input(inLost{at: time.Now(), why: "session_expired"})
	})
	if ours {
		r.refresh = later(interval/2, c.sendRefresh)
	}
}

// refreshed takes the session timer out of the far side's re-INVITE or UPDATE
// and returns the headers that confirm it (RFC 4028 9). In that transaction
// the far side is the client.
func (c *Call) refreshed(req *sipmsg.Request) []sipmsg.Header {
	interval, refresher := sessionExpires(req)
	if interval == 0 {
		if !c.refresh.ours {
			c.keepSession(0, false) // it gave the timer up
		}
		return nil
	}
	// Who does not know the extension cannot refresh; the interval came from a
	// proxy then (RFC 4028 9).
	knows := headerHas(req, "Supported", "timer") || headerHas(req, "Require", "timer")
	if refresher == "" {
		refresher = "uac"
	}
	if !knows {
		refresher = "uas"
	}
	c.keepSession(interval, refresher == "uas")
	out := []sipmsg.Header{sipmsg.NewHeader("Session-Expires", seconds(interval)+";refresher="+refresher)}
	if refresher == "uac" {
		out = append(out, sipmsg.NewHeader("Require", "timer"))
	}
	return out
}

// sendRefresh sends UPDATE, or re-INVITE with our unchanged description when
// the far side does not take UPDATE (RFC 4028 7.4).
func (c *Call) sendRefresh() {
	if c.remote.unacked != nil { // their re-INVITE is open: wait for its ACK
		c.retryRefresh(c.ua.cfg.limits.t1)
		return
	}
	method := sipmsg.UPDATE
	if !c.dlg.allowsUpdate || c.refresh.byInvite {
		method = sipmsg.INVITE
	}
	d, run := c.dlg, c.refresh.run
	c.refresh.tries++
	req := d.request(method, 0)
	req.AppendHeader(c.line.contact(c.host))
	req.AppendHeader(sipmsg.NewHeader("Allow", allowed))
	req.AppendHeader(sipmsg.NewHeader("Supported", "timer"))
	req.AppendHeader(sipmsg.NewHeader("Session-Expires", seconds(c.refresh.interval)+";refresher=uac"))
	req.AppendHeader(sipmsg.NewHeader("Min-SE", seconds(min(max(c.refresh.least, c.ua.cfg.limits.minSE), c.refresh.interval))))
	var resent func(*sipmsg.Response)
	if method == sipmsg.INVITE {
		c.refresh.inviting = true
		body := sipmsg.ContentTypeHeader("application/sdp")
		req.AppendHeader(&body)
		req.SetBody(c.dlg.session.Bytes())
		resent = func(res *sipmsg.Response) {
			seq := res.CSeq().SeqNo
			c.box.post(func() { c.ackRefresh(seq) })
		}
	}
	c.ua.wg.Go(func() {
		sent, res, err := c.line.exchange(c.ua.ctx, req, func() uint32 { return d.localSeq.Add(1) }, c.ua.cfg.limits.inDialog, resent)
		c.box.post(func() { c.refreshAnswered(sent, res, err, run) })
	})
}

func (c *Call) ackRefresh(seq uint32) {
	req := c.dlg.request(sipmsg.ACK, seq)
	if c.refresh.sent != nil {
		withCredentials(req, c.refresh.sent)
	}
	if c.line.address(c.ua.ctx, req) == nil {
		_ = c.ua.send(req) // sent again when the 2xx is
	}
}

func (c *Call) refreshAnswered(sent *sipmsg.Request, res *sipmsg.Response, err error, run int) {
	method := sent.Method
	if method == sipmsg.INVITE {
		c.refresh.sent = sent
		c.refresh.inviting = false
		if err == nil && res.IsSuccess() {
			c.ackRefresh(res.CSeq().SeqNo)
		}
	}
	if c.machine.state != stateConfirmed {
		return
	}
	code := 408 // no response counts as one (RFC 3261 8.1.3.1)
	if err == nil {
		code = res.StatusCode
	}
	switch {
	case code < 300:
		c.dlg.retarget(res)
		interval, refresher := sessionExpires(res)
		if interval == 0 {
			interval, refresher = c.refresh.interval, "uac"
		}
		c.refresh.tries = 0
		c.keepSession(interval, refresher != "uas")
		if method == sipmsg.INVITE {
			c.answeredAnew(sdpBody(res))
		}
	case code == 481 || code == 408:
		c.input(inLost{at: time.Now(), why: "refresh_refused"})
	case c.refresh.run != run: // refreshed by the far side meanwhile
	case code == 491:
		pause := c.ua.cfg.limits.glarePause()
		if c.incoming != nil { // the Call-ID is not ours: 0 to 2 s
			pause = 10 * time.Millisecond * rand.N[time.Duration](201)
		}
		c.retryRefresh(pause)
	case code == 500 && retryAfter(res) > 0: // they are at it themselves, RFC 3261 14.2, RFC 3311 5.2
		c.retryRefresh(min(retryAfter(res), 10*time.Second))
	case code == 422 && deltaSeconds(headerValue(res, "Min-SE")) > c.refresh.interval && c.refresh.tries <= maxIntervalTries:
		c.refresh.least = deltaSeconds(headerValue(res, "Min-SE"))
		c.refresh.interval = c.refresh.least
		c.sendRefresh()
	case method == sipmsg.UPDATE:
		c.refresh.byInvite = true
		c.sendRefresh()
	}
	// Anything else: the session goes on until it expires (RFC 4028 10).
}

// answeredAnew takes the description that answers our re-INVITE: with it the
// far side may have moved.
func (c *Call) answeredAnew(sdp []byte) {
	if sdp == nil || bytes.Equal(sdp, c.dlg.far) {
		return
	}
	media, err := c.dlg.session.Negotiate(sdp)
	if errors.Is(err, ErrEncryption) {
		c.unencrypted(err)
		return
	}
	if err != nil {
		c.ua.log.Warn("answer to a refresh", "trunk", c.line.Name, "sip_call_id", c.key.callID, "error", err)
		return
	}
	c.dlg.far = sdp
	c.emit(Offered{At: time.Now(), ToTag: c.dlg.remoteTag, SDP: sdp, Answer: c.dlg.session.Bytes(), Media: media})
}

// retryRefresh tries again after a pause; for a 491 it is that of the owner of
// the Call-ID, 2.1 to 4 s (RFC 3261 14.1).
func (c *Call) retryRefresh(pause time.Duration) {
	run := c.refresh.run
	c.refresh.refresh = time.AfterFunc(pause, func() {
		c.box.post(func() {
			if c.refresh.run == run && c.machine.state == stateConfirmed {
				c.sendRefresh()
			}
		})
	})
}
