package customer

import (
	"errors"
	"strings"

	"github.com/nyaruka/phonenumbers"
)

// ErrNumber says that a text is no telephone number. It does not hold the text
// (Rule S-01).
var ErrNumber = errors.New("this is no telephone number: digits, spaces, dashes and a leading + are allowed")

// homeRegion is where numbers without a country code belong.
const homeRegion = "CN"

// Lengths of short codes and extensions, in digits: 110, 12345, 95588.
const (
	minShort = 3
	maxShort = 6
)

// ParseNumber reads a number as people write it and gives its stored form:
// E.164, or bare digits for short codes and extensions of 3 to 6 digits and
// for service numbers (400, 800) that have no form abroad.
func ParseNumber(text string) (Number, error) {
	s := normalWidth(strings.TrimSpace(text))
	digits, plus, err := digitsOf(s)
	if err != nil {
		return Number{}, err
	}
	if !plus && len(digits) >= minShort && len(digits) <= maxShort {
		return Number{digits: digits}, nil
	}
	if !plus && len(digits) == 10 && (strings.HasPrefix(digits, "400") || strings.HasPrefix(digits, "800")) {
		return Number{digits: digits}, nil
	}
	p, err := phonenumbers.Parse(s, homeRegion)
	if err != nil || !phonenumbers.IsPossibleNumber(p) || p.GetExtension() != "" {
		return Number{}, ErrNumber
	}
	if p.GetCountryCode() == 86 && !phonenumbers.IsValidNumber(p) {
		return Number{}, ErrNumber
	}
	e164 := phonenumbers.Format(p, phonenumbers.E164)
	if len(e164) < 5 || len(e164) > 16 {
		return Number{}, ErrNumber
	}
	// Imports recognise a number by its stored form, so that must stand for itself.
	if again, err := phonenumbers.Parse(e164, homeRegion); err != nil || phonenumbers.Format(again, phonenumbers.E164) != e164 {
		return Number{}, ErrNumber
	}
	return Number{digits: e164}, nil
}

// National is the number as people of this country write it, digits shown: its
// callers show it only to whoever typed it (Rule S-01).
func (n Number) National() string {
	if !strings.HasPrefix(n.digits, "+") {
		return n.digits
	}
	p, err := phonenumbers.Parse(n.digits, homeRegion)
	switch {
	case err != nil:
		return n.digits
	case p.GetCountryCode() == 86:
		return phonenumbers.Format(p, phonenumbers.NATIONAL)
	}
	return phonenumbers.Format(p, phonenumbers.INTERNATIONAL)
}

// digitsOf gives the digits of a text that holds nothing else but the usual
// separators.
func digitsOf(s string) (digits string, plus bool, err error) {
	var b strings.Builder
	for i, r := range s {
		switch {
		case r >= '0' && r <= '9':
			b.WriteRune(r)
		case r == '+' && i == 0:
			plus = true
		case strings.ContainsRune(" -()./", r):
		default:
			return "", false, ErrNumber
		}
	}
	if b.Len() < minShort || b.Len() > 18 {
		return "", false, ErrNumber
	}
	return b.String(), plus, nil
}

// normalWidth turns full-width digits and signs, as Chinese keyboards give
// them, into ordinary ones.
func normalWidth(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= '！' && r <= '～':
			return r - '！' + '!'
		case r == '　':
			return ' '
		}
		return r
	}, s)
}
