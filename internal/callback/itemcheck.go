package callback

import (
	"fmt"
	"regexp"
	"strings"

	"huifang/internal/problem"
)

// What a questionnaire may have.
const (
	maxItems   = 100
	maxChoices = 50
	maxLabel   = 1000 // bytes of a label in one language
)

// itemKey is what keys of items and choices look like: they stand in answers,
// in exports and in the audit log.
var itemKey = regexp.MustCompile(`^[a-z][a-z0-9_]{0,39}$`)

// Check says what is wrong with a questionnaire, by item.
func (q Questionnaire) Check() []error {
	var errs []error
	for _, f := range q.Faults("items") {
		errs = append(errs, fmt.Errorf("%s %s", f.Location, f.Message))
	}
	return errs
}

// Faults says what is wrong with a questionnaire (Rule C-16), as fields below a place such
// as "items": keys that are taken or no keys, words that are missing in a
// language, choices that are too few, limits that cross, red flags and
// branches that name what is not there. A branch may look back only: so there
// are no circles, and whoever reads the questions in order knows what is asked.
func (q Questionnaire) Faults(place string) []problem.Field {
	var out []problem.Field
	bad := func(at, format string, args ...any) {
		out = append(out, problem.Field{Location: place + at, Message: fmt.Sprintf(format, args...)})
	}
	if len(q.Items) > maxItems {
		bad("", "must be at most %d", maxItems)
	}
	before := map[string]Item{}
	for i, it := range q.Items {
		at := func(s string) string { return fmt.Sprintf(".%d.%s", i, s) }
		if !itemKey.MatchString(it.Key) {
			bad(at("key"), "must begin with a small letter and have at most 40 small letters, digits and underscores")
		} else if _, taken := before[it.Key]; taken {
			bad(at("key"), "%q is taken by an item before", it.Key)
		}
		it.Label.faults(func(lang, msg string) { bad(at("label."+lang), "%s", msg) })
		it.faults(func(field, format string, args ...any) { bad(at(field), format, args...) })
		if c := it.AskIf; c != nil {
			from, ok := before[c.Item]
			switch {
			case !ok:
				bad(at("ask_if.item"), "must be an item that stands before this one")
			case !from.Kind.Chosen():
				bad(at("ask_if.item"), "%q has no choices: only chosen answers open a branch", c.Item)
			case len(c.Is) == 0:
				bad(at("ask_if.is"), "must name an answer of %q", c.Item)
			}
			for _, k := range c.Is {
				if ok && from.Kind.Chosen() && !from.has(k) {
					bad(at("ask_if.is"), "%q is no answer of %q", k, c.Item)
				}
			}
		}
		before[it.Key] = it
	}
	return out
}

// faults of an item that do not depend on the others.
func (it Item) faults(bad func(field, format string, args ...any)) {
	known := false
	for _, k := range ItemKinds() {
		known = known || it.Kind == k
	}
	if !known {
		bad("kind", "%q is no kind of item", string(it.Kind))
		return
	}
	if it.Kind == ItemChoice || it.Kind == ItemChoices {
		if len(it.Choices) < 2 || len(it.Choices) > maxChoices {
			bad("choices", "must be 2 to %d", maxChoices)
		}
		seen := map[string]bool{}
		for n, c := range it.Choices {
			if !itemKey.MatchString(c.Key) || seen[c.Key] {
				bad(fmt.Sprintf("choices.%d.key", n), "must be a key that no other choice has")
			}
			seen[c.Key] = true
			c.Label.faults(func(lang, msg string) { bad(fmt.Sprintf("choices.%d.label.%s", n, lang), "%s", msg) })
		}
	} else if len(it.Choices) > 0 {
		bad("choices", "are only for items of kind choice and choices")
	}
	if it.Kind != ItemNumber && (it.Min != nil || it.Max != nil) {
		bad("min", "and max are only for numbers")
	}
	if it.Min != nil && it.Max != nil && *it.Min > *it.Max {
		bad("max", "must not be below min")
	}
	if len(it.RedFlagOn) > 0 && !it.Kind.Chosen() {
		bad("red_flag_on", "is only for items with choices")
		return
	}
	for _, k := range it.RedFlagOn {
		if !it.has(k) {
			bad("red_flag_on", "%q is no answer of the item", k)
		}
	}
}

// faults of words that both languages must have.
func (w Words) faults(bad func(lang, msg string)) {
	for _, t := range [][2]string{{LanguageChinese, w.Chinese}, {LanguageEnglish, w.English}} {
		if strings.TrimSpace(t[1]) == "" {
			bad(t[0], "is required")
		} else if len(t[1]) > maxLabel {
			bad(t[0], fmt.Sprintf("must have at most %d bytes", maxLabel))
		}
	}
}
