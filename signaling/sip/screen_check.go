package sip

import (
	"bytes"
	"strconv"
)

// startLine reads a request or status line (RFC 3261 7.1, 7.2).
func startLine(line []byte) (rawHead, verdict) {
	if len(line) >= 4 && bytes.EqualFold(line[:4], []byte("SIP/")) {
		version, rest, _ := bytes.Cut(line, []byte(" "))
		code, _, ok := bytes.Cut(rest, []byte(" "))
		if !bytes.EqualFold(version, []byte("SIP/2.0")) || !ok || len(code) != 3 {
			return rawHead{}, verdict{refusal: refusedSyntax}
		}
		if n, ok := number(code, 699); !ok || n < 100 {
			return rawHead{}, verdict{refusal: refusedNumber}
		}
		return rawHead{}, verdict{}
	}
	h := rawHead{request: true}
	part := bytes.Split(line, []byte(" "))
	h.method = part[0]
	if len(part) != 3 || !isToken(part[0]) || len(part[1]) == 0 {
		h.request = len(part) >= 3 && isToken(part[0]) // worth an answer when it looks like one
		return h, verdict{refusedSyntax, 400}
	}
	if !bytes.EqualFold(part[2], []byte("SIP/2.0")) {
		if !bytes.HasPrefix(bytes.ToUpper(part[2]), []byte("SIP/")) {
			return h, verdict{refusal: refusedSyntax}
		}
		return h, verdict{refusedVersion, 505}
	}
	return h, requestURI(part[1])
}

// requestURI takes sip, sips and tel without headers (RFC 3261 19.1.1, RFC 4475 3.1.2.11).
func requestURI(uri []byte) verdict {
	if !clean(uri) || bytes.ContainsAny(uri, "<>\"") {
		return verdict{refusedSyntax, 400}
	}
	scheme, rest, ok := bytes.Cut(uri, []byte(":"))
	if !ok || len(scheme) == 0 || len(rest) == 0 {
		return verdict{refusedSyntax, 400}
	}
	switch string(bytes.ToLower(scheme)) {
	case "tel":
		return verdict{}
	case "sip", "sips":
	default:
		return verdict{refusedScheme, 416}
	}
	host := rest[bytes.LastIndexByte(rest, '@')+1:]
	if len(host) == 0 || bytes.IndexByte(host, '?') >= 0 {
		return verdict{refusedSyntax, 400}
	}
	return verdict{}
}

// check judges the headers together with the length of what follows them.
func (h *rawHead) check(body int) verdict {
	for _, f := range []field{fieldVia, fieldFrom, fieldTo, fieldCallID, fieldCSeq} {
		if h.count[f] == 0 || len(h.first[f]) == 0 {
			return verdict{refusedHeader, 400}
		}
	}
	for _, f := range []field{fieldFrom, fieldTo, fieldCallID, fieldCSeq, fieldContentLength} {
		if h.count[f] > 1 {
			return verdict{refusedHeader, 400}
		}
	}
	if v := h.sequence(); !v.passes() {
		return v
	}
	if v := h.length(body); !v.passes() {
		return v
	}
	if !h.request {
		return h.response()
	}
	if h.count[fieldMaxForwards] > 1 || h.count[fieldContentType] > 1 || h.count[fieldExpires] > 1 {
		return verdict{refusedHeader, 400}
	}
	if _, ok := number(h.first[fieldMaxForwards], 255); h.count[fieldMaxForwards] > 0 && !ok {
		return verdict{refusedNumber, 400}
	}
	if _, ok := number(h.first[fieldExpires], 1<<32-1); h.count[fieldExpires] > 0 && !ok {
		return verdict{refusedNumber, 400}
	}
	return h.addresses()
}

// sequence wants a CSeq below 2^31 with the method of the request (RFC 3261 8.1.1.5).
func (h *rawHead) sequence() verdict {
	v := h.first[fieldCSeq]
	i := bytes.IndexAny(v, " \t")
	if i < 0 {
		return verdict{refusedHeader, 400}
	}
	if _, ok := number(v[:i], 1<<31-1); !ok {
		return verdict{refusedNumber, 400}
	}
	method := bytes.TrimLeft(v[i:], " \t")
	if !isToken(method) || h.request && !bytes.Equal(method, h.method) && !h.ackOf(method) {
		return verdict{refusedHeader, 400}
	}
	return verdict{}
}

// ackOf lets an ACK repeat the method of what it acknowledges: some peers do,
// it means the same transaction, and without it the answer would be lost.
func (h *rawHead) ackOf(method []byte) bool {
	return string(h.method) == "ACK" && string(method) == "INVITE"
}

// length wants as many bytes as Content-Length says; more are cut off by the
// library (RFC 3261 18.3).
func (h *rawHead) length(body int) verdict {
	if h.count[fieldContentLength] == 0 {
		return verdict{}
	}
	n, ok := number(h.first[fieldContentLength], 1<<31-1)
	switch {
	case !ok:
		return verdict{refusedNumber, 400}
	case n > maxMessage:
		return verdict{refusedSize, 513}
	case n > uint64(body):
		return verdict{refusedLength, 400}
	}
	return verdict{}
}

// response has our Via and nobody else's (RFC 3261 8.1.3.3, RFC 4475 3.3.10).
func (h *rawHead) response() verdict {
	if len(h.vias) != 1 || len(splitList(h.vias[0])) != 1 {
		return verdict{refusal: refusedHeader}
	}
	return verdict{}
}

// addresses looks at the headers that say who calls. Within a dialog only the
// tags matter: a BYE must not fail for the beauty of its Contact.
func (h *rawHead) addresses() verdict {
	broken := verdict{refusedSyntax, 400}
	if _, ok := nameAddr(h.first[fieldFrom]); !ok {
		return broken
	}
	inDialog, ok := nameAddr(h.first[fieldTo])
	if !ok {
		return broken
	}
	if inDialog {
		return verdict{}
	}
	for _, v := range h.vias {
		for _, hop := range splitList(v) {
			if !viaHop(hop) {
				return broken
			}
		}
	}
	for _, v := range h.contacts {
		if string(v) == "*" {
			continue
		}
		for _, c := range splitList(v) {
			if _, ok := nameAddr([]byte(c)); !ok {
				return broken
			}
		}
	}
	return verdict{}
}

// number reads decimal digits up to limit; leading zeros are fine.
func number(digits []byte, limit uint64) (uint64, bool) {
	for _, c := range digits {
		if c < '0' || c > '9' {
			return 0, false
		}
	}
	n, err := strconv.ParseUint(string(digits), 10, 64)
	return n, err == nil && n <= limit
}
