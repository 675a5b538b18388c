package server_test

import (
	"testing"

	"huifang/internal/embedded/demo"
	"huifang/internal/testkit/audio"
)

// TestBrowser_CaseFromARedFlagToItsEnd walks an anomaly through all its steps,
// with the people who sign them. Rules C-15, C-19, C-30.
func TestBrowser_CaseFromARedFlagToItsEnd(t *testing.T) {
	h := sampleHouse(t, withKeys(t))
	h.allDay("complaint-settled")
	// The demo's customers are asked what may raise a red flag: the yearly questions.
	databases.Exec(t, h.cfg.Database.OwnerDSN, `UPDATE program p SET questionnaire_id = y.questionnaire_id FROM program y WHERE p.code = '`+demo.ProgramCode+`' AND y.code = 'yearly'`)
	h.playwright(audio.PseudoSpeech(30, 11), nil, "cases.spec.ts")
}
