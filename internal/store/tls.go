package store

import (
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// CheckTLS refuses an address, of a setting with a name, that leaves a way to
// the database which is neither TLS nor a unix socket. It judges what address,
// environment and service file make together. An empty address is none.
func CheckTLS(setting, dsn string, log *slog.Logger) error {
	if dsn == "" {
		return nil
	}
	c, err := pgx.ParseConfig(dsn)
	if err != nil {
		return fmt.Errorf("%s: parse database address: %w", setting, err)
	}
	plain, unverified := false, false
	look := func(host string, port uint16, t *tls.Config) {
		if network, _ := pgconn.NetworkAddress(host, port); network == "unix" {
			return
		}
		plain = plain || t == nil
		unverified = unverified || t != nil && t.InsecureSkipVerify && t.VerifyPeerCertificate == nil
	}
	look(c.Host, c.Port, c.TLSConfig)
	for _, f := range c.Fallbacks {
		look(f.Host, f.Port, f.TLSConfig)
	}
	if plain {
		return errors.New(setting + ": a connection could be made in the clear: add sslmode=verify-full (or verify-ca, require), " +
			"use a unix socket, or say `database.plaintext: allowed`")
	}
	if unverified {
		log.Warn("the database's certificate is not verified; sslmode=verify-full does", "setting", setting)
	}
	return nil
}
