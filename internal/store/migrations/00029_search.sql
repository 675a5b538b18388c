-- +goose Up
-- What recordings are searched by: one row each, partitioned by the month (UTC)
-- in which they were opened (Rule T-08, decision 0020). It is computed from the
-- facts and never the other way round; losing it loses nothing.

-- The branch of a call is that of its agent when they had it.
ALTER TABLE call ADD COLUMN branch_id uuid REFERENCES branch;
ALTER TABLE call DISABLE TRIGGER USER;
UPDATE call c SET branch_id = d.branch_id FROM app_user u JOIN department d ON d.id = u.department_id WHERE u.id = c.agent_id;
ALTER TABLE call ENABLE TRIGGER USER;
-- +goose StatementBegin
CREATE FUNCTION place_call() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    SELECT d.branch_id INTO NEW.branch_id FROM app_user u JOIN department d ON d.id = u.department_id WHERE u.id = NEW.agent_id;
    RETURN NEW;
END $$;
-- +goose StatementEnd
CREATE TRIGGER place BEFORE INSERT ON call FOR EACH ROW EXECUTE FUNCTION place_call();
CREATE TRIGGER place_again BEFORE UPDATE OF agent_id ON call FOR EACH ROW WHEN (NEW.agent_id IS DISTINCT FROM OLD.agent_id) EXECUTE FUNCTION place_call();

-- What listeners file a recording under. Taking a tag off leaves its row (Rule S-04).
CREATE TABLE recording_tag (
    id           uuid PRIMARY KEY,
    recording_id uuid NOT NULL REFERENCES recording,
    tag          text NOT NULL CHECK (tag = btrim(tag) AND char_length(tag) BETWEEN 1 AND 32),
    added_by     uuid NOT NULL REFERENCES app_user,
    added_at     timestamptz NOT NULL,
    removed_by   uuid REFERENCES app_user,
    removed_at   timestamptz,
    CHECK ((removed_at IS NULL) = (removed_by IS NULL))
);
CREATE UNIQUE INDEX recording_tag_on ON recording_tag (recording_id, tag) WHERE removed_at IS NULL;
CREATE INDEX recording_tag_tag ON recording_tag (tag) WHERE removed_at IS NULL;
-- +goose StatementBegin
CREATE FUNCTION guard_tag() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.removed_at IS NOT NULL OR (NEW.id, NEW.recording_id, NEW.tag, NEW.added_by, NEW.added_at) IS DISTINCT FROM (OLD.id, OLD.recording_id, OLD.tag, OLD.added_by, OLD.added_at) THEN
        RAISE EXCEPTION 'S-04: a tag is taken off once, and nothing else of it changes' USING ERRCODE = 'HF004';
    END IF;
    RETURN NEW;
END $$;
-- +goose StatementEnd
CREATE TRIGGER guard    BEFORE UPDATE   ON recording_tag FOR EACH ROW       EXECUTE FUNCTION guard_tag();
CREATE TRIGGER keep     BEFORE DELETE   ON recording_tag FOR EACH ROW       EXECUTE FUNCTION refuse_delete();
CREATE TRIGGER keep_all BEFORE TRUNCATE ON recording_tag FOR EACH STATEMENT EXECUTE FUNCTION refuse_delete();

-- Searches that somebody comes back to; theirs alone.
CREATE TABLE saved_search (
    id       uuid PRIMARY KEY,
    owner_id uuid NOT NULL REFERENCES app_user,
    name     text NOT NULL CHECK (name = btrim(name) AND char_length(name) BETWEEN 1 AND 60),
    filter   jsonb NOT NULL,                               -- field of the search -> text
    saved_at timestamptz NOT NULL,
    UNIQUE (owner_id, name)
);

CREATE TABLE recording_search (
    opened_at       timestamptz NOT NULL,
    id              uuid NOT NULL,                         -- of the recording
    call_id         uuid NOT NULL,
    started_at      timestamptz NOT NULL,                  -- of the call
    agent_id        uuid,
    branch_id       uuid,
    customer_id     uuid NOT NULL,
    name            text NOT NULL,                         -- the customer's
    name_grams      text[] NOT NULL,
    number_reversed text NOT NULL,                         -- that was called
    program_id      uuid NOT NULL,
    direction       text NOT NULL,
    outcome         text,
    state           text NOT NULL,
    interrupted     boolean NOT NULL,
    empty_left      boolean NOT NULL,
    empty_right     boolean NOT NULL,
    duration_ms     bigint,
    retain_until    timestamptz,
    ring_met        boolean NOT NULL,                      -- an attempt of the call rang long enough (Rule T-03)
    ring_short      boolean NOT NULL,                      -- one did not
    attempts        int NOT NULL,                          -- of the task
    dissatisfied    text[] NOT NULL,                       -- items of the final record (Rule C-16)
    score           int,                                   -- 100 less 10 for each; none without a rated answer (Rule C-16)
    held            boolean NOT NULL,                      -- by a legal hold (Rule T-02)
    tags            text[] NOT NULL,
    PRIMARY KEY (opened_at, id)
) PARTITION BY RANGE (opened_at);
ALTER TABLE recording_search ALTER name_grams SET STATISTICS 1000;
CREATE INDEX recording_search_name     ON recording_search USING gin (name_grams) WITH (fastupdate = off);
CREATE INDEX recording_search_number   ON recording_search (number_reversed text_pattern_ops) INCLUDE (opened_at, id);
CREATE INDEX recording_search_customer ON recording_search (customer_id, opened_at, id);
CREATE INDEX recording_search_agent    ON recording_search (agent_id, opened_at, id);
CREATE INDEX recording_search_branch   ON recording_search (branch_id, opened_at, id);
CREATE INDEX recording_search_program  ON recording_search (program_id, opened_at, id);
CREATE INDEX recording_search_inbound  ON recording_search (program_id, opened_at, id) WHERE direction = 'inbound';
CREATE INDEX recording_search_outcome  ON recording_search (outcome, opened_at, id);
CREATE INDEX recording_search_state    ON recording_search (state, opened_at, id) WHERE state <> 'verified';
CREATE INDEX recording_search_tags     ON recording_search USING gin (tags) WITH (fastupdate = off) WHERE tags <> '{}';
CREATE INDEX recording_search_rated    ON recording_search (opened_at, id) WHERE dissatisfied <> '{}';
CREATE INDEX recording_search_score    ON recording_search (score, opened_at, id) WHERE score < 100;
CREATE INDEX recording_search_held     ON recording_search (opened_at, id) WHERE held;
CREATE INDEX recording_search_short    ON recording_search (opened_at, id) WHERE ring_short;
CREATE INDEX recording_search_length   ON recording_search (duration_ms);
CREATE INDEX recording_search_attempts ON recording_search (attempts) WHERE attempts > 3;

-- What no partition was ready for; searched like the others, and moved by recording_search_tend.
CREATE TABLE recording_search_other PARTITION OF recording_search DEFAULT;

-- Recordings whose row could not be brought up to date: a fact is never refused because of its search row.
CREATE TABLE recording_search_stale (
    recording_id uuid PRIMARY KEY,
    since        timestamptz NOT NULL,
    error        text NOT NULL
);

-- The rows as they should be.
CREATE VIEW recording_search_fact AS
    SELECT r.opened_at, r.id, c.id AS call_id, c.started_at, c.agent_id, c.branch_id, c.customer_id, cu.name, cu.name_grams, reverse(cp.number) AS number_reversed, t.program_id, c.direction, c.outcome,
           r.state, r.interrupted, r.empty_left, r.empty_right, r.duration_ms, r.retain_until, ring.met AS ring_met, ring.short AS ring_short,
           (SELECT count(*)::int FROM attempt a WHERE a.task_id = c.task_id) AS attempts,
           coalesce(rated.bad, '{}') AS dissatisfied, CASE WHEN rated.answers > 0 THEN greatest(0, 100 - 10 * coalesce(cardinality(rated.bad), 0)) END AS score, is_held(r.id) AS held,
           coalesce((SELECT array_agg(g.tag ORDER BY g.tag) FROM recording_tag g WHERE g.recording_id = r.id AND g.removed_at IS NULL), '{}') AS tags
    FROM recording r JOIN call c ON c.id = r.call_id JOIN customer cu ON cu.id = c.customer_id JOIN contact_point cp ON cp.id = c.contact_point_id JOIN task t ON t.id = c.task_id
    CROSS JOIN LATERAL (SELECT coalesce(bool_or(a.ring_ok), false) AS met, coalesce(bool_or(NOT a.ring_ok), false) AS short FROM attempt a WHERE a.call_id = c.id) ring
    CROSS JOIN LATERAL (SELECT array_agg(x.key ORDER BY x.key) FILTER (WHERE x.value = 'dissatisfied') AS bad, count(*) AS answers
        FROM callback_record cr CROSS JOIN jsonb_each_text(cr.answers) x
        WHERE cr.call_id = c.id AND cr.state = 'final' AND x.value IN ('satisfied','fair','dissatisfied')) rated;

-- Whoever brings a row up to date waits for others that do, and only then
-- reads: what they committed is seen.
-- +goose StatementBegin
CREATE FUNCTION recording_search_refresh(recording uuid) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(20, hashtext(recording::text));
    INSERT INTO recording_search SELECT f.* FROM recording_search_fact f WHERE f.id = recording
    ON CONFLICT (opened_at, id) DO UPDATE SET (agent_id, branch_id, name, name_grams, number_reversed, outcome, state, interrupted, empty_left, empty_right, duration_ms, retain_until,
        ring_met, ring_short, attempts, dissatisfied, score, held, tags) = (EXCLUDED.agent_id, EXCLUDED.branch_id, EXCLUDED.name, EXCLUDED.name_grams, EXCLUDED.number_reversed,
        EXCLUDED.outcome, EXCLUDED.state, EXCLUDED.interrupted, EXCLUDED.empty_left, EXCLUDED.empty_right, EXCLUDED.duration_ms, EXCLUDED.retain_until,
        EXCLUDED.ring_met, EXCLUDED.ring_short, EXCLUDED.attempts, EXCLUDED.dissatisfied, EXCLUDED.score, EXCLUDED.held, EXCLUDED.tags);
EXCEPTION WHEN OTHERS THEN
    RAISE WARNING 'search row of recording %: %', recording, SQLERRM;
    INSERT INTO recording_search_stale VALUES (recording, now(), SQLERRM) ON CONFLICT DO NOTHING;
END $$;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE FUNCTION recording_search_changed() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
    CASE TG_TABLE_NAME
    WHEN 'recording' THEN
        PERFORM recording_search_refresh(NEW.id);
    WHEN 'call' THEN
        PERFORM recording_search_refresh(r.id) FROM recording r WHERE r.call_id = NEW.id;
    WHEN 'attempt' THEN
        PERFORM recording_search_refresh(r.id) FROM call c JOIN recording r ON r.call_id = c.id WHERE c.task_id = NEW.task_id ORDER BY r.id;
    WHEN 'callback_record' THEN
        PERFORM recording_search_refresh(r.id) FROM recording r WHERE r.call_id = NEW.call_id;
    WHEN 'customer' THEN
        PERFORM recording_search_refresh(s.id) FROM recording_search s WHERE s.customer_id = NEW.id ORDER BY s.id;
    WHEN 'recording_tag', 'legal_hold_recording' THEN
        PERFORM recording_search_refresh(NEW.recording_id);
    WHEN 'legal_hold' THEN
        PERFORM recording_search_refresh(h.recording_id) FROM legal_hold_recording h WHERE h.hold_id = NEW.id ORDER BY h.recording_id;
    END CASE;
    RETURN NULL;
END $$;
-- +goose StatementEnd
-- At the end of the transaction: then nobody is waited for who waits for this one's rows.
CREATE CONSTRAINT TRIGGER search AFTER INSERT ON recording DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.call_id IS NOT NULL) EXECUTE FUNCTION recording_search_changed();
CREATE CONSTRAINT TRIGGER search_again AFTER UPDATE OF state, interrupted, empty_left, empty_right, duration_ms, retain_until ON recording DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    WHEN (NEW.call_id IS NOT NULL AND (NEW.state, NEW.interrupted, NEW.empty_left, NEW.empty_right, NEW.duration_ms, NEW.retain_until)
        IS DISTINCT FROM (OLD.state, OLD.interrupted, OLD.empty_left, OLD.empty_right, OLD.duration_ms, OLD.retain_until)) EXECUTE FUNCTION recording_search_changed();
CREATE CONSTRAINT TRIGGER search AFTER UPDATE OF agent_id, outcome ON call DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    WHEN ((NEW.agent_id, NEW.outcome) IS DISTINCT FROM (OLD.agent_id, OLD.outcome)) EXECUTE FUNCTION recording_search_changed();
CREATE CONSTRAINT TRIGGER search AFTER INSERT ON attempt DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION recording_search_changed();
CREATE CONSTRAINT TRIGGER search_again AFTER UPDATE OF ring_ok ON attempt DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    WHEN (NEW.ring_ok IS DISTINCT FROM OLD.ring_ok) EXECUTE FUNCTION recording_search_changed();
CREATE CONSTRAINT TRIGGER search AFTER INSERT OR UPDATE ON callback_record DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.state = 'final') EXECUTE FUNCTION recording_search_changed();
CREATE CONSTRAINT TRIGGER search AFTER UPDATE OF name, name_grams ON customer DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    WHEN ((NEW.name, NEW.name_grams) IS DISTINCT FROM (OLD.name, OLD.name_grams)) EXECUTE FUNCTION recording_search_changed();
CREATE CONSTRAINT TRIGGER search AFTER INSERT OR UPDATE ON recording_tag DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION recording_search_changed();
CREATE CONSTRAINT TRIGGER search AFTER INSERT ON legal_hold_recording DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION recording_search_changed();
CREATE CONSTRAINT TRIGGER search AFTER UPDATE OF released_at ON legal_hold DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION recording_search_changed();

-- The partition of a month, with what waited for it in the default one.
-- +goose StatementBegin
CREATE FUNCTION recording_search_month(month date) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
    part text := 'recording_search_' || to_char(month, 'YYYY_MM');
    low  timestamptz := date_trunc('month', month::timestamp) AT TIME ZONE 'UTC';
    high timestamptz := (date_trunc('month', month::timestamp) + interval '1 month') AT TIME ZONE 'UTC';
BEGIN
    IF to_regclass(part) IS NOT NULL THEN
        RETURN false;
    END IF;
    LOCK TABLE recording_search_other IN ACCESS EXCLUSIVE MODE;
    EXECUTE format('CREATE TABLE %I (LIKE recording_search INCLUDING DEFAULTS INCLUDING CONSTRAINTS, CHECK (opened_at >= %L AND opened_at < %L)) WITH (fillfactor = 80)', part, low, high);
    EXECUTE format('ALTER TABLE %I ALTER name_grams SET STATISTICS 1000', part);
    EXECUTE format('WITH moved AS (DELETE FROM recording_search_other WHERE opened_at >= %L AND opened_at < %L RETURNING *) INSERT INTO %I SELECT * FROM moved', low, high, part);
    EXECUTE format('ALTER TABLE recording_search ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)', part, low, high);
    RETURN true;
END $$;
-- +goose StatementEnd

-- Makes the partitions of this month and the three to come, and of what lies in
-- the default one; brings up to date what could not be. Several may call it at
-- once. It gives what was made and mended, and what is still to do.
-- +goose StatementBegin
CREATE FUNCTION recording_search_tend(today date, OUT made int, OUT mended int, OUT misplaced bigint, OUT stale bigint) LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE m date; r uuid;
BEGIN
    made := 0;
    mended := 0;
    IF pg_try_advisory_xact_lock(20, 0) THEN
        SET LOCAL lock_timeout = '2s';
        FOR m IN SELECT date_trunc('month', today)::date + make_interval(months => n) FROM generate_series(0, 3) n
            UNION SELECT date_trunc('month', o.opened_at AT TIME ZONE 'UTC')::date FROM recording_search_other o ORDER BY 1 LOOP
            IF recording_search_month(m) THEN
                made := made + 1;
            END IF;
        END LOOP;
        FOR r IN DELETE FROM recording_search_stale RETURNING recording_id LOOP
            PERFORM recording_search_refresh(r);
            mended := mended + 1;
        END LOOP;
    END IF;
    SELECT count(*) INTO misplaced FROM recording_search_other;
    SELECT count(*) INTO stale FROM recording_search_stale;
END $$;
-- +goose StatementEnd

-- +goose StatementBegin
DO $$
DECLARE m date;
BEGIN
    FOR m IN SELECT generate_series(date_trunc('month', coalesce((SELECT min(opened_at) FROM recording), now()) AT TIME ZONE 'UTC'), now() AT TIME ZONE 'UTC' + interval '3 months', '1 month')::date LOOP
        PERFORM recording_search_month(m);
    END LOOP;
END $$;
-- +goose StatementEnd
INSERT INTO recording_search SELECT * FROM recording_search_fact;

-- +goose Down
-- +goose StatementBegin
DO $$ BEGIN RAISE EXCEPTION 'T-02: a schema that holds evidence is not taken down' USING ERRCODE = 'HF002'; END $$;
-- +goose StatementEnd
