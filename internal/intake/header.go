package intake

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// normal is a header as it is compared: width, case, spaces and punctuation do
// not matter, nor does a unit in brackets.
func normal(header string) string {
	s := strings.ToLower(norm.NFKC.String(header))
	if i := strings.IndexAny(s, "(["); i > 0 {
		s = s[:i]
	}
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return r
		}
		return -1
	}, s)
}

// Mapping says which column, counted from 0, holds which field.
type Mapping map[string]int

// Guess finds the columns of fields: by what was chosen for the same words
// before, then by the words themselves. No column is taken twice, and the field
// that comes first in [Kind.Fields] has the first choice.
func Guess(k Kind, header []string, remembered map[string]string) Mapping {
	m, taken := Mapping{}, map[int]bool{}
	words := make([]string, len(header))
	for i, h := range header {
		words[i] = normal(h)
		name := remembered[words[i]]
		if _, known := k.field(name); !known || words[i] == "" {
			continue
		}
		if _, twice := m[name]; !twice {
			m[name], taken[i] = i, true
		}
	}
	take := func(f Field, fits func(word string) bool) {
		for i, w := range words {
			if _, has := m[f.Name]; !has && !taken[i] && w != "" && remembered[w] == "" && fits(w) {
				m[f.Name], taken[i] = i, true
			}
		}
	}
	for _, f := range k.Fields() {
		take(f, func(w string) bool {
			return w == normal(f.Name) || w == normal(f.Title.Chinese) || w == normal(f.Title.English)
		})
	}
	for _, f := range k.Fields() {
		take(f, func(w string) bool {
			for _, own := range f.Words {
				if w == normal(own) {
					return true
				}
			}
			return false
		})
	}
	return m
}

// Remember gives the words of the header with what was chosen for them; a
// column that was left out is remembered as such ("-").
func Remember(header []string, m Mapping) map[string]string {
	out := map[string]string{}
	for _, h := range header {
		if w := normal(h); w != "" {
			out[w] = "-"
		}
	}
	for name, i := range m {
		if i >= 0 && i < len(header) {
			if w := normal(header[i]); w != "" {
				out[w] = name
			}
		}
	}
	return out
}
