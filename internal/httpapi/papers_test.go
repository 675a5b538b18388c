package httpapi

import (
	"context"
	"reflect"
	"testing"

	"huifang/internal/access"
	"huifang/internal/callback"
)

// housePapers answers as the house does; internal/store tests the rules.
type housePapers struct{ *house }

func (h housePapers) List(context.Context, access.Principal, string) (PaperList, error) {
	return PaperList{}, h.err
}
func (h housePapers) Get(context.Context, access.Principal, ID) (Paper, error) { return Paper{}, h.err }
func (h housePapers) Create(context.Context, access.Principal, NewPaper) (Paper, error) {
	return Paper{}, h.err
}
func (h housePapers) SaveDraft(context.Context, access.Principal, ID, PaperDraft) (SavedDraft, error) {
	return SavedDraft{}, h.err
}
func (h housePapers) Publish(context.Context, access.Principal, ID, PaperPublication) (Paper, error) {
	return Paper{}, h.err
}
func (h housePapers) Retire(context.Context, access.Principal, ID) (Paper, error) {
	return Paper{}, h.err
}
func (h housePapers) Suggestions(context.Context, access.Principal, string) (SuggestionList, error) {
	return SuggestionList{}, h.err
}
func (h housePapers) Suggest(context.Context, access.Principal, NewSuggestion) (Suggestion, error) {
	return Suggestion{}, h.err
}
func (h housePapers) Accept(context.Context, access.Principal, ID, string) (Suggestion, error) {
	return Suggestion{}, h.err
}
func (h housePapers) Decline(context.Context, access.Principal, ID, string) (Suggestion, error) {
	return Suggestion{}, h.err
}

// What the page gets of a paper and sends back unchanged is the same paper.
func TestPapers_BodyGoesOutAndIn(t *testing.T) {
	t.Parallel()
	yes, least := true, 1.0
	said := callback.Words{Chinese: "一", English: "one"}
	parts := []callback.ScriptPart{{Key: "a", Title: "b", Text: "c"}}
	in := callback.PaperBody{
		Items: []callback.Item{{Key: "k", Kind: callback.ItemChoices, Required: true, RedFlagOn: callback.Keys{"x"}, AskIf: &callback.Condition{Item: "j", Is: callback.Keys{"yes"}},
			Min: &least, Max: &least, Label: said, Choices: []callback.Choice{{Key: "x", Label: said}}}},
		Chinese: parts, English: parts,
		Variants: []callback.ScriptVariant{{Name: said, When: callback.Group{Kinds: nil, Grades: []string{"A"}, Languages: []string{"yue"}, Government: &yes}, Chinese: parts, English: parts}},
	}
	in.Variants[0].When.Kinds = append(in.Variants[0].When.Kinds, "investor")
	if got := bodyIn(bodyOf(in)); !reflect.DeepEqual(got, in) {
		t.Errorf("%+v\nbecame\n%+v", in, got)
	}
}
