package sip

import (
	"errors"
	"time"

	sipmsg "github.com/emiago/sipgo/sip"
)

// remoteSide is what we hold about the far side's requests that change the session.
type remoteSide struct {
	// unacked is our 2xx to a re-INVITE, sent again until its ACK (RFC 3261 13.3.1.4).
	unacked *unackedAnswer
}

type unackedAnswer struct {
	seq    uint32
	tx     *sipmsg.ServerTx
	res    *sipmsg.Response
	offer  []byte // ours, when the re-INVITE brought none and the ACK will
	every  time.Duration
	until  time.Time
	resend *time.Timer
}

func (r *remoteSide) stop() {
	if r.unacked != nil {
		r.unacked.resend.Stop()
		r.unacked = nil
	}
}

// reoffered answers a re-INVITE or UPDATE: a changed session (hold, another
// address), a refresh of the session timer, or both. In an early dialog only
// UPDATE can be, and offer only when our own offer has its answer there (RFC
// 3311 5.2).
func (c *Call) reoffered(d *dialog, req *sipmsg.Request, tx *sipmsg.ServerTx) {
	early := c.machine.dialing()
	if !early && c.machine.state != stateConfirmed {
		c.ua.refuse(req, tx)
		return
	}
	if foreignBody(req) {
		c.ua.respond(req, tx, 415, "Unsupported Media Type", sipmsg.NewHeader("Accept", mediaSDP))
		return
	}
	offer := sdpBody(req)
	// A re-INVITE that we have answered is over for whoever asks again, its ACK is
	// only late; one that we answered by an offer is not.
	unanswered := c.remote.unacked != nil && c.remote.unacked.offer != nil
	pending := early && !c.machine.offerAnswered(d.remoteTag) || c.refresh.inviting || unanswered
	if pending && offer != nil || req.IsInvite() && (early || pending) {
		c.ua.respond(req, tx, 491, "Request Pending") // RFC 3261 14.2
		return
	}
	interval, _ := sessionExpires(req)
	if interval > 0 && interval < c.ua.cfg.limits.minSE && headerHas(req, "Supported", "timer") {
		c.ua.respond(req, tx, 422, "Session Interval Too Small", sipmsg.NewHeader("Min-SE", seconds(c.ua.cfg.limits.minSE)))
		return
	}
	res := sipmsg.NewResponseFromRequest(req, 200, "OK", nil)
	var ours []byte
	switch {
	case offer != nil:
		answer, media, err := c.answerOffer(d, offer)
		if err != nil {
			c.ua.respond(req, tx, 488, "Not Acceptable Here")
			return
		}
		ours, d.far = answer, offer
		c.input(inUpdated{tag: d.remoteTag, sdp: offer})
		defer c.emit(Offered{At: time.Now(), ToTag: d.remoteTag, SDP: offer, Answer: answer, Media: media})
	case req.IsInvite():
		d.session = Reoffer(d.session)
		ours = d.session.Bytes()
	}
	d.retarget(req)
	res.AppendHeader(c.line.contact(c.host))
	for _, h := range capabilities() {
		res.AppendHeader(h)
	}
	if !early { // the session timer starts with the answer
		for _, h := range c.refreshed(req) {
			res.AppendHeader(h)
		}
	}
	if ours != nil {
		body := sipmsg.ContentTypeHeader("application/sdp")
		res.AppendHeader(&body)
		res.SetBody(ours)
	}
	c.ua.reply(tx, res)
	if req.IsInvite() {
		c.remote.stop()
		u := &unackedAnswer{seq: req.CSeq().SeqNo, tx: tx, res: res, every: c.ua.cfg.limits.t1,
			until: time.Now().Add(64 * c.ua.cfg.limits.t1)}
		if offer == nil {
			u.offer = ours
		}
		c.awaitAck(u)
	}
}

// answerOffer makes our answer, by the owner's function when it has one.
func (c *Call) answerOffer(d *dialog, offer []byte) ([]byte, MediaDescription, error) {
	if c.onOffer == nil || d.session.SRTP.on() {
		next, answer, media, err := Answer(d.session, offer)
		if err == nil {
			d.session = next
		}
		return answer, media, err
	}
	media, err := Negotiate(offer)
	if err != nil {
		return nil, media, err
	}
	answer, err := c.onOffer(offer)
	if err != nil {
		return nil, media, err
	}
	next, err := ParseSession(answer)
	if err != nil {
		return nil, media, err
	}
	d.session = next
	return answer, media, nil
}

// awaitAck repeats the 2xx, doubling the pause up to 4 s; without an ACK for
// 64*T1 the dialog is given up.
func (c *Call) awaitAck(u *unackedAnswer) {
	c.remote.unacked = u
	u.resend = time.AfterFunc(u.every, func() {
		c.box.post(func() {
			if c.remote.unacked != u {
				return
			}
			if time.Now().After(u.until) {
				c.remote.stop()
				c.input(inLost{at: time.Now(), why: "ack_missing"})
				return
			}
			if !sipmsg.IsReliable(c.line.Transport) {
				c.ua.reply(u.tx, u.res)
			}
			u.every = min(2*u.every, 8*c.ua.cfg.limits.t1)
			u.resend.Reset(u.every)
		})
	})
}

// remoteAck ends the repetition; with a late offer it brings the answer.
func (c *Call) remoteAck(req *sipmsg.Request) {
	u := c.remote.unacked
	if u == nil || req.CSeq().SeqNo != u.seq {
		return
	}
	if c.incoming != nil {
		defer c.inviteAcked(req)
	}
	c.remote.stop()
	if u.offer == nil {
		return
	}
	media, err := c.dlg.session.Negotiate(sdpBody(req))
	switch {
	case err == nil:
		c.dlg.far = sdpBody(req)
		c.emit(Offered{At: time.Now(), ToTag: c.dlg.remoteTag, SDP: c.dlg.far, Answer: u.offer, Media: media})
	case errors.Is(err, ErrEncryption):
		c.unencrypted(err)
	}
}

// unencrypted ends a call that goes on without the encryption it must have.
func (c *Call) unencrypted(err error) {
	c.ua.log.Warn("call ended: not encrypted", "trunk", c.line.Name, "sip_call_id", c.key.callID, "error", err)
	c.input(inLost{at: time.Now(), why: reasonEncryption})
}

// described reads a description of a branch by what we offered there.
func (c *Call) described(tag string, sdp []byte) (MediaDescription, error) {
	if sdp == nil {
		return MediaDescription{}, nil
	}
	session := c.session
	if d := c.dialogs[tag]; d != nil {
		session = d.session
	}
	return session.Negotiate(sdp)
}
