-- +goose Up
-- Corrections of final records (Rules C-01, Q-01): each is one more version, with
-- its reason; the record and every version before stay as they were.
CREATE TABLE record_version (
    id            uuid PRIMARY KEY,
    record_id     uuid NOT NULL REFERENCES callback_record,
    version       int  NOT NULL CHECK (version >= 2),
    content       text NOT NULL CHECK (btrim(content) <> ''),
    problems      text NOT NULL CHECK (btrim(problems) <> ''),
    handling      text NOT NULL CHECK (btrim(handling) <> ''),
    answers       jsonb NOT NULL,
    fields        jsonb NOT NULL,
    content_kinds text[] NOT NULL CHECK (content_kinds <@ ARRAY['explain','announce','care','mediate','suggest','guide']),
    deviation     text NOT NULL,
    score         int CHECK (score BETWEEN 0 AND 100),          -- Rule C-16
    score_version int NOT NULL,
    dissatisfied  text[] NOT NULL,
    red_flags     text[] NOT NULL,
    reason        text NOT NULL CHECK (btrim(reason) <> ''),
    corrected_by  uuid NOT NULL REFERENCES app_user,
    corrected_at  timestamptz NOT NULL,
    CONSTRAINT record_version_next UNIQUE (record_id, version),
    CHECK ((score IS NULL) = (score_version = 0))
);
CREATE INDEX record_version_flagged ON record_version (corrected_at) WHERE red_flags <> '{}';
CREATE TRIGGER keep     BEFORE DELETE   ON record_version FOR EACH ROW       EXECUTE FUNCTION refuse_delete();
CREATE TRIGGER keep_all BEFORE TRUNCATE ON record_version FOR EACH STATEMENT EXECUTE FUNCTION refuse_delete();
CREATE TRIGGER once     BEFORE UPDATE   ON record_version FOR EACH ROW       EXECUTE FUNCTION refuse_change();

-- +goose StatementBegin
CREATE FUNCTION guard_correction() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM callback_record r WHERE r.id = NEW.record_id AND r.state = 'final') THEN
        RAISE EXCEPTION 'C-01: only a final record is corrected' USING ERRCODE = 'HF151';
    END IF;
    IF NEW.version <> 2 + (SELECT count(*) FROM record_version v WHERE v.record_id = NEW.record_id) THEN
        RAISE EXCEPTION 'C-01: version % is not the next one of record %', NEW.version, NEW.record_id USING ERRCODE = 'HF151';
    END IF;
    IF NEW.dissatisfied <> '{}' AND NOT EXISTS (SELECT 1 FROM slip s WHERE s.record_id = NEW.record_id)
       AND NOT EXISTS (SELECT 1 FROM callback_record r JOIN task t ON t.id = r.task_id WHERE r.id = NEW.record_id AND t.source = 'slip') THEN
        RAISE EXCEPTION 'C-17: record % has a dissatisfied answer and no slip', NEW.record_id USING ERRCODE = 'HF117';
    END IF;
    RETURN NEW;
END $$;
-- +goose StatementEnd
CREATE TRIGGER guard BEFORE INSERT ON record_version FOR EACH ROW EXECUTE FUNCTION guard_correction();

-- ---------------------------------------------------------------- evidence
CREATE FUNCTION evidence_correction_1(v record_version) RETURNS jsonb LANGUAGE sql STABLE AS
$$SELECT jsonb_build_object('id', v.id, 'record_id', v.record_id, 'version', v.version, 'content', v.content, 'problems', v.problems, 'handling', v.handling,
    'answers', v.answers, 'fields', v.fields, 'content_kinds', v.content_kinds, 'deviation', v.deviation, 'score', v.score, 'score_version', v.score_version,
    'dissatisfied', v.dissatisfied, 'red_flags', v.red_flags, 'reason', v.reason, 'corrected_by', v.corrected_by, 'corrected_at', evidence_time(v.corrected_at))$$;

CREATE OR REPLACE VIEW evidence_fact (kind, ref, at, fact) AS
    SELECT 'call_opened.1', c.id::text, c.started_at, evidence_call_opened_1(c) FROM call c
    UNION ALL SELECT 'call.1', c.id::text, c.ended_at, evidence_call_1(c) FROM call c WHERE c.ended_at IS NOT NULL
    UNION ALL SELECT 'attempt.1', a.id::text, a.ended_at, evidence_attempt_1(a) FROM attempt a WHERE a.ended_at IS NOT NULL
    UNION ALL SELECT 'recording.1', r.id::text, r.sealed_at, evidence_recording_1(r) FROM recording r WHERE r.sha256 IS NOT NULL
    UNION ALL SELECT 'object.1', r.id::text, r.stored_at, evidence_object_1(r) FROM recording r WHERE r.first_retain_until IS NOT NULL
    UNION ALL SELECT 'record.1', r.id::text, r.finished_at, evidence_record_1(r) FROM callback_record r WHERE r.state = 'final' AND r.number = ''
    UNION ALL SELECT 'record.2', r.id::text, r.finished_at, evidence_record_2(r) FROM callback_record r WHERE r.state = 'final' AND r.number <> '' AND r.red_flags IS NULL
    UNION ALL SELECT 'record.3', r.id::text, r.finished_at, evidence_record_3(r) FROM callback_record r WHERE r.state = 'final' AND r.number <> '' AND r.red_flags IS NOT NULL
    UNION ALL SELECT 'correction.1', v.id::text, v.corrected_at, evidence_correction_1(v) FROM record_version v
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
    UNION ALL SELECT p.index, evidence_text(evidence_record_2(t), p.salt) FROM part p JOIN callback_record t ON p.kind = 'record.2' AND t.id = p.id
    UNION ALL SELECT p.index, evidence_text(evidence_record_3(t), p.salt) FROM part p JOIN callback_record t ON p.kind = 'record.3' AND t.id = p.id
    UNION ALL SELECT p.index, evidence_text(evidence_correction_1(t), p.salt) FROM part p JOIN record_version t ON p.kind = 'correction.1' AND t.id = p.id
    UNION ALL SELECT p.index, evidence_text(evidence_mark_1(t), p.salt) FROM part p JOIN call_mark t ON p.kind = 'mark.1' AND t.id = p.id
    UNION ALL SELECT p.index, evidence_text(evidence_access_1(t), p.salt) FROM part p JOIN recording_access t ON p.kind = 'access.1' AND t.id = p.number
    UNION ALL SELECT p.index, evidence_text(evidence_event_1(t), p.salt) FROM part p JOIN audit_event t ON p.kind = 'event.1' AND t.id = p.number
    UNION ALL SELECT p.index, evidence_text(evidence_key_1(t), p.salt) FROM part p JOIN evidence_key t ON p.kind = 'key.1' AND t.verifier = p.ref
    UNION ALL SELECT p.index, evidence_text(evidence_import_1(t), p.salt) FROM part p JOIN recording_import t ON p.kind = 'import.1' AND t.recording_id = p.id
$$;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE FUNCTION evidence_of_correction() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM evidence_note('correction.1', NEW.id::text, evidence_correction_1(NEW));
    RETURN NULL;
END $$;
-- +goose StatementEnd
CREATE TRIGGER evidence AFTER INSERT ON record_version FOR EACH ROW EXECUTE FUNCTION evidence_of_correction();

-- +goose Down
-- +goose StatementBegin
DO $$ BEGIN RAISE EXCEPTION 'T-02: a schema that holds evidence is not taken down' USING ERRCODE = 'HF002'; END $$;
-- +goose StatementEnd
