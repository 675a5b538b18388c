-- +goose Up
-- Recordings that were made on another line, because the dedicated one or its
-- recorder was faulty (Rule T-07): evidence of a lesser class, and said so
-- wherever they are found, played or copied.
CREATE TABLE recording_import (
    recording_id    uuid PRIMARY KEY REFERENCES recording,
    source          text NOT NULL CHECK (btrim(source) <> ''),      -- line and recorder
    reason          text NOT NULL CHECK (btrim(reason) <> ''),
    original_name   text NOT NULL,
    original_sha256 bytea NOT NULL UNIQUE CHECK (octet_length(original_sha256) = 32),   -- of the file as it was brought
    original_bytes  bigint NOT NULL,
    coding          text NOT NULL CHECK (coding IN ('pcm','alaw','mulaw')),
    channels        int NOT NULL CHECK (channels IN (1, 2)),
    rate_hz         int NOT NULL,
    imported_by     uuid NOT NULL REFERENCES app_user,
    imported_at     timestamptz NOT NULL
);
CREATE TRIGGER keep     BEFORE DELETE   ON recording_import FOR EACH ROW       EXECUTE FUNCTION refuse_delete();
CREATE TRIGGER keep_all BEFORE TRUNCATE ON recording_import FOR EACH STATEMENT EXECUTE FUNCTION refuse_delete();
CREATE TRIGGER once     BEFORE UPDATE   ON recording_import FOR EACH ROW       EXECUTE FUNCTION refuse_change();

-- Only a recording that nobody dialled for here, and with its own call and event, is an import: no
-- recording of ours can be declared one, nor one of theirs be taken for ours.
-- +goose StatementBegin
CREATE FUNCTION guard_import() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM recording r WHERE r.id = NEW.recording_id AND r.call_id IS NOT NULL AND r.state = 'opened'
                   AND NOT EXISTS (SELECT 1 FROM attempt a WHERE a.call_id = r.call_id)) THEN
        RAISE EXCEPTION 'T-07: recording % was not made elsewhere', NEW.recording_id USING ERRCODE = 'HF107';
    END IF;
    RETURN NEW;
END $$;
-- +goose StatementEnd
CREATE TRIGGER guard BEFORE INSERT ON recording_import FOR EACH ROW EXECUTE FUNCTION guard_import();
-- +goose StatementBegin
CREATE FUNCTION guard_import_dial() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM recording r JOIN recording_import i ON i.recording_id = r.id WHERE r.call_id = NEW.call_id) THEN
        RAISE EXCEPTION 'T-07: call % was made on another line', NEW.call_id USING ERRCODE = 'HF107';
    END IF;
    RETURN NEW;
END $$;
-- +goose StatementEnd
CREATE TRIGGER guard_import BEFORE INSERT ON attempt FOR EACH ROW EXECUTE FUNCTION guard_import_dial();

-- ---------------------------------------------------------------- evidence
CREATE FUNCTION evidence_import_1(i recording_import) RETURNS jsonb LANGUAGE sql STABLE AS
$$SELECT jsonb_build_object('recording_id', i.recording_id, 'source', i.source, 'reason', i.reason, 'original_name', i.original_name,
    'original_sha256', encode(i.original_sha256, 'hex'), 'original_bytes', i.original_bytes, 'coding', i.coding, 'channels', i.channels, 'rate_hz', i.rate_hz,
    'imported_by', i.imported_by, 'imported_at', evidence_time(i.imported_at))$$;

CREATE OR REPLACE VIEW evidence_fact (kind, ref, at, fact) AS
    SELECT 'call_opened.1', c.id::text, c.started_at, evidence_call_opened_1(c) FROM call c
    UNION ALL SELECT 'call.1', c.id::text, c.ended_at, evidence_call_1(c) FROM call c WHERE c.ended_at IS NOT NULL
    UNION ALL SELECT 'attempt.1', a.id::text, a.ended_at, evidence_attempt_1(a) FROM attempt a WHERE a.ended_at IS NOT NULL
    UNION ALL SELECT 'recording.1', r.id::text, r.sealed_at, evidence_recording_1(r) FROM recording r WHERE r.sha256 IS NOT NULL
    UNION ALL SELECT 'object.1', r.id::text, r.stored_at, evidence_object_1(r) FROM recording r WHERE r.first_retain_until IS NOT NULL
    UNION ALL SELECT 'record.1', r.id::text, r.finished_at, evidence_record_1(r) FROM callback_record r WHERE r.state = 'final'
    UNION ALL SELECT 'mark.1', m.id::text, m.ended_at, evidence_mark_1(m) FROM call_mark m WHERE m.ended_at IS NOT NULL
    UNION ALL SELECT 'access.1', a.id::text, a.at, evidence_access_1(a) FROM recording_access a
    UNION ALL SELECT 'event.1', e.id::text, e.at, evidence_event_1(e) FROM audit_event e
    UNION ALL SELECT 'key.1', k.verifier, k.added_at, evidence_key_1(k) FROM evidence_key k
    UNION ALL SELECT 'import.1', i.recording_id::text, i.imported_at, evidence_import_1(i) FROM recording_import i;

-- +goose StatementBegin
CREATE OR REPLACE FUNCTION evidence_bodies(from_index bigint, to_index bigint) RETURNS TABLE (index bigint, body text) LANGUAGE sql STABLE AS $$
    WITH part AS (
        SELECT l.index, l.kind, l.ref, l.salt, CASE WHEN l.ref ~ '^[0-9]{1,18}$' THEN l.ref::bigint END AS number,
               CASE WHEN l.ref ~ '^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$' THEN l.ref::uuid END AS id
        FROM evidence_leaf l WHERE l.index >= from_index AND l.index < to_index)
    SELECT p.index, evidence_text(evidence_call_opened_1(t), p.salt) FROM part p JOIN call t ON p.kind = 'call_opened.1' AND t.id = p.id
    UNION ALL SELECT p.index, evidence_text(evidence_call_1(t), p.salt) FROM part p JOIN call t ON p.kind = 'call.1' AND t.id = p.id
    UNION ALL SELECT p.index, evidence_text(evidence_attempt_1(t), p.salt) FROM part p JOIN attempt t ON p.kind = 'attempt.1' AND t.id = p.id
    UNION ALL SELECT p.index, evidence_text(evidence_recording_1(t), p.salt) FROM part p JOIN recording t ON p.kind = 'recording.1' AND t.id = p.id
    UNION ALL SELECT p.index, evidence_text(evidence_object_1(t), p.salt) FROM part p JOIN recording t ON p.kind = 'object.1' AND t.id = p.id
    UNION ALL SELECT p.index, evidence_text(evidence_record_1(t), p.salt) FROM part p JOIN callback_record t ON p.kind = 'record.1' AND t.id = p.id
    UNION ALL SELECT p.index, evidence_text(evidence_mark_1(t), p.salt) FROM part p JOIN call_mark t ON p.kind = 'mark.1' AND t.id = p.id
    UNION ALL SELECT p.index, evidence_text(evidence_access_1(t), p.salt) FROM part p JOIN recording_access t ON p.kind = 'access.1' AND t.id = p.number
    UNION ALL SELECT p.index, evidence_text(evidence_event_1(t), p.salt) FROM part p JOIN audit_event t ON p.kind = 'event.1' AND t.id = p.number
    UNION ALL SELECT p.index, evidence_text(evidence_key_1(t), p.salt) FROM part p JOIN evidence_key t ON p.kind = 'key.1' AND t.verifier = p.ref
    UNION ALL SELECT p.index, evidence_text(evidence_import_1(t), p.salt) FROM part p JOIN recording_import t ON p.kind = 'import.1' AND t.recording_id = p.id
$$;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE FUNCTION evidence_of_import() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM evidence_note('import.1', NEW.recording_id::text, evidence_import_1(NEW));
    RETURN NULL;
END $$;
-- +goose StatementEnd
CREATE TRIGGER evidence AFTER INSERT ON recording_import FOR EACH ROW EXECUTE FUNCTION evidence_of_import();

-- ---------------------------------------------------------------- search
ALTER TABLE recording_search ADD COLUMN imported boolean NOT NULL DEFAULT false;
CREATE OR REPLACE VIEW recording_search_fact AS
    SELECT r.opened_at, r.id, c.id AS call_id, c.started_at, c.agent_id, c.branch_id, c.customer_id, cu.name, cu.name_grams, reverse(cp.number) AS number_reversed, t.program_id, c.direction, c.outcome,
           r.state, r.interrupted, r.empty_left, r.empty_right, r.duration_ms, r.retain_until, ring.met AS ring_met, ring.short AS ring_short,
           (SELECT count(*)::int FROM attempt a WHERE a.task_id = c.task_id) AS attempts,
           coalesce(rated.bad, '{}') AS dissatisfied, CASE WHEN rated.answers > 0 THEN greatest(0, 100 - 10 * coalesce(cardinality(rated.bad), 0)) END AS score, is_held(r.id) AS held,
           coalesce((SELECT array_agg(g.tag ORDER BY g.tag) FROM recording_tag g WHERE g.recording_id = r.id AND g.removed_at IS NULL), '{}') AS tags,
           EXISTS (SELECT 1 FROM recording_import i WHERE i.recording_id = r.id) AS imported
    FROM recording r JOIN call c ON c.id = r.call_id JOIN customer cu ON cu.id = c.customer_id JOIN contact_point cp ON cp.id = c.contact_point_id JOIN task t ON t.id = c.task_id
    CROSS JOIN LATERAL (SELECT coalesce(bool_or(a.ring_ok), false) AS met, coalesce(bool_or(NOT a.ring_ok), false) AS short FROM attempt a WHERE a.call_id = c.id) ring
    CROSS JOIN LATERAL (SELECT array_agg(x.key ORDER BY x.key) FILTER (WHERE x.value = 'dissatisfied') AS bad, count(*) AS answers
        FROM callback_record cr CROSS JOIN jsonb_each_text(cr.answers) x
        WHERE cr.call_id = c.id AND cr.state = 'final' AND x.value IN ('satisfied','fair','dissatisfied')) rated;

-- +goose Down
-- +goose StatementBegin
DO $$ BEGIN RAISE EXCEPTION 'T-02: a schema that holds evidence is not taken down' USING ERRCODE = 'HF002'; END $$;
-- +goose StatementEnd
