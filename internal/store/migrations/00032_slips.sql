-- +goose Up
-- Numbers of records without gaps (Rule C-21), the score of a record (Rule
-- C-16), and feedback slips (Rules C-17, C-18).

-- ---------------------------------------------------------------- numbers
-- The row is locked from its use until the transaction ends: a number that was
-- not used after all is given again, and none is given twice. Rule C-21.
CREATE TABLE number_series (
    series text NOT NULL CHECK (series IN ('record','slip')),
    month  text NOT NULL CHECK (month ~ '^[0-9]{4}-[0-9]{2}$'),   -- of the house's zone
    last   int  NOT NULL CHECK (last >= 1),
    PRIMARY KEY (series, month)
);
CREATE TRIGGER keep BEFORE DELETE ON number_series FOR EACH ROW EXECUTE FUNCTION refuse_delete();
CREATE TRIGGER keep_all BEFORE TRUNCATE ON number_series FOR EACH STATEMENT EXECUTE FUNCTION refuse_delete();

-- +goose StatementBegin
CREATE FUNCTION guard_number_series() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.last <> (CASE WHEN TG_OP = 'INSERT' THEN 1 ELSE OLD.last + 1 END) OR TG_OP = 'UPDATE' AND (NEW.series, NEW.month) <> (OLD.series, OLD.month) THEN
        RAISE EXCEPTION 'C-21: numbers of % go up by one', NEW.month USING ERRCODE = 'HF121';
    END IF;
    RETURN NEW;
END $$;
-- +goose StatementEnd
CREATE TRIGGER guard BEFORE INSERT OR UPDATE ON number_series FOR EACH ROW EXECUTE FUNCTION guard_number_series();

-- ---------------------------------------------------------------- records
-- Records that were final before this version have neither number nor score.
ALTER TABLE callback_record
    ADD COLUMN number        text   NOT NULL DEFAULT '',
    ADD COLUMN score         int    CHECK (score BETWEEN 0 AND 100),  -- Rule C-16; none where nothing was rated
    ADD COLUMN score_version int    NOT NULL DEFAULT 0,               -- of the formula
    ADD COLUMN dissatisfied  text[] NOT NULL DEFAULT '{}',            -- keys of the items
    ADD CONSTRAINT callback_record_number CHECK (number = '' OR state = 'final' AND number ~ '^[0-9]{4}-[0-9]{2}-[0-9]{6,}$'),
    ADD CONSTRAINT callback_record_score CHECK ((score IS NULL) = (score_version = 0));
CREATE UNIQUE INDEX callback_record_by_number ON callback_record (number) WHERE number <> '';

CREATE FUNCTION evidence_record_2(r callback_record) RETURNS jsonb LANGUAGE sql STABLE AS
$$SELECT evidence_record_1(r) || jsonb_build_object('number', r.number, 'score', r.score, 'score_version', r.score_version, 'dissatisfied', r.dissatisfied)$$;

-- ---------------------------------------------------------------- slips
ALTER TABLE task DROP CONSTRAINT task_source_check,
    ADD CONSTRAINT task_source_check CHECK (source IN ('manual','import','sample','inbound','slip'));

CREATE TABLE slip (                -- Rule C-17: what a customer is dissatisfied with goes to a department
    id            uuid PRIMARY KEY,
    number        text NOT NULL UNIQUE CHECK (number ~ '^S[0-9]{4}-[0-9]{2}-[0-9]{6,}$'),
    record_id     uuid NOT NULL REFERENCES callback_record,
    customer_id   uuid NOT NULL REFERENCES customer,
    kind          text NOT NULL CHECK (kind IN ('product','service','suggestion','technical','accident')),
    matter        text NOT NULL CHECK (btrim(matter) <> ''),
    suggestion    text NOT NULL DEFAULT '',
    department_id uuid NOT NULL REFERENCES department,
    owner_id      uuid REFERENCES app_user,
    round         int  NOT NULL DEFAULT 1,          -- how often it was handled, when the customer stayed dissatisfied
    due_at        timestamptz NOT NULL,             -- Rule C-18: the end of the fifth working day
    overdue_at    timestamptz,                      -- when the miss of this round was noted
    state         text NOT NULL CHECK (state IN ('open','answered','closed')),
    handling      text NOT NULL DEFAULT '',
    answer        text NOT NULL DEFAULT '',         -- what the customer is told
    answered_at   timestamptz,
    task_id       uuid UNIQUE REFERENCES task,      -- the second call-back of this round
    satisfaction  text NOT NULL DEFAULT '' CHECK (satisfaction IN ('','satisfied','fair','dissatisfied','unreachable')),
    verified_by   uuid REFERENCES callback_record,  -- the record of the second call-back
    closed_at     timestamptz,
    closed_by     uuid REFERENCES app_user,
    created_by    uuid NOT NULL REFERENCES app_user,
    created_at    timestamptz NOT NULL,
    updated_at    timestamptz NOT NULL,
    CHECK (state = 'open' OR btrim(handling) <> '' AND btrim(answer) <> '' AND answered_at IS NOT NULL AND task_id IS NOT NULL),
    CHECK ((state = 'closed') = (closed_at IS NOT NULL)),
    CHECK (state <> 'closed' OR satisfaction IN ('satisfied','fair') AND verified_by IS NOT NULL OR satisfaction = 'unreachable')
);
CREATE INDEX slip_waiting ON slip (due_at) WHERE state <> 'closed';
CREATE INDEX slip_record ON slip (record_id);
CREATE INDEX slip_customer ON slip (customer_id, created_at DESC);
CREATE INDEX slip_created ON slip (created_at DESC, id);
CREATE TRIGGER keep BEFORE DELETE ON slip FOR EACH ROW EXECUTE FUNCTION refuse_delete();
CREATE TRIGGER keep_all BEFORE TRUNCATE ON slip FOR EACH STATEMENT EXECUTE FUNCTION refuse_delete();

-- Rule C-17: a slip is closed by what the customer said in a second call-back, or
-- by the proof that they cannot be reached; then it stands.
-- +goose StatementBegin
CREATE FUNCTION guard_slip() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state = 'closed' THEN
        RAISE EXCEPTION 'C-17: slip % is closed', OLD.number USING ERRCODE = 'HF117';
    END IF;
    IF (NEW.number, NEW.record_id, NEW.customer_id, NEW.matter, NEW.suggestion, NEW.created_by, NEW.created_at)
       IS DISTINCT FROM (OLD.number, OLD.record_id, OLD.customer_id, OLD.matter, OLD.suggestion, OLD.created_by, OLD.created_at) THEN
        RAISE EXCEPTION 'C-17: what slip % says cannot be altered', OLD.number USING ERRCODE = 'HF117';
    END IF;
    IF NEW.state = 'closed' AND NEW.satisfaction IN ('satisfied','fair') AND NOT EXISTS (SELECT 1 FROM callback_record r
            WHERE r.id = NEW.verified_by AND r.task_id = NEW.task_id AND r.state = 'final' AND r.answers ->> 'result' = NEW.satisfaction) THEN
        RAISE EXCEPTION 'C-17: slip % needs the customer''s word, from the record of its second call-back', NEW.number USING ERRCODE = 'HF117';
    END IF;
    IF NEW.state = 'closed' AND NEW.satisfaction = 'unreachable' AND NOT EXISTS (SELECT 1 FROM task t WHERE t.id = NEW.task_id AND t.state = 'unreachable') THEN
        RAISE EXCEPTION 'C-17: the customer of slip % is not proven to be unreachable (Rule T-04)', NEW.number USING ERRCODE = 'HF117';
    END IF;
    RETURN NEW;
END $$;
-- +goose StatementEnd
CREATE TRIGGER guard BEFORE UPDATE ON slip FOR EACH ROW EXECUTE FUNCTION guard_slip();

-- Rule C-17: no final record with a dissatisfied answer without its slip, but
-- that of a slip's second call-back.
-- +goose StatementBegin
CREATE FUNCTION guard_dissatisfied() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM slip s WHERE s.record_id = NEW.id) AND NOT EXISTS (SELECT 1 FROM task t WHERE t.id = NEW.task_id AND t.source = 'slip') THEN
        RAISE EXCEPTION 'C-17: record % has a dissatisfied answer and no slip', NEW.id USING ERRCODE = 'HF117';
    END IF;
    RETURN NULL;
END $$;
-- +goose StatementEnd
CREATE CONSTRAINT TRIGGER slip_needed AFTER INSERT OR UPDATE ON callback_record DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (NEW.state = 'final' AND NEW.dissatisfied <> '{}') EXECUTE FUNCTION guard_dissatisfied();

-- ---------------------------------------------------------------- evidence
CREATE OR REPLACE VIEW evidence_fact (kind, ref, at, fact) AS
    SELECT 'call_opened.1', c.id::text, c.started_at, evidence_call_opened_1(c) FROM call c
    UNION ALL SELECT 'call.1', c.id::text, c.ended_at, evidence_call_1(c) FROM call c WHERE c.ended_at IS NOT NULL
    UNION ALL SELECT 'attempt.1', a.id::text, a.ended_at, evidence_attempt_1(a) FROM attempt a WHERE a.ended_at IS NOT NULL
    UNION ALL SELECT 'recording.1', r.id::text, r.sealed_at, evidence_recording_1(r) FROM recording r WHERE r.sha256 IS NOT NULL
    UNION ALL SELECT 'object.1', r.id::text, r.stored_at, evidence_object_1(r) FROM recording r WHERE r.first_retain_until IS NOT NULL
    UNION ALL SELECT 'record.1', r.id::text, r.finished_at, evidence_record_1(r) FROM callback_record r WHERE r.state = 'final' AND r.number = ''
    UNION ALL SELECT 'record.2', r.id::text, r.finished_at, evidence_record_2(r) FROM callback_record r WHERE r.state = 'final' AND r.number <> ''
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
