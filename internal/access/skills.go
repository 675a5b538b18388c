package access

import (
	"slices"
	"strings"
)

// maxSkills is how many skills somebody has at most; each has 1 to 50 bytes.
const maxSkills = 20

// sortedSkills takes blanks and repetitions out. What plans may ask for is in
// the house's own words.
func sortedSkills(in []string) []string {
	out := make([]string, 0, len(in))
	for _, s := range in {
		if s = strings.TrimSpace(s); s != "" {
			out = append(out, s)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}
