-- +goose Up
-- Files that departments hand in, what each row did, and the weekly feeds that
-- are expected (Rule C-22).

CREATE TABLE feed (
    id            uuid PRIMARY KEY,
    name          text NOT NULL CHECK (btrim(name) <> ''),
    kind          text NOT NULL CHECK (kind IN ('customers','contacts','contracts','equipment','deliveries','events')),
    department_id uuid NOT NULL REFERENCES department,
    weekday       int  NOT NULL CHECK (weekday BETWEEN 0 AND 6),   -- 0 is Sunday
    from_day      date NOT NULL,
    ended_at      timestamptz,
    created_at    timestamptz NOT NULL,
    created_by    uuid NOT NULL REFERENCES app_user
);
CREATE UNIQUE INDEX feed_name ON feed (name) WHERE ended_at IS NULL;

CREATE TABLE feed_miss (             -- written once for each week
    feed_id  uuid NOT NULL REFERENCES feed,
    week     date NOT NULL CHECK (extract(isodow FROM week) = 1),
    noted_at timestamptz NOT NULL,
    PRIMARY KEY (feed_id, week)
);
CREATE TRIGGER keep BEFORE DELETE ON feed_miss FOR EACH ROW EXECUTE FUNCTION refuse_delete();
CREATE TRIGGER keep_all BEFORE TRUNCATE ON feed_miss FOR EACH STATEMENT EXECUTE FUNCTION refuse_delete();
CREATE TRIGGER once BEFORE UPDATE ON feed_miss FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TABLE import_batch (
    id         uuid PRIMARY KEY,
    kind       text NOT NULL CHECK (kind IN ('customers','contacts','contracts','equipment','deliveries','events')),
    name       text NOT NULL CHECK (btrim(name) <> ''),
    format     text NOT NULL,
    sha256     text NOT NULL CHECK (sha256 ~ '^[0-9a-f]{64}$'),
    header     text[] NOT NULL,
    mapping    jsonb NOT NULL,             -- field: column from 0
    state      text NOT NULL CHECK (state IN ('checked','applied','undone')),
    partial    boolean NOT NULL DEFAULT false,
    rows       int NOT NULL,
    created    int NOT NULL DEFAULT 0,
    changed    int NOT NULL DEFAULT 0,
    unchanged  int NOT NULL DEFAULT 0,
    wrong      int NOT NULL DEFAULT 0,
    problems   jsonb NOT NULL DEFAULT '[]',
    feed_id    uuid REFERENCES feed,
    week       date CHECK (extract(isodow FROM week) = 1),
    created_at timestamptz NOT NULL,
    created_by uuid NOT NULL REFERENCES app_user,
    applied_at timestamptz,
    applied_by uuid REFERENCES app_user,
    undone_at  timestamptz,
    undone_by  uuid REFERENCES app_user,
    reason     text NOT NULL DEFAULT '',
    CHECK ((state = 'checked') = (applied_at IS NULL)),
    CHECK ((state = 'undone') = (undone_at IS NOT NULL)),
    CHECK ((feed_id IS NULL) = (week IS NULL)),
    CHECK (partial OR state = 'checked' OR wrong = 0)
);
CREATE INDEX import_batch_created ON import_batch (created_at DESC, id);
CREATE INDEX import_batch_feed ON import_batch (feed_id, week) WHERE state = 'applied';
CREATE TRIGGER keep BEFORE DELETE ON import_batch FOR EACH ROW EXECUTE FUNCTION refuse_delete();
CREATE TRIGGER keep_all BEFORE TRUNCATE ON import_batch FOR EACH STATEMENT EXECUTE FUNCTION refuse_delete();

-- +goose StatementBegin
CREATE FUNCTION guard_import_batch() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (OLD.state, NEW.state) NOT IN (('checked','checked'), ('checked','applied'), ('applied','undone')) OR
       (NEW.id, NEW.kind, NEW.sha256, NEW.header, NEW.rows, NEW.created_at, NEW.created_by) IS DISTINCT FROM (OLD.id, OLD.kind, OLD.sha256, OLD.header, OLD.rows, OLD.created_at, OLD.created_by) THEN
        RAISE EXCEPTION 'C-22: import % is %', OLD.name, OLD.state USING ERRCODE = 'HF122';
    END IF;
    RETURN NEW;
END $$;
-- +goose StatementEnd
CREATE TRIGGER guard BEFORE UPDATE ON import_batch FOR EACH ROW EXECUTE FUNCTION guard_import_batch();

CREATE TABLE import_row (            -- the texts as they came
    batch_id uuid NOT NULL REFERENCES import_batch,
    n        int  NOT NULL,
    line     int  NOT NULL,
    cells    text[] NOT NULL,
    PRIMARY KEY (batch_id, n)
);

CREATE TABLE import_done (           -- what a row did
    batch_id  uuid NOT NULL REFERENCES import_batch,
    line      int  NOT NULL,
    object    text NOT NULL CHECK (object IN ('customer','contact_point','contract','equipment','business_event')),
    object_id uuid NOT NULL,
    action    text NOT NULL CHECK (action IN ('created','changed')),
    before    jsonb,                 -- the row as it was
    CHECK ((action = 'changed') = (before IS NOT NULL))
);
CREATE INDEX import_done_batch ON import_done (batch_id);
CREATE INDEX import_done_object ON import_done (object_id);
CREATE TRIGGER keep BEFORE DELETE ON import_done FOR EACH ROW EXECUTE FUNCTION refuse_delete();
CREATE TRIGGER keep_all BEFORE TRUNCATE ON import_done FOR EACH STATEMENT EXECUTE FUNCTION refuse_delete();
CREATE TRIGGER once BEFORE UPDATE ON import_done FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TABLE import_word (           -- what was chosen for the words of headers
    kind    text NOT NULL,
    feed_id uuid NOT NULL DEFAULT '00000000-0000-0000-0000-000000000000',   -- that: of any
    word    text NOT NULL,
    field   text NOT NULL,
    PRIMARY KEY (kind, feed_id, word)
);

-- Contracts and equipment of an import that was undone leave their key and are
-- listed no more; duties that were found meanwhile still refer to them.
ALTER TABLE contract ADD COLUMN undone_at timestamptz;
ALTER TABLE equipment ADD COLUMN undone_at timestamptz;

-- import_used says what has used the things of a batch, if anything: empty or a
-- few words. A call that was made, a record, or a later change is a use.
-- +goose StatementBegin
CREATE FUNCTION import_used(batch uuid) RETURNS text LANGUAGE plpgsql STABLE AS $$
DECLARE applied timestamptz; found text;
BEGIN
    SELECT applied_at INTO applied FROM import_batch WHERE id = batch;
    SELECT 'changed since: ' || string_agg(x.key, ', ') INTO found FROM (
        SELECT o.code AS key FROM import_done d JOIN customer o ON o.id = d.object_id WHERE d.batch_id = batch AND d.object = 'customer' AND o.updated_at <> applied
        UNION ALL SELECT o.key FROM import_done d JOIN contract o ON o.id = d.object_id WHERE d.batch_id = batch AND d.object = 'contract' AND o.updated_at <> applied
        UNION ALL SELECT o.key FROM import_done d JOIN equipment o ON o.id = d.object_id WHERE d.batch_id = batch AND d.object = 'equipment' AND o.updated_at <> applied
        UNION ALL SELECT o.key FROM import_done d JOIN business_event o ON o.id = d.object_id WHERE d.batch_id = batch AND d.object = 'business_event' AND o.updated_at <> applied
        LIMIT 5) x;
    IF found IS NOT NULL THEN RETURN found; END IF;
    -- Of customers and numbers that it made: calls, records and whatever else would be without them.
    SELECT 'called: ' || string_agg(x.code, ', ') INTO found FROM (
        SELECT DISTINCT c.code FROM import_done d JOIN call k ON k.customer_id = d.object_id JOIN customer c ON c.id = d.object_id WHERE d.batch_id = batch AND d.object = 'customer' AND d.action = 'created' LIMIT 5) x;
    IF found IS NOT NULL THEN RETURN found; END IF;
    SELECT 'with contracts or equipment: ' || string_agg(x.code, ', ') INTO found FROM (
        SELECT DISTINCT c.code FROM import_done d JOIN customer c ON c.id = d.object_id WHERE d.batch_id = batch AND d.object = 'customer' AND d.action = 'created'
           AND (EXISTS (SELECT 1 FROM contract v WHERE v.customer_id = c.id) OR EXISTS (SELECT 1 FROM equipment v WHERE v.customer_id = c.id)
                OR EXISTS (SELECT 1 FROM business_event v WHERE v.customer_id = c.id) OR EXISTS (SELECT 1 FROM task v WHERE v.customer_id = c.id)) LIMIT 5) x;
    IF found IS NOT NULL THEN RETURN found; END IF;
    SELECT 'with contracts'' equipment or events: ' || string_agg(x.key, ', ') INTO found FROM (
        SELECT o.key FROM import_done d JOIN contract o ON o.id = d.object_id WHERE d.batch_id = batch AND d.object = 'contract' AND d.action = 'created'
           AND (EXISTS (SELECT 1 FROM equipment e WHERE e.contract_id = o.id) OR EXISTS (SELECT 1 FROM business_event e WHERE e.contract_id = o.id AND NOT e.derived AND e.withdrawn_at IS NULL))
        UNION ALL SELECT o.key FROM import_done d JOIN equipment o ON o.id = d.object_id WHERE d.batch_id = batch AND d.object = 'equipment' AND d.action = 'created'
           AND EXISTS (SELECT 1 FROM business_event e WHERE e.equipment_id = o.id AND NOT e.derived AND e.withdrawn_at IS NULL)
        LIMIT 5) x;
    IF found IS NOT NULL THEN RETURN found; END IF;
    -- Duties are in a schema of their own making; without it nothing is owed for an event.
    IF to_regclass('duty') IS NOT NULL THEN
        EXECUTE $q$ SELECT 'called back: ' || string_agg(x.key, ', ') FROM (
            SELECT DISTINCT e.key FROM import_done d JOIN business_event e ON d.object_id IN (e.id, e.contract_id, e.equipment_id) JOIN duty y ON y.event_id = e.id OR y.subject IN (e.id, e.equipment_id)
            WHERE d.batch_id = $1 AND (y.state IN ('done','unreachable','cancelled') OR EXISTS (SELECT 1 FROM attempt a WHERE a.task_id = y.task_id)) LIMIT 5) x $q$
        INTO found USING batch;
    END IF;
    RETURN coalesce(found, '');
END $$;
-- +goose StatementEnd

-- +goose Down
-- +goose StatementBegin
DO $$ BEGIN RAISE EXCEPTION 'T-02: a schema that holds evidence is not taken down' USING ERRCODE = 'HF002'; END $$;
-- +goose StatementEnd
