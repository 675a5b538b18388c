package access

import (
	"context"
	"fmt"
	"unicode/utf8"

	"github.com/alexedwards/argon2id"

	"huifang/internal/problem"
)

// Length of passwords, in characters. The upper limit keeps hashing cheap to refuse.
const (
	MinPassword = 10
	MaxPassword = 256
)

// hashParams are those of OWASP's recommendation for argon2id: 19 MiB, two
// passes, one lane.
func hashParams() *argon2id.Params {
	return &argon2id.Params{Memory: 19 * 1024, Iterations: 2, Parallelism: 1, SaltLength: 16, KeyLength: 32}
}

// hasher computes password hashes, a bounded number at a time: each takes
// 19 MiB and about 0.1 s of a core. It may be used by many goroutines.
type hasher struct {
	slots chan struct{}
	decoy string // hash of nothing, compared for unknown logins
}

func newHasher(parallel int) (*hasher, error) {
	decoy, err := argon2id.CreateHash("nobody has this password", hashParams())
	if err != nil {
		return nil, fmt.Errorf("hash decoy password: %w", err)
	}
	return &hasher{slots: make(chan struct{}, parallel), decoy: decoy}, nil
}

// enter waits for a place; the caller gives it back with leave.
func (h *hasher) enter(ctx context.Context) error {
	select {
	case h.slots <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (h *hasher) leave() { <-h.slots }

// hash needs a place.
func (h *hasher) hash(password string) (string, error) {
	s, err := argon2id.CreateHash(password, hashParams())
	if err != nil {
		return "", fmt.Errorf("hash password: %w", err)
	}
	return s, nil
}

// matches needs a place. An empty hash costs the same as a real one, so that
// the time of an answer does not tell whether a login exists.
func (h *hasher) matches(password, hash string) (bool, error) {
	if hash == "" {
		if _, err := argon2id.ComparePasswordAndHash(password, h.decoy); err != nil {
			return false, fmt.Errorf("compare decoy password: %w", err)
		}
		return false, nil
	}
	ok, err := argon2id.ComparePasswordAndHash(password, hash)
	if err != nil {
		return false, fmt.Errorf("compare password: %w", err)
	}
	return ok, nil
}

// checkPassword says what is wrong with a new password.
func checkPassword(password, login string) *problem.Field {
	switch n := utf8.RuneCountInString(password); {
	case n < MinPassword:
		return &problem.Field{Location: "password", Message: fmt.Sprintf("must have at least %d characters", MinPassword)}
	case n > MaxPassword:
		return &problem.Field{Location: "password", Message: fmt.Sprintf("must have at most %d characters", MaxPassword)}
	case password == login:
		return &problem.Field{Location: "password", Message: "must differ from the login"}
	}
	return nil
}
