package sip

import (
	"errors"
	"net/netip"
	"strconv"
	"time"

	sipmsg "github.com/emiago/sipgo/sip"
)

// incoming is what a Call has besides when the far side made it.
type incoming struct {
	*uasMachine
	key   string // of merged requests
	req   *sipmsg.Request
	tx    *sipmsg.ServerTx
	facts Incoming
	local netip.AddrPort
	over  chan struct{} // closed when the INVITE has its final response
	done  bool
}

// mergeKey is the same for all copies of a request that a forking network
// sends us over several ways (RFC 3261 8.2.2.2).
func mergeKey(req *sipmsg.Request) string {
	return req.CallID().Value() + "\n" + fromTag(req) + "\n" + strconv.FormatUint(uint64(req.CSeq().SeqNo), 10)
}

// invited takes the INVITE of a new call. It returns when the INVITE has its
// final response: the transaction must live so long.
func (u *UserAgent) invited(req *sipmsg.Request, tx *sipmsg.ServerTx) {
	if u.cfg.OnIncoming == nil {
		u.respond(req, tx, 480, "Temporarily Unavailable") // we take no calls
		return
	}
	l, number := u.lineOf(req)
	switch {
	case l == nil:
		u.respond(req, tx, 403, "Forbidden")
		return
	case number == "":
		u.metrics.received.WithLabelValues(l.Name, receivedUnknownNumber).Inc()
		u.respond(req, tx, 404, "Not Found")
		return
	case req.Contact() == nil || req.Contact().Address.Host == "":
		u.respond(req, tx, 400, "Missing Contact") // RFC 3261 8.1.1.8
		return
	}
	offer := sdpBody(req)
	if len(req.Body()) > 0 && offer == nil {
		u.respond(req, tx, 415, "Unsupported Media Type", sipmsg.NewHeader("Accept", "application/sdp"))
		return
	}
	if offer != nil {
		if err := acceptable(l.SRTP, offer); err != nil {
			verdict := receivedNoCodec
			if errors.Is(err, ErrEncryption) {
				verdict = receivedNotEncrypted
				u.log.Warn("call refused: not encrypted", "trunk", l.Name, "error", err)
			}
			u.metrics.received.WithLabelValues(l.Name, verdict).Inc()
			u.respond(req, tx, 488, "Not Acceptable Here")
			return
		}
	}
	interval, _ := sessionExpires(req)
	if interval > 0 && interval < u.cfg.limits.minSE && headerHas(req, "Supported", "timer") {
		u.respond(req, tx, 422, "Session Interval Too Small", sipmsg.NewHeader("Min-SE", seconds(u.cfg.limits.minSE)))
		return
	}
	from, anonymous := caller(req, l.TrustIdentity)
	c := newIncoming(l, req, tx, Incoming{Trunk: l.Name, Called: number, Caller: from, Anonymous: anonymous, Offer: offer})
	if verdict := u.admit(c); verdict != receivedTaken {
		u.metrics.received.WithLabelValues(l.Name, verdict).Inc()
		if verdict == receivedMerged {
			u.respond(req, tx, 482, "Loop Detected")
		} else {
			u.respond(req, tx, 503, "Service Unavailable", sipmsg.NewHeader("Retry-After", "10"))
		}
		return
	}
	u.metrics.received.WithLabelValues(l.Name, receivedTaken).Inc()
	<-c.incoming.over
}

// Verdicts on INVITEs of new calls, the closed set of the label.
const (
	receivedTaken         = "taken"
	receivedUnknownNumber = "unknown_number"
	receivedNoCodec       = "no_codec"
	receivedNotEncrypted  = "not_encrypted"
	receivedMerged        = "merged"
	receivedStopping      = "stopping"
	receivedTooMany       = "too_many"
)

// admit registers the call and starts it, unless it is there already.
func (u *UserAgent) admit(c *Call) string {
	u.mu.Lock()
	defer u.mu.Unlock()
	if !u.running {
		return receivedStopping
	}
	unanswered := 0
	for _, other := range u.calls {
		switch {
		case other.incoming == nil:
		case other.incoming.key == c.incoming.key:
			return receivedMerged
		case other.incoming.open():
			unanswered++
		}
	}
	if unanswered >= maxUnanswered {
		return receivedTooMany
	}
	u.calls[c.key] = c
	u.metrics.active.Inc()
	c.handler = u.cfg.OnIncoming(c, c.incoming.facts)
	u.wg.Go(c.deliver)
	u.wg.Go(c.run)
	return receivedTaken
}

// lineOf is the trunk whose address a request comes from, and the service
// number of it that is called; of several at one address the one that has it.
func (u *UserAgent) lineOf(req *sipmsg.Request) (*line, string) {
	from, err := netip.ParseAddrPort(req.Source())
	if err != nil {
		return nil, ""
	}
	var found *line
	for _, l := range *u.lines.Load() {
		if !l.allows(from.Addr().Unmap()) {
			continue
		}
		if n := l.serves(req.Recipient.User); n != "" {
			return l, n
		}
		if found == nil {
			found = l
		}
	}
	return found, ""
}

func newIncoming(l *line, req *sipmsg.Request, tx *sipmsg.ServerTx, facts Incoming) *Call {
	c := &Call{
		ua: l.ua, line: l, box: newMailbox[func()](), events: newMailbox[Event](), done: make(chan struct{}),
		machine: newMachine(l.ua.cfg.limits.reAck), dialogs: map[string]*dialog{}, losers: map[string]bool{}, acks: map[string]*sipmsg.Request{},
	}
	c.key = callKey{callID: req.CallID().Value(), localTag: sipmsg.GenerateTagN(16)}
	c.incoming = &incoming{uasMachine: newUASMachine(c.machine, headerHas(req, "Require", "100rel")), key: mergeKey(req),
		req: req, tx: tx, facts: facts, over: make(chan struct{})}
	return c
}

// Ring tells the caller that somebody is being called.
func (c *Call) Ring() { c.box.post(func() { c.input(inRing{}) }) }

// Accept answers the caller's offer with media at local, or makes the offer
// when the INVITE brought none (then Offered follows with the answer).
// Answered comes at once, with the caller's description if there is one.
func (c *Call) Accept(local netip.AddrPort) {
	c.box.post(func() {
		c.incoming.local = local
		c.input(inAccept{at: time.Now()})
	})
}

// Refuse ends a call that is not answered; later, if not 0, asks the far
// side to wait so long (Retry-After). Failed follows.
func (c *Call) Refuse(code int, phrase string, later time.Duration) {
	c.box.post(func() { c.input(inRefuse{at: time.Now(), code: code, phrase: phrase, later: later}) })
}

// receive begins a call of the far side.
func (c *Call) receive() {
	in := c.incoming
	_, host, err := c.line.where(c.ua.ctx)
	if err != nil {
		c.input(inRefuse{at: time.Now(), code: 503, phrase: "Service Unavailable"})
		return
	}
	c.host = host
	d := &dialog{
		callID: c.key.callID, localTag: c.key.localTag, remoteTag: fromTag(in.req),
		local: *in.req.To().Address.Clone(), remote: *in.req.From().Address.Clone(), target: *in.req.Contact().Address.Clone(),
		remoteSeq: in.req.CSeq().SeqNo, far: in.facts.Offer,
	}
	d.retarget(in.req)
	d.rerouteCalled(in.req)
	c.dialogs[d.remoteTag] = d
	// The 100 leaves at once: what follows may take longer than 200 ms.
	c.ua.respond(in.req, in.tx, 100, "Trying")
	if !in.tx.OnCancel(func(r *sipmsg.Request) {
		at, cause := time.Now(), reasonCause(r)
		c.box.post(func() { c.input(inGivenUp{at: at, cause: cause}) })
	}) {
		c.input(inGivenUp{at: time.Now()})
	}
}

// rerouteCalled takes the route set of the called side: the Record-Route set in
// its order (RFC 3261 12.1.1).
func (d *dialog) rerouteCalled(req *sipmsg.Request) {
	for _, h := range req.GetHeaders("Record-Route") {
		if rr, ok := h.(*sipmsg.RecordRouteHeader); ok {
			d.routes = append(d.routes, *rr.Address.Clone())
		}
	}
}

// responseTo makes a response to the INVITE with our tag.
func (c *Call) responseTo(code int, phrase string) *sipmsg.Response {
	res := sipmsg.NewResponseFromRequest(c.incoming.req, code, phrase, nil)
	res.To().Params.Remove("tag")
	res.To().Params.Add("tag", c.key.localTag)
	return res
}

func (c *Call) respondInvite(a actRespond) {
	res := c.responseTo(a.code, a.phrase)
	if a.code < 200 {
		res.AppendHeader(c.line.contact(c.host))
	}
	if a.later > 0 {
		res.AppendHeader(sipmsg.NewHeader("Retry-After", seconds(a.later)))
	}
	c.ua.reply(c.incoming.tx, res)
}

// accept sends the 2xx, repeated until its ACK (RFC 3261 13.3.1.4), and
// begins the dialog and its session timer.
func (c *Call) accept() {
	in := c.incoming
	d := c.dialogs[fromTag(in.req)]
	local := NewSession(in.local, uint64(time.Now().UnixNano())).Secured(c.line.SRTP)
	ours := local.Bytes()
	var media MediaDescription
	if in.facts.Offer != nil {
		next, answer, m, err := Answer(local, in.facts.Offer)
		if err != nil { // it was fine when the INVITE came
			c.ua.log.Error("answer an offer", "trunk", c.line.Name, "sip_call_id", c.key.callID, "error", err)
		} else {
			local, ours, media = next, answer, m
		}
	}
	c.session, d.session, c.dlg = local, local, d
	res := c.responseTo(200, "OK")
	res.AppendHeader(c.line.contact(c.host))
	for _, h := range capabilities() {
		res.AppendHeader(h)
	}
	for _, h := range c.calledInterval() {
		res.AppendHeader(h)
	}
	body := sipmsg.ContentTypeHeader("application/sdp")
	res.AppendHeader(&body)
	res.SetBody(ours)
	c.ua.reply(in.tx, res)
	u := &unackedAnswer{seq: in.req.CSeq().SeqNo, tx: in.tx, res: res, every: c.ua.cfg.limits.t1, until: time.Now().Add(64 * c.ua.cfg.limits.t1)}
	if in.facts.Offer == nil {
		u.offer = ours
	}
	c.awaitAck(u)
	c.emit(Answered{At: time.Now(), ToTag: d.remoteTag, SDP: in.facts.Offer, Media: media})
}

// calledInterval is the session timer of our 2xx: the caller's wish, or our
// own, which we then refresh ourselves (RFC 4028 9).
func (c *Call) calledInterval() []sipmsg.Header {
	if interval, _ := sessionExpires(c.incoming.req); interval > 0 {
		return c.refreshed(c.incoming.req)
	}
	if c.ua.cfg.SessionExpires < 0 {
		return nil
	}
	interval := max(c.ua.cfg.SessionExpires, deltaSeconds(headerValue(c.incoming.req, "Min-SE")))
	c.keepSession(interval, true)
	return []sipmsg.Header{sipmsg.NewHeader("Session-Expires", seconds(interval)+";refresher=uas")}
}

// inviteAcked takes the ACK of our 2xx. A late offer that is not answered with
// audio leaves nothing to carry.
func (c *Call) inviteAcked(req *sipmsg.Request) {
	in := c.incoming
	first := in.state == uasAnswered && req.CSeq().SeqNo == in.req.CSeq().SeqNo
	c.input(inAcked{})
	if !first || in.facts.Offer != nil {
		return
	}
	if _, err := c.dlg.session.Negotiate(sdpBody(req)); err != nil {
		c.input(inLost{at: time.Now(), why: "no_audio"})
	}
}

// answeredFinally lets the INVITE's transaction go.
func (c *Call) answeredFinally() {
	if in := c.incoming; in != nil && !in.done && (!in.pending() || c.finished) {
		in.done = true
		close(in.over)
	}
}
