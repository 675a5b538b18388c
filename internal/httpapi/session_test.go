package httpapi

import (
	"net/http"
	"testing"
	"time"

	"huifang/internal/problem"
)

const credentials = `{"login":"lina","password":"correct horse"}`

func TestSession_CookieKeepsTheToken(t *testing.T) {
	t.Parallel()
	w := ask(newHouse().server(), http.MethodPost, "/api/v1/session", "", `{"login":" LiNa ","password":"correct horse"}`)
	if w.Code != http.StatusOK {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	c := w.Result().Cookies()
	if len(c) != 1 || c[0].Name != "huifang_session" || c[0].Value != "token-of-lina" || !c[0].HttpOnly ||
		c[0].SameSite != http.SameSiteStrictMode || c[0].Path != "/" || c[0].Domain != "" || c[0].Secure {
		t.Fatalf("cookie %+v", c)
	}
	if !c[0].Expires.Equal(noon.Add(time.Hour)) {
		t.Fatalf("expires %s", c[0].Expires)
	}
	if got := w.Header().Get("Cache-Control"); got != "no-store" {
		t.Fatalf("cache control %q", got)
	}
	w = ask(newHouse().server(), http.MethodDelete, "/api/v1/session", "agent", "")
	if c := w.Result().Cookies(); w.Code != http.StatusNoContent || len(c) != 1 || c[0].Value != "" || c[0].MaxAge >= 0 {
		t.Fatalf("sign out: %d %+v", w.Code, c)
	}
}

func TestSession_LimitSaysHowLongToWait(t *testing.T) {
	t.Parallel()
	h := newHouse()
	limited := problem.Refused("", "sign_in_limited", "too many tries", map[string]any{"seconds_left": 90})
	limited.AllowedAt = noon.Add(89500 * time.Millisecond)
	h.signInErr = limited
	w := ask(h.server(), http.MethodPost, "/api/v1/session", "", credentials)
	p := problemIn(t, w)
	if w.Code != http.StatusTooManyRequests || w.Header().Get("Retry-After") != "90" || p.Code != "refused" || p.Reason != "sign_in_limited" {
		t.Fatalf("%d %q %+v", w.Code, w.Header().Get("Retry-After"), p)
	}
	if len(w.Result().Cookies()) != 0 {
		t.Fatal("a refused sign-in must not set a cookie")
	}
}

func TestSession_StaleCookieIsNobody(t *testing.T) {
	t.Parallel()
	if p := problemIn(t, ask(newHouse().server(), http.MethodGet, "/api/v1/session", "stale", "")); p.Code != "unauthenticated" {
		t.Fatalf("%+v", p)
	}
}

func TestOrigin_StateIsChangedFromOurOwnPageOnly(t *testing.T) {
	t.Parallel()
	srv := newHouse().server()
	for name, row := range map[string]struct {
		method string
		header []string
		status int
	}{
		"our page":             {"POST", []string{"Sec-Fetch-Site", "same-origin"}, 200},
		"typed in":             {"POST", []string{"Sec-Fetch-Site", "none"}, 200},
		"another site":         {"POST", []string{"Sec-Fetch-Site", "cross-site"}, 403},
		"a sister site":        {"POST", []string{"Sec-Fetch-Site", "same-site"}, 403},
		"old browser, ours":    {"POST", []string{"Origin", "http://example.com"}, 200},
		"old browser, other":   {"POST", []string{"Origin", "http://elsewhere.example"}, 403},
		"old browser, no name": {"POST", []string{"Origin", "null"}, 403},
		"no browser":           {"POST", nil, 200},
		"reading is harmless":  {"GET", []string{"Sec-Fetch-Site", "cross-site"}, 200},
	} {
		w := ask(srv, row.method, "/api/v1/session", "agent", map[string]string{"POST": credentials}[row.method], row.header...)
		if w.Code != row.status {
			t.Errorf("%s: %d", name, w.Code)
		}
		if row.status == 403 {
			if p := problemIn(t, w); p.Reason != "cross_origin" {
				t.Errorf("%s: %+v", name, p)
			}
		}
	}
}

func TestSoftphone_DoorAsksWhoItIs(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		roles, upgrade string
		status         int
		reached        string
	}{
		"agent":                   {"agent", "websocket", 200, "李娜"},
		"supervisor":              {"supervisor", "WebSocket", 200, "李娜"},
		"auditor":                 {"auditor", "websocket", 403, ""},
		"nobody, by socket":       {"", "websocket", 200, "refused"},
		"stale cookie, by socket": {"stale", "websocket", 200, "refused"},
		"nobody, by hand":         {"", "", 401, ""},
		"agent, by hand":          {"agent", "", 422, ""},
	} {
		h := newHouse()
		w := ask(h.server(), http.MethodGet, "/api/v1/softphone", row.roles, "", "Upgrade", row.upgrade)
		if w.Code != row.status || h.softphone != row.reached {
			t.Errorf("%s: %d, %q", name, w.Code, h.softphone)
		}
	}
}

func TestServer_SecurityHeaders(t *testing.T) {
	t.Parallel()
	w := ask(newHouse().server(), http.MethodGet, "/api/v1/system", "agent", "")
	for k, want := range map[string]string{
		"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer", "X-Frame-Options": "DENY",
		"Cache-Control": "no-store", "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
		"Cross-Origin-Resource-Policy": "same-origin",
	} {
		if got := w.Header().Get(k); got != want {
			t.Errorf("%s: %q", k, got)
		}
	}
}
