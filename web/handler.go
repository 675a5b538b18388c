package web

import (
	"bytes"
	"crypto/rand"
	"encoding/base64"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strconv"
	"strings"
	"time"
)

const (
	indexFile = "index.html"
	// assetDir holds what the build names by its content.
	assetDir = "assets/"
)

// notBuilt is what stands in place of the page in a binary without one.
const notBuilt = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Huifang</title>
<h1>The page was not built into this server</h1>
<p>The API is up. Build the page with <code>make web</code>, then build the server again.</p>
<p lang="zh-CN">服务器未包含网页。请先运行 <code>make web</code>，再重新构建服务器。</p></html>
`

type handler struct{ files fs.FS }

// NewHandler serves a built page. Paths without extension are the page's own
// and give index.html; a path with an extension, or below assets/, that does not
// exist is 404 and never the page, which a script tag would try to run.
func NewHandler(files fs.FS) http.Handler { return &handler{files: files} }

func (h *handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	secure(w.Header())
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		http.Error(w, "method not allowed", http.StatusMethodNotAllowed)
		return
	}
	name := strings.TrimPrefix(path.Clean("/"+r.URL.Path), "/")
	switch {
	case !Built(h.files):
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Header().Set("Cache-Control", "no-store")
		w.WriteHeader(http.StatusServiceUnavailable)
		send(w, r, []byte(notBuilt))
	case name == "" || name == indexFile || !strings.HasPrefix(name, assetDir) && path.Ext(name) == "":
		h.index(w, r)
	default:
		h.file(w, r, name)
	}
}

// index sends index.html with a fresh nonce.
func (h *handler) index(w http.ResponseWriter, r *http.Request) {
	page, err := fs.ReadFile(h.files, indexFile)
	if err != nil {
		http.Error(w, "page unreadable", http.StatusInternalServerError)
		return
	}
	nonce := newNonce()
	w.Header().Set("Content-Security-Policy", policy(nonce))
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	send(w, r, withNonce(page, nonce))
}

// file sends a file, compressed when the build left a compressed copy that the
// browser takes.
func (h *handler) file(w http.ResponseWriter, r *http.Request, name string) {
	info, err := fs.Stat(h.files, name)
	if err != nil || info.IsDir() || path.Base(name)[0] == '.' {
		w.Header().Set("Cache-Control", "no-store")
		http.Error(w, "not found", http.StatusNotFound)
		return
	}
	if strings.HasPrefix(name, assetDir) {
		w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
	} else {
		w.Header().Set("Cache-Control", "no-cache")
	}
	w.Header().Set("Content-Type", contentType(name))
	w.Header().Set("Vary", "Accept-Encoding")
	stored := name
	for _, enc := range []struct{ coding, suffix string }{{"br", ".br"}, {"gzip", ".gz"}} {
		if _, err := fs.Stat(h.files, name+enc.suffix); err == nil && accepts(r.Header.Get("Accept-Encoding"), enc.coding) {
			w.Header().Set("Content-Encoding", enc.coding)
			stored = name + enc.suffix
			break
		}
	}
	data, err := fs.ReadFile(h.files, stored)
	if err != nil {
		http.Error(w, "file unreadable", http.StatusInternalServerError)
		return
	}
	if stored != name { // a part of a compressed copy is of no use
		send(w, r, data)
		return
	}
	http.ServeContent(w, r, name, time.Time{}, bytes.NewReader(data))
}

func send(w http.ResponseWriter, r *http.Request, data []byte) {
	w.Header().Set("Content-Length", strconv.Itoa(len(data)))
	if r.Method == http.MethodHead {
		return
	}
	// The browser may be gone; there is nobody left to tell.
	_, _ = w.Write(data)
}

// accepts reads an Accept-Encoding header (RFC 9110 12.5.3); a coding with
// quality zero is refused.
func accepts(header, coding string) bool {
	for part := range strings.SplitSeq(header, ",") {
		name, params, _ := strings.Cut(part, ";")
		if !strings.EqualFold(strings.TrimSpace(name), coding) {
			continue
		}
		_, quality, given := strings.Cut(params, "q=")
		if !given {
			return true
		}
		q, err := strconv.ParseFloat(strings.TrimSpace(quality), 64)
		return err == nil && q > 0
	}
	return false
}

// contentType knows what a build holds without the system's mime files, which
// may say text/plain for a script.
func contentType(name string) string {
	switch path.Ext(name) {
	case ".js", ".mjs":
		return "text/javascript; charset=utf-8"
	case ".css":
		return "text/css; charset=utf-8"
	case ".svg":
		return "image/svg+xml"
	case ".json", ".map":
		return "application/json"
	case ".woff2":
		return "font/woff2"
	case ".webmanifest":
		return "application/manifest+json"
	}
	if t := mime.TypeByExtension(path.Ext(name)); t != "" {
		return t
	}
	return "application/octet-stream"
}

// newNonce is 128 bits of randomness.
func newNonce() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails (crypto/rand)
	return base64.StdEncoding.EncodeToString(b[:])
}
