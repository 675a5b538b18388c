package main

import (
	"strings"
	"testing"
	"time"
)

func TestExport_PeriodIsInTheSitesZone(t *testing.T) {
	t.Parallel()
	p, err := periodOf("2026-11-01", "2026-12-01", "Asia/Shanghai")
	if err != nil || !p.From.Equal(time.Date(2026, 10, 31, 16, 0, 0, 0, time.UTC)) || !p.To.Equal(time.Date(2026, 11, 30, 16, 0, 0, 0, time.UTC)) {
		t.Errorf("%+v %v", p, err)
	}
	p, err = periodOf("2026-11-01T08:00:00+08:00", "2026-11-02", "UTC")
	if err != nil || !p.From.Equal(time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)) {
		t.Errorf("%+v %v", p, err)
	}
	for _, bad := range [][2]string{{"yesterday", "2026-11-02"}, {"2026-11-02", "2026-11-02"}, {"2026-11-02", ""}} {
		if _, err := periodOf(bad[0], bad[1], "UTC"); err == nil || !strings.HasPrefix(err.Error(), "--") {
			t.Errorf("%v: %v", bad, err)
		}
	}
}

func TestExport_VolumesHoldWhatTheirMediaHold(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]int64{"none": 0, "cd": 700_000_000, "dvd": 4_700_000_000, "bd": 25_000_000_000, "2": 2_000_000} {
		if n, err := volumeBytes(text); err != nil || n != want {
			t.Errorf("%s: %d %v", text, n, err)
		}
	}
	for _, bad := range []string{"", "usb", "1", "-5"} {
		if _, err := volumeBytes(bad); err == nil || !strings.HasPrefix(err.Error(), "--volume") {
			t.Errorf("%s: %v", bad, err)
		}
	}
}
