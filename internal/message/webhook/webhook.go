// Package webhook gives SMS to a gateway over HTTP and reads what the gateway
// posts back, by the protocol of docs/protocols/sms-webhook.md: JSON, signed
// with HMAC-SHA256 in both directions, with the message's id as idempotency key.
// A provider with another interface needs a translator between the two; the
// product knows this one only. The package starts no goroutine.
package webhook

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"strings"
	"time"

	"huifang/internal/message"
)

const maxAnswer = 64 << 10 // bytes

// Config is a gateway and what we share with it.
type Config struct {
	URL    string
	Secret []byte
	CAFile string // PEM of a private authority; empty: the system's
	Clock  func() time.Time
}

// Gateway is an SMS gateway. It may be used by many goroutines.
type Gateway struct {
	cfg    Config
	client *http.Client
}

var _ message.Gateway = (*Gateway)(nil)

// New checks the configuration; it does not connect.
func New(c Config) (*Gateway, error) {
	u, err := url.Parse(c.URL)
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
		return nil, errors.New("address of SMS gateway: not an http(s) address")
	}
	if len(c.Secret) < 16 {
		return nil, errors.New("secret of SMS gateway: needs at least 16 bytes")
	}
	if c.Clock == nil {
		return nil, errors.New("make SMS gateway: a clock is required")
	}
	transport := &http.Transport{Proxy: http.ProxyFromEnvironment, ForceAttemptHTTP2: true, MaxIdleConnsPerHost: 8, IdleConnTimeout: time.Minute, TLSHandshakeTimeout: 10 * time.Second,
		TLSClientConfig: &tls.Config{MinVersion: tls.VersionTLS12}}
	if c.CAFile != "" {
		pem, err := os.ReadFile(c.CAFile)
		if err != nil {
			return nil, fmt.Errorf("read authorities of SMS gateway: %w", err)
		}
		pool := x509.NewCertPool()
		if !pool.AppendCertsFromPEM(pem) {
			return nil, fmt.Errorf("authorities of SMS gateway: %s holds no certificate", c.CAFile)
		}
		transport.TLSClientConfig.RootCAs = pool
	}
	// A redirect would carry numbers and text to an address that nobody configured.
	stay := func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &Gateway{cfg: c, client: &http.Client{Transport: transport, CheckRedirect: stay}}, nil
}

// Close ends idle connections.
func (g *Gateway) Close() { g.client.CloseIdleConnections() }

// Repeatable is true: by the protocol a gateway drops a key that it has seen.
func (g *Gateway) Repeatable() bool { return true }

// outgoing is the body of our request.
type outgoing struct {
	ID       string `json:"id"`
	To       string `json:"to"`
	Text     string `json:"text"`
	Language string `json:"language"`
	Purpose  string `json:"purpose"`
}

// Send posts one message. Any 2xx says that the gateway has taken it.
func (g *Gateway) Send(ctx context.Context, m message.Outgoing) (string, error) {
	body, err := json.Marshal(outgoing{ID: m.ID.String(), To: m.To.Reveal(), Text: m.Body, Language: m.Language, Purpose: string(m.Purpose)})
	if err != nil {
		return "", &message.SendError{Text: "write request"}
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, g.cfg.URL, bytes.NewReader(body))
	if err != nil {
		return "", &message.SendError{Text: "make request"}
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set(HeaderKey, m.ID.String())
	timestamp, signature := Sign(g.cfg.Secret, g.cfg.Clock(), body)
	r.Header.Set(HeaderTimestamp, timestamp)
	r.Header.Set(HeaderSignature, signature)
	answer, err := g.client.Do(r)
	if err != nil {
		if ue, ok := errors.AsType[*url.Error](err); ok {
			err = ue.Err // the address may hold a key
		}
		return "", fmt.Errorf("post to SMS gateway: %w", err)
	}
	defer answer.Body.Close()
	raw, err := io.ReadAll(io.LimitReader(answer.Body, maxAnswer))
	if err != nil {
		return "", fmt.Errorf("read answer of SMS gateway: %w", err)
	}
	if answer.StatusCode/100 == 2 {
		var took struct {
			ID string `json:"id"`
		}
		_ = json.Unmarshal(raw, &took) // without a name it is taken all the same
		return took.ID, nil
	}
	return "", refused(answer, raw)
}

// refused says what an answer means: 408, 425, 429 and 5xx are not now, 3xx and
// other 4xx not at all.
func refused(answer *http.Response, raw []byte) error {
	var why struct {
		Error string `json:"error"`
	}
	_ = json.Unmarshal(raw, &why) // words are welcome, not needed
	e := &message.SendError{Text: strings.TrimSpace(fmt.Sprintf("HTTP %d %s", answer.StatusCode, clean(why.Error)))}
	switch c := answer.StatusCode; {
	case c == http.StatusRequestTimeout, c == http.StatusTooEarly, c == http.StatusTooManyRequests, c >= 500:
		e.Temporary = true
	}
	if s, err := strconv.Atoi(answer.Header.Get("Retry-After")); err == nil && s > 0 {
		e.RetryAfter = time.Duration(min(s, 6*3600)) * time.Second
	}
	return e
}

// clean takes long digits out of a gateway's words: they may be the number (Rule S-01).
func clean(s string) string {
	if r := []rune(s); len(r) > 200 {
		s = string(r[:200])
	}
	var b strings.Builder
	digits := 0
	for _, r := range s {
		if r >= '0' && r <= '9' {
			if digits++; digits > 4 {
				r = '*'
			}
		} else {
			digits = 0
		}
		b.WriteRune(r)
	}
	return b.String()
}
