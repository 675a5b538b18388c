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
	defer tx.TerminateGracefully()
	if req.From() == nil || req.To() == nil || req.CallID() == nil || req.CSeq() == nil {
		u.respond(req, tx, 400, "Bad Request")
		return
	}
	if req.Method == sipmsg.OPTIONS && toTag(req) == "" {
		u.respond(req, tx, 200, "OK", capabilities()...)
		return
	}
	c := u.find(req, toTag(req))
	if c == nil {
		u.refuse(req, tx)
		return
	}
	answered := make(chan struct{})
	if !c.box.post(func() { c.request(req, tx); close(answered) }) {
		u.refuse(req, tx)
		return
	}
	<-answered
}

// refuse answers a request that belongs to no call of ours.
func (u *UserAgent) refuse(req *sipmsg.Request, tx *sipmsg.ServerTx) {
	switch {
	case req.IsAck():
	case req.IsInvite() && toTag(req) == "":
		u.respond(req, tx, 480, "Temporarily Unavailable") // we take no calls
	case slices.Contains([]sipmsg.RequestMethod{sipmsg.INVITE, sipmsg.BYE, sipmsg.CANCEL, sipmsg.UPDATE, sipmsg.INFO, sipmsg.OPTIONS}, req.Method):
		u.respond(req, tx, 481, "Call/Transaction Does Not Exist")
	default:
		u.respond(req, tx, 405, "Method Not Allowed", sipmsg.NewHeader("Allow", allowed))
	}
}

func capabilities() []sipmsg.Header {
	return []sipmsg.Header{
		sipmsg.NewHeader("Allow", allowed), sipmsg.NewHeader("Accept", "application/sdp, application/dtmf-relay"),
		sipmsg.NewHeader("Supported", "timer"),
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

// request answers a request within the call's dialog.
func (c *Call) request(req *sipmsg.Request, tx *sipmsg.ServerTx) {
	if req.IsAck() {
		c.remoteAck(req)
		return
	}
	if !c.knows(fromTag(req)) {
		c.ua.refuse(req, tx)
		return
	}
	for _, option := range headerList(req, "Require") {
		if !strings.EqualFold(option, "timer") {
			c.ua.respond(req, tx, 420, "Bad Extension", sipmsg.NewHeader("Unsupported", option))
			return
		}
	}
	if req.Method == sipmsg.BYE { // whatever its number: it is the end
		c.remoteBye(req, tx)
		return
	}
	if c.machine.over() || c.losers[fromTag(req)] {
		c.ua.refuse(req, tx)
		return
	}
	if seq := req.CSeq().SeqNo; seq <= c.dlg.remoteSeq && c.dlg.remoteSeq != 0 {
		c.ua.respond(req, tx, 500, "Out of Order") // RFC 3261 12.2.2
		return
	}
	c.dlg.remoteSeq = req.CSeq().SeqNo
	switch req.Method {
	case sipmsg.INVITE, sipmsg.UPDATE:
		c.reoffered(req, tx)
	case sipmsg.INFO:
		c.info(req, tx)
	case sipmsg.OPTIONS:
		c.ua.respond(req, tx, 200, "OK", capabilities()...)
	default:
		c.ua.respond(req, tx, 405, "Method Not Allowed", sipmsg.NewHeader("Allow", allowed))
	}
}

// knows reports whether the tag is of the call's dialog, or of a released one.
func (c *Call) knows(tag string) bool {
	return c.dlg != nil && c.dlg.remoteTag == tag || c.losers[tag]
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
