package customer

import (
	"encoding/json"
	"errors"
	"log/slog"
	"net/mail"
	"strings"

	"github.com/nyaruka/phonenumbers"
)

// ErrEmail says that a text is no e-mail address. It does not hold the text (Rule S-01).
var ErrEmail = errors.New("this is no e-mail address such as name@example.com")

// Email is an e-mail address. Like a [Number] it shows itself masked, as
// w***g@example.com, however it is printed, logged or encoded (Rule S-01).
type Email struct{ address string }

// StoredEmail takes an address as it was stored; it is not checked again.
func StoredEmail(s string) Email { return Email{address: s} }

// ParseEmail reads one bare address and gives its stored form: the domain in
// small letters, the name before it as it was written.
func ParseEmail(text string) (Email, error) {
	s := strings.TrimSpace(text)
	a, err := mail.ParseAddress(s)
	if err != nil || a.Name != "" || a.Address != s || len(s) > 254 || strings.ContainsAny(s, "\r\n<>\"") {
		return Email{}, ErrEmail
	}
	at := strings.LastIndexByte(s, '@')
	domain := strings.ToLower(s[at+1:])
	if !strings.Contains(domain, ".") || strings.HasPrefix(domain, ".") || strings.HasSuffix(domain, ".") || strings.HasPrefix(domain, "[") {
		return Email{}, ErrEmail
	}
	return Email{address: s[:at+1] + domain}, nil
}

// Reveal gives the address as mail is sent to it; it must not be logged or sent to a page.
func (e Email) Reveal() string { return e.address }

// IsZero reports whether there is no address.
func (e Email) IsZero() bool { return e.address == "" }

// Masked keeps the first and the last letter of the name, and the domain.
func (e Email) Masked() string {
	name, domain, ok := strings.Cut(e.address, "@")
	r := []rune(name)
	switch {
	case !ok:
		return ""
	case len(r) < 3:
		return strings.Repeat("*", len(r)) + "@" + domain
	}
	return string(r[0]) + "***" + string(r[len(r)-1]) + "@" + domain
}

func (e Email) String() string { return e.Masked() }

// GoString keeps %#v from showing the address.
func (e Email) GoString() string { return "customer.Email(" + e.Masked() + ")" }

// MarshalJSON writes the masked form.
func (e Email) MarshalJSON() ([]byte, error) { return json.Marshal(e.Masked()) }

// MarshalText writes the masked form.
func (e Email) MarshalText() ([]byte, error) { return []byte(e.Masked()), nil }

// LogValue gives the masked form to slog.
func (e Email) LogValue() slog.Value { return slog.StringValue(e.Masked()) }

// Mobile reports whether an SMS can reach the number: of this country 13x to
// 19x, of others what their numbering plan says.
func (n Number) Mobile() bool {
	if !strings.HasPrefix(n.digits, "+") {
		return false
	}
	p, err := phonenumbers.Parse(n.digits, homeRegion)
	if err != nil {
		return false
	}
	kind := phonenumbers.GetNumberType(p)
	return kind == phonenumbers.MOBILE || kind == phonenumbers.FIXED_LINE_OR_MOBILE
}
