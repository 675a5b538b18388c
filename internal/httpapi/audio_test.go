package httpapi

import (
	"bytes"
	"errors"
	"net/http"
	"testing"
)

func TestAudio_RangesAreServedAndLogged(t *testing.T) {
	t.Parallel()
	const second = 32000 // bytes: 8000 samples of 2 bytes on 2 channels
	audio := make([]byte, wavHeader+10*second)
	for i := range audio {
		audio[i] = byte(i >> 3)
	}
	for name, row := range map[string]struct {
		header       string
		status       int
		first, bytes int
		from, to     int64
	}{
		"whole":             {"", 200, 0, len(audio), 0, 10000},
		"from the start":    {"bytes=0-", 206, 0, len(audio), 0, 10000},
		"header only":       {"bytes=0-43", 206, 0, 44, 0, 0},
		"one second":        {"bytes=32044-64043", 206, 32044, 32000, 1000, 2000},
		"last second":       {"bytes=-32000", 206, wavHeader + 9*second, 32000, 9000, 10000},
		"beyond the end":    {"bytes=288044-999999999", 206, 288044, len(audio) - 288044, 9000, 10000},
		"cannot be met":     {"bytes=999999999-", 416, 0, 0, 0, 0},
		"nonsense is whole": {"seconds=1-2", 416, 0, 0, 0, 10000},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHouse()
			h.audio = audio
			w := ask(h.server(), http.MethodGet, "/api/v1/recordings/"+h.known.String()+"/audio", "auditor", "", "Range", row.header)
			if w.Code != row.status {
				t.Fatalf("%d %s", w.Code, w.Header())
			}
			if row.status >= 400 {
				return
			}
			if !bytes.Equal(w.Body.Bytes(), audio[row.first:row.first+row.bytes]) {
				t.Fatalf("%d bytes, not those asked for", w.Body.Len())
			}
			if ct, cc := w.Header().Get("Content-Type"), w.Header().Get("Cache-Control"); ct != "audio/wav" || cc != "private, no-store" {
				t.Fatalf("%s, %s", ct, cc)
			}
			if len(h.spans) != 1 || h.spans[0] != (Span{Channel: "both", FromMs: row.from, ToMs: row.to}) {
				t.Fatalf("log %+v, want %d to %d", h.spans, row.from, row.to)
			}
			if h.closed != 1 || w.Header().Get("ETag") != `"abc-both"` {
				t.Fatalf("closed %d times, tag %s", h.closed, w.Header().Get("ETag"))
			}
		})
	}
}

func TestRuleS01_NoLogNoAudio(t *testing.T) {
	t.Parallel()
	h := newHouse()
	h.audio = make([]byte, wavHeader+3200)
	h.logErr = errors.New("database away")
	w := ask(h.server(), http.MethodGet, "/api/v1/recordings/"+h.known.String()+"/audio", "auditor", "")
	if p := problemIn(t, w); p.Code != "internal" || w.Body.Len() != 0 || h.closed != 1 {
		t.Fatalf("%d %+v, closed %d times", w.Code, p, h.closed)
	}
}

func TestAudio_UnknownRecordingIsNotFound(t *testing.T) {
	t.Parallel()
	h := newHouse()
	w := ask(h.server(), http.MethodGet, "/api/v1/recordings/5f0f3c7e-4e8b-4d2d-8a51-0f9b6f3f6a10/audio", "auditor", "")
	if p := problemIn(t, w); p.Code != "not_found" || len(h.spans) != 0 {
		t.Fatalf("%+v %v", p, h.spans)
	}
}

func TestRequestedSpan_OneChannelAndSeveralRanges(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		header   string
		from, to int64
	}{
		"one channel":    {"bytes=16044-32043", 1000, 2000},
		"several":        {"bytes=16044-16059, 48044-64043", 1000, 4000},
		"one unreadable": {"bytes=16044-16059, x", 0, 10000},
		"part of a ms":   {"bytes=16044-16045", 1000, 1001},
	} {
		if s := requestedSpan(row.header, 10_000, ChannelLeft); s.FromMs != row.from || s.ToMs != row.to || s.Channel != "left" {
			t.Errorf("%s: %+v", name, s)
		}
	}
}

func TestPeaks_AreReadWithoutALogLine(t *testing.T) {
	t.Parallel()
	h := newHouse()
	h.audio = make([]byte, wavHeader+3200)
	w := ask(h.server(), http.MethodGet, "/api/v1/recordings/"+h.known.String()+"/peaks?points=10", "inspector", "")
	if w.Code != http.StatusOK || len(h.spans) != 0 || h.closed != 1 {
		t.Fatalf("%d %s, log %v, closed %d times", w.Code, w.Body, h.spans, h.closed)
	}
}
