package callback

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"huifang/internal/problem"
)

// Answers that satisfaction and yes/no items take.
const (
	AnswerSatisfied    = "satisfied"
	AnswerFair         = "fair"
	AnswerDissatisfied = "dissatisfied"
	AnswerYes          = "yes"
	AnswerNo           = "no"
)

const maxText = 10_000 // bytes of one free text

// Normal gives the questionnaire with the choices of satisfaction (Rule C-16)
// and yes/no items written out.
func (q Questionnaire) Normal() Questionnaire {
	out := Questionnaire{Version: q.Version, Items: slices.Clone(q.Items)}
	for i, it := range out.Items {
		switch it.Kind {
		case ItemSatisfaction:
			out.Items[i].Choices = []Choice{
				{AnswerSatisfied, Words{"满意", "Satisfied"}}, {AnswerFair, Words{"一般", "Fair"}}, {AnswerDissatisfied, Words{"不满意", "Dissatisfied"}},
			}
		case ItemYesNo:
			out.Items[i].Choices = []Choice{{AnswerYes, Words{"是", "Yes"}}, {AnswerNo, Words{"否", "No"}}}
		}
	}
	return out
}

// CheckAnswers says which answers are not allowed; with complete, also which
// required ones are missing. Empty answers are as good as none. The result has
// the answers in their stored form.
func (q Questionnaire) CheckAnswers(answers map[string]any, complete bool) (map[string]any, []problem.Field) {
	var wrong []problem.Field
	out := make(map[string]any, len(answers))
	items := make(map[string]Item, len(q.Items))
	for _, it := range q.Normal().Items {
		items[it.Key] = it
	}
	for key, a := range answers {
		it, ok := items[key]
		if !ok {
			wrong = append(wrong, problem.Field{Location: "answers." + key, Message: "is no question of this questionnaire"})
			continue
		}
		if a == nil || a == "" {
			continue
		}
		v, err := it.normal(a)
		if err != nil {
			wrong = append(wrong, problem.Field{Location: "answers." + key, Message: err.Error()})
			continue
		}
		if v != "" {
			out[key] = v
		}
	}
	if complete {
		for _, it := range q.Items {
			if _, ok := out[it.Key]; it.Required && !ok && !slices.ContainsFunc(wrong, func(f problem.Field) bool { return f.Location == "answers."+it.Key }) {
				wrong = append(wrong, problem.Field{Location: "answers." + it.Key, Message: "must be answered"})
			}
		}
	}
	slices.SortFunc(wrong, func(a, b problem.Field) int { return strings.Compare(a.Location, b.Location) })
	return out, wrong
}

func (it Item) normal(a any) (any, error) {
	if it.Kind == ItemNumber {
		n, ok := a.(float64)
		if !ok || math.IsNaN(n) || math.IsInf(n, 0) {
			return nil, fmt.Errorf("must be a number")
		}
		return n, nil
	}
	s, ok := a.(string)
	if !ok {
		return nil, fmt.Errorf("must be a text")
	}
	switch it.Kind {
	case ItemDate:
		if _, err := time.Parse(time.DateOnly, s); err != nil {
			return nil, fmt.Errorf("must be a date like 2026-11-24")
		}
	case ItemText:
		if len(s) > maxText || !utf8.ValidString(s) {
			return nil, fmt.Errorf("must have at most %d bytes", maxText)
		}
		return strings.TrimSpace(s), nil
	default:
		if !slices.ContainsFunc(it.Choices, func(c Choice) bool { return c.Key == s }) {
			return nil, fmt.Errorf("is none of the choices")
		}
	}
	return s, nil
}
