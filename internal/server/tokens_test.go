package server_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"

	"huifang/internal/access"
	"huifang/internal/audit"
	"huifang/internal/customer"
	"huifang/internal/httpapi"
)

// bearer asks as a program does: with a token, and maybe with a key.
func (h *house) bearer(secret, method, path, key, body string) (int, http.Header, []byte) {
	h.t.Helper()
	r, err := http.NewRequestWithContext(h.t.Context(), method, h.base+"/api/v1"+path, strings.NewReader(body))
	h.must(err)
	r.Header.Set("Authorization", "Bearer "+secret)
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	if key != "" {
		r.Header.Set("Idempotency-Key", key)
	}
	res, err := http.DefaultClient.Do(r)
	h.must(err)
	defer res.Body.Close()
	raw, err := io.ReadAll(res.Body)
	h.must(err)
	return res.StatusCode, res.Header, raw
}

// makeToken makes one with the scopes.
func (h *house) makeToken(c *http.Client, name string, scopes ...string) httpapi.MadeToken {
	h.t.Helper()
	var made httpapi.MadeToken
	code, body := h.send(c, http.MethodPost, h.base+"/api/v1/tokens", httpapi.NewToken{Name: name, Scopes: scopes, Days: 30})
	if code != http.StatusCreated || json.Unmarshal(body, &made) != nil {
		h.t.Fatalf("make token: %d %s", code, body)
	}
	return made
}

// A program of the house makes customers with a token: only what its scopes
// say, in its own name in the log, and each order once, however often it sends it.
func TestRuleC22_TokensOpenWhatTheirScopesSay(t *testing.T) {
	t.Parallel()
	h := openHouse(t, nil)
	boss := h.signIn("boss")
	made := h.makeToken(boss, "ERP", "customers:write", "recordings:read")
	order := `{"code":"ERP-1","name":"东方电气","kind":"equipment_operator","contact_points":[{"number":"13800138000"}]}`

	type reply struct {
		code     int
		replayed bool
		body     string
	}
	replies := make(chan reply, 12)
	var wait sync.WaitGroup
	for range cap(replies) {
		wait.Go(func() {
			code, header, body := h.bearer(made.Secret, http.MethodPost, "/customers", "order-1", order)
			replies <- reply{code, header.Get("Idempotency-Replayed") == "true", string(body)}
		})
	}
	wait.Wait()
	close(replies)
	first := 0
	for r := range replies {
		switch {
		case r.code == http.StatusCreated && !r.replayed:
			first++
		case r.code == http.StatusCreated, r.code == http.StatusConflict && strings.Contains(r.body, "in_progress"):
		default:
			t.Errorf("%+v", r)
		}
	}
	code, header, again := h.bearer(made.Secret, http.MethodPost, "/customers", "order-1", order)
	if first != 1 || code != http.StatusCreated || header.Get("Idempotency-Replayed") != "true" || !strings.Contains(header.Get("Content-Type"), "application/json") {
		t.Fatalf("carried out %d times; again: %d %s", first, code, again)
	}
	var card httpapi.CustomerCard
	if err := json.Unmarshal(again, &card); err != nil || card.Code != "ERP-1" || strings.Contains(string(again), "138001") {
		t.Fatalf("%s, %v", again, err)
	}
	if code, _, body := h.bearer(made.Secret, http.MethodPost, "/customers", "order-1", strings.Replace(order, "ERP-1", "ERP-2", 1)); code != http.StatusUnprocessableEntity || !strings.Contains(string(body), "key_reused") {
		t.Fatalf("another order: %d %s", code, body)
	}
	// A refusal is an answer too.
	for i, want := range []string{"", "true"} {
		if code, header, _ := h.bearer(made.Secret, http.MethodPost, "/customers", "order-2", order); code != http.StatusConflict || header.Get("Idempotency-Replayed") != want {
			t.Errorf("refusal %d: %d", i, code)
		}
	}

	for _, c := range []struct {
		method, path, body, reason string
		code                       int
	}{
		{http.MethodGet, "/customers", "", "scope", http.StatusForbidden},
		{http.MethodGet, "/audit", "", "no_scope", http.StatusForbidden},
		{http.MethodPost, "/tokens", "{}", "no_scope", http.StatusForbidden},
		{http.MethodGet, "/recordings?from=2026-01-01T00:00:00Z&to=2026-02-01T00:00:00Z", "", "", http.StatusOK},
		{http.MethodGet, "/recordings/" + card.ID.String() + "/audio", "", "no_scope", http.StatusForbidden},
		{http.MethodGet, "/recordings/" + card.ID.String() + "/peaks", "", "no_scope", http.StatusForbidden},
	} {
		if code, _, body := h.bearer(made.Secret, c.method, c.path, "", c.body); code != c.code || c.reason != "" && !bytes.Contains(body, []byte(`"`+c.reason+`"`)) {
			t.Errorf("%s %s: %d %s", c.method, c.path, code, body)
		}
	}
	events, err := h.server.Store.Events(t.Context(), audit.Filter{Action: audit.ActionCustomerCreated, ObjectID: card.ID.String()})
	h.must(err)
	if len(events) != 1 || events[0].ActorName != "API · ERP" {
		t.Fatalf("%+v", events)
	}

	// Of a request with a password neither a hash nor an answer is kept.
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, h.base+"/api/v1/users", strings.NewReader(`{"password":"a secret of mine"}`))
	h.must(err)
	r.Header.Set("Idempotency-Key", "user-1")
	r.Header.Set("Content-Type", "application/json")
	res, err := boss.Do(r)
	h.must(err)
	said, err := io.ReadAll(res.Body)
	h.must(errors.Join(err, res.Body.Close()))
	if res.StatusCode != http.StatusUnprocessableEntity || !bytes.Contains(said, []byte("Idempotency-Key")) {
		t.Fatalf("%d %s", res.StatusCode, said)
	}

	// The account behind it does not sign in, and does not call.
	u, _, err := h.server.Store.UserByLogin(t.Context(), "token:"+made.Token.ID.String())
	h.must(err)
	if _, err := h.server.Access.SignIn(t.Context(), access.SignIn{Login: u.Login, Password: "anything"}); err == nil {
		t.Fatal("the account signed in")
	}
	if _, err := h.server.Customer.Create(t.Context(), access.Principal{User: u}, customer.Customer{}, nil); err == nil {
		t.Fatal("made a customer of nothing")
	}
	if code, body := h.send(boss, http.MethodDelete, h.base+"/api/v1/tokens/"+made.Token.ID.String(), nil); code != http.StatusNoContent {
		t.Fatalf("revoke: %d %s", code, body)
	}
	if code, _, body := h.bearer(made.Secret, http.MethodPost, "/customers", "order-1", order); code != http.StatusUnauthorized || !strings.Contains(string(body), "token_ended") {
		t.Fatalf("revoked: %d %s", code, body)
	}
}
