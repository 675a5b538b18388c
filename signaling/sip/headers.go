package sip

import (
	"strconv"
	"strings"
	"time"

	sipmsg "github.com/emiago/sipgo/sip"
)

// headerList is every value of a header, comma lists split.
func headerList(m sipmsg.Message, name string) []string {
	var out []string
	for _, h := range m.GetHeaders(name) {
		for v := range strings.SplitSeq(h.Value(), ",") {
			if v = strings.TrimSpace(v); v != "" {
				out = append(out, v)
			}
		}
	}
	return out
}

func headerHas(m sipmsg.Message, name, value string) bool {
	for _, v := range headerList(m, name) {
		if strings.EqualFold(v, value) {
			return true
		}
	}
	return false
}

func headerValue(m sipmsg.Message, names ...string) string {
	for _, n := range names {
		if h := m.GetHeaders(n); len(h) > 0 {
			return strings.TrimSpace(h[0].Value())
		}
	}
	return ""
}

// reasonCause is the Q.850 cause of the Reason headers, or 0 (RFC 3326, 6432).
func reasonCause(m sipmsg.Message) int {
	for _, h := range m.GetHeaders("Reason") {
		for _, value := range splitQuoted(h.Value(), ',') {
			parts := splitQuoted(value, ';')
			if !strings.EqualFold(strings.TrimSpace(parts[0]), "Q.850") {
				continue
			}
			for _, p := range parts[1:] {
				k, v, _ := strings.Cut(strings.TrimSpace(p), "=")
				if n, err := strconv.ParseUint(strings.TrimSpace(v), 10, 7); err == nil && strings.EqualFold(strings.TrimSpace(k), "cause") {
					return int(n)
				}
			}
		}
	}
	return 0
}

// splitQuoted splits at sep outside of quoted strings.
func splitQuoted(s string, sep byte) []string {
	var out []string
	quoted, from := false, 0
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '\\' && quoted:
			i++
		case s[i] == '"':
			quoted = !quoted
		case s[i] == sep && !quoted:
			out = append(out, s[from:i])
			from = i + 1
		}
	}
	return append(out, s[from:])
}

// deltaSeconds reads the number at the front of Retry-After, Min-SE and
// Session-Expires, at most one day.
func deltaSeconds(v string) time.Duration {
	digits := strings.TrimSpace(v)
	if i := strings.IndexFunc(digits, func(r rune) bool { return r < '0' || r > '9' }); i >= 0 {
		digits = digits[:i]
	}
	n, err := strconv.ParseUint(digits, 10, 32)
	if err != nil {
		return 0
	}
	return min(time.Duration(n)*time.Second, 24*time.Hour)
}

// retryAfter is the wish of a response to be asked later (RFC 3261 20.33), or 0.
func retryAfter(res *sipmsg.Response) time.Duration {
	return deltaSeconds(headerValue(res, "Retry-After"))
}

// sessionExpires reads Session-Expires (compact x): interval and refresher.
func sessionExpires(m sipmsg.Message) (interval time.Duration, refresher string) {
	v := headerValue(m, "Session-Expires", "x")
	for _, p := range strings.Split(v, ";")[1:] {
		if k, val, ok := strings.Cut(strings.TrimSpace(p), "="); ok && strings.EqualFold(k, "refresher") {
			refresher = strings.ToLower(strings.TrimSpace(val))
		}
	}
	return deltaSeconds(v), refresher
}

// reliable is the RSeq of a provisional response that wants a PRACK, or 0
// (RFC 3262 4, 7.1).
func reliable(res *sipmsg.Response) uint32 {
	if !res.IsProvisional() || res.StatusCode == 100 || !headerHas(res, "Require", "100rel") {
		return 0
	}
	n, err := strconv.ParseUint(headerValue(res, "RSeq"), 10, 32)
	if err != nil {
		return 0
	}
	return uint32(n)
}

// toTag is the tag of the To header, fromTag that of From.
func toTag(m sipmsg.Message) string {
	if h := m.To(); h != nil {
		tag, _ := h.Params.Get("tag")
		return tag
	}
	return ""
}

func fromTag(m sipmsg.Message) string {
	if h := m.From(); h != nil {
		tag, _ := h.Params.Get("tag")
		return tag
	}
	return ""
}
