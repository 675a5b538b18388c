package replay

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// The words of recordings and of the log of listening are those that the schema admits.
func TestWords_AreThoseOfTheSchema(t *testing.T) {
	t.Parallel()
	raw, err := os.ReadFile("../store/migrations/00001_initial.sql")
	if err != nil {
		t.Fatal(err)
	}
	schema := string(raw)
	for _, row := range []struct {
		table, column string
		words         []string
	}{
		{"recording", "state", States()},
		{"recording_access", "channel", texts([]Channel{ChannelNone, ChannelBoth, ChannelLeft, ChannelRight})},
	} {
		got := wordsOf(t, schema, row.table, row.column)
		want := slices.Sorted(slices.Values(row.words))
		if slices.Sort(got); !slices.Equal(got, want) {
			t.Errorf("%s.%s: the schema has %v, the code %v", row.table, row.column, got, want)
		}
	}
}

// The actions are those that the newest constraint admits.
func TestActions_AreThoseOfTheSchema(t *testing.T) {
	t.Parallel()
	raw, err := os.ReadFile("../store/migrations/00021_grants.sql")
	if err != nil {
		t.Fatal(err)
	}
	m := regexp.MustCompile(`CHECK \(action IN \(([^)]*)\)`).FindStringSubmatch(string(raw))
	if m == nil {
		t.Fatal("there is no constraint of actions")
	}
	got := strings.Split(strings.ReplaceAll(m[1], "'", ""), ",")
	want := texts([]Action{ActionOpened, ActionFetched, ActionHeard, ActionRefused, ActionListed, ActionDownloaded, ActionExported})
	if !slices.Equal(got, want) {
		t.Errorf("the schema has %v, the code %v", got, want)
	}
}

func texts[T ~string](in []T) []string {
	out := make([]string, len(in))
	for i, v := range in {
		out[i] = string(v)
	}
	return out
}

// wordsOf gives the words in the CHECK of a column.
func wordsOf(t *testing.T, schema, table, column string) []string {
	t.Helper()
	_, body, ok := strings.Cut(schema, "CREATE TABLE "+table+" (")
	if !ok {
		t.Fatalf("there is no table %s", table)
	}
	body, _, _ = strings.Cut(body, "\n);")
	line := regexp.MustCompile(`(?m)^\s+` + column + `\s.*CHECK.*$`).FindString(body)
	if line == "" {
		t.Fatalf("%s.%s has no CHECK", table, column)
	}
	_, check, _ := strings.Cut(line, "CHECK")
	list := regexp.MustCompile(`[\[(]'[^)\]]*`).FindString(check)
	var out []string
	for _, m := range regexp.MustCompile(`'([a-z_]*)'`).FindAllStringSubmatch(list, -1) {
		out = append(out, m[1])
	}
	return out
}
