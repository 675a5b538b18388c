-- +goose Up
-- Calls, rows, recordings and objects are compared, daily and on demand. What
-- does not fit is an item that somebody closes with a reason (Rules T-02, S-04).
CREATE TABLE reconcile_run (
    id         uuid PRIMARY KEY,
    instance   text NOT NULL,
    asked_by   uuid REFERENCES app_user,                  -- none: it was due
    from_at    timestamptz NOT NULL,                      -- calls and recordings begun in [from_at, to_at)
    to_at      timestamptz NOT NULL,
    started_at timestamptz NOT NULL,
    ended_at   timestamptz,
    calls      bigint NOT NULL DEFAULT 0,
    recordings bigint NOT NULL DEFAULT 0,
    objects    bigint NOT NULL DEFAULT 0,
    read_whole bigint NOT NULL DEFAULT 0,
    found      bigint NOT NULL DEFAULT 0,                 -- differences, new or known
    error      text NOT NULL DEFAULT ''                   -- why it could not look at everything
);
CREATE INDEX reconcile_run_started ON reconcile_run (started_at DESC);

CREATE TABLE reconcile_item (
    id           uuid PRIMARY KEY,
    kind         text NOT NULL CHECK (kind IN ('call_without_recording','recording_without_object','object_without_row','duration_differs','channel_empty','hash_differs')),
    ref          text NOT NULL,                           -- id of the call or recording, or the object's key
    call_id      uuid REFERENCES call,
    recording_id uuid REFERENCES recording,
    expected     text NOT NULL DEFAULT '',
    found        text NOT NULL DEFAULT '',
    run_id       uuid NOT NULL REFERENCES reconcile_run,  -- that found it first
    found_at     timestamptz NOT NULL,
    seen_at      timestamptz NOT NULL,                    -- when it was last so
    closed_at    timestamptz,
    closed_by    uuid REFERENCES app_user,
    reason       text NOT NULL DEFAULT '',
    UNIQUE (kind, ref, found),                            -- found again: the same item; found otherwise: another one
    CHECK ((closed_at IS NULL) = (closed_by IS NULL) AND (closed_at IS NULL) = (btrim(reason) = ''))
);
CREATE INDEX reconcile_item_open ON reconcile_item (found_at DESC, id DESC) WHERE closed_at IS NULL;
CREATE INDEX reconcile_item_found ON reconcile_item (found_at DESC, id DESC);

-- +goose StatementBegin
CREATE FUNCTION guard_reconcile_item() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.id, NEW.kind, NEW.ref, NEW.call_id, NEW.recording_id, NEW.expected, NEW.found, NEW.run_id, NEW.found_at)
       IS DISTINCT FROM (OLD.id, OLD.kind, OLD.ref, OLD.call_id, OLD.recording_id, OLD.expected, OLD.found, OLD.run_id, OLD.found_at)
       OR OLD.closed_at IS NOT NULL AND (NEW.closed_at, NEW.closed_by, NEW.reason) IS DISTINCT FROM (OLD.closed_at, OLD.closed_by, OLD.reason) THEN
        RAISE EXCEPTION 'S-04: what was found, and why it was closed, stands' USING ERRCODE = 'HF004';
    END IF;
    RETURN NEW;
END $$;
-- +goose StatementEnd
CREATE TRIGGER guard BEFORE UPDATE ON reconcile_item FOR EACH ROW EXECUTE FUNCTION guard_reconcile_item();
CREATE TRIGGER keep BEFORE DELETE ON reconcile_item FOR EACH ROW EXECUTE FUNCTION refuse_delete();
CREATE TRIGGER keep_all BEFORE TRUNCATE ON reconcile_item FOR EACH STATEMENT EXECUTE FUNCTION refuse_delete();
CREATE TRIGGER keep BEFORE DELETE ON reconcile_run FOR EACH ROW EXECUTE FUNCTION refuse_delete();
CREATE TRIGGER keep_all BEFORE TRUNCATE ON reconcile_run FOR EACH STATEMENT EXECUTE FUNCTION refuse_delete();

-- +goose Down
-- +goose StatementBegin
DO $$ BEGIN RAISE EXCEPTION 'T-02: a schema that holds evidence is not taken down' USING ERRCODE = 'HF002'; END $$;
-- +goose StatementEnd
