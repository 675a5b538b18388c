package sip

import (
	"bufio"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"io"
	"math/big"
	"net"
	"strconv"
	"strings"
	"testing"
	"time"

	sipmsg "github.com/emiago/sipgo/sip"
)

// certificate is a self-signed one for the loopback address.
func certificate(t *testing.T) (tls.Certificate, *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "carrier"}, NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true,
		KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AddCert(parsed)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, roots
}

// readMessage reads one SIP message from a stream.
func readMessage(r *bufio.Reader) (*sipmsg.Request, error) {
	var text strings.Builder
	length := 0
	for {
		line, err := r.ReadString('\n')
		if err != nil {
			return nil, err
		}
		text.WriteString(line)
		if k, v, ok := strings.Cut(line, ":"); ok && strings.EqualFold(k, "Content-Length") {
			if length, err = strconv.Atoi(strings.TrimSpace(v)); err != nil {
				return nil, err
			}
		}
		if line == "\r\n" {
			break
		}
	}
	body := make([]byte, length)
	if _, err := io.ReadFull(r, body); err != nil {
		return nil, err
	}
	text.Write(body)
	msg, err := sipmsg.ParseMessage([]byte(text.String()))
	if err != nil {
		return nil, err
	}
	req, ok := msg.(*sipmsg.Request)
	if !ok {
		return nil, errors.New("not a request")
	}
	return req, nil
}

func TestInvite_OverTLS(t *testing.T) {
	t.Parallel()
	cert, roots := certificate(t)
	listener, err := tls.Listen("tcp4", "127.0.0.1:0", &tls.Config{Certificates: []tls.Certificate{cert}})
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	served := make(chan error, 1)
	go func() {
		served <- func() error {
			conn, err := listener.Accept()
			if err != nil {
				return err
			}
			defer conn.Close()
			r := bufio.NewReader(conn)
			script := &peer{t: t, sock: nil}
			for _, want := range []sipmsg.RequestMethod{sipmsg.INVITE, sipmsg.ACK, sipmsg.BYE} {
				req, err := readMessage(r)
				if err != nil {
					return err
				}
				if req.Method != want || req.Via().Transport != "TLS" {
					return errors.New("got " + req.StartLine() + " over " + req.Via().Transport)
				}
				if want != sipmsg.ACK {
					text := script.stream(req, 200, listener.Addr().String())
					if _, err := io.WriteString(conn, text); err != nil {
						return err
					}
				}
			}
			return nil
		}()
	}()
	ua := startAgent(t, listener.Addr().String(), func(c *UserAgentConfig) {
		c.Trunks[0].Transport, c.TLS = "tls", &tls.Config{RootCAs: roots}
	})
	d := dial(t, ua)
	next[Answered](d)
	d.Bye("")
	if e := next[Ended](d); e.Code != 200 {
		t.Errorf("%+v", e)
	}
	if err := <-served; err != nil {
		t.Error(err)
	}
}

func TestInvite_UntrustedCertificateIsATrunkFailure(t *testing.T) {
	t.Parallel()
	cert, _ := certificate(t)
	listener, err := tls.Listen("tcp4", "127.0.0.1:0", &tls.Config{Certificates: []tls.Certificate{cert}})
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	go func() {
		if conn, err := listener.Accept(); err == nil {
			_, _ = conn.Read(make([]byte, 1)) // drives the handshake, which fails
			conn.Close()
		}
	}()
	d := dial(t, startAgent(t, listener.Addr().String(), func(c *UserAgentConfig) { c.Trunks[0].Transport = "tls" }))
	if f := next[Failed](d); !errors.Is(f.Err, ErrTransport) || !FailoverAllowed(f.Facts(), nil) {
		t.Errorf("%+v", f)
	}
	d.ended()
}
