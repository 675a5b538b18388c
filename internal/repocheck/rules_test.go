package repocheck

import (
	"flag"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the tests into docs/rules.md anew")

const rulesDoc = "docs/rules.md"

// required are the rules that must be spoken of, carried or not yet.
func required() []string {
	return []string{
		"T-01", "T-02", "T-03", "T-04", "T-05", "T-06", "T-07", "T-08", "T-09", "T-10", "T-11", "T-12", "T-13", "T-14",
		"C-01", "C-14", "C-15", "C-24", "S-01",
	}
}

// ruleRow is a line of the table: | id | what | code | tests |.
type ruleRow struct {
	line, id, what, code, tests string
}

func (r ruleRow) notYet() bool { return strings.HasPrefix(r.code, "not yet") }

var (
	ruleLine = regexp.MustCompile(`(?m)^\| ([TCASQRM]-\d\d) \| (.*?) \| (.*?) \| (.*?) \|$`)
	ticked   = regexp.MustCompile("`([^`]+)`")
	ruleTest = regexp.MustCompile(`^func (TestRules?_?((?:[TCASQRM]\d\d_)+)\w+)\(`)
	oneRule  = regexp.MustCompile(`([TCASQRM])(\d\d)_`)
)

func ruleRows(doc string) map[string]ruleRow {
	rows := map[string]ruleRow{}
	for _, m := range ruleLine.FindAllStringSubmatch(doc, -1) {
		rows[m[1]] = ruleRow{m[0], m[1], m[2], m[3], m[4]}
	}
	return rows
}

// ruleTests lists the tests that are named after rules: id, file, names.
func ruleTests(t *testing.T) map[string]map[string][]string {
	t.Helper()
	out := map[string]map[string][]string{}
	for _, f := range list(t, "_test.go") {
		for _, line := range strings.Split(read(t, f), "\n") {
			m := ruleTest.FindStringSubmatch(line)
			if m == nil {
				continue
			}
			for _, id := range oneRule.FindAllStringSubmatch(m[2], -1) {
				rule := id[1] + "-" + id[2]
				if out[rule] == nil {
					out[rule] = map[string][]string{}
				}
				out[rule][f] = append(out[rule][f], m[1])
			}
		}
	}
	return out
}

// column is the cell of a rule's tests.
func column(tests map[string][]string) string {
	var cell []string
	for _, f := range slices.Sorted(maps.Keys(tests)) {
		names := make([]string, len(tests[f]))
		for i, n := range tests[f] {
			names[i] = "`" + n + "`"
		}
		cell = append(cell, "`"+f+"`: "+strings.Join(names, ", "))
	}
	return strings.Join(cell, "<br>")
}

func TestRules_TableIsTrue(t *testing.T) {
	t.Parallel()
	doc := read(t, rulesDoc)
	tests := ruleTests(t)
	if len(tests) < 5 {
		t.Fatalf("tests of only %d rules found", len(tests))
	}
	if *update {
		for _, r := range ruleRows(doc) {
			if len(tests[r.id]) > 0 {
				doc = strings.Replace(doc, r.line, "| "+r.id+" | "+r.what+" | "+r.code+" | "+column(tests[r.id])+" |", 1)
			}
		}
		if err := os.WriteFile(filepath.Join(root, rulesDoc), []byte(doc), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	rows := ruleRows(doc)
	for _, id := range required() {
		if _, ok := rows[id]; !ok {
			t.Errorf("%s has no row for %s", rulesDoc, id)
		}
	}
	for id, byFile := range tests {
		r := rows[id]
		for f, names := range byFile {
			for _, n := range names {
				if !strings.Contains(r.tests, "`"+n+"`") || !strings.Contains(r.tests, "`"+f+"`") {
					t.Errorf("%s: row %s does not list %s of %s; go test ./internal/repocheck -run Rules -update", rulesDoc, id, n, f)
				}
			}
		}
	}
	for _, r := range rows {
		if r.notYet() {
			continue
		}
		checkCode(t, r)
		checkTests(t, r)
	}
}

// checkCode: the files of a row are there and quote the rule.
func checkCode(t *testing.T, r ruleRow) {
	t.Helper()
	code := ticked.FindAllStringSubmatch(r.code, -1)
	if len(code) == 0 {
		t.Errorf("%s: row %s names no code, and does not say \"not yet\"", rulesDoc, r.id)
	}
	for _, m := range code {
		b, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(m[1])))
		if err != nil {
			t.Errorf("%s: row %s: %v", rulesDoc, r.id, err)
			continue
		}
		if !strings.Contains(string(b), r.id) {
			t.Errorf("%s: row %s names %s, which does not quote the rule", rulesDoc, r.id, m[1])
		}
	}
}

// checkTests: the tests of a row are in the file that stands before them.
func checkTests(t *testing.T, r ruleRow) {
	t.Helper()
	file, body, n := "", "", 0
	for _, m := range ticked.FindAllStringSubmatch(r.tests, -1) {
		if strings.Contains(m[1], "/") {
			file = m[1]
			b, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(file)))
			if err != nil {
				t.Errorf("%s: row %s: %v", rulesDoc, r.id, err)
			}
			body = string(b)
			continue
		}
		n++
		if !strings.Contains(body, "func "+m[1]+"(") {
			t.Errorf("%s: row %s: %s is not in %s", rulesDoc, r.id, m[1], file)
		}
	}
	if n == 0 {
		t.Errorf("%s: row %s names no test", rulesDoc, r.id)
	}
}
