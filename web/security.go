package web

import (
	"bytes"
	"net/http"
	"strings"
)

// metaTag is what the page looks for; index.html may hold it already.
const metaTag = `<meta property="csp-nonce"`

// policy lets in our own files and nothing else; styles also by nonce, as the
// component library writes them into the page. connect-src covers the
// softphone socket, media-src the player's blobs.
func policy(nonce string) string {
	return strings.Join([]string{
		"default-src 'none'",
		"script-src 'self'",
		"style-src 'self' 'nonce-" + nonce + "'",
		"img-src 'self' data: blob:",
		"font-src 'self'",
		"media-src 'self' blob:",
		"connect-src 'self'",
		"worker-src 'self'",
		"manifest-src 'self'",
		"base-uri 'none'",
		"form-action 'self'",
		"frame-ancestors 'none'",
	}, "; ")
}

// secure sets the headers that every answer of the page carries.
func secure(h http.Header) {
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; img-src 'self'; frame-ancestors 'none'")
	h.Set("Permissions-Policy", "microphone=(self), speaker-selection=(self), camera=(), geolocation=()")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
}

// withNonce puts the nonce into the page's meta tag; a page without the tag
// gets one at the start of its head.
func withNonce(page []byte, nonce string) []byte {
	tag := []byte(metaTag + ` nonce="` + nonce + `">`)
	if i := bytes.Index(page, []byte(metaTag)); i >= 0 {
		if end := bytes.IndexByte(page[i:], '>'); end >= 0 {
			return bytes.Join([][]byte{page[:i], tag, page[i+end+1:]}, nil)
		}
	}
	return bytes.Replace(page, []byte("<head>"), append([]byte("<head>"), tag...), 1)
}
