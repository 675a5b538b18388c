package repocheck

import (
	"go/ast"
	"slices"
	"strings"
	"testing"
)

// The packages that others may build on, by what they are.
var (
	plain   = []string{"internal/problem", "internal/call"}
	domains = []string{"internal/access", "internal/attachment", "internal/audit", "internal/calendar", "internal/callback", "internal/casework", "internal/customer", "internal/dealing", "internal/disclosure", "internal/duty", "internal/message", "internal/plan", "internal/intake", "internal/reconcile", "internal/replay", "internal/retention", "internal/token", "internal/trunk", "internal/visit"}
	sound   = []string{"media", "media/codec", "media/tone", "media/rtpwire"}
)

func of(groups ...[]string) []string { return slices.Concat(groups...) }

// directions says which of our packages a package may import (design 2). A
// name that ends with /... covers what lies below it. The longest name counts.
func directions() map[string][]string {
	return map[string][]string{
		// Words and errors: import nothing of ours.
		"internal/call":    {},
		"internal/problem": {},
		"internal/observe": {},
		"internal/config":  {},
		"internal/keyring": {},
		"internal/sheet":   {},
		"signaling/wire":   {},
		"web":              {},

		// Domain services: never the store, never the API.
		"internal/audit":      {},
		"internal/access":     of(plain, []string{"internal/audit"}),
		"internal/attachment": of(plain, []string{"internal/audit", "internal/access"}),

		"internal/calendar":  of(plain, []string{"internal/audit", "internal/access"}),
		"internal/customer":  of(plain, []string{"internal/audit", "internal/access", "internal/calendar"}),
		"internal/callback":  of(plain, []string{"internal/audit", "internal/access", "internal/calendar", "internal/customer"}),
		"internal/casework":  of(plain, []string{"internal/audit", "internal/access", "internal/attachment", "internal/calendar", "internal/customer", "internal/callback"}),
		"internal/dealing":   of(plain, []string{"internal/audit", "internal/access", "internal/calendar"}),
		"internal/duty":      of(plain, []string{"internal/audit", "internal/access", "internal/calendar", "internal/callback", "internal/customer", "internal/dealing"}),
		"internal/plan":      of(plain, []string{"internal/audit", "internal/access", "internal/calendar", "internal/customer", "internal/callback"}),
		"internal/replay":    of(plain, []string{"internal/audit", "internal/access", "internal/customer", "internal/callback"}),
		"internal/retention": of(plain, []string{"internal/audit", "internal/access", "internal/customer"}),

		"internal/message":         of(plain, []string{"internal/audit", "internal/access", "internal/calendar", "internal/customer", "internal/callback"}),
		"internal/visit":           of(plain, []string{"internal/audit", "internal/access", "internal/customer", "internal/callback"}),
		"internal/message/smtp":    {"internal/message"},
		"internal/message/webhook": {"internal/message", "internal/customer", "internal/problem"},

		"internal/disclosure": of(plain, []string{"internal/audit", "internal/access", "internal/customer", "internal/replay"}),
		"internal/reconcile":  of(plain, []string{"internal/audit", "internal/access"}),

		"internal/intake": of(plain, []string{"internal/audit", "internal/access", "internal/calendar", "internal/customer", "internal/dealing", "internal/sheet"}),
		"internal/token":  of(plain, []string{"internal/audit", "internal/access"}),
		"internal/trunk":  of(plain, []string{"internal/audit", "internal/access", "internal/keyring"}),

		// The core: the call, and media through its interfaces.
		"internal/switchboard": of(plain, []string{"media"}),

		// Media, signalling and recording; the first two do not know each other.
		"media/...":        of(sound, []string{"internal/call", "internal/observe"}),
		"signaling":        {"signaling/wire", "internal/call", "internal/problem", "internal/observe"},
		"signaling/client": {"signaling/wire"},
		"signaling/sip":    {"internal/call", "internal/observe"},
		"recording/...":    of(sound, []string{"recording", "recording/...", "internal/call", "internal/observe", "internal/keyring"}),

		// Adapters: outside world on one side, domain on the other.
		"internal/store":   of(plain, domains, []string{"internal/switchboard", "recording", "recording/archive", "recording/evidence"}),
		"internal/httpapi": of(plain, domains, []string{"internal/switchboard", "internal/observe", "internal/sheet", "signaling/wire", "web"}),

		// The domain services as the API's ports.
		"internal/backend": of(plain, domains, []string{"internal/httpapi", "internal/switchboard", "internal/observe", "recording/archive", "recording/evidence", "recording/wav", "signaling/sip", "signaling/wire"}),

		// Peers that share no signalling and no RTP with the product.
		"internal/carriersim": {"media/codec", "media/tone"},

		// Started parts know only themselves.
		"internal/embedded/...": {"internal/embedded/...", "internal/config"},
		// Sample data goes in through the domain's services.
		"internal/embedded/demo": of(plain, domains, []string{"internal/store", "internal/switchboard"}),

		// The headless softphone is a client of the public protocol.
		"internal/clip":     {"media/codec"},
		"internal/headless": of(sound, []string{"internal/clip", "media/rtcleg", "signaling/client", "signaling/wire", "recording/wav"}),

		// Assembling.
		"internal/server/...": {"..."},
		"cmd/...":             {"..."},

		// For tests; they may start whatever they need.
		"internal/testkit/...": {"..."},
	}
}

// covers reports whether a name, maybe with /..., stands for the package.
func covers(name, pkg string) bool {
	if name == "..." || name == pkg {
		return true
	}
	above, tree := strings.CutSuffix(name, "/...")
	return tree && (pkg == above || strings.HasPrefix(pkg, above+"/"))
}

// rowFor finds the longest name that covers the package.
func rowFor(rows map[string][]string, pkg string) (name string, ok bool) {
	for n := range rows {
		if covers(n, pkg) && (!ok || len(n) > len(name)) {
			name, ok = n, true
		}
	}
	return name, ok
}

func TestImports_PointOneWay(t *testing.T) {
	t.Parallel()
	rows := directions()
	for _, s := range sources(t) {
		if s.test || s.dir == "internal/repocheck" {
			continue
		}
		name, ok := rowFor(rows, s.dir)
		if !ok {
			t.Errorf("%s: package %s has no row in directions(); say what it may import", s.file, s.dir)
			continue
		}
		for _, i := range s.blocks {
			target, ours := strings.CutPrefix(i.path, module+"/")
			if !ours {
				continue
			}
			if !slices.ContainsFunc(rows[name], func(n string) bool { return covers(n, target) }) {
				t.Errorf("%s: %s must not import %s", s.at(i.pos), s.dir, target)
			}
		}
	}
}

func TestImports_EveryRowHasItsPackage(t *testing.T) {
	t.Parallel()
	for name := range directions() {
		used := slices.ContainsFunc(sources(t), func(s source) bool { return covers(name, s.dir) })
		if !used {
			t.Errorf("directions() has a row for %s, which is not there", name)
		}
	}
}

func TestImports_AssemblersAreNotImported(t *testing.T) {
	t.Parallel()
	for _, s := range sources(t) {
		for _, i := range s.blocks {
			target, ours := strings.CutPrefix(i.path, module+"/")
			if !ours {
				continue
			}
			switch {
			case covers("cmd/...", target) && !covers("cmd/...", s.dir):
				t.Errorf("%s: nobody imports a command", s.at(i.pos))
			case covers("internal/server/...", target) && !s.test && !covers("cmd/...", s.dir) && !covers("internal/server/...", s.dir):
				t.Errorf("%s: internal/server assembles; only commands import it", s.at(i.pos))
			case covers("internal/testkit/...", target) && !s.test && !covers("internal/testkit/...", s.dir):
				t.Errorf("%s: internal/testkit is for tests", s.at(i.pos))
			}
		}
	}
}

func TestImports_CallUsesTheStandardLibraryOnly(t *testing.T) {
	t.Parallel()
	seen := false
	for _, s := range sources(t) {
		if s.dir != "internal/call" || s.test {
			continue
		}
		seen = true
		for _, i := range s.blocks {
			if first, _, _ := strings.Cut(i.path, "/"); strings.Contains(first, ".") || first == module {
				t.Errorf("%s: internal/call is a pure function and imports %s", s.at(i.pos), i.path)
			}
			if slices.Contains([]string{"os", "net", "net/http", "sync", "context", "log", "log/slog", "io"}, i.path) {
				t.Errorf("%s: internal/call does no I/O and starts nothing; it imports %s", s.at(i.pos), i.path)
			}
		}
	}
	if !seen {
		t.Fatal("internal/call was not found")
	}
}

// home is where a third-party library may be imported.
type home struct {
	library string // prefix of the import path
	in      []string
	tests   []string // where only tests may import it
}

func homes() []home {
	anywhere := []string{"..."}
	return []home{
		{library: "github.com/pion/srtp", in: []string{"media/rtpleg", "internal/carriersim"}},
		{library: "github.com/pion/rtp", in: []string{"media/rtcleg", "media/rtpleg", "internal/carriersim"}},
		{library: "github.com/pion/", in: []string{"media/rtcleg", "internal/testkit/turn"}},
		{library: "github.com/gorilla/websocket", in: []string{"signaling", "signaling/client"}},
		{library: "github.com/emiago/sipgo", in: []string{"signaling/sip", "internal/carriersim"}},
		{library: "github.com/icholy/digest", in: []string{"signaling/sip", "internal/carriersim"}},
		{library: "filippo.io/age", in: []string{"recording/vault"}},
		{library: "github.com/minio/minio-go", in: []string{"recording/archive"}},
		{library: "github.com/digitorus/", in: []string{"recording/evidence"}},
		{library: "github.com/jackc/pgx", in: []string{"internal/store", "internal/testkit/pg"}},
		{library: "github.com/pressly/goose", in: []string{"internal/store", "internal/testkit/pg"}},
		{library: "github.com/versity/versitygw", in: []string{"internal/embedded/..."}},
		{library: "github.com/aws/", in: []string{"internal/embedded/..."}}, // types of the gateway's interface, no client
		{library: "github.com/xuri/excelize", in: []string{"internal/sheet"}},
		{library: "github.com/wneessen/go-mail", in: []string{"internal/message/smtp"}},
		{library: "github.com/emersion/", tests: []string{"internal/message/smtp", "internal/server"}}, // a mail server for tests
		{library: "github.com/danielgtaylor/huma", in: []string{"internal/httpapi"}},
		{library: "github.com/alecthomas/kong", in: []string{"cmd/huifang"}},
		{library: "github.com/alexedwards/argon2id", in: []string{"internal/access"}},
		{library: "github.com/nyaruka/phonenumbers", in: []string{"internal/customer"}},
		{library: "go.yaml.in/yaml", in: []string{"internal/config"}, tests: []string{"internal/repocheck"}},
		{library: "github.com/prometheus/client_golang", in: []string{"internal/observe"}, tests: anywhere},
	}
}

func TestImports_OneHomePerLibrary(t *testing.T) {
	t.Parallel()
	// Libraries that are words more than parts.
	open := []string{"github.com/google/uuid", "golang.org/x/"}
	for _, s := range sources(t) {
		for _, i := range s.blocks {
			if first, _, _ := strings.Cut(i.path, "/"); !strings.Contains(first, ".") {
				continue
			}
			if slices.ContainsFunc(open, func(p string) bool { return strings.HasPrefix(i.path, p) }) {
				continue
			}
			n := slices.IndexFunc(homes(), func(h home) bool { return strings.HasPrefix(i.path, h.library) })
			if n < 0 {
				t.Errorf("%s: %s has no home; a new dependency needs one, and a written argument", s.at(i.pos), i.path)
				continue
			}
			h := homes()[n]
			lives := slices.ContainsFunc(h.in, func(p string) bool { return covers(p, s.dir) })
			tested := s.test && slices.ContainsFunc(h.tests, func(p string) bool { return covers(p, s.dir) })
			counts := h.library == "github.com/prometheus/client_golang" && strings.HasSuffix(s.file, "/metrics.go")
			if !lives && !tested && !counts && !onlyRegisterer(s) {
				t.Errorf("%s: %s lives in %s", s.at(i.pos), i.path, strings.Join(h.in, ", "))
			}
		}
	}
}

// onlyRegisterer says that a file of the metrics library takes no more than the
// registerer, to hand it on to its metrics.go: that counts nothing.
func onlyRegisterer(s source) bool {
	taken, other := false, false
	ast.Inspect(s.ast, func(n ast.Node) bool {
		sel, ok := n.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		if x, ok := sel.X.(*ast.Ident); ok && x.Name == "prometheus" {
			taken = taken || sel.Sel.Name == "Registerer"
			other = other || sel.Sel.Name != "Registerer"
		}
		return true
	})
	return taken && !other
}
