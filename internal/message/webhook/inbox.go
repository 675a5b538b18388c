package webhook

import (
	"context"
	"errors"
	"fmt"
	"time"

	"huifang/internal/message"
	"huifang/internal/problem"
)

// taker is what takes what the gateway posts; *message.Service satisfies it.
type taker interface {
	Receive(ctx context.Context, r message.Receipt) error
	Answer(ctx context.Context, r message.Reply) error
}

// Inbox takes what the gateway posts back. Without a secret it takes nothing.
type Inbox struct {
	secret []byte
	clock  func() time.Time
	to     taker
}

// NewInbox makes one; an empty secret means that no gateway is configured.
func NewInbox(secret []byte, clock func() time.Time, to taker) (*Inbox, error) {
	if clock == nil || to == nil {
		return nil, errors.New("make inbox of SMS gateway: clock and taker are required")
	}
	return &Inbox{secret: secret, clock: clock, to: to}, nil
}

func (i *Inbox) verify(timestamp, signature string, raw []byte) error {
	err := ErrSignature
	if len(i.secret) > 0 {
		err = Verify(i.secret, i.clock(), timestamp, signature, raw)
	}
	if err != nil {
		return &problem.Error{Code: problem.CodeUnauthenticated, Reason: "signature", Detail: ErrSignature.Error(), Err: err}
	}
	return nil
}

// Receipts takes delivery receipts. An unknown id is an error of the whole
// request; those before it are taken, and taking them again changes nothing.
func (i *Inbox) Receipts(ctx context.Context, timestamp, signature string, raw []byte) error {
	if err := i.verify(timestamp, signature, raw); err != nil {
		return err
	}
	rs, err := Receipts(raw)
	if err != nil {
		return err
	}
	for _, r := range rs {
		if err := i.to.Receive(ctx, r); err != nil {
			return fmt.Errorf("take receipt: %w", err)
		}
	}
	return nil
}

// Replies takes what customers answered.
func (i *Inbox) Replies(ctx context.Context, timestamp, signature string, raw []byte) error {
	if err := i.verify(timestamp, signature, raw); err != nil {
		return err
	}
	rs, err := Replies(raw)
	if err != nil {
		return err
	}
	for _, r := range rs {
		if err := i.to.Answer(ctx, r); err != nil {
			return fmt.Errorf("take reply: %w", err)
		}
	}
	return nil
}
