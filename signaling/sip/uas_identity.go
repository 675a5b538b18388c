package sip

import (
	"strings"

	sipmsg "github.com/emiago/sipgo/sip"
)

// Incoming is a call that a customer makes to us.
type Incoming struct {
	Trunk  string
	Called string // the service number that was called, as the trunk has it configured
	// Caller is the number of the caller as the trunk writes it; empty when it
	// is withheld or is none.
	Caller    string
	Anonymous bool // the caller does not want to be known
	// Offer is the caller's session description, nil when it comes with the ACK.
	Offer []byte
}

// caller reads who calls. P-Asserted-Identity is believed only of trunks that
// we trust (RFC 3325 5); a caller who wants privacy is still known to us then
// (7), as the carrier tells it to the called side on contract.
func caller(req *sipmsg.Request, trusted bool) (number string, anonymous bool) {
	for _, v := range headerList(req, "Privacy") {
		for p := range strings.SplitSeq(v, ";") {
			switch strings.ToLower(strings.TrimSpace(p)) {
			case "id", "user", "header":
				anonymous = true
			}
		}
	}
	if trusted {
		for _, h := range req.GetHeaders("P-Asserted-Identity") {
			for _, v := range splitQuoted(h.Value(), ',') {
				if n := identityNumber(v); n != "" {
					return n, anonymous
				}
			}
		}
	}
	from := req.From().Address
	if strings.EqualFold(from.User, "anonymous") || strings.HasSuffix(strings.ToLower(from.Host), ".invalid") {
		return "", true // RFC 3323 4.1.1.3
	}
	if anonymous {
		return "", true
	}
	n, err := userPart(identityUser(from.User))
	if err != nil {
		return "", false
	}
	return n, false
}

// identityNumber is the number in a name-addr with a sip, sips or tel URI, or empty.
func identityNumber(v string) string {
	if i := strings.LastIndexByte(v, '<'); i >= 0 {
		v, _, _ = strings.Cut(v[i+1:], ">")
	}
	scheme, rest, ok := strings.Cut(strings.TrimSpace(v), ":")
	if !ok {
		return ""
	}
	switch strings.ToLower(scheme) {
	case "sip", "sips":
		user, _, at := strings.Cut(rest, "@")
		if !at {
			return ""
		}
		rest = user
	case "tel":
	default:
		return ""
	}
	n, err := userPart(identityUser(rest))
	if err != nil {
		return ""
	}
	return n
}

// identityUser takes parameters off a telephone number (RFC 3966 3: ";phone-context=").
func identityUser(user string) string {
	user, _, _ = strings.Cut(user, ";")
	return strings.NewReplacer("%2B", "+", "%2b", "+", "%23", "#").Replace(user)
}

// serves is the configured service number that user names, or empty. A leading
// plus makes no difference: carriers write one and the same number either way.
func (l *line) serves(user string) string {
	user = strings.TrimPrefix(identityUser(user), "+")
	for _, n := range l.ServiceNumbers {
		if strings.TrimPrefix(n, "+") == user && user != "" {
			return n
		}
	}
	return ""
}
