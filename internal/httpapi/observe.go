package httpapi

import (
	"bufio"
	"fmt"
	"net"
	"net/http"
)

// observe counts each request and logs what failed on our side.
func (s *server) observe(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		start := s.deps.Clock()
		rec := &recorder{ResponseWriter: w}
		defer func() {
			took := s.deps.Clock().Sub(start)
			s.deps.Metrics.request(r, rec.code(), took)
			s.log.DebugContext(r.Context(), "request", "method", r.Method, "route", routeOf(r), "status_code", rec.code(), "duration_ms", took.Milliseconds())
		}()
		next.ServeHTTP(rec, r)
	})
}

// recorder remembers the status code of an answer.
type recorder struct {
	http.ResponseWriter
	status int
}

func (r *recorder) WriteHeader(status int) {
	if r.status == 0 {
		r.status = status
	}
	r.ResponseWriter.WriteHeader(status)
}

// Unwrap lets http.ResponseController reach the connection.
func (r *recorder) Unwrap() http.ResponseWriter { return r.ResponseWriter }

// Hijack hands the connection over to the softphone socket.
func (r *recorder) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	c, rw, err := http.NewResponseController(r.ResponseWriter).Hijack()
	if err != nil {
		return nil, nil, fmt.Errorf("take over the connection: %w", err)
	}
	r.status = http.StatusSwitchingProtocols
	return c, rw, nil
}

func (r *recorder) code() int {
	if r.status == 0 {
		return http.StatusOK
	}
	return r.status
}
