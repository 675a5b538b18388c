package sip

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
)

const (
	sha80 = "AES_CM_128_HMAC_SHA1_80"
	sha32 = "AES_CM_128_HMAC_SHA1_32"
	// Keys of the examples of RFC 4568.
	exampleKey = "PS1uQCVeeCFCanVmcjkpPywjNWhcYD0mXXtxaVBR"
	otherKey   = "NzB4d1BINUAvLEw6UzF3WSJ+PSdFcGdUJShpX1Zj"
	thirdKey   = "YUJDZGVmZ2hpSktMbW9QUXJzVHVWd3l6MTIzNDU2"
)

func TestCrypto_Lines(t *testing.T) {
	t.Parallel()
	mki := func(n int, last ...byte) []byte { return append(make([]byte, n-len(last)), last...) }
	for line, want := range map[string]struct {
		tag   uint32
		suite string
		mki   []byte
		err   string
	}{
		// RFC 4568 4, 6.1, 9.1.
		"1 " + sha80 + " inline:" + exampleKey + "|2^20|1:32": {tag: 1, suite: sha80, mki: mki(32, 1)},
		"1 " + sha32 + " inline:" + otherKey + "|2^20|1:32":   {tag: 1, suite: sha32, mki: mki(32, 1)},
		"1 " + sha80 + " inline:" + thirdKey + "|1066:4":      {tag: 1, suite: sha80, mki: mki(4, 4, 0x2A)},
		"2 F8_128_HMAC_SHA1_80 inline:MTIzNDU2Nzg5QUJDREUwMTIzNDU2Nzg5QUJjZGVm|2^20|1:4;inline:QUJjZGVmMTIzNDU2Nzg5QUJDREUwMTIzNDU2Nzg5|2^20|2:4 FEC_ORDER=FEC_SRTP": {err: "suite"},
		"1 " + sha80 + " inline:" + exampleKey + "|2^20|1:4;inline:" + otherKey + "|2^20|2:4":                                                                        {err: "several keys"},
		"1 " + sha80 + " inline:" + exampleKey + " KDR=1":                                                                                                            {err: "session parameter"},
		"1 " + sha80 + " inline:" + exampleKey + " UNENCRYPTED_SRTCP":                                                                                                {err: "session parameter"},
		"1 " + sha80 + " inline:" + exampleKey + " UNENCRYPTED_SRTP":                                                                                                 {err: "session parameter"},
		"1 " + sha80 + " inline:" + exampleKey + " UNAUTHENTICATED_SRTP":                                                                                             {err: "session parameter"},
		"1 " + sha80 + " inline:" + exampleKey + " WSH=64 -later=1":                                                                                                  {tag: 1, suite: sha80},
		// RFC 7714 14.2.
		"9 AEAD_AES_128_GCM inline:" + strings.Repeat("A", 36):        {err: "28"},
		"9 AEAD_AES_128_GCM inline:" + strings.Repeat("A", 38) + "==": {tag: 9, suite: "AEAD_AES_128_GCM"},
		"9 AEAD_AES_256_GCM inline:" + strings.Repeat("A", 59) + "=":  {tag: 9, suite: "AEAD_AES_256_GCM"},
		"9 AEAD_AES_256_GCM inline:" + strings.Repeat("A", 59):        {tag: 9, suite: "AEAD_AES_256_GCM"},
		"999999999 " + sha80 + " INLINE:" + exampleKey + "|1000":      {tag: 999999999, suite: sha80},
		"":                                      {err: "missing"},
		"1 " + sha80:                            {err: "missing"},
		"x " + sha80 + " inline:" + exampleKey:  {err: "tag"},
		"01 " + sha80 + " inline:" + exampleKey: {err: "tag"},
		"1000000000 " + sha80 + " inline:" + exampleKey:      {err: "tag"},
		"1 " + sha80 + " uri:https://x/key":                  {err: "inline"},
		"1 " + sha80 + " inline:" + exampleKey[:36]:          {err: "27 bytes"},
		"1 " + sha80 + " inline:!" + exampleKey[1:]:          {err: "base64"},
		"1 " + sha80 + " inline:" + exampleKey + "|2^49":     {err: "lifetime"},
		"1 " + sha80 + " inline:" + exampleKey + "|0":        {err: "lifetime"},
		"1 " + sha80 + " inline:" + exampleKey + "|2^20|1":   {err: "identifier"},
		"1 " + sha80 + " inline:" + exampleKey + "|256:1":    {err: "identifier"},
		"1 " + sha80 + " inline:" + exampleKey + "|1:0":      {err: "identifier"},
		"1 " + sha80 + " inline:" + exampleKey + "|1:129":    {err: "identifier"},
		"1 " + sha80 + " inline:" + exampleKey + "|1:4|2^20": {err: "identifier"},
	} {
		c, err := parseCrypto(line)
		switch {
		case want.err != "":
			if !errors.Is(err, errCrypto) || !strings.Contains(err.Error(), want.err) || strings.Contains(err.Error(), exampleKey[:36]) {
				t.Errorf("%q: %v", line, err)
			}
		case err != nil || c.Tag != want.tag || c.Suite != want.suite || len(c.Key) != keyLength(c.Suite) || !bytes.Equal(c.MKI, want.mki):
			t.Errorf("%q: %+v %x %v", line, c, c.MKI, err)
		}
	}
}

// secureOffer is a description with these attributes.
func secureOffer(proto string, crypto ...string) []byte {
	lines := []string{"v=0", "o=x 1 1 IN IP4 192.0.2.9", "s=-", "c=IN IP4 192.0.2.7", "t=0 0", "m=audio 5000 " + proto + " 8"}
	for _, c := range crypto {
		lines = append(lines, "a=crypto:"+c)
	}
	return sdp(lines...)
}

func TestSDP_OffersOfEncryption(t *testing.T) {
	t.Parallel()
	plain := NewSession(mustAddr("192.0.2.1:4000"), 42)
	for policy, proto := range map[SRTP]string{SRTPMandatory: "RTP/SAVP", SRTPOptional: "RTP/AVP"} {
		s := plain.Secured(policy)
		body := string(s.Bytes())
		if !strings.Contains(body, "m=audio 4000 "+proto+" 8 0 101\r\n") || strings.Count(body, "\r\na=crypto:") != 3 {
			t.Errorf("%s:\n%s", policy, body)
		}
		for tag, suite := range []string{"AEAD_AES_128_GCM", sha80, sha32} {
			if !strings.Contains(body, fmt.Sprintf("a=crypto:%d %s inline:", tag+1, suite)) {
				t.Errorf("%s: no %s:\n%s", policy, suite, body)
			}
		}
		back, err := ParseSession([]byte(body))
		if err != nil || string(back.Bytes()) != body {
			t.Errorf("%s: read back %v:\n%s", policy, err, back.Bytes())
		}
		if again := plain.Secured(policy); bytes.Equal(again.Crypto[0].Key, s.Crypto[0].Key) || bytes.Equal(s.Crypto[1].Key, s.Crypto[2].Key) {
			t.Error("a key is used twice")
		}
	}
	if off := plain.Secured(SRTPOff); string(off.Bytes()) != string(plain.Bytes()) {
		t.Errorf("off:\n%s", off.Bytes())
	}
}

func TestSDP_AnswersToEncryptedOffers(t *testing.T) {
	t.Parallel()
	const key = " inline:" + exampleKey
	for name, c := range map[string]struct {
		policy SRTP
		answer []byte
		want   string // suite, or "" for plain
		err    string
	}{
		"encrypted":                          {SRTPMandatory, secureOffer("RTP/SAVP", "2 "+sha80+key), sha80, ""},
		"encrypted in another profile":       {SRTPMandatory, secureOffer("RTP/AVP", "3 "+sha32+key), sha32, ""},
		"encryption is taken away":           {SRTPMandatory, secureOffer("RTP/AVP"), "", "no key"},
		"profile without a key":              {SRTPOptional, secureOffer("RTP/SAVP"), "", "no key"},
		"optional, taken":                    {SRTPOptional, secureOffer("RTP/AVP", "2 "+sha80+key), sha80, ""},
		"optional, taken in another profile": {SRTPOptional, secureOffer("RTP/SAVP", "2 "+sha80+key), sha80, ""},
		"optional, not taken":                {SRTPOptional, secureOffer("RTP/AVP"), "", ""},
		"another tag":                        {SRTPMandatory, secureOffer("RTP/SAVP", "7 "+sha80+key), "", "tag 7 was not offered"},
		"tag of another suite":               {SRTPOptional, secureOffer("RTP/AVP", "3 "+sha80+key), "", "another suite"},
		"two lines":                          {SRTPMandatory, secureOffer("RTP/SAVP", "2 "+sha80+key, "3 "+sha32+key), "", "several keys"},
		"malformed":                          {SRTPMandatory, secureOffer("RTP/SAVP", "2 "+sha80+" inline:?"), "", "base64"},
		"malformed, optional":                {SRTPOptional, secureOffer("RTP/AVP", "2 "+sha80), "", "missing"},
		"off, keys that nobody asked for":    {SRTPOff, secureOffer("RTP/AVP", "2 "+sha80+key), "", ""},
	} {
		s := NewSession(mustAddr("192.0.2.1:4000"), 42).Secured(c.policy)
		m, err := s.Negotiate(c.answer)
		switch {
		case c.err != "":
			if !errors.Is(err, ErrEncryption) || !strings.Contains(err.Error(), c.err) {
				t.Errorf("%s: %v", name, err)
			}
		case err != nil:
			t.Errorf("%s: %v", name, err)
		case c.want == "":
			if m.Keys != nil {
				t.Errorf("%s: %v", name, m.Keys)
			}
		default:
			i := map[string]int{sha80: 1, sha32: 2}[c.want]
			if m.Keys == nil || m.Keys.Suite != c.want || !bytes.Equal(m.Keys.Send, s.Crypto[i].Key) || string(m.Keys.Receive[:4]) != "=-n@" {
				t.Errorf("%s: %v", name, m.Keys)
			}
		}
	}
	s := NewSession(mustAddr("192.0.2.1:4000"), 42).Secured(SRTPMandatory)
	one := s
	one.Crypto = one.Crypto[1:2]
	if _, err := s.Negotiate(one.Bytes()); !errors.Is(err, ErrEncryption) || !strings.Contains(err.Error(), "repeats our key") {
		t.Errorf("our own key comes back: %v", err)
	}
}

func TestSDP_AnswersOffersOfEncryption(t *testing.T) {
	t.Parallel()
	const key = " inline:" + exampleKey
	for name, c := range map[string]struct {
		policy SRTP
		offer  []byte
		line   string // of our answer
		err    error
	}{
		"mandatory":                      {SRTPMandatory, secureOffer("RTP/SAVP", "4 "+sha32+key, "5 "+sha80+" inline:"+otherKey), "a=crypto:4 " + sha32 + " inline:", nil},
		"unknown ones are passed over":   {SRTPMandatory, secureOffer("RTP/SAVP", "1 F8_128_HMAC_SHA1_80"+key, "2 "+sha80, "3 "+sha80+key), "a=crypto:3 " + sha80 + " inline:", nil},
		"keys beside plain RTP":          {SRTPMandatory, secureOffer("RTP/AVP", "1 "+sha80+key), "a=crypto:1 " + sha80 + " inline:", nil},
		"plain under mandatory":          {SRTPMandatory, secureOffer("RTP/AVP"), "", ErrEncryption},
		"no key that we know":            {SRTPMandatory, secureOffer("RTP/SAVP", "1 F8_128_HMAC_SHA1_80"+key), "", ErrEncryption},
		"no key at all":                  {SRTPOptional, secureOffer("RTP/SAVP"), "", ErrEncryption},
		"optional, encrypted":            {SRTPOptional, secureOffer("RTP/SAVP", "1 "+sha80+key), "a=crypto:1 " + sha80 + " inline:", nil},
		"optional, plain":                {SRTPOptional, secureOffer("RTP/AVP"), "", nil},
		"optional, keys beside":          {SRTPOptional, secureOffer("RTP/AVP", "1 "+sha80+key), "a=crypto:1 " + sha80 + " inline:", nil},
		"optional, no key that we know":  {SRTPOptional, secureOffer("RTP/AVP", "1 F8_128_HMAC_SHA1_80"+key), "", nil},
		"off, plain":                     {SRTPOff, secureOffer("RTP/AVP", "1 "+sha80+key), "", nil},
		"off, encrypted":                 {SRTPOff, secureOffer("RTP/SAVP", "1 "+sha80+key), "", ErrNoAudio},
		"plain and encrypted, two lines": {SRTPOptional, append(secureOffer("RTP/AVP"), sdp("m=audio 5002 RTP/SAVP 8", "a=crypto:6 "+sha80+key)...), "a=crypto:6 " + sha80 + " inline:", nil},
		"fax under mandatory":            {SRTPMandatory, sdp("v=0", "c=IN IP4 192.0.2.7", "m=image 7000 udptl t38"), "", ErrNoAudio},
	} {
		local := NewSession(mustAddr("192.0.2.1:4000"), 42).Secured(c.policy)
		next, body, m, err := Answer(local, c.offer)
		if ok := acceptable(c.policy, c.offer); !errors.Is(err, c.err) || (ok == nil) != (c.err == nil) {
			t.Errorf("%s: %v, %v", name, err, ok)
			continue
		}
		if err != nil {
			continue
		}
		if strings.Contains(string(body), "a=crypto:") != (c.line != "") || !strings.Contains(string(body), c.line) || (m.Keys != nil) != (c.line != "") {
			t.Errorf("%s: %v\n%s", name, m.Keys, body)
		}
		if strings.Count(string(body), "a=crypto:") > 1 {
			t.Errorf("%s: an answer takes one line (RFC 4568 5.1.2)\n%s", name, body)
		}
		if c.line == "" {
			continue
		}
		if string(m.Keys.Receive[:4]) != "=-n@" || !bytes.Equal(m.Keys.Send, next.Crypto[0].Key) {
			t.Errorf("%s: %v", name, m.Keys)
		}
		// The same offer again, as of a session refresh: nothing changes, the
		// packet counters go on (RFC 4568 7.1.4).
		again, _, m2, err := Answer(next, c.offer)
		if err != nil || again.Version != next.Version || !bytes.Equal(m2.Keys.Send, m.Keys.Send) {
			t.Errorf("%s: again: %v", name, err)
		}
	}
}

func TestSDP_LateOffersKeepTheKeyOrMakeSome(t *testing.T) {
	t.Parallel()
	s, _, _, err := Answer(NewSession(mustAddr("192.0.2.1:4000"), 42).Secured(SRTPMandatory), secureOffer("RTP/SAVP", "4 "+sha32+" inline:"+exampleKey))
	if err != nil {
		t.Fatal(err)
	}
	if next := Reoffer(s); len(next.Crypto) != 1 || !next.SAVP || !bytes.Equal(next.Crypto[0].Key, s.Crypto[0].Key) || next.Version != s.Version+1 {
		t.Errorf("%+v", next)
	}
	plain, _, _, err := Answer(NewSession(mustAddr("192.0.2.1:4000"), 42).Secured(SRTPOptional), secureOffer("RTP/AVP"))
	if err != nil {
		t.Fatal(err)
	}
	if next := Reoffer(plain); len(next.Crypto) != 3 || next.SAVP {
		t.Errorf("%+v", next)
	}
}

func TestCrypto_IsNeverPrinted(t *testing.T) {
	t.Parallel()
	s := NewSession(mustAddr("192.0.2.1:4000"), 42).Secured(SRTPMandatory)
	s.Crypto = s.Crypto[:1]
	for i := range s.Crypto[0].Key {
		s.Crypto[0].Key[i] = 'K'
	}
	keys := &MediaKeys{Suite: sha80, Send: s.Crypto[0].Key, Receive: s.Crypto[0].Key}
	j, err := json.Marshal(keys)
	if err != nil {
		t.Fatal(err)
	}
	text := fmt.Sprintf("%v %+v %#v %v %+v %#v %+v %s", s, s, s, keys, keys, keys, MediaDescription{Keys: keys}, j)
	for _, secret := range []string{"KKK", "4b4b4b", "75 75", "75, 75", "0x4b, 0x4b", "S0tL"} {
		if strings.Contains(text, secret) {
			t.Errorf("a key is printed: %s", text)
		}
	}
}

// fuzzEncrypted states what holds of every offer and answer where encryption
// is wanted.
func fuzzEncrypted(t *testing.T, raw []byte) {
	t.Helper()
	for _, policy := range []SRTP{SRTPOptional, SRTPMandatory} {
		local := NewSession(mustAddr("192.0.2.1:4000"), 42).Secured(policy)
		if m, err := local.Negotiate(raw); err == nil && m.Keys == nil && policy == SRTPMandatory {
			t.Fatalf("taken without a key:\n%s", raw)
		}
		next, body, m, err := Answer(local, raw)
		if err != nil {
			continue
		}
		if m.Addr.IsValid() && m.Keys == nil && policy == SRTPMandatory {
			t.Fatalf("answered without a key:\n%s", body)
		}
		if m.Keys == nil {
			continue
		}
		n := keyLength(m.Keys.Suite)
		if n == 0 || len(m.Keys.Send) != n || len(m.Keys.Receive) != n || len(next.Crypto) != 1 || bytes.Count(body, []byte("a=crypto:")) != 1 {
			t.Fatalf("%+v:\n%s", next, body)
		}
		back, err := ParseSession(body)
		if err != nil || len(back.Crypto) != 1 || back.Crypto[0].Tag != next.Crypto[0].Tag || back.SAVP != next.SAVP {
			t.Fatalf("our own answer: %v\n%s", err, body)
		}
	}
}
