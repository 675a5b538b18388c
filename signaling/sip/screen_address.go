package sip

import (
	"bytes"
	"strings"
)

// nameAddr checks the value of From, To or one Contact (RFC 3261 20.10, 25.1):
// quotes and brackets in pairs, a display name of tokens when it is not
// quoted, no headers in a URI without brackets, at most one tag. It tells
// whether there is a tag.
func nameAddr(v []byte) (tagged, ok bool) {
	rest := bytes.Trim(v, " \t")
	quoted := len(rest) > 0 && rest[0] == '"'
	if quoted {
		end := closingQuote(rest)
		if end < 0 {
			return false, false
		}
		rest = bytes.TrimLeft(rest[end+1:], " \t")
	}
	open := bytes.IndexByte(rest, '<')
	if open < 0 {
		if quoted {
			return false, false
		}
		uri, tail := rest, []byte(nil)
		if i := bytes.IndexByte(rest, ';'); i >= 0 {
			uri, tail = rest[:i], rest[i:]
		}
		if uri = bytes.TrimRight(uri, " \t"); !plainURI(uri) || bytes.ContainsAny(uri, "?,") {
			return false, false
		}
		return tags(string(tail))
	}
	display := rest[:open]
	if quoted && len(display) > 0 {
		return false, false
	}
	for _, word := range bytes.Fields(display) {
		if !isToken(word) {
			return false, false
		}
	}
	end := bytes.IndexByte(rest, '>')
	if end < open || !plainURI(rest[open+1:end]) {
		return false, false
	}
	return tags(string(rest[end+1:]))
}

// plainURI is scheme:something without blanks and brackets.
func plainURI(uri []byte) bool {
	colon := bytes.IndexByte(uri, ':')
	return colon > 0 && colon < len(uri)-1 && !bytes.ContainsAny(uri, " \t<>\"")
}

// tags checks the parameters behind an address and looks for the tag.
func tags(tail string) (tagged, ok bool) {
	if !params(tail) {
		return false, false
	}
	n := 0
	for i, p := range splitQuoted(tail, ';') {
		if name, _, _ := strings.Cut(p, "="); i > 0 && strings.EqualFold(strings.TrimSpace(name), "tag") {
			n++
		}
	}
	return n > 0, n <= 1
}

// params checks ";name=value;name": none empty, nothing in front of the first.
func params(tail string) bool {
	parts := splitQuoted(tail, ';')
	if strings.TrimSpace(parts[0]) != "" {
		return false
	}
	for _, p := range parts[1:] {
		name, _, _ := strings.Cut(p, "=")
		if !isToken([]byte(strings.TrimSpace(name))) {
			return false
		}
	}
	return true
}

// splitList splits a comma list outside of quotes and angle brackets.
func splitList(v []byte) []string {
	var out []string
	quoted, angle, from := false, false, 0
	for i := 0; i < len(v); i++ {
		switch c := v[i]; {
		case c == '\\' && quoted:
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '<':
			angle = true
		case c == '>':
			angle = false
		case c == ',' && !angle:
			out = append(out, string(v[from:i]))
			from = i + 1
		}
	}
	return append(out, string(v[from:]))
}

// viaHop is one element of a Via list.
func viaHop(hop string) bool {
	end := strings.IndexByte(hop, ';')
	if end < 0 {
		end = len(hop)
	}
	return strings.TrimSpace(hop[:end]) != "" && params(hop[end:])
}

// closingQuote is the index of the quote that ends the string v begins with, or -1.
func closingQuote(v []byte) int {
	for i := 1; i < len(v); i++ {
		switch v[i] {
		case '\\':
			i++
		case '"':
			return i
		}
	}
	return -1
}
