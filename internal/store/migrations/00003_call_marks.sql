-- +goose Up
-- What was done in a call beside talking: secure pauses, complaints, supervisors
-- who took part or took over. Each row is
-- a stretch or a moment of the call, by somebody, for a reason.

ALTER TABLE program
    -- Rule T-13: the limits of the secure pause; a zero allows none.
    ADD COLUMN pause_max_ms   int NOT NULL DEFAULT 180000 CHECK (pause_max_ms BETWEEN 0 AND 600000),
    ADD COLUMN pause_number   int NOT NULL DEFAULT 3 CHECK (pause_number BETWEEN 0 AND 20),
    ADD COLUMN pause_total_ms int NOT NULL DEFAULT 300000 CHECK (pause_total_ms BETWEEN 0 AND 1800000),
    -- Whether agents are shown that a supervisor listens.
    ADD COLUMN show_monitoring boolean NOT NULL DEFAULT true;

-- A supervisor who spoke has a channel of the recording.
ALTER TABLE recording_access DROP CONSTRAINT recording_access_channel_check,
    ADD CONSTRAINT recording_access_channel_check CHECK (channel IN ('','both','left','right','third'));

CREATE TABLE call_mark (
    id           uuid PRIMARY KEY,
    call_id      uuid NOT NULL REFERENCES call,
    recording_id uuid NOT NULL,
    kind         text NOT NULL CHECK (kind IN ('pause','complaint','monitor','handover')),
    by_id        uuid NOT NULL REFERENCES app_user,
    started_at   timestamptz NOT NULL,
    ended_at     timestamptz,
    end_reason   text NOT NULL DEFAULT '',
    reason       text NOT NULL DEFAULT '',
    note         text NOT NULL DEFAULT '',
    FOREIGN KEY (recording_id, call_id) REFERENCES recording (id, call_id),
    CHECK (ended_at >= started_at),
    -- Rule T-13: why, in words of a closed set.
    CHECK (kind <> 'pause' OR reason IN ('card_number','password','other')),
    CHECK (kind <> 'pause' OR reason <> 'other' OR btrim(note) <> ''),
    -- Rule C-20: a complaint is a moment.
    CHECK (kind NOT IN ('complaint','handover') OR coalesce(ended_at = started_at, false)),
    CHECK (kind <> 'monitor' OR (reason IN ('listen','whisper','barge') AND btrim(note) <> ''))
);
CREATE INDEX call_mark_call ON call_mark (call_id, started_at);
CREATE INDEX call_mark_kind ON call_mark (kind, started_at DESC, id DESC);

-- Rule T-02: every trace of a call-back is kept.
CREATE TRIGGER keep BEFORE DELETE ON call_mark FOR EACH ROW EXECUTE FUNCTION refuse_delete();
CREATE TRIGGER keep_all BEFORE TRUNCATE ON call_mark FOR EACH STATEMENT EXECUTE FUNCTION refuse_delete();

-- +goose StatementBegin
CREATE FUNCTION guard_call_mark() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- Rule S-04: written once; only the end of what still lasts is added.
    IF OLD.ended_at IS NOT NULL OR NEW.ended_at IS NULL
       OR (to_jsonb(NEW) - '{ended_at,end_reason}'::text[]) IS DISTINCT FROM (to_jsonb(OLD) - '{ended_at,end_reason}'::text[]) THEN
        RAISE EXCEPTION 'S-04: mark % of a call is written once', OLD.id USING ERRCODE = 'HF004';
    END IF;
    RETURN NEW;
END $$;
-- +goose StatementEnd
CREATE TRIGGER guard BEFORE UPDATE ON call_mark FOR EACH ROW EXECUTE FUNCTION guard_call_mark();

-- +goose Down
-- +goose StatementBegin
DO $$ BEGIN RAISE EXCEPTION 'T-02: a schema that holds evidence is not taken down' USING ERRCODE = 'HF002'; END $$;
-- +goose StatementEnd
