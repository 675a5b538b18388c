-- +goose Up
-- What was called today is written up today (Rule C-23): a shift does not end
-- while records are open, unless a supervisor says why.
CREATE TABLE shift (
    id              uuid PRIMARY KEY,
    agent_id        uuid NOT NULL REFERENCES app_user,
    started_at      timestamptz NOT NULL,
    ended_at        timestamptz,
    ended_by        uuid REFERENCES app_user,        -- NULL: nobody ended it, the next one began
    override_reason text NOT NULL DEFAULT '',
    left_open       int NOT NULL DEFAULT 0 CHECK (left_open >= 0),
    CHECK (ended_at IS NULL OR ended_at >= started_at),
    CHECK (ended_at IS NOT NULL OR ended_by IS NULL AND override_reason = '' AND left_open = 0)
);
CREATE UNIQUE INDEX shift_one_at_a_time ON shift (agent_id) WHERE ended_at IS NULL;
CREATE INDEX shift_agent ON shift (agent_id, started_at DESC);
CREATE TRIGGER keep     BEFORE DELETE   ON shift FOR EACH ROW       EXECUTE FUNCTION refuse_delete();
CREATE TRIGGER keep_all BEFORE TRUNCATE ON shift FOR EACH STATEMENT EXECUTE FUNCTION refuse_delete();

-- +goose StatementBegin
CREATE FUNCTION guard_shift() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    open_records int;
BEGIN
    IF OLD.ended_at IS NOT NULL THEN
        RAISE EXCEPTION 'C-23: shift % has ended', OLD.id USING ERRCODE = 'HF123';
    END IF;
    IF NEW.ended_at IS NOT NULL THEN
        SELECT count(*) INTO open_records FROM call c WHERE c.agent_id = NEW.agent_id AND c.state = 'wrapup';
        NEW.left_open := open_records;
        IF open_records > 0 AND NEW.ended_by IS NOT NULL AND (NEW.ended_by = NEW.agent_id OR btrim(NEW.override_reason) = '') THEN
            RAISE EXCEPTION 'C-23: % records are to be finished before the shift ends', open_records USING ERRCODE = 'HF123';
        END IF;
    END IF;
    RETURN NEW;
END $$;
-- +goose StatementEnd
CREATE TRIGGER guard BEFORE UPDATE ON shift FOR EACH ROW EXECUTE FUNCTION guard_shift();

-- Who left what open, asked by every page of a supervisor.
CREATE INDEX call_wrapup ON call (agent_id, ended_at) WHERE state = 'wrapup';

-- +goose Down
-- +goose StatementBegin
DO $$ BEGIN RAISE EXCEPTION 'T-02: a schema that holds evidence is not taken down' USING ERRCODE = 'HF002'; END $$;
-- +goose StatementEnd
