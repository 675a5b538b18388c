package server_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"huifang/internal/access"
	"huifang/internal/audit"
	"huifang/internal/call"
	"huifang/internal/callback"
	"huifang/internal/carriersim"
	"huifang/internal/clip"
	"huifang/internal/config"
	"huifang/internal/customer"
	"huifang/internal/httpapi"
	"huifang/internal/keyring"
	"huifang/internal/server"
	"huifang/signaling/wire"
)

// withKeys gives a house a key for the passwords of its trunks.
func withKeys(t *testing.T) func(*config.Config, *server.Options) {
	return func(c *config.Config, _ *server.Options) {
		line, err := keyring.NewLine("test")
		if err != nil {
			t.Fatal(err)
		}
		c.Secrets.KeyFile = filepath.Join(t.TempDir(), "keys")
		if err := os.WriteFile(c.Secrets.KeyFile, []byte(line), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// trunks lists them by the API.
func (h *house) trunks(c *http.Client) map[string]httpapi.TrunkEntry {
	h.t.Helper()
	code, body := h.get(c, "/api/v1/trunks")
	var list httpapi.TrunkList
	if code != http.StatusOK || json.Unmarshal(body, &list) != nil {
		h.t.Fatalf("list trunks: %d %s", code, body)
	}
	if strings.Contains(string(body), "trunk-word") || strings.Contains(string(body), `"password"`) {
		h.t.Fatalf("the list tells a password: %s", body)
	}
	out := map[string]httpapi.TrunkEntry{}
	for _, t := range list.Trunks {
		out[t.Name] = t
	}
	return out
}

func (h *house) putTrunk(c *http.Client, t httpapi.TrunkEntry, want int) wire.Problem {
	h.t.Helper()
	code, body := h.send(c, http.MethodPut, h.base+"/api/v1/trunks/"+t.ID.String(), httpapi.TrunkInput{TrunkFields: t.TrunkFields})
	var p wire.Problem
	if code != want || code != http.StatusOK && json.Unmarshal(body, &p) != nil {
		h.t.Fatalf("change trunk %s: %d %s", t.Name, code, body)
	}
	return p
}

// Two carriers: what an administrator says holds for the next call, the one
// that is up is not disturbed (Rules T-06, T-07, T-14).
func TestRuleT07_TrunksAreChangedWhileCallsAreUp(t *testing.T) {
	t.Parallel()
	h := openHouse(t, withKeys(t))
	ctx := t.Context()
	second, err := carriersim.New(carriersim.Config{Credentials: carriersim.Credentials{Username: "spare-user", Password: "spare-trunk-word"}})
	h.must(err)
	h.must(second.Start(ctx))
	t.Cleanup(second.Stop)
	boss := h.signIn("boss")
	program := h.program("shown", func(p *callback.Program) {
		p.RecordingNotice, p.CallerIDs = false, []string{"4008005678", "4001234567"}
	})

	word := "spare-trunk-word"
	spare := httpapi.TrunkInput{Password: &word, TrunkFields: httpapi.TrunkFields{Name: "spare", Enabled: true, Address: second.Addr(), Transport: "udp",
		Username: "spare-user", CallerID: "4008001234", CallerIDs: []string{"4008005678"}, StripPrefix: "+86", Priority: 50, Weight: 1, MaxCalls: 1}}
	if code, body := h.send(boss, http.MethodPost, h.base+"/api/v1/trunks", spare); code != http.StatusCreated || strings.Contains(string(body), word) {
		t.Fatalf("%d %s", code, body)
	}
	bad := spare
	bad.Name, bad.Address, bad.MediaSources = "Spare!", "nowhere", []string{"there"}
	code, body := h.send(boss, http.MethodPost, h.base+"/api/v1/trunks", bad)
	for _, field := range []string{"name", "address", "media_sources"} {
		if code != http.StatusUnprocessableEntity || !strings.Contains(string(body), `"`+field+`"`) {
			t.Errorf("%s: %d %s", field, code, body)
		}
	}
	if code, body := h.send(boss, http.MethodPost, h.base+"/api/v1/trunks", spare); code != http.StatusConflict || !strings.Contains(string(body), "name_taken") {
		t.Errorf("the name twice: %d %s", code, body)
	}
	rows, err := h.server.Store.TrunkRows(ctx)
	h.must(err)
	for _, r := range rows {
		if strings.Contains(string(r.Password.Box), word) || r.Name == "spare" && (r.Password.KeyID != "test" || len(r.Password.Box) < len(word)+28) {
			t.Errorf("stored: %q by key %s", r.Password.Box, r.Password.KeyID)
		}
	}

	// The file's trunk: what the file says stands, what only the page says is changed.
	main := h.trunks(boss)["main"]
	moved := main
	moved.Address = "192.0.2.1:5060"
	if p := h.putTrunk(boss, moved, http.StatusConflict); p.Reason != "from_configuration" || main.Source != "config" || !main.HasPassword {
		t.Errorf("%+v %+v", p, main)
	}
	main.MaxCalls, main.Rewrites = 1, []httpapi.TrunkRewrite{{Prefix: "+8613800010014", With: "00000015"}} // which answers 503
	h.putTrunk(boss, main, http.StatusOK)

	lina, wang, zhou := h.person("lina", access.RoleAgent), h.person("wang", access.RoleAgent), h.person("zhou", access.RoleAgent)
	first := h.phone(lina)
	_, err = first.Dial(ctx, h.task(lina, program, "00010014").String()) // asks for credentials
	h.must(err)
	talking := func(s wire.CallSnapshot) bool { return s.State == "talking" || over(s) }
	s, err := first.Until(ctx, talking)
	h.must(err)
	c, err := h.server.Store.Call(ctx, s.ID)
	h.must(err)
	if s.State != "talking" || len(c.Attempts) != 2 || c.Attempts[0].Trunk != "main" || c.Attempts[0].Outcome != call.OutcomeTrunkFailure ||
		c.Attempts[1].Trunk != "spare" || len(second.Calls()) != 1 {
		t.Fatalf("%s: %+v", s.State, c.Attempts)
	}
	// Spare is full: the next call takes main, the one after is refused.
	other := h.phone(wang)
	_, err = other.Dial(ctx, h.task(wang, program, "00000001").String())
	h.must(err)
	s, err = other.Until(ctx, talking)
	h.must(err)
	if c, err = h.server.Store.Call(ctx, s.ID); err != nil || len(c.Attempts) != 1 || c.Attempts[0].Trunk != "main" {
		t.Fatalf("%+v %v", c.Attempts, err)
	}
	_, err = h.phone(zhou).Dial(ctx, h.task(zhou, program, "00000001").String())
	if p := h.problemOf(err); p.Rule != "T-07" || p.Reason != "trunk_full" || p.AllowedAt == nil || time.Until(*p.AllowedAt) > 10*time.Second {
		t.Errorf("all are full: %+v", p)
	}
	now := h.trunks(boss)
	if m, sp := now["main"], now["spare"]; m.Calls != 1 || sp.Calls != 1 || m.Recent.Failed != 1 || m.Recent.Attempts != 2 || sp.Today.Attempts != 1 {
		t.Errorf("main %+v, spare %+v", m, sp)
	}

	// Taken out in the middle of its call, which ends like any other.
	if code, body := h.send(boss, http.MethodDelete, h.base+"/api/v1/trunks/"+now["spare"].ID.String(), nil); code != http.StatusNoContent {
		t.Fatalf("%d %s", code, body)
	}
	if _, there := h.trunks(boss)["spare"]; there {
		t.Error("the removed trunk is listed")
	}
	if code, _ := h.send(boss, http.MethodDelete, h.base+"/api/v1/trunks/"+main.ID.String(), nil); code != http.StatusConflict {
		t.Errorf("a trunk of the file was removed: %d", code)
	}
	h.must(first.Hangup(ctx, ""))
	_, err = first.Until(ctx, over)
	h.must(err)
	h.eventually("the removed trunk's carrier to see the BYE", func() bool { return second.Calls()[0].End == carriersim.EndCaller })
	h.must(other.Hangup(ctx, ""))
	_, err = other.Until(ctx, over)
	h.must(err)
	h.eventually("the place to be free", func() bool { return h.trunks(boss)["main"].Calls == 0 })

	h.eventually("the attempts' ends to be written", func() bool {
		m := h.trunks(boss)["main"]
		return m.Recent.Answered == 1 && m.Today.Outcomes["answered"] == 1
	})

	log, err := h.server.Store.Events(ctx, audit.Filter{ObjectKind: "trunk"})
	h.must(err)
	if text := fmt.Sprint(log); strings.Contains(text, word) || !strings.Contains(text, "before:0") && !strings.Contains(text, "max_calls") {
		t.Errorf("audit: %s", text)
	}
	if len(log) != 4 || log[0].Action != audit.ActionTrunkRemoved || log[0].ActorID != h.boss.User.ID { // seeded, made, changed, removed
		t.Errorf("%d events, last %+v", len(log), log[0])
	}
}

// What only the page says outlives a restart; a trunk whose key is gone is left out.
func TestTrunks_OutliveARestart(t *testing.T) {
	t.Parallel()
	h := openHouse(t, withKeys(t))
	boss := h.signIn("boss")
	main := h.trunks(boss)["main"]
	main.MaxCalls, main.Priority = 3, 7
	h.putTrunk(boss, main, http.StatusOK)
	word := "some-trunk-word"
	in := httpapi.TrunkInput{Password: &word, TrunkFields: httpapi.TrunkFields{Name: "spare", Enabled: true, Address: "127.0.0.1:9", Transport: "udp"}}
	if code, body := h.send(boss, http.MethodPost, h.base+"/api/v1/trunks", in); code != http.StatusCreated {
		t.Fatalf("%d %s", code, body)
	}
	h.stop()
	h.cfg.Trunks[0].CallerID = "4007654321"
	old, err := os.ReadFile(h.cfg.Secrets.KeyFile)
	h.must(err)
	line, err := keyring.NewLine("newer")
	h.must(err)
	h.must(os.WriteFile(h.cfg.Secrets.KeyFile, append([]byte(line), old...), 0o600))
	h.start()
	after := h.trunks(boss)
	if m := after["main"]; m.MaxCalls != 3 || m.Priority != 7 || m.CallerID != "4007654321" || after["spare"].State == "off" {
		t.Errorf("%+v", after)
	}
	rows, err := h.server.Store.TrunkRows(t.Context())
	h.must(err)
	for _, r := range rows {
		if r.Name == "spare" && r.Password.KeyID != "newer" {
			t.Errorf("sealed with %s after the rotation", r.Password.KeyID)
		}
	}
	h.stop()
	h.cfg.Secrets.KeyFile = ""
	h.start()
	if after := h.trunks(boss); after["spare"].State != "off" || after["main"].State == "off" {
		t.Errorf("without the key: %+v", after)
	}
}

// Premium and foreign numbers are closed until the house opens them; the
// attempt is refused with its reason, logged and counted, and sent nowhere.
func TestNumbers_ClosedOnesAreRefusedLoggedAndCounted(t *testing.T) {
	t.Parallel()
	h := openHouse(t, func(c *config.Config, _ *server.Options) {
		c.Numbers.Rules = []config.NumberRule{{Prefix: "+853", Allow: true}}
	})
	program := h.program("abroad", func(*callback.Program) {})
	lina := h.person("lina", access.RoleAgent)
	p := h.phone(lina)
	task := func(number string) string {
		c, err := h.server.Customer.Create(t.Context(), h.boss, customer.Customer{Code: number, Name: "王小明", Kind: "investor"}, []customer.NewContact{{Number: number}})
		h.must(err)
		v, err := h.server.Callback.Create(t.Context(), h.boss, callback.NewTask{CustomerID: c.ID, ProgramID: program.ID, AssigneeID: lina.ID, DueAt: time.Now().Add(time.Hour)})
		h.must(err)
		return v.Task.ID.String()
	}
	for number, class := range map[string]string{"+852 2123 4567": "foreign", "+86 168 12345": "premium", "17909": "access_code", "2001": "extension"} {
		_, err := p.Dial(t.Context(), task(number))
		if r := h.problemOf(err); r.Reason != "number_not_permitted" || r.Params["class"] != class {
			t.Errorf("%s: %+v", number, r)
		}
	}
	if n := len(h.carrier.Calls()); n != 0 {
		t.Errorf("the carrier saw %d calls", n)
	}
	log, err := h.server.Store.Events(t.Context(), audit.Filter{Action: audit.ActionDialRefused})
	h.must(err)
	if len(log) != 4 || log[0].Reason != "number_not_permitted" || log[0].Detail["number_class"] == nil {
		t.Errorf("audit: %+v", log)
	}
	_, metrics := h.get(http.DefaultClient, "/metrics", h.server.OpsAddr)
	if !strings.Contains(string(metrics), `reason="number_not_permitted",result="refused"} 4`) {
		t.Error("the refusals are not counted")
	}
	if _, err := p.Dial(t.Context(), task("+853 2871 2345")); err != nil {
		t.Errorf("what the house has opened: %v", err)
	}
}

// probe begins a test call of a trunk, and waits for its end and its recording.
func (h *house) probe(c *http.Client, id uuid.UUID) httpapi.Probe {
	h.t.Helper()
	code, body := h.send(c, http.MethodPost, h.base+"/api/v1/trunks/"+id.String()+"/probes", nil)
	var begun httpapi.Probe
	if code != http.StatusCreated || json.Unmarshal(body, &begun) != nil || begun.EndedAt != nil {
		h.t.Fatalf("test trunk: %d %s", code, body)
	}
	var p httpapi.Probe
	h.eventually("the probe to end, its recording verified", func() bool {
		var list httpapi.ProbeList
		code, body := h.get(c, "/api/v1/trunks/"+id.String()+"/probes")
		if code != http.StatusOK || json.Unmarshal(body, &list) != nil || len(list.Probes) == 0 || list.Probes[0].ID != begun.ID {
			h.t.Fatalf("probes: %d %s", code, body)
		}
		p = list.Probes[0]
		return p.EndedAt != nil && p.Recording.State == "verified"
	})
	return p
}

// "Test this trunk": a call that is recorded first (Rule T-01), measured, heard
// by those who look after trunks, and in no figure and no list of recordings.
func TestRuleT01_TrunkIsTestedByARecordedCall(t *testing.T) {
	t.Parallel()
	h := openHouse(t, nil)
	boss, auditor := h.signIn("boss"), h.signIn(h.person("auditor", access.RoleAuditor).Login)
	main := h.trunks(boss)["main"]
	path := "/api/v1/trunks/" + main.ID.String() + "/probes"
	number := func(n string) {
		t.Helper()
		main.ProbeNumber = n
		h.putTrunk(boss, main, http.StatusOK)
	}
	if code, body := h.send(boss, http.MethodPost, h.base+path, nil); code != http.StatusUnprocessableEntity || !strings.Contains(string(body), "probe_number") {
		t.Errorf("without a number: %d %s", code, body)
	}
	number("+8616812345678")
	if code, body := h.send(boss, http.MethodPost, h.base+path, nil); code != http.StatusConflict || !strings.Contains(string(body), "number_not_permitted") {
		t.Errorf("a premium number: %d %s", code, body)
	}

	number("+8613800000001")
	p := h.probe(boss, main.ID)
	q := p.Quality
	if p.Outcome != "answered" || p.SIPCode != 200 || p.AnsweredAt == nil || p.By.Name != "boss" || p.CallerID != main.CallerID || q.Received < 50 || q.MOS < 3 {
		t.Errorf("%+v", p)
	}
	if p.Recording.SentMs < 2000 || p.Recording.HeardMs < 1000 {
		t.Errorf("sound: %+v", p.Recording)
	}
	call := h.carrier.Calls()[0]
	code, file := h.get(auditor, path+"/"+p.ID.String()+"/audio")
	sound, err := clip.Parse(file)
	if code != http.StatusOK || err != nil || len(sound.Channels) != 2 {
		t.Fatalf("audio: %d, %v", code, err)
	}
	sent, came := h.compare(clip.FromPCM(call.Received), sound.Channels[0]), h.compare(clip.FromPCM(call.Sent), sound.Channels[1])
	if sent.Seconds < 2 || sent.Min < 0.95 || came.Seconds < 2 || came.Min < 0.95 {
		t.Errorf("sent %s, came back %s", sent, came)
	}

	number("+8613800000004")
	if p := h.probe(boss, main.ID); p.Outcome != "busy" || p.SIPCode != 486 || p.AnsweredAt != nil || p.Recording.HeardMs != 0 {
		t.Errorf("%+v", p)
	}

	var list httpapi.RecordingPage
	if code, body := h.get(auditor, "/api/v1/recordings"); code != http.StatusOK || json.Unmarshal(body, &list) != nil || len(list.Recordings) != 0 {
		t.Errorf("probes are among the recordings of calls: %d %s", code, body)
	}
	if s := h.trunks(boss)["main"]; s.Today.Attempts != 0 || s.Calls != 0 {
		t.Errorf("probes are in the figures: %+v", s)
	}
	events, err := h.server.Store.Events(t.Context(), audit.Filter{Action: audit.ActionTrunkProbed})
	h.must(err)
	if len(events) != 2 {
		t.Errorf("%d probes are in the audit log", len(events))
	}
}
