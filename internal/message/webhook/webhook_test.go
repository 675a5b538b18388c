package webhook

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"huifang/internal/customer"
	"huifang/internal/message"
)

var (
	secret = []byte("a secret that both of us have")
	now    = time.Date(2026, 11, 30, 2, 0, 0, 0, time.UTC)
)

func gateway(t *testing.T, url string) *Gateway {
	t.Helper()
	g, err := New(Config{URL: url, Secret: secret, Clock: func() time.Time { return now }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(g.Close)
	return g
}

func outgoingMessage() message.Outgoing {
	return message.Outgoing{ID: uuid.New(), To: message.StoredAddress(customer.ChannelSMS, "+8613800138000"), Body: "【汇方】您好", Language: "zh-CN", Purpose: message.PurposeNotice}
}

func TestSend_IsSignedAndNamesItsKey(t *testing.T) {
	t.Parallel()
	m := outgoingMessage()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		raw, _ := io.ReadAll(r.Body)
		if err := Verify(secret, now, r.Header.Get(HeaderTimestamp), r.Header.Get(HeaderSignature), raw); err != nil {
			t.Error(err)
		}
		if got := r.Header.Get(HeaderKey); got != m.ID.String() || r.Header.Get("Content-Type") != "application/json" {
			t.Errorf("key %q", got)
		}
		var body map[string]string
		if err := json.Unmarshal(raw, &body); err != nil || body["id"] != m.ID.String() || body["to"] != "+8613800138000" || body["text"] != m.Body || body["language"] != "zh-CN" || body["purpose"] != "notice" {
			t.Errorf("%v: %s", err, raw)
		}
		w.WriteHeader(http.StatusAccepted)
		_, _ = io.WriteString(w, `{"id":"gw-7"}`)
	}))
	defer s.Close()
	if id, err := gateway(t, s.URL).Send(t.Context(), m); err != nil || id != "gw-7" {
		t.Errorf("%q, %v", id, err)
	}
}

func TestSend_WhatAnAnswerMeans(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, body string
		code       int
		retry      string
		want       *message.SendError
	}{
		{"taken without a name", "", 204, "", nil},
		{"taken with a page", "<html>", 200, "", nil},
		{"not this one", `{"error":"number +8613800138000 is blocked"}`, 400, "", &message.SendError{Text: "HTTP 400 number +8613********* is blocked"}},
		{"not signed", "", 401, "", &message.SendError{Text: "HTTP 401"}},
		{"too many", "", 429, "120", &message.SendError{Text: "HTTP 429", Temporary: true, RetryAfter: 2 * time.Minute}},
		{"broken", "", 503, "", &message.SendError{Text: "HTTP 503", Temporary: true}},
		{"elsewhere", "", 307, "", &message.SendError{Text: "HTTP 307"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			asked := 0
			s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				asked++
				w.Header().Set("Location", "/elsewhere")
				w.Header().Set("Retry-After", c.retry)
				w.WriteHeader(c.code)
				_, _ = io.WriteString(w, c.body)
			}))
			defer s.Close()
			_, err := gateway(t, s.URL).Send(t.Context(), outgoingMessage())
			got, _ := errors.AsType[*message.SendError](err)
			if asked != 1 || (err == nil) != (c.want == nil) || c.want != nil && (got == nil || *got != *c.want) {
				t.Errorf("asked %d times, %+v, want %+v", asked, err, c.want)
			}
		})
	}
}

// Nobody knows whether a message was sent whose answer did not come; the error
// says so by its kind.
func TestRuleC14_ALostAnswerIsNotARefusal(t *testing.T) {
	t.Parallel()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		conn, _, err := w.(http.Hijacker).Hijack()
		if err == nil {
			_ = conn.Close()
		}
	}))
	defer s.Close()
	_, err := gateway(t, s.URL+"/key-in-the-path").Send(t.Context(), outgoingMessage())
	if _, known := errors.AsType[*message.SendError](err); err == nil || known || strings.Contains(err.Error(), "key-in-the-path") {
		t.Errorf("%v", err)
	}
}

func TestVerify_RefusesWhatIsNotSignedNow(t *testing.T) {
	t.Parallel()
	body := []byte(`{"id":"x"}`)
	ts, sig := Sign(secret, now, body)
	for _, c := range []struct {
		name, ts, sig string
		body          string
		now           time.Time
		ok            bool
	}{
		{"as it was signed", ts, sig, string(body), now, true},
		{"with an old signature beside it", ts, "v1=00ff, " + sig, string(body), now, true},
		{"almost too late", ts, sig, string(body), now.Add(Tolerance), true},
		{"too late", ts, sig, string(body), now.Add(Tolerance + time.Second), false},
		{"too early", ts, sig, string(body), now.Add(-Tolerance - time.Second), false},
		{"another body", ts, sig, string(body) + " ", now, false},
		{"another time", "1", sig, string(body), time.Unix(1, 0), false},
		{"no time", "", sig, string(body), now, false},
		{"no signature", ts, "", string(body), now, false},
		{"not hex", ts, "v1=zz", string(body), now, false},
		{"another version", ts, "v0" + sig[2:], string(body), now, false},
	} {
		if err := Verify(secret, c.now, c.ts, c.sig, []byte(c.body)); (err == nil) != c.ok || err != nil && !errors.Is(err, ErrSignature) {
			t.Errorf("%s: %v", c.name, err)
		}
	}
	// The example of docs/protocols/sms-webhook.md.
	if _, got := Sign([]byte("0123456789abcdef0123456789abcdef"), time.Unix(1796004000, 0), []byte(`{"id":"6f1f5d3e-2f0a-4d0c-9a55-0d6f1f5d3e2f","status":"delivered"}`)); got != "v1="+documented {
		t.Errorf("the documented signature is now %s", got)
	}
}

const documented = "3c4f88d74035ccea008523b453dcb64da2f764f7d0e73ac0241f01eac09b448f"

func TestReceiptsAndReplies_AreRead(t *testing.T) {
	t.Parallel()
	id := uuid.New()
	rs, err := Receipts([]byte(`[{"id":"` + id.String() + `","gateway_id":"g","status":"delivered"},{"id":"` + id.String() + `","status":"failed","error":"absent 13800138000"}]`))
	if err != nil || len(rs) != 2 || rs[0].Status != message.StepDelivered || rs[0].GatewayID != "g" || rs[1].Status != message.StepFail || rs[1].Note != "absent 1380*******" {
		t.Errorf("%+v, %v", rs, err)
	}
	ans, err := Replies([]byte(`{"id":"r1","from":"138 0013 8000","text":"TD","at":"2026-11-30T10:00:00+08:00"}`))
	if err != nil || len(ans) != 1 || ans[0].From.Reveal() != "+8613800138000" || ans[0].Said != "TD" || !ans[0].At.Equal(now) {
		t.Errorf("%+v, %v", ans, err)
	}
	for _, bad := range []string{``, `[]`, `{"id":"x","status":"delivered"}`, `{"id":"` + id.String() + `","status":"read"}`, `"x"`} {
		if _, err := Receipts([]byte(bad)); err == nil {
			t.Errorf("receipt %s was taken", bad)
		}
	}
	for _, bad := range []string{`{"from":"13800138000","text":"x","at":"2026-11-30T10:00:00Z"}`, `{"id":"1","from":"nobody","text":"x","at":"2026-11-30T10:00:00Z"}`, `{"id":"1","from":"13800138000","text":"x"}`} {
		if _, err := Replies([]byte(bad)); err == nil {
			t.Errorf("reply %s was taken", bad)
		}
	}
}
