-- Rule T-03: early media is evidence. A 183 that carries media no longer counts
-- as ringing by itself; a ring tone heard in it does. Attempts that were judged
-- before stand as they are (Rule T-06).

-- +goose Up
ALTER TABLE attempt ADD COLUMN heard jsonb NOT NULL DEFAULT '[]';
ALTER TABLE attempt DROP CONSTRAINT attempt_ringing_signal_check;
ALTER TABLE attempt ADD CONSTRAINT attempt_ringing_signal_check CHECK (ringing_signal IN ('180','ringback_tone')) NOT VALID;

-- +goose Down
-- +goose StatementBegin
DO $$ BEGIN RAISE EXCEPTION 'T-02: a schema that holds evidence is not taken down' USING ERRCODE = 'HF002'; END $$;
-- +goose StatementEnd
