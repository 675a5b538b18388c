package sip

import (
	"bytes"
	"fmt"
	"io"
	"strings"

	sipmsg "github.com/emiago/sipgo/sip"
	"github.com/icholy/digest"
)

// maxAuthTries is how often one request is sent again with credentials: once
// for the challenge, once more for a stale nonce (RFC 7616 3.3).
const maxAuthTries = 2

// challenged reports whether a response asks for credentials.
func challenged(res *sipmsg.Response) bool {
	return res.StatusCode == 401 && len(res.GetHeaders("WWW-Authenticate")) > 0 ||
		res.StatusCode == 407 && len(res.GetHeaders("Proxy-Authenticate")) > 0
}

// authorize puts the answer to a challenge into req, in place of an earlier
// one. Of several challenges the first that we can answer counts, as the
// sender puts its preferred algorithm first (RFC 8760 2.4).
func authorize(req *sipmsg.Request, res *sipmsg.Response, username, password string) error {
	ask, answer := "WWW-Authenticate", "Authorization"
	if res.StatusCode == 407 {
		ask, answer = "Proxy-Authenticate", "Proxy-Authorization"
	}
	for _, h := range res.GetHeaders(ask) {
		chal, err := digest.ParseChallenge(h.Value())
		if err != nil {
			continue
		}
		chal.Algorithm = strings.ToUpper(chal.Algorithm)
		for i := range chal.QOP {
			chal.QOP[i] = strings.ToLower(strings.TrimSpace(chal.QOP[i]))
		}
		if !digest.CanDigest(chal) {
			continue
		}
		cred, err := digest.Digest(chal, digest.Options{
			Method: req.Method.String(), URI: req.Recipient.String(), Username: username, Password: password,
			GetBody: func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(req.Body())), nil },
		})
		if err != nil {
			return fmt.Errorf("%w: %w", ErrChallenge, err)
		}
		req.RemoveHeader(answer)
		req.AppendHeader(sipmsg.NewHeader(answer, cred.String()))
		return nil
	}
	return ErrChallenge
}
