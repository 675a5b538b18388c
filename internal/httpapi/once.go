package httpapi

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"io"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"huifang/internal/problem"
	"huifang/internal/token"
)

const (
	onceHeader     = "Idempotency-Key"
	replayedHeader = "Idempotency-Replayed"
	longWork       = 15 * time.Minute // after which a long request is given up
)

// Once keeps the keys of requests that must not be carried out twice (package
// token; Rule C-22).
type Once interface {
	Begin(ctx context.Context, account ID, key string, hash [32]byte, atMost time.Duration) (token.Request, *token.Answer, error)
	Answered(ctx context.Context, r token.Request, a token.Answer) error
}

// onceParam describes the header to OpenAPI.
func onceParam() *huma.Param {
	limit := token.MaxKey
	return &huma.Param{Name: onceHeader, In: "header", Schema: &huma.Schema{Type: huma.TypeString, MaxLength: &limit},
		Description: "Of your making, one for each thing to be done. The same request with the same key is carried out once and gets the same answer for seven days, with " + replayedHeader + ": true; another request with it gets 422, one that comes while the first is under way 409."}
}

// once carries out a POST with a key once. The answer is kept before it is
// sent, and what is changed is marked in its own transaction (token.WithRequest).
func (s *server) once(ctx huma.Context, next func(huma.Context)) {
	key := ctx.Header(onceHeader)
	audience, _ := ctx.Operation().Metadata[rolesKey].(Audience)
	if key == "" || ctx.Method() != http.MethodPost || audience.Public || s.deps.Once == nil {
		next(ctx)
		return
	}
	r, w := humago.Unwrap(ctx)
	if ctx.Operation().Metadata[secretKey] != nil {
		s.writeProblem(w, r, problem.BadField("header."+onceHeader, "is not taken here: request or answer has a secret, of which nothing is kept"))
		return
	}
	raw, err := wholeBody(ctx.Operation(), r, w)
	if err != nil {
		s.writeProblem(w, r, err)
		return
	}
	atMost := 2 * workTimeout
	if ctx.Operation().Metadata[longKey] != nil {
		atMost = longWork
	}
	request, known, err := s.deps.Once.Begin(ctx.Context(), principal(ctx.Context()).User.ID, key, requestHash(r, raw), atMost)
	if err != nil {
		s.writeProblem(w, r, err)
		return
	}
	if known != nil {
		w.Header().Set(replayedHeader, "true")
		sendAnswer(w, *known)
		return
	}
	again := r.WithContext(token.WithRequest(ctx.Context(), request))
	again.Body = io.NopCloser(bytes.NewReader(raw))
	kept := &keptWriter{header: http.Header{}, status: http.StatusOK}
	next(humago.NewContext(ctx.Operation(), again, kept))
	a := token.Answer{Status: kept.status, ContentType: kept.header.Get("Content-Type"), Body: kept.body.Bytes()}
	// The caller may be gone; what was done is done, and its answer is kept.
	if err := s.deps.Once.Answered(context.WithoutCancel(ctx.Context()), request, a); err != nil {
		s.log.ErrorContext(ctx.Context(), "answer not kept for its key", "error", err)
	}
	for k, v := range kept.header {
		w.Header()[k] = v
	}
	sendAnswer(w, a)
}

// wholeBody reads the body within the operation's limits.
func wholeBody(o *huma.Operation, r *http.Request, w http.ResponseWriter) ([]byte, error) {
	if o.BodyReadTimeout > 0 {
		// Without support for deadlines the server's own limits hold.
		_ = http.NewResponseController(w).SetReadDeadline(time.Now().Add(o.BodyReadTimeout))
	}
	raw, err := io.ReadAll(http.MaxBytesReader(w, r.Body, o.MaxBodyBytes))
	if _, large := errors.AsType[*http.MaxBytesError](err); large {
		return nil, problem.BadField("body", "must have at most %d bytes", o.MaxBodyBytes)
	}
	if err != nil {
		return nil, problem.BadField("body", "did not arrive whole")
	}
	return raw, nil
}

func requestHash(r *http.Request, body []byte) [32]byte {
	h := sha256.New()
	for _, part := range []string{r.Method, r.URL.RequestURI(), r.Header.Get("Content-Type")} {
		_, _ = io.WriteString(h, part+"\x00") // a hash does not fail
	}
	_, _ = h.Write(body)
	return [32]byte(h.Sum(nil))
}

func sendAnswer(w http.ResponseWriter, a token.Answer) {
	if a.ContentType != "" {
		w.Header().Set("Content-Type", a.ContentType)
	}
	w.WriteHeader(a.Status)
	_, _ = w.Write(a.Body) // the client may be gone
}

// keptWriter holds an answer back until it is kept.
type keptWriter struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (k *keptWriter) Header() http.Header               { return k.header }
func (k *keptWriter) WriteHeader(status int)            { k.status = status }
func (k *keptWriter) Write(p []byte) (int, error)       { return k.body.Write(p) }
func (k *keptWriter) SetReadDeadline(_ time.Time) error { return nil } // the body is here
