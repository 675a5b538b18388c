package customer

import (
	"slices"
	"strings"
	"unicode"
)

// NameGrams gives the one- and two-character pieces of a name, by which it is
// found: Chinese names have two or three characters, people type one or two.
// The result is sorted and without duplicates; letters are lower case.
func NameGrams(name string) []string {
	rs := searchable(name)
	out := make([]string, 0, 2*len(rs))
	for i, r := range rs {
		out = append(out, string(r))
		if i+1 < len(rs) {
			out = append(out, string(rs[i:i+2]))
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// QueryGrams gives the pieces that all must be among a name's grams when the
// name holds the text: the two-character ones, or the only character.
func QueryGrams(text string) []string {
	rs := searchable(text)
	if len(rs) == 1 {
		return []string{string(rs)}
	}
	out := make([]string, 0, len(rs))
	for i := 0; i+1 < len(rs); i++ {
		out = append(out, string(rs[i:i+2]))
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func searchable(s string) []rune {
	return []rune(strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || r == '·' {
			return -1
		}
		return unicode.ToLower(r)
	}, normalWidth(s)))
}

// SearchText is a text in the form in which it is compared with names: the
// name's own characters without spaces, lower case.
func SearchText(s string) string { return string(searchable(s)) }

// Digits gives the text when it is only digits and at least three of them:
// then it is looked for at the end of numbers.
func Digits(text string) (string, bool) {
	d := strings.ReplaceAll(normalWidth(strings.TrimSpace(text)), " ", "")
	if len(d) < 3 || len(d) > 15 || strings.Trim(d, "0123456789") != "" {
		return "", false
	}
	return d, true
}
