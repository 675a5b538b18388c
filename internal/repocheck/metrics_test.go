package repocheck

import (
	"go/ast"
	"go/token"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const metricsDoc = "docs/operate/metrics.md"

// metric is what a metrics.go declares.
type metric struct {
	name, kind string // Counter, Gauge, Histogram
	labels     []string
	at         string
}

// text gives the value of a literal, or of a literal and a parameter.
func text(e ast.Expr) (literal string, param bool) {
	switch e := e.(type) {
	case *ast.BasicLit:
		if e.Kind == token.STRING {
			s, err := strconv.Unquote(e.Value)
			if err == nil {
				return s, false
			}
		}
	case *ast.Ident:
		return "", true
	case *ast.BinaryExpr:
		l, _ := text(e.X)
		_, p := text(e.Y)
		return l, p
	}
	return "", false
}

// constructor recognises prometheus.NewGaugeVec(prometheus.GaugeOpts{Name: ...}, labels).
func constructor(c *ast.CallExpr) (kind string, name ast.Expr, labels ast.Expr, ok bool) {
	sel, isSel := c.Fun.(*ast.SelectorExpr)
	if !isSel || typeText(sel) == "" || !strings.HasPrefix(typeText(sel), "prometheus.New") || len(c.Args) == 0 {
		return "", nil, nil, false
	}
	kind = strings.TrimSuffix(strings.TrimSuffix(strings.TrimPrefix(sel.Sel.Name, "New"), "Vec"), "Func")
	if !slices.Contains([]string{"Counter", "Gauge", "Histogram", "Summary"}, kind) {
		return "", nil, nil, false
	}
	if lit, isLit := c.Args[0].(*ast.CompositeLit); isLit {
		for _, e := range lit.Elts {
			if kv, isKV := e.(*ast.KeyValueExpr); isKV {
				if k, isID := kv.Key.(*ast.Ident); isID && k.Name == "Name" {
					name = kv.Value
				}
			}
		}
	}
	if len(c.Args) > 1 {
		labels = c.Args[1]
	}
	return kind, name, labels, name != nil
}

func literals(e ast.Expr) []string {
	var out []string
	if lit, ok := e.(*ast.CompositeLit); ok {
		for _, v := range lit.Elts {
			s, _ := text(v)
			out = append(out, s)
		}
	}
	return out
}

// helper is a function literal of a file that makes metrics by name.
type helper struct {
	kind, prefix string
	vec          bool
}

// declared lists the metrics of a file. Names come from literals, or from the
// first argument of a helper within the file.
func declared(t *testing.T, s source) []metric {
	t.Helper()
	helpers := map[string]helper{}
	ast.Inspect(s.ast, func(n ast.Node) bool {
		a, ok := n.(*ast.AssignStmt)
		if !ok || len(a.Rhs) != 1 {
			return true
		}
		f, ok := a.Rhs[0].(*ast.FuncLit)
		if !ok {
			return true
		}
		ast.Inspect(f.Body, func(n ast.Node) bool {
			if c, ok := n.(*ast.CallExpr); ok {
				if kind, name, labels, ok := constructor(c); ok {
					prefix, param := text(name)
					if param {
						helpers[a.Lhs[0].(*ast.Ident).Name] = helper{kind, prefix, labels != nil}
					}
				}
			}
			return true
		})
		return true
	})
	var out []metric
	ast.Inspect(s.ast, func(n ast.Node) bool {
		c, ok := n.(*ast.CallExpr)
		if !ok {
			return true
		}
		if kind, name, labels, ok := constructor(c); ok {
			if literal, param := text(name); !param {
				out = append(out, metric{literal, kind, literals(labels), s.at(c.Pos())})
			}
			return true
		}
		id, ok := c.Fun.(*ast.Ident)
		if !ok {
			return true
		}
		h, ok := helpers[id.Name]
		if !ok || len(c.Args) == 0 {
			return true
		}
		literal, _ := text(c.Args[0])
		m := metric{h.prefix + literal, h.kind, nil, s.at(c.Pos())}
		if h.vec {
			for _, a := range c.Args[min(2, len(c.Args)):] {
				l, _ := text(a)
				m.labels = append(m.labels, l)
			}
		}
		out = append(out, m)
		return true
	})
	return out
}

func allMetrics(t *testing.T) []metric {
	t.Helper()
	var out []metric
	for _, s := range sources(t) {
		if !s.test && (strings.HasSuffix(s.file, "/metrics.go") || s.dir == "internal/observe") {
			out = append(out, declared(t, s)...)
		}
	}
	if len(out) < 20 {
		t.Fatalf("only %d metrics found; the check does not see them any more", len(out))
	}
	return out
}

var (
	wellFormed = regexp.MustCompile(`^huifang(_[a-z][a-z0-9]*){2,}$`)
	units      = []string{"seconds", "bytes", "ratio", "mos"} // a mean opinion score is a unit of its own
)

func TestMetrics_AreNamedByTheConventions(t *testing.T) {
	t.Parallel()
	// Gauges count things: the last word says which, or that it is a yes or no.
	things := []string{
		"bridges", "legs", "ports", "sockets", "recordings", "calls", "connections", "sessions", "goroutines", "holds", "leases", "leaves", "keys", "items", "slips", "messages", "feeds", "records",
		"live", "active", "state", "worm", "reachable", "healthy", "ready", "info", "up",
	}
	seen := map[string]string{}
	for _, m := range allMetrics(t) {
		words := strings.Split(m.name, "_")
		last := words[len(words)-1]
		if !wellFormed.MatchString(m.name) {
			t.Errorf("%s: %q is not huifang_<subsystem>_<thing>[_<unit>][_total]", m.at, m.name)
		}
		if at := seen[m.name]; at != "" {
			t.Errorf("%s: %s is declared at %s too", m.at, m.name, at)
		}
		seen[m.name] = m.at
		for _, bad := range []string{"ms", "milliseconds", "kb", "percent", "minutes"} {
			if slices.Contains(words, bad) {
				t.Errorf("%s: %s is not in base units", m.at, m.name)
			}
		}
		switch m.kind {
		case "Counter":
			if last != "total" {
				t.Errorf("%s: counter %s does not end in _total", m.at, m.name)
			}
		case "Histogram":
			if !slices.Contains(units, last) {
				t.Errorf("%s: histogram %s does not end in its unit", m.at, m.name)
			}
		case "Gauge":
			if !slices.Contains(units, last) && !slices.Contains(things, last) {
				t.Errorf("%s: gauge %s ends neither in a unit nor in what it counts", m.at, m.name)
			}
		default:
			t.Errorf("%s: %s is a %s; summaries cannot be added up over instances", m.at, m.name, m.kind)
		}
	}
}

func TestMetrics_LabelsAreClosedSets(t *testing.T) {
	t.Parallel()
	known := []string{
		"how", "result", "verdict", "reason", "party", "trunk", "class", "ending", "state", "outcome", "by", "silent", "kind", "leg", "cause", "type",
		"route", "method", "disposition", "behaviour", "version", "suite",
	}
	for _, m := range allMetrics(t) {
		for _, l := range m.labels {
			if !slices.Contains(known, l) {
				t.Errorf("%s: label %s of %s is not known to be a closed set; no calls, people or numbers in labels (Rule S-01)", m.at, l, m.name)
			}
		}
	}
}

var metricInDoc = regexp.MustCompile("`(huifang_[a-z0-9_]+)`")

func TestMetrics_AreInTheDocs(t *testing.T) {
	t.Parallel()
	doc := read(t, metricsDoc)
	documented := map[string]bool{}
	rows := map[string]string{}
	for _, line := range strings.Split(doc, "\n") {
		if m := metricInDoc.FindStringSubmatch(line); m != nil && strings.HasPrefix(line, "|") {
			documented[m[1]], rows[m[1]] = true, line
		}
	}
	for _, m := range allMetrics(t) {
		if !documented[m.name] {
			t.Errorf("%s has no row for %s", metricsDoc, m.name)
			continue
		}
		delete(documented, m.name)
		if !strings.Contains(rows[m.name], "| "+strings.ToLower(m.kind)+" |") {
			t.Errorf("%s: %s is a %s", metricsDoc, m.name, strings.ToLower(m.kind))
		}
		for _, l := range m.labels {
			if !strings.Contains(rows[m.name], "`"+l+"`") {
				t.Errorf("%s: %s has the label %s", metricsDoc, m.name, l)
			}
		}
	}
	for name := range documented {
		t.Errorf("%s has a row for %s, which nothing declares", metricsDoc, name)
	}
}
