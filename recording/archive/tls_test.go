package archive_test

import (
	"crypto/x509"
	"errors"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"huifang/internal/testkit/s3"
	"huifang/recording/archive"
)

func TestClient_SpeaksTLSWithAPrivateAuthority(t *testing.T) {
	t.Parallel()
	endpoint, ca := kit.TLS(t)
	cfg := kit.Config()
	cfg.Endpoint, cfg.Socket, cfg.TLS, cfg.CAFile = endpoint, "", true, ca
	c := s3.Connect(t, cfg)
	path, sum, size := sealed(t, 200_000)
	o, err := c.Put(t.Context(), archive.Key(uuid.New(), time.Now()), path, sum, time.Now().AddDate(3, 0, 1))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Check(t.Context(), o, sum, size); err != nil {
		t.Fatal(err)
	}
}

func TestClient_RefusesACertificateThatNobodyTrusts(t *testing.T) {
	t.Parallel()
	endpoint, ca := kit.TLS(t)
	_, other := kit.TLS(t)
	_, port, err := net.SplitHostPort(endpoint)
	if err != nil {
		t.Fatal(err)
	}
	for name, row := range map[string]struct{ endpoint, ca string }{
		"the system's authorities": {endpoint, ""}, "another authority": {endpoint, other}, "another name": {"localhost:" + port, ca},
	} {
		cfg := kit.Config()
		cfg.Endpoint, cfg.Socket, cfg.TLS, cfg.CAFile = row.endpoint, "", true, row.ca
		c, err := archive.New(cfg)
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		var unknown x509.UnknownAuthorityError
		var host x509.HostnameError
		if err := c.EnsureBucket(t.Context()); !errors.As(err, &unknown) && !errors.As(err, &host) {
			t.Errorf("%s: %v", name, err)
		}
	}
	// In the clear, at a service that speaks TLS.
	cfg := kit.Config()
	cfg.Endpoint, cfg.Socket = endpoint, ""
	c, err := archive.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if err := c.EnsureBucket(t.Context()); err == nil || strings.Contains(err.Error(), "x509") {
		t.Errorf("in the clear: %v", err)
	}
}
