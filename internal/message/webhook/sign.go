package webhook

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// The headers of a signed request, in both directions.
const (
	HeaderTimestamp = "Huifang-Timestamp"
	HeaderSignature = "Huifang-Signature"
	HeaderKey       = "Idempotency-Key"
)

// Tolerance is how far the clocks may be apart: what is older is refused, so
// that a request that somebody caught cannot be sent again later.
const Tolerance = 5 * time.Minute

// Sign gives the value of the signature's header: HMAC-SHA256 over the
// timestamp (seconds since 1970, in decimal), a dot, and the very bytes of the body.
func Sign(secret []byte, at time.Time, body []byte) (timestamp, signature string) {
	timestamp = strconv.FormatInt(at.Unix(), 10)
	return timestamp, "v1=" + hex.EncodeToString(mac(secret, timestamp, body))
}

func mac(secret []byte, timestamp string, body []byte) []byte {
	h := hmac.New(sha256.New, secret)
	h.Write([]byte(timestamp + ".")) // a hash never fails
	h.Write(body)
	return h.Sum(nil)
}

// ErrSignature says that a request is not signed by whoever has the secret, or
// not now.
var ErrSignature = errors.New("the signature is missing or wrong, or its time is too far from ours")

// Verify checks a request. The header may hold several signatures, separated by
// commas, while a secret is exchanged.
func Verify(secret []byte, now time.Time, timestamp, signatures string, body []byte) error {
	seconds, err := strconv.ParseInt(timestamp, 10, 64)
	if err != nil {
		return fmt.Errorf("%w: no timestamp", ErrSignature)
	}
	if d := now.Sub(time.Unix(seconds, 0)); d > Tolerance || d < -Tolerance {
		return fmt.Errorf("%w: time", ErrSignature)
	}
	want := mac(secret, timestamp, body)
	for _, s := range strings.Split(signatures, ",") {
		text, ok := strings.CutPrefix(strings.TrimSpace(s), "v1=")
		if !ok {
			continue
		}
		if got, err := hex.DecodeString(text); err == nil && hmac.Equal(got, want) {
			return nil
		}
	}
	return ErrSignature
}
