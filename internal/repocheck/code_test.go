package repocheck

import (
	"go/ast"
	"go/token"
	"regexp"
	"slices"
	"strings"
	"testing"
)

func TestCode_NoInitFunctions(t *testing.T) {
	t.Parallel()
	for _, s := range sources(t) {
		for _, d := range s.ast.Decls {
			if f, ok := d.(*ast.FuncDecl); ok && f.Recv == nil && f.Name.Name == "init" {
				t.Errorf("%s: no init functions; what is needed is a parameter", s.at(f.Pos()))
			}
		}
	}
}

func TestCode_PackagesAreDescribed(t *testing.T) {
	t.Parallel()
	described := map[string]string{}
	for _, s := range sources(t) {
		if s.test {
			continue
		}
		doc := ""
		if s.ast.Doc != nil {
			doc = s.ast.Doc.Text()
		}
		if len(doc) > len(described[s.dir]) || described[s.dir] == "" {
			described[s.dir] = doc
		}
	}
	for dir, doc := range described {
		if len(strings.Fields(doc)) < 12 {
			t.Errorf("package %s has no doc comment that says what it is and is not", dir)
		}
	}
}

// packageVars lists a package's variables outside of tests, by name.
func packageVars(all []source, dir string) map[string]*ast.ValueSpec {
	vars := map[string]*ast.ValueSpec{}
	for _, s := range all {
		if s.dir != dir || s.test {
			continue
		}
		for _, d := range s.ast.Decls {
			g, ok := d.(*ast.GenDecl)
			if !ok || g.Tok != token.VAR {
				continue
			}
			for _, spec := range g.Specs {
				v := spec.(*ast.ValueSpec)
				for _, n := range v.Names {
					if n.Name != "_" {
						vars[n.Name] = v
					}
				}
			}
		}
	}
	return vars
}

// base is the variable that an expression like a.b[c].d changes.
func base(e ast.Expr) *ast.Ident {
	switch e := e.(type) {
	case *ast.Ident:
		return e
	case *ast.SelectorExpr:
		return base(e.X)
	case *ast.IndexExpr:
		return base(e.X)
	case *ast.StarExpr:
		return base(e.X)
	case *ast.ParenExpr:
		return base(e.X)
	}
	return nil
}

// changed lists the expressions of a function that something is written to, or
// whose address is taken.
func changed(body ast.Node) []ast.Expr {
	var out []ast.Expr
	ast.Inspect(body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.AssignStmt:
			if n.Tok != token.DEFINE {
				out = append(out, n.Lhs...)
			}
		case *ast.IncDecStmt:
			out = append(out, n.X)
		case *ast.RangeStmt:
			if n.Tok == token.ASSIGN {
				out = append(out, n.Key, n.Value)
			}
		case *ast.UnaryExpr:
			if n.Op == token.AND {
				out = append(out, n.X)
			}
		case *ast.CallExpr:
			if f, ok := n.Fun.(*ast.Ident); ok && slices.Contains([]string{"delete", "clear", "copy"}, f.Name) && len(n.Args) > 0 {
				out = append(out, n.Args[0])
			}
		}
		return true
	})
	return out
}

// stateful are types whose only purpose is to change.
var stateful = regexp.MustCompile(`^(sync|atomic|rand)\.`)

func typeText(e ast.Expr) string {
	if sel, ok := e.(*ast.SelectorExpr); ok {
		if x, ok := sel.X.(*ast.Ident); ok {
			return x.Name + "." + sel.Sel.Name
		}
	}
	return ""
}

func TestCode_PackageVariablesDoNotChange(t *testing.T) {
	t.Parallel()
	all := sources(t)
	done := map[string]map[string]*ast.ValueSpec{}
	for _, s := range all {
		if s.test {
			continue
		}
		vars, ok := done[s.dir]
		if !ok {
			vars = packageVars(all, s.dir)
			done[s.dir] = vars
		}
		for _, d := range s.ast.Decls {
			g, ok := d.(*ast.GenDecl)
			if ok && g.Tok == token.VAR {
				for _, spec := range g.Specs {
					v := spec.(*ast.ValueSpec)
					if stateful.MatchString(typeText(v.Type)) {
						t.Errorf("%s: package variable %s is there to change; make it a field", s.at(v.Pos()), v.Names[0].Name)
					}
				}
			}
			f, ok := d.(*ast.FuncDecl)
			if !ok || f.Body == nil {
				continue
			}
			for _, e := range changed(f.Body) {
				id := base(e)
				if id == nil {
					continue
				}
				v, ours := vars[id.Name]
				//nolint:staticcheck // the parser's own resolution is enough to know a local of the same name
				if ours && (id.Obj == nil || id.Obj.Decl == v) {
					t.Errorf("%s: package variable %s is changed", s.at(id.Pos()), id.Name)
				}
			}
		}
	}
}

// generated is Go's mark of a generated file.
var generated = regexp.MustCompile(`(?m)^(//|/\*\*?) ?(Code generated .* DO NOT EDIT|This file was auto-generated)`)

func TestCode_FilesAreShort(t *testing.T) {
	t.Parallel()
	excused := allow(t, map[string]string{})
	for _, f := range list(t, ".go", ".ts", ".tsx", ".sql", ".css") {
		text := read(t, f)
		if generated.MatchString(text) || strings.HasSuffix(f, ".d.ts") || f == "web/src/api/schema.ts" {
			continue
		}
		limit := 500
		if strings.HasSuffix(f, "_test.go") || strings.Contains(f, ".test.") || strings.Contains(f, ".spec.") {
			limit = 800
		}
		if n := strings.Count(text, "\n"); n > limit && !excused.has(f) {
			t.Errorf("%s has %d lines; %d is the ceiling", f, n, limit)
		}
	}
}

func TestCode_TestsNeitherSkipNorSleep(t *testing.T) {
	t.Parallel()
	excused := allow(t, map[string]string{
		"recording/recorder_test.go:recordForEver": "runs in a process of its own that is killed: it plays in real time, as a call does",
	})
	for _, s := range sources(t) {
		if !s.test && !covers("internal/testkit/...", s.dir) {
			continue
		}
		for _, d := range s.ast.Decls {
			f, ok := d.(*ast.FuncDecl)
			if !ok || f.Body == nil {
				continue
			}
			ast.Inspect(f.Body, func(n ast.Node) bool {
				call, ok := n.(*ast.CallExpr)
				if !ok {
					return true
				}
				sel, ok := call.Fun.(*ast.SelectorExpr)
				if !ok {
					return true
				}
				x, ok := sel.X.(*ast.Ident)
				if !ok {
					return true
				}
				sleeps := x.Name == "time" && sel.Sel.Name == "Sleep"
				skips := slices.Contains([]string{"t", "b", "f", "tb"}, x.Name) && slices.Contains([]string{"Skip", "Skipf", "SkipNow"}, sel.Sel.Name)
				if (sleeps || skips) && !excused.has(s.file+":"+f.Name.Name) {
					t.Errorf("%s: %s.%s: a test waits for a signal, and what it needs is there or it fails", s.at(call.Pos()), x.Name, sel.Sel.Name)
				}
				return true
			})
		}
	}
}

// idle are the ways of the page's tests not to run, or to wait for nothing.
var idle = regexp.MustCompile(`\b(it|test|describe)(\.describe)?\.(skip|only|fixme|todo)\(|\bwaitForTimeout\(`)

func TestCode_PageTestsNeitherSkipNorSleep(t *testing.T) {
	t.Parallel()
	for _, f := range list(t, ".test.ts", ".test.tsx", ".spec.ts") {
		for n, line := range strings.Split(read(t, f), "\n") {
			if m := idle.FindString(line); m != "" {
				t.Errorf("%s:%d: %s", f, n+1, m)
			}
		}
	}
}

func TestCode_NoUtilPackages(t *testing.T) {
	t.Parallel()
	for _, s := range sources(t) {
		if slices.Contains([]string{"util", "utils", "common", "helpers", "misc"}, s.ast.Name.Name) {
			t.Errorf("%s: package %s is named after nothing", s.file, s.ast.Name.Name)
		}
	}
}
