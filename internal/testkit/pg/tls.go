package pg

import (
	"crypto/tls"
	"encoding/binary"
	"io"
	"net"
	"strings"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"huifang/internal/testkit/certs"
)

// sslRequest is what a client asks first when it wants TLS (PostgreSQL protocol
// 3.0, SSLRequest).
const sslRequest = 80877103

// TLS stands before the cluster with a certificate of a private authority, and
// goes with the test. It gives the address of the database of dsn there,
// without its sslmode; ca is the PEM file of the authority. Whoever does not ask
// for TLS is let go.
func (k *Kit) TLS(t testing.TB, dsn string) (address, ca string) {
	t.Helper()
	c, err := pgx.ParseConfig(dsn)
	if err != nil {
		t.Fatal(err)
	}
	certificate, ca := certs.New(t)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	var wait sync.WaitGroup
	wait.Go(func() {
		for {
			in, err := l.Accept()
			if err != nil {
				return
			}
			wait.Go(func() { carry(in, certificate, c, done) })
		}
	})
	t.Cleanup(func() {
		_ = l.Close()
		close(done)
		wait.Wait()
	})
	host, port, _ := strings.Cut(l.Addr().String(), ":")
	return "host=" + host + " port=" + port + " user=" + c.User + " dbname=" + c.Database, ca
}

// carry joins a connection with the cluster until either ends, or the test.
func carry(in net.Conn, certificate *tls.Config, c *pgx.ConnConfig, done <-chan struct{}) {
	defer in.Close()
	var over sync.WaitGroup
	defer over.Wait()
	ended := make(chan struct{}, 3)
	over.Go(func() { // what is read below ends when the test does
		select {
		case <-done:
			_ = in.Close()
		case <-ended:
		}
	})
	defer func() { ended <- struct{}{} }()
	var asked [8]byte
	if _, err := io.ReadFull(in, asked[:]); err != nil || binary.BigEndian.Uint32(asked[4:]) != sslRequest {
		return
	}
	if _, err := in.Write([]byte{'S'}); err != nil {
		return
	}
	network, address := pgconn.NetworkAddress(c.Host, c.Port)
	out, err := net.Dial(network, address)
	if err != nil {
		return
	}
	defer out.Close()
	safe := tls.Server(in, certificate)
	over.Go(func() {
		_, _ = io.Copy(out, safe)
		_ = out.Close()
	})
	_, _ = io.Copy(safe, out)
}
