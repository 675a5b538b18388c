package repocheck

import (
	"go/ast"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"huifang/internal/config"
	"huifang/internal/headless"
)

var (
	fence  = regexp.MustCompile("(?ms)^```.*?^```$")
	inLine = regexp.MustCompile("`[^`\n]*`")
	link   = regexp.MustCompile(`!?\[[^\]]*\]\(([^)\s]+)(?:\s+"[^"]*")?\)`)
	heads  = regexp.MustCompile(`(?m)^#+ +(.+)$`)
)

// anchor is a heading as links name it.
func anchor(heading string) string {
	var b strings.Builder
	for _, r := range strings.ToLower(strings.TrimSpace(heading)) {
		switch {
		case r == ' ':
			b.WriteRune('-')
		case r == '-' || r == '_' || r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r > 127:
			b.WriteRune(r)
		}
	}
	return b.String()
}

func TestDocs_LinksResolve(t *testing.T) {
	t.Parallel()
	for _, f := range list(t, ".md") {
		prose := inLine.ReplaceAllString(fence.ReplaceAllString(read(t, f), ""), "")
		for _, m := range link.FindAllStringSubmatch(prose, -1) {
			u, err := url.Parse(m[1])
			if err != nil {
				t.Errorf("%s: %s is no link: %v", f, m[1], err)
				continue
			}
			if u.Scheme != "" {
				continue
			}
			target := f
			if u.Path != "" {
				target = path.Join(path.Dir(f), u.Path)
			}
			if _, err := os.Stat(filepath.Join(root, filepath.FromSlash(target))); err != nil || strings.HasPrefix(target, "..") {
				t.Errorf("%s: %s leads nowhere", f, m[1])
				continue
			}
			if u.Fragment == "" || !strings.HasSuffix(target, ".md") {
				continue
			}
			found := false
			for _, h := range heads.FindAllStringSubmatch(read(t, target), -1) {
				found = found || anchor(h[1]) == u.Fragment
			}
			if !found {
				t.Errorf("%s: %s has no heading #%s", f, target, u.Fragment)
			}
		}
	}
}

// keys lists the settings of a configuration type, like http.listen.
func keys(t reflect.Type, prefix string) []string {
	var out []string
	for f := range t.Fields() {
		name := prefix + f.Tag.Get("yaml")
		kind := f.Type
		if kind.Kind() == reflect.Slice {
			kind = kind.Elem()
		}
		if kind.Kind() == reflect.Struct {
			out = append(out, keys(kind, name+".")...)
			continue
		}
		out = append(out, name)
	}
	return out
}

func TestDocs_ConfigurationNamesEveryKey(t *testing.T) {
	t.Parallel()
	const file = "docs/operate/configuration.md"
	rows := map[string]bool{}
	row := regexp.MustCompile("(?m)^\\| `([a-z_.]+)` \\|")
	for _, m := range row.FindAllStringSubmatch(read(t, file), -1) {
		rows[m[1]] = true
	}
	all := keys(reflect.TypeFor[config.Config](), "")
	if len(all) < 20 {
		t.Fatalf("only %d keys found", len(all))
	}
	for _, k := range all {
		if !rows[k] {
			t.Errorf("%s has no row for %s", file, k)
		}
		delete(rows, k)
	}
	for k := range rows {
		t.Errorf("%s has a row for %s, which is no key", file, k)
	}
}

// TestDocs_ConfigurationExampleLoads reads the example of the docs as a file.
func TestDocs_ConfigurationExampleLoads(t *testing.T) {
	t.Parallel()
	m := regexp.MustCompile("(?ms)^```yaml\n(.*?)^```$").FindStringSubmatch(read(t, "docs/operate/configuration.md"))
	if m == nil {
		t.Fatal("there is no example")
	}
	file := filepath.Join(t.TempDir(), "huifang.yaml")
	if err := os.WriteFile(file, []byte(m[1]), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := config.Load(file); err != nil {
		t.Error(err)
	}
}

func TestDocs_DecisionsHaveTheirParts(t *testing.T) {
	t.Parallel()
	n := 0
	for _, f := range list(t, ".md") {
		if path.Dir(f) != "docs/decisions" {
			continue
		}
		n++
		text := read(t, f)
		for _, part := range []string{"## Context", "## Choice", "## Measured", "## Consequences"} {
			if !strings.Contains(text, part+"\n") {
				t.Errorf("%s has no part %q", f, part)
			}
		}
	}
	if n == 0 {
		t.Error("no decisions found")
	}
}

var testName = regexp.MustCompile("`(Test[A-Z]\\w+)`")

// TestDocs_NamedTestsExist: what the docs say was measured can be run.
func TestDocs_NamedTestsExist(t *testing.T) {
	t.Parallel()
	exist := map[string]bool{}
	for _, f := range list(t, "_test.go") {
		for _, m := range regexp.MustCompile(`(?m)^func (Test\w+)\(`).FindAllStringSubmatch(read(t, f), -1) {
			exist[m[1]] = true
		}
	}
	for _, f := range list(t, ".md") {
		for _, m := range testName.FindAllStringSubmatch(read(t, f), -1) {
			if !exist[m[1]] {
				t.Errorf("%s names %s, which is not there", f, m[1])
			}
		}
	}
}

// TestDocs_SoftphonePageIsComplete compares docs/operate/softphone.md with the
// flags of the command and the fields of its result.
func TestDocs_SoftphonePageIsComplete(t *testing.T) {
	t.Parallel()
	page := read(t, "docs/operate/softphone.md")
	for f := range reflect.TypeFor[headless.Result]().Fields() {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if !strings.Contains(page, "`"+name+"`") {
			t.Errorf("the field %s is not described", name)
		}
	}
	flags := 0
	for _, s := range sources(t) {
		if s.dir != "cmd/huifang" {
			continue
		}
		ast.Inspect(s.ast, func(n ast.Node) bool {
			spec, ok := n.(*ast.TypeSpec)
			if !ok || spec.Name.Name != "softphoneCommand" {
				return true
			}
			for _, f := range spec.Type.(*ast.StructType).Fields.List {
				for _, n := range f.Names {
					flags++
					flag := "--" + strings.ToLower(regexp.MustCompile(`([a-z])([A-Z])`).ReplaceAllString(n.Name, "$1-$2"))
					if !strings.Contains(page, "| `"+flag+"` |") {
						t.Errorf("the flag %s is not described", flag)
					}
				}
			}
			return false
		})
	}
	if flags == 0 {
		t.Error("the command was not found")
	}
}
