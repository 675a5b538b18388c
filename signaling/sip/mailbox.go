package sip

import "sync"

// mailbox is an unbounded queue with one reader. Posting never blocks, so a
// handler may call the methods of its own Call.
type mailbox[T any] struct {
	mu     sync.Mutex
	items  []T
	closed bool
	wake   chan struct{}
}

func newMailbox[T any]() *mailbox[T] { return &mailbox[T]{wake: make(chan struct{}, 1)} }

// post reports false when the reader has gone.
func (b *mailbox[T]) post(v T) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.closed {
		return false
	}
	b.items = append(b.items, v)
	select {
	case b.wake <- struct{}{}:
	default:
	}
	return true
}

// take waits for items and returns all that are there.
func (b *mailbox[T]) take() []T {
	for {
		b.mu.Lock()
		items := b.items
		b.items = nil
		b.mu.Unlock()
		if len(items) > 0 {
			return items
		}
		<-b.wake
	}
}

// close refuses further posts and returns what was not taken.
func (b *mailbox[T]) close() []T {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.closed = true
	items := b.items
	b.items = nil
	return items
}
