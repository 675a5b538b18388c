package callback

import (
	"fmt"
	"math"
	"slices"
	"strconv"
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

// Questionnaire is a version of a list of questions: what a program asks (Rule
// C-16), or the form that its records are written on (Rule C-10).
type Questionnaire struct {
	Version int    `json:"version"`
	Items   []Item `json:"items"`
}

// Normal gives the questionnaire with the choices of satisfaction (Rule C-16)
// and yes/no items written out.
func (q Questionnaire) Normal() Questionnaire {
	out := Questionnaire{Version: q.Version, Items: slices.Clone(q.Items)}
	for i, it := range out.Items {
		out.Items[i].Choices = it.choices()
	}
	return out
}

// Asked are the keys of the items that are asked, given the answers: an item in
// a branch only if the item that opens it is asked and has such an answer. A
// condition looks back only, so one pass is enough.
func (q Questionnaire) Asked(answers map[string]any) map[string]bool {
	asked := make(map[string]bool, len(q.Items))
	for _, it := range q.Items {
		asked[it.Key] = it.AskIf == nil || asked[it.AskIf.Item] && anyOf(answers[it.AskIf.Item], it.AskIf.Is)
	}
	return asked
}

// RedFlags are the keys of the asked items whose answer raises a red flag, in
// order. Rules C-04, C-19.
func (q Questionnaire) RedFlags(answers map[string]any) []string {
	asked, out := q.Asked(answers), []string{}
	for _, it := range q.Items {
		if asked[it.Key] && anyOf(answers[it.Key], it.RedFlagOn) {
			out = append(out, it.Key)
		}
	}
	return out
}

// Demand is how much is asked of answers.
type Demand int

// The demands, each with all that the one before has.
const (
	DemandValid    Demand = iota // of a draft: each answer is one that its item takes
	DemandCoherent               // of a final record: nothing is answered that was not asked
	DemandComplete               // of a call-back that took place: what is required and asked is answered
)

// CheckAnswers says which answers are not allowed, and with [DemandComplete]
// which are missing, as fields below a place such as "answers". Empty answers
// are as good as none. The result has the answers in their stored form.
func (q Questionnaire) CheckAnswers(place string, answers map[string]any, d Demand) (map[string]any, []problem.Field) {
	wrong := map[string]string{}
	out := make(map[string]any, len(answers))
	items := make(map[string]Item, len(q.Items))
	for _, it := range q.Items {
		items[it.Key] = it
	}
	for key, a := range answers {
		it, ok := items[key]
		if !ok {
			wrong[key] = "is no question of this questionnaire"
			continue
		}
		if v, err := it.normal(a); err != nil {
			wrong[key] = err.Error()
		} else if v != nil {
			out[key] = v
		}
	}
	asked := q.Asked(out)
	for _, it := range q.Items {
		_, answered := out[it.Key]
		switch {
		case wrong[it.Key] != "":
		case d >= DemandCoherent && answered && !asked[it.Key]:
			wrong[it.Key] = fmt.Sprintf("is not asked: %s is not answered with %s", it.AskIf.Item, strings.Join(it.AskIf.Is, " or "))
		case d >= DemandComplete && it.Required && asked[it.Key] && !answered:
			wrong[it.Key] = "must be answered"
		}
	}
	fields := make([]problem.Field, 0, len(wrong))
	for key, msg := range wrong {
		fields = append(fields, problem.Field{Location: place + "." + key, Message: msg})
	}
	slices.SortFunc(fields, func(a, b problem.Field) int { return strings.Compare(a.Location, b.Location) })
	return out, fields
}

// normal gives the stored form of an answer: text trimmed, several choices in
// the order of the item; nil where there is none.
func (it Item) normal(a any) (any, error) {
	if a == nil || a == "" {
		return nil, nil
	}
	if it.Kind == ItemNumber {
		return it.number(a)
	}
	if it.Kind == ItemChoices {
		return it.several(a)
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
		if s = strings.TrimSpace(s); s == "" {
			return nil, nil
		}
	default:
		if !it.has(s) {
			return nil, fmt.Errorf("is none of the choices")
		}
	}
	return s, nil
}

func (it Item) number(a any) (any, error) {
	n, ok := a.(float64)
	if !ok || math.IsNaN(n) || math.IsInf(n, 0) {
		return nil, fmt.Errorf("must be a number")
	}
	text := func(f float64) string { return strconv.FormatFloat(f, 'f', -1, 64) }
	if it.Min != nil && n < *it.Min {
		return nil, fmt.Errorf("must be %s or more", text(*it.Min))
	}
	if it.Max != nil && n > *it.Max {
		return nil, fmt.Errorf("must be %s or less", text(*it.Max))
	}
	return n, nil
}

func (it Item) several(a any) (any, error) {
	switch list := a.(type) {
	case []string:
	case []any:
		if len(chosen(list)) != len(list) {
			return nil, fmt.Errorf("must be a list of choices")
		}
	default:
		return nil, fmt.Errorf("must be a list of choices")
	}
	keys := chosen(a)
	for _, k := range keys {
		if !it.has(k) {
			return nil, fmt.Errorf("has %q, which is none of the choices", k)
		}
	}
	var out []string
	for _, c := range it.Choices {
		if slices.Contains(keys, c.Key) {
			out = append(out, c.Key)
		}
	}
	if len(out) == 0 {
		return nil, nil
	}
	return out, nil
}
