package repocheck

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
)

const module = "huifang"

// root is the repository's top, seen from this package.
const root = "../.."

// built says that a folder holds what builds and runs leave behind.
func built(p string) bool {
	switch path.Base(p) {
	case ".git", "node_modules", "dist", "test-results", "playwright-report", ".out", ".build":
		return true
	}
	return p == "bin" || p == "data"
}

// files lists the repository's files with slashes, relative to its top.
var files = sync.OnceValues(func() ([]string, error) {
	var list []string
	err := filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(root, name)
		if err != nil {
			return err
		}
		rel = filepath.ToSlash(rel)
		switch {
		case d.IsDir() && built(rel):
			return fs.SkipDir
		case d.Type().IsRegular() && !built(rel): // .git is a file in a worktree
			list = append(list, rel)
		}
		return nil
	})
	return list, err
})

// list gives the files whose names end with one of the suffixes.
func list(t *testing.T, suffixes ...string) []string {
	t.Helper()
	all, err := files()
	if err != nil {
		t.Fatal(err)
	}
	if len(all) < 100 {
		t.Fatalf("only %d files found; the checks look in the wrong place", len(all))
	}
	var out []string
	for _, f := range all {
		for _, s := range suffixes {
			if strings.HasSuffix(f, s) {
				out = append(out, f)
				break
			}
		}
	}
	return out
}

func read(t *testing.T, file string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(file)))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// source is a parsed Go file.
type source struct {
	file   string // relative to the top
	dir    string
	test   bool
	ast    *ast.File
	fset   *token.FileSet
	blocks []importSpec
}

type importSpec struct {
	path string
	pos  token.Pos
}

func (s source) at(p token.Pos) string {
	pos := s.fset.Position(p)
	return s.file + ":" + strconv.Itoa(pos.Line)
}

var parsed = sync.OnceValues(func() ([]source, error) {
	all, err := files()
	if err != nil {
		return nil, err
	}
	var out []source
	for _, f := range all {
		if !strings.HasSuffix(f, ".go") {
			continue
		}
		fset := token.NewFileSet()
		a, err := parser.ParseFile(fset, filepath.Join(root, filepath.FromSlash(f)), nil, parser.ParseComments)
		if err != nil {
			return nil, err
		}
		s := source{file: f, dir: path.Dir(f), test: strings.HasSuffix(f, "_test.go"), ast: a, fset: fset}
		for _, i := range a.Imports {
			s.blocks = append(s.blocks, importSpec{strings.Trim(i.Path.Value, `"`), i.Pos()})
		}
		out = append(out, s)
	}
	return out, nil
})

func sources(t *testing.T) []source {
	t.Helper()
	s, err := parsed()
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// allowance is a list of exceptions by key, each with its reason. Those that
// nobody needs any more are faults.
type allowance struct {
	t       *testing.T
	reasons map[string]string
	used    map[string]bool
}

func allow(t *testing.T, reasons map[string]string) *allowance {
	a := &allowance{t: t, reasons: reasons, used: map[string]bool{}}
	t.Cleanup(func() {
		for key, reason := range a.reasons {
			if !a.used[key] {
				t.Errorf("the exception for %s (%s) is not needed any more", key, reason)
			}
		}
	})
	return a
}

func (a *allowance) has(key string) bool {
	if _, ok := a.reasons[key]; !ok {
		return false
	}
	a.used[key] = true
	return true
}
