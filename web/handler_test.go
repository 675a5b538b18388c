package web

import (
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"
)

func built() fstest.MapFS {
	return fstest.MapFS{
		"index.html":            {Data: []byte(`<!doctype html><html><head><title>x</title></head><body></body></html>`)},
		"assets/app-1a2b.js":    {Data: []byte("console.log(1)")},
		"assets/app-1a2b.js.br": {Data: []byte("brotli")},
		"assets/app-1a2b.js.gz": {Data: []byte("gzip")},
		"favicon.svg":           {Data: []byte("<svg/>")},
		".gitkeep":              {},
	}
}

func get(t *testing.T, files fstest.MapFS, path string, header ...string) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequest(http.MethodGet, path, nil)
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	NewHandler(files).ServeHTTP(w, r)
	return w
}

func TestHandler_PathsAndCaching(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		path, accept  string
		status        int
		cache, coding string
		body          string
	}{
		"root":                  {"/", "", 200, "no-store", "", "<title>x</title>"},
		"index by name":         {"/index.html", "", 200, "no-store", "", "<title>x</title>"},
		"path of the page":      {"/recordings/12", "", 200, "no-store", "", "<title>x</title>"},
		"asset":                 {"/assets/app-1a2b.js", "", 200, "public, max-age=31536000, immutable", "", "console.log"},
		"asset, brotli":         {"/assets/app-1a2b.js", "gzip, deflate, br", 200, "public, max-age=31536000, immutable", "br", "brotli"},
		"asset, gzip":           {"/assets/app-1a2b.js", "gzip", 200, "public, max-age=31536000, immutable", "gzip", "gzip"},
		"asset, brotli refused": {"/assets/app-1a2b.js", "br;q=0, gzip;q=0.5", 200, "public, max-age=31536000, immutable", "gzip", "gzip"},
		"other file":            {"/favicon.svg", "", 200, "no-cache", "", "<svg/>"},
		"missing asset":         {"/assets/app-old.js", "", 404, "no-store", "", "not found"},
		"missing asset, no ext": {"/assets/gone", "", 404, "no-store", "", "not found"},
		"missing file":          {"/robots.txt", "", 404, "no-store", "", "not found"},
		"dot file":              {"/.gitkeep", "", 404, "no-store", "", "not found"},
		"climbing out":          {"/assets/../../../etc/passwd.txt", "", 404, "no-store", "", "not found"},
		"directory":             {"/assets/", "", 200, "no-store", "", "<title>x</title>"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := get(t, built(), row.path, "Accept-Encoding", row.accept)
			if w.Code != row.status || w.Header().Get("Cache-Control") != row.cache || w.Header().Get("Content-Encoding") != row.coding {
				t.Fatalf("%d, cache %q, coding %q", w.Code, w.Header().Get("Cache-Control"), w.Header().Get("Content-Encoding"))
			}
			if !strings.Contains(w.Body.String(), row.body) {
				t.Fatalf("body %q", w.Body)
			}
			if w.Header().Get("X-Content-Type-Options") != "nosniff" || w.Header().Get("Content-Security-Policy") == "" {
				t.Fatal("security headers are missing")
			}
		})
	}
}

func TestHandler_NonceIsFreshAndTheSameInPageAndPolicy(t *testing.T) {
	t.Parallel()
	inPage := regexp.MustCompile(`<meta property="csp-nonce" nonce="([^"]+)">`)
	seen := map[string]bool{}
	for _, index := range []string{
		`<html><head><title>x</title></head></html>`,
		`<html><head><meta property="csp-nonce" nonce=""><title>x</title></head></html>`,
		`<html><head><meta property="csp-nonce" /><title>x</title></head></html>`,
	} {
		w := get(t, fstest.MapFS{"index.html": {Data: []byte(index)}}, "/")
		found := inPage.FindAllStringSubmatch(w.Body.String(), -1)
		if len(found) != 1 {
			t.Fatalf("%d meta tags in %s", len(found), w.Body)
		}
		nonce := found[0][1]
		if !strings.Contains(w.Header().Get("Content-Security-Policy"), "style-src 'self' 'nonce-"+nonce+"'") {
			t.Fatalf("policy %q does not name nonce %q", w.Header().Get("Content-Security-Policy"), nonce)
		}
		if seen[nonce] {
			t.Fatal("a nonce came twice")
		}
		seen[nonce] = true
	}
}

func TestHandler_SaysThatThePageWasNotBuilt(t *testing.T) {
	t.Parallel()
	w := get(t, fstest.MapFS{".gitkeep": {}}, "/")
	if w.Code != http.StatusServiceUnavailable || !strings.Contains(w.Body.String(), "make web") {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
}

func TestHandler_ReadsOnly(t *testing.T) {
	t.Parallel()
	w := httptest.NewRecorder()
	NewHandler(built()).ServeHTTP(w, httptest.NewRequest(http.MethodPost, "/", nil))
	if w.Code != http.StatusMethodNotAllowed || w.Header().Get("Allow") != "GET, HEAD" {
		t.Fatalf("%d %q", w.Code, w.Header().Get("Allow"))
	}
}

func TestFiles_AreRootedAtTheBuild(t *testing.T) {
	t.Parallel()
	if _, err := Files().Open(".gitkeep"); err != nil {
		t.Fatal(err)
	}
}
