package callback

import (
	"encoding/json"
	"fmt"
	"slices"
)

// ItemKind says what an answer looks like.
type ItemKind string

// The kinds of items.
const (
	ItemSatisfaction ItemKind = "satisfaction" // satisfied, fair, dissatisfied (Rule C-16)
	ItemChoice       ItemKind = "choice"       // one of the choices
	ItemChoices      ItemKind = "choices"      // one or more of the choices
	ItemYesNo        ItemKind = "yes_no"
	ItemNumber       ItemKind = "number" // within Min and Max
	ItemDate         ItemKind = "date"
	ItemText         ItemKind = "text"
)

// ItemKinds lists the closed set.
func ItemKinds() []ItemKind {
	return []ItemKind{ItemSatisfaction, ItemChoice, ItemChoices, ItemYesNo, ItemNumber, ItemDate, ItemText}
}

// Chosen reports whether answers of the kind are keys of choices: only those
// can raise a red flag or open a branch.
func (k ItemKind) Chosen() bool {
	return k == ItemSatisfaction || k == ItemChoice || k == ItemChoices || k == ItemYesNo
}

// Choice is a possible answer.
type Choice struct {
	Key   string `json:"key"`
	Label Words  `json:"label"`
}

// Keys are keys of choices. One alone may be written without the list, as
// content of before did.
type Keys []string

// UnmarshalJSON takes a list or one key; an empty key is no key.
func (k *Keys) UnmarshalJSON(raw []byte) error {
	var one string
	if json.Unmarshal(raw, &one) == nil {
		*k = nil
		if one != "" {
			*k = Keys{one}
		}
		return nil
	}
	var many []string
	if err := json.Unmarshal(raw, &many); err != nil {
		return fmt.Errorf("read keys of choices: %w", err)
	}
	*k = many
	return nil
}

// Condition opens a branch: the item is asked only if another one, that stands
// before it, has one of the answers.
type Condition struct {
	Item string `json:"item"`
	Is   Keys   `json:"is"`
}

// Item is one question. Items of kind satisfaction and yes_no carry their
// choices too once [Questionnaire.Normal] has been taken.
type Item struct {
	Key       string     `json:"key"`
	Kind      ItemKind   `json:"kind"`
	Required  bool       `json:"required,omitempty"`    // where it is asked at all
	RedFlagOn Keys       `json:"red_flag_on,omitempty"` // answers that raise a red flag (Rules C-04, C-19)
	AskIf     *Condition `json:"ask_if,omitempty"`      // nil: always asked
	Min       *float64   `json:"min,omitempty"`         // of numbers
	Max       *float64   `json:"max,omitempty"`
	Prefill   bool       `json:"prefill,omitempty"` // of a form: begins with what the customer's last record says
	Label     Words      `json:"label"`
	Choices   []Choice   `json:"choices,omitempty"`
}

// choices of the item, written out.
func (it Item) choices() []Choice {
	switch it.Kind {
	case ItemSatisfaction:
		return []Choice{
			{AnswerSatisfied, Words{"满意", "Satisfied"}}, {AnswerFair, Words{"一般", "Fair"}}, {AnswerDissatisfied, Words{"不满意", "Dissatisfied"}},
		}
	case ItemYesNo:
		return []Choice{{AnswerYes, Words{"是", "Yes"}}, {AnswerNo, Words{"否", "No"}}}
	}
	return it.Choices
}

func (it Item) has(choice string) bool {
	return slices.ContainsFunc(it.choices(), func(c Choice) bool { return c.Key == choice })
}

// chosen gives the keys of an answer, of one choice or of several.
func chosen(answer any) []string {
	switch a := answer.(type) {
	case string:
		return []string{a}
	case []string:
		return a
	case []any:
		var out []string
		for _, x := range a {
			if s, ok := x.(string); ok {
				out = append(out, s)
			}
		}
		return out
	}
	return nil
}

// anyOf reports whether an answer is, or has, one of the keys.
func anyOf(answer any, keys []string) bool {
	return slices.ContainsFunc(chosen(answer), func(s string) bool { return slices.Contains(keys, s) })
}
