package customer

import (
	"encoding/json"
	"log/slog"
	"strings"
)

// Number is a telephone number in the form in which it is stored and dialled:
// E.164 with its plus, or the digits of a short code or extension.
//
// However it is printed, logged or encoded it shows itself masked, like
// 138****1234 (Rule S-01); only [Number.Reveal] gives the digits. The zero
// Number is none.
type Number struct{ digits string }

// StoredNumber takes a number as it was stored; it is not checked again.
func StoredNumber(s string) Number { return Number{digits: s} }

// Reveal gives the digits as they are dialled. Its callers are the dial and
// the store; the result must not be logged or sent to a page.
func (n Number) Reveal() string { return n.digits }

// Emergency reports whether the number belongs to an emergency service, which
// nobody calls back.
func (n Number) Emergency() bool {
	switch n.digits {
	case "110", "112", "119", "120", "122", "911", "999":
		return true
	}
	return false
}

// IsZero reports whether there is no number.
func (n Number) IsZero() bool { return n.digits == "" }

// Masked keeps as much as a person needs to recognise the number: of eleven
// digits the first three and the last four, of short ones less.
func (n Number) Masked() string {
	d := strings.TrimPrefix(n.digits, "+86")
	plus := ""
	if strings.HasPrefix(d, "+") {
		plus, d = "+", d[1:]
	}
	switch l := len(d); {
	case l == 0:
		return ""
	case l <= 3:
		return strings.Repeat("*", l)
	case l <= 6:
		return strings.Repeat("*", l-2) + d[l-2:]
	case l <= 8:
		return d[:1] + strings.Repeat("*", l-4) + d[l-3:]
	default:
		return plus + d[:3] + strings.Repeat("*", l-7) + d[l-4:]
	}
}

func (n Number) String() string { return n.Masked() }

// GoString keeps %#v from showing the digits.
func (n Number) GoString() string { return "customer.Number(" + n.Masked() + ")" }

// MarshalJSON writes the masked form.
func (n Number) MarshalJSON() ([]byte, error) { return json.Marshal(n.Masked()) }

// MarshalText writes the masked form.
func (n Number) MarshalText() ([]byte, error) { return []byte(n.Masked()), nil }

// LogValue gives the masked form to slog.
func (n Number) LogValue() slog.Value { return slog.StringValue(n.Masked()) }
