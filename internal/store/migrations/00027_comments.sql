-- +goose Up
-- What listeners say at a place of a recording. A comment stands; whoever was
-- wrong writes another (Rules S-01, S-04).
CREATE TABLE recording_comment (
    id           uuid PRIMARY KEY,
    recording_id uuid NOT NULL REFERENCES recording,
    author_id    uuid NOT NULL REFERENCES app_user,
    at           timestamptz NOT NULL,
    at_ms        bigint NOT NULL CHECK (at_ms >= 0),      -- from the first sample
    text         text NOT NULL CHECK (btrim(text) <> '')
);
CREATE INDEX recording_comment_recording ON recording_comment (recording_id, at_ms);
CREATE TRIGGER keep     BEFORE DELETE   ON recording_comment FOR EACH ROW       EXECUTE FUNCTION refuse_delete();
CREATE TRIGGER keep_all BEFORE TRUNCATE ON recording_comment FOR EACH STATEMENT EXECUTE FUNCTION refuse_delete();
CREATE TRIGGER once     BEFORE UPDATE   ON recording_comment FOR EACH ROW       EXECUTE FUNCTION refuse_change();

-- +goose Down
-- +goose StatementBegin
DO $$ BEGIN RAISE EXCEPTION 'T-02: a schema that holds evidence is not taken down' USING ERRCODE = 'HF002'; END $$;
-- +goose StatementEnd
