package token

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"

	"huifang/internal/problem"
)

// Begin takes a key for a request of the given account that will take at most
// as long as given. It gives the request to carry out, or the answer that the
// same request had before. Problem invalid when the key was used for another
// request, conflict while the first is under way or when its answer was lost.
func (s *Service) Begin(ctx context.Context, account uuid.UUID, key string, hash [32]byte, atMost time.Duration) (Request, *Answer, error) {
	if !plain(key) {
		return Request{}, nil, problem.BadField("header.Idempotency-Key", "must have 1 to %d printable ASCII characters", MaxKey)
	}
	now := s.now()
	r := Request{Account: account, Key: key, Hash: hash, Attempt: uuid.New(), Until: now.Add(atMost)}
	taken, kept, err := s.store.BeginRequest(ctx, r, now)
	switch {
	case err != nil:
		return Request{}, nil, fmt.Errorf("begin request: %w", err)
	case taken:
		return r, nil, nil
	case kept.Hash != hash:
		return Request{}, nil, &problem.Error{Code: problem.CodeInvalid, Reason: "key_reused", Detail: "this Idempotency-Key was used for another request",
			Fields: []problem.Field{{Location: "header.Idempotency-Key", Message: "belongs to a request with another path or body"}}}
	case kept.Answer != nil:
		return Request{}, kept.Answer, nil
	case !kept.AppliedAt.IsZero() && now.After(kept.Until):
		return Request{}, nil, problem.Conflict("answer_lost", "the request was carried out and its answer was lost; look at what it changed")
	default:
		return Request{}, nil, problem.Conflict("in_progress", "the first request with this Idempotency-Key is not answered yet")
	}
}

func plain(key string) bool {
	if key == "" || len(key) > MaxKey {
		return false
	}
	for _, c := range []byte(key) {
		if c < 0x21 || c > 0x7e {
			return false
		}
	}
	return true
}

// Answered keeps the answer; one that says that we failed frees the key where
// nothing was applied, so that the request may be sent again.
func (s *Service) Answered(ctx context.Context, r Request, a Answer) error {
	if a.Status >= 500 {
		return s.store.ForgetRequest(ctx, r)
	}
	return s.store.AnswerRequest(ctx, r, a, s.now())
}

// Tidy forgets keys that are older than Keep, and gives their number.
func (s *Service) Tidy(ctx context.Context) (int, error) {
	return s.store.DropRequests(ctx, s.now().Add(-Keep))
}
