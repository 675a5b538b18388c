package httpapi

import (
	"context"
	"log/slog"
	"net"
	"net/http"
	"runtime/debug"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/google/uuid"

	"huifang/internal/problem"
)

// Limits of a request. Operations that need more say so themselves.
const (
	maxBody     = 1 << 20          // bytes of a JSON body
	maxImport   = 16 << 20         // bytes of an imported file
	bodyTimeout = 10 * time.Second // for a JSON body to arrive
	workTimeout = 30 * time.Second // for a handler's work; audio and socket live longer
)

// Config is what the server is told.
type Config struct {
	Logger *slog.Logger
	Clock  func() time.Time
	// Secure puts the Secure attribute on the cookie even when the request did
	// not come over TLS: for a server behind a proxy that speaks TLS.
	Secure  bool
	Version string
	// Metrics may be nil.
	Metrics *Metrics
}

type server struct {
	deps Deps
	log  *slog.Logger
}

// NewServer is the handler of everything on the public listener. The caller's
// http.Server needs ReadHeaderTimeout and no WriteTimeout: audio and the
// softphone socket are long.
func NewServer(d Deps) http.Handler {
	if d.Clock == nil {
		d.Clock = time.Now
	}
	if d.Logger == nil {
		d.Logger = slog.New(slog.DiscardHandler)
	}
	s := &server{deps: d, log: d.Logger}
	mux := http.NewServeMux()
	api := s.newAPI(mux)
	document := document(api.OpenAPI())
	mux.HandleFunc("GET /api/openapi.json", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		// The client may be gone; there is nobody left to tell.
		_, _ = w.Write(document)
	})
	if d.Softphone != nil {
		mux.HandleFunc("GET /api/v1/softphone", s.serveSoftphone)
	}
	var page http.Handler = http.NotFoundHandler()
	if d.Page != nil {
		page = d.Page
	}
	mux.Handle("/", page)
	return s.around(mux)
}

// around puts what every request passes through around the mux: headers,
// recovery, origin check, JSON answers to unknown paths, metrics and log.
func (s *server) around(mux *http.ServeMux) http.Handler {
	origin := http.NewCrossOriginProtection()
	origin.AddInsecureBypassPattern("POST /api/v1/unsubscribe/{secret}") // the secret is who it is; webmail posts from its own page
	origin.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.writeProblem(w, r, problem.Forbidden("cross_origin", "state is changed from our own page only"))
	}))
	routed := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, "/api/") || r.URL.Path == "/api" {
			if _, pattern := mux.Handler(r); pattern == "/" || pattern == "" {
				s.unknownPath(mux, w, r)
				return
			}
		}
		mux.ServeHTTP(w, r)
	})
	return s.observe(s.recover(secureHeaders(origin.Handler(routed))))
}

// unknownPath answers 405 when another method would be right, else 404.
func (s *server) unknownPath(mux *http.ServeMux, w http.ResponseWriter, r *http.Request) {
	var allowed []string
	for _, method := range []string{http.MethodGet, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete} {
		probe := r.Clone(r.Context())
		probe.Method = method
		if _, pattern := mux.Handler(probe); pattern != "/" && pattern != "" {
			allowed = append(allowed, method)
		}
	}
	if len(allowed) == 0 {
		s.writeProblem(w, r, &problem.Error{Code: problem.CodeNotFound, Reason: "path", Detail: "there is nothing at this path"})
		return
	}
	w.Header().Set("Allow", strings.Join(allowed, ", "))
	p := Problem(problem.Conflict("method", "the method is not allowed here"))
	p.Code, p.Status, p.Title = string(problem.CodeInvalid), http.StatusMethodNotAllowed, http.StatusText(http.StatusMethodNotAllowed)
	sendProblem(w, p)
}

// secureHeaders are those of answers of the API; the page brings its own on top.
func secureHeaders(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("X-Frame-Options", "DENY")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		if strings.HasPrefix(r.URL.Path, "/api/") {
			h.Set("Cache-Control", "no-store")
			h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
		}
		if r.TLS != nil {
			h.Set("Strict-Transport-Security", "max-age=31536000")
		}
		next.ServeHTTP(w, r)
	})
}

// recover turns a panic into a problem and a log line with its stack.
func (s *server) recover(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			v := recover()
			if v == nil {
				return
			}
			if v == http.ErrAbortHandler {
				panic(v)
			}
			ref := uuid.NewString()
			s.log.ErrorContext(r.Context(), "handler panicked", "ref", ref, "panic", v, "stack", string(debug.Stack()))
			p := Problem(&problem.Error{Code: problem.CodeInternal})
			p.Ref = ref
			sendProblem(w, p)
		}()
		next.ServeHTTP(w, r)
	})
}

// limitWork bounds a handler's work, unless the operation says it is long.
func limitWork(ctx huma.Context, next func(huma.Context)) {
	if ctx.Operation().Metadata[longKey] != nil {
		next(ctx)
		return
	}
	limited, cancel := context.WithTimeout(ctx.Context(), workTimeout)
	defer cancel()
	next(huma.WithContext(ctx, limited))
}

// clientIP is the address of the peer, without port.
func clientIP(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	return host
}
