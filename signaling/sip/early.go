package sip

import (
	"strconv"

	sipmsg "github.com/emiago/sipgo/sip"
)

// branch is the dialog that a 1xx or 2xx to our INVITE belongs to, made by the
// first of them (RFC 3261 12.1).
func (c *Call) branch(res *sipmsg.Response) *dialog {
	tag := toTag(res)
	d := c.dialogs[tag]
	if d == nil {
		d = newDialog(c.invite, res)
		d.session = c.session
		c.dialogs[tag] = d
		return d
	}
	d.renew(res)
	return d
}

// maxPracks bounds how many reliable responses may wait for their PRACK.
const maxPracks = 16

// prack acknowledges a reliable provisional response. Of one dialog they leave
// one after the other, so that neither the network nor a challenge can turn
// their sequence numbers round. They carry no description: our offer stood in
// the INVITE, so what a reliable response brings is its answer (RFC 3262 5).
func (c *Call) prack(tag string, rseq uint32) {
	d := c.dialogs[tag]
	if len(d.pracks) == maxPracks {
		return // it sends on without waiting; the INVITE's end will tell
	}
	d.pracks = append(d.pracks, rseq)
	if len(d.pracks) == 1 {
		c.sendPrack(d)
	}
}

func (c *Call) sendPrack(d *dialog) {
	req := d.request(sipmsg.PRACK, 0)
	req.AppendHeader(sipmsg.NewHeader("RAck", strconv.FormatUint(uint64(d.pracks[0]), 10)+" "+strconv.FormatUint(uint64(d.inviteSeq), 10)+" INVITE"))
	c.ua.wg.Go(func() {
		res, err := c.line.transact(c.ua.ctx, req, func() uint32 { return d.localSeq.Add(1) }, c.ua.cfg.limits.inDialog, nil)
		c.box.post(func() { c.pracked(d, res, err) })
	})
}

// pracked goes on with the next. A PRACK that is refused changes nothing: the
// INVITE is still open, and its final response tells what became of the call.
func (c *Call) pracked(d *dialog, res *sipmsg.Response, err error) {
	switch {
	case err != nil:
		c.ua.log.Warn("prack", "trunk", c.line.Name, "sip_call_id", c.key.callID, "error", err)
	case !res.IsSuccess():
		c.ua.log.Warn("prack refused", "trunk", c.line.Name, "sip_call_id", c.key.callID, "code", res.StatusCode)
	}
	d.pracks = d.pracks[1:]
	if len(d.pracks) > 0 && c.machine.dialing() {
		c.sendPrack(d)
	}
}
