package server_test

import (
	"os"
	"testing"

	"huifang/internal/testkit/audio"
)

// TestBrowser_EventsBecomeDuties walks from a week's deliveries to the coverage
// that shows who was missed (Rules C-08, R-03).
func TestBrowser_EventsBecomeDuties(t *testing.T) {
	h := sampleHouse(t, withKeys(t))
	h.allDay("delivery") // it is called whenever this test runs
	h.playwright(audio.PseudoSpeech(1, 1), nil, append([]string{"duties.spec.ts"}, flags(os.Getenv("HUIFANG_E2E_ONLY"))...)...)
}
