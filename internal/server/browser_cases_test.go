package server_test

import (
	"testing"

	"huifang/internal/testkit/audio"
)

// TestBrowser_CaseFromARedFlagToItsEnd walks an anomaly through all its steps,
// with the people who sign them. Rules C-15, C-19, C-30.
func TestBrowser_CaseFromARedFlagToItsEnd(t *testing.T) {
	h := sampleHouse(t, withKeys(t))
	h.allDay("complaint-settled")
	h.playwright(audio.PseudoSpeech(30, 11), nil, "cases.spec.ts")
}
