package tone

import (
	"bytes"
	"testing"
)

// Rule T-11: each language has sentences of its own, and each position its own.
func TestRuleT11_QueueSentences(t *testing.T) {
	t.Parallel()
	q, err := NewQueue()
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]string{}
	for _, language := range []string{"zh-CN", "en-GB"} {
		sentences := map[string][]byte{"farewell": q.Farewell(language)}
		for i, name := range []string{"0", "1", "2", "3", "4", "5", "6"} {
			sentences[name] = q.Position(language, i)
		}
		for name, s := range sentences {
			if len(s) < 8000 || len(s) > 8*8000 {
				t.Errorf("%s %s: %d samples", language, name, len(s))
			}
			if other := seen[string(s)]; other != "" {
				t.Errorf("%s %s says what %s says", language, name, other)
			}
			seen[string(s)] = language + " " + name
		}
		if !bytes.Equal(q.Position(language, 99), q.Position(language, 6)) {
			t.Errorf("%s: no word for many", language)
		}
	}
	if !bytes.Equal(q.Farewell("ja"), q.Farewell("zh-CN")) {
		t.Error("a language without sentences hears the default one")
	}
}
