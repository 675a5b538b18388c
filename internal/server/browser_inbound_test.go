package server_test

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/uuid"

	"huifang/internal/callback"
	"huifang/internal/config"
	"huifang/internal/server"
	"huifang/internal/testkit/audio"
	"huifang/internal/testkit/caller"
)

// TestBrowser_CustomerCallsBack: a page rings when a customer calls the service
// number; the agent declines once and answers once, and the recording has both
// voices. Rules C-01, C-15, T-01.
func TestBrowser_CustomerCallsBack(t *testing.T) {
	t.Parallel()
	h := sampleHouse(t, func(c *config.Config, _ *server.Options) { c.Trunks[0].ServiceNumbers = []string{serviceNumber} })
	said, customers := audio.PseudoSpeech(30, 11), audio.PseudoSpeech(30, 13)
	out := os.Getenv("HUIFANG_E2E_OUT")
	if out == "" {
		out = t.TempDir()
	}
	rings := []string{"inbound-1.json", "inbound-2.json"}
	for _, name := range rings {
		if err := os.RemoveAll(filepath.Join(out, name)); err != nil {
			t.Fatal(err)
		}
	}
	// The customer calls when the page says that it is time.
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		for _, name := range rings {
			if err := ringWhen(ctx, filepath.Join(out, name), h.server.SIPAddr, alaw(customers)); err != nil && ctx.Err() == nil {
				t.Errorf("%s: %v", name, err)
			}
		}
	}()
	h.playwright(said, []string{"HUIFANG_E2E_OUT=" + out}, "--grep", "@inbound")
	stop()
	<-done
	var facts struct {
		CallID uuid.UUID `json:"call_id"`
	}
	b, err := os.ReadFile(filepath.Join(out, "inbound-talking.json"))
	if err != nil || json.Unmarshal(b, &facts) != nil {
		t.Fatalf("facts of the call: %v: %s", err, b)
	}
	c, err := h.server.Store.Call(t.Context(), facts.CallID)
	h.must(err)
	if c.Direction != "inbound" || c.AgentName != "王芳" || c.Record == nil || c.Record.State != callback.RecordFinal {
		t.Fatalf("%+v", c)
	}
	left, right := h.channels(aftermath{recording: h.verified(c.Recording.ID)})
	if good(said, left) < 3 || good(customers, right) < 3 || good(customers, left) > 1 || good(said, right) > 1 {
		t.Errorf("left %d and %d, right %d and %d seconds of agent and customer", good(said, left), good(customers, left), good(customers, right), good(said, right))
	}
}

// ringWhen calls the service number once the file is there, and talks until the
// house hangs up.
func ringWhen(ctx context.Context, file, house string, voice []byte) error {
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for {
		if _, err := os.Stat(file); err == nil {
			break
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	k, err := caller.Ring(ctx, caller.Config{Server: house, Service: serviceNumber, Number: "13700000004"})
	if err != nil {
		return err
	}
	defer k.Close()
	k.Say(voice, true)
	if err := k.Answered(ctx); err != nil {
		return err
	}
	return k.Ended(ctx)
}
