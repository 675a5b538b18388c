package repocheck

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"huifang/internal/access"
	"huifang/internal/attachment"
	"huifang/internal/call"
	"huifang/internal/callback"
	"huifang/internal/casework"
	"huifang/internal/plan"
	"huifang/internal/replay"
	"huifang/recording"
)

// words turns a closed set into its words.
func words[T any](set []T) []string {
	out := make([]string, len(set))
	for i, w := range set {
		out[i] = fmt.Sprint(w)
	}
	return out
}

// schema is the SQL of all migrations.
func schema(t *testing.T) string {
	t.Helper()
	var b strings.Builder
	for _, f := range list(t, ".sql") {
		if strings.HasPrefix(f, "internal/store/migrations/") {
			b.WriteString(read(t, f))
		}
	}
	if b.Len() == 0 {
		t.Fatal("no migrations found")
	}
	return b.String()
}

var quoted = regexp.MustCompile(`'([a-z0-9_]*)'`)

// checkOf gives the words that a column's CHECK lets in; that of a later
// migration, with the name that PostgreSQL gives it, takes its place.
func checkOf(t *testing.T, sql, table, column string) []string {
	t.Helper()
	_, rest, ok := strings.Cut(sql, "CREATE TABLE "+table+" (")
	if !ok {
		t.Fatalf("table %s was not found", table)
	}
	body, _, _ := strings.Cut(rest, "\n);")
	m := regexp.MustCompile(`(?s)\n\s+` + column + `\s.*?CHECK \(` + column + ` IN \(([^)]*)\)`).FindStringSubmatch(body)
	if m == nil {
		t.Fatalf("%s.%s has no CHECK of its words", table, column)
	}
	later := regexp.MustCompile(`ADD CONSTRAINT `+table+`_`+column+`_check CHECK \(`+column+` IN \(([^)]*)\)`).FindAllStringSubmatch(sql, -1)
	if len(later) > 0 {
		m = later[len(later)-1]
	}
	var out []string
	for _, q := range quoted.FindAllStringSubmatch(m[1], -1) {
		if q[1] != "" {
			out = append(out, q[1])
		}
	}
	return out
}

const pageWords = "web/src/api/types.ts"

// constOf gives the words of a constant of the page.
func constOf(t *testing.T, name string) []string {
	t.Helper()
	m := regexp.MustCompile(`(?s)export const ` + name + ` = \[([^\]]*)\] as const`).FindStringSubmatch(read(t, pageWords))
	if m == nil {
		t.Fatalf("%s has no constant %s", pageWords, name)
	}
	var out []string
	for _, q := range quoted.FindAllStringSubmatch(m[1], -1) {
		out = append(out, q[1])
	}
	return out
}

func TestWords_AreTheSameInGoSQLAndPage(t *testing.T) {
	t.Parallel()
	sql := schema(t)
	parties := []call.Party{call.PartyAgent, call.PartyCustomer, call.PartyNetwork, call.PartySystem}
	for _, c := range []struct {
		name   string
		set    []string
		sql    [][2]string
		inPage string
	}{
		{"call states", words(call.States()), [][2]string{{"call", "state"}}, "callStates"},
		{"outcomes", words(call.Outcomes()), [][2]string{{"call", "outcome"}, {"attempt", "outcome"}}, "outcomes"},
		{"parties", words(parties), [][2]string{{"call", "ended_by"}, {"attempt", "ended_by"}}, "parties"},
		{"recording states", words(recording.States()), [][2]string{{"recording", "state"}}, "recordingStates"},
		{"task states", words(callback.TaskStates()), [][2]string{{"task", "state"}}, "taskStates"},
		{"dispositions", words(callback.Dispositions()), [][2]string{{"callback_record", "disposition"}}, "dispositions"},
		{"marks of calls", words(call.MarkKinds()), [][2]string{{"call_mark", "kind"}}, "markKinds"},
		{"kinds of papers", words(callback.PaperKinds()), [][2]string{{"paper", "kind"}}, "paperKinds"},
		{"states of papers", words(callback.PaperStates()), [][2]string{{"paper_version", "state"}}, "paperStates"},
		{"states of suggestions", words(callback.SuggestionStates()), [][2]string{{"paper_suggestion", "state"}}, "suggestionStates"},
		{"kinds of items", words(callback.ItemKinds()), nil, "itemKinds"},
		{"kinds of content", words(callback.ContentKinds()), nil, "contentKinds"},
		{"reasons of a pause", words(call.PauseReasons()), nil, "pauseReasons"},
		{"objects of attachments", words(attachment.Objects()), [][2]string{{"attachment", "object_kind"}}, "attachmentObjects"},
		{"purposes of attachments", words(attachment.Purposes()), [][2]string{{"attachment", "purpose"}}, "attachmentPurposes"},
		{"kinds of cases", words(casework.Kinds()), [][2]string{{"work_case", "kind"}}, "caseKinds"},
		{"classes of cases", words(casework.Classes()), [][2]string{{"work_case", "class"}}, "caseClasses"},
		{"sources of cases", words(casework.Sources()), [][2]string{{"work_case", "source"}}, "caseSources"},
		{"states of cases", words(casework.States()), [][2]string{{"work_case", "state"}}, "caseStates"},
		{"roles", words(access.Roles()), nil, "roles"},
		{"plan states", words(plan.States()), [][2]string{{"plan", "state"}}, "planStates"},
		{"kinds of content", words(plan.ContentKinds()), [][2]string{{"plan", "content_kind"}}, "contentKinds"},
		{"methods of a plan", words(plan.Methods()), [][2]string{{"plan", "method"}}, "planMethods"},
		{"ways of choosing", words(plan.Choices()), [][2]string{{"plan_selection", "method"}}, "planChoices"},
		{"obstacles", words(plan.Obstacles()), [][2]string{{"plan_customer", "obstacle"}}, "planObstacles"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			want := slices.Sorted(slices.Values(c.set))
			if len(want) == 0 {
				t.Fatal("the set is empty")
			}
			for _, column := range c.sql {
				if got := slices.Sorted(slices.Values(checkOf(t, sql, column[0], column[1]))); !slices.Equal(got, want) {
					t.Errorf("%s.%s lets in %v; Go says %v", column[0], column[1], got, want)
				}
			}
			if got := slices.Sorted(slices.Values(constOf(t, c.inPage))); !slices.Equal(got, want) {
				t.Errorf("%s: %s is %v; Go says %v", pageWords, c.inPage, got, want)
			}
		})
	}
}

func TestWords_ReplayKnowsEveryStateOfARecording(t *testing.T) {
	t.Parallel()
	if got, want := replay.States(), words(recording.States()); !slices.Equal(got, want) {
		t.Errorf("replay searches by %v; recordings have %v", got, want)
	}
}

func TestWords_StatesReadBack(t *testing.T) {
	t.Parallel()
	for _, s := range call.States() {
		if call.ParseState(s.String()) != s {
			t.Errorf("%s does not read back", s)
		}
	}
}
