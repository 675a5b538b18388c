// Package web holds the page as it was built, inside the binary, and serves it.
//
// Go builds and tests without Node: when nothing was built, the handler says so
// with status 503 instead of failing the build. The package knows nothing of
// the API; internal/httpapi puts it behind /api. It starts no goroutine.
//
// The page's Content-Security-Policy lets styles in by a nonce that changes
// with every page; the handler writes it into index.html as
// <meta property="csp-nonce" nonce="...">, from where the page hands it to the
// libraries that make styles.
package web

import (
	"embed"
	"io/fs"
)

//go:embed all:dist
var dist embed.FS

// Files is the built page, rooted at index.html.
func Files() fs.FS {
	files, err := fs.Sub(dist, "dist")
	if err != nil {
		panic("web: " + err.Error()) // the name is a constant
	}
	return files
}

// Built reports whether the files hold a page.
func Built(files fs.FS) bool {
	_, err := fs.Stat(files, indexFile)
	return err == nil
}
