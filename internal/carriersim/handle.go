package carriersim

import (
	"time"

	"github.com/emiago/sipgo/sip"
)

// handle deals with one message. An error is the end of the call.
func (c *call) handle(ev event) error {
	if ev.response != nil {
		c.handleResponse(ev.response)
		return nil
	}
	method := ev.request.Method
	c.update(func(r *Call) { r.Requests = append(r.Requests, string(method)) })
	if c.deaf {
		return nil
	}
	switch method {
	case sip.ACK:
		return c.handleACK(ev.request)
	case sip.CANCEL:
		return c.handleCancel(ev)
	case sip.INVITE, sip.UPDATE:
		return c.handleOffer(ev)
	case sip.BYE:
		return c.handleBye(ev)
	case sip.OPTIONS, sip.INFO, sip.NOTIFY, sip.MESSAGE:
		ev.tx.respond(newResponse(ev.request, 200, c.tag, "Allow", allow))
	default:
		ev.tx.respond(newResponse(ev.request, 405, c.tag, "Allow", allow))
	}
	return nil
}

func (c *call) handleACK(r *sip.Request) error {
	c.update(func(r *Call) { r.ACKs++ })
	if tag, _ := r.To().Params.Get("tag"); c.forkTag != "" && tag == c.forkTag {
		c.forked = nil
		return nil
	}
	c.final = nil
	if c.lateOffer && len(r.Body()) > 0 {
		c.lateOffer = false
		answer, err := c.read(r.Body())
		if err != nil {
			return ending{EndFailed}
		}
		c.settle(answer)
	}
	return nil
}

// handleCancel obeys a CANCEL (RFC 3261 9.2); after a final response it has no
// effect.
func (c *call) handleCancel(ev event) error {
	switch {
	case c.finalSent():
		ev.tx.respond(newResponse(ev.request, 200, c.tag))
		return nil
	case c.onCancel != nil:
		return c.onCancel(ev.tx)
	default:
		ev.tx.respond(newResponse(ev.request, 200, c.tag))
		c.reject(487)
		return ending{EndCancelled}
	}
}

// handleBye ends the call, or one branch of a forked one.
func (c *call) handleBye(ev event) error {
	if tag, _ := ev.request.To().Params.Get("tag"); c.forkTag != "" && tag == c.forkTag {
		c.forked = nil
		c.update(func(r *Call) { r.ForkEnded = true })
		ev.tx.respond(newResponse(ev.request, 200, tag))
		return nil
	}
	ev.tx.respond(newResponse(ev.request, c.byeCode, c.tag))
	c.pending = nil
	if !c.finalSent() { // RFC 3261 15.1.2: the INVITE is still to be answered
		c.reject(487)
		return ending{EndCaller}
	}
	if c.current() != StateAnswered {
		return nil
	}
	c.final = nil
	return ending{EndCaller}
}

// handleOffer deals with an INVITE for a call that is there already, and with
// UPDATE (RFC 3261 14.2, RFC 3311).
func (c *call) handleOffer(ev event) error {
	r, isInvite := ev.request, ev.request.Method == sip.INVITE
	if _, inDialog := r.To().Params.Get("tag"); isInvite && !inDialog {
		if !c.challenged {
			ev.tx.respond(newResponse(r, 482, c.tag))
			return nil
		}
		c.inviteTx, c.invite, c.challenged, c.final = ev.tx, r, false, nil
		c.tag = newTag()
		c.update(func(r *Call) { r.Final = 0 })
		return nil
	}
	reply := func(res *sip.Response) {
		ev.tx.respond(res)
		if isInvite {
			c.final = newResend([]byte(res.String()), ev.tx.way, res.IsSuccess())
		}
	}
	state := c.current()
	switch {
	case state == StateEnded:
		reply(newResponse(r, 481, c.tag))
		return nil
	case c.pending != nil && c.pending.request.Method == sip.INVITE, // glare, RFC 3261 14.2
		isInvite && (c.final != nil || state != StateAnswered):
		reply(newResponse(r, 491, c.tag))
		return nil
	}
	if contact := r.Contact(); contact != nil {
		c.remoteTarget = *contact.Address.Clone()
	}
	res := newResponse(r, 200, c.tag, "Contact", c.contact(), "Allow", allow)
	switch {
	case len(r.Body()) > 0:
		offer, err := c.read(r.Body())
		if err != nil || c.media == nil {
			reply(newResponse(r, 488, c.tag))
			return nil
		}
		c.agree(offer)
		c.attachSDP(res)
	case isInvite && c.media != nil:
		c.lateOffer = true
		c.attachSDP(res)
	}
	reply(res)
	return nil
}

// handleResponse takes a response to a request of ours.
func (c *call) handleResponse(res *sip.Response) {
	branch, _ := res.Via().Params.Get("branch")
	if c.pending == nil || c.pending.branch != branch {
		if res.IsSuccess() && res.CSeq().MethodName == sip.INVITE && c.lastACK != nil {
			_ = c.wayOut().send(c.lastACK) // our ACK was lost
		}
		return
	}
	p := c.pending
	if res.IsProvisional() {
		if p.request.Method == sip.INVITE { // Timer A stops, 17.1.1.2
			p.due = p.giveUp
		}
		return
	}
	p.response, c.pending = res, nil
	if p.request.Method != sip.INVITE {
		return
	}
	if contact := res.Contact(); contact != nil && res.IsSuccess() {
		c.remoteTarget = *contact.Address.Clone()
	}
	ack, _ := c.newRequest(sip.ACK, p.request.CSeq().SeqNo, nil)
	if !res.IsSuccess() { // part of the same transaction, 17.1.1.3
		ack.Via().Params.Add("branch", p.branch)
	}
	c.lastACK = []byte(ack.String())
	_ = c.wayOut().send(c.lastACK)
}

// openMedia opens the stream for the INVITE's offer, or for an offer of ours
// when it has none. When that cannot be, the call is refused.
func (c *call) openMedia() error {
	if c.media != nil {
		return nil
	}
	var offer description
	var err error
	if c.lateOffer = len(c.invite.Body()) == 0; !c.lateOffer {
		if offer, err = c.read(c.invite.Body()); err != nil {
			c.sim.log.Debug("offer of no use", "error", err)
			c.reject(488)
			return ending{EndFailed}
		}
	}
	media, err := openStream(c.sim.cfg.media, c.session, c.sim.cfg.Capture)
	if err != nil {
		c.sim.log.Error("open media", "error", err)
		c.reject(500)
		return ending{EndFailed}
	}
	c.setMedia(media)
	if c.lateOffer {
		c.local = description{address: media.local(), codecs: []uint8{pcma, pcmu}, event: 101, direction: sendrecv}
		return nil
	}
	c.agree(offer)
	return nil
}

// agree makes our answer to an offer (RFC 3264 6) and points the stream.
func (c *call) agree(offer description) {
	chosen := offer.codecs[0]
	for _, codec := range offer.codecs {
		if c.preferPCMU && codec == pcmu {
			chosen = pcmu
		}
	}
	next := description{
		address: c.media.local(), codecs: []uint8{chosen}, event: offer.event, direction: offer.direction.answer(),
	}
	c.encrypt(&next, offer)
	c.renew(next)
	c.follow(offer, chosen)
}

// settle takes the answer to an offer of ours.
func (c *call) settle(answer description) {
	c.agreeKeys(answer)
	c.follow(answer, answer.codecs[0])
}

// follow points the stream to where the peer is now.
func (c *call) follow(peer description, codec uint8) {
	c.remoteSide, c.quietSince = peer.direction, time.Now()
	c.media.direct(peer.address, codec, peer.event, c.local.direction.sends() && peer.direction.receives())
	held := peer.direction != sendrecv && c.local.direction != sendonly
	c.update(func(r *Call) { r.Held = held })
}

// renew changes our own description; its version rises only with a change.
func (c *call) renew(next description) {
	if string(next.format(0, 0)) != string(c.local.format(0, 0)) {
		c.version++
	}
	c.local = next
}

func (c *call) attachSDP(res *sip.Response) {
	res.AppendHeader(sip.NewHeader("Content-Type", "application/sdp"))
	res.SetBody(c.local.format(c.session, c.version))
}
