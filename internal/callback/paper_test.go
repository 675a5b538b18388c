package callback

import (
	"slices"
	"strings"
	"testing"
	"time"

	"huifang/internal/customer"
)

// The shipped questionnaires are those of the rules, in both languages: which
// items they must have, and which answers raise a red flag.
func TestRuleC16_ShippedQuestionnaires(t *testing.T) {
	t.Parallel()
	papers, err := ShippedPapers(time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	marks := map[string][2]string{ // required and always asked; red flags
		"Q1":  {"identity_confirmed documents_true terms_known explanation questions_answered", "identity_confirmed documents_true"},
		"Q2":  {"advice_basis risks_shown returns_promised acted_for_customer private_fees overall", "returns_promised acted_for_customer private_fees"},
		"Q3":  {"solution_done result attitude speed", ""},
		"Q3b": {"change_known change_understood change_agreed", ""},
		"Q3c": {"receipt_told understood matter answer_by", ""},
		"Q4":  {"reason keep_in_touch", ""},
		"Q5":  {"papers_complete damage training_wanted staff_attitude staff_skill progress", ""},
		"Q6":  {"unusual_sound unusual_smell training_wanted quality service", ""},
		"Q7":  {"condition service_used maintenance_wanted", ""},
		"Q7b": {"used_to_it problems inspection_wanted", ""},
		"Q8":  {"discharge_marks secondary_damaged rust truck_works earthing_works breaker_works interlocks_work work_wanted", ""},
		"Q9":  {"adviser delivery damage", ""},
		"Q10": {"fixed", ""},
		"Q11": {"stay complained insured", ""},
		"Q12": {"visit_known why_not_yet visit_kind", ""},
		"Q13": {"effect problems new_needs", ""},
		"Q14": {"renew overall", ""},
	}
	for _, p := range papers {
		if p.Kind != PaperQuestionnaire {
			continue
		}
		want, ok := marks[p.Code]
		if !ok {
			t.Errorf("%s is not one of the rules'", p.Code)
		}
		delete(marks, p.Code)
		var required, flagged []string
		for _, it := range p.Versions[0].Body.Items {
			if it.Required && it.AskIf == nil {
				required = append(required, it.Key)
			}
			if len(it.RedFlagOn) > 0 {
				flagged = append(flagged, it.Key)
			}
			if it.Label.Chinese == it.Label.English || !strings.ContainsFunc(it.Label.Chinese, func(r rune) bool { return r > 0x2e80 }) {
				t.Errorf("%s %s is not in both languages", p.Code, it.Key)
			}
		}
		if got := [2]string{strings.Join(required, " "), strings.Join(flagged, " ")}; got != want {
			t.Errorf("%s asks %q, want %q", p.Code, got, want)
		}
	}
	if len(marks) > 0 {
		t.Errorf("not shipped: %v", marks)
	}
}

// Rule C-10: the three summaries of a prospect are asked for, the second one
// with whom they ask, the third after a later visit only.
func TestRuleC10_SummariesOfAProspect(t *testing.T) {
	t.Parallel()
	ps, err := ShippedPrograms(time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	form := ps[slices.IndexFunc(ps, func(p Program) bool { return p.Code == "prospect" })].Form
	for _, row := range []struct {
		answers map[string]any
		want    []string
	}{
		{nil, []string{"fields.decides", "fields.hope", "fields.visit"}},
		{map[string]any{"hope": "很高", "decides": "alone", "visit": "first"}, nil},
		{map[string]any{"hope": "很高", "decides": "with_others", "visit": "later"}, []string{"fields.asks_whom", "fields.hesitation", "fields.intention", "fields.obstacle"}},
	} {
		_, wrong := form.CheckAnswers("fields", row.answers, DemandComplete)
		var got []string
		for _, f := range wrong {
			got = append(got, f.Location)
		}
		if !slices.Equal(got, row.want) {
			t.Errorf("%v: missing %v, want %v", row.answers, got, row.want)
		}
	}
}

func TestRuleC10_RecordNeedsWhatItsProgramAsksFor(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	v := h.mem.views[h.task.ID]
	v.Program.Form = Questionnaire{Version: 1, Items: []Item{{Key: "hope", Kind: ItemText, Required: true, Label: words("hope")}}}
	v.Program.ContentKinds = []ContentKind{ContentSuggest, ContentExplain}
	h.mem.views[h.task.ID] = v
	c := h.ended("answered")
	in := full(DispositionCompleted)
	in.ContentKinds = []ContentKind{"sing"}
	_, err := h.SaveRecord(t.Context(), h.agent, c.ID, in)
	if got := locations(t, err); !slices.Equal(got, []string{"content_kinds", "fields.hope"}) {
		t.Errorf("wrong are %v", got)
	}
	in.ContentKinds, in.Fields = nil, map[string]any{"hope": " 很高 "}
	r, err := h.SaveRecord(t.Context(), h.agent, c.ID, in)
	if err != nil || r.Fields["hope"] != "很高" || !slices.Equal(r.ContentKinds, []ContentKind{ContentExplain, ContentSuggest}) {
		t.Errorf("record %v %v: %v", r.Fields, r.ContentKinds, err)
	}
	// Nothing was talked about: nothing is asked for.
	h = newHouse(t)
	v.Program.Questionnaire = Questionnaire{}
	h.mem.views[h.task.ID] = v
	c = h.ended("no_answer")
	in = full(DispositionNoContact)
	in.Answers = nil
	if _, err := h.SaveRecord(t.Context(), h.agent, c.ID, in); err != nil {
		t.Errorf("no answer: %v", err)
	}
}

func yes() *bool { b := true; return &b }

func parts(text string) []ScriptPart {
	return []ScriptPart{{"greeting", "t", "{customer} {agent} {staff_number} {company} " + text}}
}

func TestRuleC29_VariantOfTheCustomersGroup(t *testing.T) {
	t.Parallel()
	s := Script{Chinese: parts("all"), English: parts("all"), Variants: []ScriptVariant{
		{words("officials"), Group{Government: yes()}, parts("officials"), parts("officials")},
		{words("best advertisers"), Group{Kinds: []customer.Kind{customer.KindAdvertiser}, Grades: []string{"A", "S"}}, parts("best"), parts("best")},
		{words("Cantonese"), Group{Languages: []string{"yue"}}, parts("yue"), parts("yue")},
	}}
	if f := s.Faults(); len(f) > 0 {
		t.Fatal(f)
	}
	for _, row := range []struct {
		c    customer.Customer
		want string
	}{
		{customer.Customer{Kind: customer.KindInvestor, Language: "zh-CN"}, "all"},
		{customer.Customer{Kind: customer.KindAdvertiser, Grade: "B"}, "all"},
		{customer.Customer{Kind: customer.KindAdvertiser, Grade: "S"}, "best"},
		{customer.Customer{Kind: customer.KindAdvertiser, Grade: "A", Government: true}, "officials"}, // the first that fits
		{customer.Customer{Language: "YUE"}, "yue"},
	} {
		if got := s.Fill(s.For(row.c), "zh-CN", Names{})[0].Text; !strings.HasSuffix(got, " "+row.want) {
			t.Errorf("%+v is told %q, want %q", row.c, got, row.want)
		}
	}
}

func TestRuleT10_ScriptNamesEverybodyInEachVariant(t *testing.T) {
	t.Parallel()
	good := func() Script {
		return Script{Chinese: parts("x"), English: parts("x"), Variants: []ScriptVariant{{words("v"), Group{Government: yes()}, parts("x"), parts("x")}}}
	}
	for name, row := range map[string]struct {
		change func(*Script)
		want   []string
	}{
		"good":                       {func(*Script) {}, nil},
		"nobody asked for":           {func(s *Script) { s.Chinese[0].Text = "{agent} {staff_number} {company}" }, []string{"zh-CN"}},
		"nor in the variant":         {func(s *Script) { s.Variants[0].English[0].Text = "hello" }, []string{"variants.0.en", "variants.0.en", "variants.0.en", "variants.0.en"}},
		"a name that is none":        {func(s *Script) { s.English[0].Text += "{weather}" }, []string{"en.0.text"}},
		"one language":               {func(s *Script) { s.English = nil }, []string{"en"}},
		"parts that differ":          {func(s *Script) { s.English[0].Key = "other" }, []string{"zh-CN.0.key"}},
		"no title":                   {func(s *Script) { s.Chinese[0].Title = "" }, []string{"zh-CN.0.title"}},
		"a variant for nobody":       {func(s *Script) { s.Variants[0].When = Group{} }, []string{"variants.0.when"}},
		"a kind that no customer is": {func(s *Script) { s.Variants[0].When.Kinds = []customer.Kind{"king"} }, []string{"variants.0.when.kinds"}},
	} {
		s := good()
		row.change(&s)
		var got []string
		for _, f := range s.Faults() {
			got = append(got, f.Location)
		}
		if !slices.Equal(got, row.want) {
			t.Errorf("%s: %v, want %v", name, got, row.want)
		}
	}
}

// Rule C-10: what is known of the customer need not be asked again.
func TestRuleC10_FormBeginsWithTheLastRecord(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	v := h.mem.views[h.task.ID]
	v.Program.Form = Questionnaire{Version: 1, Items: []Item{
		{Key: "decides", Kind: ItemChoice, Prefill: true, Label: words("d"), Choices: []Choice{{"alone", words("a")}, {"no", words("n")}}},
		{Key: "office", Kind: ItemNumber, Prefill: true, Label: words("o")},
		{Key: "hope", Kind: ItemText, Label: words("h")},
	}}
	h.mem.views[h.task.ID] = v
	h.mem.last = map[string]any{"decides": "alone", "office": "third floor", "hope": "much"}
	c := h.ended("answered")
	r, err := h.Record(t.Context(), h.agent, c.ID)
	if err != nil || len(r.Fields) != 1 || r.Fields["decides"] != "alone" {
		t.Errorf("begins with %v: %v", r.Fields, err)
	}
	if _, err := h.SaveRecord(t.Context(), h.agent, c.ID, RecordInput{Fields: map[string]any{"decides": "no"}}); err != nil {
		t.Fatal(err)
	}
	if r, err = h.Record(t.Context(), h.agent, c.ID); err != nil || r.Fields["decides"] != "no" {
		t.Errorf("a draft is as it was written: %v, %v", r.Fields, err)
	}
}
