package server_test

import (
	"bytes"
	"crypto/x509"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"huifang/internal/config"
	"huifang/internal/server"
	"huifang/recording/evidence"
)

// authority is a time-stamping authority: openssl behind HTTP. It is away while
// down says so.
type authority struct {
	url, ca string
	down    atomic.Bool
}

const tsaConfig = `
[tsa]
default_tsa = one
[one]
dir = .
serial = serial
signer_cert = tsa.pem
certs = ca.pem
signer_key = tsa.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
accuracy = secs:1
[req]
distinguished_name = dn
[dn]
[stamps]
basicConstraints = CA:false
keyUsage = critical,digitalSignature
extendedKeyUsage = critical,timeStamping
`

func newAuthority(t *testing.T) *authority {
	t.Helper()
	dir := t.TempDir()
	run := func(in []byte, args ...string) []byte {
		c := exec.Command("openssl", args...)
		c.Dir, c.Stdin = dir, bytes.NewReader(in)
		var said bytes.Buffer
		c.Stderr = &said
		out, err := c.Output()
		if err != nil {
			t.Errorf("openssl %v: %v\n%s", args[:2], err, &said)
		}
		return out
	}
	for name, text := range map[string]string{"tsa.cnf": tsaConfig, "serial": "01\n"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	run(nil, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "ca.key", "-out", "ca.pem", "-days", "30", "-subj", "/CN=test authority")
	run(nil, "req", "-newkey", "rsa:2048", "-nodes", "-keyout", "tsa.key", "-out", "tsa.csr", "-subj", "/CN=test stamps", "-config", "tsa.cnf")
	run(nil, "x509", "-req", "-in", "tsa.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-out", "tsa.pem", "-days", "30",
		"-extfile", "tsa.cnf", "-extensions", "stamps")
	a := &authority{ca: filepath.Join(dir, "ca.pem")}
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		query, err := io.ReadAll(r.Body)
		if err != nil || a.down.Load() || r.Header.Get("Content-Type") != "application/timestamp-query" {
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		file := filepath.Join(t.TempDir(), "query.tsq")
		if err := os.WriteFile(file, query, 0o600); err != nil {
			t.Error(err)
		}
		w.Header().Set("Content-Type", "application/timestamp-reply")
		_, _ = w.Write(run(nil, "ts", "-reply", "-config", "tsa.cnf", "-queryfile", file, "-out", "/dev/stdout"))
	}))
	t.Cleanup(s.Close)
	a.url = s.URL
	return a
}

func (a *authority) roots(t *testing.T) *x509.CertPool {
	t.Helper()
	roots, err := evidence.ReadRoots(a.ca)
	if err != nil {
		t.Fatal(err)
	}
	return roots
}

// Rule S-04: an authority that is not ours says when a checkpoint was there.
func TestRuleS04_CheckpointsAreTimeStamped(t *testing.T) {
	t.Parallel()
	a, other := newAuthority(t), newAuthority(t)
	h := openHouse(t, func(c *config.Config, _ *server.Options) {
		c.Evidence.Every, c.Evidence.TimestampURL, c.Evidence.TimestampCA = time.Second, a.url, a.ca
	})
	h.eventually("a time stamp", func() bool {
		all, err := h.server.Store.Evidence().Timestamps(t.Context(), 0)
		h.must(err)
		return len(all) > 0
	})
	h.covered()
	h.stop()
	dsn := h.cfg.Database.OwnerDSN
	if r := h.verifyStamps(t, dsn, a.roots(t)); !r.OK() || r.Timestamps == 0 {
		t.Errorf("untouched: %s", r)
	}
	if r := h.verifyStamps(t, dsn, other.roots(t)); !has(r, evidence.TimestampBad, "") {
		t.Errorf("of another authority: %s", r)
	}
	if r := h.verifyStamps(t, dsn, nil); !r.OK() || len(r.Noted) == 0 || r.Timestamps != 0 {
		t.Errorf("without certificates: %s", r)
	}
	altered := databases.Copy(t, dsn)
	databases.Exec(t, altered, `UPDATE evidence_timestamp SET size = (SELECT max(c.size) FROM evidence_checkpoint c WHERE c.size NOT IN (SELECT size FROM evidence_timestamp))
		WHERE size = (SELECT min(size) FROM evidence_timestamp)`)
	if r := h.verifyStamps(t, altered, a.roots(t)); !has(r, evidence.TimestampBad, "") {
		t.Errorf("put on another checkpoint: %s", r)
	}
}

// An authority that is away, or is not the one it should be, holds nothing up:
// the log goes on without a stamp.
func TestRuleS04_LogGoesOnWithoutItsTimeStamps(t *testing.T) {
	t.Parallel()
	away, other := newAuthority(t), newAuthority(t)
	away.down.Store(true)
	for name, c := range map[string]struct{ url, ca string }{"away": {away.url, away.ca}, "another authority": {other.url, away.ca}} {
		t.Run(name, func(t *testing.T) {
			h := openHouse(t, func(cfg *config.Config, _ *server.Options) {
				cfg.Evidence.Every, cfg.Evidence.TimestampURL, cfg.Evidence.TimestampCA = time.Second, c.url, c.ca
			})
			h.covered()
			all, err := h.server.Store.Evidence().Timestamps(t.Context(), 0)
			if err != nil || len(all) != 0 {
				t.Errorf("%d time stamps: %v", len(all), err)
			}
		})
	}
}
