package carriersim

import (
	"crypto/hmac"
	"crypto/md5" //nolint:gosec // RFC 3261 22.4 prescribes it, and carriers use it.
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"strconv"
	"strings"
	"time"
)

// Credentials are what the challenging behaviours ask for. With an empty
// Username nobody can pass.
type Credentials struct {
	Realm, Username, Password string
}

const nonceLife = 5 * time.Minute

// guard makes and checks digest challenges (RFC 7616, RFC 8760). It is safe for
// concurrent use. Nonces are signed times, so it keeps no list of them.
type guard struct {
	credentials Credentials
	secret      [16]byte
}

func newGuard(c Credentials) *guard {
	g := &guard{credentials: c}
	_, _ = rand.Read(g.secret[:]) // crypto/rand.Read never returns an error
	return g
}

// challenge is the value of a WWW-Authenticate or Proxy-Authenticate header.
func (g *guard) challenge(algorithm string, now time.Time) string {
	return fmt.Sprintf(`Digest realm="%s", nonce="%s", algorithm=%s, qop="auth"`,
		g.credentials.Realm, g.nonce(strconv.FormatInt(now.UnixNano(), 36)), algorithm)
}

func (g *guard) nonce(stamp string) string {
	mac := hmac.New(sha256.New, g.secret[:])
	mac.Write([]byte(stamp))
	return stamp + "." + hex.EncodeToString(mac.Sum(nil)[:8])
}

// check says whether an Authorization header's value proves the password for
// the method. The URI is the one in the header, as proxies may rewrite the
// request's (RFC 3261 22.4).
func (g *guard) check(header, algorithm, method string, now time.Time) bool {
	p := digestParams(header)
	stamp, _, _ := strings.Cut(p["nonce"], ".")
	nanos, err := strconv.ParseInt(stamp, 36, 64)
	if err != nil || p["nonce"] != g.nonce(stamp) || now.Sub(time.Unix(0, nanos)) > nonceLife {
		return false
	}
	named := p["algorithm"]
	if named == "" {
		named = "MD5"
	}
	c := g.credentials
	if c.Username == "" || p["username"] != c.Username || p["realm"] != c.Realm ||
		!strings.EqualFold(named, algorithm) || p["qop"] != "auth" {
		return false
	}
	want := digestResponse(algorithm, c, method, p["uri"], p["nonce"], p["nc"], p["cnonce"])
	return hmac.Equal([]byte(want), []byte(strings.ToLower(p["response"])))
}

// digestResponse is the response of RFC 7616 3.4.1 with qop auth.
func digestResponse(algorithm string, c Credentials, method, uri, nonce, nc, cnonce string) string {
	h := func(s string) string { return digestOf(algorithm, s) }
	secret := h(c.Username + ":" + c.Realm + ":" + c.Password)
	return h(strings.Join([]string{secret, nonce, nc, cnonce, "auth", h(method + ":" + uri)}, ":"))
}

func digestOf(algorithm, s string) string {
	var h hash.Hash
	if algorithm == "SHA-256" {
		h = sha256.New()
	} else {
		h = md5.New() //nolint:gosec // as above
	}
	h.Write([]byte(s))
	return hex.EncodeToString(h.Sum(nil))
}

// digestParams reads the comma-separated pairs after the word Digest. Quoted
// values may hold commas; escapes inside them are left as they are.
func digestParams(header string) map[string]string {
	params := make(map[string]string)
	rest, ok := strings.CutPrefix(strings.TrimSpace(header), "Digest ")
	for ok && rest != "" {
		key, after, found := strings.Cut(rest, "=")
		if !found {
			break
		}
		var value string
		if quoted, isQuoted := strings.CutPrefix(after, `"`); isQuoted {
			value, rest, _ = strings.Cut(quoted, `"`)
			_, rest, _ = strings.Cut(rest, ",")
		} else {
			value, rest, _ = strings.Cut(after, ",")
		}
		params[strings.ToLower(strings.TrimSpace(key))] = strings.TrimSpace(value)
	}
	return params
}
