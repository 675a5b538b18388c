package observe

import (
	"context"
	"encoding/json"
	"maps"
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
	checks map[string]Check
	notes  map[string]Check
}

// NewOps makes a registry with the process's own figures and the version.
func NewOps(version string) *Ops {
	r := prometheus.NewRegistry()
	build := prometheus.NewGaugeVec(prometheus.GaugeOpts{Name: "huifang_build_info", Help: "Always 1; the version is in the label."}, []string{"version"})
	build.WithLabelValues(version).Set(1)
	r.MustRegister(build, collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return &Ops{Registry: r, checks: map[string]Check{}, notes: map[string]Check{}}
}

// Require makes a check part of /readyz.
func (o *Ops) Require(name string, c Check) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.checks[name] = c
}

// Note makes a check part of /readyz that is shown, and makes nobody unready.
func (o *Ops) Note(name string, c Check) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.notes[name] = c
}

// Readiness is the answer of /readyz.
type Readiness struct {
	Ready  bool              `json:"ready"`
	Checks map[string]string `json:"checks"` // "ok" or the reason
	Notes  map[string]string `json:"notes"`  // the same, of what may be away for a while
}

// Ready runs every check, side by side.
func (o *Ops) Ready(ctx context.Context) Readiness {
	ctx, cancel := context.WithTimeout(ctx, CheckTimeout)
	defer cancel()
	o.mu.Lock()
	checks, notes := maps.Clone(o.checks), maps.Clone(o.notes)
	o.mu.Unlock()
	var mu sync.Mutex
	var wait sync.WaitGroup
	out := Readiness{Ready: true, Checks: map[string]string{}, Notes: map[string]string{}}
	run := func(into map[string]string, name string, check Check) (ok bool) {
		err := check(ctx)
		mu.Lock()
		defer mu.Unlock()
		if into[name] = "ok"; err != nil {
			into[name] = err.Error()
		}
		return err == nil
	}
	for name, check := range checks {
		wait.Go(func() {
			if !run(out.Checks, name, check) {
				mu.Lock()
				defer mu.Unlock()
				out.Ready = false
			}
		})
	}
	for name, check := range notes {
		wait.Go(func() { run(out.Notes, name, check) })
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
