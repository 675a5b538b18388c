package server_test

import (
	"encoding/binary"
	"encoding/json"
	"math"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"huifang/internal/access"
	"huifang/internal/callback"
	"huifang/internal/config"
	"huifang/internal/customer"
	"huifang/internal/httpapi"
	"huifang/internal/server"
	"huifang/recording/evidence"
)

// otherLine writes a WAV of 16 kHz PCM with the customer's tone (300 Hz) first and the agent's (700 Hz) second.
func (h *house) otherLine(seconds int) string {
	h.t.Helper()
	const hz = 16000
	le := binary.LittleEndian
	b := []byte("RIFF\x00\x00\x00\x00WAVEfmt \x10\x00\x00\x00\x01\x00\x02\x00")
	b = le.AppendUint32(b, hz)
	b = le.AppendUint32(b, 4*hz)
	b = append(b, "\x04\x00\x10\x00data"...)
	b = le.AppendUint32(b, uint32(4*hz*seconds))
	for i := range hz * seconds {
		for _, tone := range []float64{300, 700} {
			b = le.AppendUint16(b, uint16(int16(8000*math.Sin(2*math.Pi*tone*float64(i)/hz))))
		}
	}
	path := filepath.Join(h.t.TempDir(), "站点录音.wav")
	h.must(os.WriteFile(path, b, 0o600))
	return path
}

// strength is how much of a sound is a tone.
func strength(pcm []byte, tone float64) float64 {
	var re, im, all float64
	n := len(pcm) / 2
	for i := range n {
		v := float64(int16(binary.LittleEndian.Uint16(pcm[2*i:])))
		re += v * math.Cos(2*math.Pi*tone*float64(i)/8000)
		im += v * math.Sin(2*math.Pi*tone*float64(i)/8000)
		all += v * v
	}
	return 2 * (re*re + im*im) / float64(n) / all
}

// Rule T-07: what was recorded on another line is taken in, says so wherever it
// is found, is owed a record like any other, and is found out when it is altered.
func TestRuleT07_RecordingOfAnotherLineIsOfALesserClass(t *testing.T) {
	t.Parallel()
	h := openHouse(t, func(c *config.Config, _ *server.Options) { c.Evidence.Every = time.Second })
	agent := h.person("agent", access.RoleAgent)
	h.person("head", access.RoleRecordsHead)
	p := h.program("other-line", func(*callback.Program) {})
	_, err := h.server.Customer.Create(t.Context(), h.boss, customer.Customer{Code: "C-7", Name: "王小明", Kind: "investor"}, []customer.NewContact{{Number: "13800138007"}})
	h.must(err)
	good := server.Foreign{File: h.otherLine(3), AgentRight: true, Customer: "C-7", Number: "13800138007", Program: p.Code, Agent: "agent", By: "head",
		Source: "备用电话机 3 号录音笔", Reason: "专线故障", StartedAt: time.Now().Add(-30 * time.Minute)}
	for flag, change := range map[string]func(*server.Foreign){
		"--source":   func(f *server.Foreign) { f.Source = " " },
		"--started":  func(f *server.Foreign) { f.StartedAt = time.Now().Add(-time.Second) },
		"--number":   func(f *server.Foreign) { f.Number = "x" },
		"--agent":    func(f *server.Foreign) { f.Agent = "head" },
		"--by":       func(f *server.Foreign) { f.By = "agent" },
		"customer":   func(f *server.Foreign) { f.Customer = "C-8" },
		"program":    func(f *server.Foreign) { f.Program = "none" },
		"no such nu": func(f *server.Foreign) { f.Number = "13800138008" },
		"not a WAV":  func(f *server.Foreign) { f.File = filepath.Join(root, "README.md") },
	} {
		f := good
		change(&f)
		if id, err := server.Import(t.Context(), h.cfg, h.server.Store, f); err == nil || !strings.Contains(err.Error(), flag) {
			t.Errorf("%s: %s %v", flag, id, err)
		}
	}
	if left, err := filepath.Glob(filepath.Join(h.cfg.Spool.Dir, "[0-9]*", "*")); err != nil || len(left) != 0 {
		t.Fatal("what was refused left something behind:", left, err)
	}
	id, err := server.Import(t.Context(), h.cfg, h.server.Store, good)
	h.must(err)
	if _, err := server.Import(t.Context(), h.cfg, h.server.Store, good); err == nil || !strings.Contains(err.Error(), id.String()) {
		t.Error("the same file twice:", err)
	}
	d := h.verified(id)
	if o := d.Origin; o == nil || o.Source != good.Source || o.Reason != good.Reason || o.Channels != 2 || o.Rate != 16000 || o.Coding != "pcm" || o.By != "head" || d.DurationMs != 3000 {
		t.Fatalf("%+v", d.Origin)
	}
	head := h.signIn("head")
	var page httpapi.RecordingPage
	if code, b := h.get(head, "/api/v1/recordings?customer=小明"); code != http.StatusOK || json.Unmarshal(b, &page) != nil || len(page.Recordings) != 1 || !page.Recordings[0].Imported {
		t.Errorf("%d %+v", code, page)
	}
	for side, tone := range map[string]float64{"left": 700, "right": 300} {
		code, sound := h.get(head, "/api/v1/recordings/"+id.String()+"/audio?channel="+side)
		if s := strength(sound[44:], tone); code != http.StatusOK || s < 0.98 {
			t.Errorf("%s: %d, %.3f of it is the tone", side, code, s)
		}
	}
	// Rule C-01: the agent owes its record, and can write it.
	code, b := h.send(h.signIn("agent"), http.MethodPut, h.base+"/api/v1/calls/"+d.CallID.String()+"/record", httpapi.RecordInput{State: "final", Disposition: "completed",
		Content: "一切正常", Problems: "无", Handling: "无", Answers: answersOf(p)})
	if code != http.StatusOK {
		t.Fatalf("%d %s", code, b)
	}
	if open, err := h.server.Store.Wrapups(t.Context(), agent.ID); err != nil || len(open) != 0 {
		t.Errorf("%+v %v", open, err)
	}
	if err := databases.Try(t, h.cfg.Database.DSN, `UPDATE recording_import SET source = 'ours'`); err == nil {
		t.Error("where a recording comes from was altered")
	}
	h.covered()
	dirs := h.export(t.TempDir(), 0)
	index, err := os.ReadFile(filepath.Join(dirs[0], "index.html"))
	h.must(err)
	if !strings.Contains(string(index), good.Source+" ("+good.Reason+")") {
		t.Error("the copy does not say that the recording is of a lesser class")
	}
	h.stop()
	if r := h.verify(t, h.cfg.Database.OwnerDSN); !r.OK() {
		t.Errorf("%s", r)
	}
	databases.Exec(t, h.cfg.Database.OwnerDSN, `ALTER TABLE recording_import DISABLE TRIGGER ALL`, `UPDATE recording_import SET source = 'ours'`)
	if r := h.verify(t, h.cfg.Database.OwnerDSN); !has(r, evidence.FactAltered, "import.1") {
		t.Errorf("a source that was altered is not found: %s", r)
	}
}

// answersOf gives an answer to each question that must be answered, as far as the answers before ask it.
func answersOf(p callback.Program) map[string]any {
	out, q := map[string]any{}, p.Questionnaire.Normal()
	for _, it := range q.Items {
		switch {
		case !it.Required || !q.Asked(out)[it.Key]:
		case it.Kind == callback.ItemChoices:
			out[it.Key] = []string{it.Choices[0].Key}
		case len(it.Choices) > 0:
			out[it.Key] = it.Choices[0].Key
		case it.Kind == callback.ItemText:
			out[it.Key] = "是"
		}
	}
	return out
}
