-- +goose Up
-- The log of evidence (Rule S-04, docs/protocols/evidence.md). Every fact that has
-- come to its final form is queued by a trigger, in the transaction that made it
-- final, and becomes a leaf of an append-only Merkle tree. The log holds hashes
-- of the facts, not the facts: the fact of a leaf is computed from its row again.

CREATE TABLE evidence_queue (     -- what will be the next leaves
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind        text NOT NULL,
    ref         text NOT NULL,
    at          timestamptz NOT NULL,
    salt        bytea NOT NULL,
    body_sha256 bytea NOT NULL,
    UNIQUE (kind, ref)
);

CREATE TABLE evidence_leaf (
    index bigint PRIMARY KEY CHECK (index >= 0),
    kind  text  NOT NULL,
    ref   text  NOT NULL,
    salt  bytea NOT NULL CHECK (octet_length(salt) = 16),   -- of the fact: nobody guesses it out of its hash
    leaf  text  NOT NULL,                                   -- the very bytes that are hashed
    UNIQUE (kind, ref)
);

CREATE TABLE evidence_node (      -- the tree's hashes, in the order of golang.org/x/mod/sumdb/tlog
    index bigint PRIMARY KEY CHECK (index >= 0),
    hash  bytea NOT NULL CHECK (octet_length(hash) = 32)
);

CREATE TABLE evidence_key (       -- who signs checkpoints
    verifier text PRIMARY KEY,
    added_at timestamptz NOT NULL
);

CREATE TABLE evidence_checkpoint (
    size bigint PRIMARY KEY CHECK (size > 0),
    at   timestamptz NOT NULL,
    note text NOT NULL
);
CREATE TABLE evidence_checkpoint_object (  -- its copy in the locked bucket
    size         bigint PRIMARY KEY REFERENCES evidence_checkpoint,
    object_key   text NOT NULL,
    version_id   text NOT NULL,
    retain_until timestamptz NOT NULL,
    stored_at    timestamptz NOT NULL
);

-- Until when the object was locked when it was stored; later extensions only add to it.
ALTER TABLE recording ADD COLUMN first_retain_until timestamptz;

-- Rules T-02, S-04: neither deleted nor altered.
-- +goose StatementBegin
DO $$
DECLARE t text;
BEGIN
    FOREACH t IN ARRAY ARRAY['evidence_leaf','evidence_node','evidence_key','evidence_checkpoint','evidence_checkpoint_object'] LOOP
        EXECUTE format('CREATE TRIGGER keep BEFORE DELETE ON %I FOR EACH ROW EXECUTE FUNCTION refuse_delete()', t);
        EXECUTE format('CREATE TRIGGER keep_all BEFORE TRUNCATE ON %I FOR EACH STATEMENT EXECUTE FUNCTION refuse_delete()', t);
        EXECUTE format('CREATE TRIGGER once BEFORE UPDATE ON %I FOR EACH ROW EXECUTE FUNCTION refuse_change()', t);
    END LOOP;
END $$;
-- +goose StatementEnd

-- ---------------------------------------------------------------- facts
-- A fact is a JSON object of named columns. Its form belongs to the kind with
-- its version: a fact of another form is another kind.

CREATE FUNCTION evidence_time(t timestamptz) RETURNS text LANGUAGE sql STABLE AS
    $$SELECT to_char(t AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')$$;

-- The text of a fact with its salt; its SHA-256 stands in the leaf.
CREATE FUNCTION evidence_text(fact jsonb, salt bytea) RETURNS text LANGUAGE sql STABLE AS
    $$SELECT (fact || jsonb_build_object('salt', encode(salt, 'hex')))::text$$;

CREATE FUNCTION evidence_call_opened_1(c call) RETURNS jsonb LANGUAGE sql STABLE AS
$$SELECT jsonb_build_object('id', c.id, 'instance', c.instance, 'direction', c.direction, 'started_at', evidence_time(c.started_at))$$;

CREATE FUNCTION evidence_call_1(c call) RETURNS jsonb LANGUAGE sql STABLE AS
$$SELECT jsonb_build_object('id', c.id, 'task_id', c.task_id, 'customer_id', c.customer_id, 'contact_point_id', c.contact_point_id, 'agent_id', c.agent_id,
    'instance', c.instance, 'direction', c.direction, 'outcome', c.outcome, 'reason', c.reason, 'ended_by', c.ended_by,
    'started_at', evidence_time(c.started_at), 'queued_at', evidence_time(c.queued_at), 'ringing_at', evidence_time(c.ringing_at),
    'answered_at', evidence_time(c.answered_at), 'talk_at', evidence_time(c.talk_at), 'ended_at', evidence_time(c.ended_at),
    'notice_at', evidence_time(c.notice_at), 'notice_ended_at', evidence_time(c.notice_ended_at))$$;

CREATE FUNCTION evidence_attempt_1(a attempt) RETURNS jsonb LANGUAGE sql STABLE AS
$$SELECT jsonb_build_object('id', a.id, 'call_id', a.call_id, 'task_id', a.task_id, 'ordinal', a.ordinal, 'trunk', a.trunk, 'caller_id', a.caller_id,
    'number', a.number, 'slot_date', a.slot_date::text, 'slot_window', a.slot_window, 'dialed_at', evidence_time(a.dialed_at),
    'first_response_at', evidence_time(a.first_response_at), 'ringing_at', evidence_time(a.ringing_at), 'ringing_signal', a.ringing_signal,
    'first_media_at', evidence_time(a.first_media_at), 'answered_at', evidence_time(a.answered_at), 'ended_at', evidence_time(a.ended_at),
    'ended_by', a.ended_by, 'sip_code', a.sip_code, 'sip_reason', a.sip_reason, 'q850_cause', a.q850_cause, 'outcome', a.outcome, 'reason', a.reason,
    'ring_ms', a.ring_ms, 'ring_ok', a.ring_ok, 'override_reason', a.override_reason, 'override_by', a.override_by)$$;

CREATE FUNCTION evidence_recording_1(r recording) RETURNS jsonb LANGUAGE sql STABLE AS
$$SELECT jsonb_build_object('id', r.id, 'call_id', r.call_id, 'probe_id', r.probe_id, 'instance', r.instance, 'interrupted', r.interrupted,
    'opened_at', evidence_time(r.opened_at), 'sealed_at', evidence_time(r.sealed_at), 'started_at', evidence_time(r.started_at),
    'duration_ms', r.duration_ms, 'bytes', r.bytes, 'sha256', encode(r.sha256, 'hex'), 'law', r.law, 'left_active_ms', r.left_active_ms,
    'right_active_ms', r.right_active_ms, 'empty_left', r.empty_left, 'empty_right', r.empty_right, 'facts', r.facts)$$;

CREATE FUNCTION evidence_object_1(r recording) RETURNS jsonb LANGUAGE sql STABLE AS
$$SELECT jsonb_build_object('recording_id', r.id, 'bucket', r.bucket, 'key', r.object_key, 'version_id', r.version_id, 'lock_mode', r.lock_mode,
    'retain_until', evidence_time(r.first_retain_until), 'stored_at', evidence_time(r.stored_at))$$;

CREATE FUNCTION evidence_record_1(r callback_record) RETURNS jsonb LANGUAGE sql STABLE AS
$$SELECT jsonb_build_object('id', r.id, 'call_id', r.call_id, 'task_id', r.task_id, 'recording_id', r.recording_id, 'agent_id', r.agent_id,
    'customer_id', r.customer_id, 'contacted_at', evidence_time(r.contacted_at), 'method', r.method, 'disposition', r.disposition, 'content', r.content,
    'problems', r.problems, 'handling', r.handling, 'answers', r.answers, 'questionnaire_version', r.questionnaire_version, 'deviation', r.deviation,
    'created_at', evidence_time(r.created_at), 'finished_at', evidence_time(r.finished_at))$$;

CREATE FUNCTION evidence_mark_1(m call_mark) RETURNS jsonb LANGUAGE sql STABLE AS
$$SELECT jsonb_build_object('id', m.id, 'call_id', m.call_id, 'recording_id', m.recording_id, 'kind', m.kind, 'by_id', m.by_id, 'with_id', m.with_id,
    'started_at', evidence_time(m.started_at), 'ended_at', evidence_time(m.ended_at), 'end_reason', m.end_reason, 'reason', m.reason, 'note', m.note)$$;

CREATE FUNCTION evidence_access_1(a recording_access) RETURNS jsonb LANGUAGE sql STABLE AS
$$SELECT jsonb_build_object('id', a.id, 'recording_id', a.recording_id, 'user_id', a.user_id, 'at', evidence_time(a.at), 'action', a.action,
    'channel', a.channel, 'from_ms', a.from_ms, 'to_ms', a.to_ms, 'ip', a.ip)$$;

CREATE FUNCTION evidence_event_1(e audit_event) RETURNS jsonb LANGUAGE sql STABLE AS
$$SELECT jsonb_build_object('id', e.id, 'at', evidence_time(e.at), 'actor_id', e.actor_id, 'action', e.action, 'object_kind', e.object_kind,
    'object_id', e.object_id, 'rule', e.rule, 'reason', e.reason, 'detail', e.detail, 'ip', e.ip)$$;

CREATE FUNCTION evidence_key_1(k evidence_key) RETURNS jsonb LANGUAGE sql STABLE AS
$$SELECT jsonb_build_object('verifier', k.verifier, 'added_at', evidence_time(k.added_at))$$;

-- Every row in its final form, with the kind and reference of its leaf. What is
-- not in here is not in the log.
CREATE VIEW evidence_fact (kind, ref, at, fact) AS
    SELECT 'call_opened.1', c.id::text, c.started_at, evidence_call_opened_1(c) FROM call c
    UNION ALL SELECT 'call.1', c.id::text, c.ended_at, evidence_call_1(c) FROM call c WHERE c.ended_at IS NOT NULL
    UNION ALL SELECT 'attempt.1', a.id::text, a.ended_at, evidence_attempt_1(a) FROM attempt a WHERE a.ended_at IS NOT NULL
    UNION ALL SELECT 'recording.1', r.id::text, r.sealed_at, evidence_recording_1(r) FROM recording r WHERE r.sha256 IS NOT NULL
    UNION ALL SELECT 'object.1', r.id::text, r.stored_at, evidence_object_1(r) FROM recording r WHERE r.first_retain_until IS NOT NULL
    UNION ALL SELECT 'record.1', r.id::text, r.finished_at, evidence_record_1(r) FROM callback_record r WHERE r.state = 'final'
    UNION ALL SELECT 'mark.1', m.id::text, m.ended_at, evidence_mark_1(m) FROM call_mark m WHERE m.ended_at IS NOT NULL
    UNION ALL SELECT 'access.1', a.id::text, a.at, evidence_access_1(a) FROM recording_access a
    UNION ALL SELECT 'event.1', e.id::text, e.at, evidence_event_1(e) FROM audit_event e
    UNION ALL SELECT 'key.1', k.verifier, k.added_at, evidence_key_1(k) FROM evidence_key k;

-- The facts of the leaves of a stretch of the log, computed from the rows as
-- they are now; a leaf without its row has none.
-- +goose StatementBegin
CREATE FUNCTION evidence_bodies(from_index bigint, to_index bigint) RETURNS TABLE (index bigint, body text) LANGUAGE sql STABLE AS $$
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
$$;
-- +goose StatementEnd

-- ---------------------------------------------------------------- queueing
-- The triggers run with the rights of the schema's owner: whoever may write a
-- fact need not be able to write the log.
-- +goose StatementBegin
CREATE FUNCTION evidence_note(kind text, ref text, fact jsonb) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE salt bytea := uuid_send(gen_random_uuid());
BEGIN
    INSERT INTO evidence_queue (kind, ref, at, salt, body_sha256)
    VALUES (kind, ref, clock_timestamp(), salt, sha256(convert_to(evidence_text(fact, salt), 'UTF8')));
END $$;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE FUNCTION evidence_of_call() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        PERFORM evidence_note('call_opened.1', NEW.id::text, evidence_call_opened_1(NEW));
    END IF;
    IF NEW.ended_at IS NOT NULL AND (TG_OP = 'INSERT' OR OLD.ended_at IS NULL) THEN
        PERFORM evidence_note('call.1', NEW.id::text, evidence_call_1(NEW));
    END IF;
    RETURN NULL;
END $$;
-- +goose StatementEnd
CREATE TRIGGER evidence AFTER INSERT OR UPDATE OF ended_at ON call FOR EACH ROW EXECUTE FUNCTION evidence_of_call();

-- +goose StatementBegin
CREATE FUNCTION evidence_of_attempt() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.ended_at IS NOT NULL AND OLD.ended_at IS NULL THEN
        PERFORM evidence_note('attempt.1', NEW.id::text, evidence_attempt_1(NEW));
    END IF;
    RETURN NULL;
END $$;
-- +goose StatementEnd
CREATE TRIGGER evidence AFTER UPDATE OF ended_at ON attempt FOR EACH ROW EXECUTE FUNCTION evidence_of_attempt();

-- +goose StatementBegin
CREATE FUNCTION keep_first_retention() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.first_retain_until IS NOT NULL THEN
        NEW.first_retain_until := OLD.first_retain_until;
    ELSIF NEW.stored_at IS NOT NULL AND NEW.retain_until IS NOT NULL THEN
        NEW.first_retain_until := NEW.retain_until;
    END IF;
    RETURN NEW;
END $$;
-- +goose StatementEnd
CREATE TRIGGER first_retention BEFORE UPDATE ON recording FOR EACH ROW EXECUTE FUNCTION keep_first_retention();

-- +goose StatementBegin
CREATE FUNCTION evidence_of_recording() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.sha256 IS NOT NULL AND OLD.sha256 IS NULL THEN
        PERFORM evidence_note('recording.1', NEW.id::text, evidence_recording_1(NEW));
    END IF;
    IF NEW.first_retain_until IS NOT NULL AND OLD.first_retain_until IS NULL THEN
        PERFORM evidence_note('object.1', NEW.id::text, evidence_object_1(NEW));
    END IF;
    RETURN NULL;
END $$;
-- +goose StatementEnd
CREATE TRIGGER evidence AFTER UPDATE ON recording FOR EACH ROW EXECUTE FUNCTION evidence_of_recording();

-- +goose StatementBegin
CREATE FUNCTION evidence_of_record() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.state = 'final' AND (TG_OP = 'INSERT' OR OLD.state <> 'final') THEN
        PERFORM evidence_note('record.1', NEW.id::text, evidence_record_1(NEW));
    END IF;
    RETURN NULL;
END $$;
-- +goose StatementEnd
CREATE TRIGGER evidence AFTER INSERT OR UPDATE ON callback_record FOR EACH ROW EXECUTE FUNCTION evidence_of_record();

-- +goose StatementBegin
CREATE FUNCTION evidence_of_mark() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.ended_at IS NOT NULL AND (TG_OP = 'INSERT' OR OLD.ended_at IS NULL) THEN
        PERFORM evidence_note('mark.1', NEW.id::text, evidence_mark_1(NEW));
    END IF;
    RETURN NULL;
END $$;
-- +goose StatementEnd
CREATE TRIGGER evidence AFTER INSERT OR UPDATE ON call_mark FOR EACH ROW EXECUTE FUNCTION evidence_of_mark();

-- +goose StatementBegin
CREATE FUNCTION evidence_of_access() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM evidence_note('access.1', NEW.id::text, evidence_access_1(NEW));
    RETURN NULL;
END $$;
-- +goose StatementEnd
CREATE TRIGGER evidence AFTER INSERT ON recording_access FOR EACH ROW EXECUTE FUNCTION evidence_of_access();

-- +goose StatementBegin
CREATE FUNCTION evidence_of_event() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM evidence_note('event.1', NEW.id::text, evidence_event_1(NEW));
    RETURN NULL;
END $$;
-- +goose StatementEnd
CREATE TRIGGER evidence AFTER INSERT ON audit_event FOR EACH ROW EXECUTE FUNCTION evidence_of_event();

-- +goose StatementBegin
CREATE FUNCTION evidence_of_key() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM evidence_note('key.1', NEW.verifier, evidence_key_1(NEW));
    RETURN NULL;
END $$;
-- +goose StatementEnd
CREATE TRIGGER evidence AFTER INSERT ON evidence_key FOR EACH ROW EXECUTE FUNCTION evidence_of_key();

-- What was there before the log is in it from now on, in the order of its time.
UPDATE recording SET first_retain_until = retain_until WHERE stored_at IS NOT NULL AND retain_until IS NOT NULL AND first_retain_until IS NULL;
INSERT INTO evidence_queue (kind, ref, at, salt, body_sha256)
SELECT f.kind, f.ref, clock_timestamp(), f.salt, sha256(convert_to(evidence_text(f.fact, f.salt), 'UTF8'))
FROM (SELECT kind, ref, fact, uuid_send(gen_random_uuid()) AS salt, at FROM evidence_fact ORDER BY at, kind, ref) f
WHERE NOT EXISTS (SELECT 1 FROM evidence_queue q WHERE q.kind = f.kind AND q.ref = f.ref)
ORDER BY f.at, f.kind, f.ref;

-- +goose Down
-- +goose StatementBegin
DO $$ BEGIN RAISE EXCEPTION 'T-02: a schema that holds evidence is not taken down' USING ERRCODE = 'HF002'; END $$;
-- +goose StatementEnd
