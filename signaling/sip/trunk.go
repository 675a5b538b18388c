package sip

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"strconv"
	"strings"
	"time"

	"huifang/internal/call"
)

// Trunk is one way to the telephone network (Rule T-07).
type Trunk struct {
	Name      string
	Address   string // host:port of the carrier's SIP address
	Transport string // udp (default), tcp or tls
	CallerID  string // our number as the carrier wants it
	// Domain is the host of From and of the Request-URI; default the address'.
	Domain             string
	Username, Password string
	// Register keeps a registration at the trunk (RFC 3261 10), asking for
	// RegisterExpires each time; default one hour.
	Register        bool
	RegisterExpires time.Duration
	// AllowedSources may send us SIP over this trunk, besides the resolved address.
	AllowedSources []netip.Prefix
	// MediaPrefixes may send us voice; the user agent only keeps them.
	MediaPrefixes []netip.Prefix
	// SRTP says whether the voice is encrypted; default off.
	SRTP SRTP
	// StripPrefix is taken off the front of a number, then AddPrefix put on.
	StripPrefix, AddPrefix string
	// Rewrites come before them: the first whose prefix the number has is
	// applied, and then it is ready.
	Rewrites []Rewrite
	// ServiceNumbers are those under which customers reach us over this trunk;
	// calls to others are refused (404).
	ServiceNumbers []string
	// TrustIdentity believes the trunk's P-Asserted-Identity (RFC 3325).
	TrustIdentity bool
	// OutcomeOverrides beats the classifier for a SIP code of this carrier.
	OutcomeOverrides map[int]call.Outcome
}

// Rewrite puts another beginning in the place of a number's prefix.
type Rewrite struct{ Prefix, With string }

// validate fills in defaults and says what is wrong.
func (t *Trunk) validate() error {
	if t.Name == "" {
		return errors.New("trunk without name")
	}
	switch t.Transport {
	case "":
		t.Transport = "udp"
	case "udp", "tcp", "tls":
	default:
		return fmt.Errorf("trunk %s: transport %q is not udp, tcp or tls", t.Name, t.Transport)
	}
	host, port, err := net.SplitHostPort(t.Address)
	if err != nil || host == "" {
		return fmt.Errorf("trunk %s: address %q is not host:port", t.Name, t.Address)
	}
	if n, err := strconv.ParseUint(port, 10, 16); err != nil || n == 0 {
		return fmt.Errorf("trunk %s: port %q is not a number", t.Name, port)
	}
	switch t.SRTP {
	case "", SRTPOff, SRTPOptional, SRTPMandatory:
	default:
		return fmt.Errorf("trunk %s: srtp %q is not off, optional or mandatory", t.Name, t.SRTP)
	}
	if t.Domain == "" {
		t.Domain = host
	}
	if _, err := userPart(t.CallerID); t.CallerID != "" && err != nil {
		return fmt.Errorf("trunk %s: caller id: %w", t.Name, err)
	}
	if t.Register && t.account() == "" {
		return fmt.Errorf("trunk %s: registration needs a user name or a caller id", t.Name)
	}
	if t.RegisterExpires < 0 || t.RegisterExpires > 24*time.Hour {
		return fmt.Errorf("trunk %s: registration for %s", t.Name, t.RegisterExpires)
	}
	setDefault(&t.RegisterExpires, time.Hour)
	for _, n := range t.ServiceNumbers {
		if clean, err := userPart(n); err != nil || clean != n {
			return fmt.Errorf("trunk %s: service number %q is not digits", t.Name, n)
		}
	}
	known := map[call.Outcome]bool{}
	for _, o := range call.Outcomes() {
		known[o] = true
	}
	for code, o := range t.OutcomeOverrides {
		if code < 300 || code > 699 || !known[o] {
			return fmt.Errorf("trunk %s: outcome override %d: %s", t.Name, code, o)
		}
	}
	return nil
}

// Dialled is a number in the form this trunk would send it in.
func (t Trunk) Dialled(number string) (string, error) { return t.dialled(number) }

// dialled is a number in the form this trunk wants it.
func (t *Trunk) dialled(number string) (string, error) {
	n, err := userPart(number)
	if err != nil {
		return "", err
	}
	for _, r := range t.Rewrites {
		if rest, ok := strings.CutPrefix(n, r.Prefix); ok {
			return userPart(r.With + rest)
		}
	}
	return userPart(t.AddPrefix + strings.TrimPrefix(n, t.StripPrefix))
}

// userPart drops what people write into numbers and refuses everything that is
// not a digit, '+', '*' or '#'; nothing else may enter a SIP URI (RFC 3261 25.1).
func userPart(number string) (string, error) {
	n := strings.NewReplacer(" ", "", "-", "", "(", "", ")", "").Replace(number)
	if n == "" || len(n) > 40 {
		return "", ErrNumber
	}
	for i, r := range n {
		if (r < '0' || r > '9') && r != '*' && r != '#' && (r != '+' || i != 0) {
			return "", ErrNumber
		}
	}
	return n, nil
}

// uriUser escapes a dialled number for the user part of a URI.
func uriUser(n string) string { return strings.ReplaceAll(n, "#", "%23") }
