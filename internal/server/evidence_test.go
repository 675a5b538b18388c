package server_test

import (
	"context"
	"crypto/x509"
	"log/slog"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"huifang/internal/access"
	"huifang/internal/callback"
	"huifang/internal/config"
	"huifang/internal/headless"
	"huifang/internal/server"
	"huifang/internal/store"
	"huifang/recording/evidence"
)

// twoCalls makes a house with two recorded calls of which one was listened to,
// waits until a checkpoint in the bucket covers all of it, and stops the house.
func twoCalls(t *testing.T, more ...func(*config.Config)) (*house, []string) {
	t.Helper()
	h := openHouse(t, func(c *config.Config, _ *server.Options) {
		c.Evidence.Every = time.Second
		for _, change := range more {
			change(c)
		}
	})
	agent := h.person("agent", access.RoleAgent)
	p := h.program("proof", func(p *callback.Program) {
		p.RecordingNotice, p.MinRing, p.MaxRing = false, time.Second, 20*time.Second
	})
	var ids []string
	for range 2 {
		task := h.task(agent, p, "00000000")
		r, err := headless.Call(t.Context(), headless.Options{Server: h.base, User: "agent", Password: password, Task: task.String(), HangupAfter: time.Second})
		if err != nil || r.Outcome != "answered" || !r.RecordSaved {
			t.Fatalf("%+v %v", r, err)
		}
		h.verified(r.Recording.ID)
		ids = append(ids, r.Recording.ID.String())
	}
	if code, _ := h.get(h.signIn("boss"), "/api/v1/recordings/"+ids[0]+"/audio"); code != http.StatusOK {
		t.Fatal("audio:", code)
	}
	h.covered()
	h.stop()
	return h, ids
}

// covered waits until a checkpoint in the bucket covers every fact.
func (h *house) covered() {
	h.t.Helper()
	log := h.server.Store.Evidence()
	h.eventually("a checkpoint that covers everything", func() bool {
		size, waiting, err := log.Size(h.t.Context())
		h.must(err)
		objects, err := log.CheckpointObjects(h.t.Context())
		h.must(err)
		return waiting == 0 && len(objects) > 0 && objects[len(objects)-1].Size == size
	})
}

// verify verifies a database against the house's bucket.
func (h *house) verify(t *testing.T, dsn string, keys ...string) *evidence.Report {
	t.Helper()
	return h.verifyStamps(t, dsn, nil, keys...)
}

// verifyStamps verifies time stamps too.
func (h *house) verifyStamps(t *testing.T, dsn string, roots *x509.CertPool, keys ...string) *evidence.Report {
	t.Helper()
	db, err := store.Open(t.Context(), store.Config{DSN: dsn, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	client, err := server.StorageClient(h.cfg, h.options.StorageSecret)
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	if len(keys) == 0 {
		keys = h.keys().Verifiers()
	}
	r, err := evidence.Live(t.Context(), evidence.LiveConfig{Roots: roots, Reader: db.Evidence(), Vault: client, Recordings: db.Evidence(),
		Objects: server.StoredObjects{Client: client}, Keys: keys})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func (h *house) keys() *evidence.KeyRing {
	h.t.Helper()
	ring, err := evidence.ReadKeys(h.cfg.Evidence.KeyFile)
	h.must(err)
	return ring
}

// has reports whether a report has a finding about something whose name holds ref.
func has(r *evidence.Report, what, ref string) bool {
	for _, f := range r.Findings {
		if f.What == what && strings.Contains(f.Ref, ref) {
			return true
		}
	}
	return false
}

func TestRuleS04_EveryAlterationIsFound(t *testing.T) {
	t.Parallel()
	h, ids := twoCalls(t)
	good := h.verify(t, databases.Copy(t, h.cfg.Database.OwnerDSN))
	if !good.OK() || good.AudioRead != 2 || good.Calls != 2 || good.Facts < 12 || good.Checkpoints < 1 {
		t.Fatalf("an untouched system: %s", good)
	}
	last := "(SELECT max(index) FROM evidence_leaf)"
	cases := map[string]struct {
		what, ref string
		sql       []string
	}{
		"words of a record":       {evidence.FactAltered, "record.3", []string{`UPDATE callback_record SET content = content || '!'`}},
		"ring time of an attempt": {evidence.FactAltered, "attempt.1", []string{`UPDATE attempt SET ring_ms = ring_ms + 20000`}},
		"end of a call":           {evidence.FactAltered, "call.1", []string{`UPDATE call SET ended_at = ended_at + interval '1 minute'`}},
		"who listened":            {evidence.FactAltered, "access.1", []string{`UPDATE recording_access SET user_id = (SELECT id FROM app_user WHERE login = 'agent')`}},
		"audit log":               {evidence.FactAltered, "event.1", []string{`UPDATE audit_event SET detail = '{}' WHERE detail <> '{}'`}},
		"hash of a recording":     {evidence.FactAltered, "recording.1", []string{`UPDATE recording SET sha256 = decode(repeat('00',32),'hex') WHERE id = '` + ids[0] + `'`}},
		"marks of a recording":    {evidence.FactAltered, "recording.1", []string{`UPDATE recording SET facts = '{}'`}},
		"place of an object":      {evidence.FactAltered, "object.1", []string{`UPDATE recording SET version_id = 'another'`}},
		"retention shortened":     {evidence.FactAltered, ids[1], []string{`UPDATE recording SET retain_until = retain_until - interval '1 year' WHERE id = '` + ids[1] + `'`}},
		"record deleted":          {evidence.FactMissing, "record.3", []string{`DELETE FROM callback_record`}},
		"access deleted":          {evidence.FactMissing, "access.1", []string{`DELETE FROM recording_access`}},
		"call deleted":            {evidence.FactMissing, "call.1", []string{`DELETE FROM call WHERE id = (SELECT call_id FROM recording WHERE id = '` + ids[0] + `')`}},
		"event slipped in": {evidence.FactNotLogged, "event.1", []string{
			`INSERT INTO audit_event (at, action) VALUES (now() - interval '1 hour', 'recording.exported')`}},
		"leaf altered":       {evidence.RootDiffers, "", []string{`UPDATE evidence_leaf SET leaf = replace(leaf, '"v":1', '"v": 1') WHERE index = 1`}},
		"leaf of other kind": {evidence.LeafAltered, "1", []string{`UPDATE evidence_leaf SET ref = 'else' WHERE index = 1`}},
		"leaf deleted":       {evidence.LeafMissing, "2", []string{`DELETE FROM evidence_leaf WHERE index = 2`}},
		"last leaf deleted":  {evidence.RolledBack, "", []string{`DELETE FROM evidence_leaf WHERE index = ` + last}},
		"leaves reordered": {evidence.RootDiffers, "", []string{`UPDATE evidence_leaf SET index = 1000000 WHERE index = 1`,
			`UPDATE evidence_leaf SET index = 1 WHERE index = 2`, `UPDATE evidence_leaf SET index = 2 WHERE index = 1000000`}},
		"node altered": {evidence.NodeAltered, "", []string{`UPDATE evidence_node SET hash = sha256(hash) WHERE index = 2`}},
		"rolled back": {evidence.RolledBack, "", []string{`DELETE FROM recording_access`, `DELETE FROM evidence_leaf WHERE index > 5`,
			`DELETE FROM evidence_checkpoint_object WHERE size > 5`, `DELETE FROM evidence_checkpoint WHERE size > 5`}},
		"checkpoint taken out": {evidence.CheckpointUnknown, "", []string{`DELETE FROM evidence_checkpoint_object`, `DELETE FROM evidence_checkpoint`}},
		"checkpoint of nobody": {evidence.CheckpointBad, "", []string{`UPDATE evidence_checkpoint SET note = replace(note, '— house.test', '— other.test')`}},
	}
	t.Run("alterations", func(t *testing.T) {
		for name, c := range cases {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				dsn := databases.Copy(t, h.cfg.Database.OwnerDSN)
				databases.Exec(t, dsn, c.sql...)
				if r := h.verify(t, dsn); !has(r, c.what, c.ref) {
					t.Errorf("wanted %s %s, got %s", c.what, c.ref, r)
				}
			})
		}
		t.Run("log written anew", func(t *testing.T) { t.Parallel(); h.on(t).logWrittenAnew() })
	})
	t.Run("audio", func(t *testing.T) { h.on(t).audioAltered() })
}

// Somebody who has the database, and even the signing key, writes the whole log
// anew around an altered record: the checkpoints in the locked bucket stay.
func (h *house) logWrittenAnew() {
	t := h.t
	dsn := databases.Copy(t, h.cfg.Database.OwnerDSN)
	databases.Exec(t, dsn, `UPDATE callback_record SET content = 'all is well'`,
		`DELETE FROM evidence_checkpoint_object`, `DELETE FROM evidence_checkpoint`, `DELETE FROM evidence_node`,
		`INSERT INTO evidence_queue (kind, ref, at, salt, body_sha256)
		 SELECT f.kind, f.ref, (l.leaf::jsonb->>'at')::timestamptz, l.salt, sha256(convert_to(evidence_text(f.fact, l.salt), 'UTF8'))
		 FROM evidence_leaf l JOIN evidence_fact f USING (kind, ref) ORDER BY l.index`,
		`DELETE FROM evidence_leaf`)
	db, err := store.Open(t.Context(), store.Config{DSN: dsn, Logger: slog.New(slog.DiscardHandler)})
	h.must(err)
	defer db.Close()
	client, err := server.StorageClient(h.cfg, h.options.StorageSecret)
	h.must(err)
	defer client.Close()
	log, err := evidence.New(evidence.Config{Store: db.Evidence(), Vault: client, Keys: h.keys(), Clock: time.Now, Logger: slog.New(slog.DiscardHandler)})
	h.must(err)
	if _, err := log.Checkpoint(t.Context()); err == nil {
		t.Error("a second checkpoint of one size took the place of the first")
	}
	r := h.verify(t, dsn)
	if !has(r, evidence.RootDiffers, "") || !has(r, evidence.CheckpointUnknown, "") {
		t.Errorf("got %s", r)
	}
	if has(r, evidence.FactAltered, "") {
		t.Errorf("the forged log fits the forged record, and yet: %s", r)
	}
}

// One bit of a stored recording is turned, then its file is taken away.
func (h *house) audioAltered() {
	t := h.t
	dsn := h.cfg.Database.OwnerDSN
	db, err := store.Open(t.Context(), store.Config{DSN: dsn, Logger: slog.New(slog.DiscardHandler)})
	h.must(err)
	defer db.Close()
	all, err := db.Evidence().Recordings(t.Context(), [16]byte{}, 10)
	h.must(err)
	file := objects.File(all[0].Bucket, all[0].Key)
	sound, err := os.ReadFile(file)
	h.must(err)
	f, err := os.OpenFile(file, os.O_WRONLY, 0)
	h.must(err)
	defer f.Close()
	at := int64(len(sound) / 2)
	_, err = f.WriteAt([]byte{sound[at] ^ 1}, at) // in place: the lock is in the file's attributes
	h.must(err)
	id := all[0].ID.String()
	if r := h.verify(t, dsn); !has(r, evidence.AudioAltered, id) || len(r.Findings) != 1 {
		t.Errorf("one bit of %s: %s", id, r)
	}
	h.must(os.Remove(file))
	if r := h.verify(t, dsn); !has(r, evidence.ObjectMissing, id) || len(r.Findings) != 1 {
		t.Errorf("object %s taken away: %s", id, r)
	}
}

// Rule S-04: the key changes, and whoever has the first public key alone can
// still verify.
func TestRuleS04_KeysRotate(t *testing.T) {
	t.Parallel()
	h, _ := twoCalls(t)
	first := h.keys().Verifiers()[0]
	old, err := os.ReadFile(h.cfg.Evidence.KeyFile)
	h.must(err)
	line, second, err := evidence.NewKey("house.test")
	h.must(err)
	for _, file := range []string{line + string(old), line} { // first both keys, then the new one alone
		h.must(os.WriteFile(h.cfg.Evidence.KeyFile, []byte(file), 0o600))
		h.start()
		h.person("p"+second[len(second)-4:len(second)-2]+string(rune('a'+strings.Count(file, "\n"))), access.RoleAgent)
		h.covered()
		h.stop()
	}
	if r := h.verify(t, h.cfg.Database.OwnerDSN, first); !r.OK() || r.Checkpoints < 3 {
		t.Errorf("with the first key: %s", r)
	}
	if r := h.verify(t, h.cfg.Database.OwnerDSN, second); !has(r, evidence.CheckpointBad, "") {
		t.Errorf("with the second key alone the first checkpoints cannot be believed: %s", r)
	}
	_, stranger, err := evidence.NewKey("house.test")
	h.must(err)
	if r := h.verify(t, h.cfg.Database.OwnerDSN, stranger); !has(r, evidence.CheckpointNone, "") {
		t.Errorf("with a key of nobody: %s", r)
	}
}

// Rules T-02, S-04: the role that the application uses can neither alter nor
// delete what is kept, and cannot take the guards off.
func TestRuleS04_ApplicationsRoleCannotAlterTheLog(t *testing.T) {
	t.Parallel()
	h := openHouse(t, nil)
	ok, err := h.server.Store.Restricted(t.Context())
	if err != nil || !ok {
		t.Fatal(ok, err)
	}
	for _, sql := range []string{
		`UPDATE evidence_leaf SET leaf = leaf`, `DELETE FROM evidence_leaf`, `TRUNCATE evidence_leaf`, `UPDATE evidence_node SET hash = hash`, `DELETE FROM evidence_node`,
		`DELETE FROM evidence_checkpoint`, `UPDATE evidence_checkpoint SET note = ''`, `INSERT INTO evidence_queue (kind, ref, at, salt, body_sha256) VALUES ('a','b',now(),'c','d')`,
		`UPDATE audit_event SET reason = ''`, `DELETE FROM audit_event`, `UPDATE recording_access SET ip = ''`, `DELETE FROM recording_access`,
		`DELETE FROM recording`, `DELETE FROM call`, `DELETE FROM attempt`, `DELETE FROM callback_record`, `TRUNCATE recording CASCADE`,
		// Nor hide a recording from who searches (Rule T-08).
		`UPDATE recording_search SET tags = '{}'`, `DELETE FROM recording_search`, `DELETE FROM recording_search_other`, `INSERT INTO recording_search SELECT * FROM recording_search`, `DELETE FROM recording_tag`,
		`DROP TRIGGER evidence ON recording_access`, `ALTER TABLE audit_event DISABLE TRIGGER ALL`, `SET session_replication_role = replica`,
		`DROP TABLE evidence_leaf`, `ALTER TABLE evidence_leaf OWNER TO huifang`, `CREATE OR REPLACE FUNCTION refuse_delete() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN OLD; END'`,
	} {
		if err := databases.Try(t, h.cfg.Database.DSN, sql); err == nil || !strings.Contains(err.Error(), "42501") {
			t.Errorf("%s: %v", sql, err)
		}
	}
	// A role that could is refused, unless it is allowed by name.
	bad := h.cfg
	bad.Database.DSN, bad.Database.OwnerDSN = h.cfg.Database.OwnerDSN, ""
	if db, err := server.OpenDatabase(t.Context(), bad.Database, slog.New(slog.DiscardHandler)); err == nil || !strings.Contains(err.Error(), "database.role") {
		t.Errorf("a superuser was taken: %v %v", db, err)
	}
	bad.Database.Role = "any"
	db, err := server.OpenDatabase(context.WithoutCancel(t.Context()), bad.Database, slog.New(slog.DiscardHandler))
	h.must(err)
	db.Close()
}
