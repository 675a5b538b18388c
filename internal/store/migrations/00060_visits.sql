-- +goose Up
-- Visits on site (Rules C-11, C-26, C-01): what was said and done there, signed by
-- the customer on the screen, or with the reason why not.
-- +goose StatementBegin
DO $$
DECLARE known text;
BEGIN
    SELECT string_agg(quote_literal(m[1]), ',') INTO known FROM pg_constraint c, regexp_matches(pg_get_constraintdef(c.oid), '''([a-z_]+)''', 'g') m
    WHERE c.conname = 'number_series_series_check' AND m[1] <> 'visit';
    EXECUTE 'ALTER TABLE number_series DROP CONSTRAINT number_series_series_check, ADD CONSTRAINT number_series_series_check CHECK (series IN (' || known || ',''visit''))';
END $$;
-- +goose StatementEnd

CREATE TABLE visit (
    id                    uuid PRIMARY KEY,
    number                text NOT NULL DEFAULT '' CHECK (number = '' OR number ~ '^V[0-9]{4}-[0-9]{2}-[0-9]{6,}$'),   -- Rule C-21
    task_id               uuid NOT NULL,
    customer_id           uuid NOT NULL REFERENCES customer,
    agent_id              uuid NOT NULL REFERENCES app_user,
    state                 text NOT NULL CHECK (state IN ('draft','final')),
    visited_at            timestamptz,
    place                 text NOT NULL DEFAULT '',
    met                   text NOT NULL DEFAULT '',          -- who was met
    content               text NOT NULL DEFAULT '',
    problems              text NOT NULL DEFAULT '',
    handling              text NOT NULL DEFAULT '',
    answers               jsonb NOT NULL DEFAULT '{}',
    questionnaire_version int NOT NULL DEFAULT 0,
    score                 int CHECK (score BETWEEN 0 AND 100),  -- Rule C-16
    dissatisfied          text[] NOT NULL DEFAULT '{}',
    signed_name           text NOT NULL DEFAULT '',
    strokes               jsonb,                             -- as the pen moved
    signature_png         bytea,                             -- as it looks, drawn by the server out of the strokes
    unsigned_reason       text NOT NULL DEFAULT '',
    created_at            timestamptz NOT NULL,
    updated_at            timestamptz NOT NULL,
    finished_at           timestamptz,
    FOREIGN KEY (task_id, customer_id) REFERENCES task (id, customer_id),
    CHECK ((state = 'final') = (finished_at IS NOT NULL)),
    CHECK ((state = 'final') = (number <> '')),
    CHECK ((strokes IS NULL) = (signature_png IS NULL)),
    -- Rule C-01
    CONSTRAINT visit_complete CHECK (state = 'draft' OR visited_at IS NOT NULL AND btrim(place) <> '' AND btrim(met) <> '' AND btrim(content) <> '' AND btrim(problems) <> '' AND btrim(handling) <> ''),
    -- Rule C-26: signed, or why not; never both
    CONSTRAINT visit_signed CHECK (state = 'draft' OR (signature_png IS NOT NULL AND btrim(signed_name) <> '') <> (btrim(unsigned_reason) <> ''))
);
CREATE UNIQUE INDEX visit_number ON visit (number) WHERE number <> '';
CREATE UNIQUE INDEX visit_one_draft ON visit (task_id) WHERE state = 'draft';
CREATE INDEX visit_customer ON visit (customer_id, visited_at DESC);
CREATE TRIGGER keep BEFORE DELETE ON visit FOR EACH ROW EXECUTE FUNCTION refuse_delete();
CREATE TRIGGER keep_all BEFORE TRUNCATE ON visit FOR EACH STATEMENT EXECUTE FUNCTION refuse_delete();

-- +goose StatementBegin
CREATE FUNCTION guard_visit() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state = 'final' THEN
        RAISE EXCEPTION 'C-26: visit % is final', OLD.number USING ERRCODE = 'HF126';
    END IF;
    RETURN NEW;
END $$;
-- +goose StatementEnd
CREATE TRIGGER guard BEFORE UPDATE ON visit FOR EACH ROW EXECUTE FUNCTION guard_visit();

-- The day of a duty that was done by a visit is that of the visit.
-- +goose StatementBegin
CREATE OR REPLACE FUNCTION duty_of_task() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE t task; contact timestamptz;
BEGIN
    SELECT * INTO t FROM task WHERE id = NEW.id;
    IF t.closed_at IS NULL THEN
        RETURN NULL;
    END IF;
    SELECT max(c.at) INTO contact FROM (SELECT r.contacted_at AS at FROM callback_record r WHERE r.task_id = t.id AND r.state = 'final'
        UNION ALL SELECT v.visited_at FROM visit v WHERE v.task_id = t.id AND v.state = 'final') c;
    UPDATE duty d SET state = CASE t.state WHEN 'other_channel' THEN 'done' ELSE t.state END, closed_at = t.closed_at, updated_at = t.closed_at,
           closed_on = (CASE WHEN t.state = 'done' THEN coalesce(contact, t.closed_at) ELSE t.closed_at END AT TIME ZONE c.time_zone)::date
    FROM customer c WHERE d.task_id = t.id AND d.state = 'open' AND c.id = d.customer_id;
    IF FOUND THEN
        INSERT INTO duty_signal (customer_id, shard) VALUES (t.customer_id, duty_shard(t.customer_id));
    END IF;
    RETURN NULL;
END $$;
-- +goose StatementEnd

-- +goose Down
-- +goose StatementBegin
DO $$ BEGIN RAISE EXCEPTION 'T-02: a schema that holds evidence is not taken down' USING ERRCODE = 'HF002'; END $$;
-- +goose StatementEnd
