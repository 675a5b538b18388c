package archive

import (
	"errors"
	"net/http"
	"slices"

	"github.com/minio/minio-go/v7"
)

// Trouble says what is wrong with the storage, in a closed set for figures and
// the page; the error itself is in the log and at the recording.
type Trouble string

// The troubles.
const (
	TroubleNone    Trouble = ""
	TroubleAway    Trouble = "away"    // no answer, or one that was cut
	TroubleUnwell  Trouble = "unwell"  // 500, 503 and their like
	TroubleRefused Trouble = "refused" // the credentials do not suffice any more
	TroubleClock   Trouble = "clock"   // its clock and ours are too far apart
	TroubleLying   Trouble = "lying"   // it said that it stored, and has nothing or something else
	TroubleLock    Trouble = "lock"    // the bucket has no object lock (Rule T-02)
	TroubleOther   Trouble = "other"   // it does not take this request
)

// Troubles lists the closed set without none.
func Troubles() []Trouble {
	return []Trouble{TroubleAway, TroubleUnwell, TroubleRefused, TroubleClock, TroubleLying, TroubleLock, TroubleOther}
}

// refusals are codes of answers about credentials that some services do not
// send with 403: an unknown key is 404 for one.
var refusals = []string{"XAdminUserNotFound", "InvalidAccessKeyId", "SignatureDoesNotMatch", "AccessDenied", "ExpiredToken", "InvalidToken", "AccountProblem"}

func troubleOf(err error) Trouble {
	if err == nil {
		return TroubleNone
	}
	if errors.Is(err, ErrNotFound) || errors.Is(err, ErrDiffers) {
		return TroubleLying
	}
	if errors.Is(err, ErrNoLock) {
		return TroubleLock
	}
	if errors.Is(err, ErrNoKeys) {
		return TroubleOther
	}
	var answer minio.ErrorResponse
	if !errors.As(err, &answer) || answer.StatusCode == 0 {
		return TroubleAway
	}
	switch {
	case answer.Code == "RequestTimeTooSkewed" || answer.Code == "RequestExpired":
		return TroubleClock
	case answer.StatusCode == http.StatusUnauthorized || answer.StatusCode == http.StatusForbidden, slices.Contains(refusals, answer.Code):
		return TroubleRefused
	case answer.StatusCode >= 500 || answer.StatusCode == http.StatusTooManyRequests:
		return TroubleUnwell
	case answer.Code == "InvalidRequest" && answer.StatusCode == http.StatusBadRequest:
		return TroubleLock
	}
	return TroubleOther
}
