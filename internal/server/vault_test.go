package server_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/uuid"

	"huifang/internal/access"
	"huifang/internal/callback"
	"huifang/internal/headless"
	"huifang/internal/httpapi"
	"huifang/internal/keyring"
	"huifang/internal/replay"
	"huifang/signaling/wire"
)

// recorded makes a short call and gives its recording, stored and verified.
func (h *house) recorded(p *headless.Phone, agent access.User, program callback.Program) replay.Detail {
	h.t.Helper()
	_, err := p.Dial(h.t.Context(), h.task(agent, program, "00000004").String())
	h.must(err)
	s, err := p.Until(h.t.Context(), over)
	h.must(err)
	h.must(p.Record(h.t.Context(), ""))
	_, err = p.Until(h.t.Context(), func(wire.CallSnapshot) bool { return p.AgentState() == "ready" })
	h.must(err)
	return h.verified(s.Recording.ID)
}

// gone takes the local copy of a recording away: what is heard then comes from
// the storage.
func (h *house) gone(id uuid.UUID) {
	h.t.Helper()
	found, err := filepath.Glob(filepath.Join(h.cfg.Spool.Dir, "*", id.String()))
	if err != nil || len(found) != 1 {
		h.t.Fatalf("%v %v", found, err)
	}
	h.must(os.RemoveAll(found[0]))
}

// hears asks for a recording's sound.
func (h *house) hears(id uuid.UUID) (sound []byte, reason string) {
	h.t.Helper()
	code, body := h.get(h.signIn("boss"), "/api/v1/recordings/"+id.String()+"/audio?channel=both")
	if code == http.StatusOK {
		return body, ""
	}
	var p wire.Problem
	h.must(json.Unmarshal(body, &p))
	return nil, p.Reason
}

// checks asks whether a recording is what was sealed.
func (h *house) checks(id uuid.UUID) (result httpapi.RecordingCheck, reason string) {
	h.t.Helper()
	code, body := h.send(h.signIn("boss"), http.MethodPost, h.base+"/api/v1/recordings/"+id.String()+"/check", nil)
	if code != http.StatusOK {
		var p wire.Problem
		h.must(json.Unmarshal(body, &p))
		return result, p.Reason
	}
	h.must(json.Unmarshal(body, &result))
	return result, ""
}

// Rule T-02: a recording lies encrypted in the storage, under a key that is
// known by name; keys are changed, are missing and come back, and what was
// altered is told from both.
func TestRuleT02_RecordingsAreEncryptedAndKeysChange(t *testing.T) {
	t.Parallel()
	h := openHouse(t, nil)
	agent := h.person("lina", access.RoleAgent)
	program := h.program("quick", func(p *callback.Program) { p.RecordingNotice = false })
	first := h.recorded(h.phone(agent), agent, program)
	local, reason := h.hears(first.ID)
	if reason != "" || !bytes.HasPrefix(local, []byte("RIFF")) {
		t.Fatalf("from the disk: %s", reason)
	}
	file := objects.File(first.Bucket, first.ObjectKey)
	object, err := os.ReadFile(file)
	h.must(err)
	if first.KeyID != "house" || int64(len(object)) != first.ObjectBytes || !bytes.HasPrefix(object, []byte("age-encryption.org/v1\n-> huifang-recording-v1 house "+first.ID.String()+" ")) ||
		bytes.Contains(object, []byte("WAVEfmt")) {
		t.Fatalf("%+v", first)
	}
	h.gone(first.ID)
	if far, reason := h.hears(first.ID); !bytes.Equal(far, local) {
		t.Fatalf("from the storage another sound is heard: %s", reason)
	}
	if r, reason := h.checks(first.ID); !r.SHA256OK || reason != "" {
		t.Fatalf("%+v %s", r, reason)
	}

	// A new key in front: the old recording is heard, the next one uses the new key.
	keys := h.cfg.Storage.KeyFile
	old, err := os.ReadFile(keys)
	h.must(err)
	line, err := keyring.NewLine("newer")
	h.must(err)
	put := func(lines ...string) {
		t.Helper()
		h.stop()
		h.must(os.WriteFile(keys, []byte(strings.Join(lines, "")), 0o600))
		h.start()
	}
	put(line, string(old))
	second := h.recorded(h.phone(agent), agent, program)
	h.gone(second.ID)
	if sound, reason := h.hears(second.ID); second.KeyID != "newer" || len(sound) == 0 {
		t.Fatalf("%s %s", second.KeyID, reason)
	}
	if sound, _ := h.hears(first.ID); !bytes.Equal(sound, local) {
		t.Fatal("the old recording is not heard after the rotation")
	}

	// The old line is lost: calls go on, the page names the key, nothing is called altered.
	put(line)
	if _, reason := h.hears(first.ID); reason != "no_key" {
		t.Errorf("without its key: %s", reason)
	}
	if r, reason := h.checks(first.ID); reason != "no_key" {
		t.Errorf("without its key: %+v %s", r, reason)
	}
	if sound, reason := h.hears(second.ID); len(sound) == 0 {
		t.Errorf("the other recording: %s", reason)
	}
	h.eventually("the missing key in sight", func() bool {
		s, ready, code := h.storage(h.signIn("boss"))
		return code == http.StatusOK && s.Encrypted && len(s.MissingKeys) == 1 && s.MissingKeys[0] == "house" && strings.Contains(ready.Notes["storage"], "house")
	})
	put(line, string(old))
	if sound, _ := h.hears(first.ID); !bytes.Equal(sound, local) {
		t.Error("with its key back it is not heard")
	}

	// One bit, as only somebody at the storage's disk can turn it.
	f, err := os.OpenFile(file, os.O_WRONLY, 0)
	h.must(err)
	_, err = f.WriteAt([]byte{object[len(object)-1] ^ 1}, int64(len(object)-1))
	h.must(errors.Join(err, f.Close()))
	if _, reason := h.hears(first.ID); reason != "altered" {
		t.Errorf("altered: %s", reason)
	}
	if r, reason := h.checks(first.ID); r.SHA256OK || r.Error == "" || reason != "" {
		t.Errorf("altered: %+v %s", r, reason)
	}
	h.must(os.Remove(file))
	if _, err := os.Stat(file); !errors.Is(err, fs.ErrNotExist) {
		t.Fatal(err)
	}
	if r, _ := h.checks(first.ID); r.SHA256OK || r.Error == "" {
		t.Errorf("taken away: %+v", r)
	}
}
