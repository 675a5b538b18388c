package s3

import (
	"crypto/tls"
	"io"
	"net"
	"sync"
	"testing"

	"huifang/internal/testkit/certs"
)

// TLS stands before the service with a certificate of a private authority, and
// goes with the test. Its address takes the place of the endpoint; ca is the
// PEM file of the authority.
func (k *Kit) TLS(t testing.TB) (endpoint, ca string) {
	t.Helper()
	certificate, ca := certs.New(t)
	l, err := tls.Listen("tcp", "127.0.0.1:0", certificate)
	if err != nil {
		t.Fatal(err)
	}
	var wait sync.WaitGroup
	done := make(chan struct{})
	wait.Go(func() {
		for {
			in, err := l.Accept()
			if err != nil {
				return
			}
			wait.Go(func() { k.carry(in, done) })
		}
	})
	t.Cleanup(func() {
		_ = l.Close()
		close(done)
		wait.Wait()
	})
	return l.Addr().String(), ca
}

// carry joins a connection with the service until either ends, or the test.
func (k *Kit) carry(in net.Conn, done <-chan struct{}) {
	out, err := net.Dial("unix", k.gateway.Socket)
	if err != nil {
		_ = in.Close()
		return
	}
	over := make(chan struct{}, 2)
	var wait sync.WaitGroup
	for _, pair := range [][2]net.Conn{{in, out}, {out, in}} {
		wait.Go(func() {
			_, _ = io.Copy(pair[0], pair[1])
			over <- struct{}{}
		})
	}
	select {
	case <-over:
	case <-done:
	}
	_ = in.Close()
	_ = out.Close()
	wait.Wait()
}
