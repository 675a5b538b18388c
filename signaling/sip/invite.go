package sip

import (
	"context"
	"errors"
	"strconv"
	"time"

	sipmsg "github.com/emiago/sipgo/sip"
)

// allowed are the methods we answer within a dialog.
const allowed = "INVITE, ACK, CANCEL, BYE, PRACK, OPTIONS, UPDATE, INFO"

// begin sends the first INVITE.
func (c *Call) begin() {
	c.ua.metrics.invites.WithLabelValues(c.line.Name).Inc()
	c.sentAt = time.Now()
	c.startTimer(timerFirst)
	req := sipmsg.NewRequest(sipmsg.INVITE, c.line.uri(uriUser(c.number)))
	from := sipmsg.FromHeader{Address: c.line.uri(uriUser(c.callerID))}
	from.Address.UriParams, from.Address.Port = nil, 0
	from.Params.Add("tag", c.key.localTag)
	to := sipmsg.ToHeader{Address: c.line.uri(uriUser(c.number))}
	to.Address.UriParams, to.Address.Port = nil, 0
	id := sipmsg.CallIDHeader(c.key.callID)
	forwards := sipmsg.MaxForwardsHeader(70)
	req.AppendHeader(&from)
	req.AppendHeader(&to)
	req.AppendHeader(&id)
	req.AppendHeader(&sipmsg.CSeqHeader{SeqNo: 1, MethodName: sipmsg.INVITE})
	req.AppendHeader(&forwards)
	req.AppendHeader(sipmsg.NewHeader("Allow", allowed))
	req.AppendHeader(sipmsg.NewHeader("Supported", "100rel"))
	c.interval(req, c.ua.cfg.SessionExpires, c.ua.cfg.limits.minSE)
	req.AppendHeader(sipmsg.NewHeader("User-Agent", c.ua.cfg.Product))
	body := sipmsg.ContentTypeHeader("application/sdp")
	req.AppendHeader(&body)
	req.SetBody(c.offer)
	c.sendInvite(req)
}

// interval asks for a session interval (RFC 4028 7.1). The refresher is left
// to the far side, which knows its own timers.
func (c *Call) interval(req *sipmsg.Request, interval, least time.Duration) {
	if c.ua.cfg.SessionExpires < 0 {
		return
	}
	for _, h := range [][2]string{
		{"Supported", "timer, 100rel"}, {"Session-Expires", seconds(max(interval, least))}, {"Min-SE", seconds(least)},
	} {
		req.RemoveHeader(h[0])
		req.AppendHeader(sipmsg.NewHeader(h[0], h[1]))
	}
}

func seconds(d time.Duration) string { return strconv.Itoa(int(d / time.Second)) }

// inviteAgain repeats the INVITE with a new sequence number (RFC 3261 22.2, RFC 4028 7.4).
func (c *Call) inviteAgain(a actInvite) {
	req := c.invite.Clone()
	req.CSeq().SeqNo++
	clear(c.dialogs)
	if a.minSE > 0 {
		c.refresh.least = a.minSE
		c.interval(req, max(a.minSE, c.ua.cfg.SessionExpires), a.minSE)
	} else if err := authorize(req, a.res, c.line.Username, c.line.Password); err != nil {
		c.perform(c.machine.fail(Failed{At: time.Now(), Code: a.res.StatusCode, Reason: a.res.Reason, Err: err}, true))
		return
	}
	c.sendInvite(req)
}

// sendInvite opens a transaction. Connecting may take long, so it happens
// beside the call's goroutine; c.invite tells late results apart.
func (c *Call) sendInvite(req *sipmsg.Request) {
	c.invite = req
	ctx, cancel := context.WithTimeout(c.ua.ctx, c.ua.cfg.FirstResponseTimeout)
	c.ua.wg.Go(func() {
		defer cancel()
		host, tx, err := c.open(ctx, req)
		if !c.box.post(func() { c.opened(req, host, tx, err) }) && tx != nil {
			tx.Terminate()
		}
	})
}

func (c *Call) open(ctx context.Context, req *sipmsg.Request) (string, *sipmsg.ClientTx, error) {
	_, host, err := c.line.where(ctx)
	if err != nil {
		return "", nil, err
	}
	req.RemoveHeader("Contact")
	req.AppendHeader(c.line.contact(host))
	if err := c.line.address(ctx, req); err != nil {
		return "", nil, err
	}
	tx, err := c.ua.transactions().Request(ctx, req)
	return host, tx, transportError(err)
}

func (c *Call) opened(req *sipmsg.Request, host string, tx *sipmsg.ClientTx, err error) {
	if req != c.invite || err != nil {
		if tx != nil {
			tx.Terminate()
		}
		if err != nil && req == c.invite {
			c.input(inBroken{at: time.Now(), err: err})
		}
		return
	}
	c.inviteTx, c.host = tx, host
	if c.machine.over() { // given up while it was being sent
		tx.Terminate()
		c.takeEarly()
		return
	}
	// 2xx after the first come here (RFC 6026): retransmissions and forks. The
	// hook stands before the first response is read; sipgo holds that one back
	// until then, which also keeps its timers A and B from outliving a fast 1xx.
	tx.OnRetransmission(func(res *sipmsg.Response) {
		at := time.Now()
		c.box.post(func() { c.response(req, res, at) })
	})
	c.ua.wg.Go(func() { c.read(req, tx) })
	c.takeEarly()
}

func (c *Call) takeEarly() {
	early := c.early
	c.early = nil
	for _, f := range early {
		f()
	}
}

// read passes the final response of one INVITE transaction on. Provisional
// ones come from observe.
func (c *Call) read(req *sipmsg.Request, tx *sipmsg.ClientTx) {
	for {
		select {
		case res := <-tx.Responses():
			if res.IsProvisional() {
				continue
			}
			at := time.Now()
			c.box.post(func() { c.response(req, res, at) })
			return
		case <-tx.Done():
			err := tx.Err()
			c.box.post(func() {
				if req == c.invite {
					c.input(inBroken{at: time.Now(), err: transportError(err), timeout: errors.Is(err, sipmsg.ErrTransactionTimeout)})
				}
			})
			return
		}
	}
}

// response feeds a response to the INVITE req into the machine.
func (c *Call) response(req *sipmsg.Request, res *sipmsg.Response, at time.Time) {
	if req != c.invite {
		return // of an INVITE that was challenged
	}
	c.ua.metrics.response(c.line.Name, res.StatusCode)
	if !c.responded {
		c.responded = true
		c.ua.metrics.firstResponse(c.line.Name, at.Sub(c.sentAt))
	}
	in := inResponse{
		at: at, code: res.StatusCode, phrase: res.Reason, tag: toTag(res), sdp: sdpBody(res), res: res,
		cause: reasonCause(res), retryAfter: retryAfter(res),
		rseq:       reliable(res),
		challenged: c.line.Password != "" && challenged(res),
	}
	if res.StatusCode == 422 {
		in.minSE = deltaSeconds(headerValue(res, "Min-SE"))
	}
	c.input(in)
}

// lateAnswer takes a 2xx of a branch to an INVITE that was refused already; the
// transaction drops it.
func (u *UserAgent) lateAnswer(res *sipmsg.Response) {
	c := u.find(res, fromTag(res))
	if c == nil {
		return
	}
	at := time.Now()
	c.box.post(func() {
		take := func() {
			if c.machine.refused && c.invite.CSeq().SeqNo == res.CSeq().SeqNo {
				c.response(c.invite, res, at)
			}
		}
		if c.machine.dialing() && len(c.late) < maxBranches {
			c.late = append(c.late, take) // the refusal may be on its way to us
			return
		}
		take()
	})
}

// observe takes the provisional responses as they come from the socket, in
// their order: behind it sipgo handles each message on a goroutine of its own,
// and a 100 that loses the race against its 480 would be gone, and with it the
// proof that the network had taken the call.
func (u *UserAgent) observe(msg sipmsg.Message) {
	res, ok := msg.(*sipmsg.Response)
	if !ok {
		return
	}
	seq := res.CSeq()
	if seq == nil || seq.MethodName != sipmsg.INVITE {
		return
	}
	if res.IsSuccess() {
		u.lateAnswer(res)
	}
	if !res.IsProvisional() {
		return
	}
	c := u.find(res, fromTag(res))
	if c == nil {
		return
	}
	at := time.Now()
	c.box.post(func() {
		if c.invite == nil || c.invite.CSeq().SeqNo != seq.SeqNo {
			return // of an INVITE that was challenged, or of a refresh
		}
		req := c.invite
		take := func() { c.response(req, res, at) }
		if c.inviteTx == nil || c.inviteTx.Origin() != req {
			c.early = append(c.early, take) // faster than our own books
			return
		}
		take()
	})
}

// unmatched takes final responses that belong to no transaction: an INVITE given up
// for want of an answer may still get one.
func (u *UserAgent) unmatched(res *sipmsg.Response) {
	seq := res.CSeq()
	if seq == nil || seq.MethodName != sipmsg.INVITE || res.IsProvisional() {
		return
	}
	c := u.find(res, fromTag(res))
	if c == nil {
		return
	}
	at := time.Now()
	c.box.post(func() {
		if c.invite != nil && c.invite.CSeq().SeqNo == seq.SeqNo && (c.machine.abandoned || res.IsSuccess()) {
			c.response(c.invite, res, at)
		}
	})
}
