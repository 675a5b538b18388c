package callback

import "strings"

// isEnglish reports whether the page or customer wants English; every other
// language gets the standard language (Rule T-11).
func isEnglish(language string) bool {
	return strings.HasPrefix(strings.ToLower(language), "en")
}
