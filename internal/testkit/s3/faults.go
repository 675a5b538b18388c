package s3

import (
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"huifang/recording/archive"
)

// Fault is what a service does that is not well.
type Fault string

// The faults.
const (
	None    Fault = ""
	Down    Fault = "down"     // every connection is closed
	Slow    Fault = "slow"     // each answer takes a while
	Halfway Fault = "halfway"  // cut in the middle of what is sent
	Deaf    Fault = "deaf"     // it stores, and is cut before the answer
	Broken  Fault = "500"      // answers 500
	Busy    Fault = "503"      // answers 503
	Lying   Fault = "lying"    // says that it stored, and stores nothing
	Skewed  Fault = "skewed"   // finds our clock wrong
	Revoked Fault = "revoked"  // does not know the key any more
	NoLock  Fault = "no lock"  // refuses locked objects
	Blind   Fault = "no locks" // leaves the locks out of its answers
)

// AllFaults lists them without None.
func AllFaults() []Fault {
	return []Fault{Down, Slow, Halfway, Deaf, Broken, Busy, Lying, Skewed, Revoked, NoLock, Blind}
}

// Faulty stands before the service as an HTTP service of its own and has
// faults. Safe for concurrent use.
type Faulty struct {
	Addr   string // host:port, plain http
	server *http.Server
	proxy  *httputil.ReverseProxy

	mu     sync.Mutex
	fault  Fault
	met    int
	stored []string
}

// slow is how long an answer of a slow service takes.
const slow = 300 * time.Millisecond

// Faulty makes a service that goes with the test.
func (k *Kit) Faulty(t testing.TB) *Faulty {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	transport := &http.Transport{DialContext: archive.DialSocket(k.gateway.Socket)}
	f := &Faulty{Addr: listener.Addr().String()}
	f.proxy = &httputil.ReverseProxy{
		Transport: transport,
		Rewrite: func(r *httputil.ProxyRequest) {
			r.SetURL(&url.URL{Scheme: "http", Host: "gateway"})
			r.Out.Host = r.In.Host // it is signed
		},
		ErrorHandler: func(http.ResponseWriter, *http.Request, error) { panic(http.ErrAbortHandler) },
	}
	f.server = &http.Server{Handler: f}
	done := make(chan struct{})
	go func() { defer close(done); _ = f.server.Serve(listener) }() // ends with Close
	t.Cleanup(func() {
		_ = f.server.Close()
		<-done
		transport.CloseIdleConnections()
	})
	return f
}

// Set gives the service a fault, None mends it. Connections that are open stay.
func (f *Faulty) Set(x Fault) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.fault, f.met = x, 0
}

// Met is how many requests met the fault since it was set.
func (f *Faulty) Met() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.met
}

// Stored lists the keys of recordings that the service stored through it, in
// the order in which it did, a key for each time.
func (f *Faulty) Stored() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.stored)
}

func (f *Faulty) now(met bool) Fault {
	f.mu.Lock()
	defer f.mu.Unlock()
	if met {
		f.met++
	}
	return f.fault
}

// ServeHTTP passes a request on, or does what the fault does.
func (f *Faulty) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	put := r.Method == http.MethodPut && strings.Contains(r.URL.Path, "/rec/")
	refuse := func(status int, code string) {
		f.now(true)
		_, _ = io.Copy(io.Discard, r.Body)
		w.Header().Set("Content-Type", "application/xml")
		w.WriteHeader(status)
		_, _ = io.WriteString(w, "<Error><Code>"+code+"</Code><Message>a fault</Message></Error>")
	}
	switch x := f.now(false); {
	case x == Down:
		f.now(true)
		panic(http.ErrAbortHandler)
	case x == Slow:
		f.now(true)
		f.wait(r.Context())
	case x == Halfway && put:
		f.now(true)
		r.Body = struct {
			io.Reader
			io.Closer
		}{&cutReader{r: r.Body, left: r.ContentLength / 2}, r.Body}
	case x == Deaf && put:
		f.now(true)
		rec := &quiet{header: http.Header{}}
		f.proxy.ServeHTTP(rec, r)
		f.note(put, rec.status, r.URL.Path)
		panic(http.ErrAbortHandler)
	case x == Broken:
		refuse(http.StatusInternalServerError, "InternalError")
		return
	case x == Busy:
		refuse(http.StatusServiceUnavailable, "SlowDown")
		return
	case x == Skewed:
		refuse(http.StatusForbidden, "RequestTimeTooSkewed")
		return
	case x == Revoked:
		refuse(http.StatusForbidden, "InvalidAccessKeyId")
		return
	case x == NoLock && put:
		refuse(http.StatusBadRequest, "InvalidRequest")
		return
	case x == Lying && put:
		f.now(true)
		_, _ = io.Copy(io.Discard, r.Body)
		w.Header().Set("ETag", `"d41d8cd98f00b204e9800998ecf8427e"`)
		w.Header().Set("X-Amz-Version-Id", "01HZZZZZZZZZZZZZZZZZZZZZZZ")
		return
	case x == Blind && r.Method == http.MethodHead && strings.Contains(r.URL.Path, "/rec/"):
		f.now(true)
		w = &blind{w}
	}
	rec := &watched{ResponseWriter: w}
	f.proxy.ServeHTTP(rec, r)
	f.note(put, rec.status, r.URL.Path)
}

func (f *Faulty) wait(ctx context.Context) {
	timer := time.NewTimer(slow)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}

func (f *Faulty) note(put bool, status int, path string) {
	if !put || status != http.StatusOK {
		return
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.stored = append(f.stored, path)
}

// cutReader ends the connection after so many bytes.
type cutReader struct {
	r    io.Reader
	left int64
}

func (c *cutReader) Read(b []byte) (int, error) {
	if c.left <= 0 {
		return 0, io.ErrUnexpectedEOF
	}
	n, err := c.r.Read(b[:min(int64(len(b)), c.left)])
	c.left -= int64(n)
	return n, err
}

// watched keeps the status of an answer.
type watched struct {
	http.ResponseWriter
	status int
}

func (w *watched) WriteHeader(status int) {
	w.status = status
	w.ResponseWriter.WriteHeader(status)
}

// quiet takes an answer that nobody hears.
type quiet struct {
	header http.Header
	status int
}

func (q *quiet) Header() http.Header         { return q.header }
func (q *quiet) Write(b []byte) (int, error) { return len(b), nil }
func (q *quiet) WriteHeader(status int)      { q.status = status }

// blind leaves the lock out.
type blind struct{ http.ResponseWriter }

func (b *blind) WriteHeader(status int) {
	for _, name := range []string{"X-Amz-Object-Lock-Mode", "X-Amz-Object-Lock-Retain-Until-Date"} {
		b.Header().Del(name)
	}
	b.ResponseWriter.WriteHeader(status)
}
