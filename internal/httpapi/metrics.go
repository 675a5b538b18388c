package httpapi

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"huifang/internal/problem"
)

// Metrics count requests and sign-ins. A nil *Metrics counts nothing.
type Metrics struct {
	requests *prometheus.CounterVec
	duration *prometheus.HistogramVec
	signIns  *prometheus.CounterVec
}

// NewMetrics registers the metrics; with a nil registerer they are kept apart.
func NewMetrics(r prometheus.Registerer) *Metrics {
	m := &Metrics{
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "huifang_http_requests_total", Help: "Requests, by route, method and class of status.",
		}, []string{"route", "method", "class"}),
		duration: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "huifang_http_request_duration_seconds", Help: "Time from request to the end of the answer; the softphone socket is not in it.",
			Buckets: []float64{.002, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 10},
		}, []string{"route"}),
		signIns: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "huifang_http_sign_ins_total", Help: "Tries to sign in, by result: ok, denied, limited, error.",
		}, []string{"result"}),
	}
	if r != nil {
		r.MustRegister(m.requests, m.duration, m.signIns)
	}
	return m
}

func (m *Metrics) signIn(code problem.Code) {
	if m == nil {
		return
	}
	result := "error"
	switch code {
	case "":
		result = "ok"
	case problem.CodeUnauthenticated, problem.CodeForbidden:
		result = "denied"
	case problem.CodeRefused:
		result = "limited"
	}
	m.signIns.WithLabelValues(result).Inc()
}

func (m *Metrics) request(r *http.Request, status int, took time.Duration) {
	if m == nil {
		return
	}
	route := routeOf(r)
	method := r.Method
	switch method {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete:
	default:
		method = "other"
	}
	m.requests.WithLabelValues(route, method, strconv.Itoa(status/100)+"xx").Inc()
	if status != http.StatusSwitchingProtocols {
		m.duration.WithLabelValues(route).Observe(took.Seconds())
	}
}

// routeOf is the pattern that served the request: a closed set.
func routeOf(r *http.Request) string {
	if _, path, ok := strings.Cut(r.Pattern, " "); ok {
		return path
	}
	if strings.HasPrefix(r.URL.Path, "/api/") {
		return "unknown"
	}
	return "page"
}
