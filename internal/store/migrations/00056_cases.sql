-- +goose Up
-- Superiors, missed clocks that go up their line (Rule C-18), and cases:
-- anomalies that are investigated step by step (Rule C-19) and complaints that
-- were raised in a call (Rule C-20).

-- Other migrations lengthen these lists too: this one adds its word to what they hold.
-- +goose StatementBegin
DO $$
DECLARE known text;
BEGIN
    SELECT string_agg(quote_literal(m[1]), ',') INTO known FROM pg_constraint c, regexp_matches(pg_get_constraintdef(c.oid), '''([a-z_]+)''', 'g') m
    WHERE c.conname = 'task_source_check' AND m[1] <> 'case';
    EXECUTE 'ALTER TABLE task DROP CONSTRAINT task_source_check, ADD CONSTRAINT task_source_check CHECK (source IN (' || known || ',''case''))';
    SELECT string_agg(quote_literal(m[1]), ',') INTO known FROM pg_constraint c, regexp_matches(pg_get_constraintdef(c.oid), '''([a-z_]+)''', 'g') m
    WHERE c.conname = 'number_series_series_check' AND m[1] <> 'case';
    EXECUTE 'ALTER TABLE number_series DROP CONSTRAINT number_series_series_check, ADD CONSTRAINT number_series_series_check CHECK (series IN (' || known || ',''case''))';
END $$;
-- +goose StatementEnd

-- ---------------------------------------------------------------- superiors
ALTER TABLE app_user ADD COLUMN superior_id uuid REFERENCES app_user, ADD CONSTRAINT app_user_own_superior CHECK (superior_id <> id);

-- +goose StatementBegin
CREATE FUNCTION guard_superior() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE above uuid := NEW.superior_id; n int := 0;
BEGIN
    WHILE above IS NOT NULL AND n < 100 LOOP
        IF above = NEW.id THEN
            RAISE EXCEPTION 'C-18: nobody stands above themselves in the line of superiors' USING ERRCODE = 'HF118';
        END IF;
        SELECT superior_id, n + 1 INTO above, n FROM app_user WHERE id = above;
    END LOOP;
    RETURN NEW;
END $$;
-- +goose StatementEnd
CREATE TRIGGER guard_superior BEFORE INSERT OR UPDATE OF superior_id ON app_user FOR EACH ROW WHEN (NEW.superior_id IS NOT NULL) EXECUTE FUNCTION guard_superior();

-- ---------------------------------------------------------------- cases
CREATE TABLE work_case (
    id            uuid PRIMARY KEY,
    number        text NOT NULL UNIQUE CHECK (number ~ '^C[0-9]{4}-[0-9]{2}-[0-9]{6,}$'),   -- without gaps in a month, Rule C-21
    kind          text NOT NULL CHECK (kind IN ('anomaly','complaint')),
    class         text NOT NULL CHECK (class IN ('dissatisfaction','acting_for_customer','private_fees','false_data','promised_returns','other')),
    source        text NOT NULL CHECK (source IN ('red_flag','dissatisfaction','button','manual')),
    customer_id   uuid NOT NULL REFERENCES customer,
    record_id     uuid REFERENCES callback_record,
    call_id       uuid REFERENCES call,
    mark_id       uuid UNIQUE REFERENCES call_mark,        -- Rule C-20: the moment in the recording
    matter        text NOT NULL CHECK (btrim(matter) <> ''),
    concerned_id  uuid REFERENCES app_user,                -- whom it is about: never handles it, Rule C-15
    assignee_id   uuid REFERENCES app_user,                -- whose turn it is
    state         text NOT NULL CHECK (state IN ('facts','reported','interview','branch','head_office','measures','answer','call_back','closed')),
    round         int  NOT NULL DEFAULT 1 CHECK (round >= 1),   -- one more each time that the customer stays dissatisfied
    due_at        timestamptz NOT NULL,                    -- of the step that it stands at
    overdue_at    timestamptz,                             -- when the miss of this step was noted
    task_id       uuid UNIQUE REFERENCES task,             -- the second call-back of this round
    satisfaction  text NOT NULL DEFAULT '' CHECK (satisfaction IN ('','satisfied','fair','dissatisfied','unreachable')),
    verified_by   uuid REFERENCES callback_record,
    closed_at     timestamptz,
    closed_by     uuid REFERENCES app_user,
    created_by    uuid NOT NULL REFERENCES app_user,       -- who raised it: the agent of the record where a rule opened it
    created_at    timestamptz NOT NULL,
    updated_at    timestamptz NOT NULL,
    CHECK (concerned_id IS NULL OR assignee_id IS NULL OR concerned_id <> assignee_id),
    CHECK (kind <> 'anomaly' OR state <> 'answer'),
    CHECK (kind <> 'complaint' OR state IN ('facts','answer','call_back','closed')),
    CHECK (source NOT IN ('red_flag','dissatisfaction') OR record_id IS NOT NULL),
    CHECK (source <> 'button' OR mark_id IS NOT NULL),
    CHECK ((state IN ('call_back','closed')) = (task_id IS NOT NULL)),
    CHECK ((state = 'closed') = (closed_at IS NOT NULL)),
    CHECK (state <> 'closed' OR satisfaction IN ('satisfied','fair') AND verified_by IS NOT NULL OR satisfaction = 'unreachable')
);
CREATE UNIQUE INDEX work_case_record ON work_case (record_id) WHERE source IN ('red_flag','dissatisfaction');
CREATE INDEX work_case_waiting ON work_case (due_at) WHERE state <> 'closed';
CREATE INDEX work_case_customer ON work_case (customer_id, created_at DESC);
CREATE INDEX work_case_created ON work_case (created_at DESC, id);
CREATE TRIGGER keep BEFORE DELETE ON work_case FOR EACH ROW EXECUTE FUNCTION refuse_delete();
CREATE TRIGGER keep_all BEFORE TRUNCATE ON work_case FOR EACH STATEMENT EXECUTE FUNCTION refuse_delete();
CREATE INDEX callback_record_strong ON callback_record (finished_at) WHERE cardinality(dissatisfied) >= 3;

CREATE TABLE case_step (               -- a sign-off; it stands
    case_id uuid NOT NULL REFERENCES work_case,
    step    text NOT NULL CHECK (step IN ('facts','reported','interview','branch','head_office','measures','answer')),
    round   int  NOT NULL,
    by_id   uuid NOT NULL REFERENCES app_user,
    at      timestamptz NOT NULL,
    content jsonb NOT NULL,
    PRIMARY KEY (case_id, step, round),
    CHECK (step <> 'facts'       OR coalesce(btrim(content ->> 'facts'), '') <> ''),
    CHECK (step <> 'branch'      OR coalesce(btrim(content ->> 'accounts'), '') <> '' AND coalesce(btrim(content ->> 'how'), '') <> ''
                                AND coalesce(btrim(content ->> 'result'), '') <> '' AND coalesce(btrim(content ->> 'opinion'), '') <> ''),
    CHECK (step <> 'head_office' OR coalesce(btrim(content ->> 'opinion'), '') <> ''),
    CHECK (step <> 'measures'    OR coalesce(btrim(content ->> 'measures'), '') <> ''),
    CHECK (step <> 'answer'      OR coalesce(btrim(content ->> 'handling'), '') <> '' AND coalesce(btrim(content ->> 'answer'), '') <> '')
);
CREATE TRIGGER keep BEFORE DELETE ON case_step FOR EACH ROW EXECUTE FUNCTION refuse_delete();
CREATE TRIGGER keep_all BEFORE TRUNCATE ON case_step FOR EACH STATEMENT EXECUTE FUNCTION refuse_delete();
CREATE TRIGGER once BEFORE UPDATE ON case_step FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TABLE case_interview (          -- Rule C-19: time, place, content, signatures
    id            uuid PRIMARY KEY,
    case_id       uuid NOT NULL REFERENCES work_case,
    held_at       timestamptz NOT NULL,
    place         text NOT NULL CHECK (btrim(place) <> ''),
    person        text NOT NULL CHECK (btrim(person) <> ''),
    content       text NOT NULL CHECK (btrim(content) <> ''),
    signers       text[] NOT NULL CHECK (cardinality(signers) >= 1),
    signature_ids uuid[] NOT NULL,      -- of each signer: the signed sheet or the picture of the signature
    by_id         uuid NOT NULL REFERENCES app_user,
    at            timestamptz NOT NULL,
    CHECK (cardinality(signature_ids) = cardinality(signers))
);
CREATE INDEX case_interview_case ON case_interview (case_id, at);
CREATE TRIGGER keep BEFORE DELETE ON case_interview FOR EACH ROW EXECUTE FUNCTION refuse_delete();
CREATE TRIGGER keep_all BEFORE TRUNCATE ON case_interview FOR EACH STATEMENT EXECUTE FUNCTION refuse_delete();
CREATE TRIGGER once BEFORE UPDATE ON case_interview FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- Rule C-15: nobody with an interest handles a case.
-- +goose StatementBegin
CREATE FUNCTION guard_case_interest(k work_case, who uuid) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF who = k.concerned_id OR EXISTS (SELECT 1 FROM customer c, app_user u WHERE c.id = k.customer_id AND u.id = who AND (c.adviser_id = u.id OR c.department_id = u.department_id)) THEN
        RAISE EXCEPTION 'C-15: case % is not handled by somebody with an interest in it', k.number USING ERRCODE = 'HF115';
    END IF;
END $$;
-- +goose StatementEnd

-- Rule C-19: the steps are signed in their order, and two of them by a second person.
-- +goose StatementBegin
CREATE FUNCTION guard_case_step() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE k work_case;
BEGIN
    SELECT * INTO k FROM work_case WHERE id = NEW.case_id FOR UPDATE;
    IF k.state <> NEW.step OR k.round <> NEW.round THEN
        RAISE EXCEPTION 'C-19: case % stands at %, round %; % cannot be signed now', k.number, k.state, k.round, NEW.step USING ERRCODE = 'HF119';
    END IF;
    PERFORM guard_case_interest(k, NEW.by_id);
    IF EXISTS (SELECT 1 FROM case_step s WHERE s.case_id = NEW.case_id AND s.by_id = NEW.by_id
               AND (NEW.step = 'reported' AND s.step = 'facts' OR NEW.step = 'head_office' AND s.step = 'branch')) THEN
        RAISE EXCEPTION 'C-19: % of case % is signed by another person than the step before', NEW.step, k.number USING ERRCODE = 'HF119';
    END IF;
    IF NEW.step = 'interview' AND NOT EXISTS (SELECT 1 FROM case_interview i WHERE i.case_id = NEW.case_id) THEN
        RAISE EXCEPTION 'C-19: case % has no interview record', k.number USING ERRCODE = 'HF119';
    END IF;
    IF k.kind = 'complaint' AND NEW.step = 'facts' AND coalesce(btrim(NEW.content ->> 'calmed'), '') = '' THEN
        RAISE EXCEPTION 'C-20: case % does not say how the customer was calmed', k.number USING ERRCODE = 'HF119';
    END IF;
    RETURN NEW;
END $$;
-- +goose StatementEnd
CREATE TRIGGER guard BEFORE INSERT ON case_step FOR EACH ROW EXECUTE FUNCTION guard_case_step();

-- +goose StatementBegin
CREATE FUNCTION guard_case_interview() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE k work_case;
BEGIN
    SELECT * INTO k FROM work_case WHERE id = NEW.case_id;
    IF k.state NOT IN ('interview','branch') THEN
        RAISE EXCEPTION 'C-19: case % stands at %; interviews are noted before the branch''s opinion', k.number, k.state USING ERRCODE = 'HF119';
    END IF;
    PERFORM guard_case_interest(k, NEW.by_id);
    IF (SELECT count(*) FROM attachment a WHERE a.id = ANY(NEW.signature_ids) AND a.object_kind = 'case' AND a.object_id = NEW.case_id) <> (SELECT count(DISTINCT x) FROM unnest(NEW.signature_ids) x) THEN
        RAISE EXCEPTION 'C-19: each signature is a file of case %', k.number USING ERRCODE = 'HF119';
    END IF;
    RETURN NEW;
END $$;
-- +goose StatementEnd
CREATE TRIGGER guard BEFORE INSERT ON case_interview FOR EACH ROW EXECUTE FUNCTION guard_case_interview();

-- +goose StatementBegin
CREATE FUNCTION guard_case() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE line text[] := CASE NEW.kind WHEN 'anomaly' THEN ARRAY['facts','reported','interview','branch','head_office','measures','call_back','closed']
                                     ELSE ARRAY['facts','answer','call_back','closed'] END;
        again text := CASE NEW.kind WHEN 'anomaly' THEN 'measures' ELSE 'answer' END;
BEGIN
    IF NEW.assignee_id IS NOT NULL AND (TG_OP = 'INSERT' OR NEW.assignee_id IS DISTINCT FROM OLD.assignee_id OR NEW.concerned_id IS DISTINCT FROM OLD.concerned_id) THEN
        PERFORM guard_case_interest(NEW, NEW.assignee_id);
    END IF;
    IF NEW.concerned_id IS NOT NULL AND EXISTS (SELECT 1 FROM task t WHERE t.id = NEW.task_id AND t.assignee_id = NEW.concerned_id) THEN
        RAISE EXCEPTION 'C-15: whom case % is about does not call the customer again', NEW.number USING ERRCODE = 'HF115';
    END IF;
    IF TG_OP = 'INSERT' THEN
        IF NEW.state <> 'facts' OR NEW.round <> 1 THEN
            RAISE EXCEPTION 'C-19: a case begins with its facts' USING ERRCODE = 'HF119';
        END IF;
        RETURN NEW;
    END IF;
    IF OLD.state = 'closed' THEN
        RAISE EXCEPTION 'C-19: case % is closed', OLD.number USING ERRCODE = 'HF119';
    END IF;
    IF (NEW.number, NEW.kind, NEW.source, NEW.customer_id, NEW.record_id, NEW.call_id, NEW.mark_id, NEW.matter, NEW.created_by, NEW.created_at)
       IS DISTINCT FROM (OLD.number, OLD.kind, OLD.source, OLD.customer_id, OLD.record_id, OLD.call_id, OLD.mark_id, OLD.matter, OLD.created_by, OLD.created_at) THEN
        RAISE EXCEPTION 'C-19: what case % says cannot be altered', OLD.number USING ERRCODE = 'HF119';
    END IF;
    IF NEW.state = OLD.state THEN
        IF NEW.round <> OLD.round THEN
            RAISE EXCEPTION 'C-19: case % does not begin a round by itself', OLD.number USING ERRCODE = 'HF119';
        END IF;
        RETURN NEW;
    END IF;
    IF OLD.state = 'call_back' AND NEW.state = again AND NEW.round = OLD.round + 1 THEN
        RETURN NEW;
    END IF;
    IF NEW.round <> OLD.round OR array_position(line, NEW.state) IS DISTINCT FROM array_position(line, OLD.state) + 1 THEN
        RAISE EXCEPTION 'C-19: case % goes from % to %, not to %', OLD.number, OLD.state, line[array_position(line, OLD.state) + 1], NEW.state USING ERRCODE = 'HF119';
    END IF;
    IF OLD.state <> 'call_back' AND NOT EXISTS (SELECT 1 FROM case_step s WHERE s.case_id = NEW.id AND s.step = OLD.state AND s.round = OLD.round) THEN
        RAISE EXCEPTION 'C-19: step % of case % is not signed', OLD.state, OLD.number USING ERRCODE = 'HF119';
    END IF;
    IF NEW.state = 'closed' AND NEW.satisfaction IN ('satisfied','fair') AND NOT EXISTS (SELECT 1 FROM callback_record r
            WHERE r.id = NEW.verified_by AND r.task_id = NEW.task_id AND r.state = 'final' AND r.answers ->> 'result' = NEW.satisfaction) THEN
        RAISE EXCEPTION 'C-19: case % needs the customer''s word, from the record of its second call-back', NEW.number USING ERRCODE = 'HF119';
    END IF;
    IF NEW.state = 'closed' AND NEW.satisfaction = 'unreachable' AND NOT EXISTS (SELECT 1 FROM task t WHERE t.id = NEW.task_id AND t.state = 'unreachable') THEN
        RAISE EXCEPTION 'C-19: the customer of case % is not proven to be unreachable (Rule T-04)', NEW.number USING ERRCODE = 'HF119';
    END IF;
    RETURN NEW;
END $$;
-- +goose StatementEnd
CREATE TRIGGER guard BEFORE INSERT OR UPDATE ON work_case FOR EACH ROW EXECUTE FUNCTION guard_case();

-- The second call-back of a case says by itself whether the customer is
-- satisfied: it needs no slip besides. Rules C-17, C-19.
-- +goose StatementBegin
CREATE OR REPLACE FUNCTION guard_dissatisfied() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM slip s WHERE s.record_id = NEW.id) AND NOT EXISTS (SELECT 1 FROM task t WHERE t.id = NEW.task_id AND t.source IN ('slip','case')) THEN
        RAISE EXCEPTION 'C-17: record % has a dissatisfied answer and no slip', NEW.id USING ERRCODE = 'HF117';
    END IF;
    RETURN NULL;
END $$;
-- +goose StatementEnd

-- ---------------------------------------------------------------- escalation
-- Rule C-18: a missed clock goes to the next superior each working day.
CREATE TABLE escalation (
    object_kind text NOT NULL CHECK (object_kind IN ('slip','case')),
    object_id   uuid NOT NULL,
    due_at      timestamptz NOT NULL,                      -- of the clock that was missed
    level       int  NOT NULL CHECK (level >= 1),
    to_id       uuid NOT NULL REFERENCES app_user,
    day         date NOT NULL,                             -- in the house's zone
    at          timestamptz NOT NULL CHECK (at > due_at),
    PRIMARY KEY (object_kind, object_id, due_at, level),
    UNIQUE (object_kind, object_id, due_at, to_id),
    UNIQUE (object_kind, object_id, due_at, day)           -- one a day
);
CREATE INDEX escalation_to ON escalation (to_id, object_kind, object_id);
CREATE TRIGGER keep BEFORE DELETE ON escalation FOR EACH ROW EXECUTE FUNCTION refuse_delete();
CREATE TRIGGER keep_all BEFORE TRUNCATE ON escalation FOR EACH STATEMENT EXECUTE FUNCTION refuse_delete();
CREATE TRIGGER once BEFORE UPDATE ON escalation FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TABLE clock_warning (           -- said before the time is up, once a clock
    object_kind text NOT NULL CHECK (object_kind IN ('slip','case')),
    object_id   uuid NOT NULL,
    due_at      timestamptz NOT NULL,
    at          timestamptz NOT NULL,
    PRIMARY KEY (object_kind, object_id, due_at)
);
CREATE TRIGGER keep BEFORE DELETE ON clock_warning FOR EACH ROW EXECUTE FUNCTION refuse_delete();
CREATE TRIGGER keep_all BEFORE TRUNCATE ON clock_warning FOR EACH STATEMENT EXECUTE FUNCTION refuse_delete();
CREATE TRIGGER once BEFORE UPDATE ON clock_warning FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- +goose Down
-- +goose StatementBegin
DO $$ BEGIN RAISE EXCEPTION 'T-02: a schema that holds evidence is not taken down' USING ERRCODE = 'HF002'; END $$;
-- +goose StatementEnd
