package callback

import (
	"bytes"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"huifang/internal/problem"
)

// An import is refused with words, or gives rows of text that the database can
// keep, every column in each, with times that are real.
func FuzzImport(f *testing.F) {
	header := strings.Join(ImportColumns(), ",") + "\n"
	f.Add([]byte(header + "k1,C1,张三,13800138000,zh,person,P1,li,2026-11-24,回访\n"))
	f.Add([]byte("\xef\xbb\xbf" + header + "\"k\n1\",\"a\"\"b\",c,d,e,f,g,h,2026-11-24 15:00,i\n"))
	f.Add([]byte(header + "k1,C1,\xd5\xc5\xc8\xfd,1,zh,person,P1,li,x,y\n"))
	f.Add([]byte(header + "a,b\n"))
	f.Add([]byte(header + "k\x00,C1,n,1,zh,person,P1,li,x,y\n"))
	f.Fuzz(func(t *testing.T, file []byte) {
		rows, err := readRows(bytes.NewReader(file))
		if err != nil {
			if problem.CodeOf(err) != problem.CodeInvalid {
				t.Fatalf("%v is not told to the user", err)
			}
			return
		}
		line := 1
		for _, r := range rows {
			if r.line <= line {
				t.Fatalf("line %d behind line %d", r.line, line)
			}
			line = r.line
			for name, v := range r.fields {
				if !utf8.ValidString(v) || strings.ContainsRune(v, 0) {
					t.Fatalf("%s is %q", name, v)
				}
			}
			if due, err := parseDue(r.fields["due_at"], time.UTC); err == nil && !due.IsZero() && (due.Year() < 1 || due.Year() > 9999) {
				t.Fatalf("due in the year %d", due.Year())
			}
		}
	})
}
