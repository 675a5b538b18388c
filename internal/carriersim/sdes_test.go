package carriersim

import (
	"bytes"
	"strings"
	"testing"

	"github.com/pion/srtp/v3"
)

// What the carrier makes of keys in an offer (RFC 4568), as a caller sees it.
func TestSDES_AnswersKeysUnlessItKnowsNone(t *testing.T) {
	t.Parallel()
	const suite = "AES_CM_128_HMAC_SHA1_80"
	key := cryptoLine{tag: 4, suite: suite}.renewed()
	for name, row := range map[string]struct {
		number string
		cfg    Config
		savp   bool
		code   int
		secure bool
	}{
		"encrypted":                      {"13800000001", Config{}, true, 200, true},
		"keys beside plain RTP":          {"13800000001", Config{}, false, 200, true},
		"knows none":                     {"13800000001", Config{PlainOnly: true}, true, 488, false},
		"passes over them":               {"13800000001", Config{PlainOnly: true}, false, 200, false},
		"takes the encryption away (28)": {"13800000028", Config{}, true, 200, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := startSim(t, row.cfg)
			u := newUAC(t, s, "udp", row.number)
			u.sdp += key.format()
			if row.savp {
				u.sdp = strings.Replace(u.sdp, "RTP/AVP", "RTP/SAVP", 1)
			}
			u.invite()
			if row.number == "13800000028" {
				u.response("INVITE", 180)
			}
			res := u.response("INVITE", row.code)
			u.ack(res)
			if row.code != 200 {
				return
			}
			d, err := parseSDP(res.Body())
			if err != nil || (len(d.crypto) == 1) != row.secure || d.savp != (row.savp && row.secure) {
				t.Fatalf("%+v %v", d, err)
			}
			heard := u.hear(5)
			if !row.secure {
				u.bye()
				return
			}
			if d.crypto[0].tag != 4 || d.crypto[0].suite != suite || bytes.Equal(d.crypto[0].key, key.key) {
				t.Errorf("%+v", d.crypto[0])
			}
			theirs, err := srtp.CreateContext(d.crypto[0].key[:16], d.crypto[0].key[16:], srtp.ProtectionProfileAes128CmHmacSha1_80)
			if err != nil {
				t.Fatal(err)
			}
			for _, p := range heard {
				if clear, err := theirs.DecryptRTP(nil, p.append(nil), nil); err != nil || len(clear) != rtpHeader+frameSamples {
					t.Fatalf("not under its key: %v", err)
				}
			}
			u.say(pcma, make([]byte, frameSamples)) // in the clear
			await(t, s, func(c Call) bool { return c.Suite == suite && c.PacketsRefused > 0 && c.PacketsReceived == 0 })
			u.bye()
		})
	}
}
