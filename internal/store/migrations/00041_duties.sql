-- +goose Up
-- Duty rules, and the call-backs that they find to be owed (Rules C-03 to C-09,
-- C-11, C-14, C-27, C-28, M-03, R-03). What is owed when is computed by
-- internal/duty; this schema holds that it is owed once.

CREATE TABLE duty_rule (
    id         uuid PRIMARY KEY,
    code       text NOT NULL UNIQUE CHECK (code ~ '^[a-z0-9][a-z0-9-]{0,63}$'),
    name_zh    text NOT NULL CHECK (btrim(name_zh) <> ''),
    name_en    text NOT NULL CHECK (btrim(name_en) <> ''),
    created_at timestamptz NOT NULL
);
CREATE TABLE duty_rule_version (   -- from its day on; none is ever altered
    rule_id      uuid NOT NULL REFERENCES duty_rule,
    version      int  NOT NULL CHECK (version >= 1),
    applies_from date NOT NULL,
    settings     jsonb NOT NULL,   -- duty.Settings
    program_id   uuid NOT NULL REFERENCES program,
    reason       text NOT NULL DEFAULT '',
    made_by      uuid NOT NULL REFERENCES app_user,
    made_at      timestamptz NOT NULL,
    PRIMARY KEY (rule_id, version)
);

CREATE TABLE duty (
    id           uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    rule_id      uuid NOT NULL,
    version      int  NOT NULL,
    customer_id  uuid NOT NULL REFERENCES customer,
    subject      uuid NOT NULL,         -- the event or the equipment; for days of the calendar the customer
    occurrence   text NOT NULL,
    event_id     uuid REFERENCES business_event,
    base_on      date NOT NULL,
    not_before   date,                  -- Rule C-03: the first day after a cooling-off
    due_on       date NOT NULL,         -- the first day
    soft_on      date NOT NULL,
    hard_on      date,
    grace_days   int  NOT NULL CHECK (grace_days >= 0),
    deadline_on  date GENERATED ALWAYS AS (coalesce(hard_on, soft_on) + grace_days) STORED,   -- the last day on which it is in time
    opens_at     timestamptz NOT NULL,  -- these three in the customer's time zone
    soft_at      timestamptz NOT NULL,
    hard_at      timestamptz,
    channel      text NOT NULL CHECK (channel IN ('call','visit','sms','email','letter')),
    also_channel text NOT NULL DEFAULT '' CHECK (also_channel IN ('','call','visit','sms','email','letter')),
    program_id   uuid NOT NULL REFERENCES program,
    priority     int  NOT NULL CHECK (priority BETWEEN 1 AND 9),
    purpose      text NOT NULL,
    state        text NOT NULL CHECK (state IN ('planned','open','done','unreachable','cancelled','withdrawn')),
    task_id      uuid UNIQUE REFERENCES task,
    made         int NOT NULL DEFAULT 0,   -- how many tasks it had: a duty that was moved away before anybody called gets a new one
    closed_at    timestamptz,
    closed_on    date,                  -- of the contact, in the customer's time zone
    reason       text NOT NULL DEFAULT '',
    created_at   timestamptz NOT NULL,
    updated_at   timestamptz NOT NULL,
    FOREIGN KEY (rule_id, version) REFERENCES duty_rule_version (rule_id, version),
    UNIQUE (rule_id, subject, occurrence),   -- the same event never makes two
    CHECK (not_before <= due_on),
    CHECK (due_on <= soft_on),
    CHECK (soft_on <= hard_on),
    CHECK ((state IN ('done','unreachable','cancelled')) = (closed_at IS NOT NULL)),
    CHECK ((closed_at IS NULL) = (closed_on IS NULL)),
    CHECK (state NOT IN ('open','done','unreachable','cancelled') OR task_id IS NOT NULL),
    CHECK (state <> 'planned' OR task_id IS NULL)
);
CREATE INDEX duty_customer ON duty (customer_id);
CREATE INDEX duty_opens ON duty (opens_at) WHERE state = 'planned';
CREATE INDEX duty_coverage ON duty (rule_id, deadline_on);
CREATE INDEX duty_deadline ON duty (deadline_on, id);
-- +goose StatementBegin
DO $$
DECLARE t text;
BEGIN
    FOREACH t IN ARRAY ARRAY['duty_rule','duty_rule_version','duty'] LOOP
        EXECUTE format('CREATE TRIGGER keep BEFORE DELETE ON %I FOR EACH ROW EXECUTE FUNCTION refuse_delete()', t);
        EXECUTE format('CREATE TRIGGER keep_all BEFORE TRUNCATE ON %I FOR EACH STATEMENT EXECUTE FUNCTION refuse_delete()', t);
    END LOOP;
END $$;
-- +goose StatementEnd
CREATE TRIGGER once BEFORE UPDATE ON duty_rule_version FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- What ended stands, and a duty stays that of its customer, rule and event.
-- +goose StatementBegin
CREATE FUNCTION guard_duty() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state IN ('done','unreachable','cancelled') OR
       (NEW.rule_id, NEW.customer_id, NEW.subject, NEW.occurrence, NEW.created_at) IS DISTINCT FROM (OLD.rule_id, OLD.customer_id, OLD.subject, OLD.occurrence, OLD.created_at) THEN
        RAISE EXCEPTION 'R-03: duty % has ended, or would be that of something else', OLD.id USING ERRCODE = 'HF303';
    END IF;
    RETURN NEW;
END $$;
-- +goose StatementEnd
CREATE TRIGGER guard BEFORE UPDATE ON duty FOR EACH ROW EXECUTE FUNCTION guard_duty();

-- Lists of words are also lengthened by other migrations: this one adds its word.
-- +goose StatementBegin
DO $$
DECLARE known text;
BEGIN
    SELECT string_agg(quote_literal(m[1]), ',') INTO known FROM pg_constraint c, regexp_matches(pg_get_constraintdef(c.oid), '''([a-z_]+)''', 'g') m
    WHERE c.conname = 'task_source_check' AND m[1] <> 'duty';
    EXECUTE 'ALTER TABLE task DROP CONSTRAINT task_source_check, ADD CONSTRAINT task_source_check CHECK (source IN (' || known || ',''duty''))';
END $$;
-- +goose StatementEnd

-- ---------------------------------------------------------------- what to look at
-- A signal says that something about a customer changed. Writers only append;
-- the engine takes what it has looked at away, one shard at a time, so that
-- neither waits for the other.
CREATE TABLE duty_signal (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    customer_id uuid NOT NULL,
    shard       smallint NOT NULL
);
CREATE INDEX duty_signal_shard ON duty_signal (shard, id);
CREATE TABLE duty_wake (           -- the day on which to look at a customer again although nothing happened
    customer_id uuid PRIMARY KEY REFERENCES customer,
    shard       smallint NOT NULL,
    at          timestamptz NOT NULL
);
CREATE INDEX duty_wake_due ON duty_wake (shard, at);

CREATE FUNCTION duty_shard(customer uuid) RETURNS smallint LANGUAGE sql IMMUTABLE AS
    $$SELECT (get_byte(uuid_send(customer), 15) % 16)::smallint$$;

-- +goose StatementBegin
CREATE FUNCTION duty_signal_of() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO duty_signal (customer_id, shard) VALUES (NEW.customer_id, duty_shard(NEW.customer_id));
    RETURN NULL;
END $$;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE FUNCTION duty_signal_of_customer() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO duty_signal (customer_id, shard) VALUES (NEW.id, duty_shard(NEW.id));
    RETURN NULL;
END $$;
-- +goose StatementEnd
CREATE TRIGGER duties AFTER INSERT OR UPDATE ON business_event FOR EACH ROW EXECUTE FUNCTION duty_signal_of();
CREATE TRIGGER duties AFTER INSERT OR UPDATE ON contract FOR EACH ROW EXECUTE FUNCTION duty_signal_of();
CREATE TRIGGER duties AFTER INSERT OR UPDATE ON equipment FOR EACH ROW EXECUTE FUNCTION duty_signal_of();
CREATE TRIGGER duties_of_new AFTER INSERT ON customer FOR EACH ROW EXECUTE FUNCTION duty_signal_of_customer();
CREATE TRIGGER duties AFTER UPDATE ON customer FOR EACH ROW
    WHEN ((OLD.kind, OLD.grade, OLD.time_zone, OLD.birthday, OLD.do_not_call_at, OLD.do_not_call_channel, OLD.language)
          IS DISTINCT FROM (NEW.kind, NEW.grade, NEW.time_zone, NEW.birthday, NEW.do_not_call_at, NEW.do_not_call_channel, NEW.language)) EXECUTE FUNCTION duty_signal_of_customer();
-- Rule C-04: the last completed call-back moves the next one.
CREATE TRIGGER duties AFTER INSERT OR UPDATE ON callback_record FOR EACH ROW
    WHEN (NEW.state = 'final' AND NEW.disposition = 'completed') EXECUTE FUNCTION duty_signal_of();

-- Working days move what counts in them.
-- +goose StatementBegin
CREATE FUNCTION duty_signal_of_calendar() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO duty_signal (customer_id, shard) SELECT DISTINCT customer_id, duty_shard(customer_id) FROM duty WHERE state IN ('planned','open');
    RETURN NULL;
END $$;
-- +goose StatementEnd
CREATE TRIGGER duties AFTER INSERT OR UPDATE OR DELETE ON calendar_day FOR EACH STATEMENT EXECUTE FUNCTION duty_signal_of_calendar();

-- A duty ends with its task, whoever ended that: at commit, when its records are
-- there too. The day is that of the contact.
-- +goose StatementBegin
CREATE FUNCTION duty_of_task() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE t task; contact timestamptz;
BEGIN
    SELECT * INTO t FROM task WHERE id = NEW.id;
    IF t.closed_at IS NULL THEN
        RETURN NULL;
    END IF;
    SELECT max(r.contacted_at) INTO contact FROM callback_record r WHERE r.task_id = t.id AND r.state = 'final';
    UPDATE duty d SET state = CASE t.state WHEN 'other_channel' THEN 'done' ELSE t.state END, closed_at = t.closed_at, updated_at = t.closed_at,
           closed_on = (CASE WHEN t.state = 'done' THEN coalesce(contact, t.closed_at) ELSE t.closed_at END AT TIME ZONE c.time_zone)::date
    FROM customer c WHERE d.task_id = t.id AND d.state = 'open' AND c.id = d.customer_id;
    IF FOUND THEN
        INSERT INTO duty_signal (customer_id, shard) VALUES (t.customer_id, duty_shard(t.customer_id));
    END IF;
    RETURN NULL;
END $$;
-- +goose StatementEnd
CREATE CONSTRAINT TRIGGER duty_ends AFTER UPDATE OF state ON task DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (NEW.source = 'duty' AND NEW.closed_at IS NOT NULL) EXECUTE FUNCTION duty_of_task();

-- +goose Down
-- +goose StatementBegin
DO $$ BEGIN RAISE EXCEPTION 'T-02: a schema that holds evidence is not taken down' USING ERRCODE = 'HF002'; END $$;
-- +goose StatementEnd
