package sip

import (
	"bytes"
	"unicode"
)

// Sizes of received messages, in bytes.
const (
	maxMessage = 65535    // whole; a datagram cannot carry more
	maxHead    = 16 << 10 // start line and headers
	maxLines   = 256      // header lines
)

// refusal is why a message goes no further; the label of a metric.
type refusal string

// The closed set of refusals.
const (
	refusedSyntax      refusal = "syntax"      // no SIP message, or a broken one
	refusedHeader      refusal = "header"      // a header missing, repeated or contradictory
	refusedNumber      refusal = "number"      // a number out of its range
	refusedLength      refusal = "length"      // Content-Length and body do not agree
	refusedSize        refusal = "size"        // too large
	refusedScheme      refusal = "scheme"      // Request-URI of another scheme
	refusedVersion     refusal = "version"     // not SIP/2.0
	refusedRate        refusal = "rate"        // more than a source may send
	refusedConnections refusal = "connections" // more connections than a source may have
	refusedSlow        refusal = "slow"        // a message that does not come to its end
)

func refusals() []refusal {
	return []refusal{refusedSyntax, refusedHeader, refusedNumber, refusedLength, refusedSize, refusedScheme, refusedVersion,
		refusedRate, refusedConnections, refusedSlow}
}

// verdict is what becomes of a received message. The zero verdict passes it on.
type verdict struct {
	refusal refusal
	code    int // what a request is answered with; 0: dropped in silence
}

func (v verdict) passes() bool { return v == verdict{} }

// field tells the headers that the screen looks at.
type field uint8

const (
	fieldOther field = iota
	fieldVia
	fieldFrom
	fieldTo
	fieldCallID
	fieldCSeq
	fieldMaxForwards
	fieldContentLength
	fieldContentType
	fieldExpires
	fieldContact
	fieldCount
)

// fieldOf knows the compact forms too (RFC 3261 7.3.3).
func fieldOf(name []byte) field {
	is := func(full string, compact byte) bool {
		return len(name) == len(full) && bytes.EqualFold(name, []byte(full)) || compact != 0 && len(name) == 1 && name[0]|0x20 == compact
	}
	switch {
	case is("Via", 'v'):
		return fieldVia
	case is("From", 'f'):
		return fieldFrom
	case is("To", 't'):
		return fieldTo
	case is("Call-ID", 'i'):
		return fieldCallID
	case is("CSeq", 0):
		return fieldCSeq
	case is("Max-Forwards", 0):
		return fieldMaxForwards
	case is("Content-Length", 'l'):
		return fieldContentLength
	case is("Content-Type", 'c'):
		return fieldContentType
	case is("Expires", 0):
		return fieldExpires
	case is("Contact", 'm'):
		return fieldContact
	}
	return fieldOther
}

// rawHead is the head of a message as far as the screen reads it. The slices
// point into the message unless a header was folded.
type rawHead struct {
	request  bool
	method   []byte
	first    [fieldCount][]byte // first value of each field
	count    [fieldCount]int
	vias     [][]byte // Via values, one per line
	contacts [][]byte
	lines    int
}

// splitHead cuts a message behind its head; ok is false when the head has no end.
func splitHead(raw []byte) (head, body []byte, ok bool) {
	return bytes.Cut(raw, []byte("\r\n\r\n"))
}

// eachHeader calls do with every header line, unfolded, until it returns false.
// It reports false for a line that is no header, or when do did.
func eachHeader(lines []byte, do func(name, value []byte) bool) bool {
	for len(lines) > 0 {
		line, rest, _ := bytes.Cut(lines, []byte("\r\n"))
		if len(rest) > 0 && (rest[0] == ' ' || rest[0] == '\t') {
			line = bytes.Clone(line)
			for len(rest) > 0 && (rest[0] == ' ' || rest[0] == '\t') {
				var more []byte
				more, rest, _ = bytes.Cut(rest, []byte("\r\n"))
				line = append(append(bytes.TrimRight(line, " \t"), ' '), bytes.Trim(more, " \t")...)
			}
		}
		lines = rest
		name, value, ok := bytes.Cut(line, []byte(":"))
		name = bytes.TrimRight(name, " \t")
		if !ok || !isToken(name) || !do(name, bytes.Trim(value, " \t")) {
			return false
		}
	}
	return true
}

// screen judges one whole message by its bytes, before the library reads it.
// What it refuses is what the library would take although it is dangerous
// (RFC 4475 3.1.2, 3.3), or would drop without a word to the sender. Responses
// are only looked at for what could mislead a call: an answer that is merely
// ugly must not be lost.
func screen(raw []byte) verdict {
	head, body, ok := splitHead(raw)
	if len(head) > maxHead || len(raw) > maxMessage {
		return verdict{refusedSize, 513}
	}
	start, lines, _ := bytes.Cut(head, []byte("\r\n"))
	h, v := startLine(start)
	if !ok {
		return verdict{refusedSyntax, v.answer(h.request, 400)}
	}
	if v.refusal == refusedSyntax {
		return verdict{refusedSyntax, v.answer(h.request, v.code)}
	}
	if !eachHeader(lines, h.header) || h.lines > maxLines {
		return verdict{refusedSyntax, v.answer(h.request, 400)}
	}
	if !v.passes() { // another version or scheme: the head is in order, so it can be told
		return v
	}
	if v := h.check(len(body)); !v.passes() {
		return verdict{v.refusal, v.answer(h.request, v.code)}
	}
	return verdict{}
}

// answer is the code for a request; responses are dropped.
func (verdict) answer(request bool, code int) int {
	if !request {
		return 0
	}
	return code
}

// header notes one header line.
func (h *rawHead) header(name, value []byte) bool {
	if h.lines++; !clean(value) {
		return false
	}
	f := fieldOf(name)
	if h.count[f]++; h.count[f] == 1 {
		h.first[f] = value
	}
	switch f {
	case fieldVia:
		h.vias = append(h.vias, value)
	case fieldContact:
		h.contacts = append(h.contacts, value)
	}
	return true
}

// clean reports that a value has no control characters, but for tabs and what
// a quoted pair escapes (RFC 3261 25.1, RFC 4475 3.1.1.2).
func clean(value []byte) bool {
	for i := 0; i < len(value); i++ {
		switch c := value[i]; {
		case c == '\\' && i+1 < len(value) && value[i+1] != '\r' && value[i+1] != '\n':
			i++
		case c != '\t' && (c < 0x20 || c == 0x7f):
			return false
		}
	}
	return true
}

// isToken is the token of RFC 3261 25.1.
func isToken(s []byte) bool {
	for _, c := range s {
		if c >= unicode.MaxASCII || !tokenByte(c) {
			return false
		}
	}
	return len(s) > 0
}

func tokenByte(c byte) bool {
	switch {
	case c >= '0' && c <= '9', c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z':
		return true
	}
	return bytes.IndexByte([]byte("-.!%*_+`'~"), c) >= 0
}
