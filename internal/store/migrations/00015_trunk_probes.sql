-- +goose Up
-- Test calls over a trunk. They are recorded like any call (Rule T-01), and are
-- in no figure of the call-back work: no task, no customer, no attempt.
CREATE TABLE trunk_probe (
    id          uuid PRIMARY KEY,
    trunk_id    uuid NOT NULL REFERENCES trunk,
    instance    text NOT NULL,
    by_id       uuid NOT NULL REFERENCES app_user,
    number      text NOT NULL,
    caller_id   text NOT NULL,
    started_at  timestamptz NOT NULL,
    ringing_at  timestamptz,
    answered_at timestamptz,
    ended_at    timestamptz,
    outcome     text CHECK (outcome IN ('answered','no_answer','busy','rejected','unreachable','invalid_number','ring_too_short','cancelled','trunk_failure','recorder_failure','internal')),
    reason      text NOT NULL DEFAULT '',
    sip_code    int NOT NULL DEFAULT 0,                     -- 0: no response
    quality     jsonb NOT NULL DEFAULT '{}',                -- of what came back
    CHECK ((ended_at IS NULL) = (outcome IS NULL))
);
CREATE INDEX trunk_probe_trunk ON trunk_probe (trunk_id, started_at DESC);
CREATE UNIQUE INDEX trunk_probe_one_at_a_time ON trunk_probe (trunk_id) WHERE ended_at IS NULL;

ALTER TABLE recording
    ALTER COLUMN call_id DROP NOT NULL,
    ADD COLUMN probe_id uuid UNIQUE REFERENCES trunk_probe,
    ADD CONSTRAINT recording_of_check CHECK ((call_id IS NULL) <> (probe_id IS NULL));

-- Rule T-06: how a probe ended stands.
-- +goose StatementBegin
CREATE FUNCTION guard_probe() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.ended_at IS NOT NULL THEN
        RAISE EXCEPTION 'T-06: probe % has ended and cannot be altered', OLD.id USING ERRCODE = 'HF006';
    END IF;
    RETURN NEW;
END $$;
-- +goose StatementEnd
CREATE TRIGGER guard BEFORE UPDATE ON trunk_probe FOR EACH ROW EXECUTE FUNCTION guard_probe();
CREATE TRIGGER keep BEFORE DELETE ON trunk_probe FOR EACH ROW EXECUTE FUNCTION refuse_delete();
CREATE TRIGGER keep_all BEFORE TRUNCATE ON trunk_probe FOR EACH STATEMENT EXECUTE FUNCTION refuse_delete();

-- +goose Down
-- +goose StatementBegin
DO $$ BEGIN RAISE EXCEPTION 'T-02: a schema that holds evidence is not taken down' USING ERRCODE = 'HF002'; END $$;
-- +goose StatementEnd
