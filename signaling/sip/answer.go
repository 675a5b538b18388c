package sip

import (
	"time"

	sipmsg "github.com/emiago/sipgo/sip"
)

// confirm makes the dialog of the winning 2xx and ACKs it.
func (c *Call) confirm(res *sipmsg.Response) {
	c.dlg = c.branch(res)
	c.dlg.far = c.machine.described(c.dlg.remoteTag)
	c.ack(c.dlg, c.dlg.inviteSeq, c.dlg.remoteTag)
	c.startSession(res)
}

// ack sends the ACK of a 2xx (RFC 3261 13.2.2.4) and keeps it for
// retransmissions of the 2xx.
func (c *Call) ack(d *dialog, seq uint32, tag string) {
	req := d.request(sipmsg.ACK, seq)
	withCredentials(req, c.invite)
	if err := c.line.address(c.ua.ctx, req); err != nil {
		return
	}
	c.acks[tag] = req
	c.reAck(tag)
}

// withCredentials gives an ACK those of its INVITE (RFC 3261 22.1).
func withCredentials(ack, invite *sipmsg.Request) {
	for _, name := range []string{"Authorization", "Proxy-Authorization"} {
		for _, auth := range invite.GetHeaders(name) {
			ack.AppendHeader(sipmsg.HeaderClone(auth))
		}
	}
}

// reAck repeats the ACK of a branch, byte for byte.
func (c *Call) reAck(tag string) {
	req := c.acks[tag]
	if req == nil {
		return
	}
	if err := c.ua.send(req.Clone()); err != nil {
		c.ua.log.Warn("send ack", "trunk", c.line.Name, "sip_call_id", c.key.callID, "error", err)
	}
}

// release ACKs a 2xx that came too late or from another branch of a fork, and
// ends its dialog: otherwise somebody hangs in an answered call with nobody.
func (c *Call) release(res *sipmsg.Response) {
	c.ua.metrics.forks.Inc()
	d := c.branch(res)
	c.losers[d.remoteTag] = true
	c.ack(d, d.inviteSeq, d.remoteTag)
	why := reasonNotSelected
	if !c.machine.answered {
		why = reasonAbandoned
	}
	req := c.bye(d, why)
	c.ua.wg.Go(func() {
		_, _ = c.line.transact(c.ua.ctx, req, func() uint32 { return d.localSeq.Add(1) }, c.ua.cfg.limits.inDialog, nil)
	})
	c.ua.log.Info("released an unwanted answer", "trunk", c.line.Name, "sip_call_id", c.key.callID)
}

func (c *Call) bye(d *dialog, reason string) *sipmsg.Request {
	req := d.request(sipmsg.BYE, 0)
	req.AppendHeader(reasonHeader(reason, true))
	req.AppendHeader(sipmsg.NewHeader("User-Agent", c.ua.cfg.Product))
	return req
}

// sendBye ends the dialog. Any final response, 481 and 408 included, and none
// at all within 32 s, is the end (RFC 3261 15.1.1).
func (c *Call) sendBye(reason string) {
	c.ua.log.Debug("send bye", "trunk", c.line.Name, "sip_call_id", c.key.callID, "reason", reason)
	c.refresh.stop()
	c.remote.stop()
	d, req := c.dlg, c.bye(c.dlg, reason)
	c.ua.wg.Go(func() {
		code := 0
		res, err := c.line.transact(c.ua.ctx, req, func() uint32 { return d.localSeq.Add(1) }, c.ua.cfg.limits.inDialog, nil)
		if err == nil {
			code = res.StatusCode
		}
		c.box.post(func() { c.input(inByeDone{at: time.Now(), code: code}) })
	})
}

// sendCancel sends the CANCEL of the running INVITE. Its answer says nothing
// that we need; the INVITE's does.
func (c *Call) sendCancel(reason string) {
	if c.inviteTx == nil {
		return
	}
	c.ua.log.Debug("send cancel", "trunk", c.line.Name, "sip_call_id", c.key.callID, "reason", reason)
	req := newCancel(c.invite)
	req.AppendHeader(reasonHeader(reason, false))
	c.ua.wg.Go(func() {
		tx, err := c.ua.transactions().Request(c.ua.ctx, req)
		if err != nil {
			return
		}
		defer tx.Terminate()
		for {
			select {
			case res := <-tx.Responses():
				if !res.IsProvisional() {
					return
				}
			case <-tx.Done():
				return
			case <-c.ua.ctx.Done():
				return
			}
		}
	})
}
