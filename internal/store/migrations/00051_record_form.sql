-- +goose Up
-- What a record says beside Rule C-01: which answers are red flags (Rules C-04,
-- C-19), what its program asks for (Rule C-10), and what kind of talk it was
-- (Rule C-13), with the versions of the questionnaire and the form that it was
-- written on (Rule C-16).
ALTER TABLE callback_record
    ADD COLUMN red_flags        text[],                       -- keys of the items; set when it becomes final, NULL in records of earlier versions
    ADD COLUMN questionnaire_id uuid,
    ADD COLUMN form_id          uuid,
    ADD COLUMN form_version     int    NOT NULL DEFAULT 0,
    ADD COLUMN fields           jsonb  NOT NULL DEFAULT '{}', -- answers to the form
    ADD COLUMN content_kinds    text[] NOT NULL DEFAULT '{}' CHECK (content_kinds <@ ARRAY['explain','announce','care','mediate','suggest','guide']),
    ADD CONSTRAINT callback_record_red_flags CHECK (red_flags IS NULL OR state = 'final');
CREATE INDEX callback_record_flagged ON callback_record (finished_at) WHERE red_flags <> '{}';

-- A record of this version or later is another kind of fact.
CREATE FUNCTION evidence_record_3(r callback_record) RETURNS jsonb LANGUAGE sql STABLE AS
$$SELECT evidence_record_2(r) || jsonb_build_object('red_flags', r.red_flags, 'questionnaire_id', r.questionnaire_id, 'form_id', r.form_id,
    'form_version', r.form_version, 'fields', r.fields, 'content_kinds', r.content_kinds)$$;

CREATE OR REPLACE VIEW evidence_fact (kind, ref, at, fact) AS
    SELECT 'call_opened.1', c.id::text, c.started_at, evidence_call_opened_1(c) FROM call c
    UNION ALL SELECT 'call.1', c.id::text, c.ended_at, evidence_call_1(c) FROM call c WHERE c.ended_at IS NOT NULL
    UNION ALL SELECT 'attempt.1', a.id::text, a.ended_at, evidence_attempt_1(a) FROM attempt a WHERE a.ended_at IS NOT NULL
    UNION ALL SELECT 'recording.1', r.id::text, r.sealed_at, evidence_recording_1(r) FROM recording r WHERE r.sha256 IS NOT NULL
    UNION ALL SELECT 'object.1', r.id::text, r.stored_at, evidence_object_1(r) FROM recording r WHERE r.first_retain_until IS NOT NULL
    UNION ALL SELECT 'record.1', r.id::text, r.finished_at, evidence_record_1(r) FROM callback_record r WHERE r.state = 'final' AND r.number = ''
    UNION ALL SELECT 'record.2', r.id::text, r.finished_at, evidence_record_2(r) FROM callback_record r WHERE r.state = 'final' AND r.number <> '' AND r.red_flags IS NULL
    UNION ALL SELECT 'record.3', r.id::text, r.finished_at, evidence_record_3(r) FROM callback_record r WHERE r.state = 'final' AND r.number <> '' AND r.red_flags IS NOT NULL
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
    UNION ALL SELECT p.index, evidence_text(evidence_mark_1(t), p.salt) FROM part p JOIN call_mark t ON p.kind = 'mark.1' AND t.id = p.id
    UNION ALL SELECT p.index, evidence_text(evidence_access_1(t), p.salt) FROM part p JOIN recording_access t ON p.kind = 'access.1' AND t.id = p.number
    UNION ALL SELECT p.index, evidence_text(evidence_event_1(t), p.salt) FROM part p JOIN audit_event t ON p.kind = 'event.1' AND t.id = p.number
    UNION ALL SELECT p.index, evidence_text(evidence_key_1(t), p.salt) FROM part p JOIN evidence_key t ON p.kind = 'key.1' AND t.verifier = p.ref
    UNION ALL SELECT p.index, evidence_text(evidence_import_1(t), p.salt) FROM part p JOIN recording_import t ON p.kind = 'import.1' AND t.recording_id = p.id
$$;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE OR REPLACE FUNCTION evidence_of_record() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.state = 'final' AND (TG_OP = 'INSERT' OR OLD.state <> 'final') THEN
        IF NEW.number = '' THEN
            PERFORM evidence_note('record.1', NEW.id::text, evidence_record_1(NEW));
        ELSIF NEW.red_flags IS NOT NULL THEN
            PERFORM evidence_note('record.3', NEW.id::text, evidence_record_3(NEW));
        ELSE
            PERFORM evidence_note('record.2', NEW.id::text, evidence_record_2(NEW));
        END IF;
    END IF;
    RETURN NULL;
END $$;
-- +goose StatementEnd

-- +goose Down
-- +goose StatementBegin
DO $$ BEGIN RAISE EXCEPTION 'T-02: a schema that holds evidence is not taken down' USING ERRCODE = 'HF002'; END $$;
-- +goose StatementEnd
