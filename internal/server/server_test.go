package server_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"path/filepath"
	"testing"
	"time"

	"huifang/internal/carriersim"
	"huifang/internal/config"
	"huifang/internal/embedded/demo"
	"huifang/internal/headless"
	"huifang/internal/observe"
	"huifang/internal/server"
	"huifang/internal/testkit/audio"
	"huifang/internal/testkit/pg"
	"huifang/internal/testkit/s3"
)

// house is a whole instance on real parts, with a carrier that keeps what it
// hears and says.
type house struct {
	t       *testing.T
	server  *server.Server
	carrier *carriersim.Simulator
	base    string
}

const password = "correct-horse-7"

func newHouse(t *testing.T) *house {
	t.Helper()
	database, err := pg.Start(nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(database.Stop)
	objects, err := s3.Start()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(objects.Stop)
	carrier, err := carriersim.New(carriersim.Config{Capture: true})
	if err != nil {
		t.Fatal(err)
	}
	if err := carrier.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(carrier.Stop)
	store := objects.Config()
	cfg := config.Default()
	cfg.HTTP.Listen, cfg.Ops.Listen, cfg.SIP.Listen = "127.0.0.1:0", "127.0.0.1:0", "127.0.0.1:0"
	cfg.Database.DSN = database.New(t)
	cfg.Storage = config.Storage{Endpoint: store.Endpoint, Region: store.Region, Bucket: store.Bucket, AccessKey: store.AccessKey}
	cfg.Spool = config.Spool{Dir: t.TempDir(), ReserveBytes: 1 << 20, KeepLocal: time.Hour}
	cfg.Media = config.Media{RTPAddress: "127.0.0.1", WebRTCListen: "127.0.0.1:0"}
	cfg.Trunks = []config.Trunk{{Name: "main", Address: carrier.Addr(), Transport: "udp", CallerID: "4001234567", StripPrefix: "+86"}}
	s, err := server.Start(t.Context(), cfg, server.Options{Version: "test", StorageSocket: store.Socket, StorageSecret: store.SecretKey,
		Logger: slog.New(slog.DiscardHandler), Ops: observe.NewOps("test")})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
		defer cancel()
		s.Stop(ctx)
	})
	zone, err := time.LoadLocation(cfg.TimeZone)
	if err != nil {
		t.Fatal(err)
	}
	words := map[string]string{}
	for _, p := range demo.People() {
		words[p.Login] = password
	}
	err = demo.Fill(t.Context(), demo.Services{Store: s.Store, Access: s.Access, Customers: s.Customer, Callback: s.Callback, Clock: time.Now, Zone: zone}, words)
	if err != nil {
		t.Fatal(err)
	}
	return &house{t: t, server: s, carrier: carrier, base: "http://" + s.HTTPAddr}
}

// signIn gives a client with the session of an account.
func (h *house) signIn(login string) *http.Client {
	h.t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		h.t.Fatal(err)
	}
	c := &http.Client{Jar: jar}
	resp, err := c.Post(h.base+"/api/v1/session", "application/json", bytes.NewBufferString(fmt.Sprintf(`{"login":%q,"password":%q}`, login, password)))
	if err != nil {
		h.t.Fatal(err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		h.t.Fatalf("sign in %s: %s", login, resp.Status)
	}
	return c
}

func (h *house) get(c *http.Client, path string) (int, []byte) {
	h.t.Helper()
	resp, err := c.Get(h.base + path)
	if err != nil {
		h.t.Fatal(err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		h.t.Fatal(err)
	}
	return resp.StatusCode, b
}

func TestServer_WholeCallIsRecordedInStepAndReplayed(t *testing.T) {
	h := newHouse(t)
	say := filepath.Join(t.TempDir(), "say.wav")
	said := audio.PseudoSpeech(30, 7)
	if err := audio.WriteWAV(say, audio.Clip{Rate: 8000, Channels: [][]float64{said}}); err != nil {
		t.Fatal(err)
	}
	result, err := headless.Call(t.Context(), headless.Options{Server: h.base, User: "lihua", Password: password, Task: "next", Say: say, HangupAfter: 10 * time.Second})
	if err != nil || result.Refused != nil || result.Outcome != "answered" || !result.RecordSaved {
		t.Fatalf("%+v %v", result, err)
	}
	auditor := h.signIn("sunyue")
	path := "/api/v1/recordings/" + result.Recording.ID.String()
	var rec struct {
		State string `json:"state"`
		Marks []struct {
			Name string `json:"name"`
			AtMs int    `json:"at_ms"`
		} `json:"marks"`
		Object struct {
			LockMode string `json:"lock_mode"`
		} `json:"object"`
		RetainUntil time.Time `json:"retain_until"`
	}
	for deadline := time.Now().Add(20 * time.Second); rec.State != "verified"; {
		code, body := h.get(auditor, path)
		if code != http.StatusOK || time.Now().After(deadline) {
			t.Fatalf("%d, state %q: %s", code, rec.State, body)
		}
		if err := json.Unmarshal(body, &rec); err != nil {
			t.Fatal(err)
		}
	}
	// Rule T-02.
	if rec.Object.LockMode != "COMPLIANCE" || rec.RetainUntil.Before(result.EndedAt.AddDate(3, 0, 0)) {
		t.Fatalf("not kept for three years: %+v", rec)
	}
	connected := -1
	for _, m := range rec.Marks {
		if m.Name == "connected" {
			connected = m.AtMs
		}
	}
	_, file := h.get(auditor, path+"/audio?channel=both")
	clip, err := audio.ParseWAV(file)
	if err != nil || len(clip.Channels) != 2 || connected < 0 {
		t.Fatalf("%d bytes, connected at %d: %v", len(file), connected, err)
	}
	// Rule T-01: both voices, in their channel, in step.
	left := audio.Summarise(audio.CorrelatePerSecond(said, clip.Channels[0][connected*8:], 8000))
	sent := audio.FromPCM(h.carrier.Calls()[0].Sent)
	right := audio.Summarise(audio.CorrelatePerSecond(sent, clip.Channels[1], 8000))
	if left.Seconds < 8 || left.Min < 0.95 || right.Seconds < 8 || right.Min < 0.95 {
		t.Fatalf("left %s; right %s", left, right)
	}
	// Rule S-01: nobody else hears it, and unknown ids say nothing.
	for login, want := range map[string]int{"lihua": http.StatusForbidden, "zhaolei": http.StatusForbidden} {
		if code, _ := h.get(h.signIn(login), path+"/audio"); code != want {
			t.Errorf("%s got %d", login, code)
		}
	}
	if code, _ := h.get(auditor, "/api/v1/recordings/00000000-0000-4000-8000-000000000000/audio"); code != http.StatusNotFound {
		t.Errorf("unknown id: %d", code)
	}
}
