package sheet

import (
	"bytes"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"
)

func TestSheet_HoldsWhatWasWritten(t *testing.T) {
	t.Parallel()
	w, err := New("台账", []Column{{"编号", 18}, {"时间", 18}, {"得分", 8}, {"内容", 40}})
	if err != nil {
		t.Fatal(err)
	}
	score := 90
	at := time.Date(2026, 11, 24, 10, 30, 0, 0, time.FixedZone("CST", 8*3600))
	if err := w.Row("2026-11-000001", at, &score, "=HYPERLINK(\"http://x\")"); err != nil {
		t.Fatal(err)
	}
	if err := w.Row("2026-11-000002", time.Time{}, (*int)(nil), "<b>&"); err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if _, err := w.WriteTo(&b); err != nil {
		t.Fatal(err)
	}
	f, err := excelize.OpenReader(&b)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.Close() })
	for cell, want := range map[string]string{"A1": "编号", "A2": "2026-11-000001", "B2": "2026-11-24 10:30", "C2": "90", "D2": "=HYPERLINK(\"http://x\")", "A3": "2026-11-000002", "B3": "", "C3": "", "D3": "<b>&"} {
		if got, err := f.GetCellValue("台账", cell); err != nil || got != want {
			t.Errorf("%s is %q, want %q (%v)", cell, got, want, err)
		}
	}
	if formula, _ := f.GetCellFormula("台账", "D2"); formula != "" {
		t.Errorf("a text became the formula %q", formula)
	}
}
