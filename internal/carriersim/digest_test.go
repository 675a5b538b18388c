package carriersim

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

// The example of RFC 7616 3.9.1.
func TestDigestResponse_ExampleOfTheRFC(t *testing.T) {
	t.Parallel()
	c := Credentials{Realm: "http-auth@example.org", Username: "Mufasa", Password: "Circle of Life"}
	for algorithm, want := range map[string]string{
		"MD5":     "8ca523f5e9506fed4657c9700eebdbec",
		"SHA-256": "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1",
	} {
		got := digestResponse(algorithm, c, "GET", "/dir/index.html", "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v",
			"00000001", "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ")
		if got != want {
			t.Errorf("%s: %s, want %s", algorithm, got, want)
		}
	}
}

func TestGuard_RefusesWhatProvesNothing(t *testing.T) {
	t.Parallel()
	now := time.Unix(1_800_000_000, 0)
	good := Credentials{Realm: "r", Username: "u", Password: "p"}
	g := newGuard(good)
	nonce := digestParams(g.challenge("MD5", now))["nonce"]
	proof := func(c Credentials, nonce, method string) string {
		return fmt.Sprintf(`Digest username="%s", realm="%s", nonce="%s", uri="sip:a@b", algorithm=MD5, qop=auth, nc=00000001, cnonce="x,y", response="%s"`,
			c.Username, c.Realm, nonce, digestResponse("MD5", c, method, "sip:a@b", nonce, "00000001", "x,y"))
	}
	if !g.check(proof(good, nonce, "INVITE"), "MD5", "INVITE", now) {
		t.Error("the right password was refused")
	}
	wrong := good
	wrong.Password = "q"
	for name, refused := range map[string]bool{
		"password":  g.check(proof(wrong, nonce, "INVITE"), "MD5", "INVITE", now),
		"method":    g.check(proof(good, nonce, "BYE"), "MD5", "INVITE", now),
		"algorithm": g.check(proof(good, nonce, "INVITE"), "SHA-256", "INVITE", now),
		"nonce":     g.check(proof(good, nonce[1:], "INVITE"), "MD5", "INVITE", now),
		"age":       g.check(proof(good, nonce, "INVITE"), "MD5", "INVITE", now.Add(time.Hour)),
		"nothing":   g.check("", "MD5", "INVITE", now),
		"nobody":    newGuard(Credentials{}).check(proof(Credentials{}, nonce, "INVITE"), "MD5", "INVITE", now),
	} {
		if refused {
			t.Errorf("wrong %s was accepted", name)
		}
	}
}

func TestCarrier_DigestChallenge(t *testing.T) {
	t.Parallel()
	good := Credentials{Realm: "test.invalid", Username: "trunk", Password: "secret"}
	for _, row := range []struct {
		name, number, algorithm, asks, answers string
		code                                   int
		password                               string
		final                                  int
	}{
		{"407", "13800010014", "MD5", "Proxy-Authenticate", "Proxy-Authorization", 407, "secret", 200},
		{"401", "13800010020", "SHA-256", "WWW-Authenticate", "Authorization", 401, "secret", 200},
		{"wrong password", "13800010014", "MD5", "Proxy-Authenticate", "Proxy-Authorization", 407, "guess", 403},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			s := startSim(t, Config{Credentials: good})
			u := newUAC(t, s, "udp", row.number)
			u.invite()
			res := u.response("INVITE", row.code)
			u.ack(res)
			p := digestParams(res.GetHeader(row.asks).Value())
			if p["realm"] != good.Realm || p["algorithm"] != row.algorithm {
				t.Fatalf("challenge %v", p)
			}
			c := good
			c.Password = row.password
			u.invite(fmt.Sprintf(`%s: Digest username="%s", realm="%s", nonce="%s", uri="sip:x@y", algorithm=%s, qop=auth, nc=00000001, cnonce="abc", response="%s"`,
				row.answers, c.Username, c.Realm, p["nonce"], row.algorithm,
				digestResponse(row.algorithm, c, "INVITE", "sip:x@y", p["nonce"], "00000001", "abc")))
			if row.final != 200 {
				u.ack(u.response("INVITE", row.final))
				if got := awaitEnd(t, s, EndRefused); !slices.Equal(got.Responses, []int{row.code, row.final}) && !slices.Equal(got.Responses, []int{100, row.code, row.final}) {
					t.Errorf("responses %v", got.Responses)
				}
				return
			}
			u.response("INVITE", 180)
			u.ack(u.response("INVITE", 200))
			u.hear(5)
			u.bye()
			if got := awaitEnd(t, s, EndCaller); !slices.Equal(got.Responses, []int{100, row.code, 100, 180, 200}) {
				t.Errorf("responses %v", got.Responses)
			}
			if n := len(s.Calls()); n != 1 {
				t.Errorf("the second INVITE made %d calls of one", n)
			}
		})
	}
}

func FuzzDigestParams(f *testing.F) {
	f.Add(`Digest username="a,b", realm=c, nonce="`)
	f.Fuzz(func(t *testing.T, header string) {
		for key := range digestParams(header) {
			if strings.TrimSpace(key) != key {
				t.Fatalf("key %q", key)
			}
		}
	})
}
