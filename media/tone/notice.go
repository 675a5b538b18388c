package tone

import (
	"embed"
	"fmt"
	"strings"
)

//go:embed prompts/zh-CN.wav prompts/en.wav
var defaults embed.FS

// DefaultLanguage is the notice of a customer whose language has none of its own (Rule T-11).
const DefaultLanguage = "zh-CN"

// Notices are the recording notices by language (Rule T-12).
type Notices struct{ byLanguage map[string][]byte }

// NewNotices loads the embedded notices and puts the given WAV files, by
// language tag, in their place or beside them. A file that cannot be read is an
// error: a call must not go without its notice for a typing mistake.
func NewNotices(replace map[string][]byte) (*Notices, error) {
	n := &Notices{byLanguage: make(map[string][]byte)}
	for _, language := range []string{"zh-CN", "en"} {
		file, err := defaults.ReadFile("prompts/" + language + ".wav")
		if err != nil {
			return nil, fmt.Errorf("read embedded notice: %w", err)
		}
		if n.byLanguage[language], err = LoadWAV(file); err != nil {
			return nil, fmt.Errorf("embedded notice %s: %w", language, err)
		}
	}
	for language, file := range replace {
		prompt, err := LoadWAV(file)
		if err != nil {
			return nil, fmt.Errorf("notice %s: %w", language, err)
		}
		n.byLanguage[language] = prompt
	}
	return n, nil
}

// Notice is the notice for a language tag as A-law: that of the tag itself, else
// that of its primary language (en for en-GB), else the default one. The
// slice must not be written to.
func (n *Notices) Notice(language string) []byte {
	if p, ok := n.byLanguage[language]; ok {
		return p
	}
	primary, _, _ := strings.Cut(strings.ReplaceAll(language, "_", "-"), "-")
	if p, ok := n.byLanguage[primary]; ok {
		return p
	}
	return n.byLanguage[DefaultLanguage]
}
