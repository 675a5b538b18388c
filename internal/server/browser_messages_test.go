package server_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"huifang/internal/config"
	"huifang/internal/embedded/demo"
	"huifang/internal/message/webhook"
	"huifang/internal/server"
	"huifang/internal/testkit/audio"
)

const smsSecret = "the secret of gateway and house"

// smsGateway is a gateway of docs/protocols/sms-webhook.md: it takes what is
// signed, once for each key, and posts a receipt; a customer may answer.
type smsGateway struct {
	t    *testing.T
	mu   sync.Mutex
	base string
	took map[string]int
	wait sync.WaitGroup
}

func newSMSGateway(t *testing.T) (*smsGateway, *httptest.Server) {
	g := &smsGateway{t: t, took: map[string]int{}}
	s := httptest.NewServer(g)
	t.Cleanup(func() { g.wait.Wait(); s.Close() })
	return g, s
}

func (g *smsGateway) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	raw, err := io.ReadAll(r.Body)
	if err != nil || webhook.Verify([]byte(smsSecret), time.Now(), r.Header.Get(webhook.HeaderTimestamp), r.Header.Get(webhook.HeaderSignature), raw) != nil {
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	var in struct{ ID, To string }
	if json.Unmarshal(raw, &in) != nil || in.ID != r.Header.Get(webhook.HeaderKey) {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	g.mu.Lock()
	g.took[in.ID]++
	first := g.took[in.ID] == 1
	g.mu.Unlock()
	w.WriteHeader(http.StatusAccepted)
	_, _ = io.WriteString(w, `{"id":"gw-`+in.ID[:8]+`"}`)
	if first {
		g.wait.Go(func() { g.post("receipts", `{"id":"`+in.ID+`","gateway_id":"gw-`+in.ID[:8]+`","status":"delivered"}`) })
	}
}

// post signs and sends what a gateway posts back.
func (g *smsGateway) post(what, body string) {
	g.mu.Lock()
	base := g.base
	g.mu.Unlock()
	r, err := http.NewRequest(http.MethodPost, base+"/api/v1/gateways/sms/"+what, bytes.NewReader([]byte(body)))
	if err != nil {
		g.t.Error(err)
		return
	}
	timestamp, signature := webhook.Sign([]byte(smsSecret), time.Now(), []byte(body))
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set(webhook.HeaderTimestamp, timestamp)
	r.Header.Set(webhook.HeaderSignature, signature)
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		g.t.Error(err)
		return
	}
	defer answer.Body.Close()
	if raw, _ := io.ReadAll(answer.Body); answer.StatusCode != http.StatusNoContent {
		g.t.Errorf("%s: %d %s", what, answer.StatusCode, raw)
	}
}

// TestBrowser_MessagesAndVisits: the third call that is not answered by the
// customer, the message that is offered then, its receipt; one who does not want
// calls; and a reply that ends them. Rules T-04, C-14, C-26.
func TestBrowser_MessagesAndVisits(t *testing.T) {
	t.Parallel()
	gateway, at := newSMSGateway(t)
	secret := filepath.Join(t.TempDir(), "sms.secret")
	if err := os.WriteFile(secret, []byte(smsSecret+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	h := sampleHouse(t, func(c *config.Config, _ *server.Options) {
		c.Messages.ServiceNumber = "4008001234"
		c.Messages.SMS.URL, c.Messages.SMS.SecretFile = at.URL, secret
	})
	gateway.mu.Lock()
	gateway.base = h.base
	gateway.mu.Unlock()
	// The third attempt is made whenever this test runs.
	databases.Exec(t, h.cfg.Database.OwnerDSN, `UPDATE program SET attempt_spacing_min = 0 WHERE code = '`+demo.ProgramCode+`'`)
	h.playwright(audio.PseudoSpeech(30, 11), nil, append([]string{"messages.spec.ts"}, flags(os.Getenv("HUIFANG_E2E_ONLY"))...)...)
	gateway.mu.Lock()
	defer gateway.mu.Unlock()
	for id, n := range gateway.took {
		if n != 1 {
			t.Errorf("message %s was posted %d times", id, n)
		}
	}
	if len(gateway.took) < 2 {
		t.Errorf("%d messages were posted", len(gateway.took))
	}
}
