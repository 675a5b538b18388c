-- +goose Up
-- Plans: what a branch means to call back, approved and filed by head office
-- before it runs (Rules C-02, C-12, C-13, Q-03).

-- The two lists of words below are also lengthened by other migrations: this one
-- adds its word to whatever they hold.
-- +goose StatementBegin
DO $$
DECLARE known text;
BEGIN
    SELECT string_agg(quote_literal(m[1]), ',') INTO known FROM pg_constraint c, regexp_matches(pg_get_constraintdef(c.oid), '''([a-z_]+)''', 'g') m
    WHERE c.conname = 'task_source_check' AND m[1] <> 'plan';
    EXECUTE 'ALTER TABLE task DROP CONSTRAINT task_source_check, ADD CONSTRAINT task_source_check CHECK (source IN (' || known || ',''plan''))';
    SELECT string_agg(quote_literal(m[1]), ',') INTO known FROM pg_constraint c, regexp_matches(pg_get_constraintdef(c.oid), '''([a-z_]+)''', 'g') m
    WHERE c.conname = 'number_series_series_check' AND m[1] <> 'plan';
    EXECUTE 'ALTER TABLE number_series DROP CONSTRAINT number_series_series_check, ADD CONSTRAINT number_series_series_check CHECK (series IN (' || known || ',''plan''))';
END $$;
-- +goose StatementEnd

-- What plans may ask of agents, in the house's own words.
ALTER TABLE app_user ADD COLUMN skills text[] NOT NULL DEFAULT '{}';

CREATE TABLE plan (                -- Rule C-02
    id            uuid PRIMARY KEY,
    number        text NOT NULL DEFAULT '' CHECK (number = '' OR number ~ '^P[0-9]{4}-[0-9]{2}-[0-9]{6,}$'),   -- given when it is filed
    branch_id     uuid NOT NULL REFERENCES branch,          -- that makes it
    title         text NOT NULL CHECK (btrim(title) <> ''),
    program_id    uuid NOT NULL REFERENCES program,         -- the questionnaire
    content_kind  text NOT NULL CHECK (content_kind IN ('explain','announce','care','mediate','suggest','guide')),   -- Rule C-13
    method        text NOT NULL CHECK (method IN ('telephone','visit','letter','email','sms')),                      -- Rule C-26
    aim           text NOT NULL DEFAULT '',
    skill         text NOT NULL DEFAULT '',                 -- that agents need
    target        int  NOT NULL CHECK (target BETWEEN 1 AND 100),   -- per cent of the customers that are to be reached
    starts_on     date NOT NULL,
    ends_on       date NOT NULL CHECK (ends_on >= starts_on),
    state         text NOT NULL CHECK (state IN ('draft','submitted','returned','approved','filed','running','closed')),
    round         int  NOT NULL DEFAULT 0,                  -- how often it was submitted
    authors       uuid[] NOT NULL DEFAULT '{}',             -- who drafted or changed it; kept by the trigger
    created_by    uuid NOT NULL REFERENCES app_user,
    created_at    timestamptz NOT NULL,
    submitted_by  uuid REFERENCES app_user,
    submitted_at  timestamptz,
    decided_by    uuid REFERENCES app_user,
    decided_at    timestamptz,
    opinion       text NOT NULL DEFAULT '',
    filed_by      uuid REFERENCES app_user,
    filed_at      timestamptz,
    started_by    uuid REFERENCES app_user,
    started_at    timestamptz,
    closed_by     uuid REFERENCES app_user,
    closed_at     timestamptz,
    closing_note  text NOT NULL DEFAULT '',
    figures       jsonb NOT NULL DEFAULT '{}',              -- as they were when it was closed
    updated_by    uuid NOT NULL REFERENCES app_user,
    updated_at    timestamptz NOT NULL,
    CHECK (state NOT IN ('submitted','approved','filed','running','closed') OR submitted_by IS NOT NULL AND submitted_at IS NOT NULL),
    CHECK (state NOT IN ('returned','approved','filed','running','closed') OR decided_by IS NOT NULL AND decided_at IS NOT NULL),
    CHECK (state <> 'returned' OR btrim(opinion) <> ''),
    CHECK ((state IN ('filed','running','closed')) = (number <> '')),
    CHECK ((number <> '') = (filed_by IS NOT NULL AND filed_at IS NOT NULL)),
    CHECK ((state IN ('running','closed')) = (started_by IS NOT NULL AND started_at IS NOT NULL)),
    CHECK ((state = 'closed') = (closed_by IS NOT NULL AND closed_at IS NOT NULL)),
    CHECK (state <> 'closed' OR btrim(closing_note) <> '')
);
CREATE UNIQUE INDEX plan_by_number ON plan (number) WHERE number <> '';
CREATE INDEX plan_created ON plan (created_at DESC, id);
CREATE TRIGGER keep BEFORE DELETE ON plan FOR EACH ROW EXECUTE FUNCTION refuse_delete();
CREATE TRIGGER keep_all BEFORE TRUNCATE ON plan FOR EACH STATEMENT EXECUTE FUNCTION refuse_delete();

CREATE TABLE plan_agent (          -- who carries it out
    plan_id  uuid NOT NULL REFERENCES plan,
    user_id  uuid NOT NULL REFERENCES app_user,
    reason   text NOT NULL DEFAULT '',                      -- why somebody joined while it ran
    added_by uuid NOT NULL REFERENCES app_user,
    added_at timestamptz NOT NULL,
    PRIMARY KEY (plan_id, user_id)
);
CREATE TRIGGER keep_all BEFORE TRUNCATE ON plan_agent FOR EACH STATEMENT EXECUTE FUNCTION refuse_delete();

CREATE TABLE plan_selection (      -- Rule C-12: how the customers were chosen; the last one counts
    id         uuid PRIMARY KEY,
    plan_id    uuid NOT NULL REFERENCES plan,
    method     text NOT NULL CHECK (method IN ('random','low_satisfaction','need_of_service','long_without_contact','filter','list')),
    criteria   jsonb NOT NULL,
    seed       bigint NOT NULL,                             -- random: the same seed and population give the same sample
    population int NOT NULL CHECK (population >= 0),
    fitting    int NOT NULL CHECK (fitting >= 0),
    chosen     int NOT NULL CHECK (chosen >= 0),
    made_by    uuid NOT NULL REFERENCES app_user,
    made_at    timestamptz NOT NULL
);
CREATE INDEX plan_selection_plan ON plan_selection (plan_id, made_at DESC);
CREATE TRIGGER keep BEFORE DELETE ON plan_selection FOR EACH ROW EXECUTE FUNCTION refuse_delete();
CREATE TRIGGER keep_all BEFORE TRUNCATE ON plan_selection FOR EACH STATEMENT EXECUTE FUNCTION refuse_delete();
CREATE TRIGGER once BEFORE UPDATE ON plan_selection FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TABLE plan_customer (
    plan_id     uuid NOT NULL REFERENCES plan,
    ordinal     int  NOT NULL CHECK (ordinal >= 1),
    customer_id uuid NOT NULL REFERENCES customer,
    ground      text NOT NULL DEFAULT '',                   -- why they were chosen: a score, a day, a slip
    task_id     uuid UNIQUE REFERENCES task,
    obstacle    text NOT NULL DEFAULT '' CHECK (obstacle IN ('','do_not_call','no_number','interest','language','skill','no_agent')),   -- why nobody calls them
    PRIMARY KEY (plan_id, ordinal),
    UNIQUE (plan_id, customer_id),
    CHECK (task_id IS NULL OR obstacle = '')
);
CREATE INDEX plan_customer_customer ON plan_customer (customer_id);
CREATE TRIGGER keep_all BEFORE TRUNCATE ON plan_customer FOR EACH STATEMENT EXECUTE FUNCTION refuse_delete();

CREATE TABLE plan_rehearsal (      -- Rule Q-03
    id           uuid PRIMARY KEY,
    plan_id      uuid NOT NULL REFERENCES plan,
    held_at      timestamptz NOT NULL,
    participants uuid[] NOT NULL CHECK (cardinality(participants) > 0),
    findings     text NOT NULL CHECK (btrim(findings) <> ''),
    ready        boolean NOT NULL,
    noted_by     uuid NOT NULL REFERENCES app_user,
    noted_at     timestamptz NOT NULL,
    signed_by    uuid REFERENCES app_user CHECK (signed_by <> noted_by),
    signed_at    timestamptz,
    CHECK ((signed_by IS NULL) = (signed_at IS NULL))
);
CREATE INDEX plan_rehearsal_plan ON plan_rehearsal (plan_id, noted_at);
CREATE TRIGGER keep BEFORE DELETE ON plan_rehearsal FOR EACH ROW EXECUTE FUNCTION refuse_delete();
CREATE TRIGGER keep_all BEFORE TRUNCATE ON plan_rehearsal FOR EACH STATEMENT EXECUTE FUNCTION refuse_delete();

-- Rule C-02: the steps in their order, nobody approves what they wrote, and what
-- was submitted is what runs. Rule Q-03: nothing runs before its rehearsal.
-- +goose StatementBegin
CREATE FUNCTION guard_plan() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.state <> 'draft' THEN
            RAISE EXCEPTION 'C-02: a plan begins as a draft' USING ERRCODE = 'HF102';
        END IF;
        NEW.authors := ARRAY[NEW.created_by];
        RETURN NEW;
    END IF;
    IF NEW.state <> OLD.state AND (OLD.state, NEW.state) NOT IN (('draft','submitted'), ('submitted','approved'), ('submitted','returned'),
            ('returned','submitted'), ('approved','filed'), ('filed','running'), ('running','closed')) OR OLD.state = 'closed' THEN
        RAISE EXCEPTION 'C-02: a plan that is % does not become %', OLD.state, NEW.state USING ERRCODE = 'HF102';
    END IF;
    NEW.authors := OLD.authors;
    IF OLD.state IN ('draft','returned') AND NOT NEW.updated_by = ANY (OLD.authors) THEN
        NEW.authors := OLD.authors || NEW.updated_by;
    END IF;
    IF OLD.state NOT IN ('draft','returned') AND (NEW.title, NEW.program_id, NEW.content_kind, NEW.method, NEW.aim, NEW.skill, NEW.target, NEW.starts_on, NEW.ends_on)
       IS DISTINCT FROM (OLD.title, OLD.program_id, OLD.content_kind, OLD.method, OLD.aim, OLD.skill, OLD.target, OLD.starts_on, OLD.ends_on)
       OR (NEW.branch_id, NEW.created_by, NEW.created_at) IS DISTINCT FROM (OLD.branch_id, OLD.created_by, OLD.created_at) THEN
        RAISE EXCEPTION 'C-02: what was submitted is not changed' USING ERRCODE = 'HF102';
    END IF;
    IF OLD.number <> '' AND (NEW.number, NEW.filed_by, NEW.filed_at) IS DISTINCT FROM (OLD.number, OLD.filed_by, OLD.filed_at)
       OR OLD.state IN ('approved','filed','running') AND (NEW.decided_by, NEW.decided_at, NEW.opinion) IS DISTINCT FROM (OLD.decided_by, OLD.decided_at, OLD.opinion) THEN
        RAISE EXCEPTION 'C-02: what was decided and filed stands' USING ERRCODE = 'HF102';
    END IF;
    IF OLD.state = 'submitted' AND NEW.state <> OLD.state AND (NEW.decided_by = ANY (OLD.authors) OR NEW.decided_by = OLD.submitted_by) THEN
        RAISE EXCEPTION 'C-02: nobody decides on a plan of their own' USING ERRCODE = 'HF102';
    END IF;
    IF NEW.state = 'submitted' AND OLD.state <> 'submitted' AND (NOT EXISTS (SELECT 1 FROM plan_customer c WHERE c.plan_id = NEW.id)
            OR NOT EXISTS (SELECT 1 FROM plan_agent a WHERE a.plan_id = NEW.id)) THEN
        RAISE EXCEPTION 'C-02: a plan says which customers it is for and who carries it out' USING ERRCODE = 'HF102';
    END IF;
    IF NEW.state = 'running' AND OLD.state = 'filed' AND NOT EXISTS (SELECT 1 FROM plan_rehearsal r WHERE r.plan_id = NEW.id AND r.ready AND r.signed_by IS NOT NULL) THEN
        RAISE EXCEPTION 'Q-03: a plan does not run before its rehearsal is noted and signed' USING ERRCODE = 'HF403';
    END IF;
    RETURN NEW;
END $$;
-- +goose StatementEnd
CREATE TRIGGER guard BEFORE INSERT OR UPDATE ON plan FOR EACH ROW EXECUTE FUNCTION guard_plan();

-- Customers and agents are those that were approved. While a plan runs, tasks are
-- noted, and an agent may join with a reason.
-- +goose StatementBegin
CREATE FUNCTION guard_plan_part() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE s text;
BEGIN
    SELECT state INTO s FROM plan WHERE id = CASE WHEN TG_OP = 'DELETE' THEN OLD.plan_id ELSE NEW.plan_id END;
    IF s IN ('draft','returned') THEN
        RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
    END IF;
    IF TG_OP = 'UPDATE' AND TG_TABLE_NAME = 'plan_customer' THEN
        IF s IN ('filed','running') AND (to_jsonb(NEW) - '{task_id,obstacle}'::text[]) = (to_jsonb(OLD) - '{task_id,obstacle}'::text[]) AND (to_jsonb(OLD) ->> 'task_id') IS NULL THEN
            RETURN NEW;
        END IF;
    ELSIF TG_OP = 'INSERT' AND TG_TABLE_NAME = 'plan_agent' THEN
        IF s = 'running' AND btrim(to_jsonb(NEW) ->> 'reason') <> '' THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'C-02: customers and agents of a plan that is % stand', s USING ERRCODE = 'HF102';
END $$;
-- +goose StatementEnd
CREATE TRIGGER guard BEFORE INSERT OR UPDATE OR DELETE ON plan_agent FOR EACH ROW EXECUTE FUNCTION guard_plan_part();
CREATE TRIGGER guard BEFORE INSERT OR UPDATE OR DELETE ON plan_customer FOR EACH ROW EXECUTE FUNCTION guard_plan_part();

-- +goose StatementBegin
CREATE FUNCTION guard_plan_rehearsal() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.signed_by IS NOT NULL OR NOT EXISTS (SELECT 1 FROM plan p WHERE p.id = NEW.plan_id AND p.state IN ('approved','filed')) THEN
            RAISE EXCEPTION 'Q-03: a rehearsal is noted after the plan is approved and before it runs, and signed by somebody else' USING ERRCODE = 'HF403';
        END IF;
    ELSIF OLD.signed_by IS NOT NULL OR (to_jsonb(NEW) - '{signed_by,signed_at}'::text[]) IS DISTINCT FROM (to_jsonb(OLD) - '{signed_by,signed_at}'::text[]) THEN
        RAISE EXCEPTION 'Q-03: what was noted of a rehearsal stands' USING ERRCODE = 'HF403';
    END IF;
    RETURN NEW;
END $$;
-- +goose StatementEnd
CREATE TRIGGER guard BEFORE INSERT OR UPDATE ON plan_rehearsal FOR EACH ROW EXECUTE FUNCTION guard_plan_rehearsal();

-- Rule C-15: no task of a plan is given to somebody who has an interest; the
-- service asks before.
-- +goose StatementBegin
CREATE FUNCTION guard_plan_task() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM customer c JOIN app_user u ON u.id = NEW.assignee_id WHERE c.id = NEW.customer_id AND (c.adviser_id = u.id OR c.department_id = u.department_id)) THEN
        RAISE EXCEPTION 'C-15: nobody is given a customer of their own or of their department' USING ERRCODE = 'HF115';
    END IF;
    RETURN NEW;
END $$;
-- +goose StatementEnd
CREATE TRIGGER guard_interest BEFORE INSERT ON task FOR EACH ROW WHEN (NEW.source = 'plan' AND NEW.assignee_id IS NOT NULL) EXECUTE FUNCTION guard_plan_task();
CREATE TRIGGER guard_interest_change BEFORE UPDATE OF assignee_id ON task FOR EACH ROW
    WHEN (NEW.source = 'plan' AND NEW.assignee_id IS NOT NULL AND NEW.assignee_id IS DISTINCT FROM OLD.assignee_id) EXECUTE FUNCTION guard_plan_task();

-- +goose Down
-- +goose StatementBegin
DO $$ BEGIN RAISE EXCEPTION 'T-02: a schema that holds evidence is not taken down' USING ERRCODE = 'HF002'; END $$;
-- +goose StatementEnd
