package carriersim

import (
	"os"
	"strings"
	"testing"
	"time"
)

func TestChoose_ByTheLastDigitsOfAnyForm(t *testing.T) {
	t.Parallel()
	for number, want := range map[string]struct {
		name    string
		seconds int
	}{
		"13800000004":            {"busy", 0},
		"+8613800000004":         {"busy", 0},
		"008613800000004":        {"busy", 0},
		"013800000004":           {"busy", 0},
		"138-0000 0004":          {"busy", 0},
		"0004":                   {"busy", 0},
		"13800420004":            {"busy", 0}, // has nothing to set
		"13800070009":            {"hangs_up", 7},
		"+8613800250009":         {"hangs_up", 25},
		"13800000009":            {"hangs_up", 5},
		"0009":                   {"hangs_up", 5},
		"50009":                  {"hangs_up", 5}, // one digit is no nn
		"13800000000":            {"talk", 3},
		"13800200000":            {"talk", 20},
		"13812345678":            {"talk", 3},
		"13800000099":            {"talk", 3}, // not in the table
		"13800090099":            {"talk", 3}, // nn belongs to numbers in the table
		"":                       {"talk", 3},
		"00":                     {"talk", 3},
		"0004;phone-context=+86": {"busy", 0},
	} {
		b, seconds := Choose(number)
		if b.Name != want.name || seconds != time.Duration(want.seconds)*time.Second {
			t.Errorf("%q: %s, %v; want %s, %d s", number, b.Name, seconds, want.name, want.seconds)
		}
	}
}

func TestBehaviours_CodesAreInOrderAndNamesDiffer(t *testing.T) {
	t.Parallel()
	names := make(map[string]bool)
	last := ""
	for _, b := range Behaviours() {
		if len(b.Code) != 2 || b.Code <= last || names[b.Name] || b.run == nil || (b.Seconds == "") != (b.Default == 0) {
			t.Errorf("%+v", b)
		}
		last, names[b.Name] = b.Code, true
	}
}

func TestDocs_TableIsThatOfTheCode(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../../docs/carrier-sim.md")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(page), MarkdownTable()) {
		t.Errorf("docs/carrier-sim.md must hold this table:\n%s", MarkdownTable())
	}
}
