package message

import (
	"slices"
	"strings"
	"unicode"
)

// DefaultOptOutWords are the words by which a reply refuses further SMS.
func DefaultOptOutWords() []string {
	return []string{"TD", "T", "退订", "退定", "STOP", "STOPALL", "UNSUBSCRIBE", "QUIT"}
}

// OptsOut reports whether a reply refuses further messages: it is one of the
// words, or begins with one of more than one letter; of words in Chinese it is
// enough that the reply holds one, for Chinese has no spaces. In doubt the
// reply is taken for a refusal: a supervisor can lift it. Rule C-14.
func OptsOut(reply string, words []string) bool {
	reply = plainWidth(reply)
	all := strings.FieldsFunc(reply, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	if len(all) == 0 {
		return false
	}
	return slices.ContainsFunc(words, func(w string) bool {
		w = plainWidth(w)
		switch {
		case w == "":
			return false
		case w[0] >= 0x80:
			return strings.Contains(strings.Join(all, ""), w)
		case len(all) == 1:
			return all[0] == w
		}
		return len(w) > 1 && all[0] == w
	})
}

// plainWidth gives the text in capitals, full-width letters made ordinary ones.
func plainWidth(s string) string {
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		if r >= '！' && r <= '～' {
			r = r - '！' + '!'
		}
		return unicode.ToUpper(r)
	}, s))
}
