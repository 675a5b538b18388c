package store

import (
	"bytes"
	"crypto/x509"
	"errors"
	"log/slog"
	"strings"
	"testing"
)

func TestCheckTLS_OnlyWhatCannotBeInTheClear(t *testing.T) {
	for _, name := range []string{"PGSSLMODE", "PGHOST", "PGSSLROOTCERT"} {
		t.Setenv(name, "")
	}
	for dsn, want := range map[string]string{
		"": "",
		"postgres://u@db.example/x?sslmode=verify-full":          "",
		"host=db.example user=u sslmode=verify-ca":               "",
		"host=db.example user=u sslmode=require":                 "warn",
		"host=/run/postgresql user=u":                            "",
		"host=/run/postgresql user=u sslmode=disable":            "",
		"host=db.example user=u":                                 "refused", // prefer falls back
		"host=db.example user=u sslmode=prefer":                  "refused",
		"host=db.example user=u sslmode=allow":                   "refused",
		"host=127.0.0.1 user=u sslmode=disable":                  "refused",
		"host=/run/postgresql,db.example user=u sslmode=disable": "refused", // the second host
		"host=db.example port=many":                              "parse",
	} {
		var log bytes.Buffer
		err := CheckTLS("database.dsn", dsn, slog.New(slog.NewTextHandler(&log, nil)))
		got := ""
		switch {
		case err != nil && strings.Contains(err.Error(), "parse"):
			got = "parse"
		case err != nil && strings.Contains(err.Error(), "database.dsn") && strings.Contains(err.Error(), "database.plaintext: allowed"):
			got = "refused"
		case err != nil:
			got = err.Error()
		case log.Len() > 0:
			got = "warn"
		}
		if got != want {
			t.Errorf("%q: %q, want %q (%v)", dsn, got, want, err)
		}
	}
	t.Setenv("PGSSLMODE", "disable")
	if CheckTLS("database.dsn", "host=db.example user=u", slog.New(slog.DiscardHandler)) == nil {
		t.Error("the environment switched it off unseen")
	}
}

// The database is spoken to over TLS with a private authority; a certificate
// that nobody trusts, or for another name, is refused.
func TestOpen_OverTLS(t *testing.T) {
	t.Parallel()
	quiet := slog.New(slog.DiscardHandler)
	address, ca := kit.TLS(t, kit.New(t))
	_, other := kit.TLS(t, kit.New(t))
	for name, row := range map[string]struct {
		dsn  string
		good bool
	}{
		"verified":          {address + " sslmode=verify-full sslrootcert=" + ca, true},
		"authority only":    {address + " sslmode=verify-ca sslrootcert=" + ca, true},
		"not verified":      {address + " sslmode=require", true},
		"another authority": {address + " sslmode=verify-full sslrootcert=" + other, false},
		"another name":      {strings.Replace(address, "host=127.0.0.1", "host=localhost", 1) + " sslmode=verify-full sslrootcert=" + ca, false},
	} {
		if err := CheckTLS("database.dsn", row.dsn, quiet); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		db, err := Open(t.Context(), Config{DSN: row.dsn, Logger: quiet})
		if db != nil {
			db.Close()
		}
		var unknown x509.UnknownAuthorityError
		var host x509.HostnameError
		if row.good && err != nil || !row.good && !errors.As(err, &unknown) && !errors.As(err, &host) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if db, err := Open(t.Context(), Config{DSN: address + " sslmode=disable", Logger: quiet}); err == nil {
		db.Close()
		t.Error("a server that speaks TLS only was reached in the clear")
	}
}
