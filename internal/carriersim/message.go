package carriersim

import (
	"fmt"
	"math/rand/v2"
	"net"
	"net/netip"
	"strconv"

	"github.com/emiago/sipgo/sip"
)

// newTag makes a tag or the random part of a branch.
func newTag() string { return strconv.FormatUint(rand.Uint64(), 36) }

func reasonPhrase(code int) string {
	phrases := map[int]string{
		100: "Trying", 180: "Ringing", 183: "Session Progress", 200: "OK",
		401: "Unauthorized", 403: "Forbidden", 404: "Not Found", 405: "Method Not Allowed",
		407: "Proxy Authentication Required", 420: "Bad Extension",
		480: "Temporarily Unavailable", 481: "Call/Transaction Does Not Exist", 482: "Loop Detected",
		486: "Busy Here", 487: "Request Terminated", 488: "Not Acceptable Here", 491: "Request Pending",
		500: "Server Internal Error", 503: "Service Unavailable", 603: "Decline",
	}
	return phrases[code]
}

// newResponse makes a response (RFC 3261 8.2.6) with our tag and further
// headers, given as name, value, name, value.
func newResponse(r *sip.Request, code int, tag string, headers ...string) *sip.Response {
	res := sip.NewResponseFromRequest(r, code, reasonPhrase(code), nil)
	if code != 100 {
		if _, has := r.To().Params.Get("tag"); !has {
			res.To().Params.Add("tag", tag)
		}
	}
	for i := 0; i+1 < len(headers); i += 2 {
		res.AppendHeader(sip.NewHeader(headers[i], headers[i+1]))
	}
	return res
}

// q850 is a Reason header (RFC 3326), or nothing for cause 0.
func q850(cause int) []string {
	texts := map[int]string{
		1: "Unallocated number", 16: "Normal call clearing", 17: "User busy",
		20: "Subscriber absent", 21: "Call rejected",
	}
	if cause == 0 {
		return nil
	}
	return []string{"Reason", fmt.Sprintf(`Q.850;cause=%d;text="%s"`, cause, texts[cause])}
}

// contact is our Contact header's value.
func (c *call) contact() string {
	uri := sip.Uri{Scheme: "sip", User: c.invite.Recipient.User, Host: c.sim.addr.Addr().String(), Port: int(c.sim.addr.Port())}
	if c.way.network() == "TCP" {
		uri.UriParams = sip.NewParams()
		uri.UriParams.Add("transport", "tcp")
	}
	return "<" + uri.String() + ">"
}

// newRequest makes a request inside the dialog (RFC 3261 12.2.1.1): we were
// called, so our From is their To.
func (c *call) newRequest(method sip.RequestMethod, cseq uint32, body []byte) (r *sip.Request, branch string) {
	r = sip.NewRequest(method, *c.remoteTarget.Clone())
	branch = "z9hG4bK" + newTag()
	via := &sip.ViaHeader{
		ProtocolName: "SIP", ProtocolVersion: "2.0", Transport: c.way.network(),
		Host: c.sim.addr.Addr().String(), Port: int(c.sim.addr.Port()), Params: sip.NewParams(),
	}
	via.Params.Add("branch", branch)
	r.AppendHeader(via)
	for _, h := range c.invite.GetHeaders("Record-Route") {
		r.AppendHeader(sip.NewHeader("Route", h.Value()))
	}
	from := c.invite.To().AsFrom()
	from.Params.Add("tag", c.tag)
	to := c.invite.From().AsTo()
	callID := *c.invite.CallID()
	hops := sip.MaxForwardsHeader(70)
	r.AppendHeader(&from)
	r.AppendHeader(&to)
	r.AppendHeader(&callID)
	r.AppendHeader(&sip.CSeqHeader{SeqNo: cseq, MethodName: method})
	r.AppendHeader(&hops)
	r.AppendHeader(sip.NewHeader("Contact", c.contact()))
	if len(body) > 0 {
		kind := "application/sdp"
		if method == sip.INFO {
			kind = "application/dtmf-relay"
		}
		r.AppendHeader(sip.NewHeader("Content-Type", kind))
	}
	r.SetBody(body)
	return r, branch
}

// wayOut is where requests of ours go: over TCP the connection of the INVITE,
// over UDP the first route or the remote target, and where that is no address
// that can be used, the sender of the INVITE.
func (c *call) wayOut() path {
	udp, ok := c.way.(udpPath)
	if !ok {
		return c.way
	}
	target := c.remoteTarget
	if rr := c.invite.RecordRoute(); rr != nil {
		target = rr.Address
	}
	if ip, err := netip.ParseAddr(target.Host); err == nil && !ip.IsUnspecified() {
		port := target.Port
		if port == 0 {
			port = 5060
		}
		return udpPath{udp.conn, netip.AddrPortFrom(ip, uint16(port))}
	}
	if resolved, err := net.ResolveUDPAddr("udp", target.HostPort()); err == nil {
		return udpPath{udp.conn, resolved.AddrPort()}
	}
	return udp
}
