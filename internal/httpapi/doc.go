// Package httpapi is the HTTP surface: the JSON API under /api, the door of the
// softphone socket and, behind both, the page.
//
// Handlers are thin: they decode, ask a service through one of the ports in
// port.go, and encode. Rules live in the domain packages; this package decides
// who may call an operation at all (Operation.Metadata "roles", one middleware),
// that state is changed from our own page only, and how an error looks
// (problem.go, the only place that maps errors). Types of the API are apart
// from those of the domain: what is sent is written down in the type_*.go files,
// and docs/openapi.json is generated from them.
//
// It starts no goroutines; net/http does. RFC 9457 (problems), RFC 9110
// (ranges), RFC 6265 (cookies). Rules S-01 and S-02 at the recordings.
package httpapi
