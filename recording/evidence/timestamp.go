package evidence

import (
	"bytes"
	"context"
	"crypto"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"math/big"
	"net/http"
	"os"
	"time"

	"github.com/digitorus/pkcs7"
	"github.com/digitorus/timestamp"
)

// Timestamp is the token of a time-stamping authority over a checkpoint's note.
type Timestamp struct {
	Size   int64
	At     time.Time // as the authority says
	Token  []byte    // TimeStampToken, DER (RFC 3161 2.4.2)
	Object CheckpointObject
}

// Authority is a time-stamping authority (RFC 3161 over HTTP, section 3.4). Safe
// for concurrent use.
type Authority struct {
	url    string
	roots  *x509.CertPool
	client *http.Client
}

const (
	stampLimit = 15 * time.Second
	maxStamp   = 1 << 20 // bytes of an answer
)

// NewAuthority makes a client of the authority at a URL, whose certificate leads
// to one of the PEM file.
func NewAuthority(url, caFile string) (*Authority, error) {
	roots, err := ReadRoots(caFile)
	if err != nil {
		return nil, err
	}
	return &Authority{url: url, roots: roots, client: &http.Client{Timeout: stampLimit}}, nil
}

// ReadRoots reads the certificates that time stamps must lead to.
func ReadRoots(path string) (*x509.CertPool, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read certificates of the time-stamping authority: %w", err)
	}
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(b) {
		return nil, fmt.Errorf("read certificates of the time-stamping authority: no certificate in %s", path)
	}
	return roots, nil
}

// stamp has a message stamped. An answer that is not over this message, or not
// signed by a certificate of the roots, is an error.
func (a *Authority) stamp(ctx context.Context, message []byte) (token []byte, at time.Time, err error) {
	nonce, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 63))
	if err != nil {
		return nil, at, err
	}
	request, err := timestamp.CreateRequest(bytes.NewReader(message), &timestamp.RequestOptions{Hash: crypto.SHA256, Certificates: true, Nonce: nonce})
	if err != nil {
		return nil, at, fmt.Errorf("make time-stamp request: %w", err)
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, a.url, bytes.NewReader(request))
	if err != nil {
		return nil, at, fmt.Errorf("ask for a time stamp: %w", err)
	}
	r.Header.Set("Content-Type", "application/timestamp-query")
	answer, err := a.client.Do(r)
	if err != nil {
		return nil, at, fmt.Errorf("ask for a time stamp: %w", err)
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return nil, at, fmt.Errorf("ask for a time stamp: the authority answers %s", answer.Status)
	}
	b, err := io.ReadAll(io.LimitReader(answer.Body, maxStamp))
	if err != nil {
		return nil, at, fmt.Errorf("read time stamp: %w", err)
	}
	t, err := timestamp.ParseResponse(b)
	if err != nil {
		return nil, at, fmt.Errorf("read time stamp: %w", err)
	}
	if t.Nonce == nil || t.Nonce.Cmp(nonce) != 0 {
		return nil, at, errors.New("read time stamp: it answers another request")
	}
	at, err = checkStamp(t.RawToken, message, a.roots)
	return t.RawToken, at, err
}

// checkStamp checks that a token is over a message and signed by a certificate
// that leads to one of the roots and may stamp (RFC 3161 2.3), and gives its time.
func checkStamp(token, message []byte, roots *x509.CertPool) (time.Time, error) {
	t, err := timestamp.Parse(token)
	if err != nil {
		return time.Time{}, fmt.Errorf("read time stamp: %w", err)
	}
	sum := sha256.Sum256(message)
	if t.HashAlgorithm != crypto.SHA256 || !bytes.Equal(t.HashedMessage, sum[:]) {
		return t.Time, errors.New("the time stamp is of something else")
	}
	p, err := pkcs7.Parse(token)
	if err != nil {
		return t.Time, fmt.Errorf("read time stamp: %w", err)
	}
	err = p.VerifyWithOpts(x509.VerifyOptions{Roots: roots, CurrentTime: t.Time, KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageTimeStamping}})
	if err != nil {
		return t.Time, fmt.Errorf("the time stamp's signature: %w", err)
	}
	return t.Time.UTC(), nil
}

// stampKey is where the time stamp of a checkpoint is.
func stampKey(size int64) string { return fmt.Sprintf("log/timestamp/%015d.tst", size) }

// stampLast has the newest checkpoint stamped, unless it is already or there is
// no authority. One that is away is asked again in the next round; the log goes
// on meanwhile.
func (l *Log) stampLast(ctx context.Context) error {
	if l.cfg.Authority == nil {
		return nil
	}
	last, err := l.cfg.Store.LastCheckpoint(ctx)
	if err != nil || last.Size == 0 {
		return err
	}
	stamps, err := l.cfg.Store.Timestamps(ctx, last.Size)
	if err != nil || len(stamps) > 0 {
		return err
	}
	token, at, err := l.cfg.Authority.stamp(ctx, []byte(last.Note))
	if err != nil {
		l.cfg.Metrics.stampFailed()
		return err
	}
	o, err := l.cfg.Vault.PutNote(ctx, stampKey(last.Size), token, last.At.AddDate(noteYears, 0, 1))
	if err != nil {
		return fmt.Errorf("store time stamp %d: %w", last.Size, err)
	}
	o.Size = last.Size
	return l.cfg.Store.AddTimestamp(ctx, Timestamp{Size: last.Size, At: at, Token: token, Object: o})
}
