package sip

import (
	"slices"
	"strconv"
	"strings"
	"time"

	sipmsg "github.com/emiago/sipgo/sip"
)

// serve answers the requests of the carriers. sipgo calls it on a goroutine
// per request; those of a call are answered on the call's goroutine.
func (u *UserAgent) serve(req *sipmsg.Request, tx *sipmsg.ServerTx) {
	defer u.guard.enter(tx)()
	if req.From() == nil || req.To() == nil || req.CallID() == nil || req.CSeq() == nil {
		u.respond(req, tx, 400, "Bad Request")
		return
	}
	if u.unsupported(req, tx) {
		return
	}
	if req.Method == sipmsg.OPTIONS && toTag(req) == "" {
		u.respond(req, tx, 200, "OK", capabilities()...)
		return
	}
	if req.IsInvite() && toTag(req) == "" {
		u.invited(req, tx)
		return
	}
	c := u.find(req, toTag(req))
	if c == nil {
		u.refuse(req, tx)
		return
	}
	// A request that overtakes the response that makes its dialog gets a second
	// look: 481 would make the far side end the call (RFC 3261 12.2.1.2).
	for range 2 {
		taken := make(chan bool, 1)
		if !c.box.post(func() { taken <- c.request(req, tx) }) {
			break
		}
		if <-taken {
			return
		}
		again := time.NewTimer(u.cfg.limits.overtake)
		select {
		case <-again.C:
		case <-u.ctx.Done():
			again.Stop()
		}
	}
	u.refuse(req, tx)
}

// unsupported refuses a request that requires what we do not know, naming all
// of it (RFC 3261 8.2.2.3). 100rel costs us nothing: we answer no request
// provisionally.
func (u *UserAgent) unsupported(req *sipmsg.Request, tx *sipmsg.ServerTx) bool {
	if req.IsAck() || req.IsCancel() {
		return false
	}
	var unknown []string
	for _, option := range headerList(req, "Require") {
		if o := strings.ToLower(option); o != "timer" && o != "100rel" && !slices.Contains(unknown, option) {
			unknown = append(unknown, option)
		}
	}
	if len(unknown) == 0 {
		return false
	}
	u.respond(req, tx, 420, "Bad Extension", sipmsg.NewHeader("Unsupported", strings.Join(unknown, ", ")))
	return true
}

// refuse answers a request that belongs to no call of ours.
func (u *UserAgent) refuse(req *sipmsg.Request, tx *sipmsg.ServerTx) {
	switch {
	case req.IsAck():
	case slices.Contains([]sipmsg.RequestMethod{sipmsg.INVITE, sipmsg.BYE, sipmsg.CANCEL, sipmsg.UPDATE,
		sipmsg.INFO, sipmsg.OPTIONS, sipmsg.PRACK}, req.Method):
		u.respond(req, tx, 481, "Call/Transaction Does Not Exist")
	default:
		u.respond(req, tx, 405, "Method Not Allowed", sipmsg.NewHeader("Allow", allowed))
	}
}

func capabilities() []sipmsg.Header {
	return []sipmsg.Header{
		sipmsg.NewHeader("Allow", allowed), sipmsg.NewHeader("Accept", "application/sdp, application/dtmf-relay"),
		sipmsg.NewHeader("Supported", "timer, 100rel"),
	}
}

func (u *UserAgent) respond(req *sipmsg.Request, tx *sipmsg.ServerTx, code int, phrase string, headers ...sipmsg.Header) {
	res := sipmsg.NewResponseFromRequest(req, code, phrase, nil)
	for _, h := range headers {
		res.AppendHeader(h)
	}
	u.reply(tx, res)
}

func (u *UserAgent) reply(tx *sipmsg.ServerTx, res *sipmsg.Response) {
	if err := tx.Respond(res); err != nil {
		u.log.Debug("send response", "code", res.StatusCode, "error", transportError(err))
	}
}

// request answers a request within one of the call's dialogs. It reports false,
// and has done nothing, when the dialog may still come.
func (c *Call) request(req *sipmsg.Request, tx *sipmsg.ServerTx) bool {
	if req.IsAck() {
		c.remoteAck(req)
		return true
	}
	d := c.dialogs[fromTag(req)]
	if d != nil && c.incoming != nil && c.incoming.pending() && req.Method == sipmsg.BYE {
		c.ua.respond(req, tx, 200, "OK")
		c.input(inGivenUp{at: time.Now(), byBye: true, cause: reasonCause(req)}) // RFC 3261 15
		return true
	}
	if d == nil && c.machine.dialing() {
		return false
	}
	// Of an early dialog the far side may change the session, but not end it:
	// that is the INVITE's final response (RFC 3261 15).
	lost := d != nil && c.dlg != nil && d != c.dlg && !c.losers[d.remoteTag]
	if d == nil || lost || c.dlg == nil && req.Method == sipmsg.BYE && !c.losers[d.remoteTag] {
		c.ua.refuse(req, tx)
		return true
	}
	if req.Method == sipmsg.BYE { // whatever its number: it is the end
		c.remoteBye(req, tx)
		return true
	}
	if c.machine.over() || c.losers[d.remoteTag] {
		c.ua.refuse(req, tx)
		return true
	}
	if seq := req.CSeq().SeqNo; seq <= d.remoteSeq && d.remoteSeq != 0 {
		c.ua.respond(req, tx, 500, "Out of Order") // RFC 3261 12.2.2
		return true
	}
	d.remoteSeq = req.CSeq().SeqNo
	switch req.Method {
	case sipmsg.INVITE, sipmsg.UPDATE:
		c.reoffered(d, req, tx)
	case sipmsg.PRACK:
		c.ua.refuse(req, tx) // we sent nothing that wants one (RFC 3262 3)
	case sipmsg.INFO:
		c.info(req, tx)
	case sipmsg.OPTIONS:
		c.ua.respond(req, tx, 200, "OK", capabilities()...)
	default:
		c.ua.respond(req, tx, 405, "Method Not Allowed", sipmsg.NewHeader("Allow", allowed))
	}
	return true
}

func (c *Call) remoteBye(req *sipmsg.Request, tx *sipmsg.ServerTx) {
	c.ua.respond(req, tx, 200, "OK")
	if c.losers[fromTag(req)] {
		return
	}
	c.remote.stop()
	c.input(inRemoteBye{at: time.Now(), cause: reasonCause(req)})
}

// info takes a keypress (application/dtmf-relay); other bodies mean nothing to us.
func (c *Call) info(req *sipmsg.Request, tx *sipmsg.ServerTx) {
	ct := strings.ToLower(headerValue(req, "Content-Type", "c"))
	if len(req.Body()) > 0 && !strings.HasPrefix(ct, "application/dtmf-relay") {
		c.ua.respond(req, tx, 415, "Unsupported Media Type", sipmsg.NewHeader("Accept", "application/dtmf-relay"))
		return
	}
	c.ua.respond(req, tx, 200, "OK")
	if digit, d := dtmfRelay(req.Body()); digit != "" {
		c.emit(InfoDTMF{At: time.Now(), Digit: digit, Duration: d})
	}
}

// dtmfRelay reads "Signal=5\r\nDuration=160".
func dtmfRelay(body []byte) (digit string, d time.Duration) {
	for line := range strings.SplitSeq(string(body), "\n") {
		k, v, _ := strings.Cut(line, "=")
		v = strings.ToUpper(strings.TrimSpace(v))
		switch strings.ToLower(strings.TrimSpace(k)) {
		case "signal":
			if len(v) == 1 && strings.Contains("0123456789*#ABCD", v) {
				digit = v
			}
		case "duration":
			if ms, err := strconv.ParseUint(v, 10, 16); err == nil {
				d = time.Duration(ms) * time.Millisecond
			}
		}
	}
	return digit, d
}
