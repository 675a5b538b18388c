package observe

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/pprof"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// Check says what is wrong with a part, or nil. It must answer before ctx ends.
type Check func(ctx context.Context) error

// CheckTimeout is how long all checks together may take.
const CheckTimeout = 3 * time.Second

// Ops collects metrics and checks of an instance. Safe for concurrent use.
type Ops struct {
	Registry *prometheus.Registry

	mu     sync.Mutex
	names  []string
	checks map[string]Check
}

// NewOps makes a registry with the process's own figures and the version.
func NewOps(version string) *Ops {
	r := prometheus.NewRegistry()
	build := prometheus.NewGaugeVec(prometheus.GaugeOpts{Name: "huifang_build_info", Help: "Always 1; the version is in the label."}, []string{"version"})
	build.WithLabelValues(version).Set(1)
	r.MustRegister(build, collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return &Ops{Registry: r, checks: map[string]Check{}}
}

// Require makes a check part of /readyz.
func (o *Ops) Require(name string, c Check) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if _, known := o.checks[name]; !known {
		o.names = append(o.names, name)
	}
	o.checks[name] = c
}

// Readiness is the answer of /readyz.
type Readiness struct {
	Ready  bool              `json:"ready"`
	Checks map[string]string `json:"checks"` // "ok" or the reason
}

// Ready runs every check, side by side.
func (o *Ops) Ready(ctx context.Context) Readiness {
	ctx, cancel := context.WithTimeout(ctx, CheckTimeout)
	defer cancel()
	o.mu.Lock()
	checks := make(map[string]Check, len(o.checks))
	for n, c := range o.checks {
		checks[n] = c
	}
	o.mu.Unlock()
	var mu sync.Mutex
	var wait sync.WaitGroup
	out := Readiness{Ready: true, Checks: map[string]string{}}
	for name, check := range checks {
		wait.Go(func() {
			err := check(ctx)
			mu.Lock()
			defer mu.Unlock()
			out.Checks[name] = "ok"
			if err != nil {
				out.Checks[name], out.Ready = err.Error(), false
			}
		})
	}
	wait.Wait()
	return out
}

// Handler serves /metrics, /livez, /readyz and /debug/pprof/.
func (o *Ops) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.HandlerFor(o.Registry, promhttp.HandlerOpts{EnableOpenMetrics: true}))
	mux.HandleFunc("GET /livez", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		_, _ = w.Write([]byte("ok\n"))
	})
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, r *http.Request) {
		ready := o.Ready(r.Context())
		w.Header().Set("Content-Type", "application/json")
		if !ready.Ready {
			w.WriteHeader(http.StatusServiceUnavailable)
		}
		_ = json.NewEncoder(w).Encode(ready)
	})
	mux.HandleFunc("GET /debug/pprof/", pprof.Index)
	mux.HandleFunc("GET /debug/pprof/cmdline", pprof.Cmdline)
	mux.HandleFunc("GET /debug/pprof/profile", pprof.Profile)
	mux.HandleFunc("GET /debug/pprof/symbol", pprof.Symbol)
	mux.HandleFunc("GET /debug/pprof/trace", pprof.Trace)
	return mux
}
