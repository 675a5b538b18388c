package callback

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"huifang/internal/problem"
)

func words(s string) Words { return Words{s, s} }

func num(f float64) *float64 { return &f }

// branching asks whether there was damage; if so what was damaged, and if that
// was the glass, how many panes.
func branching() Questionnaire {
	return Questionnaire{Version: 3, Items: []Item{
		{Key: "damage", Kind: ItemYesNo, Required: true, Label: words("damage")},
		{Key: "what", Kind: ItemChoices, Required: true, Label: words("what"), AskIf: &Condition{"damage", Keys{AnswerYes}}, RedFlagOn: Keys{"theft"},
			Choices: []Choice{{"glass", words("glass")}, {"frame", words("frame")}, {"theft", words("theft")}}},
		{Key: "panes", Kind: ItemNumber, Required: true, Min: num(1), Max: num(20), Label: words("panes"), AskIf: &Condition{"what", Keys{"glass"}}},
		{Key: "since", Kind: ItemDate, Label: words("since")},
		{Key: "fees", Kind: ItemYesNo, Label: words("fees"), RedFlagOn: Keys{AnswerYes}},
		{Key: "notes", Kind: ItemText, Label: words("notes")},
	}}
}

func TestRuleC16_AnswersAreChecked(t *testing.T) {
	t.Parallel()
	q := branching()
	if faults := q.Faults("items"); len(faults) > 0 {
		t.Fatal(faults)
	}
	type m = map[string]any
	for _, row := range []struct {
		name    string
		answers m
		demand  Demand
		want    []string // "key: message begins with"
		stored  m        // nil: not compared
	}{
		{"a branch that is closed asks nothing", m{"damage": "no"}, DemandComplete, nil, m{"damage": "no"}},
		{"an open one asks", m{"damage": "yes"}, DemandComplete, []string{"what: must be answered"}, nil},
		{"one within it", m{"damage": "yes", "what": []any{"frame", "glass"}}, DemandComplete, []string{"panes: must be answered"}, m{"damage": "yes", "what": []string{"glass", "frame"}}},
		{"and not", m{"damage": "yes", "what": []any{"frame"}}, DemandComplete, nil, nil},
		{"what was not asked is not answered", m{"damage": "no", "what": []any{"frame"}}, DemandCoherent, []string{"what: is not asked: damage is not answered with yes"}, nil},
		{"nor behind a closed branch", m{"damage": "no", "panes": 3.0}, DemandCoherent, []string{"panes: is not asked"}, nil},
		{"a draft may hold it", m{"damage": "no", "what": []any{"frame"}}, DemandValid, nil, nil},
		{"a draft is not complete", m{}, DemandValid, nil, m{}},
		{"complete is", m{}, DemandComplete, []string{"damage: must be answered"}, nil},
		{"nothing is no answer", m{"damage": nil, "notes": " \n", "since": "", "what": []any{}}, DemandCoherent, nil, m{}},
		{"no such item", m{"weather": "fine"}, DemandValid, []string{"weather: is no question"}, nil},
		{"below the limit", m{"panes": 0.5}, DemandValid, []string{"panes: must be 1 or more"}, nil},
		{"above the limit", m{"panes": 20.5}, DemandValid, []string{"panes: must be 20 or less"}, nil},
		{"at the limits", m{"panes": 20.0}, DemandValid, nil, m{"panes": 20.0}},
		{"a number in words", m{"panes": "3"}, DemandValid, []string{"panes: must be a number"}, nil},
		{"one choice for several", m{"what": "glass"}, DemandValid, []string{"what: must be a list"}, nil},
		{"several for one", m{"damage": []any{"yes"}}, DemandValid, []string{"damage: must be a text"}, nil},
		{"not a choice among them", m{"what": []any{"glass", "roof"}}, DemandValid, []string{`what: has "roof"`}, nil},
		{"not a list of words", m{"what": []any{"glass", 3.0}}, DemandValid, []string{"what: must be a list"}, nil},
		{"twice the same", m{"what": []any{"glass", "glass"}}, DemandValid, nil, m{"what": []string{"glass"}}},
		{"no date", m{"since": "yesterday"}, DemandValid, []string{"since: must be a date"}, nil},
		{"a long text", m{"notes": strings.Repeat("长", 4000)}, DemandValid, []string{"notes: must have at most"}, nil},
		{"everything wrong is named", m{"damage": "maybe", "since": 4.0, "fees": "?"}, DemandComplete, []string{"damage: is none", "fees: is none", "since: must be a text"}, nil},
	} {
		before := maps.Clone(row.answers)
		stored, wrong := q.CheckAnswers("answers", row.answers, row.demand)
		var got []string
		for _, f := range wrong {
			got = append(got, strings.TrimPrefix(f.Location, "answers.")+": "+f.Message)
		}
		if !slices.EqualFunc(got, row.want, strings.HasPrefix) {
			t.Errorf("%s: wrong are %q, want %q", row.name, got, row.want)
		}
		if row.stored != nil && !reflect.DeepEqual(stored, row.stored) {
			t.Errorf("%s: stored %v, want %v", row.name, stored, row.stored)
		}
		if !reflect.DeepEqual(before, row.answers) {
			t.Errorf("%s: the answers that came were altered", row.name)
		}
	}
}

// What comes back from the database is checked as what came from the page.
func TestRuleC16_StoredAnswersAreStillAnswers(t *testing.T) {
	t.Parallel()
	q := branching()
	in := map[string]any{"damage": "yes", "what": []any{"glass", "theft"}, "panes": 2.0, "since": "2026-11-01", "notes": "好"}
	stored, wrong := q.CheckAnswers("answers", in, DemandComplete)
	raw, err := json.Marshal(stored)
	if err != nil || len(wrong) > 0 {
		t.Fatal(err, wrong)
	}
	var read map[string]any
	if err := json.Unmarshal(raw, &read); err != nil {
		t.Fatal(err)
	}
	again, wrong := q.CheckAnswers("answers", read, DemandComplete)
	if len(wrong) > 0 || !reflect.DeepEqual(again, stored) {
		t.Errorf("%v became %v, %v", stored, again, wrong)
	}
}

func TestRuleC16_RedFlags(t *testing.T) {
	t.Parallel()
	q := branching()
	for _, row := range []struct {
		name    string
		answers map[string]any
		want    []string
	}{
		{"none", map[string]any{"damage": "yes", "what": []any{"glass"}, "fees": "no"}, []string{}},
		{"one", map[string]any{"fees": "yes"}, []string{"fees"}},
		{"one of several choices", map[string]any{"damage": "yes", "what": []string{"glass", "theft"}, "fees": "yes"}, []string{"what", "fees"}},
		{"not behind a closed branch", map[string]any{"damage": "no", "what": []any{"theft"}}, []string{}},
	} {
		if got := q.RedFlags(row.answers); got == nil || !slices.Equal(got, row.want) {
			t.Errorf("%s: %v, want %v", row.name, got, row.want)
		}
	}
}

func TestQuestionnaire_FaultsAreNamed(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name   string
		change func(items []Item) []Item
		want   []string
	}{
		{"key is taken", func(i []Item) []Item { i[4].Key = "damage"; return i }, []string{"items.4.key"}},
		{"no key", func(i []Item) []Item { i[5].Key = "Nö"; return i }, []string{"items.5.key"}},
		{"a language is missing", func(i []Item) []Item { i[5].Label.English = " "; return i }, []string{"items.5.label.en"}},
		{"no kind", func(i []Item) []Item { i[5].Kind = "song"; return i }, []string{"items.5.kind"}},
		{"one choice", func(i []Item) []Item { i[1].Choices = i[1].Choices[2:]; return i }, []string{"items.1.choices", "items.2.ask_if.is"}},
		{"the same choice twice", func(i []Item) []Item { i[1].Choices[1].Key = "glass"; return i }, []string{"items.1.choices.1.key"}},
		{"choices of a text", func(i []Item) []Item { i[5].Choices = i[1].Choices; return i }, []string{"items.5.choices"}},
		{"limits of a text", func(i []Item) []Item { i[5].Max = num(3); return i }, []string{"items.5.min"}},
		{"limits that cross", func(i []Item) []Item { i[2].Min = num(30); return i }, []string{"items.2.max"}},
		{"red flag on no answer", func(i []Item) []Item { i[4].RedFlagOn = Keys{"maybe"}; return i }, []string{"items.4.red_flag_on"}},
		{"red flag on a text", func(i []Item) []Item { i[5].RedFlagOn = Keys{"x"}; return i }, []string{"items.5.red_flag_on"}},
		{"branch on nothing", func(i []Item) []Item { i[1].AskIf.Item = "weather"; return i }, []string{"items.1.ask_if.item"}},
		{"branch on itself", func(i []Item) []Item { i[1].AskIf.Item = "what"; return i }, []string{"items.1.ask_if.item"}},
		{"a circle", func(i []Item) []Item { i[0].AskIf = &Condition{"what", Keys{"glass"}}; return i }, []string{"items.0.ask_if.item"}},
		{"branch on a number", func(i []Item) []Item { i[3].AskIf = &Condition{"panes", Keys{"1"}}; return i }, []string{"items.3.ask_if.item"}},
		{"branch on no answer", func(i []Item) []Item { i[1].AskIf.Is = nil; return i }, []string{"items.1.ask_if.is"}},
		{"branch on another answer", func(i []Item) []Item { i[1].AskIf.Is = Keys{"maybe"}; return i }, []string{"items.1.ask_if.is"}},
		{"moved before what opens it", func(i []Item) []Item { i[0], i[1] = i[1], i[0]; return i }, []string{"items.0.ask_if.item"}},
		{"too many", func(i []Item) []Item {
			for n := range maxItems {
				i = append(i, Item{Key: fmt.Sprintf("x%d", n), Kind: ItemText, Label: words("x")})
			}
			return i
		}, []string{"items"}},
	} {
		q := branching()
		q.Items = row.change(q.Items)
		var got []string
		for _, f := range q.Faults("items") {
			got = append(got, f.Location)
		}
		if !slices.Equal(got, row.want) {
			t.Errorf("%s: faults at %v, want %v (%v)", row.name, got, row.want, q.Faults("items"))
		}
	}
}

// The words for one key alone are those of content that is older than lists.
func TestKeys_OneOrMany(t *testing.T) {
	t.Parallel()
	for raw, want := range map[string]Keys{`"yes"`: {"yes"}, `["a","b"]`: {"a", "b"}, `""`: nil, `null`: nil} {
		var got Keys
		if err := json.Unmarshal([]byte(raw), &got); err != nil || !slices.Equal(got, want) {
			t.Errorf("%s: %v, %v", raw, got, err)
		}
	}
	var k Keys
	if err := json.Unmarshal([]byte(`3`), &k); err == nil {
		t.Error("a number is no key")
	}
}

// The record that becomes final says which answers are red flags.
func TestRuleC16_FinalRecordNamesItsRedFlags(t *testing.T) {
	t.Parallel()
	for want, in := range map[string]map[string]any{"fees": {"damage": "no", "fees": "yes"}, "": {"damage": "no"}} {
		h := newHouse(t)
		v := h.mem.views[h.task.ID]
		v.Program.Questionnaire = branching()
		h.mem.views[h.task.ID] = v
		c := h.ended("answered")
		draft := RecordInput{Answers: in}
		if r, err := h.SaveRecord(t.Context(), h.agent, c.ID, draft); err != nil || r.RedFlags != nil {
			t.Errorf("a draft has no flags yet: %v, %v", r.RedFlags, err)
		}
		final := full(DispositionCompleted)
		final.Answers = map[string]any{"damage": "no", "panes": 2.0}
		if _, err := h.SaveRecord(t.Context(), h.agent, c.ID, final); problem.CodeOf(err) != problem.CodeInvalid {
			t.Errorf("what was not asked: %v", err)
		}
		final.Answers = in
		r, err := h.SaveRecord(t.Context(), h.agent, c.ID, final)
		if err != nil || r.RedFlags == nil || strings.Join(r.RedFlags, " ") != want {
			t.Errorf("flags %v, want %q: %v", r.RedFlags, want, err)
		}
	}
}
