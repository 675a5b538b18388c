package callback

import (
	"slices"
	"testing"
)

func TestRuleC16_ScoreOfARecord(t *testing.T) {
	t.Parallel()
	q := Questionnaire{Items: []Item{{Key: "note", Kind: ItemText}}}
	for _, key := range []string{"a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k"} {
		q.Items = append(q.Items, Item{Key: key, Kind: ItemSatisfaction})
	}
	all := map[string]any{}
	for _, it := range q.Items[1:] {
		all[it.Key] = AnswerDissatisfied
	}
	for _, row := range []struct {
		name    string
		answers map[string]any
		score   int // -1: none
		bad     []string
	}{
		{"nothing rated", map[string]any{"note": "dissatisfied"}, -1, nil},
		{"all is well", map[string]any{"a": "satisfied", "b": "fair"}, 100, nil},
		{"ten less for each", map[string]any{"a": "dissatisfied", "b": "satisfied", "k": "dissatisfied"}, 80, []string{"a", "k"}},
		{"never below nought", all, 0, []string{"a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k"}},
	} {
		r := Record{Answers: row.answers}
		r.rate(q)
		switch {
		case row.score < 0 && (r.Score != nil || r.ScoreVersion != 0):
			t.Errorf("%s: score %d", row.name, *r.Score)
		case row.score >= 0 && (r.Score == nil || *r.Score != row.score || r.ScoreVersion != 1):
			t.Errorf("%s: score %v", row.name, r.Score)
		}
		if !slices.Equal(r.Dissatisfied, row.bad) {
			t.Errorf("%s: dissatisfied %v", row.name, r.Dissatisfied)
		}
	}
}
