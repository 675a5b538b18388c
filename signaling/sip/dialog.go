package sip

import (
	"net"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"

	sipmsg "github.com/emiago/sipgo/sip"
)

// dialog is the state that in-dialog requests are built from (RFC 3261 12).
// All but the sequence number belongs to the Call's goroutine.
type dialog struct {
	callID, localTag, remoteTag string
	local, remote               sipmsg.Uri // of From and To
	target                      sipmsg.Uri // remote target: the far side's Contact
	routes                      []sipmsg.Uri
	localSeq                    atomic.Uint32
	inviteSeq                   uint32
	remoteSeq                   uint32
	allowsUpdate                bool
	session                     Session  // our description as it stands here
	far                         []byte   // theirs
	pracks                      []uint32 // RSeqs to acknowledge, the first on its way
}

// newDialog makes the dialog of a 1xx or 2xx to our INVITE (RFC 3261 12.1.2):
// the route set is the Record-Route set in reverse.
func newDialog(invite *sipmsg.Request, res *sipmsg.Response) *dialog {
	d := &dialog{
		callID: invite.CallID().Value(), localTag: fromTag(invite), remoteTag: toTag(res),
		local: *invite.From().Address.Clone(), remote: *invite.To().Address.Clone(),
		target: *invite.Recipient.Clone(), inviteSeq: invite.CSeq().SeqNo,
	}
	d.localSeq.Store(d.inviteSeq)
	d.retarget(res)
	d.reroute(res)
	return d
}

// renew takes what a further response to the INVITE says: the target of each,
// and of a 2xx the route set too (RFC 3261 13.2.2.4).
func (d *dialog) renew(res *sipmsg.Response) {
	d.retarget(res)
	if res.IsSuccess() {
		d.reroute(res)
	}
}

// retarget takes the Contact of a response to the INVITE, or of a request or
// response that refreshes the target (RFC 3261 12.2.1.2, 12.2.2; RFC 3311 5).
func (d *dialog) retarget(m interface {
	sipmsg.Message
	Contact() *sipmsg.ContactHeader
}) {
	if c := m.Contact(); c != nil && c.Address.Host != "" {
		d.target = *c.Address.Clone()
	}
	if headerHas(m, "Allow", "UPDATE") {
		d.allowsUpdate = true
	}
}

func (d *dialog) reroute(res *sipmsg.Response) {
	d.routes = nil
	for _, h := range res.GetHeaders("Record-Route") {
		if rr, ok := h.(*sipmsg.RecordRouteHeader); ok {
			d.routes = append(d.routes, *rr.Address.Clone())
		}
	}
	slices.Reverse(d.routes)
}

// request builds an in-dialog request without Via (RFC 3261 12.2.1.1). Its
// destination is the next hop, which only line.address makes an address. ACK
// takes the INVITE's sequence number seq, every other method the next one.
func (d *dialog) request(method sipmsg.RequestMethod, seq uint32) *sipmsg.Request {
	uri, routes, hop := d.target, d.routes, d.target
	if len(routes) > 0 {
		hop = routes[0]
	}
	if len(routes) > 0 && !routes[0].UriParams.Has("lr") {
		// A strict router: it is the Request-URI, the target goes last.
		uri = routes[0]
		routes = append(slices.Clone(routes[1:]), d.target)
	}
	uri = *uri.Clone()
	uri.Headers = nil
	req := sipmsg.NewRequest(method, uri)
	for _, r := range routes {
		req.AppendHeader(&sipmsg.RouteHeader{Address: *r.Clone()})
	}
	req.SetDestination(net.JoinHostPort(strings.Trim(hop.Host, "[]"), strconv.Itoa(hop.Port)))
	from := sipmsg.FromHeader{Address: *d.local.Clone()}
	from.Params.Add("tag", d.localTag)
	to := sipmsg.ToHeader{Address: *d.remote.Clone()}
	if d.remoteTag != "" {
		to.Params.Add("tag", d.remoteTag)
	}
	id := sipmsg.CallIDHeader(d.callID)
	forwards := sipmsg.MaxForwardsHeader(70)
	if method != sipmsg.ACK {
		seq = d.localSeq.Add(1)
	}
	req.AppendHeader(&from)
	req.AppendHeader(&to)
	req.AppendHeader(&id)
	req.AppendHeader(&sipmsg.CSeqHeader{SeqNo: seq, MethodName: method})
	req.AppendHeader(&forwards)
	return req
}

// newCancel builds the CANCEL of an INVITE (RFC 3261 9.1): same Request-URI,
// Call-ID, To, From, sequence number, top Via and Route.
func newCancel(invite *sipmsg.Request) *sipmsg.Request {
	return followUp(invite, sipmsg.CANCEL, invite.To())
}

// newFailureAck ACKs a 3xx-6xx whose transaction is gone (RFC 3261 17.1.1.3).
func newFailureAck(invite *sipmsg.Request, res *sipmsg.Response) *sipmsg.Request {
	return followUp(invite, sipmsg.ACK, res.To())
}

func followUp(invite *sipmsg.Request, method sipmsg.RequestMethod, to *sipmsg.ToHeader) *sipmsg.Request {
	req := sipmsg.NewRequest(method, *invite.Recipient.Clone())
	req.AppendHeader(invite.Via().Clone())
	for _, h := range invite.GetHeaders("Route") {
		req.AppendHeader(sipmsg.HeaderClone(h))
	}
	forwards := sipmsg.MaxForwardsHeader(70)
	req.AppendHeader(sipmsg.HeaderClone(invite.From()))
	req.AppendHeader(sipmsg.HeaderClone(to))
	req.AppendHeader(sipmsg.HeaderClone(invite.CallID()))
	req.AppendHeader(&sipmsg.CSeqHeader{SeqNo: invite.CSeq().SeqNo, MethodName: method})
	req.AppendHeader(&forwards)
	req.SetBody(nil)
	req.SetTransport(invite.Transport())
	req.SetDestination(invite.Destination())
	req.Laddr = invite.Laddr
	return req
}
