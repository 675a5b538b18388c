package server_test

import (
	"bufio"
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"huifang/internal/config"
	"huifang/internal/server"
	"huifang/internal/store"
	"huifang/recording/evidence"
)

// export writes the volumes of everything that the house has.
func (h *house) export(dir string, volume int64) []string {
	h.t.Helper()
	return h.exportOrder(evidence.Order{Dir: dir, By: "孙越", Reason: "copy of the month", VolumeBytes: volume,
		Period: &evidence.Period{From: time.Now().Add(-time.Hour), To: time.Now().Add(time.Hour)}})
}

func (h *house) exportOrder(o evidence.Order) []string {
	h.t.Helper()
	dirs, err := h.tryExport(o)
	h.must(err)
	return dirs
}

func (h *house) tryExport(o evidence.Order) ([]string, error) {
	h.t.Helper()
	quiet := slog.New(slog.DiscardHandler)
	db, err := store.Open(h.t.Context(), store.Config{DSN: h.cfg.Database.DSN, Logger: quiet})
	h.must(err)
	defer db.Close()
	client, err := server.StorageClient(h.cfg, h.options.StorageSecret)
	h.must(err)
	defer client.Close()
	authority, err := server.TimestampAuthority(h.cfg.Evidence)
	h.must(err)
	log, err := evidence.New(evidence.Config{Authority: authority, Store: db.Evidence(), Vault: client, Keys: h.keys(), Clock: time.Now, Logger: quiet})
	h.must(err)
	e := &evidence.Exporter{Source: db.Evidence(), Objects: server.StoredObjects{Client: client}, Log: log, Clock: time.Now}
	if o.Period != nil { // as the command does
		e.Note = func(ctx context.Context, recordings []uuid.UUID) error {
			return db.NoteExported(ctx, recordings, h.boss.User.ID, time.Now().UTC())
		}
	}
	return e.Export(context.WithoutCancel(h.t.Context()), o)
}

// change alters a file of a pack by a function.
func change(file string, f func([]byte) []byte) func(t *testing.T, dir string) {
	return func(t *testing.T, dir string) {
		t.Helper()
		names, err := filepath.Glob(filepath.Join(dir, filepath.FromSlash(file)))
		if err != nil || len(names) == 0 {
			t.Fatal(file, "is not there", err)
		}
		b, err := os.ReadFile(names[0])
		if err == nil {
			err = os.WriteFile(names[0], f(b), 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

// repack does to pack.json what somebody does who alters a file and can count:
// its hashes fit again, and only the signature does not.
func repack(t *testing.T, dir string) {
	t.Helper()
	var p evidence.Pack
	b, err := os.ReadFile(filepath.Join(dir, "pack.json"))
	if err == nil {
		err = json.Unmarshal(b, &p)
	}
	if err != nil {
		t.Fatal(err)
	}
	for name := range p.Files {
		b, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(name)))
		if err != nil {
			delete(p.Files, name)
			continue
		}
		p.Files[name] = evidence.PackFile{Bytes: int64(len(b)), SHA256: fmt.Sprintf("%x", sha256.Sum256(b))}
	}
	if b, err = json.MarshalIndent(p, "", " "); err == nil {
		err = os.WriteFile(filepath.Join(dir, "pack.json"), b, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// lineWith drops or alters the line of leaves.jsonl that holds a text.
func lineWith(text string, f func([]byte) []byte) func([]byte) []byte {
	return func(b []byte) []byte {
		lines := bytes.SplitAfter(b, []byte("\n"))
		i := slices.IndexFunc(lines, func(l []byte) bool { return bytes.Contains(l, []byte(text)) })
		lines[i] = f(lines[i])
		return bytes.Join(lines, nil)
	}
}

func TestRuleT08_PackIsVerifiedWithThePublicKeyAlone(t *testing.T) {
	t.Parallel()
	a := newAuthority(t)
	h, ids := twoCalls(t, func(c *config.Config) { c.Evidence.TimestampURL, c.Evidence.TimestampCA = a.url, a.ca })
	dir := t.TempDir()
	pack := h.export(dir, 0)[0]
	if r, err := evidence.VerifyPack(dir, h.keys().Verifiers(), a.roots(t)); err != nil || !r.OK() || r.Timestamps == 0 {
		t.Fatalf("with its time stamps: %s %v", r, err)
	}
	if r, err := evidence.VerifyPack(dir, h.keys().Verifiers(), newAuthority(t).roots(t)); err != nil || !has(r, evidence.TimestampBad, "") {
		t.Errorf("with the certificate of another authority: %s %v", r, err)
	}
	key := h.keys().Verifiers()
	r, err := evidence.VerifyPack(dir, key, nil)
	if err != nil || !r.OK() || r.AudioRead != 2 || r.Calls != 2 || r.Facts < 12 || len(r.Noted) != 1 { // the time stamps, for which no certificate was given
		t.Fatalf("an untouched pack: %s %v", r, err)
	}
	h.on(t).verifyByTheDocument(pack, key[0])
	h.on(t).pagesOfCalls(pack, ids)
	h.on(t).packOfAFiling(ids, key)
	audio := "audio/" + ids[0] + ".wav"
	drop := func([]byte) []byte { return nil }
	flip := func(b []byte) []byte { b[len(b)/2] ^= 1; return b }
	swap := func(old, new string) func([]byte) []byte {
		return func(b []byte) []byte {
			if !bytes.Contains(b, []byte(old)) {
				t.Errorf("no %q", old)
			}
			return bytes.Replace(b, []byte(old), []byte(new), 1)
		}
	}
	for name, c := range map[string]struct {
		what string
		do   []func(*testing.T, string)
	}{
		"a bit of sound":           {evidence.PackAltered, []func(*testing.T, string){change(audio, flip)}},
		"a bit of sound, repacked": {evidence.AudioAltered, []func(*testing.T, string){change(audio, flip), repack}},
		"sound of another call":    {evidence.AudioAltered, []func(*testing.T, string){func(t *testing.T, d string) { copyFile(t, d, "audio/"+ids[1]+".wav", audio) }, repack}},
		"sound taken away":         {evidence.PackIncomplete, []func(*testing.T, string){func(t *testing.T, d string) { os.Remove(filepath.Join(d, audio)) }}},
		"words of a record":        {evidence.FactAltered, []func(*testing.T, string){change("leaves.jsonl", lineWith("disposition", swap(`\"method\": \"telephone\"`, `\"method\": \"visit\"`))), repack}},
		"leaf altered":             {evidence.ProofBad, []func(*testing.T, string){change("leaves.jsonl", swap(`call_opened.1`, `call_opened.9`)), repack}},
		"leaf taken out":           {evidence.LeafMissing, []func(*testing.T, string){change("leaves.jsonl", lineWith("recording.1", drop)), repack}},
		"access taken out":         {evidence.LeafMissing, []func(*testing.T, string){change("leaves.jsonl", lineWith("event.1", drop)), repack}},
		"call taken out": {evidence.PackIncomplete, []func(*testing.T, string){func(t *testing.T, d string) {
			var p evidence.Pack
			b, _ := os.ReadFile(filepath.Join(d, "pack.json"))
			if err := json.Unmarshal(b, &p); err != nil {
				t.Fatal(err)
			}
			p.Calls = p.Calls[1:]
			b, _ = json.Marshal(p)
			os.WriteFile(filepath.Join(d, "pack.json"), b, 0o600)
			os.Remove(filepath.Join(d, audio))
		}, repack}},
		"page altered, repacked": {evidence.PackAltered, []func(*testing.T, string){change("index.html", flip), repack}},
		"file slipped in":        {evidence.PackAltered, []func(*testing.T, string){func(t *testing.T, d string) { os.WriteFile(filepath.Join(d, "more.txt"), nil, 0o600) }}},
		"root altered":           {evidence.CheckpointBad, []func(*testing.T, string){change("checkpoint.txt", func(b []byte) []byte { b[len("house.test\n00\nA")] ^= 1; return b }), repack}},
		"checkpoint taken out":   {evidence.ProofBad, []func(*testing.T, string){func(t *testing.T, d string) { removeFirst(t, d, "checkpoints/*.txt") }, repack}},
		"pack.json":              {evidence.PackAltered, []func(*testing.T, string){change("pack.json", swap("copy of the month", "copy of the year!"))}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := t.TempDir()
			if err := os.CopyFS(d, os.DirFS(pack)); err != nil {
				t.Fatal(err)
			}
			for _, f := range c.do {
				f(t, d)
			}
			if r, err := evidence.VerifyPack(d, key, nil); err != nil || !has(r, c.what, "") {
				t.Errorf("wanted %s, got %v %s", c.what, err, r)
			}
		})
	}
	_, stranger, err := evidence.NewKey("house.test")
	h.must(err)
	if r, err := evidence.VerifyPack(dir, []string{stranger}, nil); err != nil || !has(r, evidence.CheckpointBad, "") {
		t.Errorf("with a key of nobody: %v %s", err, r)
	}
}

func TestRuleT08_VolumesAreSelfContainedAndAnExportGoesOn(t *testing.T) {
	t.Parallel()
	h, ids := twoCalls(t)
	dir := t.TempDir()
	// What a broken run left: one sound whole, one cut, one of nobody.
	whole := h.export(t.TempDir(), 0)[0]
	part := filepath.Join(dir, "vol-001.part", "audio")
	h.must(os.MkdirAll(part, 0o750))
	b, err := os.ReadFile(filepath.Join(whole, "audio", ids[0]+".wav"))
	h.must(err)
	h.must(os.WriteFile(filepath.Join(part, ids[0]+".wav"), b[:len(b)/2], 0o600))
	h.must(os.WriteFile(filepath.Join(part, "else.wav"), b, 0o600))
	dirs := h.export(dir, 1<<20+int64(len(b))*3/2+24_000)
	if len(dirs) != 2 {
		t.Fatalf("volumes %v", dirs)
	}
	key := h.keys().Verifiers()
	for _, d := range dirs {
		if r, err := evidence.VerifyPack(d, key, nil); err != nil || !r.OK() || r.AudioRead != 1 {
			t.Errorf("%s: %v %s", d, err, r)
		}
	}
	if r, err := evidence.VerifyPack(dir, key, nil); err != nil || !r.OK() || r.AudioRead != 2 {
		t.Errorf("together: %v %s", err, r)
	}
	h.must(os.RemoveAll(dirs[1]))
	if r, err := evidence.VerifyPack(dir, key, nil); err != nil || !has(r, evidence.PackIncomplete, "") {
		t.Errorf("a volume is gone: %v %s", err, r)
	}
}

func copyFile(t *testing.T, dir, from, to string) {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(dir, from))
	if err == nil {
		err = os.WriteFile(filepath.Join(dir, to), b, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
}

func removeFirst(t *testing.T, dir, pattern string) {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(dir, pattern))
	if err != nil || len(names) == 0 {
		t.Fatal(pattern, err)
	}
	if err := os.Remove(names[0]); err != nil {
		t.Fatal(err)
	}
}

// verifyByTheDocument verifies signature, inclusion and sound of a pack by
// docs/protocols/evidence.md alone: with the standard library, and none of our code.
func (h *house) verifyByTheDocument(dir, verifier string) {
	h.t.Helper()
	note, err := os.ReadFile(filepath.Join(dir, "checkpoint.txt"))
	h.must(err)
	text, signature, _ := strings.Cut(string(note), "\n\n")
	_, encoded, _ := strings.Cut(strings.TrimSpace(signature), " house.test ")
	sig, err := base64.StdEncoding.DecodeString(encoded)
	h.must(err)
	parts := strings.SplitN(verifier, "+", 3) // name, hash, key
	key, err := base64.StdEncoding.DecodeString(parts[2])
	h.must(err)
	if !ed25519.Verify(key[1:], []byte(text+"\n"), sig[4:]) {
		h.t.Fatal("the checkpoint is not signed by the key")
	}
	var size int64
	lines := strings.Split(text, "\n")
	_, err = fmt.Sscan(lines[1], &size)
	h.must(err)
	root := lines[2]
	f, err := os.Open(filepath.Join(dir, "leaves.jsonl"))
	h.must(err)
	defer f.Close()
	s := bufio.NewScanner(f)
	s.Buffer(nil, 1<<20)
	sealed, n := map[string]string{}, 0
	for ; s.Scan(); n++ {
		var l struct {
			Index      int64
			Leaf, Body string
			Proof      []string
		}
		h.must(json.Unmarshal(s.Bytes(), &l))
		if got := rootBy(l.Index, size, l.Leaf, l.Proof); got != root {
			h.t.Fatalf("leaf %d leads to %s, not to %s", l.Index, got, root)
		}
		var leaf struct {
			Kind, Ref  string
			BodySHA256 string `json:"body_sha256"`
		}
		h.must(json.Unmarshal([]byte(l.Leaf), &leaf))
		if l.Body == "" {
			continue
		}
		if sum := sha256.Sum256([]byte(l.Body)); hex.EncodeToString(sum[:]) != leaf.BodySHA256 {
			h.t.Fatalf("fact of leaf %d has another hash", l.Index)
		}
		if leaf.Kind == "recording.1" {
			var fact struct{ SHA256 string }
			h.must(json.Unmarshal([]byte(l.Body), &fact))
			sealed[leaf.Ref] = fact.SHA256
		}
	}
	for id, want := range sealed {
		sound, err := os.ReadFile(filepath.Join(dir, "audio", id+".wav"))
		h.must(err)
		if sum := sha256.Sum256(sound); hex.EncodeToString(sum[:]) != want {
			h.t.Errorf("sound of %s", id)
		}
	}
	if n < 12 || len(sealed) != 2 {
		h.t.Errorf("%d leaves, %d recordings", n, len(sealed))
	}
}

// pagesOfCalls: whoever is given a pack reads record, dials and accesses of each
// call in it without a program, and finds them from the list (Rule S-03).
func (h *house) pagesOfCalls(pack string, ids []string) {
	h.t.Helper()
	var p evidence.Pack
	b, err := os.ReadFile(filepath.Join(pack, "pack.json"))
	h.must(err)
	h.must(json.Unmarshal(b, &p))
	index, err := os.ReadFile(filepath.Join(pack, "index.html"))
	h.must(err)
	for _, c := range p.Calls {
		name := "calls/" + c.ID.String() + ".html"
		page, err := os.ReadFile(filepath.Join(pack, filepath.FromSlash(name)))
		h.must(err)
		for _, want := range []string{"回访小结", "headless softphone, outcome answered", "拨打", "振铃达标", "录音入库并锁定", "record.finished", `lang="en">Rang long enough`} {
			if !strings.Contains(string(page), want) {
				h.t.Errorf("%s has no %q", name, want)
			}
		}
		if heard := strings.Contains(string(page), "访问录音"); heard != (c.Recording.String() == ids[0]) {
			h.t.Errorf("%s: the access is on it: %v", name, heard)
		}
		if strings.Contains(string(page), "salt") || !strings.Contains(string(index), `href="`+name+`"`) {
			h.t.Errorf("%s has the salt, or no link", name)
		}
	}
}

// rootBy follows an audit path (RFC 9162 2.1.3.2) and gives the root in base64.
func rootBy(index, size int64, leaf string, proof []string) string {
	hash := func(prefix byte, parts ...[]byte) []byte {
		sum := sha256.Sum256(append([]byte{prefix}, bytes.Join(parts, nil)...))
		return sum[:]
	}
	r := hash(0, []byte(leaf))
	fn, sn := index, size-1
	for _, p := range proof {
		b, _ := base64.StdEncoding.DecodeString(p)
		if fn&1 == 1 || fn == sn {
			r = hash(1, b, r)
			for fn&1 == 0 && fn != 0 {
				fn, sn = fn>>1, sn>>1
			}
		} else {
			r = hash(1, r, b)
		}
		fn, sn = fn>>1, sn>>1
	}
	return base64.StdEncoding.EncodeToString(r)
}

// Rule S-03: what goes to an authority is named, with its filing, and nothing else is in the pack.
func (h *house) packOfAFiling(ids []string, key []string) {
	h.t.Helper()
	dir := h.t.TempDir()
	pack := h.exportOrder(evidence.Order{Dir: dir, By: "周琪", Reason: "art. 12", Recordings: []uuid.UUID{uuid.MustParse(ids[1])},
		Filing: &evidence.Filing{ID: "1", Authority: "Bureau", Reference: "2026-9", LegalBasis: "art. 12", Contents: "1 recording", TakenBy: "Zhang"}})[0]
	if r, err := evidence.VerifyPack(dir, key, nil); err != nil || !r.OK() || r.AudioRead != 1 || r.Calls != 1 {
		h.t.Errorf("the pack of a filing: %v %s", err, r)
	}
	page, err := os.ReadFile(filepath.Join(pack, "index.html"))
	h.must(err)
	if !strings.Contains(string(page), "Bureau") || strings.Contains(string(page), ids[0]) {
		h.t.Error("the page has not the filing, or another recording")
	}
	all, err := os.ReadFile(filepath.Join(pack, "leaves.jsonl"))
	h.must(err)
	if strings.Contains(string(all), ids[0]) {
		h.t.Error("the pack tells of a recording that is not in the filing")
	}
}
