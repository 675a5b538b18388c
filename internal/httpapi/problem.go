package httpapi

import (
	"context"
	"encoding/json"
	"errors"
	"math"
	"net/http"
	"strconv"

	"github.com/danielgtaylor/huma/v2"
	"github.com/google/uuid"

	"huifang/internal/call"
	"huifang/internal/problem"
	"huifang/internal/switchboard"
	"huifang/signaling/wire"
)

const problemType = "application/problem+json"

// reasonSignInLimited is the reason of a sign-in that came too often; it and
// reasonRateLimited are answered with 429 (RFC 6585 4).
const reasonSignInLimited = "sign_in_limited"

// reasonRateLimited is the reason of an API token that asks too often.
const reasonRateLimited = "rate_limited"

// problemError is a problem on its way through huma.
type problemError struct {
	*wire.Problem
	header http.Header
}

func (p *problemError) GetStatus() int                      { return p.Status }
func (p *problemError) ContentType(string) string           { return problemType }
func (p *problemError) GetHeaders() http.Header             { return p.header }
func (p *problemError) MarshalJSON() ([]byte, error)        { return json.Marshal(p.Problem) }
func (p *problemError) Schema(r huma.Registry) *huma.Schema { return problemSchema(r) }

// Problem is the one place where errors of the services become what is sent:
// by the API and by the softphone socket. An error that nobody meant for the
// caller is "internal", with a reference that stands in the log and nothing
// else; the caller of Problem writes that log line when Ref is set.
func Problem(err error) *wire.Problem {
	p := &wire.Problem{Type: "about:blank"}
	var (
		meant   *problem.Error
		short   *call.RingTooShortError
		illegal *call.IllegalEventError
		pause   *call.PauseRefusedError
		line    *switchboard.RefusedError
		deaf    *switchboard.RecorderError
	)
	switch {
	case errors.As(err, &meant):
		fromProblem(p, meant)
	case errors.As(err, &short): // Rule T-03
		refused(p, "T-03", "ring_too_short", "the phone has not rung for the minimum yet", map[string]any{"seconds_left": short.SecondsLeft()})
		p.AllowedAt = maybe(short.At)
	case errors.As(err, &pause): // Rule T-13
		refused(p, "T-13", pause.Reason, pause.Error(), map[string]any{"number": pause.Limits.Number, "total_seconds": int(pause.Limits.Total.Seconds())})
	case errors.As(err, &line):
		refused(p, line.Rule, line.Reason, line.Detail, nil)
	case errors.As(err, &deaf): // Rule T-01: no recorder, no dial
		refused(p, "T-01", "recorder_unhealthy", "the call cannot be recorded, so it is not dialled", nil)
	case errors.As(err, &illegal):
		p.Code, p.Reason, p.Detail = string(problem.CodeConflict), "call_state", "the call is not in a state for that"
	case errors.Is(err, switchboard.ErrNoCall):
		p.Code, p.Reason, p.Detail = string(problem.CodeNotFound), "call", "there is no such live call"
	case errors.Is(err, switchboard.ErrNoLine):
		p.Code, p.Reason, p.Detail = string(problem.CodeUnavailable), "no_softphone", "the softphone is not connected"
	case errors.Is(err, switchboard.ErrStopping):
		p.Code, p.Reason, p.Detail = string(problem.CodeUnavailable), "stopping", "the server is going down for a moment"
	case errors.Is(err, context.DeadlineExceeded):
		p.Code, p.Reason, p.Detail = string(problem.CodeUnavailable), "timeout", "that took too long"
	default:
		p.Code, p.Detail, p.Ref = string(problem.CodeInternal), "something went wrong on our side", uuid.NewString()
	}
	p.Status = statusOf(p.Code, p.Reason)
	p.Title = http.StatusText(p.Status)
	return p
}

func fromProblem(p *wire.Problem, e *problem.Error) {
	p.Code, p.Rule, p.Reason, p.Detail, p.Params = string(e.Code), e.Rule, e.Reason, e.Detail, e.Params
	p.AllowedAt = maybe(e.AllowedAt)
	for _, f := range e.Fields {
		field := wire.FieldProblem{Location: f.Location, Message: f.Message}
		if f.Value != "" {
			field.Value = f.Value
		}
		p.Errors = append(p.Errors, field)
	}
	if e.Code == problem.CodeInternal {
		p.Ref, p.Detail, p.Params, p.Errors = uuid.NewString(), "something went wrong on our side", nil, nil
	}
}

func refused(p *wire.Problem, rule, reason, detail string, params map[string]any) {
	p.Code, p.Rule, p.Reason, p.Detail, p.Params = string(problem.CodeRefused), rule, reason, detail, params
}

// statusOf gives the HTTP status of a code.
func statusOf(code, reason string) int {
	switch problem.Code(code) {
	case problem.CodeInvalid:
		return http.StatusUnprocessableEntity
	case problem.CodeUnauthenticated:
		return http.StatusUnauthorized
	case problem.CodeForbidden:
		return http.StatusForbidden
	case problem.CodeNotFound:
		return http.StatusNotFound
	case problem.CodeConflict:
		return http.StatusConflict
	case problem.CodeRefused:
		if reason == reasonSignInLimited || reason == reasonRateLimited {
			return http.StatusTooManyRequests
		}
		return http.StatusConflict
	case problem.CodeUnavailable:
		return http.StatusServiceUnavailable
	default:
		return http.StatusInternalServerError
	}
}

// problemOf wraps Problem for huma and writes the log line of an internal one.
func (s *server) problemOf(ctx context.Context, err error) *problemError {
	p := Problem(err)
	if p.Ref != "" && !errors.Is(err, context.Canceled) {
		s.log.ErrorContext(ctx, "request ended in an internal error", "ref", p.Ref, "error", err)
	}
	header := http.Header{}
	if p.AllowedAt != nil && p.Status == http.StatusTooManyRequests {
		wait := p.AllowedAt.Sub(s.deps.Clock())
		header.Set("Retry-After", strconv.Itoa(max(1, int(math.Ceil(wait.Seconds())))))
	}
	return &problemError{Problem: p, header: header}
}

// writeProblem answers a request with a problem, outside of huma.
func (s *server) writeProblem(w http.ResponseWriter, r *http.Request, err error) {
	p := s.problemOf(r.Context(), err)
	for k, values := range p.header {
		w.Header()[k] = values
	}
	sendProblem(w, p.Problem)
}

func sendProblem(w http.ResponseWriter, p *wire.Problem) {
	body, err := json.Marshal(p)
	if err != nil { // params that cannot be encoded: a mistake of ours
		body = []byte(`{"type":"about:blank","title":"Internal Server Error","status":500,"detail":"","code":"internal"}`)
	}
	w.Header().Set("Content-Type", problemType)
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(p.Status)
	// The client may be gone; there is nobody left to tell.
	_, _ = w.Write(body)
}

// translate turns huma's own errors (validation, unreadable bodies) into
// problems: a transformer, as huma.NewError is a variable of the whole program.
func (s *server) translate(ctx huma.Context, _ string, v any) (any, error) {
	m, ok := v.(*huma.ErrorModel)
	if !ok {
		return v, nil
	}
	p := &wire.Problem{Type: "about:blank", Title: http.StatusText(m.Status), Status: m.Status, Detail: m.Detail, Code: string(problem.CodeInvalid)}
	switch m.Status {
	case http.StatusUnprocessableEntity, http.StatusBadRequest:
		p.Reason = "invalid_fields"
	case http.StatusRequestEntityTooLarge:
		p.Reason = "too_large"
	case http.StatusUnsupportedMediaType:
		p.Reason = "media_type"
	case http.StatusRequestTimeout:
		p.Reason = "body_timeout"
	case http.StatusNotAcceptable:
		p.Reason = "not_acceptable"
	default:
		return s.problemOf(ctx.Context(), m).Problem, nil
	}
	for _, d := range m.Errors {
		if d != nil {
			p.Errors = append(p.Errors, wire.FieldProblem{Location: d.Location, Message: d.Message, Value: shown(d)})
		}
	}
	return p, nil
}

// shown gives the value of a wrong field back, but for passwords and whole
// bodies.
func shown(d *huma.ErrorDetail) any {
	if d.Location == "body" || d.Location == "body.password" {
		return nil
	}
	switch d.Value.(type) {
	case string, float64, bool:
		return d.Value
	default:
		return nil
	}
}
