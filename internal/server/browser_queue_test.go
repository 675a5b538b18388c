package server_test

import (
	"os"
	"testing"

	"huifang/internal/testkit/audio"
)

// TestBrowser_QueueAndEndOfShift lets an agent take customers from the queue,
// in a house of its own: it calls whoever comes.
func TestBrowser_QueueAndEndOfShift(t *testing.T) {
	h := sampleHouse(t, withKeys(t))
	h.playwright(audio.PseudoSpeech(30, 11), nil, append([]string{"queue.spec.ts"}, flags(os.Getenv("HUIFANG_E2E_ONLY"))...)...)
}
